"""Lines of pages → paragraphs: running headers and footers out, hard line breaks and hyphens joined.

A line goes on into the next one if it is as full as its page's lines are, and if the next does not begin something new:
a number, an indent, a row of a table.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.extract.legible import is_word
from ingest.normalize import unicode_width
from ingest.numbering import marker

_EDGE = 3  # lines at the top and the bottom of a page among which running ones stand
_REPEATED = 3  # pages on which a line must stand, or on both of two
_OFTEN = 0.25  # of the pages
_FULL = 0.86  # of the width of a page's lines
_NARROW = 30  # columns; lines of titles and labels are shorter, those of the narrowest columns longer
_AROUND = 6  # lines before and after
_FEWEST_LINES = 8  # on a page from which a paragraph goes on to the next
_INDENT = 8  # columns by which the first line of a paragraph may be set in
_CELL = re.compile(r"\S+(?:[ \u00a0\u3000]\S+)*")  # two spaces part two cells
_CELLS = 3  # parts by which a line is no prose
_ALIGNED = 2  # of them under or above those of the next line by which it is a row of a table
_FILLED = re.compile(r"\s?(?:\.{4,}|…{2,}|·{4,})\s?")  # dots that lead the eye to a figure
_CONTENTS = re.compile(r"(?P<title>.*?\S)\s*(?:\.{4,}|…{2,}|·{4,})[\s.…·¨-]*(?P<page>\d{1,4}|[ivxIVXⅠ-Ⅻ]{1,6})")
_FEWEST_CONTENTS = 4  # lines
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:[-—–·.\s]*(?P<number>\d{1,4}|[ivxlc]{1,6}|[IVXLCⅠ-Ⅻ]{1,6})[-—–·.\s]*)"
    r"|(?:page|p\.)\s*(?P<page>\d{1,4})(?:\s*(?:of|/)\s*\d{1,4})?|第\s*(?P<zh>\d{1,4})\s*页(?:[，,\s]*共\s*\d{1,4}\s*页)?",
    re.IGNORECASE,
)
_SECTION = re.compile(r"(?:[A-Z]|\d{1,3})(?:\s?\.\s?\d{1,3})+(?!\d|\s*[a-z,;)%％‰万亿元倍年])")  # 5.1 and its kind
_ENDS = tuple("。！？；：.!?;:…")
_CJK = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff\u2018-\u201d\u2014\u2026\u00b7\u2500-\u25ff]"
)


@dataclass(frozen=True)
class Line:
    """A line of a page; ``indent`` in columns of characters, None where it is not known."""

    indent: int | None
    text: str
    row: bool = False  # of a table, or otherwise no prose

    @property
    def end(self) -> int:
        return (self.indent or 0) + unicode_width(self.text)


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    ocr: bool = False


def lines_of(layout: str) -> list[Line]:
    """Lines of a page set out by layout; the cells of a row of a table stand apart by " | "."""
    lines = [line.rstrip() for line in layout.split("\n") if line.strip()]
    entries = [bool(_CONTENTS.fullmatch(line)) for line in lines]
    cells = [[*_CELL.finditer(_undotted(line))] for line in lines]
    found = []
    for at, (line, parts, entry) in enumerate(zip(lines, cells, entries, strict=True)):
        indent = len(line) - len(line.lstrip())
        if entry:
            found.append(Line(indent, " ".join(line.split())))
            continue
        row = len(parts) >= _CELLS
        near = [cells[other] for other in (at - 1, at + 1) if 0 <= other < len(cells)]
        table = row and any(_beside(parts, other) for other in near)
        text = (" | " if table else " ").join(part.group() for part in parts)
        found.append(Line(indent, text, row))
    return [line for line in found if line.text]


def drawn_lines(text: str) -> list[Line]:
    """Lines of a page in the order in which it is drawn."""
    return [Line(None, line.strip(), _is_row(line)) for line in text.split("\n") if line.strip()]


def _is_row(line: str) -> bool:
    words = line.split()
    figures = sum(word[-1].isdigit() or not any(map(str.isalpha, word)) for word in words)
    return figures >= _CELLS and 2 * figures >= len(words)


def _undotted(line: str) -> str:
    """The line with spaces for the dots that lead to a figure."""
    return _FILLED.sub(lambda dots: " " * len(dots.group()), line)


def _beside(cells: list[re.Match], others: list[re.Match]) -> bool:
    """Whether two lines are rows of one table: cells begin or end at the same places, or both are full of figures."""
    if len(others) < _CELLS:
        return False
    places = {place + by for other in others for place in (other.start(), -other.end()) for by in (-1, 0, 1)}
    aligned = sum(cell.start() in places or -cell.end() in places for cell in cells[1:])
    return aligned >= _ALIGNED or all(2 * _figures(row) >= len(row) for row in (cells, others))


def _figures(cells: list[re.Match]) -> int:
    return sum(any(map(str.isdigit, cell.group())) for cell in cells)


def joined(pages: Sequence[Page]) -> tuple[str, tuple[int, ...], int]:
    """(text, offset at which each page starts, characters of running lines that were taken out)"""
    kept, running = without_running_lines([without_contents(page.lines) for page in pages])
    running += sum(len(line.text) for page in pages for line in page.lines)
    running -= sum(len(line.text) for page in pages for line in without_contents(page.lines))
    starts: list[int] = []
    parts: list[str] = []
    length, last, before = 0, None, None
    for lines in kept:
        measure = _Measure.of(lines)
        starts.append(length)
        for at, line in enumerate(lines):
            scale = measure if at else before
            between = _between(last, line, scale.near(lines, at), turned=not at) if last else ""
            if between is None:  # a hyphen of the line break goes
                parts[-1] = parts[-1][:-1]
                length -= 1
                between = ""
            parts += (between, line.text)
            length += len(between)
            if not at:
                starts[-1] = length
            length += len(line.text)
            last = line
        before = measure if lines else before
    return "".join(parts), tuple(starts), running


@dataclass(frozen=True)
class _Measure:
    """Of a page: where its lines begin, how wide they are, and whether indents mark its paragraphs."""

    margin: int
    width: int
    indented: bool
    lines: int

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Measure":
        prose = [line for line in lines if not line.row]
        ends = sorted(line.end for line in prose)
        indents = Counter(line.indent or 0 for line in prose if line.end > 0.5 * (ends[-1] if ends else 0))
        margin = indents.most_common(1)[0][0] if indents else 0
        return cls(
            margin,
            ends[int(0.9 * (len(ends) - 1))] if ends else 0,
            any(margin + 2 <= (line.indent or 0) <= margin + _INDENT for line in prose),
            len(lines),
        )

    def near(self, lines: Sequence[Line], at: int) -> "_Measure":
        """The same with the width of the lines around: on a page in drawing order columns and tables differ in it."""
        if lines[at].indent is not None:
            return self
        around = sorted(line.end for line in lines[max(0, at - _AROUND) : at + _AROUND])
        return replace(self, width=around[int(0.9 * (len(around) - 1))])


def _between(last: Line, line: Line, measure: _Measure, turned: bool) -> str | None:
    """What stands between two lines when they are joined; None for nothing, and the hyphen before it goes too."""
    if not _goes_on(last, line, measure, turned):
        return "\n"
    before, after = last.text[-1], line.text[0]
    if _CJK.match(before) or _CJK.match(after):
        return ""
    if re.search(r"\S[–—/]$", last.text):
        return ""
    hyphen = re.search(r"(\w+)[-\u2010\u00ad]$", last.text)
    rest = re.match(r"[a-z]+", line.text)
    if not hyphen:
        return " "
    if not rest or not hyphen.group(1).isalpha():
        return ""
    return "" if _is_compound(hyphen.group(1), rest.group()) else None


def _is_compound(head: str, rest: str) -> bool:
    """Whether a hyphen at the end of a line is that of a word like "high-quality"."""
    if is_word(head + rest):
        return False
    return len(rest) > 3 and is_word(rest) and (is_word(head) or head[0].isupper())


def _goes_on(last: Line, line: Line, measure: _Measure, turned: bool) -> bool:
    if last.row or line.row or marker(line.text) or _SECTION.match(line.text):
        return False
    if _FILLED.search(last.text) or (last.indent or 0) > measure.margin + _INDENT:  # of contents, or centred
        return False
    word = "" if _CJK.match(line.text) else line.text.split(" ", 1)[0]
    if unicode_width(last.text) < _NARROW or last.end + unicode_width(word[:20]) < _FULL * measure.width:
        return False
    if turned and measure.lines < _FEWEST_LINES:  # the title on a cover
        return False
    if last.indent is None or line.indent is None or turned or not measure.indented:
        return not last.text.endswith(_ENDS)
    return line.indent <= measure.margin + 1 or (bool(marker(last.text)) or line.indent <= last.indent)


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """The lines without a table of contents: titles, dots and page numbers that never fall, four lines or more.

    It says every heading a second time, and would be taken for the text below them.
    """
    kept: list[Line] = []
    run: list[Line] = []
    last = 0
    for line in [*lines, Line(None, "")]:
        entry = _CONTENTS.fullmatch(line.text)
        page = (_page_number(entry.group("page")) or 0) if entry else 0
        if entry and (page >= last or not entry.group("page").isdecimal()):
            run.append(line)
            last = page if entry.group("page").isdecimal() else last
            continue
        kept += run if len(run) < _FEWEST_CONTENTS else []
        run, last = [line] if entry else [], page
        kept += [] if entry or not line.text else [line]
    return kept


def without_running_lines(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], int]:
    """The pages without lines that stand at the edge of many of them and page numbers that count on; and how many
    characters these had."""
    needed = max(_REPEATED, _OFTEN * len(pages)) if len(pages) > 2 else 2
    stands_on: Counter[str] = Counter()
    numbers: Counter[int] = Counter()  # number printed, less that of the page
    for at, lines in enumerate(pages):
        stands_on.update({_shape(lines[edge].text) for edge in _edges(lines)})
        numbers.update({number - at for edge in _edges(lines) for number in [_page_number(lines[edge].text)] if number})
    counted = {offset for offset, times in numbers.items() if times >= 2}
    shapes = {
        shape  # of figures alone it may be a row of a table
        for shape, times in stands_on.items()
        if times >= needed and len(pages) > 1 and any(map(str.isalpha, shape))
    }
    exact = Counter(line.text for lines in pages for line in {line.text: line for line in lines}.values())
    kept, characters = [], 0
    for at, lines in enumerate(pages):
        edges = set(_edges(lines))
        rest = []
        for index, line in enumerate(lines):
            number = _page_number(line.text)
            runs = index in edges and (_shape(line.text) in shapes or (number is not None and number - at in counted))
            if runs or (_shape(line.text) in shapes and exact[line.text] >= needed):
                characters += len(line.text)
            else:
                rest.append(line)
        kept.append(rest)
    return kept, characters


def _edges(lines: Sequence[Line]) -> list[int]:
    return sorted({*range(min(_EDGE, len(lines))), *range(max(0, len(lines) - _EDGE), len(lines))})


def _shape(text: str) -> str:
    """A line as it is the same on every page: without its numbers and spaces."""
    return _DIGITS.sub("#", re.sub(r"\s+", "", text))


def _page_number(text: str) -> int | None:
    found = _PAGE_NUMBER.fullmatch(text.strip())
    if not found:
        return None
    printed = next(group for group in found.groups() if group)
    printed = unicodedata.normalize("NFKC", printed).upper()
    if printed.isdecimal():
        return int(printed)
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in printed]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
