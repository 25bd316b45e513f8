"""``yiju``: what a person sees, how it ends, and the service as a process."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers import ANSWER, FixedAnswerer
from toy import ToyEncoder
from typer.testing import CliRunner

import service.answerer
from ingest.index import current
from ingest.pipeline import build
from service.__main__ import app
from service.answer import Filters
from service.respond import ask_response

QUESTION = "检验费用由谁承担？"


def yiju(*arguments: object, stdin: bytes | str | None = None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> FixedAnswerer:
    answerer = FixedAnswerer(ANSWER)
    monkeypatch.setattr(service.answerer, "open_answerer", lambda *_: answerer)
    return answerer


def test_an_answer_with_its_citations(fixed):
    ended = yiju("ask", QUESTION)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert (
        ended.stdout
        == """\
“检验费用由省承担。”[1]

依据：
[1] 《关于加强茶叶检验的意见》
    总局 (General Administration) | 2018-01-31 | 现行有效 | 官方译文
    一、总体要求 > （一）
    “检验费用由省承担。”
    对应条款：“The province bears the cost of the inspection.”
"""
    )
    assert fixed.asked == [(QUESTION, "auto", Filters(), 5)]


def test_the_words_around_it_in_english_and_the_unknown_said_to_be_so(fixed):
    [citation] = ANSWER.citations
    unknown = replace(
        citation, document_number="No. 1", issuer=None, issued_on=None, status="unknown", translation="unknown"
    )
    fixed.answer = replace(ANSWER, language="en", citations=(replace(unknown, counterpart=None, path=()),))
    assert yiju("ask", "Who pays?").stdout.splitlines()[2:] == [
        "Citations:",
        "[1] 关于加强茶叶检验的意见 (No. 1)",
        "    issuer unknown | date unknown | status unknown | translation or original: unknown",
        "    “检验费用由省承担。”",
    ]


def test_a_rendering_of_our_own_is_called_one(fixed):
    [citation] = ANSWER.citations
    rendering = replace(citation.counterpart, translation="project")
    fixed.answer = replace(ANSWER, citations=(replace(citation, counterpart=rendering),))
    assert yiju("ask", QUESTION).stdout.splitlines()[-1] == (
        "    （项目译文，非官方文本，以原文为准）“The province bears the cost of the inspection.”"
    )


def test_no_answer_is_an_exit_code_of_its_own(fixed):
    fixed.answer = replace(
        ANSWER, status="no_answer", reason="out_of_corpus", text="没有。", sentences=(), citations=()
    )
    ended = yiju("ask", QUESTION)
    assert (ended.exit_code, ended.stdout, ended.stderr) == (3, "没有。\n", "")


def test_options_reach_the_answerer(fixed):
    yiju(
        "ask", "Who?", "--language", "zh", "--issuer", "总局", "--as-of", "2020-01-31", "--document", "tea-2018",
        "--status", "in_force", "--max-citations", 3,
    )  # fmt: skip
    [(question, language, filters, max_citations)] = fixed.asked
    assert (question, language, max_citations) == ("Who?", "zh", 3)
    assert (filters.issuer, filters.document_id, filters.status) == ("总局", "tea-2018", "in_force")
    assert filters.as_of.isoformat() == "2020-01-31"


def test_json_is_the_object_of_the_service(fixed):
    got = json.loads(yiju("ask", QUESTION, "--json").stdout)
    took_ms = got.pop("took_ms")
    assert took_ms >= 0
    expected = ask_response(ANSWER, took_ms).model_dump(mode="json")
    assert got == {key: value for key, value in expected.items() if key != "took_ms"}


def test_a_question_from_standard_input(fixed):
    assert yiju("ask", "-", stdin=f"{QUESTION}\n").exit_code == 0
    assert fixed.asked[0][0].strip() == QUESTION


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (["ask", " \u200b "], None, "The question is empty."),
        (["ask", "长" * 2001], None, "问题不能超过2000个字符（规范化以后）。"),
        (["ask", "-"], b"a" * 100_000, "The question must be at most 2000 characters long after normalisation."),
        (["ask", "-"], b"", "The question is empty."),
        (["ask", "-"], b"who \xff?", "The text holds a lone surrogate, so it is not valid Unicode."),
        (["ask", "who \udcff?"], None, "The text holds a lone surrogate, so it is not valid Unicode."),
        (["ask", "Who?", "--language", "fr"], None, "--language: must be one of auto, zh, en; got 'fr'"),
        (["ask", "Who?", "--as-of", "2018"], None, "--as-of: must be a date like 2018-02-06; got '2018'"),
        (
            ["search", "Who?", "--status", "new"],
            None,
            "--status: must be one of in_force, repealed, superseded, unknown",
        ),
    ],
)
def test_what_cannot_be_asked(fixed, arguments, stdin, said):
    ended = yiju(*arguments, stdin=stdin)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(said) and ended.stderr.count("\n") == 1
    assert fixed.asked == []


def test_called_wrongly():
    assert [yiju(*arguments).exit_code for arguments in ([], ["ask"], ["ask", "a", "--nothing"])] == [2, 2, 2]
    assert yiju("ask", "a", "--max-citations", 21).exit_code == 2
    for command in ("ask", "search", "serve"):
        assert command in yiju("--help").stdout


def test_search_prints_rank_place_and_text(toy_encoder, small_index):
    ended = yiju("search", "检验费用", "--index", small_index, "--limit", 1, "--language", "zh")
    lines = ended.stdout.splitlines()
    assert ended.exit_code == 0
    assert lines[0] == "1. 《关于加强茶叶检验的意见》（总局发〔2018〕1号）"
    assert lines[-1] == "    “（一）各省应当每年检验茶叶。检验费用由省承担。”"
    nothing = yiju("search", "检验费用", "--index", small_index, "--issuer", "nobody")
    assert (nothing.exit_code, nothing.stdout) == (3, "没有找到。\n")


def test_search_as_json(toy_encoder, small_index):
    got = json.loads(yiju("search", "检验费用", "--index", small_index, "--json").stdout)
    assert got.keys() == {"hits", "took_ms"}
    assert got["hits"][0]["clause_id"] == "tea-2018:zh.1.1"


def test_an_index_that_cannot_be_asked(toy_encoder, small_corpus, tmp_path):
    missing = yiju("ask", "a", "--index", tmp_path / "none")
    mend = f"yiju-ingest build --index {tmp_path}/none"
    assert (missing.exit_code, missing.stderr) == (1, f"{tmp_path}/none: no index here; build it: {mend}\n")

    build(small_corpus, tmp_path, ToyEncoder())
    damaged = tmp_path / "generations" / current(tmp_path) / "store.sqlite"
    damaged.write_bytes(b"")
    ended = yiju("ask", "a", "--index", tmp_path)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"{damaged}: sha256 is " in ended.stderr and f"yiju-ingest build --index {tmp_path}" in ended.stderr


def test_an_encoder_that_is_not_there_or_not_the_one_of_the_index(toy_encoder, small_index, small_corpus, tmp_path):
    ended = yiju("ask", "a", "--index", small_index, "--encoder", "no/model")
    assert (ended.exit_code, ended.stderr) == (1, "no/model: no such model on this machine\n")

    class Other(ToyEncoder):
        name, sha256 = "other", "00" * 32

    build(small_corpus, tmp_path, Other())
    ended = yiju("ask", "a", "--index", tmp_path)
    assert ended.exit_code == 1
    assert "built with encoder other" in ended.stderr and "yiju-ingest build" in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("YIJU_PORT", "abc", "YIJU_PORT: must be a whole number from 0 to 65535 (0: any free port); got 'abc'\n"),
        ("YIJU_PORT", "70000", "YIJU_PORT: must be a whole number from 0 to 65535 (0: any free port); got '70000'\n"),
        ("YIJU_LOG_LEVEL", "loud", "YIJU_LOG_LEVEL: must be debug, info, warning or error; got 'loud'\n"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    ended = yiju("serve")
    assert (ended.exit_code, ended.stderr) == (2, said)


def test_a_wrong_argument_is_named_as_one():
    ended = yiju("serve", "--host", "")
    assert (ended.exit_code, ended.stderr) == (2, "--host: must be an address or host name; got ''\n")


# From here on, in processes of their own.


def test_asking_imports_nothing_heavy(small_index):
    """Each of these takes longer to import than an answer may take."""
    heavy = {"torch", "sentence_transformers", "transformers", "llama_index", "fastapi", "uvicorn", "rich", "sklearn"}
    code = f"""
import sys
import toy_command, ingest.encoder, ingest.lexicon
ingest.encoder.load_encoder = toy_command.toy_or_named
ingest.lexicon.Lexicon.load = staticmethod(lambda: None)
sys.argv = ["yiju", "ask", {QUESTION!r}, "--index", {str(small_index)!r}]
from service.__main__ import main
try:
    main()
finally:
    print("imported:", sorted({heavy!r} & sys.modules.keys()))
"""
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parent.parent)])
    ended = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, encoding="utf-8"
    )
    assert ended.stdout.endswith("imported: []\n"), ended.stdout + ended.stderr
    assert "检验费用由省承担。" in ended.stdout


def test_from_any_folder_and_in_any_encoding(run_command, small_index, tmp_path):
    index = os.path.relpath(small_index, tmp_path)
    ended = run_command("service", "ask", QUESTION, "--json", cwd=tmp_path, env={"YIJU_INDEX": index})
    assert ended.returncode == 0
    ascii_only = {"PYTHONIOENCODING": "ascii", "YIJU_INDEX": index}
    escaped = run_command("service", "ask", QUESTION, "--json", cwd=tmp_path, env=ascii_only)
    assert escaped.stdout.isascii()
    assert json.loads(escaped.stdout)["citations"] == json.loads(ended.stdout)["citations"]
    plain = run_command("service", "ask", QUESTION, cwd=tmp_path, env=ascii_only)
    assert (plain.returncode, plain.stderr) == (0, "")


def test_a_question_that_is_not_unicode_in_the_shell(run_command, small_index):
    ended = run_command("service", "ask", b"who \xff\xfe?", "--index", small_index)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "The text holds a lone surrogate, so it is not valid Unicode.\n"


def test_nobody_reads_the_output(run_command, small_index):
    reading, writing = os.pipe()
    os.close(reading)
    ended = run_command(
        "service", "ask", QUESTION, "--index", small_index,
        capture_output=False, stdout=writing, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_a_port_in_use(run_command, small_index):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run_command("service", "serve", "--index", small_index, "--port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"port {port} on 127.0.0.1 is in use; choose another: yiju serve --port {port + 1 if port < 65535 else 8000}\n"
    )


def test_serving_without_an_index_ends_with_the_reason(run_command, tmp_path):
    ended = run_command("service", "serve", "--index", tmp_path, "--port", "0")
    assert (ended.returncode, ended.stdout) == (1, "")
    said = f"{tmp_path}: no index here; build it: yiju-ingest build --index {tmp_path}"
    assert ended.stderr.splitlines()[-1] == said
    assert "Traceback" not in ended.stderr


@contextlib.contextmanager
def serving(index: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    """The service in a process of its own, ready, on a free port."""
    tests = Path(__file__).parent
    path = os.pathsep.join([os.environ["PYTHONPATH"], str(tests), str(tests.parent)])
    process = subprocess.Popen(
        [sys.executable, tests / "toy_command.py", "service", "serve", "--index", index, "--port", "0"],
        env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        line = process.stderr.readline()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+) ", line)[1])
        for _ in range(1000):
            with contextlib.suppress(OSError):
                if request(port, "GET", "/readyz")[0] == 200:
                    break
            time.sleep(0.01)
        else:
            process.terminate()
            raise AssertionError(f"not ready after ten seconds: {process.communicate()}")
        yield process, port
    finally:
        process.kill()
        process.wait()


def request(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request(method, path, body, {"content-type": "application/json"} if body else {})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_service_answers_and_stops_when_told(small_index, stop):
    with serving(small_index) as (process, port):
        status, got = request(port, "POST", "/v1/ask", json.dumps({"question": QUESTION}).encode())
        assert (status, got["citations"][0]["quote"]) == (200, "检验费用由省承担。")
        assert request(port, "GET", "/readyz") == (200, {"status": "ready", "index": current(small_index)})
        # Larger than the bound and than what the system holds between client and server.
        status, got = request(port, "POST", "/v1/ask", b" " * 1_000_000)
        assert (status, got["error"]["code"]) == (413, "body_too_large")
        process.send_signal(stop)
        out, log = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "")
    assert re.search(r"INFO POST /v1/ask 200 [\d.]+ ms\n", log)
    assert QUESTION not in log and "Traceback" not in log


def test_what_is_under_way_is_finished_before_the_service_stops(small_index):
    with serving(small_index) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        body = json.dumps({"question": QUESTION}).encode()
        connection.putrequest("POST", "/v1/ask")
        connection.putheader("content-type", "application/json")
        connection.putheader("content-length", str(len(body)))
        connection.endheaders(body[:10])
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        connection.send(body[10:])
        assert connection.getresponse().status == 200
        connection.close()
        assert process.wait(10) == 0
