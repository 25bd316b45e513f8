"""The text of a clause cut into what is shown: marked words, links, numbers. By offsets, never by looking for words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.document import Clause
from ingest.numbering import marker
from ingest.renderings.read import Rendering, rendered_sentences


@dataclass(frozen=True)
class Span:
    """Characters ``start`` to ``end`` of a document's text. ``link``: where they lead; "" leads nowhere."""

    start: int
    end: int
    link: str = ""
    document_id: str = ""


@dataclass(frozen=True)
class Piece:
    text: str
    link: str = ""
    strong: bool = False
    same: bool = False  # of a rendering: it says what is marked in the source


@dataclass(frozen=True)
class Run:
    """Pieces that are all marked, or all not. ``first``: the first of the clause's marked ones."""

    pieces: tuple[Piece, ...]
    marked: bool
    first: bool = False


def runs(clause: Clause, marks: Sequence[Span] = (), links: Sequence[Span] = ()) -> list[Run]:
    """The clause's whole text in runs: their texts joined are ``clause.text``.

    The number and the heading in front are strong. Marks that touch become one run only where they are one span, so
    that each cited quote has a mark of its own.
    """
    strong_to = clause.start + heading_length(clause)
    edges = {clause.start, clause.end, strong_to}
    for span in (*marks, *links):
        edges |= {min(max(edge, clause.start), clause.end) for edge in (span.start, span.end)}
    cuts = sorted(edges)
    found: list[Run] = []
    owner: Span | None = None
    for start, end in pairwise(cuts):
        mark = _covering(marks, start, end)
        link = _covering(links, start, end)
        text = clause.text[start - clause.start : end - clause.start]
        piece = Piece(text, link.link if link else "", end <= strong_to)
        if found and mark is owner:
            found[-1] = Run((*found[-1].pieces, piece), found[-1].marked, found[-1].first)
        else:
            found.append(Run((piece,), mark is not None, mark is not None and not any(run.marked for run in found)))
            owner = mark
    return found


def rendered_runs(rendering: Rendering, clause: Clause, marks: Sequence[Span]) -> list[Run]:
    """A rendering of the clause; its sentences that say what is marked in the clause are ``same``."""
    said = sorted(rendered_sentences(rendering, clause).items())
    ends = [start for start, _ in said[1:]] + [clause.end]
    pieces, reached = [], 0
    for (start, sentence), end in zip(said, ends, strict=True):
        at = rendering.text.find(sentence, reached)
        if at < 0:
            continue
        same = any(mark.start < end and mark.end > start for mark in marks)
        pieces += [Piece(rendering.text[reached:at]), Piece(sentence, same=same)]
        reached = at + len(sentence)
    return [Run((*filter(lambda piece: piece.text, pieces), Piece(rendering.text[reached:])), False)]


def heading_length(clause: Clause) -> int:
    """Characters of the number and the heading that the clause begins with; all of them in a heading line."""
    if clause.kind != "text":
        return len(clause.text)
    number = marker(clause.text) if clause.number else None
    length = number.length if number else 0
    if clause.heading and clause.text.startswith(clause.heading, length):
        length += len(clause.heading)
    # A heading that is most of a clause is its first sentence, not a title.
    return length if length <= 120 else (number.length if number else 0)


def _covering(spans: Sequence[Span], start: int, end: int) -> Span | None:
    return next((span for span in spans if span.start <= start and end <= span.end), None)
