"""A question that names a clause by its number ("国发〔2018〕3号第五条") → the sentences of that clause."""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from ingest.index import Index
from service.evidence import Evidence, text_below
from service.named import clause_of_named
from service.query import Query
from service.retrieve import Hit
from service.scope import Scope

# Without anything like this in it a question names no clause, and the code that reads references (0.1 s to import)
# is not needed.
_MAY_NAME = re.compile(
    r"第\s*[\d一二三四五六七八九十百千]+\s*(?:编|章|节|条|款|项|部分)|[（(][\d一二三四五六七八九十]{1,3}[)）]"
    r"|\b(?:clause|article|section|part|chapter|paragraph|item)\s+\(?(?:\d|[IVX]|one|two|three|four|five|six|seven)",
    re.IGNORECASE,
)
_CLAUSES = 3  # that a reference may mean without being too general to quote


def named_clauses(
    index: Index, query: Query, about: Scope, lexicon, allowed: np.ndarray, as_of: date | None = None
) -> list[Evidence]:
    """The sentences of the clauses that the question names, in reading order; none where it names none.

    ``allowed``: bool (faces,), as for retrieval. ``as_of``: of several versions the one in force on that day.
    """
    if not _MAY_NAME.search(query.text):
        return []
    from service.lookup import lookup

    found = lookup(index, query.text, query.language, as_of, lexicon)
    ids = [clause.clause_id for clause in found.clauses] if found.found else clause_of_named(index, query, about)
    if not 0 < len(ids) <= _CLAUSES:
        return []
    positions = [position for clause_id in ids for position in _text_of(index, clause_id)]
    return [item for position in positions if allowed[position] for item in _sentences(index, position)]


def _text_of(index: Index, clause_id: str) -> Sequence[int]:
    """Positions of the passages of a clause, or of what stands directly below it where it is a bare heading."""
    own = index.store.passages_of(clause_id)
    return own if any(index.kind(position) == "text" for position in own) else text_below(index, clause_id)


def _sentences(index: Index, position: int) -> list[Evidence]:
    passage = index.store.passage(position)
    hit = Hit(position, position, 0.0, 1, {"cosine": 1.0}, index)
    first = int(index.first_sentence(position))
    return [
        Evidence(hit, passage, sentence, first + at, 0.0, {"cosine": 1.0})
        for at, sentence in enumerate(passage.sentences)
    ]
