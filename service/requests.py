"""The wire format, version 1, of requests: their fields and bounds. ``schema`` has that of responses."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from service.answer import Filters, parse_day
from service.messages import is_unicode, message, question_problem
from service.query import clean

MAX_BODY = 64 * 1024  # bytes
BODY_SECONDS = 15  # in which a body must have arrived
MAX_LIMIT = 100
MAX_CITATIONS = 20
MAX_HISTORY = 20
MAX_NAME = 200  # characters of an issuer, a document_id or a clause_id

_AS_OF = "answers from what was in force on that day; documents whose date is unknown are kept"

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
    if isinstance(value, str) and (day := parse_day(value)):
        return day
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


class Turn(_Strict):
    """An earlier question of the thread. What was answered need not be sent: the same question has the same answer."""

    question: Question
    answer: str | None = Field(None, description="what was answered; not read")


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
    history: list[Turn] = Field([], max_length=MAX_HISTORY, description="earlier questions of the thread, oldest first")
    rewrite: bool = Field(True, description="false: quotes only, also where the service has a language model")
    stream: bool = Field(False, description="as server-sent events: each sentence when it is ready, then the answer")

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
        None, description="of several versions the one in force on that day; where none is, as without it"
    )
