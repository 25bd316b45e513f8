"""A document, or a few of its clauses, as rows to be read: one language beside the other, words marked by offsets."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Clause, Document
from ingest.numbering import marker
from ingest.renderings.read import Rendering
from service.answerer import Answerer
from service.web.links import check_of, document_link
from service.web.marks import Run, Span, heading_length, rendered_runs, runs

_BEGINNING = 72  # characters


@dataclass(frozen=True)
class Cell:
    """A clause in one language. ``clause_id`` is None for a rendering, which is no clause of the document."""

    language: str
    runs: tuple[Run, ...]
    clause_id: str | None
    document_id: str | None
    rendered: bool = False
    notes: tuple[tuple[str, str, str], ...] = ()  # the source's words, what they stand for, what is meant


@dataclass(frozen=True)
class Row:
    """One clause and its counterpart, as far as there is one."""

    level: int
    kind: str
    cells: tuple[Cell, ...]

    @property
    def beginning(self) -> str:
        """Enough of its words to know it by."""
        return _short("".join(piece.text for run in self.cells[0].runs for piece in run.pieces))


@dataclass(frozen=True)
class Context:
    """A clause and the ones before and after it."""

    before: Row | None
    here: Row
    after: Row | None


@dataclass(frozen=True)
class Marking:
    """What a link asks to be marked. problem: "" or a key of ``words``."""

    spans: tuple[Span, ...] = ()
    clause_id: str = ""
    problem: str = ""


class OutsideText(ValueError):
    """Offsets that are not a place in the text."""


def document_rows(
    answerer: Answerer, document: Document, language: str, view: str = "both", marks: Sequence[Span] = ()
) -> list[Row]:
    """The whole document. ``language``: of the page; of two languages that the document has it comes first."""
    clauses = answerer.index.store.clauses(document.document_id)
    return clause_rows(answerer, sorted(clauses, key=lambda clause: clause.start), language, view, marks)


def clause_rows(
    answerer: Answerer, clauses: Sequence[Clause], language: str, view: str = "both", marks: Sequence[Span] = ()
) -> list[Row]:
    """A row for each clause, or for two that say the same in two languages."""
    by_id = {clause.clause_id: clause for clause in clauses}
    rows: list[Row] = []
    done: set[str] = set()
    for clause in clauses:
        if clause.clause_id in done:
            continue
        pair = [clause]
        if clause.counterpart:
            other = by_id.get(clause.counterpart) or answerer.index.store.clause(clause.counterpart)
            pair.append(other)
            pair.sort(key=lambda one: one.language != language)
        done.update(one.clause_id for one in pair)
        cells = [_cell(answerer, one, language, marks) for one in pair]
        if len(pair) == 1 and (rendering := rendering_of(answerer, clause)):
            own = [span for span in marks if span.document_id == clause.document_id]
            said = tuple(rendered_runs(rendering, clause, own))
            cells.append(Cell(rendering.language, said, None, None, rendered=True))
        cells = [cell for cell in cells if view in ("both", cell.language)]
        if cells:
            rows.append(Row(clause.level, clause.kind, tuple(cells)))
    return rows


def in_context(answerer: Answerer, clause: Clause, marks: Sequence[Span] = ()) -> Context:
    """The clause between its neighbours in reading order."""
    same = [one for one in answerer.index.store.clauses(clause.document_id) if one.language == clause.language]
    at = [one.clause_id for one in same].index(clause.clause_id)
    rows = [
        clause_rows(answerer, [one], clause.language, "both", marks)[0] if one else None
        for one in (same[at - 1] if at else None, clause, same[at + 1] if at + 1 < len(same) else None)
    ]
    return Context(*rows)


def rendering_of(answerer: Answerer, clause: Clause) -> Rendering | None:
    return answerer.index.store.rendering(clause.clause_id) if answerer.renderings else None


def marking(
    document: Document, clauses: Sequence[Clause], start: int | None, end: int | None, check: str = ""
) -> Marking:
    """What to mark in a document.

    Raises:
        OutsideText: only one of the two is given, or they are not a place in the text.
    """
    if start is None and end is None:
        return Marking()
    if start is None or end is None or not start < end <= len(document.text):
        raise OutsideText(f"{start} to {end} of {len(document.text)} characters")
    if check and check != check_of(document.text[start:end]):
        return Marking(problem="changed")
    touched = sorted(
        (clause for clause in clauses if clause.start < end and clause.end > start), key=lambda clause: clause.start
    )
    if not touched:
        return Marking(problem="between")
    return Marking((Span(start, end, document_id=document.document_id),), touched[0].clause_id)


def contents(clauses: Sequence[Clause], document: Document, language: str) -> list[tuple[Clause, str]]:
    """The numbered clauses with their headings, or how they begin; in the page's language where the text has it."""
    spoken = language if language in document.language.split("-") else document.language
    found = []
    for clause in sorted(clauses, key=lambda one: one.start):
        number = marker(clause.text) if clause.language == spoken and clause.number else None
        if number and number.value is not None:
            headed = heading_length(clause)
            label = clause.text[:headed] if headed > number.length else _short(clause.text)
            found.append((clause, label.rstrip("。.：: ")))
    return found


def _short(text: str) -> str:
    return text if len(text) <= _BEGINNING else text[:_BEGINNING].rstrip() + "…"


def views(answerer: Answerer, document: Document, clauses: Sequence[Clause]) -> list[str]:
    """The ways to read the document: both languages where it has them, and each that is its own."""
    own = document.language.split("-")
    both = len(own) > 1 or any(rendering_of(answerer, clause) for clause in clauses)
    return ["both", *own] if both else []


def _cell(answerer: Answerer, clause: Clause, language: str, marks: Sequence[Span]) -> Cell:
    rendering = rendering_of(answerer, clause)
    notes = tuple(
        (note.quote, note.term, note.meaning_zh if language == "zh" else note.meaning_en)
        for note in (rendering.notes if rendering else ())
    )
    links = _reference_links(answerer, clause, language)
    # Offsets are those of one document; the counterpart may stand in another.
    own = [span for span in marks if span.document_id == clause.document_id]
    pieces = tuple(runs(clause, own, links))
    return Cell(clause.language, pieces, clause.clause_id, clause.document_id, notes=notes)


def _reference_links(answerer: Answerer, clause: Clause, language: str) -> list[Span]:
    """The references printed in the clause that lead to something held."""
    found = []
    for item in answerer.index.references.references_of(clause.clause_id):
        if item.target is None and not item.clauses:
            continue
        document = clause.document_id if item.target is None else answerer.index.catalogue[item.target].document_id
        first = item.clauses[0] if item.clauses else ""
        if first:
            document = answerer.index.store.clause(first).document_id
        found.append(Span(item.start, item.end, document_link(document, language, first)))
    return found
