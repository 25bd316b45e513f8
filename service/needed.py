"""Which sentences an answer needs beside the best one, where expected questions tell which are asked for (expected.py).

A question that asks several things has segments: "how many …, and which …", compulsory and voluntary certification.
What is likest to one of these may be needed though it is far less like the whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ingest.index import Index
from ingest.keywords import is_content, terms
from service import kinds
from service.evidence import Evidence, own_row
from service.expected import of_segment
from service.places import places_in
from service.query import Query
from service.scope import is_framing
from service.weights import FURTHER

# How likely a further sentence must be to be needed, how many of them are given, of how many.
_NEEDED = 0.25
_FURTHER = 5
READ = 12
_NEAR_SCALE = 3.0  # of the sentences' scores
_COUNTED = 3
_JOINS = re.compile(r"和|与|及|、|，|,|;|；|\band\b|\bor\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"[,;?!:。；，？！：、+/]|以及|还有"
    r"|(?<!共)和(?![国谐平])|(?<!参)与(?!会)|(?<![普涉提触波顾])及(?![时格])|跟(?![踪进随])"  # not inside of a word
    r"|\b(?:and|or|vs|versus|plus|as well as|but|while)\b\.?",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b([A-Z]\w+) and ([A-Z]\w+)")  # Belt and Road
_SEGMENTS = 6
# A sentence that is so much more like a segment's expected questions than usual may answer it.
_LIKE = 0.1


@dataclass(frozen=True)
class Segment:
    """A part of a question that may ask for something of its own."""

    text: str
    vector: np.ndarray  # float32 (dimension,), unit length: of the segment, and a little of the whole question


@lru_cache(maxsize=1024)
def segment_texts(question: str) -> tuple[str, ...]:
    """What stands between the commas and conjunctions of a question and has a word that asks for something; none
    where there is no more than one."""
    pieces = [piece.strip() for piece in _BETWEEN.split(_NAME.sub(_joined_name, question))]
    found = [piece for piece in pieces if any(map(_asks_for_something, terms(piece)))]
    return tuple(found[:_SEGMENTS]) if len(found) > 1 else ()


def _joined_name(found: re.Match) -> str:
    """Two words with capitals as one name, unless one of them is a place."""
    return found[0] if places_in(found[0]) else f"{found[1]} {found[2]}"


def _asks_for_something(term: str) -> bool:
    return len(term) > 1 and is_content(term) and not is_framing(term)


def needed(index: Index, query: Query, ranked: Sequence[Evidence], segments: Sequence[Segment]) -> list[Evidence]:
    """The best sentence, and those that the answer is likely to need beside it."""
    best, further = ranked[0], ranked[1:READ]
    if not further:
        return [best]
    signals = signals_of(index, query, ranked, segments)
    odds = FURTHER["bias"] + sum(FURTHER[name] * values for name, values in signals.items())
    likely = 1 / (1 + np.exp(-odds))
    likeliest = np.argsort(-likely, kind="stable")[:_FURTHER]
    return [best, *(further[at] for at in sorted(likeliest[likely[likeliest] >= _NEEDED].tolist()))]


def signals_of(
    index: Index, query: Query, ranked: Sequence[Evidence], segments: Sequence[Segment]
) -> dict[str, np.ndarray]:
    """``further_signals`` of the sentences behind the best one."""
    return further_signals(query, ranked, _like_segments(index, query, ranked, segments))


def further_signals(query: Query, ranked: Sequence[Evidence], like: np.ndarray) -> dict[str, np.ndarray]:
    """float32 (sentences behind the best one,) by name.

    gap, rank: how far it is behind the best one; same clause: whether both stand in one; scope: how plainly its
    document is named; joins: how many things the question joins; expected, best expected: how like the question is to
    those that it, and the best one, are expected to be asked; several: as near as it is, where the question may need
    more than one document; first: whether it is the likest of all to a segment; more: how much more like a segment
    it is than the best one. ``like``: float32 (segments, sentences).
    """
    best, further = ranked[0], ranked[1:READ]
    gap = np.array([best.score - item.score for item in further], np.float32)
    return {
        "gap": gap,
        "rank": np.arange(1, len(further) + 1, dtype=np.float32),
        "same clause": np.array([item.passage.clause_id == best.passage.clause_id for item in further], np.float32),
        "scope": np.array([item.signals["clause scope"] for item in further], np.float32),
        "joins": np.full(len(further), min(_COUNTED, len(_JOINS.findall(query.text))), np.float32),
        "expected": np.array([item.signals["expected"] for item in further], np.float32),
        "best expected": np.full(len(further), best.signals["expected"], np.float32),
        "several": kinds.asks_several(query.text) * np.exp(-gap / _NEAR_SCALE),
        "first": _likest(like)[:, 1:].any(axis=0).astype(np.float32),
        "more": (like[:, 1:] - like[:, :1]).max(axis=0, initial=-np.inf) if len(like) else np.zeros_like(gap),
    }


def _likest(like: np.ndarray) -> np.ndarray:
    """Which sentences are the likest of all to which segments: bool, of the shape of ``like``."""
    return (like == like.max(axis=1, keepdims=True, initial=0.0)) & (like > _LIKE)


def _like_segments(index: Index, query: Query, ranked: Sequence[Evidence], segments: Sequence[Segment]) -> np.ndarray:
    """How much more like the segments than usual the best sentences' expected questions are: float32 (segments,
    sentences)."""
    rows = np.array([own_row(index, item) for item in ranked[:READ]])
    found = [of_segment(index, query.language, segment.text, segment.vector, rows) for segment in segments]
    return np.array(found, np.float32).reshape(len(segments), len(rows))
