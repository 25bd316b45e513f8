"""One work in several versions: which is answered from, looked up and shown, on which day."""

from datetime import date

import pytest
from starlette.testclient import TestClient
from works import write_works

from ingest.document import Document
from ingest.encoder import load_encoder
from ingest.index import open_index
from ingest.lexicon import Lexicon
from ingest.manifest import read_manifest
from ingest.pipeline import build
from ingest.versions import Versions, both_in_force
from service.answer import ANY_STATUS, Filters
from service.answerer import Answerer
from service.app import create_app
from service.lookup import lookup
from service.settings import Settings
from service.show import answer_text
from service.show_lookup import lookup_text

QUESTION = "茶叶检验费用由谁承担？"


def document(name: str, since: str | None = None, **fields) -> Document:
    fields = {"work_id": "w", "language": "zh", **fields}
    return Document(name, title=name, path="", sha256="", text="", effective_on=since, **fields)


def in_force(documents: list[Document], day: str | None) -> list[str]:
    found = Versions(documents).in_force(date.fromisoformat(day) if day else None)
    return [item.document_id for item, valid in zip(documents, found, strict=True) if valid]


OLD, NEW, FUTURE = document("old", "2018-05-01"), document("new", "2023-07-01"), document("future", "2999-01-01")
UNDATED = document("undated", work_id="other")
REPEALED = document("repealed", "2010-01-01", work_id="r", status="repealed", repealed_on="2015-03-01")
NOBODY_KNOWS = document("gone", "2010-01-01", work_id="g", status="repealed")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2009-12-31", ["undated"]),
        ("2012-01-01", ["undated", "repealed"]),
        ("2015-02-28", ["undated", "repealed"]),
        ("2015-03-01", ["undated"]),
        ("2018-05-01", ["old", "undated"]),
        ("2023-06-30", ["old", "undated"]),
        ("2023-07-01", ["new", "undated"]),
        ("2999-01-01", ["future", "undated"]),
        (None, ["new", "undated"]),
    ],
)
def test_the_version_in_force(day, expected):
    assert in_force([OLD, NEW, FUTURE, UNDATED, REPEALED, NOBODY_KNOWS], day) == expected


def test_a_document_without_dates_cannot_have_been_in_force_before_the_year_of_its_number():
    undated = document("undated", document_number="国发〔2018〕3号")
    assert in_force([undated], "2017-12-31") == []
    assert in_force([undated], "2018-01-01") == in_force([undated], None) == ["undated"]
    assert not Versions([undated]).within(date(2010, 1, 1)).any()


def test_what_replaces_a_document_of_another_work():
    old = document("old", "2018-05-01", work_id="a", status="superseded", superseded_by="new")
    new = document("new", "2023-07-01", work_id="b")
    assert in_force([old, new], "2020-01-01") == ["old"]
    assert in_force([old, new], "2024-01-01") == ["new"]
    assert Versions([old, new]).now("old") == ("superseded", new)
    # What replaced it is not held, and since when is not known.
    assert in_force([old], "2020-01-01") == []
    assert Versions([old]).now("old") == ("superseded", None)


def test_a_later_version_supersedes_an_earlier_one_whatever_the_manifest_says_of_it():
    old, new = document("old", "2018-05-01", status="in_force"), document("new", "2023-07-01", status="in_force")
    english = document("english", "2018-05-01", language="en")
    versions = Versions([old, new, english])
    assert [versions.status(at) for at in range(3)] == ["superseded", "in_force", "unknown"]
    assert versions.of(0) == [0, 1]
    assert versions.translations(0) == [2]
    assert both_in_force([old, new, english]) == [
        "old is in force by the manifest, but new, a later version of its work, is so since 2023-07-01; the earlier one"
        " is taken to be superseded"
    ]


def test_dates_of_repeal_are_checked(tmp_path):
    corpus = write_works(tmp_path, tea_2018={"repealed_on": "2023-07-01"})
    assert read_manifest(corpus)[0].repealed_on == "2023-07-01"


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    corpus, folder = write_works(tmp_path_factory.mktemp("corpus")), tmp_path_factory.mktemp("index")
    build(corpus, folder, load_encoder())
    return Answerer(open_index(folder, load_encoder()), load_encoder(), Lexicon.load())


def found(answerer, **filters) -> set[str]:
    return {hit.passage.document_id for hit in answerer.search(QUESTION, Filters(**filters), limit=50)}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"tea-2023", "tea-2023-en"}),
        ({"as_of": date(2020, 1, 1)}, {"tea-2018"}),
        ({"as_of": date(2023, 7, 1)}, {"tea-2023", "tea-2023-en"}),
        ({"as_of": date(2018, 4, 30)}, set()),
        ({"status": "superseded"}, {"tea-2018"}),
        ({"status": "superseded", "as_of": date(2024, 1, 1)}, set()),
        ({"status": ANY_STATUS}, {"tea-2018", "tea-2023", "tea-2023-en"}),
    ],
)
def test_what_is_searched(answerer, filters, expected):
    assert found(answerer, **filters) == expected


def test_an_answer_of_a_day_is_that_of_the_version_of_the_day(answerer):
    now = answerer.ask("各省检验茶叶的检验费用由谁承担？")
    then = answerer.ask("各省检验茶叶的检验费用由谁承担？", filters=Filters(as_of=date(2020, 1, 1)))
    assert now.citations[0].quote == "第三条 各省应当每年检验茶叶，检验费用由总局承担。"
    assert (now.citations[0].status, now.citations[0].superseded_by) == ("in_force", None)
    assert then.citations[0].quote == "第二条 各省应当每年检验茶叶，检验费用由省承担。"
    cited = then.citations[0]
    assert (cited.status, cited.superseded_by, cited.superseded_on) == ("superseded", "tea-2023", "2023-07-01")
    assert "《茶叶检验条例》（已被tea-2023取代（2023-07-01起））" in then.text
    assert "国务院 | 日期不详 | 已被tea-2023取代（2023-07-01起） | 是否译文不详" in answer_text(then)
    english = answerer.ask("各省检验茶叶的检验费用由谁承担？", "en", Filters(as_of=date(2020, 1, 1)))
    assert "[superseded by tea-2023, since 2023-07-01, in Chinese]" in english.text


def test_a_clause_that_is_named_is_that_of_the_version_of_the_day(answerer):
    now = answerer.ask("茶叶检验条例第三条是什么？")
    then = answerer.ask("茶叶检验条例第三条是什么？", filters=Filters(as_of=date(2020, 1, 1)))
    assert [citation.clause_id for citation in now.citations] == ["tea-2023:1.3"]
    assert [citation.clause_id for citation in then.citations] == ["tea-2018:1.3"]


def test_what_only_a_superseded_version_says_is_not_answered(answerer):
    said = answerer.ask("出口企业应当多久向海关申领原产地标志？")
    assert (said.status, said.reason) == ("no_answer", "not_in_force")
    assert said.text.splitlines()[:2] == [
        "只有已废止、已被取代或在所问日期尚未发布的文件谈到这个问题。",
        "谈到这个问题的是《茶叶检验条例》（已被tea-2023取代（2023-07-01起））。",
    ]
    early = answerer.ask("国家鼓励茶农采用什么包装材料和种植技术？", filters=Filters(as_of=date(2020, 1, 1)))
    assert early.reason == "not_in_force"
    assert early.text.splitlines()[1] == "谈到这个问题的是《茶叶检验条例》（2023-07-01起）。"
    asked_for = answerer.ask("出口企业应当多久向海关申领原产地标志？", filters=Filters(status="superseded"))
    assert asked_for.citations[0].quote == "第五条 出口企业应当每季度向海关申领原产地标志。"


def clause_ids(result) -> list[str]:
    return [clause.clause_id for clause in result.clauses]


def test_a_look_up_prefers_the_version_in_force_and_lists_the_others(answerer):
    now = lookup(answerer.index, "茶叶检验条例第三条")
    assert clause_ids(now) == ["tea-2023:1.3"]
    assert [(item.why, item.document.document_id) for item in now.candidates] == [("version", "tea-2018")]
    then = lookup(answerer.index, "茶叶检验条例第三条", as_of=date(2020, 1, 1))
    assert clause_ids(then) == ["tea-2018:1.3"]
    assert [(item.why, item.document.document_id) for item in then.candidates] == [("version", "tea-2023")]
    text = lookup_text(now, answerer.index, "zh")
    assert "《茶叶检验条例》 | 国务院 | 日期不详 | 已被tea-2023取代 | 是否译文不详 | tea-2018" in text
    assert "已被tea-2023取代" in lookup_text(then, answerer.index, "zh").splitlines()[1]
    assert clause_ids(lookup(answerer.index, "tea-2018 第三条")) == ["tea-2018:1.3"]


def test_over_http(answerer):
    with TestClient(create_app(Settings(), answerer)) as client:
        body = {"question": "各省检验茶叶的检验费用由谁承担？", "as_of": "2020-01-01"}
        cited = client.post("/v1/ask", json=body).json()["citations"][0]
        looked = client.get("/v1/lookup", params={"ref": "茶叶检验条例第三条", "as_of": "2020-01-01"}).json()
        shown = client.get("/v1/documents/tea-2018").json()
    assert (cited["document_id"], cited["superseded_by"], cited["superseded_on"]) == (
        "tea-2018",
        "tea-2023",
        "2023-07-01",
    )
    assert [clause["clause_id"] for clause in looked["clauses"]] == ["tea-2018:1.3"]
    candidate = {name: looked["candidates"][0][name] for name in ("why", "document_id", "effective_on", "status")}
    assert candidate == {
        "why": "version",
        "document_id": "tea-2023",
        "effective_on": "2023-07-01",
        "status": "in_force",
    }
    assert shown["versions"] == [
        {
            "document_id": name,
            "title": title,
            "language": language,
            "issued_on": None,
            "effective_on": since,
            "until": until,
            "status": status,
            "in_force": until is None,
        }
        for name, title, language, since, until, status in [
            ("tea-2018", "茶叶检验条例", "zh", "2018-05-01", "2023-07-01", "superseded"),
            ("tea-2023", "茶叶检验条例", "zh", "2023-07-01", None, "in_force"),
            ("tea-2023-en", "Regulations on the Inspection of Tea", "en", "2023-07-01", None, "in_force"),
        ]
    ]
