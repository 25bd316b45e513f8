"""Ranked sentences → those that are given: one for a single fact, all items of a list, one of each document asked for.

How many more than the best one follows from what they add: a sentence whose score is ``_MARGIN`` below the best one's
is exp(_MARGIN) times less likely to be the answer (the scores are those of a softmax, see eval.calibrate).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.document import Clause, Passage, Sentence
from ingest.index import Index
from ingest.keywords import terms
from service import enumerations, headlines, kinds
from service.evidence import Evidence, own_row
from service.expected import Expectation, expectation
from service.needed import Segment, needed
from service.query import Query
from service.scope import Scope, carried, masses

# A further sentence must come this near to the best one's score; where all of something is asked for, this near.
_MARGIN = 0.5
_MARGIN_OF_LIST = 1.2
# A sentence right beside the best one, this near.
_MARGIN_BESIDE = 1.0
# And where the question needs several documents but names none, the best of each within this; within the last one where
# expected questions tell (of those that ask in which documents something stands, half need a sentence so far behind).
_MARGIN_OF_DOCUMENTS = 3.5
_MARGIN_OF_DOCUMENTS_TOLD = 6.0
# The best sentences of documents that are named together, this near each other, are mostly all needed.
_MARGIN_OF_NAMED = 4.5
# Items of a list are alike: the best ones of it are no further apart than this.
_LIKE_THE_BEST = 1.5
_SENTENCES = 3
# For a part of the question, its best sentence if that is better by so much than those chosen.
_BETTER = 0.5
_ITEMS = 20
_DOCUMENTS = 5
_SPEAKS_OF_IT = 0.2
_SPEAKS_AS_WELL = 0.5
# A heading is asked for by its name if it carries this share of the question's open words.
_NAMES_HEADING = 0.6
# Candidates from which a list is looked for.
_NEAR = 6
# Items asked for together are as expected as the best sentence, nearly: the same questions are expected of them all.
# Where the question says how many there are, less so will do.
_TOGETHER = 0.9
_TOGETHER_COUNTED = 0.7
# And where it does not, the best sentence outside of them, which may speak of the items, is far less so.
_BESIDE = 0.8
_NEAR_HEADINGS = 15


@dataclass(frozen=True)
class Part:
    """One of several things that a question asks, with the sentences that may answer it, the best first."""

    text: str
    ranked: Sequence[Evidence]

    def score(self, item: Evidence) -> float:
        """Of a sentence as an answer to this part; -inf where it was not looked at."""
        same = (one.score for one in self.ranked if one.sentence == item.sentence and one.passage == item.passage)
        return next(same, -np.inf)


def select(
    index: Index,
    query: Query,
    about: Scope,
    ranked: Sequence[Evidence],
    limit: int | None = None,
    parts: Sequence[Part] = (),
    segments: Sequence[Segment] = (),
) -> list[Evidence]:
    """At most ``limit`` sentences, in the order in which they answer the question. Without a limit a list is given in
    full. ``parts``, ``segments``: of a question that asks several things; segments where expected questions tell."""
    if not ranked:
        return []
    listed = _list(index, query, about, ranked)
    if listed:
        return listed[: limit or _ITEMS]
    several = _several(index, query, about, ranked)
    if several:
        return _for_all_parts(parts, several)[: limit or _ITEMS]
    ranked = _of_the_one_named(index, about, ranked)
    near = needed(index, query, ranked, segments) if _told(ranked) else _nearly_as_good(query, ranked)
    near = _with_other_lines(query, ranked, near)
    return joined(_for_all_parts(parts, near))[: limit or _ITEMS]


def _told(ranked: Sequence[Evidence]) -> bool:
    """Whether expected questions tell which sentences are asked for."""
    return bool(ranked[0].signals["told"])


def _nearly_as_good(query: Query, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and those that are not far behind it."""
    margin = _MARGIN_OF_LIST if enumerations.asks_list(query.text) else _MARGIN
    near = [item for item in ranked if ranked[0].score - item.score <= margin][:_SENTENCES]
    return near + [item for item in ranked if _continues(ranked[0], item) and item not in near][:1]


def joined(chosen: Sequence[Evidence]) -> list[Evidence]:
    """The chosen sentences, those that follow each other in a passage as one quote in the place of the first."""
    found: list[Evidence] = []
    for item in chosen:
        beside = next((at for at, other in enumerate(found) if _follow(other, item)), None)
        if beside is None:
            found.append(item)
        else:
            found[beside] = _together(found[beside], item)
    return found


def _of_the_one_named(index: Index, about: Scope, ranked: Sequence[Evidence]) -> Sequence[Evidence]:
    """Where the question plainly names one document, and the best sentence is of it, only its sentences."""
    named = about.named()
    inside = [item for item in ranked if int(index.passage_document[item.hit.position]) in named]
    return inside if len(named) == 1 and inside and inside[0] is ranked[0] else ranked


def _with_other_lines(query: Query, ranked: Sequence[Evidence], near: list[Evidence]) -> list[Evidence]:
    """The chosen sentences, and where the question asks for several lines of a document's head and foot (who signed,
    and when), the best for each of them."""
    asked = headlines.head_asked(query.text)
    heads = [item for item in near if item.signals["head"]]
    if len(asked) < 2 or not heads:
        return near
    of_document = [item for item in ranked if item.passage.document_id == heads[0].passage.document_id]
    for kind in asked:
        lines = (item for item in of_document if item.signals["head"] and _tells(item, kind))
        if not any(_tells(item, kind) for item in near) and (line := next(lines, None)):
            near = [*near, line]
    return near


def _tells(item: Evidence, kind: str) -> bool:
    return headlines.is_head_line(item.sentence.text, (kind,))


def items_of_named(index: Index, query: Query, named: Sequence[Evidence]) -> list[Evidence]:
    """Where a question names one clause and says how many things it wants of it, the headings of as many clauses below
    that one; the sentences of the clause otherwise."""
    number = enumerations.how_many_items(query.text)
    if not number or not enumerations.asks_list(query.text):
        return list(named)
    clauses = dict.fromkeys(item.passage.clause_id for item in named)
    above = {index.store.clause(clause_id).parent_id for clause_id in clauses} - {None}
    for clause_id in (*clauses, *above) if len(clauses) == 1 or len(above) == 1 else ():
        below = _headings(index, named[0], index.store.children(clause_id))
        if len(below) == number:
            return below
    return list(named)


def _continues(best: Evidence, item: Evidence) -> bool:
    """Whether a sentence stands right beside the best one and is nearly as good: it costs the reader little."""
    return best.score - item.score <= _MARGIN_BESIDE and item.sentence != best.sentence and _follow(best, item)


def _follow(one: Evidence, other: Evidence) -> bool:
    """Whether nothing but space stands between two sentences of a passage."""
    if one.hit.position != other.hit.position:
        return False
    first, second = sorted((one.sentence, other.sentence), key=lambda sentence: sentence.start)
    return not one.passage.text[first.end - one.passage.start : second.start - one.passage.start].strip()


def _together(one: Evidence, other: Evidence) -> Evidence:
    start, end = min(one.sentence.start, other.sentence.start), max(one.sentence.end, other.sentence.end)
    text = one.passage.text[start - one.passage.start : end - one.passage.start]
    return replace(one, sentence=Sentence(start, end, text))


def _for_all_parts(parts: Sequence[Part], chosen: list[Evidence]) -> list[Evidence]:
    """The chosen sentences, and for each further thing that the question asks the one that answers it better by far; in
    the order in which they are asked for."""
    if not parts:
        return chosen
    for part in parts:
        best = part.ranked[0]
        if best.score - max((part.score(item) for item in chosen), default=-np.inf) >= _BETTER:
            chosen = [*chosen, best]
    of_part = np.argmax([[part.score(item) for item in chosen] for part in parts], axis=0)
    return [chosen[at] for at in np.argsort(of_part, kind="stable").tolist()]


def _several(index: Index, query: Query, about: Scope, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence of each document that the question needs; none where one document will do."""
    named = about.named()
    told = _told(ranked)
    several = kinds.asks_several(query.text) or _named_in_turn(query, about, named)
    if not several and not (told and len(named) >= 2):
        return []
    best: dict[int, Evidence] = {}
    for item in ranked:
        best.setdefault(int(index.passage_document[item.hit.position]), item)
    named = [document for document in named if document in best]
    if len(named) >= 2:
        of_named = [best[document] for document in named[:_DOCUMENTS]]
        near = all(ranked[0].score - item.score <= _MARGIN_OF_NAMED for item in of_named)
        return of_named if several or near else []
    if not kinds.asks_documents(query.text):
        return []
    wanted = enumerations.how_many_items(query.text) or _DOCUMENTS
    margin = _MARGIN_OF_DOCUMENTS_TOLD if told else _MARGIN_OF_DOCUMENTS
    near = [item for item in best.values() if ranked[0].score - item.score <= margin]
    return near[:wanted] if len(near) > 1 else []


def _named_in_turn(query: Query, about: Scope, named: Sequence[int]) -> bool:
    """Whether one part of the question names one document and another part another: what does A say, and what B?"""
    parts = kinds.parts(query.text)
    if len(parts) == 1 or len(named) < 2:
        return False
    words = query.keywords.words
    first = [set(terms(words[about.first_word[document]].text)) for document in named]
    inside = [next((at for at, part in enumerate(parts) if its.issubset(terms(part))), None) for its in first]
    return len({at for at in inside if at is not None}) > 1


def _list(index: Index, query: Query, about: Scope, ranked: Sequence[Evidence]) -> list[Evidence]:
    """All items, in the document's order, of the enumeration that the question asks for, where it stands in several
    sentences or headings; none where one sentence enumerates them."""
    if not enumerations.asks_list(query.text):
        return []
    number = enumerations.how_many_items(query.text)
    if kinds.asks_documents(query.text):
        return []
    outline = kinds.asks_outline(query.text)
    named = about.named()
    ranked = [item for item in ranked if int(index.passage_document[item.hit.position]) in named] or ranked
    if together := _asked_together(index, query, ranked, number, outline):
        return together
    below = _below_named_heading(index, query, about, ranked[:_NEAR_HEADINGS])
    if below and number in (None, len(below)):
        return below
    told = _told(ranked)  # then the questions would tell of those that are counted
    for item in ranked[:_NEAR] if number else ranked[:1]:
        if _enumerates(item):
            return []
        for found in _enumerations(index, item, outline):
            if number is None and _most_of(ranked[:_NEAR], found):
                return found
            if len(found) == number and (outline or (not told and _speak_of_it(index, query, about, found, ranked[0]))):
                return found
    return []


def _asked_together(
    index: Index, query: Query, ranked: Sequence[Evidence], number: int | None, outline: bool
) -> list[Evidence]:
    """What is counted around one of the best sentences, if the question is like those expected of all of it."""
    if not _told(ranked):
        return []
    expected = expectation(index, query)
    best = expected.signals["expected"].max(initial=0.0)
    least = (_TOGETHER_COUNTED if number else _TOGETHER) * best
    seen: set[str] = set()
    for item in ranked[:_NEAR_HEADINGS]:
        for found in _enumerations(index, item, outline, seen):
            if number not in (None, len(found)) or not (like := _expected_of(index, expected, found)) >= least > 0:
                continue
            beside = ranked[0].signals["expected"]
            if beside > like and _enumerates(ranked[0]):
                continue
            if number or beside <= _BESIDE * like or _is_among(ranked[0], found):
                return found
    return []


def _is_among(item: Evidence, others: Sequence[Evidence]) -> bool:
    return any(
        item.hit.position == other.hit.position and item.sentence.start == other.sentence.start for other in others
    )


def _expected_of(index: Index, expected: Expectation, items: Sequence[Evidence]) -> float:
    """How like the question is to those that the items are expected to be asked by, on the average."""
    rows = [own_row(index, item) for item in items]
    return float(expected.of_sentences(np.array(rows))["expected"].mean())


def _below_named_heading(index: Index, query: Query, about: Scope, near: Sequence[Evidence]) -> list[Evidence]:
    """The headings directly below the heading that the question asks for: 基本原则有哪些 names 基本原则.

    The heading carries most of the question's open words, in either language; the nearest above the best sentences.
    """
    asks = np.array([not enumerations.only_counts(word.text) for word in query.keywords.words], np.float32)
    seen: set[str] = set()
    for item in near:
        clause = index.store.clause(item.passage.clause_id)
        while clause.parent_id:
            clause = index.store.clause(clause.parent_id)
            if clause.clause_id in seen:
                continue
            seen.add(clause.clause_id)
            position = index.store.passages_of(clause.clause_id)[0]
            faces = index.faces_of({position})
            found = masses(index.sentence_terms, query.keywords.words, index.first_sentence(faces)).max(axis=1)
            weight = about.open_weight[:, int(index.passage_document[position])] * asks
            if float(carried(found[:, None], weight[:, None])[0]) >= _NAMES_HEADING:
                below = _headings(index, item, index.store.children(clause.clause_id))
                # One paragraph may introduce them.
                if len(below) > 1 and len(below) + 1 >= len(index.store.children(clause.clause_id)):
                    return below
    return []


def _enumerates(item: Evidence) -> bool:
    """Whether a sentence has as many items as the question says, and by itself more of the question's words than the
    headings above it, which may be those of the list that is asked for."""
    return bool(item.signals.get("items")) and item.signals["carried"] >= max(item.signals["above"], _SPEAKS_OF_IT)


def _speak_of_it(index: Index, query: Query, about: Scope, found: Sequence[Evidence], best: Evidence) -> bool:
    """Whether items, with what they stand below, carry together nearly as much of the question as the best sentence."""
    clause = index.store.clause(found[0].passage.clause_id)
    rows = [own_row(index, item) for item in found]
    if clause.parent_id:
        rows.append(int(index.first_sentence(index.store.passages_of(clause.parent_id)[0])))
    words = query.keywords.words
    together = masses(index.sentence_terms, words, np.array(rows)).max(axis=1)
    weight = about.open_weight[:, int(index.passage_document[found[0].hit.position])]
    return float(carried(together[:, None], weight[:, None])[0]) >= _SPEAKS_AS_WELL * best.signals["carried"]


def _most_of(near: Sequence[Evidence], found: Sequence[Evidence]) -> bool:
    """Whether the best sentences are nearly all the items, none of them far ahead."""
    places = {(part.hit.position, part.sentence.start) for part in found}
    close = [item for item in near if near[0].score - item.score <= _LIKE_THE_BEST]
    return sum((item.hit.position, item.sentence.start) in places for item in close) >= max(3, len(found) - 1)


def _enumerations(index: Index, item: Evidence, outline: bool, seen: set[str] | None = None) -> list[list[Evidence]]:
    """What is counted around a sentence: the items in its own clause, the clauses below it, beside it, and so on up.

    ``seen``: clauses whose items were given before, which are not given again; those given now are added.
    """
    seen = set() if seen is None else seen
    clause = index.store.clause(item.passage.clause_id)
    found = [_ordinals(item)]
    while clause.clause_id not in seen:
        seen.add(clause.clause_id)
        found.append(_headings(index, item, index.store.children(clause.clause_id)))
        if clause.parent_id is None:
            if outline:
                found.append(_headings(index, item, _top(index, clause)))
            break
        clause = index.store.clause(clause.parent_id)
    return [parts for parts in found if len(parts) > 1]


def _top(index: Index, clause: Clause) -> list[Clause]:
    positions = index.store.lines(clause.document_id)
    clauses = [index.store.clause(index.store.passage(position).clause_id) for position in positions]
    return [item for item in clauses if item.language == clause.language]


def _ordinals(item: Evidence) -> list[Evidence]:
    """The sentences of a passage that count themselves, if they count from one without a gap."""
    counted = [(enumerations.ordinal(sentence.text), sentence) for sentence in item.passage.sentences]
    counted = [(place, sentence) for place, sentence in counted if place]
    if [place for place, _ in counted] != list(range(1, len(counted) + 1)):
        return []
    return [replace(item, sentence=sentence) for _, sentence in counted]


def _headings(index: Index, item: Evidence, clauses: Sequence[Clause]) -> list[Evidence]:
    """The headings of numbered clauses, as they are quoted."""
    found = []
    for clause in clauses:
        if clause.heading is None:
            continue
        position = index.store.passages_of(clause.clause_id)[0]
        passage = index.store.passage(position)
        heading = _heading_of(clause, passage)
        if heading is not None:
            hit = replace(item.hit, position=position, face=position)
            found.append(replace(item, hit=hit, passage=passage, sentence=heading))
    return found


def _heading_of(clause: Clause, passage: Passage) -> Sentence | None:
    """The first sentence of a clause, as far as it is the heading: the clause's words may go on behind it."""
    first = passage.sentences[0]
    before, heading, behind = first.text.partition(clause.heading)
    if not heading:
        return first if clause.kind == "heading" else None
    if not any(map(str.isalnum, behind)):
        return first
    length = len(before) + len(heading)
    return Sentence(first.start, first.start + length, first.text[:length])
