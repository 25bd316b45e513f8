"""Ways to search, for the bench. An arm is a function (questions, passages) → scores.

Scores are float32 (questions, passages), larger is better. Arms that combine others take them as arguments, so a
keyword or a hybrid arm is one more line in `arms`.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from ingest.encoder import Encoder

Arm = Callable[[Sequence[str], Sequence[str]], np.ndarray]
SENTENCE_END = re.compile(r'(?<=[。！？；!?;])\s*|(?<=\.)\s+(?=[A-Z"“(])|\n+')
SENTENCES_UP_TO = 30_000  # passages; above it a corpus is searched by whole passages only


def whole_passage(encoder: Encoder) -> Arm:
    """Cosine of the question and the passage."""

    def score(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        return encoder.encode(queries, kind="query") @ encoder.encode(passages).T

    return score


def best_sentence(encoder: Encoder) -> Arm:
    """Cosine of the question and the nearest sentence of the passage."""

    def score(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        parts = [sentences(passage) for passage in passages]
        starts = np.cumsum([0] + [len(part) for part in parts[:-1]])
        vectors = encoder.encode([sentence for part in parts for sentence in part])
        return np.maximum.reduceat(encoder.encode(queries, kind="query") @ vectors.T, starts, axis=1)

    return score


def dense(encoder: Encoder) -> Arm:
    """The mean of both: the passage says what it is about, the sentence what it answers."""
    whole, best = whole_passage(encoder), best_sentence(encoder)

    def score(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        if len(passages) > SENTENCES_UP_TO:
            return whole(queries, passages)
        return (whole(queries, passages) + best(queries, passages)) / 2

    return score


def keywords(translate: bool = True) -> Arm:
    """BM25 over our terms; with `translate` also through the translation lexicon."""
    from ingest.keywords import KeywordIndex
    from ingest.lexicon import Lexicon

    lexicon = Lexicon.load() if translate else None

    def score(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        index = KeywordIndex.build(list(passages))
        return np.stack([index.scores(query, lexicon) for query in queries])

    return score


def fused(*arms: Arm) -> Arm:
    """The sum of the arms' scores, each brought to mean 0 and deviation 1 over the passages of a question."""

    def score(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        total = np.zeros((len(queries), len(passages)), dtype=np.float32)
        for arm in arms:
            scores = arm(queries, passages)
            deviation = scores.std(axis=1, keepdims=True)
            total += (scores - scores.mean(axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1)
        return total

    return score


def sentences(text: str) -> list[str]:
    """The sentences of a passage, the whole of it where nothing divides it."""
    return [part for part in SENTENCE_END.split(text) if part and part.strip()] or [text]
