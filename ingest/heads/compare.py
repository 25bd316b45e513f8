"""Where the manifest says another thing than the document itself."""

from ingest.document import Document
from ingest.heads.model import Head, Reading
from ingest.heads.read import read_head
from ingest.references.numbers import normalise_number, relation
from ingest.references.organs import organ_named


def contradicted(document: Document) -> list[str]:
    """A line for each field in which the manifest contradicts the text; what either leaves open contradicts nothing.

    Days of a text with a history below its title are not compared: such a history may lack the latest amendment.
    """
    head = read_head(document)
    found = [_issuer(document, head), _number(document, head)]
    if not head.history:
        found += [
            _day(document, "issued_on", head.issued_on),
            _day(document, "effective_on", head.effective_on),
        ]
    if head.status and document.status not in ("unknown", head.status.value):
        found.append(_line(document, "status", document.status, head.status))
    return [line for line in found if line]


def _day(document: Document, name: str, reading: Reading | None) -> str | None:
    stated = getattr(document, name)
    return _line(document, name, stated, reading) if reading and stated and stated != reading.value else None


def _number(document: Document, head: Head) -> str | None:
    reading = head.document_number
    stated = normalise_number(document.document_number) if document.document_number else None
    read = normalise_number(reading.value) if reading else None
    if not stated or not read or relation(stated, read) != "different":
        return None
    return _line(document, "document_number", document.document_number, reading)


def _issuer(document: Document, head: Head) -> str | None:
    """Only of bodies that the table of issuers knows, since a name has many forms."""
    stated = organ_named(document.issuer) if document.issuer else None
    read = organ_named(head.issuer) if head.issuer else None
    return _line(document, "issuer", document.issuer, head.issuers[0]) if stated and read and stated != read else None


def _line(document: Document, name: str, stated: str, reading: Reading) -> str:
    words = " ".join(reading.text.split())[:100]
    return (
        f"{document.document_id}: the manifest has {name} {stated!r}; the text at {reading.start} says"
        f" {reading.value!r} (“{words}”)"
    )
