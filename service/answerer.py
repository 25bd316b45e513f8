"""A question → an Answer: read ``Answerer.ask``, which takes the steps in order.

clean → understand → which passages may answer → the clause that is named, or retrieve → sentences
          → is that enough? → cite and verify → frame
"""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from ingest.document import Clause, Document, Sentence
from ingest.index import LANGUAGES, Index, open_index
from ingest.keywords import Match
from ingest.renderings.read import Rendering, occurrences, rendered_sentences
from service import frame
from service.answer import ANY_STATUS, Answer, AnswerSentence, Citation, Counterpart, Explanation, Filters
from service.cited import named_clauses
from service.evidence import Evidence, candidates, choose, fold
from service.query import Query, clean, understand
from service.refuse import Verdict, judge
from service.retrieve import Hit, retrieve
from service.scope import Scope, scope
from service.verify import verify_quote

# Documents that are no longer law are not answered from unless asked for.
_DEAD = {"repealed", "superseded"}
_HITS = 20
_NEAREST = 2  # clauses shown with a refusal


class Answerer:
    """Answers from one open index. Nothing changes after it is made, so threads may share it."""

    def __init__(self, index: Index, encoder, lexicon, renderings: bool = True):
        self.index = index
        self.encoder = encoder
        self.lexicon = lexicon
        # Whether passages are also found by, and shown with, their renderings. How rare a word is still counts them;
        # an index built without them is free of that too.
        self.renderings = renderings
        self._title = lru_cache(maxsize=4096)(self._name)

    def ask(
        self, question: str, language: str = "auto", filters: Filters = Filters(), max_citations: int = 5
    ) -> Answer:
        """The answer to a question of at most ``query.MAX_LENGTH`` characters; never raises for what it says."""
        clock = _Clock()
        query = understand(clean(question), language, self.encoder, self.lexicon)
        clock.lap("understand")
        allowed = self.allowed(filters)
        about = scope(self.index, query)
        named = named_clauses(self.index, query, self.lexicon, allowed)[:max_citations]
        hits = [] if named else fold(self.index, retrieve(self.index, query, about, allowed, _HITS))
        clock.lap("retrieve")
        ranked = candidates(self.index, query, about, hits, self.renderings)
        chosen = named or choose(ranked, max_citations)
        verdict = Verdict(None, 1.0) if named else judge(self.index, query, about, chosen)
        if verdict.reason and not filters.status and self._dead_law_answers(query, about, filters):
            verdict = verdict.because("not_in_force")
        shown = chosen if verdict.reason is None else ranked[: min(_NEAREST, max_citations)]
        citations = [self._cite(number, item, query.language) for number, item in enumerate(shown, 1)]
        clock.lap("evidence")
        said = [
            AnswerSentence(frame.sentence(item, before, query.language), (item.number,))
            for before, item in pairwise([None, *citations])
        ]
        if verdict.reason:
            lines = frame.refusal(verdict.reason, self._held(query.language), bool(citations), query.language)
            if not allowed.any():
                lines[0] = frame.NOTHING_ADMITTED[query.language]
            said = [AnswerSentence(line, ()) for line in lines] + said
        clock.lap("frame")
        return Answer(
            question=question,
            language=query.language,
            status="no_answer" if verdict.reason else "answered",
            reason=verdict.reason,
            text="\n".join(item.text for item in said),
            sentences=tuple(said),
            citations=tuple(citations),
            confidence=verdict.confidence,
            index=self.index.generation,
            timings=clock.laps,
        )

    def search(self, question: str, filters: Filters = Filters(), limit: int = 10) -> list[Hit]:
        """The passages nearest to a question, best first."""
        query = understand(clean(question), "auto", self.encoder, self.lexicon)
        return retrieve(self.index, query, scope(self.index, query), self.allowed(filters), limit)

    def explain(self, question: str, hits: Sequence[Hit]) -> list[list[Match]]:
        """For each hit, which term of the question met which term of the passage, with what weight."""
        query = understand(clean(question), "auto", self.encoder, self.lexicon)
        return [self.index.passage_terms.explain(query.keywords, hit.face) for hit in hits]

    def allowed(self, filters: Filters) -> np.ndarray:
        """By which faces a passage may be found: bool (faces,)."""
        documents = np.array([_admits(filters, document) for document in self.index.catalogue], bool)
        passages = documents[self.index.passage_document]
        if filters.language:
            passages &= self.index.passage_language == LANGUAGES.index(filters.language)
        allowed = passages[self.index.face_passage]
        if not self.renderings:
            allowed[len(passages) :] = False
        return allowed

    def _dead_law_answers(self, query: Query, about: Scope, filters: Filters) -> bool:
        """Whether only documents that the filters or their status keep out would have answered."""
        if not filters.as_of and not any(document.status in _DEAD for document in self.index.catalogue):
            return False
        everything = self.allowed(replace(filters, status=ANY_STATUS, as_of=None))
        hits = fold(self.index, retrieve(self.index, query, about, everything, _HITS))
        ranked = candidates(self.index, query, about, hits, self.renderings)
        return judge(self.index, query, about, choose(ranked, 1)).reason is None

    def _cite(self, number: int, item: Evidence, language: str) -> Citation:
        store = self.index.store
        document = store.document(item.passage.document_id)
        clause = store.clause(item.passage.clause_id)
        quoted = item.sentence
        verify_quote(document, quoted.start, quoted.end, quoted.text)
        return Citation(
            number=number,
            document_id=document.document_id,
            clause_id=clause.clause_id,
            quote=quoted.text,
            language=clause.language,
            start=quoted.start,
            end=quoted.end,
            document_title=(title := self._title(document.document_id, language)),
            issuer=document.issuer,
            document_number=document.document_number,
            issued_on=document.issued_on,
            status=document.status,
            translation=document.translation,
            path=frame.clause_path(clause),
            counterpart=self._counterpart(clause, quoted),
            notes=self._notes(clause, quoted, language),
            title_translation=None if title == frame.title(document, language) else "project",
        )

    def _held(self, language: str) -> str:
        """Which documents there are, in the asker's language."""
        first = self.index.catalogue[: frame.NAMED]
        named = [(self._title(document.document_id, language), document) for document in first]
        return frame.held(named, self.index.catalogue, language)

    def _name(self, document_id: str, language: str) -> str:
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
            return Counterpart(other.clause_id, other.text, other.language, None)
        rendering = self._rendering(clause)
        if rendering is None:
            return None
        text = rendered_sentences(rendering, clause).get(quoted.start, rendering.text)
        return Counterpart(clause.clause_id, text, rendering.language, "project")

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


def open_answerer(index: Path, encoder: str | None = None, renderings: bool = True) -> Answerer:
    """An answerer over the current generation of ``index``, with the encoder it was built with unless named.

    Raises:
        IndexFormatError: the index is missing, damaged, or built with another encoder.
    """
    from ingest.encoder import load_encoder
    from ingest.lexicon import Lexicon

    loaded = load_encoder(encoder)
    return Answerer(open_index(index, loaded), loaded, Lexicon.load(), renderings)


def _admits(filters: Filters, document: Document) -> bool:
    if filters.document_id and document.document_id != filters.document_id:
        return False
    if filters.issuer and filters.issuer.casefold() not in (document.issuer or "").casefold():
        return False
    if filters.status:
        if filters.status not in (document.status, ANY_STATUS):
            return False
    elif document.status in _DEAD:
        return False
    since = document.effective_on or document.issued_on
    return not (filters.as_of and since and since > filters.as_of.isoformat())


def _same_words(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold()


class _Clock:
    """Milliseconds between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = (now - self._last) * 1000
        self._last = now
