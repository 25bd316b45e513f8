"""Words of a document → a Citation: verified, named in the reader's language, with what they say in the other one."""

import re
from functools import lru_cache, partial

from ingest.document import Clause, Sentence
from ingest.index import Index
from ingest.renderings.read import Rendering, occurrences, rendered_sentences
from ingest.versions import since
from service import frame
from service.answer import Citation, Counterpart, Explanation
from service.verify import verify_quote


class Citer:
    """Cites from one open index. Nothing changes after it is made, so threads may share it."""

    def __init__(self, index: Index, renderings: bool = True):
        self.index = index
        self.renderings = renderings
        self.title = lru_cache(maxsize=4096)(self._title)
        # Of what is cited again and again, as citation 0: the register's claims.
        self.standing = lru_cache(maxsize=1024)(partial(self.cite, 0))

    def cite(self, number: int, clause_id: str, quoted: Sentence, language: str) -> Citation:
        """Words of a clause as citation ``number``, for a reader of ``language``.

        Raises:
            UnverifiedQuote: if they are not the document's text at their place.
        """
        clause = self.index.store.clause(clause_id)
        document = self.index.store.document(clause.document_id)
        verify_quote(document, quoted.start, quoted.end, quoted.text)
        title = self.title(document.document_id, language)
        status, successor = self.index.versions.now(document.document_id)
        return Citation(
            number=number,
            document_id=document.document_id,
            clause_id=clause.clause_id,
            quote=quoted.text,
            language=clause.language,
            start=quoted.start,
            end=quoted.end,
            document_title=title,
            issuer=document.issuer,
            document_number=document.document_number,
            issued_on=document.issued_on,
            status=status,
            translation=document.translation,
            path=frame.clause_path(clause),
            page=document.page_at(quoted.start),
            ocr=document.is_ocr(quoted.start),
            counterpart=self._counterpart(clause, quoted),
            notes=self._notes(clause, quoted, language),
            title_translation=None if title == frame.title(document, language) else "project",
            superseded_by=successor.document_id if successor else None,
            superseded_on=since(successor) if successor else None,
            extent=document.extent,
        )

    def _title(self, document_id: str, language: str) -> str:
        """The document's title in the language, rendered by the project where it has none of its own."""
        document = self.index.store.document(document_id)
        if language == document.language or (document.title_zh if language == "zh" else document.title_en):
            return frame.title(document, language)
        for clause in self.index.store.clauses(document_id):
            if clause.kind == "title" and _same_words(clause.text, document.title):
                rendering = self._rendering(clause)
                if rendering and rendering.language == language:
                    return rendering.text
        return frame.title(document, language)

    def _counterpart(self, clause: Clause, quoted: Sentence) -> Counterpart | None:
        """The same in the other language: the clause of the document that says it, or else the project's rendering."""
        if clause.counterpart:
            other = self.index.store.clause(clause.counterpart)
            elsewhere = other.document_id if other.document_id != clause.document_id else None
            return Counterpart(other.clause_id, other.text, other.language, None, elsewhere)
        rendering = self._rendering(clause)
        if rendering is None:
            return None
        rendered = rendered_sentences(rendering, clause)
        first = max((start for start in rendered if start <= quoted.start), default=quoted.start)
        parts = [text for start, text in rendered.items() if first <= start < quoted.end]
        return Counterpart(clause.clause_id, "".join(parts) or rendering.text, rendering.language, "project")

    def _notes(self, clause: Clause, quoted: Sentence, language: str) -> tuple[Explanation, ...]:
        """The notes on words of the quote, as far as they stand in it: a few go on into the next sentence."""
        rendering = self._rendering(clause)
        found = []
        for note in rendering.notes if rendering else ():
            for start in occurrences(note.quote, clause.text):
                at = clause.start + start
                if at < quoted.end and at + len(note.quote) > quoted.start:
                    meaning = note.meaning_zh if language == "zh" else note.meaning_en
                    found.append((at, Explanation(note.quote, note.term, meaning)))
                    break
        return tuple(explanation for _, explanation in sorted(found, key=lambda item: item[0]))

    def _rendering(self, clause: Clause) -> Rendering | None:
        return self.index.store.rendering(clause.clause_id) if self.renderings else None


def _same_words(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold()
