"""The HTTP service through the in-process client: what it answers is what the contract says."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from answers import ANSWER, FixedAnswerer
from starlette.testclient import TestClient
from toy import OPINIONS

import service.app
from ingest.index import open_index
from service.answer import Answer, Filters
from service.answerer import Answerer
from service.app import create_app
from service.issuers import issued_by
from service.settings import Settings


def fixed(answer: Answer | Exception) -> tuple[TestClient, FixedAnswerer]:
    answerer = FixedAnswerer(answer)
    return TestClient(create_app(Settings(), answerer), raise_server_exceptions=False), answerer


def test_an_answer_is_the_object_of_the_contract():
    client, _ = fixed(ANSWER)
    response = client.post("/v1/ask", json={"question": "检验费用由谁承担？"})
    got = response.json()
    assert response.status_code == 200
    assert 0 <= got.pop("took_ms") < 1000
    assert got == {
        "question": "检验费用由谁承担？",
        "language": "zh",
        "status": "answered",
        "reason": None,
        "answer": "“检验费用由省承担。”[1]",
        "sentences": [{"text": "“检验费用由省承担。”[1]", "citations": [1], "rewritten": False}],
        "citations": [
            {
                "number": 1,
                "document_id": "tea-2018",
                "clause_id": "tea-2018:zh.1.1",
                "quote": "检验费用由省承担。",
                "language": "zh",
                "start": 105,
                "end": 114,
                "document_title": "关于加强茶叶检验的意见",
                "issuer": "总局 (General Administration)",
                "document_number": None,
                "issued_on": "2018-01-31",
                "status": "in_force",
                "translation": "official",
                "path": ["一、总体要求", "（一）"],
                "url": "/documents/tea-2018#tea-2018:zh.1.1",
                "counterpart": {
                    "clause_id": "tea-2018:en.1.1",
                    "quote": "The province bears the cost of the inspection.",
                    "language": "en",
                    "translation": None,
                    "document_id": None,
                },
                "notes": [],
                "page": None,
                "ocr": False,
                "title_translation": None,
                "superseded_by": None,
                "superseded_on": None,
                "extent": "unknown",
            }
        ],
        "confidence": 0.75,
        "index": "0123456789abcdef",
        "resolved": None,
        "note": None,
    }


def test_what_is_asked_reaches_the_answerer_normalised():
    client, answerer = fixed(ANSWER)
    body = {
        "question": " \u200bcafe\u0301\u3000tea? ",  # invisible, decomposed, full-width space
        "language": "en",
        "filters": {"issuer": "总局", "document_id": "tea-2018", "language": "zh", "status": "in_force"},
        "as_of": "2020-01-31",
        "max_citations": 20,
    }
    assert client.post("/v1/ask", json=body).status_code == 200
    [(question, language, filters, max_citations)] = answerer.asked
    assert (question, language, max_citations) == ("café tea?", "en", 20)
    assert filters == Filters(
        issuer="总局", document_id="tea-2018", language="zh", status="in_force", as_of=filters.as_of
    )
    assert filters.as_of.isoformat() == "2020-01-31"


def test_what_is_left_out_or_null_has_its_default():
    client, answerer = fixed(ANSWER)
    nulls = {"issuer": None, "document_id": None, "language": None, "status": None}
    for body in (
        {"question": "?a"},
        {"question": "?a", "filters": None, "as_of": None},
        {"question": "?a", "filters": nulls},
    ):
        assert client.post("/v1/ask", json=body).status_code == 200
    assert answerer.asked == [("?a", "auto", Filters(), 5)] * 3


def test_the_longest_question_is_answered(client: TestClient):
    assert client.post("/v1/ask", json={"question": "长" * 2000 + " " * 1000}).status_code == 200


def test_a_fault_of_ours_is_told_without_its_insides():
    client, _ = fixed(RuntimeError("the password is zzechozz"))
    response = client.post("/v1/ask", json={"question": "谁？"})
    assert response.status_code == 500
    assert response.json() == {
        "error": {"code": "internal", "message": "Something went wrong; the service's log says what.", "field": None}
    }


@pytest.mark.parametrize("confidence", [float("nan"), float("inf")])
def test_no_number_stops_an_answer_from_being_sent(confidence: float):
    client, _ = fixed(Answer(**{**vars(ANSWER), "confidence": confidence}))
    assert client.post("/v1/ask", json={"question": "a"}).json()["confidence"] == 0.0


def test_search_lists_passages_of_both_languages(client: TestClient):
    got = client.get("/v1/search", params={"q": "检验费用", "limit": 100}).json()
    assert got.keys() == {"hits", "took_ms"}
    assert [hit["rank"] for hit in got["hits"]] == list(range(1, 15))  # all the passages there are
    first = got["hits"][0]
    assert first["text"] == "（一）各省应当每年检验茶叶。检验费用由省承担。"
    assert (first["document_id"], first["clause_id"], first["language"]) == ("tea-2018", "tea-2018:zh.1.1", "zh")
    assert {hit["language"] for hit in got["hits"]} == {"zh", "en"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"language": "zh"}, {("tea-2018", "zh")}),
        ({"issuer": "general administration", "language": "en"}, {("tea-2018", "en")}),
        ({"status": "unknown"}, {("kettles-2020", "en")}),
        ({"document_id": "kettles-2020", "language": "", "status": ""}, {("kettles-2020", "en")}),
        ({"as_of": "2018-12-31"}, {("tea-2018", "zh"), ("tea-2018", "en")}),
        ({"as_of": "2017-12-31"}, set()),
    ],
)
def test_search_filters(client: TestClient, filters: dict, expected: set):
    hits = client.get("/v1/search", params={"q": "检验 inspection", **filters}).json()["hits"]
    assert {(hit["document_id"], hit["language"]) for hit in hits} == expected


def test_documents(client: TestClient, small_answerer: Answerer):
    got = client.get("/v1/documents").json()
    assert got["index"] == small_answerer.index.generation
    assert [item["document_id"] for item in got["documents"]] == ["tea-2018", "kettles-2020"]
    kettles = got["documents"][1]
    assert (kettles["issuer"], kettles["issued_on"], kettles["status"]) == (None, "2020-05-01", "unknown")
    assert "text" not in kettles and "source_map" not in kettles


def test_a_document_is_the_tree_of_its_clauses(client: TestClient, small_answerer: Answerer):
    got = client.get("/v1/documents/kettles-2020").json()
    outline = [(item["clause_id"], [child["clause_id"] for child in item["children"]]) for item in got["clauses"]]
    assert outline == [("kettles-2020:p1", []), ("kettles-2020:1", ["kettles-2020:1.1", "kettles-2020:1.2"])]
    text = small_answerer.index.store.document("kettles-2020").text
    child = got["clauses"][1]["children"][0]
    assert child["text"] == text[child["start"] : child["end"]]
    assert child["text"] == "1. Electric kettles sold in the country need a certificate of safety."
    assert got["characters"] == len(text)


def test_a_clause_with_what_stands_around_it(client: TestClient):
    got = client.get("/v1/clauses/tea-2018:zh.1.1").json()
    assert got["text"] == "（一）各省应当每年检验茶叶。检验费用由省承担。"
    assert got["path"][0] == "一、总体要求"
    assert got["counterpart"]["clause_id"] == "tea-2018:en.1.1"
    assert got["counterpart"]["text"] in OPINIONS
    assert got["neighbours"]["previous"]["clause_id"] == "tea-2018:zh.1"
    assert got["neighbours"]["next"]["clause_id"] == "tea-2018:zh.2"
    assert got["references"] == {"out": [], "in": []}
    heading = client.get("/v1/clauses/tea-2018:zh.1").json()
    assert [child["clause_id"] for child in heading["children"]] == ["tea-2018:zh.1.1"]


def test_the_same_question_from_many_threads_has_the_same_answer(client: TestClient):
    def ask(_: int) -> dict:
        got = client.post("/v1/ask", json={"question": "检验费用由谁承担？"}).json()
        return {key: value for key, value in got.items() if key != "took_ms"}

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(64)))
    assert answers == answers[:1] * 64
    assert answers[0]["citations"][0]["quote"] == "检验费用由省承担。"


def wait_for(client: TestClient, path: str, status: int) -> dict:
    for _ in range(500):
        response = client.get(path)
        if response.status_code == status:
            return response.json()
        time.sleep(0.01)
    raise AssertionError(f"{path} is still {response.status_code}: {response.text}")


def test_alive_at_once_and_ready_when_the_index_is_loaded(monkeypatch, small_answerer: Answerer, tmp_path: Path):
    may_load = threading.Event()
    opened = []

    def open_slowly(*settings: object) -> Answerer:
        opened.append(settings)
        may_load.wait(10)
        return small_answerer

    monkeypatch.setattr(service.app, "open_answerer", open_slowly)
    with TestClient(create_app(Settings(index=tmp_path, encoder="toy"))) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for response in (client.get("/readyz"), client.post("/v1/ask", json={"question": "谁？"})):
            assert (response.status_code, response.json()["error"]["code"]) == (503, "not_ready")
            assert response.headers["retry-after"] == "1"
        may_load.set()
        assert wait_for(client, "/readyz", 200) == {
            "status": "ready",
            "index": small_answerer.index.generation,
            "encoder": "toy " + small_answerer.encoder.sha256[:12],
        }
        assert client.post("/v1/ask", json={"question": "检验费用由谁承担？"}).status_code == 200
    assert opened == [(tmp_path, "toy", True)]


def test_never_ready_where_the_index_cannot_be_loaded(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(service.app, "open_answerer", lambda index, *_: open_index(index))
    failures: list[Exception] = []
    with TestClient(create_app(Settings(index=tmp_path), load_failed=failures.append)) as client:
        for _ in range(500):
            if failures:
                break
            time.sleep(0.01)
        response = client.get("/readyz")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "not_loaded")
    assert str(tmp_path) not in response.text
    assert [str(failure) for failure in failures] == [
        f"{tmp_path}: no index here; build it: yiju-ingest build --index {tmp_path}"
    ]


SECRET = "zzsecretzz"


def test_one_line_of_log_for_a_request_and_no_question_in_it(client: TestClient, caplog):
    with caplog.at_level(logging.INFO, logger="service"):
        client.post("/v1/ask", json={"question": f"{SECRET}？"})
        client.get(f"/v1/search?q={SECRET}")
        client.get("/v1/documents/a%0Ab")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("service")]
    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "POST /v1/ask 200",
        "GET /v1/search 200",
        "GET /v1/documents/a%0Ab 404",
    ]
    assert all(line.endswith(" ms") for line in lines)
    assert SECRET not in caplog.text


def test_metrics_count_requests_and_answers():
    client, _ = fixed(Answer(**{**vars(ANSWER), "status": "no_answer", "reason": "out_of_corpus"}))
    client.app.state.answerer.index = type("Index", (), {"generation": "0123456789abcdef"})
    for _ in range(2):
        client.post("/v1/ask", json={"question": "a"})
    client.get("/a")
    client.get("/b")
    lines = client.get("/metrics").text.splitlines()
    assert 'yiju_requests_total{method="POST",route="/v1/ask",status="200"} 2' in lines
    assert 'yiju_requests_total{method="GET",route="other",status="404"} 2' in lines
    assert 'yiju_request_seconds_count{route="/v1/ask"} 2' in lines
    assert 'yiju_answers_total{status="no_answer",reason="out_of_corpus"} 2' in lines
    assert 'yiju_index_info{generation="0123456789abcdef"} 1' in lines


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_head_answers_like_get_without_the_body(client: TestClient, path: str):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content, dict(head.headers)) == (200, b"", dict(get.headers))
    assert set(client.post(path).headers["allow"].split(", ")) == {"GET", "HEAD"}


def search_parameters(described: dict) -> list[dict]:
    return described["paths"]["/v1/search"]["get"]["parameters"]


def test_the_interface_describes_itself(client: TestClient):
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {
        "/v1/ask",
        "/v1/applicability",
        "/v1/search",
        "/v1/lookup",
        "/v1/documents",
        "/v1/documents/{document_id}",
        "/v1/documents/{document_id}/diff",
        "/v1/clauses/{clause_id}",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    assert described["components"]["schemas"]["AskRequest"]["examples"][0] == {"question": "有机产品认证是强制性的吗？"}
    assert "HTTPValidationError" not in described["components"]["schemas"]
    as_of = "answers from what was in force on that day; documents whose date is unknown are kept"
    assert described["components"]["schemas"]["AskRequest"]["properties"]["as_of"]["description"] == as_of
    assert [item["description"] for item in search_parameters(described) if item["name"] == "as_of"] == [as_of]
    assert [set(described["paths"][path]) for path in ("/healthz", "/readyz")] == [{"get"}, {"get"}]
    for path in described["paths"].values():
        for operation in path.values():
            assert operation["description"]


def test_the_first_page_names_the_interface(client: TestClient):
    response = client.get("/")
    assert response.headers["content-type"].startswith("text/html")
    assert 'href="/openapi.json"' in response.text


def test_an_address_that_is_not_utf8_is_refused(client: TestClient):
    response = client.get("/v1/search?q=%ff%fe")
    assert (response.status_code, response.json()["error"]["code"]) == (422, "not_utf8")


def test_answers_of_earlier_turns_are_let_in_and_too_many_turns_are_told_the_bound(client: TestClient):
    turn = {"question": "检验费用由谁承担？", "answer": "“检验费用由省承担。”[1]"}
    assert client.post("/v1/ask", json={"question": "a", "history": [turn]}).status_code == 200
    refused = client.post("/v1/ask", json={"question": "a", "history": [turn] * 21})
    assert refused.json()["error"] == {
        "code": "too_many",
        "message": "Must be at most 20 of them.",
        "field": "history",
    }


def test_a_filter_of_the_issuer_knows_the_body_by_any_of_its_names():
    issuer = "General Administration of Quality Supervision, Inspection and Quarantine"
    assert issued_by("质检总局", issuer) and issued_by("AQSIQ", issuer) and issued_by("quality supervision", issuer)
    assert not issued_by("国务院", issuer) and not issued_by("AQSIQ", None)
