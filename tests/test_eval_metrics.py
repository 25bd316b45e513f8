"""Each measure on examples worked out by hand."""

import math

import numpy as np
import pytest

from eval import decisions, metrics
from eval.decisions import Decision
from eval.gold import Question, Quote
from eval.intervals import bootstrap, chance_of_difference, chance_of_loss, holm
from eval.ranking import rank_measures
from eval.spans import common, coverage, marked, tokens


def question(text: str = "谁来检验？", evidence=(), facts=(), reason=None) -> Question:
    groups = tuple(tuple(Quote("d", quote) for quote in group) for group in evidence)
    return Question("q", text, "zh", "staff", "who", "plain", reason, False, groups, facts, "tune")


def cited(*quotes: str, document: str = "d") -> list[dict]:
    return [{"number": at, "document_id": document, "quote": quote} for at, quote in enumerate(quotes, 1)]


def hits(*texts: str) -> list[dict]:
    return [{"document_id": "d", "text": text} for text in texts]


@pytest.mark.parametrize(
    ("wanted", "given", "span"),
    [
        ("abcd", "xxabcdxx", (0, 4)),  # all of it
        ("abcd", "bc", (1, 3)),  # the middle of it
        ("abcd", "cdxx", (2, 4)),  # its end
        ("abcd", "xxab", (0, 2)),  # its beginning
        ("abcd", "xbcx", (0, 0)),  # neither holds an end of the other
        ("abcd", "", (0, 0)),
        ("认证认可", "可以", (3, 4)),
    ],
)
def test_what_two_texts_have_in_common(wanted, given, span):
    assert common(wanted, given) == span


def test_quotes_may_carry_evidence_together():
    quote = Quote("d", "abcdefgh")
    assert coverage(quote, [("d", "xxabc"), ("d", "bcd"), ("other", "abcdefgh")]) == 4 / 8


def test_evidence_is_marked_in_what_was_cited():
    assert marked("各省 应当\n检验。", "d", [Quote("d", "各省 应当 检验。费用")]) == [("各省 应当 检验。", True)]
    assert marked("先说。各省检验", "d", [Quote("d", "各省检验。费用")]) == [("先说。", False), ("各省检验", True)]
    assert marked("各省检验", "other", [Quote("d", "各省检验")]) == [("各省检验", False)]


def test_chinese_is_counted_by_character():
    assert tokens("第3条：CCC认证，yes!") == ["第", "3", "条", "ccc", "认", "证", "yes"]


def test_recall_counts_evidence_groups_and_any_quote_of_a_group_will_do():
    asked = question(evidence=[["abcd", "第一条"], ["wxyz"]])
    assert metrics.recall_at_k(asked, hits("第一条", "no", "wxyz"), 1) == 1 / 2
    assert metrics.recall_at_k(asked, hits("第一条", "no", "wxyz"), 3) == 1.0
    assert metrics.recall_at_k(asked, [], 10) == 0.0


def test_rank_measures_by_hand():
    one, two = question(evidence=[["abcd"]]), question(evidence=[["abcd"], ["wxyz"]])
    refused = question(reason="ambiguous")
    found = rank_measures(
        [one, two, two, one, refused],
        [
            [("d", "no"), ("d", "abcd")],  # second place
            [("d", "abcd"), ("d", "abcd again"), ("d", "wxyz")],  # the repetition is no gain but takes a place
            [("d", "abcd wxyz")],  # both in one passage
            [],
            [("d", "no")],
        ],
    )
    ideal = 1 + 1 / math.log2(3)
    assert found[0] == {"mrr@10": 0.5, "ndcg@10": pytest.approx(1 / math.log2(3))}
    assert found[1] == {"mrr@10": 1.0, "ndcg@10": pytest.approx((1 + 1 / 2) / ideal)}
    assert found[2] == {"mrr@10": 1.0, "ndcg@10": pytest.approx(1.0)}
    assert found[3] == {"mrr@10": 0.0, "ndcg@10": 0.0}
    assert found[4] == {}


def test_no_question_with_evidence_has_no_rank_measures():
    assert rank_measures([question(reason="ambiguous")], [[("d", "x")]]) == [{}]


def test_citation_recall_and_precision():
    asked = question(evidence=[["abcdefgh"]])
    three = cited("abcdefgh", "elsewhere", "cdef")
    sentences = [{"text": "", "citations": [1]}, {"text": "", "citations": [2]}, {"text": "", "citations": []}]
    assert metrics.citation_recall(asked, sentences, three) == 1 / 3
    assert metrics.citation_precision(asked, sentences, three) == 2 / 3  # the third lies inside the evidence
    assert metrics.citation_recall(asked, [], []) == 0.0
    assert metrics.citation_precision(asked, [], []) == 0.0


def test_citations_that_support_only_together_are_both_needed():
    asked = question(evidence=[["abcdefgh" * 3]])
    # Each begins with other words, so that neither is half evidence, and holds a quarter of it.
    quotes = cited("x" * 20 + "abcdef", "efghab"[2:] + "cdefgh"[2:] + "y" * 20)
    quotes[1]["quote"] = ("abcdefgh" * 3)[-6:] + "y" * 20
    together = [{"text": "", "citations": [1, 2]}]
    assert metrics.evidence_recall(asked, quotes) == 1.0  # 12 of 24 characters
    assert metrics.evidence_recall(asked, quotes[:1]) == 0.0
    assert metrics.citation_precision(asked, together, quotes) == 1.0


def test_coverage_and_tightness_are_counted_in_characters():
    asked = question(evidence=[["abcdefgh"], ["第一条"]])
    quotes = cited("abcdefgh and more text of eight")
    assert metrics.evidence_coverage(asked, quotes) == 1 / 2
    assert metrics.tightness(asked, quotes) == 8 / len(quotes[0]["quote"])
    assert metrics.tightness(asked, []) == 0.0


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("by March 5th, 2018, 30 offices", 1.0),
        ("by March 5th, 20180", 0.0),  # another number
        ("by 3月5日, 130 offices", 0.5),
        ("by 3月5日, 30.5 offices", 0.5),
        ("by 3月5日, ３０ offices", 1.0),  # full width
        ("BY MARCH 5TH, 2018.", 0.5),
    ],
)
def test_facts(said, share):
    asked = question(facts=(("March 5th, 2018", "3月5日"), ("30",)))
    assert metrics.facts(asked, {"answer": said}) == share


def test_figures_must_stand_in_what_is_cited():
    citations = [{**cited("within 30 days")[0], "document_title": "Notice 45", "path": ["2."], "issued_on": None}]
    assert metrics.figures([{"text": "Notice 45, 2.: 30 days [1]", "citations": [1]}], citations) == 1.0
    assert metrics.figures([{"text": "Notice 45, 2.: 300 days [1]", "citations": [1]}], citations) == 0.0
    assert metrics.figures([], []) == 1.0


@pytest.mark.parametrize(
    ("answered", "checked", "value"),
    [
        (True, [True, False], 0.5),
        (True, [True, None], 0.5),  # what could not be checked is not verified
        (True, [], 0.0),  # nothing that could be
        (False, [], 1.0),
        (False, [False], 0.0),
    ],
)
def test_verbatim(answered, checked, value):
    assert metrics.verbatim(answered, checked) == value


ENGLISH = "Every province shall inspect tea every year."


@pytest.mark.parametrize(
    ("asked", "language", "said", "value"),
    [
        ("谁检验茶叶？", "zh", f"《Opinions》（英文）：“{ENGLISH}”[1]", 1.0),
        ("谁检验茶叶？", "zh", f"Opinions [in English]: “{ENGLISH}” [1]", 0.0),
        ("谁检验茶叶？", "en", f"《Opinions》（英文）：“{ENGLISH}”[1]", 0.0),  # says itself that it is English
        ("Who inspects tea?", "en", "《意见》: “各省检验茶叶。” [1]", 1.0),
        ("Who inspects tea?", "zh", "《意见》：“各省检验茶叶。”[1]", 0.0),
        ("Who inspects tea?", "en", "没有能回答这个问题的条款。", 0.0),
        ("tea inspection 由谁做？", "zh", "没有条款提到 tea inspection 和 province。", 1.0),
        ("tea inspection 由谁做？", "en", "No clause answers this.", 0.0),
        ("Who inspects tea?", None, ENGLISH, 1.0),  # a system that gives nothing but the quote
        ("谁检验茶叶？", None, ENGLISH, 0.0),
    ],
)
def test_answer_language(asked, language, said, value):
    answer = {"language": language, "answer": said, "citations": [{"quote": ENGLISH, "document_title": "Opinions"}]}
    assert metrics.answer_language(question(asked), answer) == value


def decided(answerable: bool, status: str, confidence: float, support: float, reason=None) -> Decision:
    return Decision(answerable, status, reason, None if answerable else "ambiguous", confidence, support)


FOUR = [
    decided(True, "answered", 0.9, 1.0),
    decided(True, "no_answer", 0.4, 0.5, "low_support"),
    decided(False, "answered", 0.6, 0.0),
    decided(False, "no_answer", 0.1, 0.0, "ambiguous"),
]


def test_balanced_accuracy_does_not_reward_answering_everything():
    assert decisions.balanced_accuracy(FOUR) == 0.5
    assert decisions.balanced_accuracy([FOUR[0], FOUR[0], FOUR[0], FOUR[2]]) == 0.5
    assert decisions.balanced_accuracy([]) == 0.0


def test_risk_by_coverage():
    # By confidence: loss 0, then 1, then 0.5, then 1.
    assert decisions.risk_coverage(FOUR) == [(0.25, 0.0), (0.5, 0.5), (0.75, 0.5), (1.0, 0.625)]
    assert decisions.area_under_risk(FOUR) == pytest.approx((0 + 0.5 + 0.5 + 0.625) / 4)


def test_equal_confidences_enter_together():
    same = [decided(True, "answered", 0.5, support) for support in (1.0, 0.0)]
    assert decisions.risk_coverage(same) == [(1.0, 0.5)]
    assert decisions.area_under_risk(same) == 0.5  # whichever comes first
    assert decisions.area_under_risk(same[::-1]) == 0.5


def test_calibration():
    assert decisions.brier(FOUR) == pytest.approx((0.1**2 + 0.1**2 + 0.6**2 + 0.1**2) / 4)
    assert decisions.reliability(FOUR, bins=2) == [
        (pytest.approx(0.25), 0.25, 2),
        (pytest.approx(0.75), 0.5, 2),
    ]
    assert decisions.calibration_error(FOUR, bins=2) == pytest.approx((0 * 2 + 0.25 * 2) / 4)
    failed = [decided(True, "error", 0.0, 0.0)]
    assert (decisions.brier(failed), decisions.calibration_error(failed)) == (1.0, 1.0)
    assert (decisions.brier([]), decisions.calibration_error([]), decisions.area_under_risk([])) == (1.0, 1.0, 1.0)


def test_reasons():
    assert decisions.confusion([*FOUR, decided(False, "no_answer", 0, 0)]) == {
        "answered": {"answered": 1, "low_support": 1},
        "ambiguous": {"answered": 1, "ambiguous": 1, "no reason": 1},
    }


def test_an_interval_of_a_mean():
    values = np.repeat([0.0, 1.0], 50)[:, None]
    mean, low, high = (column[0] for column in bootstrap(values))
    # The normal approximation: 0.5 ± 1.96 · 0.5 / 10.
    assert (mean, low, high) == (0.5, pytest.approx(0.402, abs=0.02), pytest.approx(0.598, abs=0.02))
    assert bootstrap(values)[1] == low  # seeded


def test_few_questions_are_never_sure():
    mean, low, high = (column[0] for column in bootstrap(np.ones((4, 1))))
    assert (mean, high) == (1.0, 1.0)
    assert low == pytest.approx(0.025 ** (1 / 4))  # Clopper and Pearson for 4 of 4
    with pytest.raises(ValueError, match="no question"):
        bootstrap(np.empty((0, 1)))


def test_paired_test():
    losses = np.array([-1.0] * 5 + [0.0] * 95)
    assert chance_of_loss(losses) == 1 / 32  # all five signs as they are
    assert chance_of_difference(losses) == 2 / 32
    assert chance_of_loss(-losses) == 1.0
    assert chance_of_loss(np.zeros(10)) == 1.0
    assert chance_of_loss(np.repeat([-1.0, 1.0], 20)) == pytest.approx(0.56, abs=0.02)


def test_several_tests_at_once():
    assert holm({"a": 0.04, "b": 0.01, "c": 0.5}) == {"b": 0.03, "a": 0.08, "c": 0.5}
