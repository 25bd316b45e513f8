"""Names, numbered clauses and references in the store's SQLite file: what look-ups read. The only file that knows it.

Documents and clauses are named by their ``position`` in the store's own tables.

    names      key → document           every name of a document, by its key (see ``references.names``)
    numbers    document → its number in normal form
    places     value, sub, unit, document → clause      every numbered clause, and the paragraphs of articles
    refs       what refers, where, to what, in normal form; ``target`` null where the document is not held
    ref_clauses  clause → reference that leads to it
    cited      name key or "#serial" → reference        to find what is cited, held or not
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.document import Clause, Document
from ingest.readonly import ReadOnly
from ingest.references.catalogue import catalogue_keys, own_numbers
from ingest.references.links import Linked, Row, link
from ingest.references.names import name_key
from ingest.references.numbers import DocumentNumber

_UNITS = ("条", "章", "节", "编", "分编", "部分", "款", "项", "、", ".")
_LANGUAGES = ("zh", "en")
_SCHEMA = """
create table names (key text, document integer, distance integer, primary key (key, document)) without rowid;
create table numbers (document integer primary key, series text, organ text, year integer, serial integer);
create table places (value integer, sub integer, unit integer, document integer, clause integer, last integer,
                     paragraph integer, level integer, language integer,
                     primary key (value, sub, unit, document, clause)) without rowid;
create table refs (id integer primary key, document integer, clause integer, start integer, end integer, kind text,
                   normal text, relation text, target integer);
create table ref_clauses (clause integer, ref integer, primary key (clause, ref)) without rowid;
create table cited (key text, ref integer, primary key (key, ref)) without rowid;
create index refs_of_clause on refs (clause);
create index refs_to_document on refs (target) where target is not null;
create index clauses_of_ref on ref_clauses (ref);
"""


@dataclass(frozen=True)
class StoredReference:
    """A reference as it is kept: words ``start`` to ``end`` of the citing document."""

    document: int
    clause_id: str  # the citing clause
    start: int
    end: int
    kind: str  # "document", "clause", "own", "near"
    normalised: str
    relation: str  # "implements", "interprets", "forwards", "replaces", "cites"; "" within one document
    target: int | None  # position of the document, None where it is not held
    clauses: tuple[str, ...]  # clause_ids that it leads to


def write_references(
    connection: sqlite3.Connection, documents: Sequence[Document], clauses: Sequence[Clause]
) -> list[Linked]:
    """Add the tables to an open store; call it where documents and clauses have been written, in the same order.

    Returns the references, for whoever reports on them.
    """
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    rows, linked = link(documents, clauses)
    connection.executemany(
        "insert into names values (?, ?, ?)",
        sorted((key, position, distance) for key, distance, position in catalogue_keys(documents)),
    )
    connection.executemany(
        "insert into numbers values (?, ?, ?, ?, ?)",
        (
            (position, number.series, number.organ, number.year, number.serial)
            for position, number in own_numbers(documents).items()
        ),
    )
    connection.executemany("insert into places values (?, ?, ?, ?, ?, ?, ?, ?, ?)", sorted(map(_stored, rows)))
    connection.executemany(
        "insert into refs values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(at, item.document, item.clause, item.reference.start, item.reference.end, item.reference.kind),
                *(item.reference.normalised, item.relation, item.target),
            )
            for at, item in enumerate(linked)
        ),
    )
    connection.executemany(
        "insert into ref_clauses values (?, ?)",
        sorted((clause, at) for at, item in enumerate(linked) for clause in item.clauses),
    )
    connection.executemany(
        "insert into cited values (?, ?)", sorted({(key, at) for at, item in enumerate(linked) for key in _keys(item)})
    )
    return linked


def _stored(row: Row) -> tuple:
    unit, language = _UNITS.index(row.unit), _LANGUAGES.index(row.language)
    return row.value, row.sub, unit, row.document, row.clause, row.last, row.paragraph, row.level, language


def _keys(item: Linked) -> list[str]:
    keys = [name_key(item.reference.name)] if item.reference.name else []
    return [*filter(None, keys), *([f"#{item.reference.number.serial}"] if item.reference.number else [])]


class ReferenceTables:
    """Read-only access to the tables; safe to use from several threads."""

    def __init__(self, file: Path):
        self._rows = ReadOnly(file).rows

    def names(self) -> list[tuple[str, int, int]]:
        """(key, distance from the title, document) of every name."""
        return self._rows("select key, distance, document from names")

    def numbers(self) -> dict[int, DocumentNumber]:
        """The number of each document that has one."""
        rows = self._rows("select document, series, organ, year, serial from numbers order by document")
        return {row[0]: DocumentNumber(*row[1:]) for row in rows}

    def find(self, document: int, units: Sequence[str], value: int, sub: int) -> list[Row]:
        """Rows of one document, in reading order."""
        found = []
        for unit in units:
            found += self._rows(
                "select * from places where value = ? and sub = ? and unit = ? and document = ?",
                *(value, sub, _UNITS.index(unit), document),
            )
        return sorted(map(_row, found), key=lambda row: row.clause)

    def find_anywhere(self, unit: str, value: int, sub: int, limit: int) -> list[Row]:
        """Rows of any document, at most ``limit``, by document."""
        found = self._rows(
            "select * from places where value = ? and sub = ? and unit = ? limit ?",
            *(value, sub, _UNITS.index(unit), limit),
        )
        return list(map(_row, found))

    def clause_id(self, position: int) -> str:
        return self._rows("select clause_id from clauses where position = ?", position)[0][0]

    def position(self, clause_id: str) -> int | None:
        rows = self._rows("select position from clauses where clause_id = ?", clause_id)
        return rows[0][0] if rows else None

    def references_of(self, clause_id: str) -> list[StoredReference]:
        """What the clause refers to, in the order of its words."""
        return self._references(
            "clause = (select position from clauses where clause_id = ?) order by start, end", clause_id
        )

    def references_to(self, clause_id: str, limit: int = 200) -> list[StoredReference]:
        """What refers to the clause, in the order of the corpus."""
        return self._references(
            "id in (select ref from ref_clauses where clause = (select position from clauses where clause_id = ?))"
            " order by id limit ?",
            *(clause_id, limit),
        )

    def references_to_document(self, position: int, limit: int = 200) -> list[StoredReference]:
        return self._references("target = ? order by id limit ?", position, limit)

    def references_from_document(self, position: int, limit: int = 200) -> list[StoredReference]:
        """What the clauses of a document refer to outside of it."""
        return self._references(
            "document = ? and kind in ('document', 'clause') and target is not document order by id limit ?",
            *(position, limit),
        )

    def cited(self, key: str, limit: int = 200) -> list[StoredReference]:
        """References with that name key, or with the serial of "#17"."""
        return self._references(
            "id in (select ref from cited where key = ? limit ?) order by id limit ?", key, limit, limit
        )

    def cited_names(self) -> list[str]:
        """The name keys of everything that is cited."""
        return [key for (key,) in self._rows("select distinct key from cited where key not like '#%'")]

    def not_held(self, limit: int) -> list[tuple[str, str, int]]:
        """(normal form, first citing clause, its document) of the documents that are cited by name and not held.

        What a held document interprets or forwards is left out: its matter is held.
        """
        return self._rows(
            "select normal, (select clause_id from clauses where position = clause), document from refs r"
            " where target is null and kind = 'document' and normal like '《%'"
            " and relation not in ('interprets', 'forwards')"
            " and id = (select min(id) from refs where normal = r.normal) order by id limit ?",
            limit,
        )

    def _references(self, condition: str, *values) -> list[StoredReference]:
        rows = self._rows(
            "select document, (select clause_id from clauses where position = clause), start, end, kind, normal,"
            f" relation, target, id from refs where {condition}",
            *values,
        )
        return [StoredReference(*row[:8], clauses=self._targets(row[8])) for row in rows]

    def _targets(self, reference: int) -> tuple[str, ...]:
        rows = self._rows(
            "select c.clause_id from ref_clauses r join clauses c on c.position = r.clause where r.ref = ?"
            " order by c.position",
            reference,
        )
        return tuple(clause_id for (clause_id,) in rows)


def _row(stored: tuple) -> Row:
    value, sub, unit, document, clause, last, paragraph, level, language = stored
    return Row(value, sub, _UNITS[unit], document, clause, last, paragraph, level, _LANGUAGES[language])
