"""The retrieval sets of the bench: texts, questions, relevance, and the figures their READMEs give."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.encoder import SHIPPED
from ingest.encoder.data import QUESTION_SETS, bucket, in_test_half, read_jsonl, read_qrels

XQUAD = ("xquad/en-zh", "xquad/zh-en", "xquad/zh-zh", "xquad/en-en", "xquad/mixed")
LAWS = "statute_xref"
# Our own questions about policy whose clauses were held out of training; they need no data folder.
POLICY = ("policy/en-zh", "policy/zh-en")
SETS = (*POLICY, *XQUAD, *QUESTION_SETS, LAWS)
PAIRS = SHIPPED.with_name("pairs")

# Given by the sets' READMEs (nDCG@10 of MTEB XQuADRetrieval, embeddings-benchmark/results@f4cc6c8).
PUBLISHED = {
    "xquad/zh-zh": {
        "multilingual-e5-large": 0.9639,
        "gte-multilingual-base": 0.9336,
        "paraphrase-MiniLM-L12": 0.8523,
        "LaBSE": 0.8566,
    },
    "xquad/en-en": {
        "multilingual-e5-large": 0.9840,
        "gte-multilingual-base": 0.9793,
        "paraphrase-MiniLM-L12": 0.8850,
        "LaBSE": 0.8529,
    },
}
# Recall@10 of plain BM25 where rankings are not padded with passages that share no term; the table of the README
# counts padded ones.
UNPADDED = {"xquad/en-zh": 0.20, "xquad/zh-en": 0.16}


@dataclass(frozen=True)
class RetrievalSet:
    """Questions with their relevant passages in a corpus. `floor`: BM25 as the set's README gives it."""

    name: str
    passages: dict[str, str]  # id → text
    queries: dict[str, str]
    relevant: dict[str, set[str]]
    floor: dict[str, float]


def read_set(data: Path | None, name: str) -> RetrievalSet:
    """The set `name` of `data`/bench. Of the sets whose half is trained on, the questions of the other half."""
    if name in POLICY:
        return _policy(name)
    if data is None:
        raise ValueError(f"{name} needs --data, the folder that holds bench/")
    folder = data / "bench" / name
    if not folder.is_dir():
        raise ValueError(f"{folder} does not exist; --data must be the folder that holds bench/")
    relevant = read_qrels(folder / "qrels.tsv")
    if name in QUESTION_SETS:
        relevant = {query: passages for query, passages in relevant.items() if in_test_half(passages)}
    queries = {row["_id"]: row["text"] for row in read_jsonl(folder / "queries.jsonl") if row["_id"] in relevant}
    rows = _laws(data) if name == LAWS else read_jsonl(folder / "corpus.jsonl")

    def text(row: dict) -> str:
        # A reference names a law, which only the title of its articles holds; elsewhere a title is no part of the text.
        return f"{row['title']} {row['text']}" if name == LAWS else row["text"]

    floor = read_floor(folder, name)
    if any(len(passages) > 1 for passages in relevant.values()):
        floor.pop("R@1", None)  # the READMEs count a hit at 1, which is no recall where several passages are right
    return RetrievalSet(name, {row["_id"]: text(row) for row in rows}, queries, relevant, floor)


def _policy(name: str) -> RetrievalSet:
    """The questions in one language about held-out clauses in the other, among all clauses of both languages."""
    rows = [row for path in sorted(PAIRS.glob("*.jsonl")) for row in read_jsonl(path)]
    number = {clause: str(i) for i, clause in enumerate(sorted({row["clause"] for row in rows}))}
    direction = [f"policy/{row['language']}-{row['clause_language']}" for row in rows]
    chosen = [row for row, way in zip(rows, direction, strict=True) if way == name and not bucket(row["clause"], 20)]
    queries = {f"q{i}": row["question"] for i, row in enumerate(chosen)}
    relevant = {f"q{i}": {number[row["clause"]]} for i, row in enumerate(chosen)}
    return RetrievalSet(name, {i: clause for clause, i in number.items()}, queries, relevant, {})


def _laws(data: Path) -> Iterator[dict]:
    with gzip.open(data / "laws" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_floor(folder: Path, name: str) -> dict[str, float]:
    """BM25 figures from the table of the set's README: nDCG@10, R@1 (hit@1), R@10, R@100."""
    readme, row = folder / "README.md", folder.name
    if not readme.is_file():
        readme = folder.parent / "README.md"
    for line in readme.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 8 and cells[0] == row:
            ndcg, first, ten, hundred = map(float, cells[4:])
            return {"nDCG@10": ndcg, "R@1": first, "R@10": UNPADDED.get(name, ten), "R@100": hundred}
    return {}
