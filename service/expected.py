"""Which sentences a question asks for, by the questions that they are expected to be asked (``ingest.expected``)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ingest.index import Index
from ingest.renderings.questions import NONE
from service.query import Query

# Of the likeness, from 0 to 2, so much is usual between questions that ask different things.
_USUAL = 0.45
# From so much more on it may be one of them put in other words. Of questions on other laws one in twenty seems to be;
# of those that the texts answer, all but one in twenty.
_ALIKE = 0.2
# From so much more on it plainly is, where few of the nearest questions are such that no text answers: of the questions
# that are asked of the texts two of three, of those on statutes on the same matter 9 %, of those on other laws hardly
# any.
_PLAINLY = 0.3
_FEW_UNANSWERED = 0.25


@dataclass(frozen=True, eq=False)
class Expectation:
    """What speaks for each of the sentences that have expected questions."""

    rows: np.ndarray  # int32, ascending: of the sentences, in the passages' own faces
    positions: np.ndarray  # int32, ascending: of their passages
    # expected: how much more like the sentence's questions than usual; predicted: what the classifier says. float32
    signals: dict[str, np.ndarray]
    documents: np.ndarray  # int32, ascending: of the passages, places in the catalogue
    unanswered: float  # how much more like the questions that no sentence answers than usual
    share_unanswered: float  # of the nearest questions

    @property
    def plainly(self) -> bool:
        """Whether the question is plainly one of those that are expected."""
        return bool(self.signals["expected"].max(initial=0.0) >= _PLAINLY and self.share_unanswered <= _FEW_UNANSWERED)

    def tells(self, document: int) -> bool:
        """Whether the questions tell what is asked for, if all else speaks for a document: it has some, and the
        question may be one that is expected. Of a document that has none they say nothing."""
        alike = self.signals["expected"].max(initial=0.0) >= _ALIKE
        return bool(alike and document in self.documents)

    def of_sentences(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """For rows of sentences of the passages' own faces: 0 for one without questions."""
        return {name: _looked_up(self.rows, values, rows) for name, values in self.signals.items()}

    def of_passages(self, positions: np.ndarray) -> dict[str, np.ndarray]:
        """For positions of passages, that of the best of their sentences."""
        each, best = self._by_passage
        return {name: _looked_up(each, values, positions) for name, values in best.items()}

    @cached_property
    def _by_passage(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The positions, each once, and the signals of the best sentence at each."""
        if not len(self.positions):
            return self.positions, self.signals
        first = np.flatnonzero(np.append(True, self.positions[1:] != self.positions[:-1]))
        return self.positions[first], {name: np.maximum.reduceat(of, first) for name, of in self.signals.items()}

    def likest(self, limit: int, among: np.ndarray) -> np.ndarray:
        """Positions of the ``limit`` passages whose questions are likest. ``among``: positions, ascending, many."""
        each, signals = self._by_passage
        positions = each.astype(among.dtype)  # of another type, all of them would be copied
        inside = among[np.minimum(np.searchsorted(among, positions), len(among) - 1)] == positions
        like = signals["expected"] * inside
        best = np.argsort(-like, kind="stable")[:limit]
        return positions[best[like[best] > 0]]


def expectation(index: Index, query: Query, used: bool = True) -> Expectation:
    """Of a question. ``used``: False, no sentence has expected questions."""
    held = index.expected
    if held is None or not used:
        nothing, none = np.zeros(0, np.int32), np.zeros(0, np.float32)
        return Expectation(nothing, nothing, {"expected": none, "predicted": none}, nothing, 0.0, 0.0)
    asked = query.text, query.vector, query.language
    like = np.maximum(held.likeness(*asked) - np.float32(_USUAL), 0)
    first = int(held.sentences[0] == NONE)
    signals = {"expected": like[first:], "predicted": held.predicted(*asked)[first:]}
    rows = held.sentences[first:]
    positions = index.sentence_face[rows]  # a passage's own face has its place
    documents = np.unique(index.passage_document[positions])
    share = held.unanswered(*asked)
    return Expectation(rows, positions, signals, documents, float(like[0]) if first else 0.0, share)


def expected_documents(index: Index) -> np.ndarray:
    """Places in the catalogue, ascending, of the documents that have expected questions."""
    rows = index.expected.sentences if index.expected is not None else np.zeros(0, np.int32)
    return np.unique(index.passage_document[index.sentence_face[rows[rows != NONE]]])


def of_segment(index: Index, language: str, text: str, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """How much more like the expected questions of some sentences than usual a segment of a question is: float32
    (rows,). ``rows``: of sentences of the passages' own faces."""
    held = index.expected
    found = np.zeros(len(rows), np.float32)
    if held is None:
        return found
    at = np.minimum(np.searchsorted(held.sentences, rows), len(held.sentences) - 1)
    some = held.sentences[at] == rows
    found[some] = np.maximum(held.likeness_of(at[some], text, vector, language) - np.float32(_USUAL), 0)
    return found


def has_questions(index: Index, position: int) -> bool:
    """Whether a sentence of the passage at this position has any."""
    if index.expected is None:
        return False
    first, end = np.searchsorted(index.expected.sentences, _rows_of(index, position))
    return bool(first < end)


def asked_with(index: Index, word: str, position: int) -> bool:
    """Whether a word stands in some question of the passage at this position."""
    return index.expected is not None and index.expected.asked_with(word, *_rows_of(index, position).tolist())


def _rows_of(index: Index, position: int) -> np.ndarray:
    """The row of the first sentence of a passage, and that behind its last."""
    return index.first_sentence([position, position + 1])


def _looked_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    if not len(keys):
        return np.zeros(len(wanted), np.float32)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], np.float32(0.0))
