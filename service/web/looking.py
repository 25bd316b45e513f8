"""What a reference leads to, as the look-up page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Clause, Document
from service.answerer import Answerer
from service.frame import clause_path
from service.lookup import Lookup
from service.show_lookup import excerpt_end
from service.web.links import document_link, words_link
from service.web.listing import Listed, entry
from service.web.reading import Context, in_context


@dataclass(frozen=True)
class FoundClause:
    clause: Clause
    listed: Listed
    path: tuple[str, ...]
    link: str
    context: Context


@dataclass(frozen=True)
class Named:
    """A document or a place in one, as a line with a link. ``text``: how the place begins."""

    title: str
    number: str | None
    path: tuple[str, ...]
    link: str
    text: str = ""
    text_language: str = ""


@dataclass(frozen=True)
class Shown:
    found: Lookup
    clauses: tuple[FoundClause, ...]
    documents: tuple[Named, ...]
    candidates: tuple[tuple[str, tuple[Named, ...]], ...]  # why, and what
    cited_only: tuple[Named, ...]
    excerpt: str | None = None  # that only a part of the document is held, where the place was not found


def shown(answerer: Answerer, found: Lookup, language: str) -> Shown:
    clauses = [_clause(answerer, clause, language) for clause in found.clauses]
    documents = [_named(answerer, document, None, language) for document in found.documents]
    candidates = [
        (why, tuple(_named(answerer, item.document, item.clause, language) for item in items))
        for why in ("ambiguous", "version", "nearest")
        if (items := [item for item in found.candidates if item.why == why])
    ]
    missing = found.documents and not found.found
    return Shown(
        found,
        tuple(clauses),
        tuple(documents),
        tuple(candidates),
        tuple(_citing(answerer, found, language)),
        excerpt_end(answerer.index, found.documents[0], language) if missing else None,
    )


def _clause(answerer: Answerer, clause: Clause, language: str) -> FoundClause:
    document = answerer.index.store.document(clause.document_id)
    return FoundClause(
        clause,
        entry(answerer, document, language),
        clause_path(clause),
        document_link(clause.document_id, language, clause.clause_id),
        in_context(answerer, clause),
    )


def _named(answerer: Answerer, document: Document, clause: Clause | None, language: str) -> Named:
    title = answerer.citer.title(document.document_id, language)
    if clause is None:
        return Named(title, document.document_number, (), document_link(document.document_id, language))
    link = document_link(document.document_id, language, clause.clause_id)
    return Named(title, document.document_number, clause_path(clause), link, clause.text, clause.language)


def _citing(answerer: Answerer, found: Lookup, language: str) -> Sequence[Named]:
    cited = []
    for item in found.cited_only:
        document = answerer.index.store.document(item.document_id)
        clause = answerer.index.store.clause(item.clause_id)
        printed = document.text[item.start : item.end]
        link = words_link(item.document_id, item.clause_id, item.start, item.end, printed, language)
        title = answerer.citer.title(item.document_id, language)
        cited.append(Named(title, document.document_number, clause_path(clause), link, printed, clause.language))
    return cited
