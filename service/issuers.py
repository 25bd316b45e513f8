"""Whether a document is of an issuing body, however either of them is written: 质检总局, AQSIQ, its name in full."""

from functools import lru_cache

from ingest.references.organs import organ_named, organs_in


@lru_cache(maxsize=4096)
def issued_by(wanted: str, issuer: str | None) -> bool:
    """``wanted``: a part of the name as the document has it, or any name of a body that ``issuer`` names."""
    if not issuer:
        return False
    if wanted.casefold() in issuer.casefold():
        return True
    body = organ_named(wanted)
    return body is not None and body in {organ_named(issuer), *(found for _, _, found in organs_in(issuer))}
