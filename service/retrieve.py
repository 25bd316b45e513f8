"""Query → ranked passages: dense and keyword search with a pool for each language of the corpus, then fusion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import faiss
import numpy as np

from ingest.document import Passage
from ingest.index import LANGUAGES, Index
from service.query import Query
from service.scope import Scope, carried, masses

# Candidates each arm puts forward, for each language of the corpus.
_POOL = 100
# What makes a passage likely to hold the answer; fitted on the tune half of the gold questions by
# python -m eval.calibrate, which prints this table.
WEIGHTS = {"dense": 0.44, "sentence": 0.15, "keyword": 0.76, "carried": 8.34, "scope": 0.73}


@dataclass(frozen=True)
class Hit:
    """A passage found, with what spoke for it."""

    position: int  # of the passage in the index
    score: float
    rank: int  # from 1
    arms: dict[str, float]  # dense: cosine of the passage or its best sentence; keyword: BM25; …
    index: Index = field(repr=False, compare=False)

    @property
    def passage(self) -> Passage:
        return self.index.store.passage(self.position)


def retrieve(
    index: Index,
    query: Query,
    about: Scope,
    allowed: np.ndarray,
    limit: int,
    weights: Mapping[str, float] = WEIGHTS,
) -> list[Hit]:
    """The best ``limit`` of the allowed passages (bool (passages,)), best first; ties in the order of the corpus."""
    keyword = index.passage_terms.scores(query.keywords)
    found: list[tuple[float, int, dict[str, float]]] = []
    for language in range(len(LANGUAGES)):
        of_language = np.flatnonzero(allowed & (index.passage_language == language))
        if not len(of_language):
            continue
        candidates = _candidates(index, query, of_language, keyword, about)
        signals = _signals(index, query, candidates, keyword, about)
        total = sum(weight * signals[name] for name, weight in weights.items())
        found += [
            (float(total[at]), int(passage), {name: float(values[at]) for name, values in signals.items()})
            for at, passage in enumerate(candidates)
        ]
    found.sort(key=lambda item: (-item[0], item[1]))
    return [Hit(position, score, rank, arms, index) for rank, (score, position, arms) in enumerate(found[:limit], 1)]


def _signals(
    index: Index, query: Query, candidates: np.ndarray, keyword: np.ndarray, about: Scope
) -> dict[str, np.ndarray]:
    """What speaks for each candidate of one language.

    dense, sentence, keyword are standardised within the language: a question in one language is always nearer to
    texts of the same language, which must not starve those of the other. carried and scope mean the same in both.
    """
    document = index.passage_document[candidates]
    found = masses(index.passage_terms, query.keywords.words, candidates)
    cosine, best = dense_scores(index, query.vector, candidates)
    return {
        "dense": standardised(cosine),
        "sentence": standardised(best),
        "keyword": standardised(keyword[candidates]),
        "carried": carried(found, about.open_weight[:, document]),
        "scope": about.strength[document] - about.strength.max(initial=0.0),
        "cosine": np.maximum(cosine, best),
    }


def _candidates(
    index: Index, query: Query, of_language: np.ndarray, keyword: np.ndarray, about: Scope
) -> np.ndarray:
    """Positions, ascending, of the passages that any arm puts forward."""
    if len(of_language) <= _POOL:
        return of_language
    named = of_language[about.strength[index.passage_document[of_language]] >= max(about.strength.max(), 1e-6)]
    by_keyword = np.concatenate([_best(keyword, of_language), _best(keyword, named)])
    by_passage = _nearest(index.passages, query.vector, of_language)
    sentences = np.flatnonzero(np.isin(index.sentence_passage, of_language))
    by_sentence = index.sentence_passage[_nearest(index.sentences, query.vector, sentences)]
    return np.unique(np.concatenate([by_keyword[keyword[by_keyword] > 0], by_passage, by_sentence]))


def _best(scores: np.ndarray, among: np.ndarray) -> np.ndarray:
    return among[np.argsort(-scores[among], kind="stable")[:_POOL]]


def _nearest(vectors: faiss.Index, vector: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Rows of the nearest vectors among the given rows, by exact search."""
    parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among.astype(np.int64)))
    _, rows = vectors.search(vector[None, :], min(_POOL, len(among)), params=parameters)
    return rows[0][rows[0] >= 0]


def dense_scores(index: Index, vector: np.ndarray, passages: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Cosine of each passage, and of its best sentence: float32 (passages,) each."""
    passages = np.asarray(passages, np.int64)
    cosine = index.passages.reconstruct_batch(passages) @ vector
    rows, starts = sentence_rows(index, passages)
    of_sentences = index.sentences.reconstruct_batch(rows) @ vector
    return cosine, np.maximum.reduceat(of_sentences, starts)


def sentence_rows(index: Index, passages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the sentences of the passages, int64 (sentences,), and where each passage's begin in that array."""
    first = np.searchsorted(index.sentence_passage, passages)
    end = np.searchsorted(index.sentence_passage, passages, side="right")
    rows = np.concatenate([np.arange(a, b, dtype=np.int64) for a, b in zip(first, end, strict=True)])
    return rows, np.concatenate([[0], np.cumsum(end - first)[:-1]])


def standardised(scores: np.ndarray) -> np.ndarray:
    """Scores in standard deviations from their mean; zeros where all are the same."""
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
