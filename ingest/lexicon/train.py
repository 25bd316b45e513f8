"""Learns the lexicon from parallel text.

    python -m ingest.lexicon.train --data DIR --out FILE

``DIR`` holds ``*.tsv.gz`` files, one ``English<TAB>Chinese`` pair a line; the glossary and the policy sentences of
the repository are read as well. Chinese is cut into words with a
vocabulary taken from the dictionaries in DIR and from jieba's word list; eflomal aligns the words; the links are
counted and the tables estimated (``estimate.py``). Packages needed: the optional extra ``lexicon``.

eflomal draws its random numbers from the operating system and offers no seed: two runs differ in the last digits
of the probabilities. With ``--links FILE`` the counted links are kept (or read, where the file exists), and from
the same links the lexicon is the same to the byte.
"""

import argparse
import gzip
import hashlib
import json
import logging
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ingest.lexicon.estimate import Recipe, Table, add_links, tables
from ingest.lexicon.flat import TermList
from ingest.lexicon.glossary import glossary_rows
from ingest.lexicon.segment import LONGEST, fit, segmenter
from ingest.lexicon.table import GLOSSARY, PROBABILITY_STEP, SHIPPED, split_words, write_arrays
from ingest.lexicon.terms import CHINESE_RUN, fold, latin_terms

log = logging.getLogger(__name__)

# Registers are counted apart; a file that is not named is technical writing.
REGISTERS = {
    "tw_law": "law",
    "cedict_terms": "dictionary",
    "naer_science_terms": "dictionary",
    "tatoeba_cmn": "talk",
    "logingov_ui": "talk",
    "mozilla_www": "talk",
    "un_v1_devset": "public",
    "un_sdg": "public",
    "tico19_health": "public",
    "glossary": "policy",
    "sentences": "policy",
}
SENTENCES = Path(__file__).parents[1] / "encoder" / "pairs" / "sentences.tsv"  # of our own, English<TAB>Chinese
SKIPPED = {"tw_law_articles"}  # the text of tw_law again, in longer pieces
MOST_WORDS = 200  # of a sentence that is aligned
LONGEST_LISTED = 4  # characters of a word that is taken from jieba's list: longer ones are compounds


class Pair(NamedTuple):
    register: str
    en: list[str]
    zh: list[str]


def read_pairs(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(file, English, Chinese) of every pair once."""
    seen = set()
    for path in sorted(folder.glob("*.tsv.gz")):
        name = path.name.removesuffix(".tsv.gz")
        if name in SKIPPED:
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                cells = line.rstrip("\n").split("\t")
                if len(cells) != 2:
                    raise ValueError(f"{path}:{number}: expected English<TAB>Chinese, got {len(cells)} columns")
                if (cells[0], cells[1]) not in seen:
                    seen.add((cells[0], cells[1]))
                    yield name, cells[0], cells[1]


def read_own(glossary: Path = GLOSSARY, sentences: Path = SENTENCES) -> Iterator[tuple[str, str, str]]:
    """(file, English, Chinese) of the repository's own pairs in the register of policy."""
    for zh, en in glossary_rows(glossary):
        for chinese, english in product(zh, en):
            yield "glossary", english, chinese
    for line in sentences.read_text("utf-8").splitlines():
        english, chinese = line.split("\t")
        yield "sentences", english, chinese


def known_words(pairs: Iterable[tuple[str, str, str]]) -> set[str]:
    """Chinese words to cut by: headwords of the dictionaries among the files, and jieba's list if installed."""
    words = set()
    for name, _, zh in pairs:
        if REGISTERS.get(name) == "dictionary":
            words.update(run for run in CHINESE_RUN.findall(fold(zh)) if 2 <= len(run) <= LONGEST)
    try:
        import jieba
    except ImportError:
        log.warning("jieba is not installed: words only from the dictionaries of the data")
        return words
    with open(Path(jieba.__file__).parent / "dict.txt", encoding="utf-8") as lines:
        for line in lines:
            word, count, _ = line.split(" ")
            word = fold(word)
            if 2 <= len(word) <= LONGEST_LISTED and int(count) >= 3 and CHINESE_RUN.fullmatch(word):
                words.add(word)
    return words


def tokenised(pairs: list[tuple[str, str, str]], log_probabilities: dict[str, float]) -> Iterator[Pair]:
    """The pairs as words; pairs with an empty side are left out."""
    runs: dict[str, list[str]] = {}
    for _, _, zh in pairs:
        split_words(zh, lambda run: runs.setdefault(run, []))
    cut = segmenter(log_probabilities)
    for run, words in zip(runs, cut(list(runs)), strict=True):
        runs[run] = words
    for name, en, zh in pairs:
        stems = [stem for _, stem in latin_terms(fold(en))][:MOST_WORDS]
        words = split_words(zh, runs.__getitem__)[:MOST_WORDS]
        if stems and words:
            yield Pair(REGISTERS.get(name, "technical"), stems, words)


def align(pairs: list[Pair]) -> dict[str, dict[tuple[str, str], float]]:
    """Counted links by register, from eflomal in both directions."""
    from eflomal import Aligner  # training only

    links: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        forward, backward = Path(folder, "forward"), Path(folder, "backward")
        Aligner(model=3).align(
            [" ".join(pair.en) + "\n" for pair in pairs],
            [" ".join(pair.zh) + "\n" for pair in pairs],
            links_filename_fwd=str(forward),
            links_filename_rev=str(backward),
        )
        with open(forward) as first, open(backward) as second:
            for pair, there, back in zip(pairs, first, second, strict=True):
                add_links(links[pair.register], pair.en, pair.zh, there, back)
    return dict(links)


def packed(from_zh: Table, from_en: Table, log_probabilities: dict[str, float]) -> dict[str, np.ndarray]:
    """The arrays of the lexicon file (see ``table.py``)."""
    targets_zh = {target for found in from_en.values() for target, _ in found}
    targets_en = {target for found in from_zh.values() for target, _ in found}
    sides = {
        "zh": sorted(set(from_zh) | targets_zh | set(log_probabilities), key=str.encode),
        "en": sorted(set(from_en) | targets_en, key=str.encode),
    }
    numbers = {side: {word: i for i, word in enumerate(words)} for side, words in sides.items()}
    arrays = {}
    for side, other, table in (("zh", "en", from_zh), ("en", "zh", from_en)):
        words = TermList.of(sides[side])
        found = [table.get(word, []) for word in sides[side]]
        targets = np.asarray([numbers[other][target] for row in found for target, _ in row], np.uint32)
        values = np.asarray([value for row in found for _, value in row], np.float64)
        arrays |= {
            f"{side}_terms": words.blob,
            f"{side}_ends": words.ends,
            f"{side}_starts": np.concatenate([[0], np.cumsum([len(row) for row in found])]).astype(np.int32),
            f"{side}_targets": (targets & 0xFFFF).astype(np.uint16),
            f"{side}_targets_high": (targets >> 16).astype(np.uint8),
            f"{side}_probabilities": np.clip(
                np.round(-np.log2(np.maximum(values, 1e-9)) * PROBABILITY_STEP), 0, 255
            ).astype(np.uint8),
        }
    known = [log_probabilities.get(word, np.nan) for word in sides["zh"]]
    return arrays | {"zh_log_probabilities": np.asarray(known, np.float16)}


def _versions(names: Iterable[str]) -> dict[str, str | None]:
    """Of the packages that decide over the result; None for one that is not installed."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def hashes(files: Iterable[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def train(data: Path, out: Path, kept_links: Path | None = None, own: bool = True) -> dict:
    """Writes the lexicon learnt from the pairs in ``data`` to ``out``; returns what it says about itself.

    ``own``: with the repository's glossary and policy sentences.
    """
    pairs = list(read_pairs(data)) + (list(read_own()) if own else [])
    log.info("%d pairs", len(pairs))
    words = known_words(pairs)
    runs: list[str] = []
    for _, _, zh in pairs:
        split_words(zh, lambda run: runs.append(run) or [])
    log_probabilities = fit(runs, words)
    log.info("%d Chinese words occur", len(log_probabilities))
    links = align_or_read(pairs, log_probabilities, kept_links)
    from_zh, from_en = tables(links)
    about = {
        "data": hashes([*sorted(data.glob("*.tsv.gz")), *([GLOSSARY, SENTENCES] if own else [])]),
        "links": int(sum(sum(found.values()) for found in links.values())),
        "pairs": dict(Counter(name for name, _, _ in pairs)),
        "tools": _versions(("eflomal", "jieba", "PyStemmer")),
        "recipe": {**Recipe()._asdict(), "weights": dict(Recipe().weights)},
        "translations": {"zh": sum(map(len, from_zh.values())), "en": sum(map(len, from_en.values()))},
        "words": {"zh": len(from_zh), "en": len(from_en)},
    }
    write_arrays(out, packed(from_zh, from_en, log_probabilities), about)
    return about


def align_or_read(pairs, log_probabilities: dict[str, float], kept: Path | None):
    """Counted links by register, read from the file where it exists, else counted and kept there."""
    if kept and kept.exists():
        with gzip.open(kept, "rt", encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines]
        links: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        for register, en, zh, count in rows:
            links[register][en, zh] = float(count)
        return dict(links)
    links = align(list(tokenised(pairs, log_probabilities)))
    if kept:
        with gzip.open(kept, "wt", encoding="utf-8", compresslevel=3) as out:
            for register in sorted(links):
                for (en, zh), count in sorted(links[register].items()):
                    out.write(f"{register}\t{en}\t{zh}\t{count:.1f}\n")
    return links


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of English<TAB>Chinese .tsv.gz files")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--links", type=Path, help="counted links: read if there, else written (.tsv.gz)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    print(json.dumps(train(options.data, options.out, options.links), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
