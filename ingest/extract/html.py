"""A web page → the lines of its text.

trafilatura decides which part of the page is its text; the lines themselves are made here, from the page's own
elements, since legal texts live by what it leaves out: the numbers of lists, the rows of tables, short lines. So all
that stands between the first and the last line that it keeps is kept, and so is every numbered line.
"""

import re
from collections.abc import Iterator

import lxml.etree
import lxml.html

from ingest.document import CorpusError
from ingest.extract.lists import CHINESE_STYLES, numeral
from ingest.extract.result import Extracted
from ingest.extract.tables import grid_rows, row_line
from ingest.extract.text import declared, decode
from ingest.numbering import marker

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(r"^\s*<\?xml[^>]*\?>")
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
_NEVER = frozenset(
    "script style noscript template iframe object embed svg math canvas audio video button select input textarea"
    " datalist dialog head nav aside footer map applet frameset link meta".split()
)
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6"
    " header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LONG = 8  # characters by which a line is found again
_CELL = 300  # characters in a cell of a table of data; more stands in a table that lays out the page


def read_html(data: bytes, where: str) -> Extracted:
    """The page's text.

    Raises:
        CorpusError: nested too deep to be a page, or without text.
    """
    text, notes = _decoded(data, where)
    root = _parsed(text, where)
    _drop_unseen(root)
    found = _Lines(root)
    lines = found.lines
    if not lines:
        raise CorpusError(f"{where}: a web page without text; expected text in its elements, not made by scripts")
    first, last = _main_part(root, lines)
    while last + 1 < len(lines) and _follows(found.blocks[last], found.blocks[last + 1]):
        last += 1
    kept = lines[first : last + 1]
    title = next((line for line in _headings(root) if line not in kept), None)
    if title and title in lines[:first]:
        kept = [title, *kept]
    outside = sum(map(len, lines)) - sum(map(len, kept))
    left_out = (("around the page's text", outside),) if outside else ()
    if "</html" not in text[-4096:].lower() and "<html" in text[:4096].lower():
        notes.append("ends without </html>; it may be cut off")
    return Extracted("\n".join(kept), left_out=left_out, notes=tuple(notes))


def _decoded(data: bytes, where: str) -> tuple[str, list[str]]:
    """The page's characters by its byte-order mark, what it says of itself, or what fits."""
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decode(data, where), []
    said = _META.search(data[:8192]) or _XML_ENCODING.search(data[:400])
    if said:
        name = said.group(1).decode("ascii", "ignore")
        if (text := declared(data, name)) is not None:
            return text, []
        return decode(data, where), [f"says it is {name[:40]}, and is not"]
    return decode(data, where), []


def _parsed(text: str, where: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(_XML.sub("", text).replace("\0", ""), parser=parser)
    except lxml.etree.ParserError as error:
        raise CorpusError(f"{where}: a web page without text ({error}); expected text in its elements") from None
    for entry in parser.error_log:
        if "depth" in entry.message:  # what lies deeper would be missing without a word
            raise CorpusError(f"{where}: elements nested deeper than 256; no page is; leave it out, or give its text")
    return root


def _drop_unseen(root: lxml.html.HtmlElement) -> None:
    for element in [*root.iter()]:
        if not isinstance(element.tag, str) or element.tag == "body":
            continue
        unseen = element.tag in _NEVER or "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "")
        if unseen and element.getparent() is not None:
            element.drop_tree()


def _headings(root: lxml.html.HtmlElement) -> Iterator[str]:
    for element in root.iter("h1"):
        if text := _squeezed(element.text_content()):
            yield text


def _main_part(root: lxml.html.HtmlElement, lines: list[str]) -> tuple[int, int]:
    """Indices of the first and the last line of the text."""
    import trafilatura

    found = trafilatura.bare_extraction(
        lxml.html.fromstring(lxml.html.tostring(root, encoding="unicode")),
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        with_metadata=False,
    )
    body = getattr(found, "body", None)
    parts = [] if body is None else ["".join(element.itertext()) for element in body.iter() if _is_leaf(element)]
    kept = {_solid(part) for part in parts}
    long = [at for at, line in enumerate(lines) if len(_solid(line)) >= _LONG and _in(line, kept)]
    numbered = [at for at, line in enumerate(lines) if (number := marker(line)) and number.value is not None]
    marked = sorted({*long, *(at for at in numbered if long)})
    if not marked:
        return 0, len(lines) - 1
    first, last = marked[0], marked[-1]
    while first > 0 and _in(lines[first - 1], kept):
        first -= 1
    while last + 1 < len(lines) and _in(lines[last + 1], kept):
        last += 1
    return first, last


def _follows(block, after) -> bool:
    """Whether the text ``after`` stands in the same element as ``block``: signature and date often do, unmarked."""
    parent = block.getparent()
    if parent is None or parent.tag in ("body", "html", "form", "td"):
        return False
    return after is parent or after is block or (after.tag == "p" and after.getparent() is parent)


def _is_leaf(element) -> bool:
    return element.tag in ("p", "head", "item", "cell", "quote", "code", "row")


def _in(line: str, kept: set[str]) -> bool:
    solid = _solid(line)
    number = marker(line)
    return solid in kept or bool(number and _solid(line[number.length :]) in kept)


def _solid(text: str) -> str:
    return re.sub(r"[\s|•]+", "", text)


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\u00a0]+", " ", text).strip()


class _Lines:
    """The lines of a tree of elements; every block begins a new one."""

    def __init__(self, root: lxml.html.HtmlElement):
        self.lines: list[str] = []
        self.blocks: list[lxml.html.HtmlElement] = []  # the block that each line begins in
        self._parts: list[str] = []
        self._block = root
        self._number = ""
        self._walk(root)
        self._break()

    def _break(self) -> None:
        text = _squeezed("".join(self._parts))
        self._parts = []
        if not text:
            return
        self.blocks.append(self._block)
        number = marker(text)
        if self._number and not (number and number.value is not None):  # "1. （一）" would be numbered twice
            text = f"{self._number} {text}"
        self._number = ""
        self.lines.append(text)

    def _walk(self, element: lxml.html.HtmlElement) -> None:
        """Depth is at most 256: the parser sees to that."""
        tag = element.tag
        if tag == "table" and (rows := _data_rows(element)) is not None:
            self._break()
            self._add(element, [row_line(row) for row in rows])
        elif tag == "pre":
            self._break()
            self._add(element, element.text_content().split("\n"))
        elif tag == "br":
            self._break()
        else:
            self._inside(element, tag in _BLOCKS)
        self._text(element.getparent(), element.tail)

    def _add(self, element: lxml.html.HtmlElement, lines: list[str]) -> None:
        found = [text for line in lines if (text := _squeezed(line))]
        self.lines += found
        self.blocks += [element] * len(found)

    def _text(self, element: lxml.html.HtmlElement | None, text: str | None) -> None:
        if not text or element is None:
            return
        if text.strip() and not any(map(str.strip, self._parts)):
            self._block = next((one for one in (element, *element.iterancestors()) if one.tag in _BLOCKS), element)
        self._parts.append(text)

    def _inside(self, element: lxml.html.HtmlElement, block: bool) -> None:
        if block:
            self._break()
        self._text(element, element.text)
        numbers = _numbers(element) if element.tag == "ol" else None
        for child in element:
            if child.tag == "li":
                self._break()
                self._number = next(numbers) if numbers else ""
            self._walk(child)
        if block:
            self._break()
            self._number = ""


def _numbers(ordered: lxml.html.HtmlElement) -> Iterator[str]:
    """Printed numbers of the items of an ordered list, in their order."""
    items = [child for child in ordered if child.tag == "li"]
    step = -1 if "reversed" in ordered.attrib else 1
    at = _whole(ordered.get("start"), len(items) if step < 0 else 1)
    style = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", ordered.get("style") or "")
    kind = style.group(1).lower() if style else ordered.get("type", "1")
    for item in items:
        at = _whole(item.get("value"), at)
        number = numeral(at, kind)
        yield "" if kind == "none" else f"{number}、" if kind in CHINESE_STYLES else f"{number}."
        at += step


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"\s*-?\d{1,6}\s*", value) else otherwise


def _data_rows(table: lxml.html.HtmlElement) -> list[list[str]] | None:
    """Rows of a table of data, None for one that lays out the page: of one column, with others or long texts inside."""
    if (
        next(table.iterdescendants("table"), None) is not None
        or next(table.iterdescendants("ol", "h1"), None) is not None
    ):
        return None
    rows = [
        [
            (_squeezed(_cell(cell)), _whole(cell.get("colspan"), 1), _whole(cell.get("rowspan"), 1))
            for cell in row.iterchildren("td", "th")
        ]
        for row in table.iterdescendants("tr")
    ]
    if max(map(len, rows), default=0) < 2 or any(len(text) > _CELL for row in rows for text, _, _ in row):
        return None
    return grid_rows(rows)


def _cell(cell: lxml.html.HtmlElement) -> str:
    """The words of a cell, those of its blocks apart."""
    return " ".join(line for line in _Lines(cell).lines)
