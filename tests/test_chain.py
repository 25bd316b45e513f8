"""Which document implements, interprets, forwards, cites or replaces which: of the corpus, and of four made-up texts."""

import json

import pytest
from real_index import real_answerer
from starlette.testclient import TestClient

from ingest.encoder import load_encoder
from ingest.index import Index, open_index
from ingest.lexicon import Lexicon
from ingest.pipeline import build
from service.answerer import Answerer
from service.app import create_app
from service.chain import chain_of, relations_of
from service.correspond import correspondences
from service.lookup import lookup
from service.settings import Settings
from service.show_lookup import lookup_text


@pytest.fixture(scope="module")
def corpus() -> Index:
    return real_answerer().index


def relations(index: Index, document_id: str) -> tuple[list, list]:
    out, into = relations_of(index, index.versions.place(document_id))
    return (
        [(one.relation, one.target.document_id or one.target.number or one.target.name) for one in out],
        [(one.relation, one.source.document_id) for one in into],
    )


def test_what_the_state_council_opinions_stand_between(corpus):
    assert relations(corpus, "state-council-2018-3") == (
        [("implements", "中共中央 国务院关于开展质量提升行动的指导意见")],
        [("implements", "aqsiq-2018-45"), ("implements", "samr-2020-2267"), ("implements", "tongren-plan-2019")],
    )


def test_what_the_notice_says_of_others_and_where(corpus):
    assert relations(corpus, "aqsiq-2018-45") == (
        [("implements", "state-council-2018-3"), ("implements", "中发〔2017〕24号")],
        [],
    )
    (opinions, _), _ = relations_of(corpus, 0)
    assert [mention.clause_id for mention in opinions.mentions] == ["aqsiq-2018-45:p1", "aqsiq-2018-45:p4"]
    for mention in opinions.mentions:
        text = corpus.store.document(mention.document_id).text
        assert mention.printed == text[mention.start : mention.end]
        assert mention.printed in mention.quote and mention.quote in text


def test_the_tongren_plan_through_the_provincial_opinions_that_are_not_held(corpus):
    chain = chain_of(corpus, corpus.versions.place("tongren-plan-2019"))
    opinions = "Implementation Opinions of Provincial People's Government on Strengthening the Construction of Quality"
    steps = [(node.step, node.document_id or node.number or node.name) for node in chain.nodes]
    plan = (
        "Tongren Municipal People's Government Implementation Plan on Strengthening the Construction of Quality"
        " Certification Management System to Promote Comprehensive Management"
    )
    assert steps == [
        (0, "tongrenfa〔2019〕15号"),
        (0, "中共中央 国务院关于开展质量提升行动的指导意见"),
        (1, "state-council-2018-3"),
        (2, "黔府发〔2018〕17号"),
        (3, plan),
        (4, "tongren-plan-2019"),
    ]
    provincial = next(node for node in chain.nodes if node.number == "黔府发〔2018〕17号")
    assert (provincial.document_id, provincial.name.startswith(opinions)) == (None, True)
    names = {node.key: node.document_id or node.number or node.name for node in chain.nodes}
    edges = {(names[edge.source.key], edge.relation, names[edge.target.key], edge.inferred) for edge in chain.edges}
    assert edges == {
        ("tongren-plan-2019", "implements", "state-council-2018-3", False),
        ("tongren-plan-2019", "implements", "黔府发〔2018〕17号", False),
        ("tongren-plan-2019", "implements", "tongrenfa〔2019〕15号", False),
        ("tongren-plan-2019", "interprets", plan, False),
        ("state-council-2018-3", "implements", "中共中央 国务院关于开展质量提升行动的指导意见", False),
        ("黔府发〔2018〕17号", "implements", "state-council-2018-3", True),
        (plan, "implements", "state-council-2018-3", True),
        (plan, "implements", "黔府发〔2018〕17号", True),
        (plan, "implements", "tongrenfa〔2019〕15号", True),
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("aqsiq-2018-45", "state-council-2018-3", {("1", "en.p5")}),
        ("samr-2020-2267", "state-council-2018-3", {("1.1.p1", "en.p5"), ("2.2.2", "en.2.5")}),
        (
            "tongren-plan-2019",
            "state-council-2018-3",
            {("1.p1", "en.p5"), ("h1.p1", "en.2.5"), ("3.2", "en.2.5"), ("3.2", "en.2.6")},
        ),
        ("aqsiq-science-2018-9", "state-council-2018-3", set()),
    ],
)
def test_clauses_that_correspond(corpus, one, other, expected):
    places = corpus.versions.place(one), corpus.versions.place(other)
    forth = {
        (item.clause_id.split(":")[1], item.other_clause_id.split(":")[1]) for item in correspondences(corpus, *places)
    }
    back = {
        (item.other_clause_id.split(":")[1], item.clause_id.split(":")[1])
        for item in correspondences(corpus, *places[::-1])
    }
    assert forth == back == expected


MADE = {
    "law": ("茶叶法", "第一条　茶叶应当检验。\n第二条　检验费用由省承担。\n", {"document_number": "国发〔2010〕1号"}),
    "rules": (
        "茶叶法实施细则",
        "第一条　为了贯彻实施《茶叶法》第二条，制定本细则。\n第二条　《茶叶检验暂行办法》同时废止。\n",
        {},
    ),
    "notice": ("关于印发《茶叶法实施细则》的通知", "一、现印发《茶叶法实施细则》，请遵照执行。\n", {}),
    "letter": (
        "关于茶叶的函",
        "一、按照《茶叶法》和《出口茶叶管理规定》，答复如下。\n二、参见《福建省茶叶检验办法》、《浙江省茶叶检验办法》。\n",
        {},
    ),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Index:
    corpus, folder = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    lines = []
    for name, (title, text, fields) in MADE.items():
        (corpus / f"{name}.txt").write_text(f"{title}\n\n{text}", "utf-8")
        entry = {"document_id": name, "path": f"{name}.txt", "language": "zh", "title": title, **fields}
        lines.append(json.dumps(entry, ensure_ascii=False))
    (corpus / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    build(corpus, folder, load_encoder())
    return open_index(folder, load_encoder())


def test_every_relation_both_ways(made):
    assert relations(made, "law") == ([], [("implements", "rules"), ("cites", "letter")])
    assert relations(made, "rules") == (
        [("replaces", "茶叶检验暂行办法"), ("implements", "law")],
        [("forwards", "notice")],
    )
    assert relations(made, "notice") == ([("forwards", "rules")], [])
    provinces = [("cites", "福建省茶叶检验办法"), ("cites", "浙江省茶叶检验办法")]
    assert relations(made, "letter") == ([("cites", "law"), ("cites", "出口茶叶管理规定"), *provinces], [])
    law = next(one for one in relations_of(made, made.versions.place("rules"))[0] if one.target.document_id == "law")
    assert law.mentions[0].clauses == ("law:2",)


def test_the_chain_from_the_top_down_without_mere_citations(made):
    for document_id in ("law", "notice"):
        chain = chain_of(made, made.versions.place(document_id))
        held = [(node.step, node.document_id) for node in chain.nodes if node.document_id]
        assert held == [(0, "law"), (1, "rules"), (2, "notice")]
    assert chain_of(made, made.versions.place("letter")).nodes == ()


def test_documents_that_cite_each_other_in_a_circle(tmp_path):
    lines = []
    for name, other in (("甲办法", "乙办法"), ("乙办法", "甲办法")):
        (tmp_path / f"{name}.txt").write_text(f"{name}\n\n第一条　为贯彻落实《{other}》，制定本办法。\n", "utf-8")
        lines.append(json.dumps({"document_id": name, "path": f"{name}.txt", "language": "zh", "title": name}))
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines), "utf-8")
    build(tmp_path, tmp_path / "index", load_encoder())
    index = open_index(tmp_path / "index", load_encoder())
    assert [(node.step, node.document_id) for node in chain_of(index, 0).nodes] == [(0, "甲办法"), (1, "乙办法")]


def test_a_look_up_of_a_document_shows_what_it_does_with_others(made):
    text = lookup_text(lookup(made, "茶叶法实施细则"), made, "zh")
    assert text.splitlines()[2:5] == [
        "    取代或废止：《茶叶检验暂行办法》",
        "    贯彻实施：《茶叶法》（国发〔2010〕1号）",
        "    印发或转发本文件的：《关于印发〈茶叶法实施细则〉的通知》",
    ]


def test_over_http(made):
    with TestClient(create_app(Settings(), Answerer(made, load_encoder(), Lexicon.load()))) as client:
        got = client.get("/v1/documents/rules").json()
    assert [(one["relation"], one["document_id"], one["title"]) for one in got["relations"]["out"]] == [
        ("replaces", None, "茶叶检验暂行办法"),
        ("implements", "law", "茶叶法"),
    ]
    assert [(one["relation"], one["document_id"]) for one in got["relations"]["in"]] == [("forwards", "notice")]
    mention = got["relations"]["out"][1]["mentions"][0]
    assert (mention["clause_id"], mention["quote"], mention["clauses"]) == (
        "rules:1",
        "第一条 为了贯彻实施《茶叶法》第二条，制定本细则。",
        ["law:2"],
    )
    keys = {node["key"] for node in got["chain"]["nodes"]}
    assert all({edge["source"], edge["target"]} <= keys for edge in got["chain"]["edges"])
    assert [node["document_id"] for node in got["chain"]["nodes"]].count("rules") == 1
    assert got["versions"][0]["document_id"] == "rules"
    assert got["correspondences"] == []
