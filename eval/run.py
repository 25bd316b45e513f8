"""Gold questions + a service → results and a report: read ``run`` first."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from eval import metrics
from eval.gold import Question
from ingest.bilingual import language_of

_HITS = 10


class Service(Protocol):
    """Anything that speaks the contract; both methods return the objects of the HTTP responses."""

    def ask(self, question: str) -> dict: ...

    def search(self, question: str, limit: int) -> list[dict]: ...


@dataclass(frozen=True)
class Result:
    """What came back for one question, and its measures (see metrics.py)."""

    question: Question
    source: str  # language of the evidence: zh, en, zh+en, or none
    answer: dict
    hits: list[dict]
    seconds: float
    measures: dict[str, float]

    @property
    def answered(self) -> bool:
        return self.answer["status"] == "answered"


def run(questions: Sequence[Question], service: Service, done: Callable[[int], None] = lambda _: None) -> list[Result]:
    """Ask every question; results in the order of the questions."""
    results = []
    for number, question in enumerate(questions, 1):
        started = time.perf_counter()
        answer = service.ask(question.text)
        seconds = time.perf_counter() - started
        hits = service.search(question.text, _HITS)
        measured = _measures(question, answer, hits)
        results.append(Result(question, source_language(question), answer, hits, seconds, measured))
        done(number)
    return results


def _measures(question: Question, answer: dict, hits: list[dict]) -> dict[str, float]:
    answered = answer["status"] == "answered"
    if not question.answerable:
        return {"refused": float(not answered), "reason": float(answer["reason"] == question.reason)}
    citations = answer["citations"] if answered else []
    return {
        **{f"recall@{k}": metrics.recall_at_k(question, hits, k) for k in (1, 5, 10)},
        "mrr@10": metrics.reciprocal_rank(question, hits),
        "answered": float(answered),
        "evidence": metrics.evidence_recall(question, citations),
        "first": metrics.first_citation(question, citations),
        "precision": metrics.citation_precision(question, citations),
        "facts": metrics.facts(question, citations),
    }


def source_language(question: Question) -> str:
    """The languages in which the evidence exists."""
    found = {language_of(quote.text) for group in question.evidence for quote in group}
    return "+".join(sorted(found, reverse=True)) or "none"


class Library:
    """The service in this process."""

    def __init__(self, answerer):
        from service.respond import ask_response, search_response

        self._answerer = answerer
        self._ask_response, self._search_response = ask_response, search_response

    def ask(self, question: str) -> dict:
        return self._ask_response(self._answerer.ask(question), took_ms=0.0).model_dump(mode="json")

    def search(self, question: str, limit: int) -> list[dict]:
        found = self._answerer.search(question, limit=limit)
        return self._search_response(found, took_ms=0.0).model_dump(mode="json")["hits"]


class Remote:
    """A service by its address."""

    def __init__(self, url: str, timeout: float = 30.0):
        self._url = url.rstrip("/")
        self._timeout = timeout

    def ask(self, question: str) -> dict:
        body = json.dumps({"question": question}).encode()
        request = urllib.request.Request(f"{self._url}/v1/ask", body, {"Content-Type": "application/json"})
        return self._read(request)

    def search(self, question: str, limit: int) -> list[dict]:
        query = urllib.parse.urlencode({"q": question, "limit": limit})
        return self._read(urllib.request.Request(f"{self._url}/v1/search?{query}"))["hits"]

    def _read(self, request: urllib.request.Request) -> dict:
        with urllib.request.urlopen(request, timeout=self._timeout) as response:
            return json.load(response)


def save(results: Sequence[Result], circumstances: dict, file: Path) -> None:
    """Every result with what it was measured on, as JSON."""
    record = {"circumstances": circumstances, "results": [asdict(result) for result in results]}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
