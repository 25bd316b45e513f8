"""Fit the weights of retrieval, evidence and refusal on the tune half of the gold questions.

    python -m eval.calibrate --data FOLDER            prints the tables to put into service/retrieve.py, evidence.py
                                                      and refuse.py
    python -m eval.calibrate --data FOLDER --refusals prints the last of them

Ranking weights maximise the probability that a softmax over the candidates gives to those that carry evidence
(ListNet's top-one probability: Cao et al. 2007); refusal is a logistic regression over what no single thing decides,
fitted on the questions of answerability.py too. Both are pulled towards zero, and each is also fitted on four fifths
and measured on the rest, five times over, and then on all files of questions but one and measured on that one. The
report half is never looked at.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from eval import metrics
from eval.answerability import read_questions, statutes
from eval.gold import GOLD, Question, read_gold
from service import evidence, refuse, retrieve
from service.answer import Filters
from service.answerer import Answerer, open_answerer
from service.select import select

_ROOT = Path(__file__).parent.parent
_RIDGE = 0.02
_RIDGE_REFUSAL = 0.004
_LEAST_SPREAD = 0.12  # of a signal that is nearly always the same
_FOLDS = 5
_DEPTH = 40


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


def fit_refusal(signals: np.ndarray, answers: np.ndarray, sets: np.ndarray) -> np.ndarray:
    """Weights (1 + names,), the bias first; in each set both outcomes count as much however often they occur, and sets
    as the square root of their size.

    ``sets``: int (items,), which set of questions each item is from.
    """
    mean, spread = signals.mean(axis=0), np.maximum(signals.std(axis=0), _LEAST_SPREAD)
    rows = np.hstack([np.ones((len(signals), 1)), (signals - mean) / spread])
    balance = np.zeros(len(answers))
    for one in np.unique(sets):
        for outcome in (True, False):
            same = (sets == one) & (answers == outcome)
            balance[same] = np.sqrt((sets == one).sum()) / max(1, same.sum())
    balance /= balance.sum()

    def loss(weights: np.ndarray) -> float:
        odds = rows @ weights
        misfit = np.logaddexp(0, np.where(answers, -odds, odds))
        return balance @ misfit + _RIDGE_REFUSAL * weights[1:] @ weights[1:]

    fitted = minimize(loss, np.zeros(rows.shape[1]), method="L-BFGS-B").x
    weights = fitted[1:] / spread
    return np.concatenate([[fitted[0] - weights @ mean], weights])


def crossed(items: Sequence, fit: Callable, measure: Callable, files: Sequence[str]) -> tuple[float, float]:
    """Means of ``measure(fitted on the other folds, item)``, with five folds and with one for each of the files.

    Authors write in files of their own: the second is what to expect of the questions of somebody else.
    """
    half = (len(items) + 1) // 2  # the same questions come twice, and both times fall into the same fold
    folds = np.tile(np.random.default_rng(0).permutation(half) % _FOLDS, 2)[: len(items)]
    return _over(folds.tolist(), items, fit, measure), _over([*files, *files], items, fit, measure)


def _over(folds: Sequence, items: Sequence, fit: Callable, measure: Callable) -> float:
    values = []
    for fold in sorted(set(folds)):
        fitted = fit([item for item, other in zip(items, folds, strict=True) if other != fold])
        values += [measure(fitted, item) for item, other in zip(items, folds, strict=True) if other == fold]
    return float(np.mean(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=_ROOT / "build" / "index")
    parser.add_argument("--data", type=Path, help="folder that holds policy/, for answerability.py")
    parser.add_argument("--refusals", action="store_true", help="only those, with the other weights as they are")
    options = parser.parse_args()
    # With renderings and without: documents that are added later have none.
    answerers = [open_answerer(options.index, renderings=renderings) for renderings in (True, False)]
    questions = [question for question in read_gold() if question.split == "tune"]
    answerable = [question for question in questions if question.answerable]
    file_of = {question.question_id: file.stem for file in sorted(GOLD.glob("*.jsonl")) for question in read_gold(file)}
    files = [file_of[question.question_id] for question in answerable]

    passages, sentences = retrieve.WEIGHTS, evidence.WEIGHTS
    if not options.refusals:
        names = list(retrieve.WEIGHTS)
        rankings = [_passages(answerer, question, names) for answerer in answerers for question in answerable]
        passages = dict(zip(names, fit_ranking(rankings), strict=True))
        _show("retrieve.WEIGHTS", passages, crossed(rankings, fit_ranking, _first_is_right, files))

        names = list(evidence.WEIGHTS)
        rankings = [
            sentence_ranking(answerer, question, names, passages) for answerer in answerers for question in answerable
        ]
        sentences = dict(zip(names, fit_ranking(rankings), strict=True))
        _show("evidence.WEIGHTS", sentences, crossed(rankings, fit_ranking, _first_is_right, files))
    _refusals(answerers, questions, file_of, options.data, passages, sentences)


def _refusals(
    answerers, questions: Sequence[Question], file_of: dict[str, str], data: Path | None, passages, sentences
) -> None:
    """Fit and show the weights of refusing, on the tune half and on the questions about statutes."""
    names = [name for name in refuse.WEIGHTS if name != "bias"]
    asked = [(question.text, question.answerable) for question in questions]
    items = [refusal_item(answerer, *one, 0, names, passages, sentences) for answerer in answerers for one in asked]
    others = statute_items(answerers[0], data, names, passages, sentences)

    def fit(part: Sequence) -> np.ndarray:
        return fit_items([*part, *others])

    files = [file_of[question.question_id] for question in questions]
    balanced = crossed(items, fit, lambda fitted, item: _balanced(fitted, item, items), files)
    _show("refuse.WEIGHTS", dict(zip(["bias", *names], fit(items), strict=True)), balanced)
    if others:
        own, theirs = fit_items(items), fit_items(others)
        carried = np.mean([_balanced(own, item, others) for item in others])
        back = np.mean([_balanced(theirs, item, items) for item in items])
        print(f"# fitted on the tune half, on the statutes: {carried:.3f}; the other way round: {back:.3f}")


def statute_items(answerer: Answerer, data: Path | None, names, passages, sentences) -> list:
    """The items of answerability.py; none, with a word on it, where no folder with their texts is given."""
    if data is None:
        print("# no --data: fitted without the questions on statutes")
        return []
    with statutes(data, answerer.encoder, answerer.lexicon) as other:
        asked = [(question.text, question.answerable) for question in read_questions()]
        return [refusal_item(other, *one, 1, names, passages, sentences) for one in asked]


def _show(name: str, weights: dict[str, float], held_out: tuple[float, float]) -> None:
    table = ", ".join(f'"{key}": {value:.2f}' for key, value in weights.items())
    print(f"{name} = {{{table}}}  # held out: {held_out[0]:.3f}; other authors: {held_out[1]:.3f}")


def _first_is_right(weights: np.ndarray, ranking: Ranking) -> float:
    return float(ranking.right[np.argmax(ranking.signals @ weights)])


def _hits(answerer: Answerer, text: str, weights: dict[str, float], depth: int):
    query, about = answerer.understood(text)
    hits = retrieve.retrieve(answerer.index, query, about, answerer.allowed(Filters()), depth, weights)
    return query, about, hits


def _passages(answerer: Answerer, question: Question, names: Sequence[str]) -> Ranking:
    *_, hits = _hits(answerer, question.text, retrieve.WEIGHTS, 10_000)
    hits = [hit for hit in hits if hit.passage.kind == "text"]
    right = [bool(metrics.recall_at_k(question, [_shown(hit.passage)], 1)) for hit in hits]
    return Ranking(np.array([[hit.arms[name] for name in names] for hit in hits]), np.array(right))


def sentence_ranking(
    answerer: Answerer, question: Question, names: Sequence[str], weights: dict[str, float]
) -> Ranking:
    query, about, hits = _hits(answerer, question.text, weights, _DEPTH)
    hits = evidence.fold(answerer.index, hits, query.language)
    found = evidence.candidates(answerer.index, query, about, hits, answerer.renderings)
    right = [bool(metrics.first_citation(question, [_quoted(item)])) for item in found]
    return Ranking(np.array([[item.signals[name] for name in names] for item in found]), np.array(right))


def refusal_item(answerer, text, answerable, of_set, names, passages, sentences) -> tuple[np.ndarray, bool, int]:
    """The refusal signals of what would be answered, whether the texts carry an answer, and which set it is of.

    The signals are nan where something decides alone that there is no answer.
    """
    query, about, hits = _hits(answerer, text, passages, _DEPTH)
    ranked = evidence.candidates(
        answerer.index,
        query,
        about,
        evidence.fold(answerer.index, hits, query.language),
        answerer.renderings,
        sentences,
    )
    chosen = select(answerer.index, query, about, ranked)
    if refuse.decided(answerer.index, query, about, chosen, ranked) is not None:
        return np.full(len(names), np.nan), answerable, of_set
    found = refuse.signals(answerer.index, query, about, chosen, answerer.renderings)
    return np.array([found[name] for name in names]), answerable, of_set


def fit_items(items: Sequence[tuple[np.ndarray, bool, int]]) -> np.ndarray:
    signals, answers, sets = zip(*(item for item in items if not np.isnan(item[0]).any()), strict=True)
    return fit_refusal(np.array(signals), np.array(answers), np.array(sets))


def _balanced(weights: np.ndarray, item: tuple[np.ndarray, bool, int], items: Sequence[tuple]) -> float:
    """1 for a right decision, weighted so that the mean is balanced accuracy."""
    signals, answers, _ = item
    same = sum(other == answers for _, other, _ in items)
    return ((weights[0] + signals @ weights[1:] > 0) == answers) * len(items) / (2 * same)


def _shown(passage) -> dict:
    return {"document_id": passage.document_id, "text": passage.text}


def _quoted(item: evidence.Evidence) -> dict:
    return {"document_id": item.passage.document_id, "quote": item.sentence.text}


if __name__ == "__main__":
    main()
