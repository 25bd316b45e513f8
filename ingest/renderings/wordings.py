"""The project's plain wordings of clauses: what a clause says in everyday words, so that it is found by them.

``corpus/wordings/<document_id>.<language>.jsonl`` holds one object per line: ``clause_id``, ``source_sha256`` (of the
clause's text, so that a change of the source is noticed), and ``sentences``, one for each sentence of the clause's
passages, in its own language or the other one. A wording is never shown: what is quoted is the source.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.document import Clause, CorpusError, Passage
from ingest.renderings.read import LANGUAGES, Face, file_lines, is_stale

WORDINGS = "wordings"  # the folder


@dataclass(frozen=True)
class Wording:
    """A clause in plain words; ``sentences`` stand for those of the clause, by their starts in the document."""

    clause_id: str
    language: str
    sentences: dict[int, str]


def read_wordings(
    corpus: Path, document_id: str, clauses: Sequence[Clause], passages: Sequence[Passage]
) -> tuple[list[Wording], list[str]]:
    """The usable wordings of a document, and what is wrong with the others: one line for each. No clause needs one.

    Raises:
        CorpusError: if a file cannot be read as what it should be.
    """
    found: dict[tuple[str, str], Wording] = {}
    problems: list[str] = []
    by_id = {clause.clause_id: clause for clause in clauses}
    starts: dict[str, list[int]] = {}
    for passage in passages:
        starts.setdefault(passage.clause_id, []).extend(sentence.start for sentence in passage.sentences)
    for language in LANGUAGES:
        file = corpus / WORDINGS / f"{document_id}.{language}.jsonl"
        for number, line in enumerate(file_lines(file) if file.exists() else (), 1):
            where = f"{file}:{number}"
            record = _record(line, where)
            name = record["clause_id"]
            if problem := _unusable(record, by_id.get(name), len(starts.get(name, ())), (name, language) in found):
                problems.append(f"{where}: {problem}")
                continue
            found[name, language] = Wording(name, language, dict(zip(starts[name], record["sentences"], strict=True)))
    return list(found.values()), problems


def strays(corpus: Path, document_ids: Iterable[str]) -> list[str]:
    """A line for each file of wordings that belongs to no document of the corpus."""
    known = {f"{document_id}.{language}.jsonl" for document_id in document_ids for language in LANGUAGES}
    files = sorted((corpus / WORDINGS).glob("*.jsonl"))
    return [f"{file}: of no document of the corpus" for file in files if file.name not in known]


def plain_faces(passages: Sequence[Passage], wordings: Sequence[Wording]) -> list[Face]:
    """A face of each wording of each passage, in the order of the passages."""
    of_clause: dict[str, list[Wording]] = {}
    for wording in wordings:
        of_clause.setdefault(wording.clause_id, []).append(wording)
    found = []
    for at, passage in enumerate(passages):
        for wording in of_clause.get(passage.clause_id, ()):
            parts = tuple(wording.sentences[sentence.start] for sentence in passage.sentences)
            found.append(Face(at, wording.language, " ".join(parts), parts))
    return found


def _record(line: str, where: str) -> dict:
    try:
        record = json.loads(line)
        texts = [record["clause_id"], record["source_sha256"], *record["sentences"]]
        if not isinstance(record["sentences"], list):
            raise TypeError("sentences is no list")
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{where}: not a wording ({type(error).__name__}: {error})") from None
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise CorpusError(f"{where}: clause_id, source_sha256 and each of the sentences must be text")
    return record


def _unusable(record: dict, clause: Clause | None, sentences: int, twice: bool) -> str | None:
    if clause is None:
        return f"no clause {record['clause_id']!r} in the document"
    if twice:
        return f"{clause.clause_id} has two wordings"
    if is_stale(record, clause):
        return f"stale: {clause.clause_id} has changed since it was put in plain words; put it right, and source_sha256"
    if len(record["sentences"]) != sentences:
        return f"{clause.clause_id} has {sentences} sentences, the wording {len(record['sentences'])}"
    return None
