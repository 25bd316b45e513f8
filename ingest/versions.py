"""One work in several versions: which of its texts was in force on a day, and which took its place.

The manifest says it (``status``, ``superseded_by``, ``repealed_on``); and of texts of one work in one language a later
one takes the place of an earlier one on the day from which it is in force.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from ingest.document import Document
from ingest.references.numbers import normalise_number

DEAD = frozenset({"repealed", "superseded"})


def since(document: Document) -> str | None:
    """The first day of a document, ISO; None where neither the day it took effect nor that of its issue is known."""
    return document.effective_on or document.issued_on


def _earliest(document: Document) -> str | None:
    """The first day on which a document can have been in force: where no date is known, of the year of its number."""
    if day := since(document):
        return day
    number = normalise_number(document.document_number) if document.document_number else None
    return f"{number.year}-01-01" if number and number.year else None


class Versions:
    """The documents of a corpus by work. Positions are those of ``documents``."""

    def __init__(self, documents: Sequence[Document]):
        self.documents = documents
        self._place = {document.document_id: at for at, document in enumerate(documents)}
        works: dict[str, list[int]] = defaultdict(list)
        for at, document in enumerate(documents):
            works[document.work_id].append(at)
        self._works = works
        self.successors = [self._successor(at) for at in range(len(documents))]
        self.ends = [self._end(at) for at in range(len(documents))]
        self._first = [_earliest(document) for document in documents]
        self.in_force = lru_cache(maxsize=64)(self._in_force)
        self.within = lru_cache(maxsize=64)(self._within)

    def place(self, document_id: str) -> int:
        """The position of a document that is held."""
        return self._place[document_id]

    def of(self, position: int) -> list[int]:
        """The versions of a document's work in its language, itself among them: the earliest first, undated last."""
        languages = self.documents[position].language.split("-")
        same = [
            at
            for at in self._works[self.documents[position].work_id]
            if set(self.documents[at].language.split("-")) & set(languages)
        ]
        return sorted(same, key=lambda at: (since(self.documents[at]) or "9999", at))

    def translations(self, position: int) -> list[int]:
        """The texts of the same work in another language only."""
        return [at for at in self._works[self.documents[position].work_id] if at not in self.of(position)]

    def _successor(self, position: int) -> int | None:
        """What took a document's place: what the manifest names, else the next version of the work."""
        document = self.documents[position]
        if document.superseded_by in self._place and document.superseded_by != document.document_id:
            return self._place[document.superseded_by]
        first = since(document)
        if len(self._works[document.work_id]) == 1 or not first:
            return None
        later = [at for at in self.of(position) if (day := since(self.documents[at])) and day > first]
        return later[0] if later else None

    def _end(self, position: int) -> str | None:
        """The first day on which a document was no longer in force, None where it is in force or that is not known."""
        if self.documents[position].repealed_on:
            return self.documents[position].repealed_on
        successor = self.successors[position]
        return since(self.documents[successor]) if successor is not None else None

    def status(self, position: int, today: date | None = None) -> str:
        """The status of a document: that of the manifest, or "superseded" where a later version is in force already."""
        document, end = self.documents[position], self.ends[position]
        if document.status not in DEAD and end and end <= (today or date.today()).isoformat():
            return "repealed" if end == document.repealed_on else "superseded"
        return document.status

    def now(self, document_id: str) -> tuple[str, Document | None]:
        """(status today, the document that has taken its place, None where none has or it is not held)."""
        position = self.place(document_id)
        status, successor = self.status(position), self.successors[position]
        return status, self.documents[successor] if successor is not None and status in DEAD else None

    def _in_force(self, day: date | None) -> np.ndarray:
        """Which documents were in force on a day: bool (documents,). Undated ones are taken to be so until repealed,
        from the year of their number on.

        Without a day: which are so now. What is repealed or superseded and does not say since when never is.
        """
        on = (day or date.today()).isoformat()
        found = np.zeros(len(self.documents), bool)
        for at, document in enumerate(self.documents):
            first, end = self._first[at], self.ends[at]
            begun = not first or first <= on or (day is None and len(self.of(at)) == 1)
            dead = document.status in DEAD and (day is None or not end)
            found[at] = begun and not dead and (not end or on < end)
        return found

    def _within(self, day: date) -> np.ndarray:
        """Which documents a day may belong to, whatever their status: bool (documents,)."""
        on = day.isoformat()
        begun = [not first or first <= on for first in self._first]
        return np.array(begun, bool) & np.array([not end or on < end for end in self.ends], bool)


def both_in_force(documents: Sequence[Document]) -> list[str]:
    """One line for each version that the manifest calls in force though a later one of its work has taken its place."""
    versions = Versions(documents)
    return [
        f"{document.document_id} is in force by the manifest, but {documents[successor].document_id}, a later version"
        f" of its work, is so since {versions.ends[at]}; the earlier one is taken to be superseded"
        for at, document in enumerate(documents)
        if (successor := versions.successors[at]) is not None
        and document.status == "in_force"
        and versions.status(at) == "superseded"
    ]
