"""References and look-ups against the laws corpus: ``python -m eval.bench_references --data DIR``.

hit@1 on ``bench/statute_xref`` ("《X法》第N条" as it stands in another statute) and ``bench/article_lookup``
("X法第N条的内容是什么？"), each query looked up as it is among all 148,742 articles, and the milliseconds of a look-up.
The articles become clauses as the file gives them, so that their ids are the answers' ids; what is measured is
naming, numbering and resolving, not the reading of structure.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eval.law_files import read_articles
from ingest.document import Clause, Document
from ingest.references.table import ReferenceTables
from ingest.store import Store, write_store
from ingest.versions import Versions
from service.lookup import Lookup, lookup

SETS = ("statute_xref", "article_lookup")


@dataclass(frozen=True)
class Held:
    """As much of an open index as look-ups read."""

    store: Store
    references: ReferenceTables
    catalogue: tuple[Document, ...]
    versions: Versions


@dataclass(frozen=True)
class Missed:
    query: str
    expected: str
    got: str
    other_version: bool  # the right article, of another version of the same law


def read_laws(file: Path) -> tuple[list[Document], list[Clause]]:
    """The documents of ``laws/corpus.jsonl.gz`` with one clause for each article."""
    documents, clauses = [], []
    for law_id, articles in read_articles(file).items():
        text, parts = "", []
        for article in articles:
            printed = f"{article['article_no']} {article['text']}".strip()
            parts.append((article, len(text), printed))
            text += printed + "\n\n"
        documents.append(_document(law_id, articles[0], text))
        clauses += [_clause(law_id, article, start, printed) for article, start, printed in parts]
    return documents, clauses


def _document(law_id: str, article: dict, text: str) -> Document:
    return Document(
        document_id=law_id,
        work_id=law_id,
        language="zh",
        title=article["title"],
        path=article["path"],
        sha256="",
        text=text,
        issued_on=article["date"] or None,
        status="unknown" if article["is_latest"] else "superseded",
    )


def _clause(law_id: str, article: dict, start: int, printed: str) -> Clause:
    return Clause(
        document_id=law_id,
        clause_id=article["_id"],
        parent_id=None,
        number=article["article_no"] or None,
        heading=None,
        level=1 if article["article_no"] else 0,
        path=tuple(article["chapter_path"]),
        language="zh",
        kind="text",
        start=start,
        end=start + len(printed),
        text=printed,
    )


def build_held(folder: Path, documents: list[Document], clauses: list[Clause]) -> tuple[Held, float]:
    """A store, and the seconds that writing it took: most are for finding and resolving references."""
    file = folder / "store.sqlite"
    start = time.perf_counter()
    write_store(file, documents, clauses, [], [])
    took = time.perf_counter() - start
    store = Store(file)
    catalogue = tuple(store.catalogue())
    return Held(store, ReferenceTables(file), catalogue, Versions(catalogue)), took


def read_queries(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """(query, ids of the right articles) of a set in BEIR form."""
    right: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, clause, score = line.split("\t")
        if int(score) > 0:
            right.setdefault(query, set()).add(clause)
    for line in (folder / "queries.jsonl").read_text("utf-8").splitlines():
        query = json.loads(line)
        if query["_id"] in right:
            yield query["text"], right[query["_id"]]


def score(held: Held, queries: list[tuple[str, set[str]]], as_of: date | None) -> tuple[int, list[Missed], list[float]]:
    """(how many are answered by the right article first, the others, milliseconds of each look-up)."""
    missed, times = [], []
    for query, right in queries:
        start = time.perf_counter()
        found = lookup(held, query, as_of=as_of)
        times.append((time.perf_counter() - start) * 1000)
        first = found.clauses[0].clause_id if found.clauses else ""
        if first not in right:
            missed.append(Missed(query, ", ".join(sorted(right)), _said(found), _is_version(held, found, right)))
    return len(queries) - len(missed), missed, times


def _is_version(held: Held, found: Lookup, right: set[str]) -> bool:
    if len(found.clauses) != 1:
        return False
    expected = [held.store.clause(clause_id) for clause_id in right]
    titles = {held.store.document(clause.document_id).title for clause in expected}
    return {found.clauses[0].number} == {clause.number for clause in expected} and titles == {found.documents[0].title}


def _said(found: Lookup) -> str:
    clauses = ", ".join(clause.clause_id for clause in found.clauses)
    candidates = ", ".join(f"{item.why} {item.document.title}" for item in found.candidates[:3])
    return f"{found.understood} found={found.found} {clauses} [{candidates}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with laws/ and bench/")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the day whose versions are looked up; else now")
    parser.add_argument("--misses", type=int, default=0, help="print so many of the wrong answers of each set")
    arguments = parser.parse_args()
    documents, clauses = read_laws(arguments.data / "laws" / "corpus.jsonl.gz")
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        held, took = build_held(Path(folder), documents, clauses)
        megabytes = (Path(folder) / "store.sqlite").stat().st_size / 1e6
        print(f"{len(documents)} documents, {len(clauses)} articles; references {took:.1f} s, store {megabytes:.0f} MB")
        start = time.perf_counter()
        lookup(held, "第一条")  # reads names and titles
        print(
            f"names and titles in memory: {time.perf_counter() - start:.2f} s (once); built in {start - before:.1f} s"
        )
        everything: list[float] = []
        for name in SETS:
            queries = list(read_queries(arguments.data / "bench" / name))
            right, missed, times = score(held, queries, arguments.as_of)
            everything += times
            versions = sum(item.other_version for item in missed)
            print(
                f"{name}: hit@1 {right / len(queries):.4f} ({right} of {len(queries)}; {versions} more are that article"
                f" in another version of the law); {_percentiles(times)}"
            )
            for item in missed[: arguments.misses]:
                print(f"  {item.query} → {item.got}; expected {item.expected}")
        print(f"all look-ups: {_percentiles(everything)}")


def _percentiles(times: list[float]) -> str:
    ordered = sorted(times)
    return f"median {statistics.median(ordered):.2f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.2f} ms"


if __name__ == "__main__":
    main()
