"""Which parts of two texts belong together: the best chain of pairs, ascending in both.

Used for two languages (``ingest.bilingual``), where nearness is the encoder's, and for two versions
(``ingest.diff``), where it is that of the words.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ingest.document import Clause
from ingest.references.links import number_of

# Pairs of clauses that are weighed against each other at most; each takes some 16 bytes.
MOST_PAIRS = 25_000_000


def best_chain(gain: np.ndarray) -> list[tuple[int, int]]:
    """The pairs (row, column) with the greatest sum of gains, rows and columns ascending; never one without a gain.

    ``gain``: float32 (rows, columns). Time and memory grow with their product.
    """
    rows, columns = gain.shape
    best = np.zeros((rows + 1, columns + 1), np.float32)
    for row in range(rows):
        np.maximum(best[row, 1:], best[row, :-1] + gain[row], out=best[row + 1, 1:])
        np.maximum.accumulate(best[row + 1], out=best[row + 1])
    pairs = []
    row, column = rows, columns
    while row and column:
        if best[row, column] == best[row - 1, column]:
            row -= 1
        elif best[row, column] == best[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return pairs[::-1]


def places(clauses: Sequence[Clause]) -> list[str]:
    """Where each clause stands in the tree, in the same words in every language: "条12.3" is Article 12 (3).

    An article is named by its number alone, so that a text with chapters and one without them agree. Clauses without a
    number are counted among their like, "p2/3": where one is missing, the others stand at another place.
    """
    own = {clause.clause_id: _own_place(clause) for clause in clauses}
    like = Counter((clause.parent_id, own[clause.clause_id].rstrip("0123456789")) for clause in clauses)
    found: dict[str, str] = {}
    for clause in clauses:
        place = own[clause.clause_id]
        if not clause.number or number_of(clause.number) is None:
            place += f"/{like[clause.parent_id, place.rstrip('0123456789')]}"
        above = found.get(clause.parent_id or "")
        found[clause.clause_id] = place if above is None or place.startswith("条") else f"{above}.{place}"
    return list(found.values())


def _own_place(clause: Clause) -> str:
    number = number_of(clause.number) if clause.number else None
    if number and number[0] == "条":
        return f"条{number[1]}" + (f"之{number[2]}" if number[2] else "")
    return clause.clause_id.split(":", 1)[1].rpartition(".")[2]


def values(clauses: Sequence[Clause]) -> np.ndarray:
    """The number of each clause among its siblings, 0 where it has none: int64 (clauses,)."""
    parsed = (number_of(clause.number) if clause.number else None for clause in clauses)
    return np.array([number[1] * 1000 + number[2] if number else 0 for number in parsed], np.int64)


def body(clause: Clause) -> str:
    """The words of a clause without its number."""
    text = clause.text.lstrip()
    return text.removeprefix(clause.number).lstrip(" 　.、:：") if clause.number else text
