"""Keyword search in Chinese and English at once: BM25 whose query terms also count through their translations.

    index = KeywordIndex.build(texts)                 # one text per passage, in passage order
    index.arrays()                                    # dict of numpy arrays, the same bytes for the same texts
    KeywordIndex.from_arrays(arrays)                  # the same index over (memory-mapped) arrays, no copy
    lexicon = Lexicon.load()                          # ingest.lexicon; without one: same language only
    query = weighted_query("有机茶要强制认证吗", lexicon)
    index.scores(query)                               # float32 (n,): BM25, 0 where nothing matches
    index.explain(query, i)                           # which query term met which passage term, with what weight
    index.coverage(query, i)                          # which content words of the question the passage carries
    terms(text), is_content(term)                     # what a text is compared by

Within one language a query is its terms (words, numbers, identifiers, Chinese bigrams). Across languages it is
its content words, each with the words that translate it: the expected term frequency and document frequency over
the translations go into the BM25 formula (probabilistic structured queries: Darwish and Oard 2003, "Probabilistic
structured query methods"). The lexicon is not part of the index and can be replaced without building it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from ingest.lexicon.counting import count_terms
from ingest.lexicon.flat import TermList
from ingest.lexicon.query import ANY, QueryTerm, WeightedQuery, weighted_query
from ingest.lexicon.terms import is_chinese, is_content, terms
from ingest.term_rows import K1, ROWS, B, TermRows, inverse_frequency

__all__ = ["K1", "B", "KeywordIndex", "QueryTerm", "WeightedQuery", "is_content", "terms", "weighted_query"]


_LARGE = 50_000  # passages
_TOGETHER = 50_000  # postings
_MOST = 0.15  # of the passages of a large index


class Match(NamedTuple):
    """Why a passage was found: ``weight`` is the part of its score, ``probability`` that of the translation."""

    query_term: str
    passage_term: str
    probability: float
    weight: float


class WordCoverage(NamedTuple):
    """How far passages carry a content word of the question.

    ``mass`` is 1 for the word itself or its likeliest translation, less for unlikelier ones, 0 for neither.
    """

    word: str
    mass: float
    idf: float


@dataclass(frozen=True)
class Coverage:
    words: tuple[WordCoverage, ...]

    @property
    def share(self) -> float:
        """The carried part of the question, words weighted by idf; 0 for a question without content words."""
        total = sum(word.idf for word in self.words)
        return sum(word.idf * word.mass for word in self.words) / total if total else 0.0

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(word.word for word in self.words if word.mass == 0)


class KeywordIndex(TermRows):
    """Term frequencies of n passages both by passage and by term (columns of the sparse matrix)."""

    def __init__(self, terms: TermList, starts, passages, frequencies, *rows):
        super().__init__(terms, np.diff(starts), *rows)
        self.starts = starts  # int64 (terms + 1,): where the postings of each term begin
        self.passages = passages  # int32 (postings,): ascending within a term
        self.frequencies = frequencies  # uint8 (postings,): occurrences, 255 at most
        # The words of a question are looked up several times while it is answered, and are many; of a large index
        # what is remembered is large.
        self._last: tuple[WeightedQuery | None, np.ndarray] = (None, np.zeros(0, np.float32))  # see ``scores``
        self._none = self.passages[:0], self.frequencies[:0]  # one for all terms that no text has: most translations
        self._postings_together = lru_cache(maxsize=16384 if len(self) < _LARGE else 1024)(self._count_together)

    @classmethod
    def build(cls, texts: Sequence[str]) -> "KeywordIndex":
        return cls.from_arrays(count_terms(texts))

    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "terms": self.terms.blob,
            "term_ends": self.terms.ends,
            "starts": self.starts,
            "passages": self.passages,
            "frequencies": self.frequencies,
            **{name: getattr(self, name) for name in ROWS},
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "KeywordIndex":
        terms = TermList(arrays["terms"], arrays["term_ends"])
        return cls(terms, *(arrays[name] for name in ("starts", "passages", "frequencies", *ROWS)))

    def scores(self, query: WeightedQuery | str, lexicon=None) -> np.ndarray:
        """BM25 of every passage, float32 (n,), not to be written to: it is kept until another query comes, since what
        is asked in parts, or of other documents, too, has the same words."""
        query = weighted_query(query, lexicon) if isinstance(query, str) else query
        last, found = self._last
        if last is not query:
            found = self._scores(query)
            found.flags.writeable = False
            self._last = (query, found)
        return found

    def _scores(self, query: WeightedQuery) -> np.ndarray:
        total = np.zeros(len(self), np.float32)
        scratch = np.zeros(len(self), np.float32)
        for exact, group in groupby(query.terms, key=lambda term: term.is_exact):
            if exact:
                self._add_exact(list(group), total)
                continue
            for term in group:
                if self._in_most(term):
                    self._add_everywhere(term, total, scratch)
                    continue
                passages, frequency = self._expected(term, scratch)
                if not len(passages):
                    continue
                gain = self._gain(term, frequency, self._norms.take(passages))
                # A passage that comes twice is written twice with the same sum, not added to twice.
                total[passages] = total.take(passages) + gain
        return total

    def _in_most(self, term: QueryTerm) -> bool:
        """Whether so many passages have some alternative that all passages are gone through in less time than these."""
        if len(self) < _LARGE:
            return False
        return sum(self._document_frequency(alternative) for alternative, _ in term.alternatives) > len(self) * _MOST

    def _add_everywhere(self, term: QueryTerm, total: np.ndarray, scratch: np.ndarray) -> None:
        """Adds what a term gives to each passage. ``scratch`` (n,) is zero before and after."""
        for alternative, probability in term.alternatives:
            passages, frequencies = self._postings_together(alternative)
            np.add.at(scratch, passages.astype(np.intp), frequencies * np.float32(probability))
        if term.language != ANY:
            scratch *= self.languages == term.language
        total += self._gain(term, scratch, self._norms)
        scratch.fill(0)

    def _add_exact(self, terms: Sequence[QueryTerm], total: np.ndarray) -> None:
        """Adds what terms that stand for themselves give, in their order: many have few passages, and are quicker
        together."""
        found = [(term, *self._postings_together(term.alternatives[0][0])) for term in terms]
        found = [item for item in found if len(item[1])]
        while found:
            sizes = np.cumsum([len(passages) for _, passages, _ in found])
            # What is at work at once is to fit in the processor's cache.
            now, found = found[: (end := max(1, int(np.searchsorted(sizes, _TOGETHER, side="right"))))], found[end:]
            sizes = [len(passages) for _, passages, _ in now]
            passages = np.concatenate([item[1] for item in now]).astype(np.intp)  # what numpy counts by: twice as fast
            frequency = np.concatenate([item[2] for item in now]).astype(np.float32)
            worth = np.array([term.weight * self.idf(term) * (K1 + 1) for term, _, _ in now], np.float32)
            # As in _gain.
            gain = np.repeat(worth, sizes) * frequency / (frequency + np.float32(K1) * self._norms.take(passages))
            if any(term.language != ANY for term, _, _ in now):
                language = np.repeat(np.array([term.language for term, _, _ in now], np.uint8), sizes)
                gain[(language != ANY) & (language != self.languages.take(passages))] = 0
            np.add.at(total, passages, gain)

    def explain(self, query: WeightedQuery, passage: int) -> list[Match]:
        """Every pair of query term and passage term that met, the heaviest first; weights add up to the score."""
        matches = []
        for term in query.terms:
            if term.language not in (ANY, self.languages[passage]):
                continue
            present = [
                (alternative, probability, self._together(alternative, passage))
                for alternative, probability in term.alternatives
            ]
            expected = sum(probability * frequency for _, probability, frequency in present)
            if not expected:
                continue
            score = float(self._gain(term, expected, self._norms[passage]))
            matches += [
                Match(term.text, _shown(alternative), probability, score * probability * frequency / expected)
                for alternative, probability, frequency in present
                if frequency
            ]
        return sorted(matches, key=lambda match: -match.weight)

    def coverage(self, query: WeightedQuery, passages: int | Iterable[int]) -> Coverage:
        """How much of each content word of the question the passages carry, together where there are several."""
        passages = [passages] if isinstance(passages, int) else list(passages)
        words = []
        for word in query.words:
            (_, itself), *translations = word.alternatives
            likeliest = max((probability for _, probability in translations), default=1.0)
            mass = expected = 0.0
            for alternative, probability in word.alternatives:
                expected += probability * self._document_frequency(alternative)
                if any(self._together(alternative, passage) for passage in passages):
                    mass += probability / (itself if alternative == word.alternatives[0][0] else likeliest)
            words.append(WordCoverage(word.text, min(1.0, mass), inverse_frequency(expected, len(self))))
        return Coverage(tuple(words))

    def postings(self, term: str) -> tuple[np.ndarray, np.ndarray]:
        """(passages, frequencies) of a term."""
        number = self.terms.number(term)
        if number < 0:
            return self._none
        part = slice(self.starts[number], self.starts[number + 1])
        return self.passages[part], self.frequencies[part]

    def holders(self, alternative: tuple[str, ...]) -> np.ndarray:
        """Passages, ascending, that carry all terms of an alternative."""
        return self._postings_together(alternative)[0]

    def _expected(self, term: QueryTerm, scratch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(passages, expected frequencies) over the alternatives; a passage with several of them comes as often, each
        time with the same value. ``scratch`` (n,) is zero before and after."""
        found = [(*self._postings_together(alternative), p) for alternative, p in term.alternatives]
        found = [item for item in found if len(item[0])]
        if not found:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        passages = np.concatenate([item[0] for item in found]).astype(np.intp)  # what numpy counts by: twice as fast
        expected = np.concatenate([frequencies * np.float32(p) for _, frequencies, p in found])
        if len(found) > 1:
            np.add.at(scratch, passages, expected)
            expected = scratch.take(passages)
            scratch[passages] = 0
        if term.language != ANY:
            inside = self.languages.take(passages) == term.language
            passages, expected = passages[inside], expected[inside]
        return passages, expected

    def _count_together(self, alternative: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """(passages, frequencies) of terms that stand together: as often as the rarest of them in the passage."""
        if len(alternative) == 1:
            return self.postings(alternative[0])
        (passages, frequencies), *others = sorted(map(self.postings, alternative), key=lambda item: len(item[0]))
        if not len(passages):
            return self._none
        for held, their_frequencies in others:  # looked for in the longer list, which is not gone through
            if not len(passages):
                break
            place = np.minimum(np.searchsorted(held, passages), len(held) - 1)
            both = held[place] == passages
            passages = passages[both]
            frequencies = np.minimum(frequencies[both], their_frequencies[place[both]])
        return passages, frequencies

    def _together(self, alternative: tuple[str, ...], passage: int) -> int:
        return min(self._frequency(term, passage) for term in alternative)

    def _frequency(self, term: str, passage: int) -> int:
        passages, frequencies = self.postings(term)
        place = int(np.searchsorted(passages, passage))
        return int(frequencies[place]) if place < len(passages) and passages[place] == passage else 0


def _shown(alternative: tuple[str, ...]) -> str:
    """An alternative as it reads: bigrams of one Chinese word joined again, words of a phrase with spaces."""
    if len(alternative) > 1 and all(map(is_chinese, alternative)):
        return alternative[0] + "".join(term[-1] for term in alternative[1:])
    return " ".join(alternative)
