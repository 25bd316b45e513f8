"""eval/gold/*.jsonl → checked questions. The only file that knows the format of gold questions.

One JSON object per line. ``evidence`` holds groups of quotes: every group is needed, any quote of a group will do.
"""

import json
import re
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
    """The questions of a .jsonl file, or of all such files in a folder.

    Raises:
        GoldError: with every wrong line; an empty set is an error too, never a perfect score.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    questions: list[Question] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            where = f"{file}:{number}"
            try:
                question = _question(json.loads(line))
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


def _question(record: dict) -> Question:
    reason = record["reason"]
    if record["answerable"] != (reason is None) or (reason and reason not in REASONS):
        raise ValueError(
            f"answerable is {record['answerable']}, reason is {reason!r}; expected one of {REASONS} or null"
        )
    evidence = tuple(
        tuple(Quote(quote["document_id"], quote["quote"]) for quote in group) for group in record["evidence"]
    )
    if record["answerable"] and not all(evidence) or record["answerable"] and not evidence:
        raise ValueError("an answerable question needs evidence, and every group at least one quote")
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
        facts=tuple(map(tuple, record["facts"])),
        split=record["split"],
    )


def squeezed(text: str) -> str:
    """Text without the differences that normalisation makes: every run of spaces is one space."""
    return re.sub(r"\s+", " ", text).strip()
