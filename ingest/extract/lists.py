"""Numbers of automatic lists as they are printed: HTML's ``<ol type>`` and list-style, Word's ``numFmt``."""

from ingest.numbering import zh_numeral

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
CHINESE_STYLES = frozenset({"cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal", "cjk-decimal"})
_CHINESE = CHINESE_STYLES | {
    "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "koreanDigital2",
}  # fmt: skip
_LOWER_LETTERS = frozenset({"a", "lower-alpha", "lower-latin", "lowerLetter"})
_UPPER_LETTERS = frozenset({"A", "upper-alpha", "upper-latin", "upperLetter"})
_LOWER_ROMAN = frozenset({"i", "lower-roman", "lowerRoman"})
_UPPER_ROMAN = frozenset({"I", "upper-roman", "upperRoman"})
_CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese", "circled-decimal"})
_FULL_WIDTH = frozenset({"decimalFullWidth", "decimalFullWidth2"})
_DECIMAL = frozenset({"1", "decimal", "decimalHalfWidth"})


def known(kind: str) -> bool:
    """Whether ``numeral`` prints this kind as it is meant."""
    kinds = (_CHINESE, _LOWER_LETTERS, _UPPER_LETTERS, _LOWER_ROMAN, _UPPER_ROMAN, _CIRCLED, _FULL_WIDTH, _DECIMAL)
    return any(kind in some for some in kinds) or kind in {"decimalZero", "decimal-leading-zero"}


def numeral(number: int, kind: str) -> str:
    """``number`` in the numerals of ``kind``; in digits where they are not known, or have no such number."""
    if kind in _CHINESE and 0 < number < 10_000:
        return zh_numeral(number)
    if kind in _LOWER_LETTERS | _UPPER_LETTERS and 0 < number <= 702:
        letters = _letters(number)
        return letters.upper() if kind in _UPPER_LETTERS else letters
    if kind in _LOWER_ROMAN | _UPPER_ROMAN and 0 < number < 4000:
        roman = _roman(number)
        return roman.upper() if kind in _UPPER_ROMAN else roman
    if kind in _CIRCLED and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    if kind in _FULL_WIDTH:
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if kind in {"decimalZero", "decimal-leading-zero"}:
        return f"{number:02}"
    return str(number)


def _letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa"""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text
