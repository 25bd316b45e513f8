"""Lists of document numbers that name the issuer once: 公告2015年第57号、2016年第52号 are two announcements."""

import re
from collections.abc import Iterator

from ingest.references.text import NUMERAL, YEAR, numeral

# What may follow a number of a list; a thing that is counted may not (第5号台风, 5号楼).
_END = (
    r"(?=\]|$|[^\u4e00-\u9fffA-Za-z0-9]"
    r"|公告|通告|令|文|通知|同时|予以|废止|失效|修[正改订]|规定|的|等|和|及|与|以及|均|中|所|之|执行)"
)
_OF_KIND = re.compile(
    rf" ?(?:[、,和及与或]|以及|或者) ?(?P<printed>(?:(?P<year>{YEAR}) ?年 ?)?第 ?(?P<serial>{NUMERAL}) ?号){_END}"
)
_OF_SERIES = re.compile(
    r" ?(?:[、和及与]|以及) ?"
    rf"(?P<printed>(?:\[ ?(?P<year>{YEAR}) ?年? ?\] ?)?(?:第 ?)?(?P<serial>{NUMERAL}) ?号){_END}"
)
_ENGLISH = re.compile(
    r",? ?(?:and|or|,)? ?(?P<printed>N[oO]s?\b\.? ?(?P<serial>[0-9]{1,5})(?: of (?P<year>(?:19|20)[0-9]{2})\b)?)"
)


def list_after(
    folded: str, start: int, end: int, year: int | None, of_kind: bool
) -> Iterator[tuple[int, int, int | None, int]]:
    """(start, end, year, serial) of each number that goes on the list of the one from ``start`` to ``end``.

    ``of_kind``: that one is an announcement or an order, whose year stands in front of 第…号. A year that the list does
    not print again is that of the number before.
    """
    english = re.search("[A-Za-z]", folded[start:end])
    going_on = _ENGLISH if english else _OF_KIND if of_kind else _OF_SERIES
    if english and not of_kind:
        return
    while (match := going_on.match(folded, end)) and (serial := numeral(match["serial"])) is not None:
        end, year = match.end(), numeral(match["year"]) if match["year"] else year
        yield match.start("printed"), end, year, serial
