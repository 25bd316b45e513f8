"""The project's own renderings of clauses in the other language: read, checked against their sources, aligned.

``corpus/translations/<document_id>.<language>.jsonl`` holds one object per line: ``clause_id``, ``source_sha256`` (of
the clause's text, so that a change of the source is noticed), ``text``, and ``notes`` on words of the source. A
rendering helps to find and to read a clause; it never stands in for it. A line with ``reviewed: false`` is a draft: it
is neither shown nor searched.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.document import Clause, CorpusError, Passage
from ingest.passages import sentences

FOLDER = "translations"
LANGUAGES = ("zh", "en")  # that may be rendered into
NOTE_FIELDS = ("quote", "term", "meaning_en", "meaning_zh")


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


@dataclass(frozen=True, slots=True)  # as many as there are passages
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


def read_lines(file: Path) -> list[dict]:
    """The lines of a file of renderings, each with the fields it must have, ``reviewed`` (true unless it says false)
    and ``where`` it stands; none where there is no such file.

    Raises:
        CorpusError: naming the first line that is not what it should be.
    """
    if not file.exists():
        return []
    return [_record(line, f"{file}:{number}") for number, line in enumerate(file_lines(file), 1)]


def wanted(clauses: Sequence[Clause], language: str) -> list[Clause]:
    """The clauses that say nothing in the language, neither themselves nor in another clause of the document."""
    return [clause for clause in clauses if clause.language != language and not clause.counterpart]


def read_renderings(corpus: Path, document_id: str, clauses: Sequence[Clause]) -> tuple[list[Rendering], list[str]]:
    """The usable renderings of a document, and what is wrong with the others: one line for each.

    Drafts that nobody has reviewed are neither the one nor the other.

    Raises:
        CorpusError: if a file cannot be read as what it should be.
    """
    found: dict[str, Rendering] = {}
    problems: list[str] = []
    by_id = {clause.clause_id: clause for clause in clauses}
    for language in LANGUAGES:
        file = renderings_file(corpus, document_id, language)
        if not file.exists():
            continue
        rendered: set[str] = set()
        for record in read_lines(file):
            clause = by_id.get(record["clause_id"])
            reviewed = record["reviewed"]
            problem = _unusable(record, clause, language, rendered) if reviewed or clause is None else None
            rendered.add(record["clause_id"])
            if problem:
                problems.append(f"{record['where']}: {problem}")
            elif reviewed:
                found[record["clause_id"]] = _rendering(record, clause, language)
        missing = [clause.clause_id for clause in wanted(clauses, language) if clause.clause_id not in rendered]
        problems += [f"{file}: no rendering of {name}" for name in missing]
    return list(found.values()), problems


def occurrences(quote: str, text: str) -> list[int]:
    """Where the words of a note stand in its clause."""
    return [found.start() for found in re.finditer(re.escape(quote), text)]


def is_stale(record: dict, clause: Clause) -> bool:
    """Whether the clause says something else than when it was rendered."""
    return text_sha256(clause.text) != record["source_sha256"]


def _unusable(record: dict, clause: Clause | None, language: str, before: set[str]) -> str | None:
    if clause is None:
        return f"no clause {record['clause_id']!r} in the document"
    if clause.clause_id in before:
        return f"{clause.clause_id} is rendered twice"
    if clause.language == language:
        return f"{clause.clause_id} is in that language itself"
    if is_stale(record, clause):
        return f"stale: {clause.clause_id} has changed since it was rendered"
    return None


def reviewed_bytes(file: Path) -> bytes:
    """What of the file can make a difference to an index: everything but drafts."""
    return b"".join(line for line in file.read_bytes().splitlines(keepends=True) if not _is_draft(line))


def _is_draft(line: bytes) -> bool:
    try:
        return json.loads(line).get("reviewed") is False
    except (ValueError, AttributeError):
        return False


def file_lines(file: Path) -> list[str]:
    """The lines of a file of objects.

    Raises:
        CorpusError: if it is not UTF-8.
    """
    try:
        # Not splitlines: U+2028 and others may stand inside of a text.
        text = file.read_text("utf-8").removeprefix("\ufeff").removesuffix("\n")
        return text.split("\n") if text else []
    except UnicodeDecodeError as error:
        raise CorpusError(f"{file}: not UTF-8 ({error.reason} at byte {error.start})") from None


def _record(line: str, where: str) -> dict:
    try:
        record = json.loads(line)
        texts = [record[key] for key in ("clause_id", "source_sha256", "text")]
        notes = record["notes"]
        reviewed = record.setdefault("reviewed", True)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"{where}: not a rendering ({type(error).__name__}: {error})") from None
    if not all(isinstance(text, str) for text in texts) or not isinstance(reviewed, bool):
        raise CorpusError(f"{where}: clause_id, source_sha256 and text must be text, reviewed true or false")
    if not isinstance(notes, list) or not all(_is_note(note) for note in notes):
        raise CorpusError(f"{where}: notes must be a list of objects of {', '.join(NOTE_FIELDS)}, each a text")
    return {**record, "where": where}


def _is_note(note: object) -> bool:
    return (
        isinstance(note, dict)
        and set(note) == set(NOTE_FIELDS)
        and all(isinstance(value, str) for value in note.values())
    )


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
    rendered = rendered_sentences(rendering, clause)
    found = [rendered[sentence.start] for sentence in passage.sentences if sentence.start in rendered]
    return tuple(found) if len(found) == len(passage.sentences) else ()


def rendered_sentences(rendering: Rendering, clause: Clause) -> dict[int, str]:
    """The rendering's sentence for each sentence of its clause, by that one's start in the document; empty where they
    cannot be told apart."""
    if not rendering.sentences:
        return {}
    starts = [clause.start + start for start, _ in sentences(clause.text)]
    return dict(zip(starts, rendering.sentences, strict=True))


def text_sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
