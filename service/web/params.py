"""What the addresses of the pages may carry. Unknown parameters are ignored: people send links through many hands."""

from typing import Annotated, Literal

from fastapi import Request
from pydantic import BeforeValidator, ConfigDict, Field

from service.messages import reader_language
from service.query import clean
from service.requests import SearchParams
from service.web.links import LANGUAGES

# The thread that an address carries: earlier questions, the newest that fit.
MAX_EARLIER = 4
MAX_EARLIER_CHARACTERS = 2000


def _optional_number(value: object) -> object:
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else (value or None)
    return value


Number = Annotated[int | None, BeforeValidator(_optional_number)]


class PageParams(SearchParams):
    """The filters of a search, and a question that may be missing: then the page only shows its form."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: str = ""
    year: Number = Field(None, ge=1900, le=2999)
    page: Annotated[int, BeforeValidator(lambda value: _optional_number(value) or 1)] = Field(1, ge=1)
    after: tuple[str, ...] = ()

    def given(self) -> dict[str, object]:
        """The filters that are set, as an address carries them."""
        return self.model_dump(mode="json", include={"issuer", "status", "language", "document_id", "as_of", "year"})


class ReferenceParams(PageParams):
    """A reference as people write it; without one the page only shows its form."""

    ref: str = ""


class DescriptionParams(PageParams):
    """What an enterprise makes or does; the facts beside it are read by ``applying.facts_of``."""

    description: str = ""
    save: Annotated[Literal["html", "md"] | None, BeforeValidator(lambda value: value or None)] = None


class DocumentParams(SearchParams):
    """Which words of a document to mark, and which of its languages to show."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: str = ""
    start: Number = Field(None, ge=0)
    end: Number = Field(None, ge=0)
    check: str = ""
    view: Literal["both", "zh", "en"] = "both"


def page_language(request: Request) -> str:
    """The language of the page: the one its address names, else the reader's first of ours."""
    named = request.query_params.get("lang")
    return reader_language(named if named in LANGUAGES else None, None, request.headers.get("accept-language", ""))


def earlier_questions(after: tuple[str, ...]) -> list[str]:
    """The newest of the earlier questions, as many as an address may carry; oldest first."""
    kept: list[str] = []
    left = MAX_EARLIER_CHARACTERS
    for question in reversed([text for text in map(clean, after) if text]):
        left -= len(question)
        if left < 0 or len(kept) == MAX_EARLIER:
            break
        kept.insert(0, question)
    return kept
