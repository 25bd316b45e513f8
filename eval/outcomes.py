"""What came back for each question, as it came, and the file in which an interrupted run is found again."""

import json
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock

from eval.gold import Question
from eval.services import Service

log = logging.getLogger(__name__)
HITS = 10
# Of a hit; the rest of the response says again what the index knows.
_KEPT = ("document_id", "clause_id", "passage_id", "text", "start", "end", "score", "language", "arms")
NO_RESULT = {
    "language": None,
    "status": "error",
    "reason": None,
    "answer": "",
    "sentences": [],
    "citations": [],
    "confidence": 0.0,
    "index": None,
    "took_ms": 0.0,
}


@dataclass(frozen=True)
class Outcome:
    """The raw outcome of one question; nothing here is judged yet."""

    question_id: str
    answer: dict
    hits: list[dict]
    seconds: float  # until the answer was there
    checked: list[bool | None] = field(default_factory=list)  # for each citation: is its quote there?
    error: str | None = None


def gather(
    questions: Sequence[Question],
    service: Service,
    done: Callable[[int], None] = lambda _: None,
    workers: int = 1,
    journal: "Journal | None" = None,
) -> list[Outcome]:
    """Ask every question that the journal does not hold, several at once; outcomes in the order of the questions."""
    found = dict(journal.kept) if journal else {}
    waiting = [question for question in questions if question.question_id not in found]
    done(len(questions) - len(waiting))
    pool = ThreadPoolExecutor(max(1, workers))
    try:
        futures = [pool.submit(ask, question, service) for question in waiting]
        for count, future in enumerate(as_completed(futures), len(questions) - len(waiting) + 1):
            outcome = future.result()
            found[outcome.question_id] = outcome
            if journal:
                journal.add(outcome)
            done(count)
    finally:
        pool.shutdown(cancel_futures=True)
    return [found[question.question_id] for question in questions]


def ask(question: Question, service: Service) -> Outcome:
    """One question; whatever the service does wrong is an outcome too."""
    started = time.perf_counter()
    try:
        answer = service.ask(question.text)
        seconds = time.perf_counter() - started
        _must_speak_the_contract(answer)
        hits = service.search(question.text, HITS)[:HITS]
        for hit in hits:
            _must_be(hit, _HIT, "a hit")
        hits = [{name: hit[name] for name in _KEPT if name in hit} for hit in hits]
        # What cannot be written down, as half of a surrogate pair, would stop the whole run.
        json.dumps([answer, hits], ensure_ascii=False, allow_nan=False).encode("utf-8")
        checked = [_is_there(service, citation) for citation in answer["citations"]]
    except Exception as error:  # a service may fail in any way, and the run goes on
        log.debug("%s failed", question.question_id, exc_info=True)
        said = f"{type(error).__name__}: {error}"
        return Outcome(question.question_id, NO_RESULT, [], time.perf_counter() - started, error=said)
    return Outcome(question.question_id, answer, hits, seconds, checked)


# What is read of a response, and the types it may have there.
_NAMED = str | None
_ANSWER = {
    "status": str,
    "reason": _NAMED,
    "language": _NAMED,
    "answer": str,
    "sentences": list,
    "citations": list,
    "confidence": int | float,
    "timings": dict | None,
}
_SENTENCE = {"text": str, "citations": list}
_CITATION = {
    "number": int,
    "document_id": str,
    "quote": str,
    "start": int | None,
    "end": int | None,
    "path": list | None,
    **dict.fromkeys(("document_title", "document_number", "issued_on"), _NAMED),
}
_HIT = {"document_id": str, "text": str}


def _must_be(item: object, types: dict, what: str) -> None:
    """Raises ValueError where a part has another type: it would stop the measures of a whole run later."""
    if not isinstance(item, dict):
        raise ValueError(f"{what} is {item!r:.80}, expected an object")
    for name, kind in types.items():
        if not isinstance(item.get(name), kind):
            raise ValueError(f"{what} has {name} {item.get(name)!r:.80}")


def _must_speak_the_contract(answer: dict) -> None:
    if not isinstance(answer, dict):
        raise ValueError(f"the response is {answer!r:.80}, expected an object")
    missing = [name for name in NO_RESULT if name not in answer and name not in ("index", "took_ms", "language")]
    if missing:
        raise ValueError(f"the response has no {', '.join(missing)}")
    _must_be(answer, _ANSWER, "the response")
    if answer["status"] not in ("answered", "no_answer"):
        raise ValueError(f"status is {answer['status']!r}, expected answered or no_answer")
    if not 0 <= answer["confidence"] <= 1:
        raise ValueError(f"confidence is {answer['confidence']!r}, expected 0 to 1")
    for sentence in answer["sentences"]:
        _must_be(sentence, _SENTENCE, "a sentence")
    for citation in answer["citations"]:
        _must_be(citation, {}, "a citation")
        if missing := [name for name in ("number", "document_id", "quote") if name not in citation]:
            raise ValueError(f"a citation has no {', '.join(missing)}")
        _must_be(citation, _CITATION, "a citation")
    numbers = [number for sentence in answer["sentences"] for number in sentence["citations"]]
    times = (answer.get("timings") or {}).values()
    names = [part for citation in answer["citations"] for part in citation.get("path") or ()]
    for parts, kind, what in (
        (numbers, int, "number of a citation"),
        (times, int | float, "time"),
        (names, str, "heading"),
    ):
        if wrong := [part for part in parts if not isinstance(part, kind)]:
            raise ValueError(f"{wrong[0]!r:.80} is no {what}")


def _is_there(service: Service, citation: dict) -> bool | None:
    """Whether the quote stands in the document where the citation says; None where that cannot be told."""
    quoted = getattr(service, "quoted", None)
    place = citation.get("start"), citation.get("end")
    if quoted is None or None in place:
        return None
    found = quoted(citation["document_id"], *place)
    return None if found is None else bool(found) and found == citation["quote"]


class Journal:
    """Outcomes written down as they come. One of the same circumstances is taken up where it was left."""

    def __init__(self, file: Path, circumstances: dict):
        self._file = file
        self._lock = Lock()
        self.kept = _read(file, circumstances)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written anew, without a last line that was cut short.
        lines = [circumstances, *(asdict(outcome) for outcome in self.kept.values())]
        file.write_text("".join(_line(item) for item in lines), "utf-8")

    def add(self, outcome: Outcome) -> None:
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(_line(asdict(outcome)))

    def close(self) -> None:
        """The run is saved; nothing is left to take up."""
        self._file.unlink(missing_ok=True)


def _read(file: Path, circumstances: dict) -> dict[str, Outcome]:
    """The outcomes of a run under the same circumstances; failed ones are asked again."""
    try:
        first, *lines = file.read_text("utf-8").split("\n")
        if json.loads(first) != circumstances:
            return {}
    except (OSError, ValueError):
        return {}
    kept: dict[str, Outcome] = {}
    for line in lines:
        try:
            outcome = Outcome(**json.loads(line))
        except (ValueError, TypeError):
            break  # cut short
        if outcome.error is None:
            kept[outcome.question_id] = outcome
    return kept


def _line(item: dict) -> str:
    return json.dumps(item, ensure_ascii=False) + "\n"
