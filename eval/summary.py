"""Results → figures with intervals; what the table and the page show, as data."""

from collections.abc import Callable, Sequence
from statistics import mean, median

import numpy as np

from eval import decisions
from eval.intervals import bootstrap, bootstrap_of
from eval.run import Result
from eval.score import ANSWERABLE, EVERY, REFUSABLE

# What a cell is made of; a cell of all of them together holds few questions, so each is given on its own as well.
DIMENSIONS: dict[str, Callable[[Result], str]] = {
    "language": lambda result: result.question.language,
    "source": lambda result: result.source,
    "user": lambda result: result.question.user,
    "kind": lambda result: result.question.kind,
    "answerable": lambda result: "answerable" if result.question.answerable else "to be refused",
}
_EXTRA: dict[str, Callable[[Result], str]] = {
    "style": lambda result: result.question.style,
    "split": lambda result: result.question.split,
    "language → source": lambda result: f"{result.question.language} → {result.source}",
}


def cells(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    """The answerable questions by question language × source language, then all of them."""
    answerable = [result for result in results if result.question.answerable]
    grouped = _grouped(answerable, _EXTRA["language → source"])
    return [*sorted(grouped.items()), ("all", answerable)]


def means(results: Sequence[Result]) -> dict:
    """Means of every measure by cell, refusal rates and times; without intervals, and so at once."""
    refusals = [result for result in results if not result.question.answerable]
    answered = [result for result in results if result.question.answerable]
    refused = _mean(refusals, lambda result: result.measures["refused"])
    kept = _mean(answered, lambda result: result.measures["answered"])
    near = [result for result in refusals if result.question.near_miss]
    return {
        "questions": len(results),
        "without a result": sum(result.error is not None for result in results),
        "cells": {
            name: {"n": len(rows)}
            | {key: _mean(rows, lambda result, key=key: result.measures[key]) for key in ANSWERABLE}
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
        "every": {key: _mean(results, lambda result, key=key: result.measures[key]) for key in EVERY},
        "milliseconds": _latency(results),
        "characters": _lengths(results),
    }


def summary(results: Sequence[Result]) -> dict:
    """The means, with 95 % intervals by cell, and the figures over all questions (decisions.py)."""
    items = [result.decision for result in results]
    return {
        **means(results),
        "intervals": {"all": {"all": intervals(results)}} | _by_dimension(results),
        "decisions": {
            "balanced accuracy": bootstrap_of(items, decisions.balanced_accuracy),
            "area under risk": bootstrap_of(items, decisions.area_under_risk),
            "brier": bootstrap_of(items, decisions.brier),
            "calibration error": bootstrap_of(items, decisions.calibration_error),
            "risk by coverage": decisions.risk_coverage(items),
            "reliability": decisions.reliability(items),
            "reasons": decisions.confusion(items),
        },
    }


def intervals(results: Sequence[Result]) -> dict:
    """n, and (mean, low, high) of every measure over the questions to which it applies."""
    found: dict = {"n": len(results)}
    sides = (
        (EVERY, list(results)),
        (ANSWERABLE, [result for result in results if result.question.answerable]),
        (REFUSABLE, [result for result in results if not result.question.answerable]),
    )
    for names, rows in sides:
        if rows:
            values = np.array([[result.measures[name] for name in names] for result in rows])
            bounds = zip(*(map(float, column) for column in bootstrap(values)), strict=True)
            found |= dict(zip(names, bounds, strict=True))
    return found


def _by_dimension(results: Sequence[Result]) -> dict:
    every = {**DIMENSIONS, **_EXTRA, " × ".join(DIMENSIONS): _cell}
    return {
        name: {value: intervals(rows) for value, rows in sorted(_grouped(results, key).items())}
        for name, key in every.items()
    }


def _cell(result: Result) -> str:
    return " · ".join(key(result) for key in DIMENSIONS.values())


def _grouped(results: Sequence[Result], key: Callable[[Result], str]) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return groups


def _latency(results: Sequence[Result]) -> dict:
    """Median and 95th percentile of the time to the answer, and of each stage that the service tells."""
    seen = [result for result in results if result.error is None]
    stages = dict.fromkeys(stage for result in seen for stage in result.timings)
    return {
        **_spread([1000 * result.seconds for result in seen]),
        "stages": {stage: _spread([result.timings.get(stage, 0.0) for result in seen]) for stage in stages},
    }


def _lengths(results: Sequence[Result]) -> dict:
    """Of answers (not refusals), in characters: Chinese has no words to count."""
    seen = [result for result in results if result.answered]
    return {
        "answer": _spread([len(result.answer["answer"]) for result in seen]),
        "quoted": _spread([sum(len(item["quote"]) for item in result.answer["citations"]) for result in seen]),
        "number of citations": _spread([len(result.answer["citations"]) for result in seen]),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"median": 0.0, "p95": 0.0}
    return {"median": float(median(values)), "p95": float(np.quantile(values, 0.95))}


def _mean(results: Sequence[Result], value: Callable[[Result], float]) -> float:
    """The mean, or 0 of nothing: an empty cell never looks perfect."""
    return mean(map(value, results)) if results else 0.0
