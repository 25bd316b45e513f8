"""The types of the ingestion side: what a text is, and what its parts are.

Offsets are character positions in ``Document.text``, the normalised text, and every part satisfies
``document.text[part.start:part.end] == part.text``. Nothing of ours is imported here.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

# In a title: the title of another document, which does not name this one.
QUOTED_TITLE = re.compile('[“"《〈‘][^”"》〉’]*[”"》〉’]+')


class CorpusError(Exception):
    """The corpus cannot be used as it is. ``problems`` holds one line each: where, what, expected, got."""

    def __init__(self, problems: list[str] | str):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class LeftOut:
    """Characters of the source that are not policy text, and the reason for leaving them out."""

    start: int  # in the decoded source text, not in Document.text
    end: int
    reason: str


@dataclass(frozen=True)
class UnreadPage:
    """A page of the file whose text could not be read, and so is not in the document."""

    number: int  # from 1
    reason: str


@dataclass(frozen=True)
class Document:
    """One text of the corpus with its metadata; unknown values are None (or "unknown"), never a guess."""

    document_id: str
    work_id: str  # the same for translations of one work
    language: str  # "zh", "en", or "zh-en" for a text that interleaves both
    title: str
    path: str  # relative to the corpus folder
    sha256: str  # of the file's bytes
    text: str
    title_zh: str | None = None
    title_en: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    issued_on: str | None = None  # ISO dates
    posted_on: str | None = None  # when a web site published it: not the date of issue
    effective_on: str | None = None
    repealed_on: str | None = None  # the first day on which it was no longer in force
    status: str = "unknown"  # in_force, repealed, superseded, unknown
    superseded_by: str | None = None
    translation: str = "unknown"  # original, official, third_party, machine, unknown
    extent: str = "unknown"  # whole, excerpt, unknown
    source: str | None = None
    page_starts: tuple[int, ...] = ()  # one for each page of the file; () where it has no pages
    ocr_pages: tuple[int, ...] = ()  # numbers of the pages whose text was recognised from an image
    unread_pages: tuple[UnreadPage, ...] = ()
    source_map: tuple[tuple[int, int], ...] = ((0, 0),)  # (offset in text, offset in decoded source), ascending
    left_out: tuple[LeftOut, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Number, from 1, of the page on which the character at ``offset`` stands; None where there are no pages."""
        return bisect_right(self.page_starts, offset) or None

    def is_ocr(self, offset: int) -> bool:
        """Whether that page was read by text recognition."""
        return self.page_at(offset) in self.ocr_pages


@dataclass(frozen=True, slots=True)  # a large corpus has hundreds of thousands
class Clause:
    """One paragraph of a document with its place in the tree of headings and numbers."""

    document_id: str
    clause_id: str
    parent_id: str | None
    number: str | None  # as printed: "（五）", "II.", "Firstly,"
    heading: str | None  # the title of a heading line, or a run-in heading
    level: int  # 0 for what stands outside the numbering, 1 for the top numbers, …
    path: tuple[str, ...]  # the headings above, outermost first
    language: str  # "zh" or "en"
    kind: str  # "title", "heading" (nothing but a heading), "text"
    start: int
    end: int
    text: str
    counterpart: str | None = None  # clause_id of the same clause in the other language
    page: int | None = None  # on which it begins, from 1; None where the file has no pages


@dataclass(frozen=True, slots=True)  # a large corpus has hundreds of thousands
class Sentence:
    """A sentence of a passage: the smallest thing that is quoted."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)  # a large corpus has hundreds of thousands
class Passage:
    """The unit of retrieval: one clause, or a part of a long one."""

    passage_id: str
    clause_id: str
    document_id: str
    language: str
    kind: str  # of its clause
    start: int
    end: int
    text: str
    embed_text: str  # title and headings in front; what is encoded, never what is quoted
    sentences: tuple[Sentence, ...] = field(default=())
    counterpart: str | None = None  # clause_id of its clause in the other language
