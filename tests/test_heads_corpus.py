"""The heads of the five texts of the corpus, and what its manifest says of them."""

import pytest
from test_heads import said, with_places

from ingest.command import CORPUS
from ingest.document import Document
from ingest.extract import extract
from ingest.heads.compare import contradicted
from ingest.heads.model import Head, Reading
from ingest.heads.read import read_head
from ingest.manifest import Entry, read_manifest
from ingest.pipeline import read_document

AQSIQ = "General Administration of Quality Supervision, Inspection and Quarantine of The People's Republic of China"
SCIENCE = (
    "Science and Technology Department of the General Administration of Quality Supervision, Inspection and Quarantine"
)

CORPUS_HEADS = {
    "aqsiq-2018-45": {
        "title": "Notice of AQSIQ on Studying, Publicizing and Implementing the “Opinions of the State Council on"
        " Strengthening the Construction of Quality Certification System and Promoting Total Quality Management”",
        "issuers": [AQSIQ],
        "document_number": "[2018] No. 45",
        "issued_on": "2018-02-06",
        "posted_on": "2018-02-14",
        "contacts": ["Cao Jian 010 - 82262721 Zhang Leizhu 010 - 82262694"],
        "signatures": [AQSIQ],
        "signed_on": "2018-02-06",
    },
    "state-council-2018-3": {
        "title": "国务院关于加强质量认证体系建设促进全面质量管理的意见",
        "title_zh": "国务院关于加强质量认证体系建设促进全面质量管理的意见",
        "title_en": "Opinions of the State Council on Strengthening the Building of the Quality Certification System"
        " and Promoting Comprehensive Quality Management",
        "issuers": ["国务院"],
        "document_number": "国发〔2018〕3号",
        "status": "in_force",
    },
    "samr-2020-2267": {
        "title": "Letter on Reply to Proposal No. 2267 (No. 116 of Science and Technology) at the Third Session of"
        " the 13th CPPCC National Committee",
        "issuers": ["General Administration of Market Supervision"],
        "issued_on": "2020-09-24",
        "posted_on": "2020-11-17",
        "addressees": ["Member Yue Zhonglin"],
        "signatures": ["General Administration of Market Supervision"],
        "signed_on": "2020-09-24",
    },
    "tongren-plan-2019": {
        "title": "Interpretation of the \"Tongren Municipal People's Government Implementation Plan on Strengthening"
        ' the Construction of Quality Certification Management System to Promote Comprehensive Management"',
    },
    "aqsiq-science-2018-9": {
        "title": f"Notice of the {SCIENCE} on the issuance of the \"Key Points of Quality Inspection Technology Work"
        ' in 2018"',
        "issuers": [SCIENCE],
        "document_number": "Jianke Letter (2018) No. 9",
        "issued_on": "2018-02-11",
        "posted_on": "2021-08-20",
        "signed_on": "2018-02-11",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def corpus() -> dict[str, tuple[Entry, Document, Head]]:
    found = {}
    for entry in read_manifest(CORPUS):
        file = CORPUS / entry.path
        extracted = extract(file)
        read = read_document(entry, file.read_bytes(), extracted)
        found[entry.document_id] = (entry, read, with_places(read, extracted.text, read_head(read, extracted.text)))
    return found


@pytest.mark.parametrize("document_id", CORPUS_HEADS)
def test_the_heads_of_the_corpus(corpus, document_id):
    got = said(corpus[document_id][2])
    if document_id not in ("samr-2020-2267",):
        got.pop("addressees", None)  # long; below
    assert got == CORPUS_HEADS[document_id]
    assert corpus[document_id][2].doubts == ()


def test_whom_the_texts_of_the_corpus_address(corpus):
    addressees = {name: [item.value for item in head.addressees] for name, (_, _, head) in corpus.items()}
    assert [value[:40] for value in addressees["aqsiq-2018-45"]] == ["Direct subordinate Inspection and Quaran"]
    assert addressees["aqsiq-2018-45"][0].endswith("Republic of China, and all directly affiliated units")
    assert addressees["state-council-2018-3"] == [
        "The people's governments of all provinces, autonomous regions, and municipalities directly under the Central"
        " Government; all ministries and commissions of the State Council; and all institutions directly under the"
        " State Council",
        "各省、自治区、直辖市人民政府,国务院各部委、各直属机构",
    ]
    assert addressees["tongren-plan-2019"] == []
    assert addressees["aqsiq-science-2018-9"][0].startswith("All directly affiliated inspection and quarantine bur")


def test_the_day_of_posting_is_read_from_the_page_around_the_text(corpus):
    assert corpus["samr-2020-2267"][2].posted_on == Reading("2020-11-17", "2020/11/17", 186, 196, left_out=True)
    assert corpus["samr-2020-2267"][2].issued_on == Reading("2020-09-24", "September 24, 2020", 30540, 30558)


def test_the_heads_say_what_the_manifest_of_the_corpus_says(corpus):
    for entry, read, head in corpus.values():
        assert contradicted(read) == []
        assert head.title.value == entry.title
        for name in ("title_zh", "title_en", "document_number", "issued_on", "posted_on", "effective_on"):
            reading = getattr(head, name)
            assert (reading.value if reading else None) == getattr(entry, name), name
        assert (head.status.value if head.status else "unknown") == entry.status
        assert (head.issuer or "") in (entry.issuer or "")  # 国务院 of 国务院 (State Council)
        assert bool(head.issuer) == bool(entry.issuer)
