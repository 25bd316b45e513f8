"""Documents, clauses and passages in one SQLite file: written once by a build, opened read-only by the service."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ingest.document import Clause, Document, LeftOut, Passage, Sentence, UnreadPage
from ingest.readonly import ReadOnly
from ingest.renderings.read import Note, Rendering

_SCHEMA = """
create table documents (position integer primary key, document_id text unique, record text, source text, text text);
create table clauses (position integer primary key, clause_id text unique, document_id text, parent_id text,
                      start integer, record text);
create table passages (position integer primary key, passage_id text unique, clause_id text, document_id text,
                       start integer, end integer, record text);
create table sentences (position integer primary key, passage integer, start integer, end integer);
create table renderings (clause_id text primary key, record text);
create index clauses_of_document on clauses (document_id, start);
create index clauses_below on clauses (parent_id);
create index passages_of_clause on passages (clause_id);
create index sentences_of_passage on sentences (passage);
"""


# What says where a document's text stands in its file: as long as the text, and never asked of all documents at once.
_SOURCE = ("source_map", "left_out")
# dataclasses.asdict copies every value and takes most of the time of a large build.
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=vars)


def write_store(
    file: Path,
    documents: Sequence[Document],
    clauses: Sequence[Clause],
    passages: Iterable[Passage],
    renderings: Iterable[Rendering],
) -> None:
    """A new SQLite file; the same input gives the same bytes. Texts are kept once, parts as positions in them."""
    from ingest.references.table import write_references  # only a build needs it, and it is slow to import

    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.executescript("pragma journal_mode = off; pragma page_size = 4096;" + _SCHEMA)
        connection.execute("begin")
        connection.executemany(
            "insert into documents values (?, ?, ?, ?, ?)",
            ((at, item.document_id, _record(item), _source(item), item.text) for at, item in enumerate(documents)),
        )
        connection.executemany(
            "insert into clauses values (?, ?, ?, ?, ?, ?)",
            (
                (at, item.clause_id, item.document_id, item.parent_id, item.start, _record(item))
                for at, item in enumerate(clauses)
            ),
        )
        sentence = 0
        for at, item in enumerate(passages):
            connection.execute(
                "insert into passages values (?, ?, ?, ?, ?, ?, ?)",
                (at, item.passage_id, item.clause_id, item.document_id, item.start, item.end, _record(item)),
            )
            for part in item.sentences:
                connection.execute("insert into sentences values (?, ?, ?, ?)", (sentence, at, part.start, part.end))
                sentence += 1
        connection.executemany(
            "insert into renderings values (?, ?)",
            ((item.clause_id, json.dumps(asdict(item), ensure_ascii=False, sort_keys=True)) for item in renderings),
        )
        write_references(connection, documents, clauses)
        connection.execute("commit")
    finally:
        connection.close()


def _record(item: Document | Clause | Passage) -> str:
    return _JSON.encode({name: getattr(item, name) for name in _recorded(type(item))})


@cache
def _recorded(of: type) -> tuple[str, ...]:
    """The fields that a record holds; the others are stored elsewhere."""
    elsewhere = {"text", "sentences", "embed_text", *_SOURCE}
    return tuple(field.name for field in fields(of) if field.name not in elsewhere)


def _source(document: Document) -> str:
    return _JSON.encode({name: getattr(document, name) for name in _SOURCE})


class Link(NamedTuple):
    """Of a passage: its clause, the clause that says the same in the other language, if there is one, and its own."""

    clause_id: str
    counterpart: str | None
    language: str


class Store:
    """Read-only access by id or by position; safe to use from several threads."""

    def __init__(self, file: Path):
        self._rows = ReadOnly(file).rows
        # Texts of the documents in use: a few laws are megabytes, most are some kilobytes.
        self.document = lru_cache(maxsize=256)(self._document)
        self._text = lru_cache(maxsize=256)(self._read_text)
        self.clause = lru_cache(maxsize=4096)(self._clause)
        self.passage = lru_cache(maxsize=4096)(self._passage)
        self.link = lru_cache(maxsize=4096)(self._link)
        self.passages_of = lru_cache(maxsize=4096)(self._passages_of)
        self.passages_below = lru_cache(maxsize=4096)(self._passages_below)

    def catalogue(self) -> list[Document]:
        """All documents in the order of the manifest, without their texts ("" here) and what says where these stand in
        their files."""
        return [
            self._as_document(record, "{}", "")
            for (record,) in self._rows("select record from documents order by position")
        ]

    def _document(self, document_id: str) -> Document | None:
        rows = self._rows("select record, source, text from documents where document_id = ?", document_id)
        if not rows:
            return None
        return self._as_document(*rows[0])

    def _read_text(self, document_id: str) -> str:
        """The text alone: what says where it stands in its file is as long, and takes longer to read."""
        return self._rows("select text from documents where document_id = ?", document_id)[0][0]

    def _as_document(self, record: str, source: str, text: str) -> Document:
        found = json.loads(record) | json.loads(source)
        found["page_starts"] = tuple(found["page_starts"])
        found["ocr_pages"] = tuple(found["ocr_pages"])
        found["unread_pages"] = tuple(UnreadPage(**page) for page in found["unread_pages"])
        if "source_map" in found:
            found["source_map"] = tuple(map(tuple, found["source_map"]))
            found["left_out"] = tuple(LeftOut(**part) for part in found["left_out"])
        return Document(text=text, **found)

    def _clause(self, clause_id: str) -> Clause | None:
        rows = self._rows("select record from clauses where clause_id = ?", clause_id)
        return self._as_clause(rows[0][0]) if rows else None

    def clauses(self, document_id: str) -> list[Clause]:
        """The clauses of a document in reading order."""
        rows = self._rows("select record from clauses where document_id = ? order by start", document_id)
        return [self._as_clause(row[0]) for row in rows]

    def children(self, clause_id: str) -> list[Clause]:
        """The clauses directly below a clause, in reading order."""
        rows = self._rows("select record from clauses where parent_id = ? order by start", clause_id)
        return [self._as_clause(row[0]) for row in rows]

    def _as_clause(self, record: str) -> Clause:
        found = json.loads(record)
        found["path"] = tuple(found["path"])
        text = self._text(found["document_id"])[found["start"] : found["end"]]
        return Clause(text=text, **found)

    def _passage(self, position: int) -> Passage:
        """The passage at a position of the index. Its ``embed_text`` is not kept: "" here."""
        record, document_id = self._rows("select record, document_id from passages where position = ?", position)[0]
        text = self._text(document_id)
        found = json.loads(record)
        parts = self._rows("select start, end from sentences where passage = ? order by position", position)
        return Passage(
            text=text[found["start"] : found["end"]],
            embed_text="",
            sentences=tuple(Sentence(start, end, text[start:end]) for start, end in parts),
            **found,
        )

    def _link(self, position: int) -> Link:
        """What the passage at a position of the index is a part of: of many that are found few are read."""
        of_passage = "(select clause_id from passages where position = ?)"
        clause_id, record = self._rows(
            f"select clause_id, record from clauses where clause_id = {of_passage}", position
        )[0]
        found = json.loads(record)
        return Link(clause_id, found["counterpart"], found["language"])

    def sentences_between(self, first: int, last: int) -> list[tuple[int, int, str, int, int]]:
        """(row of the index, passage, clause_id, start, end) of each sentence of the passages from one to another."""
        return self._rows(
            "select s.position, p.position, p.clause_id, s.start, s.end from passages p"
            " join sentences s on s.passage = p.position where p.position between ? and ? order by s.position",
            *(first, last),
        )

    def _passages_of(self, clause_id: str) -> tuple[int, ...]:
        """Positions in the index of the passages of a clause, in reading order."""
        rows = self._rows("select position from passages where clause_id = ? order by start", clause_id)
        return tuple(position for (position,) in rows)

    def _passages_below(self, clause_id: str) -> tuple[int, ...]:
        """Positions in the index of the passages of the clauses directly below a clause, in reading order."""
        query = (
            "select passages.position from passages join clauses using (clause_id) where clauses.parent_id = ?"
            " order by passages.start"
        )
        return tuple(position for (position,) in self._rows(query, clause_id))

    def lines(self, document_id: str) -> list[int]:
        """Positions in the index of the passages that stand below no clause, in reading order."""
        query = (
            "select passages.position from passages join clauses using (clause_id)"
            " where clauses.document_id = ? and clauses.parent_id is null order by passages.start"
        )
        return [position for (position,) in self._rows(query, document_id)]

    def rendering(self, clause_id: str) -> Rendering | None:
        """The project's rendering of a clause in the other language, if there is one."""
        rows = self._rows("select record from renderings where clause_id = ?", clause_id)
        if not rows:
            return None
        found = json.loads(rows[0][0])
        found["sentences"] = tuple(found["sentences"])
        found["notes"] = tuple(Note(**note) for note in found["notes"])
        return Rendering(**found)
