"""Blocks of text → a tree of clauses. Every block becomes one clause, so no text falls between clauses.

Which level a number stands on is decided by what came before it, not by its family: "1." may open a part and an
item in the same document, and "Three." may follow "2.".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.document import Clause
from ingest.numbering import Marker, marker

# A heading is shorter than this; Chinese says as much in a third of the characters.
_HEADING_LENGTH = {"en": 130, "zh": 45}
_LINE_HEADING_LENGTH = {"en": 60, "zh": 25}
_STRONG = {"分编", "编", "部分", "章", "节", "条", "一、", "（一）", "I.", "Part", "Chapter", "Section", "Article"}
_ARTICLES = {"条", "Article"}
# Styles of the outermost lists, which translators mix; numbers in brackets keep to their own list.
_OUTER = {"一、", "I.", "1.", "Three.", "Firstly,", "Part"}
_DEPTH = 12  # levels at most; a text that seems to have more has numbers that are no outline
_GAP = 5  # so many numbers may be missing in a list before its next one is no longer believed
_TERMINAL = tuple("。！？；.!?;:：，,、")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"^[（(]?\s*(?:(?:{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}\s+(?:{_MONTH}),?\s+\d{{4}}"
    r"|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|[二〇○零一二三四五六七八九十]{4}年.{1,4}月.{1,4}日)\s*[）)]?$"
)
_NUMBER_LINE = re.compile(r"(?:no\.?\s*\d+|第?\s*\d+\s*号|[〔\[［（(]\s*\d{4}\s*[〕\]］）)])", re.IGNORECASE)
_CONTACT = re.compile(r"^(?:contacts?|联系人|联系方式|联系电话|tel|电话).{0,3}[:：]", re.IGNORECASE)
_RUN_IN = {
    "en": re.compile(r"(.{3,130}?[^A-Z\d][.:])(?=\s*[A-Z\"“'])"),
    "zh": re.compile(r"([^。：；！？]{2,40}[。：])(?=\S)"),
}


@dataclass(frozen=True)
class Block:
    """A paragraph of one language; ``start`` and ``end`` are offsets in the document's text."""

    start: int
    end: int
    text: str
    language: str


@dataclass
class _Node:
    block: Block
    marker: Marker | None
    parent: "_Node | None"
    kind: str = "text"
    heading: str | None = None
    children: list["_Node"] = field(default_factory=list)

    @property
    def number(self) -> str | None:
        return self.marker.printed if self.marker else None


@dataclass
class _Level:
    """An open list: the values after which its next number may come."""

    node: _Node
    family: str | None
    values: set[int]


def clauses(document_id: str, blocks: Sequence[Block], prefix: str = "") -> list[Clause]:
    """The clauses of ``blocks`` (one language, in reading order), one for each block, in the same order.

    ``prefix`` goes in front of every clause id, to keep two languages of one document apart.
    """
    nodes = _tree(blocks)
    ids = _ids(nodes, f"{document_id}:{prefix}")
    return [_clause(document_id, node, ids) for node in nodes]


def _tree(blocks: Sequence[Block]) -> list[_Node]:
    markers = [marker(block.text) for block in blocks]
    outline = _Outline()
    nodes: list[_Node] = []
    closing = _closing_from(blocks, markers)
    for index, (block, number) in enumerate(zip(blocks, markers, strict=True)):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if index >= closing:
            node = _Node(block, None, None)
        elif number and (node := outline.numbered(block, number)):
            pass
        elif not outline.levels:
            node = _Node(block, None, None, kind="title" if _is_title(block) else "text")
        elif _is_line_heading(block, following):
            node = outline.unnumbered_heading(block)
        else:
            node = outline.paragraph(block)
        if node.parent:
            node.parent.children.append(node)
        nodes.append(node)
    for node in nodes:
        _name(node)
    headed = {(id(node.parent), node.marker.family) for node in nodes if node.kind == "heading" and node.marker}
    for node in nodes:
        if node.marker and (id(node.parent), node.marker.family) in headed:
            _name_empty_heading(node)
    return nodes


class _Outline:
    """The lists that are open at a point of the text, outermost first, and the lists that were closed."""

    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self.last: dict[tuple[str, int], int] = {}  # (family, depth) → last value

    def numbered(self, block: Block, number: Marker) -> _Node | None:
        """The node of a numbered block, or None if its number does not fit anywhere."""
        if number.value is None:
            return self._dash(block, number)
        depth = self._depth(number.family, number.value)
        return None if depth is None else self._open(depth, block, number)

    def _depth(self, family: str, value: int) -> int | None:
        deepest_first = range(len(self.levels) - 1, -1, -1)
        if self._waits_for_text() and self.last.get((family, len(self.levels))) == value - 1:
            return len(self.levels)  # numbering that runs on across headings, just below the next heading
        for depth in deepest_first:  # the next number of an open list
            if self.levels[depth].family == family and value - 1 in self.levels[depth].values:
                return depth
        if value == 1:  # a new list
            return self._new_list(family)
        used = [depth for known, depth in self.last if known == family]
        for depth in sorted(used, reverse=True):  # numbering that runs on across headings
            if self.last[family, depth] == value - 1:
                return min(depth, len(self.levels))
        if not used and family in _OUTER:  # another style of number goes on with the same list: "2." … "Three."
            for depth in deepest_first:
                if value - 1 in self.levels[depth].values:
                    return depth
        for depth in deepest_first:  # a number or a few were lost or misprinted
            level = self.levels[depth]
            if level.family == family and max(level.values) < value <= max(level.values) + _GAP:
                return depth
        for depth in sorted(used, reverse=True):
            if depth <= len(self.levels) and self.last[family, depth] < value <= self.last[family, depth] + _GAP:
                return depth
        first_ran_on = family in _STRONG and value == 2  # the first item stands inside the line above
        if used and (family in _ARTICLES or first_ran_on):
            return min(max(used), len(self.levels))
        if not used and family in _STRONG:  # an excerpt may begin anywhere
            return len(self.levels)
        return None

    def _waits_for_text(self) -> bool:
        """Whether the innermost clause is a short line with nothing below it yet: a heading, most likely."""
        if not self.levels:
            return False
        node = self.levels[-1].node
        return not node.children and _is_short(node.block.text, node.block.language) and _is_title(node.block)

    def _new_list(self, family: str) -> int:
        """Inside the innermost clause; but chapters or sections that start again at 1 do not stand in an article."""
        used = [depth for known, depth in self.last if known == family]
        if used and family in _STRONG - {"一、", "（一）", "I."}:
            return min(max(used), len(self.levels))
        if self.levels and self.levels[-1].family == family and not self._waits_for_text():
            return len(self.levels) - 1  # the list before has ended, another of its kind begins beside it
        return min(len(self.levels), _DEPTH - 1)

    def _open(self, depth: int, block: Block, number: Marker) -> _Node:
        del self.levels[depth:]
        node = _Node(block, number, self.levels[-1].node if self.levels else None)
        self.levels.append(_Level(node, number.family, {number.value}))
        self.last[number.family, depth] = number.value
        return node

    def _dash(self, block: Block, number: Marker) -> _Node | None:
        parent = next((level.node for level in reversed(self.levels)), None)
        return _Node(block, number, parent)

    def unnumbered_heading(self, block: Block) -> _Node:
        """A heading without a number stands beside the outermost ones and may count as one of them."""
        values = self.levels[0].values
        node = _Node(block, None, None, kind="heading")
        self.levels = [_Level(node, self.levels[0].family, values | {max(values) + 1})]
        return node

    def paragraph(self, block: Block) -> _Node:
        """A paragraph belongs to its article (as a 款) where there are articles, else to the innermost clause."""
        article = next((level.node for level in self.levels if level.family in _ARTICLES), None)
        return _Node(block, None, article or self.levels[-1].node)


def _closing_from(blocks: Sequence[Block], markers: Sequence[Marker | None]) -> int:
    """Index of the first block of the closing part: what follows the last number, where that ends in a signature."""
    numbered = [index for index, number in enumerate(markers) if number]
    if not numbered:
        return len(blocks)
    tail = range(numbered[-1] + 1, len(blocks))
    dated = [index for index in tail if _DATE.match(blocks[index].text)]
    if not dated:
        return len(blocks)
    last, number = blocks[numbered[-1]], markers[numbered[-1]]
    if _is_bare_heading(last.text[number.length :], last.language) and len(tail) > 2:  # its first paragraph is its own
        return numbered[-1] + 2
    return numbered[-1] + 1


def _is_short(text: str, language: str) -> bool:
    return len(text) <= _HEADING_LENGTH[language]


def _is_title(block: Block) -> bool:
    text = block.text
    return (
        len(text) <= 2 * _HEADING_LENGTH[block.language]
        and not text.endswith(_TERMINAL)
        and not _DATE.match(text)
        and not (len(text) <= 60 and _NUMBER_LINE.search(text))
    )


def _is_line_heading(block: Block, following: Block | None) -> bool:
    """A short line without a full stop, with a paragraph below it: a heading that has no number."""
    text = block.text
    return (
        following is not None
        and len(text) <= _LINE_HEADING_LENGTH[block.language]
        and not text.endswith((*_TERMINAL, ")", "）"))
        and not _DATE.match(text)
        and not _DATE.match(following.text)
        and not _NUMBER_LINE.search(text)
        and not _CONTACT.match(text)
        and (block.language == "zh" or text[:1].isupper())
        and len(following.text) > _LINE_HEADING_LENGTH[block.language]
    )


def _name(node: _Node) -> None:
    """Set the node's heading, and its kind where it is nothing but a heading."""
    block = node.block
    words = block.text[node.marker.length :] if node.marker else block.text
    if node.kind == "heading":
        node.heading = words
    elif node.marker and node.children and _is_bare_heading(words, block.language) and not _is_rule(node, words):
        node.kind, node.heading = "heading", words.rstrip(".。:：") or None
    elif node.marker and node.marker.family not in _ARTICLES:
        run_in = _RUN_IN[block.language].match(words)
        node.heading = run_in.group(1).rstrip(".。:：") if run_in else None


def _is_rule(node: _Node, words: str) -> bool:
    """An article that ends like a sentence says something, however short."""
    return node.marker.family in _ARTICLES and words.endswith(_TERMINAL)


def _name_empty_heading(node: _Node) -> None:
    """A heading with nothing below it, as where an excerpt stops: known by the headings it stands beside."""
    if node.kind == "text" and not node.children and not node.block.text.endswith(_TERMINAL):
        node.kind, node.heading = "heading", node.block.text[node.marker.length :] or None


def _is_bare_heading(words: str, language: str) -> bool:
    ends_in_the_middle = words.endswith(("；", ";", "，", ",", "：", ":", "、"))
    one_sentence = not re.search(r"[。！？]\S|[.!?]\s+[A-Z]", words)
    return _is_short(words, language) and not ends_in_the_middle and one_sentence


def _ids(nodes: Sequence[_Node], root: str) -> dict[int, str]:
    """Clause id of each node (by ``id(node)``): the numbers that lead to it, p2 for a second paragraph."""
    ids: dict[int, str] = {}
    taken: dict[str, int] = {}
    unnumbered: dict[tuple[int, str], int] = {}
    for node in nodes:
        above = ids[id(node.parent)] + "." if node.parent else root
        if node.marker and node.marker.value is not None:
            last = str(node.marker.value)
        else:
            letter = "h" if node.kind == "heading" else "d" if node.marker else "p"
            key = (id(node.parent), letter)
            unnumbered[key] = unnumbered.get(key, 0) + 1
            last = f"{letter}{unnumbered[key]}"
        name = above + last
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:  # the same number again; a hyphen and a count occur in no other id
            name = f"{name}-{taken[name]}"
        ids[id(node)] = name
    return ids


def _clause(document_id: str, node: _Node, ids: dict[int, str]) -> Clause:
    above: list[_Node] = []
    parent = node.parent
    while parent:
        above.insert(0, parent)
        parent = parent.parent
    return Clause(
        document_id=document_id,
        clause_id=ids[id(node)],
        parent_id=ids[id(node.parent)] if node.parent else None,
        number=node.number,
        heading=node.heading,
        level=len(above) + (1 if node.marker or node.parent or node.kind == "heading" else 0),
        path=tuple(_label(ancestor) for ancestor in above),
        language=node.block.language,
        kind=node.kind,
        start=node.block.start,
        end=node.block.end,
        text=node.block.text,
    )


def _label(node: _Node) -> str:
    """How a heading is named in a path: its number and title, as printed."""
    parts = [part for part in (node.number, node.heading) if part]
    chinese = node.block.language == "zh" and node.number and node.marker.family not in _ARTICLES | {"章", "节", "编"}
    return ("" if chinese else " ").join(parts)
