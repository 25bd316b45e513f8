"""Two saved runs, question by question."""

import json
from pathlib import Path
from statistics import mean


class RunError(Exception):
    """A file that is no saved run, or two runs that cannot be compared."""


def read_run(file: Path) -> dict:
    """A run as ``eval.run.save`` wrote it."""
    try:
        record = json.loads(file.read_bytes())
        return {"circumstances": record["circumstances"], "results": record["results"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{file}: not a saved run ({type(error).__name__}); yiju-eval run --out DIR writes one") from None


def compare(one: dict, other: dict) -> dict:
    """Mean of every measure in both runs over the questions they share, and the questions that changed."""
    first = {result["question"]["question_id"]: result for result in one["results"]}
    second = {result["question"]["question_id"]: result for result in other["results"]}
    shared = [name for name in first if name in second]
    if not shared:
        raise RunError("the two runs have no question in common")
    names = sorted({key for name in shared for key in first[name]["measures"]})
    measures = {}
    for key in names:
        pairs = [
            (first[name]["measures"][key], second[name]["measures"][key])
            for name in shared
            if key in first[name]["measures"] and key in second[name]["measures"]
        ]
        if pairs:
            measures[key] = {"n": len(pairs), "a": mean(a for a, _ in pairs), "b": mean(b for _, b in pairs)}
    changed = [
        {"id": name, "question": first[name]["question"]["text"], "a": before, "b": after}
        for name in shared
        if (before := _success(first[name])) != (after := _success(second[name]))
    ]
    return {"questions": len(shared), "measures": measures, "changed": changed}


def _success(result: dict) -> float:
    measures = result["measures"]
    return measures["evidence"] if "evidence" in measures else measures["refused"]
