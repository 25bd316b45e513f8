"""Plain wordings of clauses: by them a clause is found, and what is quoted is the clause."""

import json
from pathlib import Path

import pytest
from toy import ToyEncoder, toy_answerer, write_beside, write_corpus
from typer.testing import CliRunner

from ingest.__main__ import app
from ingest.command import CORPUS
from ingest.document import CorpusError
from ingest.manifest import read_manifest
from ingest.pipeline import build, read_corpus
from ingest.renderings.read import text_sha256

SOURCE = "2. Kettles made for export need none. The exporter keeps a record of them for 5 years."
PLAIN = [
    "Pots that are shipped abroad do without.",
    "Whoever ships them writes everything down and stores it, 5 years.",
]
QUESTION = "Who stores everything that was written down?"


def wording(**changes) -> dict:
    line = {"clause_id": "kettles-2020:1.2", "source_sha256": text_sha256(SOURCE), "sentences": PLAIN}
    return {**line, **changes}


def corpus_with(folder: Path, *lines: dict | str) -> Path:
    corpus = write_corpus(folder)
    write_beside(corpus, "wordings", "kettles-2020.en.jsonl", *lines)
    return corpus


def test_a_clause_is_found_by_its_wording_and_quoted_in_its_own_words(tmp_path):
    corpus = corpus_with(tmp_path / "corpus", wording())
    with_it = toy_answerer(corpus, tmp_path / "with")
    assert with_it.search(QUESTION)[0].passage.clause_id == "kettles-2020:1.2"
    assert with_it.search(QUESTION)[0].passage.text == SOURCE
    without = toy_answerer(corpus, tmp_path / "without", renderings=False)
    assert len(without.index.face_passage) == len(with_it.index.face_passage) - 1
    assert without.search(QUESTION)[0].arms["keyword"] < with_it.search(QUESTION)[0].arms["keyword"]


def test_a_changed_wording_makes_another_index(tmp_path):
    corpus = corpus_with(tmp_path / "corpus", wording())
    before = build(corpus, tmp_path / "index", ToyEncoder()).generation
    assert not build(corpus, tmp_path / "index", ToyEncoder()).changed
    file = corpus / "wordings" / "kettles-2020.en.jsonl"
    file.write_text(json.dumps(wording(sentences=["Pots abroad.", "Written down."])) + "\n", "utf-8")
    assert build(corpus, tmp_path / "index", ToyEncoder()).generation != before


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            wording(source_sha256="0" * 64),
            "stale: kettles-2020:1.2 has changed since this was written for it; put it right",
        ),
        (wording(clause_id="kettles-2020:9"), "no clause 'kettles-2020:9' in the document"),
        (wording(sentences=PLAIN[:1]), "kettles-2020:1.2 has 2 sentences, the wording 1"),
    ],
)
def test_a_wording_that_cannot_be_used_is_told_and_left_out(tmp_path, line, problem):
    corpus = corpus_with(tmp_path / "corpus", line)
    done = CliRunner().invoke(app, ["check", "--corpus", str(corpus)])
    assert done.exit_code == 1 and f"kettles-2020.en.jsonl:1: {problem}" in done.output.replace("\n", " ")
    assert len(toy_answerer(corpus, tmp_path / "index").index.face_passage) == 14  # the passages' own


def test_two_wordings_of_a_clause_and_a_file_of_no_document_are_told(tmp_path):
    corpus = corpus_with(tmp_path / "corpus", wording(), wording())
    (corpus / "wordings" / "nobody.zh.jsonl").write_text("", "utf-8")
    said = CliRunner().invoke(app, ["check", "--corpus", str(corpus)]).output.replace("\n", " ")
    assert "kettles-2020.en.jsonl:2: kettles-2020:1.2 has two lines" in said
    assert "nobody.zh.jsonl: of no document of the corpus" in said


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"clause_id": "a"}',
        '{"clause_id": "a", "source_sha256": "b", "sentences": ["", 1]}',
        '{"clause_id": "a", "source_sha256": "b", "sentences": "c"}',
    ],
)
def test_a_line_that_is_no_wording_stops_the_build_and_is_named(tmp_path, line):
    corpus = corpus_with(tmp_path / "corpus", line)
    with pytest.raises(CorpusError) as raised:
        build(corpus, tmp_path / "index", ToyEncoder())
    assert "kettles-2020.en.jsonl:1: " in str(raised.value)


def test_all_text_of_the_corpus_has_usable_wordings_in_each_language():
    documents = read_corpus(CORPUS, read_manifest(CORPUS))
    assert [warning for item in documents for warning in item.warnings] == []
    for item in documents:
        both = () if "-" in item.document.language else ("zh", "en")
        wanted = {
            (clause.clause_id, language)
            for clause in item.clauses
            if clause.kind == "text"
            for language in both or (clause.language,)
        }
        assert {(wording.clause_id, wording.language) for wording in item.wordings} == wanted
