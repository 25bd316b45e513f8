"""The terms of texts, text by text: how well some of many texts match a question, without a look at the others.

    rows = TermRows(...)            # see ``count_terms``; ``KeywordIndex`` is one that finds texts by a term, too
    rows.scores_of(query, [7, 12])  # float32 (2,): BM25
    rows.masses(query.words, [7, 12], least=0.03)  # float32 (words, 2): how much of each word the texts carry

A question asks for some hundred terms; the texts' own terms are looked up in a table of these.
"""

import math
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ingest.lexicon.counting import TERM, TERM_BITS, count_terms
from ingest.lexicon.flat import TermList
from ingest.lexicon.query import ANY, EN, ZH, Alternatives, QueryTerm, WeightedQuery
from ingest.parts import joined

# Robertson and Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond"; the usual values.
K1 = 1.2
B = 0.75
# Through translations it says much whether one occurs and little how often, by the language of the passage.
K1_ACROSS = {EN: 0.15, ZH: 0.07}

ROWS = ("row_starts", "row_entries", "lengths", "languages")


class _Wanted(NamedTuple):
    """The alternatives of several words or query terms that texts may have."""

    numbers: np.ndarray  # int (terms,): of the terms they are made of, each once
    parts: np.ndarray  # int: for each alternative after the other, the places of its terms in ``numbers``
    starts: np.ndarray  # int (alternatives,): where those of each begin
    owners: np.ndarray  # int (alternatives,): the word it may stand for
    probabilities: np.ndarray  # float32 (alternatives,)


class TermRows:
    """Term frequencies by text (rows of a sparse matrix), lengths and languages of n texts."""

    def __init__(self, terms: TermList, carriers, row_starts, row_entries, lengths, languages):
        self.terms = terms
        self.carriers = carriers  # int32 (terms,): how many texts have the term
        self.row_starts = row_starts  # int64 (n + 1,): where the terms of each text begin
        # uint32: number of a term, ascending within a text, and how often it occurs (see ``counting.TERM``); or Parts
        self.row_entries = row_entries
        self.lengths = lengths  # uint32 (n,): terms in the text
        self.languages = languages  # uint8 (n,): ZH, EN, or ANY for a text without words
        n = len(lengths)
        self.counts = {code: int(np.count_nonzero(languages == code)) for code in (ZH, EN)} | {ANY: n}
        # 1 − b + b·length / average length of the texts of the same language, one value per text
        ratios = np.ones(n, np.float32)
        for code in (ZH, EN):
            same = languages == code
            if same.any():
                ratios[same] = lengths[same] / lengths[same].mean()
        self._norms = (1 - B + B * ratios).astype(np.float32)
        self.idf = lru_cache(maxsize=4096)(self._idf)
        self._document_frequency = lru_cache(maxsize=16384)(self._carriers)
        self._numbers = lru_cache(maxsize=32768)(self._numbers_of)
        # The words of a question are looked for in several sets of texts while it is answered.
        self._wanted = lru_cache(maxsize=32)(self._looked_up)
        self._held = lru_cache(maxsize=8192)(self._held_alternatives)
        self._of_thread = threading.local()

    def __len__(self) -> int:
        return len(self.lengths)

    @classmethod
    def of(cls, texts: Sequence[str]) -> "TermRows":
        return cls.from_arrays(count_terms(texts, by_term=False))

    def arrays(self) -> dict[str, np.ndarray]:
        """The same bytes for the same texts."""
        return {
            "terms": self.terms.blob,
            "term_ends": self.terms.ends,
            "carriers": self.carriers,
            **{name: getattr(self, name) for name in ROWS},
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "TermRows":
        """The same over (memory-mapped) arrays, no copy."""
        return cls(TermList(arrays["terms"], arrays["term_ends"]), *(arrays[name] for name in ("carriers", *ROWS)))

    def scores_of(self, query: WeightedQuery, rows: np.ndarray) -> np.ndarray:
        """BM25 of some of the texts: float32 (rows,)."""
        if not len(rows) or not query.terms:
            return np.zeros(len(rows), np.float32)
        wanted = self._wanted(tuple((term.alternatives, 0.0) for term in query.terms))
        expected = np.zeros((len(query.terms), len(rows)), np.float32)
        alternatives, at, frequencies = self._met(wanted, rows)
        _add(expected, wanted.owners[alternatives], at, frequencies * wanted.probabilities[alternatives])
        language = np.array([term.language for term in query.terms])[:, None]
        expected[(language != ANY) & (language != self.languages[rows])] = 0
        k1 = np.array([_k1(term) for term in query.terms], np.float32)[:, None]
        worth = [term.weight * self.idf(term) * (_k1(term) + 1) for term in query.terms]
        gains = np.array(worth, np.float32)[:, None] * expected / (expected + k1 * self._norms[rows])
        total = np.zeros(len(rows), np.float32)
        for gain in gains:  # in the order of the query's terms, as where all texts are scored
            total += gain
        return total

    def masses(self, words: Sequence[QueryTerm], rows: np.ndarray, least: float) -> np.ndarray:
        """How much of each word the texts carry, itself or in translation: float32 (words, rows), from 0 to 1.

        Translations less likely than ``least`` are left out.
        """
        found = np.zeros((len(words), len(rows)), np.float32)
        if not len(words) or not len(rows):
            return found
        wanted = self._wanted(tuple((word.alternatives, least) for word in words))
        alternatives, at, _ = self._met(wanted, rows)
        _add(found, wanted.owners[alternatives], at, wanted.probabilities[alternatives])
        return np.minimum(found, 1, out=found)

    def _met(self, wanted: _Wanted, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(alternative, place in ``rows``, frequency) of all that these texts have, by alternative. Terms that stand
        together are there as often as the rarest of them."""
        if not len(wanted.starts):
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8)
        first = self.row_starts[rows]
        count = self.row_starts[rows + 1] - first
        entries = joined(self.row_entries, first, count)
        # Of each thread its own, kept: as long as all terms, it would take longer to make than to use.
        places = getattr(self._of_thread, "places", None)
        if places is None:
            places = self._of_thread.places = np.full(len(self.terms), -1, np.int32)
        places[wanted.numbers] = np.arange(len(wanted.numbers))
        place = places.take(entries & TERM)
        places[wanted.numbers] = -1
        known = np.flatnonzero(place >= 0)
        owner = np.repeat(np.arange(len(rows)), count)[known]
        table = np.zeros((len(wanted.numbers), len(rows)), np.uint8)
        table[place[known], owner] = entries[known] >> TERM_BITS
        together = np.minimum.reduceat(table[wanted.parts], wanted.starts, axis=0)
        there = np.flatnonzero(together)
        alternatives, at = np.divmod(there, len(rows))
        return alternatives, at, together.ravel()[there]

    def _looked_up(self, of_words: tuple[tuple[Alternatives, float], ...]) -> _Wanted:
        """``of_words``: the alternatives of each word, and the least probability that counts."""
        held = [self._held(alternatives, least) for alternatives, least in of_words]
        terms = np.array([number for parts, _, _ in held for number in parts], np.int64)
        lengths = np.array([length for _, lengths, _ in held for length in lengths], np.int64)
        numbers, places = np.unique(terms, return_inverse=True)
        return _Wanted(
            numbers,
            places,
            np.cumsum(lengths) - lengths,
            np.repeat(np.arange(len(held)), [len(lengths) for _, lengths, _ in held]),
            np.array([probability for *_, probabilities in held for probability in probabilities], np.float32),
        )

    def _held_alternatives(
        self, alternatives: Alternatives, least: float
    ) -> tuple[tuple[int, ...], tuple[int, ...], tuple[float, ...]]:
        """Of a word's alternatives that texts may have: the numbers of their terms, one after the other; how many each
        has; their probabilities."""
        found = [(self._numbers(alternative), p) for alternative, p in alternatives if p >= least]
        found = [(numbers, p) for numbers, p in found if numbers]
        return (
            tuple(number for numbers, _ in found for number in numbers),
            tuple(len(numbers) for numbers, _ in found),
            tuple(p for _, p in found),
        )

    def _numbers_of(self, alternative: tuple[str, ...]) -> tuple[int, ...]:
        """Numbers of the terms of an alternative; () where one is not in any text."""
        numbers = tuple(map(self.terms.number, alternative))
        return numbers if min(numbers) >= 0 else ()

    def _carriers(self, alternative: tuple[str, ...]) -> int:
        """Texts with the terms, at most: those of the rarest one."""
        return min((int(self.carriers[number]) for number in self._numbers(alternative)), default=0)

    def _idf(self, term: QueryTerm) -> float:
        """Inverse document frequency of all that may stand for a term, in nats, weighted by probability."""
        n = self.counts[term.language]
        weighted = total = 0.0
        for alternative, probability in term.alternatives:
            weighted += probability * inverse_frequency(self._document_frequency(alternative), n)
            total += probability
        return weighted / total

    def _gain(self, term: QueryTerm, frequency, norm):
        """BM25 of a query term that is expected ``frequency`` times in texts of the length norm ``norm``."""
        k1 = _k1(term)
        return term.weight * self.idf(term) * (k1 + 1) * frequency / (frequency + k1 * norm)


def _add(table: np.ndarray, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
    """Adds values at places of a table, in their order; numpy does so quickly along one dimension only."""
    np.add.at(table.reshape(-1), rows * table.shape[1] + columns, values)


def _k1(term: QueryTerm) -> float:
    return K1 if term.is_exact else K1_ACROSS.get(term.language, K1)


def inverse_frequency(frequency: float, n: int) -> float:
    """Robertson's idf, kept positive by adding one inside the logarithm."""
    frequency = min(frequency, n)
    return math.log1p((n - frequency + 0.5) / (frequency + 0.5))
