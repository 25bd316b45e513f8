"""Real laws in two versions: is the right one picked, and do the differences pair the right clauses?

    python -m eval.bench_versions --data DIR

``laws/version_pairs`` and ``laws/corpus``: every pair becomes two documents of one work in an index of its own.
Picked: by a look-up of the law's first article and by a search, the day before the later version's date, on that day,
and without a day. Paired: each later version is altered in a way that is known (articles left out, put in from another
law, moved, a tenth of the characters of others changed; all renumbered), and compared with itself.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from ingest.diff import compare
from ingest.document import Clause
from ingest.encoder import load_encoder
from ingest.index import Index, open_index
from ingest.lexicon import Lexicon
from ingest.pipeline import build
from ingest.structure import Block, clauses
from service.answer import Filters
from service.answerer import Answerer
from service.lookup import lookup

Articles = list[dict]


def read_laws(data: Path) -> tuple[list[dict], dict[str, Articles]]:
    """(pairs, articles by law_id of the laws that they name)."""
    with gzip.open(data / "laws" / "version_pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    wanted = {pair[which]["law_id"] for pair in pairs for which in ("old", "new")}
    laws: dict[str, Articles] = defaultdict(list)
    with gzip.open(data / "laws" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            if article["law_id"] in wanted:
                laws[article["law_id"]].append(article)
    return pairs, laws


def text_of(articles: Articles) -> str:
    """A law as it is printed: chapters and articles on lines of their own."""
    lines, chapter = [], None
    for article in articles:
        if article["chapter_path"] != chapter:
            lines += article["chapter_path"][-1:]
            chapter = article["chapter_path"]
        number = f"{article['article_no']}　" if article["article_no"] else ""
        lines += [line.strip() for line in (number + article["text"]).split("\n") if line.strip()]
    return "\n".join(lines)


def cut(name: str, lines: list[str]) -> list[Clause]:
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block(at, at + len(line), line, "zh"))
        at += len(line) + 1
    return clauses(name, blocks)


def write_corpus(folder: Path, pairs: list[dict], laws: dict[str, Articles]) -> None:
    """Every law of every pair once; the versions of one title in one place are one work."""
    entries: dict[str, dict] = {}
    for pair in pairs:
        for which in ("old", "new"):
            law = pair[which]
            entries[law["law_id"]] = {
                "document_id": law["law_id"],
                "path": f"{law['law_id']}.txt",
                "language": "zh",
                "work_id": f"{pair['title']}-{pair['region']}",
                "title": pair["title"],
                "issued_on": law["date"] or None,
            }
            (folder / f"{law['law_id']}.txt").write_text(pair["title"] + "\n\n" + text_of(laws[law["law_id"]]), "utf-8")
    lines = (json.dumps(entry, ensure_ascii=False) for entry in entries.values())
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def picked(index: Index, answerer: Answerer, pair: dict, latest: str, first: str) -> dict[str, tuple[bool, bool]]:
    """day → (whether a look-up gives the right version, whether a search gives it and not the other of the pair)."""
    new = pair["new"]["date"]
    days = {"before": date.fromisoformat(new) - timedelta(1), "on the day": date.fromisoformat(new), "now": None}
    found = {}
    for name, day in days.items():
        documents = lookup(index, f"{pair['title']}第一条", as_of=day).documents
        right = {"before": pair["old"]["law_id"], "on the day": pair["new"]["law_id"], "now": latest}[name]
        other = pair["new" if name == "before" else "old"]["law_id"]
        hits = {hit.passage.document_id for hit in answerer.search(first[:200], Filters(as_of=day), limit=50)}
        found[name] = [one.document_id for one in documents] == [right], right in hits and other not in hits
    return found


def measure_picking(pairs: list[dict], laws: dict[str, Articles]) -> dict:
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as folder:
        corpus, place = Path(folder, "corpus"), Path(folder, "index")
        corpus.mkdir()
        write_corpus(corpus, pairs, laws)
        build(corpus, place, encoder)
        index = open_index(place, encoder)
        answerer = Answerer(index, encoder, Lexicon.load())
        latest: dict[str, tuple[str, str]] = {}  # of some laws there are three versions
        for pair in pairs:
            new = pair["new"]["date"], pair["new"]["law_id"]
            latest[pair["title"]] = max(new, latest.get(pair["title"], new))
        result: dict = {"pairs": 0, "left_out": 0, "lookup": defaultdict(int), "search": defaultdict(int)}
        for pair in pairs:
            if not pair["new"]["date"] or not pair["old"]["date"] or pair["new"]["date"] <= pair["old"]["date"]:
                result["left_out"] += 1  # no dates that tell them apart
                continue
            result["pairs"] += 1
            first = laws[pair["old"]["law_id"]][0]["text"]
            asked = picked(index, answerer, pair, latest[pair["title"]][1], pair["title"] + first)
            for name, (looked_up, searched) in asked.items():
                result["lookup"][name] += looked_up
                result["search"][name] += searched
        return result


def altered(articles: Articles, others: Articles, random: np.random.Generator) -> tuple[list[str], list[int | None]]:
    """(lines, which article of the original each is): a tenth left out, put in, moved, a fifth reworded."""
    kept: list[tuple[int | None, str]] = []
    for at, article in enumerate(articles):
        text = article["text"].replace("\n", "")
        if random.random() < 0.1:
            continue
        if random.random() < 0.2:
            cut_at = set(random.choice(len(text), max(1, len(text) // 10), replace=False).tolist())
            text = "".join("某" if place in cut_at else character for place, character in enumerate(text))
        kept.append((at, text))
        if random.random() < 0.1:
            kept.append((None, others[int(random.integers(len(others)))]["text"].replace("\n", "")))
    for _ in range(len(kept) // 20):
        kept.insert(int(random.integers(len(kept))), kept.pop(int(random.integers(len(kept)))))
    return [f"第{at}条　{text}" for at, (_, text) in enumerate(kept, 1)], [at for at, _ in kept]


def measure_pairing(pairs: list[dict], laws: dict[str, Articles]) -> dict:
    """Right, found and true pairs of articles, by their words and by their numbers alone."""
    random = np.random.default_rng(0)
    names = sorted({pair["new"]["law_id"] for pair in pairs})
    counts = {"words": np.zeros(3, int), "numbers": np.zeros(3, int)}
    for at, name in enumerate(names):
        articles, others = laws[name], laws[names[at - 1]]
        original = [f"第{place}条　" + article["text"].replace("\n", "") for place, article in enumerate(articles, 1)]
        lines, origin = altered(articles, others, random)
        old, new = cut("old", original), cut("new", lines)
        place = {clause.clause_id: position for position, clause in enumerate(old)}
        place_new = {clause.clause_id: position for position, clause in enumerate(new)}
        true = {(one, other) for other, one in enumerate(origin) if one is not None}
        found = {
            (place[change.old.clause_id], place_new[change.new.clause_id])
            for change in compare(old, new)
            if change.old and change.new
        }
        by_number = {(position, position) for position in range(min(len(old), len(new)))}
        for way, given in (("words", found), ("numbers", by_number)):
            counts[way] += (len(given & true), len(given), len(true))
    return {
        way: {"precision": right / given, "recall": right / true, "articles": int(true)}
        for way, (right, given, true) in counts.items()
    }


def measure_time(pairs: list[dict], laws: dict[str, Articles]) -> dict:
    """Milliseconds that comparing a pair takes: median, longest; and the clauses of the longest."""
    took = []
    for pair in pairs:
        old, new = (cut(which, text_of(laws[pair[which]["law_id"]]).split("\n")) for which in ("old", "new"))
        began = time.perf_counter()
        compare(old, new)
        took.append(((time.perf_counter() - began) * 1000, len(old) + len(new)))
    return {
        "median_ms": float(np.median([one for one, _ in took])),
        "longest_ms": max(took)[0],
        "clauses": max(took)[1],
    }


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_versions", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with laws/version_pairs.jsonl.gz")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args(argv)
    pairs, laws = read_laws(options.data)
    result = {
        "picked": measure_picking(pairs, laws),
        "paired": measure_pairing(pairs, laws),
        "time": measure_time(pairs, laws),
    }
    if options.as_json:
        print(json.dumps(result, indent=2))
        return 0
    console, found = Console(width=110), result["picked"]
    table = Table(title=f"The right version of {found['pairs']} ({found['left_out']} pairs have no dates that differ)")
    for heading in ("", *found["lookup"]):
        table.add_column(heading, justify="right" if heading else "left")
    for way in ("lookup", "search"):
        table.add_row(way, *(str(count) for count in found[way].values()))
    console.print(table)
    table = Table(title="Articles of altered laws paired with the original")
    for heading in ("by", "precision", "recall", "true pairs"):
        table.add_column(heading, justify="left" if heading == "by" else "right")
    for way, row in result["paired"].items():
        table.add_row(way, f"{row['precision']:.3f}", f"{row['recall']:.3f}", f"{row['articles']:,}")
    console.print(table)
    taken = result["time"]
    console.print(
        f"Comparing one of the {len(pairs)} pairs: median {taken['median_ms']:.0f} ms,"
        f" longest {taken['longest_ms']:.0f} ms ({taken['clauses']:,} clauses of both)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
