"""Drafts propose, people decide."""

import json

import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.draft import added, append, draft, next_number
from eval.gold import GoldError, read_gold
from ingest.manifest import read_manifest
from ingest.pipeline import ingest


@pytest.fixture
def kettles(small_corpus):
    entry = next(entry for entry in read_manifest(small_corpus) if entry.document_id == "kettles-2020")
    return ingest(small_corpus, entry)


def test_drafts_of_a_document(kettles):
    lines = draft(kettles)
    asked = {(line["kind"], line["question"]): line for line in lines}
    clause = "“I. Scope 2. Kettles made for export need none” of Notice on Electric Kettles"
    line = asked["how_many", f"What figure does {clause} give, and for what?"]
    assert line["evidence"] == [
        [{"document_id": "kettles-2020", "quote": "The exporter keeps a record of them for 5 years."}]
    ]
    assert line["facts"] == [["5 years"]]
    assert [line["id"] for line in lines] == [f"dr-{at:03}" for at in range(1, len(lines) + 1)]
    assert {line["language"] for line in lines} == {"zh", "en"}
    assert not any(line["reviewed"] for line in lines)


def test_a_draft_that_is_added_again_changes_nothing(kettles, tmp_path):
    file = tmp_path / "drafts.jsonl"
    count = append(draft(kettles), file)
    before = file.read_bytes()
    assert count > 0 and next_number([file]) == count + 1
    assert append(draft(kettles, next_number([file])), file) == 0
    assert file.read_bytes() == before


def test_a_question_that_was_asked_brings_no_evidence_with_it():
    (line,) = added([{"question": " 谁检验？ ", "status": "no_answer", "reason": "low_support", "citations": [1]}], 7)
    assert (line["id"], line["question"], line["language"]) == ("dr-007", "谁检验？", "zh")
    assert (line["evidence"], line["facts"], line["reviewed"]) == ([], [], False)
    assert line["notes"] == "asked; the system said no_answer (low_support)"


def test_a_question_that_was_asked_twice_is_added_once(tmp_path):
    lines = added([{"question": "谁检验？"}, {"question": "谁检验？"}])
    assert append(lines, tmp_path / "drafts.jsonl") == 1


@pytest.mark.parametrize("record", [[1], {"question": 5}, {"asked": "谁检验？"}])
def test_what_holds_no_question_is_named(record):
    with pytest.raises(ValueError, match='expected an object with "question"'):
        added([record])


def test_the_commands_add_drafts_that_do_not_count(run_command, small_corpus, tmp_path):
    out = tmp_path / "drafts.jsonl"
    done = run_command("eval", "draft", "kettles-2020", "--corpus", small_corpus, "--out", out, "--limit", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"2 drafts added to {out}; edit them, then set reviewed to true\n"
    log = json.dumps({"question": "Who inspects coffee?", "status": "answered"})
    done = run_command("eval", "add", "--log", "-", "--out", out, input=log + "\n")
    assert done.stdout.startswith("1 drafts added")
    assert len(out.read_text("utf-8").splitlines()) == 3
    with pytest.raises(GoldError, match="no gold question found"):
        read_gold(out)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["draft", "coffee"], 1, "coffee: not in the corpus, which holds tea-2018, kettles-2020"),
        (["add"], 2, "give a question, or --log FILE with questions"),
        (["add", " "], 1, "question: the question is empty"),
    ],
)
def test_wrong_calls_say_what_is_wrong(small_corpus, tmp_path, arguments, code, said):
    where = ["--corpus", str(small_corpus)] if arguments[0] == "draft" else []
    done = CliRunner().invoke(app, [*arguments, *where, "--out", str(tmp_path / "drafts.jsonl")])
    assert (done.exit_code, done.stderr.strip()) == (code, said)
