"""What reading a file gives."""

from dataclasses import dataclass

from ingest.document import UnreadPage


@dataclass(frozen=True)
class Extracted:
    """The text of a file, and what a person should know about how it was read."""

    text: str
    page_starts: tuple[int, ...] = ()  # offsets in the text, one for each page; () where the file has no pages
    ocr_pages: tuple[int, ...] = ()  # numbers, from 1, of the pages whose text was recognised from an image
    unread_pages: tuple[UnreadPage, ...] = ()  # left out
    left_out: tuple[tuple[str, int], ...] = ()  # (what of the file is not in the text, how many characters)
    notes: tuple[str, ...] = ()  # what differs from what is expected, without making the text wrong
