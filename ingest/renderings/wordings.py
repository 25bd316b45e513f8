"""The project's plain wordings of clauses: what a clause says in everyday words, so that it is found by them.

``corpus/wordings/`` holds them sentence by sentence (see ``by_sentence``), in the field ``sentences``. A wording is
never shown: what is quoted is the source.
"""

from collections.abc import Sequence

from ingest.document import Passage
from ingest.renderings.by_sentence import Form, Written, is_text
from ingest.renderings.read import Face

WORDINGS: Form[str] = Form("wordings", "sentences", "wording", is_text, "texts")


def plain_faces(passages: Sequence[Passage], wordings: Sequence[Written[str]]) -> list[Face]:
    """A face of each wording of each passage, in the order of the passages."""
    of_clause: dict[str, list[Written[str]]] = {}
    for wording in wordings:
        of_clause.setdefault(wording.clause_id, []).append(wording)
    found = []
    for at, passage in enumerate(passages):
        for wording in of_clause.get(passage.clause_id, ()):
            parts = tuple(wording.entries[sentence.start] for sentence in passage.sentences)
            found.append(Face(at, wording.language, " ".join(parts), parts))
    return found
