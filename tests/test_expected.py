"""Expected questions: by others like them a sentence is found, and by those that none answers a question is refused."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from toy import ToyEncoder, toy_answerer, write_beside, write_corpus
from typer.testing import CliRunner

from eval.gold import read_gold
from ingest.__main__ import app
from ingest.command import CORPUS
from ingest.document import CorpusError
from ingest.encoder import load_encoder
from ingest.expected import Expected
from ingest.lexicon.terms import fold
from ingest.manifest import read_manifest
from ingest.pipeline import build, read_corpus
from ingest.renderings.questions import NONE, expected_questions, read_unanswered
from ingest.renderings.read import text_sha256
from service.answer import Filters
from service.answerer import _Clock
from service.expected import expectation
from service.refuse import Verdict
from service.retrieve import may_narrow, retrieve

SOURCE = "2. Kettles made for export need none. The exporter keeps a record of them for 5 years."
ASKED = [["Do pots shipped abroad do without?"], ["Who has to write everything down?", "How long is it stored?"]]
QUESTION = "For kettles made for export, who must write all of it down?"


def line(**changes) -> dict:
    return {"clause_id": "kettles-2020:1.2", "source_sha256": text_sha256(SOURCE), "questions": ASKED, **changes}


def corpus_with(folder: Path, *lines: dict | str, unanswered: str = "") -> Path:
    corpus = write_corpus(folder)
    write_beside(corpus, "questions", "kettles-2020.en.jsonl", *lines)
    if unanswered:
        (corpus / "questions" / "unanswered.en.txt").write_text(unanswered, "utf-8")
    return corpus


def test_the_sentence_is_quoted_that_a_question_like_this_one_asks_for(tmp_path):
    held = toy_answerer(corpus_with(tmp_path / "corpus", line()), tmp_path / "with")
    first = held.ask(QUESTION).citations[0]
    assert (first.clause_id, first.quote) == ("kettles-2020:1.2", "The exporter keeps a record of them for 5 years.")
    query, _ = held.understood(QUESTION)
    found = expectation(held.index, query)
    assert held.index.store.passage(13).clause_id == first.clause_id
    assert found.tells(found.documents[0]) and found.positions.tolist() == [13, 13]
    assert all(of_first < of_second for of_first, of_second in found.signals.values())
    assert not expectation(held.index, query, used=False).tells(found.documents[0])


def test_a_document_without_questions_beside_one_with_some_is_found_as_before(tmp_path):
    held = toy_answerer(corpus_with(tmp_path / "corpus", line()), tmp_path / "index")
    assert held.ask("Who bears the cost of the inspection of tea?").citations[0].clause_id == "tea-2018:en.1.1"
    query, _ = held.understood(QUESTION)
    found = expectation(held.index, query)
    kettles = held.index.passage_document[found.positions[0]]
    assert found.tells(kettles) and not found.tells(1 - kettles)


def test_passages_are_put_forward_by_their_questions_only_where_they_are_allowed(tmp_path):
    held = toy_answerer(corpus_with(tmp_path / "corpus", line()), tmp_path / "index")
    found = expectation(held.index, held.understood(QUESTION)[0])
    everything = np.arange(len(held.index.passage_document))
    assert found.likest(5, everything).tolist() == [found.positions[0]]
    assert found.likest(5, everything[: found.positions[0]]).tolist() == []
    filtered = held.ask(QUESTION, filters=Filters(document_id="tea-2018"))
    assert all(item.document_id == "tea-2018" for item in filtered.citations)


def test_of_many_documents_those_are_looked_in_that_have_questions_and_all_where_they_do_not_answer(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("service.retrieve._MOSTLY", 0.1)  # of two documents, one is few among many
    held = toy_answerer(corpus_with(tmp_path / "corpus", line()), tmp_path / "index")
    query, about = held.understood(QUESTION)
    allowed = held.allowed(Filters())
    assert may_narrow(held.index, query, about, allowed)
    everywhere, narrow = (
        {hit.passage.document_id for hit in retrieve(held.index, query, about, allowed, 99, everywhere=everywhere)}
        for everywhere in (True, False)
    )
    assert everywhere == {"kettles-2020", "tea-2018"} and narrow == {"kettles-2020"}
    assert held.ask(QUESTION).citations[0].clause_id == "kettles-2020:1.2"
    monkeypatch.setattr("service.answerer.judge", lambda *_: Verdict("low_support", 0.0))
    assert {item.passage.document_id for item in held._found(query, about, allowed, None, _Clock())[0]} == everywhere
    other, about = held.understood("Who bears the cost of the inspection of tea?")
    assert not may_narrow(held.index, other, about, allowed)


def test_a_question_may_be_like_one_that_no_sentence_answers(tmp_path):
    held = toy_answerer(
        corpus_with(tmp_path / "corpus", line(), unanswered="What does a pot cost?\n"), tmp_path / "index"
    )
    like, other = (
        expectation(held.index, held.understood(text)[0]) for text in ("How much does a pot cost?", QUESTION)
    )
    assert like.unanswered > 0.5 > other.unanswered
    assert len(like.rows) == 2  # which is no sentence


def test_an_index_without_renderings_has_no_expected_questions(tmp_path):
    corpus = corpus_with(tmp_path / "corpus", line())
    assert toy_answerer(corpus, tmp_path / "without", renderings=False).index.expected is None
    assert len(toy_answerer(corpus, tmp_path / "with").index.expected) == 3


def test_changed_questions_make_another_index(tmp_path):
    corpus = corpus_with(tmp_path / "corpus", line())
    before = build(corpus, tmp_path / "index", ToyEncoder()).generation
    assert not build(corpus, tmp_path / "index", ToyEncoder()).changed
    file = corpus / "questions" / "kettles-2020.en.jsonl"
    file.write_text(json.dumps(line(questions=[[], ["Who writes?"]])) + "\n", "utf-8")
    between = build(corpus, tmp_path / "index", ToyEncoder()).generation
    (corpus / "questions" / "unanswered.en.txt").write_text("Who pays?\n", "utf-8")
    assert len({before, between, build(corpus, tmp_path / "index", ToyEncoder()).generation}) == 3


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (line(source_sha256="0" * 64), "stale: kettles-2020:1.2 has changed since this was written for it"),
        (line(clause_id="kettles-2020:9"), "no clause 'kettles-2020:9' in the document"),
        (line(questions=ASKED[:1]), "kettles-2020:1.2 has 2 sentences, the line of questions 1"),
    ],
)
def test_questions_that_cannot_be_used_are_told_and_left_out(tmp_path, written, problem):
    corpus = corpus_with(tmp_path / "corpus", written)
    done = CliRunner().invoke(app, ["check", "--corpus", str(corpus)])
    assert done.exit_code == 1 and f"kettles-2020.en.jsonl:1: {problem}" in done.output.replace("\n", " ")
    assert toy_answerer(corpus, tmp_path / "index").index.expected is None


@pytest.mark.parametrize("questions", ["a", ["a", "b"], [["a"], [""]], [["a"], 1], None])
def test_a_line_that_is_none_of_questions_stops_the_build_and_is_named(tmp_path, questions):
    corpus = corpus_with(tmp_path / "corpus", line(questions=questions))
    with pytest.raises(CorpusError) as raised:
        build(corpus, tmp_path / "index", ToyEncoder())
    assert "kettles-2020.en.jsonl:1: " in str(raised.value)


# Rows 4 and 7 are sentences; the second question needs both.
QUESTIONS = {
    ("en", "Who pays for the inspection?"): [4],
    ("zh", "检验费用由谁出？"): [4],
    ("en", "Who inspects the tea, and by when?"): [4, 7],
    ("en", "When are the results due?"): [7],
    ("en", "What does a kettle cost?"): [NONE],
}


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected.of(QUESTIONS, load_encoder())


def _asked(text: str) -> np.ndarray:
    return load_encoder().encode([text], kind="query")[0]


def test_a_question_is_as_like_as_the_mean_of_the_nearest_of_each_sentence(expected):
    assert expected.sentences.tolist() == [NONE, 4, 7]
    text = "When are the results due?"
    found = expected.likeness(text, _asked(text), "en")
    other = expected.likeness("Who pays for it?", _asked("Who pays for it?"), "en")
    # Of row 7: 2 for itself, and what the question with two answers has in common with it.
    assert found.argmax() == 2 and 1.0 < found[2] < 1.2 and other.argmax() == 1


def test_questions_in_the_other_language_are_not_compared(expected):
    text = "检验费用由谁出？"
    found = expected.likeness(text, _asked(text), "zh")
    assert found.round(4).tolist() == [0, 2, 0]  # itself: both cosines are 1


def test_a_question_without_a_known_word_is_compared_by_its_vector_alone(expected):
    found = expected.likeness("?", _asked("When are the results due?"), "en")
    assert found.argmax() == 2 and 0.5 < found[2] < 1


def test_the_classifier_tells_the_sentences_apart(expected):
    for text, rows in (("Who pays for the inspection?", {1}), ("When are the results due?", {2})):
        assert set(np.flatnonzero(expected.predicted(text, _asked(text), "en") > 0.6).tolist()) == rows
    text = "Who inspects the tea, and by when?"
    both = expected.predicted(text, _asked(text), "en")
    assert both[1:].min() > 0.4 > both[0]


def test_a_word_is_known_from_the_questions_of_a_sentence(expected):
    assert expected.asked_with("pays", 4, 5) or expected.asked_with("pay", 4, 5)
    assert not expected.asked_with("kettle", 0, 10) and not expected.asked_with("nowhere", 0, 10)


def test_the_same_questions_give_the_same_arrays_and_these_the_same_answers(expected):
    again = Expected.of(QUESTIONS, load_encoder()).arrays()
    assert all(np.array_equal(again[name], array) for name, array in expected.arrays().items())
    copy = Expected.from_arrays(again)
    vector = _asked("Who pays?")
    assert np.array_equal(copy.likeness("Who pays?", vector, "en"), expected.likeness("Who pays?", vector, "en"))


def test_check_tells_of_unanswered_questions_that_cannot_be_read(tmp_path):
    corpus = corpus_with(tmp_path / "corpus", line(), unanswered="\ufeffWho pays?\n")
    assert read_unanswered(corpus) == [("en", "Who pays?")]
    (corpus / "questions" / "unanswered.fr.txt").write_text("Qui?\n", "utf-8")
    done = CliRunner().invoke(app, ["check", "--corpus", str(corpus)])
    assert done.exit_code == 1 and "3 expected questions, 1 that none answers" in done.output
    assert "unanswered.fr.txt: not one of unanswered.zh.txt" in done.output.replace("\n", " ")
    (corpus / "questions" / "unanswered.en.txt").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in CliRunner().invoke(app, ["check", "--corpus", str(corpus)]).output


def test_a_question_of_several_sentences_stands_once_and_unanswered_ones_behind(tmp_path):
    corpus = corpus_with(
        tmp_path / "corpus",
        line(questions=[["Both?"], [" Both?", "Second?", "Both?"]]),
        unanswered="Third?\n\n Both?\n",
    )
    documents = read_corpus(corpus, read_manifest(corpus))
    passages = [passage for item in documents for passage in item.passages]
    written = [found for item in documents for found in item.questions]
    first = sum(len(passage.sentences) for passage in passages) - 2
    assert expected_questions(passages, written, read_unanswered(corpus)) == {
        ("en", "Both?"): [first, first + 1],
        ("en", "Second?"): [first + 1],
        ("en", "Third?"): [NONE],
    }


@pytest.fixture(scope="module")
def documents():
    return read_corpus(CORPUS, read_manifest(CORPUS))


def test_every_sentence_of_the_corpus_has_questions_in_each_language(documents):
    for item in documents:
        both = () if "-" in item.document.language else ("zh", "en")
        asked = {(line.clause_id, line.language): line.entries for line in item.questions}
        for passage in item.passages:
            if passage.kind == "text":
                for language in both or (passage.language,):
                    entries = asked[passage.clause_id, language]
                    assert all(len(entries[sentence.start]) >= 3 for sentence in passage.sentences), passage.clause_id


def test_no_question_of_the_evaluation_is_an_expected_one(documents):
    def plain(text: str) -> str:
        return re.sub(r"[\W_]+", "", fold(text))

    written = {
        text for item in documents for line in item.questions for texts in line.entries.values() for text in texts
    }
    expected = {plain(text) for text in (*written, *(text for _, text in read_unanswered(CORPUS)))}
    assert [question.question_id for question in read_gold() if plain(question.text) in expected] == []
