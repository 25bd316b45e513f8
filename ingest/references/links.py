"""From what is printed to what is meant: which held document and which clauses a reference leads to.

What is not certain stays unresolved and is listed as cited, never guessed.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.document import Clause, Document
from ingest.references.catalogue import Catalogue
from ingest.references.find import find_references
from ingest.references.names import document_keys, name_key
from ingest.references.numbers import DocumentNumber, relation
from ingest.references.places import RANKS, Place, Reference, Step
from ingest.references.relations import relations
from ingest.references.text import numeral, same_length_fold

_MOST = 60  # clauses that a range leads to, at most


@dataclass(frozen=True)
class Row:
    """A numbered clause, or a paragraph (款) of an article. ``clause`` is its position in the whole corpus."""

    value: int
    sub: int
    unit: str  # 条 章 节 编 分编 部分 款; 项 for any number in brackets; "、" for 一、 and I.; "." for 1. and words
    document: int
    clause: int
    last: int  # position of the last clause below it; of a 款, of its article
    paragraph: int  # the 款 of its article that it stands in; 0 outside articles
    level: int
    language: str


FindRows = Callable[[int, Sequence[str], int, int], Sequence[Row]]  # document, units, value, sub

# What a step may be called in a document that does not print its unit: （五） is quoted as 第五条.
STANDS_FOR = {
    "条": (("条",), ("项", "、", ".")),
    "部分": (("部分", "编"), ("、", ".", "章")),
    "章": (("章",), ("、",)),
    "节": (("节",), ("项",)),
    "编": (("编", "部分"),),
    "分编": (("分编",),),
    "款": (("款",), ("项", ".")),
    "项": (("项",), (".", "、")),
    "目": ((".",), ("项",)),
    "、": (("、",), ("部分", "章", ".")),
    ".": ((".",), ("项", "、", "条")),
    "*": (("条",), ("项", "、", ".", "部分", "章")),
}


@dataclass(frozen=True)
class Linked:
    """A reference of a clause with what it leads to; positions in the corpus, None for a document not held."""

    reference: Reference
    document: int
    clause: int
    target: int | None
    clauses: tuple[int, ...]
    relation: str = ""  # what the document does with the other: see ``references.relations``


def rows_of(clauses: Sequence[Clause], document: int, first: int) -> Iterator[Row]:
    """The rows of one document's clauses, which stand at ``first``, ``first`` + 1, … of the corpus."""
    position = {clause.clause_id: first + at for at, clause in enumerate(clauses)}
    last = _last_below(clauses, position)
    paragraphs: dict[str, int] = {}  # of each article so far
    for clause in clauses:
        at = position[clause.clause_id]
        parsed = number_of(clause.number) if clause.number else None
        paragraph = paragraphs.get(clause.parent_id or "", 0)
        if parsed:
            unit, value, sub = parsed
            if unit == "条":
                paragraphs[clause.clause_id] = paragraph = 1 if _has_words(clause) else 0
            else:
                paragraphs[clause.clause_id] = paragraph
            yield Row(value, sub, unit, document, at, last[at], paragraph, clause.level, clause.language)
            if unit == "条" and paragraph:
                yield Row(1, 0, "款", document, at, last[at], 1, clause.level + 1, clause.language)
        elif clause.parent_id in paragraphs and clause.kind == "text" and clause.number is None:
            paragraphs[clause.parent_id] = paragraph = paragraph + 1
            end = last[position[clause.parent_id]]  # the items behind it are below the article, not below it
            yield Row(paragraph, 0, "款", document, at, end, paragraph, clause.level, clause.language)


def _has_words(clause: Clause) -> bool:
    """Whether an article's line holds its first paragraph, and not a title of the article only."""
    return clause.kind == "text" or clause.text.rstrip().endswith(("。", "：", ":", "；", ".", "！"))


def _last_below(clauses: Sequence[Clause], position: dict[str, int]) -> dict[int, int]:
    last = {at: at for at in position.values()}
    for clause in reversed(clauses):
        parent = position.get(clause.parent_id) if clause.parent_id else None
        if parent is not None:
            last[parent] = max(last[parent], last[position[clause.clause_id]])
    return last


@lru_cache(maxsize=20_000)
def number_of(printed: str) -> tuple[str, int, int] | None:
    """(unit, value, sub) of a clause's number as printed: 第一百二十条之一, （五）, "II.", "(1)", "The second is"."""
    text = same_length_fold(printed).strip().lower()
    if found := re.match(r"第 ?(.{1,9}?) ?(分编|部分|编|章|节|条)(?:之(.{1,3}))?[ :.、]*$", text):
        value, sub = numeral(found[1]), numeral(found[3]) if found[3] else 0
        return (found[2], value, sub or 0) if value is not None else None
    if found := re.match(r"(part|chapter|section|article) +(\w+)", text):
        unit = {"part": "部分", "chapter": "章", "section": "节", "article": "条"}[found[1]]
        return (unit, value, 0) if (value := numeral(found[2])) is not None else None
    if len(text) == 1 and "①" <= text <= "⑳":
        return "项", ord(text) - ord("①") + 1, 0
    if found := re.match(r"\[? ?([a-z0-9零〇一二三四五六七八九十百]+) ?\][ 、.]*$", text):
        return _bracketed(found[1])
    if found := re.match(r"([零〇一二三四五六七八九十百]+|[ivxlc]+) ?[、.]$", text):
        return "、", numeral(found[1]) or 0, 0
    words = re.match(r"(?:the )?([a-z]+|\d{1,3})(?:(?:,| is| are)?|[.、]|, ?)$", text)
    if words:
        value = numeral(words[1]) or numeral(words[1].removesuffix("ly")) or numeral(words[1].removesuffix("ely"))
        return (".", value, 0) if value else None
    if found := re.match(r"第?([一二三四五六七八九十]{1,3})(?:是|要|[,,、]是?)$", text):
        return ".", numeral(found[1]) or 0, 0
    return None


def _bracketed(text: str) -> tuple[str, int, int] | None:
    value = numeral(text)
    if value is None and len(text) == 1:
        value = ord(text) - ord("a") + 1
    return ("项", value, 0) if value is not None else None


def resolve_place(find: FindRows, document: int, place: Place, language: str | None = None) -> tuple[list[Row], bool]:
    """(clauses at a place of a document, whether every step was found; else they are those of the last that was)."""
    rows: list[Row] = []
    for at, step in enumerate(place):
        following = _step(find, document, step, rows if at else None, language)
        if not following:
            return rows, False
        rows = following
    return rows, bool(rows)


def _step(find: FindRows, document: int, step: Step, above: list[Row] | None, language: str | None) -> list[Row]:
    for units in STANDS_FOR[step.unit]:
        rows = [row for row in find(document, units, step.value, step.sub) if language in (None, row.language)]
        if above is not None:
            rows = [row for row in rows if any(_below(row, upper, step) for upper in above)]
        if rows and above is not None:
            nearest = min(row.level for row in rows)
            rows = [row for row in rows if row.level == nearest]
        if step.unit == "部分" and units != ("部分", "编"):
            rows = [row for row in rows if row.level == 1]
        if rows:
            return rows
    return []


def _below(row: Row, upper: Row, step: Step) -> bool:
    inside = upper.clause < row.clause <= upper.last or (step.unit == "款" and row.clause == upper.clause)
    same_paragraph = upper.unit != "款" or row.paragraph == upper.paragraph
    return inside and same_paragraph and row.language == upper.language


class _Held:
    """The rows of the whole corpus while it is built."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, int, int], list[Row]] = defaultdict(list)
        self.of_clause: dict[int, list[Row]] = defaultdict(list)

    def add(self, row: Row) -> None:
        self._rows[row.document, row.value, row.sub].append(row)
        self.of_clause[row.clause].append(row)

    def find(self, document: int, units: Sequence[str], value: int, sub: int) -> list[Row]:
        return [row for row in self._rows.get((document, value, sub), ()) if row.unit in units]


def link(documents: Sequence[Document], clauses: Sequence[Clause]) -> tuple[list[Row], list[Linked]]:
    """Every row and every reference of a corpus; positions are places in the two sequences.

    ``clauses`` stand document by document in the order of ``documents``, in reading order.
    """
    catalogue = Catalogue(documents)
    spans = _spans(documents, clauses)
    rows: list[Row] = []
    held = _Held()
    for document, (first, last) in enumerate(spans):
        for row in rows_of(clauses[first:last], document, first):
            rows.append(row)
            held.add(row)
    linked: list[Linked] = []
    for document, (first, last) in enumerate(spans):
        linked += _links_of(document, first, clauses[first:last], catalogue, held)
    return rows, linked


def _spans(documents: Sequence[Document], clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    count: dict[str, int] = defaultdict(int)
    for clause in clauses:
        count[clause.document_id] += 1
    spans, at = [], 0
    for document in documents:
        spans.append((at, at + count[document.document_id]))
        at += count[document.document_id]
    return spans


def _links_of(
    document: int, first: int, clauses: Sequence[Clause], catalogue: Catalogue, held: _Held
) -> Iterator[Linked]:
    starts = [clause.start for clause in clauses]
    position = {clause.clause_id: first + at for at, clause in enumerate(clauses)}
    text = catalogue.documents[document].text
    references = find_references(text, catalogue.names)
    for reference, relation_kind in zip(references, relations(text, references), strict=True):
        at = bisect_right(starts, reference.start) - 1
        if at < 0 or reference.start >= clauses[at].end:
            continue
        citing = clauses[at]
        if reference.kind in ("document", "clause"):
            target = catalogue.meant(reference)
            if reference.kind == "document" and _is_itself(reference, target, document, catalogue):
                continue
            language = None
        else:
            target, language = document, citing.language
        if reference.kind == "near":
            found = _near(reference, first + at, clauses, first, position, held, document)
        elif target is not None and reference.place:
            parts = catalogue.parts(name_key(reference.name)) if reference.name else []
            target, found = _in_parts(held.find, parts or [target], reference, language)
        else:
            found = []
        if reference.kind in ("own", "near"):
            found = [one for one in found if one != first + at]
            if not found:
                continue
        yield Linked(reference, document, first + at, target, tuple(found), relation_kind)


def _in_parts(find: FindRows, parts: list[int], reference: Reference, language: str | None) -> tuple[int, list[int]]:
    """(the document, the clauses): of the documents that together hold a work, the one that has the place."""
    for part in parts:
        if found := _clauses_at(find, part, reference, language):
            return part, found
    return parts[0], []


def _is_itself(reference: Reference, target: int | None, document: int, catalogue: Catalogue) -> bool:
    """Whether a document prints its own title or number, as in its head."""
    own = catalogue.numbers.get(document)
    if reference.number and not reference.name and own and relation(reference.number, own) != "different":
        return target is None or reference.number == own
    return target == document


def _clauses_at(find: FindRows, target: int, reference: Reference, language: str | None) -> list[int]:
    rows, _ = resolve_place(find, target, reference.place, language)
    if not reference.through or not rows:
        return sorted({row.clause for row in rows})
    ends, whole = resolve_place(find, target, reference.through, language)
    return _range(find, target, rows[0], ends[-1] if ends and whole else rows[-1])


def _range(find: FindRows, target: int, first: Row, last: Row) -> list[int]:
    found = []
    for value in range(first.value, min(last.value, first.value + _MOST) + 1):
        rows = [row for row in find(target, (first.unit,), value, 0) if first.clause <= row.clause <= last.clause]
        found += [row.clause for row in rows if row.language == first.language]
    return sorted(set(found)) or [first.clause]


def _near(
    reference: Reference,
    at: int,
    clauses: Sequence[Clause],
    first: int,
    position: dict[str, int],
    held: _Held,
    document: int,
) -> list[int]:
    """Clauses counted from the one at position ``at``: 本条, 前款, 第二款 of the same article."""
    above = [at]
    while (parent := clauses[above[-1] - first].parent_id) is not None:
        above.append(position[parent])
    rows = [row for one in above for row in held.of_clause.get(one, ())]
    step = reference.place[0]
    base = next(
        (row for row in rows if row.unit == ("条" if step.unit in ("条", "款", "项", "目") else step.unit)), None
    )
    if base is None:
        return []
    paragraph = next((row.paragraph for row in rows if row.paragraph), 0)
    absolute = _absolute(step, base, paragraph, next((row.value for row in rows if row.unit == "项"), 0))
    if absolute is None:
        return []
    place = (*absolute, *reference.place[1:])
    end = (
        _absolute(reference.through[0], base, paragraph, 0)
        if reference.through and reference.through[0].relative
        else None
    )
    as_printed = Reference(
        0, 0, "", "own", place=place, through=end or (reference.through and (*absolute[:-1], *reference.through))
    )
    return _clauses_at(held.find, document, as_printed, clauses[at - first].language)


def _absolute(step: Step, base: Row, paragraph: int, item: int) -> Place | None:
    """The place in the document that a relative first step means, None where there is none (前款 in the first 款)."""
    article = Step(base.unit, base.value, base.sub)
    value = step.value
    if step.unit == "条":
        value = base.value + step.value
        return (Step("条", value, base.sub if not step.value else 0),) if value > 0 else None
    if step.unit == "款":
        value = paragraph + step.value if step.relative else step.value
        return (article, Step("款", value)) if value > 0 else None
    if step.unit == "项":
        value = item + step.value if step.relative else step.value
        within = (Step("款", paragraph),) if paragraph else ()
        return (article, *within, Step("项", value)) if value > 0 else None
    if step.relative and step.unit in RANKS:
        value = base.value + step.value
        return (Step(step.unit, value),) if value > 0 else None
    return None


def contradictions(documents: Sequence[Document]) -> list[str]:
    """One line for each title that goes with two numbers which differ in the year alone, or in the serial alone."""
    catalogue = Catalogue(documents)
    seen: dict[str, dict[DocumentNumber, str]] = defaultdict(dict)
    titles: dict[str, str] = {}
    for position, number in sorted(catalogue.numbers.items()):
        document = documents[position]
        for key, distance in document_keys(document).items():
            if distance == 0:
                titles.setdefault(key, document.title)
                seen[key].setdefault(number, f"{document.document_id} itself")
    for document in documents:
        for reference in find_references(document.text, catalogue.names):
            if reference.name and reference.number:
                key = name_key(reference.name)
                titles.setdefault(key, reference.name)
                where = f"{document.document_id}:{reference.start} ({reference.printed[-40:]!r})"
                seen[key].setdefault(reference.number, where)
    return [line for key, numbers in seen.items() for line in _conflicts(titles[key], numbers)]


def _conflicts(title: str, numbers: dict[DocumentNumber, str]) -> Iterator[str]:
    held = {number for number, where in numbers.items() if where.endswith(" itself")}
    found = [(number, where) for number, where in numbers.items() if number not in held or len(held) == 1]
    for at, (one, where) in enumerate(found):
        for other, elsewhere in found[at + 1 :]:
            if (
                one.organ == other.organ
                and (one.year == other.year) != (one.serial == other.serial)
                and one.year
                and other.year
            ):
                yield f"“{title}” is {one} in {where}, {other} in {elsewhere}"
