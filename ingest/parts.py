"""Parts of a large array that stays in its file.

They are read, not mapped: the kernel maps what stands around a place as well, and parts from everywhere would soon have
all of the file among the memory of a service. What is read often stays in the kernel's own cache.
"""

import os
from pathlib import Path

import numpy as np

_LARGE = 16 * 2**20  # bytes; a smaller array is mapped


class Parts:
    """A ``.npy`` file of one dimension. Safe to use from several threads."""

    def __init__(self, file: Path):
        whole = np.load(file, mmap_mode="r", allow_pickle=False)
        self.dtype = whole.dtype
        self._offset = whole.offset
        self._count = len(whole)
        # Kept open: after two more builds a served generation's files are gone, but not while they are open.
        self._file = open(file, "rb", buffering=0)  # noqa: SIM115 - closed with the last reference

    def __len__(self) -> int:
        return self._count

    def joined(self, starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """``counts`` entries from each of ``starts`` on, one part after the other."""
        handle, size = self._file.fileno(), self.dtype.itemsize
        starts, counts = _runs(starts, counts)
        lengths, places = (counts * size).tolist(), (starts * size + self._offset).tolist()
        data = [os.pread(handle, length, place) for length, place in zip(lengths, places, strict=True)]
        return np.frombuffer(b"".join(data), self.dtype)


def _runs(starts: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same with one part for those that follow each other in the file, as sentences of one passage do."""
    if not len(starts):
        return starts, counts
    first = np.flatnonzero(np.append(True, starts[1:] != starts[:-1] + counts[:-1]))
    return starts[first], np.add.reduceat(counts, first)


def joined(array: np.ndarray | Parts, starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The same of an array in memory or in its file."""
    if isinstance(array, Parts):
        return array.joined(starts, counts)
    before = np.cumsum(counts) - counts  # entries of the parts before
    return array[np.arange(counts.sum()) + np.repeat(starts - before, counts)]


def stretch(array: np.ndarray | Parts, start: int, end: int) -> np.ndarray:
    """The entries from ``start`` to ``end``, or to the last one."""
    if isinstance(array, Parts):
        return array.joined(np.array([start]), np.array([min(end, len(array)) - start]))
    return array[start:end]


def opened_array(file: Path) -> np.ndarray | Parts:
    """The array of a ``.npy`` file: mapped, or, of the terms of many texts, which are read text by text, its parts."""
    if file.stem == "row_entries" and file.stat().st_size > _LARGE:
        return Parts(file)
    # Mapped, but as a plain array: a memmap object makes every small slice three times as slow.
    return np.load(file, mmap_mode="r", allow_pickle=False).view(np.ndarray)
