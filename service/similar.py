"""Other words of the same language that may stand for one of the question: faults → problems, staff → personnel.

People ask in their own words. The lexicon carries a word into the other language and not into another wording of the
same one; here the encoder's vectors of single words do, for English words that no text has, among those that the texts
have.
"""

import re
from dataclasses import replace
from functools import cached_property, lru_cache

import numpy as np

from ingest.index import Index
from ingest.keywords import WeightedQuery, is_content, terms
from ingest.lexicon.query import Alternatives, QueryTerm
from ingest.lexicon.terms import fold, is_chinese
from service.typos import Typos

# From this cosine on a word may stand for another; so many of them at most. Its probability is this share of the
# cosine: below what names a document (scope), above what counts as met (refuse).
_ALIKE = 0.27
_MOST = 4
_SHARE = 0.6
_WORD = re.compile(r"[A-Za-z]{3,}")
_VOCABULARY = 20_000


class Similar:
    """The English words of one index by their vectors, which are made when the first question comes."""

    def __init__(self, index: Index, encoder, typos: Typos):
        self.index = index
        self.encoder = encoder
        self.typos = typos
        self._of_word = lru_cache(maxsize=4096)(self._near)

    def extended(self, keywords: WeightedQuery) -> WeightedQuery:
        """The query whose English content words have similar ones among what may stand for them."""
        written = {found[0]: word for word in _WORD.findall(fold(keywords.text)) if len(found := terms(word)) == 1}
        words = tuple(self._with_similar(word, written.get(word.text)) for word in keywords.words)
        return replace(keywords, words=words)

    def _with_similar(self, word: QueryTerm, written: str | None) -> QueryTerm:
        if written is None or written.isupper() or is_chinese(word.text):
            return word
        if len(self.index.passage_terms.holders((word.text,))):  # what the texts say themselves needs no other word
            return word
        known = {alternative for alternative, _ in word.alternatives}
        more = tuple(item for item in self._of_word(written.lower()) if item[0] not in known)
        return replace(word, alternatives=(*word.alternatives, *more)) if more else word

    @cached_property
    def _vocabulary(self) -> tuple[list[str], np.ndarray]:
        """The words of the English texts as index terms, and their vectors: float32 (words, dimension)."""
        written: dict[str, str] = {}
        for word, _ in self.typos.english_words.most_common(_VOCABULARY):
            found = terms(word)
            if len(found) == 1 and is_content(found[0]):
                written.setdefault(found[0], word)
        vectors = self.encoder.encode(list(written.values())) if written else np.zeros((0, 1), np.float32)
        return list(written), vectors

    def _near(self, word: str) -> Alternatives:
        names, vectors = self._vocabulary
        if not names:
            return ()
        cosine = vectors @ self.encoder.encode([word])[0]
        own = terms(word)
        best = [at for at in np.argsort(-cosine, kind="stable")[: _MOST + 1].tolist() if cosine[at] >= _ALIKE]
        return tuple(((names[at],), _SHARE * float(cosine[at])) for at in best if [names[at]] != own)[:_MOST]
