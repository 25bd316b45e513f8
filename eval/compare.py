"""Two saved runs, question by question: is the second worse, or is it chance?"""

import json
from pathlib import Path

import numpy as np

from eval.circumstances import digest
from eval.intervals import bootstrap_difference, chance_of_difference, chance_of_loss, holm
from eval.score import ANSWERABLE, EVERY, REFUSABLE

BASELINE = Path(__file__).parent / "baseline.json"
# What a change must not make worse: found, answered or refused as it should be, complete, true to the letter.
GATED = ("decision", "refused", "evidence", "facts", "precision", "ndcg@10", "verbatim", "language")
# Chance of any false alarm over all gated measures together. Nine lost questions without a gain are noticed.
ALPHA = 0.02
_DIGITS = 4  # of a measure in the baseline, and so in every comparison


class RunError(Exception):
    """A file that is no saved run, or two runs that cannot be compared."""


def read_run(file: Path) -> dict:
    """A run as ``eval.run.save`` wrote it, or a baseline: circumstances, and results with question and measures."""
    try:
        record = json.loads(file.read_bytes())
        if "measures" in record:
            return _from_baseline(record)
        found = {
            "circumstances": dict(record["circumstances"]),
            "summary": record.get("summary"),
            "results": [_with_digest(result) for result in record["results"]],
        }
        if not found["results"]:
            raise ValueError("no result")
        return found
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{file}: not a saved run ({type(error).__name__}); yiju-eval run --out DIR writes one"
        ) from None


def baseline_of(saved: dict) -> str:
    """What is kept of a run to compare later ones with: circumstances, and a line of measures per question."""
    names = (*EVERY, *ANSWERABLE, *REFUSABLE)
    lines = [
        json.dumps([result["question"]["question_id"], result["digest"], *_columns(result["measures"], names)])
        for result in saved["results"]
    ]
    head = {"circumstances": saved["circumstances"], "measures": names}
    body = json.dumps(head, ensure_ascii=False, indent=1)
    return body[:-2] + ',\n "questions": [\n' + ",\n".join(lines) + "\n ]\n}\n"


def _columns(measures: dict[str, float], names: tuple[str, ...]) -> list[float | int | None]:
    rounded = [round(measures[name], _DIGITS) if name in measures else None for name in names]
    return [int(value) if value is not None and value == int(value) else value for value in rounded]


def _from_baseline(record: dict) -> dict:
    results = [
        {
            "question": {"question_id": name, "text": None},
            "digest": mark,
            "measures": {key: value for key, value in zip(record["measures"], row, strict=True) if value is not None},
        }
        for name, mark, *row in record["questions"]
    ]
    return {"circumstances": record["circumstances"], "summary": None, "results": results}


def _with_digest(result: dict) -> dict:
    """The saved result, and what its question was; its measures are numbers, or it is no result."""
    measures = {name: float(value) for name, value in result["measures"].items()}
    return {**result, "measures": measures, "digest": digest(result["question"])}


def compare(one: dict, other: dict) -> dict:
    """Every measure in both runs over the questions they share, with interval and chance, and what changed.

    Raises:
        RunError: no question is in both.
    """
    first = {result["question"]["question_id"]: result for result in one["results"]}
    second = {result["question"]["question_id"]: result for result in other["results"]}
    shared = [name for name in first if name in second and first[name]["digest"] == second[name]["digest"]]
    if not shared:
        raise RunError("the two runs have no question in common")
    pairs = [(first[name], second[name]) for name in shared]
    changed = [row for pair in pairs if (row := _change(*pair))["a"] != row["b"]]
    return {
        "questions": len(shared),
        "missing": [name for name in first if name not in second],
        "rewritten": [name for name in first if name in second and name not in set(shared)],
        "new": [name for name in second if name not in first],
        "circumstances": _differing(one["circumstances"], other["circumstances"]),
        "measures": _measures(pairs),
        "cells": {name: _measures(rows, GATED) for name, rows in _by_cell(pairs).items()},
        "changed": changed,
        "lost": [row for row in changed if row["b"] < row["a"]],
        "won": [row for row in changed if row["b"] > row["a"]],
    }


def gate(found: dict, alpha: float = ALPHA) -> list[str]:
    """Why the second run must not pass, one line for each reason; empty if it may.

    Raises:
        RunError: none of the gated measures is in both runs: nothing compared is nothing passed.
    """
    chances = {name: found["measures"][name]["chance of loss"] for name in GATED if name in found["measures"]}
    if not chances:
        raise RunError(f"none of {', '.join(GATED)} is in both runs")
    reasons = []
    for name, chance in holm(chances).items():
        row = found["measures"][name]
        if chance <= alpha and row["b"] < row["a"]:
            reasons.append(
                f"{name} fell from {row['a']:.3f} to {row['b']:.3f} over {row['n']} questions (p = {chance:.4f})"
            )
    for key, said in (("missing", "are not in the second"), ("rewritten", "have another wording, evidence or facts")):
        if names := found[key]:
            reasons.append(f"{len(names)} questions of the first run {said}: {', '.join(names[:5])}")
    return reasons


def _measures(pairs: list[tuple[dict, dict]], wanted: tuple[str, ...] | None = None) -> dict[str, dict]:
    rows = {}
    for name in wanted or (*EVERY, *ANSWERABLE, *REFUSABLE):
        both = [(a["measures"], b["measures"]) for a, b in pairs]
        # As the baseline keeps them: what only rounding sets apart is no difference.
        values = [(round(a[name], _DIGITS), round(b[name], _DIGITS)) for a, b in both if name in a and name in b]
        if values:
            rows[name] = _row(np.array(values, float))
    return rows


def _row(values: np.ndarray) -> dict[str, float]:
    """``values`` (questions, 2): before and after. The interval is of the difference, by bootstrap over questions."""
    difference = values[:, 1] - values[:, 0]
    mean, low, high = bootstrap_difference(difference)
    return {
        "n": len(values),
        "a": float(values[:, 0].mean()),
        "b": float(values[:, 1].mean()),
        "difference": mean,
        "low": low,
        "high": high,
        "chance of loss": chance_of_loss(difference),
        "p": chance_of_difference(difference),
    }


def _by_cell(pairs: list[tuple[dict, dict]]) -> dict[str, list[tuple[dict, dict]]]:
    """By question language × source language, where the second run tells them."""
    cells: dict[str, list[tuple[dict, dict]]] = {}
    for pair in pairs:
        if "source" in pair[1]:
            name = f"{pair[1]['question']['language']} → {pair[1]['source']}"
            cells.setdefault(name, []).append(pair)
    return dict(sorted(cells.items()))


def _change(before: dict, after: dict) -> dict:
    question = after["question"] if after["question"].get("text") else before["question"]
    return {
        "id": question["question_id"],
        "question": question.get("text"),
        "a": _success(before["measures"]),
        "b": _success(after["measures"]),
        "answer a": before.get("answer", {}).get("answer"),
        "answer b": after.get("answer", {}).get("answer"),
    }


def _success(measures: dict[str, float]) -> float:
    return round(measures["evidence"] if "evidence" in measures else measures["refused"], _DIGITS)


def _differing(one: dict, other: dict) -> dict[str, list]:
    return {key: [one.get(key), other.get(key)] for key in {**one, **other} if one.get(key) != other.get(key)}
