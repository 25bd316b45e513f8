"""Is the evidence enough? A calibrated decision from several signals, never from one score."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.index import Index
from service.answer import Reason
from service.evidence import Evidence
from service.query import Query
from service.scope import Scope, carried, masses

# Logistic regression fitted on the tune half of the gold questions (python -m eval.calibrate prints it).
WEIGHTS = {"bias": -2.07, "sentence": 1.08, "passage": 1.42, "dense": 2.57, "unmet number": -1.67}
_ANSWER_FROM = 0.46
_SOMETHING_NEAR = 0.38
# A single word that occurs in every third passage asks nothing.
_COMMON = 1.5
# From this probability on a number of the question is taken for met.
_MET = 0.1


@dataclass(frozen=True)
class Verdict:
    """``reason`` is None where the evidence answers; ``confidence`` is the estimated probability that it does."""

    reason: Reason | None
    confidence: float

    def because(self, reason: Reason) -> "Verdict":
        return replace(self, reason=reason)


def judge(index: Index, query: Query, about: Scope, chosen: Sequence[Evidence]) -> Verdict:
    """Whether the chosen sentences, in their clauses, carry what the question asks."""
    words = query.keywords.words
    if not words or (len(words) == 1 and index.passage_terms.idf(words[0]) < _COMMON):
        return Verdict("ambiguous", 0.0)
    if not chosen:
        return Verdict("out_of_corpus", 0.0)
    found = signals(index, query, about, chosen)
    odds = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in found.items())
    confidence = 1 / (1 + math.exp(-odds))
    if confidence >= _ANSWER_FROM:
        return Verdict(None, confidence)
    return Verdict("low_support" if confidence >= _SOMETHING_NEAR else "out_of_corpus", confidence)


def signals(index: Index, query: Query, about: Scope, chosen: Sequence[Evidence]) -> dict[str, float]:
    """What speaks for the evidence, each from 0 to 1.

    sentence, passage: share of the question's content words, weighted by idf, that the quoted sentences (their
    clauses with the headings above) carry in either language; dense: cosine of the best sentence or passage; unmet
    number: share of the numbers and identifiers in the question that neither these clauses nor the document's name
    carry.
    """
    words = query.keywords.words
    sentences = masses(index.sentence_terms, words, np.array([item.row for item in chosen]))
    passages = masses(index.passage_terms, words, np.unique([item.hit.face for item in chosen]))
    document = index.passage_document[chosen[0].hit.position]
    weight = about.open_weight[:, [document]]
    numbers = np.array([any(character.isdigit() for character in word.text) for word in words], bool)
    unmet = numbers & (passages.max(axis=1) < _MET) & (weight[:, 0] > 0)
    return {
        "unmet number": float(unmet.sum() / max(1, numbers.sum())),
        "sentence": float(carried(sentences.max(axis=1, keepdims=True), weight)[0]),
        "passage": float(carried(passages.max(axis=1, keepdims=True), weight)[0]),
        "dense": max(max(item.signals["cosine"], item.hit.arms["cosine"]) for item in chosen),
    }
