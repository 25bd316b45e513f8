"""Which document a question speaks of, and which of its words are left to be found in the text.

"国发〔2018〕3号的主要目标是什么" names a document by its number; only 主要目标 can stand in the clause that answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from ingest.index import Index
from ingest.keywords import KeywordIndex, QueryTerm, is_content, terms
from ingest.lexicon.query import Alternatives, index_terms
from ingest.lexicon.terms import fold, is_chinese, stem
from ingest.term_rows import TermRows
from service import enumerations, kinds, naming
from service.query import Query

# From this probability on, a word of a document's card is taken for the question's word.
_NAMED = 0.5
# What names a document, on the scale of "scope" in PASSAGES: the body that issued it, its number, a word of its title
# that nine of ten times stands in it and no other document, and the kind of text it is.
_BODY, _NUMBER, _TITLE, _GENRE = 1.5, 2.0, 1.5, 0.7
_PAPER = 0.7  # more where a body's paper is spoken of
_IN_FULL = 1.5  # more where the number is given in full
_EXCLUSIVE = 0.9
# From this strength on a document is plainly named.
_PLAINLY = 1.2
# Rarer translations of a word cost more time than they tell.
_UNLIKELY = 0.03
# Of a word that only puts the question.
_FRAMING = 0.1
# Of a word outside of the sentences that ask, where these have so many words.
_BACKGROUND = 0.4
_ENOUGH_ASKED = 3
_SPEAKS_OF_PAPER = re.compile(r"[那这]份|文件|\b(?:papers?|documents?|texts?)\b", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Scope:
    """``strength``: float32 (documents,), how plainly the question names the document.

    ``open_weight``: float32 (words, documents), idf of each content word that names no document, less where it only
    puts the question.
    """

    strength: np.ndarray
    open_weight: np.ndarray
    first_word: np.ndarray  # int (documents,): place of the first word that names this document alone, or -1
    names: tuple[str, ...]  # the words that name documents

    def named(self) -> list[int]:
        """The documents that the question plainly names, in the order in which it does."""
        least = max(_PLAINLY, self.strength.max(initial=0.0) / 3)
        found = np.flatnonzero((self.strength >= least) & (self.first_word >= 0))
        return [int(at) for at in sorted(found, key=lambda at: (self.first_word[at], at))]


def scope(index: Index, query: Query) -> Scope:
    """Which documents the question's words name: by the body that issued them, their number, the kind of text they
    are, or a word of their title that the other documents hardly use."""
    words = query.keywords.words
    documents = np.arange(len(index.catalogue))
    named = all_masses(index.document_terms, words)
    named[named < _NAMED] = 0
    own = all_masses(index.names, words)
    # What is a document's own name does not name another whose title quotes it.
    worth = np.where(own.max(axis=1, keepdims=True, initial=0) >= _NAMED, own, named)
    bodies = naming.bodies(query.text)
    held = naming.held(index.versions)
    by_body = held.issued_by(bodies)
    if not by_body.any():
        bodies = ()  # of no document: what they are to do is asked, not what they issued
    body_worth = _BODY + _PAPER * bool(_SPEAKS_OF_PAPER.search(query.text))
    numbers = naming.numbers(query.text)
    value = np.array([_worth(index, word, named[at] > 0, bodies, numbers) for at, word in enumerate(words)], np.float32)
    by_word = value[:, None] * worth if len(words) else np.zeros((0, len(documents)), np.float32)
    plain = by_word > 0
    in_full = held.numbered(query.text)
    by_number = np.isin(documents, [document for _, document in in_full]).astype(np.float32)
    is_name = plain.any(axis=1) | np.array([naming.inside(word.text, (*bodies, *in_full)) for word in words], bool)
    # A word that names any document is not looked for in the text of the others either: a preamble that quotes the
    # document's title says nothing on what is asked.
    left = _idf(index.passage_terms, words) * (1 - is_name) * _asked_share(query)
    first = np.where(plain.any(axis=0), plain.argmax(axis=0), -1) if len(words) else np.full(len(documents), -1)
    alone = (plain & (plain.sum(axis=1, keepdims=True) == 1)).any(axis=0) | (by_body == 1)
    return Scope(
        strength=by_word.sum(axis=0) + body_worth * by_body + _IN_FULL * by_number,
        open_weight=np.repeat(left[:, None], len(documents), axis=1),
        first_word=np.where(alone, np.maximum(first, 0), -1),
        names=tuple(word.text for word, is_one in zip(words, is_name, strict=True) if is_one),
    )


def _asked_share(query: Query) -> np.ndarray:
    """What each word counts, float32 (words,): less where it only puts the question, or tells of the asker beside a
    sentence that asks."""
    words = query.keywords.words
    framing = np.array([is_framing(word.text) for word in words], bool)
    share = np.where(framing & ~framing.all(), _FRAMING, 1.0).astype(np.float32)
    if (asking := kinds.asking(query.text)) == query.text:
        return share
    asked = set(terms(asking))
    inside = np.array([asked.issuperset(index_terms(word.text)) for word in words], bool)
    return share if (inside & ~framing).sum() < _ENOUGH_ASKED else share * np.where(inside, 1.0, _BACKGROUND)


def is_framing(word: str) -> bool:
    """Whether a word of a question says nothing of what is asked: 到底, "exactly", a count of what is wanted."""
    return word in _framing_words() or (is_chinese(word) and enumerations.only_counts(word))


@lru_cache(maxsize=1)
def _framing_words() -> frozenset[str]:
    """The words of framing.txt, English ones as stems."""
    lines = (Path(__file__).parent / "framing.txt").read_text("utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())


def _worth(index: Index, word: QueryTerm, carriers: np.ndarray, bodies, numbers) -> float:
    """How much a word that stands on the cards of ``carriers`` (bool (documents,)) says that they are meant."""
    if not carriers.any() or carriers.sum() > max(1, len(carriers) // 2) or naming.inside(word.text, bodies):
        return 0.0
    if naming.is_genre(word.text):
        return _GENRE
    if word.text.isdecimal():
        return _NUMBER if word.text in numbers else 0.0
    if len(word.text) < 2:
        return 0.0
    holders = [index.passage_terms.holders(alternative) for alternative, p in word.alternatives if p >= _NAMED]
    faces = np.concatenate([*holders, np.zeros(0, np.int32)]).astype(np.int64)
    inside = carriers[index.passage_document[index.face_passage[faces]]]
    return _TITLE if len(faces) == 0 or inside.mean() >= _EXCLUSIVE else 0.0


def without_names(query: Query, found: Sequence[str], encoder) -> Query:
    """The query with the vector of what is asked once the document is known: a question that names a document at
    length is otherwise nearest to the sentence that quotes the title."""
    rest = _without(query.text, found)
    if not found or not any(map(is_content, terms(rest))):
        return query
    return replace(query, vector=encoder.encode([rest], kind="query")[0])


def _without(text: str, found: Sequence[str]) -> str:
    folded = fold(text)
    latin = {part for name in found if not is_chinese(name) for part in name.split()}
    kept = _LATIN.sub(lambda word: " " if set(terms(word[0])) & latin else word[0], folded)
    for name in sorted(filter(is_chinese, found), key=len, reverse=True):
        kept = kept.replace(name, " ")
    return re.sub(r"\s+", " ", kept).strip()


def carried(found: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Share of the words' weight that is found: (words, rows) each → float32 (rows,), 0 where nothing is open."""
    total = weight.sum(axis=0)
    return np.where(total > 0, (found * weight).sum(axis=0) / np.maximum(total, 1e-9), 0).astype(np.float32)


def masses(terms: TermRows, words: Sequence[QueryTerm], rows: np.ndarray) -> np.ndarray:
    """How much of each word every row carries, itself or in translation: float32 (words, rows), from 0 to 1.

    A row that is given twice counts where it is given first: the weights of evidence.py are fitted so.
    """
    found = np.zeros((len(words), len(rows)), np.float32)
    each, first = np.unique(rows, return_index=True)
    found[:, first] = terms.masses(words, each, _UNLIKELY)
    return found


def all_masses(terms: KeywordIndex, words: Sequence[QueryTerm]) -> np.ndarray:
    """The same of all texts of an index of few: float32 (words, texts)."""
    found = np.zeros((len(words), len(terms)), np.float32)
    for at, word in enumerate(words):
        rows, probabilities = _held(terms, word.alternatives)
        np.add.at(found[at], rows, probabilities)
    return np.minimum(found, 1)


@lru_cache(maxsize=512)
def _held(terms: KeywordIndex, alternatives: Alternatives) -> tuple[np.ndarray, np.ndarray]:
    """(rows, probability) of all that carry one of the likelier alternatives; a word is looked up several times while
    a question is answered, and some words in many questions."""
    likely = [(terms.holders(alternative), p) for alternative, p in alternatives if p >= _UNLIKELY]
    likely = [(holders, p) for holders, p in likely if len(holders)]
    if not likely:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    weights = np.repeat(np.array([p for _, p in likely], np.float32), [len(holders) for holders, _ in likely])
    return np.concatenate([holders for holders, _ in likely]), weights


def _idf(terms: KeywordIndex, words: Sequence[QueryTerm]) -> np.ndarray:
    return np.array([terms.idf(word) for word in words], np.float32)
