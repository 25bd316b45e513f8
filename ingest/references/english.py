"""References in English: "Article 75 of the Regulations on …", "item (3), paragraph 2, Article 66", quoted titles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.references.names import EN_TYPES, is_document_title
from ingest.references.places import RANKS, Part, Place, Step
from ingest.references.text import numeral

UNITS = {
    "article": "条", "art": "条", "chapter": "章", "section": "节", "part": "部分", "paragraph": "款", "para": "款",
    "subparagraph": "项", "item": "项", "point": "项", "clause": "条",
}  # fmt: skip
_VALUE = r"(?:[0-9]{1,4}(?![0-9])|[IVXLC]{1,6}\b|\[ ?[0-9a-z]{1,3} ?\])"
_PIECE = re.compile(
    rf"\b(?P<unit>[Aa]rticle|ARTICLE|[Aa]rt|[Cc]hapter|[Ss]ection|[Pp]art|[Pp]aragraph"
    rf"|[Pp]ara|[Ss]ubparagraph|[Ii]tem|[Pp]oint|[Cc]lause)s?"
    rf"\.? (?P<value>{_VALUE})(?P<below>(?: ?\[[0-9a-z]{{1,3}}\]){{0,3}})"
    rf"(?P<more>(?:(?:, ?(?:and |or )?| and | or )(?:[0-9]{{1,4}}|\[[0-9]{{1,3}}\])"
    rf"(?![0-9,.]*[0-9%]| ?(?!and|or|of|to|shall)[a-z]{{3}})){{0,9}})"
    r"(?P<through>(?: ?- ?| to | through )[0-9]{1,4}(?![0-9]))?"
)
_NAME_WORD = (
    r"(?:(?!(?:Article|Section|Chapter|Paragraph|Item)s? [0-9IVX(\[])[A-Z][\w'&-]*|of|on|and|for|the|in|to|by|with|or)"
)
_NAME = re.compile(
    rf"(?:[Tt]he )?(?:\"(?P<quoted>[^\"\n]{{4,200}})\"|(?P<plain>{_NAME_WORD}(?: {_NAME_WORD}){{0,30}}))"
)
_OWN = re.compile(
    r"(?:these|this|the present) (?:Law|Regulations?|Measures|Provisions|Rules|Interpretation|Opinions?|Notice|Plan)",
    re.I,
)
_HEADING_ENDS = re.compile(r" (?:of|and|or|to|in|under|shall|applies|is|are|was|were)\b|[,;\])]")
_TITLE_BEGIN = re.compile(
    rf"\b(?:[A-Z][a-z]+ (?:and [A-Z][a-z]+ )?){{0,2}}(?i:{EN_TYPES})(?<![Oo]rder)"
    r"(?: (?:of|on|for|regarding|concerning|about)\b)"
)
_QUOTED = re.compile(r"\"([^\"\n]{8,300})\"|'' ?([^\n]{8,300}?) ?''")


@dataclass(frozen=True)
class EnglishClause:
    """A place and the name that goes with it: "" for none, "own" places have ``own``."""

    part: Part
    name: str
    name_start: int
    own: bool


def english_titles(folded: str) -> list[tuple[int, int]]:
    """(start, end) of quoted titles of documents, without the marks."""
    found = []
    for match in _QUOTED.finditer(folded):
        group = 1 if match[1] else 2
        title = match[group]
        if title[:1].isupper() and is_document_title(title) and title.count(" ") >= 2:
            found.append(match.span(group))
    return found


def title_before(folded: str, at: int, least: int) -> int | None:
    """Start of an unquoted title that runs up to ``at``, where its number stands: Opinions on … ([2018] No. 3)."""
    left = max(least, at - 400)
    segment = folded[left:at]
    boundary = max(segment.rfind(mark) for mark in (". ", ".\n", "; ", "\n", '"'))
    found = _TITLE_BEGIN.search(segment, max(0, boundary))
    return left + found.start() if found and found.group()[0].isupper() else None


def english_clauses(folded: str) -> Iterator[EnglishClause]:
    """Every place that is printed as an article, or as a part of a named document."""
    last = 0
    for match in _PIECE.finditer(folded):
        if match.start() < last:
            continue
        pieces, end = _run(folded, match)
        last = end
        if match["unit"] in ("part", "point", "item") or _is_heading(folded, match, end):  # words of every day
            continue
        places = _places(pieces)
        name, name_start, name_end, own = _named(folded, pieces[0].start(), end)
        article = any(
            step.unit == "条" and piece["unit"].lower() != "clause" for piece in pieces for step in _steps(piece)[0]
        )
        if not (article or own or name):
            continue
        for at, (start, stop, place, through) in enumerate(places):
            first, final = at == 0, at == len(places) - 1
            start = name_start if first and name and name_start < start else start
            stop = name_end if final and name_end > stop else stop
            yield EnglishClause(Part(start, stop, place, through), name, name_start, own)
        last = max(last, name_end)


def _run(folded: str, match: re.Match) -> tuple[list[re.Match], int]:
    """Pieces that name one place from either end: "paragraph 2 of Article 66", "Article 66, paragraph 2"."""
    pieces = [match]
    while len(pieces) < 4:
        joint = re.compile(r",? (?:of (?:the )?)?|, ?").match(folded, pieces[-1].end())
        following = _PIECE.match(folded, joint.end()) if joint else None
        if not following or _unit(following) in {_unit(piece) for piece in pieces}:
            break
        pieces.append(following)
    return pieces, pieces[-1].end()


def _unit(piece: re.Match) -> str:
    return UNITS[piece["unit"].lower()]


def _steps(piece: re.Match) -> tuple[Place, list[tuple[int, int, Step]], Step | None]:
    """(steps of the first value, (offset, length, step) of the further values, the last of a range)."""
    unit = _unit(piece)
    steps = [Step(unit, _value(piece["value"]))]
    for below in re.findall(r"\[([0-9a-z]+)\]", piece["below"]):
        deeper = [name for name, rank in RANKS.items() if rank > RANKS[steps[-1].unit]]
        if deeper:
            steps.append(Step(deeper[0], _value(below)))
    further = [
        (piece.start("more") + number.start(), len(number.group()), Step(unit, int(number.group())))
        for number in re.finditer("[0-9]+", piece["more"])
    ]
    last = Step(unit, int(re.search("[0-9]+", piece["through"]).group())) if piece["through"] else None
    return tuple(steps), further, last


def _value(text: str) -> int:
    bare = text.strip("[] ").lower()
    if len(bare) == 1 and bare.isalpha() and bare not in "ivxlc":
        return ord(bare) - ord("a") + 1
    return numeral(bare) or 0


def _places(pieces: list[re.Match]) -> list[tuple[int, int, Place, Place]]:
    ordered = sorted(pieces, key=lambda piece: RANKS[_unit(piece)])
    place = tuple(step for piece in ordered for step in _steps(piece)[0])
    start, end = min(piece.start() for piece in pieces), max(piece.end() for piece in pieces)
    if len(pieces) > 1:
        return [(start, end, place, ())]
    _, further, last = _steps(pieces[0])
    if not further:
        return [(start, end, place, (*place[:-1], last) if last else ())]
    found = [(start, pieces[0].start("more"), place, ())]
    for at, (offset, length, step) in enumerate(further):
        final = at == len(further) - 1
        found.append((offset, end if final else offset + length, (step,), (last,) if last and final else ()))
    return found


def _is_heading(folded: str, match: re.Match, end: int) -> bool:
    """At the beginning of a line and not the subject of a sentence or the first words of a reference."""
    line_start = folded.rfind("\n", 0, match.start()) + 1
    return not folded[line_start : match.start()].strip() and not _HEADING_ENDS.match(folded, end)


def _named(folded: str, start: int, end: int) -> tuple[str, int, int, bool]:
    """(name, its start, end of the reference with it, whether the text itself is meant)."""
    of = re.compile(r" ?(?:of|in|under) |, ").match(folded, end)
    if of:
        if own := _OWN.match(folded, of.end()):
            return "", start, own.end(), True
        name = _NAME.match(folded, of.end())
        if name and (found := _typed_name(name)):
            return found[0], found[1], found[2], False
    before = re.search(
        r"(?:\"([^\"\n]{4,200})\"|((?:[A-Z][\w'&-]*)(?: (?:[A-Z][\w'&-]*|of|on|and|for|the|in)){0,30})),? $",
        folded[max(0, start - 260) : start],
    )
    if before:
        group = 1 if before[1] else 2
        name = before[group]
        typed = re.search(rf"\b(?:{EN_TYPES})\b", name)
        if typed:
            offset = max(0, start - 260)
            return name, offset + before.start(), end, False
    return "", start, end, False


def _typed_name(match: re.Match) -> tuple[str, int, int] | None:
    group = "quoted" if match["quoted"] else "plain"
    name = match[group]
    if group == "plain":
        name = re.sub(r"(?: (?:of|on|and|for|the|in|to|by|with|or))+$", "", name)
    if not re.search(rf"\b(?:{EN_TYPES})\b", name) or re.fullmatch(rf"(?:the )?(?:{EN_TYPES})", name):
        return None if group == "plain" else (name, match.start(group), match.end())
    end = match.start(group) + len(name) if group == "plain" else match.end()
    return name, match.start(group), end
