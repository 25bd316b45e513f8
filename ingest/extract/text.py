"""Plain text in any encoding that Chinese or English texts come in."""

import codecs
import logging

from ingest.document import CorpusError
from ingest.extract.legible import why_illegible

log = logging.getLogger(__name__)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4000  # characters of a text in a guessed encoding that are looked at
_CHINESE_ENCODINGS = ["gb18030", "big5", "utf_16_le", "utf_16_be"]


def decode(data: bytes, where: str) -> str:
    """Text of ``data`` by its byte-order mark, as UTF-8, or in the Chinese encoding that fits it best.

    Raises:
        CorpusError: in no encoding that can be recognised, or cut off in the middle of a character.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, where)
    zeros = data.count(0)
    full_of_zeros = zeros > len(data) // 100  # as a text in UTF-16 is
    if not full_of_zeros:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            # Nothing but UTF-8 goes well for so long; three bytes are one character of another encoding and a half.
            if error.start >= len(data) - 3 and error.reason == "unexpected end of data" and error.start > 30:
                raise CorpusError(
                    f"{where}: ends in the middle of a character (byte {error.start} of {len(data)}, UTF-8): the file"
                    " was cut off; obtain it again"
                ) from None
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
    text = _strict(data, best.encoding, where)
    if why_illegible(text[:_SAMPLE]):
        raise CorpusError(f"{where}: fits {best.encoding} best, and is no text in that either; save the file as UTF-8")
    return text


def declared(data: bytes, encoding: str) -> str | None:
    """Text of ``data`` in the encoding that it names itself, None if it is not in that.

    GB2312 and GBK are read as GB18030, which holds both: pages name the smaller and use the larger.
    """
    name = encoding.strip().lower().replace("_", "-")
    name = "gb18030" if name in {"gb2312", "gbk", "gb-2312", "x-gbk", "cp936"} else name
    name = "big5hkscs" if name == "big5" else name
    try:
        codecs.lookup(name)
        return data.decode(name)
    except (LookupError, UnicodeDecodeError, ValueError):
        return None


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(f"{where}: not {encoding} at byte {error.start}; save the file as UTF-8") from None
