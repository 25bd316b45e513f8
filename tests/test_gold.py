"""The gold questions hold together: every quote is in the corpus, every field means something.

A wrong line is reported with its file and line, all of them at once; an empty set is a failure.
"""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from oracle import texts as real_texts

from eval.check import CHOICES, gold_problems, line_problems
from eval.gold import GOLD, GoldError, gold_lines, read_gold, squeezed
from eval.run import source_language

REAL = Path(__file__).parent / "data" / "eval" / "toy.jsonl"


def squeezed_texts(texts: Mapping[str, str]) -> dict[str, str]:
    return {document_id: squeezed(text) for document_id, text in texts.items()}


def test_every_gold_question_is_right():
    problems = gold_problems(GOLD, squeezed_texts(real_texts()))
    assert not problems, "\n" + "\n".join(problems)


@pytest.fixture(scope="module")
def gold() -> list[dict]:
    reviewed = {question.question_id for question in read_gold()}
    return [item for _, item in gold_lines(GOLD) if item["id"] in reviewed]


def test_every_cell_has_questions_in_both_halves(gold):
    for field in ("language", "user", "kind", "style", "answerable", "near_miss"):
        seen = Counter((item[field], item["split"]) for item in gold)
        empty = [(v, s) for v in CHOICES[field] for s in CHOICES["split"] if not seen[v, s]]
        assert not empty, f"{field}: no question for {empty}"


def test_every_language_asks_for_sources_in_both():
    seen = {(question.language, source_language(question)) for question in read_gold() if question.answerable}
    assert seen == {(asked, source) for asked in ("zh", "en", "mixed") for source in ("en", "zh+en")}


def test_enough_questions_and_a_quarter_of_them_to_be_refused(gold):
    refused = [item for item in gold if not item["answerable"]]
    assert len(gold) >= 300
    assert 0.20 <= len(refused) / len(gold) <= 0.30
    assert 0.40 <= sum(item["near_miss"] for item in refused) / len(refused) <= 0.65


def test_every_document_is_asked_about(gold):
    asked = {part["document_id"] for item in gold for group in item["evidence"] for part in group}
    assert asked == real_texts().keys()


TEXTS = {"notice": "Please report  before March 5th, 2018."}
RIGHT = {
    "id": "aq-001",
    "question": "最晚什么时候上报？",
    "language": "zh",
    "user": "staff",
    "kind": "when",
    "style": "plain",
    "answerable": True,
    "reason": None,
    "near_miss": False,
    "evidence": [[{"document_id": "notice", "quote": "report before March 5th, 2018"}]],
    "facts": [["March 5th, 2018", "2018年3月5日"]],
    "split": "tune",
    "notes": "",
}
REFUSED = RIGHT | {"answerable": False, "reason": "low_support", "evidence": [], "facts": []}
OTHER_QUOTE = [[{"document_id": "notice", "quote": "before March 6th, 2018"}]]
OTHER_DOCUMENT = [[{"document_id": "letter", "quote": "March 5th, 2018"}]]
DRAFT = {"id": "dr-001", "question": "什么？", "reviewed": False}


@pytest.mark.parametrize("item", [RIGHT, RIGHT | {"reviewed": True}, REFUSED, REFUSED | {"near_miss": True}])
def test_a_right_line_has_no_problem(item):
    assert list(line_problems(item, squeezed_texts(TEXTS))) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"evidence": OTHER_QUOTE}, "quote is not in notice: 'before March 6th, 2018'"),
        ({"evidence": OTHER_DOCUMENT}, "document 'letter' is not in the corpus"),
        ({"evidence": [[]]}, "evidence is a list of groups"),
        ({"evidence": [[{"document_id": "notice", "quote": 5}]]}, "evidence {'document_id': 'notice', 'quote': 5}"),
        ({"evidence": [[{"document_id": "notice", "quote": " "}]]}, "evidence {'document_id': 'notice', 'quote': ' '}"),
        ({"evidence": [[{"document_id": ["notice"], "quote": "x"}]]}, "evidence {'document_id': ['notice'], "),
        ({"facts": [[""]]}, "a form of a fact is '', expected a text"),
        ({"facts": [[5]]}, "a form of a fact is 5, expected a text"),
        ({"evidence": []}, "an answerable question needs evidence and facts"),
        ({"facts": [["March 6th"]]}, "no form of the fact ['March 6th'] is in the evidence"),
        ({"kind": "why"}, "kind is 'why', expected one of"),
        ({"answerable": 1}, "answerable is 1, expected one of ['False', 'True']"),
        ({"reason": "low_support"}, "an answerable question has neither a reason"),
        ({"answerable": False}, "a question to be refused needs a reason"),
        ({"question": " "}, "question has 0 characters"),
        ({"id": "q1"}, "id is 'q1'"),
        ({"answer": "5 March"}, "missing fields [], unknown fields ['answer']"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(wrong, message):
    problems = list(line_problems(RIGHT | wrong, squeezed_texts(TEXTS)))
    assert any(problem.startswith(message) for problem in problems), problems


def written(folder: Path, *items: dict | str) -> Path:
    file = folder / "policy.jsonl"
    lines = [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_problems_name_file_and_line(tmp_path):
    file = written(tmp_path, RIGHT, "{", RIGHT, RIGHT | {"id": "aq-002", "split": "train"})
    assert gold_problems(file, squeezed_texts(TEXTS)) == [
        f"{file}:2: not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        f"{file}:3: id 'aq-001' is already in {file}:1",
        f"{file}:3: question {RIGHT['question']!r} is already in {file}:1",
        f"{file}:4: split is 'train', expected one of ['report', 'tune']",
        f"{file}:4: question {RIGHT['question']!r} is already in {file}:1",
        f"{file}:4: split is 'train', but the same evidence is asked for in the tune half, {file}:1",
    ]


@pytest.mark.parametrize("content", [None, "", json.dumps(DRAFT)], ids=["no file", "empty", "only a draft"])
def test_an_empty_set_is_a_failure(tmp_path, content):
    if content is not None:
        (tmp_path / "empty.jsonl").write_text(content, encoding="utf-8")
    assert gold_problems(tmp_path, TEXTS) == [f"{tmp_path}: no gold questions at all"]
    with pytest.raises(GoldError, match="no gold question found"):
        read_gold(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"evidence": [[{"document_id": "notice", "quote": " "}]]}, "' ' stands where a text is expected"),
        ({"facts": [[5]]}, "5 stands where a text is expected"),
        ({"split": "train"}, "split is 'train', expected tune or report"),
    ],
)
def test_what_cannot_be_measured_is_not_asked(tmp_path, wrong, said):
    file = written(tmp_path, RIGHT, RIGHT | {"id": "aq-002"} | wrong)
    with pytest.raises(GoldError) as raised:
        read_gold(file)
    assert str(raised.value) == f"{file}:2: ValueError: {said}"


def test_a_file_in_another_encoding_is_named(tmp_path):
    (tmp_path / "gold.jsonl").write_bytes(json.dumps(RIGHT, ensure_ascii=False).encode("gb18030"))
    assert gold_problems(tmp_path, TEXTS)[0].startswith(f"{tmp_path / 'gold.jsonl'}:1: not JSON: 'utf-8' codec")


def test_a_line_ends_at_a_line_feed_only(tmp_path):
    file = written(tmp_path, "\ufeff" + json.dumps(RIGHT | {"question": "何时\u2028上报？"}, ensure_ascii=False))
    assert [question.text for question in read_gold(file)] == ["何时\u2028上报？"]


def test_a_draft_is_no_question_until_it_is_reviewed(tmp_path):
    draft = RIGHT | {"id": "dr-001", "question": "何时？", "reviewed": False}
    file = written(tmp_path, RIGHT, draft, DRAFT | {"id": "dr-002"})
    assert [question.question_id for question in read_gold(file)] == ["aq-001"]
    assert gold_problems(file, squeezed_texts(TEXTS)) == []
    reviewed = written(tmp_path, RIGHT, draft | {"reviewed": True})
    assert [question.question_id for question in read_gold(reviewed)] == ["aq-001", "dr-001"]


def test_the_command_checks(run_command, small_corpus, tmp_path):
    done = run_command("eval", "check", "--gold", REAL, "--corpus", small_corpus)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("6 gold questions, every quote is in the corpus; 0 drafts left out\n")
    file = written(tmp_path, REFUSED, RIGHT | {"id": "aq-002"})
    done = run_command("eval", "check", "--gold", file, "--corpus", small_corpus)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == f"{file}:2: document 'notice' is not in the corpus"
