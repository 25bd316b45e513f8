"""Fit the weights of retrieval, evidence, refusal and further sentences, on the tune half of the gold questions.

    python -m eval.calibrate --data FOLDER            prints the tables to put into service/weights.py
    python -m eval.calibrate --data FOLDER --refusals prints the one of refusing
    python -m eval.calibrate --further                prints the one of further sentences

Ranking weights maximise the probability that a softmax over the candidates gives to those that carry evidence
(ListNet's top-one probability: Cao et al. 2007); refusal is a logistic regression over what no single thing decides,
fitted on the questions of answerability.py too; which sentences are needed beside the best one is another, fitted on
the expected questions of the corpus, each asked of an index that has not got it. All are pulled towards zero, and the
first three are also fitted on four fifths and measured on the rest, five times over, and then on all files of questions
but one and measured on that one. What is like an expected question and what is not (see service/weights.py) are fitted
apart. The report half is never looked at.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from rich.progress import track
from scipy.optimize import minimize

from eval import metrics
from eval.answerability import read_questions, statutes
from eval.bare import bare_answerer
from eval.gold import GOLD, Question, read_gold
from ingest.command import CORPUS
from ingest.expected import Expected
from ingest.manifest import read_manifest
from ingest.pipeline import corpus_hash, read_corpus
from ingest.renderings.questions import expected_questions
from service import evidence, refuse, retrieve
from service.answer import Filters
from service.answerer import Answerer, open_answerer
from service.needed import READ, signals_of
from service.weights import FURTHER, PASSAGES, REFUSALS, SENTENCES, Weights

_ROOT = Path(__file__).parent.parent
_RIDGE = 0.02
_RIDGE_REFUSAL = 0.004
_LEAST_SPREAD = 0.12  # of a signal that is nearly always the same
_FOLDS = 5
_DEPTH = 40
# Of questions that need one sentence, every so many is asked; of those asked, this share is to need several.
_ALONE = 6
_SEVERAL = 0.2
# The signals that some table has.
PASSAGE_SIGNALS, SENTENCE_SIGNALS = tuple(PASSAGES.expected), tuple(SENTENCES.expected)
REFUSAL_SIGNALS = tuple(name for name in REFUSALS.expected if name != "bias")


@dataclass(frozen=True)
class Ranking:
    """Candidates for one question: signals (candidates, names) and which of them carry evidence."""

    signals: np.ndarray
    right: np.ndarray  # bool (candidates,)
    expected: bool = False  # whether the expected questions tell


@dataclass(frozen=True)
class Item:
    """What would be answered: the refusal signals (names,), and whether the texts carry an answer."""

    signals: np.ndarray  # nan where something decides alone that there is no answer
    answerable: bool
    of_set: int  # which set of questions it is from
    expected: bool = False  # whether the passage of the first sentence quoted has expected questions


def fit_rankings(rankings: Sequence[Ranking], names: Sequence[str], like: Weights) -> Weights:
    """Weights of the ``names`` of the signals, those that ``like`` has."""
    fitted = {
        expected: dict(zip(names, fit_ranking([item for item in rankings if item.expected == expected]), strict=True))
        for expected in (False, True)
    }
    return Weights(*({name: fitted[expected][name] for name in like.of(expected)} for expected in (False, True)))


def fit_ranking(rankings: Sequence[Ranking]) -> np.ndarray:
    """Weights (names,) that put what carries evidence first."""
    useful = [ranking for ranking in rankings if ranking.right.any() and not ranking.right.all()]
    if not useful:
        raise ValueError("no rankings to fit on: is the index one with expected questions?")
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
    balance = np.zeros(len(answers))
    for one in np.unique(sets):
        for outcome in (True, False):
            same = (sets == one) & (answers == outcome)
            balance[same] = np.sqrt((sets == one).sum()) / max(1, same.sum())
    return _logistic(signals, answers, balance)


def _logistic(signals: np.ndarray, answers: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Logistic regression: weights (1 + names,), the bias first. ``counts``: how much each item does."""
    mean, spread = signals.mean(axis=0), np.maximum(signals.std(axis=0), _LEAST_SPREAD)
    rows = np.hstack([np.ones((len(signals), 1)), (signals - mean) / spread])
    counts = counts / counts.sum()

    def loss(weights: np.ndarray) -> float:
        odds = rows @ weights
        misfit = np.logaddexp(0, np.where(answers, -odds, odds))
        return counts @ misfit + _RIDGE_REFUSAL * weights[1:] @ weights[1:]

    fitted = minimize(loss, np.zeros(rows.shape[1]), method="L-BFGS-B").x
    weights = fitted[1:] / spread
    return np.concatenate([[fitted[0] - weights @ mean], weights])


def fit_items(items: Sequence[Item], names: Sequence[str], like: Weights) -> Weights:
    """Weights of the bias and the ``names`` of the signals, those that ``like`` has."""
    tables = []
    for expected in (False, True):
        own = [item for item in items if item.expected == expected and not np.isnan(item.signals).any()]
        columns = [name in like.of(expected) for name in names]
        signals = np.array([item.signals for item in own]).reshape(len(own), len(names))[:, columns]
        answers, sets = np.array([item.answerable for item in own]), np.array([item.of_set for item in own])
        fitted = fit_refusal(signals, answers, sets)
        tables.append(dict(zip(["bias", *(name for name in names if name in like.of(expected))], fitted, strict=True)))
    return Weights(*tables)


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
    parser.add_argument("--further", action="store_true", help="only those, with the other weights as they are")
    options = parser.parse_args()
    if options.further:
        _further(open_answerer(options.index))
        return
    # With renderings and without: documents that are added later have none.
    with bare_answerer() as bare:
        _all([open_answerer(options.index), bare], options)


def _all(answerers: Sequence[Answerer], options: argparse.Namespace) -> None:
    """Fit and show all but the weights of further sentences."""
    questions = [question for question in read_gold() if question.split == "tune"]
    answerable = [question for question in questions if question.answerable]
    file_of = {question.question_id: file.stem for file in sorted(GOLD.glob("*.jsonl")) for question in read_gold(file)}
    files = [file_of[question.question_id] for question in answerable]

    passages, sentences = PASSAGES, SENTENCES
    if not options.refusals:
        rankings = [_passages(answerer, question) for answerer in answerers for question in answerable]
        fit = partial(fit_rankings, names=PASSAGE_SIGNALS, like=PASSAGES)
        passages = fit(rankings)
        _show("PASSAGES", passages, crossed(rankings, fit, partial(_first_is_right, names=PASSAGE_SIGNALS), files))

        rankings = [sentence_ranking(answerer, question, passages) for answerer in answerers for question in answerable]
        fit = partial(fit_rankings, names=SENTENCE_SIGNALS, like=SENTENCES)
        sentences = fit(rankings)
        _show("SENTENCES", sentences, crossed(rankings, fit, partial(_first_is_right, names=SENTENCE_SIGNALS), files))
    _refusals(answerers, questions, file_of, options.data, passages, sentences)


def _refusals(
    answerers, questions: Sequence[Question], file_of: dict[str, str], data: Path | None, passages, sentences
) -> None:
    """Fit and show the weights of refusing, on the tune half and on the questions about statutes."""
    asked = [(question.text, question.answerable) for question in questions]
    items = [refusal_item(answerer, *one, 0, passages, sentences) for answerer in answerers for one in asked]
    others = statute_items(answerers[0], data, passages, sentences)
    fit = partial(fit_items, names=REFUSAL_SIGNALS, like=REFUSALS)

    files = [file_of[question.question_id] for question in questions]
    with_others = crossed(
        items, lambda part: fit([*part, *others]), lambda fitted, item: _balanced(fitted, item, items), files
    )
    _show("REFUSALS", fit([*items, *others]), with_others)
    if others:
        on_theirs = np.mean([_balanced(fit(items), item, others) for item in others])
        print(f"# fitted on the tune half alone, on the statutes: {on_theirs:.3f}")


def _further(answerer: Answerer) -> None:
    """Fit and show what makes a further sentence needed."""
    entries = read_manifest(CORPUS)
    if answerer.index.meta["corpus_sha256"] != corpus_hash(CORPUS, entries):
        raise SystemExit(f"the index is not of {CORPUS} as it is now; build it: yiju-ingest build")
    names = [name for name in FURTHER if name != "bias"]
    documents = read_corpus(CORPUS, entries)
    passages = [passage for item in documents for passage in item.passages]
    places = [(passage.passage_id, sentence) for passage in passages for sentence in passage.sentences]
    asked = expected_questions(passages, [line for item in documents for line in item.questions])
    items: list[tuple[list[float], bool, bool]] = []  # signals, needed, asked together with others
    for fold in range(_FOLDS):
        left_out = {key: rows for at, (key, rows) in enumerate(asked.items()) if at % _FOLDS == fold}
        rest = {key: rows for key, rows in asked.items() if key not in left_out}
        index = replace(answerer.index, expected=Expected.of(rest, answerer.encoder))
        without = Answerer(index, answerer.encoder, answerer.lexicon)
        alone = [key for key, rows in left_out.items() if len(rows) == 1][::_ALONE]
        for language, text in track([*(key for key, rows in left_out.items() if len(rows) > 1), *alone]):
            rows = left_out[language, text]
            needed = {places[row] for row in rows}
            query, about, hits = _hits(without, text, PASSAGES, _DEPTH)
            ranked = evidence.candidates(index, query, about, evidence.fold(index, hits, query.language))
            if not ranked or not ranked[0].signals["told"]:
                continue
            found = signals_of(index, query, ranked, without.segments(query))
            signals = np.stack([found[name] for name in names], axis=1).tolist()
            for item, its_signals in zip(ranked[1:READ], signals, strict=True):
                items.append((its_signals, (item.passage.passage_id, item.sentence) in needed, len(rows) > 1))
    signals, needed, together = map(np.array, zip(*items, strict=True))
    counts = np.where(together, _SEVERAL / together.sum(), (1 - _SEVERAL) / (~together).sum())
    fitted = dict(zip(["bias", *names], _logistic(signals, needed, counts).tolist(), strict=True))
    print("FURTHER = {" + ", ".join(f'"{name}": {value:.2f}' for name, value in fitted.items()) + "}")


def statute_items(answerer: Answerer, data: Path | None, passages: Weights, sentences: Weights) -> list[Item]:
    """The items of answerability.py; none, with a word on it, where no folder with their texts is given."""
    if data is None:
        print("# no --data: fitted without the questions on statutes")
        return []
    with statutes(data, answerer.encoder, answerer.lexicon) as other:
        asked = [(question.text, question.answerable) for question in read_questions()]
        return [refusal_item(other, *one, 1, passages, sentences) for one in asked]


def _show(name: str, weights: Weights, held_out: tuple[float, float]) -> None:
    print(f"{name} = Weights(")
    for kind, table in vars(weights).items():
        print(f"    {kind}={{" + ", ".join(f'"{key}": {value:.2f}' for key, value in table.items()) + "},")
    print(f")  # held out: {held_out[0]:.3f}; other authors: {held_out[1]:.3f}")


def _first_is_right(weights: Weights, ranking: Ranking, names: Sequence[str]) -> float:
    table = weights.of(ranking.expected)
    scores = ranking.signals @ np.array([table.get(name, 0.0) for name in names])
    return float(ranking.right[np.argmax(scores)])


def _hits(answerer: Answerer, text: str, weights: Weights, depth: int):
    query, about = answerer.understood(text)
    hits = retrieve.retrieve(answerer.index, query, about, answerer.allowed(Filters()), depth, weights)
    return query, about, hits


def _passages(answerer: Answerer, question: Question) -> Ranking:
    *_, hits = _hits(answerer, question.text, PASSAGES, 10_000)
    hits = [hit for hit in hits if hit.passage.kind == "text"]
    right = [bool(metrics.recall_at_k(question, [_shown(hit.passage)], 1)) for hit in hits]
    signals = [[hit.arms[name] for name in PASSAGE_SIGNALS] for hit in hits]
    return Ranking(np.array(signals), np.array(right), bool(hits[0].arms["told"]))


def sentence_ranking(answerer: Answerer, question: Question, passages: Weights) -> Ranking:
    """``passages``: the weights by which passages are found."""
    query, about, hits = _hits(answerer, question.text, passages, _DEPTH)
    hits = evidence.fold(answerer.index, hits, query.language)
    found = evidence.candidates(answerer.index, query, about, hits, answerer.renderings)
    right = [bool(metrics.first_citation(question, [_quoted(item)])) for item in found]
    signals = [[item.signals[name] for name in SENTENCE_SIGNALS] for item in found]
    return Ranking(np.array(signals), np.array(right), bool(found[0].signals["told"]))


def refusal_item(
    answerer: Answerer, text: str, answerable: bool, of_set: int, passages: Weights, sentences: Weights
) -> Item:
    """``passages``, ``sentences``: the weights by which they are found."""
    query, about, hits = _hits(answerer, text, passages, _DEPTH)
    hits = evidence.fold(answerer.index, hits, query.language)
    ranked = evidence.candidates(answerer.index, query, about, hits, answerer.renderings, sentences)
    chosen = answerer.chosen(query, about, answerer.allowed(Filters()), hits, ranked)
    if refuse.decided(answerer.index, query, about, chosen, ranked) is not None:
        return Item(np.full(len(REFUSAL_SIGNALS), np.nan), answerable, of_set)
    found = refuse.signals(answerer.index, query, about, chosen, answerer.renderings)
    signals = np.array([found[name] for name in REFUSAL_SIGNALS])
    return Item(signals, answerable, of_set, bool(found["questions"]))


def _balanced(weights: Weights, item: Item, items: Sequence[Item]) -> float:
    """1 for a right decision, weighted so that the mean is balanced accuracy."""
    same = sum(other.answerable == item.answerable for other in items)
    table = weights.of(item.expected)
    odds = table["bias"] + item.signals @ np.array([table.get(name, 0.0) for name in REFUSAL_SIGNALS])
    return ((odds > 0) == item.answerable) * len(items) / (2 * same)


def _shown(passage) -> dict:
    return {"document_id": passage.document_id, "text": passage.text}


def _quoted(item: evidence.Evidence) -> dict:
    return {"document_id": item.passage.document_id, "quote": item.sentence.text}


if __name__ == "__main__":
    main()
