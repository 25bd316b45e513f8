"""Answers, hits, documents and clauses → the objects of the wire format."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict

from ingest.document import Clause, Document
from ingest.index import Index
from ingest.keywords import Match
from ingest.renderings.read import occurrences
from service.answer import Answer, AnswerSentence, Citation, document_url
from service.frame import PROJECT_LABEL, clause_path, title
from service.lookup import Lookup
from service.retrieve import Hit
from service.schema import (
    AskResponse,
    CitationOut,
    ClauseNote,
    ClauseOut,
    ClauseResponse,
    ClauseTree,
    CounterpartClause,
    CounterpartOut,
    DocumentOut,
    DocumentsResponse,
    HitOut,
    LookupCandidate,
    LookupCited,
    LookupClause,
    LookupResponse,
    MatchOut,
    Neighbours,
    NoteOut,
    ReferencesOut,
    RenderingOut,
    SearchResponse,
    SentenceOut,
)
from service.schema_works import DiffResponse, DocumentResponse
from service.works import diff_fields, earlier_first, works_fields


def ask_response(answer: Answer, took_ms: float) -> AskResponse:
    return AskResponse(
        question=answer.question,
        language=answer.language,
        status=answer.status,
        reason=answer.reason,
        answer=answer.text,
        sentences=[sentence_out(item) for item in answer.sentences],
        citations=[citation_out(item) for item in answer.citations],
        confidence=_finite(answer.confidence),
        index=answer.index,
        resolved=answer.resolved,
        note=answer.note,
        took_ms=round(took_ms, 3),
    )


def sentence_out(item: AnswerSentence) -> SentenceOut:
    return SentenceOut(text=item.text, citations=list(item.citations), rewritten=item.rewritten)


def citation_out(item: Citation) -> CitationOut:
    other = item.counterpart
    return CitationOut(
        number=item.number,
        document_id=item.document_id,
        clause_id=item.clause_id,
        quote=item.quote,
        language=item.language,
        start=item.start,
        end=item.end,
        document_title=item.document_title,
        issuer=item.issuer,
        document_number=item.document_number,
        issued_on=item.issued_on,
        status=item.status,
        translation=item.translation,
        path=list(item.path),
        url=item.url,
        counterpart=CounterpartOut(**asdict(other)) if other else None,
        notes=[NoteOut(**asdict(note)) for note in item.notes],
        page=item.page,
        ocr=item.ocr,
        title_translation=item.title_translation,
        superseded_by=item.superseded_by,
        superseded_on=item.superseded_on,
        extent=item.extent,
    )


def search_response(
    hits: Sequence[Hit], took_ms: float, explained: Sequence[Sequence[Match]] | None = None
) -> SearchResponse:
    """``explained``: the matches of each hit, where they were asked for."""
    found = [_hit(hit) for hit in hits]
    if explained is not None:
        found = [
            item.model_copy(update={"explain": [MatchOut(**match._asdict()) for match in matches]})
            for item, matches in zip(found, explained, strict=True)
        ]
    return SearchResponse(hits=found, took_ms=round(took_ms, 3))


def _hit(hit: Hit) -> HitOut:
    passage = hit.passage
    document = hit.index.store.document(passage.document_id)
    clause = hit.index.store.clause(passage.clause_id)
    return HitOut(
        document_id=passage.document_id,
        clause_id=passage.clause_id,
        passage_id=passage.passage_id,
        text=passage.text,
        path=list(clause_path(clause)),
        score=_finite(hit.score),
        language=passage.language,
        rank=hit.rank,
        arms={name: _finite(score) for name, score in hit.arms.items()},
        start=passage.start,
        end=passage.end,
        document_title=title(document, passage.language),
        issuer=document.issuer,
        document_number=document.document_number,
        issued_on=document.issued_on,
        status=hit.index.versions.now(document.document_id)[0],
        translation=document.translation,
        url=_url(clause),
        counterpart=passage.counterpart,
        page=document.page_at(passage.start),
        ocr=document.is_ocr(passage.start),
    )


def documents_response(index: Index) -> DocumentsResponse:
    found = [DocumentOut(**_metadata(index, document)) for document in index.catalogue]
    return DocumentsResponse(documents=found, index=index.generation)


def document_response(index: Index, document_id: str, renderings: bool = True) -> DocumentResponse | None:
    """The document with the tree of its clauses, or None if there is no such document."""
    document = index.store.document(document_id)
    if document is None:
        return None
    top: list[ClauseTree] = []
    by_id: dict[str, ClauseTree] = {}
    for clause in index.store.clauses(document_id):
        rendering = _rendering(index, clause) if renderings else None
        node = ClauseTree(**_clause_fields(clause), rendering=rendering, children=[])
        by_id[clause.clause_id] = node
        parent = by_id.get(clause.parent_id) if clause.parent_id else None
        (parent.children if parent else top).append(node)
    works = works_fields(index, document_id)
    return DocumentResponse(**_metadata(index, document), characters=len(document.text), clauses=top, **works)


def diff_response(index: Index, one: str, other: str, took_ms: Callable[[], float]) -> DiffResponse | None:
    """The differences of two documents that are held; None where they have no language in common."""
    old, new = earlier_first(index, one, other)
    fields = diff_fields(index, old, new)
    if fields is None:
        return None
    documents = [DocumentOut(**_metadata(index, index.catalogue[index.versions.place(name)])) for name in (old, new)]
    return DiffResponse(old=documents[0], new=documents[1], **fields, took_ms=round(took_ms(), 3))


def clause_response(index: Index, clause_id: str, renderings: bool = True) -> ClauseResponse | None:
    """The clause with what stands around it, or None if there is no such clause."""
    store = index.store
    clause = store.clause(clause_id)
    if clause is None:
        return None
    same = [item for item in store.clauses(clause.document_id) if item.language == clause.language]
    at = [item.clause_id for item in same].index(clause_id)
    other = store.clause(clause.counterpart) if clause.counterpart else None
    return ClauseResponse(
        document_id=clause.document_id,
        parent_id=clause.parent_id,
        path=list(clause_path(clause)),
        url=_url(clause),
        **_clause_fields(clause) | {"counterpart": _counterpart(other)},
        rendering=_rendering(index, clause) if renderings else None,
        children=[ClauseOut(**_clause_fields(item)) for item in store.children(clause_id)],
        neighbours=Neighbours(
            previous=ClauseOut(**_clause_fields(same[at - 1])) if at else None,
            next=ClauseOut(**_clause_fields(same[at + 1])) if at + 1 < len(same) else None,
        ),
        references=ReferencesOut(**dict(zip(("out", "in"), references(index, clause_id), strict=True))),
    )


def references(index: Index, clause_id: str) -> tuple[list[str], list[str]]:
    """What the clause refers to (clause_ids, else the document or its name) and the clauses that refer to it."""
    out: list[str] = []
    for item in index.references.references_of(clause_id):
        held = index.catalogue[item.target].document_id if item.target is not None else item.normalised
        out += item.clauses or [held]
    into = [item.clause_id for item in index.references.references_to(clause_id)]
    return list(dict.fromkeys(out)), list(dict.fromkeys(into))


def lookup_response(index: Index, found: Lookup, took_ms: float) -> LookupResponse:
    return LookupResponse(
        reference=found.reference,
        understood=found.understood,
        found=found.found,
        clauses=[LookupClause(**_place(clause)) for clause in found.clauses],
        documents=[DocumentOut(**_metadata(index, document)) for document in found.documents],
        candidates=[
            LookupCandidate(
                why=item.why,
                document_id=item.document.document_id,
                document_title=item.document.title,
                issued_on=item.document.issued_on,
                effective_on=item.document.effective_on,
                status=index.versions.now(item.document.document_id)[0],
                clause=LookupClause(**_place(item.clause)) if item.clause else None,
            )
            for item in found.candidates
        ],
        cited_only=[LookupCited(**vars(item)) for item in found.cited_only],
        not_understood=found.not_understood,
        took_ms=round(took_ms, 3),
    )


def _place(clause: Clause) -> dict:
    return {
        **_clause_fields(clause),
        "document_id": clause.document_id,
        "path": list(clause_path(clause)),
        "url": _url(clause),
    }


def _counterpart(clause: Clause | None) -> CounterpartClause | None:
    if clause is None:
        return None
    return CounterpartClause(
        document_id=clause.document_id, clause_id=clause.clause_id, text=clause.text, language=clause.language
    )


def _rendering(index: Index, clause: Clause) -> RenderingOut | None:
    found = index.store.rendering(clause.clause_id)
    if found is None:
        return None
    notes = [
        ClauseNote(
            **asdict(note),
            spans=[
                (clause.start + start, clause.start + start + len(note.quote))
                for start in occurrences(note.quote, clause.text)
            ],
        )
        for note in found.notes
    ]
    label = PROJECT_LABEL[found.language]
    return RenderingOut(text=found.text, language=found.language, translation="project", label=label, notes=notes)


def _clause_fields(clause: Clause) -> dict:
    return {name: getattr(clause, name) for name in ClauseOut.model_fields}


def _metadata(index: Index, document: Document) -> dict:
    """The fields of a document; its status is today's, as in citations."""
    fields = {name: getattr(document, name) for name in DocumentOut.model_fields if name != "url"}
    status, _ = index.versions.now(document.document_id)
    return {**fields, "status": status, "url": document_url(document.document_id)}


def _url(clause: Clause) -> str:
    return document_url(clause.document_id, clause.clause_id)


def _finite(value: float) -> float:
    """JSON has no NaN."""
    return round(float(value), 4) if math.isfinite(value) else 0.0
