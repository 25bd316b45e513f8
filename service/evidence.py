"""Hits → the sentences that may answer, each with what speaks for it; select.py chooses among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.document import Passage, Sentence
from ingest.index import Index
from service import enumerations, headlines, kinds
from service.expected import expectation
from service.query import Query
from service.retrieve import Hit, sentence_rows, standardised, weighted
from service.scope import Scope, carried, masses
from service.weights import SENTENCES, Weights

# Passages whose sentences are looked at, and how many at least of each document that the question names.
_PASSAGES = 8
_OF_NAMED = 3


@dataclass(frozen=True)
class Evidence:
    """A sentence that may be quoted, and what spoke for it."""

    hit: Hit
    passage: Passage
    sentence: Sentence
    row: int  # of the wording that spoke for it most: its own, or that of its rendering
    score: float
    signals: dict[str, float]


def own_row(index: Index, item: Evidence) -> int:
    """The row of a sentence in its passage's own wording, or of the one that a heading begins."""
    starts = [sentence.start for sentence in item.passage.sentences]
    return int(index.first_sentence(item.hit.position)) + starts.index(item.sentence.start)


def fold(index: Index, hits: Sequence[Hit], language: str | None = None) -> list[Hit]:
    """The hits without those that say in the other language what an earlier one says; of the two the one in
    ``language``, where that was found too, in the place of the better one."""
    links = [index.store.link(hit.position) for hit in hits]
    by_clause: dict[str, list[Hit]] = {}
    for hit, link in zip(hits, links, strict=True):
        by_clause.setdefault(link.clause_id, []).append(hit)
    spoken = {link.clause_id: link.language for link in links}
    kept: list[Hit] = []
    seen: set[str] = set()
    for hit, link in zip(hits, links, strict=True):
        if link.clause_id in seen:
            continue
        other = link.counterpart or ""
        in_theirs = other in spoken and link.language != language and spoken[other] == language
        chosen = other if in_theirs else link.clause_id
        seen |= {link.clause_id, other}
        kept += [item if item.score >= hit.score else replace(item, score=hit.score) for item in by_clause[chosen]]
    return kept


def candidates(
    index: Index,
    query: Query,
    about: Scope,
    hits: Sequence[Hit],
    renderings: bool = True,
    weights: Weights = SENTENCES,
) -> list[Evidence]:
    """The sentences of the best hits, the best first. Titles and headings are no evidence by themselves; what stands
    below a heading is, and gains by it. Beside the signals of ``_signals`` there are those of
    expected.py, and told: whether these count."""
    hits = _worth_reading(index, query, about, hits)
    if not hits:
        return []
    places = [
        (hit, number)
        for hit in hits
        for number in range(len(hit.passage.sentences))
        if not is_run_in_heading(index, hit.passage, number)
    ]
    if not places:
        return []
    lines = np.array([is_line(index, hit.passage) for hit, _ in places], bool)
    head = lines & _asked_of_heads(index, query, about, places)
    kept = ~lines | head
    if kept.any():  # the lines of heads and feet that are not asked for give way to what is left
        places = [places[at] for at in np.flatnonzero(kept).tolist()]
        head = head[kept]
    rows, sentence = _rows(index, places, renderings)
    signals, row_of = _signals(index, query, about, places, head, rows, sentence, renderings)
    expected = expectation(index, query, renderings)
    positions, numbers = np.array([(hit.position, number) for hit, number in places]).T
    signals |= expected.of_sentences(index.first_sentence(positions) + numbers)
    first = places[int(np.argmax(weighted(signals, weights.plain)))]
    told = expected.tells(index.passage_document[first[0].position])
    signals["told"] = np.full(len(places), told, np.float32)
    score = weighted(signals, weights.of(told))
    table = np.stack(list(signals.values()), axis=1).tolist()
    return [
        Evidence(
            hit := places[at][0],
            hit.passage,
            hit.passage.sentences[places[at][1]],
            int(row_of[at]),
            float(score[at]),
            dict(zip(signals, table[at], strict=True)),
        )
        for at in np.argsort(-score, kind="stable").tolist()
    ]


def _asked_of_heads(index: Index, query: Query, about: Scope, places: Sequence[tuple[Hit, int]]) -> np.ndarray:
    """Which sentences, if they are lines of a head or foot, tell what the question asks of one: bool (places,)."""
    asked = headlines.head_asked(query.text)
    tells = [headlines.is_head_line(hit.passage.sentences[number].text, asked) for hit, number in places]
    document = index.passage_document[[hit.position for hit, _ in places]]
    return np.array(tells, bool) & _may_be_its_head(query, about, document)


def _worth_reading(index: Index, query: Query, about: Scope, hits: Sequence[Hit]) -> list[Hit]:
    """The best hits that are text, some of each document that the question names, and the lines of a named
    document's head and foot where it asks for what they tell."""
    hits = _with_text(index, hits)
    chosen = {hit.position: hit for hit in hits[:_PASSAGES]}
    named = about.named()
    for document in named:
        of_document = [hit for hit in hits if index.passage_document[hit.position] == document]
        chosen |= {hit.position: hit for hit in of_document[:_OF_NAMED] if hit.position not in chosen}
    asked = headlines.head_asked(query.text)
    if asked and hits:
        best = named or [int(index.passage_document[hits[0].position])]
        known = {hit.position: hit for hit in hits}
        for document in best:
            for position in index.store.lines(index.catalogue[document].document_id):
                kind = index.kind(position)
                if kind == "heading" or position in chosen:
                    continue
                passage = index.store.passage(position)
                # A title is quoted only for what is noted behind it, in the asker's language where it has both.
                wanted = asked if kind == "text" else tuple({"status"} & set(asked))
                if kind == "title" and passage.language != query.language:
                    wanted = () if index.store.clause(passage.clause_id).counterpart else wanted
                if is_line(index, passage) and headlines.is_head_line(passage.text, wanted):
                    chosen[position] = known.get(position) or _unfound(index, query, about, position, document)
    return list(chosen.values())


def _unfound(index: Index, query: Query, about: Scope, position: int, document: int) -> Hit:
    """A passage that no arm put forward, as a hit."""
    cosine = float(index.passages.scores(np.array([position]), query.vector)[0])
    scope = float(about.strength[document] - about.strength.max(initial=0.0))
    arms = {"dense": 0.0, "sentence": 0.0, "keyword": 0.0, "carried": 0.0, "scope": scope}
    arms |= {"expected": 0.0, "predicted": 0.0, "told": 0.0, "cosine": cosine}
    return Hit(position, position, 0.0, 0, arms, index)


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


def _rows(index: Index, places: Sequence[tuple[Hit, int]], renderings: bool) -> tuple[np.ndarray, np.ndarray]:
    """Rows of all wordings of the sentences, ascending, and for each the place in ``places`` that it belongs to."""
    at = {(hit.position, number): place for place, (hit, number) in enumerate(places)}
    faces = index.faces_of({hit.position for hit, _ in places})
    rows = sentence_rows(index, faces if renderings else faces[faces < len(index.passage_document)])
    position, number = index.face_passage[index.sentence_face[rows]], index.sentence_number[rows]
    sentence = np.array([at.get(key, -1) for key in zip(position.tolist(), number.tolist(), strict=True)], np.int64)
    others, their_sentence = _rows_in_other_language(index, places)
    rows, sentence = np.concatenate([rows, others]), np.concatenate([sentence, their_sentence])
    order = np.argsort(rows, kind="stable")
    order = order[sentence[order] >= 0]
    return rows[order], sentence[order]


def _rows_in_other_language(index: Index, places: Sequence[tuple[Hit, int]]) -> tuple[np.ndarray, np.ndarray]:
    """For sentences of clauses that the document has in two languages, the row of the sentence that is nearest in the
    other one; no row twice."""
    rows: dict[int, int] = {}
    of_passage: dict[int, list[int]] = {}
    for place, (hit, _) in enumerate(places):
        of_passage.setdefault(hit.position, []).append(place)
    for position, its_places in of_passage.items():
        clause = index.store.clause(places[its_places[0]][0].passage.clause_id)
        others = index.store.passages_of(clause.counterpart) if clause.counterpart else []
        there = sentence_rows(index, np.array(others, np.int64))
        if not len(there):
            continue
        first = int(index.first_sentence(position))
        here = np.array([first + places[place][1] for place in its_places], np.int64)
        near = index.sentences.take(here) @ index.sentences.take(there).T
        for place, best in zip(its_places, near.argmax(axis=1).tolist(), strict=True):
            if near[:, best].argmax() == its_places.index(place):
                rows.setdefault(int(there[best]), place)
    return np.array(list(rows), np.int64), np.array(list(rows.values()), np.int64)


def _signals(
    index: Index,
    query: Query,
    about: Scope,
    places: Sequence[tuple[Hit, int]],
    head: np.ndarray,
    rows: np.ndarray,
    sentence: np.ndarray,
    renderings: bool,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What speaks for each place, float32 (places,) by name, and the row of the wording that carries most.

    dense, keyword: how near the sentence is and its BM25, standardised; carried: share of the question's open words
    in it; above: what the headings above add to that; clause …: what spoke for its clause (see retrieve._signals);
    head: a line outside the outline that is asked for; figure, kind: it has the figure, the
    other kinds of answer asked for (kinds.py); items: it enumerates as many things as the question says; elsewhere:
    another document is named more plainly than its own; before, behind: what the sentences around it carry; opens: it
    is the first of its passage.
    """
    words = query.keywords.words
    count = len(places)
    above_rows, above_of = _headings_above(index, places, renderings)
    found = masses(index.sentence_terms, words, np.concatenate([rows, above_rows]))
    own, heads = found[:, : len(rows)], found[:, len(rows) :]
    together = _most(own, sentence, count)
    place_of, head_of = np.array(above_of, np.int64).reshape(-1, 2).T
    with_heads = np.maximum(together, _most(heads[:, head_of], place_of, count))
    document = index.passage_document[[hit.position for hit, _ in places]]
    weight = about.open_weight[:, document]
    share = carried(together, weight)
    cosine = _best(index.sentences.scores(rows, query.vector), sentence, count)
    keyword_of_row = index.sentence_terms.scores_of(query.keywords, rows)
    texts = [hit.passage.sentences[number].text for hit, number in places]
    row_share = carried(own, about.open_weight[:, document[sentence]])
    order = np.lexsort((rows, -keyword_of_row, -row_share))[::-1]
    row_of = np.zeros(count, np.int64)
    row_of[sentence[order]] = rows[order]  # the last one written is the best
    return {
        "dense": standardised(cosine),
        "keyword": standardised(_best(keyword_of_row, sentence, count)),
        "carried": share,
        "above": carried(with_heads, weight) - share,
        **{
            f"clause {name}": np.array([hit.arms[name] for hit, _ in places], np.float32)
            for name in ("carried", "scope", "dense", "keyword")
        },
        "head": head.astype(np.float32),
        **_form(query.text, texts),
        "elsewhere": (about.strength[document] < about.strength.max(initial=0.0)).astype(np.float32),
        **_neighbours(places, share),
        "cosine": cosine,
    }, row_of


def _neighbours(places: Sequence[tuple[Hit, int]], share: np.ndarray) -> dict[str, np.ndarray]:
    """What the sentences before and behind carry of the question, and which sentences open their passage."""
    at = {(hit.position, number): place for place, (hit, number) in enumerate(places)}
    padded = np.append(share, np.float32(0.0))
    before = [at.get((hit.position, number - 1), -1) for hit, number in places]
    behind = [at.get((hit.position, number + 1), -1) for hit, number in places]
    opens = np.array([number == 0 for _, number in places], np.float32)
    return {"before": padded[before], "behind": padded[behind], "opens": opens}


def _may_be_its_head(query: Query, about: Scope, document: np.ndarray) -> np.ndarray:
    """Which lines may be of the document that is asked for: the date of another one is not the date of No. 3."""
    named = about.named()
    if len(named) != 1 or kinds.asks_several(query.text):
        return np.ones(len(document), bool)
    return document == named[0]


def _most(found: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """The most that the columns of each group have of each word, 0 without any: (words, columns) → (words, count)."""
    most = np.zeros((len(found), count), np.float32)
    if not len(group):
        return most
    order = np.argsort(group, kind="stable")
    groups, starts = np.unique(group[order], return_index=True)
    most[:, groups] = np.maximum.reduceat(found[:, order], starts, axis=1)
    return most


def _best(values: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    best = np.full(count, -np.inf, np.float32)
    np.maximum.at(best, group, values)
    return best


def _form(question: str, texts: Sequence[str]) -> dict[str, np.ndarray]:
    """Which sentences have the form of an answer to the question."""
    asked = [kind for kind in kinds.asked(question) if kind != "figure"]
    figure = "figure" in kinds.asked(question)
    number = enumerations.how_many_items(question) if enumerations.asks_list(question) else None
    offered = [kinds.offered(text) for text in texts]
    return {
        "figure": np.array([figure and kinds.has_figure(question, text) for text in texts], np.float32),
        "kind": np.array([sum(kind in has for kind in asked) / max(1, len(asked)) for has in offered], np.float32),
        "items": np.array([number is not None and number in enumerations.items(text) for text in texts], np.float32),
    }


def _headings_above(
    index: Index, places: Sequence[tuple[Hit, int]], renderings: bool
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Rows of the headings above the sentences, and pairs of (place, which of these rows)."""
    positions: dict[int, list[int]] = {}
    for hit, _ in places:
        if hit.position not in positions:
            positions[hit.position] = _heading_positions(index, hit.passage)
    faces = index.faces_of({position for found in positions.values() for position in found})
    if not renderings:
        faces = faces[faces < len(index.passage_document)]
    rows = sentence_rows(index, faces)
    rows = rows[index.sentence_number[rows] == 0]
    of_position: dict[int, list[int]] = {}
    for at, position in enumerate(index.face_passage[index.sentence_face[rows]].tolist()):
        of_position.setdefault(position, []).append(at)
    above = {
        position: [at for heading in headings for at in of_position.get(heading, ())]
        for position, headings in positions.items()
    }
    return rows, [(place, at) for place, (hit, _) in enumerate(places) for at in above[hit.position]]


def _heading_positions(index: Index, passage: Passage) -> list[int]:
    """Positions of the passages that begin with the headings above a passage, its own run-in heading among them."""
    clause = index.store.clause(passage.clause_id)
    found = [*index.store.passages_of(clause.clause_id)[:1]] if clause.heading else []
    while clause.parent_id:
        clause = index.store.clause(clause.parent_id)
        found += index.store.passages_of(clause.clause_id)[:1]
    return found


def is_line(index: Index, passage: Passage) -> bool:
    """Whether a passage is a line outside the outline that is no sentence: a number, a date, a name."""
    if len(passage.sentences) > 1:
        return False
    return index.store.clause(passage.clause_id).level == 0 and not passage.text.endswith(tuple('。！？.!?”"'))


def is_run_in_heading(index: Index, passage: Passage, at: int) -> bool:
    """Whether a sentence is the run-in heading of its clause, with the clause's words after it."""
    if at > 0 or len(passage.sentences) == 1:
        return False
    clause = index.store.clause(passage.clause_id)
    if clause.heading is None or passage.start != clause.start:
        return False
    _, heading, behind = passage.sentences[0].text.partition(clause.heading)
    return bool(heading) and not any(map(str.isalnum, behind))
