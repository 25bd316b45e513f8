"""From texts to training examples: which span of which text must find which other span."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from ingest.encoder.contrastive import Spans
from ingest.encoder.data import in_test_half, read_jsonl, read_qrels

DICTIONARIES = ("cedict_terms", "naer_science_terms")


@dataclass
class Bank:
    """All tokenised texts, one after the other; a text is known by its number."""

    tokenizer: Tokenizer
    parts: list[np.ndarray] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0])

    def add(self, texts: Sequence[str]) -> np.ndarray:
        """The numbers of `texts`, in their order. A text without tokens becomes one unknown token."""
        first = len(self.ends) - 1
        for start in range(0, len(texts), 20_000):
            batch = list(texts[start : start + 20_000])
            for encoding in self.tokenizer.encode_batch_fast(batch, add_special_tokens=False):
                ids = np.array(encoding.ids or [0], dtype=np.int32)
                self.parts.append(ids)
                self.ends.append(self.ends[-1] + len(ids))
        return np.arange(first, first + len(texts))

    def tokens(self) -> np.ndarray:
        return np.concatenate(self.parts)


@dataclass(frozen=True)
class Parallel:
    """English and Chinese texts side by side, in document order; `document[i]` is the same for neighbours."""

    english: np.ndarray
    chinese: np.ndarray
    document: np.ndarray
    repeats: int = 1


@dataclass(frozen=True)
class Matches:
    """Left text i is answered by right text i. Questions and their passages, terms and their translations."""

    left: np.ndarray
    right: np.ndarray
    repeats: int = 1


def epoch(
    ends: np.ndarray,
    parallel: Sequence[Parallel],
    matches: Sequence[Matches],
    window_share: float,
    window: int,
    same_language: float,
    random: np.random.Generator,
) -> tuple[Spans, Spans]:
    """One epoch of (left, right) spans.

    Of the parallel pairs a share `window_share` meets, on one side, not its counterpart but a window of up to
    2 * `window` - 1 neighbours around it: a short text against a long one, as questions meet passages. In addition
    a number of pairs (`same_language` of all) gives the same in one language.
    """
    spans = [[], [], [], []]

    def put(left_start, left_end, right_start, right_end) -> None:
        for column, values in zip(spans, (left_start, left_end, right_start, right_end), strict=True):
            column.append(values)

    for source in parallel:
        for _ in range(source.repeats):
            size = len(source.document)
            rows = np.arange(size)
            low = rows - random.integers(0, window, size)
            high = rows + random.integers(0, window, size)
            low = np.maximum(low, np.searchsorted(source.document, source.document, "left"))
            high = np.minimum(high, np.searchsorted(source.document, source.document, "right") - 1)
            draw = random.random(size)
            long_left, long_right = draw < window_share / 2, (draw >= window_share / 2) & (draw < window_share)
            swap = random.random() < 0.5
            one, other = (source.chinese, source.english) if swap else (source.english, source.chinese)
            put(
                ends[one[np.where(long_left, low, rows)]],
                ends[one[np.where(long_left, high, rows)] + 1],
                ends[other[np.where(long_right, low, rows)]],
                ends[other[np.where(long_right, high, rows)] + 1],
            )
            for side in (source.english, source.chinese):
                some = random.random(size) < same_language / 2
                put(ends[side[some]], ends[side[some] + 1], ends[side[low[some]]], ends[side[high[some]] + 1])
    for source in matches:
        for _ in range(source.repeats):
            put(ends[source.left], ends[source.left + 1], ends[source.right], ends[source.right + 1])
    left_start, left_end, right_start, right_end = (np.concatenate(column) for column in spans)
    return Spans(left_start, left_end), Spans(right_start, right_end)


def question_passages(folder: Path, corpus: dict[str, str]) -> list[tuple[str, str]]:
    """(question, passage) of a question set in BEIR form, the test half left out; `corpus`: id → text."""
    relevant = read_qrels(folder / "qrels.tsv")
    return [
        (query["text"], corpus[passage])
        for query in read_jsonl(folder / "queries.jsonl")
        if query["_id"] in relevant and not in_test_half(relevant[query["_id"]])
        for passage in sorted(relevant[query["_id"]])
        if passage in corpus
    ]
