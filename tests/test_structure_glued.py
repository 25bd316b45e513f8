"""Lines that lost their breaks come apart at the numbers of their outline, and at no reference."""

import time

import pytest

from ingest.extract import extract
from ingest.glued import separate
from ingest.manifest import Entry
from ingest.passages import passages
from ingest.pipeline import document_clauses, read_document
from ingest.structure import Block, clauses

BASIS = "《中华人民共和国生物安全法》"
GLUED = [
    (
        [
            "第一章 总 则第一条 为了规范管理，制定本办法。",
            "第二条 海关总署统一管理。",
            "第二章 注册登记第三条 海关实行登记。",
        ],
        [
            "第一章 总 则",
            "第一条 为了规范管理，制定本办法。",
            "第二条 海关总署统一管理。",
            "第二章 注册登记",
            "第三条 海关实行登记。",
        ],
    ),
    (
        [
            "特制定《征管办法》，现予发布。海关总署2024年1月24日征管办法第一条 为贯彻方案，制定本办法。",
            "第二条 免征关税。",
        ],
        [
            "特制定《征管办法》，现予发布。海关总署2024年1月24日征管办法",
            "第一条 为贯彻方案，制定本办法。",
            "第二条 免征关税。",
        ],
    ),
    (
        [f"一、检验检疫依据（一）{BASIS}；", f"（二）{BASIS}及其条例。", "二、产地全境。"],
        ["一、检验检疫依据", f"（一）{BASIS}；", f"（二）{BASIS}及其条例。", "二、产地全境。"],
    ),
    (
        [
            "五、名单1．卷蛾Archips rosana2．病毒Plum pox virus六、出口前管理（一）果园管理。建立体系。",
            "（二）包装。",
            "七、处理",
        ],
        [
            "五、名单1．卷蛾Archips rosana2．病毒Plum pox virus",
            "六、出口前管理",
            "（一）果园管理。建立体系。",
            "（二）包装。",
            "七、处理",
        ],
    ),
    (
        ["第七条 必须执行下列规定：", "(1)不合格的不准出厂；(2)不合格的不准组装；(3)不准弄虚作假。"],
        ["第七条 必须执行下列规定：", "(1)不合格的不准出厂；", "(2)不合格的不准组装；", "(3)不准弄虚作假。"],
    ),
]
WHOLE = [
    ["第一条 下列情形：", "（一）甲；", "（二）乙。有前款第（三）项情形的，依照本条（三）处理。"],
    ["第一条 依照本法第二条 的规定办理。", "第二条 海关负责。"],
    ["第一条 符合（一）、（二）项情形的除外。", "（一）甲；", "（二）乙。"],
    ["一、本公告第二、三条适用。", "二、施行日期另定。"],
    ["第一条 农业农村部发布的一、二、三类动物疫病。", "一、甲", "二、乙"],
    ["关于审理案件适用法律若干问题的解释（一）", "（一）甲；", "（二）乙。"],
    ["按照（一）甲方案办理的，由（二）乙部门审核。"],
    ["1. General (1) premises; (2) staff.", "(1) One.", "(2) Two."],
]


def blocks(lines: list[str], language: str = "zh") -> list[Block]:
    found, at = [], 0
    for line in lines:
        found.append(Block(at, at + len(line), line, language))
        at += len(line) + 1
    return found


@pytest.mark.parametrize(("lines", "expected"), GLUED)
def test_a_line_comes_apart(lines, expected):
    text = "\n".join(lines)
    parts = separate(blocks(lines))
    assert [part.text for part in parts] == expected
    assert all(text[part.start : part.end] == part.text for part in parts)


@pytest.mark.parametrize("lines", WHOLE)
def test_a_reference_stays_in_its_line(lines):
    language = "zh" if any("一" <= character <= "龥" for character in lines[0]) else "en"
    assert [part.text for part in separate(blocks(lines, language))] == lines


AWKWARD = [
    ["1. 甲", "（1）乙", "1）丙", "①丁", "（a）戊", "一、己", "（一）庚", "I. 辛"],
    ["（一）甲；", "（二）乙；", "（二）乙。", "丙丙丙丙丙丙丙"],
    ["（一）" * 100],
    ["一、甲二、" * 100 + "（一）（二）" * 100],
    ["第一条 " * 100],
    ["（（（（一）））", "))))((((1)", "1." * 50, "IVXIVX. a"],
    ["附录", "第一条 甲", "附：", "一、" + "甲" * 50],
    ["Article 1 A", "Part One B", "First, c", "The second is d", "(a) e", "Article " * 50],
]


def seconds(unit: list[str], characters: int) -> float:
    """Of processor time, the least of three runs: the machine may be doing other things."""
    lines = unit * (characters // sum(map(len, unit)))
    times = []
    for _ in range(3):
        started = time.process_time()
        clauses("d", separate(blocks(lines)))
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("unit", AWKWARD, ids=lambda unit: unit[0][:8])
def test_time_grows_with_the_text_only(unit):
    """Four times the text takes about four times as long; sixteen times where each number is held against all."""
    small, large = seconds(unit, 30_000), seconds(unit, 120_000)
    assert large < 9 * small + 0.3
    assert large < 6


def test_one_long_line_takes_little_time():
    line = "一、甲（一）乙；（二）丙。二、丁（一）戊；（二）己。"
    started = time.process_time()
    separate(blocks(["一、甲", "（一）乙", line * 4_000]))
    assert time.process_time() - started < 5


def test_passages_of_a_glued_document_rejoin_to_its_text(tmp_path):
    text = "海关总署公告\n第一章 总 则第一条 为了规范管理，制定本办法。\n第二条 海关总署统一管理。\n第二章 附则第三条 自公布之日起施行。\n"
    file = tmp_path / "a.txt"
    file.write_text(text, "utf-8")
    entry = Entry(document_id="d", path="a.txt", language="zh")
    document = read_document(entry, file.read_bytes(), extract(file))
    found = document_clauses(document)
    assert [clause.clause_id for clause in found] == ["d:p1", "d:1", "d:1.1", "d:1.2", "d:2", "d:2.3"]
    assert [clause.path for clause in found][2] == ("第一章 总 则",)
    parts = sorted(passages(document, found), key=lambda passage: passage.start)
    assert "".join(part.text for part in parts) == document.text.replace("\n", "")
