"""File bytes → text. Which reader takes a file is decided by its first bytes, not by its name.

Plain text is decoded here; HTML, Word and PDF files are read by parsers in a child process (child.py).
"""

import codecs
import re
from dataclasses import replace
from pathlib import Path

from ingest.document import CorpusError
from ingest.extract.child import Reader
from ingest.extract.result import Extracted
from ingest.extract.text import decode

__all__ = ["Extracted", "Reader", "extract", "kind_of"]

_LARGEST = 256 * 1024 * 1024  # bytes of a file
_NAMES = {"html": "an HTML page", "docx": "a Word document", "pdf": "a PDF", "text": "plain text"}
_ENDINGS = {
    "txt": "text", "text": "text", "md": "text", "html": "html", "htm": "html", "shtml": "html", "docx": "docx",
    "pdf": "pdf",
}  # fmt: skip
# A page may begin with a comment, a processing instruction or spaces, and leave out <html>.
_HTML = re.compile(
    rb"(?:\s|<\?xml[^>]*>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body|title|meta|div|table|p|h[1-6])[\s>]",
    re.IGNORECASE | re.DOTALL,
)


def extract(file: Path, reader: Reader | None = None) -> Extracted:
    """The text of a file; ``reader`` is the child process to use, one of its own without it.

    Raises:
        CorpusError: the file is empty, of another kind, cannot be read, or not within the reader's limits.
    """
    size = file.stat().st_size
    if size > _LARGEST:
        raise CorpusError(f"{file}: {size} bytes; at most {_LARGEST} are read; divide it")
    data = file.read_bytes()
    if not data.strip():
        raise CorpusError(f"{file}: the file is empty ({len(data)} bytes)")
    kind = kind_of(data, file)
    if kind == "text":
        extracted = Extracted(decode(data, str(file)))
    elif reader:
        extracted = reader.read(file, kind)
    else:
        with Reader() as own:
            extracted = own.read(file, kind)
    named = _ENDINGS.get(file.suffix.removeprefix(".").lower())
    if named and named != kind:
        lie = f"named {file.suffix}, but {_NAMES[kind]} by its content; read as that"
        extracted = replace(extracted, notes=(lie, *extracted.notes))
    return extracted


def kind_of(data: bytes, file: Path) -> str:
    """What a file is by its first bytes: "text", "html", "docx" or "pdf".

    Raises:
        CorpusError: something else that is known, and cannot be read.
    """
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        if b"word/document" in data or b"word/" in data[-65536:]:
            return "docx"
        if b"[Content_Types].xml" not in head and b"PK\x05\x06" in data[-65558:]:
            raise CorpusError(f"{file}: a zip file; expected text, HTML, Word (.docx) or PDF; unpack it")
        for part, name in ((b"xl/", "an Excel workbook"), (b"ppt/", "a presentation")):
            if part in data[-65536:]:
                raise CorpusError(f"{file}: {name}; expected text, HTML, Word (.docx) or PDF; save it as PDF")
        return "docx"  # cut off, most likely; its reader says so
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise CorpusError(f"{file}: this Office document is encrypted; save it without a password")
        raise CorpusError(f"{file}: an old Office document (.doc, .xls); open it and save it as .docx or PDF")
    if head.startswith(b"{\\rtf"):
        raise CorpusError(f"{file}: an RTF document; open it and save it as .docx or PDF")
    for start, name in ((b"\x89PNG", "a PNG"), (b"\xff\xd8\xff", "a JPEG"), (b"GIF8", "a GIF"), (b"II*\0", "a TIFF")):
        if head.startswith(start):
            raise CorpusError(f"{file}: {name} image; expected text, HTML, Word (.docx) or PDF; give its text")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()
    return "html" if _HTML.match(head.removeprefix(codecs.BOM_UTF8)) else "text"
