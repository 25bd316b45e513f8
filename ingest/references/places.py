"""Places in a document (编章节条款项目) as they are printed: 第六十六条第二款第（三）项, 前款, 第五条至第九条.

A chain is what stands together: pieces that lead downwards are one place, a list or a range gives several that share
what stands above (第六十六条第一款、第三款 is the first and the third paragraph of article 66).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import merge

from ingest.references.numbers import DocumentNumber
from ingest.references.text import NUMERAL, numeral

RANKS = {
    unit: rank
    for rank, units in enumerate(("部分", "编", "分编", "章", "节", "条", "款", "项", "目"))
    for unit in units.split()
}


@dataclass(frozen=True)
class Step:
    """One step down to a place: unit 条, value 66; 第一百二十条之一 has ``sub`` 1. Of 前款 the value is -1."""

    unit: str
    value: int
    sub: int = 0
    relative: bool = False  # counted from the clause that refers: 本条 0, 前款 -1

    def __str__(self) -> str:
        if self.relative:
            return {0: "本", -1: "前"}.get(self.value, f"前第{-self.value}") + self.unit
        number = f"（{self.value}）" if self.unit == "项" else self.value
        return f"第{number}{self.unit}" + (f"之{self.sub}" if self.sub else "")


Place = tuple[Step, ...]


@dataclass(frozen=True)
class Reference:
    """A reference in a text: ``printed == text[start:end]``.

    kind: "document" (a number or a title), "clause" (a place in a named document), "own" (a place in the text
    itself: 本法第五条), "near" (counted from the clause that refers: 前款, 本条第二款).
    """

    start: int
    end: int
    printed: str
    kind: str
    name: str = ""  # title or name of the document as printed, "" where only a number is
    number: DocumentNumber | None = None
    place: Place = ()
    through: Place = ()  # the last place of a range (第五条至第九条)

    @property
    def normalised(self) -> str:
        """The reference in one way of writing: 《认证认可条例》第75条."""
        document = f"《{self.name}》" if self.name else ""
        number = f"（{self.number}）" if self.name and self.number else str(self.number or "")
        return (
            document + number + normal_place(self.place) + (f"至{normal_place(self.through)}" if self.through else "")
        )


def normal_place(place: Place) -> str:
    return "".join(map(str, place))


@dataclass
class Part:
    """A place of a chain; offsets in the text."""

    start: int
    end: int
    place: Place
    through: Place = ()


@dataclass
class Chain:
    parts: list[Part] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return self.parts[-1].end


# Three patterns that each begin with one certain character: much faster than one that may begin with several.
_RANKED = re.compile(
    rf"第 ?(?:(?P<many>{NUMERAL}(?:[、和]{NUMERAL}){{1,9}}) ?(?P<many_unit>条|款|项)(?!目)"
    rf"|(?P<value>{NUMERAL}) ?(?P<unit>部分|分编|编|章|节|条|款|项(?!目)|目)"
    r"(?:之(?P<sub>[一二三四五六七八九十]{1,3}))?"
    rf"|\[ ?(?P<listed>{NUMERAL}) ?\] ?(?P<listed_unit>项(?!目)|目|款))"
)
_LISTED = re.compile(rf"\[ ?(?P<listed>{NUMERAL}) ?\] ?(?P<listed_unit>项(?!目)|目|款)")
_SIDE = re.compile(
    r"(?P<side>[前上本])(?P<count>[一二两三四五六七八九十]{0,2})(?P<side_unit>条|款|项|章|节)(?![例约目件理文码点]|项(?!下))"
)
_LIST = re.compile(r" ?(?:、|和|与|及|或|或者|以及|、?并) ?")
_RANGE = re.compile(r" ?(?:至|到|-{1,2}) ?")
_DOWN = re.compile(r" ?的? ?")


def chains(folded: str) -> Iterator[Chain]:
    """The chains of a folded text in order. One pass; its time grows with the length of the text."""
    chain, end = Chain(), 0
    passes = (_RANKED.finditer(folded), _LISTED.finditer(folded), _SIDE.finditer(folded))
    for match in merge(*passes, key=re.Match.start):
        if match.start() < end:  # （三）项 inside 第（三）项
            continue
        end = match.end()
        gap = folded[chain.end : match.start()] if chain.parts else None
        if gap is not None and (len(gap) > 4 or not _joins(gap)):
            yield chain
            chain, gap = Chain(), None
        _take(chain, match, gap)
    if chain.parts:
        yield chain


def _joins(gap: str) -> bool:
    return any(pattern.fullmatch(gap) for pattern in (_DOWN, _LIST, _RANGE))


def _take(chain: Chain, match: re.Match, gap: str | None) -> None:
    """Add a piece to a chain: further down, the end of a range, or the next of a list."""
    steps = list(_steps(match))
    last = chain.parts[-1] if chain.parts else None
    first = steps[0][2]
    if last and gap is not None:
        reached = last.through or last.place
        if _DOWN.fullmatch(gap) and RANKS[first.unit] > RANKS[reached[-1].unit] and len(steps) == 1:
            last.end = match.end()
            if last.through:
                last.through = (*last.through, first)
            else:
                last.place = (*last.place, first)
            return
        if _RANGE.fullmatch(gap) and not last.through and len(steps) == 1:
            last.end, last.through = match.end(), (*_above(reached, first), first)
            return
        above = _above(reached, first)
    else:
        above = ()
    for start, end, step in steps:
        chain.parts.append(Part(start, end, (*above, step)))
    if count := match.groupdict().get("count"):
        value = numeral(count) or 1
        chain.parts[-1].place = (replace(first, value=-value),)
        chain.parts[-1].through = (replace(first, value=-1),)


def _above(place: Place, step: Step) -> Place:
    """The steps of a place that lead to the level of ``step``; nothing leads to what is counted from elsewhere."""
    return () if step.relative else tuple(one for one in place if RANKS[one.unit] < RANKS[step.unit])


def _steps(match: re.Match) -> Iterator[tuple[int, int, Step]]:
    groups = match.groupdict()
    if groups.get("many"):
        numbers = list(re.finditer(NUMERAL, match["many"]))
        offset = match.start("many")
        for at, number in enumerate(numbers):
            start = match.start() if at == 0 else offset + number.start()
            end = match.end() if at == len(numbers) - 1 else offset + number.end()
            yield start, end, Step(match["many_unit"], numeral(number.group()) or 0)
    elif groups.get("value"):
        sub = numeral(match["sub"]) if match["sub"] else 0
        yield match.start(), match.end(), Step(match["unit"], numeral(match["value"]) or 0, sub or 0)
    elif groups.get("listed"):
        yield match.start(), match.end(), Step(match["listed_unit"], numeral(match["listed"]) or 0)
    else:
        value = 0 if match["side"] == "本" else -1
        yield match.start(), match.end(), Step(match["side_unit"], value, relative=True)
