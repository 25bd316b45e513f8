"""The held documents by name and by number: which one a reference names.

A name leads to the version in force where several documents bear it; a number only to the one document whose number
it certainly is. What is not certain is not guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ingest.document import Document
from ingest.references.names import EN_TYPES, PART, Names, document_keys, name_key
from ingest.references.numbers import DocumentNumber, normalise_number, relation, with_issuer
from ingest.references.organs import organs_in
from ingest.references.places import Reference
from ingest.references.text import same_length_fold, without_ending

_STATUS = {"in_force": 0, "unknown": 1, "superseded": 2, "repealed": 3}
_ALIKE = 0.6  # share of words that two translations of one title have in common, at least
_PROMULGATED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|(?:发布|公布)$")
_ENDINGS = ("ening", "en", "ing", "ed", "es", "s", "e")  # of English words that are compared
_HEAD = 600  # characters at the beginning in which a document's own number stands


class Catalogue:
    """The documents by name and by number. Positions are those of ``documents``."""

    def __init__(
        self,
        documents: Sequence[Document],
        keys: Iterable[tuple[str, int, int]] | None = None,
        numbers: dict[int, DocumentNumber] | None = None,
    ):
        """``keys`` as ``catalogue_keys`` gives them and ``numbers`` by position, where they are known already."""
        self.documents = documents
        self._named: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for key, distance, position in catalogue_keys(documents) if keys is None else keys:
            self._named[key].append((distance, position))
        self.names = Names(self._named)
        self._numbered: dict[int, list[tuple[DocumentNumber, int]]] = defaultdict(list)
        self.numbers = own_numbers(documents) if numbers is None else numbers
        for position, number in self.numbers.items():
            self._numbered[number.serial].append((number, position))

    def named(self, name: str) -> list[int]:
        """Documents of that name: the title before what forwards it, what is in force before what is not."""
        return self.with_key(name_key(name))

    def with_key(self, key: str) -> list[int]:
        found = sorted((distance, self._preference(position)) for distance, position in self._named.get(key, ()))
        return list(dict.fromkeys(preference[-1] for distance, preference in found if distance == found[0][0]))

    def parts(self, key: str) -> list[int]:
        """The documents that together hold the work of that name, [] where one document does."""
        named = self._named.get(key, ())
        return sorted(position for _, position in named) if named and all(one == PART for one, _ in named) else []

    def _preference(self, position: int) -> tuple[int, str, int]:
        document = self.documents[position]
        day = document.effective_on or document.issued_on or ""
        return _STATUS.get(document.status, 1), "".join(chr(0x10FFF - ord(mark)) for mark in day), position

    def numbered(self, number: DocumentNumber) -> tuple[list[int], list[int]]:
        """(documents with this number, documents whose number may be this one)."""
        same, maybe = [], []
        for other, position in self._numbered.get(number.serial, ()):
            kind = relation(number, other)
            if kind == "same":
                same.append(position)
            elif kind == "maybe":
                maybe.append(position)
        return sorted(same, key=self._preference), sorted(maybe, key=self._preference)

    def meant(self, reference: Reference) -> int | None:
        """The document that a reference names, None where it is not held or not certain."""
        number, name = reference.number, reference.name
        same, maybe = self.numbered(number) if number else ([], [])
        if same:
            return same[0]
        if name:
            agreeing = (position for position in self.named(name) if self._no_conflict(position, number))
            if (position := next(agreeing, None)) is not None:
                return position
            return self.translated(name, number)
        certain = [position for position in maybe if number.organ and self.numbers[position].organ == number.organ]
        return certain[0] if len(certain) == 1 and (number.year or not number.series) else None

    def _no_conflict(self, position: int, number: DocumentNumber | None) -> bool:
        held = self.numbers.get(position)
        return not (number and held) or relation(number, held) != "different"

    def translated(self, name: str, number: DocumentNumber | None) -> int | None:
        """The one document whose English title says the same in other words: the same kind, the same body."""
        kind, organ, words = _signature(name)
        if not kind or len(words) < 4:
            return None
        found = []
        for position, signatures in self._signatures().get((kind, organ), {}).items():
            share = max(len(words & other) / len(words | other) for other in signatures)
            if share >= _ALIKE and self._no_conflict(position, number):
                found.append((share, position))
        found.sort(reverse=True)
        return found[0][1] if found and (len(found) == 1 or found[0][0] > found[1][0]) else None

    def _signatures(self) -> dict[tuple[str, str], dict[int, list[frozenset[str]]]]:
        if not hasattr(self, "_by_signature"):
            self._by_signature: dict = defaultdict(lambda: defaultdict(list))
            for position, document in enumerate(self.documents):
                for title in {document.title, document.title_en} - {None}:
                    kind, organ, words = _signature(title)
                    if kind and len(words) >= 4:
                        self._by_signature[kind, organ][position].append(words)
        return self._by_signature


def own_numbers(documents: Sequence[Document]) -> dict[int, DocumentNumber]:
    """The number of each document by position: the recorded one, else one on a line of its own in the head."""
    numbers = {}
    for position, document in enumerate(documents):
        lines = [document.document_number] if document.document_number else document.text[:_HEAD].split("\n")
        number = next(filter(None, (normalise_number(_PROMULGATED.sub("", line)) for line in lines)), None)
        if number and (document.document_number or number.year or number.organ):
            numbers[position] = with_issuer(number, document.issuer)
    return numbers


def catalogue_keys(documents: Sequence[Document]) -> Iterator[tuple[str, int, int]]:
    """(key, distance from the title, position) of every name of every document."""
    for position, document in enumerate(documents):
        for key, distance in sorted(document_keys(document).items()):
            yield key, distance, position


@lru_cache(maxsize=4096)
def _signature(title: str) -> tuple[str, str, frozenset[str]]:
    """(kind of document, issuing body, content words) of an English title; the kind is "" for any other."""
    folded = same_length_fold(title)
    found = re.match(rf"(?:[Tt]he )?((?:[A-Z][a-z]+ ){{0,2}})((?i:{EN_TYPES}))\b", folded)
    if not found:
        return "", "", frozenset()
    organs = organs_in(folded)
    kind = (found[1] + found[2]).lower().rstrip("s")
    words = re.findall("[a-z]+", name_key(title))
    return (
        kind,
        organs[0][2] if organs else "",
        frozenset(without_ending(word, _ENDINGS) for word in words if word not in _COMMON),
    )


_COMMON = {
    "of",
    "on",
    "and",
    "for",
    "to",
    "in",
    "by",
    "with",
    "opinion",
    "opinions",
    "notice",
    "regarding",
    "concerning",
}
