"""eval/gold/*.jsonl → checked questions. The only file that knows the format of gold questions.

One JSON object per line. ``evidence`` holds groups of quotes: every group is needed, any quote of a group will do.
A line with ``"reviewed": false`` is a draft (see draft.py) and left out.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GOLD = Path(__file__).parent / "gold"
REASONS = ("out_of_corpus", "not_in_force", "ambiguous", "low_support", "contradicted")


class GoldError(Exception):
    """The gold questions cannot be used; one line for each problem, with file and line number."""


@dataclass(frozen=True)
class Quote:
    document_id: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question with what a right answer rests on; no evidence where the corpus has none."""

    question_id: str
    text: str
    language: str  # zh, en or mixed
    user: str  # enterprise or staff
    kind: str
    style: str
    reason: str | None  # of the expected refusal; None for a question that can be answered
    near_miss: bool
    evidence: tuple[tuple[Quote, ...], ...]
    facts: tuple[tuple[str, ...], ...]
    split: str  # tune or report

    @property
    def answerable(self) -> bool:
        return self.reason is None


def read_gold(path: Path = GOLD) -> list[Question]:
    """The reviewed questions of a .jsonl file, or of all such files in a folder.

    Raises:
        GoldError: with every wrong line; an empty set is an error too, never a perfect score.
    """
    questions: list[Question] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    for where, record in gold_lines(path):
        if is_draft(record):
            continue
        try:
            question = _question(record)
        except (ValueError, KeyError, TypeError) as error:
            problems.append(f"{where}: {type(error).__name__}: {error}")
            continue
        if question.question_id in seen:
            problems.append(f"{where}: id {question.question_id!r} is already at {seen[question.question_id]}")
        seen[question.question_id] = where
        questions.append(question)
    if not questions and not problems:
        problems.append(f"{path}: no gold question found")
    if problems:
        raise GoldError("\n".join(problems))
    return questions


def gold_lines(path: Path) -> Iterator[tuple[str, object]]:
    """("file:line", the object there) of every line; of a line that is no JSON, the error in its place."""
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        # Not splitlines: a question may hold other line separators of Unicode, which JSON leaves as they are.
        for number, line in enumerate(file.read_bytes().removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
            if line.strip():
                try:
                    yield f"{file}:{number}", json.loads(line.decode("utf-8"))
                except (ValueError, RecursionError) as error:
                    yield f"{file}:{number}", error


def is_draft(record: object) -> bool:
    """A line that nobody has reviewed yet says so; it counts in no score."""
    return isinstance(record, dict) and record.get("reviewed", True) is not True


def _question(record: object) -> Question:
    if isinstance(record, ValueError | RecursionError):
        raise record
    if not isinstance(record, dict):
        raise TypeError(f"expected an object, got {type(record).__name__}")
    reason = record["reason"]
    if record["answerable"] != (reason is None) or (reason and reason not in REASONS):
        raise ValueError(
            f"answerable is {record['answerable']}, reason is {reason!r}; expected one of {REASONS} or null"
        )
    evidence = tuple(
        tuple(Quote(quote["document_id"], quote["quote"]) for quote in group) for group in record["evidence"]
    )
    if record["answerable"] and not (evidence and all(evidence)):
        raise ValueError("an answerable question needs evidence, and every group at least one quote")
    facts = tuple(map(tuple, record["facts"]))
    quoted = [part for group in evidence for quote in group for part in (quote.document_id, quote.text)]
    texts = [record["id"], record["question"], *quoted, *(form for forms in facts for form in forms)]
    if wrong := [text for text in texts if not isinstance(text, str) or not text.strip()]:
        raise ValueError(f"{wrong[0]!r} stands where a text is expected")
    if record["split"] not in ("tune", "report"):
        raise ValueError(f"split is {record['split']!r}, expected tune or report")
    return Question(
        question_id=record["id"],
        text=record["question"],
        language=record["language"],
        user=record["user"],
        kind=record["kind"],
        style=record["style"],
        reason=reason,
        near_miss=record["near_miss"],
        evidence=evidence,
        facts=facts,
        split=record["split"],
    )


def squeezed(text: str) -> str:
    """Text without the differences that normalisation makes: every run of spaces is one space."""
    return re.sub(r"\s+", " ", text).strip()
