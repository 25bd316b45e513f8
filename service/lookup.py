"""A reference as people write it → the clause: "国发〔2018〕3号 第五条", "State Council Opinions, clause 5", "(五)".

``lookup`` is the function to read first. What is certain is found; what fits several is a list of candidates; what is
not held is said to be so, with the nearest documents and with the clauses that cite it.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ingest.document import Clause, Document
from ingest.references.catalogue import Catalogue
from ingest.references.links import STANDS_FOR, Row, resolve_place
from ingest.references.numbers import DocumentNumber, normalise_number, relation
from ingest.references.organs import romanised
from ingest.references.places import Step, normal_place
from ingest.references.table import ReferenceTables, StoredReference
from ingest.versions import since
from service.lookup_names import same_name
from service.lookup_query import Asked, understand_reference
from service.lookup_titles import Titles

MAX_CANDIDATES = 20


@dataclass(frozen=True)
class Candidate:
    """What may be meant. why: "ambiguous" (fits as well as others), "version" (another version), "nearest"."""

    document: Document  # without its text
    clause: Clause | None
    why: str


@dataclass(frozen=True)
class CitedBy:
    """A clause that cites what is not held."""

    clause_id: str
    document_id: str
    start: int  # of the printed reference, in the citing document's text
    end: int
    normalised: str


@dataclass(frozen=True)
class Lookup:
    """What a reference leads to. ``documents`` are those meant, also where the place in them was not found."""

    reference: str
    understood: str  # in normal form; "" where nothing of it was understood
    found: bool
    clauses: tuple[Clause, ...] = ()
    documents: tuple[Document, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    cited_only: tuple[CitedBy, ...] = field(default=())
    not_understood: str = ""  # words beside a number that are no place and no name of the document


def lookup(index, reference: str, language: str = "auto", as_of: date | None = None, lexicon=None) -> Lookup:
    """What ``reference`` leads to in an open index, of which ``store``, ``references``, ``catalogue`` and ``versions``
    are read.

    ``language``: of the clauses, where a document has both; "auto" is that of the reference. ``as_of``: of several
    versions the one in force on that day; without it the one in force now. ``lexicon`` (``ingest.lexicon.Lexicon``):
    also finds what is cited under its name in the other language.
    """
    return _finder(index).lookup(reference, language, as_of, lexicon)


# For the index that is served and the one before it; what belongs to older ones is let go.
_finders: "list[tuple[ReferenceTables, Finder]]" = []
_lock = threading.Lock()


def _finder(index) -> "Finder":
    """What is made once for an index: its names and titles in memory."""
    with _lock:
        for tables, finder in _finders:
            if tables is index.references:
                return finder
        finder = Finder(index)
        _finders[:] = [*_finders[-1:], (index.references, finder)]
        return finder


class Finder:
    """Look-ups in one index."""

    def __init__(self, index):
        self._store, self._tables = index.store, index.references
        self._documents: Sequence[Document] = index.catalogue
        self._catalogue = Catalogue(self._documents, self._tables.names(), self._tables.numbers())
        self._titles = Titles(self._documents)
        self._versions = index.versions
        self._ids = {document.document_id: position for position, document in enumerate(self._documents)}

    def lookup(self, reference: str, language: str = "auto", as_of: date | None = None, lexicon=None) -> Lookup:
        if direct := self._by_id(reference.strip()):
            return direct
        head, _, tail = reference.strip().partition(" ")
        of_document = head.rstrip(",:，：") if head.rstrip(",:，：") in self._ids else ""
        asked = understand_reference(tail if of_document else reference, self._catalogue.names)
        asked = replace(asked, document_id=of_document)
        language = language if language in ("zh", "en") else asked.language
        if not asked.number and not asked.name and not of_document:
            return self._place_alone(reference, asked, language)
        meant, others, why = self._documents_meant(asked)
        if meant and not asked.document_id:
            meant, others, why = self._version(meant[0], others, why, as_of, bool(asked.number or asked.year))
        if not meant:
            return self._absent(reference, asked, others, why, language, lexicon)
        strange = self._strange(asked, meant[0])
        if strange:
            asked = replace(asked, name="", key="")
        if not asked.place:
            documents = tuple(self._documents[position] for position in meant)
            found = Lookup(reference, _understood(asked), True, (), documents, self._candidates(others, why))
            return replace(found, not_understood=strange)
        part = self._part(asked, meant[0])
        if part != meant[0]:
            others = []
        return replace(self._place_in(reference, asked, part, others, why, language), not_understood=strange)

    def _strange(self, asked: Asked, position: int) -> str:
        """Words beside a number, or an id, of which none belongs to the title or the issuer of the document."""
        name = re.sub(r"^文(?:件|中)?(?![件中])", "", asked.name).strip()
        if not name or not (asked.number or asked.document_id):
            return ""
        return "" if self._titles.shares_a_word(position, name) else name

    def _by_id(self, reference: str) -> Lookup | None:
        if (clause := self._store.clause(reference)) is not None:
            document = self._documents[self._ids[clause.document_id]]
            return Lookup(reference, clause.clause_id, True, (clause,), (document,))
        if reference in self._ids:
            return Lookup(reference, reference, True, (), (self._documents[self._ids[reference]],))
        return None

    def _documents_meant(self, asked: Asked) -> tuple[list[int], list[int], str]:
        """(the document meant, others, why the others): by its number, by its name, by words of its title."""
        if asked.document_id:
            return [self._ids[asked.document_id]], [], ""
        if asked.number:
            same, maybe = self._catalogue.numbered(asked.number)
            if same or (len(maybe) == 1 and _fits(asked.number, self._catalogue.numbers[maybe[0]])):
                return (same or maybe)[:1], same[1:], "version"
            return [], maybe, "ambiguous"
        named = self._catalogue.with_key(asked.key)
        if asked.year:
            named = [at for at in named if asked.year in _years(self._documents[at])]
        if named:
            return named[:1], named[1:], "version"
        return self._titled(asked)

    def _version(
        self, meant: int, others: list[int], why: str, day: date | None, numbered: bool
    ) -> tuple[list[int], list[int], str]:
        """([the version in force, on a day or now], the others, why the others).

        A number or a year names one version, which is meant whether in force or not, unless a day is asked for.
        """
        same = [meant, *(others if why == "version" else [])]
        versions = list(dict.fromkeys([*same, *(at for one in same for at in self._versions.of(one))]))
        if len(versions) == 1:
            return [meant], others, why
        valid = self._versions.in_force(day)
        dated = [at for at in versions if valid[at] and (not day or since(self._documents[at]))]
        chosen = meant
        if dated and (day or not (numbered or valid[meant])):
            chosen = max(dated, key=lambda at: since(self._documents[at]) or "")
        elif day:
            passed = [at for at in versions if (first := since(self._documents[at])) and first <= day.isoformat()]
            chosen = max(passed, key=lambda at: since(self._documents[at]), default=meant)
        return [chosen], [at for at in versions if at != chosen], "version"

    def _part(self, asked: Asked, position: int) -> int:
        """Of the documents that together hold a work, the one with the place asked for."""
        parts = self._catalogue.parts(asked.key)
        return next((at for at in parts if resolve_place(self._tables.find, at, asked.place)[1]), position)

    def _titled(self, asked: Asked) -> tuple[list[int], list[int], str]:
        if (position := self._catalogue.translated(asked.name, None)) is not None:
            return [position], [], ""
        best, others, certain = self._titles.search(asked.name)
        if certain:
            return best[:1], best[1:], "version"
        return [], [*best, *others], "ambiguous" if best else "nearest"

    def _place_in(
        self, reference: str, asked: Asked, position: int, others: list[int], why: str, language: str
    ) -> Lookup:
        rows, whole = self._rows(position, asked.place, language)
        document = self._documents[position]
        understood = _understood(asked)
        alternatives = self._candidates(others, why)
        if whole or (rows and self._stands_inside(rows, asked.place)):
            if asked.through:
                ends, ended = self._rows(position, asked.through, language)
                rows = self._between(position, rows[0], ends[-1]) if ended else rows
            clauses = tuple(self._clause(row) for row in rows)
            if len(clauses) == 1 or asked.through:
                return Lookup(reference, understood, True, clauses, (document,), alternatives)
            fitting = tuple(Candidate(document, clause, "ambiguous") for clause in clauses[:MAX_CANDIDATES])
            return Lookup(reference, understood, False, (), (document,), (*fitting, *alternatives)[:MAX_CANDIDATES])
        near = rows or self._neighbours(position, asked.place, language)
        nearest = tuple(Candidate(document, self._clause(row), "nearest") for row in near[:3])
        return Lookup(reference, understood, False, (), (document,), (*nearest, *alternatives)[:MAX_CANDIDATES])

    def _rows(self, position: int, place: tuple[Step, ...], language: str) -> tuple[list[Row], bool]:
        """The rows at a place in the language asked for, or in the other where the document has only that."""
        rows, whole = resolve_place(self._tables.find, position, place, language)
        if not whole:
            other, other_whole = resolve_place(self._tables.find, position, place)
            if other_whole or not rows:
                rows, whole = other, other_whole
        unique = {row.clause: row for row in rows}
        return list(unique.values()), whole

    def _between(self, position: int, first: Row, last: Row) -> list[Row]:
        found = []
        for value in range(first.value, min(last.value, first.value + MAX_CANDIDATES * 5) + 1):
            rows = self._tables.find(position, (first.unit,), value, 0)
            found += [
                row for row in rows if first.clause <= row.clause <= last.clause and row.language == first.language
            ]
        return found

    def _stands_inside(self, rows: list[Row], place: tuple[Step, ...]) -> bool:
        """Whether steps that are no clauses of their own stand in the article's text: its n-th paragraph, （三）."""
        if len(rows) != 1 or rows[0].unit not in ("条", "款") or rows[0].last != rows[0].clause:
            return False
        text = self._clause(rows[0]).text
        reached = next(at for at, step in enumerate(place) if step.unit == "条") if rows[0].unit == "条" else 0
        for step in place[reached + 1 :]:
            if step.unit == "款":
                paragraphs = [part for part in text.split("\n") if not re.match(r"\s*[（(]", part)]
                if step.value > len(paragraphs):
                    return False
            elif step.unit == "项":
                marks = re.findall(r"(?:^|\n)\s*[（(]\s*([一二三四五六七八九十百\d]+)\s*[)）]", text)
                if step.value > len(marks):
                    return False
        return True

    def _neighbours(self, position: int, place: tuple[Step, ...], language: str) -> list[Row]:
        """The numbered clause before one that is not there."""
        step = place[0]
        for value in range(step.value - 1, max(0, step.value - 4), -1):
            rows, whole = self._rows(position, (replace(step, value=value, sub=0),), language)
            if whole:
                return rows
        rows, _ = self._rows(position, (replace(step, value=1, sub=0),), language)
        return rows

    def _place_alone(self, reference: str, asked: Asked, language: str) -> Lookup:
        """（五） without a document: every clause of that number."""
        if not asked.place:
            return Lookup(reference, "", False)
        first = asked.place[0]
        rows: list[Row] = []
        for units in STANDS_FOR[first.unit]:
            for unit in units:
                rows += self._tables.find_anywhere(unit, first.value, first.sub, 200)
            if first.unit == "部分" and "部分" not in units:
                rows = [row for row in rows if row.level == 1]
            if rows:
                break
        if len(asked.place) > 1:
            positions = dict.fromkeys(row.document for row in rows)
            rows = [row for position in positions for row in resolve_place(self._tables.find, position, asked.place)[0]]
        spoken = [row for row in rows if row.language == language] or rows
        if len(spoken) == 1:
            clause = self._clause(spoken[0])
            document = self._documents[spoken[0].document]
            return Lookup(reference, _understood(asked), True, (clause,), (document,))
        fitting = tuple(
            Candidate(self._documents[row.document], self._clause(row), "ambiguous") for row in spoken[:MAX_CANDIDATES]
        )
        return Lookup(reference, _understood(asked), False, candidates=fitting)

    def _absent(self, reference: str, asked: Asked, others: list[int], why: str, language: str, lexicon) -> Lookup:
        cited = self._cited(asked, lexicon)
        if not others and not asked.number:
            best, more, _ = self._titles.search(asked.name)
            others, why = [*best, *more], "nearest"
        elif not others:
            others, why = self._near_number(asked.number), "nearest"
        candidates: list[Candidate] = []
        for position in others[:MAX_CANDIDATES]:
            rows, whole = self._rows(position, asked.place, language) if asked.place else ([], False)
            found = [self._clause(row) for row in rows[:3]] if whole and why == "ambiguous" else [None]
            candidates += [Candidate(self._documents[position], clause, why) for clause in found]
        return Lookup(reference, _understood(asked), False, (), (), tuple(candidates[:MAX_CANDIDATES]), cited)

    def _near_number(self, number: DocumentNumber) -> list[int]:
        """Documents whose number has the same serial and year, or the same word and year."""
        near = []
        for position, other in self._catalogue.numbers.items():
            same_serial = other.serial == number.serial and (not number.year or other.year == number.year)
            same_series = other.series == number.series and number.series and other.year == number.year
            if same_serial or same_series:
                near.append((not same_serial, abs(other.serial - number.serial), position))
        return [position for *_, position in sorted(near)[:3]]

    def _cited(self, asked: Asked, lexicon) -> tuple[CitedBy, ...]:
        """The clauses that cite the document, which is not held."""
        references: list[StoredReference] = []
        if asked.number:
            for item in self._tables.cited(f"#{asked.number.serial}"):
                printed = re.search(r"（([^（）]*〔?[^（）]*号)）|([^《》]*号)", item.normalised)
                number = normalise_number(next(filter(None, printed.groups()))) if printed else None
                if number and relation(asked.number, number) != "different" and item.target is None:
                    references.append(item)
        elif asked.key:
            keys = [asked.key]
            if lexicon is not None and not self._tables.cited(asked.key, limit=1):
                keys = same_name(asked.name, self._tables.cited_names(), lexicon)
            references = [item for key in keys for item in self._tables.cited(key) if item.target is None]
        return tuple(
            CitedBy(item.clause_id, self._documents[item.document].document_id, item.start, item.end, item.normalised)
            for item in references[:MAX_CANDIDATES]
        )

    def _candidates(self, positions: list[int], why: str) -> tuple[Candidate, ...]:
        return tuple(Candidate(self._documents[position], None, why) for position in positions[:MAX_CANDIDATES])

    def _clause(self, row: Row) -> Clause:
        return self._store.clause(self._tables.clause_id(row.clause))


def _fits(asked: DocumentNumber, held: DocumentNumber) -> bool:
    """Whether the number asked for only leaves out what the held one says; if it says more, it may be another."""
    if not asked.series:
        return True
    return bool(held.series) and (
        held.series.endswith(asked.series) or romanised(held.series) == romanised(asked.series)
    )


def _years(document: Document) -> set[int]:
    dates = (document.issued_on, document.effective_on)
    return {int(day[:4]) for day in dates if day} | set(map(int, re.findall(r"(?:19|20)\d\d", document.title)))


def _understood(asked: Asked) -> str:
    name = f"《{asked.name}》" if asked.name else ""
    end = f"至{normal_place(asked.through)}" if asked.through else ""
    return f"{name}{asked.number or ''}{normal_place(asked.place).replace('*', '条')}{end}"
