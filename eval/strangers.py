"""What somebody else's questions meet: the questions of each author, answered with the weights that the others' give.

    python -m eval.strangers [--data FOLDER]     on the tune half; with what the project wrote, and without

The tune half is what the weights are fitted on, so its own figures flatter. Here the weights of evidence and refusal
are fitted on all authors but one (with --data also on the questions of answerability.py), and that one's questions
are asked. The rules were found by reading questions of all of them, which this does not undo.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from eval.bare import bare_answerer
from eval.calibrate import (
    REFUSAL_SIGNALS,
    SENTENCE_SIGNALS,
    fit_items,
    fit_rankings,
    refusal_item,
    sentence_ranking,
    statute_items,
)
from eval.gold import GOLD, Question, read_gold
from eval.run import Library, Result, run
from service.answerer import Answerer, open_answerer
from service.weights import PASSAGES, REFUSALS, SENTENCES, Weights

# Files of one author.
_SAME = {"first": "policy"}
_SHOWN = ("evidence", "first", "precision", "answered")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=Path(__file__).parent.parent / "build" / "index")
    parser.add_argument("--data", type=Path, help="folder that holds policy/, for answerability.py")
    options = parser.parse_args()
    with bare_answerer() as bare:
        _strangers({"with": open_answerer(options.index), "without": bare}, options.data)


def _strangers(answerers: Mapping[str, Answerer], data: Path | None) -> None:
    authors = _authors()
    weights = _weights_without(authors, list(answerers.values()), data)
    for name, answerer in answerers.items():
        everything: list[Result] = []
        for author, questions in authors.items():
            with _using(*weights[author]):
                results = run(questions, Library(answerer))
            everything += results
            _show(f"{author}, {name}", results)
        for language in ("zh", "en"):
            _show(f"{language}, {name}", [one for one in everything if one.question.language == language])
        _show(f"all, {name}", everything)


def _authors() -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for file in sorted(GOLD.glob("*.jsonl")):
        tune = [question for question in read_gold(file) if question.split == "tune"]
        found.setdefault(_SAME.get(file.stem, file.stem), []).extend(tune)
    return found


def _weights_without(
    authors: Mapping[str, Sequence[Question]], answerers: Sequence[Answerer], data: Path | None
) -> dict[str, tuple[Weights, Weights]]:
    """For each author the weights of evidence and of refusal that the questions of all others give."""
    asked = [(author, question) for author, questions in authors.items() for question in questions]
    rankings = [
        (author, sentence_ranking(answerer, question, PASSAGES))
        for answerer in answerers
        for author, question in asked
        if question.answerable
    ]
    fit = partial(fit_rankings, names=SENTENCE_SIGNALS, like=SENTENCES)
    all_of_them = fit([ranking for _, ranking in rankings])
    items = [
        (author, refusal_item(answerer, question.text, question.answerable, 0, PASSAGES, all_of_them))
        for answerer in answerers
        for author, question in asked
    ]
    statutes = statute_items(answerers[0], data, PASSAGES, all_of_them)
    found = {}
    for left_out in authors:
        sentences = fit([ranking for author, ranking in rankings if author != left_out])
        theirs = [*(item for author, item in items if author != left_out), *statutes]
        found[left_out] = sentences, fit_items(theirs, REFUSAL_SIGNALS, REFUSALS)
    return found


@contextmanager
def _using(sentences: Weights, refusals: Weights) -> Iterator[None]:
    """The service with other weights."""
    changed = [
        (getattr(held, kind), getattr(other, kind))
        for held, other in ((SENTENCES, sentences), (REFUSALS, refusals))
        for kind in ("plain", "expected")
    ]
    before = [dict(table) for table, _ in changed]
    for table, other in changed:
        table.update(other)
    try:
        yield
    finally:
        for (table, _), old in zip(changed, before, strict=True):
            table.update(old)


def _show(name: str, results: Sequence[Result]) -> None:
    answerable = [result for result in results if result.question.answerable]
    others = [result for result in results if not result.question.answerable]
    means = {key: sum(result.measures[key] for result in answerable) / max(1, len(answerable)) for key in _SHOWN}
    refused = sum(result.measures["refused"] for result in others) / max(1, len(others))
    told = " ".join(f"{key} {value:.3f}" for key, value in means.items())
    balanced = (means["answered"] + refused) / 2
    print(
        f"{name:18} {len(answerable):3}+{len(others):<3} {told} refused {refused:.3f} balanced {balanced:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
