"""Counts the terms of many texts at once, as a sparse matrix of texts and terms.

Chinese text is counted on arrays of code points, a chunk of texts at a time, because a loop over eighteen
million characters in Python takes minutes; the terms are those of ``terms`` and, beside them, each Chinese
character by itself (translations may be single characters: 水, 法).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ingest.lexicon.flat import TermList
from ingest.lexicon.terms import fold, latin_terms, numerals

_CHUNK = 20_000  # texts counted at a time: bounds the memory
_SECOND = 21  # bits of a code point: a bigram is first << 21 | second, a character by itself is second alone
_LATIN = np.int64(1) << (2 * _SECOND)  # what is above is the number of a Latin term
# An entry of a text's terms is one number: that of the term in the lower bits, how often it occurs above.
TERM_BITS = np.uint32(24)
TERM = np.uint32((1 << 24) - 1)
_EN_TERMS_PER_CHARACTER = 0.6  # words of English that say what one Chinese character says (parallel texts: 0.59)


def count_terms(texts: Sequence[str], by_term: bool = True) -> dict[str, np.ndarray]:
    """The arrays of a ``KeywordIndex``, or, not ``by_term``, of ``TermRows``."""
    counter = TermCounter()
    counter.add(texts)
    return counter.arrays(by_term)


class TermCounter:
    """Counts texts that come one after the other. However they are divided, the arrays are the same."""

    def __init__(self) -> None:
        self._latin: dict[str, int] = {}
        self._chunks: list[tuple[np.ndarray, ...]] = []  # see _counted
        self._lengths: list[np.ndarray] = []
        self._languages: list[np.ndarray] = []
        self._texts = 0

    def add(self, texts: Sequence[str]) -> None:
        for first in range(0, len(texts), _CHUNK):
            folded = [fold(text) for text in texts[first : first + _CHUNK]]
            codes, owners, lengths, languages = _chunk_terms(folded, self._latin)
            self._chunks.append(_counted(codes, owners, self._texts))
            self._lengths.append(lengths.astype(np.uint32))
            self._languages.append(languages.astype(np.uint8))
            self._texts += len(folded)

    def arrays(self, by_term: bool) -> dict[str, np.ndarray]:
        """As ``count_terms`` gives them."""
        return dict(self.each(by_term))

    def each(self, by_term: bool) -> Iterator[tuple[str, np.ndarray]]:
        """The same one after the other: of many texts not all need be in memory at once."""
        chunks = self._chunks
        codes, terms = _vocabulary([chunk[0] for chunk in chunks], self._latin)
        if len(codes) > TERM:
            raise ValueError(f"{len(codes)} different terms; an index of terms holds at most {TERM}")
        by_code = np.argsort(codes)
        ranks = [by_code[np.searchsorted(codes, unique, sorter=by_code)] for unique, *_ in chunks]
        yield "terms", terms.blob
        yield "term_ends", terms.ends
        if by_term:
            yield from _columns(chunks, ranks, len(codes)).items()
        else:
            yield "carriers", _carriers(chunks, ranks, len(codes))
        yield from _rows(chunks, ranks, self._texts).items()
        yield "lengths", np.concatenate([np.zeros(0, np.uint32), *self._lengths])
        yield "languages", np.concatenate([np.zeros(0, np.uint8), *self._languages])


def _chunk_terms(folded: list[str], latin: dict[str, int]):
    """(codes, owners) of every term occurrence; lengths and languages of the texts. ``latin`` grows."""
    joined = "\n".join(folded)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    owner = np.cumsum(points == 10).astype(np.int32)
    inside = [text.count("\n") for text in folded]  # line ends of the texts themselves
    if any(inside):
        starts = np.zeros(len(folded) + 1, np.int64)
        np.cumsum([len(text) + 1 for text in folded], out=starts[1:])
        owner = (np.searchsorted(starts, np.arange(len(points)), side="right") - 1).astype(np.int32)
    chinese = ((points >= 0x3400) & (points <= 0x9FFF)) | ((points >= 0xF900) & (points <= 0xFAFF))
    places = np.flatnonzero(chinese)
    characters = points[places].astype(np.int64)
    pairs = np.flatnonzero(places[1:] == places[:-1] + 1)
    bigram_codes = characters[pairs] << _SECOND | characters[pairs + 1]
    numbers, latin_owners = [], []
    for i, text in enumerate(folded):
        found = [term for _, term in latin_terms(text)] + [number for _, _, number in numerals(text)]
        numbers += [latin.setdefault(term, len(latin)) for term in found]
        latin_owners += [i] * len(found)
    latin_owners = np.asarray(latin_owners, np.int32)
    codes = np.concatenate([characters, bigram_codes, _LATIN + np.asarray(numbers, np.int64)])
    owners = np.concatenate([owner[places], owner[places[pairs]], latin_owners])
    zh = np.bincount(owner[places], minlength=len(folded))
    en = np.bincount(latin_owners, minlength=len(folded))
    languages = np.where(zh + en == 0, 0, np.where(zh * _EN_TERMS_PER_CHARACTER >= en, 1, 2))
    return codes, owners, zh + en, languages


def _counted(codes: np.ndarray, owners: np.ndarray, first: int):
    """(unique codes, their counts of postings, passages, frequencies), postings by code, then by passage."""
    unique, rank = np.unique(codes, return_inverse=True)
    span = int(owners.max(initial=0)) + 1
    keys, frequencies = np.unique(rank.astype(np.int64) * span + owners, return_counts=True)
    ranks = keys // span
    passages = (keys - ranks * span + first).astype(np.int32)
    return unique, np.bincount(ranks, minlength=len(unique)), passages, np.minimum(frequencies, 255).astype(np.uint8)


def _vocabulary(codes: list[np.ndarray], latin: dict[str, int]) -> tuple[np.ndarray, TermList]:
    """All codes, and their terms in byte order; the codes stand in the order of the terms."""
    words = {number: term for term, number in latin.items()}
    every = np.unique(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    mask = (1 << _SECOND) - 1
    named = []
    for code in every.tolist():
        if code >= _LATIN:
            term = words[code - int(_LATIN)]
        else:
            term = (chr(code >> _SECOND) if code >> _SECOND else "") + chr(code & mask)
        named.append((term.encode(), code))
    named.sort()
    return np.asarray([code for _, code in named], np.int64), TermList.of(term.decode() for term, _ in named)


def _carriers(chunks, ranks: list[np.ndarray], terms: int) -> np.ndarray:
    """How many texts have each term; ``ranks``: of each chunk's codes, the numbers of their terms."""
    counts = np.zeros(terms, np.int32)
    for rank, (_, postings, _, _) in zip(ranks, chunks, strict=True):
        counts[rank] += postings
    return counts


def _columns(chunks, ranks: list[np.ndarray], terms: int) -> dict[str, np.ndarray]:
    """Postings of all chunks, by term."""
    starts = np.zeros(terms + 1, np.int64)
    np.cumsum(_carriers(chunks, ranks, terms), out=starts[1:])
    passages = np.zeros(starts[-1], np.int32)
    frequencies = np.zeros(starts[-1], np.uint8)
    filled = starts[:-1].copy()
    for rank, (_, postings, chunk_passages, chunk_frequencies) in zip(ranks, chunks, strict=True):
        before = np.cumsum(postings) - postings
        places = np.repeat(filled[rank] - before, postings) + np.arange(len(chunk_passages))
        passages[places] = chunk_passages
        frequencies[places] = chunk_frequencies
        filled[rank] += postings
    return {"starts": starts, "passages": passages, "frequencies": frequencies}


def _rows(chunks, ranks: list[np.ndarray], texts: int) -> dict[str, np.ndarray]:
    """The terms of all texts, by text, then by term."""
    size = sum(len(chunk[2]) for chunk in chunks)
    entries = np.zeros(size, np.uint32)
    starts = np.zeros(texts + 1, np.int64)
    at = 0
    for rank, (_, postings, owners, frequencies) in zip(ranks, chunks, strict=True):
        numbers = np.repeat(rank.astype(np.uint32), postings)
        order = np.lexsort((numbers, owners))
        entries[at : at + len(order)] = (numbers | frequencies.astype(np.uint32) << TERM_BITS)[order]
        at += len(order)
        starts[1:] += np.bincount(owners, minlength=texts)
    np.cumsum(starts, out=starts)
    return {"row_starts": starts, "row_entries": entries}
