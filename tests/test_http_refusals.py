"""What the HTTP service refuses: with which status, code and field, in which language, and never with the input."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

import service.app
from service.errors import body_too_large, body_too_slow
from service.observe import BodyLimit

JSON = {"content-type": "application/json"}
# Every row holds this word where it is wrong; no answer may repeat it.
ECHO = "zzechozz"
REFUSED = [
    # (body, status, code, field)
    (b"", 422, "not_an_object", None),
    (b"null", 422, "not_an_object", None),
    (b'["zzechozz"]', 422, "not_an_object", None),
    (b"{}", 422, "missing", "question"),
    (b'{"question": 5}', 422, "not_text", "question"),
    (b'{"question": null}', 422, "not_text", "question"),
    (b'{"question": ["zzechozz"]}', 422, "not_text", "question"),
    (b'{"question": ""}', 422, "question_empty", "question"),
    (rb'{"question": "\u200b\ufeff \u3000\u0000"}', 422, "question_empty", "question"),
    (json.dumps({"question": "长" * 2001}).encode(), 422, "question_too_long", "question"),
    (rb'{"question": "zzechozz \ud800"}', 422, "not_unicode", "question"),
    (rb'{"question": "a", "zzechozz \udfff": 1}', 422, "not_unicode", None),
    (rb'{"question": "a", "filters": {"issuer": "zzechozz \ud800"}}', 422, "not_unicode", "filters.issuer"),
    (b'{"question": "a", "zzechozz": 1}', 422, "unknown_field", None),
    (b'{"question": "a", "filters": {"zzechozz": 1}}', 422, "unknown_field", "filters"),
    (b'{"question": "a", "filters": ["zzechozz"]}', 422, "not_an_object", "filters"),
    (b'{"question": "a", "filters": {"status": "zzechozz"}}', 422, "not_a_choice", "filters.status"),
    (b'{"question": "a", "filters": {"issuer": 1}}', 422, "not_text", "filters.issuer"),
    (json.dumps({"question": "a", "filters": {"issuer": ECHO * 100}}).encode(), 422, "text_too_long", "filters.issuer"),
    (b'{"question": "a", "language": "zzechozz"}', 422, "not_a_choice", "language"),
    (b'{"question": "a", "language": null}', 422, "not_a_choice", "language"),
    (b'{"question": "a", "as_of": 1517875200}', 422, "not_a_date", "as_of"),
    (b'{"question": "a", "as_of": "2018-02-30"}', 422, "not_a_date", "as_of"),
    (b'{"question": "a", "as_of": "2018-2-6"}', 422, "not_a_date", "as_of"),
    (b'{"question": "a", "max_citations": 0}', 422, "too_small", "max_citations"),
    (b'{"question": "a", "max_citations": 21}', 422, "too_large", "max_citations"),
    (b'{"question": "a", "max_citations": "5"}', 422, "not_a_number", "max_citations"),
    (b'{"question": "a", "max_citations": 5.0}', 422, "not_a_number", "max_citations"),
    (b'{"question": "a", "max_citations": true}', 422, "not_a_number", "max_citations"),
    (b'{"question": "a", "max_citations": 1e999}', 422, "not_a_number", "max_citations"),
    (b'{"question": "a", "max_citations": ' + b"9" * 5000 + b"}", 400, "invalid_json", None),
    (b'{"question": NaN}', 400, "not_finite", None),
    (b'{"question": "a", "max_citations": -Infinity}', 400, "not_finite", None),
    (b'{"question": "a", "question": "zzechozz"}', 400, "duplicate_key", None),
    (b'{"question": ' + b"[" * 60_000, 400, "too_deep", None),
    (b'{"question": "zzechozz', 400, "invalid_json", None),
    (b"question=zzechozz", 400, "invalid_json", None),
    (b'{"question": "zzechozz \xff"}', 400, "invalid_json", None),
    ('{"question": "zzechozz"}'.encode("utf-16"), 400, "invalid_json", None),
    (b'{"question": "' + b"a" * 65_536 + b'"}', 413, "body_too_large", None),
]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"), REFUSED, ids=[f"{row[2]}-{at}" for at, row in enumerate(REFUSED)]
)
def test_refused_questions(client: TestClient, body: bytes, status: int, code: str, field: str | None):
    response = client.post("/v1/ask", content=body, headers=JSON)
    assert response.status_code == status
    error = response.json()["error"]
    assert error.keys() == {"code", "message", "field"}
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"] and ECHO not in response.text


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("", "missing", "q"),
        ("q=", "question_empty", "q"),
        ("q=%E2%80%8B", "question_empty", "q"),
        ("q=" + "a" * 2001, "question_too_long", "q"),
        ("q=a&limit=0", "too_small", "limit"),
        ("q=a&limit=101", "too_large", "limit"),
        ("q=a&limit=-1", "not_a_number", "limit"),
        ("q=a&limit=1_0", "not_a_number", "limit"),
        ("q=a&limit=zzechozz", "not_a_number", "limit"),
        ("q=a&language=zzechozz", "not_a_choice", "language"),
        ("q=a&status=zzechozz", "not_a_choice", "status"),
        ("q=a&as_of=zzechozz", "not_a_date", "as_of"),
        ("q=a&zzechozz=1", "unknown_field", None),
    ],
)
def test_refused_searches(client: TestClient, query: str, code: str, field: str | None):
    response = client.get(f"/v1/search?{query}")
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["field"]) == (422, code, field)
    assert ECHO not in response.text


CHARSETS = [f"application/json; charset={name}" for name in ("gbk", "utf-16", '"latin1"', "")]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", None, *CHARSETS])
def test_json_must_be_called_json(client: TestClient, content_type: str | None):
    headers = {} if content_type is None else {"content-type": content_type}
    response = client.post("/v1/ask", content=b'{"question": "a"}', headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("parameter", ["", "; charset=UTF-8", '; charset="utf-8"', "; charset=utf8"])
def test_utf_8_may_be_named(client: TestClient, parameter: str):
    headers = {"content-type": f"application/json{parameter}"}
    assert client.post("/v1/ask", content=b'{"question": "a"}', headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "allowed"),
    [
        ("/v1/lookup?ref=a&zzechozz=1", 422, "ref, language, as_of"),
        ("/v1/search?q=a&zzechozz=1", 422, "q, limit, language, issuer, status, document_id, as_of, explain"),
    ],
)
def test_an_unknown_parameter_is_told_which_ones_there_are(client: TestClient, query: str, status: int, allowed: str):
    response = client.get(query)
    assert response.status_code == status
    assert response.json()["error"]["message"] == f"There is an unknown field; allowed: {allowed}."


def test_a_refused_look_up_speaks_the_language_of_its_reference(client: TestClient):
    response = client.get("/v1/lookup", params={"ref": "国发〔2018〕3号", "as_of": "2018"})
    assert (response.status_code, response.json()["error"]) == (
        422,
        {"code": "not_a_date", "message": "应为 2018-02-06 这种写法的日期。", "field": "as_of"},
    )


@pytest.mark.parametrize(
    ("kind", "response_of", "code"),
    [
        ("documents", "document_response", "document_not_found"),
        ("clauses", "clause_response", "clause_not_found"),
    ],
)
def test_long_names_are_refused_before_they_are_looked_up(client, monkeypatch, kind, response_of, code):
    looked_up = []
    monkeypatch.setattr(service.app, response_of, lambda index, name, *_: looked_up.append(name))
    for length in (200, 201, 60_000):
        response = client.get(f"/v1/{kind}/{'a' * length}")
        assert (response.status_code, response.json()["error"]["code"]) == (404, code)
    assert looked_up == ["a" * 200]


@pytest.mark.parametrize(
    ("body", "accept_language", "message"),
    [
        ({"question": "谁？", "max_citations": 0}, "", "不能小于1。"),
        ({"question": "Who?", "max_citations": 0}, "zh-CN", "Must be at least 1."),
        ({"question": "Who?", "language": "zh", "max_citations": 0}, "en", "不能小于1。"),
        ({"question": "谁？", "language": "en", "max_citations": 0}, "zh", "Must be at least 1."),
        ({"max_citations": 0}, "fr, zh-Hant;q=0.8, en;q=0.5", "缺少这一项。"),
        ({"max_citations": 0}, "zh;q=0.2, en-GB", "This is required."),
        ({"max_citations": 0}, "zh;q=9, ;;, \u00e9".encode("latin-1"), "This is required."),
    ],
)
def test_errors_speak_the_askers_language(client: TestClient, body: dict, accept_language: str | bytes, message: str):
    response = client.post("/v1/ask", json=body, headers={"accept-language": accept_language})
    assert response.json()["error"]["message"] == message


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/zzechozz", 404, "not_found"),
        ("GET", "/v1/documents/", 404, "not_found"),
        ("GET", "/v1/documents/zzechozz", 404, "document_not_found"),
        ("GET", "/v1/documents/%00%ff%ed%a0%80", 404, "document_not_found"),
        ("GET", "/v1/clauses/zzechozz:1.2/3", 404, "clause_not_found"),
        ("GET", "/v1/ask", 405, "method_not_allowed"),
        ("DELETE", "/v1/documents", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses(client: TestClient, method: str, path: str, status: int, code: str):
    response = client.request(method, path, headers={"accept-language": "zh"})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert ECHO not in response.text
    assert response.json()["error"]["message"].startswith(("没有这", "这个地址不支持"))
    if status == 405:
        assert response.headers["allow"]


def pieces(count: int, size: int) -> Iterator[bytes]:
    yield from (b" " * size for _ in range(count))


def test_a_body_without_a_stated_length_is_bounded_too(client: TestClient):
    response = client.post("/v1/ask", content=pieces(65, 1024), headers=JSON)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "body_too_large")
    assert client.post("/v1/ask", content=pieces(64, 1024), headers=JSON).status_code == 400  # blank: not JSON


@pytest.mark.parametrize(
    ("headers", "dropped", "reads"),
    [
        ([], 0, 3),
        ([(b"content-length", b"100000")], 0, 0),
        ([(b"content-length", b"20")], 0, 3),
        ([(b"content-length", b"60")], 40, 7),  # taken and dropped, so that the client comes to read the answer
    ],
)
def test_reading_stops_at_the_bound(monkeypatch, headers: list, dropped: int, reads: int):
    """Of an endless body, in pieces of 10 bytes under a bound of 25, three pieces are read, and what is dropped."""
    monkeypatch.setattr("service.observe._DROPPED", dropped)
    received, sent = [], []

    async def receive() -> dict:
        received.append(1)
        return {"type": "http.request", "body": b" " * 10, "more_body": True}

    async def send(message: dict) -> None:
        sent.append(message)

    async def never(*_: object) -> None:
        raise AssertionError("the application was called")

    scope = {"type": "http", "method": "POST", "path": "/v1/ask", "headers": headers, "query_string": b""}
    asyncio.run(BodyLimit(never, 25, 10, body_too_large, body_too_slow)(scope, receive, send))
    assert (len(received), sent[0]["status"]) == (reads, 413)


@pytest.mark.parametrize("stopped", [False, True])
def test_a_body_that_trickles_is_not_waited_for(stopped: bool):
    """A byte every 10 ms: 50 ms are given, or the server stops. Whoever waited would have a body that is too large."""
    sent = []

    async def receive() -> dict:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: dict) -> None:
        sent.append(message)

    async def never(*_: object) -> None:
        raise AssertionError("the application was called")

    async def serve() -> None:
        limit = BodyLimit(never, 25, 10 if stopped else 0.05, body_too_large, body_too_slow)
        task = asyncio.create_task(limit(scope, receive, send))
        if stopped:
            await asyncio.sleep(0.05)
            task.cancel()
        await task

    scope = {"type": "http", "method": "POST", "path": "/v1/ask", "headers": [], "query_string": b""}
    asyncio.run(serve())
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"connection"]) == (408, b"close")
    assert json.loads(sent[1]["body"])["error"] == {
        "code": "body_too_slow",
        "message": "The body did not arrive within 15 seconds, or the service is stopping.",
        "field": None,
    }
