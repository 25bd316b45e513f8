"""Renderings in answers, documents and clauses: labelled, with notes on garbled words, and off where they are off."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from toy import ToyEncoder, write_corpus
from typer.testing import CliRunner

from ingest.index import open_index
from ingest.pipeline import build
from ingest.renderings.read import text_sha256
from service.__main__ import app
from service.answer import Counterpart, Explanation
from service.answerer import Answerer
from service.app import create_app
from service.settings import Settings

SOURCE = "2. Kettles made for export need none. The exporter keeps a record of them for 5 years."
NOTES = [
    {"quote": "a record", "term": "台账", "meaning_en": "a ledger", "meaning_zh": "指台账。"},
    {"quote": "none. The exporter", "term": "无", "meaning_en": "no certificate", "meaning_zh": "指证书。"},
    {"quote": "Kettles", "term": "水壶", "meaning_en": "kettles", "meaning_zh": "水壶。"},
]
TITLE = {
    "clause_id": "kettles-2020:p1",
    "source_sha256": text_sha256("Notice on Electric Kettles"),
    "text": "关于电热水壶的通知",
    "notes": [],
}
RENDERING = {
    "clause_id": "kettles-2020:1.2",
    "source_sha256": text_sha256(SOURCE),
    "text": "2.出口水壶无须证书。出口商保存台账5年。",
    "notes": NOTES,
}
QUESTION = "出口商保存台账5年"
LABEL = "项目译文，非官方文本，以原文为准"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_corpus(tmp_path_factory.mktemp("corpus"))
    (folder / "translations").mkdir()
    (folder / "translations" / "kettles-2020.zh.jsonl").write_text(
        f"{json.dumps(TITLE)}\n{json.dumps(RENDERING)}\n", "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def index(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build(corpus, folder, ToyEncoder())
    return folder


def answerer(index: Path, renderings: bool = True) -> Answerer:
    return Answerer(open_index(index, ToyEncoder()), ToyEncoder(), None, renderings)


def cited(index: Path, quote: str, language: str = "zh", renderings: bool = True):
    """The citation of a sentence of the rendered clause."""
    one = answerer(index, renderings)
    passage = next(hit.passage for hit in one.search("export", limit=20) if hit.passage.clause_id == "kettles-2020:1.2")
    sentence = next(sentence for sentence in passage.sentences if quote in sentence.text)
    return one.citer.cite(1, passage.clause_id, sentence, language)


def test_a_quote_has_its_sentence_of_the_rendering_and_the_notes_on_its_words(index):
    first, second = cited(index, "Kettles"), cited(index, "a record", "en")
    assert first.counterpart == Counterpart("kettles-2020:1.2", "2.出口水壶无须证书。", "zh", "project")
    assert first.notes == (
        Explanation("Kettles", "水壶", "水壶。"),
        Explanation("none. The exporter", "无", "指证书。"),
    )
    assert second.counterpart.quote == "出口商保存台账5年。"
    # In the asker's language, in the order of the source; a note on words of two sentences stands with both.
    assert second.notes == (
        Explanation("none. The exporter", "无", "no certificate"),
        Explanation("a record", "台账", "a ledger"),
    )
    assert second.quote == "The exporter keeps a record of them for 5 years."


def test_without_renderings_nothing_is_found_by_them_or_shown_of_them(index):
    citation = cited(index, "a record", renderings=False)
    assert (citation.counterpart, citation.notes) == (None, ())
    found = {renderings: answerer(index, renderings).search(QUESTION, limit=20) for renderings in (True, False)}
    faces = {renderings: {hit.face for hit in hits} for renderings, hits in found.items()}
    assert faces[True] - faces[False] == {14, 15}  # those of the renderings; there are 14 passages
    assert found[True][0].passage.clause_id == "kettles-2020:1.2"


def test_an_index_without_renderings_is_one_of_a_corpus_without_them(corpus, tmp_path):
    built = build(corpus, tmp_path, ToyEncoder(), renderings=False)
    opened = open_index(tmp_path, ToyEncoder())
    assert (opened.meta["counts"]["renderings"], opened.meta["with_renderings"]) == (0, False)
    assert len(opened.face_passage) == 14
    assert not build(corpus, tmp_path, ToyEncoder(), renderings=False).changed
    assert build(corpus, tmp_path, ToyEncoder()).generation != built.generation


def test_on_the_command_line(index, toy_encoder):
    def yiju(*arguments: str):
        return CliRunner().invoke(app, ["ask", QUESTION, "--index", str(index), "--max-citations", "1", *arguments])

    shown = yiju().stdout
    assert f"    （{LABEL}）“出口商保存台账5年。”\n    对原文的说明（项目所加）：\n" in shown
    assert shown.endswith("      “a record”：台账。指台账。\n")
    assert "《关于电热水壶的通知》（英文，机器翻译，题名为项目译文）" in shown
    assert "    题名为项目译文 | 发文机关不详 | " in shown
    english = yiju("--language", "en").stdout
    assert "    (the project's own rendering, not an official text; the source decides) “出口商" in english
    assert english.endswith("      “a record”: 台账, a ledger\n")
    bare = yiju("--no-renderings").stdout
    assert LABEL not in bare and "题名为项目译文" not in bare and "关于电热水壶的通知" not in bare


def test_the_setting_is_an_environment_variable_too(index, toy_encoder, monkeypatch):
    monkeypatch.setenv("YIJU_RENDERINGS", "false")
    asked = ["ask", "kettles made for export", "--document", "kettles-2020", "--index", str(index), "--json"]
    citations = json.loads(CliRunner().invoke(app, asked).stdout)["citations"]
    assert citations and all(citation["counterpart"] is None for citation in citations)
    assert Settings().renderings is False


def test_over_http(index):
    with TestClient(create_app(Settings(), answerer(index))) as client:
        citation = client.post("/v1/ask", json={"question": QUESTION}).json()["citations"][0]
        clause = client.get("/v1/clauses/kettles-2020:1.2").json()
        document = client.get("/v1/documents/kettles-2020").json()
    assert citation["counterpart"] == {
        "clause_id": "kettles-2020:1.2",
        "quote": "出口商保存台账5年。",
        "language": "zh",
        "translation": "project",
        "document_id": None,
    }
    assert (citation["document_title"], citation["title_translation"]) == ("关于电热水壶的通知", "project")
    assert citation["notes"][1] == {"quote": "a record", "term": "台账", "meaning": "指台账。"}
    assert clause["text"] == SOURCE
    rendering = clause["rendering"]
    assert {key: rendering[key] for key in ("text", "language", "translation", "label")} == {
        "text": RENDERING["text"],
        "language": "zh",
        "translation": "project",
        "label": LABEL,
    }
    note = rendering["notes"][0]
    [[start, end]] = note["spans"]
    assert note == {**NOTES[0], "spans": [[start, end]]}
    assert SOURCE[start - clause["start"] : end - clause["start"]] == "a record"
    # Side by side: every clause of the tree has its rendering or null.
    assert document["clauses"][0]["rendering"]["text"] == "关于电热水壶的通知"
    assert document["clauses"][1]["rendering"] is None
    assert document["clauses"][1]["children"][1]["rendering"] == clause["rendering"]


def test_over_http_without_them(index):
    with TestClient(create_app(Settings(), answerer(index, renderings=False))) as client:
        assert client.get("/v1/clauses/kettles-2020:1.2").json()["rendering"] is None
        assert client.get("/v1/documents/kettles-2020").json()["clauses"][1]["children"][1]["rendering"] is None
