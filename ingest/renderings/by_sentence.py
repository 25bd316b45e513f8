"""What is written for the sentences of clauses, beside the texts: plain wordings, expected questions.

``corpus/<folder>/<document_id>.<language>.jsonl`` holds one object per line: ``clause_id``, ``source_sha256`` (of the
clause's text, so that a change of the source is noticed), and a list with an entry for each sentence of the clause's
passages, in the clause's own language or the other one.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from ingest.document import Clause, CorpusError, Passage
from ingest.renderings.read import LANGUAGES, file_lines, is_stale

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Form(Generic[Entry]):
    """A kind of file: where it lies, what its lines hold, and how it is spoken of."""

    folder: str
    field: str  # of the list
    name: str  # of a line, in what is said of it
    is_entry: Callable[[object], bool]
    entries: str  # what the list must hold, in what is said of it


@dataclass(frozen=True)
class Written(Generic[Entry]):
    """What is written for a clause; ``entries`` are for its sentences, by their starts in the document."""

    clause_id: str
    language: str
    entries: dict[int, Entry]


def read_written(
    corpus: Path, form: Form[Entry], document_id: str, clauses: Sequence[Clause], passages: Sequence[Passage]
) -> tuple[list[Written[Entry]], list[str]]:
    """The usable lines for a document, and what is wrong with the others: one line for each. No clause needs one.

    Raises:
        CorpusError: if a file cannot be read as what it should be.
    """
    found: dict[tuple[str, str], Written[Entry]] = {}
    problems: list[str] = []
    by_id = {clause.clause_id: clause for clause in clauses}
    starts: dict[str, list[int]] = {}
    for passage in passages:
        starts.setdefault(passage.clause_id, []).extend(sentence.start for sentence in passage.sentences)
    for language in LANGUAGES:
        file = corpus / form.folder / f"{document_id}.{language}.jsonl"
        for number, line in enumerate(file_lines(file) if file.exists() else (), 1):
            where = f"{file}:{number}"
            record = _record(line, form, where)
            name = record["clause_id"]
            twice = (name, language) in found
            if problem := _unusable(record, form, by_id.get(name), len(starts.get(name, ())), twice):
                problems.append(f"{where}: {problem}")
                continue
            found[name, language] = Written(name, language, dict(zip(starts[name], record[form.field], strict=True)))
    return list(found.values()), problems


def strays(corpus: Path, forms: Iterable[Form], document_ids: Iterable[str]) -> list[str]:
    """A line for each file of these forms that belongs to no document of the corpus."""
    known = {f"{document_id}.{language}.jsonl" for document_id in document_ids for language in LANGUAGES}
    files = [file for form in forms for file in sorted((corpus / form.folder).glob("*.jsonl"))]
    return [f"{file}: of no document of the corpus" for file in files if file.name not in known]


def is_text(entry: object) -> bool:
    """Whether an entry is text that says something."""
    return isinstance(entry, str) and bool(entry.strip())


def _record(line: str, form: Form, where: str) -> dict:
    try:
        record = json.loads(line)
        texts, entries = [record["clause_id"], record["source_sha256"]], record[form.field]
        if not isinstance(entries, list):
            raise TypeError(f"{form.field} is no list")
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{where}: not a {form.name} ({type(error).__name__}: {error})") from None
    if not (all(map(is_text, texts)) and all(map(form.is_entry, entries))):
        raise CorpusError(f"{where}: clause_id and source_sha256 must be text, {form.field} a list of {form.entries}")
    return record


def _unusable(record: dict, form: Form, clause: Clause | None, sentences: int, twice: bool) -> str | None:
    if clause is None:
        return f"no clause {record['clause_id']!r} in the document"
    if twice:
        return f"{clause.clause_id} has two lines; put them together"
    if is_stale(record, clause):
        return f"stale: {clause.clause_id} has changed since this was written for it; put it right, and source_sha256"
    if len(record[form.field]) != sentences:
        return f"{clause.clause_id} has {sentences} sentences, the {form.name} {len(record[form.field])}"
    return None
