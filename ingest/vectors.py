"""The vectors of a generation: filled batch by batch, and searched exactly.

Up to ``FLAT_LIMIT`` vectors are kept as they are (``Flat``). Of more, ``EightBits`` keeps each number in 8 bits, in a
file that is read row by row and never loaded, and loads one bit of each number (RaBitQ: Gao and Long 2024, "RaBitQ:
quantizing high-dimensional vectors with a theoretical error bound"). By these bits a first pass over all vectors, or
over all that a filter admits, finds the candidates whose rows are then compared.

A text whose vector the published generation holds is not encoded again. Texts are known by their digest, and a vector
that is taken over is the one that encoding would give: flat indexes keep it as it is, and those of 8 bits have a fixed
range, in which the middle of a step is coded as that step again. So the index is the same, byte for byte, as one that
is built from nothing (with an encoder that gives a text the same vector whatever else is in its batch, as ours does).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import faiss
import numpy as np

from ingest.parts import Parts, joined, stretch

# Up to so many vectors are kept as they are; more are kept in 8 bits a dimension.
FLAT_LIMIT = 200_000
# Of the numbers in a vector of unit length that are kept in 8 bits; what is beyond is cut off. Of our
# encoder's none of two million passed 0.22.
_REACH = 0.4
_STEPS = 255
_STEP = 2 * _REACH / _STEPS
_BATCH = 1024  # texts encoded between two steps of the progress bar
_ROWS = 16_384  # that are decoded at a time
# Candidates of the first pass, for 100 that are wanted. Of the true first 100 among 440,000 sentences .997 are among
# them, and .993 are found (python -m eval.bench_scale).
REFINED = 1_500
_FIRST = 500  # of them whose rows are always read
_DEVIATIONS = 3.0  # by so many standard deviations the first pass may have put a vector too low
_QUERY_BITS = 4  # of each number of a question in the first pass; 8 find no more and take longer
# Up to so many vectors are compared one by one, without a pass over all.
_FEW = 5_000
FirstPass = tuple[np.ndarray, np.ndarray]  # float32 (candidates,): how near they seem; int64: their rows


class Selection:
    """The vectors among which is searched."""

    def __init__(self, among: np.ndarray):
        self.rows = np.flatnonzero(among)  # int64, ascending
        self._bits = np.packbits(among, bitorder="little")

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def selector(self) -> faiss.IDSelector:
        """For a search by FAISS."""
        return faiss.IDSelectorBitmap(self._bits)


class Flat:
    """Vectors as they are, searched one by one."""

    def __init__(self, index: faiss.Index):
        self.index = index
        self.dimension = index.d
        # The index's own memory.
        self._vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
        # Of a few, a question's rows are asked for several times, and all of them at once are as quick as some.
        self._of_all = lru_cache(maxsize=4)(lambda vector: self._vectors @ np.frombuffer(vector, np.float32))

    def __len__(self) -> int:
        return self.index.ntotal

    def take(self, rows: np.ndarray) -> np.ndarray:
        """The vectors of rows: float32 (rows, dimension)."""
        return self._vectors[rows]

    def scores(self, rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """Inner products of the vectors of rows with one: float32 (rows,)."""
        if len(self) <= _FEW:
            return self._of_all(vector.astype(np.float32).tobytes())[rows]
        return self.take(rows) @ vector

    def nearest(self, vector: np.ndarray, among: Selection, limit: int) -> np.ndarray:
        """Rows of the nearest vectors among the selected ones, the nearest first: int64 (at most ``limit``,)."""
        if len(among) <= _FEW:
            return _best(among.rows, self.scores(among.rows, vector), limit)
        _, found = self.index.search(vector[None, :], limit, params=faiss.SearchParameters(sel=among.selector))
        return found[0][found[0] >= 0]


class EightBits:
    """Vectors of 8 bits a number, and of one bit for the first pass."""

    def __init__(self, codes: np.ndarray | Parts, signs: faiss.IndexRaBitQ):
        self.codes = codes  # uint8 (vectors · dimension,)
        self.signs = signs
        self.dimension = signs.d
        # The few of one language are compared for every question that no filter narrows.
        self._few = lru_cache(maxsize=4)(lambda among: self.take(among.rows))

    def __len__(self) -> int:
        return self.signs.ntotal

    def take(self, rows: np.ndarray) -> np.ndarray:
        """The vectors of rows: float32 (rows, dimension)."""
        return decoded(self._codes(rows))

    def scores(self, rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """Inner products of the vectors of rows with one: float32 (rows,)."""
        # As of decoded vectors, without going through all numbers again and again.
        whole = self._codes(rows).astype(np.float32) @ vector
        return whole * np.float32(_STEP) + np.float32(_STEP / 2 - _REACH) * vector.sum()

    def _codes(self, rows: np.ndarray) -> np.ndarray:
        width = np.full(len(rows), self.dimension)
        return joined(self.codes, rows.astype(np.int64) * self.dimension, width).reshape(-1, self.dimension)

    def first_pass(self, vector: np.ndarray, among: Selection, limit: int) -> FirstPass | None:
        """What ``nearest`` is to compare; None where all is compared. Another thread may run meanwhile: nearly all of
        it is one call that leaves the interpreter to others, which reading rows, one after the other, does not."""
        if len(among) <= _FEW:
            return None
        parameters = faiss.RaBitQSearchParameters()
        parameters.qb = _QUERY_BITS
        if len(among) < len(self):
            parameters.sel = among.selector
        near, found = self.signs.search(vector[None, :], max(REFINED, 2 * limit), params=parameters)
        return near[0], found[0]

    def nearest(self, vector: np.ndarray, among: Selection, limit: int, passed: FirstPass | None = None) -> np.ndarray:
        """Rows of the nearest vectors among the selected ones, the nearest first: int64 (at most ``limit``,).
        ``passed``: what ``first_pass`` has given, where it was called before."""
        if len(among) <= _FEW:
            return _best(among.rows, self._few(among) @ vector, limit)
        near, found = passed or self.first_pass(vector, among, limit)
        near, found = near[found >= 0], found[found >= 0]
        first = max(_FIRST, 2 * limit)
        scores = self.scores(found[:first], vector)
        # How far the first pass is off is seen in the first rows: what it puts further below than that is not read.
        off = near[:first] - scores
        least = (
            np.partition(scores, -limit)[-limit] + off.mean() - _DEVIATIONS * off.std() if len(scores) > limit else 0
        )
        rest = first + np.flatnonzero(near[first:] >= least)
        scores = np.concatenate([scores, self.scores(found[rest], vector)])
        rows = np.concatenate([found[:first], found[rest]])
        order = np.argsort(rows)
        return _best(rows[order], scores[order], limit)


def _best(rows: np.ndarray, scores: np.ndarray, limit: int) -> np.ndarray:
    return rows[np.argsort(-scores, kind="stable")[:limit]]


def coded(vectors: np.ndarray) -> np.ndarray:
    """Numbers from -_REACH to _REACH in 8 bits: uint8 of the same shape."""
    share = (vectors + np.float32(_REACH)) / np.float32(2 * _REACH)
    return (np.clip(share, 0, 1, out=share) * np.float32(_STEPS)).astype(np.uint8)


def decoded(codes: np.ndarray) -> np.ndarray:
    """The middle of each step: float32 of the same shape."""
    return (codes.astype(np.float32) + np.float32(0.5)) * np.float32(_STEP) - np.float32(_REACH)


def signs_of(codes: np.ndarray | Parts, dimension: int) -> faiss.IndexRaBitQ:
    """The bits of the first pass, told from the middle of all vectors (uint8 (vectors · dimension,)). The same codes
    give the same bits."""
    size = _ROWS * dimension
    total = np.zeros(dimension, np.int64)  # whole numbers: the order in which they are added does not matter
    for start in range(0, len(codes), size):
        total += stretch(codes, start, start + size).reshape(-1, dimension).sum(axis=0, dtype=np.int64)
    signs = faiss.IndexRaBitQ(dimension, faiss.METRIC_INNER_PRODUCT)
    middle = (total / max(1, len(codes) // dimension) + 0.5) * _STEP - _REACH
    signs.train(middle.astype(np.float32)[None, :])
    for start in range(0, len(codes), size):
        signs.add(decoded(stretch(codes, start, start + size).reshape(-1, dimension)))
    return signs


@dataclass(frozen=True)
class Vectors:
    """Vectors and the digests of their texts, in the same order."""

    held: Flat | EightBits
    digests: np.ndarray  # uint64 (n, 2)


class Known:
    """Vectors of an earlier generation, found by the texts they are of."""

    def __init__(self, vectors: Vectors):
        self.held = vectors.held
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
    encoder,
    texts: Sequence[str],
    known: Known | None = None,
    done: Callable[[int], None] = lambda _: None,
    codes: Path | None = None,
) -> Vectors:
    """The vectors of the texts; ``done`` is told how many there are so far. ``codes``: a new file in which the 8 bits
    of many are put together, which would else be in memory."""
    digests = _digests(texts)
    flat = len(texts) <= FLAT_LIMIT
    # A row of 8 bits does not give what the text's own vector would give in a flat index.
    usable = known is not None and known.held.dimension == encoder.dimension
    usable = usable and (isinstance(known.held, Flat) or not flat)
    rows = known.rows(digests) if usable else np.full(len(texts), -1)

    def batches() -> Iterator[np.ndarray]:
        for start in range(0, len(texts), _BATCH):
            end = min(start + _BATCH, len(texts))
            yield _batch(encoder, texts[start:end], rows[start:end], known)
            done(end)

    if flat:
        index = faiss.IndexFlatIP(encoder.dimension)
        for vectors in batches():
            index.add(vectors)
        return Vectors(Flat(index), digests)
    return Vectors(_eight_bits(batches(), len(texts), encoder.dimension, codes), digests)


def _eight_bits(batches: Iterable[np.ndarray], count: int, dimension: int, file: Path | None) -> EightBits:
    if file is None:
        codes = np.concatenate([coded(vectors).ravel() for vectors in batches])
        return EightBits(codes, signs_of(codes, dimension))
    with open(file, "wb") as out:
        header = {"descr": "|u1", "fortran_order": False, "shape": (count * dimension,)}
        np.lib.format.write_array_header_1_0(out, header)
        for vectors in batches:
            out.write(coded(vectors).data)
    # Written and read, not mapped: what is mapped counts as memory as soon as it is touched.
    return EightBits(np.load(file, mmap_mode="r"), signs_of(Parts(file), dimension))


def _batch(encoder, texts: Sequence[str], rows: np.ndarray, known: Known | None) -> np.ndarray:
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    new = np.flatnonzero(rows < 0)
    if len(new):
        vectors[new] = encoder.encode([texts[at] for at in new], kind="passage")
    old = np.flatnonzero(rows >= 0)
    if len(old):
        vectors[old] = known.held.take(rows[old])
    return vectors


def _digests(texts: Sequence[str]) -> np.ndarray:
    whole = b"".join(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts)
    return np.frombuffer(whole, "<u8").reshape(-1, 2)


def _keys(digests: np.ndarray) -> np.ndarray:
    """The digests as single values that can be sorted."""
    return np.ascontiguousarray(digests).view([("first", "<u8"), ("second", "<u8")]).ravel()
