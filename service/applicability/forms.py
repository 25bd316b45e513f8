"""Words to look for in a text and the values they tell: whole, the longest first, and misspelt by one character."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.lexicon.terms import CJK, fold, stem

_LONGEST = 16  # characters or words of a form that is looked for
_SHORTEST_LATIN, _SHORTEST_CHINESE = 6, 4  # that may be misspelt
_TOKEN = re.compile(r"[a-z0-9]+")
_CHINESE = re.compile(f"[{CJK}]")
# One of these in the place of another character is no slip of the pen.
_FUNCTION_WORDS = "的了和与是在我你他们有不要吗"


@dataclass(frozen=True)
class Found:
    """Words of the folded description, and the values they tell."""

    start: int
    end: int
    words: str
    values: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Token:
    start: int
    end: int
    text: str
    stem: str
    upper: bool


class Forms:
    """Words and the values they tell: Chinese (or mixed) as strings, Latin as stems."""

    def __init__(self, words: Iterable[tuple[str, str]]):
        self.chinese: dict[str, dict[str, None]] = defaultdict(dict)
        self.latin: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        self.capitals: set[tuple[str, ...]] = set()
        for form, value in words:
            text = folded(form)
            if _CHINESE.search(text):
                self.chinese[text][value] = None
            elif stems := tuple(stem(token) for token in _TOKEN.findall(text)):
                # What is written in capitals and short is another word in small letters: UPS, GAP, IT.
                capital = len(stems) == 1 and len(text) <= 4 and form.isupper() and not any(map(str.isdigit, form))
                if capital and stems not in self.latin:
                    self.capitals.add(stems)
                elif not capital:
                    self.capitals.discard(stems)
                self.latin[stems][value] = None
        self._starts = {form[0] for form in self.chinese}

    @cached_property
    def _deletions(self) -> dict[str, list[tuple[str, ...]]]:
        """Long Latin forms, written as one word, by themselves and by what is left without one of their letters."""
        found = defaultdict(list)
        for stems in self.latin:
            joined = stem("".join(stems))
            if len(joined) >= _SHORTEST_LATIN:
                for shorter in (joined, *_deleted(joined)):
                    found[shorter].append(stems)
        return dict(found)

    @cached_property
    def _masked(self) -> dict[str, list[str]]:
        """Long Chinese forms by what is left where one of their characters, not the first, is hidden."""
        found = defaultdict(list)
        for form in self.chinese:
            if len(form) >= _SHORTEST_CHINESE:
                for at in range(1, len(form)):
                    found[f"{form[:at]}?{form[at + 1 :]}"].append(form)
        return dict(found)

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Found]:
        """The longest forms from left to right, Chinese and Latin apart."""
        at = 0
        while at < len(text):
            found = self._chinese_at(text, at) if text[at] in self._starts else None
            if found:
                yield Found(at, at + len(found), found, tuple(self.chinese[found]), "words")
            at += len(found) if found else 1
        place = 0
        while place < len(tokens):
            count = self._latin_at(tokens, place)
            if count:
                first, last = tokens[place], tokens[place + count - 1]
                values = tuple(self.latin[tuple(token.stem for token in tokens[place : place + count])])
                yield Found(first.start, last.end, text[first.start : last.end], values, "words")
            place += count or 1

    def _chinese_at(self, text: str, at: int) -> str | None:
        for length in range(min(_LONGEST, len(text) - at), 0, -1):
            if text[at : at + length] in self.chinese:
                return text[at : at + length]
        return None

    def _latin_at(self, tokens: Sequence[Token], place: int) -> int:
        for count in range(min(8, len(tokens) - place), 0, -1):
            stems = tuple(token.stem for token in tokens[place : place + count])
            if stems in self.latin and (stems not in self.capitals or tokens[place].upper):
                return count
        return 0

    def near_latin(self, token: Token) -> Found | None:
        """The form that a word is, misspelt: two words written as one, or one letter wrong, missing or too many."""
        if len(token.text) < _SHORTEST_LATIN:
            return None
        deletions = self._deletions
        for shorter in (token.stem, *_deleted(token.stem)):
            for stems in deletions.get(shorter, ()):
                joined = stem("".join(stems))
                if joined[0] == token.stem[0] and _one_apart(joined, token.stem):
                    return Found(token.start, token.end, token.text, tuple(self.latin[stems]), "spelling")
        return None

    def near_chinese(self, text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Found]:
        """Forms of which one character is another in the text; only where nothing longer was found."""
        masked = self._masked
        for length in range(8, _SHORTEST_CHINESE - 1, -1):
            for start in range(len(text) - length + 1):
                end = start + length
                window = text[start:end]
                if not _CHINESE.match(window) or any(s <= start and end <= e for s, e in taken):
                    continue
                for at in range(1, length):
                    if window[at] in _FUNCTION_WORDS:
                        continue
                    if forms := masked.get(f"{window[:at]}?{window[at + 1 :]}"):
                        yield Found(start, end, window, tuple(self.chinese[forms[0]]), "spelling")
                        return


def folded(text: str) -> str:
    """Half width, simplified, lower case, without the spaces that stand beside Chinese characters."""
    plain = fold(text).lower().replace("'s ", " ").replace("'", "")
    return re.sub(rf"(?<=[{CJK}]) +| +(?=[{CJK}])", "", plain)


def tokens_of(text: str, original: str) -> list[Token]:
    capitals = {word.lower() for word in re.findall(r"[A-Z0-9]{2,}", fold(original))}
    return [
        Token(found.start(), found.end(), found.group(), stem(found.group()), found.group() in capitals)
        for found in _TOKEN.finditer(text)
    ]


def _deleted(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_apart(one: str, other: str) -> bool:
    """Whether one edit (a letter put in, left out, or exchanged) makes one word the other."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[at + (len(one) >= len(other)) :] == other[at + (len(other) >= len(one)) :] or (
        len(one) == len(other) and one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    )
