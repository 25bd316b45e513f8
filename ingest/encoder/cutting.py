"""The tokens of many texts at once: those of the tokenizer, in a quarter to two thirds of its time.

Between two characters that stand together in no piece of the vocabulary every segmentation has a border. Texts are
cut there with a few array operations; the short parts repeat (a word, two or three characters of Chinese), so the
tokenizer is asked once for each and its answer is remembered.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from tokenizers import Tokenizer

# Characters whose normalisation does not depend on their neighbours: no combining marks, no joiners, no jamo.
PLAIN = (
    (0x09, 0x0D),
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x17F),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2100, 0x2BFF),
    (0x3000, 0x3029),
    (0x3041, 0x3096),
    (0x30A0, 0x30FF),
    (0x3200, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE6B),
    (0xFF01, 0xFF9D),
    (0xFFE0, 0xFFEE),
)
POINTS = 0x10000  # code points with an entry of their own; those above are not plain
SPACE = 0x20
WORD_START = "▁"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SEPARATOR = "α"  # in no range of PLAIN, and its own normal form
TEXTS = 1024  # cut together
REMEMBERED = 200_000  # parts, about 50 MB


class Cutter:
    """Texts to tokens for a unigram `tokenizer` whose letters a to z stand in pieces of letters only."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.remembered: dict[str, list[int]] = {}
        # By code point: its normal form (0 where it is not plain) and the row of that form in `joins`.
        self.normal = np.zeros(POINTS, np.uint32)
        for character, normal in _plain_characters(tokenizer):
            self.normal[ord(character)] = ord(normal)
        first, second = _adjacent(tokenizer)
        known = np.unique(np.concatenate([first, second]))
        row = np.zeros(POINTS, np.int64)  # 0: stands in no piece of two characters
        row[known] = np.arange(1, len(known) + 1)
        self.row, self.rows = row[np.minimum(self.normal, POINTS - 1)], len(known) + 1
        joins = np.zeros(self.rows * self.rows, bool)
        joins[row[first] * self.rows + row[second]] = True
        self.joins = np.packbits(joins, bitorder="little")  # a megabyte, in reach of the cache

    def __call__(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        """The tokens of each text. An unknown character, which has no vector, may stand for several or be left out."""
        for start in range(0, len(texts), TEXTS):
            tokens, counts = self._cut(texts[start : start + TEXTS])
            end = 0
            for count in counts.tolist():
                yield tokens[end : (end := end + count)]

    def _cut(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        ends = np.cumsum(lengths)
        points = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
        points = np.minimum(points, POINTS - 1)
        normal, row = self.normal[points], self.row[points]
        slow = np.unique(np.searchsorted(ends, np.flatnonzero(normal == 0), "right"))
        for text in slow:
            normal[ends[text] - lengths[text] : ends[text]] = SPACE
        pair = row[:-1] * self.rows + row[1:]
        joined = self.joins[pair >> 3] >> (pair & 7).astype(np.uint8) & 1
        starts = np.concatenate([[0], np.flatnonzero(joined == 0) + 1])
        stops = np.append(starts[1:], len(points))
        solid = normal[starts] != SPACE
        starts, stops = starts[solid], stops[solid]
        line = normal.tobytes().decode("utf-32-le")
        ids = self._look_up([line[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)])
        owner = np.searchsorted(ends, starts, "right")
        if len(slow):
            whole = self.tokenizer.encode_batch_fast([texts[text] for text in slow], add_special_tokens=False)
            order = np.argsort(np.concatenate([owner, slow]), kind="stable")
            ids += [encoding.ids for encoding in whole]
            ids, owner = [ids[i] for i in order], np.concatenate([owner, slow])[order]
        counts = np.bincount(owner, np.fromiter(map(len, ids), np.int64, len(ids)), len(texts)).astype(np.int64)
        return np.fromiter(chain.from_iterable(ids), np.int32, int(counts.sum())), counts

    def _look_up(self, parts: list[str]) -> list[list[int]]:
        found = list(map(self.remembered.get, parts))
        if None in found:
            if len(self.remembered) > REMEMBERED:
                self.remembered.clear()
            new = list({part for part, ids in zip(parts, found, strict=True) if ids is None})
            encodings = self.tokenizer.encode_batch_fast(new, add_special_tokens=False)
            self.remembered.update((part, encoding.ids) for part, encoding in zip(new, encodings, strict=True))
            found = [self.remembered[part] if ids is None else ids for part, ids in zip(parts, found, strict=True)]
        return found


def _plain_characters(tokenizer: Tokenizer) -> list[tuple[str, str]]:
    """(character, normal form) of the characters in PLAIN whose normal form is one character or a space."""
    characters = [chr(point) for low, high in PLAIN for point in range(low, high + 1)]
    line = SEPARATOR.join(["", *characters, ""])
    normal = tokenizer.normalizer.normalize_str(line).split(SEPARATOR)[1:-1]
    pairs = (
        (a, b if b.isspace() else b.strip().removeprefix(WORD_START)) for a, b in zip(characters, normal, strict=True)
    )
    return [(a, " " if b.isspace() else b) for a, b in pairs if len(b) == 1 or b.isspace()]


def _adjacent(tokenizer: Tokenizer) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of code points that stand side by side in a piece, and all pairs of letters: a word of letters stays
    whole, so that only its first letter begins a part, as only there the tokenizer marks the beginning of a word."""
    line = "\n".join(piece.removeprefix(WORD_START) for piece in tokenizer.get_vocab())
    points = np.frombuffer(line.encode("utf-32-le"), np.uint32)
    together = (points[:-1] != ord("\n")) & (points[1:] != ord("\n"))
    letters = np.frombuffer(LETTERS.encode("utf-32-le"), np.uint32)
    first = np.concatenate([points[:-1][together], np.repeat(letters, len(letters))])
    second = np.concatenate([points[1:][together], np.tile(letters, len(letters))])
    return first, second
