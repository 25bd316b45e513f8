"""The project's renderings: one for every clause of the English texts, in Chinese, with its numbers and no other."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.document import Clause
from ingest.manifest import read_manifest
from ingest.numbering import marker, zh_number
from ingest.passages import sentences
from ingest.pipeline import read_corpus

CORPUS = Path(__file__).parents[1] / "corpus"
TRANSLATIONS = CORPUS / "translations"
DOCUMENTS = ("aqsiq-2018-45", "samr-2020-2267", "tongren-plan-2019", "aqsiq-science-2018-9")
FIELDS = {"clause_id", "source_sha256", "text", "notes"}
NOTE_FIELDS = {"quote", "term", "meaning_en", "meaning_zh"}
LEAST_NOTES = 80  # in the four documents together

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
# Numbers in words that Chinese may write in characters; smaller ones are not compared.
WORDS = {
    **{"ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50},
    **{"hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000},
    **{"million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9},
}
SCALE = {"": 1, "万": 10**4, "亿": 10**8, "thousand": 10**3, "million": 10**6, "billion": 10**9}

HANZI = re.compile("[\u3400-\u9fff]")
HALF_WIDTH = re.compile("[\u3400-\u9fff][,;:?!()\"']|[,;:?!()\"'][\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
MOST_NAMES = 4  # words in pinyin in one clause
# Chinese characters for one English word; beyond it something was left out or added.
HANZI_PER_WORD = (0.7, 2.2)
FEWEST_WORDS = 12  # in shorter clauses the ratio says nothing

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
    rf"\b(?:(one)|(?:the\s+)?({'|'.join(ORDINALS)}))\s+is\b|[.!?]\s+({'|'.join(ORDINALS)})(?:ly)?,", re.I
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
    return Counter(str(_numeral(found)) for found in ZH_NUMERAL.findall(ZH_NUMBER.sub(" ", _without_marker(text))))


def english_items(text: str) -> list[int]:
    """Items counted inside a clause, without its own number: '1. One is …. The second is …' is [1, 2]."""
    words = (one or first or second for one, first, second in EN_ITEM.findall(_without_marker(text)))
    return [1 if word.lower() == "one" else ORDINALS.index(word.lower()) + 1 for word in words]


def chinese_items(text: str) -> list[int]:
    """Items counted inside a clause, without its own number: '一、一是……。二是……。' is [1, 2]."""
    return [zh_number(inside or opening) for inside, opening in ZH_ITEM.findall(_without_marker(text))]


def _without_marker(text: str) -> str:
    found = marker(text)
    return text[found.length :] if found else text


def _numeral(text: str) -> int:
    for unit in "亿万":
        before, found, after = text.partition(unit)
        if found:
            return (_numeral(before) if before else 1) * SCALE[unit] + (_numeral(after) if after else 0)
    return zh_number(text)


def _value(digits: str, unit: str) -> str:
    if unit in ("%", "percent", "per cent"):
        return f"{digits}%"
    if digits.startswith("0") and "." not in digits:
        return digits  # a telephone number
    return f"{float(digits) * SCALE[unit]:.6f}".rstrip("0").rstrip(".")


def number_faults(source: str, rendering: str) -> Iterator[str]:
    """Dates, document numbers, numbers and counts of the source that the rendering lacks, and those it adds."""
    for what, expected, got in (
        ("date", english_dates(source), chinese_dates(rendering)),
        ("document number", english_document_numbers(source), chinese_document_numbers(rendering)),
    ):
        if expected != got:
            yield f"{what}: source {sorted(expected.elements())}, rendering {sorted(got.elements())}"
    expected, got, numerals = english_numbers(source), chinese_numbers(rendering), chinese_numerals(rendering)
    if missing := expected - got - numerals:
        yield f"numbers missing from the rendering: {sorted(missing.elements())}"
    if added := got - expected:
        yield f"numbers not in the source: {sorted(added.elements())}"
    spelt = Counter(str(WORDS[word]) for word in re.findall("[a-z]+", source.lower()) if word in WORDS)
    if added := numerals - (expected - got) - spelt:
        yield f"numerals not in the source: {sorted(added.elements())}"
    if english_items(source) != chinese_items(rendering):
        yield f"items: source {english_items(source)}, rendering {chinese_items(rendering)}"
    own, printed = marker(source), marker(rendering)
    if (own and own.value) != (printed and printed.value):
        yield f"number of the clause: source {own and own.printed!r}, rendering {printed and printed.printed!r}"


def sentence_faults(source: str, rendering: str) -> Iterator[str]:
    """Another number of sentences than the source has: the n-th sentence of one could not be shown with the other's."""
    expected, got = len(sentences(source)), len(sentences(rendering))
    if expected != got:
        yield f"sentences: source {expected}, rendering {got}"


def language_faults(source: str, rendering: str) -> Iterator[str]:
    """What makes a rendering other than Chinese prose: empty, English left in it, half-width punctuation, too short."""
    if not HANZI.search(rendering):
        yield "no Chinese in the rendering"
        return
    words = LATIN_WORD.findall(rendering)
    known = set(LATIN_WORD.findall(source))
    if strange := [word for word in words if word not in known]:
        yield f"Latin words that are not in the source: {strange}"
    if left := [word for word in words if word.islower()]:
        yield f"left in English: {left}"
    if len(names := [word for word in words if word.istitle()]) > MOST_NAMES:
        yield f"left in English: {names}"
    if found := HALF_WIDTH.findall(rendering):
        yield f"half-width punctuation: {found}"
    count = len(LATIN_WORD.findall(source))
    ratio = len(HANZI.findall(rendering)) / max(count, 1)
    low, high = HANZI_PER_WORD
    if count >= FEWEST_WORDS and not low <= ratio <= high:
        yield f"{ratio:.2f} Chinese characters for one English word, expected {low} to {high}"


def note_faults(source: str, notes: list[dict[str, str]]) -> Iterator[str]:
    """Notes that cannot be shown with their words: a field missing, words the clause has not, words of two notes."""
    for note in notes:
        if set(note) != NOTE_FIELDS or not all(note.values()):
            yield f"note: expected {sorted(NOTE_FIELDS)}, none empty, got {note}"
        elif note["quote"] not in source:
            yield f"note: the clause does not say {note['quote']!r}"
    quotes = [note.get("quote") or "?" for note in notes]
    spans = sorted(found.span() for quote in quotes for found in re.finditer(re.escape(quote), source))
    for (start, end), (following, _) in pairwise(spans):
        if following < end:
            yield f"note: more than one on {source[following:end]!r} in {source[start:end]!r}"


def faults(source: str, line: dict) -> list[str]:
    """Everything wrong with the rendering of one clause whose text is ``source``."""
    if set(line) != FIELDS:
        return [f"expected the fields {sorted(FIELDS)}, got {sorted(line)}"]
    found = [*language_faults(source, line["text"]), *number_faults(source, line["text"])]
    found += [*sentence_faults(source, line["text"]), *note_faults(source, line["notes"])]
    if hashlib.sha256(source.encode()).hexdigest() != line["source_sha256"]:
        found.append("stale: the clause has changed since it was rendered")
    return found


def renderings(document_id: str) -> list[dict]:
    file = TRANSLATIONS / f"{document_id}.zh.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def clauses() -> dict[str, tuple[Clause, ...]]:
    """Document id → its clauses, as the pipeline cuts them."""
    return {item.document.document_id: item.clauses for item in read_corpus(CORPUS, read_manifest(CORPUS))}


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_every_clause_has_one_rendering_in_the_clauses_order(document_id, clauses):
    assert [line["clause_id"] for line in renderings(document_id)] == [
        clause.clause_id for clause in clauses[document_id]
    ]


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_the_renderings_are_without_fault(document_id, clauses):
    source = {clause.clause_id: clause.text for clause in clauses[document_id]}
    found = [
        f"{line['clause_id']}: {fault}"
        for line in renderings(document_id)
        for fault in faults(source[line["clause_id"]], line)
    ]
    assert not found, "\n".join(found)


def test_what_is_garbled_is_explained():
    assert sum(len(line["notes"]) for document_id in DOCUMENTS for line in renderings(document_id)) >= LEAST_NOTES


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("reducing 112,000 certificates", "减少证书11.2万张"),
        ("more than 12.15 million fines", "罚款1215万余元"),
        ("more than 1,200 certificates, 15,052 enterprises", "证书1200余张，企业15052家"),
        ("Since the 18th National Congress", "党的十八大以来"),
        ("Article 75 of the Regulations", "条例第七十五条"),
        ("before March 5th, 2018", "2018年3月5日前"),
        ("(Guo Fa [2018] The overall deployment of No. 3)", "（国发〔2018〕3号）的总体部署"),
        ("Jianke Letter (2018) No. 9", "质检科函〔2018〕9号"),
        ("fell by 3.5%", "下降3.5%"),
        ("Tel. 010 - 82262721", "电话010-82262721"),
        ("3. One is to learn. The second is to teach", "三、一是学。二是教"),
        ("10. Build laboratories", "10.建设实验室"),
        ("certification of millions of enterprises", "百万家企业认证"),
        ("“China-Europe 100+100”", "“中欧100+100”"),
    ],
)
def test_the_same_numbers_in_both_languages_are_no_fault(english, chinese):
    assert list(number_faults(english, chinese)) == []


@pytest.mark.parametrize(
    ("english", "chinese", "fault"),
    [
        ("210,000 certificates", "证书2.1万张", "numbers missing from the rendering: ['210000']"),
        ("19 products", "19种产品，62种证书", "numbers not in the source: ['62']"),
        ("the 18th National Congress", "党的十九大", "numbers missing from the rendering: ['18']"),
        ("the Congress", "党的十九大", "numerals not in the source: ['19']"),
        ("February 6th, 2018", "2018年2月16日", "date: source [(2018, 2, 6)], rendering [(2018, 2, 16)]"),
        ("[2018] No. 24", "〔2017〕24号", "document number: source [(2018, 24)], rendering [(2017, 24)]"),
        ("fell by 3.5%", "下降3.5", "numbers missing from the rendering: ['3.5%']"),
        ("010 - 8226", "10-8226", "numbers missing from the rendering: ['010']"),
        ("1. One is to learn. The second is to teach", "1.一是学。教", "items: source [1, 2], rendering [1]"),
        ("(3) Strengthen", "（二）加强", "number of the clause: source '(3)', rendering '（二）'"),
    ],
)
def test_a_number_changed_left_out_or_added_is_a_fault(english, chinese, fault):
    assert fault in list(number_faults(english, chinese))


@pytest.mark.parametrize(
    ("english", "chinese", "fault"),
    [
        ("Work goals", "", "no Chinese in the rendering"),
        ("Work goals", "Work goals", "no Chinese in the rendering"),
        ("Quality certification", "质量certification", "left in English: ['certification']"),
        ("CCC certification", "强制性产品认证（3C，CQC）", "Latin words that are not in the source: ['C', 'CQC']"),
        ("General Rules for Safety Evaluation Institutions", "General Rules Safety Evaluation Institutions规则",
         "left in English: ['General', 'Rules', 'Safety', 'Evaluation', 'Institutions']"),
        ("Work goals", "工作目标,任务", "half-width punctuation: ['标,']"),
        ("one two three four five six seven eight nine ten eleven twelve", "一二三",
         "0.25 Chinese characters for one English word, expected 0.7 to 2.2"),
    ],
)  # fmt: skip
def test_a_rendering_that_is_not_whole_chinese_prose_is_a_fault(english, chinese, fault):
    assert fault in list(language_faults(english, chinese))


def test_a_sentence_left_out_is_a_fault():
    source = "Train the staff. Test them."
    assert list(sentence_faults(source, "培训人员。进行考核。")) == []
    assert list(sentence_faults(source, "培训人员。")) == ["sentences: source 2, rendering 1"]


def test_names_in_pinyin_and_acronyms_may_stay():
    assert list(language_faults("Member Yue Zhonglin: the e-CIQ Lab", "Yue Zhonglin委员：e-CIQ Lab系统")) == []


def test_a_changed_clause_makes_its_rendering_stale():
    line = {"clause_id": "d:1", "text": "目标", "notes": []}
    line["source_sha256"] = hashlib.sha256(b"Goals").hexdigest()
    assert faults("Goals", line) == []
    assert faults("Goal", line) == ["stale: the clause has changed since it was rendered"]


def test_a_note_that_cannot_be_shown_beside_its_words_is_a_fault():
    note = {"quote": "stroke line", "term": "拉高线", "meaning_en": "raising the top line", "meaning_zh": "拉高线"}
    assert list(note_faults("the role of “stroke line”", [note])) == []
    assert list(note_faults("the role of “top line”", [note])) == ["note: the clause does not say 'stroke line'"]
    assert list(note_faults("stroke line", [note, {**note, "quote": "line"}])) == [
        "note: more than one on 'line' in 'stroke line'"
    ]
    assert next(note_faults("stroke line", [{**note, "term": ""}])).startswith("note: expected [")
