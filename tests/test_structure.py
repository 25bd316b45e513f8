"""Numbers, headings and the tree of clauses."""

import time

import pytest

from ingest.numbering import marker, zh_number
from ingest.structure import Block, clauses

MARKERS = [
    ("第十二条　为了加强管理", "条", 12),
    ("第一章 总 则", "章", 1),
    ("第七条　中外合作者可以", "条", 7),
    ("第十条 以暴力手段", "条", 10),
    ("第一百零五条", "条", 105),
    ("第一百二十条之一　为恐怖活动提供资金", "条", 120),
    ("三、主要任务", "一、", 3),
    ("（五）推广应用", "（一）", 5),
    ("(五)推广应用", "（一）", 5),
    ("12. Continuously increase", "1.", 12),
    ("2、加强培训", "1.", 2),
    ("(3) Improve", "(1)", 3),
    ("4) The key tasks", "1)", 4),
    ("III. Broadly conduct", "I.", 3),
    ("(b) the fee", "(a)", 2),
    ("②有专职人员", "①", 2),
    ("Part Three Tasks", "Part", 3),
    ("Article 12 The State", "Article", 12),
    ("Three. Strengthen platform", "Three.", 3),
    ("Secondly, carrying out", "Firstly,", 2),
    ("The second is to deepen", "Firstly,", 2),
    ("One is to improve", "Firstly,", 1),
    ("Sixth, optimize the", "Firstly,", 6),
    ("二是加强监管", "一是", 2),
    ("—Unifying management", "—", None),
    ("--统一管理", "—", None),
]
NOT_MARKERS = [
    "第五条的规定",
    "第三条和第四条规定的情形",
    "第六十六条第二款",
    "11.5.14.2的试验",
    "3.5 million yuan",
    "2018年2月6日",
    "Article 75 of the Regulations",
    "Article 12, paragraph 2",
    "Section 3 shall apply",
    "One game of chess",
    "The first batch of certificates",
    "Quality certification is",
    "Items are listed",
    "第一百二十条之一的规定",
    "第十条之十一第一款",
    f"第{'1' * 5000}条 总则",
    f"Article {'1' * 5000} The State",
    f"Article {'C' * 5000} The State",
    f"{'一' * 5000}、总则",
    "The ſecond is to deepen",
    "Article ſix The State",
    "Article fıve The State",
]


@pytest.mark.parametrize(("line", "family", "value"), MARKERS)
def test_a_number_in_front_of_a_clause(line, family, value):
    found = marker(line)
    assert (found.family, found.value) == (family, value)


@pytest.mark.parametrize("line", NOT_MARKERS)
def test_what_only_looks_like_a_number(line):
    assert marker(line) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("二十一", 21), ("一百零五", 105), ("一千二百", 1200), ("12", 12), ("二〇一八", 2018)],
)
def test_chinese_numerals(text, value):
    assert zh_number(text) == value


def test_an_article_put_in_later_is_printed_whole():
    assert marker("第一百二十条之一　为恐怖活动提供资金").printed == "第一百二十条之一"


def outline(text: str, language: str) -> list[str]:
    """Clause ids with their kind, one line each: what the tree looks like."""
    blocks, at = [], 0
    for line in text.strip().split("\n"):
        blocks.append(Block(at, at + len(line), line, language))
        at += len(line) + 1
    return [f"{clause.clause_id.removeprefix('d:')} {clause.kind}" for clause in clauses("d", blocks)]


def test_one_family_on_two_levels_and_another_that_continues_it():
    text = """
Key points of the year
1. Insist on innovation
1. Do research. Plan the work.
2. Promote it. Support the regions.
2. Build capacity
3. Build centres. Plan them well.
Three. Build platforms
4. Apply for laboratories. Share them.
"""
    assert outline(text, "en") == [
        "p1 title",
        "1 heading",
        "1.1 text",
        "1.2 text",
        "2 heading",
        "2.3 text",
        "3 heading",
        "3.4 text",
    ]


def test_an_unnumbered_heading_counts_as_one_of_its_list():
    text = """
In order to improve quality, the plan is explained as follows.
I. Background
Quality certification is a tool that is used by everybody everywhere in trade.
Work goals
Through three years of efforts, the system will be complete and widely trusted by all.
3. Main content
(1) Improve the system. The first is to begin.
"""
    assert outline(text, "en") == [
        "p1 text",
        "1 heading",
        "1.p1 text",
        "h1 heading",
        "h1.p1 text",
        "3 heading",
        "3.1 text",
    ]


def test_articles_with_paragraphs_and_items():
    text = """
中华人民共和国某法
第一章 总则
第一条 为了规范认证活动，制定本法。
第二条 申请人应当具备下列条件：
（一）有固定的场所；
（二）有相应的人员。
前款规定的条件由国务院规定。
第二章 监督
第三条 监督检查依照本法进行。
"""
    assert outline(text, "zh") == [
        "p1 title",
        "1 heading",
        "1.1 text",
        "1.2 text",
        "1.2.1 text",
        "1.2.2 text",
        "1.2.p1 text",
        "2 heading",
        "2.3 text",
    ]


def test_a_closing_part_does_not_belong_to_the_last_item():
    text = """
Firstly, carrying out the study. All units attach importance.
1) The study should be organized. All units take part.
Please report to the general administration before March 5th, 2018.
Contacts: Cao Jian 010 - 82262721
General Administration
February 6th, 2018
"""
    assert outline(text, "en") == ["1 text", "1.1 text", "p1 text", "p2 text", "p3 text", "p4 text"]


def test_a_heading_with_nothing_below_it_is_still_a_heading():
    text = "一、总体要求\n（一）指导思想。全面贯彻落实。\n二、大力推广\n（二）创新工具。积极采用标准。\n三、广泛开展升级行动"
    assert outline(text, "zh")[-1] == "3 heading"


def test_a_first_item_that_runs_on_inside_its_heading():
    text = "一、依据（一）法律法规。依照本法。\n（二）议定书。依照议定书。\n二、证书要求\n每批附证书，证明符合要求。\n（二）证书有效期一年。"
    assert outline(text, "zh") == ["1 text", "1.2 text", "2 heading", "2.p1 text", "2.2 text"]


def test_a_path_names_the_headings_above():
    blocks = [
        Block(0, 6, "一、总体要求", "zh"),
        Block(7, 14, "（一）指导思想", "zh"),
        Block(15, 24, "全面贯彻党的精神。", "zh"),
    ]
    assert clauses("d", blocks)[2].path == ("一、总体要求", "（一）指导思想")


def test_the_same_number_twice_gets_two_ids():
    assert outline("一、甲事项。\n（一）有场所。\n一、乙事项。", "zh") == ["1 heading", "1.1 heading", "1.1.1 text"]


def test_a_short_article_with_paragraphs_is_no_heading():
    assert outline("第二条 认证机构应当公正。\n认证机构对认证结果负责，并承担法律责任。", "zh") == [
        "2 text",
        "2.p1 text",
    ]


def test_lists_that_start_again_stand_beside_each_other():
    text = "事项\n" + "1. 甲方提交材料；\n2. 乙方审核材料；\n审核期限为十日，由主管部门规定。\n" * 3
    assert outline(text, "zh") == [
        "p1 title",
        "1 text",
        "2 text",
        "2.p1 text",
        "1-2 text",
        "2-2 text",
        "2-2.p1 text",
        "1-3 text",
        "2-3 text",
        "2-3.p1 text",
    ]


def test_an_outline_has_an_end():
    families = ["一、", "（一）", "1.", "(1)", "1)", "①", "(a)", "第一是", "Part 1 "]
    text = "\n".join(f"{family}题目" for family in families * 3)
    assert max(name.count(".") for name in outline(text, "zh")) < 12


@pytest.mark.parametrize("line", ["1. 内容", "一、内容", "第五条 内容", "内容"])
def test_many_equal_lines_take_little_time(line):
    started = time.process_time()
    outline("\n".join([line] * 20_000), "zh")
    assert time.process_time() - started < 10
