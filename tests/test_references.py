"""Document numbers and references: the rows in tests/data/references say what is expected of which words."""

import sqlite3
import time
from pathlib import Path

import pytest

from ingest.document import Clause, Document
from ingest.references.find import find_references
from ingest.references.links import contradictions, link, number_of
from ingest.references.names import Names, document_keys, name_key
from ingest.references.numbers import DocumentNumber, find_numbers, normalise_number, relation, with_issuer
from ingest.references.relations import relations
from ingest.references.table import ReferenceTables, write_references
from ingest.references.text import numeral, same_length_fold
from ingest.store import write_store
from ingest.structure import Block, clauses

ROWS = Path(__file__).parent / "data" / "references"


def rows(name: str) -> list[str]:
    return [line for line in (ROWS / name).read_text("utf-8").splitlines() if not line.startswith("#")]


NUMBERS = [tuple(line.split("\t")) for line in rows("numbers.tsv")]


@pytest.mark.parametrize(("expected", "printed"), NUMBERS)
def test_a_number_has_one_normal_form(expected: str, printed: str) -> None:
    assert str(normalise_number(printed)) == expected


def test_equal_exactly_when_the_normal_forms_are() -> None:
    numbers = [(expected, normalise_number(printed)) for expected, printed in NUMBERS]
    assert len(numbers) >= 200
    wrong = [(one, other) for one, a in numbers for other, b in numbers if (a == b) != (one == other)]
    assert wrong == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("国发〔2018〕3号", "Guo Fa [2018] No. 3", "same"),
        ("国发〔2018〕3号", "[2018] No. 3", "maybe"),
        ("国发〔2018〕3号", "国发3号文", "maybe"),
        ("国发〔2018〕3号", "国办发〔2018〕3号", "different"),
        ("国发〔2018〕3号", "国函〔2018〕3号", "different"),
        ("国发〔2018〕3号", "国务院令第3号", "different"),
        ("国质检认〔2018〕45号", "质检总局45号文", "maybe"),
        ("国市监认证〔2018〕45号", "质检总局45号文", "different"),
        ("津政发〔2018〕3号", "晋政发〔2018〕3号", "different"),
        ("Jin Zheng Fa [2018] No. 3", "晋政发〔2018〕3号", "maybe"),
        ("Jin Zheng Fa [2018] No. 3", "津政发〔2018〕3号", "maybe"),
        ("Jianke Letter (2018) No. 9", "质检科函〔2018〕9号", "maybe"),
        ("Jianke Letter (2018) No. 9", "质检办科函〔2018〕9号", "different"),
        ("海关总署公告2023年第114号", "公告〔2023〕114号", "maybe"),
        ("海关总署公告2023年第114号", "市场监管总局公告2023年第114号", "different"),
        ("质检总局令第117号", "第117号令", "maybe"),
        ("质检总局令第117号", "国务院令第117号", "different"),
    ],
)
def test_numbers_that_leave_something_out_may_be_the_same(one: str, other: str, expected: str) -> None:
    assert relation(normalise_number(one), normalise_number(other)) == expected
    assert relation(normalise_number(other), normalise_number(one)) == expected


def test_the_issuer_of_the_document_completes_its_number() -> None:
    bare = DocumentNumber("", "", 2018, 45)
    assert with_issuer(bare, "AQSIQ") == DocumentNumber("", "质检总局", 2018, 45)
    assert with_issuer(bare, "国务院 (State Council)") == normalise_number("国发〔2018〕45号")
    assert with_issuer(bare, "nobody we know") == bare


def test_numbers_in_a_sentence_with_their_place() -> None:
    text = "根据国发〔2018〕3号和质检总局令第117号，废止京政发〔1985〕167号。"
    assert [(text[found.start : found.end], str(found.number)) for found in find_numbers(text)] == [
        ("国发〔2018〕3号", "国发〔2018〕3号"),
        ("质检总局令第117号", "质检总局令第117号"),
        ("京政发〔1985〕167号", "京政发〔1985〕167号"),
    ]


@pytest.mark.parametrize("line", rows("references.tsv"))
def test_references_of_a_line(line: str) -> None:
    text, expected = line.split("\t")
    found = find_references(text)
    assert " | ".join(f"{item.kind}={item.printed}={item.normalised}" for item in found) == expected
    assert all(text[item.start : item.end] == item.printed for item in found)


def test_lines_that_only_look_like_references() -> None:
    lines = rows("no_references.txt")
    assert len(lines) >= 60
    assert {line: [item.printed for item in find_references(line)] for line in lines if find_references(line)} == {}


def test_a_known_name_needs_no_marks_and_is_not_cut_out_of_a_longer_one() -> None:
    names = Names({"刑法", "物业管理条例", "食品安全法"})
    printed = [item.normalised for item in find_references("构成犯罪的，依照刑法第一百四十条处罚。", names)]
    assert printed == ["《刑法》第140条"]
    assert [item.name for item in find_references("违反上海市物业管理条例第五条的", names)] == ["上海市物业管理条例"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中华人民共和国认证认可条例", "《认证认可条例》"),
        ("最高人民法院关于适用〈中华人民共和国民法典〉的解释", "最高人民法院关于适用《中华人民共和国民法典》的解释"),
        ("中華人民共和國產品質量法", "产品质量法"),
        (
            "Regulations of the People's Republic of China on Certification and Accreditation",
            "the Regulations on Certification and Accreditation",
        ),
        (
            "Guiding opinions of the Central Committee of the Communist Party of China and the State Council on X",
            "Guiding Opinions of the CPC Central Committee and the State Council on X",
        ),
    ],
)
def test_one_name_in_two_ways_of_writing(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_names_that_differ() -> None:
    assert name_key("广告法") != name_key("反不正当竞争法")
    assert name_key("关于适用民法典的解释（一）") != name_key("关于适用民法典的解释（二）")


def test_a_document_is_known_by_its_title_and_by_what_it_forwards() -> None:
    title = "国务院办公厅关于印发《质量工作考核办法（试行）》的通知"
    assert document_keys(document("d", title, "")) == {
        name_key(title): 0,
        "质量工作考核办法试行": 2,
        "关于印发质量工作考核办法试行的通知": 1,
    }


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("第一百二十条之一", ("条", 120, 1)),
        ("第五条", ("条", 5, 0)),
        ("（五）", ("项", 5, 0)),
        ("(12)", ("项", 12, 0)),
        ("三、", ("、", 3, 0)),
        ("III.", ("、", 3, 0)),
        ("7.", (".", 7, 0)),
        ("Three.", (".", 3, 0)),
        ("Firstly,", (".", 1, 0)),
        ("The second is", (".", 2, 0)),
        ("Article 12", ("条", 12, 0)),
        ("Part Three", ("部分", 3, 0)),
        ("①", ("项", 1, 0)),
        ("—", None),
    ],
)
def test_the_number_of_a_clause(printed: str, expected: tuple[str, int, int] | None) -> None:
    assert number_of(printed) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("二十一", 21), ("一百零五", 105), ("二〇一八", 2018), ("12", 12), ("xii", 12), ("fifth", 5), ("abc", None)],
)
def test_numerals(text: str, expected: int | None) -> None:
    assert numeral(text) == expected


def test_folding_keeps_every_offset() -> None:
    text = "國務院〔２０１８〕３號《〈“ﬁ…”〉》\u3000①ﬀ"
    assert len(same_length_fold(text)) == len(text)


LAW = """\
第一条 为了规范认证活动，制定本条例。
第二条 认证机构应当公正。
违反前款规定的，依照第三条处罚。
第三条 有下列行为之一的，予以警告：
（一）未公开收费标准；
（二）有前项行为，拒不改正的；
（三）违反本条例第二条第二款的。
有前款第（二）项行为的，吊销证书。
"""
LETTER = """\
根据《认证认可条例》第三条第一款第（二）项和国认证〔2019〕8号，答复如下。
"""


def document(document_id: str, title: str, text: str, **fields: str) -> Document:
    return Document(document_id, document_id, "zh", title, f"{document_id}.txt", "", text, **fields)


def cut(item: Document) -> list[Clause]:
    blocks, at = [], 0
    for line in item.text.split("\n"):
        if line:
            blocks.append(Block(at, at + len(line), line, "zh"))
        at += len(line) + 1
    return clauses(item.document_id, blocks)


@pytest.fixture(scope="module")
def small() -> tuple[list[Document], list[Clause]]:
    documents = [
        document("law", "中华人民共和国认证认可条例", LAW, status="in_force"),
        document("letter", "关于认证收费的复函", LETTER),
        document("notice", "关于收费的通知", "认证收费应当公开。\n", document_number="国认证〔2019〕8号"),
    ]
    return documents, [clause for item in documents for clause in cut(item)]


def test_references_lead_to_clauses(small: tuple[list[Document], list[Clause]]) -> None:
    documents, parts = small
    _, linked = link(documents, parts)
    assert [
        (parts[item.clause].clause_id, item.reference.printed, [parts[at].clause_id for at in item.clauses])
        for item in linked
    ] == [
        ("law:2.p1", "前款", ["law:2"]),
        ("law:2.p1", "第三条", ["law:3"]),
        ("law:3.2", "前项", ["law:3.1"]),
        ("law:3.3", "本条例第二条第二款", ["law:2.p1"]),
        ("law:3.p1", "前款第（二）项", ["law:3.2"]),
        ("letter:p1", "《认证认可条例》第三条第一款第（二）项", ["law:3.2"]),
        ("letter:p1", "国认证〔2019〕8号", []),
    ]
    assert linked[-1].target == 2


def test_the_tables_give_references_out_and_in(small: tuple[list[Document], list[Clause]], tmp_path: Path) -> None:
    documents, parts = small
    tables = ReferenceTables(store(tmp_path / "store.sqlite", documents, parts))
    (out,) = tables.references_of("law:3.3")
    assert (out.normalised, out.clauses) == ("第2条第2款", ("law:2.p1",))
    assert [item.clause_id for item in tables.references_to("law:3.2")] == ["law:3.p1", "letter:p1"]
    assert [item.normalised for item in tables.references_to_document(2)] == ["国认证〔2019〕8号"]
    again = store(tmp_path / "again.sqlite", documents, parts)
    assert again.read_bytes() == (tmp_path / "store.sqlite").read_bytes()


def store(file: Path, documents: list[Document], parts: list[Clause]) -> Path:
    write_store(file, documents, parts, [], [])
    connection = sqlite3.connect(file, isolation_level=None)
    if not connection.execute("select 1 from sqlite_master where name = 'refs'").fetchone():
        connection.execute("begin")
        write_references(connection, documents, parts)
        connection.execute("commit")
    connection.close()
    return file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "为贯彻落实《国务院关于甲的意见》（国发〔2018〕3号）和《省政府关于乙的意见》，制定本方案。",
            ["implements"] * 2,
        ),
        ("现将《关于甲的实施方案》印发给你们。根据《产品质量法》第五条，答复如下。", ["cites", "cites"]),
        ("关于印发《关于甲的实施方案》的通知", ["forwards"]),
        ("《关于甲的实施方案》解读", ["interprets"]),
        ("《甲管理办法》、《乙管理办法》同时废止。", ["replaces", "replaces"]),
        ("依照本法第五条，", [""]),
        ('Interpretation of the "Implementation Plan on the Quality of Tea"', ["interprets"]),
        ("to implement the Opinions of the State Council on Tea (Guo Fa [2018] No. 3) and", ["implements"]),
    ],
)
def test_what_a_document_does_with_another(text: str, expected: list[str]) -> None:
    assert relations(text, find_references(text)) == expected


def test_one_title_with_two_numbers_is_a_contradiction() -> None:
    texts = (
        "贯彻《关于开展质量提升行动的指导意见》（中发〔2017〕24号）。",
        "落实《关于开展质量提升行动的指导意见》（中发〔2018〕24号）。",
        "见《关于开展质量提升行动的指导意见》（中发〔2017〕24号）。",
    )
    documents = [document(f"d{at}", f"通知{at}", text) for at, text in enumerate(texts)]
    (line,) = contradictions(documents)
    assert "中发〔2017〕24号 in d0:2" in line
    assert "中发〔2018〕24号 in d1:2" in line
    assert contradictions([documents[0], documents[2]]) == []


@pytest.mark.parametrize(
    "piece",
    ["第", "[", "《", "〔2018〕", "第一条、", "国发", "Guo Fa ", "Article 1 of the ", "Opinions of the State Council on ", "\"", "No. 1 [2018] "],
)  # fmt: skip
def test_time_grows_with_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.process_time()
        find_references(text)
        return time.process_time() - start

    short = min(seconds(10_000) for _ in range(3))
    # Four times the text takes four times as long; sixteen times would be the square. The rest is noise.
    assert min(seconds(40_000) for _ in range(3)) < 10 * max(short, 0.01)
