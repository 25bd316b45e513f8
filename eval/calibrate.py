"""Fit the weights of retrieval, evidence and refusal on the tune half of the gold questions.

    python -m eval.calibrate            prints the tables to put into service/retrieve.py, evidence.py and refuse.py

Ranking weights maximise the probability that a softmax over the candidates gives to those that carry evidence
(ListNet's top-one probability: Cao et al. 2007); refusal is a logistic regression. Both are pulled towards zero, and
each is also fitted on four fifths and measured on the rest, five times over. The report half is never looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from eval import metrics
from eval.gold import Question, read_gold
from service import evidence, refuse, retrieve
from service.answer import Filters
from service.answerer import Answerer, open_answerer
from service.query import clean, understand
from service.scope import scope

_ROOT = Path(__file__).parent.parent
_RIDGE = 0.02
_FOLDS = 5
_DEPTH = 20


@dataclass(frozen=True)
class Ranking:
    """Candidates for one question: signals (candidates, names) and which of them carry evidence."""

    signals: np.ndarray
    right: np.ndarray  # bool (candidates,)


def fit_ranking(rankings: Sequence[Ranking]) -> np.ndarray:
    """Weights (names,) that put what carries evidence first."""
    useful = [ranking for ranking in rankings if ranking.right.any() and not ranking.right.all()]
    scale = np.concatenate([ranking.signals for ranking in useful]).std(axis=0) + 1e-6

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = _RIDGE * weights @ weights, 2 * _RIDGE * weights
        for ranking in useful:
            signals = ranking.signals / scale
            scores = signals @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            right = share * ranking.right
            total -= np.log(right.sum() + 1e-12) / len(useful)
            gradient = gradient - (right / (right.sum() + 1e-12) - share) @ signals / len(useful)
        return total, gradient

    return minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B").x / scale


def fit_refusal(signals: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Weights (1 + names,), the bias first; both outcomes count as much however often they occur."""
    rows = np.hstack([np.ones((len(signals), 1)), signals])
    balance = np.where(answers, 0.5 / answers.sum(), 0.5 / (~answers).sum())

    def loss(weights: np.ndarray) -> float:
        odds = rows @ weights
        misfit = np.logaddexp(0, np.where(answers, -odds, odds))
        return balance @ misfit + 0.002 * weights[1:] @ weights[1:]

    return minimize(loss, np.zeros(rows.shape[1]), method="L-BFGS-B").x


def crossed(items: Sequence, fit: Callable, measure: Callable) -> float:
    """Mean of ``measure(fitted on the other folds, item)``."""
    half = (len(items) + 1) // 2  # the same questions come twice, and both times fall into the same fold
    folds = np.tile(np.random.default_rng(0).permutation(half) % _FOLDS, 2)[: len(items)]
    values = []
    for fold in range(_FOLDS):
        fitted = fit([item for item, other in zip(items, folds, strict=True) if other != fold])
        values += [measure(fitted, item) for item, other in zip(items, folds, strict=True) if other == fold]
    return float(np.mean(values))


def main() -> None:
    # With renderings and without: documents that are added later have none.
    answerers = [open_answerer(_ROOT / "build" / "index", renderings=renderings) for renderings in (True, False)]
    questions = [question for question in read_gold() if question.split == "tune"]
    answerable = [question for question in questions if question.answerable]

    names = list(retrieve.WEIGHTS)
    rankings = [_passages(answerer, question, names) for answerer in answerers for question in answerable]
    passages = dict(zip(names, fit_ranking(rankings), strict=True))
    _show("retrieve.WEIGHTS", passages, crossed(rankings, fit_ranking, _first_is_right))

    names = list(evidence.WEIGHTS)
    rankings = [_sentences(answerer, question, names, passages) for answerer in answerers for question in answerable]
    sentences = dict(zip(names, fit_ranking(rankings), strict=True))
    _show("evidence.WEIGHTS", sentences, crossed(rankings, fit_ranking, _first_is_right))

    names = [name for name in refuse.WEIGHTS if name != "bias"]
    items = [
        _support(answerer, question, names, passages, sentences) for answerer in answerers for question in questions
    ]
    weights = _fit_items(items)
    balanced = crossed(items, _fit_items, lambda fitted, item: _balanced(fitted, item, items))
    _show("refuse.WEIGHTS", dict(zip(["bias", *names], weights, strict=True)), balanced)


def _show(name: str, weights: dict[str, float], held_out: float) -> None:
    table = ", ".join(f'"{key}": {value:.2f}' for key, value in weights.items())
    print(f"{name} = {{{table}}}  # held out: {held_out:.3f}")


def _first_is_right(weights: np.ndarray, ranking: Ranking) -> float:
    return float(ranking.right[np.argmax(ranking.signals @ weights)])


def _hits(answerer: Answerer, question: Question, weights: dict[str, float], depth: int):
    query = understand(clean(question.text), "auto", answerer.encoder, answerer.lexicon)
    about = scope(answerer.index, query)
    hits = retrieve.retrieve(answerer.index, query, about, answerer.allowed(Filters()), depth, weights)
    return query, about, hits


def _passages(answerer: Answerer, question: Question, names: Sequence[str]) -> Ranking:
    *_, hits = _hits(answerer, question, retrieve.WEIGHTS, 10_000)
    hits = [hit for hit in hits if hit.passage.kind == "text"]
    right = [bool(metrics.recall_at_k(question, [_shown(hit.passage)], 1)) for hit in hits]
    return Ranking(np.array([[hit.arms[name] for name in names] for hit in hits]), np.array(right))


def _sentences(answerer: Answerer, question: Question, names: Sequence[str], weights: dict[str, float]) -> Ranking:
    query, about, hits = _hits(answerer, question, weights, _DEPTH)
    found = evidence.candidates(answerer.index, query, about, evidence.fold(answerer.index, hits), answerer.renderings)
    right = [bool(metrics.first_citation(question, [_quoted(item)])) for item in found]
    return Ranking(np.array([[item.signals[name] for name in names] for item in found]), np.array(right))


def _support(answerer, question, names, passages, sentences) -> tuple[np.ndarray, bool]:
    """The refusal signals of what would be answered, and whether the corpus carries an answer."""
    query, about, hits = _hits(answerer, question, passages, _DEPTH)
    ranked = evidence.candidates(
        answerer.index, query, about, evidence.fold(answerer.index, hits), answerer.renderings, sentences
    )
    chosen = evidence.choose(ranked, 5)
    if not query.keywords.words or not chosen:
        return np.zeros(len(names)), question.answerable
    found = refuse.signals(answerer.index, query, about, chosen)
    return np.array([found[name] for name in names]), question.answerable


def _fit_items(items: Sequence[tuple[np.ndarray, bool]]) -> np.ndarray:
    return fit_refusal(np.array([signals for signals, _ in items]), np.array([answers for _, answers in items]))


def _balanced(weights: np.ndarray, item: tuple[np.ndarray, bool], items: Sequence[tuple[np.ndarray, bool]]) -> float:
    """1 for a right decision, weighted so that the mean is balanced accuracy."""
    signals, answers = item
    same = sum(other == answers for _, other in items)
    return ((weights[0] + signals @ weights[1:] > 0) == answers) * len(items) / (2 * same)


def _shown(passage) -> dict:
    return {"document_id": passage.document_id, "text": passage.text}


def _quoted(item: evidence.Evidence) -> dict:
    return {"document_id": item.passage.document_id, "quote": item.sentence.text}


if __name__ == "__main__":
    main()
