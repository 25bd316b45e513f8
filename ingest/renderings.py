"""The project's own renderings of clauses in the other language: read, checked against their sources, aligned.

``corpus/translations/<document_id>.<language>.jsonl`` holds one object per line: ``clause_id``, ``source_sha256`` (of
the clause's text, so that a change of the source is noticed), ``text``, and ``notes`` on words of the source. A
rendering helps to find and to read a clause; it never stands in for it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.document import Clause, CorpusError, Passage
from ingest.passages import sentences

FOLDER = "translations"


@dataclass(frozen=True)
class Note:
    """What words of a garbled source most likely mean."""

    quote: str
    term: str
    meaning_en: str
    meaning_zh: str


@dataclass(frozen=True)
class Rendering:
    """A clause in the other language, by the project; ``sentences`` follow those of the clause, or are empty."""

    clause_id: str
    language: str
    text: str
    sentences: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Face:
    """A wording by which a passage can be found: its own, or that of a rendering.

    ``sentences`` stand for those of the passage, in order; there are none where they cannot be told apart.
    """

    passage: int  # place among the passages
    language: str
    embed_text: str
    sentences: tuple[str, ...]


def renderings_file(corpus: Path, document_id: str, language: str) -> Path:
    return corpus / FOLDER / f"{document_id}.{language}.jsonl"


def read_renderings(corpus: Path, document_id: str, clauses: Sequence[Clause]) -> tuple[list[Rendering], list[str]]:
    """The usable renderings of a document, and what is wrong with the others: one line for each.

    Raises:
        CorpusError: if a file cannot be read as what it should be.
    """
    found: list[Rendering] = []
    problems: list[str] = []
    by_id = {clause.clause_id: clause for clause in clauses}
    for language in ("zh", "en"):
        file = renderings_file(corpus, document_id, language)
        if not file.exists():
            continue
        rendered: set[str] = set()
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            record = _record(line, f"{file}:{number}")
            clause = by_id.get(record["clause_id"])
            rendered.add(record["clause_id"])
            if clause is None:
                problems.append(f"{file}:{number}: no clause {record['clause_id']!r} in the document")
            elif _sha256(clause.text) != record["source_sha256"]:
                problems.append(f"{file}:{number}: stale: {clause.clause_id} has changed since it was rendered")
            else:
                found.append(_rendering(record, clause, language))
        wanted = [clause.clause_id for clause in clauses if clause.language != language and not clause.counterpart]
        problems += [f"{file}: no rendering of {name}" for name in wanted if name not in rendered]
    return found, problems


def _record(line: str, where: str) -> dict:
    try:
        record = json.loads(line)
        return {key: record[key] for key in ("clause_id", "source_sha256", "text", "notes")}
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{where}: not a rendering ({type(error).__name__}: {error})") from None


def _rendering(record: dict, clause: Clause, language: str) -> Rendering:
    text = record["text"]
    parts = tuple(text[start:end] for start, end in sentences(text))
    aligned = len(parts) == len(sentences(clause.text))
    notes = tuple(Note(**note) for note in record["notes"])
    return Rendering(clause.clause_id, language, text, parts if aligned else (), notes)


def faces(
    passages: Sequence[Passage], clauses: dict[str, Clause], renderings: dict[str, Rendering], titles: dict[str, str]
) -> list[Face]:
    """The passages' own wordings in their order, then those of the renderings.

    ``titles``: of each document in the renderings' language, to stand in front as the document's own does.
    """
    own = [
        Face(at, passage.language, passage.embed_text, tuple(sentence.text for sentence in passage.sentences))
        for at, passage in enumerate(passages)
    ]
    rendered = []
    for at, passage in enumerate(passages):
        rendering = renderings.get(passage.clause_id)
        if rendering is None:
            continue
        parts = _sentences_of(passage, clauses[passage.clause_id], rendering)
        text = "".join(parts) if parts else rendering.text
        title = titles.get(passage.document_id, "")
        rendered.append(Face(at, rendering.language, f"{title}\n{text}" if title else text, parts))
    return own + rendered


def _sentences_of(passage: Passage, clause: Clause, rendering: Rendering) -> tuple[str, ...]:
    """The rendering's sentences that stand for those of the passage, a part of the clause."""
    if not rendering.sentences:
        return ()
    starts = [clause.start + start for start, _ in sentences(clause.text)]
    places = [starts.index(sentence.start) for sentence in passage.sentences if sentence.start in starts]
    return tuple(rendering.sentences[place] for place in places) if len(places) == len(passage.sentences) else ()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
