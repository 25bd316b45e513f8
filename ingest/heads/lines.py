"""The lines of a document that its head and its end are read from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.bilingual import language_of, stretches
from ingest.document import Document
from ingest.heads.model import Reading
from ingest.numbering import marker

_HEAD_LINES = 40  # before the first numbered line; a text without numbers has no more of a head than this
_LETTER = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Line:
    """A line of the document, or of a text in two languages a part of one; of a left-out line, in the source."""

    start: int
    end: int
    text: str
    language: str
    left_out: bool = False

    def reading(self, start: int, end: int, value: str | None = None) -> Reading:
        """What stands at ``start`` to ``end`` of this line; its own words are its value unless another is given."""
        words = self.text[start:end]
        return Reading(value or plain(words), words, self.start + start, self.start + end, self.left_out)


def plain(text: str) -> str:
    """``text`` in one line."""
    return _SPACE.sub(" ", text).strip()


def detect_language(text: str) -> Literal["zh", "en", "zh-en"] | None:
    """Of a whole text: a Chinese character counts as three letters, as it says as much. None without any of them."""
    han, latin = 3 * len(_HAN.findall(text)), len(_LETTER.findall(text))
    if not han and not latin:
        return None
    share = han / (han + latin)
    return "en" if share < 0.1 else "zh" if share > 0.8 else "zh-en"


def document_lines(document: Document) -> list[Line]:
    """The lines of the text in order; those of a text in two languages come apart into the parts of each."""
    lines, at = [], 0
    for text in document.text.split("\n"):
        if text and document.language == "zh-en":
            lines += [Line(part.start, part.end, part.text, part.language) for part in stretches(text, at)]
        elif text:
            lines.append(Line(at, at + len(text), text, document.language))
        at += len(text) + 1
    return lines


def left_out_lines(document: Document, source: str) -> list[Line]:
    """The lines of the web page around the text; ``source`` is the decoded file that their offsets belong to."""
    return [
        Line(part.start, part.end, words, language_of(words), left_out=True)
        for part in document.left_out
        if (words := source[part.start : part.end])
    ]


def head_length(lines: Sequence[Line]) -> int:
    """How many lines stand before the first numbered one, at most 40."""
    for index, line in enumerate(lines[:_HEAD_LINES]):
        number = marker(line.text[:200])
        if number and number.value is not None:
            return index
    return min(len(lines), _HEAD_LINES)


def joined(text: str, lines: Sequence[Line], value: str) -> Reading:
    """One reading over lines that follow each other."""
    start, end = lines[0].start, lines[-1].end
    return Reading(value, text[start:end], start, end)
