"""Text rules with an offset map back to the source.

Only what nobody can see changes: line ends, runs of spaces, invisible and directional characters, and the radical
look-alikes that PDF fonts put in the place of characters. Words, punctuation and width stay as they are, since this
text is what is quoted.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# Kangxi radicals and the CJK radicals supplement look like ordinary characters but do not match them.
_RADICALS = "\u2e80-\u2ef3\u2f00-\u2fd5"
# Zero-width, soft hyphen, directional and other control characters; none is visible, some reorder what is.
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f"
)
_SPACE = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAK = "\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]"
_CHANGE = re.compile(
    f"(?P<lines>[{_SPACE}{_INVISIBLE}]*(?:{_BREAK})(?:{_BREAK}|[{_SPACE}{_INVISIBLE}])*)"
    f"|(?P<spaces>[{_SPACE}][{_SPACE}{_INVISIBLE}]*)"
    f"|(?P<invisible>[{_INVISIBLE}]+)"
    f"|(?P<radical>[{_RADICALS}])"
)


@dataclass(frozen=True)
class Mapped:
    """A text and where it comes from: ``origin`` holds (offset here, offset in the source), ascending.

    Between two entries both offsets advance together.
    """

    text: str
    origin: tuple[tuple[int, int], ...]

    def source_offset(self, offset: int) -> int:
        """Offset in the source of the character at ``offset`` here."""
        here, there = self.origin[max(0, bisect_right(self.origin, (offset, float("inf"))) - 1)]
        return there + offset - here

    def offset_at(self, source_offset: int) -> int:
        """Offset here of a character of the source, or of the first one kept after it."""
        at = bisect_right(self.origin, source_offset, key=lambda entry: entry[1]) - 1
        if at < 0:
            return 0
        here, there = self.origin[at]
        following = self.origin[at + 1][0] if at + 1 < len(self.origin) else len(self.text)
        return min(here + source_offset - there, following)

    def keep(self, spans: list[tuple[int, int]], joiner: str = "\n") -> "Mapped":
        """Only the given ascending spans of this text, joined; offsets still lead to the source."""
        parts: list[str] = []
        origin: list[tuple[int, int]] = []
        length = 0
        starts = [here for here, _ in self.origin]
        for start, end in spans:
            if parts:
                parts.append(joiner)
                length += len(joiner)
            _lead(origin, length, self.source_offset(start))
            for here, there in self.origin[bisect_right(starts, start) : bisect_right(starts, end - 1)]:
                _lead(origin, length + here - start, there)
            parts.append(self.text[start:end])
            length += end - start
        return Mapped("".join(parts), tuple(origin) or ((0, 0),))


def normalise(source: str) -> Mapped:
    """Normalised text of ``source``: lines end in one newline, a blank line separates what was apart."""
    parts: list[str] = []
    origin: list[tuple[int, int]] = [(0, 0)]
    length = done = 0
    for change in _CHANGE.finditer(source):
        if change.group() in "\n ":  # as it should be
            continue
        kept = source[done : change.start()]
        replacement = _replacement(change)
        parts += (kept, replacement)
        length += len(kept)
        if replacement:
            _lead(origin, length, change.start())
        length += len(replacement)
        done = change.end()
        _lead(origin, length, done)
    parts.append(source[done:])
    text = "".join(parts)
    stripped = text.strip()
    start = text.index(stripped) if stripped else 0
    return Mapped(text, tuple(origin)).keep([(start, start + len(stripped))])


def _lead(origin: list[tuple[int, int]], here: int, there: int) -> None:
    """Add an entry, if it says anything that does not follow from the one before."""
    if not origin or origin[-1][1] - origin[-1][0] != there - here:
        origin.append((here, there))


def _replacement(change: re.Match) -> str:
    if change.lastgroup == "spaces":
        return " "
    if change.lastgroup == "lines":
        return "\n\n" if len(re.findall(_BREAK, change.group())) > 1 else "\n"
    if change.lastgroup == "radical":
        return unicodedata.normalize("NFKC", change.group())
    return ""


def unicode_width(text: str) -> int:
    """Columns that ``text`` takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
