"""The manifest: what is accepted, and how each wrong line is reported."""

import json

import pytest

from ingest.document import CorpusError
from ingest.manifest import read_manifest


def corpus(tmp_path, *lines):
    """A corpus folder with one text and these manifest lines (dicts or raw text)."""
    (tmp_path / "a.txt").write_text("第一条 为了。", "utf-8")
    raw = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    (tmp_path / "manifest.jsonl").write_text("\n".join(raw), "utf-8")
    return tmp_path


def problems(folder) -> list[str]:
    with pytest.raises(CorpusError) as error:
        read_manifest(folder)
    return [problem.replace(f"{folder}/", "") for problem in error.value.problems]


A = {"document_id": "a", "path": "a.txt", "language": "zh"}


def test_three_fields_are_enough_and_null_is_unknown(tmp_path):
    entry = read_manifest(corpus(tmp_path, A | {"status": None, "issued_on": None, "issuer": None}))[0]
    assert (entry.document_id, entry.status, entry.translation, entry.issued_on) == ("a", "unknown", "unknown", None)


def test_blank_lines_and_a_byte_order_mark_do_not_matter(tmp_path):
    folder = corpus(tmp_path, "", A, "")
    manifest = folder / "manifest.jsonl"
    manifest.write_bytes(b"\xef\xbb\xbf" + manifest.read_bytes().replace(b"\n", b"\r\n"))
    assert [entry.document_id for entry in read_manifest(folder)] == ["a"]


def test_all_problems_are_listed_at_once_with_their_lines(tmp_path):
    folder = corpus(
        tmp_path,
        A,
        "{not json",
        '["a"]',
        {"path": "a.txt", "language": "fr"},
        A | {"document_id": "b", "issued_on": "2018-02-30"},
        A | {"document_id": "c", "isued_on": "2018-02-06"},
        A,
        A | {"document_id": "d", "path": "missing.txt"},
        A | {"document_id": "e", "path": "../outside.txt"},
        A | {"document_id": "f", "sha256": "0" * 64},
        A | {"document_id": "g/h"},
    )
    found = problems(folder)
    lines = [int(problem.split(":")[1]) for problem in found]
    assert lines == [2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11]
    expected = [
        "not a JSON object",
        "expected a JSON object, got list",
        "document_id: Field required; got nothing",
        "language: Input should be 'zh', 'en' or 'zh-en'; got 'fr'",
        "issued_on: day is out of range for month; got '2018-02-30'",
        "unknown field 'isued_on'; did you mean 'issued_on'?",
        "document_id 'a' is already on line 1",
        "file 'missing.txt' not found",
        "leads outside the corpus folder",
        "manifest says 000000000000…",
        "document_id: must be 1 to 100 letters",
    ]
    for problem, part in zip(found, expected, strict=True):
        assert part in problem


def test_no_manifest_and_an_empty_one(tmp_path):
    assert problems(tmp_path) == ["manifest.jsonl: not found; expected one JSON object per line for each document"]
    (tmp_path / "manifest.jsonl").write_text("\n", "utf-8")
    assert problems(tmp_path) == ["manifest.jsonl: holds no document; expected one JSON object per line"]


def test_a_manifest_that_is_not_utf8(tmp_path):
    (tmp_path / "manifest.jsonl").write_bytes("质量".encode("gb18030"))
    assert problems(tmp_path) == ["manifest.jsonl: not UTF-8 at byte 0; save the file as UTF-8"]
