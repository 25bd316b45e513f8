"""The measure of outlines: what counts as found, in its place, and as a heading."""

import hashlib
import json

import pytest

from eval.bench_structure import MARKS, article_counts, main, measure, read_marks

TEXT = """某办法

第一章 总则

第一条　为了规范认证活动，制定本办法。
第二条　申请人应当具备下列条件：
（一）有场所；
（二）有人员。
第二章 附则
第三条　本办法自公布之日起施行。
"""
MARKED = [
    [1, "", 0, "title"],
    [3, "第一章", 1, "heading"],
    [5, "第一条", 2, "item"],
    [6, "第二条", 2, "item"],
    [7, "（一）", 3, "item"],
    [8, "（二）", 2, "item"],  # marked wrongly, as a depth that is missed
    [9, "第二章", 1, "heading"],
    [10, "第三条", 2, "item"],
    [10, "（一）", 3, "item"],  # not in the text
]


def row(folder, text=TEXT, marks=MARKED):
    file = folder / "policy" / "zh" / "a.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"file": "policy/zh/a.txt", "sha256": digest, "draw": "first", "language": "zh", "marks": marks}


def test_what_agrees_is_counted(tmp_path):
    score = measure([row(tmp_path)], tmp_path)["first"]
    assert (score.wanted["outline"], score.found["outline"], score.right["outline"]) == (8, 7, 7)
    assert score.right["with depth"] == 6
    assert (score.wanted["headings"], score.found["headings"], score.right["headings"]) == (2, 2, 2)
    assert score.misses == ["a.txt:8 “（二）” depth 3, marked 2", "a.txt:10 “（一）” (depth 3) not found"]


def test_what_is_found_and_not_marked_counts_against_precision(tmp_path):
    score = measure([row(tmp_path, marks=MARKED[:-2])], tmp_path)["first"]
    assert (score.wanted["outline"], score.found["outline"], score.right["outline"]) == (6, 7, 6)
    assert score.misses[-1] == "a.txt:10 “第三条” found, not marked"


def test_another_file_than_the_marked_one_is_an_error(tmp_path):
    marked = row(tmp_path)
    row(tmp_path, TEXT + "第四条　另行规定。\n")
    with pytest.raises(ValueError, match=r"a\.txt: sha256 is .*the marks are for"):
        measure([marked], tmp_path)


def test_articles_are_counted_and_differences_named(tmp_path):
    row(tmp_path)
    manifest = [{"file": "zh/a.txt", "articles": 3}, {"file": "zh/a.txt", "articles": 4}]
    (tmp_path / "policy" / "manifest_zh.jsonl").write_text("\n".join(map(json.dumps, manifest)), "utf-8")
    assert article_counts(tmp_path) == (2, ["zh/a.txt: 3 articles, the manifest says 4"])


def test_the_marks_are_numbers_and_no_text():
    rows = read_marks()
    assert [sum(row["draw"] == draw for row in rows) for draw in ("seeds", "first", "fresh", "fresh 2")] == [
        5,
        20,
        10,
        10,
    ]
    assert max(len(number) for row in rows for _, number, *_ in row["marks"]) <= 14


def test_a_missing_folder_is_said(tmp_path, capsys):
    assert main(["--data", str(tmp_path), "--marks", str(MARKS)]) == 2
    assert "seeds/000" in capsys.readouterr().err
