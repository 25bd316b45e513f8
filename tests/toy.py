"""A corpus of two short texts, and an encoder that can be worked out by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

# An interleaved text of two languages and an English one; both made up for the tests.
OPINIONS = """\
关于加强茶叶检验的意见
Opinions on Strengthening the Inspection of Tea

一、总体要求
I. General requirements

（一）各省应当每年检验茶叶。检验费用由省承担。
(1) Every province shall inspect tea every year. The province bears the cost of the inspection.

二、报告
II. Reporting

（一）检验结果应当在三月底以前报送总局。
(1) The results of the inspection shall be sent to the General Administration by the end of March.
"""
NOTICE = """\
Notice on Electric Kettles

I. Scope

1. Electric kettles sold in the country need a certificate of safety.

2. Kettles made for export need none. The exporter keeps a record of them for 5 years.
"""
ENTRIES = [
    {
        "document_id": "tea-2018",
        "path": "texts/tea.txt",
        "language": "zh-en",
        "title": "关于加强茶叶检验的意见",
        "title_zh": "关于加强茶叶检验的意见",
        "title_en": "Opinions on Strengthening the Inspection of Tea",
        "issuer": "总局 (General Administration)",
        "document_number": "总局发〔2018〕1号",
        "issued_on": "2018-01-31",
        "status": "in_force",
        "translation": "official",
        "extent": "whole",
    },
    {
        "document_id": "kettles-2020",
        "path": "texts/kettles.txt",
        "language": "en",
        "title": "Notice on Electric Kettles",
        "issued_on": "2020-05-01",
        "translation": "machine",
    },
]


class ToyEncoder:
    """The characters of a text, counted by their code modulo 8, and the counts brought to length 1."""

    name = "toy"
    sha256 = "70" * 32
    dimension = 8

    def encode(self, texts: Sequence[str], kind: str = "passage") -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, ord(character) % self.dimension] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1)


def toy_answerer(corpus: Path, index: Path, renderings: bool = True):
    """An answerer over a fresh index of a corpus."""
    # Here, since most that take a corpus from this file need neither.
    from ingest.index import open_index
    from ingest.pipeline import build
    from service.answerer import Answerer

    build(corpus, index, ToyEncoder(), renderings=renderings)
    return Answerer(open_index(index, ToyEncoder()), ToyEncoder(), None, renderings)


def write_beside(corpus: Path, folder: str, name: str, *lines: dict | str) -> None:
    """Lines for sentences, such as wordings, in a folder of the corpus; a text stands as it is."""
    (corpus / folder).mkdir(exist_ok=True)
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    (corpus / folder / name).write_text(text, "utf-8")


def write_corpus(folder: Path, texts: Sequence[str] = (OPINIONS, NOTICE)) -> Path:
    """The corpus in ``folder``; other ``texts`` take the place of its own."""
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    for entry, text in zip(ENTRIES, texts, strict=True):
        (folder / str(entry["path"])).write_text(text, "utf-8")
    lines = [json.dumps(entry, ensure_ascii=False) for entry in ENTRIES]
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder
