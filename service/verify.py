"""Is this sentence carried by these quotes? What is not shown to be is not given out.

Words of a document are carried if they are the document's own, at their place (``verify_quote``).
Other words for them, in either language, are carried if they state nothing that the quotes do not (``unsupported``):
no number, unit, date, body or name of their own, and *not*, *must*, *may*, *at least* and *at most* as often as the
quotes say so, joined as they join it (``service.binding``). That is necessary, not sufficient: meaning is not compared.
It errs towards refusing, since the verbatim sentence is always there to fall back on: of freely translated sentences
two in three are refused (``python -m eval.mutations``).
"""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.bilingual import language_of
from ingest.document import Document
from ingest.keywords import KeywordIndex, weighted_query
from ingest.lexicon import Lexicon
from service.binding import unbound
from service.stated import Stated, stated

# How a text speaks must agree both ways; of what must be done a rendering may say less often that it must.
_BOTH_WAYS = ("not", "may", "up", "down")
_NAMES = {
    **{"not": "negation", "must": "obligation", "may": "permission"},
    **{"up": "at least", "down": "at most", "reach": "all, only or except"},
}
_PARTS = ("year", "month", "day")
# Latin words in a Chinese sentence, capitalised words and what stands in title marks: names.
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9&.'’-]*[A-Za-z0-9]")
_CAPITAL = re.compile(r"(?<![.!?:“\"] )(?<!^)\b[A-Z][A-Za-z0-9&'’-]+")
_CODE = re.compile(r"[A-Za-z]+-?\d[\w-]*|\d+-[\d-]*\d")
_TITLE = re.compile(r"《[^《》]+》|“[^“”]+”|\"[^\"]+\"")
_PLACE = re.compile(r"\w{2,}[省市县区州]|\w+自治区")
# Of the content words of a true sentence at least this share is carried (in our own sentence pairs, in either
# direction: 98 of 100; of a neighbouring sentence's words hardly ever more than a third). A third of the probability
# is as good as all of it: a word has several translations.
_CARRIED = 0.5
_LIKELY = 3.0


class UnverifiedQuote(ValueError):
    """A quote that is not the document's text at its offsets; such an answer is never given out."""


def verify_quote(document: Document, start: int, end: int, quote: str) -> None:
    """Raises UnverifiedQuote unless ``document.text[start:end] == quote`` and there is a quote at all."""
    if not quote or document.text[start:end] != quote:
        raise UnverifiedQuote(f"{document.document_id}: the text at {start}–{end} is not what is quoted")


def faults(sentence: str, framed: Sequence[str], quotes: Sequence[str], lexicon: Lexicon | None = None) -> list[str]:
    """What is wrong with a sentence of an answer; [] if it may be given out.

    It is one of ``framed``, quotes in their frames as ``service.frame`` words them, to the letter; or other words for
    ``quotes`` that nothing speaks against.
    """
    return [] if sentence in framed else unsupported(sentence, quotes, lexicon)


def unsupported(sentence: str, quotes: Sequence[str], lexicon: Lexicon | None = None) -> list[str]:
    """What the sentence states and the quotes do not, and what it leaves out of how they speak; [] if it is carried.

    ``quotes`` are all the words that the sentence rests on, in either language; each fault names what and how often.
    Without a lexicon the sentence's words are compared within one language only.
    """
    if not sentence.strip() or not quotes:
        return ["nothing to rest on"]
    claim = stated(sentence, strict=True)
    rests = [stated(quote, strict=False) for quote in quotes]
    found = _strange_numbers(claim, rests)
    found += [f"date {_date(date)}" for date in sorted(claim.dates) if not _has_date(date, rests)]
    found += [f"body {body}" for body in sorted(claim.bodies - sum((item.bodies for item in rests), Counter()))]
    found += [f"name {name}" for name in _strange_names(sentence, quotes)]
    for kind, name in _NAMES.items():
        said, expected = claim.speech[kind], sum(item.speech[kind] for item in rests)
        if said > expected or (said < expected and kind in _BOTH_WAYS):
            found.append(f"{name}: said {said}, expected {expected}")
    # Last, since it takes longest and one fault is enough.
    return found or _foreign_words(sentence, quotes, lexicon) or unbound(sentence, quotes, lexicon)


def _strange_numbers(claim: Stated, rests: Sequence[Stated]) -> list[str]:
    """Numbers that the quotes do not have, or not so often. One without a unit may rest on one with any."""
    left = [number for item in rests for number in item.numbers]
    left += [
        (float(part), name) for item in rests for date in item.dates for part, name in zip(date, _PARTS, strict=True)
    ]
    faults = []
    # Those with a unit first: they have less to choose from.
    for value, unit in sorted(claim.numbers, key=lambda number: (not number[1], number)):
        same = [number for number in left if number[0] == value and (unit == number[1] or not unit or not number[1])]
        if same:
            left.remove(max(same, key=lambda number: number[1] == unit))
        else:
            faults.append(f"number {value:g} {unit}".rstrip())
    return faults


def _has_date(date: tuple[int, int, int], rests: Sequence[Stated]) -> bool:
    """What the date says must stand in one date of the quotes; a year alone also as a number."""
    if any(
        all(mine in (0, other) for mine, other in zip(date, known, strict=True))
        for item in rests
        for known in item.dates
    ):
        return True
    return date[1:] == (0, 0) and any(date[0] == value for item in rests for value, _ in item.numbers)


def _strange_names(sentence: str, quotes: Sequence[str]) -> list[str]:
    """Names in the sentence that stand in no quote, where the two can be compared: same language or Latin words."""
    there = " ".join(quotes).casefold()
    same = [quote for quote in quotes if language_of(quote) == language_of(sentence)]
    names = _LATIN.findall(sentence) if language_of(sentence) == "zh" else _CAPITAL.findall(sentence) if same else []
    if same:
        names += [title[1:-1] for title in _TITLE.findall(sentence)]
    names += _CODE.findall(sentence)
    return [name for name in dict.fromkeys(names) if name.casefold() not in there]


def _foreign_words(sentence: str, quotes: Sequence[str], lexicon: Lexicon | None) -> list[str]:
    """Words that stand in no quote, themselves or in translation: too many of them, or one that names a place."""
    query = weighted_query(sentence, lexicon)
    counted = KeywordIndex.build([" ".join(quotes)])
    words = counted.coverage(query, 0).words
    missing = [word.word for word in words if word.mass == 0]
    faults = [f"place {word}" for word in missing if _PLACE.fullmatch(word)]
    found = sum(min(1.0, _LIKELY * word.mass) for word in words)
    if words and found < _CARRIED * len(words):
        faults.append(
            f"words: {found / len(words):.2f} of them carried, expected {_CARRIED}: without {', '.join(missing)}"
        )
    return faults


def _date(date: tuple[int, int, int]) -> str:
    return "-".join(str(part) for part in date if part)
