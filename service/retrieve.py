"""Query → ranked passages: dense and keyword search with a pool for each language of the corpus, then fusion."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import faiss
import numpy as np

from ingest.document import Passage
from ingest.index import LANGUAGES, Index
from service.query import Query

# Candidates each arm puts forward, for each language of the corpus.
_POOL = 100
# Weights of the arms' standardised scores.
_WEIGHTS = {"dense": 1.0, "keyword": 1.0}


@dataclass(frozen=True)
class Hit:
    """A passage found, with what each arm gave it."""

    position: int  # of the passage in the index
    score: float
    rank: int  # from 1
    arms: dict[str, float]  # dense: cosine of the passage or its best sentence; keyword: BM25
    index: Index = field(repr=False, compare=False)

    @property
    def passage(self) -> Passage:
        return self.index.store.passage(self.position)


def retrieve(index: Index, query: Query, allowed: np.ndarray, limit: int) -> list[Hit]:
    """The best ``limit`` of the allowed passages (bool (passages,)), best first; ties in the order of the corpus."""
    keyword = index.passage_terms.scores(query.keywords)
    found: list[tuple[float, int, dict[str, float]]] = []
    for language in range(len(LANGUAGES)):
        of_language = np.flatnonzero(allowed & (index.passage_language == language))
        if len(of_language):
            found += _language_pool(index, query, of_language, keyword)
    found.sort(key=lambda item: (-item[0], item[1]))
    return [
        Hit(position, score, rank, arms, index) for rank, (score, position, arms) in enumerate(found[:limit], 1)
    ]


def _language_pool(
    index: Index, query: Query, of_language: np.ndarray, keyword: np.ndarray
) -> list[tuple[float, int, dict[str, float]]]:
    """(score, passage, arms) of the candidates of one language. Scores are standardised within it: a question in
    one language is always nearer to texts of the same language, which must not starve those of the other."""
    candidates = _candidates(index, query, of_language, keyword)
    arms = {
        "dense": dense_scores(index, query.vector, candidates),
        "keyword": keyword[candidates],
    }
    total = sum(weight * _standardised(arms[name]) for name, weight in _WEIGHTS.items())
    return [
        (float(total[at]), int(passage), {name: float(scores[at]) for name, scores in arms.items()})
        for at, passage in enumerate(candidates)
    ]


def _candidates(index: Index, query: Query, of_language: np.ndarray, keyword: np.ndarray) -> np.ndarray:
    """Positions, ascending, of the passages that any arm puts forward."""
    if len(of_language) <= _POOL:
        return of_language
    by_keyword = of_language[np.argsort(-keyword[of_language], kind="stable")[:_POOL]]
    by_passage = _nearest(index.passages, query.vector, of_language)
    sentences = np.flatnonzero(np.isin(index.sentence_passage, of_language))
    by_sentence = index.sentence_passage[_nearest(index.sentences, query.vector, sentences)]
    return np.unique(np.concatenate([by_keyword[keyword[by_keyword] > 0], by_passage, by_sentence]))


def _nearest(vectors: faiss.Index, vector: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Rows of the nearest vectors among the given rows, by exact search."""
    selector = faiss.IDSelectorBatch(among.astype(np.int64))
    parameters = faiss.SearchParameters(sel=selector)
    _, rows = vectors.search(vector[None, :], min(_POOL, len(among)), params=parameters)
    return rows[0][rows[0] >= 0]


def dense_scores(index: Index, vector: np.ndarray, passages: Sequence[int]) -> np.ndarray:
    """Cosine of each passage, or of its best sentence where that is nearer: float32 (passages,)."""
    passages = np.asarray(passages, np.int64)
    scores = index.passages.reconstruct_batch(passages) @ vector
    starts = np.searchsorted(index.sentence_passage, passages)
    ends = np.searchsorted(index.sentence_passage, passages, side="right")
    rows = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
    of_sentences = index.sentences.reconstruct_batch(rows.astype(np.int64)) @ vector
    best = np.maximum.reduceat(of_sentences, np.concatenate([[0], np.cumsum(ends - starts)[:-1]]))
    return np.maximum(scores, best)


def _standardised(scores: np.ndarray) -> np.ndarray:
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
