"""``yiju-ingest diff``: which two texts are meant, and their differences for a terminal or as JSON."""

import re
from collections.abc import Sequence
from pathlib import Path

from ingest.bilingual import language_of
from ingest.command import STEERING, Failure
from ingest.diff import Change, compare_texts, counts
from ingest.document import Clause, CorpusError, Document
from ingest.extract import Reader, extract
from ingest.index import IndexFormatError, current, open_index
from ingest.manifest import MANIFEST, Entry, read_manifest
from ingest.pipeline import document_clauses, ingest, read_document

Text = tuple[Document, Sequence[Clause]]

_STYLE = {"removed": "red strike", "added": "green underline", "changed": "yellow", "unchanged": "dim"}
_PLAIN = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}


def read_text(name: str, corpus: Path, index: Path, reader: Reader) -> Text:
    """The document and its clauses: a file, else a document of the corpus, else one of the index, by its id.

    Raises:
        Failure: there is no such file and no such document.
    """
    file = Path(name)
    if file.is_file():
        extracted = extract(file, reader)
        entry = Entry(document_id=_id(file), path=file.name, language=language_of(extracted.text))
        document = read_document(entry, file.read_bytes(), extracted)
        return document, document_clauses(document)
    if (corpus / MANIFEST).is_file():
        for entry in read_manifest(corpus):
            if entry.document_id == name:
                item = ingest(corpus, entry, reader)
                return item.document, item.clauses
    if current(index):
        store = open_index(index).store
        if document := store.document(name):
            return document, store.clauses(name)
    raise Failure(f"{name}: no such file, and no document of that id in {corpus} or in {index}")


def _id(file: Path) -> str:
    return re.sub(r"[^\w.-]", "-", file.stem).lstrip(".-")[:100] or "text"


def differences(old: str, new: str, corpus: Path, index: Path) -> tuple[Text, Text, list[Change]]:
    """Both texts and what changed between them.

    Raises:
        Failure: where one of them is not there, cannot be read, or they are in different languages.
    """
    try:
        with Reader() as reader:
            before, after = (read_text(name, corpus, index, reader) for name in (old, new))
    except (CorpusError, IndexFormatError) as error:
        raise Failure(str(error)) from error
    changes = compare_texts(before[1], after[1])
    if changes is None:
        languages = before[0].language, after[0].language
        raise Failure(f"{old} is in {languages[0]}, {new} in {languages[1]}: versions of one language can be compared")
    return before, after, changes


def as_json(old: Document, new: Document, changes: Sequence[Change]) -> dict:
    """The object that ``--json`` prints; unchanged clauses are in it as well."""
    return {
        "old": {"document_id": old.document_id, "title": old.title},
        "new": {"document_id": new.document_id, "title": new.title},
        "counts": counts(changes),
        "changes": [
            {
                "kind": change.kind,
                "renumbered": change.renumbered,
                "moved": change.moved,
                "old": _clause(change.old),
                "new": _clause(change.new),
                "parts": [{"kind": part.kind, "text": part.text} for part in change.parts],
            }
            for change in changes
        ],
    }


def _clause(clause: Clause | None) -> dict | None:
    if clause is None:
        return None
    return {name: getattr(clause, name) for name in ("clause_id", "number", "path", "text")}


def lines(changes: Sequence[Change], colour: bool, everything: bool = False) -> list[str]:
    """What changed, a few lines for each clause, with rich's markup where ``colour``; unchanged ones if asked for."""
    found = []
    for change in changes:
        if change.kind == "unchanged" and not (everything or change.renumbered or change.moved):
            continue
        found.append(_marked(_heading(change), _STYLE[change.kind] + " bold", colour))
        if change.kind == "changed":
            found.append("    " + "".join(_part(part.kind, part.text, colour) for part in change.parts))
        elif change.kind != "unchanged" or everything:
            kind = change.kind if change.kind != "unchanged" else "same"
            found.append("    " + _part(kind, change.clause.text, colour))
    return found


def _heading(change: Change) -> str:
    place = _place(change.new or change.old)
    if change.renumbered or change.moved:
        place = f"{_place(change.old)} → {place}"
    kind = change.kind
    if kind == "unchanged":
        kind = "moved" if change.moved else "renumbered"
    elif change.moved:
        kind = "changed, moved"
    return f"{kind}: {place}"


def _place(clause: Clause) -> str:
    """The numbers above a clause and its own; its beginning where it has none."""
    above = [heading.split()[0] for heading in clause.path if heading.split()]
    own = (clause.number or clause.heading or f"“{clause.text[:12]}…”").strip()
    return " ".join([*above, own])


def _part(kind: str, text: str, colour: bool) -> str:
    shown = STEERING.sub("", text.replace("\n", " "))
    if colour:
        return _marked(shown, _STYLE[kind], True) if kind in _STYLE else _escaped(shown)
    before, after = _PLAIN[kind]
    return f"{before}{shown}{after}"


def _marked(text: str, style: str, colour: bool) -> str:
    return f"[{style}]{_escaped(text)}[/]" if colour else STEERING.sub("", text)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(STEERING.sub("", text))
