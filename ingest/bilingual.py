"""Text that interleaves two languages: which part is which, and which clauses say the same."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.document import Clause
from ingest.structure import Block

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LATIN = re.compile(r"[A-Za-z]")
# Costs of the cheapest reading of a line as stretches of two languages (Viterbi). A stretch must be worth two
# changes: an acronym inside Chinese, or a quoted Chinese term inside English, is not.
_CHANGE = 7.0
_CHANGE_INSIDE_A_WORD = 14.0
_CHINESE_IN_ENGLISH = 3.0
_LATIN_IN_CHINESE = 1.0


def language_of(text: str) -> str:
    """ "zh" or "en", by which script carries more of the text; a Chinese character says as much as three letters."""
    return "zh" if 3 * len(_CHINESE.findall(text)) > len(_LATIN.findall(text)) else "en"


def stretches(text: str, offset: int = 0) -> list[Block]:
    """The parts of one line in one language each, in order; together they hold all but the spaces between them."""
    if not _CHINESE.search(text) or not _LATIN.search(text):
        return [Block(offset, offset + len(text), text, language_of(text))]
    labels = _labels(text)
    blocks: list[Block] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and labels[end] == labels[start]:
            continue
        part = text[start:end]
        lead = len(part) - len(part.lstrip())
        words = part.strip()
        if words:
            at = offset + start + lead
            blocks.append(Block(at, at + len(words), words, labels[start]))
        start = end
    return blocks


def _labels(text: str) -> list[str]:
    languages = ("en", "zh")
    cost = {"en": 0.0, "zh": 0.0}
    came_from: list[dict[str, str]] = []
    for index, character in enumerate(text):
        at_space = index > 0 and text[index - 1] == " "
        change = _CHANGE if at_space else _CHANGE_INSIDE_A_WORD
        here = {
            "en": _CHINESE_IN_ENGLISH if _CHINESE.match(character) else 0.0,
            "zh": _LATIN_IN_CHINESE if _LATIN.match(character) else 0.0,
        }
        best, chosen = {}, {}
        for language in languages:
            other = "zh" if language == "en" else "en"
            stay, switch = cost[language], cost[other] + change
            chosen[language] = language if stay <= switch or index == 0 else other
            best[language] = min(stay, switch if index else stay) + here[language]
        cost = best
        came_from.append(chosen)
    language = min(languages, key=cost.__getitem__)
    labels = [language] * len(text)
    for index in range(len(text) - 1, 0, -1):
        labels[index] = language
        language = came_from[index][language]
    labels[0] = language
    return labels


def pair(clauses: Sequence[Clause], text: str) -> list[Clause]:
    """The clauses of a bilingual text, each with its counterpart: on the same line, or at the same place in the tree.

    Headings that stand on lines of their own (the titles) are paired with a neighbouring line of the same kind.
    """
    partner: dict[str, str] = {}
    line_ends = [at for at, character in enumerate(text) if character == "\n"]
    _pair_by(partner, clauses, lambda clause: (bisect_left(line_ends, clause.start), clause.kind == "title"))
    _pair_by(partner, clauses, lambda clause: clause.clause_id.split(":", 1)[1].split(".", 1)[-1])
    _pair_neighbouring_titles(partner, clauses)
    return [replace(clause, counterpart=partner.get(clause.clause_id)) for clause in clauses]


def _pair_by(partner: dict[str, str], clauses: Sequence[Clause], key) -> None:
    """Pair the clauses that share a key, where it names one clause in each language."""
    groups: dict[object, list[Clause]] = {}
    for clause in clauses:
        if clause.clause_id not in partner and clause.kind != "title":
            groups.setdefault(key(clause), []).append(clause)
    for group in groups.values():
        if len(group) == 2 and group[0].language != group[1].language:
            _link(partner, group[0], group[1])


def _pair_neighbouring_titles(partner: dict[str, str], clauses: Sequence[Clause]) -> None:
    titles = sorted((clause for clause in clauses if clause.kind == "title"), key=lambda clause: clause.start)
    for first, second in pairwise(titles):
        free = first.clause_id not in partner and second.clause_id not in partner
        if free and first.language != second.language:
            _link(partner, first, second)


def _link(partner: dict[str, str], one: Clause, other: Clause) -> None:
    partner[one.clause_id] = other.clause_id
    partner[other.clause_id] = one.clause_id
