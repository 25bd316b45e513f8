"""Words that nobody writes so: what the index's own vocabulary suggests in their place.

An English word that neither the index nor the lexicon knows gives way to the one known word within one change of a
letter (two in a long word; a change is an insertion, a deletion, another letter, or two neighbours swapped: Damerau
1964). A Chinese character whose pairs with both neighbours stand nowhere gives way to the one that makes known pairs
with both, if a passage has them together. Where there is no such word, or several as good, nothing is changed.
"""

import re
from collections import Counter
from functools import cached_property, lru_cache

from ingest.index import Index
from ingest.lexicon.terms import CHINESE_RUN, bigrams, fold, is_content, terms

_LATIN = re.compile(r"(?<![\w-])[A-Za-z]{4,}(?![\w-])")
_WORD = re.compile("[A-Za-z]{3,}")
_SHORTEST = 4  # letters of a word that is put right
_LONG = 8  # letters; from here on two changes are forgiven
_NUMERALS = "零〇一二两三四五六七八九十百千万亿第几"
_ENGLISH_DOCUMENTS = 500  # whose words are known; more would take too long to read
_CHINESE_TERMS = 400_000  # of an index with more, nearly every pair of characters is known
_ENOUGH = 3  # passages with the right word


class Typos:
    """Corrections from the vocabulary of one index, which is read when the first unknown word comes."""

    def __init__(self, index: Index, lexicon):
        self.index = index
        self.lexicon = lexicon
        self._english = lru_cache(maxsize=4096)(self._known_word)

    def mended(self, question: str) -> str:
        """The question with what looks like a typing error put right."""
        return self._chinese(_LATIN.sub(lambda word: self._english(word[0]) or word[0], question))

    @cached_property
    def english_words(self) -> Counter[str]:
        """The words of three letters or more in the English texts, as they are written, with how often."""
        english = [document for document in self.index.catalogue if "en" in document.language][:_ENGLISH_DOCUMENTS]
        counts: Counter[str] = Counter()
        for document in english:
            counts.update(map(str.lower, _WORD.findall(self.index.store.document(document.document_id).text)))
        return counts

    @cached_property
    def _words(self) -> dict[str, int]:
        """Those that may be meant by one that is written wrongly."""
        return {word: count for word, count in self.english_words.items() if len(word) >= _SHORTEST}

    @cached_property
    def _followers(self) -> dict[str, str]:
        """For each Chinese character the characters that follow it in the texts and renderings."""
        found: dict[str, list[str]] = {}
        vocabulary = self.index.passage_terms.terms
        for term in vocabulary if len(vocabulary) <= _CHINESE_TERMS else ():
            if len(term) == 2 and not term.isascii():
                found.setdefault(term[0], []).append(term[1])
        return {character: "".join(after) for character, after in found.items()}

    def _known_word(self, word: str) -> str | None:
        found = terms(word)
        if len(found) != 1 or not is_content(found[0]) or word.isupper():
            return None
        if self.index.passage_terms.terms.number(found[0]) >= 0:
            return None
        if self.lexicon is not None and self.lexicon.translations(found[0]):
            return None
        written = word.lower()
        most = 2 if len(written) >= _LONG else 1
        near = []
        for known, count in self._words.items():
            if abs(len(known) - len(written)) <= most and (known[0] == written[0] or known[1] == written[1]):
                away = distance(written, known, most)
                if away <= most:
                    near.append((away, -count, known))
        near.sort()
        if not near or (len(near) > 1 and near[0][:2] == near[1][:2]):
            return None
        return near[0][2]

    def _chinese(self, question: str) -> str:
        folded = fold(question)
        if self.lexicon is None or len(folded) != len(question):  # without one no word is known
            return question
        for run in CHINESE_RUN.finditer(folded):
            text = run[0]
            if self._all_known(text):
                continue
            for at in _loose(self.lexicon.words(text), text):
                text = text[:at] + (self._between(text, at) or text[at]) + text[at + 1 :]
            if text != run[0]:
                question = question[: run.start()] + text + question[run.end() :]
        return question

    def _all_known(self, text: str) -> bool:
        number = self.index.passage_terms.terms.number
        return all(number(pair) >= 0 for pair in bigrams(text))

    def _between(self, text: str, at: int) -> str | None:
        """The character that makes a known word with a neighbour and a known pair with the other, where the one that
        is there makes no known pair."""
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        holders = self.index.passage_terms.holders
        if not (before and after) or len(holders((before + text[at],))) or len(holders((text[at] + after,))):
            return None
        best = []
        for character in self._followers.get(before, ()):
            pairs = (before + character, character + after)
            words = [pair for pair in pairs if self.lexicon.words(pair) == [pair]]
            if words and len(holders(pairs)):
                best.append((max(len(holders((word,))) for word in words), character))
        best.sort(reverse=True)
        if not best or best[0][0] < _ENOUGH or (len(best) > 1 and best[0][0] <= 2 * best[1][0]):
            return None
        return best[0][1]


def _loose(words: list[str], text: str) -> list[int]:
    """Places of characters that are no part of a known word, beside another such: what is left of a broken word."""
    alone = [False] * len(text)
    at = 0
    for word in words:
        found = text.find(word, at)
        if found < 0:
            return []
        alone[found] = len(word) == 1 and is_content(word) and word not in _NUMERALS
        at = found + len(word)
    return [at for at in range(1, len(text) - 1) if alone[at] and (alone[at - 1] or alone[at + 1])]


def distance(one: str, other: str, most: int) -> int:
    """Optimal string alignment distance, or ``most`` + 1 where it is more than ``most``."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            least = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                least = min(least, last[to - 2] + 1)
            row.append(least)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
