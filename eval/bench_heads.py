"""Heads of real documents against what their manifests say: ``python -m eval.bench_heads --data DIR``.

``policy/customs``: 257 announcements. A field counts where the text states the manifest's value:

- document_number: the number occurs in the text, in any way of writing it;
- issuer: every name of it occurs in the text;
- issued_on: the day occurs in the text, in any way of writing it;
- effective_on: the day occurs; where it is the day of issue, which always occurs, the text must say that it takes
  effect on that day (自2024年1月1日起) or with its issue (自发布之日起, 即日起).

This says only that the value stands somewhere, not where, so that it favours no rule of the reader. The manifest has
no titles, and its status ("有效") is no word of the texts, so neither is measured. Exact: the value read is the
manifest's, character by character (spaces between issuers aside). Given against the manifest: any value read that
the manifest contradicts, whether the text states the manifest's or not; every one is printed with its words.

Halves by the sha256 of the file name. Before the rules were written heads and ends of both halves were read; misses
were looked at and mended on half 0 only.

``policy/zh``: the title, number, issuing body and day of 313 laws, in the same way. Their manifest's day is that of
the version, and the source has lost the last amendment of many heads.
"""

import argparse
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.extract import Reader, extract
from ingest.heads.dates import find_dates
from ingest.heads.model import Head
from ingest.heads.read import read_head
from ingest.manifest import Entry
from ingest.pipeline import read_document
from ingest.references.numbers import find_numbers, normalise_number, relation
from ingest.references.organs import organ_named

_AT_ONCE = re.compile(r"(?:发布|公布|印发)之日起|即日起")


@dataclass
class Score:
    """How a field was read where the text states it, and the contradictions wherever they are."""

    stated: int = 0
    exact: int = 0
    unknown: int = 0
    against: list[str] = field(default_factory=list)

    def add(self, name: str, expected: str, got: str | None, stated: bool, same: bool, words: str) -> str | None:
        """Count one document; a line that says what was missed, or None."""
        self.stated += stated
        self.exact += stated and same
        self.unknown += stated and got is None
        if got is not None and expected and not same:
            self.against.append(
                f"{name}: {got} (“{words[:70]}”), the manifest {expected}{'' if stated else ' (not stated)'}"
            )
        return None if same or not stated else f"{name}: expected {expected}, got {got}"


@dataclass(frozen=True)
class Item:
    name: str
    text: str
    head: Head
    row: dict


def read_items(folder: Path, manifest: str) -> Iterator[Item]:
    with Reader() as reader:
        for line in (folder / manifest).read_text("utf-8").splitlines():
            row = json.loads(line)
            file = folder / row["file"]
            extracted = extract(file, reader)
            entry = Entry(document_id="bench", path=file.name, language="zh")
            document = read_document(entry, file.read_bytes(), extracted)
            yield Item(file.name, document.text, read_head(document, extracted.text), row)


def half(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % 2


def _days(text: str) -> set[str]:
    return {found.day for found in find_dates(text)}


def _effect_stated(item: Item) -> bool:
    day = item.row["effective_date"]
    if day != item.row["issue_date"]:
        return day in _days(item.text)
    from_day = any(
        found.day == day and "自" in item.text[max(0, found.start - 8) : found.start] for found in find_dates(item.text)
    )
    return from_day or bool(_AT_ONCE.search(item.text))


def _same_names(one: str, other: str | None) -> bool:
    return other is not None and one.split() == other.split()


def customs(item: Item) -> Iterator[tuple[str, str, str | None, bool, bool, str]]:
    """(field, expected, got, stated, same, words) of one announcement."""
    row, head = item.row, item.head
    number, day, effective, issuer = row["doc_number"], row["issue_date"], row["effective_date"], row["issuer"]
    numbers = {found.number for found in find_numbers(item.text[:2000])}
    got = _value(head.document_number)
    stated = number in item.text or normalise_number(number) in numbers
    yield "document_number", number, got, stated, got == number, got or ""
    yield "issuer", issuer, head.issuer, _all_in(issuer, item.text), _same_names(issuer, head.issuer), head.issuer or ""
    got = _value(head.issued_on)
    yield "issued_on", day, got, bool(day) and day in _days(item.text), got == day, _words(head.issued_on)
    got = _value(head.effective_on)
    stated = bool(effective) and _effect_stated(item)
    yield "effective_on", effective, got, stated, got == effective, _words(head.effective_on)


def laws(item: Item) -> Iterator[tuple[str, str, str | None, bool, bool, str]]:
    row, head = item.row, item.head
    title, got = row["title"], _value(head.title)
    yield "title", title, got, title in item.text, got == title, got or ""
    number, got = row.get("doc_number") or "", _value(head.document_number)
    known = normalise_number(number) if number else None
    read = normalise_number(got) if got else None
    same = bool(known and read and relation(known, read) != "different") or (
        bool(number) and (got or "").endswith(number)
    )
    yield "document_number", number, got, bool(number) and _serial(number) in item.text, same, got or ""
    issuer = row["issuer"]
    if "（" not in issuer:  # 山东人大（常委会） is a group of the source, no body
        same = bool(head.issuer) and organ_of(issuer) == organ_of(head.issuer)
        yield "issuer", issuer, head.issuer, bool(issuer) and issuer in item.text, same, head.issuer or ""
    day, got = row["date"], _value(head.issued_on)
    local = row["level"] == "地方性法规"  # a head says when such a law was adopted, and seldom when it was issued
    yield (
        f"issued_on{' (local)' * local}",
        day,
        got,
        bool(day) and day in _days(item.text[:4000]),
        got == day,
        _words(head.issued_on),
    )


def organ_of(name: str) -> str:
    return organ_named(name) or name


def _serial(number: str) -> str:
    return re.sub("^.*?(第?[0-9]+号).*$", r"\1", number)


def _all_in(issuer: str, text: str) -> bool:
    return bool(issuer) and all(name in text for name in issuer.split())


def _value(reading) -> str | None:
    return reading.value if reading else None


def _words(reading) -> str:
    return reading.text if reading else ""


def measure(items: Iterable[Item], fields: Callable, misses: int) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for item in items:
        for name, expected, got, stated, same, words in fields(item):
            score = scores.setdefault(name, Score())
            line = score.add(f"{item.name} {name}", expected, got, stated, same, words)
            if line and misses > 0:
                print(f"  {line}")
                misses -= 1
    return scores


def table(title: str, scores: dict[str, Score]) -> None:
    print(f"{title}\n  {'field':<16} {'stated':>6} {'exact':>6} {'share':>6} {'unknown':>7} {'against':>7}")
    for name, score in scores.items():
        share = f"{score.exact / score.stated:.3f}" if score.stated else "-"
        print(f"  {name:<16} {score.stated:>6} {score.exact:>6} {share:>6} {score.unknown:>7} {len(score.against):>7}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with policy/")
    parser.add_argument("--misses", type=int, default=0, help="print so many of the misses of half 0, and of the laws")
    arguments = parser.parse_args()
    folder = arguments.data / "policy"
    if not folder.is_dir():
        raise SystemExit(f"{folder} does not exist; --data must be the folder that holds policy/")
    items = list(read_items(folder, "manifest_customs.jsonl"))
    for number in (0, 1):
        part = [item for item in items if half(item.name) == number]
        scores = measure(part, customs, arguments.misses if number == 0 else 0)
        table(f"customs, half {number}: {len(part)} announcements", scores)
        for line in (line for score in scores.values() for line in score.against):
            print(f"  against the manifest: {line}")
    titled = sum(item.head.title is not None for item in items)
    print(
        f"customs: a title was read in {titled}, from the name under which the page offers it (the manifest has none)"
    )
    items = list(read_items(folder, "manifest_zh.jsonl"))
    scores = measure(items, laws, arguments.misses)
    table(f"zh: {len(items)} laws", scores)
    for line in scores["title"].against + scores["issuer"].against:
        print(f"  against the manifest: {line}")
    print(
        f"zh: a day from which it is in force was read in {sum(item.head.effective_on is not None for item in items)}"
    )


if __name__ == "__main__":
    main()
