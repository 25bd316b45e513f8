"""From what an enterprise says to its obligations: nothing is guessed, and every reason is a clause."""

import json
from dataclasses import replace

import numpy as np
import pytest
from real_index import real_answerer
from toy import ToyEncoder

from eval.applicability import judge, measures, read_cases
from ingest.register import LINE, Register
from service.applicability.check import FactError, applicability
from service.applicability.rules import Rules
from service.applicability.words import Vocabulary


@pytest.fixture(scope="module")
def answerer():
    return real_answerer()


@pytest.fixture(scope="module")
def check(answerer):
    return lambda description, facts=None, language="auto": applicability(answerer, description, facts, language)


def obligations(found) -> dict[str, str]:
    """Of the schemes that are not ruled out, but for those that concern nearly everybody."""
    return {item.scheme: item.obligation for item in found.concerning if not item.general}


def asked(found) -> list[str]:
    return [question.fact for question in found.ask_next]


# --- what is decided -------------------------------------------------------------------------------------------------


def test_the_product_catalogue_is_not_held_so_nobody_is_told_that_ccc_is_compulsory(check):
    found = check("我们生产电热水壶，要做什么认证？")
    assert obligations(found) == {
        "ccc": "undetermined",
        "ccc-self-declaration": "undetermined",
        "high-end-consumer": "voluntary",
    }
    assert found.status == "open"
    assert asked(found) == ["in_ccc_catalogue", "place"]
    ccc = found.certifications[0]
    assert ccc.decided_by == "现行《强制性产品认证目录》及其描述与界定表（本库未收）"
    assert ccc.citations[0].clause_id == "samr-2020-2267:1.2.2"
    assert (ccc.citations[0].issued_on, ccc.citations[0].status) == ("2020-09-24", "unknown")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"in_ccc_catalogue": True}, {"ccc": "compulsory", "ccc-self-declaration": "undetermined"}),
        ({"in_ccc_catalogue": "no"}, {}),
        ({"in_ccc_catalogue": "yes", "self_declaration_list": "no"}, {"ccc": "compulsory"}),
        (
            {"in_ccc_catalogue": "yes", "self_declaration_list": "yes"},
            {"ccc": "compulsory", "ccc-self-declaration": "compulsory"},
        ),
    ],
)
def test_what_the_enterprise_knows_of_the_catalogue_decides(check, facts, expected):
    assert obligations(check("儿童玩具厂", {"place": "elsewhere", **facts})) == expected


def test_an_obligation_that_is_decided_in_english(check):
    found = check("we run nursing homes in Zhejiang")
    assert (found.status, asked(found), obligations(found)) == ("decided", [], {"elderly-service": "voluntary"})
    [elderly] = [item for item in found.certifications if item.scheme == "elderly-service"]
    assert "elderly services" in elderly.citations[0].quote
    assert elderly.steps == (
        "Rule 1: if activity is “elderly services” (known: elderly services), then voluntary – holds",
    )
    [brand] = [item for item in found.certifications if item.scheme == "regional-brand"]
    assert brand.obligation == "voluntary"


def test_a_service_on_products_is_no_product(check):
    assert "ccc" not in obligations(check("We only repair washing machines, Hebei"))
    assert "ccc" in obligations(check("We make washing machines, Hebei"))


def test_something_else_than_certification_is_not_covered_and_what_is_held_is_said(check):
    found = check("我开了家小饭馆，房东要涨房租怎么办")
    assert (found.status, found.ask_next, found.support, obligations(found)) == ("not_covered", (), (), {})
    assert "本库没有关于房屋租赁、房地产的文件" in found.limits
    assert "国发〔2018〕3号" in found.limits
    assert check("我开了家小饭馆，要不要认证").status == "open"


def test_an_enterprise_of_which_nothing_is_known_is_asked_what_it_does(check):
    found = check("我们公司需要做3C吗？")
    assert (found.status, asked(found)) == ("open", ["activity"])
    assert found.certifications[0].scheme == "ccc"
    assert found.certifications[0].obligation == "undetermined"


def test_what_one_does_not_know_is_not_asked_again_and_stays_undetermined(check):
    found = check("儿童玩具厂", {"place": "elsewhere", "in_ccc_catalogue": "unknown"})
    assert (found.status, asked(found)) == ("decided", [])
    assert obligations(found)["ccc"] == "undetermined"
    assert found.facts["in_ccc_catalogue"] == ("unknown",)


def test_measures_are_a_list_of_their_own(check):
    small = {item.measure: item.if_so for item in check("浙江义乌的小厂，做雨伞").support}
    assert small["small-training"] is None and small["zhejiang"] is None
    unknown = {item.measure: item.if_so for item in check("做雨伞的企业").support}
    assert unknown["small-training"] == "规模为“小型、微型企业”"
    assert "zhejiang" not in unknown
    assert "small-training" not in {item.measure for item in check("做雨伞的大型企业").support}


def test_facts_can_be_said_in_words_or_values(check):
    for place in ("huzhou", "浙江湖州", "湖州", "Huzhou"):
        found = check("水泥厂", {"place": place})
        assert found.facts["place"] == ("huzhou",)
    with pytest.raises(FactError, match=r"facts\.place: must be one of zhejiang, lishui"):
        check("水泥厂", {"place": "火星"})
    with pytest.raises(FactError, match="facts: may hold activity, in_ccc_catalogue"):
        check("水泥厂", {"planet": "mars"})


def test_a_reader_of_english_is_shown_the_english_clause(check):
    principle = {item.scheme: item for item in check("we make toys", {"in_ccc_catalogue": True}).certifications}["ccc"]
    assert principle.citations[1].clause_id.startswith("state-council-2018-3:en.")
    principle = {item.scheme: item for item in check("做玩具", {"in_ccc_catalogue": True}).certifications}["ccc"]
    assert principle.citations[1].clause_id.startswith("state-council-2018-3:zh.")


def test_every_citation_is_the_documents_words_and_numbered_once(answerer, check):
    found = check("有机茶园，福建安溪，出口")
    every = [c for item in (*found.certifications, *found.support) for c in item.citations]
    for citation in every:
        document = answerer.index.store.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote
    assert len({(c.number, c.document_id, c.start, c.end) for c in every}) == len({c.number for c in every})


def test_the_same_question_has_the_same_answer(check):
    one, two = check("做玩具出口的小厂"), check("做玩具出口的小厂")
    assert one == two


# --- what is recognised ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "activities"),
    [
        ("食品包装厂", ["packaging"]),  # the last of a compound is what is made
        ("玩具店", ["toys", "trade"]),  # a shop deals in it
        ("we only repair washing machines", ["repair"]),  # the verb stands in front
        ("危化品仓储", ["hazardous-chemicals", "other-service"]),  # who stores them has to do with them
        ("做矿山机械的厂", ["machinery"]),
        ("给银行做软件外包", ["app"]),  # a customer
        ("生产儿童玩俱", ["toys"]),  # one character wrong
        ("we make ricecookers", ["appliances"]),
        ("cement plant", ["building-materials"]),  # "plant" is no farm
        ("养老金什么时候发", []),  # no nursing home
        ("生产某某某的厂家", ["other-goods"]),
        ("种三七的", ["farming"]),
        ("an UPS maker", ["electrical"]),
        ("we grew up here", []),  # no uninterruptible power supply
    ],
)
def test_activities(answerer, description, activities):
    found = answerer.vocabulary.recognise(description)
    assert sorted({item.value for item in found if item.fact == "activity"}) == activities


@pytest.mark.parametrize(
    ("description", "fact", "value"),
    [
        ("种茶，不是有机的", "organic", "no"),
        ("not organic", "organic", "no"),
        ("有机茶叶", "organic", "yes"),
        ("不在3C目录内", "in_ccc_catalogue", "no"),
        ("已经列入 3C 目录", "in_ccc_catalogue", "yes"),
        ("浙江湖州", "place", "huzhou"),  # the narrower of two
        ("从日本进口", "place", None),  # not where the enterprise is
        ("日本公司", "place", "abroad"),
        ("夫妻店", "size", "small"),
        # A question or a guess is no statement.
        ("电热水壶在3C目录里吗？", "in_ccc_catalogue", None),
        ("Is our toy in the CCC catalogue?", "in_ccc_catalogue", None),
        ("不知道在不在3C目录里", "in_ccc_catalogue", None),
        ("we do not know whether it is in the CCC catalogue", "in_ccc_catalogue", None),
        ("玩具应该在3C目录里", "in_ccc_catalogue", None),
        ("if our toys are in the CCC catalogue, what then", "in_ccc_catalogue", None),
        ("我们的产品不属于强制性认证产品", "in_ccc_catalogue", None),
        ("以前在3C目录里", "in_ccc_catalogue", None),
        ("none of our goods is in the CCC catalogue", "in_ccc_catalogue", None),
        ("no longer in the CCC catalogue", "in_ccc_catalogue", None),
        ("不锈钢水壶在3C目录里", "in_ccc_catalogue", "yes"),
        ("产品在3C目录里，要做3C吗？", "in_ccc_catalogue", "yes"),
        ("Our toys are in the CCC catalogue. Do we need CCC?", "in_ccc_catalogue", "yes"),
    ],
)
def test_facts_that_are_said(answerer, description, fact, value):
    found = {item.fact: item.value for item in answerer.vocabulary.recognise(description)}
    assert found.get(fact) == value


# --- rules -----------------------------------------------------------------------------------------------------------

LINES = [
    {
        "kind": "fact", "id": "activity", "name_zh": "做", "name_en": "do", "question_zh": "?", "question_en": "?",
        "if_not_said": "ask", "values": [],
    },
    {
        "kind": "fact", "id": "big", "name_zh": "大", "name_en": "big", "question_zh": "?", "question_en": "?",
        "if_not_said": "ask", "values": [{"id": v, "name_zh": v, "name_en": v} for v in ("yes", "no")],
    },
    {
        "kind": "fact", "id": "export", "name_zh": "出口", "name_en": "export", "question_zh": "?", "question_en": "?",
        "if_not_said": "no", "values": [{"id": v, "name_zh": v, "name_en": v} for v in ("yes", "no")],
    },
    {"kind": "activity", "id": "goods", "name_zh": "物", "name_en": "goods"},
    {"kind": "activity", "id": "tea", "name_zh": "茶", "name_en": "tea", "within": ["goods"], "words_en": ["tea"]},
]  # fmt: skip


def tea_scheme(*rules: dict) -> dict:
    ground = {"why_zh": "因为", "why_en": "because", "claims": ["it"]}
    return {
        "kind": "scheme", "id": "tea-check", "type": "product", "name_zh": "检", "name_en": "check",
        "claims": {"it": {"document_id": "d", "quote": "q"}}, "otherwise": ground,
        "rules": [ground | {"decided_by_zh": "甲", "decided_by_en": "a"} | rule for rule in rules],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "facts", "obligation", "missing"),
    [
        # A broader activity is satisfied by a narrower one.
        ([{"if": {"activity": ["goods"]}, "then": "voluntary"}], {"activity": ("tea",)}, "voluntary", []),
        ([{"if": {"activity": ["tea"]}, "then": "voluntary"}], {"activity": ("goods",)}, "not_covered", []),
        # What is not known is asked for, the first unknown condition of the rule.
        (
            [{"if": {"activity": ["tea"], "big": ["yes"]}, "then": "compulsory"}],
            {"activity": ("tea",)},
            "undetermined",
            [("big", "compulsory")],
        ),
        # An earlier rule that may hold keeps a later one from deciding, unless both say the same.
        (
            [
                {"if": {"big": ["yes"]}, "then": "compulsory"},
                {"if": {"activity": ["tea"]}, "then": "voluntary"},
            ],
            {"activity": ("tea",)},
            "undetermined",
            [("big", "compulsory")],
        ),
        (
            [
                {"if": {"big": ["yes"]}, "then": "voluntary"},
                {"if": {"activity": ["tea"]}, "then": "voluntary"},
            ],
            {"activity": ("tea",)},
            "voluntary",
            [],
        ),
        # A fact that is not so unless it is said; a fact that the enterprise does not know.
        ([{"if": {"export": ["yes"]}, "then": "voluntary"}], {}, "not_covered", []),
        ([{"if": {"export": ["yes"]}, "then": "voluntary"}], {"export": ()}, "undetermined", [("export", "voluntary")]),
        ([{"if": {"big": ["yes"]}, "then": "voluntary", "only_if_said": True}], {}, "not_covered", []),
    ],
)
def test_rules(rules, facts, obligation, missing):
    lines = tuple(LINE.validate_python(line) for line in [*LINES, tea_scheme(*rules)])
    register = Register(lines=lines)
    decision = Rules(register).decide(register.schemes[0], facts)
    assert (decision.obligation, list(decision.missing)) == (obligation, missing)


def test_a_register_of_ones_own_needs_no_vectors():
    register = Register(lines=tuple(LINE.validate_python(line) for line in LINES))
    vocabulary = Vocabulary(register, np.empty((0, 8), np.float32), ToyEncoder())
    assert [item.value for item in vocabulary.recognise("we sell tea")] == ["tea"]


# --- the written cases -----------------------------------------------------------------------------------------------


def test_the_cases_are_what_they_should_be():
    cases = read_cases()
    kinds = [case.kind for case in cases]
    assert len(cases) >= 120
    assert len({case.case_id for case in cases}) == len(cases)
    assert kinds.count("question") / len(cases) >= 0.25 and kinds.count("outside") / len(cases) >= 0.2
    halves = [case.half for case in cases]
    assert 0.4 < halves.count("tune") / len(cases) < 0.6
    languages = [case.case_id[:2] for case in cases]
    assert 0.45 < languages.count("zh") / len(cases) < 0.55


def test_every_clause_expected_by_a_case_is_in_the_corpus(answerer):
    for case in read_cases():
        for clause in case.clauses.values():
            assert clause["quote"] in answerer.index.store.document(clause["document_id"]).text


def test_the_cases_are_decided_rightly_and_nothing_is_called_compulsory_without_ground(answerer):
    outcomes = [judge(case, answerer) for case in read_cases()]
    for half in ("tune", "report"):
        found = measures([item for item in outcomes if item.case.half == half])
        assert found["right"] >= 0.92, json.dumps(found)
        assert found["asked"] >= 0.92, json.dumps(found)
        assert found["false compulsory"] == 0


def test_a_wrong_decision_is_counted(answerer):
    case = next(case for case in read_cases() if case.case_id == "zh-001")
    assert judge(case, answerer).right
    assert not judge(replace(case, expect={"ccc": "compulsory"}), answerer).right
    other = {"ccc": {"document_id": "tongren-plan-2019", "quote": "Work goals"}}
    assert judge(replace(case, clauses=other), answerer).wrong_clauses == ("ccc",)
