"""From when a document is in force, and until when, by its own words.

Only sentences whose subject is the document itself count (本办法自…起施行, "These Measures shall come into force on
…"): texts are full of dates from which other documents, certificates and periods run. What stands in quotation marks
is another document's wording.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.heads.dates import FoundDate, find_dates
from ingest.heads.lines import Line, plain
from ingest.heads.model import Reading
from ingest.heads.titles import ZH_KINDS

_ZH_OWN = rf"(?:本|上述|以上|前述)(?:(?!本)[\u4e00-\u9fff（）]){{0,10}}?(?:{ZH_KINDS})(?:的?内容|有效期)?"
_ACTS = r"(?:起|开始)?[，,]?(?:正式)?(?:施行|实施|执行|生效|启用|试行|适用)"
# 本办法自2024年3月1日起施行; up to 60 characters lie between 自 and 起
_ZH_FROM = re.compile(rf"{_ZH_OWN}，?[自从于](?P<when>[^，。；“”《》]{{2,60}}?){_ACTS}")
_ZH_ORDERED = re.compile(
    rf"(?:现予?以?(?:公布|发布)|予以(?:公布|发布))[^。；“”]{{0,120}}?，自(?P<when>[^，。；“”《》]{{2,40}}?){_ACTS}"
)
_ZH_WAS = re.compile(
    r"^[（(][^（）()]{10,120}?[公发颁]布，?[ \u3000]*自(?P<when>[^，。；“”《》（）()]{8,20}?)起?"
    r"(?:施行|实施|执行|生效)"
)
_ZH_DECIDED = re.compile(r"决定(?:[^。；“”]{2,60}，|，)?自(?P<when>[^，。；“”《》]{8,24}?)起")
_ZH_FROM_DAY = re.compile(
    r"(?:^|[，。；])自(?P<when>[12][0-9]{3}年[0-9 ]{1,4}月[0-9 ]{1,4}日[^，。；“”《》]{0,12}?)起[（，]"
)
_ZH_AT_ONCE = re.compile(r"(?:^|[，。；])(?P<when>自?即日起|自本(?:公告|通知|通告|令)(?:发布|公布|印发)之日起，)")
_ZH_NOW = re.compile(r"(?P<when>即日起(?:生效|施行|实施|执行))")
_ZH_ISSUE = re.compile(r"(?:发布|公布|印发|颁布|下发|发文)之?日|即日")
_ZH_VALID = re.compile(rf"(?:{_ZH_OWN})?(?:有效期|试行期|施行期限)[自为至限：]{{0,2}}(?P<when>[^，。；“”《》]{{2,60}})")
_ZH_UNTIL = re.compile(
    rf"{_ZH_OWN}[^，。；“”《》]{{0,40}}(?:有效期|执行|施行|实施|有效)?(?:至|到)"
    r"(?P<when>[^，。；“”《》至]{8,20}?日)(?:止|。|$)"
)
_EN_SUBJECT = (
    r"\b(?:this|these|the present)\s+(?:[A-Za-z-]{1,20}\s+){0,4}?"
    r"(?:notice|announcement|circular|opinions?|measures|regulations?|provisions|rules|law|decision|order|decree|plan|guidelines|catalogue|standards?|letter|document)s?\b"
)
_EN_FROM = re.compile(
    rf"{_EN_SUBJECT}[^.;“”\"]{{0,60}}?\b"
    r"(?:(?:comes?|came|enters?|goes|go|put) (?:into|in) (?:force|effect|operation)"
    r"|takes? effect|(?:be|become|becomes|is|are) (?:effective|implemented|enforced)|be carried out)"
    r"(?P<when>[^.;“”\"]{2,80})",
    re.IGNORECASE,
)
_EN_VALID = re.compile(
    rf"{_EN_SUBJECT}[^.;“”\"]{{0,120}}?\b(?:valid|effective|in force)\b[^.;“”\"]{{0,12}}?"
    r" (?P<word>until|till|to|for)\b"
    r"(?P<when>[^.;“”\"]{2,60})",
    re.IGNORECASE,
)
_EN_ISSUE = re.compile(
    r"(?:date|day|time) of (?:its |their )?(?:promulgation|issuance|issue|publication|release|announcement)",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"[0-9一二三四五六七八九十两]{1,4}个?(?:年|月|日|天)|\b(?:[0-9]{1,3}|one|two|three|five|six) (?:years?|months?)\b"
)
# An announcement says of itself from when it holds; of what it issues, the text of that says it.
_NOTICES = ("本公告", "本通知", "本通告", "本令", "本命令", "本决定")


@dataclass(frozen=True)
class Effect:
    """From and until when. ``on_issue``: the words that say "from the day of issue", where no date is printed."""

    effective_on: Reading | None = None
    on_issue: Reading | None = None
    valid_until: Reading | None = None
    validity: Reading | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    reading: Reading
    day: str | None  # None: the day of issue
    rank: int  # the lower, the more surely of the whole document


def read_effect(lines: Sequence[Line], opening: int) -> Effect:
    """What ``lines`` say of the document's own force; the first ``opening`` of them stand before its first number.

    Only there a sentence with another subject ("即日起，允许…", "决定自…起取消…") says when it takes effect.
    """
    found: list[_Found] = []
    until: list[Reading] = []
    periods: list[Reading] = []
    for index, line in enumerate(lines):
        if line.language == "zh":
            found += _zh_from(line, index < opening)
            _zh_until(line, until, periods, found)
        else:
            found += _en_from(line)
            _en_until(line, until, periods)
    best = [item for item in found if item.rank == min(one.rank for one in found)]
    days = {item.day for item in best}
    doubts = []
    if len(days) > 1:
        said = "; ".join(f"“{item.reading.text}”" for item in best)
        doubts.append(f"effective_on: the text says several things: {said}")
    sure = best[0] if len(days) == 1 else None
    return Effect(
        effective_on=sure.reading if sure and sure.day else None,
        on_issue=sure.reading if sure and not sure.day else None,
        valid_until=until[0] if len({item.value for item in until}) == 1 else None,
        validity=periods[0] if len({item.value for item in periods}) == 1 and not until else None,
        doubts=tuple(doubts),
    )


def _zh_from(line: Line, opening: bool) -> list[_Found]:
    patterns = [(_ZH_FROM, 1), (_ZH_WAS, 0), (_ZH_NOW, 3)]
    if opening:
        patterns += [(_ZH_ORDERED, 1), (_ZH_DECIDED, 4), (_ZH_AT_ONCE, 4), (_ZH_FROM_DAY, 5)]
    found = []
    for pattern, rank in patterns:
        for match in pattern.finditer(line.text):
            if _quoted(line.text, match.start()):
                continue
            if pattern is _ZH_FROM:
                rank = 0 if match.group().startswith(_NOTICES) else 1
            start, when = match.start("when"), match["when"]
            if item := _dated(line, start, when, rank) or _on_issue(line, match, when, rank):
                found.append(item)
    return found


def _dated(line: Line, start: int, when: str, rank: int) -> _Found | None:
    days = find_dates(when)
    if len(days) != 1 or len(when) - (days[0].end - days[0].start) > 30:
        return None
    day: FoundDate = days[0]
    return _Found(line.reading(start + day.start, start + day.end, day.day), day.day, rank)


def _on_issue(line: Line, match: re.Match, when: str, rank: int) -> _Found | None:
    if not _ZH_ISSUE.search(when) or len(when) > 20 or re.search("[后内前]", when):
        return None
    start = match.start() + (len(match.group()) - len(match.group().lstrip("，。；")))
    words = line.text[start : match.end()]
    return _Found(line.reading(start, match.end(), plain(words)), None, rank)


def _zh_until(line: Line, until: list[Reading], periods: list[Reading], found: list[_Found]) -> None:
    for match in _ZH_VALID.finditer(line.text):
        own = match.group().startswith(("本", "上述", "以上")) or _same_sentence(line.text, match.start())
        if not own or _quoted(line.text, match.start()):
            continue
        days = find_dates(match["when"])
        at = match.start("when")
        readings = [line.reading(at + day.start, at + day.end, day.day) for day in days]
        if len(days) == 2 and re.search("[至到]", match["when"]):
            until.append(readings[1])
            found.append(_Found(readings[0], days[0].day, 0))
        elif len(days) == 1 and re.search(
            "[至到]", match.group()[: match.start("when") - match.start() + days[0].start]
        ):
            until.append(readings[0])
        elif not days and (period := _PERIOD.match(match["when"])):
            periods.append(line.reading(match.start(), at + period.end()))
    for match in _ZH_UNTIL.finditer(line.text):
        days = find_dates(match["when"])
        if len(days) == 1 and not _quoted(line.text, match.start()) and "自" not in match["when"]:
            at = match.start("when")
            until.append(line.reading(at + days[0].start, at + days[0].end, days[0].day))


def _same_sentence(text: str, at: int) -> bool:
    """Whether the sentence before ``at`` said when the document takes effect: …自2024年10月9日起生效，有效期6个月."""
    sentence = re.split("[。；]", text[max(0, at - 80) : at])[-1]
    return bool(_ZH_FROM.search(sentence))


def _quoted(text: str, at: int) -> bool:
    """Whether ``at`` stands inside quotation marks that open at most 2,000 characters before."""
    before = text[max(0, at - 2000) : at]
    return before.rfind("“") > before.rfind("”")


def _en_from(line: Line) -> list[_Found]:
    found = []
    for match in _EN_FROM.finditer(line.text):
        days = find_dates(match["when"])
        at = match.start("when")
        if days and days[0].start < 25 and "until" not in match["when"][: days[0].start].lower():
            reading = line.reading(at + days[0].start, at + days[0].end, days[0].day)
            found.append(_Found(reading, days[0].day, 1))
        elif not days and (issue := _EN_ISSUE.search(match["when"])):
            end = at + issue.end()
            found.append(_Found(line.reading(match.start(), end, plain(line.text[match.start() : end])), None, 1))
    return found


def _en_until(line: Line, until: list[Reading], periods: list[Reading]) -> None:
    for match in _EN_VALID.finditer(line.text):
        days = find_dates(match["when"])
        at = match.start("when")
        if days and match["word"].lower() != "for":
            until.append(line.reading(at + days[0].start, at + days[0].end, days[0].day))
        elif not days and match["word"].lower() == "for" and (period := _PERIOD.search(match["when"])):
            periods.append(line.reading(match.start("word"), at + period.end()))
