"""Every fault that is put into right answers lowers the measure that should notice it."""

import re
from statistics import mean

import pytest
from oracle import Oracle, sample, texts

from eval import decisions
from eval.gold import read_gold
from eval.run import run
from eval.summary import means, summary


def measured(**faults) -> dict[str, float]:
    """Mean of each measure over the sample, and the figures over all questions (turned so that more is better)."""
    results = run(sample(), Oracle(sample(), **faults))
    names = {name for result in results for name in result.measures}
    found = {name: mean(r.measures[name] for r in results if name in r.measures) for name in names}
    items = [result.decision for result in results]
    return found | {
        "balanced accuracy": decisions.balanced_accuracy(items),
        "1 - brier": 1 - decisions.brier(items),
        "1 - calibration error": 1 - decisions.calibration_error(items),
        "1 - area under risk": 1 - decisions.area_under_risk(items),
    }


@pytest.fixture(scope="module")
def right() -> dict[str, float]:
    return measured()


def test_right_answers_to_all_gold_questions_are_right_by_every_measure():
    results = run(read_gold(), Oracle(read_gold()))
    wrong = {
        (result.question.question_id, name): value
        for result in results
        for name, value in result.measures.items()
        if value < 1 and name not in ("recall@1", "recall@5", "sentence recall@1", "sentence recall@3")
    }
    # Recall at a depth below the number of groups cannot be 1.
    assert wrong == {}
    assert means(results)["refusal"]["balanced accuracy"] == 1


def drop_citation(_, answer):
    answer["citations"] = answer["citations"][1:]
    for sentence in answer["sentences"]:
        sentence["citations"] = [number for number in sentence["citations"] if number != 1]


def shift_offset(_, answer):
    for citation in answer["citations"]:
        citation["start"] += 1
        citation["end"] += 1


def swap_document(_, answer):
    others = dict(zip(texts(), [*list(texts())[1:], *list(texts())[:1]], strict=True))
    for citation in answer["citations"]:
        citation["document_id"] = others[citation["document_id"]]


def alter_figure_in_quote(_, answer):
    for citation in answer["citations"]:
        citation["quote"] = re.sub(r"\d", lambda digit: str((int(digit.group()) + 1) % 10), citation["quote"])


def alter_figure_in_text(_, answer):
    for sentence in answer["sentences"]:
        sentence["text"] = re.sub(r"\d+(?=[^\]\d])", lambda number: f"{number.group()}0", sentence["text"])
    answer["answer"] = "\n".join(item["text"] for item in answer["sentences"]) or answer["answer"]


def wrong_language(_, answer):
    answer["answer"] = answer["answer"].replace("原文：", "The text says: ")


def wrong_language_label(_, answer):
    answer["language"] = "en" if answer["language"] == "zh" else "zh"


def refusal_as_answer(question, answer):
    if not question.answerable:
        answer |= {"status": "answered", "reason": None}


def answer_as_refusal(question, answer):
    if question.answerable:
        answer |= {"status": "no_answer", "reason": "low_support"}


def wrong_reason(question, answer):
    if not question.answerable:
        answer["reason"] = "contradicted" if question.reason != "contradicted" else "ambiguous"


def cite_something_else_too(question, answer):
    if question.answerable:
        other = next(name for name in texts() if name != answer["citations"][0]["document_id"])
        quote = texts()[other][:200]
        answer["citations"].append({"number": 99, "document_id": other, "quote": quote, "start": 0, "end": 200})
        answer["sentences"][0]["citations"].append(99)


def cite_the_whole_document(_, answer):
    for citation in answer["citations"]:
        text = texts()[citation["document_id"]]
        citation |= {"quote": text, "start": 0, "end": len(text)}


def cut_quotes_short(_, answer):
    for citation in answer["citations"]:
        citation["quote"] = citation["quote"][:12]
        citation["end"] = citation["start"] + len(citation["quote"])


def sentence_without_citation(question, answer):
    if question.answerable:
        answer["sentences"].append({"text": "Much else is required.", "citations": []})


def leave_facts_out(question, answer):
    for form in (form for forms in question.facts for form in forms):
        answer["answer"] = answer["answer"].replace(form, "…")


def right_citation_last(question, answer):
    cite_something_else_too(question, answer)
    answer["citations"].reverse()


def always_sure(_, answer):
    answer["confidence"] = 1.0


def least_sure_where_right(question, answer):
    refusal_as_answer(question, answer)
    answer["confidence"] = 1 - answer["confidence"]


def no_result(question, answer):
    if question.answerable:
        raise TimeoutError("no answer within 30 s")


ANSWER_FAULTS = [
    (drop_citation, ["evidence", "coverage", "statements"]),
    (shift_offset, ["verbatim"]),
    (swap_document, ["evidence", "precision", "verbatim", "sentence mrr@10"]),
    (alter_figure_in_quote, ["verbatim", "figures"]),
    (alter_figure_in_text, ["figures", "facts"]),
    (wrong_language, ["language"]),
    (wrong_language_label, ["language"]),
    (refusal_as_answer, ["refused", "decision", "balanced accuracy"]),
    (answer_as_refusal, ["answered", "evidence", "facts", "decision", "balanced accuracy"]),
    (wrong_reason, ["reason"]),
    (cite_something_else_too, ["precision", "tightness"]),
    (cite_the_whole_document, ["tightness"]),
    (cut_quotes_short, ["coverage"]),
    (sentence_without_citation, ["statements"]),
    (leave_facts_out, ["facts"]),
    (right_citation_last, ["first", "sentence mrr@10", "sentence recall@1"]),
    (always_sure, ["1 - brier", "1 - calibration error"]),
    (least_sure_where_right, ["1 - brier", "1 - area under risk", "1 - calibration error"]),
    (no_result, ["recall@10", "ndcg@10", "evidence", "facts", "verbatim", "language", "decision", "1 - brier"]),
]


@pytest.mark.parametrize(("fault", "noticed"), ANSWER_FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_fault_in_the_answer_is_noticed(fault, noticed, right):
    found = measured(fault=fault)
    assert {name: found[name] for name in noticed if found[name] > right[name] - 0.05} == {}


HIT_FAULTS = [
    (lambda _, hits: [], ["recall@1", "recall@10", "ndcg@10", "mrr@10"]),
    (lambda _, hits: [{"document_id": "none", "text": "other"}, *hits], ["recall@1", "ndcg@10", "mrr@10"]),
    (lambda _, hits: [{**hit, "text": hit["text"][:3]} for hit in hits], ["recall@10"]),
]


@pytest.mark.parametrize(("fault", "noticed"), HIT_FAULTS, ids=["none found", "one lower", "cut short"])
def test_a_fault_in_the_ranking_is_noticed(fault, noticed, right):
    found = measured(hit_fault=fault)
    assert {name: found[name] for name in noticed if found[name] > right[name] - 0.05} == {}


def test_a_question_without_a_result_counts_with_the_worst_value():
    results = run(sample(), Oracle(sample(), fault=no_result))
    failed = [result for result in results if result.question.answerable]
    assert {result.error for result in failed} == {"TimeoutError: no answer within 30 s"}
    assert {value for result in failed for value in result.measures.values()} == {0.0}
    found = summary(results)
    assert found["without a result"] == len(failed)
    assert found["cells"]["all"]["recall@10"] == 0
    assert found["decisions"]["reasons"]["answered"] == {"error": len(failed)}
