"""Addresses of the site. The language of the page is part of each, so that a link shows what its sender saw."""

import hashlib
from collections.abc import Mapping
from urllib.parse import quote, urlencode

LANGUAGES = ("zh", "en")


def address(path: str, language: str, parameters: Mapping[str, object] | None = None, fragment: str = "") -> str:
    """``path`` in a language; parameters that are None or empty are left out, sequences are repeated."""
    given = {name: value for name, value in (parameters or {}).items() if value not in (None, "", (), [])}
    query = urlencode({**given, "lang": language}, doseq=True)
    return f"{quote(path)}?{query}" + (f"#{quote(fragment, safe=':')}" if fragment else "")


def document_link(document_id: str, language: str, clause_id: str = "") -> str:
    return address(f"/documents/{document_id}", language, fragment=clause_id)


def words_link(document_id: str, clause_id: str, start: int, end: int, text: str, language: str) -> str:
    """The permanent link to words of a document: their offsets, and a check on what stands there."""
    place = {"start": start, "end": end, "check": check_of(text)}
    return address(f"/documents/{document_id}", language, place, clause_id)


def check_of(text: str) -> str:
    """Eight digits by which a link notices that other words now stand at its offsets."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def ask_link(question: str, language: str) -> str:
    return address("/", language, {"q": question})
