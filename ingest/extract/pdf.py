"""PDF → the lines of its pages, by pypdf, and which pages cannot be read.

pypdf offers two readings of a page. The one by *layout* puts every line where it stands on the paper: indents show
where paragraphs begin, columns of tables stay apart. It is taken unless the page is set in columns, which it would
read across, or unless it misses text (what is turned by 90°); then the order in which the file draws its text is taken.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.document import CorpusError, UnreadPage
from ingest.extract.legible import lost_characters, why_illegible
from ingest.extract.paragraphs import Line, Page, drawn_lines, joined, lines_of
from ingest.extract.result import Extracted
from ingest.normalize import unicode_width

_SCAN = 0.7  # of a page's area under images: its text, if any, was recognised from them
_DRAWN = 50  # strokes and fills of a page without text, of which text in outlines is made
_MISSED = 0.9  # of the text in drawing order that the layout must hold to be taken
_GUTTER = 3  # columns of characters, empty on most lines, that part two columns of text
_MEND = "install the extra for text recognition (pip install -e '.[ocr]'), or give its text"
_STRETCH = 12  # lines that are looked at together
_PAINT = frozenset({b"f", b"F", b"f*", b"S", b"s", b"B", b"b", b"B*", b"b*", b"sh"})

# Hears the number of each page, from 1, before it is read.
EachPage = Callable[[int], None]
# (number of a page, counted from 1) → its lines as text recognition reads them, or None
Recognise = Callable[[int], list[str] | None]


@dataclass(frozen=True)
class Reading:
    """A page as its text layer gives it; blank if there is neither text nor a reason not to read it."""

    text: str
    lines: list[Line]
    unread: str | None  # why not
    scanned: bool  # an image under the text covers the page, so the text was recognised from it


@dataclass(frozen=True)
class _Drawn:
    """What a page draws."""

    text: str  # in drawing order
    images: float  # share of the page's area
    strokes: int

    @property
    def blank(self) -> bool:
        return not self.text.strip() and self.images == 0 and self.strokes < _DRAWN


def read_pdf(
    data: bytes, where: str, recognise: Recognise | None = None, each_page: EachPage = lambda _: None
) -> Extracted:
    """Text of the pages that can be read, paragraphs joined, running headers and footers taken out.

    ``recognise`` is asked for the pages that cannot be read otherwise.

    Raises:
        CorpusError: encrypted, damaged, cut off, or not one page can be read.
    """
    pages, unread, undefined = [], [], []
    for number, page in enumerate(readings(data, where, each_page), 1):
        recognised = recognise(number) if recognise and page.unread else None
        if recognised:
            pages.append(Page([Line(0, line) for line in recognised], ocr=True))
            continue
        if page.unread:
            tried = ", and text recognition finds none" if recognise else ""
            unread.append(UnreadPage(number, page.unread + tried))
            pages.append(Page([]))
            continue
        lost, _ = lost_characters(page.text)
        if lost:
            undefined.append(f"{number} ({lost})")
        pages.append(Page(page.lines, page.scanned))
    if not any(page.lines for page in pages):
        mend = "give its text" if recognise else _MEND
        raise CorpusError(f"{where}: {_nothing(unread, len(pages))}; {mend}")
    text, starts, running = joined(pages)
    ocr = tuple(number for number, page in enumerate(pages, 1) if page.ocr)
    notes = (f"characters that the fonts do not define, on page {', '.join(undefined)}",) if undefined else ()
    left_out = (("running lines", running),) if running else ()
    return Extracted(text, starts, ocr, tuple(unread), left_out, notes)


def readings(data: bytes, where: str, each_page: EachPage = lambda _: None) -> Iterator[Reading]:
    """What the text layer of each page gives.

    Raises:
        CorpusError: encrypted, damaged or cut off.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity of a font
    for drawn, layout in _drawn_pages(data, where, each_page):
        text, lines = _reading(drawn, layout)
        unread = _why_unread(drawn, text)
        yield Reading(text, lines, unread, drawn.images >= _SCAN and bool(text.strip()))


def _drawn_pages(data: bytes, where: str, each_page: EachPage) -> Iterator[tuple[_Drawn, str]]:
    """What each page draws, and its text by layout ("" where that cannot be made)."""
    from pypdf import PdfReader  # takes 0.2 s to import; most corpora are text

    try:
        reader = PdfReader(io.BytesIO(data))
        for number, page in enumerate(reader.pages, 1):
            each_page(number)
            yield _draw(page), _layout(page)
    except MemoryError:
        raise
    except Exception as error:  # on a damaged file pypdf raises whatever its own code runs into, AttributeError too
        if b"/Encrypt" in data:
            raise CorpusError(f"{where}: this PDF is encrypted; save it without a password") from None
        if b"%%EOF" not in data[-2048:]:
            raise CorpusError(
                f"{where}: this PDF is cut off: {len(data)} bytes, and no %%EOF at their end; obtain it again"
            ) from None
        reason = repr(error)[:200]  # repr, since the message may quote the file's bytes
        raise CorpusError(f"{where}: this PDF cannot be read ({reason}); export it again, or give its text") from None


def _draw(page) -> _Drawn:
    images = _images(page)
    area = abs(float(page.mediabox.width) * float(page.mediabox.height)) or 1.0
    covered, strokes = 0.0, 0

    def before(operator: bytes, operands: list, cm: list[float], tm: list[float]) -> None:
        nonlocal covered, strokes
        if operator == b"Do" and operands and operands[0] in images:
            covered += abs(cm[0] * cm[3] - cm[1] * cm[2]) / area
        elif operator in _PAINT:
            strokes += 1

    return _Drawn(_whole_characters(page.extract_text(visitor_operand_before=before)), covered, strokes)


def _images(page) -> set[str]:
    """Names of the page's images, by which it draws them."""
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources else None
    named = objects.get_object() if objects else {}
    return {name for name in named if named[name].get_object().get("/Subtype") == "/Image"}


def _layout(page) -> str:
    try:
        return _whole_characters(page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False))
    except MemoryError:
        raise
    except Exception:  # some fonts have no widths; the other reading does without
        return ""


def _whole_characters(text: str) -> str:
    """``text`` with halves of characters (lone surrogates, from broken font tables) as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _reading(drawn: _Drawn, layout: str) -> tuple[str, list[Line]]:
    """The text of the page and its lines, by layout or in drawing order."""
    complete = _solid(layout) >= _MISSED * _solid(drawn.text)
    if not layout.strip() or not complete or set_in_columns(layout.split("\n")):
        return drawn.text, drawn_lines(drawn.text)
    return layout, lines_of(layout)


def _solid(text: str) -> int:
    return sum(not character.isspace() for character in text)


def set_in_columns(lines: list[str]) -> bool:
    """Whether a stretch of lines has words on both sides of a gap at the same place: columns of prose.

    A table has such gaps too, but figures and single words between them, not lines of prose.
    """
    filled = [line for line in lines if line.strip()]
    last = max(1, len(filled) - _STRETCH // 2)
    return any(_parted(filled[start : start + _STRETCH]) for start in range(0, last, _STRETCH // 3))


def _parted(lines: list[str]) -> bool:
    if len(lines) < _STRETCH // 2:
        return False
    gaps: dict[int, int] = {}
    for line in lines:
        for gap in re.finditer(rf"(?<=\S) {{{_GUTTER},}}(?=\S)", line):
            for place in range(gap.start(), gap.end()):
                gaps[place] = gaps.get(place, 0) + 1
    if not gaps:
        return False
    place = max(gaps, key=lambda at: gaps[at])
    sides = [(line[:place].rstrip().split("   ")[-1], line[place:].lstrip().split("   ")[0]) for line in lines]
    return sum(_is_prose(left) and _is_prose(right) for left, right in sides) >= 0.5 * len(lines)


def _is_prose(text: str) -> bool:
    return unicode_width(text) >= 20 and sum(character.isdigit() for character in text) < 0.3 * len(text)


def _why_unread(drawn: _Drawn, text: str) -> str | None:
    if drawn.blank:
        return None
    if not text.strip():
        kind = "an image" if drawn.images else "drawn in outlines"
        return f"no text layer: the page is {kind}"
    return why_illegible(text)


def _nothing(unread: list[UnreadPage], pages: int) -> str:
    if not unread:
        return f"no text on any of {pages} pages"
    reasons = "; ".join(f"page {page.number}: {page.reason}" for page in unread[:3])
    more = f"; and {len(unread) - 3} more" if len(unread) > 3 else ""
    return f"none of {pages} pages can be read ({reasons}{more})"
