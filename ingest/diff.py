"""Two versions of one text, clause by clause: what stayed, what changed inside, what came, went or stands elsewhere.

Clauses are paired by their words, not by their numbers: where one is inserted, all behind it are renumbered.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy import sparse

from ingest.align import MOST_PAIRS, best_chain, body, values
from ingest.document import Clause
from ingest.references.text import same_length_fold

# Share of the words, by cosine, from which on two clauses may be one that was changed, and one that was put elsewhere.
_CHANGED = 0.36
_MOVED = 0.70
_AROUND = 0.25  # weight of what stands around: 其他情形 is an item of many articles
_SAME_NUMBER = 0.05
_MOVED_LENGTH = 12  # characters; shorter ones are the same by chance
_TOKEN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]|[^\W_\u3400-\u9fff]+|\S")
_WORD = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]|[^\W_\u3400-\u9fff]+|\s+|.", re.DOTALL)
_LONG = 4000  # tokens of a clause from which on its sentences are compared whole
_ISLAND = 2  # so few characters that stayed between two changes are shown as changed as well


@dataclass(frozen=True)
class Part:
    """Words of a changed clause."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one clause. ``old`` is None for what was added, ``new`` for what was removed."""

    kind: Literal["unchanged", "changed", "added", "removed"]
    old: Clause | None
    new: Clause | None
    moved: bool = False  # it stands before or behind clauses that it stood behind or before
    parts: tuple[Part, ...] = ()  # of a changed clause: all words of both versions, without their numbers

    @property
    def clause(self) -> Clause:
        """The clause as it is now, or as it was last."""
        return self.new or self.old

    @property
    def renumbered(self) -> bool:
        """Whether both are the same clause under another number."""
        return bool(self.old and self.new and values([self.old])[0] != values([self.new])[0])


def compare_texts(old: Sequence[Clause], new: Sequence[Clause]) -> list[Change] | None:
    """The changes between two documents, language by language; None where they have no language in common."""
    languages = [
        language
        for language in dict.fromkeys(clause.language for clause in old)
        if any(clause.language == language for clause in new)
    ]
    if not languages:
        return None
    return [
        change
        for language in languages
        for change in compare(
            [clause for clause in old if clause.language == language],
            [clause for clause in new if clause.language == language],
        )
    ]


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """How many clauses are unchanged, changed, added, removed; and of those that are in both, renumbered or moved."""
    kinds = Counter(change.kind for change in changes)
    return {
        **{kind: kinds[kind] for kind in ("unchanged", "changed", "added", "removed")},
        "renumbered": sum(change.renumbered for change in changes),
        "moved": sum(change.moved for change in changes),
    }


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> list[Change]:
    """The changes in the order of the new text, what was removed where it stood. Both texts in one language."""
    pairs = _pairs(old, new)
    moved = set(pairs) - set(_in_order(pairs))
    partner = {other: one for one, other in pairs}
    gone = sorted(set(range(len(old))) - {one for one, _ in pairs})
    before = {one: other for one, other in pairs if (one, other) not in moved}
    changes: list[Change] = []
    at = 0
    for other, clause in enumerate(new):
        one = partner.get(other)
        if one is not None and (one, other) not in moved:
            while at < len(gone) and gone[at] < one:
                changes.append(Change("removed", old[gone[at]], None))
                at += 1
        changes.append(
            Change("added", None, clause) if one is None else _change(old[one], clause, (one, other) in moved)
        )
        if one in before:
            while at < len(gone) and gone[at] == one + 1 and one + 1 not in before:
                changes.append(Change("removed", old[gone[at]], None))
                one, at = one + 1, at + 1
    return changes + [Change("removed", old[one], None) for one in gone[at:]]


def _change(old: Clause, new: Clause, moved: bool) -> Change:
    one, other = body(old), body(new)
    if _plain(one) == _plain(other):
        return Change("unchanged", old, new, moved)
    return Change("changed", old, new, moved, words_changed(one, other))


def _plain(text: str) -> str:
    """What makes two wordings one: neither spaces nor the width or shape of brackets and signs."""
    return re.sub(r"\s+", "", same_length_fold(text))


def _pairs(old: Sequence[Clause], new: Sequence[Clause]) -> list[tuple[int, int]]:
    """(place in ``old``, place in ``new``) of the clauses that are the same or have become each other."""
    if not old or not new:
        return []
    if len(old) * len(new) > MOST_PAIRS:
        return _same_words(old, new)
    near, around = _likeness(old, new)
    kinds = [np.array([clause.kind == "text" for clause in clauses]) for clauses in (old, new)]
    numbers = [values(clauses) for clauses in (old, new)]
    gain = near + _AROUND * around - _CHANGED - _AROUND * 0.5
    gain += _SAME_NUMBER * (numbers[0][:, None] == numbers[1])
    other_kind = kinds[0][:, None] != kinds[1]
    gain[other_kind | (near < _CHANGED)] = -1
    pairs = best_chain(gain)
    near[other_kind] = 0
    return sorted(pairs + _elsewhere(old, new, near, pairs))


def _same_words(old: Sequence[Clause], new: Sequence[Clause]) -> list[tuple[int, int]]:
    """Of texts too long to weigh every pair: the clauses that did not change."""
    words = [[_plain(body(clause)) for clause in clauses] for clauses in (old, new)]
    blocks = SequenceMatcher(None, *words).get_matching_blocks()
    return [(block.a + at, block.b + at) for block in blocks for at in range(block.size)]


def _elsewhere(
    old: Sequence[Clause], new: Sequence[Clause], near: np.ndarray, pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Of the clauses without a partner those that stand at another place, the nearest first."""
    taken = {one for one, _ in pairs}, {other for _, other in pairs}
    free = [
        np.array(
            [
                at
                for at, clause in enumerate(clauses)
                if at not in taken[side] and clause.kind == "text" and len(_plain(body(clause))) >= _MOVED_LENGTH
            ],
            int,
        )
        for side, clauses in enumerate((old, new))
    ]
    found: list[tuple[int, int]] = []
    likely = near[np.ix_(*free)]
    rows, columns = np.nonzero(likely >= _MOVED)
    for at in np.lexsort((columns, rows, -likely[rows, columns])):
        pair = int(free[0][rows[at]]), int(free[1][columns[at]])
        if pair[0] not in taken[0] and pair[1] not in taken[1]:
            found.append(pair)
            taken[0].add(pair[0])
            taken[1].add(pair[1])
    return found


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that ascends in both; the others have been moved."""
    if not pairs:
        return []
    columns = [other for _, other in pairs]
    place = {other: at for at, other in enumerate(sorted(columns))}
    ends: list[int] = []  # place in ``pairs`` of the last of the best run of each length
    before = [-1] * len(pairs)
    tails: list[int] = []
    for at, other in enumerate(columns):
        length = int(np.searchsorted(tails, place[other]))
        before[at] = ends[length - 1] if length else -1
        ends[length:] = [at, *ends[length + 1 :]]
        tails[length:] = [place[other], *tails[length + 1 :]]
    run, at = [], ends[-1]
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _likeness(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of the words of every two clauses, and of what stands around them: float32 (old, new) each."""
    clauses = [*old, *new]
    counts = [Counter(_grams(body(clause))) for clause in clauses]
    column = {gram: at for at, gram in enumerate(dict.fromkeys(gram for count in counts for gram in count))}
    rows = np.repeat(np.arange(len(clauses)), [len(count) for count in counts])
    columns = np.array([column[gram] for count in counts for gram in count], int)
    weights = np.array([value for count in counts for value in count.values()], np.float32)
    matrix = sparse.csr_matrix((np.sqrt(weights), (rows, columns)), (len(clauses), len(column)), np.float32)
    carriers = np.bincount(columns, minlength=len(column))
    # What stands in many clauses tells little; sqrt keeps a law's own subject from vanishing.
    weighted = matrix.multiply(np.sqrt(np.log(1 + len(clauses) / carriers))).tocsr().astype(np.float32)
    around = (_groups(clauses, len(old)) @ weighted).tocsr()
    size = len(old)
    return tuple(
        np.asarray((one[:size] @ one[size:].T).todense(), np.float32) for one in (_unit(weighted), _unit(around))
    )


def _grams(text: str) -> list[str]:
    """Single characters of Chinese, words of other languages, and every two that are neighbours."""
    tokens = _TOKEN.findall(text.lower())
    return [*tokens, *map("".join, pairwise(tokens))]


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)) @ matrix).tocsr()


def _groups(clauses: Sequence[Clause], size: int) -> sparse.csr_matrix:
    """Which clauses stand around each: with it below the same clause of text, or below itself. (clauses, clauses)"""
    text = {(at < size, clause.clause_id) for at, clause in enumerate(clauses) if clause.kind == "text"}
    group: dict[tuple[bool, str], int] = {}
    member = []
    for at, clause in enumerate(clauses):
        above = (at < size, clause.parent_id or "")
        key = above if above in text else (at < size, clause.clause_id)
        member.append(group.setdefault(key, len(group)))
    belongs = sparse.csr_matrix((np.ones(len(member), np.float32), (range(len(member)), member)))
    return (belongs @ belongs.T).tocsr()


def words_changed(old: str, new: str) -> tuple[Part, ...]:
    """The words of both, in order, each marked as the same, removed or added. Chinese is compared by character."""
    ones, others = _WORD.findall(old), _WORD.findall(new)
    if max(len(ones), len(others)) > _LONG:
        ones, others = (re.findall(r"[^。；\n]*[。；\n]?", text) for text in (old, new))
    parts: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, list(map(same_length_fold, ones)), list(map(same_length_fold, others)), False)
    for kind, first, last, start, end in matcher.get_opcodes():
        removed, added = "".join(ones[first:last]), "".join(others[start:end])
        if kind == "equal":
            parts.append((added, added))
        else:
            parts.append((f"-{removed}", f"+{added}"))
    return _readable(parts)


def _readable(parts: Sequence[tuple[str, str]]) -> tuple[Part, ...]:
    """Changes with hardly anything between them as one; removed before added."""
    found: list[Part] = []
    removed = added = ""
    for at, (one, other) in enumerate(parts):
        if one.startswith("-") and other.startswith("+"):
            removed, added = removed + one[1:], added + other[1:]
            continue
        inner = 0 < at < len(parts) - 1
        if inner and len(one.strip()) <= _ISLAND and (removed or added) and not re.search(r"[。；]", one):
            removed, added = removed + one, added + other
            continue
        found += _flushed(removed, added)
        removed = added = ""
        found.append(Part("same", one))
    return tuple(found + _flushed(removed, added))


def _flushed(removed: str, added: str) -> list[Part]:
    return [Part(kind, text) for kind, text in (("removed", removed), ("added", added)) if text]
