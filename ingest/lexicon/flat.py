"""Sorted terms as two arrays, looked up without loading them, and arrays in one flat file.

Terms are kept as UTF-8 bytes one after the other (``blob``) with their ends (``ends``), in byte order, so a
term's number is found by bisection straight in the (memory-mapped) arrays: first among the first eight bytes of all
terms as whole numbers, which tell most of them apart.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

# After so many look-ups by bisection, a list of no more terms than that is kept as a table.
_MANY = 2_000
_FEW = 50_000


class TermList(Sequence):
    """Read-only list of terms in byte order; ``number(term)`` is its place, or -1."""

    def __init__(self, blob: np.ndarray, ends: np.ndarray):
        self.blob = blob  # uint8
        self.ends = ends  # int64, one more than there are terms, the first 0
        self._bytes = memoryview(blob)
        self._known: dict[str, int] = {}
        self._all_known = False

    @classmethod
    def of(cls, terms: Iterable[str]) -> "TermList":
        """From terms that are unique and already in byte order."""
        encoded = [term.encode() for term in terms]
        ends = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(term) for term in encoded], out=ends[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, number: int) -> str:
        return bytes(self._bytes[self.ends[number] : self.ends[number + 1]]).decode()

    def number(self, term: str) -> int:
        known = self._known.get(term)
        if known is None:
            if self._all_known:
                return -1
            if len(self._known) == _MANY and len(self) <= _FEW:  # a service: now a table pays
                self._known, self._all_known = {self[number]: number for number in range(len(self))}, True
                return self._known.get(term, -1)
            if len(self._known) > 100_000:
                self._known.clear()
            known = self._known[term] = self._find(term.encode())
        return known

    def _find(self, wanted: bytes) -> int:
        beginning = int.from_bytes(wanted[:8].ljust(8, b"\0"))
        low = bisect_left(self._beginnings, beginning)  # of a single one, quicker than numpy
        high = bisect_left(self._beginnings, beginning + 1, low)
        ends, text = self.ends, self._bytes
        while low < high:
            middle = (low + high) // 2
            if bytes(text[ends[middle] : ends[middle + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        if low < len(self) and bytes(text[ends[low] : ends[low + 1]]) == wanted:
            return low
        return -1

    @cached_property
    def _beginnings(self) -> memoryview:
        """The first eight bytes of each term as a whole number, zeros behind a shorter one, ascending."""
        starts, lengths = self.ends[:-1], np.diff(self.ends)
        found = np.zeros(len(self), np.uint64)
        for at in range(8):
            longer = lengths > at
            found[longer] |= self.blob[starts[longer] + at].astype(np.uint64) << np.uint64(56 - 8 * at)
        return memoryview(found)
