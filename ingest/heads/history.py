"""The history below the title of a law: when it was adopted, issued, amended, and when it came into force."""

import re
from collections.abc import Sequence

from ingest.heads.dates import FoundDate, find_dates
from ingest.heads.lines import Line, plain
from ingest.heads.model import Event, Reading
from ingest.references.numbers import find_numbers
from ingest.references.organs import organs_in

_LINES = 40
_LINE_LENGTH = 1500
_OPENS = re.compile(r"^[（(【\[]?\s*(?:根据|经|于)?\s*$")  # what may stand before the first date of such a line
_PRINTED_ORDER = re.compile(r"[\u4e00-\u9fff、]{2,60}令第 ?[0-9]{1,4} ?号")
_CITED = re.compile(r"《[^》]{0,200}》|〈[^〉]{0,200}〉|<[^>]{0,200}>|“[^”]{0,200}”")
_KINDS = (
    ("effective", r"起?(?:施行|实施|执行|生效)"),
    ("adopted", r"通过|批准|审议"),
    ("issued", r"公布|发布|颁布|印发|令第?\s*\d{1,4}\s*号$"),
    ("amended", r"修正|修订|修改"),
)
_ENDS = re.compile(r"[）)\]】。，；\s]*(?:根据|自|经|并|和|、)?\s*$")
_ORDER = re.compile(r"令第? ?[0-9]{1,4} ?号|第 ?[0-9]{1,4} ?号令")
_KIND = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _KINDS))
_SESSION = re.compile(r"第[一二三四五六七八九十百零〇0-9]{1,7}(?:届|次)")
_BODY_OF_ORDER = re.compile(r"^(?P<body>[\u4e00-\u9fff、 ]{2,60}?)(?:第\s*\d{1,4}\s*号)?(?:令|公告|通告)")
_BODY_OF_MEETING = re.compile(
    r"^(?P<body>国务院|[\u4e00-\u9fff、 ]{2,60}?(?:人民代表大会(?:常务委员会)?|审判委员会|检察委员会|部|局|委员会))"
)
_BODY_OF_ACT = re.compile(r"^(?P<body>[\u4e00-\u9fff、 ]{2,40}?)(?:公布|发布|颁布|印发|批准|修订|修改|令)")
_NATIONAL = re.compile(
    r"^(?:中华人民共和国)?全国人民代表大会(?:常务委员会)?$|^(?:Standing Committee of the )?National People's Congress$"
)
_EN_OPENS = re.compile(
    r"^[(\[]?\s*(?:adopted|promulgated|issued|approved|published|amended|revised|effective)\b", re.IGNORECASE
)
_EN_KINDS = {
    "adopted": "adopted", "approved": "adopted", "promulgated": "issued", "issued": "issued", "published": "issued",
    "amended": "amended", "revised": "amended", "effective": "effective",
}  # fmt: skip
_EN_KIND = re.compile(rf"\b(?:{'|'.join(_EN_KINDS)})\b", re.IGNORECASE)
_EN_CONGRESS = re.compile(
    r"(?P<committee>Standing Committee of the )?(?:[A-Z0-9][A-Za-z0-9-]{1,14} )?National People['’]s Congress"
)


def read_history(head: Sequence[Line]) -> list[Event]:
    """The events of the lines in ``head`` that begin with a date (or 根据, or a bracket, and a date)."""
    events: list[Event] = []
    for line in _unbroken(head[:_LINES]):
        if len(line.text) > _LINE_LENGTH:
            continue
        if line.language == "en":
            events += _english(line)
            continue
        days = _outside_titles(line.text)
        if days and _OPENS.match(line.text[: days[0].start]):
            ends = [day.start for day in days[1:]] + [len(line.text)]
            events += [event for day, end in zip(days, ends, strict=True) if (event := _event(line, day, end))]
    return events


def _english(line: Line) -> list[Event]:
    """(Adopted at the 30th Meeting of the Standing Committee of the … Congress on February 22, 1993)"""
    if not _EN_OPENS.match(line.text):
        return []
    events, at = [], 0
    for day in find_dates(line.text):
        kinds = list(_EN_KIND.finditer(line.text, at, day.start))
        if not kinds:
            continue
        words = line.text[kinds[0].start() : day.start]
        congress = _EN_CONGRESS.search(words)
        body = f"{congress['committee'] or ''}National People's Congress" if congress else None
        kind = _EN_KINDS[kinds[0].group().lower()]
        if kind == "issued" and not body and (bodies := organs_in(words)):
            body = words[bodies[0][0] : bodies[0][1]]
        events.append(Event(day.day, kind, body, line.reading(kinds[0].start(), day.end)))
        at = day.end
    return events


def _unbroken(lines: Sequence[Line]) -> list[Line]:
    """``lines``, but two as one where a title in 《》 was broken between them."""
    whole: list[Line] = []
    for line in lines:
        if (
            whole
            and line.start - whole[-1].end in (1, 2)
            and (above := whole[-1]).text.count("《") > above.text.count("》")
        ):
            gap = "\n" * (line.start - above.end)
            whole[-1] = Line(above.start, line.end, above.text + gap + line.text, line.language)
        else:
            whole.append(line)
    return whole


def _outside_titles(text: str) -> list[FoundDate]:
    cited = [(match.start(), match.end()) for match in _CITED.finditer(text)]
    return [day for day in find_dates(text) if not any(start < day.start < end for start, end in cited)]


def _event(line: Line, day: FoundDate, end: int) -> Event | None:
    words = line.text[day.end : end]
    own = _CITED.sub(lambda match: "《" + " " * (len(match.group()) - 2) + "》", words)
    kinds = list(_KIND.finditer(own))
    if not kinds or len(own) > 300:
        return None
    last = kinds[-1]
    if re.search("[，。；：]", own[: last.start()]) or not _ENDS.match(own[last.end() :]):
        return None  # a sentence that begins with a date
    stop = day.end + last.end()
    reading = line.reading(day.start, stop, plain(line.text[day.start : stop]))
    return Event(day.day, _kind(last, own), _body(own), reading)


def _kind(last: re.Match, words: str) -> str:
    """通过修订, 批准修订 and 修订通过 are adopted, and another body may issue it later; but an order issues."""
    before = words[: last.start()]
    if _ORDER.search(before) and last.lastgroup in ("adopted", "amended"):
        return "amended" if re.search("修[正订改]", before + last.group()) else "issued"
    if last.lastgroup == "amended" and before.rstrip().endswith(("通过", "批准")):
        return "adopted"
    return last.lastgroup


def _body(words: str) -> str | None:
    text = _SESSION.sub("", words).strip(" \u3000")
    for pattern in (_BODY_OF_ORDER, _BODY_OF_MEETING, _BODY_OF_ACT):
        if found := pattern.match(text):
            return plain(found["body"]) or None
    return None


def issued(events: Sequence[Event]) -> Event | None:
    """The latest event by which the text got its force as it stands: issued, amended, or adopted by the Congress.

    What the National People's Congress or its Standing Committee adopts bears the day of its adoption (the President
    promulgates it on that day); of what others adopt, the day of issue is another and must be stated.
    """
    dated = [event for event in events if event.kind in ("issued", "amended") and not _is_local(event)]
    dated += [event for event in events if event.kind == "adopted" and is_national(event)]
    later = [event for event in events if event.kind in ("adopted", "amended") and event not in dated]
    last = max(dated, key=lambda event: event.day, default=None)
    if last and any(event.day > last.day for event in later):
        return None
    return last


def versions(events: Sequence[Event]) -> int:
    """How many versions the history tells of: what is adopted and then issued is one."""
    first = min((event.day for event in events if event.kind == "issued"), default="")
    later = [event for event in events if event.kind == "amended" or (event.kind == "adopted" and event.day > first)]
    return len(later) + bool(first)


def is_national(event: Event) -> bool:
    """Whether the National People's Congress or its Standing Committee did it."""
    return bool(event.body and _NATIONAL.match(event.body))


def _is_local(event: Event) -> bool:
    """An amendment by a local congress is issued some days after it was decided."""
    return event.kind == "amended" and bool(event.body and "人民代表大会" in event.body and not is_national(event))


def order_number(events: Sequence[Event], text: str) -> Reading | None:
    """The number of the latest order in the history: 中华人民共和国国务院令第440号."""
    for event in sorted(events, key=lambda event: event.day, reverse=True):
        words = event.reading.text
        if event.kind not in ("issued", "amended"):
            continue
        spans = [(found.start, found.end) for found in find_numbers(words)]
        if not spans and (printed := _PRINTED_ORDER.search(words)):  # of two bodies together
            spans = [printed.span()]
        if len(spans) == 1 and "《" not in words[: spans[0][0]]:
            start, end = event.reading.start + spans[0][0], event.reading.start + spans[0][1]
            return Reading(plain(text[start:end]), text[start:end], start, end)
    return None
