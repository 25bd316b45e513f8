"""An answer as the page shows it: quotes by document and clause, each with its number, in its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ingest.document import Clause
from service import frame
from service.answer import Answer, Citation
from service.answerer import Answerer
from service.web.links import words_link
from service.web.marks import Span
from service.web.reading import Context, in_context

_MARKERS = re.compile(r"\s*\[\d+\]")  # shown as links behind the sentence


@dataclass(frozen=True)
class Cited:
    """A citation, its permanent link, and what it says in the reader's language where the quote is in the other."""

    citation: Citation
    link: str
    reading: str | None


@dataclass(frozen=True)
class Place:
    """Quotes from one clause."""

    clause: Clause
    path: tuple[str, ...]
    cited: tuple[Cited, ...]
    context: Context


@dataclass(frozen=True)
class Source:
    """Quotes from one document, in the order of the answer."""

    first: Citation
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Block:
    """A part of an answer: either words that are no quote, with the citations they rest on, or quotes."""

    text: str = ""
    numbers: tuple[int, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A question with its answer, in the order of its sentences."""

    answer: Answer
    blocks: tuple[Block, ...]

    @property
    def said(self) -> list[Block]:
        return [block for block in self.blocks if block.text]

    @property
    def quoted(self) -> list[Block]:
        return [block for block in self.blocks if block.sources]


def turn(answerer: Answerer, answer: Answer, language: str) -> Turn:
    """``language``: of the page, which its links keep."""
    waiting: list[Citation] = []
    blocks: list[Block] = []

    def show_quotes() -> None:
        if waiting:
            blocks.append(Block(sources=sources(answerer, waiting, answer.language, language)))
            waiting.clear()

    framed, shown_otherwise = _framed(answer), _shown_otherwise(answerer, answer)
    by_number = {item.number: item for item in answer.citations}
    for sentence in answer.sentences:
        if sentence.text in framed:
            waiting += [by_number.pop(number) for number in sentence.citations if number in by_number]
        elif sentence.text not in shown_otherwise:
            show_quotes()
            blocks.append(Block(_MARKERS.sub("", sentence.text), sentence.citations))
    waiting += by_number.values()
    show_quotes()
    return Turn(answer, tuple(blocks))


def sources(answerer: Answerer, citations: Sequence[Citation], spoken: str, language: str) -> tuple[Source, ...]:
    """Citations by document and clause, in their order. ``spoken``: the reader's language; ``language``: the page's."""
    quoted = [_cited(item, spoken, language) for item in citations]
    return tuple(
        Source(group[0].citation, tuple(_places(answerer, group)))
        for _, items in groupby(quoted, key=lambda item: item.citation.document_id)
        if (group := list(items))
    )


def _cited(citation: Citation, spoken: str, language: str) -> Cited:
    link = words_link(citation.document_id, citation.clause_id, citation.start, citation.end, citation.quote, language)
    other = citation.counterpart
    wanted = other and other.translation == "project" and other.language == spoken != citation.language
    return Cited(citation, link, other.quote if wanted else None)


def _places(answerer: Answerer, cited: Sequence[Cited]) -> list[Place]:
    found = []
    for clause_id, items in groupby(cited, key=lambda item: item.citation.clause_id):
        group = tuple(items)
        clause = answerer.index.store.clause(clause_id)
        marks = [Span(item.citation.start, item.citation.end, document_id=clause.document_id) for item in group]
        found.append(Place(clause, group[0].citation.path, group, in_context(answerer, clause, marks)))
    return found


def _shown_otherwise(answerer: Answerer, answer: Answer) -> set[str]:
    """What a refusal says in a sentence and the page in its own way: what is held, and that the nearest follows."""
    if answer.status == "answered":
        return set()
    return {*answerer.held(answer.language), frame.NEAREST[answer.language]}


def _framed(answer: Answer) -> set[str]:
    """The sentences that are nothing but a quote and where it stands."""
    return {
        frame.sentence(item, above, answer.language)
        for before, item in pairwise([None, *answer.citations])
        for above in (None, before)
    }
