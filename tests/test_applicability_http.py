"""``POST /v1/applicability`` and questions to ``ask`` that are really such: the contract's objects, in both languages."""

import pytest
from real_index import real_answerer
from starlette.testclient import TestClient

from service.answer import Filters
from service.app import create_app
from service.applicability.ask import asks_applicability, check_answer
from service.applicability.check import applicability
from service.applicability.wire import ApplicabilityResponse
from service.settings import Settings


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings(), real_answerer()), raise_server_exceptions=False)


def post(client: TestClient, **body):
    return client.post("/v1/applicability", json=body)


def test_the_contract(client):
    answered = post(client, description="we make electric kettles and sell them in China").json()
    ApplicabilityResponse.model_validate(answered)
    first = answered["certifications"][0]
    assert (first["scheme"], first["obligation"]) == ("ccc", "undetermined")
    assert first["why"].startswith("Compulsory certification covers only the 103 products in 17 categories")
    assert first["citations"][0]["quote"].startswith("At present, compulsory product certification covers")
    assert first["citations"][0]["counterpart"]["translation"] == "project"
    assert [question["fact"] for question in answered["ask_next"]] == ["in_ccc_catalogue", "place"]
    assert answered["ask_next"][0]["question"].endswith("(the CCC catalogue)?")
    assert answered["ask_next"][0]["choices"] == [{"value": "yes", "label": "yes"}, {"value": "no", "label": "no"}]
    assert "product catalogues" in answered["limits"]
    assert (answered["status"], answered["language"]) == ("open", "en")
    assert answered["recognised"][0] == {
        "fact": "activity",
        "value": "appliances",
        "words": "electric kettles",
        "how": "words",
    }


def test_answers_lead_to_a_decision(client):
    body = {"description": "we make electric kettles", "facts": {"in_ccc_catalogue": True, "place": "Hebei"}}
    answered = post(client, **body).json()
    assert [item["scheme"] for item in answered["certifications"] if item["obligation"] == "compulsory"] == ["ccc"]
    assert [question["fact"] for question in answered["ask_next"]] == ["self_declaration_list"]
    again = post(
        client, description=body["description"], facts=answered["facts"] | {"self_declaration_list": "unknown"}
    )
    assert (again.json()["status"], again.json()["ask_next"]) == ("decided", [])


def test_not_covered(client):
    answered = post(client, description="我的餐馆租约到期了").json()
    assert answered["status"] == "not_covered"
    assert {item["obligation"] for item in answered["certifications"]} == {"not_covered"}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "missing", "description"),
        ({"description": " "}, "question_empty", "description"),
        ({"description": "长" * 2001}, "question_too_long", "description"),
        ({"description": "茶", "fact": {}}, "unknown_field", None),
        ({"description": "茶", "facts": []}, "not_an_object", "facts"),
        ({"description": "茶", "facts": {"secret-name": 1}}, "unknown_field", "facts"),
        ({"description": "茶", "facts": {"place": "secret-name"}}, "not_a_choice", "facts.place"),
        ({"description": "茶", "facts": {"place": 1}}, "not_a_choice", "facts.place"),
        ({"description": "茶", "facts": {"activity": ["tea", {}]}}, "not_a_choice", "facts.activity"),
        ({"description": "茶", "facts": {"place": ""}}, "not_a_choice", "facts.place"),
        ({"description": "茶", "language": "de"}, "not_a_choice", "language"),
    ],
)
def test_refusals_name_the_field_and_repeat_nothing(client, body, code, field):
    refused = post(client, **body)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["field"]) == (422, code, field)
    assert "secret-name" not in refused.text
    if "茶" in str(body) and "language" not in body:
        assert any("\u4e00" <= character <= "\u9fff" for character in error["message"])


def test_a_long_list_and_odd_characters_do_no_harm(client):
    assert post(client, description="茶\u202e\x1b", facts={"activity": ["food"] * 1000}).status_code == 200
    assert post(client, description="x" * 2000).status_code == 200
    lone = b'{"description": "\\ud800", "facts": {"place": "\\ud800"}}'
    assert (
        client.post("/v1/applicability", content=lone, headers={"content-type": "application/json"}).status_code == 422
    )
    lone = b'{"description": "tea", "facts": {"activity": "\\ud800"}}'
    assert (
        client.post("/v1/applicability", content=lone, headers={"content-type": "application/json"}).status_code == 422
    )


# --- ask ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("我们公司需要做3C吗？", True),
        ("Do we need CCC for toys?", True),
        ("我司生产电热水壶，要办什么认证？", True),
        ("电热水壶要做3C吗", True),
        ("Which certifications apply to us?", True),
        ("We run a nursing home. Is any certification required?", True),
        # What the documents say in general, how much, when, how: asked of the documents.
        ("有机产品认证是强制性的吗？", False),
        ("强制性产品认证目录有多少种产品？", False),
        ("我们做3C认证要多少钱？", False),
        ("How do we apply for CCC certification?", False),
        ("What does the notice say on certification chaos?", False),
        ("How many sub-categories does voluntary certification include?", False),
        ("小微企业能得到哪些免费培训？", False),
    ],
)
def test_which_questions_are_checked(question, asks):
    assert asks_applicability(question) is asks


def test_the_checks_answer_in_the_ordinary_form():
    answerer = real_answerer()
    answer = answerer.ask("我们开养老院，需要做什么认证吗？")
    assert (answer.status, answer.reason) == ("answered", None)
    assert answer.sentences[0].text.startswith("养老服务认证：自愿。服务业实施了养老服务认证")
    assert answer.text == "\n".join(item.text for item in answer.sentences)
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for sentence in answer.sentences:
        for number in sentence.citations:
            assert answer.citations[number - 1].quote in sentence.text
    for citation in answer.citations:
        document = answerer.index.store.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote


def test_what_the_documents_do_not_decide_is_no_answer():
    answer = real_answerer().ask("Do we need CCC for toys?")
    assert (answer.status, answer.reason, answer.language) == ("no_answer", "low_support", "en")
    assert answer.sentences[0].text.startswith("compulsory product certification (CCC): undetermined. ")
    assert "Still to be known: Is your product in the current catalogue" in answer.text
    decided = real_answerer().ask("Our toys are in the CCC catalogue. Do we need CCC?")
    assert decided.status == "answered"
    assert decided.sentences[0].text.startswith("compulsory product certification (CCC): compulsory. ")


def test_at_most_so_many_citations_and_none_against_the_filters():
    assert len(real_answerer().ask("我们生产电热水壶，要做什么认证？", max_citations=1).citations) == 1
    answer = real_answerer().ask("我们生产电热水壶，要做什么认证？", filters=Filters(document_id="tongren-plan-2019"))
    assert {citation.document_id for citation in answer.citations} <= {"tongren-plan-2019"}


def test_a_corpus_without_a_register_answers_as_ever(small_answerer):
    assert check_answer(small_answerer, "我们公司需要做3C认证吗？", "auto", Filters(), None) is None
    found = applicability(small_answerer, "we grow tea")
    assert (found.status, found.certifications) == ("not_covered", ())
    assert found.summary.startswith("This index holds no register of certifications")
