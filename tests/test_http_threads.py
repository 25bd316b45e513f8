"""Questions after questions, answers sentence by sentence, and a language model behind the service."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from endpoint import endpoint
from starlette.testclient import TestClient

from ingest.endpoint import open_stream
from service.app import create_app
from service.settings import Settings

QUESTION = "检验费用由谁承担？"


@pytest.fixture(scope="module")
def client(small_answerer) -> TestClient:
    return TestClient(create_app(Settings(), small_answerer))


def ask(client: TestClient, **body) -> dict:
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 200, response.text
    return {key: value for key, value in response.json().items() if key != "took_ms"}


def events(text: str) -> list[tuple[str, dict]]:
    return [(name, json.loads(data)) for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)]


def test_a_question_that_leans_on_another_is_resolved(client):
    got = ask(client, question="那标签呢？", history=[{"question": QUESTION}])
    assert got["question"] == "那标签呢？"
    assert got["resolved"] == f"{QUESTION} 那标签呢？"
    assert got["language"] == "zh"
    alone = ask(client, question=f"{QUESTION} 那标签呢？")
    assert [item["quote"] for item in got["citations"]] == [item["quote"] for item in alone["citations"]]


def test_a_question_that_stands_alone_is_answered_as_without_a_thread(client):
    in_thread = ask(client, question=QUESTION, history=[{"question": "Which tea must carry a label?"}])
    assert in_thread == ask(client, question=QUESTION)


def test_only_the_last_turns_count(client):
    turns = [{"question": f"问题{number}是什么内容？"} for number in range(17)]
    last = [{"question": QUESTION}, {"question": "那标签呢？"}, {"question": "那检验呢？"}]
    got = ask(client, question="那费用呢？", history=[*turns, *last])
    assert got["resolved"] == f"{QUESTION} 那标签呢？ 那检验呢？ 那费用呢？"


@pytest.mark.parametrize("history", [[{"question": ""}], [{}], ["text"], [{"question": "x"}] * 21, {"question": "x"}])
def test_a_history_that_is_none_is_refused(client, history):
    assert client.post("/v1/ask", json={"question": QUESTION, "history": history}).status_code == 422


def test_an_answer_in_pieces_is_the_answer(client):
    whole = ask(client, question=QUESTION)
    response = client.post("/v1/ask", json={"question": QUESTION, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    *sentences, (name, answer) = events(response.text)
    answer.pop("took_ms")
    assert (name, answer) == ("answer", whole)
    assert sentences == [("sentence", item) for item in whole["sentences"]]


def test_the_language_model_rewords_unless_it_is_not_wanted(small_answerer):
    quoted = small_answerer.ask(QUESTION).citations[0]
    assert quoted.language == "zh"

    def reword(body: dict) -> str:
        [token, *_] = re.findall(r"〔([0-9a-z]{6})〕", body["messages"][-1]["content"])
        return f"{quoted.quote}〔{token}〕"

    with endpoint(reword) as (url, asked):
        client = TestClient(create_app(Settings(), small_answerer, writer=open_stream(url, "m", None, 5.0)))
        got = ask(client, question=QUESTION)
        assert got["sentences"][0] == {"text": f"{quoted.quote}[1]", "citations": [1], "rewritten": True}
        assert len(asked) == 1
        plain = ask(client, question=QUESTION, rewrite=False)
        assert len(asked) == 1
        assert not any(item["rewritten"] for item in plain["sentences"])
        streamed = events(client.post("/v1/ask", json={"question": QUESTION, "stream": True}).text)
        assert streamed[0][1]["rewritten"]
        assert streamed[-1][1]["answer"] == got["answer"]


def test_a_language_model_that_is_down_is_noted(small_answerer):
    client = TestClient(
        create_app(Settings(), small_answerer, writer=open_stream("http://127.0.0.1:9/v1", "m", None, 1))
    )
    got = ask(client, question=QUESTION)
    assert got["status"] == "answered"
    assert got["note"] == "语言模型没有给出可用的答复，以下为原文摘录。"
    assert got["answer"] == small_answerer.ask(QUESTION).text


def test_a_language_model_that_hangs_holds_up_few(small_answerer):
    """Four wait for it; the others have their quotes at once, and searches go on."""
    with endpoint(lambda body: 1.5) as (url, asked):
        client = TestClient(create_app(Settings(), small_answerer, writer=open_stream(url, "m", None, 1.5)))
        with ThreadPoolExecutor(12) as many:
            start = time.perf_counter()
            answers = [many.submit(ask, client, question=QUESTION) for _ in range(12)]
            quick = [answer for answer in as_completed(answers) if time.perf_counter() - start < 1.4]
    assert len(asked) == 4
    assert len(quick) == 8
    assert all(answer.result()["note"] == "语言模型没有给出可用的答复，以下为原文摘录。" for answer in answers)
