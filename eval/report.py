"""Results → the table that is printed."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.page import page
from eval.run import Result
from eval.summary import cells, intervals, means, summary

__all__ = ["cells", "page", "print_comparison", "print_runs", "print_table", "summary"]

COLUMNS = ("recall@1", "recall@5", "recall@10", "mrr@10", "answered", "evidence", "first", "precision", "facts")
_LEGEND = (
    "recall@k: share of the evidence among the first k passages · answered: not refused · evidence: share of the"
    " evidence that the citations carry · first: first citation right · precision: share of citations that carry"
    " evidence · facts: share of the figures and names asked for that the answer states · 95 %: bootstrap interval"
)


def print_table(results: Sequence[Result], heading: str, console: Console) -> None:
    found = means(results)
    table = Table(title=heading, title_justify="left")
    table.add_column("question → source")
    for column in ("n", *COLUMNS):
        table.add_column(column, justify="right")
    for name, row in found["cells"].items():
        table.add_row(name, str(row["n"]), *(f"{row[key]:.3f}" for key in COLUMNS))
    if found["cells"]["all"]["n"]:
        bounds = intervals([result for result in results if result.question.answerable])
        table.add_row("95 %", "", *(f"{_bare(bounds[key][1])}–{_bare(bounds[key][2])}" for key in COLUMNS), style="dim")
    console.print(table)
    refusal = found["refusal"]
    console.print(
        f"to be refused: {refusal['n']} · refused {refusal['refused']:.3f}"
        f" (near misses {refusal['near misses refused']:.3f} of {refusal['near misses']})"
        f" · reason right {refusal['reason right']:.3f} · wrongly refused {refusal['wrongly refused']:.3f}"
        f" · balanced accuracy {refusal['balanced accuracy']:.3f}"
    )
    console.print(
        " · ".join(f"{name} {value:.3f}" for name, value in found["every"].items())
        + f" · median {found['milliseconds']['median']:.1f} ms, 95 % within {found['milliseconds']['p95']:.1f} ms"
    )
    if found["without a result"]:
        console.print(f"{found['without a result']} questions without a result, counted with the worst", style="bold")
    console.print(_LEGEND, style="dim")


def print_runs(rows: Sequence[tuple[str, dict]], console: Console) -> None:
    """Several systems in one table: name and saved summary of each, with intervals."""
    columns = ("recall@1", "recall@5", "recall@10", "ndcg@10", "evidence", "precision", "facts", "verbatim")
    table = Table(title="the same gold questions", title_justify="left")
    table.add_column("system")
    for column in (*columns, "balanced accuracy", "median ms"):
        table.add_column(column, justify="right")
    for name, found in rows:
        every = found["intervals"]["all"]["all"]
        table.add_row(
            name,
            *(_with_bounds(every[column]) for column in columns),
            _with_bounds(found["decisions"]["balanced accuracy"]),
            f"{found['milliseconds']['median']:.1f}",
        )
    console.print(table)


def _with_bounds(interval: Sequence[float]) -> str:
    value, low, high = interval
    return f"{value:.3f}\n{_bare(low)}–{_bare(high)}"


def _bare(value: float) -> str:
    """.97 rather than 0.97: an interval has little room."""
    return f"{value:.2f}".removeprefix("0")


def print_comparison(found: dict, console: Console, limit: int) -> None:
    """What changed between two runs: circumstances, measures, then questions with both answers."""
    console.print(f"{found['questions']} questions in both runs")
    for name in ("missing", "rewritten", "new"):
        if found[name]:
            console.print(f"{name}: {len(found[name])} ({', '.join(found[name][:5])}, …)", markup=False)
    for name, (before, after) in found["circumstances"].items():
        console.print(f"  {name}: {before} → {after}", style="dim", markup=False, highlight=False)
    table = Table()
    for column in ("measure", "n", "A", "B", "difference", "95 %", "p"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for name, row in found["measures"].items():
        table.add_row(
            name,
            str(row["n"]),
            f"{row['a']:.3f}",
            f"{row['b']:.3f}",
            f"{row['difference']:+.3f}",
            f"{row['low']:+.3f} to {row['high']:+.3f}",
            f"{row['p']:.4f}",
            style="bold" if row["p"] < 0.05 else None,
        )
    console.print(table)
    for cell, rows in found["cells"].items():
        changes = [f"{name} {row['difference']:+.3f}" for name, row in rows.items() if row["difference"]]
        if changes:
            console.print(f"{cell} ({max(row['n'] for row in rows.values())}): {', '.join(changes)}", highlight=False)
    for name in ("lost", "won"):
        console.print(f"{len(found[name])} questions {name}", style="bold")
        for row in found[name][:limit]:
            console.print(f"{row['a']:.2f} → {row['b']:.2f}  {row['id']}: {row['question'] or ''}", markup=False)
            for side in ("answer a", "answer b"):
                if row[side] is not None:
                    console.print(f"  {side[-1].upper()}: {_shortened(row[side])}", style="dim", markup=False)


def _shortened(text: str, length: int = 300) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[:length]}…"
