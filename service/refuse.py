"""Is the evidence enough? A calibrated decision from several signals, never from one score, and what is missing.

Some things decide alone, because they can be read from the question: it names nothing ("when was the notice issued?"
with several notices held), a clause that the document does not have, or it takes for granted what the text denies.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ingest.index import Index
from ingest.lexicon.terms import fold, terms
from service import kinds
from service.answer import Reason
from service.asked import lacking, names_some, names_wanted
from service.disagree import asks_number
from service.enumerations import asks_list, how_many_items
from service.evidence import Evidence
from service.expected import asked_with, expectation, has_questions
from service.named import (
    CitedOnly,
    MissingClause,
    cited_only,
    may_name_nothing,
    missing_clause,
    names_nothing,
    unknown_number,
)
from service.places import Place, unheld_places
from service.premise import asks_why, other_figure, premise
from service.query import Query
from service.scope import Scope, carried, is_framing, masses
from service.stated import stated
from service.weights import REFUSALS

_ANSWER_FROM = 0.45
# Of a document that is only cited, sentences that carry so little else of the question say no more than its name.
_SAYS_NOTHING_ELSE = 0.9
_CERTAINLY_NOT = 0.25
# How strongly a document may be named; more does not say more of whether it answers.
_PLAINLY = 1.5
# What tells that the documents speak of the matter, whether they answer or not.
_NEARNESS = ("passage", "dense", "absent", "foreign", "scope")
# A single word that occurs in every third passage asks nothing.
_COMMON = 1.5
# From this probability on a number or a word of the question is taken for met.
_MET = 0.1
# The year of a document that is asked for: 2019年的工作要点, "the priorities for 2017".
_YEAR = r"((?:19|20)\d\d)"
_ISSUED = r"(?:priorities|key points|plan|notice|opinions?|letter|reply|measures|regulations|rules|version|edition)\b"
_YEAR_OF = re.compile(
    rf"{_YEAR}(?:年度?)?(?:版|修订|\w{{0,12}}?(?:要点|通知|意见|方案|办法|条例|规定|计划|复函|答复|公告))"
    rf"|\b{_YEAR} (?:\w+ ){{0,5}}?{_ISSUED}|\b{_ISSUED}[\w ]{{0,60}}?\b(?:for|of|in|from) {_YEAR}\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,7}(?![\w-])")


@dataclass(frozen=True)
class Gap:
    """What is known of why there is no answer, for the words of the refusal."""

    clause: MissingClause | None = None
    cited: CitedOnly | None = None
    places: tuple[Place, ...] = ()
    forms: tuple[str, ...] = ()  # names of asked.ATTRIBUTES that the evidence lacks
    against: Evidence | None = None  # says the opposite of what the question takes for granted


@dataclass(frozen=True)
class Verdict:
    """``reason`` is None where the evidence answers; ``confidence`` is the estimated probability that it does."""

    reason: Reason | None
    confidence: float
    gap: Gap = field(default_factory=Gap)

    def because(self, reason: Reason) -> "Verdict":
        return replace(self, reason=reason)


def judge(
    index: Index,
    query: Query,
    about: Scope,
    chosen: Sequence[Evidence],
    ranked: Sequence[Evidence] = (),
    renderings: bool = True,
) -> Verdict:
    """Whether the chosen sentences, in their clauses, carry what the question asks.

    ``ranked``: all sentences that were looked at, the best first; what the question takes for granted may stand there.
    """
    if (verdict := decided(index, query, about, chosen, ranked)) is not None:
        return verdict
    found, gap = _weighed(index, query, about, chosen, renderings)
    weights = REFUSALS.of(bool(found["questions"]))
    confidence = _probability(found, weights, weights)
    if found["cited"] >= _SAYS_NOTHING_ELSE:
        confidence = min(confidence, _CERTAINLY_NOT)
    if confidence >= _ANSWER_FROM:
        return Verdict(None, confidence)
    if (other := other_figure(query, _unmet_numbers(index, query, about, chosen), chosen)) is not None:
        return Verdict("contradicted", confidence, replace(gap, against=other))
    if gap.cited or gap.places or _probability(found, weights, _NEARNESS) < _ANSWER_FROM:
        return Verdict("out_of_corpus", confidence, gap)
    return Verdict("low_support", confidence, gap)


def _probability(found: Mapping[str, float], weights: Mapping[str, float], names: Iterable[str]) -> float:
    odds = weights["bias"] + sum(weights[name] * found[name] for name in names if name != "bias")
    return 1 / (1 + math.exp(-odds))


def decided(
    index: Index, query: Query, about: Scope, chosen: Sequence[Evidence], ranked: Sequence[Evidence] = ()
) -> Verdict | None:
    """What one thing alone decides; None where the signals have to be weighed."""
    words = query.keywords.words
    if not words or (len(words) == 1 and index.passage_terms.idf(words[0]) < _COMMON):
        return Verdict("ambiguous", 0.0)
    if all(word.text.isdecimal() for word in words):
        return Verdict("ambiguous", 0.0)
    if not chosen:
        return Verdict("out_of_corpus", 0.0)
    if may_name_nothing(query.text) and names_nothing(query.text, _held_titles(index, ranked or chosen)):
        return Verdict("ambiguous", 0.0)
    if unknown_number(index, query.text):
        return Verdict("out_of_corpus", 0.0)
    if (clause := missing_clause(index, query, about)) is not None:
        return Verdict("low_support", 0.0, Gap(clause=clause))
    document = int(index.passage_document[chosen[0].hit.position])
    if not _of_that_year(index, query, about, chosen):
        return Verdict("out_of_corpus", 0.0)
    taken = premise(query, about.open_weight[:, document], ranked or chosen)
    if not taken.holds:
        return Verdict("contradicted" if taken.against else "low_support", 0.0, Gap(against=taken.against))
    return None


def _of_that_year(index: Index, query: Query, about: Scope, chosen: Sequence[Evidence]) -> bool:
    """Whether a document quoted or named is of the year that the question gives to a document, if it gives any."""
    years = {year for found in _YEAR_OF.finditer(fold(query.text)) for year in found.groups() if year}
    documents = {int(index.passage_document[item.hit.position]) for item in chosen} | set(about.named())
    known = " ".join(item.passage.text for item in chosen)
    for held in (index.catalogue[document] for document in documents):
        days = (held.issued_on, held.effective_on, held.posted_on)
        known += " ".join(filter(None, (held.title, held.title_zh, held.title_en, held.document_number, *days)))
    return not years or any(year in known for year in years)


def _held_titles(index: Index, among: Sequence[Evidence]) -> list[str]:
    """The titles of the documents that may be meant: all, or the one that everything found is from."""
    found = {item.passage.document_id for item in among}
    if len(found) == 1 and len({item.passage.passage_id for item in among}) > 1:
        return []
    return [" | ".join(filter(None, (held.title, held.title_zh, held.title_en))) for held in index.catalogue]


def signals(
    index: Index, query: Query, about: Scope, chosen: Sequence[Evidence], renderings: bool = True
) -> dict[str, float]:
    """What speaks for the evidence or against it, most from 0 to 1.

    passage: share of the question's content words, weighted by idf, that the clauses of the quoted sentences carry in
    either language, headings included; dense: cosine of the best sentence or passage; absent: weight of the words
    that no passage of the corpus carries; figure: share of the numbers and days in the question that neither these
    clauses nor the document's card carry, or 1 for a quantity of which they give another; form: something is asked
    for that has a form, a sum of money, a number of telephone, and no quoted sentence has any (asked.py); names: firms
    or places are to be named, and none is; foreign: a place or an abbreviation is named that is not in the documents
    quoted; cited: a document is named that is only cited, and so much else of the question is not in the quoted
    sentences; why: a reason is asked for, and none is given; scope: how plainly the document quoted is named;
    expected: how like the question is to those that the sentences are expected to be asked (expected.py);
    unanswered: to those that no sentence answers; share unanswered: how many of the nearest these are; questions:
    whether the sentences have any.
    """
    return _weighed(index, query, about, chosen, renderings)[0]


def _weighed(
    index: Index, query: Query, about: Scope, chosen: Sequence[Evidence], renderings: bool
) -> tuple[dict[str, float], Gap]:
    words = query.keywords.words
    sentences = masses(index.sentence_terms, words, np.unique([item.row for item in chosen])).max(axis=1)
    passages = masses(index.passage_terms, words, np.unique([item.hit.face for item in chosen])).max(axis=1)
    document = int(index.passage_document[chosen[0].hit.position])
    weight = about.open_weight[:, document]
    head = bool(chosen[0].signals.get("head"))
    cited = cited_only(index, query)
    documents = {int(index.passage_document[item.hit.position]) for item in chosen}
    places = tuple(unheld_places(index, kinds.asking(query.text), documents))
    texts = [item.sentence.text for item in chosen]
    named = set(about.named())
    is_named = [int(index.passage_document[item.hit.position]) in named for item in chosen]
    of_named = [text for text, its in zip(texts, is_named, strict=True) if its]
    others = [text for text, its in zip(texts, is_named, strict=True) if not its]
    forms = lacking(query.text, of_named, others) if of_named else lacking(query.text, texts)
    expected = expectation(index, query, renderings)
    found = {
        "passage": _share(passages, weight),
        "dense": max(max(item.signals["cosine"], item.hit.arms["cosine"]) for item in chosen),
        # A line of the head that was asked for is not found by its words.
        "absent": 0.0 if head else _share(np.array([_is_absent(index, word) for word in words], np.float32), weight),
        "figure": max(
            len(_unmet_numbers(index, query, about, chosen)) / max(1, sum(map(_has_digit, words))),
            _unmet_days(index, query, chosen),
            _unmet_quantity(query, chosen),
        ),
        "form": float(bool(forms)),
        "names": float(names_wanted(query.text) and not any(names_some(query.text, text) for text in texts)),
        "foreign": float(bool(places) or _unknown_acronym(index, query, chosen if renderings else ())),
        "cited": 1 - _share(sentences, weight * (1 - cited.words)) if cited and not asks_number(query.text) else 0.0,
        "why": float(asks_why(query.text) and not any("purpose" in kinds.offered(text) for text in texts)),
        "scope": min(float(about.strength[document]), _PLAINLY),
        "expected": max(item.signals["expected"] for item in chosen),
        "unanswered": expected.unanswered,
        "share unanswered": expected.share_unanswered,
        "questions": float(renderings and has_questions(index, chosen[0].hit.position)),
    }
    return found, Gap(cited=cited if found["cited"] > 0.5 else None, places=places, forms=forms)


def _share(found: np.ndarray, weight: np.ndarray) -> float:
    return float(carried(found[:, None], weight[:, None])[0])


def _has_digit(word) -> bool:
    return any(character.isdigit() for character in word.text)


def _is_absent(index: Index, word) -> bool:
    """Whether no passage of the corpus carries a word that asks for something, itself or in translation."""
    if is_framing(word.text) or _has_digit(word):
        return False
    likely = 0.0
    for alternative, probability in word.alternatives:
        if len(index.passage_terms.holders(alternative)):
            likely += probability
            if likely >= _MET:
                return False
    return True


def _unmet_numbers(index: Index, query: Query, about: Scope, chosen: Sequence[Evidence]) -> list[str]:
    """The numbers and identifiers of the question that neither the clauses quoted nor the cards of their documents
    carry; how many items a list is to have need not stand in it."""
    words = query.keywords.words
    if not any(map(_has_digit, words)):
        return []
    passages = masses(index.passage_terms, words, np.unique([item.hit.face for item in chosen])).max(axis=1)
    documents = np.unique(index.passage_document[[item.hit.position for item in chosen]])
    cards = masses(index.document_terms, words, documents).max(axis=1)
    weight = about.open_weight[:, documents[0]]
    counted = str(how_many_items(query.text)) if asks_list(query.text) else ""
    asked = set(terms(kinds.asking(query.text)))
    return [
        word.text
        for word, met, open_weight in zip(words, np.maximum(passages, cards), weight, strict=True)
        if _has_digit(word) and met < _MET and open_weight > 0 and word.text != counted and word.text in asked
    ]


def _unmet_days(index: Index, query: Query, chosen: Sequence[Evidence]) -> float:
    """1 if a date of the question agrees with none of the clauses quoted and of their documents, else 0."""
    asked = stated(kinds.asking(query.text), strict=True).dates
    if not asked:
        return 0.0
    texts = {item.passage.text for item in chosen}
    for item in chosen:
        held = index.catalogue[index.passage_document[item.hit.position]]
        texts |= set(filter(None, (held.title, held.title_zh, held.title_en, held.document_number, held.issued_on)))
    known = [day for text in texts for day in stated(text, strict=False).dates]
    return float(any(not any(_agree(day, other) for other in known) for day in asked))


def _unmet_quantity(query: Query, chosen: Sequence[Evidence]) -> float:
    """1 if the question takes a quantity with a unit for granted (ten years) of which the clauses quoted give another,
    else 0."""
    asked = {(value, unit) for value, unit in stated(kinds.asking(query.text), strict=True).numbers if unit}
    if not asked:
        return 0.0
    known = [number for text in {item.passage.text for item in chosen} for number in stated(text, strict=False).numbers]
    units = {unit for _, unit in known}
    return float(any(unit in units and (value, unit) not in known for value, unit in asked))


def _agree(day: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    both = [(one, two) for one, two in zip(day, other, strict=True) if one and two]
    return bool(both) and all(one == two for one, two in both)


def _unknown_acronym(index: Index, query: Query, chosen: Sequence[Evidence]) -> bool:
    """Whether an abbreviation of the question stands in no passage, itself or in translation, nor in a question that
    a chosen sentence is expected to be asked by."""
    words = {word.text: word for word in query.keywords.words}
    for name in map(str.lower, _ACRONYM.findall(fold(kinds.asking(query.text)))):
        word = words.get(name)
        absent = not len(index.passage_terms.postings(name)[0]) and (word is None or _is_absent(index, word))
        if absent and not any(asked_with(index, name, item.hit.position) for item in chosen):
            return True
    return False
