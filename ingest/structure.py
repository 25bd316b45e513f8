"""Blocks of text → a tree of clauses. Every block becomes one clause, so no text falls between clauses.

Which level a number stands on is decided by what came before it, not by its family: "1." may open a part and an
item in the same document, and "Three." may follow "2.".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.document import Clause
from ingest.headings import (
    is_annex,
    is_bare_heading,
    is_date,
    is_empty_heading,
    is_line_heading,
    is_sentence,
    is_short,
    is_title,
    is_unfinished,
    run_in_heading,
)
from ingest.numbering import Marker, marker

_STRONG = {"分编", "编", "部分", "章", "节", "条", "一、", "（一）", "I.", "Part", "Chapter", "Section", "Article"}
_ARTICLES = {"条", "Article"}
# Units whose order is fixed: an article stands in its section, whatever stood where before.
_RANK = {
    unit: rank
    for units in (("附", "部分", "编", "分编", "章", "节", "条"), ("附", "Part", "Chapter", "Section", "Article"))
    for rank, unit in enumerate(units)
}
_TITLED = {"部分", "编", "分编", "章", "节", "Part", "Chapter", "Section"}
# Styles of the outermost lists, which translators mix; numbers in brackets keep to their own list.
_OUTER = {"一、", "I.", "1.", "Three.", "Firstly,", "Part"}
_OUTERMOST = {"一、", "I."}
_DEPTH = 12  # levels at most; a text that seems to have more has numbers that are no outline
_NEAR = 40  # blocks within which the next number of a list is looked for
_GAP = 5  # so many numbers may be missing in a list before its next one is no longer believed


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
    paths = _paths(nodes)
    return [_clause(document_id, node, ids, paths[id(node)]) for node in nodes]


def _tree(blocks: Sequence[Block]) -> list[_Node]:
    markers = [marker(block.text) for block in blocks]
    outline = _Outline()
    nodes: list[_Node] = []
    closing = _closing_from(blocks, markers)
    runs = _runs(markers)
    for index, (block, number) in enumerate(zip(blocks, markers, strict=True)):
        following = blocks[index + 1].text if index + 1 < len(blocks) else ""
        if index >= closing:
            node = _Node(block, None, None)
        elif number and (node := _numbered(outline, blocks, index, number, runs[index])):
            pass
        elif not outline.levels:
            node = _Node(block, None, None, kind="title" if is_title(block.text, block.language) else "text")
        elif following and is_annex(block.text):
            node = outline.annex(block)
        elif (
            number is None
            and not outline.waits_for_its_end()
            and is_line_heading(block.text, following, block.language)
        ):
            node = outline.unnumbered_heading(block)
        else:
            node = outline.paragraph(block)
        if node.parent:
            node.parent.children.append(node)
        nodes.append(node)
    lists = {(id(node.parent), node.marker.family) for node in nodes if node.marker and _ends_in_semicolon(node)}
    for node in nodes:
        _name(node, lists)
    _name_empty_headings([node for node in nodes if node.marker])
    return nodes


def _numbered(outline: "_Outline", blocks: Sequence[Block], index: int, number: Marker, run: int) -> _Node | None:
    """The node of a numbered block, or None: a line that goes on with the sentence above may open with a number."""
    goes_on = (
        index > 0 and number.value is not None and is_unfinished(blocks[index - 1].text, blocks[index - 1].language)
    )
    if goes_on and not (outline.continues(number) or (number.value == 1 and (run or number.family in _RANK))):
        return None
    return outline.numbered(blocks[index], number, run)


def _runs(markers: Sequence[Marker | None]) -> list[int]:
    """For each block how many numbers follow it one by one: 2 where "3." is followed by "4." and "5.", each near."""
    runs = [0] * len(markers)
    following: dict[str, int] = {}
    for index in range(len(markers) - 1, -1, -1):
        number = markers[index]
        if number is None or number.value is None:
            continue
        after = following.get(number.family)
        if after is not None and after - index <= _NEAR and markers[after].value == number.value + 1:
            runs[index] = runs[after] + 1
        following[number.family] = index
    return runs


class _Outline:
    """The lists that are open at a point of the text, outermost first, and the lists that were closed."""

    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self.last: dict[tuple[str, int], int] = {}  # (family, depth) → last value

    def numbered(self, block: Block, number: Marker, run: int = 0) -> _Node | None:
        """The node of a numbered block, or None if its number does not fit anywhere. ``run``: as in ``_runs``."""
        if number.value is None:
            return self._dash(block, number)
        depth = self._depth(number.family, number.value)
        if depth is None and run >= (1 if number.family in _STRONG else 2):  # a list whose first numbers were lost
            depth = self._new_list(number.family)
        return None if depth is None else self._open(self._in_rank(depth, number.family), block, number)

    def continues(self, number: Marker) -> bool:
        """Whether the number is the next one of a list that is open, or was."""
        if any(level.family == number.family and number.value - 1 in level.values for level in self.levels):
            return True
        return any(family == number.family and value == number.value - 1 for (family, _), value in self.last.items())

    def _in_rank(self, depth: int, family: str) -> int:
        """Below the innermost unit that ranks above this one, and never inside one that ranks below it."""
        if (rank := _RANK.get(family)) is None:
            return depth
        for at in range(len(self.levels) - 1, -1, -1):
            if _RANK.get(self.levels[at].family, rank) < rank:
                return at + 1
        lower = (at for at, level in enumerate(self.levels) if _RANK.get(level.family, -1) > rank)
        return min(depth, next(lower, depth))

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
            return self._above_the_excerpt() if family in _OUTERMOST else len(self.levels)
        return None

    def _above_the_excerpt(self) -> int:
        """In “（五） … 三、 … （六）” the first is of a part that is not in the text: 三、 stands above it."""
        depth = next((at for at, level in enumerate(self.levels) if level.family not in _RANK), len(self.levels))
        self.last = {(family, at + (at >= depth)): value for (family, at), value in self.last.items()}
        return depth

    def _waits_for_text(self) -> bool:
        """Whether the innermost clause is a short line with nothing below it yet: a heading, most likely."""
        if not self.levels:
            return False
        node = self.levels[-1].node
        return (
            not node.children
            and is_title(node.block.text, node.block.language)
            and is_short(node.block.text, node.block.language)
        )

    def waits_for_its_end(self) -> bool:
        """Whether the innermost clause is a chapter's heading alone, which may go on in the next line."""
        return self.levels[-1].node.kind == "text" and self.levels[-1].family in _TITLED and self._waits_for_text()

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

    def annex(self, block: Block) -> _Node:
        """What is annexed is no part of the last clause: it stands beside the outermost ones."""
        node = _Node(block, None, None, kind="heading")
        self.levels = [_Level(node, "附", {0})]
        return node

    def paragraph(self, block: Block) -> _Node:
        """A paragraph belongs to its article (as a 款) where there are articles, else to the innermost clause."""
        article = next((level.node for level in self.levels if level.family in _ARTICLES), None)
        return _Node(block, None, article or self._innermost())

    def _innermost(self) -> _Node:
        """The last clause; but what follows the last item of a list that had semicolons goes on with what led to it."""
        node = self.levels[-1].node
        if node.parent and node.block.text.endswith(("。", ".")):
            items = [child for child in node.parent.children[-8:] if child is not node and child.marker]
            if any(item.marker.family == node.marker.family and _ends_in_semicolon(item) for item in items):
                return node.parent
        return node


def _closing_from(blocks: Sequence[Block], markers: Sequence[Marker | None]) -> int:
    """Index of the first block of the closing part: what follows the last number, where that ends in a signature."""
    numbered = [index for index, number in enumerate(markers) if number]
    if not numbered:
        return len(blocks)
    tail = range(numbered[-1] + 1, len(blocks))
    dated = [index for index in tail if is_date(blocks[index].text)]
    if not dated:
        return len(blocks)
    last, number = blocks[numbered[-1]], markers[numbered[-1]]
    if is_bare_heading(last.text[number.length :], last.language) and len(tail) > 2:  # its first paragraph is its own
        return numbered[-1] + 2
    return numbered[-1] + 1


def _name(node: _Node, lists: set[tuple[int, str]]) -> None:
    """Set the node's heading, and its kind where it is nothing but a heading.

    ``lists``: (``id`` of the parent, family) of the lists whose items end in semicolons.
    """
    block = node.block
    words = block.text[node.marker.length :] if node.marker else block.text
    if node.kind == "heading":
        node.heading = words
    elif node.marker and node.children and is_bare_heading(words, block.language) and not _is_item(node, words, lists):
        node.kind, node.heading = "heading", words.rstrip(".。:：") or None
    elif node.marker and node.marker.family not in _ARTICLES:
        node.heading = run_in_heading(words, block.language)


def _is_item(node: _Node, words: str, lists: set[tuple[int, str]]) -> bool:
    """Whether a short line with paragraphs below it says something itself: an article that is a sentence or has a
    comma, a sentence, or the last item of a list whose items end in semicolons."""
    ended = words.endswith((".", "。", "!", "！", "?", "？"))
    if node.marker.family in _ARTICLES:
        return ended or (node.block.language == "zh" and ("，" in words or "," in words))
    return ended and ((id(node.parent), node.marker.family) in lists or is_sentence(words, node.block.language))


def _ends_in_semicolon(node: _Node) -> bool:
    return node.block.text.endswith(("；", ";"))


def _name_empty_headings(numbered: Sequence[_Node]) -> None:
    """Headings with nothing below them, as where an excerpt stops: known by the headings they stand beside."""
    lists = Counter((id(node.parent), node.marker.family) for node in numbered)
    headed = Counter((id(node.parent), node.marker.family) for node in numbered if node.kind == "heading")
    for node in numbered:
        key, block = (id(node.parent), node.marker.family), node.block
        alone = node.kind == "text" and not node.children and is_empty_heading(block.text, block.language)
        if alone and 2 * headed[key] >= lists[key]:
            node.kind, node.heading = "heading", block.text[node.marker.length :] or None


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


def _paths(nodes: Sequence[_Node]) -> dict[int, tuple[str, ...]]:
    """The labels of the clauses above each node (by ``id(node)``), outermost first; a parent comes before its own."""
    paths: dict[int, tuple[str, ...]] = {}
    inside: dict[int, tuple[str, ...]] = {}
    for node in nodes:
        above = id(node.parent)
        if node.parent and above not in inside:
            inside[above] = (*paths[above], _label(node.parent))
        paths[id(node)] = inside[above] if node.parent else ()
    return paths


def _clause(document_id: str, node: _Node, ids: dict[int, str], path: tuple[str, ...]) -> Clause:
    return Clause(
        document_id=document_id,
        clause_id=ids[id(node)],
        parent_id=ids[id(node.parent)] if node.parent else None,
        number=node.number,
        heading=node.heading,
        level=len(path) + (1 if node.marker or node.parent or node.kind == "heading" else 0),
        path=path,
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
