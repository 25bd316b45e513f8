"""What changed between two versions: clause by clause, word by word, and as the command and the service show it."""

import json
import subprocess
import sys
import time

import pytest
from starlette.testclient import TestClient
from works import NEW, OLD, write_works

from ingest.diff import Part, compare, compare_texts, counts, words_changed
from ingest.encoder import load_encoder
from ingest.index import open_index
from ingest.lexicon import Lexicon
from ingest.pipeline import build
from ingest.structure import Block, clauses
from service.answerer import Answerer
from service.app import create_app
from service.settings import Settings


def cut(text: str, name: str = "d", language: str = "zh"):
    blocks, at = [], 0
    for line in text.split("\n"):
        if line:
            blocks.append(Block(at, at + len(line), line, language))
        at += len(line) + 1
    return clauses(name, blocks)


def summary(old: str, new: str, language: str = "zh") -> list[tuple[str, str | None, str | None, str]]:
    """(kind, old number, new number, "r" renumbered and "m" moved) of everything but unchanged headings."""
    return [
        (
            change.kind,
            change.old and change.old.number,
            change.new and change.new.number,
            "r" * change.renumbered + "m" * change.moved,
        )
        for change in compare(cut(old, language=language), cut(new, language=language))
        if change.clause.kind == "text"
    ]


def test_an_inserted_article_does_not_change_those_behind_it():
    assert summary(OLD, NEW) == [
        ("unchanged", "第一条", "第一条", ""),
        ("added", None, "第二条", ""),
        ("changed", "第二条", "第三条", "r"),
        ("unchanged", "第三条", "第四条", "r"),
        ("changed", "第四条", "第五条", "r"),
        ("removed", "第五条", None, ""),
    ]


def test_a_text_compared_with_itself_is_unchanged():
    assert counts(compare(cut(OLD), cut(OLD))) == {
        "unchanged": 8,
        "changed": 0,
        "added": 0,
        "removed": 0,
        "renumbered": 0,
        "moved": 0,
    }


def test_nothing_compared_with_something():
    assert [change.kind for change in compare([], cut("第一条 甲。\n第二条 乙。"))] == ["added", "added"]
    assert [change.kind for change in compare(cut("第一条 甲。\n第二条 乙。"), [])] == ["removed", "removed"]
    assert compare([], []) == []


ARTICLES = [
    "认证机构应当公开认证基本规范、认证规则、收费标准等信息。",
    "境外认证机构在中华人民共和国境内设立代表机构，须办理登记手续。",
    "认证人员应当在一个认证机构执业，不得同时在两个以上认证机构执业。",
    "列入目录的产品，必须经国务院认证认可监督管理部门指定的认证机构进行认证。",
]


def law(*order: int) -> str:
    return "\n".join(f"第{'一二三四五'[at]}条　{ARTICLES[one]}" for at, one in enumerate(order))


def test_an_article_that_was_put_elsewhere_has_moved():
    assert summary(law(0, 1, 2, 3), law(3, 0, 1, 2)) == [
        ("unchanged", "第四条", "第一条", "rm"),
        ("unchanged", "第一条", "第二条", "r"),
        ("unchanged", "第二条", "第三条", "r"),
        ("unchanged", "第三条", "第四条", "r"),
    ]


def test_an_item_that_stands_below_many_articles_stays_with_its_own():
    old = (
        "第一条 有下列情形之一的，撤销认证证书：\n（一）弄虚作假的；\n（二）其他情形。\n"
        "第二条 有下列情形之一的，给予警告：\n（一）拒绝检查的；\n（二）其他情形。"
    )
    new = old.replace("（一）弄虚作假的；\n（二）其他情形。\n", "（一）弄虚作假的。\n")
    assert summary(old, new) == [
        ("unchanged", "第一条", "第一条", ""),
        ("changed", "（一）", "（一）", ""),
        ("removed", "（二）", None, ""),
        ("unchanged", "第二条", "第二条", ""),
        ("unchanged", "（一）", "（一）", ""),
        ("unchanged", "（二）", "（二）", ""),
    ]


def test_spaces_and_the_width_of_brackets_are_no_change():
    assert summary("第一条 目录(以下简称目录)由总局制定。", "第一条　目录（以下简称目录）由总局 制定。") == [
        ("unchanged", "第一条", "第一条", "")
    ]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (
            "处一万元以下的罚款。",
            "处五万元以下的罚款。",
            [("same", "处"), ("removed", "一"), ("added", "五"), ("same", "万元以下的罚款。")],
        ),
        (
            "责令改正，处罚款。",
            "责令限期改正，处罚款；没收违法所得。",
            [
                ("same", "责令"),
                ("added", "限期"),
                ("same", "改正，处罚款"),
                ("added", "；没收违法所得"),
                ("same", "。"),
            ],
        ),
        (
            "The fee is 100 yuan a year.",
            "The fee is 250 yuan a year.",
            [("same", "The fee is "), ("removed", "100"), ("added", "250"), ("same", " yuan a year.")],
        ),
        # One character that stayed by chance between two changes is not shown as having stayed.
        ("甲乙丙", "丁乙戊", [("removed", "甲乙丙"), ("added", "丁乙戊")]),
        ("目录(甲)变", "目录（甲）改", [("same", "目录（甲）"), ("removed", "变"), ("added", "改")]),
    ],
)
def test_words_that_changed(old, new, parts):
    found = words_changed(old, new)
    assert found == tuple(Part(kind, text) for kind, text in parts)
    assert "".join(part.text for part in found if part.kind != "removed") == new


def test_two_languages_are_compared_each_with_its_own():
    old = [*cut("第一条 认证机构应当公正。", "a"), *cut("Article 1 Bodies shall be impartial.", "a", "en")]
    new = [*cut("第一条 认证机构应当公正。", "b"), *cut("Article 1 Bodies shall be fair and impartial.", "b", "en")]
    assert [(change.kind, change.clause.language) for change in compare_texts(old, new)] == [
        ("unchanged", "zh"),
        ("changed", "en"),
    ]
    assert compare_texts(old[:1], new[1:]) is None


def test_a_long_clause_takes_no_longer_than_it_must():
    one = "".join(f"甲方应当在第{at}日以前向乙方交付货物；" for at in range(4000))
    start = time.process_time()
    parts = words_changed(one, one.replace("第77日", "第78日"))
    assert time.process_time() - start < 5  # seconds; compared by character it takes minutes
    assert [part.kind for part in parts] == ["same", "removed", "added", "same"]


def test_of_texts_too_long_to_weigh_every_pair_only_what_stayed_is_paired(monkeypatch):
    monkeypatch.setattr("ingest.diff.MOST_PAIRS", 8)
    assert [kind for kind, *_ in summary(OLD, NEW)] == [
        "unchanged",
        "removed",
        "added",
        "added",
        "unchanged",
        "removed",
        "removed",
        "added",
    ]


def run(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ingest", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)


SHOWN = """\
added: 第一章 第二条
    {+第二条 国家鼓励茶农采用先进的种植技术和包装材料。+}
changed: 第一章 第二条 → 第一章 第三条
    各省应当每年检验茶叶，检验费用由[-省-]{+总局+}承担。
renumbered: 第一章 第三条 → 第一章 第四条
changed: 第二章 第四条 → 第二章 第五条
    违反本条例规定，未经检验销售茶叶的，处[-一-]{+五+}万元以下的罚款。
removed: 第二章 第五条
    [-第五条 出口企业应当每季度向海关申领原产地标志。-]
5 unchanged, 2 changed, 1 added, 1 removed, 3 renumbered, 0 moved
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_works(tmp_path_factory.mktemp("corpus"))


def test_the_command_on_documents_of_a_corpus_and_on_files(corpus):
    by_id = run("diff", "tea-2018", "tea-2023", "--corpus", corpus, "--index", corpus / "none")
    by_file = run("diff", corpus / "old.txt", corpus / "new.txt")
    assert (by_id.returncode, by_id.stdout, by_id.stderr) == (0, SHOWN, "")
    assert (by_file.returncode, by_file.stdout) == (0, SHOWN)


def test_the_command_as_json(corpus):
    got = json.loads(run("diff", corpus / "old.txt", corpus / "new.txt", "--json").stdout)
    assert got["counts"]["changed"] == 2
    change = got["changes"][4]
    assert (change["kind"], change["renumbered"], change["moved"]) == ("changed", True, False)
    assert (change["old"]["clause_id"], change["new"]["clause_id"]) == ("old:1.2", "new:1.3")
    assert {"kind": "removed", "text": "省"} in change["parts"]


def test_the_command_says_what_is_wrong(corpus):
    nothing = run("diff", "tea-2018", "tea-2099", "--corpus", corpus, "--index", corpus / "none")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "tea-2099: no such file, and no document of that id" in nothing.stderr
    languages = run("diff", "tea-2023", "tea-2023-en", "--corpus", corpus)
    assert languages.returncode == 1
    assert "tea-2023 is in zh, tea-2023-en in en: versions of one language can be compared" in languages.stderr


def test_what_steers_a_terminal_is_not_printed(tmp_path):
    (tmp_path / "old.txt").write_text("第一条 认证机构应当公正，公开。\n", "utf-8")
    (tmp_path / "new.txt").write_text("第一条 认证机构应当公正，\u202e公平。\n", "utf-8")
    shown = run("diff", tmp_path / "old.txt", tmp_path / "new.txt").stdout
    assert "\u202e" not in shown
    assert "changed: 第一条" in shown


@pytest.fixture(scope="module")
def client(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build(corpus, folder, load_encoder())
    answerer = Answerer(open_index(folder, load_encoder()), load_encoder(), Lexicon.load())
    return TestClient(create_app(Settings(), answerer), raise_server_exceptions=False)


def test_over_http(client):
    got = client.get("/v1/documents/tea-2023/diff", params={"with": "tea-2018"}).json()
    assert (got["old"]["document_id"], got["new"]["document_id"], got["language"]) == ("tea-2018", "tea-2023", "zh")
    assert got["counts"] == {"unchanged": 5, "changed": 2, "added": 1, "removed": 1, "renumbered": 3, "moved": 0}
    assert [(change["kind"], change["new"] and change["new"]["clause_id"]) for change in got["changes"]] == [
        ("unchanged", "tea-2023:p1"),
        ("unchanged", "tea-2023:1"),
        ("unchanged", "tea-2023:1.1"),
        ("added", "tea-2023:1.2"),
        ("changed", "tea-2023:1.3"),
        ("unchanged", "tea-2023:1.4"),
        ("unchanged", "tea-2023:2"),
        ("changed", "tea-2023:2.5"),
        ("removed", None),
    ]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/documents/nope/diff?with=tea-2018", 404, "document_not_found"),
        ("/v1/documents/tea-2018/diff?with=nope", 404, "document_not_found"),
        ("/v1/documents/tea-2018/diff?with=" + "a" * 300, 404, "document_not_found"),
        ("/v1/documents/tea-2018/diff", 422, "missing"),
        ("/v1/documents/tea-2018/diff?with=tea-2023-en", 422, "different_languages"),
    ],
)
def test_what_cannot_be_compared(client, path, status, code):
    got = client.get(path)
    assert (got.status_code, got.json()["error"]["code"]) == (status, code)
