"""What a document does with others, as links, and the chain of implementation around it, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Document
from ingest.normalize import unicode_width
from service.answerer import Answerer
from service.chain import Chain, Node, Relation, chain_of, relations_of
from service.web.links import document_link, words_link

_MOST = 14  # boxes
# The picture, in its own units: as wide as a phone, so that its letters keep their size there.
_WIDTH, _STEP, _GAP, _LINE, _EDGE = 352, 22, 10, 18, 10
_LETTER = 6.9  # width of a Latin letter; a Chinese character is as wide as two


_OPENING, _CLOSING = "《〈（“‘(", "》〉）”’)，。、：；！？"


@dataclass(frozen=True)
class Reference:
    """A document that one refers to, or that refers to it. ``link`` is "" where it is not held."""

    name: str
    relation: str
    link: str
    places: tuple[str, ...]  # links to the words that refer


@dataclass(frozen=True)
class Box:
    """A document of the chain. ``link`` is "" where it is not held, and for the document itself (``here``)."""

    title: str
    lines: tuple[str, ...]
    link: str
    held: bool
    here: bool
    relation: str  # what it does with those above it; "" for the top
    x: int
    y: int
    height: int

    @property
    def width(self) -> int:
        return _WIDTH - self.x - 1


@dataclass(frozen=True)
class Line:
    """From a document down to one that implements it; dashed where no text says so, only their names."""

    path: str
    inferred: bool


@dataclass(frozen=True)
class Picture:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int
    left_out: int


def references(answerer: Answerer, document: Document, language: str) -> tuple[list[Reference], list[Reference]]:
    """(what the document refers to, what refers to it)."""
    out, into = relations_of(answerer.index, answerer.index.versions.place(document.document_id))
    return (
        [_reference(answerer, edge, edge.target, language) for edge in out],
        [_reference(answerer, edge, edge.source, language) for edge in into],
    )


def picture(answerer: Answerer, document: Document, language: str) -> Picture | None:
    """The chain from the top down, drawn; None where the document stands in none."""
    chain = chain_of(answerer.index, answerer.index.versions.place(document.document_id))
    if not chain.edges:
        return None
    kept = _kept(chain, document.document_id)
    boxes: dict[str, Box] = {}
    y = 1
    for node in kept:
        doing = [edge.relation for edge in chain.edges if edge.source.key == node.key]
        box = _box(answerer, node, doing[0] if doing else "", node.key == document.document_id, y, language)
        boxes[node.key] = box
        y += box.height + _GAP
    lines = []
    offsets: dict[int, list[str]] = {}
    for edge in chain.edges:
        if edge.source.key in boxes and edge.target.key in boxes:
            above, below = boxes[edge.target.key], boxes[edge.source.key]
            ones = offsets.setdefault(above.x, [])
            if edge.target.key not in ones:
                ones.append(edge.target.key)
            lines.append(Line(_path(above, below, ones.index(edge.target.key)), edge.inferred))
    return Picture(tuple(boxes.values()), tuple(lines), _WIDTH, y, len(chain.nodes) - len(kept))


def _kept(chain: Chain, document_id: str) -> list[Node]:
    """The nodes that are drawn: of too many, the document, its neighbours, then the others from the top."""
    near = {document_id}
    for edge in chain.edges:
        if document_id in (edge.source.key, edge.target.key):
            near |= {edge.source.key, edge.target.key}
    order = sorted(chain.nodes, key=lambda node: (node.key != document_id, node.key not in near))
    kept = {node.key for node in order[:_MOST]}
    return [node for node in chain.nodes if node.key in kept]


def _path(above: Box, below: Box, at: int) -> str:
    """Down from the foot of one box, in a lane of its own, to the side of the other."""
    x = above.x + 5 + 5 * (at % 4)
    return f"M{x} {above.y + above.height}V{below.y + below.height // 2}H{below.x}"


def _reference(answerer: Answerer, edge: Relation, other: Node, language: str) -> Reference:
    places = tuple(
        words_link(item.document_id, item.clause_id, item.start, item.end, item.printed, language)
        for item in edge.mentions
    )
    link = document_link(other.document_id, language) if other.document_id else ""
    return Reference(_name(answerer, other, language), edge.relation, link, places)


def _name(answerer: Answerer, node: Node, language: str) -> str:
    title = answerer.citer.title(node.document_id, language) if node.document_id else node.name
    return f"{node.number} {title}" if node.number and node.number not in title else title


def _box(answerer: Answerer, node: Node, relation: str, here: bool, y: int, language: str) -> Box:
    x = 1 + _STEP * min(node.step, 6)
    name = _name(answerer, node, language)
    lines = _broken(name, int((_WIDTH - x - 2 * _EDGE) / _LETTER))
    link = document_link(node.document_id, language) if node.document_id and not here else ""
    height = 12 + _LINE * (len(lines) + 1)
    return Box(name, lines, link, node.document_id is not None, here, relation, x, y, height)


def _broken(name: str, room: int, most: int = 2) -> tuple[str, ...]:
    """The name in at most so many lines of so many half-width characters."""
    lines, line, width = [], "", 0
    for piece in _pieces(name):
        wide = unicode_width(piece)
        if width + wide > room and line:
            lines.append(line.rstrip())
            line, width, piece = "", 0, piece.lstrip()
            if len(lines) == most:
                return (*lines[:-1], f"{lines[-1][:-1]}…")
        line, width = line + piece, width + wide
    return (*lines, line)


def _pieces(name: str) -> Sequence[str]:
    """Where a line may break: after a space, and around Chinese characters, but for brackets and points."""
    pieces: list[str] = []
    for character in name:
        last = pieces[-1][-1] if pieces else " "
        latin = unicode_width(character) == 1 == unicode_width(last) and last != " " and len(pieces[-1]) < 24
        if pieces and (latin or last in _OPENING or character in _CLOSING):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
