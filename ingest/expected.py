"""Expected questions of an index: how like them a question is, and so which sentences answer it.

    expected = Expected.of(questions, encoder)       # questions: renderings.questions.expected_questions
    expected.arrays()                                # dict of numpy arrays
    Expected.from_arrays(arrays)                     # the same over (memory-mapped) arrays
    expected.sentences                               # rows of sentences, or NONE for those that none answers
    expected.likeness(text, vector, "zh")            # float32 (sentences,): 0 for those that have no question
    expected.likeness_of([3, 7], text, vector, "zh") # float32 (2,): the same of some of the sentences
    expected.predicted(text, vector, "zh")           # float32 (sentences,): 0 where it asks for something else
    expected.unanswered(text, vector, "zh")          # share of the nearest questions that no sentence answers

Two ways to say which of the sentences a question asks for, which err in different places:

- by the questions nearest to it. Two questions are as like as the cosine of their vectors and that of their words,
  weighted by idf, say together (2 at most). Of the vectors only the directions are kept in which the questions differ
  most: their principal components, of the matrix of second moments (Pearson 1901); the first of these tell which
  questions are compared by the others.
- by a linear classifier over the whole vector, with a class for each sentence, fitted to all questions by regularised
  least squares (Rifkin, Yeo and Poggio 2003): about 1 for the sentences that answer, about 0 for the others.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from ingest.lexicon.counting import count_terms
from ingest.lexicon.flat import TermList
from ingest.lexicon.terms import is_chinese, is_content, terms
from ingest.parts import joined
from ingest.renderings.questions import NONE
from ingest.renderings.read import LANGUAGES
from ingest.term_rows import inverse_frequency

_DIRECTIONS = 128
_FIRST = 32  # by which all questions are compared
_REFINED = 1_500  # questions that are compared by all directions
_STEP = 0.5 / 127  # of the other directions' numbers, kept in 8 bits; of our encoder's none of 30,000 passes 0.5
_NEAREST = 3  # questions of a sentence whose likeness counts
_VOTES = 30  # nearest questions that tell whether there is an answer
_SHARPNESS = 4.0  # how much more the nearer of these count
_RIDGE = 0.002  # of the number of questions
_WORD = re.compile("[a-z]{3,}")


class _Asked(NamedTuple):
    """The questions in one language."""

    first: int  # and ``end``: their places among all
    end: int
    questions: np.ndarray  # int32: places among these, sentence after sentence
    sentences: np.ndarray  # int32: places of the sentences that have any, ascending
    starts: np.ndarray  # int64: where those of each begin
    counts: np.ndarray  # int64
    unanswered: np.ndarray  # bool: which of the questions no sentence answers


@dataclass(frozen=True, eq=False)
class Expected:
    """n questions, those in Chinese first, each of one or several sentences."""

    blob: np.ndarray  # their content words: see TermList
    ends: np.ndarray
    starts: np.ndarray  # int64 (words + 1,): where the questions with each word begin
    questions: np.ndarray  # int32: ascending within a word
    weights: np.ndarray  # float32: of the word in the question, whose weights have the length 1
    coarse: np.ndarray  # float32 (n, first directions): of vectors of unit length
    fine: np.ndarray  # int8 (n, other directions): the same in steps of _STEP
    directions: np.ndarray  # float32 (dimension, directions)
    languages: np.ndarray  # uint8 (n,): place in LANGUAGES
    sentences: np.ndarray  # int32, ascending: NONE, and rows of the sentences that have questions
    # Pairs of sentence and question, in the order of the questions' languages, then of the sentences:
    owners: np.ndarray  # int32: place of the sentence in ``sentences``
    asked_by: np.ndarray  # int32: the question
    classifier: np.ndarray  # float32 (dimension, sentences)
    spelled: np.ndarray  # the words of the English questions as they are written, in small letters: see TermList
    spelled_ends: np.ndarray
    spelled_counts: np.ndarray  # int32: how often each is

    def __len__(self) -> int:
        return len(self.languages)

    @classmethod
    def of(cls, questions: Mapping[tuple[str, str], Sequence[int]], encoder) -> "Expected":
        """``questions``: (language, text) → rows of the sentences that answer."""
        ordered = sorted(questions, key=lambda key: LANGUAGES.index(key[0]))
        texts = [text for _, text in ordered]
        languages = np.array([LANGUAGES.index(language) for language, _ in ordered], np.uint8)
        pairs = sorted((languages[at], row, at) for at, key in enumerate(ordered) for row in questions[key])
        sentences, owners = np.unique(np.array([row for _, row, _ in pairs], np.int32), return_inverse=True)
        asked_by = np.array([at for *_, at in pairs], np.int32)
        vectors = np.asarray(encoder.encode(texts, kind="query"), np.float32)
        moments, axes = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))  # ascending
        directions = np.ascontiguousarray(axes[:, ::-1][:, :_DIRECTIONS], np.float32)
        reduced = _unit(vectors @ directions)
        wanted = _sums(vectors, asked_by, owners, len(sentences))
        solved = axes @ (axes.T @ wanted / (moments + _RIDGE * len(texts))[:, None])
        return cls(
            **_weighted_words(texts),
            **_spelled(text for language, text in ordered if language == "en"),
            coarse=np.ascontiguousarray(reduced[:, :_FIRST]),
            fine=np.clip(np.rint(reduced[:, _FIRST:] / _STEP), -127, 127).astype(np.int8),
            directions=directions,
            languages=languages,
            sentences=sentences,
            owners=owners.astype(np.int32),
            asked_by=asked_by,
            classifier=solved.astype(np.float32),
        )

    def arrays(self) -> dict[str, np.ndarray]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Expected":
        return cls(**arrays)

    def likeness(self, text: str, vector: np.ndarray, language: str) -> np.ndarray:
        """float32 (sentences,): of the likest questions in the language that each is expected to be asked by, their
        mean. ``vector``: float32 (dimension,), of the question."""
        return self._near(text, vector.astype(np.float32).tobytes(), language)[0]

    def likeness_of(self, sentences: np.ndarray, text: str, vector: np.ndarray, language: str) -> np.ndarray:
        """float32 (sentences,): the same, by all directions, of some of the sentences. ``sentences``: places in
        ``self.sentences``."""
        asked = self._asked[language]
        found = np.zeros(len(sentences), np.float32)
        at = np.minimum(np.searchsorted(asked.sentences, sentences), max(0, len(asked.sentences) - 1))
        some = np.flatnonzero(asked.sentences.take(at) == sentences) if len(asked.sentences) else at[:0]
        if not len(some):
            return found
        counts = asked.counts[at[some]]
        questions = joined(asked.questions, asked.starts[at[some]], counts)
        direction = _unit(vector.astype(np.float32) @ self.directions)
        like = self._like_words(text, asked)[questions] + self.coarse[questions + asked.first] @ direction[:_FIRST]
        like += self.fine[questions + asked.first].astype(np.float32) @ (direction[_FIRST:] * np.float32(_STEP))
        found[some] = _mean_of_best(like, np.cumsum(counts) - counts, counts)
        return found

    def predicted(self, text: str, vector: np.ndarray, language: str) -> np.ndarray:
        """float32 (sentences,): what the classifier says of the same."""
        return self._near(text, vector.astype(np.float32).tobytes(), language)[1]

    def unanswered(self, text: str, vector: np.ndarray, language: str) -> float:
        """The share of those that no sentence answers among the nearest questions, the nearer counting more."""
        return self._near(text, vector.astype(np.float32).tobytes(), language)[2]

    @cached_property
    def _near(self):
        """All three, for the bytes of a vector: they are asked for several times while a question is answered."""
        return lru_cache(maxsize=8)(self._compared)

    def english_words(self) -> dict[str, int]:
        """The words of the English questions, in small letters, and how often they are."""
        words = TermList(self.spelled, self.spelled_ends)
        return dict(zip(words, self.spelled_counts.tolist(), strict=True))

    def asked_with(self, word: str, first: int, end: int) -> bool:
        """Whether a content word stands in some question of the sentences in the rows from ``first`` to ``end``."""
        number = self._words.number(word)
        if number < 0:
            return False
        here = np.searchsorted(self.sentences, (first, end))
        its = self.asked_by[(self.owners >= here[0]) & (self.owners < here[1])]
        return bool(np.isin(its, self.questions[self.starts[number] : self.starts[number + 1]]).any())

    def _compared(self, text: str, vector: bytes, language: str) -> tuple[np.ndarray, np.ndarray, float]:
        asked = self._asked[language]
        found, unanswered = np.zeros(len(self.sentences), np.float32), 0.0
        if len(asked.sentences):
            direction = _unit(np.frombuffer(vector, np.float32) @ self.directions)
            like = self.coarse[asked.first : asked.end] @ direction[:_FIRST]
            like += self._like_words(text, asked)
            likest = np.argpartition(-like, _REFINED)[:_REFINED] if len(like) > _REFINED else np.arange(len(like))
            steps = self.fine[likest + asked.first].astype(np.float32)
            like[likest] += steps @ (direction[_FIRST:] * np.float32(_STEP))
            found[asked.sentences] = _mean_of_best(like[asked.questions], asked.starts, asked.counts)
            nearest = likest[np.argsort(-like[likest], kind="stable")[:_VOTES]]
            votes = np.exp(_SHARPNESS * like[nearest])
            unanswered = float(votes @ asked.unanswered[nearest] / votes.sum())
        predicted = np.maximum(np.frombuffer(vector, np.float32) @ self.classifier, 0)
        for array in (found, predicted):
            array.flags.writeable = False
        return found, predicted, unanswered

    def _like_words(self, text: str, asked: _Asked) -> np.ndarray:
        """The cosine of the words of a text with those of each question in one language: float64 (questions,)."""
        held = []
        for word in sorted(filter(is_content, set(terms(text)))):
            number = self._words.number(word)
            start, end = self.starts[number : number + 2].tolist() if number >= 0 else (0, 0)
            held.append((start, end, inverse_frequency(end - start, len(self))))
        if not held:
            return np.zeros(asked.end - asked.first)
        length = np.sqrt(sum(weight**2 for *_, weight in held))
        questions = np.concatenate([self.questions[start:end] for start, end, _ in held])
        weights = [self.weights[start:end] * np.float32(weight / length) for start, end, weight in held]
        return np.bincount(questions, np.concatenate(weights), len(self))[asked.first : asked.end]

    @cached_property
    def _words(self) -> TermList:
        return TermList(self.blob, self.ends)

    @cached_property
    def _asked(self) -> dict[str, _Asked]:
        return {name: self._asked_in(code) for code, name in enumerate(LANGUAGES)}

    def _asked_in(self, code: int) -> _Asked:
        first, end = np.searchsorted(self.languages, (code, code + 1)).tolist()
        here = slice(*np.searchsorted(self.languages[self.asked_by], (code, code + 1)))
        sentences, starts, counts = np.unique(self.owners[here], return_index=True, return_counts=True)
        questions = self.asked_by[here] - first
        unanswered = np.zeros(end - first, bool)
        unanswered[questions[self.sentences[self.owners[here]] == NONE]] = True
        return _Asked(first, end, questions, sentences, starts, counts, unanswered)


def _weighted_words(texts: Sequence[str]) -> dict[str, np.ndarray]:
    """The content words of texts with their weights, word by word."""
    counted = count_terms(texts)
    names = list(TermList(counted["terms"], counted["term_ends"]))
    # Single Chinese characters are counted, too, but are no terms of a question.
    kept = [at for at, term in enumerate(names) if is_content(term) and not (len(term) == 1 and is_chinese(term))]
    starts, carriers = counted["starts"].tolist(), np.diff(counted["starts"])[kept]
    questions = np.concatenate(
        [counted["passages"][:0], *(counted["passages"][slice(*starts[at : at + 2])] for at in kept)]
    )
    weights = np.repeat([inverse_frequency(count, len(texts)) for count in carriers.tolist()], carriers)
    length = np.sqrt(np.bincount(questions, weights**2, len(texts)))
    held = TermList.of(names[at] for at in kept)
    return {
        "blob": held.blob,
        "ends": held.ends,
        "starts": np.append(0, np.cumsum(carriers)),
        "questions": questions.astype(np.int32),
        "weights": (weights / length[questions]).astype(np.float32),
    }


def _spelled(texts: Iterable[str]) -> dict[str, np.ndarray]:
    counts = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    held = TermList.of(sorted(counts))
    return {
        "spelled": held.blob,
        "spelled_ends": held.ends,
        "spelled_counts": np.array([counts[word] for word in held], np.int32),
    }


def _sums(vectors: np.ndarray, asked_by: np.ndarray, owners: np.ndarray, sentences: int) -> np.ndarray:
    """The sum of the vectors of each sentence's questions: float64 (dimension, sentences). One of several sentences
    counts in part for each."""
    order = np.argsort(owners, kind="stable")
    shares = 1 / np.bincount(asked_by)[asked_by[order]]
    starts = np.searchsorted(owners[order], np.arange(sentences))
    weighted = vectors[asked_by[order]] * shares.astype(np.float32)[:, None]
    return np.add.reduceat(weighted, starts, axis=0).T.astype(np.float64)


def _mean_of_best(values: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Of each group of values, the mean of the ``_NEAREST`` greatest that differ, or of all where there are fewer."""
    total, number = np.zeros(len(starts), np.float32), np.zeros(len(starts), np.float32)
    for _ in range(_NEAREST):
        best = np.maximum.reduceat(values, starts)
        some = np.isfinite(best)
        total, number = total + np.where(some, best, 0), number + some
        values = np.where(values == np.repeat(best, counts), -np.inf, values)
    return total / number


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
