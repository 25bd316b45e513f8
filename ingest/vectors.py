"""The vectors of a generation: exact FAISS indexes, filled batch by batch.

A text whose vector the published generation holds is not encoded again. Texts are known by their digest, and a vector
that is taken over is the one that encoding would give: flat indexes keep it as it is, and those of 8 bits have a fixed
range, in which the middle of a step is coded as that step again. So the index is the same, byte for byte, as one that
is built from nothing (with an encoder that gives a text the same vector whatever else is in its batch, as ours does).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import faiss
import numpy as np

# Up to so many vectors are kept as they are; more are kept in 8 bits a dimension.
FLAT_LIMIT = 200_000
# Of the numbers in a vector of unit length that are kept in 8 bits; what is beyond is cut off. Of our
# encoder's none of two million passed 0.22.
_REACH = 0.4
_BATCH = 1024  # texts encoded between two steps of the progress bar


@dataclass(frozen=True)
class Vectors:
    """Vectors and the digests of their texts, in the same order."""

    index: faiss.Index
    digests: np.ndarray  # uint64 (n, 2)


class Known:
    """Vectors of an earlier generation, found by the texts they are of."""

    def __init__(self, vectors: Vectors):
        self.vectors = vectors
        keys = _keys(vectors.digests)
        self._order = np.argsort(keys, kind="stable")
        self._sorted = keys[self._order]

    def rows(self, digests: np.ndarray) -> np.ndarray:
        """The row of each text, -1 where it is not known: int64 (n,)."""
        if not len(self._sorted):
            return np.full(len(digests), -1)
        keys = _keys(digests)
        place = np.minimum(np.searchsorted(self._sorted, keys), len(self._sorted) - 1)
        return np.where(self._sorted[place] == keys, self._order[place], -1)


def encoded(
    encoder, texts: Sequence[str], known: Known | None = None, done: Callable[[int], None] = lambda _: None
) -> Vectors:
    """The vectors of the texts; ``done`` is told how many there are so far."""
    digests = _digests(texts)
    index = _new_index(encoder.dimension, len(texts))
    usable = known is not None and _is_exact(known.vectors.index, index)
    rows = known.rows(digests) if usable else np.full(len(texts), -1)
    for start in range(0, len(texts), _BATCH):
        end = min(start + _BATCH, len(texts))
        index.add(_batch(encoder, texts[start:end], rows[start:end], known))
        done(end)
    return Vectors(index, digests)


def _batch(encoder, texts: Sequence[str], rows: np.ndarray, known: Known | None) -> np.ndarray:
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    new = np.flatnonzero(rows < 0)
    if len(new):
        vectors[new] = encoder.encode([texts[at] for at in new], kind="passage")
    old = np.flatnonzero(rows >= 0)
    if len(old):
        vectors[old] = known.vectors.index.reconstruct_batch(rows[old])
    return vectors


def _new_index(dimension: int, count: int) -> faiss.Index:
    if count <= FLAT_LIMIT:
        return faiss.IndexFlatIP(dimension)
    index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.train(np.array([[-_REACH] * dimension, [_REACH] * dimension], np.float32))
    return index


def _is_exact(before: faiss.Index, now: faiss.Index) -> bool:
    """Whether a row of the one gives in the other what the text's own vector would give."""
    return before.d == now.d and (isinstance(before, faiss.IndexFlat) or type(before) is type(now))


def _digests(texts: Sequence[str]) -> np.ndarray:
    whole = b"".join(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts)
    return np.frombuffer(whole, "<u8").reshape(-1, 2)


def _keys(digests: np.ndarray) -> np.ndarray:
    """The digests as single values that can be sorted."""
    return np.ascontiguousarray(digests).view([("first", "<u8"), ("second", "<u8")]).ravel()
