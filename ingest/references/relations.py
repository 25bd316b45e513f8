"""What a document does with another that it names: implements, interprets, forwards or replaces it, or only cites it.

Read from the words around the reference in its sentence; other references in between do not count, so that the second
of two documents that are implemented together is implemented as well.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from ingest.references.places import Reference
from ingest.references.text import same_length_fold

RELATIONS = ("implements", "interprets", "forwards", "replaces", "cites")
_LEFT = 600  # characters before a reference in which its sentence may begin
_RIGHT = 600  # characters after it in which a list of documents may end
_AFTER = 24
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
    spans = [(item.start, item.end) for item in references if item.kind in ("document", "clause")]
    return [_relation(text, item, spans) if item.kind in ("document", "clause") else "" for item in references]


def _relation(text: str, item: Reference, spans: list[tuple[int, int]]) -> str:
    # Only the words around are folded: most of a law is far from any reference.
    left, right = max(0, item.start - _LEFT), item.end + _RIGHT
    folded = same_length_fold(text[left:right])
    near = spans[bisect_left(spans, (left, 0)) : bisect_left(spans, (right, 0))]
    around = [(start - left, end - left) for start, end in near]
    start, end = item.start - left, item.end - left
    begin = 0
    for mark in _SENTENCE.finditer(folded, 0, start):
        begin = mark.end()
    direct, after = folded[begin:start], folded[end : end + _AFTER]
    if _REPLACES_AFTER.search(after) or _REPLACES_BEFORE.search(direct) or _listed_as_repealed(folded, end, around):
        return "replaces"
    if _INTERPRETS.search(direct) or _INTERPRETS.search(after):
        return "interprets"
    if _FORWARDS.search(direct):
        return "forwards"
    if _IMPLEMENTS.search(_without(folded, begin, start, around)[-_NEAR:]):
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


def _listed_as_repealed(folded: str, end: int, spans: list[tuple[int, int]]) -> bool:
    """《甲办法》、《乙办法》同时废止: the last of the list says it of all."""
    for start, stop in spans[bisect_left(spans, (end, 0)) :]:
        if not re.fullmatch(r"[\]\"'》 ]*(?:、|和|及|以及|,|and)[\"'《 ]*", folded[end:start]):
            return False
        end = stop
        if _REPLACES_AFTER.search(folded[end : end + _AFTER]):
            return True
    return False
