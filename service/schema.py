"""The wire format, version 1: what requests may hold and what responses look like. Nothing else.

Times in milliseconds, offsets in characters of the document's normalised text, dates ISO; unknown values are null.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from service.answer import Filters
from service.messages import is_unicode, message, question_problem
from service.query import clean

MAX_BODY = 64 * 1024  # bytes
BODY_SECONDS = 15  # in which a body must have arrived
MAX_LIMIT = 100
MAX_CITATIONS = 20
MAX_NAME = 200  # characters of an issuer, a document_id or a clause_id

_AS_OF = "leaves out documents issued after that day; those whose date is unknown are kept"

Language = Literal["zh", "en"]
DocumentStatus = Literal["in_force", "repealed", "superseded", "unknown"]


def _question(value: str) -> str:
    problem = question_problem(value)
    if problem:
        raise PydanticCustomError(problem, message(problem, "en"))
    return clean(value)


def _name(value: str) -> str | None:
    if not is_unicode(value):
        raise PydanticCustomError("not_unicode", "lone surrogate")
    name = clean(value)
    if len(name) > MAX_NAME:
        raise PydanticCustomError("string_too_long", "too long", {"max_length": MAX_NAME})
    return name or None


def _date(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("not_a_date", "not a date like 2018-02-06")


def _whole_number(value: Any) -> Any:
    """A number as an address carries it: digits only, no sign, space, point or underscore."""
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{1,6}", value):
            raise PydanticCustomError("int_parsing", "not a whole number")
        return int(value)
    return value


def _absent_if_empty(value: Any) -> Any:
    """Forms send the fields nobody filled in as empty text."""
    return None if value == "" else value


Question = Annotated[str, AfterValidator(_question), Field(description="1 to 2,000 characters, Chinese or English")]
Name = Annotated[str, AfterValidator(_name)] | None
Day = Annotated[date | None, BeforeValidator(_date)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FilterFields(_Strict):
    """What may be answered from; null or left out means no restriction."""

    issuer: Name = Field(None, description="part of the issuing body's name")
    document_id: Name = None
    language: Language | None = Field(None, description="of the passages, not of the answer")
    status: DocumentStatus | None = None


class AskRequest(_Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "有机产品认证是强制性的吗？"},
                {
                    "question": "What must the provinces report to AQSIQ, and by when?",
                    "language": "en",
                    "filters": {"status": "in_force"},
                    "as_of": "2020-01-01",
                    "max_citations": 3,
                },
            ]
        }
    )

    question: Question
    language: Literal["auto", "zh", "en"] = Field("auto", description="of the answer; auto: that of the question")
    filters: FilterFields | None = None
    as_of: Day = Field(None, description=_AS_OF)
    max_citations: int = Field(5, ge=1, le=MAX_CITATIONS)

    def to_filters(self) -> Filters:
        fields = self.filters.model_dump() if self.filters else {}
        return Filters(**fields, as_of=self.as_of)


class SearchParams(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Question = Field(examples=["认证机构的责任"])
    limit: Annotated[int, BeforeValidator(_whole_number)] = Field(10, ge=1, le=MAX_LIMIT)
    language: Annotated[Language | None, BeforeValidator(_absent_if_empty)] = Field(None, description="of the passages")
    issuer: Name = Field(None, description="part of the issuing body's name")
    status: Annotated[DocumentStatus | None, BeforeValidator(_absent_if_empty)] = None
    document_id: Name = None
    as_of: Annotated[date | None, BeforeValidator(_date), BeforeValidator(_absent_if_empty)] = Field(
        None, description=_AS_OF
    )
    explain: bool = Field(False, description="with which terms of the question met which of the passage")

    def to_filters(self) -> Filters:
        return Filters(**self.model_dump(include={"issuer", "document_id", "language", "status", "as_of"}))


class LookupParams(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    ref: Question = Field(examples=["国发〔2018〕3号 第五条"])
    language: Annotated[Language | None, BeforeValidator(_absent_if_empty)] = Field(None, description="of the clauses")
    as_of: Annotated[date | None, BeforeValidator(_date), BeforeValidator(_absent_if_empty)] = Field(
        None, description="of several versions the newest dated by that day; where none is, as without it"
    )


class ErrorBody(BaseModel):
    code: str
    message: str = Field(description="in the asker's language; repeats nothing of the request")
    field: str | None = Field(description="the field that is wrong")


class ErrorResponse(BaseModel):
    error: ErrorBody


class SentenceOut(BaseModel):
    text: str
    citations: list[int]


class CounterpartOut(BaseModel):
    clause_id: str
    quote: str
    language: Language
    translation: str | None = Field(description="project: the project's own rendering, not an official text")


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
    counterpart: CounterpartOut | None = Field(description="the same clause in the other language")
    notes: list[NoteOut] = Field(description="on words of the quote")
    title_translation: str | None = Field(description="project: document_title is the project's own rendering")


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
    explain: list[MatchOut] | None = Field(None, description="given with explain=true")


class SearchResponse(BaseModel):
    hits: list[HitOut]
    took_ms: float


class DocumentOut(BaseModel):
    """What is known of a document."""

    document_id: str
    work_id: str = Field(description="the same for translations of one work")
    language: Literal["zh", "en", "zh-en"]
    title: str
    title_zh: str | None
    title_en: str | None
    issuer: str | None
    document_number: str | None
    issued_on: str | None
    posted_on: str | None = Field(description="when a web site published it")
    effective_on: str | None
    status: DocumentStatus
    superseded_by: str | None
    translation: str
    extent: str
    source: str | None
    sha256: str = Field(description="of the file as obtained")
    url: str


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


class ClauseTree(ClauseOut):
    rendering: RenderingOut | None
    children: list["ClauseTree"]


class DocumentsResponse(BaseModel):
    documents: list[DocumentOut]
    index: str = Field(description="generation")


class DocumentResponse(DocumentOut):
    characters: int = Field(description="of the normalised text")
    clauses: list[ClauseTree]


class CounterpartClause(BaseModel):
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
