"""Clauses → passages, the units of retrieval, and the sentences inside them.

A passage is one clause; a clause too long to be one is cut between sentences by llama-index's splitter, all of whose
arguments are given (its defaults cut 税率为3.5% in two).
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.document import Clause, Document, Passage, Sentence
from ingest.numbering import marker

# Characters. Chinese says in 500 what English says in 1,500; longer clauses blur what they are about.
MAX_LENGTH = {"en": 1500, "zh": 500}
# Headings go in front of what is encoded; they should not outweigh the clause.
_MAX_CONTEXT = 300

# An English sentence longer than this is cut at its semicolons, which join whole sentences in such texts.
_LONG_SENTENCE = 300
_MIN_PART = 60

_ABBREVIATION = re.compile(
    r"(?<![A-Za-z])(?:No|Nos|Art|Arts|Sec|para|Fig|Add|Tel|Dr|Mr|Mrs|Ms|Prof|Co|Ltd|Inc|Corp|Dept|St|vs|cf|al|approx"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|e\.g|i\.e|[A-Z])\.$"
)
_STOP = re.compile(
    r"""[。！？；]++["”’'」』）)】]*+"""  # Chinese full stops, with the quotation marks that close after them
    r"""|(?<![.!?])[.!?]++["”’')\]]*(?=\s|$|[A-Z“"])"""  # a row of stops is tried once, from its first
)
_NEXT_WORD = re.compile(r"\s*([^\W\d_]?)")
_SEMICOLON = re.compile(r";(?=\s)")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence in ``text``, without the spaces between them. Never cuts a number."""
    number = marker(text)
    start = 0
    found: list[tuple[int, int]] = []
    for stop in _STOP.finditer(text, number.length if number else 0):
        if _ends_sentence(text, start, stop):
            found.append((start, stop.end()))
            start = stop.end()
    found.append((start, len(text)))
    parts = [part for span in found for part in _parts(text, *span) if text[slice(*part)].strip()]
    return [_tight(text, *span) for span in _joined(text, parts)]


def _ends_sentence(text: str, start: int, stop: re.Match) -> bool:
    mark = text[stop.start()]
    if mark in "。！？；":
        return True
    if mark == "." and _ABBREVIATION.search(text, max(start, stop.start() - 10), stop.start() + 1):
        return False
    # "profoundly.The Opinions" is two sentences, "e-CIQ.Lab" or "www.cnca" are not.
    before = text[max(start, stop.start() - 8) : stop.start()]
    glued = text[stop.end() : stop.end() + 1].isalpha() and not re.search(r"[a-z]{3}(?:[.!?]\W*)?$", before)
    return not glued and not _NEXT_WORD.match(text, stop.end())[1].islower()


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= _LONG_SENTENCE:
        return [(start, end)]
    parts, begin = [], start
    for semicolon in _SEMICOLON.finditer(text, start, end):
        if semicolon.end() - begin >= _MIN_PART and end - semicolon.end() >= _MIN_PART:
            parts.append((begin, semicolon.end()))
            begin = semicolon.end()
    return [*parts, (begin, end)]


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What holds no word or figure (a stray full stop) goes with the sentence before it."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not re.search(r"\w", text[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def passages(document: Document, clauses: Sequence[Clause]) -> list[Passage]:
    """The passages of ``clauses`` in their order; all text of a clause is in one of its passages."""
    found: list[Passage] = []
    for clause in clauses:
        context = _context(document, clause)
        spans = _spans(clause.text, MAX_LENGTH[clause.language])
        for index, (begin, end) in enumerate(spans):
            text = clause.text[begin:end]
            start = clause.start + begin
            name = clause.clause_id if len(spans) == 1 else f"{clause.clause_id}/{index + 1}"
            found.append(
                Passage(
                    passage_id=name,
                    clause_id=clause.clause_id,
                    document_id=clause.document_id,
                    language=clause.language,
                    kind=clause.kind,
                    start=start,
                    end=start + len(text),
                    text=text,
                    embed_text=f"{context}\n{text}" if context else text,
                    sentences=tuple(
                        Sentence(start + first, start + last, text[first:last]) for first, last in sentences(text)
                    ),
                    counterpart=clause.counterpart,
                )
            )
    return found


def _context(document: Document, clause: Clause) -> str:
    """Title and headings above the clause, innermost kept when they are long."""
    title = document.title_zh if clause.language == "zh" else document.title_en
    parts = [title or document.title, *clause.path] if clause.kind != "title" else []
    text = " > ".join(parts)
    return text if len(text) <= _MAX_CONTEXT else text[-_MAX_CONTEXT:]


def _spans(text: str, limit: int) -> list[tuple[int, int]]:
    if len(text) <= limit:
        return [(0, len(text))]
    spans: list[tuple[int, int]] = []
    at = 0
    for chunk in _splitter(limit).split_text(text):
        start = text.index(chunk, at)
        spans.append((start, start + len(chunk)))
        at = start + len(chunk)
    return spans


@lru_cache
def _splitter(limit: int):
    from llama_index.core.node_parser import SentenceSplitter  # takes a second to import; few clauses are that long

    return SentenceSplitter(
        chunk_size=limit,
        chunk_overlap=0,
        separator=" ",
        paragraph_separator="\n",
        tokenizer=list,  # sizes are counted in characters
        chunking_tokenizer_fn=_sentences_with_spaces,
        # A sentence over the limit is cut at its commas.
        secondary_chunking_regex="[^，,；;、]*[，,；;、]|[^，,；;、]+",
        include_metadata=False,
        include_prev_next_rel=False,
    )


def _sentences_with_spaces(text: str) -> list[str]:
    """The sentences of ``text`` with what stands between them, so that joining them gives the text back."""
    starts = [start for start, _ in sentences(text)]
    starts[:1] = [0]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
