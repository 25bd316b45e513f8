"""Which document a question speaks of, and which of its words are left to be found in the text.

"国发〔2018〕3号的主要目标是什么" names a document by its number; only 主要目标 can stand in the clause that answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.index import Index
from ingest.keywords import KeywordIndex, QueryTerm
from service.query import Query

# From this probability on, a word of a document's card is taken for the question's word.
_NAMED = 0.2
# Rarer translations of a word cost more time than they tell.
_UNLIKELY = 0.03


@dataclass(frozen=True)
class Scope:
    """``strength``: float32 (documents,), how much of the question names the document, in nats of idf.

    ``open_weight``: float32 (words, documents), idf of each content word as far as the document's name, number and
    issuer do not account for it.
    """

    strength: np.ndarray
    open_weight: np.ndarray


def scope(index: Index, query: Query) -> Scope:
    """Match the question's content words with each document's card (title, number, issuer, year)."""
    words = query.keywords.words
    documents = np.arange(len(index.catalogue))
    named = masses(index.document_terms, words, documents)
    carriers = (named >= _NAMED).sum(axis=1)
    # What most cards have in common ("certification") tells no document from another.
    telling = (carriers > 0) & (carriers <= max(1, len(documents) // 2))
    named = named * telling[:, None]
    return Scope(
        strength=_idf(index.document_terms, words) @ named,
        open_weight=_idf(index.passage_terms, words)[:, None] * (1 - named),
    )


def carried(found: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Share of the words' weight that is found: (words, rows) each → float32 (rows,), 0 where nothing is open."""
    total = weight.sum(axis=0)
    return np.where(total > 0, (found * weight).sum(axis=0) / np.maximum(total, 1e-9), 0).astype(np.float32)


def masses(terms: KeywordIndex, words: Sequence[QueryTerm], rows: np.ndarray) -> np.ndarray:
    """How much of each word every row carries, itself or in translation: float32 (words, rows), from 0 to 1.

    ``rows``: each at most once, in any order.
    """
    found = np.zeros((len(words), len(rows)), np.float32)
    order = np.argsort(rows, kind="stable")
    ascending = rows[order]
    for at, word in enumerate(words):
        likely = [(terms.holders(alternative), p) for alternative, p in word.alternatives if p >= _UNLIKELY]
        likely = [(holders, p) for holders, p in likely if len(holders)]
        if not likely:
            continue
        holders = np.concatenate([holders for holders, _ in likely])
        weights = np.repeat(np.array([p for _, p in likely], np.float32), [len(holders) for holders, _ in likely])
        place = np.minimum(np.searchsorted(ascending, holders), len(rows) - 1)
        met = ascending[place] == holders
        np.add.at(found[at], order[place[met]], weights[met])
    return np.minimum(found, 1)


def _idf(terms: KeywordIndex, words: Sequence[QueryTerm]) -> np.ndarray:
    return np.array([terms.idf(word) for word in words], np.float32)
