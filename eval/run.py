"""Gold questions + a service → results and a report: read ``run`` first."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.decisions import Decision
from eval.gold import Question
from eval.outcomes import Journal, Outcome, gather
from eval.score import decision, score
from eval.services import Library, Remote, Service
from ingest.bilingual import language_of

__all__ = ["Library", "Remote", "Result", "Service", "run", "save", "source_language"]


@dataclass(frozen=True)
class Result:
    """What came back for one question, and its measures (see metrics.py)."""

    question: Question
    source: str  # language of the evidence: zh, en, zh+en, or none
    answer: dict
    hits: list[dict]
    seconds: float
    measures: dict[str, float]
    checked: list[bool | None] = field(default_factory=list)  # for each citation: is its quote there?
    error: str | None = None  # why there is no result

    @property
    def answered(self) -> bool:
        return self.answer["status"] == "answered"

    @property
    def timings(self) -> dict[str, float]:
        """Milliseconds by stage, as far as the service tells them."""
        return self.answer.get("timings") or {}

    @property
    def decision(self) -> Decision:
        return decision(self.question, Outcome(self.question.question_id, self.answer, self.hits, self.seconds))


def run(
    questions: Sequence[Question],
    service: Service,
    done: Callable[[int], None] = lambda _: None,
    workers: int = 1,
    journal: Journal | None = None,
) -> list[Result]:
    """Ask every question, ``workers`` of them at once, and measure what comes back.

    Results are in the order of the questions; ``done`` is told how many there are so far. A question on which the
    service fails has a result too, with the worst of every measure.
    """
    outcomes = gather(questions, service, done, workers, journal)
    return [
        Result(
            question,
            source_language(question),
            outcome.answer,
            outcome.hits,
            outcome.seconds,
            measures,
            outcome.checked,
            outcome.error,
        )
        for question, outcome, measures in zip(questions, outcomes, score(questions, outcomes), strict=True)
    ]


def source_language(question: Question) -> str:
    """The languages in which the evidence exists."""
    found = {language_of(quote.text) for group in question.evidence for quote in group}
    return "+".join(sorted(found, reverse=True)) or "none"


def save(results: Sequence[Result], circumstances: dict, file: Path, figures: dict | None = None) -> None:
    """Every result with what it was measured on, and the summary if given, as JSON."""
    record = {
        "circumstances": circumstances,
        "summary": figures,
        "results": [asdict(result) for result in results],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record, ensure_ascii=False, separators=(",", ":")), "utf-8")
