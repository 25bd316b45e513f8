"""The wire format, version 1, of responses. ``requests`` has that of requests.

Times in milliseconds, offsets in characters of the document's normalised text, dates ISO; unknown values are null.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from service.requests import DocumentStatus, Language


class ErrorBody(BaseModel):
    code: str
    message: str = Field(description="in the asker's language; repeats nothing of the request")
    field: str | None = Field(description="the field that is wrong")


class ErrorResponse(BaseModel):
    error: ErrorBody


class SentenceOut(BaseModel):
    text: str
    citations: list[int]
    rewritten: bool = Field(False, description="in a language model's words, verified against what it cites")


class CounterpartOut(BaseModel):
    clause_id: str
    quote: str
    language: Language
    translation: str | None = Field(description="project: the project's own rendering, not an official text")
    document_id: str | None = Field(None, description="of the other document, where a work stands in two files")


class NoteOut(BaseModel):
    """What garbled words of the source most likely mean; the project's own view, not an official one."""

    quote: str = Field(description="the source's words")
    term: str = Field(description="the term most likely meant, in the other language")
    meaning: str = Field(description="in the asker's language")


class CitationOut(BaseModel):
    """Words of a document: characters start to end of its normalised text."""

    number: int = Field(description="as the markers in the answer say")
    document_id: str
    clause_id: str
    quote: str = Field(description="verbatim")
    language: Language
    start: int
    end: int
    document_title: str
    issuer: str | None
    document_number: str | None
    issued_on: str | None
    status: DocumentStatus
    translation: str
    path: list[str]
    url: str
    page: int | None = Field(None, description="of the file, from 1; null where it has no pages")
    ocr: bool = Field(False, description="whether the text of that page was recognised from an image")
    counterpart: CounterpartOut | None = Field(description="the same clause in the other language")
    notes: list[NoteOut] = Field(description="on words of the quote")
    title_translation: str | None = Field(description="project: document_title is the project's own rendering")
    superseded_by: str | None = Field(None, description="document_id of what took the document's place")
    superseded_on: str | None = Field(None, description="the first day of that")
    extent: str = Field("unknown", description="excerpt: only a part of the document is held; whole; unknown")


class AskResponse(BaseModel):
    question: str
    language: Language
    status: Literal["answered", "no_answer"]
    reason: Literal["out_of_corpus", "not_in_force", "ambiguous", "low_support", "contradicted"] | None
    answer: str = Field(description="text with [1] markers")
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    confidence: float = Field(description="0 to 1")
    index: str = Field(description="generation")
    resolved: str | None = Field(None, description="a question that leans on earlier ones, as it was understood")
    note: str | None = Field(
        None, description="what was left out for max_citations, or went wrong with the language model"
    )
    took_ms: float


class MatchOut(BaseModel):
    query_term: str
    passage_term: str
    probability: float = Field(description="that the passage's term stands for the question's")
    weight: float = Field(description="its part of the keyword score")


class HitOut(BaseModel):
    document_id: str
    clause_id: str
    passage_id: str
    text: str
    path: list[str]
    score: float
    language: Language
    rank: int
    arms: dict[str, float] = Field(description="what each way of searching gave it")
    start: int
    end: int
    document_title: str
    issuer: str | None
    document_number: str | None
    issued_on: str | None
    status: DocumentStatus
    translation: str
    url: str
    counterpart: str | None = Field(None, description="clause_id of the same clause in the other language")
    page: int | None = Field(None, description="of the file, from 1; null where it has no pages")
    ocr: bool = Field(False, description="whether the text of that page was recognised from an image")
    explain: list[MatchOut] | None = Field(None, description="given with explain=true")


class SearchResponse(BaseModel):
    hits: list[HitOut]
    took_ms: float


class UnreadPageOut(BaseModel):
    """A page of the file whose text could not be read, and so is not in the document."""

    model_config = ConfigDict(from_attributes=True)

    number: int = Field(description="from 1")
    reason: str


class DocumentOut(BaseModel):
    """What is known of a document."""

    document_id: str
    work_id: str = Field(description="the same for the translations and the versions of one work")
    language: Literal["zh", "en", "zh-en"]
    title: str
    title_zh: str | None
    title_en: str | None
    issuer: str | None
    document_number: str | None
    issued_on: str | None
    posted_on: str | None = Field(description="when a web site published it")
    effective_on: str | None
    repealed_on: str | None = Field(None, description="the first day on which it was no longer in force")
    status: DocumentStatus
    superseded_by: str | None
    translation: str
    extent: str
    source: str | None
    sha256: str = Field(description="of the file as obtained")
    url: str
    ocr_pages: list[int] = Field([], description="pages whose text was recognised from images")
    unread_pages: list[UnreadPageOut] = Field([], description="pages that are left out")


class ClauseNote(BaseModel):
    """What garbled words of the source most likely mean; the project's own view, not an official one."""

    quote: str = Field(description="the source's words")
    term: str = Field(description="the term most likely meant, in the other language")
    meaning_en: str
    meaning_zh: str
    spans: list[tuple[int, int]] = Field(description="where the words stand, in characters of the document's text")


class RenderingOut(BaseModel):
    """A clause in the other language by the project: not an official text, the source decides."""

    text: str
    language: Language
    translation: Literal["project"]
    label: str = Field(description="what to show with it: 项目译文，非官方文本，以原文为准")
    notes: list[ClauseNote]


class ClauseOut(BaseModel):
    clause_id: str
    number: str | None = Field(description="as printed")
    heading: str | None
    level: int
    kind: Literal["title", "heading", "text"]
    language: Language
    start: int
    end: int
    text: str
    counterpart: str | None = Field(description="clause_id of the same clause in the other language")
    page: int | None = Field(None, description="of the file on which it begins, from 1; null where it has no pages")


class ClauseTree(ClauseOut):
    rendering: RenderingOut | None
    children: list["ClauseTree"]


class DocumentsResponse(BaseModel):
    documents: list[DocumentOut]
    index: str = Field(description="generation")


class CounterpartClause(BaseModel):
    document_id: str = Field(description="another document where a work stands in two files")
    clause_id: str
    text: str
    language: Language


class ReferencesOut(BaseModel):
    """clause_ids or document numbers this clause refers to, and clause_ids that refer to it."""

    out: list[str]
    in_: list[str] = Field(serialization_alias="in", validation_alias="in")


class LookupClause(ClauseOut):
    document_id: str
    path: list[str]
    url: str


class LookupCandidate(BaseModel):
    why: Literal["ambiguous", "version", "nearest"]
    document_id: str
    document_title: str
    issued_on: str | None
    effective_on: str | None
    status: DocumentStatus
    clause: LookupClause | None


class LookupCited(BaseModel):
    """A clause that cites what is not held; offsets of the words in the citing document."""

    clause_id: str
    document_id: str
    start: int
    end: int
    normalised: str


class LookupResponse(BaseModel):
    reference: str
    understood: str = Field(description="the reference in normal form")
    found: bool
    clauses: list[LookupClause]
    documents: list[DocumentOut]
    candidates: list[LookupCandidate] = Field(description="what may be meant, other versions, or what is nearest")
    cited_only: list[LookupCited] = Field(description="where it is not held: the clauses that cite it")
    not_understood: str = Field("", description="words of the reference that were not understood")
    took_ms: float


class Neighbours(BaseModel):
    """The clauses before and after, in reading order and in the same language."""

    previous: ClauseOut | None
    next: ClauseOut | None


class ClauseResponse(BaseModel):
    document_id: str
    clause_id: str
    parent_id: str | None
    number: str | None
    heading: str | None
    level: int
    kind: Literal["title", "heading", "text"]
    language: Language
    start: int
    end: int
    text: str
    page: int | None = Field(None, description="of the file on which it begins, from 1")
    path: list[str]
    url: str
    counterpart: CounterpartClause | None
    rendering: RenderingOut | None
    children: list[ClauseOut]
    neighbours: Neighbours
    references: ReferencesOut


class HealthResponse(BaseModel):
    status: Literal["ok"]


class ReadyResponse(BaseModel):
    status: Literal["ready"]
    index: str = Field(description="generation")
    encoder: str = Field(description="name and the first digits of the hash of the encoder it was built with")
