"""corpus/certifications.jsonl: nothing without a quote, no quote that is not in its document, no name that is unknown."""

import json
from pathlib import Path

import pytest
from toy import ToyEncoder, write_corpus
from typer.testing import CliRunner

from ingest.__main__ import app
from ingest.command import CORPUS
from ingest.index import open_index
from ingest.manifest import read_manifest
from ingest.pipeline import build, corpus_hash, read_corpus
from ingest.register import REGISTER, Scheme, Support, register_bytes, register_from
from ingest.register_read import read_register

FACT = {
    "kind": "fact", "id": "activity", "name_zh": "所做的事", "name_en": "activity", "question_zh": "做什么？",
    "question_en": "What do you do?", "if_not_said": "ask", "values": [],
}  # fmt: skip
TEA = {"kind": "activity", "id": "tea", "name_zh": "茶叶", "name_en": "tea", "words_zh": ["茶叶"], "words_en": ["tea"]}
QUOTE = "检验费用由省承担。"


def scheme(**changes) -> dict:
    rule = {"if": {"activity": ["tea"]}, "then": "compulsory", "why_zh": "茶", "why_en": "tea", "claims": ["cost"]}
    line = {
        "kind": "scheme", "id": "tea-check", "type": "product", "name_zh": "茶叶检验", "name_en": "tea inspection",
        "claims": {"cost": {"document_id": "tea-2018", "quote": QUOTE}}, "rules": [rule],
        "otherwise": {"why_zh": "不是茶", "why_en": "no tea", "claims": ["cost"]},
    }  # fmt: skip
    return line | changes


@pytest.fixture
def corpus(scratch: Path) -> Path:
    return write_corpus(scratch / "corpus")


def problems(corpus: Path, *lines: dict | str) -> list[str]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (corpus / REGISTER).write_text(text + "\n", "utf-8")
    documents = [(item.document, item.clauses) for item in read_corpus(corpus, read_manifest(corpus))]
    return [problem.replace(f"{corpus / REGISTER}:", "") for problem in read_register(corpus, documents)[1]]


def test_every_quote_of_our_own_register_stands_in_its_document():
    documents = {item.document.document_id: item for item in read_corpus(CORPUS, read_manifest(CORPUS))}
    register, found = read_register(CORPUS, [(item.document, item.clauses) for item in documents.values()])
    assert found == ()
    claims = [claim for line in register.of(Scheme) for claim in line.claims.values()]
    claims += [claim for line in register.of(Support) for claim in line.claims]
    claims += [claim.also for claim in claims if claim.also]
    assert len(claims) > 100
    for claim in claims:
        assert documents[claim.document_id].document.text[claim.start : claim.end] == claim.quote
    assert register_from(register_bytes(register)) == register


def test_compulsory_follows_only_from_what_the_enterprise_says_of_the_catalogue():
    """No text of the corpus makes any named product or service compulsory."""
    documents = [(item.document, item.clauses) for item in read_corpus(CORPUS, read_manifest(CORPUS))]
    register, _ = read_register(CORPUS, documents)
    rules = [rule for line in register.schemes for rule in line.rules if rule.then == "compulsory"]
    assert [rule.conditions["in_ccc_catalogue"] for rule in rules] == [("yes",), ("yes",)]


def test_a_register_that_can_be_proved(corpus):
    assert problems(corpus, FACT, TEA, scheme()) == []


def test_a_claim_without_its_quote_is_refused_with_its_line(corpus):
    invented = {"cost": {"document_id": "tea-2018", "quote": "检验费用由市承担。"}}
    assert problems(corpus, FACT, TEA, scheme(claims=invented)) == [
        "3: tea-check: tea-2018 does not say '检验费用由市承担。'"
    ]
    assert problems(corpus, FACT, TEA, scheme(claims={"cost": {"document_id": "tea-2018"}})) == [
        "3: scheme.claims.cost.quote: Field required"
    ]
    assert problems(corpus, FACT, TEA, scheme(claims={"cost": {"document_id": "coffee", "quote": QUOTE}})) == [
        "3: tea-check: the corpus has no document 'coffee'"
    ]


def test_a_rule_without_a_claim_is_refused(corpus):
    [rule] = scheme()["rules"]
    assert problems(corpus, FACT, TEA, scheme(rules=[rule | {"claims": []}]))[0] == (
        "3: scheme.rules.0.claims: Tuple should have at least 1 item after validation, not 0; got '[]'"
    )
    [problem] = problems(corpus, FACT, TEA, scheme(rules=[rule | {"claims": ["price"]}]))
    assert problem.startswith("3: scheme: no claim is called price")


def test_undetermined_must_say_what_would_decide(corpus):
    [rule] = scheme()["rules"]
    found = problems(corpus, FACT, TEA, scheme(rules=[rule | {"then": "undetermined"}]))
    assert any(
        line.startswith("3: scheme.rules.0: a rule that leaves the obligation undetermined must") for line in found
    )


def test_names_that_nobody_knows(corpus):
    [rule] = scheme()["rules"]
    asks = [rule | {"if": {"activity": ["coffee"], "place": ["here"]}}]
    assert problems(corpus, FACT, TEA, TEA, scheme(rules=asks), "{") == [
        "5: not a JSON object: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "3: activity 'tea' is already on line 2",
        "4: tea-check: activity has no value 'coffee'",
        "4: tea-check: no fact is called 'place'; there are activity",
    ]
    assert problems(corpus, FACT, TEA | {"glossary": ["茶"]}) == ["2: tea: the glossary has no term '茶'"]


def test_it_travels_in_the_index_and_changes_it(corpus, scratch):
    entries = read_manifest(corpus)
    before = corpus_hash(corpus, entries)
    problems(corpus, FACT, TEA, scheme())
    assert corpus_hash(corpus, entries) != before
    build(corpus, scratch / "index", ToyEncoder())
    opened = open_index(scratch / "index")
    [held] = opened.register.schemes
    assert held.claims["cost"].clause_id.startswith("tea-2018:")
    assert opened.register_vectors.shape == (2, opened.passages.dimension)
    assert {"register.json", "register/vectors.npy"} <= opened.meta["files"].keys()


def test_what_cannot_be_proved_is_left_out_of_an_index(corpus, scratch, caplog):
    problems(corpus, FACT, TEA, scheme(claims={"cost": {"document_id": "tea-2018", "quote": "免费"}}))
    build(corpus, scratch / "index", ToyEncoder())
    assert open_index(scratch / "index").register.schemes == []
    assert "tea-2018 does not say '免费' (left out)" in caplog.text


def test_a_corpus_without_a_register(small_index):
    opened = open_index(small_index)
    assert opened.register.lines == ()
    assert opened.register_vectors.shape == (0, opened.passages.dimension)


def test_check_refuses_it_with_file_and_line(corpus, scratch, toy_encoder):
    problems(corpus, FACT, TEA, scheme(claims={"cost": {"document_id": "tea-2018", "quote": "免费"}}))
    ended = CliRunner().invoke(app, ["check", "--corpus", str(corpus), "--index", str(scratch / "none")])
    assert ended.exit_code == 1
    assert f"{corpus / REGISTER}:3: tea-check: tea-2018 does not say '免费'" in ended.stderr
