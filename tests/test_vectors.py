"""A build encodes only what the published generation has no vector of, and makes the same bytes as a first build."""

import json
import shutil
from pathlib import Path

import faiss
import numpy as np
import pytest
from toy import ToyEncoder, write_corpus

import ingest.beside
import ingest.vectors
from ingest.encoder import load_encoder
from ingest.parts import Parts
from ingest.pipeline import build
from ingest.vectors import EightBits, Flat, Known, Selection, coded, decoded, encoded, signs_of


class Counting(ToyEncoder):
    def __init__(self):
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts, kind="passage"):
        self.texts += texts
        return super().encode(texts, kind)


def generation(index: Path) -> dict[str, bytes]:
    folder = index / "generations" / (index / "CURRENT").read_text().strip()
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def files_of(held: Flat | EightBits) -> list[bytes]:
    if isinstance(held, Flat):
        return [faiss.serialize_index(held.index).tobytes()]
    return [held.codes.tobytes(), faiss.serialize_index(held.signs).tobytes()]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


def entries(corpus: Path) -> list[dict]:
    return [json.loads(line) for line in (corpus / "manifest.jsonl").read_text("utf-8").splitlines()]


def test_one_changed_clause_is_all_that_is_encoded_again(corpus: Path, tmp_path: Path):
    build(corpus, tmp_path / "index", ToyEncoder())
    text = corpus / entries(corpus)[0]["path"]
    before = text.read_text("utf-8")
    changed = before.replace("检验费用由省承担。", "检验费用由市承担。")
    assert changed != before
    text.write_text(changed, "utf-8")
    encoder = Counting()
    assert build(corpus, tmp_path / "index", encoder).changed
    assert encoder.texts
    assert all("由市承担" in item for item in encoder.texts)
    build(corpus, tmp_path / "anew", ToyEncoder())
    assert generation(tmp_path / "index") == generation(tmp_path / "anew")


def test_a_document_that_is_taken_out_is_gone(corpus: Path, tmp_path: Path):
    build(corpus, tmp_path / "index", ToyEncoder())
    lines = (corpus / "manifest.jsonl").read_text("utf-8").splitlines(keepends=True)
    (corpus / "manifest.jsonl").write_text("".join(lines[1:]), "utf-8")
    encoder = Counting()
    build(corpus, tmp_path / "index", encoder)
    assert encoder.texts == []
    build(corpus, tmp_path / "anew", ToyEncoder())
    files = generation(tmp_path / "index")
    assert files == generation(tmp_path / "anew")
    gone = json.loads(lines[0])["document_id"].encode()
    assert not any(gone in data for data in files.values())


def test_a_damaged_generation_gives_no_vectors(corpus: Path, tmp_path: Path):
    build(corpus, tmp_path / "index", ToyEncoder())
    good = generation(tmp_path / "index")
    folder = tmp_path / "index" / "generations" / (tmp_path / "index" / "CURRENT").read_text().strip()
    (folder / "passages.faiss").write_bytes(b"damaged")
    encoder = Counting()
    build(corpus, tmp_path / "index", encoder)
    assert encoder.texts
    assert generation(tmp_path / "index") == good
    shutil.rmtree(tmp_path / "index")


@pytest.mark.parametrize("limit", [0, 1000])
def test_a_vector_taken_over_is_the_one_that_encoding_gives(monkeypatch, limit):
    """In 8 bits too: what is read back from a step is written to the same step again."""
    monkeypatch.setattr(ingest.vectors, "FLAT_LIMIT", limit)
    encoder, texts = Counting(), [f"第{number}条 认证机构应当报告。" for number in range(200)]
    first = encoded(encoder, texts)
    encoder.texts.clear()
    again = encoded(encoder, ["新的", *reversed(texts), texts[0]], Known(first))
    assert encoder.texts == ["新的"]
    anew = encoded(ToyEncoder(), ["新的", *reversed(texts), texts[0]])
    assert files_of(again.held) == files_of(anew.held)
    assert np.array_equal(again.digests, anew.digests)


def test_what_was_kept_in_8_bits_is_not_taken_for_exact(monkeypatch):
    encoder, texts = Counting(), ["一", "二"]
    monkeypatch.setattr(ingest.vectors, "FLAT_LIMIT", 0)
    rough = encoded(encoder, texts)
    monkeypatch.setattr(ingest.vectors, "FLAT_LIMIT", 10)
    encoder.texts.clear()
    encoded(encoder, texts, Known(rough))
    assert encoder.texts == texts


def test_of_nothing_nothing_is_known():
    nothing = encoded(ToyEncoder(), [])
    assert Known(nothing).rows(encoded(ToyEncoder(), ["一"]).digests).tolist() == [-1]


def some_vectors(count: int, dimension: int = 128) -> np.ndarray:
    """Twenty near each of the first ones, all around a common middle, as the vectors of texts are."""
    random = np.random.default_rng(1)
    topics = random.standard_normal((count // 20, dimension)) + 0.3
    found = np.tile(topics, (20, 1)) + 0.5 * random.standard_normal((count // 20 * 20, dimension))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def test_the_middle_of_a_step_is_coded_as_that_step():
    steps = np.arange(256, dtype=np.uint8)
    assert coded(decoded(steps)).tolist() == steps.tolist()
    assert coded(np.array([-0.5, 0.5], np.float32)).tolist() == [0, 255]


@pytest.mark.parametrize("one_in", [1, 3])
def test_the_first_pass_and_the_rows_find_what_exact_search_finds(monkeypatch, one_in):
    """With a filter, too: only what it admits is found, and all of that is looked at."""
    monkeypatch.setattr(ingest.vectors, "_FEW", 100)
    codes = coded(some_vectors(6_000))
    exact = Flat(faiss.IndexFlatIP(128))
    exact.index.add(decoded(codes))
    among = Selection(np.arange(6_000) % one_in == 0)
    held = EightBits(codes.ravel(), signs_of(codes.ravel(), codes.shape[1]))
    for question in some_vectors(6_000)[:10]:
        expected = exact.nearest(question, among, 15 // one_in).tolist()
        assert held.nearest(question, among, 15 // one_in).tolist() == expected
        assert all(row % one_in == 0 for row in expected)


def test_few_are_compared_one_by_one():
    codes = coded(some_vectors(300))
    few = np.zeros(300, bool)
    few[[7, 250, 31]] = True
    question = some_vectors(20)[0]
    order = sorted([7, 31, 250], key=lambda row: -float(decoded(codes[row]) @ question))
    held = EightBits(codes.ravel(), signs_of(codes.ravel(), codes.shape[1]))
    assert held.nearest(question, Selection(few), 2).tolist() == order[:2]


def test_parts_of_a_file_are_those_of_the_array(tmp_path: Path):
    array = np.arange(100, dtype=np.uint32)
    np.save(tmp_path / "array.npy", array)
    parts = Parts(tmp_path / "array.npy")
    assert parts.joined(np.array([3, 5, 9]), np.array([2, 4, 1])).tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert parts.joined(np.array([90, 3, 5]), np.array([2, 0, 3])).tolist() == [90, 91, 5, 6, 7]
    assert len(parts) == 100


def test_a_build_above_the_limit_takes_over_what_is_known_and_gives_the_same_bytes(
    corpus: Path, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(ingest.vectors, "FLAT_LIMIT", 0)
    build(corpus, tmp_path / "index", ToyEncoder())
    text = corpus / entries(corpus)[0]["path"]
    text.write_text(text.read_text("utf-8").replace("检验费用由省承担。", "检验费用由市承担。"), "utf-8")
    encoder = Counting()
    build(corpus, tmp_path / "index", encoder)
    assert encoder.texts and all("由市承担" in item for item in encoder.texts)
    build(corpus, tmp_path / "anew", ToyEncoder())
    files = generation(tmp_path / "index")
    assert files == generation(tmp_path / "anew")
    assert {"passages.codes.npy", "passages.signs.faiss"} < set(files)


def test_a_second_process_makes_the_same_bytes(corpus: Path, tmp_path: Path, monkeypatch):
    build(corpus, tmp_path / "here", load_encoder())
    monkeypatch.setattr(ingest.beside, "_MANY", 0)
    monkeypatch.setattr(ingest.beside, "_TOGETHER", 3)
    build(corpus, tmp_path / "beside", load_encoder())
    assert generation(tmp_path / "here") == generation(tmp_path / "beside")
