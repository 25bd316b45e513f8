"""Trains the shipped encoder: python -m ingest.encoder.train --data DIR --out DIR"""

import argparse
import ctypes
import hashlib
import json
import sys
import time
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from tokenizers import Tokenizer

from ingest.encoder import examples
from ingest.encoder.contrastive import LazyAdam, Spans, batches, gather, train_step
from ingest.encoder.data import QUESTION_SETS, Pair, bucket, hold_out, read_jsonl, read_parallel, read_qrels
from ingest.encoder.saving import save_model
from ingest.encoder.vocabulary import CHINESE, train_tokenizer

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Recipe:
    """Everything that decides over the trained model beside the data. The log of what each gives is in README.md."""

    english_pieces: int = 31_000
    chinese_pieces: int = 30_000
    dimension: int = 512
    batch: int = 4096
    epochs: int = 10
    rate: float = 6e-3  # of Adam, falling to 0 over the run
    scale: float = 16.0  # of the cosines in the loss
    drop: float = 0.45  # share of tokens left out of every text
    spread: float = 0.01  # standard deviation of the untrained vectors
    window_share: float = 0.3
    window: int = 6
    same_language: float = 0.15
    dictionary_repeats: int = 1
    question_repeats: int = 2
    own_repeats: int = 3
    longest: int = 320  # tokens of a training text
    seed: int = 0


def train(bank: examples.Bank, parallel: list, matches: list, recipe: Recipe, console: Console) -> np.ndarray:
    """Token vectors (vocabulary, dimension), float32, trained on one core for `recipe.epochs`."""
    random = np.random.default_rng(recipe.seed)
    torch.manual_seed(recipe.seed)
    weights = torch.randn(bank.tokenizer.get_vocab_size(), recipe.dimension) * recipe.spread
    weights[0] = 0  # the unknown token
    adam = LazyAdam(weights)
    tokens, ends = bank.tokens(), np.array(bank.ends)
    step, steps = 0, 0
    for epoch in range(recipe.epochs):
        left, right = examples.epoch(
            ends, parallel, matches, recipe.window_share, recipe.window, recipe.same_language, random
        )
        batch = min(recipe.batch, len(left.start))
        steps = steps or recipe.epochs * (len(left.start) // batch)
        losses = []
        order = list(batches(len(left.start), batch, random))
        for rows in track(order, f"epoch {epoch + 1}/{recipe.epochs}", console=console, transient=True):
            rate = recipe.rate * min(1, (step + 1) / 100) * max(1 - step / steps, 0.002)
            sides = (_sample(tokens, side, rows, recipe, random) for side in (left, right))
            losses.append(train_step(adam, *sides, recipe.scale, rate))
            step += 1
        console.print(f"epoch {epoch + 1}: {len(left.start)} examples, loss {np.mean(losses):.4f}")
    weights[0] = 0
    return weights.numpy()


def _sample(tokens, side: Spans, rows: np.ndarray, recipe: Recipe, random) -> tuple[np.ndarray, np.ndarray]:
    spans = Spans(side.start[rows], side.end[rows])
    # Of a term of a few tokens half the dropping leaves enough to learn from.
    drop = np.where(spans.end - spans.start < 6, recipe.drop / 2, recipe.drop)
    return gather(tokens, spans, drop, recipe.longest, random)


def read_own(folder: Path, glossary: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(translations, questions with their clauses) of our own data; either may be empty.

    A twentieth of the clauses is held out with its questions, to see what the rest teaches.
    """
    translations, questions = [], []
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            english, chinese = line.split("\t")[:2]
            if (english, chinese) != ("en", "zh"):
                translations.append((english, chinese))
    if glossary.is_file():
        for line in glossary.read_text(encoding="utf-8").splitlines()[1:]:
            chinese, english, chinese_variants, english_variants = (line.split("\t") + [""] * 3)[:4]
            translations.append((english, chinese))
            translations += [(other.strip(), chinese) for other in english_variants.split("|") if other.strip()]
            translations += [(english, other.strip()) for other in chinese_variants.split("|") if other.strip()]
    for path in sorted(folder.glob("*.jsonl")):
        rows = read_jsonl(path)
        questions += [(row["question"], row["clause"]) for row in rows if bucket(row["clause"], 20)]
    return translations, questions


def read_questions(bench: Path) -> list[tuple[str, str]]:
    """Questions with their passages: the training half of each set, and all of STARD's training split."""
    pairs = []
    for name in QUESTION_SETS:
        if (bench / name).is_dir():
            corpus = {row["_id"]: row["text"] for row in read_jsonl(bench / name / "corpus.jsonl")}
            pairs += examples.question_passages(bench / name, corpus)
    stard = bench / "stard_train"
    if stard.is_dir():
        articles = {row["_id"]: row["text"] for row in read_jsonl(stard / "gold_corpus.jsonl")}
        relevant = read_qrels(stard / "qrels.tsv")
        pairs += [
            (query["text"], articles[article])
            for query in read_jsonl(stard / "queries.jsonl")
            for article in sorted(relevant.get(query["_id"], ()))
            if article in articles
        ]
    return pairs


def assemble(
    bank: examples.Bank, pairs: list[Pair], questions, own_translations, own_questions, recipe: Recipe
) -> tuple[list[examples.Parallel], list[examples.Matches]]:
    """The training sources, tokenised into `bank`."""
    files = np.unique([pair.file for pair in pairs], return_inverse=True)[1]
    english, chinese = bank.add([pair.english for pair in pairs]), bank.add([pair.chinese for pair in pairs])
    parallel = [examples.Parallel(english, chinese, files)]
    matches = []
    terms = np.array([pair.file in examples.DICTIONARIES for pair in pairs])
    if recipe.dictionary_repeats > 1 and terms.any():
        matches.append(examples.Matches(english[terms], chinese[terms], recipe.dictionary_repeats - 1))
    for rows, repeats in (
        (questions, recipe.question_repeats),
        (own_translations, recipe.own_repeats),
        (own_questions, recipe.own_repeats),
    ):
        if rows and repeats:
            left, right = zip(*rows, strict=True)
            matches.append(examples.Matches(bank.add(left), bank.add(right), repeats))
    return parallel, matches


def keep_freed_memory() -> None:
    """Asks glibc not to give large blocks back: page faults would take a third of the time otherwise."""
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-4, 0)  # M_MMAP_MAX
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD
    except OSError:
        pass


def data_hashes(paths: list[Path], root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)}


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ingest.encoder.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/ and, if there, bench/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model; replaced when it exists")
    parser.add_argument("--tokenizer", type=Path, help="take this tokenizer.json instead of training one")
    parser.add_argument("--pairs", type=Path, default=HERE / "pairs", help="our own pairs")
    parser.add_argument("--glossary", type=Path, default=HERE.parents[1] / "corpus" / "glossary.tsv")
    parser.add_argument("--threads", type=int, default=1)
    for item in fields(Recipe):
        parser.add_argument("--" + item.name.replace("_", "-"), type=item.type, default=item.default)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    options, console, began = arguments(argv), Console(), time.monotonic()
    recipe = Recipe(**{item.name: getattr(options, item.name) for item in fields(Recipe)})
    torch.set_num_threads(options.threads)
    keep_freed_memory()
    pairs, held = hold_out(read_parallel(options.data / "parallel"))
    questions = read_questions(options.data / "bench")
    translations, own_questions = read_own(options.pairs, options.glossary)
    console.print(
        f"{len(pairs)} pairs ({len(held)} held out), {len(questions)} questions with passages, "
        f"{len(translations)} translations and {len(own_questions)} questions of our own"
    )
    if options.tokenizer:
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
    else:
        plain = [pair for pair in pairs if pair.file != "tw_law_articles"]
        words = {pair.chinese for pair in plain if pair.file in examples.DICTIONARIES}
        tokenizer = train_tokenizer(
            [pair.english for pair in plain] + [text for text, _ in translations],
            [pair.chinese for pair in plain] + [text for _, text in translations],
            words,
            {text for _, text in translations if 2 <= len(text) <= 3 and CHINESE.fullmatch(text)},
            recipe.english_pieces,
            recipe.chinese_pieces,
        )
        console.print(f"tokenizer of {tokenizer.get_vocab_size()} pieces, {time.monotonic() - began:.0f} s")
    bank = examples.Bank(tokenizer)
    parallel, matches = assemble(bank, pairs, questions, translations, own_questions, recipe)
    weights = train(bank, parallel, matches, recipe, console)
    training = {
        "recipe": asdict(recipe),
        "tokenizer": str(options.tokenizer or "trained"),
        "libraries": {name: version(name) for name in ("numpy", "tokenizers", "torch")},
        "data": _data(options),
    }
    save_model(options.out, weights, tokenizer, _card(), training)
    console.print(f"{options.out}: {weights.shape[0]} × {weights.shape[1]}, {time.monotonic() - began:.0f} s")
    return 0


def _data(options: argparse.Namespace) -> dict[str, str]:
    used = [*(options.data / "parallel").glob("*.tsv.gz")]
    for name in (*QUESTION_SETS, "stard_train"):
        used += [path for path in (options.data / "bench" / name).glob("*") if path.suffix in (".jsonl", ".tsv")]
    own = data_hashes([*options.pairs.glob("*.tsv"), *options.pairs.glob("*.jsonl")], options.pairs)
    glossary = data_hashes([options.glossary], options.glossary.parent) if options.glossary.is_file() else {}
    return data_hashes(used, options.data) | {f"pairs/{name}": value for name, value in own.items()} | glossary


def _card() -> str:
    front = {"language": ["en", "zh"], "library_name": "sentence-transformers", "pipeline_tag": "sentence-similarity"}
    lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
    return (
        f"---\n{lines}\n---\n\n# Yiju's bilingual sentence encoder\n\nThe model card is `ingest/encoder/README.md`.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
