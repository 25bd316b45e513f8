"""What a document does with another that it names: implements, interprets, forwards or replaces it, or only cites it.

Read from the words around the reference in its sentence; other references in between do not count, so that the second
of two documents that are implemented together is implemented as well.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from ingest.reference_places import Reference
from ingest.reference_text import same_length_fold

RELATIONS = ("implements", "interprets", "forwards", "replaces", "cites")
_LEFT = 600  # characters before a reference in which its sentence may begin
_NEAR = 70  # characters, without the references in between, in which the verb must stand
_SENTENCE = re.compile(r"[。！？;；\n]|(?<=[a-z])\. (?=[A-Z])")
_INTERPRETS = re.compile(r"(?:Interpretation of|解读|释义)(?: the)?[ :\"'《]*$|^[\"'》 ]*(?:的)?(?:政策)?解读", re.I)
_FORWARDS = re.compile(
    r"(?:印发|转发|发布|公布|issuance of|issuing|printing and distributing|forwarding)(?: the)?[ \"'《]*$", re.I
)
_REPLACES_BEFORE = re.compile(r"(?:代替|替代|废止|replaces?|supersedes?|repeals?)(?: the)?[ \"'《]*$", re.I)
_REPLACES_AFTER = re.compile(
    r"^[\]\"'》、 ]*(?:同时)?(?:予以)?废止|^[\]\"' ]* (?:is|are|shall be) (?:hereby )?repealed", re.I
)
_IMPLEMENTS = re.compile(
    r"贯彻|落实|实施|执行|implement(?:s|ed|ing|ation)?\b|carry(?:ing)? out|in accordance with the", re.I
)


def relations(text: str, references: Sequence[Reference]) -> list[str]:
    """One of ``RELATIONS`` for each reference of a text, "" for those to places in the text itself."""
    folded = same_length_fold(text)
    spans = [(item.start, item.end) for item in references if item.kind in ("document", "clause")]
    return [_relation(folded, item, spans) if item.kind in ("document", "clause") else "" for item in references]


def _relation(folded: str, item: Reference, spans: list[tuple[int, int]]) -> str:
    left = max(0, item.start - _LEFT)
    begin = left
    for mark in _SENTENCE.finditer(folded, left, item.start):
        begin = mark.end()
    direct, after = folded[begin : item.start], folded[item.end : item.end + 24]
    if _REPLACES_AFTER.search(after) or _REPLACES_BEFORE.search(direct) or _listed_as_repealed(folded, item, spans):
        return "replaces"
    if _INTERPRETS.search(direct) or _INTERPRETS.search(after):
        return "interprets"
    if _FORWARDS.search(direct):
        return "forwards"
    if _IMPLEMENTS.search(_without(folded, begin, item.start, spans)[-_NEAR:]):
        return "implements"
    return "cites"


def _without(folded: str, begin: int, end: int, spans: list[tuple[int, int]]) -> str:
    """The words from ``begin`` to ``end`` without the references among them."""
    words, at = [], begin
    for start, stop in spans[bisect_left(spans, (begin, 0)) : bisect_left(spans, (end, 0))]:
        if start >= at:
            words.append(folded[at:start])
            at = stop
    return "".join((*words, folded[at:end]))


def _listed_as_repealed(folded: str, item: Reference, spans: list[tuple[int, int]]) -> bool:
    """《甲办法》、《乙办法》同时废止: the last of the list says it of all."""
    at = bisect_right(spans, (item.start, float("inf")))
    end = item.end
    for start, stop in spans[at : at + 20]:
        if not re.fullmatch(r"[\]\"'》 ]*(?:、|和|及|以及|,|and)[\"'《 ]*", folded[end:start]):
            return False
        end = stop
        if _REPLACES_AFTER.search(folded[end : end + 24]):
            return True
    return False
