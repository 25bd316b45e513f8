"""Results → the table that is printed and the page that can be kept."""

import html
from collections.abc import Callable, Sequence
from statistics import mean, median

from rich.console import Console
from rich.table import Table

from eval.run import Result

ANSWERABLE = ("recall@1", "recall@5", "recall@10", "mrr@10", "answered", "evidence", "first", "precision", "facts")
_LEGEND = (
    "recall@k: share of the evidence among the first k passages · answered: not refused · evidence: share of the"
    " evidence that the citations carry · first: first citation right · precision: share of citations that carry"
    " evidence · facts: share of the figures and names asked for that stand in the quotes"
)


def cells(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    """The answerable questions by question language × source language, then all of them."""
    answerable = [result for result in results if result.question.answerable]
    keys = sorted({(result.question.language, result.source) for result in answerable})
    rows = [
        (f"{language} → {source}", [r for r in answerable if (r.question.language, r.source) == (language, source)])
        for language, source in keys
    ]
    return [*rows, ("all", answerable)]


def summary(results: Sequence[Result]) -> dict:
    """Means of every measure by cell, refusal rates and times; what the table shows, as data."""
    refusals = [result for result in results if not result.question.answerable]
    answered = [result for result in results if result.question.answerable]
    refused = _mean(refusals, lambda result: result.measures["refused"])
    kept = _mean(answered, lambda result: result.measures["answered"])
    near = [result for result in refusals if result.question.near_miss]
    return {
        "cells": {
            name: {"n": len(rows)} | {key: _mean(rows, lambda result, key=key: result.measures[key]) for key in ANSWERABLE}
            for name, rows in cells(results)
        },
        "refusal": {
            "n": len(refusals),
            "refused": refused,
            "near misses": len(near),
            "near misses refused": _mean(near, lambda result: result.measures["refused"]),
            "reason right": _mean(refusals, lambda result: result.measures["reason"]),
            "wrongly refused": 1 - kept,
            "balanced accuracy": (refused + kept) / 2,
        },
        "milliseconds": {"median": 1000 * median(result.seconds for result in results)},
    }


def print_table(results: Sequence[Result], heading: str, console: Console) -> None:
    found = summary(results)
    table = Table(title=heading, title_justify="left")
    table.add_column("question → source")
    for column in ("n", *ANSWERABLE):
        table.add_column(column, justify="right")
    for name, row in found["cells"].items():
        table.add_row(name, str(row["n"]), *(f"{row[key]:.3f}" for key in ANSWERABLE))
    console.print(table)
    refusal = found["refusal"]
    console.print(
        f"to be refused: {refusal['n']} · refused {refusal['refused']:.3f}"
        f" (near misses {refusal['near misses refused']:.3f} of {refusal['near misses']})"
        f" · reason right {refusal['reason right']:.3f} · wrongly refused {refusal['wrongly refused']:.3f}"
        f" · balanced accuracy {refusal['balanced accuracy']:.3f} · median {found['milliseconds']['median']:.1f} ms"
    )
    console.print(_LEGEND, style="dim")


def page(results: Sequence[Result], circumstances: dict) -> str:
    """One self-contained HTML page: the table, then every question with its answer and the evidence expected."""
    found = summary(results)
    rows = "".join(
        f"<tr><th>{_text(name)}<td>{row['n']}" + "".join(f"<td>{row[key]:.3f}" for key in ANSWERABLE)
        for name, row in found["cells"].items()
    )
    about = "".join(f"<dt>{_text(key)}<dd>{_text(value)}" for key, value in circumstances.items())
    refusal = "".join(f"<dt>{_text(key)}<dd>{value:.3f}" for key, value in found["refusal"].items())
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Yiju: gold questions</title>"
        "<style>body{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}td,th{padding:.2em .6em;"
        "text-align:right;border-bottom:1px solid #ccc}th:first-child{text-align:left}section{border-top:1px solid #ccc}"
        ".miss{color:#a00}pre{white-space:pre-wrap;font:inherit}dt{float:left;clear:left;width:14em}</style>"
        f"<h1>Gold questions</h1><dl>{about}</dl><table><tr><th>question → source<th>n"
        + "".join(f"<th>{_text(key)}" for key in ANSWERABLE)
        + f"{rows}</table><p>{_text(_LEGEND)}<h2>Refusals</h2><dl>{refusal}</dl><h2>Questions</h2>"
        + "".join(_section(result) for result in results)
    )


def _section(result: Result) -> str:
    question = result.question
    right = result.measures.get("evidence", result.measures.get("refused", 0)) == 1
    expected = (
        "".join(f"<li>{' <b>or</b> '.join(_text(quote.text) for quote in group)}" for group in question.evidence)
        or f"<li>to be refused: {_text(question.reason)}"
    )
    measures = " · ".join(f"{key} {value:.2f}" for key, value in result.measures.items())
    return (
        f"<section><h3 class={'hit' if right else 'miss'}>{_text(question.question_id)}: {_text(question.text)}</h3>"
        f"<p>{_text(measures)} · confidence {result.answer['confidence']:.2f} · reason {_text(result.answer['reason'])}"
        f"<pre>{_text(result.answer['answer'])}</pre><p>Expected:<ul>{expected}</ul></section>"
    )


def _text(value: object) -> str:
    return html.escape(str(value))


def _mean(results: Sequence[Result], value: Callable[[Result], float]) -> float:
    """The mean, or 0 of nothing: an empty cell never looks perfect."""
    return mean(map(value, results)) if results else 0.0
