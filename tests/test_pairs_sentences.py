"""The sentence pairs of our own: every line is a real pair, and no two say the same thing."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

PAIRS = Path(__file__).parents[1] / "ingest" / "encoder" / "pairs" / "sentences.tsv"
LEAST_PAIRS = 2000
WORDS = range(6, 71)  # English words in a pair
HANZI_PER_WORD = (0.6, 3.8)  # Chinese characters for one English word

HANZI = re.compile(r"[\u3400-\u9fff]")
WIDE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef‘’“”—…·]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,.;:?!()\"']|[,;:?!()\"'][\u3400-\u9fff]")
TRADITIONAL = re.compile(
    "[國認證檢驗測質應關門務業產進發標準優營環與對會經濟實現規則監責機構報請壓為個們這時間處罰條項]"
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SCALED = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?(万亿|万|亿|thousand|million|billion|trillion)?")
SCALE = {
    "万": 10**4,
    "亿": 10**8,
    "万亿": 10**12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ORDINALS = (
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = re.compile("[零〇一二两三四五六七八九十百千万亿]+")


def figures(text: str) -> set[float]:
    """Values written with digits: '1,200' and '120万' are 1200 and 1200000; '第0307号' is 307."""
    return {round(float(n.replace(",", "")) * SCALE.get(scale, 1), 4) for n, scale in SCALED.findall(text.lower())}


def english_words_as_figures(text: str) -> set[float]:
    """Values of month names and of small numbers and ordinals in words."""
    words = re.findall(r"[a-z]+", text.lower())
    values = {float(names.index(w)) for names in (SMALL, ORDINALS) for w in words if w in names}
    values |= {float(SMALL.index(w) * SCALE[scale]) for w, scale in pairwise(words) if w in SMALL and scale in SCALE}
    return values | {float(MONTHS.index(w) + 1) for w in words if w in MONTHS}


def numeral_value(numeral: str) -> float:
    """'二十三' -> 23, '一百零五' -> 105, '二〇二六' -> 2026, '三百万' -> 3000000."""
    for scale in ("亿", "万"):
        before, found, after = numeral.partition(scale)
        if found:
            return (numeral_value(before) if before else 1) * SCALE[scale] + (numeral_value(after) if after else 0)
    if not any(c in UNITS for c in numeral):
        return float("".join(str(DIGITS[c]) for c in numeral))
    total = digit = 0
    for c in numeral:
        if c in UNITS:
            total += (digit or 1) * UNITS[c]
            digit = 0
        else:
            digit = DIGITS[c]
    return float(total + digit)


def chinese_numerals(text: str) -> set[float]:
    """Values of all stretches of Chinese numerals, so that '十四五' holds 14 and 5."""
    runs = NUMERAL.findall(text)
    stretches = {run[i:j] for run in runs for i in range(len(run)) for j in range(i + 1, len(run) + 1)}
    return {numeral_value(s) for s in stretches}


def plain(values: set[float]) -> str:
    return ", ".join(f"{v:g}" if v < 10**6 else f"{v:.0f}" for v in sorted(values))


def faults_of_pair(en: str, zh: str) -> Iterator[str]:
    """What is wrong with one pair, one message for each fault."""
    if not HANZI.search(zh):
        yield "no Chinese in the second column"
    if found := WIDE.findall(en):
        yield f"Chinese characters or punctuation in the English: {''.join(found)}"
    if not en.isascii() and not WIDE.search(en):
        yield f"not plain ASCII in the English: {''.join(c for c in en if not c.isascii())}"
    if found := HALF_WIDTH.findall(zh):
        yield f"half-width punctuation in the Chinese: {' '.join(found)}"
    if found := TRADITIONAL.findall(zh):
        yield f"traditional characters: {''.join(found)}"
    if missing := figures(zh) - figures(en) - english_words_as_figures(en):
        yield f"figures missing from the English: {plain(missing)}"
    if missing := figures(en) - figures(zh) - chinese_numerals(zh):
        yield f"figures missing from the Chinese: {plain(missing)}"
    words = len(en.split())
    if words not in WORDS:
        yield f"{words} English words, expected {WORDS.start} to {WORDS.stop - 1}"
    ratio = len(HANZI.findall(zh)) / max(words, 1)
    if not HANZI_PER_WORD[0] <= ratio <= HANZI_PER_WORD[1]:
        low, high = HANZI_PER_WORD
        yield f"{ratio:.2f} Chinese characters for one English word, expected {low} to {high}"


def skeleton(en: str) -> str:
    """The sentence without figures, capitals and punctuation."""
    return " ".join(re.findall(r"[a-z]+", NUMBER.sub(" ", en.lower())))


def faults(lines: Sequence[str]) -> list[str]:
    """All faults of a file's lines, as 'line: message'."""
    found, seen = [], {}
    for number, line in enumerate(lines, start=1):
        columns = line.split("\t")
        if len(columns) != 2:
            found.append(f"{number}: {len(columns)} columns, expected 2")
            continue
        en, zh = columns
        if (en.strip(), zh.strip()) != (en, zh):
            found.append(f"{number}: space at the edge of a column")
        found.extend(f"{number}: {fault}" for fault in faults_of_pair(en, zh))
        for language, key in (("English", skeleton(en)), ("Chinese", NUMBER.sub("", zh))):
            if (language, key) in seen:
                found.append(f"{number}: the {language} repeats line {seen[language, key]}")
            seen.setdefault((language, key), number)
    return found


def test_sentence_pairs_are_sound():
    assert faults(PAIRS.read_text(encoding="utf-8").splitlines()) == []


def test_there_are_enough_sentence_pairs():
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    assert len(lines) >= LEAST_PAIRS, f"{PAIRS.name} has {len(lines)} pairs, expected at least {LEAST_PAIRS}"


def test_sentence_pairs_end_each_line_with_a_newline_only():
    text = PAIRS.read_bytes()
    assert (b"\r" in text, text[-1:], text[:3] == b"\xef\xbb\xbf") == (False, b"\n", False)


def test_a_sound_pair_has_no_fault():
    en = "From 1 March 2026, Article 14 caps the total annual subsidy at three million yuan, or 30 per cent of cost."
    zh = "自2026年3月1日起，第十四条规定的年度补贴总额上限为300万元，即成本的百分之三十。"
    assert list(faults_of_pair(en, zh)) == []
    assert list(faults_of_pair("A reward of 3 million yuan was paid.", "已发放奖励三百万元。")) == []


def test_faults_are_named():
    rows = [
        ("one column only", ["1: 1 columns, expected 2"]),
        ("a\tb\tc", ["1: 3 columns, expected 2"]),
        (
            "The fee is 50 yuan per sample.\t每个样品收费60元人民币。",
            ["1: figures missing from the English: 60", "1: figures missing from the Chinese: 50"],
        ),
        ("This notice takes effect today.\t本通知自今日起施行。", ["1: 5 English words, expected 6 to 70"]),
        (
            "This notice takes effect on that day。\t本通知自当日起施行。",
            ["1: Chinese characters or punctuation in the English: 。"],
        ),
        (
            "This notice \u2013 takes effect that day.\t本通知自当日起施行。",
            ["1: not plain ASCII in the English: \u2013"],
        ),
        (
            "The institution shall report changes in time,\t认证機構应当及时报告变更事项,",
            [
                "1: half-width punctuation in the Chinese: 项,",
                "1: traditional characters: 機構",
            ],
        ),
        ("The institution shall report in time. \t机构应当及时报告。", ["1: space at the edge of a column"]),
        (
            "The body shall report any changes in time.\tThe body shall report.",
            [
                "1: no Chinese in the second column",
                "1: 0.00 Chinese characters for one English word, expected 0.6 to 3.8",
            ],
        ),
        (
            "The institution shall report changes in good time to us.\t报告。",
            ["1: 0.20 Chinese characters for one English word, expected 0.6 to 3.8"],
        ),
    ]
    for line, expected in rows:
        assert faults([line]) == expected


def test_repeats_are_found_whatever_the_figures():
    lines = [
        "The plan covers 12 districts in total.\t规划共涵盖12个区。",
        "The plan covers 15 districts in total!\t规划总共覆盖15个城区。",
        "Twelve districts are covered, 12 in all.\t规划共涵盖12个区。",
    ]
    assert faults(lines) == ["2: the English repeats line 1", "3: the Chinese repeats line 1"]
