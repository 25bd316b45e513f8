"""``yiju-ingest draft``: manifest lines from what the documents state, for a person to check.

A field that a document does not state is left out of its line, as is one that it states in two ways.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from pathlib import Path

from ingest.document import CorpusError
from ingest.extract import Reader, extract
from ingest.heads.lines import detect_language, plain
from ingest.heads.model import Head, Reading
from ingest.heads.read import read_head
from ingest.manifest import MANIFEST, Entry
from ingest.normalize import normalise
from ingest.pipeline import read_document

# In the order of corpus/README.md; the others are nothing that a head states.
_FIELDS = (
    "title", "title_zh", "title_en", "document_number", "issued_on", "effective_on", "posted_on", "status",
)  # fmt: skip
_NOT_FIELDS = {"history", "doubts"}
_SHOWN = 100  # characters of a value in a table


@dataclass(frozen=True)
class Drafted:
    """One file, its manifest line, and where the values of it were read."""

    file: Path
    record: dict[str, str]
    head: Head
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """Fields of the manifest that the document does not state."""
        wanted = ("title", "issuer", "document_number", "issued_on", "effective_on", "posted_on", "status")
        return [name for name in wanted if name not in self.record]


def draft_files(
    files: Sequence[Path], base: Path, progress: Callable[[str, int, int], None] = lambda *_: None
) -> tuple[list[Drafted], list[str]]:
    """The lines for a manifest in folder ``base``, and a problem for each file that none could be drafted for."""
    taken, listed = _in_manifest(base / MANIFEST)
    drafted: list[Drafted] = []
    problems: list[str] = []
    with Reader() as reader:
        for done, file in enumerate(files, 1):
            try:
                one = draft_file(file, base, taken, listed, reader)
            except CorpusError as error:
                problems += error.problems
            except OSError as error:
                problems.append(f"{file}: {error.strerror or error}")
            else:
                drafted.append(one)
                taken.add(one.record["document_id"])
            progress("read", done, len(files))
    return drafted, problems


def draft_file(
    file: Path,
    base: Path,
    taken: Set[str] = frozenset(),
    listed: Mapping[str, int] | None = None,
    reader: Reader | None = None,
) -> Drafted:
    """The manifest line of one file.

    ``taken``: ids that are given away; ``listed``: path → line of the manifest; ``reader`` as for ``extract``.

    Raises:
        CorpusError: the file is none that can be read, is outside ``base``, or holds no words.
    """
    if file.is_dir():
        raise CorpusError(f"{file}: a folder; give the files in it, as in {file}/*.txt")
    path = _path(file, base)
    extracted = extract(file, reader)
    language = detect_language(extracted.text)
    if language is None:
        raise CorpusError(f"{file}: holds neither Chinese characters nor letters")
    data = file.read_bytes()
    record: dict[str, str] = {"document_id": _identifier(file, taken), "path": path, "language": language}
    document = read_document(Entry(**record), data, extracted)
    head = read_head(document, extracted.text)
    record["sha256"] = hashlib.sha256(data).hexdigest()
    record |= {name: clean for name in _FIELDS if (reading := getattr(head, name)) and (clean := _clean(reading.value))}
    if head.issuer:
        record["issuer"] = _clean(head.issuer)
    Entry.model_validate(record)  # a line that the manifest refuses would be a fault of ours
    notes = list(head.doubts)
    if number := (listed or {}).get(path):
        notes.append(f"{path} is on line {number} of {base / MANIFEST} already")
    return Drafted(file, record, head, tuple(notes))


def common_folder(files: Sequence[Path], corpus: Path) -> Path:
    """The folder whose manifest the lines are for: the corpus if all files lie in it, else the one that holds all."""
    folders = [Path(os.path.abspath(file)).parent for file in files]
    if all(folder.is_relative_to(Path(os.path.abspath(corpus))) for folder in folders):
        return corpus
    return Path(os.path.commonpath(folders))


def lines(drafted: Sequence[Drafted]) -> str:
    return "".join(json.dumps(item.record, ensure_ascii=False) + "\n" for item in drafted)


def write_lines(out: Path, drafted: Sequence[Drafted]) -> None:
    """All lines or none: what was there stays if writing fails."""
    part = out.with_name(out.name + ".part")
    try:
        part.write_text(lines(drafted), "utf-8")
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)


def as_object(drafted: Sequence[Drafted], problems: Sequence[str], base: Path) -> dict:
    """For --json: the lines, each with where its values were read."""
    return {
        "folder": str(base),
        "documents": [
            {
                "record": item.record,
                "read": {name: [vars(reading) for reading in readings] for name, readings in readings_of(item.head)},
                "missing": item.missing,
                "notes": list(item.notes),
            }
            for item in drafted
        ],
        "failed": list(problems),
    }


def readings_of(head: Head) -> list[tuple[str, tuple[Reading, ...]]]:
    """(field, its readings) of what was read, in the order of ``Head``."""
    found = []
    for item in fields(head):
        value = getattr(head, item.name)
        if item.name not in _NOT_FIELDS and value:
            found.append((item.name, value if isinstance(value, tuple) else (value,)))
    return found


def summary(item: Drafted) -> list[str]:
    """Notes on one document: what it does not state, and what it states in two ways."""
    missing = f"not stated: {', '.join(item.missing)}" if item.missing else "every field is stated"
    return [f"{item.file}: {missing}", *(f"  {note}" for note in item.notes)]


def explained(item: Drafted) -> list[str]:
    """A table of one document: field, value, and where it was read."""
    rows = [f"{item.file} ({item.record['language']}, {item.record['document_id']})"]
    for name, readings in readings_of(item.head):
        for reading in readings:
            place = f"{reading.start}–{reading.end}{' of the file, left out of the text' * reading.left_out}"
            words = "" if plain(reading.text) == reading.value else f" “{_short(reading.text)}”"
            rows.append(f"  {name:<16} {_short(reading.value)}{words} [{place}]")
    rows += [f"  {name:<16} not stated" for name in item.missing]
    return [*rows, *(f"  {note}" for note in item.notes)]


def _short(text: str) -> str:
    words = plain(text)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _clean(value: str) -> str:
    return plain(normalise(value).text)


def _path(file: Path, base: Path) -> str:
    absolute, folder = Path(os.path.abspath(file)), Path(os.path.abspath(base))
    if not absolute.is_relative_to(folder):
        raise CorpusError(f"{file}: lies outside {base}, where the manifest is; move it there")
    return absolute.relative_to(folder).as_posix()


def _identifier(file: Path, taken: Set[str]) -> str:
    """The file's name as far as it fits a document_id, with a count where it is taken."""
    name = re.sub(r"[^\w.-]+", "-", file.stem).strip(".-")[:90] or "document"
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique


def _in_manifest(manifest: Path) -> tuple[set[str], dict[str, int]]:
    """The ids that a manifest has given away, and path → line; lines that are no manifest lines count for nothing."""
    taken: set[str] = set()
    listed: dict[str, int] = {}
    try:
        text = manifest.read_text("utf-8-sig", errors="replace")
    except OSError:
        return taken, listed
    for number, line in enumerate(text.split("\n"), 1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            taken.add(str(record.get("document_id")))
            listed.setdefault(str(record.get("path")), number)
    return taken, listed
