"""Question + outcome → measures: which of the measures apply to what."""

from collections.abc import Sequence

from eval import metrics
from eval.decisions import Decision
from eval.gold import Question
from eval.outcomes import Outcome
from eval.ranking import rank_measures

_RECALL_AT = (1, 5, 10)
_CITED_AT = (1, 3)
# Of every question; of those that can be answered; of the others. All from 0 to 1, more is better.
EVERY = ("decision", "verbatim", "figures", "language")
ANSWERABLE = (
    *(f"recall@{k}" for k in _RECALL_AT),
    "ndcg@10",
    "mrr@10",
    "answered",
    "evidence",
    "coverage",
    "first",
    *(f"sentence recall@{k}" for k in _CITED_AT),
    "sentence ndcg@10",
    "sentence mrr@10",
    "statements",
    "precision",
    "tightness",
    "facts",
)
REFUSABLE = ("refused", "reason")


def score(questions: Sequence[Question], outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    """The measures of each question; all 0 for one without a result."""
    hits = [[(hit["document_id"], hit["text"]) for hit in outcome.hits] for outcome in outcomes]
    cited = [[(item["document_id"], item["quote"]) for item in given(outcome)] for outcome in outcomes]
    ranks = rank_measures(questions, hits)
    sentence_ranks = rank_measures(questions, cited, "sentence ")
    return [
        _worst(question) if outcome.error else {**_measures(question, outcome), **of_passages, **of_sentences}
        for question, outcome, of_passages, of_sentences in zip(questions, outcomes, ranks, sentence_ranks, strict=True)
    ]


def given(outcome: Outcome) -> list[dict]:
    """The citations an answer rests on; what a refusal shows as nearest is no answer."""
    return outcome.answer["citations"] if outcome.answer["status"] == "answered" else []


def decision(question: Question, outcome: Outcome) -> Decision:
    answer = outcome.answer
    support = metrics.evidence_recall(question, answer["citations"]) if question.answerable else 0.0
    return Decision(
        question.answerable, answer["status"], answer["reason"], question.reason, answer["confidence"], support
    )


def _worst(question: Question) -> dict[str, float]:
    return dict.fromkeys((*EVERY, *(ANSWERABLE if question.answerable else REFUSABLE)), 0.0)


def _measures(question: Question, outcome: Outcome) -> dict[str, float]:
    answer = outcome.answer
    answered = answer["status"] == "answered"
    citations = given(outcome)
    every = {
        "decision": float(answered == question.answerable),
        "verbatim": metrics.verbatim(answered, outcome.checked),
        "figures": metrics.figures(answer["sentences"], answer["citations"]),
        "language": metrics.answer_language(question, answer),
    }
    if not question.answerable:
        return {**every, "refused": float(not answered), "reason": float(answer["reason"] == question.reason)}
    sentences = answer["sentences"] if answered else []
    return {
        **every,
        **{f"recall@{k}": metrics.recall_at_k(question, outcome.hits, k) for k in _RECALL_AT},
        "answered": float(answered),
        "evidence": metrics.evidence_recall(question, citations),
        "coverage": metrics.evidence_coverage(question, citations),
        "first": metrics.first_citation(question, citations),
        **{f"sentence recall@{k}": metrics.evidence_recall(question, citations[:k]) for k in _CITED_AT},
        "statements": metrics.citation_recall(question, sentences, citations),
        "precision": metrics.citation_precision(question, sentences, citations),
        "tightness": metrics.tightness(question, citations),
        "facts": metrics.facts(question, answer) if answered else 0.0,
    }
