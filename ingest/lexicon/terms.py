"""Terms of a Chinese, English or mixed text: what keyword search compares.

- A run of Chinese characters gives its character bigrams, and its single characters as *pieces*; a run of one
  character is that character. Nothing here needs a dictionary, so a text has the same terms whatever the
  lexicon knows.
- A Latin word is lower-cased, freed of accents and stemmed (Snowball English). A hyphenated or slashed word
  gives its parts and the parts written as one: "co-operation" also meets "cooperation".
- A number is itself; thousands separators are dropped ("1,000" is "1000").
- A Chinese number gives the number beside its bigrams, where it is one beyond doubt: after 第 or of several
  characters (第十六条 gives 16, 九万元 gives 90000, 二〇一八年 gives 2018).
- An identifier is kept whole, written without its separators, beside its parts: "GB/T 19001-2016" gives
  ``gbt19001``, ``gbt190012016``, ``gb``, ``t``, ``19001``, ``2016``.

Matching happens on folded text: full width becomes half width, traditional characters become simplified ones.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import Stemmer

from ingest.simplified import simplified_characters

CJK = "\u3400-\u9fff\uf900-\ufaff"  # what counts as a Chinese character; rarer planes are treated as words

_APOSTROPHES = "'’‘ʼ"
CHINESE_RUN = re.compile(f"[{CJK}]+")
# Letters and digits of any script but Chinese, joined by one separator inside: 3.5, e-ciq, gb/t19001-2016.
_WORD = re.compile(rf"[^\W_{CJK}]+(?:[-./&+_'][^\W_{CJK}]+)*")
_PART = re.compile(r"[^\W_]+")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
# Capitals, perhaps a slash, then a number: ISO 9001, GB/T 19001-2016, CNCA-C07-01.
_IDENTIFIER = re.compile(r"\b([A-Z]{2,6}(?:[/-][A-Z]{1,3})?)[ -]?(\d{2,6})((?:[-.:]\d{1,5})*)")
_PLURAL_S = re.compile(r"'s\b")

_DIGITS = {
    digit: value
    for value, digits in enumerate(("〇零", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for digit in digits
}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_NUMERAL = re.compile(r"(第?)([〇零一二两三四五六七八九十][〇零一二两三四五六七八九十百千万亿]*)")
_TENS_OF_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)([万亿])")

_stem = Stemmer.Stemmer("english").stemWord
_HERE = Path(__file__).parent


def fold(text: str) -> str:
    """The text for matching: half width, simplified characters, no accents. Case stays; length may change."""
    return _THOUSANDS.sub("", text.translate(_fold_table()))


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeats kept: words, numbers, identifiers, Chinese bigrams."""
    folded = fold(text)
    found = [
        (match.start(), i, term)
        for match in CHINESE_RUN.finditer(folded)
        for i, term in enumerate(bigrams(match.group()))
    ]
    found += [(start, 0, term) for start, term in latin_terms(folded)]
    found += [(start, 0, number) for start, _, number in numerals(folded)]
    found.sort(key=lambda item: item[:2])
    return [term for _, _, term in found]


def bigrams(run: str) -> list[str]:
    """Character bigrams of a run of Chinese characters; a single character is itself."""
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]


def numerals(folded: str) -> list[tuple[int, int, str]]:
    """(start, end, number in digits) of the Chinese numbers of a folded text, 第 not included."""
    found = []
    for match in _NUMERAL.finditer(folded):
        written = match.group(2)
        if len(written) > 1 or match.group(1):
            value = _value(written)
            if value is not None:
                found.append((match.start(2), match.end(2), str(value)))
    for match in _TENS_OF_THOUSANDS.finditer(folded):  # 9万元
        found.append((match.start(), match.end(), str(round(float(match.group(1)) * _UNITS[match.group(2)]))))
    return found


def _value(written: str) -> int | None:
    """The number a Chinese numeral stands for; None for what is no well-formed one (万一, 三四)."""
    if not any(character in _UNITS for character in written):
        digits = "".join(str(_DIGITS[character]) for character in written)
        return int(digits) if len(digits) == 1 or len(digits) == 4 else None
    total = section = digit = 0
    for character in written:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        unit = _UNITS[character]
        if unit >= 10_000:
            section += digit
            if not section:
                return None
            total, section, digit = (total + section) * unit if unit > 10_000 else total + section * unit, 0, 0
        else:
            section, digit = section + (digit or 1) * unit, 0
    return total + section + digit


def latin_terms(folded: str) -> list[tuple[int, str]]:
    """(start, term) of the words, numbers and identifiers of a folded text."""
    lowered = folded.lower()
    found = [
        (match.start(), term)
        for match in _WORD.finditer(_PLURAL_S.sub("", lowered) if "'" in lowered else lowered)
        for term in _word_terms(match.group())
    ]
    for match in _IDENTIFIER.finditer(folded):
        letters, number, tail = match.groups()
        whole = _joined(letters + number)
        if letters + number not in match.group():  # "ISO 9001", "GB/T 19001": the word rule saw two words
            found.append((match.start(), whole))
            if tail:
                found.append((match.start(), whole + _joined(tail)))
        elif tail:
            found.append((match.start(), whole))
    return found


@lru_cache(maxsize=200_000)
def _word_terms(word: str) -> tuple[str, ...]:
    """Terms of one lower-case word of the word rule: its parts, and the whole where it has several."""
    if word.isalpha() and len(word) < 40:
        return (stem(word),)
    if word.isdecimal() or re.fullmatch(r"\d+(\.\d+)+", word):
        return (word,)
    parts = _PART.findall(word.replace("'", ""))
    if len(parts) == 1:
        mixed = _LETTERS_OR_DIGITS.findall(parts[0])
        if len(mixed) == 2 and min(map(len, mixed)) >= 2:  # iso9001 also meets "ISO standard 9001"
            return (parts[0], *(stem(part) for part in mixed))
        return (stem(parts[0]),)
    found = [stem(part) for part in parts]
    if len(parts) <= 4:
        found.append(stem("".join(parts)))
    return tuple(found)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Snowball stem of a lower-case word; whatever holds a digit stays as it is."""
    return _stem(word) if word.isalpha() else word


def is_chinese(term: str) -> bool:
    return "\u3400" <= term[:1] <= "\ufaff"


def is_content(term: str) -> bool:
    """Whether a term carries meaning of its own. Stop words of both languages do not, nor single letters."""
    if term in _stop_words():
        return False
    return len(term) > 1 or term.isdecimal() or is_chinese(term)


def _joined(text: str) -> str:
    return "".join(_PART.findall(text)).lower()


@lru_cache(maxsize=1)
def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {ord(one): other for one, other in simplified_characters().items()}
    for code in range(0xC0, 0x250):  # é, ü, ā: the letter without its accent
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii():
            table[code] = base
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {ord(mark): "'" for mark in _APOSTROPHES}
    table |= {ord(mark): "-" for mark in "‐‑‒–"} | {0x3000: " ", 0xAD: ""}
    table |= {0xFB01: "fi", 0xFB02: "fl", 0xFB00: "ff", 0xFB03: "ffi", 0xFB04: "ffl"}
    return table


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    """Words of ``stopwords.txt``, the English ones stemmed."""
    lines = (_HERE / "stopwords.txt").read_text("utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return frozenset(stem(word) for word in words) | frozenset(words)
