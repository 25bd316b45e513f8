"""Lines that lost their breaks come apart where a number of the outline stands inside them.

The announcements of the customs, as they are copied, run a heading and its first item, or the end of a list and the
next heading, into one line: “第一章 总 则第一条 …”, “一、检验检疫依据（一）…；”. Such a number is told from a
reference (“前款第（三）项”) by its neighbours: numbers of its family open lines of this document, the one before it
came last, and the one after it comes next. So nothing is cut that the document's own numbering does not ask for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.numbering import Marker, marker, zh_number
from ingest.structure import Block

_NUMERAL = "零〇一二两三四五六七八九十百千"
_INSIDE = re.compile(
    rf"第(?P<ranked>[{_NUMERAL}]{{1,9}})(?P<unit>编|分编|章|节|条)(?=\s)"
    rf"|(?<![{_NUMERAL}第、])(?P<list>[{_NUMERAL}]{{1,4}})、(?![{_NUMERAL}])"
    rf"|[（(](?:(?P<item>[{_NUMERAL}]{{1,4}})|(?P<digits>\d{{1,2}}))[)）](?![项款目之、，。；和与及或至）)》])"
)
_RANKED = {"编", "分编", "章", "节", "条"}
_TOP = _RANKED | {"一、"}
# Before a number that is referred to: 第（三）项, 本条（一）, 按照（一）
_REFERRED = re.compile(r"(?:[第条款、和与及或至到即按照由为是的于“‘「『《（(—~～-]|根据|(?<!事)项)\s*$")
_CLAUSE_END = tuple("。；：！？;:!?")
_LATIN = re.compile(r"[A-Za-z]$")  # the end of a name in a list without stops
_WORDS = 40  # a heading in front of its first item is no longer
_HEADING = re.compile(r"[^。；，：！？;,:!?]{1,40}$")


@dataclass(frozen=True)
class _Number:
    """A number of a line; ``start`` and ``end`` are offsets in the line."""

    start: int
    end: int
    family: str
    value: int


def separate(blocks: Sequence[Block]) -> list[Block]:
    """The blocks in the same order, Chinese ones cut before the numbers that stand glued inside them."""
    openings = [marker(block.text) if block.language == "zh" else None for block in blocks]
    families = {number.family for number in openings if number and number.value is not None}
    tokens = [
        (index, number)
        for index, block in enumerate(blocks)
        if block.language == "zh"
        for number in _numbers(block.text, openings[index], families)
    ]
    following = _following([number for _, number in tokens])
    cuts: dict[int, list[int]] = {}
    last: dict[str, int] = {}
    since = (-1, 0)  # block and offset where the words after the last number of the outline begin
    for (index, number), after in zip(tokens, following, strict=True):
        if number.start:
            words_from = since[1] if since[0] == index else 0
            if not _belongs(blocks[index].text, number, last.get(number.family), after, words_from):
                continue
            cuts.setdefault(index, []).append(number.start)
        if number.family in _TOP:
            last = {family: value for family, value in last.items() if family in _TOP}
        last[number.family] = number.value
        since = (index, number.end)
    return [
        part for index, block in enumerate(blocks) for part in (_cut(block, cuts[index]) if index in cuts else [block])
    ]


def _numbers(text: str, opening: Marker | None, families: set[str]) -> list[_Number]:
    """The number that opens a line, and those inside it that might be of the outline."""
    found = [_Number(0, opening.length, opening.family, opening.value)] if opening and opening.value is not None else []
    for inside in _INSIDE.finditer(text, 1):
        family = inside["unit"] or ("一、" if inside["list"] else "（一）" if inside["item"] else "(1)")
        if family in families and not _REFERRED.search(text[max(0, inside.start() - 3) : inside.start()]):
            value = zh_number(inside["ranked"] or inside["list"] or inside["item"] or inside["digits"])
            found.append(_Number(inside.start(), inside.end(), family, value))
    return found


def _following(numbers: Sequence[_Number]) -> list[int | None]:
    """For each number the value of the next one of its family."""
    values: list[int | None] = []
    after: dict[str, int] = {}
    for number in reversed(numbers):
        values.append(after.get(number.family))
        after[number.family] = number.value
    return values[::-1]


def _belongs(text: str, number: _Number, last: int | None, after: int | None, words_from: int) -> bool:
    """Whether a number inside a line is the next of its list, by what came before it and what comes after it.

    ``last`` and ``after``: the values before and after it in its family; ``words_from``: offset of the words that
    stand between it and the last number of the outline.
    """
    words = text[max(words_from, number.start - _WORDS) : number.start].rstrip()
    ended = words.endswith(_CLAUSE_END)
    heads = number.start - words_from <= _WORDS and _HEADING.fullmatch(words) is not None
    ranked = number.family in _RANKED
    if number.value == 1:
        return after == 2 and (ended or heads or ranked)
    if last != number.value - 1:
        return False
    in_place = ended or _LATIN.search(words) is not None or (heads and ranked and words_from > 0)
    return after == number.value + 1 or (after in (None, 1) and in_place)


def _cut(block: Block, cuts: Sequence[int]) -> list[Block]:
    edges = [0, *cuts, len(block.text)]
    parts = []
    for start, end in pairwise(edges):
        words = block.text[start:end]
        text = words.strip()
        begin = block.start + start + len(words) - len(words.lstrip())
        parts.append(replace(block, start=begin, end=begin + len(text), text=text))
    return [part for part in parts if part.text]
