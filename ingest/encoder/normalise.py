"""The character map of the tokenizer: one pass from any text to simplified, lower-case, plain characters.

`tokenizers` carries such a map as a `Precompiled` normalizer: a double-array trie over UTF-8 bytes followed by
the replacement strings (the form SentencePiece writes). Building it here keeps everything the encoder does to a
text inside `tokenizer.json`, so every reader of that file gives the same tokens.
"""

import struct
import unicodedata

from ingest.simplified import simplified_characters


def character_map() -> dict[str, str]:
    """Every character that changes, with its replacement: NFKC, lower case, Latin accents removed, traditional
    to simplified, and a space for punctuation, symbols and control characters."""
    simplified = simplified_characters()
    mapping = {}
    for code in range(1, 0x20000):
        character = chr(code)
        if unicodedata.category(character) in ("Cn", "Cs"):
            continue
        replacement = "".join(_plain(part, simplified) for part in unicodedata.normalize("NFKC", character))
        if replacement != character:
            mapping[character] = replacement
    return mapping


def _plain(character: str, simplified: dict[str, str]) -> str:
    category = unicodedata.category(character)
    if category == "Mn":
        return ""
    if category[0] in "PSZC":
        return " "
    lowered = character.lower()
    base = unicodedata.normalize("NFD", lowered)
    if "a" <= base[0] <= "z":
        return "".join(part for part in base if not unicodedata.combining(part))
    return simplified.get(lowered, lowered)


def precompiled(mapping: dict[str, str]) -> bytes:
    """`mapping` as the bytes of a SentencePiece character map: trie size, trie units, replacements."""
    offsets, pool = {}, bytearray()
    for replacement in sorted(set(mapping.values())):
        offsets[replacement] = len(pool)
        pool += replacement.encode("utf-8") + b"\0"
    units = _double_array({key.encode("utf-8"): offsets[value] for key, value in mapping.items()})
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(pool)


def _double_array(values: dict[bytes, int]) -> list[int]:
    """A double-array trie in the unit layout of darts-clone (https://github.com/s-yata/darts-clone).

    A unit holds a label (bits 0-7), a flag "a value hangs here" (bit 8), and the distance to its children
    (bits 10-30, counted in 256s when bit 9 is set); the unit of a value has bit 31 set.
    """
    root: dict = {}
    for key, value in values.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[None] = value
    # Two nodes never share a base: a label would lead from one to the children of the other.
    units, taken, bases, start = {}, {0}, set(), 1
    todo = [(0, 0, root)]
    while todo:
        position, label, node = todo.pop()
        labels = [0 if byte is None else byte for byte in node]
        base = start
        while base in bases or not _fits(base ^ position, base, labels, taken):
            base += 1
        bases.add(base)
        start = max(start, base - 256)  # behind this little is free: not worth looking again
        distance = base ^ position
        unit = label | (distance << 10 if distance < 1 << 21 else (distance >> 8) << 10 | 1 << 9)
        for byte, child in node.items():
            place = base ^ (byte or 0)
            taken.add(place)
            if byte is None:
                unit |= 1 << 8
                units[place] = child | 1 << 31
            else:
                todo.append((place, byte, child))
        units[position] = unit
    return [units.get(place, 0) for place in range((max(units) | 0xFF) + 1)]


def _fits(distance: int, base: int, labels: list[int], taken: set[int]) -> bool:
    if distance >= 1 << 21 and distance & 0xFF:
        return False
    return not any(base ^ label in taken for label in labels)
