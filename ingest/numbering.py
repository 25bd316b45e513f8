"""The number in front of a clause: which family it belongs to, and which value it has.

Families: 第N编/章/节/条, 第N部分, 一、 （一） (1) 1) 1. ① I. (a), "Part 3", "Article 12", "Three.",
"Firstly," / "The second is", 一是 / 第一，, and dashes, which have no value. A reference that happens to open a line
("第五条的规定", "11.5.14.2的试验", "Article 75 of the Regulations") is no number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

DIGIT_VALUES = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
UNIT_VALUES = {"十": 10, "百": 100, "千": 1000}
_ZH_FIGURES = "零一二三四五六七八九"
CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty"
).split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
# No list has numbers longer than these; without a bound a line of 5,000 figures would be one.
_ZH = "[零〇一二两三四五六七八九十百千]{1,12}"
_ARABIC = r"\d{1,4}"


@dataclass(frozen=True)
class Marker:
    """A number in front of a clause. ``value`` is None for dashes and bullets, which only say "an item"."""

    family: str
    value: int | None
    printed: str  # as it stands in the text, without the space after it
    length: int  # characters up to the first of the clause's words


def zh_number(text: str) -> int:
    """Value of a Chinese or Arabic numeral: 二十一 → 21, 一百零五 → 105, 12 → 12."""
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for character in text:
        if character in UNIT_VALUES:
            total += (digit or 1) * UNIT_VALUES[character]
            digit = 0
        else:
            digit = (
                digit * 10 + DIGIT_VALUES[character] if not UNIT_VALUES.keys() & set(text) else DIGIT_VALUES[character]
            )
    return total + digit


def zh_numeral(value: int) -> str:
    """1 to 9999 in Chinese: 12 → 十二, 105 → 一百零五, 1010 → 一千零一十."""
    found = ""
    for unit, weight in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // weight % 10
        if digit:
            found += _ZH_FIGURES[digit] + unit
        elif found and not found.endswith("零"):
            found += "零"
    found = found.removesuffix("零")
    return found.removeprefix("一") if 10 <= value < 20 else found


def _roman(text: str) -> int:
    values = [ROMAN[character] for character in text]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _english(text: str) -> int:
    word = text.lower()
    if word.isdecimal():
        return int(word)
    if word in CARDINALS:
        return CARDINALS.index(word) + 1
    ordinal = word if word in ORDINALS else word.removesuffix("ly")
    return ORDINALS.index(ordinal) + 1 if ordinal in ORDINALS else _roman(text.upper())


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# After 第N条 comes a space, a colon, a heading's end, or the sentence itself, but not what makes it a reference.
_NO_REFERENCE = r"(?![的和与及或、，,至到]|规定|所|之|第|以|中|等|款|项|内|外|前|后|里|[件程课辑])"
# （一）至（三）项, (2) of paragraph 3, (010) 82262721 are no items; nor is 一、二类.
_NO_ITEM = (
    r"(?!\s*(?:[项款目]|[和与及或至到、，,~～—-]\s*[（(]|\d{2,}(?!\s*年)\s*-?\s*\d|(?:and|or|to|through)\s*[（(]"
    r"|of\s+(?:the|this|that|paragraph|article|section|clause)\b))"
)
_NO_CLASS = rf"(?!{_ZH}[、类级档款条])"
_RANKED = rf"第\s*({_ZH}|{_ARABIC})\s*"
# 第一百二十条之一, an article put in later, counts as the one it follows.
_INSERTED = {"条": f"(?:之{_ZH}+)?+"}
# Without ASCII, "ſ" and "ı" would match "s" and "i", and no word list has them.
_ENGLISH = re.IGNORECASE | re.ASCII
_NOT_IN_SENTENCE = (
    r"(?!\s*(?:of|and|or|to|in|under|shall|applies|above|below|hereof|thereof|is|are|was|were)\b|\s*[,;(])"
)

_FAMILIES: tuple[tuple[str, re.Pattern, Callable[[str], int] | None], ...] = tuple(
    (family, re.compile(pattern, flags), value)
    for family, pattern, flags, value in (
        *(
            (unit, rf"{_RANKED}{unit}{_INSERTED.get(unit, '')}{_NO_REFERENCE}\s*[:：.．、]?\s*", 0, zh_number)
            for unit in ("分编", "编", "部分", "章", "节", "条")
        ),
        ("（一）", rf"[（(]\s*({_ZH})\s*[)）]{_NO_ITEM}\s*[、.．]?\s*", 0, zh_number),
        ("一、", rf"({_ZH})\s*[、.．]{_NO_CLASS}\s*", 0, zh_number),
        ("一是", rf"(?:第({_ZH})[，,、是]|({_ZH})是|({_ZH})要(?=[^求点素件闻]))\s*", 0, zh_number),
        ("(1)", rf"[（(]\s*([1-9]\d{{0,2}})\s*[)）]{_NO_ITEM}\s*", 0, int),
        ("1)", r"(\d{1,3})\s*[)）]\s*", 0, int),
        ("1.", r"(\d{1,3})\s*[.．、](?![\d.．])\s*", 0, int),
        ("①", r"([①-⑳])\s*", 0, lambda text: ord(text) - ord("①") + 1),
        ("I.", r"([IVX]{1,6})[.．、](?!\w)\s*", 0, _roman),
        ("(a)", rf"[（(]([a-z])[)）]{_NO_ITEM}\s*", 0, lambda text: ord(text) - ord("a") + 1),
        *(
            (
                unit,
                rf"{unit}\s+({_ARABIC}|[IVXLC]{{1,12}}|{_any(CARDINALS)})\b{_NOT_IN_SENTENCE}\s*[:.\-—–]?\s*",
                _ENGLISH,
                _english,
            )
            for unit in ("Part", "Chapter", "Section", "Article")
        ),
        ("Three.", rf"({_any(CARDINALS)})\.\s+(?=[A-Z])", _ENGLISH, _english),
        ("Firstly,", rf"(?:the\s+)?({_any(ORDINALS)})(?:ly)?(?:,| is| are)\s+", _ENGLISH, _english),
        ("Firstly,", r"(one) is\s+", _ENGLISH, _english),
        ("—", r"(?:[—–―]{1,2}|-{1,2}|[•·●▪◆■○])\s*(?=\S)", 0, None),
    )
)


def _by_first_character() -> dict[str, tuple]:
    """Character → the families that may begin with it, in their order; so that most lines are tried for none.

    Any figure counts as "0".
    """
    numerals = _ZH[1 : _ZH.index("]")]
    words = "".join(word[0] + word[0].upper() for word in (*CARDINALS, *ORDINALS, "the"))
    starts = {
        "（一）": "（(",
        "一、": numerals,
        "一是": "第" + numerals,
        "(1)": "（(",
        "1)": "0",
        "1.": "0",
        "①": "".join(chr(code) for code in range(ord("①"), ord("⑳") + 1)),
        "I.": "IVX",
        "(a)": "（(",
        "Three.": words,
        "Firstly,": words,
        "—": "—–―-•·●▪◆■○",
    }
    first: dict[str, list] = {}
    for row in _FAMILIES:
        unit = row[0]
        for character in set(starts.get(unit, "第" if unit[0] > "z" else unit[0] + unit[0].lower())):
            first.setdefault(character, []).append(row)
    return {character: tuple(rows) for character, rows in first.items()}


_FIRST = _by_first_character()


@lru_cache(maxsize=4096)  # the structure, the sentences and the page around a text all ask for it
def marker(text: str) -> Marker | None:
    """The number that ``text`` begins with, or None."""
    first = text[:1]
    for family, pattern, value in _FIRST.get("0" if first.isdecimal() else first, ()):
        found = pattern.match(text)
        if found and (found.end() < len(text) or family in _ALONE):
            captured = next((group for group in found.groups() if group), None)
            number = value(captured) if value and captured else None
            return Marker(family, number, found.group().strip(), found.end())
    return None


# 第三章 may stand alone on its line, its heading below; "1." alone is a page number or the end of a table.
_ALONE = {"分编", "编", "部分", "章", "节", "条", "Part", "Chapter", "Section", "Article"}
