"""Text as references are looked for in it: another character for another, so that every offset stays.

Full width becomes half width, traditional characters simplified ones, and every pair of brackets ``[ ]``.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.lexicon.terms import fold as fold_term
from ingest.numbering import CARDINALS, DIGIT_VALUES, ORDINALS, ROMAN, UNIT_VALUES, zh_number

_OPENING = "〔［[（(【﹝〖〘❲"
_CLOSING = "〕］]）)】﹞〗〙❳"
_DASHES = "—–―‐‑‒－﹣~～"
_SPACES = "\t\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
ZH_DIGITS = "零〇一二三四五六七八九十百千两"
NUMERAL = rf"(?:[0-9]{{1,5}}|[{ZH_DIGITS}]{{1,9}})"
YEAR = rf"(?:(?:19|20)[0-9]{{2}}|[一二][{ZH_DIGITS}]{{3}})"
_ROMAN = {letter.lower(): value for letter, value in ROMAN.items()}
_WORDS = {word: value for words in (CARDINALS, ORDINALS) for value, word in enumerate(words, 1)}


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    characters = "".join(map(chr, (*range(0x3400, 0xA000), *range(0xFF01, 0xFF5F), *range(0xC0, 0x250))))
    folded = fold_term(characters)
    if len(folded) != len(characters):  # a thousands separator or a ligature would have moved every offset after it
        folded = "".join(one if len(one := fold_term(character)) == 1 else character for character in characters)
    table = {ord(old): new for old, new in zip(characters, folded, strict=True) if old != new}
    table |= {ord(mark): "[" for mark in _OPENING} | {ord(mark): "]" for mark in _CLOSING}
    table |= {ord(mark): "-" for mark in _DASHES} | {ord(mark): " " for mark in _SPACES}
    table |= {ord(mark): "'" for mark in "’‘ʼ`"} | {ord(mark): '"' for mark in "“”„‟「」『』〝〞"}
    table |= {ord("○"): "〇", ord("◯"): "〇", ord("〈"): "《", ord("〉"): "》", ord("＜"): "<", ord("＞"): ">"}
    return table


def same_length_fold(text: str) -> str:
    """``text`` for matching; ``same_length_fold(text)[i]`` stands for ``text[i]``."""
    return text.translate(_table())


@lru_cache(maxsize=20_000)
def numeral(text: str) -> int | None:
    """Value of 12, 二十一, 一百零五, 二〇一八, xii, "five" or "fifth" (in lower case); None for anything else."""
    if text.isdecimal() and text.isascii():
        return int(text)
    if text and all(character in DIGIT_VALUES or character in UNIT_VALUES for character in text):
        return zh_number(text)
    if text in _WORDS:
        return _WORDS[text]
    if re.fullmatch(r"[ivxlc]{1,7}", text):
        values = [_ROMAN[character] for character in text]
        pairs = zip(values, [*values[1:], 0], strict=True)
        return sum(-value if value < after else value for value, after in pairs)
    return None


def without_ending(word: str, endings: Sequence[str]) -> str:
    """``word`` without the first of ``endings`` that it has, if at least four letters stay."""
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
