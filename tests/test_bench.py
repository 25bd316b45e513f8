"""The retrieval bench: figures worked out by hand, the halves of the sets, the floors of the READMEs."""

import json

import numpy as np
import pytest

pytest.importorskip("ir_measures", reason="an optional dependency: pip install -e .[bench]")

from eval import bench
from eval.bench_arms import fused, sentences
from eval.bench_sets import PAIRS, RetrievalSet, read_floor, read_set
from ingest.encoder.data import bucket, in_test_half
from ingest.encoder.train import read_own


def test_measures_of_three_questions():
    # a: found first. b: found second, 1/log2(3) = .631 of the ideal gain. c: its passage has the lowest score.
    task = RetrievalSet(
        "made",
        {"p": "one", "q": "two", "r": "three"},
        {"a": "A", "b": "B", "c": "C"},
        {"a": {"p"}, "b": {"q"}, "c": {"r"}},
        {},
    )
    scores = np.array([[3, 2, 1], [3, 2, 1], [3, 2, 1]], dtype=np.float32)
    values = bench.measure(task, lambda queries, passages: scores)
    assert values["nDCG@10"]["value"] == pytest.approx((1 + 0.6309) / 3, abs=1e-4)
    assert values["R@1"]["value"] == pytest.approx(1 / 3)
    assert values["R@10"]["value"] == pytest.approx(2 / 3)
    assert values["RR@10"]["value"] == pytest.approx((1 + 1 / 2) / 3)
    assert values["R@10"]["low"] <= values["R@10"]["value"] <= values["R@10"]["high"]


def test_fusion_weighs_arms_alike_whatever_their_scale():
    small = np.array([[0.0, 1.0, 2.0]], dtype=np.float32)
    large = np.array([[300.0, 200.0, 100.0]], dtype=np.float32)
    both = fused(lambda q, p: small, lambda q, p: large)(["a"], ["x", "y", "z"])
    assert np.abs(both).max() < 1e-5


def test_sentences_of_both_languages():
    assert sentences("第一句。第二句；第三句") == ["第一句。", "第二句；", "第三句"]
    assert sentences("The first. The second? A 3.5 % third.") == ["The first.", "The second?", "A 3.5 % third."]
    assert sentences("") == [""]


def test_a_set_with_a_training_half_keeps_the_questions_of_the_other(tmp_path):
    folder = tmp_path / "bench" / "drcd_dev"
    folder.mkdir(parents=True)
    ids = [f"p{number}" for number in range(40)]
    tested = [name for name in ids if bucket(name, 20) < 10]
    assert 10 < len(tested) < 30 and in_test_half([tested[0]])
    (folder / "corpus.jsonl").write_text("".join(json.dumps({"_id": i, "title": "", "text": i}) + "\n" for i in ids))
    (folder / "queries.jsonl").write_text("".join(json.dumps({"_id": f"q{i}", "text": i}) + "\n" for i in ids))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(f"q{i}\t{i}\t1\n" for i in ids))
    (folder / "README.md").write_text("| drcd_dev | 1000 | 3524 | 3524 | 0.9706 | 0.9404 | 0.9963 | 0.9991 |\n")
    task = read_set(tmp_path, "drcd_dev")
    assert list(task.queries) == [f"q{name}" for name in tested] and list(task.passages) == ids
    assert task.floor == {"nDCG@10": 0.9706, "R@1": 0.9404, "R@10": 0.9963, "R@100": 0.9991}


def test_a_readme_without_a_table_has_no_floor(tmp_path):
    (tmp_path / "made").mkdir()
    (tmp_path / "README.md").write_text("# nothing\n")
    assert read_floor(tmp_path / "made", "made") == {}


def test_an_unknown_arm_and_a_missing_folder_are_named(tmp_path, capsys):
    with pytest.raises(ValueError, match="no arm nonsense; there are dense, whole"):
        bench.make_arms(["nonsense"], encoder=None)
    assert bench.main(["--data", str(tmp_path), "--only", "xquad/en-zh"]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_a_hit_at_one_is_no_floor_for_recall_where_several_passages_are_right(tmp_path):
    folder = tmp_path / "bench" / "xquad" / "mixed"
    folder.mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("".join(json.dumps({"_id": i, "title": "", "text": i}) + "\n" for i in "ab"))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "q"}) + "\n")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\nq\tb\t1\n")
    (folder.parent / "README.md").write_text("| mixed | 480 | 2380 | 4760 | 0.6047 | 0.9202 | 0.5267 | 0.6042 |\n")
    assert read_set(tmp_path, "xquad/mixed").floor == {"nDCG@10": 0.6047, "R@10": 0.5267, "R@100": 0.6042}


def test_the_policy_sets_are_the_questions_no_training_sees():
    english, chinese = read_set(None, "policy/en-zh"), read_set(None, "policy/zh-en")
    trained = {question for question, _ in read_own(PAIRS, PAIRS / "none.tsv")[1]}
    assert len(english.queries) > 50 and not trained & set(english.queries.values())
    assert len(chinese.queries) > 50 and not trained & set(chinese.queries.values())
    assert english.passages == chinese.passages
    for task, han in ((english, True), (chinese, False)):
        texts = [task.passages[passage] for passages in task.relevant.values() for passage in passages]
        assert all(any("\u4e00" <= c <= "\u9fff" for c in text) == han for text in texts)


def test_a_public_set_needs_the_data():
    with pytest.raises(ValueError, match=r"xquad/en-zh needs --data"):
        read_set(None, "xquad/en-zh")


def test_speed_is_told_for_each_list_of_texts():
    rows = bench.measure_speed(None, {"few": ["认证机构应当取得资质"] * 3, "many": ["text " * 10] * 5})
    assert [(row["texts"], row["passages"], row["characters_each"]) for row in rows] == [
        ("few", 3, 10),
        ("many", 5, 50),
    ]
    assert all(row["passages_per_second"] > 0 and row["megabytes"] < 40 for row in rows)
