"""Is this sentence carried by this quote? For now: are the quoted words the document's own, at their place."""

from ingest.document import Document


class UnverifiedQuote(ValueError):
    """A quote that is not the document's text at its offsets; such an answer is never given out."""


def verify_quote(document: Document, start: int, end: int, quote: str) -> None:
    """Raises UnverifiedQuote unless ``document.text[start:end] == quote`` and there is a quote at all."""
    if not quote or document.text[start:end] != quote:
        raise UnverifiedQuote(f"{document.document_id}: the text at {start}–{end} is not what is quoted")
