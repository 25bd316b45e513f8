"""What a document does with others, and others with it; and the chain of implementation that it stands in.

Read from the resolved references. A document that is cited but not held is a part of the chain by its name and number.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ingest.document import Document
from ingest.index import Index
from ingest.passages import sentences
from ingest.references.names import EN_TYPES, ZH_TYPES, name_key
from ingest.references.numbers import find_numbers
from ingest.references.organs import organs_in
from ingest.references.table import StoredReference
from ingest.references.text import same_length_fold, without_ending

# What makes a step of the chain; a citation alone does not.
_STEPS = ("implements", "interprets", "forwards", "replaces")
_STRENGTH = {"replaces": 0, "implements": 1, "forwards": 2, "interprets": 3, "cites": 4}
_MOST = 60  # documents of a chain
_SAME = 0.75  # share of the words of two names that are one
_ALIKE = 0.6  # and of two that have one subject, of the shorter one's
_LEAST_WORDS = 4
_ENDINGS = ("ational", "ation", "ening", "ing", "ive", "ed", "es", "s", "e")  # of English words that are compared
_ABOUT = re.compile(r"\b(?:on|for|concerning|regarding)\b|关于")
_IMPLEMENTING = re.compile(r"\bimplement|实施|贯彻|落实", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """Where it is said: words ``start`` to ``end`` of the citing document, and the sentence around them."""

    document_id: str
    clause_id: str
    start: int
    end: int
    quote: str
    printed: str  # the words that name the other document
    clauses: tuple[str, ...]  # of the other document, where certain ones are meant


@dataclass(frozen=True)
class Node:
    """A document of the chain. ``document_id`` is None where it is only cited; ``name`` and ``number`` as printed."""

    key: str
    document_id: str | None
    name: str
    number: str | None
    issued_on: str | None
    step: int = 0  # 0 at the top; below what it implements


@dataclass(frozen=True)
class Relation:
    """What one document does with another. ``inferred``: no text says it; the two names and a third document do."""

    source: Node
    target: Node
    relation: str
    mentions: tuple[Mention, ...]
    inferred: bool = False


@dataclass(frozen=True)
class Chain:
    """The documents from the top down, and what each does with others."""

    nodes: tuple[Node, ...]
    edges: tuple[Relation, ...]


def relations_of(index: Index, position: int) -> tuple[list[Relation], list[Relation]]:
    """(what a document does with others, what others do with it), each other document once, the strongest first."""
    tables = index.references
    out = _grouped(index, tables.references_from_document(position))
    into = tables.references_to_document(position)
    return out, _grouped(index, [item for item in into if item.document != position])


def chain_of(index: Index, position: int) -> Chain:
    """The chain of implementation around a document: all that it rests on, and all that rests on it."""
    edges: dict[tuple[str, str], Relation] = {}
    for direction in (0, 1):
        waiting, seen = [position], {position}
        while waiting and len(seen) < _MOST:
            found = relations_of(index, waiting.pop(0))[direction]
            for edge in found:
                if edge.relation not in _STEPS:
                    continue
                edges.setdefault((edge.source.key, edge.target.key), edge)
                other = (edge.target, edge.source)[direction].document_id
                at = index.versions.place(other) if other else None
                if at is not None and at not in seen:
                    seen.add(at)
                    waiting.append(at)
    for edge in _inferred(list(edges.values())):
        edges.setdefault((edge.source.key, edge.target.key), edge)
    return _ordered(list(edges.values()))


def _grouped(index: Index, references: Iterable[StoredReference]) -> list[Relation]:
    """One relation for each pair of documents; names of one document that is not held are brought together."""
    groups: list[tuple[Node, Node, list[StoredReference]]] = []
    for item in references:
        source, target = _held(index, item.document), _target(index, item)
        group = next((one for one in groups if one[0] == source and _same(one[1], target)), None)
        if group is None:
            groups.append((source, target, [item]))
        else:
            group[2].append(item)
    found = [
        Relation(
            source,
            target,
            min((item.relation or "cites" for item in items), key=_STRENGTH.__getitem__),
            tuple(_mention(index, item) for item in items),
        )
        for source, target, items in groups
    ]
    return sorted(found, key=lambda relation: _STRENGTH[relation.relation])


def _held(index: Index, position: int) -> Node:
    document = index.catalogue[position]
    return Node(
        document.document_id, document.document_id, document.title, document.document_number, document.issued_on
    )


def _target(index: Index, item: StoredReference) -> Node:
    if item.target is not None:
        return _held(index, item.target)
    named = re.match(r"《(.+)》(?:（(.+?)）)?", item.normalised)
    found = None if named else find_numbers(item.normalised)
    number = named[2] if named else str(found[0].number) if found else None
    name = named[1] if named else item.normalised
    return Node(f"#{number or name_key(name) or name}", None, name, number, None)


def _mention(index: Index, item: StoredReference) -> Mention:
    document: Document = index.store.document(index.catalogue[item.document].document_id)
    clause = index.store.clause(item.clause_id)
    inside = item.start - clause.start, item.end - clause.start
    spans = [span for span in sentences(clause.text) if span[0] < inside[1] and span[1] > inside[0]] or [inside]
    quote = document.text[clause.start + spans[0][0] : clause.start + spans[-1][1]]
    return Mention(
        document.document_id,
        item.clause_id,
        item.start,
        item.end,
        quote,
        document.text[item.start : item.end],
        item.clauses,
    )


def _same(one: Node, other: Node) -> bool:
    """Whether two nodes are one document: by id, number or name, else by English names: translators vary the words."""
    if one.key == other.key:
        return True
    held = one.document_id or other.document_id
    if held or (one.number and other.number) or not (one.name.isascii() and other.name.isascii()):
        return False
    (kind, implementing, words), (other_kind, other_implementing, others) = _subject(one.name), _subject(other.name)
    alike = len(words & others) >= max(_LEAST_WORDS, _SAME * len(words | others))
    return alike and (kind, implementing) == (other_kind, other_implementing)


def _subject(name: str) -> tuple[str, bool, frozenset[str]]:
    """(kind of document, whether its name says that it implements another, the words of what it is about)."""
    folded = same_length_fold(name)
    rest = folded
    for start, end, _ in reversed(organs_in(folded)):
        rest = rest[:start] + " " + rest[end:]
    head, _, about = _ABOUT.sub("\0", rest, count=1).partition("\0")
    kind = re.search(rf"(?:{EN_TYPES})\b", head, re.IGNORECASE) or re.search(rf"(?:{ZH_TYPES})(?=$|[《\[])", rest)
    words = {without_ending(word, _ENDINGS) for word in re.findall("[a-z]{4,}", (about or rest).lower())} | set(
        _bigrams(rest)
    )
    implementing = bool(_IMPLEMENTING.search(head if about else rest))
    return kind.group().lower().rstrip("s") if kind else "", implementing, frozenset(words)


def _bigrams(text: str) -> Iterator[str]:
    for run in re.findall("[\u3400-\u9fff]+", text):
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _inferred(edges: list[Relation]) -> Iterator[Relation]:
    """What no text says in so many words, but two names and a third document do.

    An interpretation speaks for the document that it interprets; and of two documents that are implemented in one
    sentence, the one called implementing opinions on the subject of the other implements it.
    """
    for edge in edges:
        same_source = [other for other in edges if other.source == edge.source and other.target != edge.target]
        same_source = [other for other in same_source if other.relation == "implements"]
        if edge.target.document_id is None and edge.relation == "interprets":
            for other in same_source:
                yield Relation(edge.target, other.target, "implements", other.mentions, inferred=True)
        if edge.target.document_id is None and edge.relation == "implements":
            for other in same_source:
                if _implements_by_name(edge, other):
                    yield Relation(edge.target, other.target, "implements", edge.mentions, inferred=True)


def _implements_by_name(edge: Relation, other: Relation) -> bool:
    together = {mention.clause_id for mention in edge.mentions} & {mention.clause_id for mention in other.mentions}
    kind, implementing, words = _subject(edge.target.name)
    for mention in other.mentions:
        other_kind, other_implementing, others = _subject(mention.printed)
        common = len(words & others)
        alike = common >= _LEAST_WORDS and common >= _ALIKE * min(len(words), len(others))
        if together and alike and kind == other_kind and implementing and not other_implementing:
            return True
    return False


def _ordered(edges: list[Relation]) -> Chain:
    """The documents by their step: one below the lowest of what it implements. Circles are cut where they close."""
    above: dict[str, list[str]] = {}
    nodes: dict[str, Node] = {}
    for edge in edges:
        nodes.setdefault(edge.target.key, edge.target)
        nodes.setdefault(edge.source.key, edge.source)
        above.setdefault(edge.source.key, []).append(edge.target.key)
    steps: dict[str, int] = {}

    def step(key: str, below: frozenset[str]) -> int:
        if key not in steps:
            uppers = [one for one in above.get(key, ()) if one not in below and one != key]
            steps[key] = 1 + max((step(one, below | {key}) for one in uppers), default=-1)
        return steps[key]

    for key in nodes:
        step(key, frozenset())
    placed = [replace(node, step=steps[key]) for key, node in nodes.items()]
    ordered = sorted(placed, key=lambda node: (node.step, node.issued_on or "9999"))
    return Chain(tuple(ordered), tuple(edges))
