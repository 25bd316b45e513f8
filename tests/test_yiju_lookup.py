"""Look-ups on the command line and over HTTP, in a corpus of two short texts with references between them."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from toy import ToyEncoder
from typer.testing import CliRunner

from ingest.index import open_index
from ingest.pipeline import build
from service.__main__ import app
from service.answerer import Answerer
from service.app import create_app
from service.settings import Settings

OPINIONS = """\
关于加强茶叶检验的意见
Opinions on Strengthening the Inspection of Tea

一、总体要求
I. General requirements

（一）各省应当每年检验茶叶。
(1) Every province shall inspect tea every year.

二、报告
II. Reporting

（一）检验结果应当在三月底以前报送总局。
(1) The results of the inspection shall be sent to the General Administration by the end of March.
"""
NOTICE = """\
关于落实茶叶检验意见的通知

一、落实

（一）按照国发〔2018〕7号第二条第（一）项报送检验结果。

（二）检验方法依照国发〔2015〕12号。
"""
ENTRIES = [
    {
        "document_id": "tea-2018",
        "path": "tea.txt",
        "language": "zh-en",
        "title": "关于加强茶叶检验的意见",
        "title_en": "Opinions on Strengthening the Inspection of Tea",
        "issuer": "国务院",
        "document_number": "国发〔2018〕7号",
        "issued_on": "2018-01-31",
        "status": "in_force",
        "translation": "official",
    },
    {
        "document_id": "notice-2019",
        "path": "notice.txt",
        "language": "zh",
        "title": "关于落实茶叶检验意见的通知",
        "document_number": "国质检〔2019〕4号",
    },
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for entry, text in zip(ENTRIES, (OPINIONS, NOTICE), strict=True):
        (corpus / entry["path"]).write_text(text, "utf-8")
    manifest = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in ENTRIES)
    (corpus / "manifest.jsonl").write_text(manifest, "utf-8")
    build(corpus, index, ToyEncoder())
    return index


@pytest.fixture
def yiju(index: Path, toy_encoder):
    return lambda *arguments: CliRunner().invoke(app, ["lookup", *arguments, "--index", str(index)])


@pytest.fixture(scope="module")
def http(index: Path) -> TestClient:
    return TestClient(create_app(Settings(), Answerer(open_index(index, ToyEncoder()), ToyEncoder(), lexicon=None)))


PRINTED = [
    (
        "国发〔2018〕7号 第二条（一）",
        0,
        """\
《关于加强茶叶检验的意见》（国发〔2018〕7号）
    国务院 | 2018-01-31 | 现行有效 | 官方译文 | tea-2018
    二、报告 > （一） | tea-2018:zh.2.1
    “（一）检验结果应当在三月底以前报送总局。”
    对应条款（tea-2018:en.2.1）：“(1) The results of the inspection shall be sent to the General Administration \
by the end of March.”
    被引用于：notice-2019:1.1
""",
    ),
    (
        "notice-2019:1.1",
        0,
        """\
关于落实茶叶检验意见的通知 (国质检〔2019〕4号)
    issuer unknown | date unknown | status unknown | translation or original: unknown | notice-2019
    一、落实 > （一） | notice-2019:1.1
    “（一）按照国发〔2018〕7号第二条第（一）项报送检验结果。”
    refers to: tea-2018:zh.2.1, tea-2018:en.2.1
""",
    ),
    (
        "Guo Fa [2018] No. 7",
        0,
        """\
Opinions on Strengthening the Inspection of Tea (国发〔2018〕7号)
    国务院 | 2018-01-31 | in force | official translation | tea-2018
    cited by: 关于落实茶叶检验意见的通知 (国质检〔2019〕4号)
""",
    ),
    (
        "（一）",
        3,
        """\
可能是：
    《关于加强茶叶检验的意见》（国发〔2018〕7号） | tea-2018:zh.1.1 | （一）各省应当每年检验茶叶。
    《关于加强茶叶检验的意见》（国发〔2018〕7号） | tea-2018:zh.2.1 | （一）检验结果应当在三月底以前报送总局。
    《关于落实茶叶检验意见的通知》（国质检〔2019〕4号） | notice-2019:1.1 | （一）按照国发〔2018〕7号第二条第（一）项报送检验结果。
""",
    ),
    (
        "Guo Fa [2015] No. 12",
        3,
        """\
Not held: 国发〔2015〕12号
It is only cited, by these clauses:
    关于落实茶叶检验意见的通知 (国质检〔2019〕4号) | notice-2019:1.2 | 国发〔2015〕12号
""",
    ),
    (
        "国发〔2018〕99号",
        3,
        """\
本库没有收：国发〔2018〕99号
本库的条款也没有引用它。
最接近的：
    《关于加强茶叶检验的意见》（国发〔2018〕7号） | tea-2018
""",
    ),
    ("???", 3, "No document number, name or clause was recognised.\n"),
]


@pytest.mark.parametrize(("reference", "code", "printed"), PRINTED, ids=[row[0] for row in PRINTED])
def test_what_is_printed(yiju, reference: str, code: int, printed: str):
    ended = yiju(reference)
    assert (ended.stdout, ended.stderr, ended.exit_code) == (printed, "", code)


def test_a_clause_that_is_not_in_the_document(yiju):
    ended = yiju("国发〔2018〕7号 第九条")
    assert ended.exit_code == 3
    lines = ended.stdout.splitlines()
    assert lines[:2] == ["有这份文件，但没有找到这个条款：", "《关于加强茶叶检验的意见》（国发〔2018〕7号）"]
    assert "最接近的：" in lines


def test_the_language_may_be_chosen(yiju):
    ended = yiju("国发〔2018〕7号 第二条（一）", "--language", "en")
    assert "    II. Reporting > (1) | tea-2018:en.2.1" in ended.stdout.splitlines()
    assert "referred to by: notice-2019:1.1" in ended.stdout


@pytest.mark.parametrize(
    ("reference", "code", "clauses", "documents", "candidates"),
    [
        ("国发〔2018〕7号 第二条（一）", 0, ["tea-2018:zh.2.1"], ["tea-2018"], []),
        ("Guo Fa [2018] No. 7, part II", 0, ["tea-2018:en.2"], ["tea-2018"], []),
        ("（一）", 3, [], [], ["tea-2018:zh.1.1", "tea-2018:zh.2.1", "notice-2019:1.1"]),
        ("国发〔2015〕12号", 3, [], [], []),
    ],
)
def test_json_is_the_object_of_the_service(yiju, http, reference, code, clauses, documents, candidates):
    ended = yiju(reference, "--json")
    printed, served = json.loads(ended.stdout), http.get("/v1/lookup", params={"ref": reference}).json()
    assert printed.pop("took_ms") >= 0 and served.pop("took_ms") >= 0
    assert printed == served
    assert ended.exit_code == code and served["found"] is (code == 0)
    assert [item["clause_id"] for item in served["clauses"]] == clauses
    assert [item["document_id"] for item in served["documents"]] == documents
    assert [item["clause"]["clause_id"] for item in served["candidates"]] == candidates
    cited = ["notice-2019:1.2"] if reference == "国发〔2015〕12号" else []
    assert [item["clause_id"] for item in served["cited_only"]] == cited


def test_called_wrongly(yiju):
    assert [yiju(*arguments).exit_code for arguments in ([" "], ["a", "--language", "fr"], ["a", "--as-of", "1"])] == [
        2, 2, 2,
    ]  # fmt: skip


def test_without_an_index(toy_encoder, tmp_path):
    ended = CliRunner().invoke(app, ["lookup", "a", "--index", str(tmp_path)])
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == f"{tmp_path}: no index here; build it: yiju-ingest build --index {tmp_path}\n"


def test_words_that_are_not_understood_are_named(yiju, http):
    ended = yiju("国发〔2018〕7号 xyz")
    assert (ended.exit_code, ended.stdout.splitlines()[0]) == (0, "没有认出“xyz”。")
    assert http.get("/v1/lookup", params={"ref": "国发〔2018〕7号 xyz"}).json()["not_understood"] == "xyz"
    assert http.get("/v1/lookup", params={"ref": "国发〔2018〕7号 第二条"}).json()["not_understood"] == ""
    assert (
        "xyz" in http.get("/lookup?ref=国发〔2018〕7号 xyz".replace(" ", "%20"), headers={"accept": "text/html"}).text
    )
