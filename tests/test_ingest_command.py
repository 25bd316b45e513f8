"""``yiju-ingest``: what it prints, how it ends, and that no failed build takes the old index away."""

import json
import os
import pty
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from toy import ENTRIES, NOTICE, OPINIONS, ToyEncoder, write_corpus
from typer.testing import CliRunner

from ingest.__main__ import app
from ingest.index import current, open_index
from ingest.pipeline import build

TESTS = Path(__file__).parent
LONGER_NOTICE = NOTICE + "\n3. Kettles sold before 2020 need none.\n"


def ingest(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_build_prints_a_line_for_each_document_and_the_generation(toy_encoder, small_corpus, scratch):
    ended = ingest("build", "--corpus", small_corpus, "--index", scratch)
    assert ended.exit_code == 0
    assert ended.stdout.splitlines() == [
        "tea-2018: 10 clauses, 10 passages, 12 sentences; 0 characters left out (none)",
        "kettles-2020: 4 clauses, 4 passages, 5 sentences; 0 characters left out (none)",
        f"index {current(scratch)} in {scratch}",
    ]
    assert ended.stderr == ""
    again = ingest("build", "--corpus", small_corpus, "--index", scratch)
    assert (again.exit_code, again.stdout) == (0, f"up to date: index {current(scratch)}\n")


def test_a_build_as_json(toy_encoder, small_corpus, scratch):
    got = json.loads(ingest("build", "--corpus", small_corpus, "--index", scratch, "--json").stdout)
    documents = got.pop("documents")
    assert got == {"generation": current(scratch), "changed": True, "index": str(scratch)}
    assert documents[1] == {"document_id": "kettles-2020", "clauses": 4, "passages": 4, "sentences": 5, "left_out": 0}


def test_folders_come_from_the_environment_too(toy_encoder, small_corpus, scratch, monkeypatch):
    monkeypatch.setenv("YIJU_CORPUS", str(small_corpus))
    monkeypatch.setenv("YIJU_INDEX", str(scratch))
    assert ingest("build").exit_code == 0
    assert ingest("check").stdout.endswith("no problems\n")


def test_every_problem_of_the_corpus_is_told_and_nothing_is_published(toy_encoder, tmp_path):
    corpus = write_corpus(tmp_path / "corpus", texts=(OPINIONS, ""))
    manifest = corpus / "manifest.jsonl"
    lines = manifest.read_text("utf-8").splitlines()
    lines[0] = json.dumps({**ENTRIES[0], "sha256": "0" * 64})
    manifest.write_text("\n".join([*lines, '{"document_id": 7}', "not json"]), "utf-8")
    for command in ("build", "check"):
        ended = ingest(command, "--corpus", corpus, "--index", tmp_path / "index")
        told = ended.stderr.splitlines()
        assert ended.exit_code == 1
        assert [line.split(": ")[0] for line in told][:4] == [f"{manifest}:{n}" for n in (1, 3, 3, 3)]
        assert f"{manifest}:4: not a JSON object" in ended.stderr
        assert "sha256 of texts/tea.txt is" in told[0]
    assert current(tmp_path / "index") is None


def test_an_empty_text_is_named(toy_encoder, tmp_path):
    corpus = write_corpus(tmp_path / "corpus", texts=(OPINIONS, ""))
    ended = ingest("build", "--corpus", corpus, "--index", tmp_path / "index")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{corpus}/texts/kettles.txt: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--corpus", "/nothing/here"], "/nothing/here/manifest.jsonl: not found"),
        (["--index", "/dev/null/index"], "/dev/null/index"),
        (["--encoder", "/nothing/model"], "/nothing/model"),
    ],
)
def test_what_cannot_be_used_is_named_in_a_line(toy_encoder, small_corpus, tmp_path, arguments, said):
    ended = ingest("build", "--corpus", small_corpus, "--index", tmp_path, *arguments)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert said in ended.stderr and ended.stderr.count("\n") == 1


def test_check_tells_a_damaged_a_stale_and_a_missing_index(toy_encoder, small_corpus, tmp_path, scratch):
    build(small_corpus, scratch, ToyEncoder())
    checked = ("check", "--corpus", small_corpus, "--index")
    good = ingest(*checked, scratch)
    assert (good.exit_code, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-2:] == [
        f"index {current(scratch)}: every file has its recorded sha256",
        "no problems",
    ]

    missing = ingest(*checked, tmp_path)
    mend = f"yiju-ingest build --index {tmp_path}"
    assert (missing.exit_code, missing.stderr) == (1, f"{tmp_path}: no index here; build it: {mend}\n")

    other = write_corpus(tmp_path / "corpus", texts=(OPINIONS, LONGER_NOTICE))
    stale = ingest("check", "--corpus", other, "--index", scratch)
    mend = f"yiju-ingest build --corpus {other} --index {scratch}"
    assert (stale.exit_code, stale.stderr) == (1, f"{scratch}: not of this corpus as it is now; build it: {mend}\n")

    damaged = scratch / "generations" / current(scratch) / "passages.faiss"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    ended = ingest(*checked, scratch)
    assert ended.exit_code == 1
    assert f"{damaged}: sha256 is " in ended.stderr and "yiju-ingest build" in ended.stderr
    # Building mends it, though the corpus is as it was.
    assert ingest("build", "--corpus", small_corpus, "--index", scratch).exit_code == 0
    assert ingest(*checked, scratch).exit_code == 0


@pytest.mark.parametrize("kilobytes", [2, 16, 40])
def test_a_full_disk_leaves_the_old_index(run_command, small_corpus, tmp_path, scratch, kilobytes):
    """No file may grow over so many kilobytes: the first file that is larger cannot be written."""
    old = build(small_corpus, scratch, ToyEncoder()).generation
    corpus = write_corpus(tmp_path / "corpus", texts=(OPINIONS, LONGER_NOTICE))
    limit = kilobytes * 1024
    ended = run_command(
        "ingest", "build", "--corpus", corpus, "--index", scratch,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{scratch}")
    assert ended.stderr.endswith("nothing was published, the index that was there is as before\n")
    assert ended.stderr.count("\n") == 1
    assert open_index(scratch).generation == old
    assert [folder.name for folder in (scratch / "generations").iterdir()] == [old]


def test_a_build_killed_at_any_moment_leaves_an_index(small_corpus, tmp_path, scratch):
    old = build(small_corpus, scratch / "old", ToyEncoder()).generation
    corpus = write_corpus(tmp_path / "corpus", texts=(OPINIONS, LONGER_NOTICE))
    new = build(corpus, scratch / "new", ToyEncoder()).generation
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    ended = subprocess.run(
        [sys.executable, TESTS / "kill_builds.py", scratch / "old", corpus, scratch / "work"],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    got = json.loads(ended.stdout)
    served = got["served"]
    turn = served.index(new)
    assert (served[:turn], served[turn:]) == ([old] * turn, [new] * (len(served) - turn))
    assert turn > 20
    # What a killed build left half written is gone after the next one, which keeps the index before.
    assert got["half_written"] == 1
    assert got["kept"] == sorted([".lock", "CURRENT", "generations", old, new])


def test_one_build_at_a_time(toy_encoder, small_corpus, scratch):
    import fcntl

    with open(scratch / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = ingest("build", "--corpus", small_corpus, "--index", scratch)
    assert (ended.exit_code, ended.stderr) == (1, f"{scratch}: another build is running; wait for it to end\n")


def test_a_bar_on_a_terminal_only(run_command, small_corpus, scratch):
    there, here = pty.openpty()
    ended = run_command(
        "ingest", "build", "--corpus", small_corpus, "--index", scratch,
        capture_output=False, stdout=subprocess.PIPE, stderr=here, env={"TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(here)
    bar = os.read(there, 65536).decode()
    os.close(there)
    assert ended.returncode == 0
    assert "encode" in bar and "31/31" in bar  # 14 passages and 17 sentences
    assert ended.stdout.count("\n") == 3  # the lines for the documents and the index, no bar among them


def test_called_wrongly():
    assert ingest("build", "--nothing").exit_code == 2
    assert ingest().exit_code == 2
    assert "build" in ingest("--help").stdout


def test_check_without_an_index_looks_at_the_corpus_only(toy_encoder, small_corpus, tmp_path, scratch, monkeypatch):
    monkeypatch.setattr("ingest.__main__.INDEX", scratch)
    nothing = "no index of this corpus was looked at; --index DIR names one\nno problems\n"
    checked = ingest("check", "--corpus", small_corpus)
    assert (checked.exit_code, checked.stdout.endswith(nothing)) == (0, True)
    ingest("build", "--corpus", small_corpus, "--index", scratch)
    assert "every file has its recorded sha256" in ingest("check", "--corpus", small_corpus).stdout

    other = tmp_path / "corpus"  # the index that is there by default is of another corpus, and must not be written over
    other.mkdir()
    (other / "a.txt").write_text("第一条 壶每年检验一次。\n", "utf-8")
    (other / "manifest.jsonl").write_text('{"document_id": "a", "path": "a.txt", "language": "zh"}\n', "utf-8")
    assert ingest("check", "--corpus", other).stdout.endswith(nothing)
    named = ingest("check", "--corpus", other, "--index", scratch)
    assert (named.exit_code, "yiju-ingest build" in named.stderr) == (1, False)
    assert "an index of another corpus" in named.stderr


def test_a_text_in_another_language_than_the_manifest_says_is_noticed(toy_encoder, tmp_path, scratch, caplog):
    (tmp_path / "a.txt").write_text("第一条 壶每年检验一次。\n", "utf-8")
    (tmp_path / "manifest.jsonl").write_text('{"document_id": "a", "path": "a.txt", "language": "en"}\n', "utf-8")
    said = "language is en in the manifest, but the text seems not to be en"
    checked = ingest("check", "--corpus", tmp_path, "--index", scratch)
    assert f"notice: {tmp_path / 'a.txt'}: {said}\n" in checked.stdout
    ingest("build", "--corpus", tmp_path, "--index", scratch)
    assert said in caplog.text
    (tmp_path / "manifest.jsonl").write_text('{"document_id": "a", "path": "a.txt", "language": "zh"}\n', "utf-8")
    assert "notice" not in ingest("check", "--corpus", tmp_path, "--index", scratch).stdout
