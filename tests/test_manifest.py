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


UNSEEN = [
    ({"path": "a\x00.txt"}, "path: holds U+0000 as character 2; take it out; got 'a\\x00.txt'"),
    ({"path": "\ud800.txt"}, "path: holds U+D800 as character 1; take it out; got '\\ud800.txt'"),
    (
        {"title": "x\u202ey\x1b[31m"},
        "title: holds U+202E as character 2; take it out; got 'x\\u202ey\\x1b[31m'",
    ),
    ({"title": "\x1b[31m"}, "title: holds U+001B as character 1; take it out; got '\\x1b[31m'"),
    ({"issuer": "a\nb"}, "issuer: holds U+000A as character 2; take it out; got 'a\\nb'"),
    ({"remark": ["ok", {"deep": "\udfff"}]}, "'remark': holds U+DFFF as character 1; take it out; got '\\udfff'"),
    ({"re\x1bmark": 1}, "field name 're\\x1bmark': holds U+001B; take it out"),
    ({"language": "z\u200eh"}, "language: holds U+200E as character 2; take it out; got 'z\\u200eh'"),
]


@pytest.mark.parametrize(("fields", "problem"), UNSEEN)
def test_a_character_that_nobody_sees_is_named(tmp_path, fields, problem):
    bad = json.dumps(A | fields)  # in ASCII: a lone surrogate can only be written as an escape
    assert problems(corpus(tmp_path, bad, "{not json"))[0] == f"manifest.jsonl:1: {problem}"


def test_a_note_of_ones_own_may_have_several_lines(tmp_path):
    assert read_manifest(corpus(tmp_path, A | {"remark": "one\n\ttwo"}))[0].document_id == "a"


def test_a_number_too_long_hides_no_other_problem(tmp_path):
    folder = corpus(
        tmp_path,
        '{"document_id": "a", "path": "a.txt", "language": "zh", "remark": [%s]}' % ("9" * 5000),
        A | {"path": "n" * 300},
        A | {"path": "missing.txt", "document_id": "b"},
    )
    assert problems(folder) == [
        "manifest.jsonl:1: not a JSON object: holds a number of 5000 digits; at most 100",
        f"manifest.jsonl:2: file '{'n' * 79} cannot be read: File name too long",
        f"manifest.jsonl:3: file 'missing.txt' not found below {folder}",
    ]


def test_lists_in_lists_without_end(tmp_path):
    nested = '{"document_id": "a", "path": "a.txt", "language": "zh", "remark": %s}' % ("[" * 600 + "]" * 600)
    assert problems(corpus(tmp_path, nested)) == ["manifest.jsonl:1: a field that is not used is nested too deep"]
