"""``yiju apply``: on a terminal it asks, elsewhere it does not; what was said can be taken up again and filed."""

import builtins
import json
import re
from datetime import date
from pathlib import Path

import pytest
from real_index import real_answerer
from typer.testing import CliRunner

import service.answerer
import service.applicability.command
from service.__main__ import app
from service.applicability.check import applicability
from service.applicability.statement import statement


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.answerer, "open_answerer", lambda *_: real_answerer())


def yiju(*arguments: object, stdin: str | None = None):
    return CliRunner().invoke(app, ["apply", *map(str, arguments)], input=stdin)


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch):
    """Runs the command as on a terminal where a person gives these answers, one to each question."""

    def run(answers: list[str], *arguments: object):
        left = iter(answers)

        def told(_: str) -> str:
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr(service.applicability.command, "_is_talk", lambda as_json: not as_json)
        monkeypatch.setattr(builtins, "input", told)
        ended = yiju(*arguments)
        assert list(left) == []
        return ended

    return run


def test_a_decided_enterprise():
    ended = yiju("浙江温州开养老院的")
    assert (ended.exit_code, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0].startswith("自愿：养老服务认证、区域质量品牌")
    assert "  - 所做的事：养老服务（“养老院”，原词）" in lines
    assert lines[lines.index("自愿：养老服务认证") + 1] == (
        "    服务业实施了养老服务认证，目的是引导提升服务质量；服务认证属于自愿性认证。[1][2]"
    )
    assert next(line for line in lines if line.startswith("[")).startswith("[1] 《关于政协十三届全国委员会")


def test_a_fact_is_missing_and_nothing_is_asked_where_nobody_sits():
    ended = yiju("做玩具的厂，广东", stdin="")
    assert ended.exit_code == 3
    assert "  - 贵单位的产品是否列入现行《强制性产品认证目录》（3C目录）？\n    可选：是、否" in ended.stdout


def test_outside_certification():
    ended = yiju("How do I file the corporate income tax return?")
    assert ended.exit_code == 3
    assert ended.stdout.startswith("What is asked is no matter of certification")
    assert "Nothing is held on taxes and duties." in ended.stdout


def test_json_is_what_the_service_answers():
    ended = yiju("we run nursing homes in Zhejiang", "--json")
    found = json.loads(ended.stdout)
    assert (found["status"], found["facts"]) == ("decided", {"activity": ["elderly"], "place": ["zhejiang"]})
    assert found["certifications"][0]["scheme"] == "elderly-service"


def test_facts_as_json_or_as_a_file(tmp_path: Path):
    facts = {"in_ccc_catalogue": "no", "place": "elsewhere"}
    (tmp_path / "facts.json").write_text(json.dumps(facts), "utf-8")
    for given in (json.dumps(facts), tmp_path / "facts.json"):
        ended = yiju("玩具厂", "--facts", given)
        assert ended.exit_code == 0, ended.output
        assert "强制性产品认证（CCC）" in next(
            line for line in ended.stdout.splitlines() if line.startswith("不涉及：")
        )


def test_a_talk_asks_until_nothing_is_left(talk):
    ended = talk(["1", "我说不好", "不能自我声明", "杭州"], "儿童玩具厂")
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.count("没有认出来") == 1
    assert "强制：强制性产品认证（CCC）" in ended.stdout
    assert "  - 所在地：浙江（已提供）" in ended.stdout


def test_dont_know_is_an_answer(talk):
    ended = talk(["我不知道", "不知道"], "儿童玩具厂")
    assert ended.exit_code == 0, ended.output
    assert "无法判断：强制性产品认证（CCC）" in ended.stdout
    ended = talk(["Don't know.", "I don't know"], "toy factory")
    assert ended.exit_code == 0, ended.output


def test_what_the_enterprise_does_is_asked_first(talk):
    ended = talk(["养老院", "上海"], "我们公司要做什么认证？")
    assert ended.exit_code == 0, ended.output
    assert "自愿：养老服务认证" in ended.stdout


def test_a_talk_that_is_left_can_be_taken_up_again(talk, tmp_path: Path):
    saved = tmp_path / "said.json"
    ended = talk(["yes", "q"], "toy factory", "--save", saved)
    assert ended.exit_code == 3
    assert f"yiju apply --facts {saved}" in ended.stdout
    assert json.loads(saved.read_text("utf-8")) == {
        "description": "toy factory",
        "language": "en",
        "facts": {"in_ccc_catalogue": "yes"},
    }
    ended = talk(["no", "Shandong"], "--facts", saved, "--save", saved)
    assert ended.exit_code == 0, ended.output
    assert json.loads(saved.read_text("utf-8"))["facts"] == {
        "in_ccc_catalogue": "yes",
        "self_declaration_list": "no",
        "place": "Shandong",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "问题是空的。|The question is empty."),
        (["玩具", "--facts", "{"], "--facts: not JSON"),
        (["玩具", "--facts", "[]"], "--facts \\[\\]: No such file"),
        (["玩具", "--facts", '{"place": "火星"}'], "facts.place: must be one of zhejiang"),
        (["玩具", "--facts", '{"planet": "火星"}'], "facts: may hold activity"),
        (["玩具", "--facts", '{"facts": 3}'], "description must be text and facts an object"),
        (["玩具", "--statement", "x.pdf"], "--statement: must end in .md or .html"),
        (["玩具", "--language", "de"], "--language: must be one of auto, zh, en"),
        (["长" * 2001], "不能超过2000个字符"),
    ],
)
def test_called_wrongly(arguments, said):
    ended = yiju(*arguments, stdin="")
    assert ended.exit_code == 2
    assert re.search(said, ended.stderr), ended.stderr


def test_a_description_from_standard_input():
    assert yiju("-", stdin="浙江温州开养老院的\n").exit_code == 0


# --- the statement ---------------------------------------------------------------------------------------------------


def test_a_statement_holds_every_clause_in_full(tmp_path: Path):
    file = tmp_path / "statement.md"
    assert yiju("湖州的水泥厂，不在3C目录内", "--statement", file).exit_code == 0
    text = file.read_text("utf-8")
    assert text.startswith("# 认证适用性检查说明\n\n检查日期：20")
    assert "### 绿色产品认证\n\n性质：自愿" in text
    clause = real_answerer().index.store.clause("samr-2020-2267:2.2.3").text
    quote = "Accelerate the implementation of a unified green product certification system"
    assert quote in clause
    plain = re.sub(r"\\([\\`*_<>#|~])", r"\1", text).replace("**", "")
    assert f"> {clause}" in plain
    assert f"**{quote}" in text  # the words that are quoted are marked
    assert "项目译文，非官方文本，以原文为准" in text
    assert "不是行政决定，也不是法律意见" in text


def test_a_statement_as_a_page_cannot_be_written_into():
    found = applicability(real_answerer(), "<script>alert(1)</script> 玩具厂 & *co*", {"place": "shanghai"}, "zh")
    page = statement(found, real_answerer().index, date(2024, 5, 6), as_html=True)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 玩具厂 &amp; *co*" in page
    assert page.startswith('<!doctype html>\n<html lang="zh">')
    assert page.count("<ul>") == page.count("</ul>") > 0
    assert "检查日期：2024-05-06" in page
    text = statement(found, real_answerer().index, date(2024, 5, 6), as_html=False)
    assert "\\<script\\>alert(1)\\</script\\> 玩具厂 & \\*co\\*" in text


def test_a_statement_of_the_same_day_is_the_same(tmp_path: Path):
    found = applicability(real_answerer(), "we make toys in Shanghai")
    one, two = (statement(found, real_answerer().index, date(2024, 5, 6), as_html=True) for _ in range(2))
    assert one == two
