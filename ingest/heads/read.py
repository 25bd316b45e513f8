"""A document's text → what its head and its end state. The function to read first is ``read_head``.

Several places may state a field: a line above the text, the signature, a catalogue card, the title. The nearest to
the document itself is read; where two of them contradict each other, the field stays unknown and a doubt says why.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Document
from ingest.heads import history
from ingest.heads.dates import is_date
from ingest.heads.effect import Effect, read_effect
from ingest.heads.ending import Signed, read_banner, read_banner_names, read_ending
from ingest.heads.lines import Line, document_lines, head_length, left_out_lines, plain
from ingest.heads.model import Event, Head, Reading
from ingest.heads.names import is_name
from ingest.heads.page import read_contacts, read_labels
from ingest.heads.titles import read_linked_title, read_mark, read_titles, read_trial
from ingest.references.numbers import find_numbers, normalise_number

_SENTENCE = re.compile(r"[。；]$|[.;][”\"’']?$|[。！？]")
_ADDRESSEE_ZH = re.compile(
    r"^(?:各|国务院各|省|全国|直属|机关|总局各|有关|[\u4e00-\u9fff]{2,30}(?:政府|委员会|局|厅|部|院|办公室|公司|中心|单位|同志|代表|委员|协会|大学))"
)
_NO_ADDRESSEE_ZH = re.compile(r"如下|下列|以下|公告|根据|为了|[。；！？]|第[一二三四五六七八九十0-9]+[条章]")
_ADDRESSEE_EN = re.compile(
    r"\b(?:governments?|ministries|bureaus?|departments?|administrations?|commissions?|units?|institutions?|agencies|committees?"
    r"|companies|enterprises|offices?|associations?|member|representative|comrades?|dear|sir|madam)\b",
    re.IGNORECASE,
)
_NO_ADDRESSEE_EN = re.compile(
    r"\b(?:follow(?:s|ing)|below|hereby|according|order to|is|are|was|were|as:)\b|\. ", re.IGNORECASE
)
# A number by its form, of bodies that are not known: 国市监提〔2020〕66号, 海关总署 市场监管总局公告2021年第39号.
_PRINTED_NUMBER = re.compile(
    r"[（(]?\s*([\u4e00-\u9fff]{1,12} ?[〔\[［（(] ?[12][0-9]{3} ?[〕\]］）)] ?第? ?[0-9]{1,5} ?号"
    r"|[\u4e00-\u9fff、 ]{2,60}(?:公告|通告|令)[（(]? ?(?:[12][0-9]{3} ?年 ?)?第 ?[0-9]{1,5} ?号[）)]?)\s*[）)]?"
)
_REVISED = re.compile(r"[（(]([12][0-9]{3}) ?年?(?:修[订正改]|版|本)[)）]?")
_TITLE_ISSUER_EN = re.compile(
    r"^(?:[A-Z]?[a-z]{1,20} ){0,3}(?:[Nn]otice|[Cc]ircular|[Aa]nnouncement|[Oo]pinions?|[Dd]ecision|[Ll]etter|[Rr]eply"
    r"|[Rr]esponse|[Mm]easures|[Pp]rovisions) (?:of|from|by|issued by) (?:[Tt]he )?"
    r"(?P<name>[A-Z][^“”\"()]{2,200}?) (?:on|concerning|regarding|about|for|to) "
)


def read_head(document: Document, source: str = "") -> Head:
    """What the document states about itself, and where.

    ``source`` is the decoded file; without it the lines of the web page around the text, which hold the day of posting,
    are not read. Time grows with the length of the text.
    """
    lines = document_lines(document)
    outside = left_out_lines(document, source) if source else []
    head = lines[: head_length(lines)]
    banner = read_banner(head)
    events = history.read_history(head)
    titles = read_titles(document.text, _before_signature(head, banner))
    title = titles.get("zh") if document.language != "en" else titles.get("en")
    title = title or next(iter(titles.values()), None)
    # News may stand above a document: its own head ends where its text begins, below its title.
    # What an order issues stands below it, and the order's own head at the top.
    named = max((index for index, line in enumerate(head) if title and line.start < title.end), default=0)
    named = 0 if _is_order(head) else named
    body = next((index for index in range(named, len(head)) if _is_body(head[index])), len(head))
    banner_names = banner.names if banner else ()
    if not banner and (names := read_banner_names(head[: body + 1])):
        banner_names = (names,)
    known = tuple(part for reading in banner_names for part in re.split("[ 、]+", reading.value))
    labels = read_labels([*head[:body], *outside])
    doubts: list[str] = []
    number = _number(head[: body + 1], document.text, events, labels)
    below = max(named + 1, banner.line + 1 if banner else 0)
    ending = read_ending(lines, below, known, bool(title or number))
    issued_on = _issued_on(head[:body], banner, ending, events, labels, doubts)
    issued_on = _of_this_version("issued_on", issued_on, title, doubts)
    effect = read_effect(lines, len(head))
    marks = [mark for line in head[: body + 1] if (mark := read_mark(line))]
    status = _one("status", [*marks, *labels.get("status", ())], doubts)
    return Head(
        title=title or next(iter(labels.get("title", ())), None) or read_linked_title(lines),
        title_zh=titles.get("zh") if len(titles) > 1 else None,
        title_en=titles.get("en") if len(titles) > 1 else None,
        issuers=_issuers(banner_names, ending, title, events, labels, head),
        document_number=number,
        issued_on=issued_on,
        posted_on=_one("posted_on", labels.get("posted_on", ()), doubts),
        effective_on=_effective_on(effect, issued_on, title, events, labels, doubts),
        status=status,
        trial=read_trial(title),
        valid_until=effect.valid_until,
        validity=effect.validity,
        addressees=_addressees(head[: body + 1]),
        contacts=tuple(read_contacts(lines)),
        signatures=(*ending.names, *ending.persons) if ending else (),
        signed_on=ending.day if ending else None,
        history=tuple(events),
        doubts=tuple(doubts),
    )


def _is_order(head: Sequence[Line]) -> bool:
    """中华人民共和国国务院令 in the first line; what an order issues stands below its signature."""
    return bool(head) and len(head[0].text) <= 60 and head[0].text.rstrip().endswith("令")


def _is_body(line: Line) -> bool:
    """The first line of the text itself reads as a sentence."""
    return bool(_SENTENCE.search(line.text[-3:])) and len(line.text) > 25 and not history.read_history([line])


def _before_signature(head: Sequence[Line], banner: Signed | None) -> list[Line]:
    """The lines in which a title may stand: what follows a signature or a closing word is an annex."""
    kept: list[Line] = []
    for index, line in enumerate(head):
        if banner and index == banner.line:
            continue
        if not _is_order(head) and (
            re.search(r"特此(?:公告|通知|通告)", line.text[-200:]) or (index > 2 and is_date(line.text))
        ):
            break
        kept.append(line)
    return kept


def _one(name: str, readings: Sequence[Reading], doubts: list[str]) -> Reading | None:
    """The first of ``readings`` where all have the same value; else none of them, and a doubt."""
    if len({reading.value for reading in readings}) > 1:
        said = ", ".join(f"{reading.value} (“{reading.text}”)" for reading in readings)
        doubts.append(f"{name}: the text says several things: {said}")
        return None
    return next(iter(readings), None)


def _number(
    head: Sequence[Line], text: str, events: Sequence[Event], labels: dict[str, list[Reading]]
) -> Reading | None:
    alone = [reading for at, line in enumerate(head) if (reading := _number_line(head, at, text))]
    chinese = [reading for reading in alone if re.search("[\u4e00-\u9fff]", reading.text)]
    return next(iter((*chinese, *alone, *labels.get("document_number", ()))), None) or history.order_number(
        events, text
    )


def _number_line(head: Sequence[Line], at: int, text: str) -> Reading | None:
    """The number that a line is, with nothing but brackets around it; 令 and 第440号 may stand on two lines."""
    line = head[at]
    if len(line.text) > 120:
        return None
    if normalise_number(line.text):
        found = find_numbers(line.text)[0]
        return line.reading(found.start, found.end, _tidy(line.text[found.start : found.end]))
    if printed := _PRINTED_NUMBER.fullmatch(line.text):
        return line.reading(*printed.span(1), _tidy(printed[1]))
    bare = re.fullmatch(r"[（(]?\s*((?:[12][0-9]{3} ?年 ?)?第? ?[0-9]{1,5} ?号)\s*[）)]?", line.text)
    if not bare or not at:
        return None
    above = head[at - 1]
    if re.search(r"[令]\s*$", above.text) and len(above.text) <= 60:
        start, end = above.start, line.start + bare.end(1)
        return Reading(text[start:end].replace("\n", "").replace(" ", ""), text[start:end], start, end)
    if any(re.search(r"(?:公告|通告)$", other.text) for other in head[:at]):
        return line.reading(bare.start(1), bare.end(1))
    return None


def _tidy(number: str) -> str:
    """[ 2018 ] No. 45 → [2018] No. 45"""
    return re.sub(r"(?<=[\[〔［（(]) +| +(?=[\]〕］）)])", "", plain(number))


def _issued_on(
    head: Sequence[Line],
    banner: Signed | None,
    ending: Signed | None,
    events: Sequence[Event],
    labels: dict[str, list[Reading]],
    doubts: list[str],
) -> Reading | None:
    stated = [signed.day for signed in (banner, ending) if signed]
    stated += labels.get("issued_on", [])
    if not stated and (last := history.issued(events)):
        return _on_day(last)
    if not stated:
        bracketed = [line for line in head if re.match(r"\s*[（(]", line.text) and is_date(line.text)]
        stated = [line.reading(0, len(line.text), is_date(line.text)) for line in bracketed]
    passed = [event.reading.text for event in events if event.kind != "effective"]
    if not stated and passed:
        doubts.append(f"issued_on: the day of issue is not stated after “{passed[-1]}”")
    return _one("issued_on", stated, doubts)


def _issuers(
    banner: Sequence[Reading],
    ending: Signed | None,
    title: Reading | None,
    events: Sequence[Event],
    labels: dict[str, list[Reading]],
    head: Sequence[Line],
) -> tuple[Reading, ...]:
    """Who issued it: the line above the text, the signature, a label, the history, an order's masthead, the title."""
    if signed := tuple(banner) or (ending.names if ending else ()):
        chinese = tuple(name for name in signed if re.search("[\u4e00-\u9fff]", name.value))
        return tuple(_without_article(name) for name in chinese or signed)
    for one in (
        next(iter(labels.get("issuer", ())), None),
        _issuer_of_history(events),
        _issuer_of_order(head),
        _issuer_of_title(title) if title else None,
    ):
        if one:
            return (one,)
    return ()


def _without_article(name: Reading) -> Reading:
    return replace(name, value=re.sub("^[Tt]he ", "", name.value))


def _issuer_of_order(head: Sequence[Line]) -> Reading | None:
    """中华人民共和国国务院令, the first line of an order."""
    words = head[0].text.rstrip() if head else ""
    name = words.removesuffix("令").rstrip()
    return head[0].reading(0, len(name)) if name != words and is_name(name, "zh") else None


def _issuer_of_history(events: Sequence[Event]) -> Reading | None:
    """Who issued it, or the congress that adopted it, by the first such line: amendments do not change the issuer."""
    with_body = [event for event in events if event.body]
    order = [event for event in with_body if event.kind == "issued"]
    order += [
        event for event in with_body if event.kind == "adopted" and re.search("人民代表大会|Congress", event.body)
    ]
    if not order:
        return None
    first = order[0].reading
    return Reading(order[0].body, first.text, first.start, first.end)


def _issuer_of_title(title: Reading) -> Reading | None:
    """国务院关于…的意见; Notice of the State Council on …"""
    if found := _TITLE_ISSUER_EN.match(title.text):
        start, name = found.start("name"), found["name"]
        return _part(title, start, name) if is_name(name, "en") else None
    name, about, _ = title.text.partition("关于")
    return _part(title, 0, name.rstrip()) if about and is_name(name, "zh") else None


def _part(title: Reading, start: int, words: str) -> Reading:
    at = title.start + start
    return Reading(words.replace("\n", ""), words, at, at + len(words), title.left_out)


def _effective_on(
    effect: Effect,
    issued_on: Reading | None,
    title: Reading | None,
    events: Sequence[Event],
    labels: dict[str, list[Reading]],
    doubts: list[str],
) -> Reading | None:
    """The day the text in this version is in force from; a day before its last amendment is an older version's."""
    dated = [_on_day(event) for event in events if event.kind == "effective"]
    found = effect.effective_on or (dated[-1] if dated else None)
    amended = history.versions(events) > 1
    if not found and effect.on_issue:
        if issued_on and not amended:
            words = effect.on_issue
            return Reading(issued_on.value, words.text, words.start, words.end)
        reason = "the day of issue of this version is not stated" if amended else "no day of issue is stated"
        doubts.append(f"effective_on: “{effect.on_issue.text}”, but {reason}")
        return None
    found = found or next(iter(labels.get("effective_on", ())), None)
    latest = max((event for event in events if event.kind != "effective"), key=lambda event: event.day, default=None)
    if found and latest and found.value < latest.day:
        doubts.append(f"effective_on: {found.value} is an older version's: later came “{latest.reading.text}”")
        return None
    doubts += effect.doubts if not found else ()
    return _of_this_version("effective_on", found, title, doubts)


def _of_this_version(name: str, reading: Reading | None, title: Reading | None, doubts: list[str]) -> Reading | None:
    """A day before the year that the title names as that of its revision is an older version's."""
    revised = _REVISED.search(title.text) if title and reading else None
    if revised and reading.value[:4] < revised[1]:
        doubts.append(f"{name}: {reading.value} is an older version's: the title says “{revised[0]}”")
        return None
    return reading


def _on_day(event: Event) -> Reading:
    return Reading(event.day, event.reading.text, event.reading.start, event.reading.end)


def _addressees(head: Sequence[Line]) -> tuple[Reading, ...]:
    """The lines that end in a colon before the text, and name bodies or persons."""
    found = []
    for line in head:
        words = line.text.rstrip()
        if not words.endswith((":", "：")) or not 3 <= len(words) <= 800:
            continue
        names = words[:-1].rstrip()
        if line.language == "zh":
            right = _ADDRESSEE_ZH.match(names) and not _NO_ADDRESSEE_ZH.search(names)
        else:
            right = names[:1].isupper() and _ADDRESSEE_EN.search(names) and not _NO_ADDRESSEE_EN.search(names)
        if right:
            found.append(line.reading(0, len(names)))
    return tuple(found)
