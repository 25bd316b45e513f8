"""Words that nobody writes so: what the index's own vocabulary suggests in their place.

An English word that neither the index and its expected questions nor the lexicon know gives way to the one known word
within one change of a letter (two in a long word; a change is an insertion, a deletion, another letter, or two
neighbours swapped: Damerau 1964); one with a capital inside a sentence may be a name, and only one change is forgiven.
What the lexicon knows may be an error that others have made before, and gives way to a word with a translation in
common: adress, goverment. Two Chinese characters that are no word together give way to a known word of the same sound,
tones aside, with one of them in it: 认正 for 认证, as who types by sound writes it; a place stays as it is. Where there
is no such word, or several as good, nothing is changed.
"""

import os
import re
from collections import Counter
from functools import cached_property, lru_cache

from ingest.index import Index
from ingest.lexicon.terms import CHINESE_RUN, bigrams, fold, is_chinese, is_content, stem, terms
from service.places import places_in

_LATIN = re.compile(r"(?<![\w-])[A-Za-z]{4,}(?![\w-])")
_WORD = re.compile("[A-Za-z]{3,}")
_SHORTEST = 4  # letters of a word that is put right
_LONG = 8  # letters; from here on two changes are forgiven
_NUMERALS = "零〇一二两三四五六七八九十百千万亿第几"
_ENGLISH_DOCUMENTS = 500  # whose words are known; more would take too long to read
_CHINESE_TERMS = 400_000  # of an index with more, nearly every pair of characters is known
_OFTEN = 3  # questions with a word that may be meant
_SELDOM = 2  # translations of what the lexicon may know as an error
_FUNCTION_WORDS = frozenset({"what", "which", "where", "when", "about", "should", "would", "could", "there", "their"})
_ENOUGH = 3  # passages with the right word


class Typos:
    """Corrections from the vocabulary of one index, which is read when the first unknown word comes."""

    def __init__(self, index: Index, lexicon, questions: bool = True):
        """``questions``: whether words are known from the questions that are expected."""
        self.index = index
        self.lexicon = lexicon
        self.expected = index.expected if questions else None
        self._english = lru_cache(maxsize=4096)(self._known_word)

    def mended(self, question: str) -> str:
        """The question with what looks like a typing error put right."""
        return self._chinese(_LATIN.sub(lambda word: self._english(word[0], _is_name(word)) or word[0], question))

    @cached_property
    def english_words(self) -> Counter[str]:
        """The words of three letters or more in the English texts, as they are written, with how often."""
        english = [document for document in self.index.catalogue if "en" in document.language][:_ENGLISH_DOCUMENTS]
        counts: Counter[str] = Counter()
        for document in english:
            counts.update(map(str.lower, _WORD.findall(self.index.store.document(document.document_id).text)))
        return counts

    @cached_property
    def _words(self) -> Counter[str]:
        """Those that may be meant by one that is written wrongly: the texts' own, and those that people ask with and
        the lexicon knows."""
        asked = self._asked_with()
        known = {word: count for word, count in asked.items() if count >= _OFTEN and self._chinese_for(stem(word))}
        counts = self.english_words + Counter(known | {word: asked[word] for word in _FUNCTION_WORDS & asked.keys()})
        return Counter({word: count for word, count in counts.items() if len(word) >= _SHORTEST})

    @cached_property
    def _asked_stems(self) -> frozenset[str]:
        """The stems of the words of the English questions that are expected."""
        return frozenset(map(stem, self._asked_with()))

    def _asked_with(self) -> Counter[str]:
        """These words, and how often they are."""
        return Counter(self.expected.english_words() if self.expected is not None else {})

    def _chinese_for(self, term: str) -> set[str]:
        """The translations of an English term."""
        found = self.lexicon.translations(term) if self.lexicon is not None else ()
        return {word for word, _ in found if is_chinese(word)}

    @cached_property
    def _followers(self) -> dict[str, str]:
        """For each Chinese character the characters that follow it in the texts and renderings."""
        found: dict[str, list[str]] = {}
        vocabulary = self.index.passage_terms.terms
        for term in vocabulary if len(vocabulary) <= _CHINESE_TERMS else ():
            if len(term) == 2 and not term.isascii():
                found.setdefault(term[0], []).append(term[1])
        return {character: "".join(after) for character, after in found.items()}

    def _known_word(self, word: str, is_name: bool) -> str | None:
        found = terms(word)
        if len(found) != 1 or not is_content(found[0]) or word.isupper():
            return None
        if self.index.passage_terms.terms.number(found[0]) >= 0:
            return None
        written = word.lower()
        if found[0] in self._asked_stems:
            return None
        translations = self._chinese_for(found[0])
        if len(translations) > _SELDOM:
            return None
        most = 2 if len(written) >= _LONG and not is_name else 1
        near = []
        for known, count in self._words.items():
            if abs(len(known) - len(written)) <= most and (known[0] == written[0] or known[1] == written[1]):
                away = distance(written, known, most)
                if away <= most:
                    near.append((away, -count, known))
        if translations:
            near = [item for item in near if any(translations & self._chinese_for(term) for term in terms(item[2]))]
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
            for at in _apart(self.lexicon.words(text), text):
                text = text[:at] + (self._of_same_sound(text, at) or text[at : at + 2]) + text[at + 2 :]
            if text != run[0]:
                question = question[: run.start()] + text + question[run.end() :]
        return question

    def _all_known(self, text: str) -> bool:
        number = self.index.passage_terms.terms.number
        return all(number(pair) >= 0 for pair in bigrams(text))

    def _of_same_sound(self, text: str, at: int) -> str | None:
        """The known word that sounds like the two characters at a place and shares one with them."""
        pair = text[at : at + 2]
        number, holders = self.index.passage_terms.terms.number, self.index.passage_terms.holders
        if number(pair) >= 0 or self.lexicon.words(pair) == [pair] or places_in(pair):
            return None
        others = [one + pair[1] for one in self._sounding_like(pair[0])]
        others += [pair[0] + one for one in self._sounding_like(pair[1])]
        best = []
        for other in others:
            if number(other) >= 0 and self.lexicon.words(other) == [other]:
                before, after = text[max(0, at - 1) : at + 3], text[max(0, at - 1) : at] + other + text[at + 2 : at + 3]
                gain = sum(number(two) >= 0 for two in bigrams(after)) - sum(
                    number(two) >= 0 for two in bigrams(before)
                )
                if gain >= 1:
                    best.append((gain, len(holders((other,))), other))
        best.sort(reverse=True)
        if (
            not best
            or best[0][1] < _ENOUGH
            or (len(best) > 1 and best[0][0] == best[1][0] and best[0][1] <= 2 * best[1][1])
        ):
            return None
        return best[0][2]

    def _sounding_like(self, character: str) -> str:
        """The other characters of the texts that are read like one, tones aside."""
        return self._characters_by_sound.get(_sound(character), "").replace(character, "")

    @cached_property
    def _characters_by_sound(self) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for character in sorted(set(self._followers) | set("".join(self._followers.values()))):
            found.setdefault(_sound(character), []).append(character)
        return {sound: "".join(characters) for sound, characters in found.items()}


def _is_name(word: re.Match) -> bool:
    """Whether an English word has a capital though no sentence begins with it."""
    return word[0][0].isupper() and not re.search(r"(?:^|[.?!:])\W*$", word.string[: word.start()])


@lru_cache(maxsize=8192)
def _sound(character: str) -> str:
    """The usual reading of a Chinese character without its tone."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # its list of phrases takes 40 MiB and is not asked here
    from pypinyin import NORMAL, pinyin  # few questions need it

    return pinyin(character, style=NORMAL)[0][0]


def _apart(words: list[str], text: str) -> list[int]:
    """Places of two characters in a row of which neither is part of a longer word."""
    alone, at = [False] * len(text), 0
    for word in words:
        found = text.find(word, at)
        if found < 0:
            return []
        alone[found] = len(word) == 1 and word not in _NUMERALS
        at = found + len(word)
    return [at for at in range(len(text) - 1) if alone[at] and alone[at + 1]]


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
