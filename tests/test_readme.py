"""The README is the first thing that users read: what it shows is what its commands print."""

import re
from pathlib import Path

import pytest
from real_index import real_index

from eval.gold import read_gold
from eval.readme import README, commands, figures, figures_table, output

TEXT = README.read_text("utf-8")
ROOT = README.parent


@pytest.fixture(scope="module")
def index() -> Path:
    return real_index()


@pytest.mark.parametrize(("command", "shown"), commands(TEXT), ids=[command for command, _ in commands(TEXT)])
def test_a_command_prints_what_the_readme_shows(command, shown, index):
    assert output(command, index) == shown != ""


def test_there_is_a_question_in_each_language_and_a_refusal():
    shown = [text for _, text in commands(TEXT)]
    assert len(shown) == 3
    assert "没有能回答这个问题的条款" in shown[2]


def test_the_figures_are_those_of_the_gold_questions(index):
    block = TEXT.split("<!-- figures:begin -->\n")[1].split("<!-- figures:end -->")[0]
    questions = [question for question in read_gold() if question.split == "report"]
    now = figures_table(figures(index, questions))
    # Another processor rounds otherwise and may swap two neighbours; a figure that is no longer true moves further.
    stated, found = (list(map(float, re.findall(r"\d+\.\d+", text))) for text in (block, now))
    assert re.sub(r"\d+\.\d+", "#", block) == re.sub(r"\d+\.\d+", "#", now)
    assert stated == pytest.approx(found, abs=0.05)


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", TEXT, re.MULTILINE))
def test_every_target_it_names_is_there(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", TEXT))
def test_every_link_leads_to_a_file(link):
    assert (ROOT / link).exists()
