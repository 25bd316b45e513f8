"""Where one text stands in another, counted in characters: Chinese has no spaces to split on.

Whitespace is squeezed first, so a quote that was marked across a line break is still the same quote.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from eval.gold import Question, Quote, squeezed

# People mark evidence a word wider or narrower than a sentence ends: half of the characters is the same place.
SHARE = 0.5
# Chinese characters one by one, words and figures of other scripts whole; punctuation is no token.
_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+")

_squeezed = lru_cache(maxsize=1 << 14)(squeezed)


@lru_cache(maxsize=1 << 16)
def common(wanted: str, given: str) -> tuple[int, int]:
    """(start, end) in ``wanted`` of what ``given`` holds of it: all, a part inside, or the longer end; else empty."""
    if not given or not wanted:
        return 0, 0
    if wanted in given:
        return 0, len(wanted)
    at = wanted.find(given)
    if at >= 0:
        return at, at + len(given)
    tail, head = _overlap(wanted, given), _overlap(given, wanted)
    return (len(wanted) - tail, len(wanted)) if tail > head else (0, head)


def _overlap(one: str, other: str) -> int:
    """Characters by which the end of ``one`` is the start of ``other``."""
    start = 0
    for length in range(min(len(one), len(other)), 0, -1):
        # The first character decides most of the time.
        start = len(one) - length
        if one[start] == other[0] and one.startswith(other[:length], start):
            return length
    return 0


def coverage(quote: Quote, texts: Sequence[tuple[str, str]]) -> float:
    """Share of the quote's characters that the (document_id, text) pairs hold together."""
    wanted = _squeezed(quote.text)
    held = [common(wanted, _squeezed(text)) for document_id, text in texts if document_id == quote.document_id]
    return _length_of_union(held) / len(wanted)


def carries(quote: Quote, texts: Sequence[tuple[str, str]]) -> bool:
    """Whether the texts together hold at least half of the quote."""
    return coverage(quote, texts) >= SHARE


def touches(quote: Quote, document_id: str, text: str) -> bool:
    """Whether at least half of the quote stands in the text, or of the text in the quote."""
    if document_id != quote.document_id:
        return False
    wanted, given = _squeezed(quote.text), _squeezed(text)
    start, end = common(wanted, given)
    return end > start and (end - start) >= SHARE * min(len(wanted), len(given))


def groups_touched(question: Question, document_id: str, text: str) -> set[int]:
    """Which evidence groups a text stands for on its own."""
    return {
        at for at, group in enumerate(question.evidence) if any(touches(quote, document_id, text) for quote in group)
    }


def marked(text: str, document_id: str, quotes: Sequence[Quote]) -> list[tuple[str, bool]]:
    """The squeezed text in pieces, each with whether it is part of one of the quotes."""
    given = _squeezed(text)
    inside = [False] * len(given)
    for quote in quotes:
        if quote.document_id == document_id:
            start, end = common(given, _squeezed(quote.text))
            # A word in common by chance is no evidence.
            if end - start >= SHARE * min(len(given), len(_squeezed(quote.text))):
                inside[start:end] = [True] * (end - start)
    pieces: list[tuple[str, bool]] = []
    for character, is_inside in zip(given, inside, strict=True):
        if pieces and pieces[-1][1] == is_inside:
            pieces[-1] = (pieces[-1][0] + character, is_inside)
        else:
            pieces.append((character, is_inside))
    return pieces


def share_inside(text: str, document_id: str, quotes: Sequence[Quote]) -> float:
    """Share of the text's characters that are part of one of the quotes."""
    pieces = marked(text, document_id, quotes)
    total = sum(len(piece) for piece, _ in pieces)
    return sum(len(piece) for piece, is_inside in pieces if is_inside) / total if total else 0.0


def tokens(text: str) -> list[str]:
    """Chinese characters and the words of other scripts, lower-cased, without punctuation."""
    return [token.casefold() for token in _TOKEN.findall(text)]


def _length_of_union(spans: Sequence[tuple[int, int]]) -> int:
    length = reached = 0
    for start, end in sorted(spans):
        length += max(0, end - max(start, reached))
        reached = max(reached, end)
    return length
