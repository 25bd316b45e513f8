"""What a text states that can be compared with other words for it, in either language.

Numbers with their units, dates, document numbers, named bodies, and how the text speaks: negation, modality (must,
may), comparison (at least, at most). Two readings: ``strict`` of a sentence that is to be checked, where only what is
plainly a statement counts; generous of the words it must rest on, where 双 may stand for *two* and 首批 for *first*.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from ingest.bilingual import language_of
from ingest.numbering import MONTHS, zh_number
from ingest.references.organs import organs_in
from ingest.references.text import same_length_fold
from ingest.renderings.numbers import SCALE, ZH_NUMERAL, zh_value
from service.speech import NUMBER_WORDS, speech

# Words that may stand for a number, though they need not.
_LOOSE_EN = {"both": 2, "dual": 2, "double": 2, "twice": 2, "pair": 2, "couple": 2, "half": 0.5}
_LOOSE_EN |= {"dozen": 12, "triple": 3, "twofold": 2, "quarter": 0.25}
_LOOSE_ZH = {"双": 2, "倍": 2, "半": 0.5, "再": 2, "季": 3, "翻": 2, "周": 7}
_WORD = rf"(?:{'|'.join(NUMBER_WORDS)})"
_NUMBER_EN = re.compile(
    r"(?<!\w)(?<!\d\.)(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)(?:st|nd|rd|th)?"
    rf"|\b(?<!per )(?P<words>{_WORD}(?:(?:[ -]|(?<=hundred) and ){_WORD})*)\b",
    re.IGNORECASE,
)
_SCALE_EN = re.compile(r"\s*(thousand|million|billion)\b", re.IGNORECASE)
_NUMBER_ZH = re.compile(rf"\d+(?:,\d{{3}})*(?:\.\d+)?|{ZH_NUMERAL.pattern}|[零〇一二两三四五六七八九]+")
_HUNDREDTHS = re.compile("百分之([零〇一二两三四五六七八九十]+)")
_SCALE_ZH = re.compile("多?余?([千万亿]+)")
_UNITS = (
    ("percent", r"%|percent|per cent|个?百分点|％"),
    ("year", r"周?年(?!度)|years?|year-old|周岁|岁"),
    ("month", r"个?月(?!\d)|months?"),
    ("week", r"个?(?:周|星期)|weeks?"),
    ("day", r"个?(?:工作)?[日天]|(?:working |business |calendar |consecutive )*days?"),
    ("hour", r"个?(?:小时|钟头)|hours?"),
    ("yuan", r"元|yuan|RMB|renminbi"),
)
_UNIT = re.compile(r"[\s-]*(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS) + ")", re.IGNORECASE)
# A small number in characters states a number only before what is counted, or after 第.
_COUNTED = re.compile(r"[个项种类家份批次年月天日人名条款章位部门方面大处件台套倍级级成星届期轮省市县元]|分之")
_DATE_ZH = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})[日号])?|(?<!\d)(\d{4})年(?!以|内|后|前)")
_MONTH = "|".join((*MONTHS, *(month[:3] for month in MONTHS)))
_DATE_EN = re.compile(
    rf"\b(?P<m1>{_MONTH})\b\.?(?:\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:,?\s+(?P<y1>\d{{4}})\b)?"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})\b\.?(?:,?\s+(?P<y2>\d{{4}})\b)?"
    r"|(?<![\d.,])(?P<y3>(?:19|20)\d\d)(?![\d.,]*\d|\s*(?:yuan|types|products))",
    re.IGNORECASE,
)
_DATE_ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")


@dataclass(frozen=True)
class Stated:
    """What a text states. ``numbers``: (value, unit or "") of each; ``dates``: (year, month, day), 0 where not said."""

    numbers: tuple[tuple[float, str], ...]
    dates: frozenset[tuple[int, int, int]]
    bodies: Counter[str]
    speech: Counter[str]  # how often it says not, must, may, up (at least …), down (at most …)


@lru_cache(maxsize=4096)  # of the sentences of a clause several questions are answered from
def stated(text: str, strict: bool) -> Stated:
    """What a text in Chinese or English states; ``strict`` for a claim, else for the words it must rest on."""
    folded = same_length_fold(text)
    language = language_of(text)
    dates, rest = _dates(folded, language)
    return Stated(
        numbers=tuple(_numbers(rest, language, strict)),
        dates=frozenset(dates),
        bodies=Counter(body for *_, body in organs_in(text)),
        speech=speech(folded, language),
    )


def _dates(text: str, language: str) -> tuple[list[tuple[int, int, int]], str]:
    """The dates, and the text with blanks in their places."""
    found: list[tuple[int, int, int]] = []

    def chinese(match: re.Match) -> str:
        year, month, day, alone = (int(group or 0) for group in match.groups())
        found.append((year or alone, month, day))
        return " " * len(match.group())

    def english(match: re.Match) -> str:
        month = match["m1"] or match["m2"]
        if month and month.lower() == "may" and not (match["d1"] or match["d2"] or match["y1"]):
            return match.group()
        year, day = (int(match[f"{part}1"] or match[f"{part}2"] or 0) for part in "yd")
        number = [name[:3] for name in MONTHS].index(month.lower()[:3]) + 1 if month else 0
        found.append((year or int(match["y3"] or 0), number, day))
        return " " * len(match.group())

    def iso(match: re.Match) -> str:
        found.append(tuple(int(group) for group in match.groups()))
        return " " * len(match.group())

    text = _DATE_ISO.sub(iso, text)
    # Either language prints the other's dates at times.
    text = _DATE_ZH.sub(chinese, text)
    return found, _DATE_EN.sub(english, text) if language == "en" else text


def _numbers(text: str, language: str, strict: bool) -> list[tuple[float, str]]:
    return _chinese_numbers(text, strict) if language == "zh" else _english_numbers(text, strict)


def _english_numbers(text: str, strict: bool) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    end = 0
    for match in _NUMBER_EN.finditer(text):
        if match.start() < end:
            continue  # the million of "1.26 million"
        if match["digits"]:
            value = float(match["digits"].replace(",", ""))
        else:
            words = re.split(r"[ -]+", match["words"].lower())
            value = _spelt([word for word in words if word != "and"])
            if strict and value <= 1:
                continue  # one, first, zero: more often words than figures
        scale = _SCALE_EN.match(text, match.end())
        end = scale.end() if scale else match.end()
        if scale:
            value *= NUMBER_WORDS[scale.group(1).lower()]
        found.append((_exact(value), _unit_at(text, end)))
    if not strict:
        found += [(value, "") for word, value in _LOOSE_EN.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)]
    return found


def _chinese_numbers(text: str, strict: bool) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    text = _HUNDREDTHS.sub(lambda match: _blank(f"{zh_number(match.group(1))}%", match), text)
    end = 0
    for match in _NUMBER_ZH.finditer(text):
        if match.start() < end:
            continue  # the 万 of "30万"
        printed, end = match.group(), match.end()
        digits = printed[0].isdecimal()
        if digits:
            value = float(printed.replace(",", ""))
            if scale := _SCALE_ZH.match(text, end):
                for unit in scale.group(1):
                    value *= {"千": 1000, "万": SCALE["万"], "亿": SCALE["亿"]}[unit]
                end = scale.end()
        else:
            value = float(zh_value(printed))
            counted = _COUNTED.match(text, end) or text[match.start() - 1 : match.start()] == "第"
            if strict and (value <= 1 or not counted):
                continue
            if not strict and len(printed) > 1:  # 十七 may also be said of 七: never mind, but 三五 is 3 and 5
                found += [(float(zh_value(character)), "") for character in printed]
        found.append((_exact(value), _unit_at(text, end)))
    if not strict:
        found += [(value, "") for character, value in _LOOSE_ZH.items() if character in text]
    return found


def _blank(text: str, match: re.Match) -> str:
    """The text as long as what it replaces, so that offsets stay."""
    return text.ljust(len(match.group()))


def _spelt(words: list[str]) -> float:
    """two hundred and thirty thousand → 230000; twenty-fifth → 25"""
    total = part = 0
    for word in words:
        value = NUMBER_WORDS[word]
        if value == 100:
            part = (part or 1) * 100
        elif value >= 1000:
            total, part = total + (part or 1) * value, 0
        else:
            part += value
    return total + part


def _unit_at(text: str, at: int) -> str:
    unit = _UNIT.match(text, at)
    return unit.lastgroup if unit else ""


def _exact(value: float) -> float:
    return round(value, 6)
