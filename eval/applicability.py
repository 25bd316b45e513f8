"""Scripted enterprises → how often the check decides rightly, on the right clause, and asks what separates.

    python -m eval.applicability [--index DIR] [--json] [--failures] [--calibrate]

A case (eval/cases/*.jsonl) holds a description, facts, and what is expected: ``expect`` scheme → obligation, of all
schemes that are not ruled out but the general ones; ``clauses`` scheme → the words of the deciding clause; ``ask`` the
facts to be asked for; ``status``. Cases are halved by the hash of their id: the tune half may be looked at while words
and thresholds are chosen, the report half is only reported.

decision: the obligation of every scheme as expected, none beside them. clause: of every scheme with an expected clause
one citation overlaps it. right: both. asked: exactly the expected facts. false compulsory: schemes called compulsory
that are not expected to be.
"""

import argparse
import hashlib
import json
import re
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.intervals import bootstrap
from ingest.command import INDEX

CASES = Path(__file__).with_name("cases")
# They may concern nearly everybody, or follow from another scheme; a case that does not name them leaves them open.
GENERAL = {"voluntary-product", "voluntary-service", "qms", "regional-brand", "ccc-self-declaration"}


@dataclass(frozen=True)
class Case:
    case_id: str
    description: str
    facts: dict
    status: str
    expect: dict[str, str]
    clauses: dict[str, dict[str, str]]
    ask: tuple[str, ...]

    @property
    def half(self) -> str:
        return "tune" if hashlib.sha256(self.case_id.encode()).digest()[0] % 2 == 0 else "report"

    @property
    def kind(self) -> str:
        return "outside" if self.status == "not_covered" else "question" if self.ask else "decided"


@dataclass(frozen=True)
class Outcome:
    case: Case
    wrong: tuple[str, ...]  # decisions that are not as expected
    wrong_clauses: tuple[str, ...]
    asked: tuple[str, ...]
    false_compulsory: int
    took_ms: float

    @property
    def right(self) -> bool:
        return not self.wrong and not self.wrong_clauses


def read_cases(folder: Path = CASES) -> list[Case]:
    """All cases, in the order of files and lines.

    Raises:
        ValueError: naming the file and line of the first that is no case.
    """
    cases = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
            if line.strip():
                try:
                    cases.append(_case(json.loads(line)))
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"{file}:{number}: no case ({type(error).__name__}: {error})") from None
    return cases


def _case(record: dict) -> Case:
    return Case(
        case_id=record["id"],
        description=record["description"],
        facts=record["facts"],
        status=record["status"],
        expect=record["expect"],
        clauses=record["clauses"],
        ask=tuple(record["ask"]),
    )


def judge(case: Case, answerer) -> Outcome:
    """One case, asked and compared."""
    from service.applicability.check import applicability

    start = time.perf_counter()
    found = applicability(answerer, case.description, case.facts)
    took_ms = (time.perf_counter() - start) * 1000
    asked = tuple(question.fact for question in found.ask_next)
    wrong = [f"status {found.status}, expected {case.status}"] if found.status != case.status else []
    wrong_clauses = []
    false_compulsory = 0
    # Where nothing is known of the enterprise everything is open; only what the case names counts.
    vague = "activity" in asked and "activity" in case.ask
    for item in found.certifications:
        expected = case.expect.get(item.scheme)
        if item.obligation == "compulsory" and expected != "compulsory":
            false_compulsory += 1
        if expected is None and (item.scheme in GENERAL or vague) and item.obligation != "compulsory":
            continue
        if item.obligation != (expected or "not_covered"):
            wrong.append(f"{item.scheme} {item.obligation}, expected {expected or 'not_covered'}")
        clause = case.clauses.get(item.scheme)
        if clause and not any(_carries(citation, clause) for citation in item.citations):
            wrong_clauses.append(item.scheme)
    return Outcome(case, tuple(wrong), tuple(wrong_clauses), asked, false_compulsory, took_ms)


def _carries(citation, clause: dict[str, str]) -> bool:
    """Whether the expected words are the citation's, or a part of it or it of them, in either language."""
    if citation.document_id != clause["document_id"]:
        return False
    wanted = _squeezed(clause["quote"])
    quotes = [citation.quote, *([citation.counterpart.quote] if citation.counterpart else [])]
    return any(wanted in _squeezed(quote) or _squeezed(quote) in wanted for quote in quotes)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def measures(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """The figures of the module's first lines, over these cases; asked facts as precision and recall too."""
    count = len(outcomes)
    expected = sum(len(item.case.ask) for item in outcomes)
    asked = sum(len(item.asked) for item in outcomes)
    both = sum(len(set(item.asked) & set(item.case.ask)) for item in outcomes)
    return {
        "n": count,
        "decision": sum(not item.wrong for item in outcomes) / count,
        "clause": sum(not item.wrong_clauses for item in outcomes) / count,
        "right": sum(item.right for item in outcomes) / count,
        "asked": sum(set(item.asked) == set(item.case.ask) for item in outcomes) / count,
        "asked precision": both / asked if asked else 1.0,
        "asked recall": both / expected if expected else 1.0,
        "false compulsory": sum(item.false_compulsory for item in outcomes),
    }


def rows(outcomes: Sequence[Outcome]) -> dict[str, dict]:
    """The measures of each half as a whole, by language and by kind of case."""
    table = {}
    for half in ("tune", "report"):
        of_half = [item for item in outcomes if item.case.half == half]
        groups = {"all": of_half}
        groups |= {
            language: [item for item in of_half if item.case.case_id.startswith(language)] for language in ("zh", "en")
        }
        groups |= {
            kind: [item for item in of_half if item.case.kind == kind] for kind in ("decided", "question", "outside")
        }
        table |= {f"{half} {name}": measures(found) for name, found in groups.items() if found}
    return table


def print_table(table: dict[str, dict]) -> None:
    names = ["n", "decision", "clause", "right", "asked", "asked precision", "asked recall", "false compulsory"]
    print(f"{'':16}" + "".join(f"{name:>17}" for name in names))
    for group, found in table.items():
        cells = [f"{found[name]:>17.3f}" if isinstance(found[name], float) else f"{found[name]:>17}" for name in names]
        print(f"{group:16}" + "".join(cells))


def print_failures(outcomes: Sequence[Outcome]) -> None:
    for item in outcomes:
        if not item.right or set(item.asked) != set(item.case.ask):
            print(f"{item.case.case_id} {item.case.description}")
            for what in (*item.wrong, *(f"clause of {scheme}" for scheme in item.wrong_clauses)):
                print(f"    {what}")
            if set(item.asked) != set(item.case.ask):
                print(
                    f"    asked {', '.join(item.asked) or 'nothing'}, expected {', '.join(item.case.ask) or 'nothing'}"
                )


def calibrate(cases: Sequence[Case], vocabulary) -> None:
    """How often the nearest phrase tells what a description says, where none of its words were known.

    Of every tune case the phrases that stand in it are taken away; what they tell is what must be found.
    """
    from service.applicability.words import folded

    found = []
    for case in cases:
        truth = {(item.fact, item.value) for item in vocabulary.recognise(case.description) if item.how == "words"}
        truth = {pair for pair in truth if pair[0] in ("activity", "matter")}
        if case.half == "tune" and truth:
            text = folded(case.description)
            unknown = np.array([folded(words) not in text for _, _, words in vocabulary.phrases])
            cosine, _, (fact, value, _) = vocabulary.nearest(text, unknown)
            found.append((cosine, (fact, value) in truth))
    for hundredths in range(30, 90, 5):
        told = [right for cosine, right in found if cosine >= hundredths / 100]
        share = sum(told) / len(told) if told else 1.0
        print(f"{hundredths / 100:.2f}  told {len(told)} of {len(found)}, rightly {share:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.applicability", description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path, default=INDEX)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--failures", action="store_true", help="of the tune half")
    parser.add_argument("--calibrate", action="store_true", help="the threshold of meaning, on the tune half")
    arguments = parser.parse_args()
    from service.answerer import open_answerer

    answerer = open_answerer(arguments.index)
    cases = read_cases()
    judge(cases[0], answerer)  # what is read once is read now
    if arguments.calibrate:
        calibrate(cases, answerer.vocabulary)
        return
    outcomes = [judge(case, answerer) for case in cases]
    table = rows(outcomes)
    times = sorted(item.took_ms for item in outcomes)
    if arguments.json:
        json.dump({"measures": table, "median_ms": statistics.median(times)}, sys.stdout, ensure_ascii=False, indent=1)
        return
    print_table(table)
    _, low, high = bootstrap(np.array([[item.right] for item in outcomes if item.case.half == "report"], float))
    print(f"right on the report half: 95 % {low[0]:.2f}–{high[0]:.2f}")
    print(f"median {statistics.median(times):.1f} ms, 95 % within {times[int(0.95 * len(times))]:.1f} ms")
    if arguments.failures:
        print_failures([item for item in outcomes if item.case.half == "tune"])


if __name__ == "__main__":
    main()
