"""Query → ranked passages: dense and keyword search with a pool for each language of the corpus, then fusion."""

from collections.abc import Mapping
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
WEIGHTS = {"dense": 0.58, "sentence": 0.17, "keyword": 0.68, "carried": 7.05, "scope": 0.49}


@dataclass(frozen=True)
class Hit:
    """A passage found, with what spoke for it."""

    position: int  # of the passage in the index
    face: int  # row of the wording by which it was found: its own, or that of its rendering
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
    """The best ``limit`` passages among the allowed faces (bool (faces,)), best first; ties in the corpus' order."""
    keyword = index.passage_terms.scores(query.keywords)
    pools = []
    for language in range(len(LANGUAGES)):
        of_language = np.flatnonzero(allowed & (index.face_language == language))
        if len(of_language):
            faces = _candidates(index, query, of_language, keyword, about)
            signals = _signals(index, query, faces, keyword, about)
            pools.append((faces, signals, sum(weight * signals[name] for name, weight in weights.items())))
    return _best_faces(index, pools, limit)


def _best_faces(index: Index, pools: list[tuple[np.ndarray, dict, np.ndarray]], limit: int) -> list[Hit]:
    """The first passages over all pools of (faces, signals, scores), each by the face that scores best."""
    ranked = sorted(
        (-float(score), int(index.face_passage[face]), int(face), pool, at)
        for pool, (faces, _, scores) in enumerate(pools)
        for at, (face, score) in enumerate(zip(faces, scores, strict=True))
    )
    hits: dict[int, Hit] = {}
    for score, passage, face, pool, at in ranked:
        if passage not in hits:
            arms = {name: float(values[at]) for name, values in pools[pool][1].items()}
            hits[passage] = Hit(passage, face, -score, len(hits) + 1, arms, index)
        if len(hits) == limit:
            break
    return list(hits.values())


def _signals(
    index: Index, query: Query, candidates: np.ndarray, keyword: np.ndarray, about: Scope
) -> dict[str, np.ndarray]:
    """What speaks for each candidate of one language.

    dense, sentence, keyword are standardised within the language: a question in one language is always nearer to
    texts of the same language, which must not starve those of the other. carried and scope mean the same in both.
    """
    document = index.passage_document[index.face_passage[candidates]]
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


def _candidates(index: Index, query: Query, of_language: np.ndarray, keyword: np.ndarray, about: Scope) -> np.ndarray:
    """Rows, ascending, of the faces that any arm puts forward."""
    if len(of_language) <= _POOL:
        return of_language
    document = index.passage_document[index.face_passage[of_language]]
    named = of_language[about.strength[document] >= max(about.strength.max(), 1e-6)]
    by_keyword = np.concatenate([_best(keyword, of_language), _best(keyword, named)])
    by_passage = _nearest(index.passages, query.vector, of_language)
    sentences = np.flatnonzero(np.isin(index.sentence_face, of_language))
    by_sentence = index.sentence_face[_nearest(index.sentences, query.vector, sentences)]
    return np.unique(np.concatenate([by_keyword[keyword[by_keyword] > 0], by_passage, by_sentence]))


def _best(scores: np.ndarray, among: np.ndarray) -> np.ndarray:
    return among[np.argsort(-scores[among], kind="stable")[:_POOL]]


def _nearest(vectors: faiss.Index, vector: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Rows of the nearest vectors among the given rows, by exact search."""
    parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among.astype(np.int64)))
    _, rows = vectors.search(vector[None, :], min(_POOL, len(among)), params=parameters)
    return rows[0][rows[0] >= 0]


def dense_scores(index: Index, vector: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosine of each face, and of its best sentence where it has sentences: float32 (faces,) each."""
    cosine = index.passages.reconstruct_batch(faces) @ vector
    best = np.full(len(faces), -1, np.float32)
    rows = sentence_rows(index, faces)
    of_sentences = index.sentences.reconstruct_batch(rows) @ vector
    np.maximum.at(best, np.searchsorted(faces, index.sentence_face[rows]), of_sentences)
    return cosine, np.where(best > -1, best, cosine)


def sentence_rows(index: Index, faces: np.ndarray) -> np.ndarray:
    """Rows of the sentences of the faces: int64 (sentences,)."""
    first = np.searchsorted(index.sentence_face, faces)
    end = np.searchsorted(index.sentence_face, faces, side="right")
    return np.concatenate([np.arange(a, b, dtype=np.int64) for a, b in zip(first, end, strict=True)])


def standardised(scores: np.ndarray) -> np.ndarray:
    """Scores in standard deviations from their mean; zeros where all are the same."""
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
