"""Generations: the same input gives the same bytes, and nothing damaged or mismatched is served."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.document import CorpusError
from ingest.index import FORMAT, IndexFormatError, current, open_index
from ingest.pipeline import build

TEXTS = {
    "a": "某省质量认证办法\n第一条 为了加强质量认证，制定本办法。\n第二条 申请人可以自愿申请认证。\n",
    "b": "Notice on inspection\nFirstly, inspect all kettles. Every kettle is inspected once.\n",
}


class Letters:
    """An encoder you can compute in your head: how often each of 32 kinds of character occurs, unit length."""

    name, sha256, dimension = "letters", "0" * 64, 32

    def encode(self, texts, kind="passage"):
        counts = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            np.add.at(counts[row], [ord(character) % self.dimension for character in text], 1)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


class OtherLetters(Letters):
    name, sha256 = "other letters", "1" * 64


@pytest.fixture
def corpus(tmp_path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    lines = []
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
        lines.append(
            json.dumps({"document_id": name, "path": f"{name}.txt", "language": "zh" if name == "a" else "en"})
        )
    (folder / "manifest.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture
def index(tmp_path) -> Path:
    return tmp_path / "index"


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_build_can_be_opened(corpus, index):
    built = build(corpus, index, Letters())
    opened = open_index(index, Letters())
    assert built.changed and opened.generation == built.generation == current(index)
    assert opened.meta["counts"] == {"documents": 2, "clauses": 5, "passages": 5, "sentences": 6, "renderings": 0}
    assert [opened.store.passage(at).text for at in range(5)] == [
        "某省质量认证办法",
        "第一条 为了加强质量认证，制定本办法。",
        "第二条 申请人可以自愿申请认证。",
        "Notice on inspection",
        "Firstly, inspect all kettles. Every kettle is inspected once.",
    ]
    assert [document.document_id for document in opened.catalogue] == ["a", "b"]
    assert opened.store.clause("a:2").path == ()
    assert list(opened.passage_document) == [0, 0, 0, 1, 1]
    assert list(opened.face_passage) == [0, 1, 2, 3, 4]
    assert list(opened.sentence_face) == [0, 1, 2, 3, 4, 4]
    assert list(opened.sentence_number) == [0, 0, 0, 0, 0, 1]


def test_building_twice_gives_the_same_bytes(corpus, index, tmp_path):
    build(corpus, index, Letters())
    build(corpus, tmp_path / "again", Letters())
    assert files(index) == files(tmp_path / "again")


def test_an_unchanged_corpus_is_not_built_again(corpus, index):
    first = build(corpus, index, Letters())
    before = files(index)
    second = build(corpus, index, Letters())
    assert (second.changed, second.generation) == (False, first.generation)
    assert files(index) == before


def test_the_generation_before_is_kept_and_older_ones_go(corpus, index):
    names = []
    for number in range(4):
        (corpus / "a.txt").write_text(TEXTS["a"] + f"第三条 第{number}号公告同时废止。\n", "utf-8")
        names.append(build(corpus, index, Letters()).generation)
    kept = sorted(folder.name for folder in (index / "generations").iterdir())
    assert kept == sorted(names[-2:])
    assert current(index) == names[-1]


def test_a_changed_document_replaces_its_old_text(corpus, index):
    build(corpus, index, Letters())
    (corpus / "a.txt").write_text("某省质量认证办法\n第一条 本办法废止。\n", "utf-8")
    build(corpus, index, Letters())
    assert "制定" not in open_index(index, Letters()).store.document("a").text


@pytest.mark.parametrize("name", ["store.sqlite", "passages.faiss", "columns/passage_kind.npy", "meta.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_file_is_never_served(corpus, index, name, damage):
    built = build(corpus, index, Letters())
    file = index / "generations" / built.generation / name
    data = bytearray(file.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    elif damage == "cut":
        file.write_bytes(data[: len(data) // 2])
    else:
        file.unlink()
    with pytest.raises(IndexFormatError) as error:
        open_index(index, Letters())
    assert name in str(error.value) and f"yiju-ingest build --index {index}" in str(error.value)
    build(corpus, index, Letters())  # and the build that the message names mends it
    assert open_index(index, Letters()).generation == built.generation


def test_another_encoder_is_refused_with_both_names(corpus, index):
    build(corpus, index, Letters())
    with pytest.raises(
        IndexFormatError, match=r"built with encoder letters \(000000000000…\), asked with other letters"
    ):
        open_index(index, OtherLetters())


def test_no_index(index):
    with pytest.raises(IndexFormatError, match="no index here; build it: yiju-ingest build"):
        open_index(index, Letters())


def test_another_format_is_refused(corpus, index, monkeypatch):
    build(corpus, index, Letters())
    monkeypatch.setattr("ingest.index.FORMAT", FORMAT + 1)
    with pytest.raises(IndexFormatError, match=f"format {FORMAT}, expected {FORMAT + 1}"):
        open_index(index, Letters())


def test_a_failed_build_leaves_the_old_index_serving(corpus, index):
    built = build(corpus, index, Letters())
    before = files(index)
    (corpus / "b.txt").write_text("", "utf-8")
    with pytest.raises(CorpusError, match="the file is empty"):
        build(corpus, index, Letters())
    assert files(index) == before
    assert open_index(index, Letters()).generation == built.generation


def test_leavings_of_an_ended_build_are_cleared(corpus, index):
    leavings = index / "generations" / ".new-12345"
    leavings.mkdir(parents=True)
    (leavings / "store.sqlite").write_bytes(b"half")
    build(corpus, index, Letters())
    assert not leavings.exists()


def test_current_can_point_back_to_the_generation_before(corpus, index):
    first = build(corpus, index, Letters()).generation
    (corpus / "a.txt").write_text("某省质量认证办法\n第一条 本办法废止。\n", "utf-8")
    build(corpus, index, Letters())
    (index / "CURRENT").write_text(first)
    assert open_index(index, Letters()).generation == first
    shutil.rmtree(index / "generations" / first)
    with pytest.raises(IndexFormatError, match="cannot be read"):
        open_index(index, Letters())


def test_every_problem_of_the_corpus_is_reported_at_once(corpus, index):
    (corpus / "a.txt").write_bytes(b"")
    (corpus / "b.txt").write_text("HOME > News\nClicks: 12\n", "utf-8")
    with pytest.raises(CorpusError) as error:
        build(corpus, index, Letters())
    assert len(error.value.problems) == 2
    assert "a.txt: the file is empty" in error.value.problems[0]
    assert "b.txt: no clause found" in error.value.problems[1]


def test_a_rendering_is_a_second_face_of_its_passage(corpus, index):
    text = "Firstly, inspect all kettles. Every kettle is inspected once."
    line = {
        "clause_id": "b:1",
        "source_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text": "第一，检查所有水壶。每个水壶检查一次。",
        "notes": [{"quote": "kettles", "term": "水壶", "meaning_en": "kettles", "meaning_zh": "水壶"}],
    }
    (corpus / "translations").mkdir()
    (corpus / "translations" / "b.zh.jsonl").write_text(json.dumps(line), "utf-8")
    build(corpus, index, Letters())
    opened = open_index(index, Letters())
    assert list(opened.face_passage) == [0, 1, 2, 3, 4, 4]
    assert list(opened.sentence_face)[-4:] == [4, 4, 5, 5]
    rendering = opened.store.rendering("b:1")
    assert rendering.sentences == ("第一，检查所有水壶。", "每个水壶检查一次。")
    assert rendering.notes[0].term == "水壶"


def test_a_stale_rendering_is_not_used(corpus, index, caplog):
    line = {"clause_id": "b:1", "source_sha256": "0" * 64, "text": "第一，检查。", "notes": []}
    (corpus / "translations").mkdir()
    (corpus / "translations" / "b.zh.jsonl").write_text(json.dumps(line), "utf-8")
    build(corpus, index, Letters())
    assert len(open_index(index, Letters()).face_passage) == 5
    assert "b.zh.jsonl:1: stale: b:1 has changed since it was rendered" in caplog.text


@pytest.mark.parametrize("damage", ["folder gone", "a file in its place", "meta of another kind"])
def test_the_command_that_the_message_names_mends_it(corpus, index, damage):
    built = build(corpus, index, Letters())
    folder = index / "generations" / built.generation
    if damage == "meta of another kind":
        (folder / "meta.json").write_text("[1]")
    else:
        shutil.rmtree(folder)
        if damage == "a file in its place":
            folder.write_text("")
    with pytest.raises(IndexFormatError, match="build it again"):
        open_index(index, Letters())
    build(corpus, index, Letters())
    assert open_index(index, Letters()).generation == built.generation


def test_a_generation_that_is_open_is_not_dropped_until_it_is_let_go(corpus, index):
    def rebuild(number: int) -> str:
        (corpus / "a.txt").write_text(TEXTS["a"] + f"第三条 第{number}号公告同时废止。\n", "utf-8")
        return build(corpus, index, Letters()).generation

    names = [rebuild(0)]
    opened = open_index(index, Letters())
    names += [rebuild(number) for number in range(1, 4)]
    kept = {folder.name for folder in (index / "generations").iterdir()}
    assert kept == {names[0], *names[-2:]}
    assert "第0号" in opened.store.document("a").text  # read only now: its file must be there
    del opened
    names.append(rebuild(4))
    assert {folder.name for folder in (index / "generations").iterdir()} == set(names[-2:])
