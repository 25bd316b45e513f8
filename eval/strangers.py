"""What somebody else's questions meet: the questions of each author, answered with the weights that the others' give.

    python -m eval.strangers [--data FOLDER]     on the tune half; with the renderings and wordings, and without

The tune half is what the weights are fitted on, so its own figures flatter. Here the weights of evidence and refusal
are fitted on all authors but one (with --data also on the questions of answerability.py), and that one's questions
are asked. The rules were found by reading questions of all of them, which this does not undo.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.calibrate import fit_items, fit_ranking, refusal_item, sentence_ranking, statute_items
from eval.gold import GOLD, Question, read_gold
from eval.run import Library, Result, run
from service import evidence, refuse, retrieve
from service.answerer import Answerer, open_answerer

# Files of one author.
_SAME = {"first": "policy"}
_SHOWN = ("evidence", "first", "precision", "answered")
_REFUSAL = [name for name in refuse.WEIGHTS if name != "bias"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=Path(__file__).parent.parent / "build" / "index")
    parser.add_argument("--data", type=Path, help="folder that holds policy/, for answerability.py")
    options = parser.parse_args()
    answerers = {name: open_answerer(options.index, renderings=name == "with") for name in ("with", "without")}
    authors = _authors()
    weights = _weights_without(authors, list(answerers.values()), options.data)
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
) -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """For each author the weights of evidence and of refusal that the questions of all others give."""
    names, passages = list(evidence.WEIGHTS), dict(retrieve.WEIGHTS)
    asked = [(author, question) for author, questions in authors.items() for question in questions]
    rankings = [
        (author, sentence_ranking(answerer, question, names, passages))
        for answerer in answerers
        for author, question in asked
        if question.answerable
    ]
    all_of_them = dict(zip(names, fit_ranking([ranking for _, ranking in rankings]), strict=True))
    items = [
        (author, refusal_item(answerer, question.text, question.answerable, 0, _REFUSAL, passages, all_of_them))
        for answerer in answerers
        for author, question in asked
    ]
    statutes = statute_items(answerers[0], data, _REFUSAL, passages, all_of_them)
    found = {}
    for left_out in authors:
        sentences = fit_ranking([ranking for author, ranking in rankings if author != left_out])
        refusals = fit_items([*(item for author, item in items if author != left_out), *statutes])
        found[left_out] = (
            dict(zip(names, sentences, strict=True)),
            dict(zip(["bias", *_REFUSAL], refusals, strict=True)),
        )
    return found


@contextmanager
def _using(sentences: Mapping[str, float], refusals: Mapping[str, float]) -> Iterator[None]:
    """The service with other weights."""
    before = dict(evidence.WEIGHTS), dict(refuse.WEIGHTS)
    evidence.WEIGHTS.update(sentences)
    refuse.WEIGHTS.update(refusals)
    try:
        yield
    finally:
        evidence.WEIGHTS.update(before[0])
        refuse.WEIGHTS.update(before[1])


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
