"""Two runs: a real loss is caught, chance is not, and what changed is shown."""

import copy
import json
from dataclasses import asdict

import numpy as np
import pytest

from eval.circumstances import digest
from eval.compare import BASELINE, GATED, RunError, baseline_of, compare, gate, read_run
from eval.gold import read_gold
from eval.score import ANSWERABLE, EVERY, REFUSABLE

LOST = ("evidence", "coverage", "facts", "precision", "decision", "answered")


@pytest.fixture(scope="module")
def before() -> dict:
    """A run over the first 411 gold questions that gets four in five right, as it is saved."""
    random = np.random.default_rng(1)
    results = []
    for question in [question for question in read_gold() if not question.question_id.startswith(("ta-", "tb-"))]:
        names = (*EVERY, *(ANSWERABLE if question.answerable else REFUSABLE))
        right = float(random.random() < 0.8)
        fields = {"question_id": question.question_id, "text": question.text, "language": question.language}
        answer = {"answer": f"before: {question.question_id}"}
        results.append({"question": fields, "source": "en", "answer": answer, "measures": dict.fromkeys(names, right)})
    return {"circumstances": {"index": "g1", "code": "c1"}, "summary": None, "results": results}


def changed(run: dict, lose: int = 0, win: int = 0, seed: int = 0) -> dict:
    """The run with some of its right answers to answerable questions lost, and some of the wrong ones won."""
    after = copy.deepcopy(run)
    after["circumstances"]["code"] = "c2"
    random = np.random.default_rng(seed)
    for was, becomes, count in ((1.0, 0.0, lose), (0.0, 1.0, win)):
        these = [r for r in after["results"] if r["measures"].get("evidence") == was]
        for at in random.choice(len(these), count, replace=False):
            these[at]["measures"] |= dict.fromkeys(LOST, becomes)
            these[at]["answer"] = {"answer": f"after: {these[at]['question']['question_id']}"}
    return after


@pytest.fixture
def kept(tmp_path):
    def write(run: dict, name: str):
        file = tmp_path / name
        file.write_text(json.dumps(run), "utf-8")
        return file

    return write


def compared(kept, one: dict, other: dict) -> dict:
    return compare(read_run(kept(one, "a.json")), read_run(kept(other, "b.json")))


def test_a_loss_of_three_points_is_caught(before, kept):
    answerable = sum("evidence" in result["measures"] for result in before["results"])
    for seed in range(5):
        found = compared(kept, before, changed(before, lose=round(0.03 * answerable), seed=seed))
        assert found["measures"]["evidence"]["difference"] == pytest.approx(-0.03, abs=0.002)
        reasons = gate(found)
        assert any(reason.startswith("evidence fell from 0.") for reason in reasons), reasons


def test_running_again_never_trips_the_gate(before, kept):
    """Twenty runs in which a few answers come out otherwise by chance, as many better as worse."""
    for seed in range(20):
        random = np.random.default_rng(100 + seed)
        lose, win = random.binomial(6, 0.5, 2)
        assert gate(compared(kept, before, changed(before, lose=lose, win=win, seed=seed))) == []


def test_a_gain_passes(before, kept):
    found = compared(kept, before, changed(before, win=20))
    assert gate(found) == []
    assert (len(found["won"]), found["lost"]) == (20, [])


def test_a_question_that_is_missing_does_not_pass(before, kept):
    after = changed(before)
    gone = after["results"].pop()["question"]["question_id"]
    assert gate(compared(kept, before, after)) == [f"1 questions of the first run are not in the second: {gone}"]


def test_a_rewritten_question_is_not_compared(before, kept):
    after = changed(before)
    after["results"][0]["question"]["text"] = "rewritten"
    found = compared(kept, before, after)
    assert found["rewritten"] == [before["results"][0]["question"]["question_id"]]
    assert found["questions"] == len(before["results"]) - 1
    (reason,) = gate(found)  # what is not compared has not passed
    assert reason.startswith("1 questions of the first run have another wording, evidence or facts: ")


def test_rounding_in_the_baseline_is_no_change(before, kept, tmp_path):
    third = changed(before)
    for result in third["results"]:
        result["measures"] = dict.fromkeys(result["measures"], 1 / 3)
    (tmp_path / "baseline.json").write_text(baseline_of(read_run(kept(third, "a.json"))), "utf-8")
    assert compare(read_run(tmp_path / "baseline.json"), read_run(tmp_path / "a.json"))["changed"] == []


def test_nothing_in_common_is_an_error(before, kept):
    after = changed(before)
    for result in after["results"]:
        result["question"]["question_id"] += "x"
    with pytest.raises(RunError, match="no question in common"):
        compared(kept, before, after)


def test_what_changed_stands_side_by_side(before, kept):
    found = compared(kept, before, changed(before, lose=1))
    (row,) = found["lost"]
    assert (row["a"], row["b"]) == (1.0, 0.0)
    assert (row["answer a"], row["answer b"]) == (f"before: {row['id']}", f"after: {row['id']}")
    assert found["circumstances"] == {"code": ["c1", "c2"]}
    assert set(found["cells"]["zh → en"]) <= set(GATED)


def test_a_baseline_compares_as_the_run_it_was_made_of(before, kept, tmp_path):
    (tmp_path / "baseline.json").write_text(baseline_of(read_run(kept(before, "a.json"))), "utf-8")
    after = read_run(kept(changed(before, lose=9), "b.json"))
    whole, small = (
        compare(read_run(kept(before, "a.json")), after),
        compare(read_run(tmp_path / "baseline.json"), after),
    )
    assert small["measures"] == whole["measures"]
    assert gate(small) == gate(whole) != []
    assert small["lost"][0]["question"] == whole["lost"][0]["question"]


def test_the_command_is_the_gate(before, kept, run_command, tmp_path):
    a, b = kept(before, "a.json"), kept(changed(before, lose=12), "b.json")
    baseline = tmp_path / "baseline.json"
    done = run_command("eval", "baseline", a, "--out", baseline)
    assert (done.returncode, done.stdout) == (0, f"{baseline}: {len(before['results'])} questions\n")
    done = run_command("eval", "compare", baseline, b, "--gate")
    assert done.returncode == 1
    assert "not passed: evidence fell from 0.784 to 0.768 over 758 questions (p = 0.0020)\n" in done.stderr
    assert "12 questions lost" in done.stdout
    done = run_command("eval", "compare", baseline, a, "--gate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "passed: no gated measure" in done.stdout


def test_a_file_that_is_no_run_is_named(kept):
    with pytest.raises(RunError, match=r"a.json: not a saved run \(KeyError\)"):
        read_run(kept({}, "a.json"))
    with pytest.raises(RunError, match="not a saved run"):
        read_run(kept({"circumstances": {}, "results": []}, "a.json"))
    one = {"question": {"question_id": "aq-001"}, "measures": {"evidence": "much"}}
    with pytest.raises(RunError, match="not a saved run"):
        read_run(kept({"circumstances": {}, "results": [one]}, "a.json"))


def test_a_table_is_of_the_same_questions(before, kept, run_command):
    one, other = ({**before, "summary": {"n": 1}, "circumstances": {"gold_sha256": name}} for name in "ab")
    done = run_command("eval", "table", kept(one, "a.json"), kept(other, "b.json"))
    assert done.returncode == 1 and "of different gold questions" in done.stderr


def test_the_baseline_is_of_the_gold_questions_as_they_are():
    """After a change of the questions or a gain: yiju-eval run && yiju-eval baseline."""
    kept = {result["question"]["question_id"]: result["digest"] for result in read_run(BASELINE)["results"]}
    assert kept == {question.question_id: digest(asdict(question)) for question in read_gold()}
