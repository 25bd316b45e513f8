"""corpus/manifest.jsonl → checked entries. The only file that knows the manifest's format.

One JSON object per line; ``document_id``, ``path`` and ``language`` must be given, everything else may be null,
"unknown" or left out. Every problem of the file is reported at once, with its line number.
"""

import difflib
import hashlib
import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ingest.document import CorpusError

MANIFEST = "manifest.jsonl"
log = logging.getLogger(__name__)
# Control characters (terminal escapes among them), line separators, directional controls and halves of characters:
# nobody sees them, they change what is shown around them, and files and databases refuse some of them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSEEN_BUT_BREAKS = re.compile(rf"(?![\t\n\r]){_UNSEEN.pattern}")
_MAX_DIGITS = 100


class Entry(BaseModel):
    """One manifest line: the Document fields that are known before its text is read."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    document_id: str
    path: str
    language: Literal["zh", "en", "zh-en"]
    sha256: str | None = None
    work_id: str | None = None
    title: str | None = None
    title_zh: str | None = None
    title_en: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    issued_on: str | None = None
    posted_on: str | None = None
    effective_on: str | None = None
    repealed_on: str | None = None
    status: Literal["in_force", "repealed", "superseded", "unknown"] = "unknown"
    superseded_by: str | None = None
    translation: Literal["original", "official", "third_party", "machine", "unknown"] = "unknown"
    extent: Literal["whole", "excerpt", "unknown"] = "unknown"
    source: str | None = None

    @field_validator("*", mode="before")
    @classmethod
    def null_is_unknown(cls, value: Any, info) -> Any:
        """An explicit null means the same as leaving the field out."""
        field = cls.model_fields.get(info.field_name)
        if value is None and field is not None and not field.is_required():
            return field.default
        return value

    @field_validator("document_id")
    @classmethod
    def id_fits_in_an_address(cls, value: str) -> str:
        if not re.fullmatch(r"\w[\w.-]{0,99}", value):
            raise ValueError("must be 1 to 100 letters, digits, '.', '-' or '_', starting with a letter or digit")
        return value

    @field_validator("sha256")
    @classmethod
    def sha256_is_hex(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", value):
            raise ValueError("must be 64 hexadecimal digits")
        return value.lower() if value else value

    @field_validator("issued_on", "posted_on", "effective_on", "repealed_on")
    @classmethod
    def date_is_iso(cls, value: str | None) -> str | None:
        if value in (None, "", "unknown"):
            return None
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("must be a date of the form 2018-02-06")
        date.fromisoformat(value)
        return value


def read_manifest(corpus: Path) -> list[Entry]:
    """Entries of ``corpus/manifest.jsonl`` in file order, each with an existing file of the stated hash.

    Raises:
        CorpusError: with every problem found, one line each.
    """
    manifest = corpus / MANIFEST
    if not manifest.is_file():
        raise CorpusError(f"{manifest}: not found; expected one JSON object per line for each document")
    entries: list[Entry] = []
    problems: list[str] = []
    first_line: dict[str, int] = {}
    for number, line in _lines(manifest):
        where = f"{manifest}:{number}"
        entry, found = _entry(line, where)
        problems += found
        if entry is None:
            continue
        if entry.document_id in first_line:
            problems.append(
                f"{where}: document_id {entry.document_id!r} is already on line {first_line[entry.document_id]}"
            )
            continue
        first_line[entry.document_id] = number
        problems += _file_problems(corpus, entry, where)
        entries.append(entry)
    if not entries and not problems:
        problems.append(f"{manifest}: holds no document; expected one JSON object per line")
    if problems:
        raise CorpusError(problems)
    return entries


def _lines(manifest: Path) -> Iterator[tuple[int, str]]:
    try:
        text = manifest.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{manifest}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _entry(line: str, where: str) -> tuple[Entry | None, list[str]]:
    try:
        record = json.loads(line, parse_int=_number)
    except (ValueError, RecursionError) as error:
        return None, [f"{where}: not a JSON object: {error}"]
    if not isinstance(record, dict):
        return None, [f"{where}: expected a JSON object, got {type(record).__name__}"]
    if problems := [f"{where}: {problem}" for problem in _unseen_problems(record)]:
        return None, problems
    for key in record.keys() - Entry.model_fields.keys():
        meant = difflib.get_close_matches(key, Entry.model_fields, n=1, cutoff=0.8)
        if meant:
            problems.append(f"{where}: unknown field {key!r}; did you mean {meant[0]!r}?")
        else:
            log.warning("%s: field %r is not used", where, key)
    try:
        entry = Entry.model_validate(record)
    except ValidationError as error:
        for detail in error.errors():
            name = ".".join(map(str, detail["loc"]))
            got = "nothing" if detail["type"] == "missing" else repr(detail["input"])[:80]
            problems.append(f"{where}: {name}: {detail['msg'].removeprefix('Value error, ')}; got {got}")
        return None, problems
    try:
        entry.model_dump_json()  # as a build does to tell whether the corpus has changed
    except (ValueError, RecursionError):
        return None, [*problems, f"{where}: a field that is not used is nested too deep"]
    return entry, problems


def _number(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"holds a number of {len(digits)} digits; at most {_MAX_DIGITS}")
    return int(digits)


def _unseen_problems(record: dict[str, Any]) -> Iterator[str]:
    """The fields with a character that nobody sees; a note of one's own may have line breaks and tabs."""
    for key, value in record.items():
        if found := _UNSEEN.search(key):
            yield f"field name {key!r:.80}: holds U+{ord(found.group()):04X}; take it out"
            continue
        name, pattern = (key, _UNSEEN) if key in Entry.model_fields else (f"{key!r:.80}", _UNSEEN_BUT_BREAKS)
        for text in _strings(value):
            if found := pattern.search(text):
                place = f"U+{ord(found.group()):04X} as character {found.start() + 1}"
                yield f"{name}: holds {place}; take it out; got {text!r:.80}"
                break


def _strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, however deep."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value


def _file_problems(corpus: Path, entry: Entry, where: str) -> list[str]:
    try:
        return _checked_file(corpus, entry, where)
    except (OSError, RuntimeError) as error:  # a name too long, no permission, a circle of links
        return [f"{where}: file {entry.path!r:.80} cannot be read: {getattr(error, 'strerror', None) or error}"]


def _checked_file(corpus: Path, entry: Entry, where: str) -> list[str]:
    file = corpus / entry.path
    if not file.resolve().is_relative_to(corpus.resolve()):
        return [f"{where}: path {entry.path!r} leads outside the corpus folder"]
    if not file.is_file():
        return [f"{where}: file {entry.path!r} not found below {corpus}"]
    if entry.sha256:
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if found != entry.sha256:
            return [
                f"{where}: sha256 of {entry.path} is {found[:12]}…, manifest says {entry.sha256[:12]}…;"
                " if the new file is right, put its sha256 into the manifest"
            ]
    return []
