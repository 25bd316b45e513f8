"""A service that knows the gold answers, and the faults that can be put into it."""

import copy
import re
from collections.abc import Callable, Sequence
from functools import cache

from eval.gold import Question, read_gold
from ingest.command import CORPUS
from ingest.manifest import read_manifest
from ingest.pipeline import read_corpus


@cache
def texts() -> dict[str, str]:
    """document_id → text of the real corpus."""
    return {item.document.document_id: item.document.text for item in read_corpus(CORPUS, read_manifest(CORPUS))}


@cache
def sample() -> list[Question]:
    """Every seventh gold question: both languages, all kinds, to be refused and not."""
    return read_gold()[::7]


class Oracle:
    """Cites all gold evidence at its place, states nothing else, refuses what must be refused, and is sure of it."""

    def __init__(
        self,
        questions: Sequence[Question],
        fault: Callable[[Question, dict], None] = lambda *_: None,
        hit_fault: Callable[[Question, list[dict]], list[dict]] = lambda _, hits: hits,
    ):
        self._questions = {question.text: question for question in questions}
        self._fault = fault
        self._hit_fault = hit_fault

    def ask(self, question: str) -> dict:
        asked = self._questions[question]
        answer = copy.deepcopy(right_answer(asked))
        self._fault(asked, answer)
        return answer

    def search(self, question: str, limit: int) -> list[dict]:
        asked = self._questions[question]
        hits = [
            {"document_id": item["document_id"], "text": item["quote"]} for item in right_answer(asked)["citations"]
        ]
        hits = hits or [{"document_id": "aqsiq-2018-45", "text": "something else"}]
        return self._hit_fault(asked, hits)[:limit]

    def quoted(self, document_id: str, start: int, end: int) -> str | None:
        text = texts().get(document_id)
        return text[start:end] if text else None


@cache
def right_answer(question: Question) -> dict:
    asker = "zh" if re.search("[一-鿿]", question.text) else "en"
    groups = [quote for group in question.evidence for quote in group]
    # One quote for each group first: another alternative says nothing new.
    ordered = [group[0] for group in question.evidence]
    ordered += [quote for quote in groups if quote not in ordered]
    citations = [_citation(number, quote) for number, quote in enumerate(ordered, 1)]
    lead = "原文：" if asker == "zh" else "The text says:"
    sentences = [
        {"text": f"{lead}“{item['quote']}” [{item['number']}]", "citations": [item["number"]]} for item in citations
    ]
    refusal = "没有能回答这个问题的条款。" if asker == "zh" else "No clause answers this question."
    return {
        "language": asker,
        "status": "answered" if question.answerable else "no_answer",
        "reason": question.reason,
        "answer": "\n".join(item["text"] for item in sentences) or refusal,
        "sentences": sentences,
        "citations": citations,
        "confidence": float(question.answerable),
        "timings": {"retrieve": 1.0},
    }


def _citation(number: int, quote) -> dict:
    pattern = r"\s+".join(re.escape(part) for part in quote.text.split())
    found = re.search(pattern, texts()[quote.document_id])
    return {
        "number": number,
        "document_id": quote.document_id,
        "quote": found.group(),
        "start": found.start(),
        "end": found.end(),
    }
