"""Does a sentence put together what its source puts together? Words alone do not tell 17 products in 103 categories.

A *hold* is what a swap would turn false: a number, and the words that say whether something must be certified. In
each clause of the sentence the holds must stand together in one clause of the source, each number before the same
thing, with most of the clause's other words. And no word may stand in none of the sources.
"""

import re
from collections.abc import Sequence

from ingest.bilingual import language_of
from ingest.keywords import KeywordIndex, weighted_query
from ingest.lexicon import Lexicon
from service.speech import is_cue
from service.stated import stated

_CLAUSE = re.compile(r"[，,；;。：:！!？?]+(?!\d{3}\b)|\.\s")
# What is said of certification, by kind and language.
_KINDS = (
    re.compile(r"强制|\b(?:compuls\w+|mandator\w+|obligatory)\b", re.IGNORECASE),
    re.compile(r"自愿|\bvolunt\w+\b", re.IGNORECASE),
)
_PRIMARY = re.compile(r"为主|为辅|\b(?:mainly|primarily|chiefly|supplement\w*|accessory|secondar\w+)\b", re.IGNORECASE)
# Words that one language needs and the other does not.
_EMPTY = {"该局", "该项", "该机构", "情况", "方面", "方式", "时间", "time"}
# Of a clause's words so many stand in the clause of the source that has its holds.
_TOGETHER = 0.6
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_AFTER = {"zh": 8, "en": 32}  # characters behind a number in which its thing is named


def unbound(sentence: str, quotes: Sequence[str], lexicon: Lexicon | None) -> list[str]:
    """What the sentence joins and the quotes do not; [] where nothing is."""
    sources = [clause for quote in quotes for clause in _clauses(quote)]
    index = KeywordIndex.build(sources)
    faults = []
    for clause in _clauses(sentence):
        if any(clause in source for source in sources):
            continue
        words = weighted_query(clause, lexicon)
        masses = [[word.mass for word in index.coverage(words, at).words] for at in range(len(sources))]
        named = [word.text for word in words.words]
        phrases = set(lexicon.phrases(clause)) - set(lexicon.words(clause)) if lexicon else set()
        # Of a phrase its words are looked at.
        nowhere = [
            name
            for at, name in enumerate(named)
            if _tells(name) and name not in phrases and not any(mass[at] for mass in masses)
        ]
        if nowhere:
            faults.append(f"words that no source has: {', '.join(nowhere)}")
        faults += _holds(clause, sources, masses, lexicon)
    return faults


def _tells(word: str) -> bool:
    """Whether a word says something that is not compared as a number or as a way of speaking.

    A single Chinese character (小 of 小类) is too little to go by.
    """
    return len(word) > 1 and not word.isdecimal() and word not in _EMPTY and not is_cue(word)


def _holds(clause: str, sources: Sequence[str], masses: Sequence[Sequence[float]], lexicon) -> list[str]:
    kinds = {at for at, kind in enumerate(_KINDS) if kind.search(clause)}
    numbers = {value for value, _ in stated(clause, strict=True).numbers}
    if not kinds and not numbers:
        return []
    for source, mass in zip(sources, masses, strict=True):
        there = {value for value, _ in stated(source, strict=False).numbers}
        same_kinds = all(_KINDS[at].search(source) for at in kinds)
        share = sum(item > 0 for item in mass) / len(mass) if len(mass) else 1.0
        if same_kinds and numbers <= there and share >= _TOGETHER and _same_things(clause, source, lexicon):
            if _PRIMARY.search(source) and len(kinds) != 1 and clause not in source:
                continue  # which of two comes first is not compared: only the source's own words will do
            return []
    return [f"holds that no clause of the sources has together: {clause}"]


def _same_things(clause: str, source: str, lexicon: Lexicon | None) -> bool:
    """Whether each number in digits stands before what it stands before in the source."""
    for found in _NUMBER.finditer(clause):
        behind = clause[found.end() : found.end() + _AFTER[language_of(clause)]]
        places = [place.end() for place in re.finditer(rf"(?<!\d){re.escape(found[0])}(?!\d)", source)]
        if not places or not behind.strip():
            continue
        things = [source[at : at + _AFTER[language_of(source)]] for at in places]
        nearest = weighted_query(behind, lexicon).words[:1]
        index = KeywordIndex.build([_to_next_number(thing) for thing in things])
        query = weighted_query(nearest[0].text, lexicon) if nearest else None
        if query and not any(word.mass > 0 for at in range(len(things)) for word in index.coverage(query, at).words):
            return False
    return True


def _to_next_number(text: str) -> str:
    found = _NUMBER.search(text)
    return text[: found.start()] if found else text


def _clauses(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSE.split(text) if re.search(r"\w", part)]
