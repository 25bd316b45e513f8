"""Reads ``corpus/certifications.jsonl`` and proves it: every quote stands in its document, every name is known.

A line that cannot be proved is left out of an index, and ``yiju-ingest check`` refuses it with its place.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from ingest.document import Clause, CorpusError, Document
from ingest.lexicon.glossary import glossary_rows
from ingest.register import ACTIVITY, LINE, REGISTER, Activity, Claim, Fact, Line, Register, Rule, Scheme, Support

GLOSSARY = "glossary.tsv"


def read_register(
    corpus: Path, documents: Sequence[tuple[Document, Sequence[Clause]]]
) -> tuple[Register, tuple[str, ...]]:
    """The lines that can be proved, and what is wrong with the others: "file:line: what". Nothing where no file is."""
    file = corpus / REGISTER
    if not file.exists():
        return Register(), ()
    problems: list[str] = []
    numbered: list[tuple[int, Line]] = []
    for number, text in _numbered(file):
        try:
            numbered.append((number, LINE.validate_python(json.loads(text))))
        except ValidationError as error:
            problems += [f"{file}:{number}: {_place(detail)}: {_said(detail)}" for detail in error.errors()]
        except (ValueError, RecursionError) as error:
            problems.append(f"{file}:{number}: not a JSON object: {error}")
    problems += [f"{file}:{number}: {problem}" for number, problem in _unknown_names(numbered)]
    held = {document.document_id: (document, clauses) for document, clauses in documents}
    forms = _glossary(corpus)
    kept: list[Line] = []
    for number, line in numbered:
        proved, found = _proved(line, held, forms)
        problems += [f"{file}:{number}: {line.id}: {problem}" for problem in found]
        if not found:
            kept.append(proved)
    return Register(lines=tuple(kept)), tuple(problems)


def summary(register: Register) -> str:
    quotes = sum(len(line.claims) for line in register.lines if isinstance(line, Scheme | Support))
    counts = [f"{len(list(register.of(kind)))} {name}" for kind, name in _COUNTED]
    return f"{REGISTER}: {', '.join(counts)}; {quotes} quotes, each in its document"


_COUNTED = ((Scheme, "schemes"), (Support, "support measures"), (Activity, "activities"), (Fact, "facts"))


def _numbered(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{file}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _place(detail: dict) -> str:
    return ".".join(str(part) for part in detail["loc"]) or "line"


def _said(detail: dict) -> str:
    got = "" if detail["type"] == "missing" else f"; got {str(detail['input'])[:60]!r}"
    return detail["msg"].removeprefix("Value error, ") + got


def _unknown_names(lines: Sequence[tuple[int, Line]]) -> Iterator[tuple[int, str]]:
    """Ids used twice, and conditions on facts and values that are not there."""
    register = Register(lines=tuple(line for _, line in lines))
    facts = {line.id: register.values(line.id) for line in register.of(Fact)}
    seen: dict[tuple[str, str], int] = {}
    for number, line in lines:
        first = seen.setdefault((line.kind, line.id), number)
        if first != number:
            yield number, f"{line.kind} {line.id!r} is already on line {first}"
        for name, values in _conditions(line):
            if name not in facts:
                yield number, f"{line.id}: no fact is called {name!r}; there are {', '.join(facts)}"
            else:
                yield from ((number, f"{line.id}: {name} has no value {v!r}") for v in values if v not in facts[name])
        if isinstance(line, Activity):
            unknown = [parent for parent in line.within if parent not in facts.get(ACTIVITY, {})]
            yield from ((number, f"{line.id}: within no activity {parent!r}") for parent in unknown)


def _conditions(line: Line) -> Iterator[tuple[str, tuple[str, ...]]]:
    holders: Sequence[Rule | Support] = line.rules if isinstance(line, Scheme) else ()
    if isinstance(line, Support):
        holders = (line,)
    return ((name, values) for holder in holders for name, values in holder.conditions.items())


def _glossary(corpus: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Usual Chinese form → all forms of the entry, Chinese and English."""
    file = corpus / GLOSSARY
    return {zh[0]: (zh, en) for zh, en in glossary_rows(file)} if file.exists() else {}


def _proved(line: Line, held: dict, forms: dict) -> tuple[Line, list[str]]:
    """The line with the places of its quotes and the words of the glossary, and what cannot be proved of it."""
    if isinstance(line, Activity):
        unknown = [f"the glossary has no term {term!r}" for term in line.glossary if term not in forms]
        rows = [forms[term] for term in line.glossary if term in forms]
        zh = dict.fromkeys([*line.words_zh, *(f for row in rows for f in row[0] if f not in line.not_words)])
        en = dict.fromkeys([*line.words_en, *(f for row in rows for f in row[1] if f not in line.not_words)])
        return line.model_copy(update={"words_zh": tuple(zh), "words_en": tuple(en)}), unknown
    if isinstance(line, Scheme):
        placed = {key: _placed(claim, held) for key, claim in line.claims.items()}
        found = {key: claim for key, (claim, _) in placed.items()}
        return line.model_copy(update={"claims": found}), [problem for _, problem in placed.values() if problem]
    if isinstance(line, Support):
        several = [_placed(claim, held) for claim in line.claims]
        found = tuple(claim for claim, _ in several)
        return line.model_copy(update={"claims": found}), [problem for _, problem in several if problem]
    return line, []


def _placed(claim: Claim, held: dict) -> tuple[Claim, str | None]:
    """The claim with the place of its quote, or why there is none."""
    if claim.document_id not in held:
        return claim, f"the corpus has no document {claim.document_id!r}"
    document, clauses = held[claim.document_id]
    # Runs of spaces and line ends may differ from the source's; nothing else may.
    found = re.search(r"\s+".join(map(re.escape, claim.quote.split())), document.text)
    if not found:
        return claim, f"{claim.document_id} does not say {claim.quote[:60]!r}{'…' if len(claim.quote) > 60 else ''}"
    start, end = found.span()
    for clause in clauses:
        if clause.kind == "text" and clause.start <= start and end <= clause.end:
            also, problem = _placed(claim.also, held) if claim.also else (None, None)
            place = {"quote": found.group(), "clause_id": clause.clause_id, "start": start, "end": end, "also": also}
            return claim.model_copy(update=place), problem
    return claim, f"the quote goes beyond one clause of {claim.document_id}: {claim.quote[:60]!r}…"
