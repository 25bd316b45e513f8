"""The real corpus: nothing of the texts is lost, nothing around them gets in."""

import pytest

from ingest.command import CORPUS
from ingest.extract import extract
from ingest.manifest import read_manifest
from ingest.pipeline import Ingested, read_corpus


@pytest.fixture(scope="module")
def documents() -> dict[str, Ingested]:
    return {item.document.document_id: item for item in read_corpus(CORPUS, read_manifest(CORPUS))}


def test_every_part_is_the_text_at_its_position(documents):
    for item in documents.values():
        text = item.document.text
        for part in (*item.clauses, *item.passages, *(s for passage in item.passages for s in passage.sentences)):
            assert text[part.start : part.end] == part.text
            assert part.text == part.text.strip() != ""


def test_passages_rejoin_to_the_cleaned_text(documents):
    for item in documents.values():
        text, at, parts = item.document.text, 0, []
        for passage in sorted(item.passages, key=lambda passage: passage.start):
            between = text[at : passage.start]
            assert between.strip() == "", f"lost between passages: {between!r}"
            parts += (between, passage.text)
            at = passage.end
        assert "".join(parts) == text


def test_sentences_rejoin_to_their_passage(documents):
    for item in documents.values():
        for passage in item.passages:
            joined = "".join(sentence.text for sentence in passage.sentences)
            assert joined.replace(" ", "") == passage.text.replace(" ", "")


def test_the_cleaned_text_and_what_was_left_out_make_up_the_source(documents):
    for item in documents.values():
        source = extract(CORPUS / item.document.path).text
        left_out = "".join(source[part.start : part.end] for part in item.document.left_out)
        kept = sorted(character for character in item.document.text + left_out if not character.isspace())
        assert kept == sorted(character for character in source if not character.isspace())


@pytest.mark.parametrize(
    "furniture",
    [
        "Clicks:",
        "HOME > COMPANY",
        "Your current location",
        "Print this page",
        "Index Number",
        "Related Information",
        "Fireworks and Firecrackers in the Downtown",
        "Previous: No",
        "info@certitek.cn",
        "can not be reproduced",
        "Date: 2021-8-20",
    ],
)
def test_web_furniture_is_in_no_passage(documents, furniture):
    assert not [p.passage_id for item in documents.values() for p in item.passages if furniture in p.text]


def test_contacts_and_signatures_are_kept(documents):
    text = documents["aqsiq-2018-45"].document.text
    for words in ("Contacts: Cao Jian 010 - 82262721", "February 6th, 2018", "( this document is publicly available )"):
        assert words in text


def test_the_bilingual_text_comes_apart_into_paired_clauses(documents):
    clauses = {clause.clause_id: clause for clause in documents["state-council-2018-3"].clauses}
    for clause in clauses.values():
        if clause.counterpart:
            other = clauses[clause.counterpart]
            assert other.counterpart == clause.clause_id
            assert {clause.language, other.language} == {"zh", "en"}
    alone = [clause.text for clause in clauses.values() if not clause.counterpart]
    assert alone == [  # the English title is printed twice, the Chinese one once
        "Opinions of the State Council on Strengthening the Building of the Quality Certification System and"
        " Promoting Comprehensive Quality Management"
    ]
    pairs = [
        (
            "(五)推广应用质量管理先进标准和方法。",
            "5. Promoting the application of advanced quality management standards",
        ),
        ("(国发〔2018〕3号)", "(No. 3 [2018] of the State Council)"),
        ("--激励约束,多元共治。", "—Incentives, restrictions and diversified joint governance."),
        ("三、广泛开展质量管理体系升级行动", "III. Broadly conduct the quality management system improvement action"),
    ]
    for chinese, english in pairs:
        clause = next(clause for clause in clauses.values() if clause.text.startswith(chinese))
        assert clauses[clause.counterpart].text.startswith(english)


def test_no_clause_mixes_the_two_languages(documents):
    for clause in documents["state-council-2018-3"].clauses:
        chinese = sum("\u4e00" <= character <= "\u9fff" for character in clause.text)
        assert chinese == 0 if clause.language == "en" else chinese > 0


HEADINGS = {
    "aqsiq-2018-45": ["1", "2", "2.1", "2.2", "2.3", "2.4", "2.5", "3", "3.1", "3.2", "3.3", "3.4"],
    "samr-2020-2267": [
        "1",
        "1.1",
        "1.2",
        "1.2.1",
        "1.2.2",
        "1.2.3",
        "1.2.4",
        "1.2.5",
        "1.2.6",
        "2",
        "2.1",
        "2.1.1",
        "2.1.2",
        "2.1.3",
        "2.2",
        "2.2.1",
        "2.2.2",
        "2.2.3",
        "2.2.4",
        "2.2.5",
        "2.2.6",
        "2.2.7",
        "2.2.8",
        "2.3",
        "2.3.1",
        "2.3.2",
        "2.3.3",
        "2.3.4",
        "2.4",
        "2.4.1",
        "2.4.2",
        "3",
        "3.1",
        "3.2",
        "3.3",
        "3.4",
    ],
    "tongren-plan-2019": ["1", "h1", "3", "3.1", "3.2", "3.3", "3.4", "3.5"],
    "aqsiq-science-2018-9": [
        "1",
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "2",
        "2.5",
        "2.6",
        "2.7",
        "2.8",
        "2.9",
        "3",
        "3.10",
        "3.11",
        "3.12",
        "3.13",
        "4",
        "4.14",
        "4.15",
        "4.16",
        "5",
        "5.17",
        "5.18",
        "5.19",
        "6",
        "6.20",
        "6.21",
        "6.22",
    ],
    "state-council-2018-3": [
        "en.1",
        "zh.1",
        "en.1.1",
        "zh.1.1",
        "en.1.2",
        "zh.1.2",
        "en.1.2.d1",
        "zh.1.2.d1",
        "en.1.2.d2",
        "zh.1.2.d2",
        "en.1.2.d3",
        "zh.1.2.d3",
        "en.1.2.d4",
        "zh.1.2.d4",
        "en.1.3",
        "zh.1.3",
        "en.2",
        "zh.2",
        "en.2.4",
        "zh.2.4",
        "en.2.5",
        "zh.2.5",
        "en.2.6",
        "zh.2.6",
        "en.3",
        "zh.3",
    ],
}


@pytest.mark.parametrize("document_id", HEADINGS)
def test_headings_as_marked_by_hand(documents, document_id):
    found = [
        clause.clause_id.split(":")[1]
        for clause in documents[document_id].clauses
        if clause.number or clause.kind == "heading"
    ]
    assert found == HEADINGS[document_id]
