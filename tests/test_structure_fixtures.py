"""Lines that look like headings and are none, and outlines of every family of numbers with their exact paths."""

from itertools import permutations
from pathlib import Path

import pytest

from ingest.document import Clause
from ingest.structure import Block, clauses

DATA = Path(__file__).parent / "data" / "structure"
# An outline that is open when the line comes, so that a number would find its place.
OPEN = {
    "zh": [
        "第一章 总则",
        "第一条 为了规范认证活动，制定本办法。",
        "第二条 申请人应当具备下列条件：",
        "（一）有固定的场所；",
    ],
    "en": [
        "1. General",
        "Certification is done by bodies that are accredited.",
        "(1) Premises. The body has premises.",
    ],
}
AFTER = {
    "zh": "以上事项由认证机构负责，并接受监督检查和社会监督。",
    "en": "The body is responsible for all of these matters.",
}


def not_headings() -> list[tuple[str, ...]]:
    lines = (DATA / "not_headings.tsv").read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


def read(lines: list[str], language: str) -> list[Clause]:
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block(at, at + len(line), line, language))
        at += len(line) + 1
    return clauses("d", blocks)


@pytest.mark.parametrize("row", not_headings(), ids=lambda row: row[1])
def test_a_line_that_only_looks_like_a_heading(row):
    language, line, *above = row
    for context in ([], OPEN[language]):
        found = read([*context, *above, line, AFTER[language]], language)[-2]
        assert (found.text, found.number, found.kind == "heading") == (line, None, False), context


def test_there_are_enough_of_them():
    assert len(set(not_headings())) >= 150


def outlines() -> list[tuple[str, list[str]]]:
    """Cases of outlines.txt: a name, and lines "id kind | text"."""
    cases = (DATA / "outlines.txt").read_text("utf-8").strip().split("\n\n")
    return [(case.splitlines()[0].lstrip("# "), case.splitlines()[1:]) for case in cases]


@pytest.mark.parametrize(("name", "lines"), outlines(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_outline(name, lines):
    texts = [line.split(" | ", 1)[1] for line in lines]
    found = read(texts, name[:2])
    assert [f"{clause.clause_id.removeprefix('d:')} {clause.kind} | {clause.text}" for clause in found] == lines


# First and second number of each family of lists; units with a fixed order are in outlines.txt.
FAMILIES = {
    "zh": [
        ("一、", "二、"),
        ("（一）", "（二）"),
        ("1. ", "2. "),
        ("（1）", "（2）"),
        ("1）", "2）"),
        ("①", "②"),
        ("一是", "二是"),
    ],
    "en": [
        ("I. ", "II. "),
        ("1. ", "2. "),
        ("(1) ", "(2) "),
        ("1) ", "2) "),
        ("(a) ", "(b) "),
        ("Firstly, ", "Secondly, "),
        ("One is ", "The second is "),
    ],
}
WORDS = {"zh": "认证机构应当公开收费标准，接受监督。", "en": "Bodies publish what they charge. Society looks on."}
THREE_DEEP = [
    ("1", 0, 0),
    ("1.1", 1, 0),
    ("1.1.1", 2, 0),
    ("1.1.2", 2, 1),
    ("1.2", 1, 1),
    ("1.2.1", 2, 0),
    ("1.2.2", 2, 1),
    ("2", 0, 1),
    ("2.1", 1, 0),
    ("2.1.1", 2, 0),
    ("2.1.2", 2, 1),
    ("2.2", 1, 1),
]


@pytest.mark.parametrize("language", FAMILIES)
def test_lists_nest_in_any_order(language):
    for families in permutations(FAMILIES[language], 3):
        if {"Firstly, ", "One is "} <= {first for first, _ in families}:
            continue  # one family, differently worded
        lines = [families[depth][value] + WORDS[language] for _, depth, value in THREE_DEEP]
        found = [clause.clause_id.removeprefix("d:") for clause in read(lines, language)]
        assert found == [expected for expected, _, _ in THREE_DEEP], lines


def test_a_path_names_what_stands_above():
    lines = ["第二章 机构", "第一节 设立", "第八条 申请人应当具备下列条件：", "（一）有固定的场所：", "1. 自有的场所；"]
    assert read(lines, "zh")[-1].path == ("第二章 机构", "第一节 设立", "第八条", "（一）")
