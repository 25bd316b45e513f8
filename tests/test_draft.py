"""``yiju-ingest draft``: the lines it writes, what it says about them, and how it ends."""

import hashlib
import json
from pathlib import Path

import pytest
from test_heads import LAW, NOTICE, PASTED
from typer.testing import CliRunner

from ingest.__main__ import app
from ingest.command import CORPUS
from ingest.draft import draft_file
from ingest.manifest import read_manifest
from ingest.pipeline import read_corpus

NOTICE_LINE = {
    "document_id": "notice",
    "path": "texts/notice.txt",
    "language": "zh",
    "sha256": hashlib.sha256(NOTICE.encode()).hexdigest(),
    "title": "国家认监委 市场监管总局办公厅关于印发《认证机构管理办法（试行）》的通知",
    "document_number": "国认证联〔2019〕12号",
    "issued_on": "2019-03-05",
    "effective_on": "2019-04-01",
    "issuer": "国家认监委 市场监管总局办公厅",
}


def draft(*arguments: object):
    return CliRunner().invoke(app, ["draft", *(str(argument) for argument in arguments)])


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "texts").mkdir()
    for name, text in {"notice": NOTICE, "law": LAW, "pasted": PASTED}.items():
        (tmp_path / "texts" / f"{name}.txt").write_text(text, "utf-8")
    return tmp_path


def test_the_lines_are_a_manifest_for_the_folder_that_they_are_written_to(folder):
    files = sorted((folder / "texts").iterdir())
    ended = draft(*files, "--out", folder / "manifest.jsonl")
    assert (ended.exit_code, ended.stdout) == (0, "")
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert [line["document_id"] for line in lines] == ["law", "notice", "pasted"]
    assert lines[1] == NOTICE_LINE
    documents = read_corpus(folder, read_manifest(folder))
    assert [item.document.issued_on for item in documents] == ["2005-07-09", "2019-03-05", "2024-09-04"]


def test_what_is_drafted_passes_the_check(toy_encoder, folder, scratch):
    assert draft(*sorted((folder / "texts").iterdir()), "--out", folder / "manifest.jsonl").exit_code == 0
    assert CliRunner().invoke(app, ["build", "--corpus", str(folder), "--index", str(scratch)]).exit_code == 0
    ended = CliRunner().invoke(app, ["check", "--corpus", str(folder), "--index", str(scratch)])
    assert ended.stdout.splitlines()[-1] == "no problems"
    assert "the manifest has" not in ended.stdout


def test_without_a_file_the_lines_are_printed_and_the_notes_stay_apart(folder):
    ended = draft(folder / "texts" / "notice.txt")
    assert json.loads(ended.stdout) == {**NOTICE_LINE, "path": "notice.txt"}
    assert ended.stderr.splitlines() == [
        f"{folder}/texts/notice.txt: not stated: posted_on, status",
        f"1 of 1 drafted for {folder}/texts/manifest.jsonl; check every line",
    ]


def test_every_value_with_its_place(folder):
    ended = draft(folder / "texts" / "law.txt", "--explain")
    assert ended.stderr.splitlines() == [
        f"{folder}/texts/law.txt (zh, law)",
        "  title            中华人民共和国工业产品生产许可证管理条例 [0–20]",
        "  issuers          中华人民共和国国务院 “2005年7月9日 中华人民共和国国务院令第440号公布” [46–74]",
        "  document_number  中华人民共和国国务院令第440号 [56–72]",
        "  issued_on        2005-07-09 “2005年7月9日 中华人民共和国国务院令第440号公布” [46–74]",
        "  effective_on     2005-09-01 “2005年9月1日” [127–136]",
        "  posted_on        not stated",
        "  status           not stated",
        f"1 of 1 drafted for {folder}/texts/manifest.jsonl; check every line",
    ]


def test_as_json(folder):
    got = json.loads(draft(folder / "texts" / "pasted.txt", folder / "texts" / "none.txt", "--json").stdout)
    assert got["folder"] == str(folder / "texts")
    assert got["failed"] == [f"{folder}/texts/none.txt: No such file or directory"]
    (document,) = got["documents"]
    assert document["record"]["document_number"] == "公告〔2024〕113号"
    assert document["read"]["document_number"] == [
        {"value": "公告〔2024〕113号", "text": "公告〔2024〕113号", "start": 0, "end": 12, "left_out": False}
    ]
    assert (document["missing"], document["notes"]) == (["posted_on", "status"], [])


def test_a_file_that_cannot_be_read_is_told_and_the_others_go_on(folder):
    (folder / "texts" / "empty.txt").write_text("", "utf-8")
    (folder / "texts" / "numbers.txt").write_text("12 34 56\n", "utf-8")
    ended = draft(*sorted((folder / "texts").iterdir()), folder / "texts", "--out", folder / "lines.jsonl")
    assert ended.exit_code == 1
    assert len((folder / "lines.jsonl").read_text("utf-8").splitlines()) == 3
    assert ended.stderr.splitlines()[-4:] == [
        f"3 of 6 drafted for {folder}/lines.jsonl; check every line",
        f"{folder}/texts/empty.txt: the file is empty (0 bytes)",
        f"{folder}/texts/numbers.txt: holds neither Chinese characters nor letters",
        f"{folder}/texts: a folder; give the files in it, as in {folder}/texts/*.txt",
    ]


def test_nothing_is_overwritten_unless_it_is_asked_for(folder):
    out = folder / "manifest.jsonl"
    out.write_text("mine\n", "utf-8")
    ended = draft(folder / "texts" / "notice.txt", "--out", out)
    assert (ended.exit_code, ended.stderr) == (2, f"{out}: exists; --force writes over it\n")
    assert out.read_text("utf-8") == "mine\n"
    assert draft(folder / "texts" / "notice.txt", "--out", out, "--force").exit_code == 0
    assert json.loads(out.read_text("utf-8")) == NOTICE_LINE


def test_where_no_file_can_be_read_nothing_is_written(folder):
    out = folder / "manifest.jsonl"
    out.write_text("mine\n", "utf-8")
    assert draft(folder / "none.txt", "--out", out, "--force").exit_code == 1
    assert out.read_text("utf-8") == "mine\n"


def test_a_file_outside_the_folder_of_the_manifest_has_no_path_in_it(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "manifest.jsonl"
    ended = draft(folder / "texts" / "notice.txt", "--out", elsewhere)
    assert ended.exit_code == 1
    assert "lies outside" in ended.stderr.splitlines()[-1]
    assert not elsewhere.exists()


def test_ids_are_those_that_nobody_has(folder):
    (folder / "b").mkdir()
    (folder / "b" / "notice.txt").write_text(LAW, "utf-8")
    (folder / "b" / "认证 (2019) 办法?.txt").write_text(LAW, "utf-8")
    (folder / "manifest.jsonl").write_text('{"document_id": "law", "path": "texts/law.txt"}\n', "utf-8")
    files = [folder / "texts" / "notice.txt", *sorted((folder / "b").iterdir()), folder / "texts" / "law.txt"]
    ended = draft(*files)
    identifiers = [json.loads(line)["document_id"] for line in ended.stdout.splitlines()]
    assert identifiers == ["notice", "notice-2", "认证-2019-办法", "law-2"]
    assert f"  texts/law.txt is on line 1 of {folder}/manifest.jsonl already" in ended.stderr.splitlines()


def test_the_lines_for_the_corpus_say_what_its_manifest_says():
    for entry in read_manifest(CORPUS):
        record = draft_file(CORPUS / entry.path, CORPUS).record
        known = entry.model_dump(include=set(record) - {"document_id", "issuer"})
        assert record == {**known, "document_id": Path(entry.path).stem} | (
            {"issuer": record["issuer"]} if "issuer" in record else {}
        )
        assert record.get("issuer", "") in (entry.issuer or "")  # 国务院 of 国务院 (State Council)
