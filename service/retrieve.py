"""Query → ranked passages: dense and keyword search with a pool for each language of the corpus, then fusion."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property, partial

import faiss
import numpy as np

from ingest.document import Passage
from ingest.index import LANGUAGES, Index
from ingest.vectors import EightBits, Flat, Selection
from service.expected import Expectation, expectation, expected_documents
from service.query import Query
from service.scope import Scope, carried, masses
from service.weights import PASSAGES, Weights

# Candidates each arm puts forward, for each language of the corpus.
_POOL = 100
_LEAST = 1e-3  # BM25 that is hardly above none
_MOSTLY = 4  # times as many faces of other documents as of those with expected questions
_NAMED = 1e-6  # strength from which on a document is named at all


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


class Allowed:
    """By which faces a passage may be found, and what follows from that for the arms; made once for many questions.

    ``faces``: bool (faces,). ``expected``: whether also by the questions that it is expected to be asked by.
    """

    def __init__(self, index: Index, faces: np.ndarray, expected: bool = True):
        self.index = index
        self.faces = faces
        self.expected = expected

    @cached_property
    def pools(self) -> "list[_Pool]":
        """The allowed faces of each language that has any."""
        return _pools(self.index, self.faces)

    @cached_property
    def expected_pools(self) -> "list[_Pool]":
        """The same of the documents that have expected questions."""
        return _pools(self.index, self.faces & self._is_expected[self._documents])

    @cached_property
    def _is_expected(self) -> np.ndarray:
        """bool (documents,): which have expected questions."""
        has_some = np.zeros(len(self.index.catalogue), bool)
        has_some[expected_documents(self.index)] = True
        return has_some

    @cached_property
    def _documents(self) -> np.ndarray:
        """int32 (faces,): place in the catalogue."""
        return self.index.passage_document[self.index.face_passage]

    @cached_property
    def _many_others(self) -> bool:
        """Whether most faces are of documents without expected questions, and some are of those with some."""
        of_expected = np.count_nonzero(self.faces & self._is_expected[self._documents])
        return 0 < _MOSTLY * of_expected < np.count_nonzero(self.faces)

    @cached_property
    def few_expected(self) -> np.ndarray:
        """bool (documents,): which have expected questions; none where these are not few among many."""
        return self._is_expected if self._many_others else np.zeros_like(self._is_expected)


@dataclass(frozen=True)
class _Pool:
    """The allowed faces of one language."""

    faces: np.ndarray  # int64, ascending
    document: np.ndarray  # int32 (faces,), place in the catalogue
    passages: Selection
    sentences: Selection


def _pools(index: Index, faces: np.ndarray) -> "list[_Pool]":
    of_languages = [faces & (index.face_language == at) for at in range(len(LANGUAGES))]
    return [_pool(index, of_language) for of_language in of_languages if of_language.any()]


def _pool(index: Index, faces: np.ndarray) -> _Pool:
    rows = np.flatnonzero(faces)
    document = index.passage_document[index.face_passage[rows]]
    return _Pool(rows, document, Selection(faces), Selection(faces[index.sentence_face]))


def retrieve(
    index: Index,
    query: Query,
    about: Scope,
    allowed: Allowed,
    limit: int,
    weights: Weights = PASSAGES,
    everywhere: bool = True,
) -> list[Hit]:
    """The best ``limit`` passages among the allowed faces, best first; ties in the corpus' order.

    ``everywhere`` False: among those of the documents with expected questions, where ``may_narrow`` says so.
    """
    expected = expectation(index, query, allowed.expected)
    narrow = not everywhere and may_narrow(index, query, about, allowed)
    pools = allowed.expected_pools if narrow else allowed.pools
    near = [_nearest(index, query, pool) for pool in pools]
    keyword = _keyword(index, query, pools) if narrow else index.passage_terms.scores(query.keywords)
    faces = [_candidates(pool, keyword, about, expected, found) for pool, found in zip(pools, near, strict=True)]
    if not faces:
        return []
    found = masses(index.passage_terms, query.keywords.words, np.concatenate(faces))
    found_in = np.split(found, np.cumsum([len(of_language) for of_language in faces])[:-1], axis=1)
    signals = [
        _signals(index, query, of_language, keyword, its_found, about, expected)
        for of_language, its_found in zip(faces, found_in, strict=True)
    ]
    joined = {name: np.concatenate([of_language[name] for of_language in signals]) for name in signals[0]}
    every = np.concatenate(faces)
    first = every[np.argmax(weighted(joined, weights.plain))]
    told = expected.tells(index.passage_document[index.face_passage[first]])
    joined["told"] = np.full(len(every), told, np.float32)
    return _best_faces(index, every, joined, weights.of(told), limit)


def may_narrow(index: Index, query: Query, about: Scope, allowed: Allowed) -> bool:
    """Whether it is enough to look in the documents with expected questions, few among many: the question is plainly
    one of those, and names no other document."""
    if not allowed.few_expected.any() or not expectation(index, query, allowed.expected).plainly:
        return False
    others = any(not allowed.few_expected[document] for document in about.named())
    return not others and bool(about.strength[allowed.few_expected].max() >= about.strength.max())


def weighted(signals: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """The sum of the signals that have weights."""
    return sum(weight * signals[name] for name, weight in weights.items())


def _best_faces(
    index: Index, faces: np.ndarray, signals: dict[str, np.ndarray], weights: Mapping[str, float], limit: int
) -> list[Hit]:
    """The first passages, each by the face that scores best."""
    scores = weighted(signals, weights)
    passages = index.face_passage[faces]
    order = np.lexsort((faces, passages, -scores))
    best = order[np.sort(np.unique(passages[order], return_index=True)[1])[:limit]]  # of each passage the first
    table = np.stack([values[best] for values in signals.values()], axis=1).tolist()
    found = zip(passages[best].tolist(), faces[best].tolist(), scores[best].tolist(), table, strict=True)
    return [
        Hit(passage, face, score, rank, dict(zip(signals, arms, strict=True)), index)
        for rank, (passage, face, score, arms) in enumerate(found, 1)
    ]


def _signals(
    index: Index,
    query: Query,
    candidates: np.ndarray,
    keyword: np.ndarray,
    found: np.ndarray,
    about: Scope,
    expected: Expectation,
) -> dict[str, np.ndarray]:
    """What speaks for each candidate of one language. ``found``: masses of the question's words in them.

    dense, sentence, keyword are standardised within the language: a question in one language is always nearer to
    texts of the same language, which must not starve those of the other. carried and scope mean the same in both.
    expected, predicted: what the questions say that the passage is expected to be asked (see service/expected.py);
    told, added later: whether these count.
    """
    passages = index.face_passage[candidates]
    document = index.passage_document[passages]
    cosine, best = dense_scores(index, query.vector, candidates)
    return {
        "dense": standardised(cosine),
        "sentence": standardised(best),
        "keyword": standardised(keyword[candidates]),
        "carried": carried(found, about.open_weight[:, document]),
        "scope": about.strength[document] - about.strength.max(initial=0.0),
        **expected.of_passages(passages),
        "cosine": np.maximum(cosine, best),
    }


def _candidates(
    pool: _Pool, keyword: np.ndarray, about: Scope, expected: Expectation, near: Callable[[], list[np.ndarray]]
) -> np.ndarray:
    """Rows, ascending, of the faces that any arm puts forward. ``near``: gives those of the dense arms."""
    if len(pool.faces) <= _POOL:
        return pool.faces
    strongest = about.strength.max()
    named = pool.faces[(about.strength >= strongest)[pool.document]] if strongest >= _NAMED else pool.faces[:0]
    foreseen = expected.likest(_POOL, pool.faces)  # a passage's own face has its place
    return np.unique(np.concatenate([_best(keyword, pool.faces), _best(keyword, named), foreseen, *near()]))


def _keyword(index: Index, query: Query, pools: Sequence[_Pool]) -> np.ndarray:
    """BM25 of the faces of some pools, 0 for all others: float32 (faces,)."""
    rows = np.concatenate([pool.faces for pool in pools])
    scores = np.zeros(len(index.passage_terms), np.float32)
    scores[rows] = index.passage_terms.scores_of(query.keywords, rows)
    return scores


def _nearest(index: Index, query: Query, pool: _Pool) -> Callable[[], list[np.ndarray]]:
    """The faces that are nearest themselves, and those of the nearest sentences, when they are called for.

    Where a pass over all vectors takes longer than it takes to start a thread, they are looked for meanwhile.
    """
    if len(pool.faces) <= _POOL:
        return lambda: []
    searches = ((index.passages, pool.passages), (index.sentences, pool.sentences))
    passages, sentences = [_begun(vectors, query.vector, among) for vectors, among in searches]
    return lambda: [passages(), index.sentence_face[sentences()]]


def _begun(vectors: Flat | EightBits, vector: np.ndarray, among: Selection) -> Callable[[], np.ndarray]:
    if isinstance(vectors, Flat):
        return partial(vectors.nearest, vector, among, _POOL)
    passed = _arms().submit(vectors.first_pass, vector, among, _POOL)
    return lambda: vectors.nearest(vector, among, _POOL, passed.result())


@cache
def _arms() -> ThreadPoolExecutor:
    """FAISS lets other threads run while it searches, and needs no further ones for a single question: they would only
    wait, busily."""
    return ThreadPoolExecutor(2, "nearest", initializer=faiss.omp_set_num_threads, initargs=(1,))


def _best(scores: np.ndarray, among: np.ndarray) -> np.ndarray:
    """The rows with the best scores above zero, ties in the order of the corpus."""
    found = scores.take(among)
    least = found.max(initial=0.0)
    # Sorting all of a large index takes longer than finding a score that some hundred reach.
    while least > 0 and np.count_nonzero(found >= least) < _POOL:
        least = least / 2 if least > _LEAST else 0.0
    there = among[(found >= least) & (found > 0)]
    return there[np.argsort(-scores[there], kind="stable")[:_POOL]]


def dense_scores(index: Index, vector: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosine of each face, and of its best sentence where it has sentences: float32 (faces,) each."""
    cosine = index.passages.scores(faces, vector)
    best = np.full(len(faces), -1, np.float32)
    rows = sentence_rows(index, faces)
    of_sentences = index.sentences.scores(rows, vector)
    np.maximum.at(best, np.searchsorted(faces, index.sentence_face[rows]), of_sentences)
    return cosine, np.where(best > -1, best, cosine)


def sentence_rows(index: Index, faces: np.ndarray) -> np.ndarray:
    """Rows of the sentences of the faces: int64 (sentences,)."""
    faces = faces.astype(index.sentence_face.dtype)  # of another type, all of the column would be copied
    first = np.searchsorted(index.sentence_face, faces)
    count = np.searchsorted(index.sentence_face, faces, side="right") - first
    before = np.cumsum(count) - count  # rows of the faces before
    return np.arange(count.sum(), dtype=np.int64) + np.repeat(first - before, count)


def standardised(scores: np.ndarray) -> np.ndarray:
    """Scores in standard deviations from their mean; zeros where all are the same."""
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
