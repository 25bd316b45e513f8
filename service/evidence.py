"""Hits → the sentences that answer: few, each as narrow as carries the answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.document import Clause, Passage, Sentence
from ingest.index import Index
from service.query import Query
from service.retrieve import Hit, sentence_rows, standardised
from service.scope import Scope, carried, masses

# Passages whose sentences are looked at, and sentences given at most.
_PASSAGES = 12
_SENTENCES = 5
# A further sentence must come this near to the best one's score.
_MARGIN = 1.2
# What makes a sentence likely to be the answer (python -m eval.calibrate prints this table).
WEIGHTS = {
    "dense": 0.13,
    "keyword": 0.42,
    "carried": 5.18,
    "passage": 0.49,
    "heading": -1.02,
    "line": -0.63,
    "figure": 3.41,
}
_ASKS_FIGURE = re.compile(
    r"how (?:many|much|long|often)|number of|多少|多久|多长|数量|比例|费用|收费|期限|有效期"
    r"|几[个项种类家份批次年月天日]|幾[個項種類家份批次年月天日]",
    re.IGNORECASE,
)
# Questions that a line of a document's head or foot may answer: its number, date, addressees, signature, contacts.
_ASKS_HEAD = re.compile(
    r"文号|号文|编号|几号|几月|哪一?[天日年]|何时|什么时候|时间|日期|签发|印发|落款|署名|谁|哪个(?:机关|部门|单位)"
    r"|哪些单位|联系|电话|发给|发送|抄送"
    r"|\b(?:number|no\.|when|date|dated|day|who|whom|which (?:body|bodies|department|agency)|issued|signed"
    r"|phone|call|contact|addressed|sent)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|[一二三四五六七八九十百千万]+[个项种类家份批次年月天日]"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Evidence:
    """A sentence that may be quoted, and what spoke for it."""

    hit: Hit
    passage: Passage
    sentence: Sentence
    row: int  # of the wording that spoke for it most: its own, or that of its rendering
    score: float
    signals: dict[str, float]


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


def candidates(
    index: Index,
    query: Query,
    about: Scope,
    hits: Sequence[Hit],
    renderings: bool = True,
    weights: Mapping[str, float] = WEIGHTS,
) -> list[Evidence]:
    """The sentences of the best hits, the best first. Titles and bare headings are never evidence; what stands below
    a heading is."""
    hits = _with_text(index, hits)[:_PASSAGES]
    if not hits:
        return []
    by_position = {hit.position: hit for hit in hits}
    passages = {hit.position: hit.passage for hit in hits}
    faces = np.flatnonzero(np.isin(index.face_passage, list(by_position)))
    rows = sentence_rows(index, faces if renderings else faces[faces < len(index.passage_document)])
    position = index.face_passage[index.sentence_face[rows]]
    number = index.sentence_number[rows]
    signals = _signals(index, query, about, rows)
    signals["passage"] = np.array([by_position[at].score for at in position], np.float32)
    signals["heading"] = np.array(
        [_is_heading(index, passages[at], place) for at, place in zip(position, number, strict=True)], np.float32
    )
    asks_figure = bool(_ASKS_FIGURE.search(query.text))
    stray = not _ASKS_HEAD.search(query.text)
    signals["line"] = np.array([stray and _is_line(index, passages[at]) for at in position], np.float32)
    signals["figure"] = np.array(
        [
            asks_figure and bool(_FIGURE.search(passages[at].sentences[place].text))
            for at, place in zip(position, number, strict=True)
        ],
        np.float32,
    )
    score = sum(weight * signals[name] for name, weight in weights.items())
    best: dict[tuple[int, int], Evidence] = {}
    for at in np.lexsort((rows, -score)):
        key = (int(position[at]), int(number[at]))
        if key not in best:
            passage = passages[key[0]]
            named = {name: float(values[at]) for name, values in signals.items()}
            best[key] = Evidence(
                by_position[key[0]], passage, passage.sentences[key[1]], int(rows[at]), float(score[at]), named
            )
    return list(best.values())


def _with_text(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """The hits that are text; in the place of a heading, the clauses directly below it."""
    found: dict[int, Hit] = {}
    for hit in hits:
        kind = index.kind(hit.position)
        if kind == "text":
            found.setdefault(hit.position, hit)
        elif kind == "heading":
            for position in text_below(index, hit.passage.clause_id):
                found.setdefault(position, replace(hit, position=position, face=position))
    return list(found.values())


def text_below(index: Index, clause_id: str) -> list[int]:
    """Positions of the passages of text directly below a clause, in reading order."""
    return [position for position in index.store.passages_below(clause_id) if index.kind(position) == "text"]


def _signals(index: Index, query: Query, about: Scope, rows: np.ndarray) -> dict[str, np.ndarray]:
    """What the words of each sentence say for it; see retrieve._signals for the first three."""
    document = index.passage_document[index.face_passage[index.sentence_face[rows]]]
    cosine = index.sentences.reconstruct_batch(rows) @ query.vector
    found = masses(index.sentence_terms, query.keywords.words, rows)
    return {
        "dense": standardised(cosine),
        "keyword": standardised(index.sentence_terms.scores(query.keywords)[rows]),
        "carried": carried(found, about.open_weight[:, document]),
        "cosine": cosine,
    }


def _is_line(index: Index, passage: Passage) -> bool:
    """Whether a passage is a line outside the outline that is no sentence: a number, a date, a name."""
    return index.store.clause(passage.clause_id).level == 0 and not passage.text.endswith(tuple('。！？.!?”"'))


def _is_heading(index: Index, passage: Passage, at: int) -> bool:
    """Whether a sentence is the run-in heading of its clause, with the clause's words after it."""
    if at > 0 or len(passage.sentences) == 1:
        return False
    clause = index.store.clause(passage.clause_id)
    if clause.heading is None or passage.start != clause.start:
        return False
    return clause.heading in passage.sentences[0].text


def choose(ranked: Sequence[Evidence], limit: int) -> list[Evidence]:
    """The best sentence and those that come close to it, at most ``limit``, in order of their score."""
    if not ranked:
        return []
    near = [item for item in ranked if ranked[0].score - item.score <= _MARGIN]
    return near[: min(limit, _SENTENCES)]
