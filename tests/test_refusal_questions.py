"""The questions about statutes that the refusals are fitted on beside the gold."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from eval.answerability import read_questions, statutes
from eval.calibrate import fit_refusal
from eval.gold import read_gold
from service import refuse
from service.weights import REFUSALS


def test_there_are_questions_of_both_outcomes_none_of_them_gold():
    questions = read_questions()
    assert Counter(question.answerable for question in questions) == {True: 60, False: 86}
    assert len({question.text for question in questions}) == len(questions)
    assert not {question.text for question in questions} & {question.text for question in read_gold()}


def test_a_line_that_is_none_is_named(tmp_path):
    file = tmp_path / "questions.tsv"
    file.write_text("# a comment\nyes\tWho signs?\nWho pays?\n", "utf-8")
    with pytest.raises(ValueError, match=r"questions.tsv:3: expected what is right, a tab, and the question"):
        read_questions(file)


@pytest.mark.skipif(
    "DATA" not in os.environ, reason="make test DATA=folder: the folder that holds policy/ is not given"
)
def test_most_questions_about_texts_never_seen_are_decided_rightly():
    from ingest.encoder import load_encoder
    from ingest.lexicon import Lexicon

    questions = read_questions()
    with statutes(Path(os.environ["DATA"]), load_encoder(), Lexicon.load()) as answerer:
        right = [(answerer.ask(item.text).status == "answered") == item.answerable for item in questions]
    assert np.mean(right) > 0.8


def test_refusal_is_fitted_on_both_outcomes_of_every_set_alike():
    # The second set has its outcomes four units higher; both sets count the same, so the threshold lies between.
    signals = np.array([[0.0], [0.0], [0.0], [1.0], [4.0], [5.0]])
    answers = np.array([False, False, False, True, False, True])
    bias, weight = fit_refusal(signals[:4], answers[:4], np.zeros(4, int))
    assert 0.4 < -bias / weight < 0.6
    assert fit_refusal(signals, answers, np.array([0, 0, 0, 0, 1, 1]))[1] > 0


def test_every_signal_has_a_weight():
    for weights in vars(REFUSALS).values():
        assert "bias" in weights and set(refuse._NEARNESS) < set(weights)
