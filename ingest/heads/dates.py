"""Dates as documents print them: 2018年2月6日, 二〇一八年二月六日, 2018-02-06, February 6th, 2018, 6 February 2018."""

import re
from dataclasses import dataclass
from datetime import date

from ingest.numbering import MONTHS
from ingest.references.text import ZH_DIGITS, numeral, same_length_fold

_MONTH = "|".join((*MONTHS, "sept", *(month[:3] for month in MONTHS)))  # the longer ones first
_DATE = re.compile(
    r"(?P<zh>(?<![0-9])(?P<zy>[12][0-9]{3}) ?年 ?(?P<zm>[0-9]{1,2}) ?月 ?(?P<zd>[0-9]{1,2}) ?日)"
    rf"|(?P<han>(?P<hy>[一二][{ZH_DIGITS}]{{3}}) ?年 ?(?P<hm>[{ZH_DIGITS}]{{1,2}}) ?月"
    rf" ?(?P<hd>[{ZH_DIGITS}]{{1,3}}) ?日)"
    r"|(?P<iso>(?<![0-9.\-/])(?P<iy>[12][0-9]{3})(?P<mark>[-/.])(?P<im>[0-9]{1,2})(?P=mark)(?P<id>[0-9]{1,2})(?![0-9]))"
    rf"|(?P<us>\b(?P<um>{_MONTH})\.? (?P<ud>[0-9]{{1,2}})(?:st|nd|rd|th)?,? ?(?P<uy>[12][0-9]{{3}})(?![0-9]))"
    rf"|(?P<uk>(?<![0-9])(?P<kd>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: day)?(?: of)? (?P<km>{_MONTH})\.?,?"
    r" (?P<ky>[12][0-9]{3})(?![0-9]))",
    re.IGNORECASE,
)
_ANY_YEAR = re.compile("[1-2１-２][0-9０-９]{3}|[一二][九零〇○◯]")  # most lines have none
_PARTS = {"zh": ("zy", "zm", "zd"), "han": ("hy", "hm", "hd"), "iso": ("iy", "im", "id"), "us": ("uy", "um", "ud")}
_PARTS["uk"] = ("ky", "km", "kd")


@dataclass(frozen=True)
class FoundDate:
    """A day of the calendar in a text; offsets are characters of that text."""

    start: int
    end: int
    day: str  # ISO


def find_dates(text: str) -> list[FoundDate]:
    """The dates of ``text`` in order; what is no day of the calendar (2018年13月40日) is none."""
    if not _ANY_YEAR.search(text):
        return []
    found = []
    for match in _DATE.finditer(same_length_fold(text)):
        year, month, day = (match[name] for name in _PARTS[match.lastgroup])
        values = (_value(year), _month(month), _value(day))
        if day := _iso(*values):
            found.append(FoundDate(match.start(), match.end(), day))
    return found


def is_date(text: str) -> str | None:
    """The day, where ``text`` is a date and nothing else but brackets around it."""
    if len(text) > 60:
        return None
    found = find_dates(text)
    if len(found) != 1:
        return None
    outside = text[: found[0].start] + text[found[0].end :]
    return None if re.search(r"[^\s（）()\[\]【】〔〕.,。，]", outside) else found[0].day


def _value(text: str) -> int:
    return numeral(text) or 0


def _month(text: str) -> int:
    word = text.lower()
    if word[:1].isalpha() and word[:1].isascii():
        return [name[:3] for name in MONTHS].index(word[:3]) + 1
    return _value(text)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
