"""Reading-comprehension sets: answer spans by character, refusals over the passage itself."""

import json

import pytest
from toy import ToyEncoder

import ingest.encoder
import ingest.lexicon
from eval.reading import ReadingError, exact_match, f1, measure, read_questions
from ingest.encoder.data import in_test_half


@pytest.mark.parametrize(
    ("said", "answers", "f", "exact"),
    [
        ("三月底", ["三月底"], 1.0, 1.0),
        ("“三月底”。", ["三月底"], 1.0, 1.0),  # punctuation is no token
        ("三月初", ["三月底", "年底"], 2 * 2 / 6, 0.0),
        ("by the end of March", ["The end of march"], 2 * 4 / 9, 0.0),
        ("", ["三月底"], 0.0, 0.0),
    ],
)
def test_spans(said, answers, f, exact):
    assert f1(said, answers) == pytest.approx(f)
    assert exact_match(said, answers) == exact


@pytest.fixture
def data(tmp_path):
    """A set of one passage of the test half, with a question that it answers, one that asks yes or no, one without."""
    folder = tmp_path / "bench" / "cjrc_dev"
    folder.mkdir(parents=True)
    name = next(f"c{n}" for n in range(100) if in_test_half({f"c{n}"}))
    other = next(f"c{n}" for n in range(100) if not in_test_half({f"c{n}"}))
    passage = {"_id": name, "title": "茶叶案", "text": "检验结果应当在三月底以前报送总局。检验费用由省承担。"}
    asked = [
        {"_id": "1", "text": "检验结果什么时候报送总局？", "answers": ["三月底"], "answerable": True, "type": "span"},
        {"_id": "2", "text": "检验费用由省承担吗？", "answers": ["YES"], "answerable": True, "type": "yesno"},
        {"_id": "3", "text": "天气如何？", "answers": [], "answerable": False, "type": "span"},
    ]
    rows = [{**row, "context_id": name} for row in asked] + [{**asked[0], "_id": "4", "context_id": other}]
    (folder / "corpus.jsonl").write_text(json.dumps(passage, ensure_ascii=False) + "\n", "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return tmp_path


def test_only_questions_about_passages_that_are_not_trained_on(data):
    found = read_questions(data / "bench" / "cjrc_dev")
    assert [question.question_id for question in found] == ["1", "2", "3"]
    assert [question.answers for question in found] == [("三月底",), (), ()]
    assert len(read_questions(data / "bench" / "cjrc_dev", limit=2)) == 2


def test_figures_of_a_set(data, monkeypatch):
    monkeypatch.setattr(ingest.encoder, "load_encoder", lambda name=None: ToyEncoder())
    monkeypatch.setattr(ingest.lexicon.Lexicon, "load", staticmethod(lambda: None))
    found = measure(data, "cjrc_dev")
    whole, own = found["whole set"], found["own passage"]
    assert (whole["answered"]["n"], own["answered"]["n"], own["refused"]["n"]) == (2, 2, 1)
    assert whole["answer in quotes"]["n"] == 1
    share = own["answered"]["value"] + own["refused"]["value"]
    assert own["balanced accuracy"]["value"] == share / 2
    assert "refused" not in whole


def test_a_set_that_is_not_there(tmp_path):
    with pytest.raises(ReadingError, match="drcd_dev does not exist"):
        measure(tmp_path, "drcd_dev")
