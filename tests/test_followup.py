"""Questions that lean on earlier ones are made to stand alone, by rules."""

import pytest

from service.followup import ask_in_thread, leans, meant


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("该通知的文号是什么？", "zh"),
        ("它适用于哪些企业？", "zh"),
        ("那期限呢？", "zh"),
        ("报给谁？", "zh"),
        ("其主要目标是什么？", "zh"),
        ("这些机构要做什么？", "zh"),
        ("如果不报会怎样？", "zh"),
        ("And the deadline?", "en"),
        ("By when?", "en"),
        ("Who issued it?", "en"),
        ("What does that notice say about fees?", "en"),
        ("What about service certification?", "en"),
    ],
)
def test_a_question_that_leans(question, language):
    assert leans(question, language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("强制性产品认证目录有多少种产品？", "zh"),
        ("国发〔2018〕3号的主要目标是什么？", "zh"),
        ("除了强制性产品认证，其他认证是自愿的吗？", "zh"),
        ("企业应该如何申请有机产品认证？", "zh"),
        ("Which certification applies to organic tea?", "en"),
        ("Is it compulsory for toy makers to hold a certificate?", "en"),
        ("Which products that are exported need a certificate?", "en"),
        ("获得高端品质认证的企业及其产品享受哪些政策？", "zh"),
        ("How many sub-categories does voluntary certification include?", "en"),
    ],
)
def test_a_question_that_stands_alone(question, language):
    assert not leans(question, language)


TITLES = [
    "关于政协提案答复的函",
    "质检总局关于学习宣传贯彻《国务院关于加强质量认证体系建设的意见》的通知",
    "国务院关于加强质量认证体系建设的意见",
]


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ("该通知的文号是什么？", 1),
        ("这份意见由谁签发？", 2),
        ("该函答复了什么？", 0),
        ("这份文件什么时候发布？", 0),
        ("该方案的目标是什么？", None),
        ("那期限呢？", None),
    ],
)
def test_which_document_is_meant(question, at):
    assert meant(question, TITLES) == at


def test_which_document_is_meant_in_english():
    titles = ["Letter on Reply to Proposal No. 2267", "Notice on Studying the Opinions", "Implementation Plan"]
    assert [meant(f"Who signed this {kind}?", titles) for kind in ("notice", "plan", "letter", "regulation")] == [
        1, 2, 0, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "before", "alone"),
    [
        ("第六条呢？", "国发〔2018〕3号第四条说了什么？", "国发〔2018〕3号第六条说了什么？"),
        (
            "And clause 6?",
            "What does clause 4 of the State Council Opinions say?",
            "What does clause 6 of the State Council Opinions say?",
        ),
        ("第六条呢？", "国务院的意见说了什么？", "国务院的意见说了什么？ 第六条呢？"),
    ],
)
def test_another_clause_takes_the_place_of_the_one_before(small_answerer, question, before, alone):
    assert ask_in_thread(small_answerer, question, [before]).resolved == alone


@pytest.mark.parametrize("said", ["谢谢", "好的。", "Thanks a lot!", "ok"])
def test_thanks_lean_on_nothing(small_answerer, said):
    answer = ask_in_thread(small_answerer, said, ["茶叶的检验费用由谁承担？"])
    assert answer.resolved is None
