"""Document numbers (文号): 国发〔2018〕3号, "Guo Fa [2018] No. 3", "No. 3 [2018] of the State Council" are one number.

A number has an issuer word (国发), a year and a serial. The word may be printed in Chinese, romanised ("Guo Fa"),
half translated by a machine ("Qianfu Development"), left out, or replaced by the name of the issuing body.
``organs.tsv`` says which words and names belong to which body; ``syllables.txt`` how the
characters of such words are romanised. A romanised word that stands for exactly one known word becomes that word;
one that could stand for two (津政发 and 晋政发 are both "Jin Zheng Fa") or for none stays as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ingest.references.lists import list_after
from ingest.references.organs import (
    longest_suffix,
    organ_named,
    organ_of,
    organ_pattern,
    organs,
    romanised,
    word_syllables,
)
from ingest.references.text import NUMERAL, YEAR, ZH_DIGITS, numeral, same_length_fold

_KINDS = ("公告", "通告", "令")  # numbered by the body itself; the year may be missing
_LEFT = 72  # characters before a bracketed year that may hold the issuer
# What can stand in front of an issuer word in a sentence, and never begins one.
_BEFORE_WORD = re.compile(
    r".*(?:根据|依据|依照|按照|参照|遵照|贯彻|落实|执行|印发|转发|下发|发布|公布|废止|修改|替代|代替|现将|文件|文号|通知|意见|决定"
    r"|我院|我部|我局|我委|以及|或者|同时|原|[的与及或以为按照据见即是在将了其该我号以从、]|(?<!共)和)"
)
_AFTER_BODY = re.compile(r".*(?:人民政府|办公厅|办公室|委员会|总局|政府|法院|检察院|人大)(?=.)")
_CJK = "\u4e00-\u9fff"

Relation = Literal["same", "maybe", "different"]


@dataclass(frozen=True)
class DocumentNumber:
    """Normal form of a document number: two are equal exactly when they are known to be the same number."""

    series: str  # 国发, 国务院令, 海关总署公告; "jiankehan" where only a romanised form is known; "" unknown
    organ: str  # 国务院; "" unknown
    year: int | None  # None: not given, as with 令, which most bodies number through the years
    serial: int

    def __str__(self) -> str:
        issuer = self.series or self.organ
        if issuer.endswith(_KINDS):
            return f"{issuer}{f'{self.year}年' if self.year else ''}第{self.serial}号"
        return f"{issuer}{f'〔{self.year}〕' if self.year else ''}{self.serial}号"


@dataclass(frozen=True)
class FoundNumber:
    """A document number in a text; offsets are characters of that text."""

    start: int
    end: int
    number: DocumentNumber


def normalise_number(text: str) -> DocumentNumber | None:
    """The one number that ``text`` is, or None if it is none, or more than a number."""
    if len(found := find_numbers(text)) != 1:
        return None
    outside = same_length_fold(text[: found[0].start] + text[found[0].end :])
    return found[0].number if not re.search(rf"[A-Za-z0-9{_CJK}]", outside) else None


def relation(one: DocumentNumber, other: DocumentNumber) -> Relation:
    """Whether two are the same number, may be (one leaves out what the other says), or are different ones."""
    if one == other:
        return "same"
    if one.serial != other.serial or (one.year and other.year and one.year != other.year):
        return "different"
    if one.series and other.series:
        alike = one.series == other.series or _tail(one.series, other.series) or _tail(other.series, one.series)
        return "maybe" if alike and _agree(one.organ, other.organ) else "different"
    return "maybe" if _agree(one.organ, other.organ) else "different"


def with_issuer(number: DocumentNumber, issuer: str | None) -> DocumentNumber:
    """The number with its issuing body, where it does not say so itself and the document's issuer is known."""
    organ = organ_named(issuer) if issuer else None
    if not organ or number.organ:
        return number
    if number.series in _KINDS:
        return DocumentNumber(organ + number.series, organ, number.year, number.serial)
    if not number.series:
        return DocumentNumber(organs().default.get(organ, ""), organ, number.year, number.serial)
    return number


def find_numbers(text: str) -> list[FoundNumber]:
    """The document numbers of a text, in order, none inside another. Time grows with the length of the text."""
    return numbers_of(same_length_fold(text))


def numbers_of(folded: str) -> list[FoundNumber]:
    """``find_numbers`` of a text that is folded already."""
    found: list[FoundNumber] = []
    for begin, end in _windows(folded):
        for match in _ANCHOR.finditer(folded, begin, end):
            least = found[-1].end if found else 0
            if match.start() < least:
                continue
            number = _READERS[match.lastgroup](folded, match, least)
            if number:
                found += [number, *(_listed(folded, number) if number.number.series else ())]
    return found


def _listed(text: str, first: FoundNumber) -> list[FoundNumber]:
    """The numbers that go on a list with the issuer of the first."""
    later = list_after(text, first.start, first.end, first.number.year, first.number.series.endswith(_KINDS))
    return [FoundNumber(start, end, replace(first.number, year=year, serial=one)) for start, end, year, one in later]


def _windows(folded: str) -> Iterator[tuple[int, int]]:
    """Stretches that may hold a number: around what every number has one of. Most text has none."""
    begin = end = -1
    for match in _TRIGGER.finditer(folded):
        if match.start() - _REACH > end:
            if end >= 0:
                yield begin, end
            begin = max(0, match.start() - _REACH)
        end = match.end() + _REACH
    if end >= 0:
        yield begin, end


_NO = r"(?:[Dd]oc(?:ument)?\.? ?)?(?:N[oO]s?\b ?\.?|№|[Nn]umber|#)"
_TRIGGER = re.compile(r"[号№#]|N[oO]\b|[Nn]umber|\[ ?[12一二] ?[09〇零九]")
_REACH = 40  # no anchor is longer
_ANCHOR = re.compile(
    rf"(?P<bracketed>\[ ?(?:{YEAR}|(?:1 9|2 0) [0-9] [0-9]) ?年? ?\])"
    rf"|(?P<plain>(?<![0-9]){YEAR} ?年 ?(?:第 ?)?{NUMERAL} ?号)"
    rf"|(?P<order>令 ?\[? ?(?:第 ?)?{NUMERAL} ?号|第 ?{NUMERAL} ?号令)"
    rf"|(?P<paper>(?<![0-9{ZH_DIGITS}第]){NUMERAL} ?号文(?:件)?(?![{_CJK}]{{0,2}}[库馆]))"
    rf"|(?P<notice>(?:公告|通告) ?\[? ?第 ?{NUMERAL} ?号)"
    r"|(?P<english>\b(?:[Oo]rder|ORDER|[Dd]ecree|[Aa]nnouncement|[Pp]ublic [Nn]otice) (?:N[oO]\b\.?|№|#) ?[0-9]{1,5})"
    r"|(?P<unbracketed>\b(?:19|20)[0-9]{2},? N[oO]\b\.? ?[0-9]{1,5})"
)
_BEFORE_YEAR = re.compile(rf"{_NO} ?([0-9]{{1,5}}) ?,? ?$")
_AFTER_YEAR_ZH = re.compile(rf" ?,? ?(?:第 ?)?({NUMERAL}) ?号")
_AFTER_YEAR_EN = re.compile(rf" ?,? ?{_NO} ?([0-9]{{1,5}})(?![0-9])")
_AFTER_YEAR_BARE = re.compile(r" ?([0-9]{1,5})(?![0-9.])")
# Machine translation moves words between the year and the serial: "(Guo Fa [2018] The overall deployment of No. 3)".
_TORN = re.compile(r" [A-Za-z ]{1,40}? N[oO]\. ?([0-9]{1,5})(?![0-9])\]")
_LATIN_END = re.compile(r"(?:[A-Za-z][A-Za-z']*[ -]{0,2}){1,7}$")
_HAN_END = re.compile(rf"(?:[{_CJK}] ?){{1,24}}$")


def _bracketed(text: str, match: re.Match, least: int) -> FoundNumber | None:
    year = numeral(re.sub(r"[\[\] 年]", "", match.group()))
    before = text[max(least, match.start() - _LEFT) : match.start()]
    serial = _BEFORE_YEAR.search(before)
    if serial:
        start = match.start() - len(before) + serial.start()
        kind = re.search(r"\b(Announcement|Order|Decree|Public Notice) $", before[: serial.start()], re.I)
        if kind:
            start -= len(kind.group())
            before = before[: kind.start()] + " "
        series, organ, end = _organ_after(text, match.end())
        if not organ and (ahead := _organ_end(text, start)):
            start, organ = ahead
        series = organ + _KIND_WORDS[kind[1].lower()] if kind else series
        return FoundNumber(start, end, _number(series, organ, year, int(serial[1])))
    after = _AFTER_YEAR_ZH.match(text, match.end()) or _AFTER_YEAR_EN.match(text, match.end())
    start, series, organ = _issuer_before(text, match.start(), least)
    if not after and (series or organ):
        after = _AFTER_YEAR_BARE.match(text, match.end())
        if not after and re.search("[A-Za-z]", text[start : match.start()]):
            after = _TORN.match(text, match.end())
            return _found(start, after.end(1), series, organ, year, after[1]) if after else None
    if not after or (not series and not organ and not _believable(text, after)):
        return None
    end = after.end()
    if not series and not organ and (found := _organ_after(text, end))[1]:
        series, organ, end = found
    return _found(start, end, series, organ, year, after[1])


def _believable(text: str, after: re.Match) -> bool:
    """Without an issuer, 3号 after a year in round brackets may count houses; No. 3 and 〔2018〕3号 do not."""
    return not re.match(
        rf"[楼线门机仓院库馆厅台路车井床馆桥店地块岛室桌{ZH_DIGITS}]", text[after.end() : after.end() + 1]
    )


def _plain(text: str, match: re.Match, least: int) -> FoundNumber | None:
    """国发2018年3号, 公告2020年第18号, 2020年第18号公告."""
    year, serial = re.findall(rf"{YEAR}(?= ?年)|{NUMERAL}(?= ?号)", match.group())
    bracketed = text[match.start() - 1 : match.start()] == "[" and text[match.end() : match.end() + 1] == "]"
    start, series, organ = _issuer_before(text, match.start() - bracketed, least)
    kind = re.match(r" ?(公告|通告|令)", text[match.end() : match.end() + 4])
    if kind and not series.endswith(_KINDS):
        series = (organ if organ else "") + kind[1]
        return _found(start if organ else match.start(), match.end() + kind.end(), series, organ, numeral(year), serial)
    known = series in organs().organ_of_series or series.endswith((*_KINDS, "发", "函", "字"))
    return _found(start, match.end() + bracketed, series, organ, numeral(year), serial) if known else None


def _order(text: str, match: re.Match, least: int) -> FoundNumber | None:
    """国务院令第117号, 令（第117号）, 第117号令."""
    serial = re.search(rf"{NUMERAL}(?= ?号)", match.group()).group()
    start, series, organ = _issuer_before(text, match.start() + match.group().startswith("令"), least)
    if match.group().startswith("令") and not _ORDER_OF_BODY.search(series):
        return None  # 责令3号: an ordinary word
    if not match.group().startswith("令"):
        organ = organ or _OWN_ORGANS.get(series, "")
        if not organ:
            start = match.start()
        series = organ + "令"
    end = match.end()
    if "[" in match.group() and text[end : end + 1] == "]":
        end += 1
    return _found(start, end, series, organ, None, serial)


def _notice(text: str, match: re.Match, least: int) -> FoundNumber | None:
    serial = re.search(rf"{NUMERAL}(?= ?号)", match.group()).group()
    kind = match.group()[:2]
    if year := re.search(r"((?:19|20)[0-9]{2}) ?年 ?$", text[max(least, match.start() - 8) : match.start()]):
        start, _, organ = _issuer_before(text, match.start() - len(year.group()), least)
        begin = start if organ else match.start() - len(year.group())
        return _found(begin, match.end(), organ + kind, organ, int(year[1]), serial)
    start, series, organ = _issuer_before(text, match.start() + 2, least)
    if not series:
        start, series = match.start(), kind
    return _found(start, match.end(), series, organ, None, serial)


def _paper(text: str, match: re.Match, least: int) -> FoundNumber | None:
    """质检总局45号文: named by the body or by the word, the year left out."""
    start, series, organ = _issuer_before(text, match.start(), least)
    if series not in organs().organ_of_series and not organ:
        return None
    return _found(start, match.end(), series, organ, None, re.match(NUMERAL, match.group()).group())


def _english_order(text: str, match: re.Match, least: int) -> FoundNumber | None:
    word, serial = re.match(r"(.+?) (?:N[oO]\.?|№|#) ?([0-9]+)$", match.group()).groups()
    year = re.compile(r",? ?\[ ?((?:19|20)[0-9]{2}) ?\]| of ((?:19|20)[0-9]{2})\b|, ?((?:19|20)[0-9]{2})\b").match(
        text, match.end()
    )
    end = year.end() if year else match.end()
    start = match.start()
    _, organ, organ_end = _organ_after(text, end)
    if not organ and (before := _organ_end(text, start, least)):
        start, organ = before
    series = organ + _KIND_WORDS[word.lower()]
    value = int(next(filter(None, year.groups()))) if year else None
    return FoundNumber(start, max(end, organ_end), DocumentNumber(series, organ, value, int(serial)))


def _unbracketed(text: str, match: re.Match, least: int) -> FoundNumber | None:
    """Guo Fa 2018 No. 3: only after a word that is known."""
    start, series, organ = _issuer_before(text, match.start(), least)
    year, serial = re.findall("[0-9]+", match.group())
    return _found(start, match.end(), series, organ, int(year), serial) if series in organs().organ_of_series else None


_READERS = {
    "bracketed": _bracketed,
    "plain": _plain,
    "order": _order,
    "paper": _paper,
    "notice": _notice,
    "english": _english_order,
    "unbracketed": _unbracketed,
}
_KIND_WORDS = {"order": "令", "decree": "令", "announcement": "公告", "public notice": "公告"}
_ORDER_OF_BODY = re.compile("(?:^|主席|国务院|政府|总局|省|市|县|区|府|局|部|委|会|院|署|厅|办)令$")
# What unknown issuer words end in: the kind of the paper, or the section of the body that wrote it.
_WORD_ENDS = tuple("发函办字令规通电告批复许秘释综证监认审评标科质建法食注府政")
_OWN_ORGANS = {"国家主席": "中华人民共和国主席"}


def _found(start: int, end: int, series: str, organ: str, year: int | None, serial: str) -> FoundNumber | None:
    value = numeral(serial)
    return FoundNumber(start, end, _number(series, organ, year, value)) if value is not None else None


def _number(series: str, organ: str, year: int | None, serial: int) -> DocumentNumber:
    if not series and organ:
        series = organs().default.get(organ, "")
    return DocumentNumber(series, organ or organs().organ_of_series.get(series, ""), year, serial)


def _issuer_before(text: str, at: int, least: int) -> tuple[int, str, str]:
    """(start, series, organ) of the issuer that ends at ``at``; (at, "", "") where there is none."""
    left = max(least, at - _LEFT)
    before = text[left:at].rstrip(" ,")
    if found := _HAN_END.search(before):
        return _han_issuer(found.group(), left + found.start())
    if found := _LATIN_END.search(before):
        return _latin_issuer(found.group(), left + found.start()) or (at, "", "")
    return at, "", ""


def _han_issuer(run: str, start: int) -> tuple[int, str, str]:
    """The issuer word or body that a run of Chinese characters ends in."""
    known_words = organs()
    compact = [(at, character) for at, character in enumerate(run) if character != " "]
    word = "".join(character for _, character in compact)
    kind = next((kind for kind in _KINDS if word.endswith(kind)), "")
    name = word[: len(word) - len(kind)] if kind else word
    body = longest_suffix(name, known_words.organ_of_name)
    if body and kind:
        return (
            start + compact[len(name) - len(body)][0],
            known_words.organ_of_name[body] + kind,
            known_words.organ_of_name[body],
        )
    if body:
        return start + compact[len(word) - len(body)][0], "", known_words.organ_of_name[body]
    cut = _BEFORE_WORD.match(word[:-1])
    begin = cut.end() if cut else 0
    behind_body = _AFTER_BODY.match(word[begin:])
    if behind_body and not kind:
        begin += behind_body.end()
    known = longest_suffix(word, known_words.organ_of_series)
    if known:
        extra = len(word) - len(known) - begin
        if extra <= 0 or extra > 2:  # one or two characters more make another word: 黔卫发 is not 卫发
            return start + compact[len(word) - len(known)][0], known, known_words.organ_of_series[known]
    rest = word[begin:]
    spaced = run.rstrip().split(" ")
    if 1 < len(spaced[-1]) < len(rest):  # 26日 化学工业部令第7号
        rest, begin = spaced[-1], len(word) - len(spaced[-1])
    if not rest.endswith(_WORD_ENDS):
        return start + len(run), "", ""
    if len(rest) > (12 if kind else 9):
        return start + len(run), "", ""
    return start + compact[begin][0], rest, ""


def _latin_issuer(run: str, start: int) -> tuple[int, str, str] | None:
    """The romanised or half translated issuer word, or the English name of a body, that a run of words ends in."""
    if ahead := _organ_end(run, len(run)):
        return start + ahead[0], "", ahead[1]
    words = list(re.finditer(r"[A-Za-z][A-Za-z']*", run))
    begin, syllables, printed_so = None, [], False
    for word in reversed(words):
        parts = word_syllables(word.group())
        if parts is None:
            break
        syllables.insert(0, parts[0])
        printed_so |= parts[1]
        if word.group()[0].isupper():
            begin = (word.start(), "".join(syllables), printed_so)
    if begin is None:
        return None
    at, latin, printed_so = begin
    series = organs().series_of_latin.get(latin, latin)
    if not printed_so and series == latin:
        return None  # "Science and Technology": words of the sentence
    return start + at, series, organs().organ_of_series.get(series, "")


def _organ_after(text: str, at: int) -> tuple[str, str, int]:
    """(default series, organ, end) of a body named right after a number, "" and ``at`` where there is none."""
    gap = re.compile(r" ?,? ?(?:issued )?(?:of|by|from) (?:[Tt]he )?|, ?(?:[Tt]he )?").match(text, at)
    if gap and (name := organ_pattern().match(text, gap.end())):
        organ = organ_of(name.group())
        return organs().default.get(organ, ""), organ, name.end()
    return "", "", at


def _organ_end(text: str, at: int, least: int = 0) -> tuple[int, str] | None:
    """(start, organ) of a body whose English name ends at ``at``."""
    left = max(least, at - 110)
    before = text[left:at].rstrip(" ,")
    last = None
    for name in organ_pattern().finditer(before):
        last = name
    if last is None or last.end() != len(before):
        return None
    return left + last.start(), organ_of(last.group())


def _tail(shorter: str, longer: str) -> bool:
    """Whether the one is the end of the other, in characters or as both are romanised."""
    if longer.endswith(shorter):
        return True
    if shorter.isascii() == longer.isascii():
        return False
    latin = (romanised(shorter), romanised(longer))
    return bool(all(latin)) and latin[1].endswith(latin[0])


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other
