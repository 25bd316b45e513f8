"""A Word document (.docx) → its lines: paragraphs with their automatic numbers, rows of tables, notes at the end.

python-docx opens the file and knows its parts; the text is taken from the elements themselves, since its own text of a
paragraph leaves out what was inserted with changes tracked, text boxes and notes. Deleted and hidden text is no text.
Not done: numbers that a field computes are those of the last save, and headers, footers and comments are left out.
"""

import io
import zipfile
from collections.abc import Iterator

from ingest.document import CorpusError
from ingest.extract.numbers import WORD, Numbering
from ingest.extract.result import Extracted
from ingest.extract.tables import grid_rows, row_line
from ingest.numbering import marker

_LARGEST = 200 * 1024 * 1024  # bytes of all parts together
_MOST_PARTS = 10_000
_DEEPEST = 100  # tables in tables, boxes in boxes
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_NO_TEXT = {WORD + tag for tag in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "tblPr")}
_NO_TEXT.add(_FALLBACK)
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


def read_docx(data: bytes, where: str) -> Extracted:
    """The text of the document's body and its notes.

    Raises:
        CorpusError: no Word document, damaged, cut off, or unpacking to more than any document holds.
    """
    _check_package(data, where)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
    except (MemoryError, CorpusError):
        raise
    except Exception as error:  # a damaged part fails in whatever code reads it
        reason = repr(error)[:200]
        raise CorpusError(f"{where}: this Word document cannot be read ({reason}); save it again") from None
    body = _Body(document)
    body.blocks(document.element.body)
    lines = body.lines + body.notes()
    if not lines:
        raise CorpusError(f"{where}: a Word document without text; if it holds images, give their text")
    return Extracted("\n".join(lines), notes=tuple(body.remarks()))


def _check_package(data: bytes, where: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
    except zipfile.BadZipFile:
        raise CorpusError(
            f"{where}: this Word document is damaged or cut off ({len(data)} bytes without a directory of its parts);"
            " obtain it again"
        ) from None
    if len(parts) > _MOST_PARTS:
        raise CorpusError(f"{where}: {len(parts)} parts; no Word document has more than {_MOST_PARTS}; leave it out")
    size = sum(part.file_size for part in parts)
    if size > _LARGEST:
        raise CorpusError(
            f"{where}: {len(data)} bytes that unpack to {size}; at most {_LARGEST} are unpacked; leave it out, or give"
            " its text"
        )
    if "[Content_Types].xml" not in names:
        raise CorpusError(f"{where}: a zip file, and no Word document: [Content_Types].xml is missing; unpack it")


class _Body:
    """Walks the body, and collects lines, and the notes that they refer to."""

    def __init__(self, document):
        self.lines: list[str] = []
        self._numbering = Numbering(document)
        self._parts = {rel.reltype.rpartition("/")[2]: rel.target_part for rel in _internal(document.part)}
        self._referred: list[tuple[str, str]] = []  # (footnotes or endnotes, id)
        self._deleted = 0

    def remarks(self) -> Iterator[str]:
        yield from self._numbering.remarks()
        if self._deleted:
            yield f"{self._deleted} deletions with changes tracked are left out"

    def notes(self) -> list[str]:
        """The notes in the order of their references, each "[1] text"."""
        roots: dict[str, dict] = {}
        lines = []
        for number, (kind, note_id) in enumerate(self._referred, 1):
            if kind not in roots:
                roots[kind] = _notes_of(self._parts.get(kind))
            note = roots[kind].get(note_id)
            texts = [] if note is None else [text for p in note.iter(WORD + "p") if (text := self._text(p))]
            lines.append(f"[{number}] {' '.join(texts)}".strip())
        return lines

    def blocks(self, parent, depth: int = 0) -> None:
        """Paragraphs and tables below ``parent``, in their order, as lines."""
        if depth > _DEEPEST:
            return
        for element in parent:
            if element.tag == WORD + "p":
                self._paragraph(element, depth)
            elif element.tag == WORD + "tbl":
                self._table(element, depth)
            elif element.tag not in _NO_TEXT:  # content controls and the like
                self.blocks(element, depth + 1)

    def _paragraph(self, paragraph, depth: int) -> None:
        text = self._text(paragraph)
        number = self._numbering.number(paragraph) if text else ""
        own = marker(text)
        if number and not (own and own.value is not None and not number.strip("•")):
            text = f"{number} {text}" if number[-1] not in "、）．" else f"{number}{text}"
        self.lines += [line for part in text.split("\n") if (line := " ".join(part.split(" ")).strip())]
        for box in paragraph.iter(WORD + "txbxContent"):
            if next(box.iterancestors(_FALLBACK), None) is None:
                self.blocks(box, depth + 1)

    def _table(self, table, depth: int) -> None:
        rows = [list(_cells(row)) for row in table.iterchildren(WORD + "tr")]
        if max(map(len, rows), default=0) < 2:  # a frame around text
            for row in rows:
                for cell in row:
                    self.blocks(cell, depth + 1)
            return
        texts: list[list[tuple[str, int, int]]] = []
        above: dict[int, str] = {}
        for row in rows:
            column, line = 0, []
            for cell in row:
                text, merged, columns = self._cell(cell, depth), *_spans(cell)
                if merged == "continue":
                    text = above.get(column, "")
                above[column] = text
                line.append((text, columns, 1))
                column += columns
            texts.append(line)
        self.lines += [line for row in grid_rows(texts) if (line := row_line(row))]

    def _cell(self, cell, depth: int) -> str:
        outside, self.lines = self.lines, []
        self.blocks(cell, depth + 1)
        text, self.lines = " ".join(self.lines), outside
        return text

    def _text(self, paragraph) -> str:
        """The words of a paragraph, without those of text boxes in it."""
        parts: list[str] = []
        waiting = [*reversed(paragraph)]
        while waiting:
            element = waiting.pop()
            if element.tag == WORD + "del":
                self._deleted += 1
            if element.tag in _NO_TEXT or element.tag == WORD + "txbxContent" or _is_hidden(element):
                continue
            if element.tag in (WORD + "t", _MATH):
                parts.append(element.text or "")
            elif element.tag in _CHARACTERS:
                parts.append(_CHARACTERS[element.tag])
            elif (kind := _NOTES.get(str(element.tag).removeprefix(WORD))) and element.get(WORD + "id"):
                self._referred.append((kind, element.get(WORD + "id")))
                parts.append(f"[{len(self._referred)}]")
            waiting += reversed(element)
        return "".join(parts).strip()


_CHARACTERS = {
    WORD + "tab": " ",
    WORD + "br": "\n",
    WORD + "cr": "\n",
    WORD + "noBreakHyphen": "-",
}


def _internal(part) -> list:
    return [rel for rel in part.rels.values() if not rel.is_external]


def _notes_of(part) -> dict:
    if part is None:
        return {}
    from docx.oxml import parse_xml

    return {note.get(WORD + "id"): note for note in parse_xml(part.blob)}


def _cells(row) -> Iterator:
    for element in row:
        if element.tag == WORD + "tc":
            yield element
        elif element.tag == WORD + "sdt":
            yield from element.iter(WORD + "tc")


def _spans(cell) -> tuple[str, int]:
    """("restart", "continue" or "" for a cell over several rows, columns that it covers)"""
    properties = cell.find(WORD + "tcPr")
    if properties is None:
        return "", 1
    merge, span = properties.find(WORD + "vMerge"), properties.find(WORD + "gridSpan")
    columns = span.get(WORD + "val") if span is not None else "1"
    down = "" if merge is None else merge.get(WORD + "val") or "continue"
    return down, max(1, int(columns)) if columns.isdecimal() else 1


def _is_hidden(run) -> bool:
    properties = run.find(WORD + "rPr") if run.tag == WORD + "r" else None
    hidden = None if properties is None else properties.find(WORD + "vanish")
    return hidden is not None and hidden.get(WORD + "val") not in ("0", "false")
