"""The list of documents with its filters, and the search inside them."""

from dataclasses import dataclass, replace

from ingest.document import Document
from service import frame
from service.answer import ANY_STATUS
from service.answerer import Answerer
from service.issuers import issued_by
from service.retrieve import Hit
from service.web.links import words_link
from service.web.params import PageParams
from service.web.reading import rendering_of

_PAGE = 50  # documents
_SHOWN = 10  # passages
_SEARCHED = 100  # of which those of a year are taken


@dataclass(frozen=True)
class Choices:
    """What the filters offer: what is there to be chosen."""

    issuers: tuple[str, ...]
    years: tuple[str, ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    document: Document
    title: str
    status: str  # today
    successor: str | None  # document_id of what has taken its place
    rendered: bool  # whether the title is the project's own rendering
    original: str | None  # the title in the document's own language, where another is shown


@dataclass(frozen=True)
class Found:
    """A passage that a search found."""

    hit: Hit
    listed: Listed
    page: int | None
    ocr: bool
    path: tuple[str, ...]
    link: str
    reading: str | None  # its clause in the page's language, rendered by the project


def choices(answerer: Answerer) -> Choices:
    held = answerer.index.catalogue
    present = {answerer.index.versions.status(at) for at in range(len(held))}
    return Choices(
        tuple(sorted({item.issuer for item in held if item.issuer})),
        tuple(sorted({item.issued_on[:4] for item in held if item.issued_on}, reverse=True)),
        tuple(one for one in ("in_force", "superseded", "repealed", "unknown") if one in present),
    )


@dataclass(frozen=True)
class Sheet:
    """The documents that fit the filters, one page of them. ``page`` and ``pages`` count from 1."""

    entries: tuple[Listed, ...]
    count: int
    page: int
    pages: int


def listed(answerer: Answerer, params: PageParams, language: str) -> Sheet:
    """The documents that fit the filters. Without one for the status, those that are no longer law are shown too."""
    fitting = [
        document
        for at, document in enumerate(answerer.index.catalogue)
        if (not params.issuer or issued_by(params.issuer, document.issuer))
        and params.status in (None, answerer.index.versions.status(at))
        and (not params.language or params.language in document.language.split("-"))
        and _of_year(document, params.year)
    ]
    pages = max(1, -(-len(fitting) // _PAGE))
    page = min(params.page, pages)
    shown = fitting[(page - 1) * _PAGE : page * _PAGE]
    return Sheet(tuple(entry(answerer, document, language) for document in shown), len(fitting), page, pages)


def within(answerer: Answerer, params: PageParams, language: str) -> Listed | None:
    """The one document that is searched, where there is only one."""
    document = answerer.index.store.document(params.document_id) if params.document_id else None
    return entry(answerer, document, language) if document else None


def offered(answerer: Answerer, params: PageParams, language: str) -> Sheet:
    """The first documents of all, to be named on a page or chosen in a form; the one that is chosen is among them."""
    catalogue = answerer.index.catalogue
    chosen = [document for document in catalogue if document.document_id == params.document_id]
    first = [*catalogue[:_PAGE], *(document for document in chosen if document not in catalogue[:_PAGE])]
    return Sheet(tuple(entry(answerer, document, language) for document in first), len(catalogue), 1, 1)


def found(answerer: Answerer, params: PageParams, question: str, language: str) -> list[Found]:
    """The passages nearest to a question in the documents that fit the filters, best first."""
    filters = params.to_filters()
    filters = replace(filters, status=filters.status or ANY_STATUS)
    hits = answerer.search(question, filters, _SEARCHED if params.year else _SHOWN)
    store = answerer.index.store
    kept = [hit for hit in hits if _of_year(store.document(hit.passage.document_id), params.year)]
    return [_found(answerer, hit, language) for hit in kept[:_SHOWN]]


def entry(answerer: Answerer, document: Document, language: str) -> Listed:
    title = answerer.citer.title(document.document_id, language)
    status, successor = answerer.index.versions.now(document.document_id)
    return Listed(
        document,
        title,
        status,
        successor.document_id if successor else None,
        title != frame.title(document, language),
        document.title if title != document.title else None,
    )


@dataclass(frozen=True)
class Works:
    """The other texts of a document's work."""

    versions: tuple[Listed, ...]  # in the same language, the earliest first
    translations: tuple[Listed, ...]
    successor: Listed | None  # what has taken the document's place


def works(answerer: Answerer, document: Document, language: str) -> Works:
    versions, catalogue = answerer.index.versions, answerer.index.catalogue
    at = versions.place(document.document_id)
    _, successor = versions.now(document.document_id)
    return Works(
        tuple(entry(answerer, catalogue[one], language) for one in versions.of(at) if one != at),
        tuple(entry(answerer, catalogue[one], language) for one in versions.translations(at)),
        entry(answerer, successor, language) if successor else None,
    )


def _found(answerer: Answerer, hit: Hit, language: str) -> Found:
    passage = hit.passage
    store = answerer.index.store
    place = (passage.document_id, passage.clause_id, passage.start, passage.end, passage.text)
    document = store.document(passage.document_id)
    clause = store.clause(passage.clause_id)
    rendering = rendering_of(answerer, clause) if passage.language != language else None
    return Found(
        hit,
        entry(answerer, document, language),
        document.page_at(passage.start),
        document.is_ocr(passage.start),
        frame.clause_path(clause),
        words_link(*place, language),
        rendering.text if rendering else None,
    )


def _of_year(document: Document, year: int | None) -> bool:
    return year is None or (document.issued_on or "").startswith(f"{year}-")
