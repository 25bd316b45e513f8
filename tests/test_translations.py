"""The project's renderings, and what is checked of any: one for every clause, with its numbers and no other."""

import json

import pytest

from ingest.command import CORPUS
from ingest.document import Clause
from ingest.manifest import read_manifest
from ingest.pipeline import read_corpus
from ingest.renderings.checks import check_corpus, faults, language_faults, note_faults, sentence_faults
from ingest.renderings.numbers import number_faults
from ingest.renderings.read import text_sha256

TRANSLATIONS = CORPUS / "translations"
DOCUMENTS = ("aqsiq-2018-45", "samr-2020-2267", "tongren-plan-2019", "aqsiq-science-2018-9")
LEAST_NOTES = 80  # in the four documents together


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


def test_the_renderings_are_without_fault(clauses):
    checked = check_corpus(CORPUS, clauses.items())
    assert not checked.problems, "\n".join(checked.problems)
    assert checked.summary == (
        "aqsiq-2018-45.zh.jsonl: 22 renderings, 61 notes",
        "samr-2020-2267.zh.jsonl: 48 renderings, 105 notes",
        "tongren-plan-2019.zh.jsonl: 13 renderings, 40 notes",
        "aqsiq-science-2018-9.zh.jsonl: 36 renderings, 55 notes",
    )


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
    line["source_sha256"] = text_sha256("Goals")
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
