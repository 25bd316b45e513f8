"""Hits → the sentences that answer: few, each as narrow as carries the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.document import Clause, Passage, Sentence
from ingest.index import Index
from service.query import Query
from service.retrieve import Hit

# Passages whose sentences are looked at, and sentences given at most.
_PASSAGES = 8
_SENTENCES = 3
# A further sentence must come this near to the best one, in standard deviations of the candidates' scores.
_MARGIN = 0.6
_WEIGHTS = {"dense": 1.0, "keyword": 1.0, "passage": 0.6}


@dataclass(frozen=True)
class Evidence:
    """A sentence that may be quoted, and why."""

    hit: Hit
    passage: Passage
    sentence: Sentence
    row: int  # of the sentence in the index
    score: float
    dense: float  # cosine of the sentence


def fold(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """The hits without those that say in the other language what an earlier one says."""
    kept: list[Hit] = []
    seen: set[str] = set()
    for hit in hits:
        clause: Clause = index.store.clause(hit.passage.clause_id)
        if clause.counterpart not in seen:
            kept.append(hit)
        seen.add(clause.clause_id)
    return kept


def candidates(index: Index, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
    """The sentences of the best hits, the best first."""
    hits = [hit for hit in hits if hit.passage.kind == "text"][:_PASSAGES]
    if not hits:
        return []
    found: list[tuple[Hit, Passage, Sentence, int]] = []
    for hit in hits:
        passage = hit.passage
        first = int(np.searchsorted(index.sentence_passage, hit.position))
        found += [(hit, passage, sentence, first + at) for at, sentence in enumerate(passage.sentences)]
    rows = np.array([row for *_, row in found])
    dense = index.sentences.reconstruct_batch(rows) @ query.vector
    keyword = index.sentence_terms.scores(query.keywords)[rows]
    above = np.array([hit.score for hit, *_ in found])
    score = (
        _WEIGHTS["dense"] * _standardised(dense)
        + _WEIGHTS["keyword"] * _standardised(keyword)
        + _WEIGHTS["passage"] * _standardised(above)
    )
    order = np.lexsort((rows, -score))
    return [Evidence(*found[at], float(score[at]), float(dense[at])) for at in order]


def choose(ranked: Sequence[Evidence], limit: int) -> list[Evidence]:
    """The best sentence and those that come close to it, at most ``limit``, in order of their score."""
    if not ranked:
        return []
    spread = float(np.std([item.score for item in ranked])) or 1.0
    near = [item for item in ranked if ranked[0].score - item.score <= _MARGIN * spread]
    return near[: min(limit, _SENTENCES)]


def _standardised(scores: np.ndarray) -> np.ndarray:
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
