"""``yiju``: what a person sees, and how it ends."""

import json
import os
import socket
import subprocess
import sys
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
from service.show import in_markdown

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
    assert fixed.asked == [(QUESTION, "auto", Filters(), None)]


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


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("1. 认证", r"1\. 认证"),
        ("- a", r"\- a"),
        ("No. 3 [2018] *of*", r"No. 3 \[2018\] \*of\*"),
        ("[press](javascript:here)", r"\[press\](javascript:here)"),
        ("2018-02-06", "2018-02-06"),
    ],
)
def test_words_of_documents_are_no_signs_of_markdown(text, escaped):
    assert in_markdown(text) == escaped


STEERING = "\x1b[31m\x07\x9b\u202e\u2066\u200f\u061c\r\u2028"


def test_nothing_steers_the_terminal(fixed):
    [citation] = ANSWER.citations
    metadata = {name: f"a{STEERING}b\nc" for name in ("document_title", "issuer", "document_number", "issued_on")}
    forged = replace(citation, **metadata, path=(f"a{STEERING}b",), quote=f"a{STEERING}b\nc", counterpart=None)
    fixed.answer = replace(ANSWER, text=f"a{STEERING}b\nc", citations=(forged,))
    assert yiju("ask", QUESTION).stdout.split("\n") == [
        "a[31mb",
        "c",
        "",
        "依据：",
        "[1] 《a[31mb c》（a[31mb c）",
        "    a[31mb c | a[31mb c | 现行有效 | 官方译文",
        "    a[31mb",
        "    “a[31mb",
        "    c”",
        "",
    ]
    as_json = yiju("ask", QUESTION, "--json").stdout
    assert not set(STEERING) - set("[31m") & set(as_json)
    assert json.loads(as_json)["citations"][0]["quote"] == f"a{STEERING}b\nc"


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
        (["ask", "Who?", "--as-of", "2018-W06-2"], None, "--as-of: must be a date like 2018-02-06; got '2018-W06-2'"),
        (["lookup", "a", "--as-of", "20180206"], None, "--as-of: must be a date like 2018-02-06; got '20180206'"),
        (["search", "Who?", "--as-of", ""], None, "--as-of: must be a date like 2018-02-06; got ''"),
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


@pytest.mark.parametrize(
    ("question", "closed", "code", "said"),
    [
        (QUESTION, ">&-", 1, "standard output is closed, so nothing can be printed\n"),
        ("-", "<&-", 2, "standard input is closed, so nothing can be read from it\n"),
        (QUESTION, "2>&-", 0, ""),
        (" ", "2>&-", 2, ""),
    ],
)
def test_a_stream_that_is_closed(small_index, question, closed, code, said):
    tests = Path(__file__).parent
    path = os.pathsep.join([os.environ["PYTHONPATH"], str(tests), str(tests.parent)])
    ended = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", sys.executable, tests / "toy_command.py", "service", "ask", question,
         "--index", small_index],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (code, said)


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
