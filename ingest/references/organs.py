"""Issuing bodies (发文机关) and their issuer words (国发), by every way of writing: Chinese, English, romanised.

``organs.tsv`` says which names and words belong to which body, and with * which word is meant where a number
is quoted by the body's name alone; ``syllables.txt`` how the characters of such words are romanised.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.references.text import same_length_fold

_HERE = Path(__file__).parent
# Words that machine translation puts in the place of a character of an issuer word.
_TRANSLATED = {
    "letter": "han", "letters": "han", "development": "fa", "issue": "fa", "issued": "fa", "office": "ban",
    "certification": "renzheng", "accreditation": "renke", "science": "ke", "order": "ling", "decree": "ling",
    "announcement": "gonggao", "chinese": "zhong", "china": "zhong", "central": "zhong", "state": "guo",
    "national": "guo", "quality": "zhi", "inspection": "jian", "tax": "shui", "finance": "cai", "document": "",
}  # fmt: skip
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ong|ian|iao|ing|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v)"
)
_NOT_SYLLABLES = set(
    [
        "a",
        "an",
        "in",
        "on",
        "he",
        "she",
        "me",
        "can",
        "men",
        "see",
        "the",
        "to",
        "no",
        "so",
        "we",
        "be",
        "by",
        "do",
        "go",
        "as",
        "is",
        "it",
        "or",
        "at",
        "of",
        "if",
        "am",
        "are",
    ]
)


@dataclass(frozen=True)
class Organs:
    """What the table of issuing bodies holds, by every way of writing."""

    organ_of_name: dict[str, str]  # Chinese name → body
    organ_of_english: dict[str, str]  # lower case, no "the" → body
    organ_of_series: dict[str, str]
    default: dict[str, str]  # body → the word of the numbers that are quoted by its name alone
    series_of_latin: dict[str, str]  # only where one known word is romanised so
    longest: int


def organ_named(text: str) -> str | None:
    """The issuing body that a name of any language stands for, in the table's words."""
    folded = same_length_fold(text).strip()
    known = organs()
    for part in (folded, *re.split(r" *\[|\] *", folded)):
        bare = part.replace(" ", "")
        if bare in known.organ_of_name:
            return known.organ_of_name[bare]
        if part and english_name(part) in known.organ_of_english:
            return known.organ_of_english[english_name(part)]
    return None


def organs_in(text: str) -> list[tuple[int, int, str]]:
    """(start, end, body) of the issuing bodies named in a text, the longest name at each place."""
    folded = same_length_fold(text)
    return [(match.start(), match.end(), organ_of(match.group())) for match in organ_pattern().finditer(folded)]


def organ_of(name: str) -> str:
    known = organs()
    return known.organ_of_name.get(name.replace(" ", "")) or known.organ_of_english[english_name(name)]


def english_name(name: str) -> str:
    words = re.sub(r"[^a-z' ]", " ", name.lower()).split()
    if words[:1] == ["the"]:
        words = words[1:]
    for tail in (["of", "the", "people's", "republic", "of", "china"], ["of", "prc"]):
        if words[-len(tail) :] == tail and len(words) > len(tail) + 1:
            words = words[: -len(tail)]
    return " ".join(words)


def longest_suffix(word: str, known: dict[str, str]) -> str:
    longest = min(len(word), organs().longest)
    return next((word[-length:] for length in range(longest, 0, -1) if word[-length:] in known), "")


def romanised(series: str) -> str:
    """The word in Latin letters, "" where a character's syllable is not in the table."""
    if series.isascii():
        return series
    syllables = [_syllable_table().get(character, "") for character in series]
    return "".join(syllables) if all(syllables) else ""


@lru_cache(maxsize=4096)
def word_syllables(word: str) -> tuple[str, bool] | None:
    """(romanised form, whether it was printed so), None for a word that is neither romanised nor known."""
    lower = word.lower().replace("'", "")
    if lower in _TRANSLATED:
        return _TRANSLATED[lower], False
    if lower in _NOT_SYLLABLES or len(lower) > 40:
        return None
    at = {0}  # ends of what can be read as syllables; "xian" is one or two
    for end in range(1, len(lower) + 1):
        if any(begin in at and _SYLLABLE.fullmatch(lower, begin, end) for begin in range(max(0, end - 6), end)):
            at.add(end)
    return (lower, True) if len(lower) in at else None


@lru_cache(maxsize=1)
def _syllable_table() -> dict[str, str]:
    lines = (_HERE / "syllables.txt").read_text("utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return {character: syllable.replace("ü", "v") for syllable, characters in rows for character in characters}


@lru_cache(maxsize=1)
def organs() -> Organs:
    names: dict[str, str] = {}
    english: dict[str, str] = {}
    series: dict[str, str] = {}
    default: dict[str, str] = {}
    for line in (_HERE / "organs.tsv").read_text("utf-8").splitlines()[1:]:
        organ, zh, en, words = line.split("\t")
        for name in (organ, *zh.split(" | ")):
            names[same_length_fold(name).replace(" ", "")] = organ
        english |= {english_name(name): organ for name in en.split(" | ")}
        for word in words.split(" | "):
            series[word.rstrip("*")] = organ
            if word.endswith("*"):
                default[organ] = word.rstrip("*")
    by_latin: dict[str, set[str]] = defaultdict(set)
    table = _syllable_table()
    for word in series:
        by_latin["".join(table[character] for character in word)].add(word)
    return Organs(
        organ_of_name=names,
        organ_of_english=english,
        organ_of_series=series,
        default=default,
        series_of_latin={latin: next(iter(words)) for latin, words in by_latin.items() if len(words) == 1},
        longest=max(map(len, (*names, *series))),
    )


@lru_cache(maxsize=1)
def organ_pattern() -> re.Pattern:
    """Any name of a body: the Chinese ones as they are, the English ones by words, longest first."""
    known = organs()
    han = sorted(known.organ_of_name, key=len, reverse=True)
    latin = sorted(known.organ_of_english, key=len, reverse=True)
    spaced = (re.escape(name).replace(r"\ ", ",? ").replace(" and", ",? and") for name in latin)
    tail = r"(?: of (?:[Tt]he )?(?:People's Republic of China|PRC|P\.R\.C\.))?"
    return re.compile(rf"(?:{'|'.join(han)})|\b(?i:{'|'.join(spaced)})\b{tail}")
