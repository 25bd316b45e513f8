"""The gold questions hold together: every quote is in the corpus, every field means something.

A wrong line is reported with its file and line, all of them at once; an empty set is a failure.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "eval" / "gold"
CORPUS = ROOT / "corpus"

CHOICES = {
    "language": {"zh", "en", "mixed"},
    "user": {"enterprise", "staff"},
    "kind": {
        "who", "when", "how_many", "list", "definition", "obligation", "lookup", "cross_reference",
        "comparison", "several_documents", "purpose", "measure", "contact", "which_document",
    },
    "style": {"plain", "paraphrase", "colloquial", "typo", "mixed", "traditional"},
    "answerable": {True, False},
    "reason": {None, "out_of_corpus", "not_in_force", "ambiguous", "low_support", "contradicted"},
    "near_miss": {True, False},
    "split": {"tune", "report"},
}  # fmt: skip
FREE = {"id", "question", "evidence", "facts", "notes"}

# Longer quotes would make evidence recall easy: a whole page "carries" everything.
LONGEST_QUOTE = 700
LONGEST_QUESTION = 2000


def squeeze(text: str) -> str:
    """Runs of whitespace, among them no-break and full-width spaces, count as one space."""
    return re.sub(r"\s+", " ", text).strip()


def corpus_texts(corpus: Path) -> dict[str, str]:
    """document_id -> text with squeezed whitespace, for every line of the manifest."""
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    return {e["document_id"]: squeeze((corpus / e["path"]).read_text(encoding="utf-8")) for e in entries}


def line_problems(item: object, texts: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with one gold question; nothing if it is right."""
    if not isinstance(item, dict):
        yield f"expected an object, got {type(item).__name__}"
        return
    expected = FREE | CHOICES.keys()
    if item.keys() != expected:
        missing, unknown = sorted(expected - item.keys()), sorted(item.keys() - expected)
        yield f"missing fields {missing}, unknown fields {unknown}"
        return
    for field, allowed in CHOICES.items():
        value = item[field]
        # 1 == True in Python, and a list cannot be looked up in a set.
        if not any(value is choice or (isinstance(value, str) and value == choice) for choice in allowed):
            yield f"{field} is {value!r}, expected one of {sorted(map(str, allowed))}"
    for field in ("id", "question", "notes"):
        if not isinstance(item[field], str):
            yield f"{field} is {item[field]!r}, expected a string"
            return
    if not re.fullmatch(r"[a-z]{2}-\d{3}", item["id"]):
        yield f"id is {item['id']!r}, expected two letters, a hyphen and three digits"
    if not 0 < len(item["question"].strip()) <= LONGEST_QUESTION:
        yield f"question has {len(item['question'].strip())} characters, expected 1 to {LONGEST_QUESTION}"
    yield from status_problems(item)
    yield from evidence_problems(item["evidence"], texts)
    yield from fact_problems(item["facts"], item["evidence"])


def status_problems(item: dict) -> Iterator[str]:
    """An answerable question has evidence and no reason; one to be refused has a reason and no evidence."""
    if item["answerable"] is True:
        if item["reason"] is not None or item["near_miss"]:
            yield "an answerable question has neither a reason for refusing nor near_miss"
        if not item["evidence"] or not item["facts"]:
            yield "an answerable question needs evidence and facts"
    elif item["reason"] is None or item["evidence"] or item["facts"]:
        yield "a question to be refused needs a reason and has neither evidence nor facts"


def evidence_problems(evidence: object, texts: Mapping[str, str]) -> Iterator[str]:
    """evidence is a list of groups, a group a list of alternatives {document_id, quote}."""
    if not isinstance(evidence, list) or not all(isinstance(group, list) and group for group in evidence):
        yield "evidence is a list of groups, each a list of at least one alternative"
        return
    for part in (part for group in evidence for part in group):
        if not isinstance(part, dict) or part.keys() != {"document_id", "quote"}:
            yield f"evidence {part!r}: expected document_id and quote"
        elif part["document_id"] not in texts:
            yield f"document {part['document_id']!r} is not in the corpus"
        elif not 0 < len(part["quote"]) <= LONGEST_QUOTE:
            yield f"quote has {len(part['quote'])} characters, expected 1 to {LONGEST_QUOTE}"
        elif squeeze(part["quote"]) not in texts[part["document_id"]]:
            yield f"quote is not in {part['document_id']}: {part['quote']!r}"


def fact_problems(facts: object, evidence: object) -> Iterator[str]:
    """A fact is a list of forms; at least one of them stands in the evidence."""
    if not isinstance(facts, list) or not all(isinstance(fact, list) and fact for fact in facts):
        yield "facts is a list of facts, each a list of at least one form"
        return
    try:
        quotes = [squeeze(part["quote"]) for group in evidence for part in group]
    except (TypeError, KeyError):
        return  # reported by evidence_problems
    for fact in facts:
        if not any(squeeze(form) in quote for form in fact for quote in quotes):
            yield f"no form of the fact {fact!r} is in the evidence"


def read_gold(paths: Sequence[Path]) -> Iterator[tuple[str, object]]:
    """("file:line", object) of every line; a line that is no JSON gives the error instead of the object."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            place = f"{path.name}:{number}"
            try:
                yield place, json.loads(line)
            except json.JSONDecodeError as error:
                yield place, error


def gold_problems(paths: Sequence[Path], texts: Mapping[str, str]) -> list[str]:
    """Everything wrong with the gold files, each problem with its file and line."""
    problems: list[str] = []
    first: dict[tuple[str, str], str] = {}
    places = 0
    for place, item in read_gold(paths):
        places += 1
        problems += [f"{place}: {problem}" for problem in line_problems(item, texts)]
        for field in ("id", "question"):
            value = item.get(field) if isinstance(item, dict) else None
            if isinstance(value, str) and first.setdefault((field, value), place) != place:
                problems.append(f"{place}: {field} {value!r} is already in {first[field, value]}")
    return problems if places else ["no gold questions at all"]


def test_every_gold_question_is_right():
    problems = gold_problems(sorted(GOLD.glob("*.jsonl")), corpus_texts(CORPUS))
    assert not problems, "\n" + "\n".join(problems)


@pytest.fixture(scope="module")
def gold() -> list[dict]:
    return [item for _, item in read_gold(sorted(GOLD.glob("*.jsonl")))]


def test_every_cell_has_questions_in_both_halves(gold):
    for field in ("language", "user", "kind", "style", "answerable", "near_miss"):
        seen = Counter((item[field], item["split"]) for item in gold)
        empty = [(v, s) for v in CHOICES[field] for s in CHOICES["split"] if not seen[v, s]]
        assert not empty, f"{field}: no question for {empty}"


def test_enough_questions_and_a_quarter_of_them_to_be_refused(gold):
    refused = [item for item in gold if not item["answerable"]]
    assert len(gold) >= 300
    assert 0.20 <= len(refused) / len(gold) <= 0.30
    assert 0.40 <= sum(item["near_miss"] for item in refused) / len(refused) <= 0.65


def test_every_document_is_asked_about(gold):
    asked = {part["document_id"] for item in gold for group in item["evidence"] for part in group}
    assert asked == corpus_texts(CORPUS).keys()


def test_questions_about_the_same_evidence_share_a_half(gold):
    """Otherwise what was tuned on one half would be measured on the other."""
    halves: dict[str, set[str]] = {}
    for item in gold:
        if item["evidence"]:
            halves.setdefault(json.dumps(item["evidence"], sort_keys=True), set()).add(item["split"])
    assert [evidence for evidence, splits in halves.items() if len(splits) > 1] == []


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


def squeezed(texts: Mapping[str, str]) -> dict[str, str]:
    return {document_id: squeeze(text) for document_id, text in texts.items()}


@pytest.mark.parametrize("item", [RIGHT, REFUSED, REFUSED | {"near_miss": True}])
def test_a_right_line_has_no_problem(item):
    assert list(line_problems(item, squeezed(TEXTS))) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"evidence": OTHER_QUOTE}, "quote is not in notice: 'before March 6th, 2018'"),
        ({"evidence": OTHER_DOCUMENT}, "document 'letter' is not in the corpus"),
        ({"evidence": [[]]}, "evidence is a list of groups"),
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
    problems = list(line_problems(RIGHT | wrong, squeezed(TEXTS)))
    assert any(problem.startswith(message) for problem in problems), problems


def test_problems_name_file_and_line(tmp_path):
    gold = tmp_path / "policy.jsonl"
    lines = [
        json.dumps(RIGHT),
        "{",
        json.dumps(RIGHT),
        json.dumps(RIGHT | {"id": "aq-002", "split": "train"}),
    ]
    gold.write_text("\n".join(lines), encoding="utf-8")
    assert gold_problems([gold], squeezed(TEXTS)) == [
        "policy.jsonl:2: expected an object, got JSONDecodeError",
        "policy.jsonl:3: id 'aq-001' is already in policy.jsonl:1",
        f"policy.jsonl:3: question {RIGHT['question']!r} is already in policy.jsonl:1",
        "policy.jsonl:4: split is 'train', expected one of ['report', 'tune']",
        f"policy.jsonl:4: question {RIGHT['question']!r} is already in policy.jsonl:1",
    ]


@pytest.mark.parametrize("content", [None, ""])
def test_an_empty_set_is_a_failure(tmp_path, content):
    paths = []
    if content is not None:
        paths = [tmp_path / "empty.jsonl"]
        paths[0].write_text(content, encoding="utf-8")
    assert gold_problems(paths, TEXTS) == ["no gold questions at all"]
