"""``yiju-ingest draft-translation``: the form, what an endpoint puts into it, and that nothing reads a draft."""

import json
import shutil
import socket
import time
from pathlib import Path

import pytest
from endpoint import completion, endpoint
from toy import ToyEncoder
from typer.testing import CliRunner

import ingest.renderings.drafts as drafts
from ingest.__main__ import app
from ingest.document import Clause
from ingest.index import open_index
from ingest.manifest import read_manifest
from ingest.pipeline import build, read_corpus

# What a good endpoint says to each clause of the notice on kettles.
SAYS = {
    "Notice on Electric Kettles": "关于电热水壶的通知",
    "I. Scope": "一、范围",
    "1. Electric kettles sold in the country need a certificate of safety.": "1.在国内销售的电热水壶须有安全证书。",
    "2. Kettles made for export need none. The exporter keeps a record of them for 5 years.": (
        "2.出口水壶无须证书。出口商保存记录5年。"
    ),
}


@pytest.fixture
def corpus(small_corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_corpus, tmp_path / "corpus"))


def ingest(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def draft(corpus: Path, *arguments: object):
    return ingest("draft-translation", "kettles-2020", "--corpus", corpus, *arguments)


def lines(corpus: Path) -> list[dict]:
    text = (corpus / "translations" / "kettles-2020.zh.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def put(corpus: Path, records: list[dict]) -> None:
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (corpus / "translations" / "kettles-2020.zh.jsonl").write_text(text, "utf-8")


def source(body: dict) -> str:
    return body["messages"][1]["content"].split("Text:\n")[1]


def test_the_form_has_every_clause_with_its_source_beside(corpus):
    ended = draft(corpus)
    file = corpus / "translations" / "kettles-2020.zh.jsonl"
    assert (ended.exit_code, ended.stdout) == (0, f"{file}: 0 reviewed, 0 drafted, 4 empty\n")
    assert [line["source"] for line in lines(corpus)] == list(SAYS)
    assert lines(corpus)[1] == {
        "clause_id": "kettles-2020:1",
        "source_sha256": "1737f721edf9ca1f92f54b80e44f01306e19ee1f2b3246fb9e7d7070ae925f6a",
        "source": "I. Scope",
        "text": "",
        "notes": [],
        "reviewed": False,
    }


def test_a_file_elsewhere_and_the_other_language(corpus, tmp_path):
    out = tmp_path / "new" / "form.jsonl"
    assert draft(corpus, "--out", out).exit_code == 0
    assert out.read_text("utf-8").count("\n") == 4
    assert not (corpus / "translations").exists()
    ended = draft(corpus, "--language", "en")
    assert (ended.exit_code, ended.stderr) == (1, "kettles-2020: every clause says it in en already\n")


def test_drafts_are_not_read_and_leave_the_index_as_it_is(corpus, toy_encoder, scratch):
    before = build(corpus, scratch, ToyEncoder())
    draft(corpus)
    drafted = [{**line, "text": SAYS[line["source"]]} for line in lines(corpus)]
    put(corpus, drafted)
    after = build(corpus, scratch, ToyEncoder())
    assert (after.changed, after.generation) == (False, before.generation)
    checked = ingest("check", "--corpus", corpus, "--index", scratch)
    assert checked.exit_code == 0
    assert "kettles-2020.zh.jsonl: 0 renderings, 0 notes; 4 drafts, not used until they are reviewed" in checked.stdout

    put(corpus, [{**drafted[0], "reviewed": True}, *drafted[1:]])
    assert build(corpus, scratch, ToyEncoder()).changed
    store = open_index(scratch).store
    assert store.rendering("kettles-2020:p1").text == "关于电热水壶的通知"
    assert store.rendering("kettles-2020:1") is None


def test_an_endpoint_that_answers_well(corpus, monkeypatch):
    monkeypatch.setenv("YIJU_LLM_KEY", "zzkeyzz")
    with endpoint(lambda body: "<think>先看术语</think>\n" + SAYS[source(body)]) as (url, asked):
        ended = draft(corpus, "--llm-url", url, "--llm-model", "m")
        again = draft(corpus, "--llm-url", url, "--llm-model", "m")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.endswith("kettles-2020.zh.jsonl: 0 reviewed, 4 drafted, 0 empty\n")
    assert [line["text"] for line in lines(corpus)] == list(SAYS.values())
    assert all(line["reviewed"] is False and line["drafted_by"] == "m" for line in lines(corpus))
    # What is drafted is not asked for again.
    assert again.stdout == ended.stdout
    assert len(asked) == 4
    assert (asked[0]["path"], asked[0]["authorization"], asked[0]["model"]) == (
        "/v1/chat/completions",
        "Bearer zzkeyzz",
        "m",
    )
    assert "Document: Notice on Electric Kettles" in asked[0]["messages"][1]["content"]


def test_the_terms_of_the_glossary_are_given(corpus):
    header = "zh\ten\tzh_variants\ten_variants\tdomain\tnote\n"
    (corpus / "glossary.tsv").write_text(header + "安全证书\tcertificate of safety\t\t\tcertification\t\n", "utf-8")
    with endpoint(lambda body: SAYS[source(body)]) as (url, asked):
        draft(corpus, "--llm-url", url, "--llm-model", "m")
    given = [request["messages"][1]["content"] for request in asked]
    assert [("Terms: certificate of safety = 安全证书" in one) for one in given] == [False, False, True, False]


def test_doubts_are_told_and_the_draft_is_kept(corpus):
    with endpoint(lambda body: SAYS[source(body)].replace("5", "6")) as (url, _):
        ended = draft(corpus, "--llm-url", url, "--llm-model", "m")
    assert ended.exit_code == 0
    assert ended.stdout.splitlines()[:2] == [
        "to look at: kettles-2020:1.2: numbers missing from the rendering: ['5']",
        "to look at: kettles-2020:1.2: numbers not in the source: ['6']",
    ]
    assert "6年" in lines(corpus)[3]["text"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("", "the reply is empty"),
        ("Sorry, I cannot do that.", "the reply is not in the language asked for (zh)"),
        ("好的。\n\n一、范围", "the reply has several paragraphs, the source one"),
        ("范围" * 1000, "the reply has 2000 characters, the source "),
        ((200, b"<html>"), "{url} answered with something that is no chat completion"),
        ((200, b'{"choices": []}'), "{url} answered with something that is no chat completion"),
        ((200, completion(None)), "the reply is empty"),
        ((401, b'{"error": {"message": "bad key zzkeyzz"}}'), "{url} answered with status 401"),
        ((500, b"zzkeyzz"), "{url} answered with status 500"),
    ],
)  # fmt: skip
def test_an_endpoint_that_answers_badly(corpus, monkeypatch, reply, said):
    monkeypatch.setenv("YIJU_LLM_KEY", "zzkeyzz")
    with endpoint(lambda _: reply) as (url, asked):
        ended = draft(corpus, "--llm-url", url, "--llm-model", "m")
    told = ended.stderr.splitlines()
    assert ended.exit_code == 1
    assert [line.split(": ")[0] for line in told[:3]] == ["kettles-2020:p1", "kettles-2020:1", "kettles-2020:1.1"]
    assert all(said.format(url=url) in line for line in told[:3])
    assert told[3:] == ["stopped after 3 failures in a row; run the command again to go on"]
    assert len(asked) == 3  # nothing is asked twice
    assert ended.stdout.endswith("0 reviewed, 0 drafted, 4 empty\n")
    assert "zzkeyzz" not in ended.output


def test_one_bad_reply_does_not_stop_the_others(corpus):
    def behave(body: dict):
        return (503, b"") if "Scope" in source(body) else SAYS[source(body)]

    with endpoint(behave) as (url, _):
        ended = draft(corpus, "--llm-url", url, "--llm-model", "m")
        assert (ended.exit_code, ended.stderr) == (1, f"kettles-2020:1: {url} answered with status 503\n")
        assert ended.stdout.endswith("0 reviewed, 3 drafted, 1 empty\n")
    with endpoint(lambda body: SAYS[source(body)]) as (url, asked):
        assert draft(corpus, "--llm-url", url, "--llm-model", "m").exit_code == 0
    assert [source(body) for body in asked] == ["I. Scope"]


def test_an_endpoint_that_answers_slowly(corpus, monkeypatch):
    monkeypatch.setattr("ingest.renderings.drafts._FAILURES", 1)
    started = time.monotonic()
    with endpoint(lambda _: 30.0) as (url, _):
        ended = draft(corpus, "--llm-url", url, "--llm-model", "m", "--time-limit", 1)
    assert time.monotonic() - started < 10
    assert ended.stderr.splitlines()[0] == "kettles-2020:p1: no complete reply within 1 s"


def test_an_endpoint_that_does_not_answer_at_all(corpus):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/v1"
    ended = draft(corpus, "--llm-url", url, "--llm-model", "m")
    assert ended.exit_code == 1
    assert ended.stderr.splitlines()[0] == f"kettles-2020:p1: {url} cannot be reached"
    assert len(lines(corpus)) == 4


def test_what_a_person_wrote_stays(corpus):
    draft(corpus)
    mine = lines(corpus)
    mine[0] |= {"text": "电热水壶通知", "reviewed": True}
    mine[1] |= {"text": "一、范围（待查）"}
    put(corpus, mine)
    with endpoint(lambda body: SAYS[source(body)]) as (url, asked):
        ended = draft(corpus, "--llm-url", url, "--llm-model", "m")
    assert ended.stdout.endswith("1 reviewed, 3 drafted, 0 empty\n")
    assert [line["text"] for line in lines(corpus)[:2]] == ["电热水壶通知", "一、范围（待查）"]
    assert len(asked) == 2


def test_a_draft_of_a_clause_that_has_changed_is_made_anew_and_a_reviewed_one_left(corpus):
    draft(corpus)
    old = [{**line, "text": "旧稿", "source_sha256": "0" * 64} for line in lines(corpus)]
    put(corpus, [{**old[0], "reviewed": True}, *old[1:]])
    assert draft(corpus).stdout.endswith("1 reviewed, 0 drafted, 3 empty\n")
    assert lines(corpus)[0]["text"] == "旧稿"
    checked = ingest("check", "--corpus", corpus, "--index", corpus / "none")
    assert "kettles-2020.zh.jsonl:1: stale: kettles-2020:p1 has changed since it was rendered\n" in checked.stderr


def test_what_was_drafted_before_it_was_stopped_is_kept(corpus):
    [_, kettles] = read_corpus(corpus, read_manifest(corpus))
    file = corpus / "translations" / "kettles-2020.zh.jsonl"

    def stopped_at_the_third(clause: Clause) -> str:
        if clause.clause_id == "kettles-2020:1.1":
            raise KeyboardInterrupt
        return SAYS[clause.text]

    with pytest.raises(KeyboardInterrupt):
        drafts.draft(file, kettles.clauses, "zh", stopped_at_the_third, "m")
    assert [line["text"] for line in lines(corpus)] == ["关于电热水壶的通知", "一、范围", "", ""]


def test_a_file_changed_meanwhile_is_left_as_it_is(corpus):
    file = corpus / "translations" / "kettles-2020.zh.jsonl"

    def behave(body: dict) -> str:
        file.write_text(file.read_text("utf-8").replace('"text": ""', '"text": "我的"'), "utf-8")
        return SAYS[source(body)]

    with endpoint(behave) as (url, _):
        ended = draft(corpus, "--llm-url", url, "--llm-model", "m")
    assert ended.exit_code == 1
    assert ended.stderr == f"{file}: was changed by somebody meanwhile and is left so; run the command again\n"
    assert {line["text"] for line in lines(corpus)} == {"我的"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nothing"], 1, "no document 'nothing'; there are tea-2018, kettles-2020"),
        (["kettles-2020", "--language", "fr"], 2, "--language: must be zh or en; got 'fr'"),
        (["kettles-2020", "--llm-url", "http://127.0.0.1:1"], 2, "--llm-url and --llm-model go together"),
        (["kettles-2020", "--llm-url", "here", "--llm-model", "m"], 2, "'here' is not the address of an endpoint"),
    ],
)
def test_called_wrongly(corpus, arguments, code, said):
    ended = ingest("draft-translation", *arguments, "--corpus", corpus)
    assert (ended.exit_code, ended.stdout) == (code, "")
    assert said in ended.stderr and ended.stderr.count("\n") == 1


def test_a_file_of_something_else_is_not_overwritten(corpus, tmp_path):
    out = tmp_path / "notes.txt"
    out.write_text("my notes\n", "utf-8")
    ended = draft(corpus, "--out", out)
    assert ended.exit_code == 1
    assert ended.stderr.startswith(f"{out}:1: not a rendering")
    assert out.read_text("utf-8") == "my notes\n"
