"""Questions that lean on earlier ones are made to stand alone, by rules."""

import pytest

from service.followup import leans, resolved


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


def test_the_document_that_was_spoken_of_is_named():
    assert resolved("该通知的文号是什么？", "何时上报？", "关于学习的通知") == "《关于学习的通知》的文号是什么？"
    assert resolved("该通知的文号是什么？", "何时上报？", None) == "何时上报？ 该通知的文号是什么？"


def test_anything_else_takes_the_earlier_question_along():
    assert resolved("And the deadline?", "To whom must the bureaus report?", "Notice") == (
        "To whom must the bureaus report? And the deadline?"
    )
