"""What an answer is made of; answerer.py makes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ANY_STATUS = "any"
Status = Literal["answered", "no_answer"]
Reason = Literal["out_of_corpus", "not_in_force", "ambiguous", "low_support", "contradicted"]


def document_url(document_id: str, clause_id: str = "") -> str:
    """Where a document, or a clause of it, is read."""
    return f"/documents/{document_id}" + (f"#{clause_id}" if clause_id else "")


def parse_day(text: str) -> date | None:
    """The day that is written like 2018-02-06, and in no other way; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:  # no such day
        return None


@dataclass(frozen=True)
class Filters:
    """What may be answered from; None means no restriction."""

    issuer: str | None = None
    document_id: str | None = None
    language: str | None = None  # of the passages
    status: str | None = None  # None: what is not dead law; ANY_STATUS: dead law too
    as_of: date | None = None


@dataclass(frozen=True)
class Counterpart:
    """What a quote says in the other language. ``translation`` is "project" for the project's own rendering, which
    is no official text, and None for a clause of the document itself, or of the same work in the other language."""

    clause_id: str
    quote: str
    language: str
    translation: str | None = None
    document_id: str | None = None  # of the other document, where a work stands in two files


@dataclass(frozen=True)
class Explanation:
    """What garbled words of a source most likely mean; the project's own view."""

    quote: str  # the source's words
    term: str  # in the other language, most likely
    meaning: str  # in the asker's language


@dataclass(frozen=True)
class Citation:
    """Words of a document: ``quote == document.text[start:end]``, in one clause."""

    number: int  # from 1, as the markers in the answer say
    document_id: str
    clause_id: str
    quote: str
    language: str
    start: int
    end: int
    document_title: str
    issuer: str | None
    document_number: str | None
    issued_on: str | None
    status: str
    translation: str
    path: tuple[str, ...]
    counterpart: Counterpart | None = None
    notes: tuple[Explanation, ...] = ()  # on words of the quote, in their order
    page: int | None = None  # of the file, from 1; None where it has no pages
    ocr: bool = False  # whether the text of that page was recognised from an image
    title_translation: str | None = None  # "project" where document_title is the project's own rendering
    superseded_by: str | None = None  # document_id of what took its place, and since when
    superseded_on: str | None = None
    extent: str = "unknown"  # of the document: whole, excerpt, unknown

    @property
    def url(self) -> str:
        return document_url(self.document_id, self.clause_id)


@dataclass(frozen=True)
class AnswerSentence:
    text: str
    citations: tuple[int, ...]
    rewritten: bool = False  # in a language model's words, verified against what it cites


@dataclass(frozen=True)
class Answer:
    question: str
    language: str  # of the frame: the asker's
    status: Status
    reason: Reason | None
    text: str  # with [1] markers
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    confidence: float  # 0 to 1
    index: str  # generation
    timings: Mapping[str, float] = field(default_factory=dict)  # milliseconds by stage
    resolved: str | None = None  # a question that leant on earlier ones, as it was understood
    # In the asker's language: typing errors put right, what was left out, or what went wrong with a language model.
    note: str | None = None
