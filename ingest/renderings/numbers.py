"""Numbers, dates, document numbers and counted items of a text, read alike from Chinese and English.

``number_faults`` compares a text with its rendering: what the source says must be there, and nothing else.
"""

import re
from collections import Counter
from collections.abc import Iterator

from ingest.numbering import MONTHS, ORDINALS, marker, zh_number

_COUNTING = ORDINALS[:10]  # the words that count items inside a clause
# Numbers in words that Chinese may write in characters; smaller ones are not compared.
WORDS = {
    **{"ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50},
    **{"hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000},
    **{"million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9},
}
SCALE = {"": 1, "万": 10**4, "亿": 10**8, "thousand": 10**3, "million": 10**6, "billion": 10**9}

EN_DATE = re.compile(rf"\b({'|'.join(MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
ZH_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
# Machine translation may put words between the year and the number: "Guo Fa [2018] The overall deployment of No. 3".
EN_DOCUMENT_NUMBER = re.compile(r"[\[(]\s*(\d{4})\s*[\])][^\[\]()]{0,40}?\bNo\.\s*(\d+)")
ZH_DOCUMENT_NUMBER = re.compile(r"〔(\d{4})〕(\d+)号")
EN_NUMBER = re.compile(
    r"(\d+(?:,\d{3})*(?:\.\d+)?)(?:st|nd|rd|th)?\s*(thousand|million|billion|%|percent|per cent)?", re.I
)
ZH_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:多|余)?(万|亿|%)?")
ZH_NUMERAL = re.compile("[零〇一二两三四五六七八九]?[十百千万亿][零〇一二两三四五六七八九十百千万亿]*")
EN_ITEM = re.compile(
    rf"\b(?:(one)|(?:the\s+)?({'|'.join(_COUNTING)}))\s+is\b|[.!?]\s+({'|'.join(_COUNTING)})(?:ly)?,", re.I
)
ZH_ITEM = re.compile("(?<=[。；，、：])([一二三四五六七八九十])是|^([一二三四五六七八九十])是")


def english_dates(text: str) -> Counter[tuple[int, int, int]]:
    """(year, month, day) of each date: 'February 6th, 2018' is (2018, 2, 6)."""
    return Counter((int(y), MONTHS.index(m.lower()) + 1, int(d)) for m, d, y in EN_DATE.findall(text))


def chinese_dates(text: str) -> Counter[tuple[int, int, int]]:
    """(year, month, day) of each date: '2018年2月6日' is (2018, 2, 6)."""
    return Counter((int(y), int(m), int(d)) for y, m, d in ZH_DATE.findall(text))


def english_document_numbers(text: str) -> Counter[tuple[int, int]]:
    """(year, number): 'Guo Fa [2018] No. 3' and '(2018) No. 3' are (2018, 3)."""
    return Counter((int(year), int(number)) for year, number in EN_DOCUMENT_NUMBER.findall(text))


def chinese_document_numbers(text: str) -> Counter[tuple[int, int]]:
    """(year, number): '国发〔2018〕3号' is (2018, 3)."""
    return Counter((int(year), int(number)) for year, number in ZH_DOCUMENT_NUMBER.findall(text))


def english_numbers(text: str) -> Counter[str]:
    """Values written with digits, without dates, document numbers and the clause's own number.

    '112,000' is '112000', '12.15 million' is '12150000', '18th' is '18', '5%' is '5%', and '010' stays '010'.
    """
    rest = EN_DOCUMENT_NUMBER.sub(" ", EN_DATE.sub(" ", _without_marker(text)))
    return Counter(_value(digits.replace(",", ""), unit.lower()) for digits, unit in EN_NUMBER.findall(rest))


def chinese_numbers(text: str) -> Counter[str]:
    """Values written with digits, without dates, document numbers and the clause's own number: '11.2万' is '112000'."""
    rest = ZH_DOCUMENT_NUMBER.sub(" ", ZH_DATE.sub(" ", _without_marker(text)))
    return Counter(_value(digits, unit) for digits, unit in ZH_NUMBER.findall(rest))


def chinese_numerals(text: str) -> Counter[str]:
    """Values of ten and more written in characters, without the clause's own number: '第七十五条' holds '75'."""
    return Counter(str(zh_value(found)) for found in ZH_NUMERAL.findall(ZH_NUMBER.sub(" ", _without_marker(text))))


def english_items(text: str) -> list[int]:
    """Items counted inside a clause, without its own number: '1. One is …. The second is …' is [1, 2]."""
    words = (one or first or second for one, first, second in EN_ITEM.findall(_without_marker(text)))
    return [1 if word.lower() == "one" else _COUNTING.index(word.lower()) + 1 for word in words]


def chinese_items(text: str) -> list[int]:
    """Items counted inside a clause, without its own number: '一、一是……。二是……。' is [1, 2]."""
    return [zh_number(inside or opening) for inside, opening in ZH_ITEM.findall(_without_marker(text))]


def _without_marker(text: str) -> str:
    found = marker(text)
    return text[found.length :] if found else text


def zh_value(text: str) -> int:
    """Value of a Chinese numeral of any size: 一千二百万 → 12000000."""
    for unit in "亿万":
        before, found, after = text.partition(unit)
        if found:
            return (zh_value(before) if before else 1) * SCALE[unit] + (zh_value(after) if after else 0)
    return zh_number(text)


def _value(digits: str, unit: str) -> str:
    if unit in ("%", "percent", "per cent"):
        return f"{digits}%"
    if digits.startswith("0") and "." not in digits:
        return digits  # a telephone number
    return f"{float(digits) * SCALE[unit]:.6f}".rstrip("0").rstrip(".")


def spelt_numbers(text: str) -> Counter[str]:
    """Values in English words, as far as Chinese may write them in characters: 'millions' is '1000000'."""
    return Counter(str(WORDS[word]) for word in re.findall("[a-z]+", text.lower()) if word in WORDS)


def number_faults(source: str, rendering: str, language: str = "zh") -> Iterator[str]:
    """Dates, document numbers, numbers and counts of the source that the rendering lacks, and those it adds.

    ``language`` is that of the rendering; the source is in the other one.
    """
    english, chinese = (source, rendering) if language == "zh" else (rendering, source)

    def placed(of_english, of_chinese) -> tuple:
        pair = of_english(english), of_chinese(chinese)
        return pair if language == "zh" else pair[::-1]

    for what, (expected, got) in (
        ("date", placed(english_dates, chinese_dates)),
        ("document number", placed(english_document_numbers, chinese_document_numbers)),
    ):
        if expected != got:
            yield f"{what}: source {sorted(expected.elements())}, rendering {sorted(got.elements())}"
    yield from _value_faults(english, chinese, language)
    expected, got = placed(english_items, chinese_items)
    if expected != got:
        yield f"items: source {expected}, rendering {got}"
    own, printed = marker(source), marker(rendering)
    if (own and own.value) != (printed and printed.value):
        yield f"number of the clause: source {own and own.printed!r}, rendering {printed and printed.printed!r}"


def _value_faults(english: str, chinese: str, language: str) -> Iterator[str]:
    """What is written in digits on one side may be spelt out on the other, by words or by Chinese numerals."""
    numerals, spelt = chinese_numerals(chinese), spelt_numbers(english)
    if language == "zh":
        expected, got = english_numbers(english), chinese_numbers(chinese)
        missing, added = expected - got - numerals, got - expected
        invented = numerals - (expected - got) - spelt
    else:  # Chinese numerals that English need not repeat (百姓, 十分) cannot be told from those that it must
        expected, got = chinese_numbers(chinese), english_numbers(english)
        missing, added, invented = expected - got - spelt, got - expected - numerals, Counter()
    if missing:
        yield f"numbers missing from the rendering: {sorted(missing.elements())}"
    if added:
        yield f"numbers not in the source: {sorted(added.elements())}"
    if invented:
        yield f"numerals not in the source: {sorted(invented.elements())}"
