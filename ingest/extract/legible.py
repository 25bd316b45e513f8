"""Is this the text of the page, or what a broken font made of it?

Two things tell. Characters that stand for no character: U+FFFD, private use, control characters, and glyph names
("/G21", "(cid:33)") that a reader of PDF puts where a font does not say what a glyph means. And words: of the pairs of
Chinese characters that stand next to each other, and of the letters of words in Latin script, how many are those of
words that the shipped encoder's vocabulary knows (its pieces are the words and strings that are frequent in the
parallel texts it was trained on). Measured in windows of 800 characters: laws 0.52 to 0.75 of the pairs, any Chinese
prose 0.10 to 0.60; the same laws in a wrong encoding or with a shifted or shuffled font 0.00 to 0.02. English
regulations 0.71 to 1.00 of the letters, mathematics in standards 0.19 to 0.80, shifted English 0.00 to 0.17. Besides,
Chinese characters that the vocabulary has nowhere, and letters with accents, are rare in right text.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.simplified import simplified_characters

_VOCABULARY = Path(__file__).parents[1] / "encoder" / "model" / "tokenizer.json"
# Names of glyphs in a row; the /T1234 of GB/T1234 is none.
_GLYPH_NAMES = re.compile(r"(?<![0-9A-Za-z])(?:/[A-Za-z]{1,2}[0-9A-F]{2,4})+(?![0-9A-Za-z])|\(cid:\d+\)")
_NO_CHARACTER = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef]")
_SYMBOL = re.compile("[\uf000-\uf0ff]")  # ticks and bullets of symbol fonts, or all letters of a broken one
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_HAN_RUN = re.compile("[\u3400-\u9fff\uf900-\ufaff]{2,}")
_LATIN_RUN = re.compile(r"[^\W\d_\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]{2,}")
_LOST_SHARE = 0.05  # of the characters of a page
_SYMBOL_SHARE = 0.3
_HAN_SHARE = 0.05  # of the pairs; right text has 0.10 and more, wrong text 0.02 and less
_LATIN_SHARE = 0.25  # of the letters
_STRANGE_SHARE = 0.1  # of the Chinese characters
_FOREIGN_SHARE = 0.2  # of the letters; a page full of Finnish names has 0.05
_FEW_PAIRS = 20  # below these nothing can be told
_FEW_LETTERS = 40
_LETTERS_OF_A_PAIR = 2.5  # letters of English that say as much as a Chinese character


@dataclass(frozen=True)
class Words:
    """Chinese characters and pairs of them inside known words, and words of Latin letters, in small letters."""

    characters: frozenset[str]
    pairs: frozenset[str]
    latin: frozenset[str]


@cache
def known_words() -> Words:
    """Of the shipped encoder's vocabulary; 0.3 s, so a page without any text never asks for it."""
    pieces = json.loads(_VOCABULARY.read_text("utf-8"))["model"]["vocab"]
    characters: set[str] = set()
    pairs: set[str] = set()
    latin: set[str] = set()
    for piece, _ in pieces:
        word = piece.removeprefix("▁")
        if word is not piece and word.isascii() and word.isalpha():
            latin.add(word)
        elif _HAN.match(word):
            characters.update(word)
            pairs.update(word[at : at + 2] for at in range(len(word) - 1))
    return Words(frozenset(characters), frozenset(pairs), frozenset(latin))


@cache
def _simplify() -> dict[int, str]:
    return str.maketrans(simplified_characters())


def is_word(word: str) -> bool:
    """Whether an English word is known, as it stands or without a usual ending."""
    latin = known_words().latin
    small = word.casefold()
    if small in latin:
        return True
    return any(small.endswith(end) and small.removesuffix(end) in latin for end in ("s", "es", "ed", "d", "ing", "ly"))


def lost_characters(text: str) -> tuple[int, int]:
    """(characters that stand for no character, all characters but spaces)"""
    without = _GLYPH_NAMES.sub(lambda names: "\ufffd" * max(1, names.group().count("/")), text)
    characters = sum(not character.isspace() for character in without)
    symbols = len(_SYMBOL.findall(without))
    lost = len(_NO_CHARACTER.findall(without))
    return lost - (symbols if symbols <= _SYMBOL_SHARE * characters else 0), characters


def why_illegible(text: str) -> str | None:
    """Why ``text`` cannot be what a page says, None if it can."""
    lost, characters = lost_characters(text)
    if lost > _LOST_SHARE * characters:
        return f"{lost} of {characters} characters are undefined in the fonts of this page"
    han = _HAN.findall(text.translate(_simplify()))
    strange = sum(character not in known_words().characters for character in han) if han else 0
    if len(han) >= _FEW_PAIRS and strange > _STRANGE_SHARE * len(han):
        return f"the fonts of this page give wrong characters: {strange} of {len(han)} Chinese ones are used nowhere"
    pairs, known_pairs = _pairs(text)
    words = _LATIN_RUN.findall(_GLYPH_NAMES.sub(" ", text))
    letters = sum(map(len, words))
    foreign = sum(not letter.isascii() for word in words for letter in word)
    if letters >= _FEW_LETTERS and foreign > _FOREIGN_SHARE * letters:
        return f"the fonts of this page give wrong characters: {foreign} of {letters} letters are not English"
    known_letters = sum(len(word) for word in words if is_word(word))
    for_it = against = 0.0
    if pairs >= _FEW_PAIRS:
        weight = float(pairs)
        for_it, against = (weight, 0.0) if known_pairs >= _HAN_SHARE * pairs else (0.0, weight)
    if letters >= _FEW_LETTERS:
        weight = letters / _LETTERS_OF_A_PAIR
        if known_letters >= _LATIN_SHARE * letters:
            for_it += weight
        else:
            against += weight
    if against <= for_it:
        return None
    return (
        "the fonts of this page give wrong characters: of its words"
        f" {(known_pairs + known_letters) / (pairs + letters):.0%} are known"
    )


def _pairs(text: str) -> tuple[int, int]:
    known = known_words().pairs
    runs = _HAN_RUN.findall(text.translate(_simplify()))
    pairs = [run[at : at + 2] for run in runs for at in range(len(run) - 1)]
    return len(pairs), sum(pair in known for pair in pairs)
