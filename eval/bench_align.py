"""Two files of one work, one for each language: how many clauses find their partner.

    python -m eval.bench_align --data DIR [--half tune]

Texts: the laws of ``parallel/tw_law_articles`` that were held back from training the encoder, each made into two files.
Once with its article numbers, once without any, and once without them and with a part of the articles missing on either
side, so that some have no partner. Precision: of the pairs found, how many are right; recall: of the true, found.
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from ingest.counterparts import pair_texts
from ingest.document import Clause
from ingest.encoder import Encoder, load_encoder
from ingest.encoder.data import LAW_OF_ARTICLE, bucket
from ingest.structure import Block, clauses

LEAST = 3  # articles of a law
_MISSING = (0.0, 0.1, 0.3)  # share of the articles left out on either side

Article = tuple[str, str, str]  # number, English, Chinese


def held_back(data: Path) -> dict[str, list[Article]]:
    """law → its articles, of the laws that the encoder has not seen."""
    laws: dict[str, list[Article]] = {}
    with gzip.open(data / "parallel" / "tw_law_articles.tsv.gz", "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            english, chinese = line.rstrip("\n").split("\t")
            head = LAW_OF_ARTICLE.match(english)
            if head and bucket(head["law"], 40) == 0:
                number = head.group().removesuffix(":").rpartition("Article ")[2]
                laws.setdefault(head["law"], []).append(
                    (number, english[head.end() :].strip(), chinese.split("：", 1)[1].strip())
                )
    return {law: articles for law, articles in laws.items() if len(articles) >= LEAST}


def half(law: str) -> str:
    """The half that a law belongs to: the thresholds were set on "tune"."""
    return "report" if bucket("half" + law, 2) else "tune"


def written(articles: Sequence[Article], language: str, numbered: bool) -> list[Clause]:
    """A file of these articles, cut into clauses."""
    blocks, at = [], 0
    for number, english, chinese in articles:
        text = english if language == "en" else chinese
        if numbered and language == "en":
            text = f"Article {number} {english}"
        elif numbered:
            main, _, sub = number.partition("-")
            text = f"第{main}条{f'之{sub}' if sub else ''}　{chinese}"
        blocks.append(Block(at, at + len(text), text, language))
        at += len(text) + 1
    return clauses(language, blocks)


def measure(laws: dict[str, list[Article]], encoder: Encoder, numbered: bool, missing: float, seed: int) -> np.ndarray:
    """(right pairs, pairs found, true pairs) of all laws together."""
    random = np.random.default_rng(seed)
    counts = np.zeros(3, int)
    for articles in laws.values():
        kept = [[at for at in range(len(articles)) if random.random() >= missing] for _ in range(2)]
        files = [
            written([articles[at] for at in places], language, numbered)
            for places, language in zip(kept, ("zh", "en"), strict=True)
        ]
        found = {(kept[0][one], kept[1][other]) for one, other in pair_texts(*files, encoder)} if all(files) else set()
        true = {(at, at) for at in set(kept[0]) & set(kept[1])}
        counts += (len(found & true), len(found), len(true))
    return counts


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_align", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/tw_law_articles.tsv.gz")
    parser.add_argument("--half", choices=("tune", "report"), default="report", help="half of the laws; report")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args(argv)
    laws = {law: articles for law, articles in held_back(options.data).items() if half(law) == options.half}
    encoder = load_encoder()
    rows, began = [], time.perf_counter()
    for numbered in (True, False):
        for missing in _MISSING:
            right, found, true = sum(measure(laws, encoder, numbered, missing, seed) for seed in range(5)).tolist()
            rows.append(
                {
                    "numbers": numbered,
                    "missing": missing,
                    "precision": right / found,
                    "recall": right / true,
                    "pairs": true,
                }
            )
    articles = sum(map(len, laws.values()))
    result = {"half": options.half, "laws": len(laws), "articles": articles, "rows": rows}
    result["seconds"] = time.perf_counter() - began
    if options.as_json:
        print(json.dumps(result, indent=2))
        return 0
    title = f"Two files of one work: {len(laws)} laws, {articles} articles, five draws ({options.half} half)"
    table = Table(title=title)
    for heading in ("article numbers", "left out on either side", "precision", "recall", "true pairs"):
        table.add_column(heading, justify="right")
    for row in rows:
        printed = "printed" if row["numbers"] else "hidden"
        table.add_row(
            printed, f"{row['missing']:.0%}", f"{row['precision']:.3f}", f"{row['recall']:.3f}", f"{row['pairs']:,}"
        )
    Console(width=110).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
