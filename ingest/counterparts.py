"""The clauses of one work that stands in two files, one for each language: which of them say the same."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ingest.align import MOST_PAIRS, best_chain, body, places, values
from ingest.document import Clause, Document
from ingest.references.numbers import normalise_number, relation

# Cosine of the shipped encoder from which on two clauses are taken for the same, set on half of the laws that were
# held back from its training (python -m eval.bench_align): 99 % of true articles are nearer, 97 % of paragraphs.
_NEAR = 0.55
_SAME_NUMBER = 0.25  # as much less will do at the same numbered place of the tree
_SAME_COUNT = 0.1  # and as much less where the place is only counted: a paragraph may be missing here, another there
_OTHER_NUMBER = 0.2  # as much more is needed where both have a number, and not the same


def pair_texts(one: Sequence[Clause], other: Sequence[Clause], encoder) -> list[tuple[int, int]]:
    """(place in ``one``, place in ``other``) of the clauses of two texts in two languages that say the same.

    Both ascend. Clauses at the same place of the tree belong together, unless the encoder says clearly otherwise;
    those at no common place where it finds them near; what has no partner stays alone. Of texts that are too long to
    weigh every pair only clauses at the same place are paired.
    """
    named = [places(one), places(other)]
    if len(one) * len(other) > MOST_PAIRS:
        return _at_same_place(*named)
    vectors = [encoder.encode([body(clause) for clause in clauses]) for clauses in (one, other)]
    gain = vectors[0] @ vectors[1].T - _NEAR
    names = {place: at for at, place in enumerate(dict.fromkeys([*named[0], *named[1]]))}
    at_place = [np.array([names[place] for place in places_of], np.int64) for places_of in named]
    numbers = [values(one), values(other)]
    both = (numbers[0][:, None] > 0) & (numbers[1] > 0)
    gain += np.where(both, _SAME_NUMBER, _SAME_COUNT) * (at_place[0][:, None] == at_place[1])
    differ = both & (numbers[0][:, None] != numbers[1])
    gain -= _OTHER_NUMBER * differ
    titles = [np.array([clause.kind == "title" for clause in clauses], bool) for clauses in (one, other)]
    gain[titles[0][:, None] != titles[1]] = -1
    return best_chain(gain.astype(np.float32))


def _at_same_place(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    there = {place: at for at, place in enumerate(other)}
    pairs: list[tuple[int, int]] = []
    for at, place in enumerate(one):
        if place in there and (not pairs or there[place] > pairs[-1][1]):
            pairs.append((at, there[place]))
    return pairs


def same_version(one: Document, other: Document) -> bool | None:
    """Whether two texts of one work in two languages are of the same version; None where neither says."""
    facts = [
        (one.issued_on, other.issued_on),
        (one.effective_on, other.effective_on),
        (one.repealed_on, other.repealed_on),
    ]
    agree = [first == second for first, second in facts if first and second]
    numbers = [normalise_number(document.document_number or "") for document in (one, other)]
    if all(numbers):
        agree.append(relation(*numbers) != "different")
    return all(agree) if agree else None


def same_texts(documents: Sequence[Document]) -> list[tuple[int, int]]:
    """Places of the documents that are one version of one work in Chinese and in English, each at most once.

    What does not say which version it is belongs to the other language's text only where there is one of each.
    """
    works: dict[str, dict[str, list[int]]] = {}
    for at, document in enumerate(documents):
        works.setdefault(document.work_id, {}).setdefault(document.language, []).append(at)
    found = []
    for texts in works.values():
        chinese, english = texts.get("zh", []), texts.get("en", [])
        alone = len(chinese) == len(english) == 1
        taken: set[int] = set()
        for first in chinese:
            for second in english:
                same = same_version(documents[first], documents[second])
                if second not in taken and (same or (same is None and alone)):
                    taken.add(second)
                    found.append((first, second))
                    break
    return found


def link_texts(
    documents: Sequence[Document], clauses: Sequence[Sequence[Clause]], encoder: Callable[[], object]
) -> list[tuple[Clause, ...]]:
    """The clauses of each document, those of one version of one work with their counterparts in the other language.

    ``encoder`` gives the encoder that tells how near they are; it is asked for one only where there are such works.
    """
    linked = [tuple(item) for item in clauses]
    for first, second in same_texts(documents):
        pairs = pair_texts(linked[first], linked[second], encoder())
        forth = {linked[first][one].clause_id: linked[second][other].clause_id for one, other in pairs}
        back = {other: one for one, other in forth.items()}
        for at, partner in ((first, forth), (second, back)):
            linked[at] = tuple(replace(clause, counterpart=partner.get(clause.clause_id)) for clause in linked[at])
    return linked
