"""Reading-comprehension sets: does what is cited hold the answer, and is a question without one refused?

Each passage of a set becomes a document of a corpus of its own. Every question is asked twice: over the whole set, and
of its own passage only, since a question counts as unanswerable only there.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from eval.gold import squeezed
from eval.intervals import SEED, bootstrap
from eval.spans import tokens
from ingest.encoder.data import in_test_half, read_jsonl
from service.answer import Answer, Filters

SETS = ("cmrc2018_dev", "drcd_dev", "cjrc_dev")


class ReadingError(Exception):
    """A set that is not there or holds nothing to ask."""


@dataclass(frozen=True)
class ReadingQuestion:
    question_id: str
    text: str
    context_id: str
    answers: tuple[str, ...]  # spans of the passage; empty where there is none
    answerable: bool


def read_questions(folder: Path, limit: int | None = None) -> list[ReadingQuestion]:
    """The questions about passages that nothing is trained on; with a limit, a seeded sample of them.

    Questions answered by yes or no ask for no span: they count in the refusal figures only.
    """
    rows = [row for row in read_jsonl(folder / "queries.jsonl") if in_test_half({row["context_id"]})]
    if not rows:
        raise ReadingError(f"{folder}: no question about a passage of the test half")
    if limit and limit < len(rows):
        chosen = np.random.default_rng(SEED).choice(len(rows), limit, replace=False)
        rows = [rows[at] for at in sorted(chosen)]
    return [
        ReadingQuestion(
            row["_id"],
            row["text"],
            row["context_id"],
            tuple(row["answers"]) if row["answerable"] and row.get("type") != "yesno" else (),
            row["answerable"],
        )
        for row in rows
    ]


def measure(
    data: Path,
    name: str,
    encoder: str | None = None,
    limit: int | None = None,
    done: Callable[[int, int], None] = lambda *_: None,
) -> dict:
    """Figures of one set, each as (mean, low, high) with its 95 % bootstrap interval, for both ways of asking."""
    from ingest.encoder import load_encoder
    from ingest.pipeline import build
    from service.answerer import open_answerer

    folder = data / "bench" / name
    if not folder.is_dir():
        raise ReadingError(f"{folder} does not exist; expected the folder that holds bench/")
    questions = read_questions(folder, limit)
    with tempfile.TemporaryDirectory(prefix="yiju-reading-") as place:
        corpus, index = Path(place) / "corpus", Path(place) / "index"
        write_corpus(folder / "corpus.jsonl", corpus)
        build(corpus, index, load_encoder(encoder))
        answerer = open_answerer(index, encoder)
        rows: dict[str, list[dict[str, float]]] = {"whole set": [], "own passage": []}
        for count, question in enumerate(questions, 1):
            # A question is unanswerable by its own passage; another may well answer it.
            if question.answerable:
                rows["whole set"].append(_figures(question, answerer.ask(question.text)))
            only = Filters(document_id=question.context_id)
            rows["own passage"].append(_figures(question, answerer.ask(question.text, filters=only)))
            done(count, len(questions))
    return {way: _summary(found) for way, found in rows.items()}


def write_corpus(passages: Path, corpus: Path) -> None:
    """One text file and manifest line for each passage."""
    (corpus / "texts").mkdir(parents=True)
    lines = []
    for row in read_jsonl(passages):
        path = f"texts/{row['_id']}.txt"
        (corpus / path).write_text(row["text"], "utf-8")
        lines.append({"document_id": row["_id"], "path": path, "language": "zh", "title": row["title"] or row["_id"]})
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (corpus / "manifest.jsonl").write_text(text, "utf-8")


def exact_match(said: str, answers: Sequence[str]) -> float:
    """1 if the text is one of the answers but for case, space and punctuation (Rajpurkar et al. 2016)."""
    return float(any(tokens(said) == tokens(answer) for answer in answers))


def f1(said: str, answers: Sequence[str]) -> float:
    """Best F1 over the answers of the tokens in common (Rajpurkar et al. 2016); Chinese by character, as CMRC 2018."""
    best = 0.0
    for answer in answers:
        one, other = Counter(tokens(said)), Counter(tokens(answer))
        same = (one & other).total()
        best = max(best, 2 * same / (one.total() + other.total()) if same else 0.0)
    return best


def _figures(question: ReadingQuestion, answer: Answer) -> dict[str, float]:
    """A refusal of an answerable question is worth nothing in any figure."""
    answered = answer.status == "answered"
    if not question.answerable:
        return {"refused": float(not answered)}
    found = {"answered": float(answered)}
    if question.answers:
        quotes = [citation.quote for citation in answer.citations] if answered else []
        held = squeezed(" ".join(quotes))
        found["answer in quotes"] = float(any(squeezed(text) in held for text in question.answers))
        first = squeezed(" ".join(quotes[:1]))
        found["answer in first"] = float(any(squeezed(text) in first for text in question.answers))
        found["exact match"] = exact_match(quotes[0], question.answers) if quotes else 0.0
        found["f1"] = f1(quotes[0], question.answers) if quotes else 0.0
        cited = {citation.document_id for citation in answer.citations} if answered else set()
        found["passage"] = float(question.context_id in cited)
    return found


def _summary(rows: Sequence[dict[str, float]]) -> dict:
    found: dict = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = np.array([[row[name]] for row in rows if name in row])
        mean, low, high = (float(column[0]) for column in bootstrap(values))
        found[name] = {"n": len(values), "value": mean, "low": low, "high": high}
    if "refused" in found and "answered" in found:
        found["balanced accuracy"] = {
            "n": len(rows),
            "value": (found["refused"]["value"] + found["answered"]["value"]) / 2,
        }
    return found


def print_reading(found: dict[str, dict], console: Console) -> None:
    heading = "reading comprehension: whole sentences are cited where the sets mark a span"
    table = Table(title=heading, title_justify="left")
    columns = ("passage", "answer in quotes", "answer in first", "exact match", "f1", "answered", "refused")
    table.add_column("set")
    table.add_column("asked of")
    for column in (*columns, "balanced accuracy"):
        table.add_column(column, justify="right")
    for name, ways in found.items():
        for way, row in ways.items():
            cells = [_cell(row.get(column)) for column in (*columns, "balanced accuracy")]
            table.add_row(name, way, *cells)
    console.print(table)


def _cell(figure: dict | None) -> str:
    if figure is None:
        return "–"
    if "low" not in figure:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f}\n{figure['low']:.2f}–{figure['high']:.2f}"
