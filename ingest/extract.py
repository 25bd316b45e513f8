"""File bytes → text. Which reader takes a file is decided by its first bytes, not by its name."""

import codecs
import io
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from ingest.document import CorpusError

log = logging.getLogger(__name__)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE_ENCODINGS = ["gb18030", "big5", "utf_16_le", "utf_16_be"]


@dataclass(frozen=True)
class Extracted:
    """The text of a file, and the offsets in it at which its pages start (one page if it has none)."""

    text: str
    page_starts: tuple[int, ...]


def extract(file: Path) -> Extracted:
    """Text of a plain-text or PDF file.

    Raises:
        CorpusError: if the file is empty, of another kind, or in no encoding that can be recognised.
    """
    data = file.read_bytes()
    if not data.strip():
        raise CorpusError(f"{file}: the file is empty ({len(data)} bytes)")
    if data.startswith(b"%PDF-"):
        return _pdf(file, data)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CorpusError(f"{file}: an Office or zip file; expected plain text or PDF; save its text as UTF-8")
    if re.match(rb"\s*(<!doctype html|<html)", data[:1000], re.IGNORECASE):
        raise CorpusError(f"{file}: an HTML page; expected plain text or PDF; save its text as UTF-8")
    return Extracted(decode(data, str(file)), (0,))


def decode(data: bytes, where: str) -> str:
    """Text of ``data`` by its byte-order mark, as UTF-8, or in the Chinese encoding that fits it best."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, where)
    zeros = data.count(0)
    full_of_zeros = zeros > len(data) // 100  # as a text in UTF-16 is
    if not full_of_zeros:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes  # takes 50 ms to import; most files never need it

    best = from_bytes(data, cp_isolation=_CHINESE_ENCODINGS).best()
    if full_of_zeros and not (best and best.encoding.startswith("utf_16")):
        raise CorpusError(
            f"{where}: holds {zeros} NUL bytes, the first at byte {data.index(0)}, and is not UTF-16;"
            " save the file as UTF-8 text"
        )
    if best is None:
        raise CorpusError(f"{where}: in no text encoding that is known here; save the file as UTF-8")
    log.info("%s: read as %s", where, best.encoding)
    return _strict(data, best.encoding, where)


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(f"{where}: not {encoding} at byte {error.start}; save the file as UTF-8") from None


def _pdf(file: Path, data: bytes) -> Extracted:
    from pypdf import PdfReader  # takes 0.2 s to import; most corpora are text

    try:
        pages = [_whole_characters(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]
    except Exception as error:  # on a damaged file pypdf raises whatever its own code runs into, AttributeError too
        if b"/Encrypt" in data:
            raise CorpusError(f"{file}: this PDF is encrypted; save it without a password") from None
        reason = repr(error)[:200]  # repr, since the message may quote the file's bytes
        raise CorpusError(f"{file}: this PDF cannot be read ({reason}); export it again, or give its text") from None
    if not any(page.strip() for page in pages):
        raise CorpusError(f"{file}: no text on any of {len(pages)} pages; a scanned document needs text recognition")
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page) + 1
    return Extracted("\n".join(pages), tuple(starts))


def _whole_characters(text: str) -> str:
    """``text`` with halves of characters (lone surrogates, from broken font tables) as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
