"""The end of a document: who signed it, and the date below the signature; and the line above a text that says both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.heads.dates import find_dates, is_date
from ingest.heads.lines import Line
from ingest.heads.model import Reading
from ingest.heads.names import is_name, is_person, names_at_end
from ingest.references.numbers import normalise_number

_ABOVE = 8  # lines above a date that may hold names
_NAMES = 130  # characters before a date that may hold names
_SENTENCE_END = ("。", "；", "：", "！", "？", ".", ";", ":", "!", "?", "”", '"')
# What may follow the date where the end of a text was pasted into one line.
_AFTER = re.compile(
    r"^\s*(?:$|公告(?:正文|原文)?\s*下载|(?:正文|原文|附件)?下载链接|附件|[（(【]?(?:此件|本件|联系人))"
)
_CLOSING = re.compile(
    r"(?:特此|此)(?:公告|通知|通告|函告|函复|函达|批复|报告|复|令|公布|命令)[。.]?|现予(?:以)?(?:公布|发布)[。.]"
)
_BREAK = re.compile(r"[。！？；：:;!?]|\.(?:docx?|pdf|xlsx?|wps|zip|rar|ofd|jpe?g|png|et)", re.IGNORECASE)


@dataclass(frozen=True)
class Signed:
    """Names with a date; ``line`` is the index of the line that holds the date."""

    names: tuple[Reading, ...]
    persons: tuple[Reading, ...]
    day: Reading
    line: int


def read_banner(head: Sequence[Line]) -> Signed | None:
    """A line of the head that holds names and a date and nothing else: 海关总署 农业农村部 2024-11-01."""
    for index, line in enumerate(head[:6]):
        if signed := _names_and_date(line, index):
            return signed
    return None


def read_banner_names(head: Sequence[Line]) -> Reading | None:
    """The names of a line right below the number that gives no day: 海关总署 农业农村部."""
    for above, line in pairwise(head[:6]):
        if normalise_number(above.text) and line.language == "zh" and is_name(line.text, "zh"):
            return line.reading(0, len(line.text.rstrip()))
    return None


def read_ending(lines: Sequence[Line], body: int, known: tuple[str, ...], formal: bool) -> Signed | None:
    """The first signature at or after line ``body``: names and a date, or a date alone below a paragraph.

    ``known`` are names of issuers that were read elsewhere. The first, as annexes with dates of their own may follow.
    A date alone counts in a text that has a title or a number (``formal``): elsewhere it may be a reporter's.
    """
    alone: list[Signed] = []
    for index in range(body, len(lines)):
        line = lines[index]
        if day := is_date(line.text):
            names, persons = _names_above(lines, index)
            signed = Signed(names, persons, _day(line, day), index)
            if names or persons:
                return signed
            if formal and index > body and lines[index - 1].text.endswith(_SENTENCE_END):
                alone.append(signed)
        elif signed := _names_and_date(line, index) or _pasted(line, index, known):
            return signed
    return alone[0] if len({signed.day.value for signed in alone}) == 1 else None


def _day(line: Line, day: str) -> Reading:
    found = find_dates(line.text)[0]
    return line.reading(found.start, found.end, day)


def _names_and_date(line: Line, index: int) -> Signed | None:
    if len(line.text) > 300 or len(days := find_dates(line.text)) != 1:
        return None
    day = days[0]
    before, after = line.text[: day.start], line.text[day.end :]
    names = before.rstrip(" ,，:：")
    if after.strip(" ）)") or not is_name(names, line.language):
        return None
    return Signed((line.reading(0, len(names)),), (), line.reading(day.start, day.end, day.day), index)


def _names_above(lines: Sequence[Line], index: int) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    names: list[Reading] = []
    persons: list[Reading] = []
    for line in reversed(lines[max(0, index - _ABOVE) : index]):
        words = line.text.rstrip()
        if line.language != lines[index].language and names:
            break
        if is_person(words):
            persons.insert(0, line.reading(0, len(words)))
        elif is_name(words, line.language):
            names.insert(0, line.reading(0, len(words)))
        else:
            break
    return tuple(names), tuple(persons)


def _pasted(line: Line, index: int, known: tuple[str, ...]) -> Signed | None:
    """特此公告。海关总署2023年8月23日 at the end of a paragraph, or before what a page pastes behind it."""
    if line.language != "zh":
        return None
    for day in find_dates(line.text):
        left = max(0, day.start - _NAMES)
        before = line.text[left : day.start]
        closing = [match.end() for match in _CLOSING.finditer(before)]
        if not closing and not _AFTER.match(line.text[day.end : day.end + 20]):
            continue
        breaks = [match.end() for match in _BREAK.finditer(before)]
        begin = max([0, *closing, *breaks]) if closing or breaks or not left else None
        start = None
        if begin is not None and is_name(before[begin:], "zh"):
            start = begin
        elif closing or breaks:
            start = names_at_end(before, known)
        if start is not None and (names := before[start:].strip()):
            at = left + start + len(before[start:]) - len(before[start:].lstrip())
            return Signed((line.reading(at, at + len(names)),), (), line.reading(day.start, day.end, day.day), index)
    return None
