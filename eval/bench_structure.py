"""The outline of real documents against marks made by reading: ``python -m eval.bench_structure --data DIR``.

``tests/data/structure/marks.jsonl`` holds the marks and no text: for each document its file, the file's sha256, and
for every line of its outline [line in the file, number as printed, depth, kind, language where the file has two].
kind is "heading" (nothing but a heading, its text stands below), "item" (carries its own text) or "title" (of the
document or of an annex: counted neither way). Numbers that lost their line break and stand inside a line are marked
with that line, if numbers of their family open lines elsewhere in the document. Table rows are no outline.

The documents: the five texts of the corpus, 20 of ``policy`` ("first"), and twice 10 more ("fresh", "fresh 2"), drawn
by the sha256 of the file name within kinds (laws with chapters and sections, rules, local laws, transcribed ones,
orders and announcements of the customs, each with or without articles and lists; the awkward kinds more often) before
their outlines had been seen. Faults were mended on the first 20 and on what a scan of the whole folder showed; of the
fresh ones none was mended, and "fresh 2" was drawn and marked when the rules were done. Every line of them was read;
the numbers that open lines were then written down with the help of plain patterns, never with the detector.

Counted as found is every clause with a number or of the kind "heading". A mark is found if a clause begins on that
line with that number; its depth is right if the clause has as many clauses above it, its parent if the nearest of
them is the one marked. Precision is over what was found, recall over the marks.

The number of articles in ``policy/zh`` is compared with the manifest; every difference is printed.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from ingest.document import Clause
from ingest.extract import extract
from ingest.manifest import Entry
from ingest.pipeline import document_clauses, read_document

MARKS = Path(__file__).parents[1] / "tests" / "data" / "structure" / "marks.jsonl"
TARGET = 0.98
_ARTICLES = ("条",)

# (line, number, how many of the same before it, language): a line of the outline
Key = tuple[int, str, int, str]


@dataclass(frozen=True)
class Outlined:
    """A line of an outline, marked or found."""

    key: Key
    depth: int
    kind: str
    parent: Key | None


@dataclass
class Score:
    """Counts of marks (wanted), of what was found, and of what agrees, by measure."""

    wanted: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    right: Counter = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, name: str, marks: Sequence[Outlined], found: Sequence[Outlined]) -> None:
        views = {
            "outline": lambda line: line.key,
            "with depth": lambda line: (line.key, line.depth),
            "with parent": lambda line: (line.key, line.parent),
        }
        for measure, view in views.items():
            self._count(measure, {view(line) for line in marks}, {view(line) for line in found})
        headings = [{line.key for line in lines if line.kind == "heading"} for lines in (marks, found)]
        self._count("headings", *headings)
        by_key = {line.key: line for line in found}
        for mark in marks:
            got = by_key.pop(mark.key, None)
            if got is None:
                self.misses.append(f"{name}:{mark.key[0]} “{mark.key[1]}” (depth {mark.depth}) not found")
            elif got.depth != mark.depth:
                self.misses.append(f"{name}:{mark.key[0]} “{mark.key[1]}” depth {got.depth}, marked {mark.depth}")
            elif (got.kind == "heading") != (mark.kind == "heading"):
                self.misses.append(f"{name}:{mark.key[0]} “{mark.key[1]}” {got.kind}, marked {mark.kind}")
        self.misses += [f"{name}:{key[0]} “{key[1]}” found, not marked" for key in by_key]

    def _count(self, measure: str, wanted: set, found: set) -> None:
        self.wanted[measure] += len(wanted)
        self.found[measure] += len(found)
        self.right[measure] += len(wanted & found)


def read_marks(file: Path = MARKS) -> list[dict]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def marked_outline(row: dict) -> tuple[list[Outlined], set[int]]:
    """The marked lines of a document, each with its parent; and the lines that are titles."""
    lines: list[Outlined] = []
    seen: Counter = Counter()
    above: dict[str, list[Outlined]] = {}
    for line, number, depth, kind, *language in row["marks"]:
        if kind == "title":
            continue
        of = language[0] if language else row["language"]
        key = (line, number, seen[line, number, of], of)
        seen[line, number, of] += 1
        stack = [mark for mark in above.get(of, []) if mark.depth < depth]
        lines.append(Outlined(key, depth, kind, stack[-1].key if stack else None))
        above[of] = [*stack, lines[-1]]
    return lines, {line for line, _, _, kind, *_ in row["marks"] if kind == "title"}


def found_outline(clauses: Iterable[Clause], line_of: dict[str, int], titles: set[int]) -> list[Outlined]:
    """The clauses that are lines of an outline; ``line_of``: clause id → line in the file."""
    keys: dict[str, Key] = {}
    lines: list[Outlined] = []
    seen: Counter = Counter()
    for clause in clauses:
        line = line_of[clause.clause_id]
        if clause.kind == "title" or line in titles or not (clause.number or clause.kind == "heading"):
            continue
        at = (line, clause.number or "", clause.language)
        keys[clause.clause_id] = (*at[:2], seen[at], clause.language)
        seen[at] += 1
        lines.append(Outlined(keys[clause.clause_id], clause.level, clause.kind, keys.get(clause.parent_id or "")))
    return lines


def read_clauses(file: Path, language: str) -> tuple[list[Clause], dict[str, int]]:
    """The clauses of a file as ingested, and the line of the file on which each begins, from 1."""
    extracted = extract(file)
    document = read_document(Entry(document_id="d", path=file.name, language=language), file.read_bytes(), extracted)
    clauses = document_clauses(document)
    source = extracted.text.replace("\r\n", "\n\0")  # as long as before, one newline for each
    starts = [at for at, character in enumerate(source) if character in "\r\n"]
    lines = {}
    for clause in clauses:
        offset = _source_offset(document.source_map, clause.start)
        lines[clause.clause_id] = 1 + sum(at < offset for at in starts)
    return clauses, lines


def _source_offset(source_map: Sequence[tuple[int, int]], offset: int) -> int:
    here, there = max(entry for entry in source_map if entry[0] <= offset)
    return there + offset - here


def measure(rows: Iterable[dict], data: Path) -> dict[str, Score]:
    """Scores by draw ("seeds", "first", "fresh", "fresh 2"). A file that is not the marked one raises ValueError."""
    scores: dict[str, Score] = {}
    for row in rows:
        file = data / row["file"]
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest != row["sha256"]:
            raise ValueError(f"{file}: sha256 is {digest[:12]}…, the marks are for {row['sha256'][:12]}…")
        marks, titles = marked_outline(row)
        found = found_outline(*read_clauses(file, row["language"]), titles)
        scores.setdefault(row["draw"], Score()).add(file.name, marks, found)
    return scores


def article_counts(data: Path) -> tuple[int, list[str]]:
    """How many files of policy/zh were read, and a line for each whose articles are not as many as the manifest's."""
    folder = data / "policy"
    rows = [json.loads(line) for line in (folder / "manifest_zh.jsonl").read_text("utf-8").splitlines()]
    differences = []
    for row in track(rows, "policy/zh", console=Console(stderr=True), transient=True):
        clauses, _ = read_clauses(folder / row["file"], "zh")
        found = sum(bool(clause.number) and clause.number.endswith(_ARTICLES) for clause in clauses)
        found += sum(bool(clause.number) and "条之" in clause.number for clause in clauses)
        if found != row["articles"]:
            differences.append(f"{row['file']}: {found} articles, the manifest says {row['articles']}")
    return len(rows), differences


def table(scores: dict[str, Score]) -> Table:
    result = Table(title="Outline against marks made by reading", caption=f"target {TARGET} each")
    for heading in ("documents", "measure", "marked", "found", "precision", "recall"):
        result.add_column(heading, justify="left" if heading in ("documents", "measure") else "right")
    for draw, score in scores.items():
        for name in score.wanted:
            wanted, found, right = score.wanted[name], score.found[name], score.right[name]
            result.add_row(draw, name, str(wanted), str(found), _share(right, found), _share(right, wanted))
        result.add_section()
    return result


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "-"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_structure", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with seeds/ and policy/")
    parser.add_argument("--marks", type=Path, default=MARKS)
    parser.add_argument("--misses", action="store_true", help="print every difference, those of the fresh ones too")
    options = parser.parse_args(argv)
    try:
        scores = measure(read_marks(options.marks), options.data)
        files, differences = article_counts(options.data)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for draw, score in scores.items():
        for miss in score.misses if options.misses else ():
            print(f"{draw}: {miss}")
    Console(width=100).print(table(scores))
    print(f"articles: {files - len(differences)} of {files} files of policy/zh have as many as the manifest says")
    print("\n".join(differences))
    return 0


if __name__ == "__main__":
    sys.exit(main())
