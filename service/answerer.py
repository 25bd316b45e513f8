"""A question → an Answer: read ``Answerer.ask``, which takes the steps in order.

clean → understand → which passages may answer → the clause that is named, or retrieve → sentences
          → is that enough? → cite and verify → frame
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.document import Document
from ingest.index import LANGUAGES, Index, open_index
from ingest.keywords import Match, terms
from ingest.lexicon.query import index_terms
from ingest.lexicon.thesaurus import Thesaurus
from ingest.versions import since
from service import enumerations, frame, kinds
from service.answer import ANY_STATUS, Answer, AnswerSentence, Filters
from service.applicability.ask import check_answer
from service.cite import Citer
from service.cited import named_clauses
from service.disagree import disagreement, note, numbers_given
from service.evidence import Evidence, candidates, fold
from service.headlines import head_asked
from service.issuers import issued_by
from service.needed import Segment, segment_texts
from service.query import Query, clean, understand
from service.refusal import details, nearest
from service.refuse import Verdict, judge
from service.retrieve import Allowed, Hit, may_narrow, retrieve
from service.scope import Scope, is_framing, scope, without_names
from service.select import Part, items_of_named, select
from service.similar import Similar
from service.typos import Typos

if TYPE_CHECKING:
    from service.applicability.words import Vocabulary

_HITS = 40
_FEW_PASSAGES = 1_000  # which are read before a service is ready
# Questions in both languages, with typing errors, that name a clause and ask for a reason: most of the code is needed.
_FIRST = ("质量认正的木标是什么，依据哪份文件的第二条？", "Which notise names it in clause 2, and why was that issued?")
_NEAREST = 2  # clauses shown with a refusal
# Of a question that asks several things: a part has so many words of its own; what the words of the others count for
# it, and how much of the vector is the part's own.
_WORDS_OF_A_PART = 2
_OTHER_PART = 0.35
_PART_ITSELF = 0.7


class Answerer:
    """Answers from one open index. Nothing changes after it is made, so threads may share it."""

    def __init__(self, index: Index, encoder, lexicon, renderings: bool = True):
        self.index = index
        self.encoder = encoder
        self.lexicon = lexicon
        # Whether passages are also found by what the project wrote of them, and shown with their renderings. How rare a
        # word is still counts them; an index built without them is free of that too.
        self.renderings = renderings
        self.typos = Typos(index, lexicon, renderings)
        self.similar = Similar(index, encoder, self.typos)
        self.thesaurus = Thesaurus.load(lexicon, lambda terms: len(index.passage_terms.holders(terms)) > 0)
        self.citer = Citer(index, renderings)
        # Megabytes for each over a large index; most questions have no filters.
        self.held = lru_cache(maxsize=2)(self._held)
        self._allowed = lru_cache(maxsize=8)(self._allowed_on)

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """The words by which certification schemes and activities are recognised; most questions need none."""
        from service.applicability.words import Vocabulary

        return Vocabulary(self.index.register, self.index.register_vectors, self.encoder, self.lexicon)

    def ask(
        self, question: str, language: str = "auto", filters: Filters = Filters(), max_citations: int | None = None
    ) -> Answer:
        """The answer to a question of at most ``query.MAX_LENGTH`` characters; never raises for what it says.

        ``max_citations`` None: few, but all items of a list that the question asks for.
        """
        if checked := check_answer(self, question, language, filters, max_citations):
            return checked
        clock = _Clock()
        query, about = self.understood(question, language)
        clock.lap("understand")
        allowed = self.allowed(filters)
        named = named_clauses(self.index, query, about, self.lexicon, allowed.faces, filters.as_of)
        named = items_of_named(self.index, query, named) if named else numbers_given(self.index, query, allowed.faces)
        clock.lap("retrieve")
        if named:
            ranked, found, verdict = [], named, Verdict(None, 1.0)
        else:
            ranked, found, verdict = self._found(query, about, allowed, max_citations, clock)
        chosen = found[:max_citations]
        speaks = self._kept_out(query, about, filters) if verdict.reason and not filters.status else None
        if speaks:
            verdict = verdict.because("not_in_force")
        both = disagreement(self.index, query, chosen) if verdict.reason is None else None
        shown = [*chosen, *(item for item in both.sentences if not _among(item, chosen))] if both else chosen
        if verdict.reason:
            near = nearest(verdict.gap, ranked) if verdict.reason != "ambiguous" else []
            shown = near[: min(_NEAREST, max_citations or _NEAREST)]
        citations = [
            self.citer.cite(number, item.passage.clause_id, item.sentence, query.language)
            for number, item in enumerate(shown, 1)
        ]
        clock.lap("evidence")
        said = [
            AnswerSentence(frame.sentence(item, before, query.language), (item.number,))
            for before, item in pairwise([None, *citations])
        ]
        if both:
            numbers = _numbers(both.sentences, shown)
            said.append(AnswerSentence(note(both, numbers, query.language), numbers))
        if verdict.reason:
            said = self._refusal(verdict, said, query.language, speaks, bool(allowed.faces.any()))
        clock.lap("frame")
        left_out = 0 if verdict.reason else len(found) - len(chosen)
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
            note=_note(question, query, left_out),
        )

    def warm(self) -> None:
        """Does once what the first questions would wait for: code that few need, tables of the texts' words, and what
        is told of each passage. Of an index of many passages that would take longer than who starts a service waits."""
        if len(self.index.passage_document) > _FEW_PASSAGES:
            return
        for question in _FIRST:
            self.ask(question)
        for position in range(len(self.index.passage_document)):
            passage = self.index.store.passage(position)
            self.index.store.clause(passage.clause_id)
            for sentence in passage.sentences:
                kinds.offered(sentence.text)
                enumerations.items(sentence.text)

    def _found(
        self, query: Query, about: Scope, allowed: Allowed, limit: int | None, clock: "_Clock"
    ) -> tuple[list[Evidence], list[Evidence], Verdict]:
        """The sentences looked at, the best first, those that answer, and whether they do. Where the documents with
        expected questions alone do not answer, all are looked through."""
        for everywhere in (False, True):
            hits = retrieve(self.index, query, about, allowed, _HITS, everywhere=everywhere)
            hits = fold(self.index, hits, query.language)
            clock.lap("retrieve")
            ranked = candidates(self.index, query, about, hits, self.renderings)
            found = self.chosen(query, about, allowed, hits, ranked)
            verdict = judge(self.index, query, about, found[:limit], ranked, self.renderings)
            clock.lap("evidence")
            if not verdict.reason or everywhere or not may_narrow(self.index, query, about, allowed):
                break
        return ranked, found, verdict

    def _refusal(
        self, verdict: Verdict, nearest_said: list[AnswerSentence], language: str, speaks: str | None, admitted: bool
    ) -> list[AnswerSentence]:
        """Why there is no answer, the nearest clauses, and what is held."""
        known = details(self.index, verdict.gap, self.citer.title, language)
        lines = frame.refusal(verdict.reason, known, bool(nearest_said), language)
        if not admitted:
            lines[0] = frame.NOTHING_ADMITTED[language]
        if speaks:
            lines.insert(1, self._speaks_of_it(speaks, language))
        return [
            *(AnswerSentence(line, ()) for line in lines),
            *nearest_said,
            *(AnswerSentence(line, ()) for line in self.held(language)),
        ]

    def understood(self, question: str, language: str = "auto") -> tuple[Query, Scope]:
        """The query as it is looked for, typing errors put right, and the documents that it names."""
        query = understand(self.typos.mended(clean(question)), language, self.encoder, self.lexicon)
        query = replace(query, keywords=self.similar.extended(query.keywords))
        about = scope(self.index, query)
        query = replace(query, keywords=self.thesaurus.extended(query.keywords))
        return without_names(query, about.names, self.encoder), about

    def chosen(
        self, query: Query, about: Scope, allowed: Allowed, hits: Sequence[Hit], ranked: Sequence[Evidence]
    ) -> list[Evidence]:
        """The sentences that answer, among those of the hits."""
        segments = self.segments(query) if ranked and ranked[0].signals["told"] else ()
        parts = self.parts(query, about, allowed, hits)
        return select(self.index, query, about, ranked, parts=parts, segments=segments)

    def segments(self, query: Query) -> list[Segment]:
        """The parts of a question that may ask for something of their own; none where it has one part only."""
        texts = segment_texts(query.text)
        vectors = self.encoder.encode(texts, kind="query") if texts else ()
        return [Segment(text, _beside(query.vector, vector)) for text, vector in zip(texts, vectors, strict=True)]

    def parts(self, query: Query, about: Scope, allowed: Allowed, hits: Sequence[Hit]) -> list[Part]:
        """What a question asks beside another thing, each with the sentences for it; none where it asks one thing.

        ``hits``: of the whole question; where expected questions tell, they hold what each part asks for. The words of
        the other parts count less, and a document that only another part names is not meant.
        """
        found = []
        texts = kinds.parts(query.text)
        for text in texts if len(texts) > 1 else ():
            its_terms = set(terms(text))
            inside = np.array([its_terms.issuperset(index_terms(word.text)) for word in query.keywords.words], bool)
            asks = [word for word, is_in in zip(query.keywords.words, inside, strict=True) if is_in]
            short = text.rstrip("?？").endswith("呢") or head_asked(text)  # 行业协会呢? and "contacts?"
            least = 1 if short else _WORDS_OF_A_PART
            if sum(not is_framing(word.text) for word in asks) < least:
                continue  # "and what is its number?" asks more of the same sentence
            own = scope(self.index, replace(query, text=text, keywords=replace(query.keywords, words=tuple(asks))))
            weight = about.open_weight * np.where(inside, 1.0, _OTHER_PART)[:, None]
            part_about = replace(about, open_weight=weight, **(_of(own) if own.named() else {}))
            part = replace(query, text=text, vector=_beside(query.vector, self.encoder.encode([text], kind="query")[0]))
            its_hits = hits
            if not (hits and hits[0].arms["told"]):
                its_hits = fold(self.index, retrieve(self.index, part, part_about, allowed, _HITS), part.language)
            if ranked := candidates(self.index, part, part_about, its_hits, self.renderings):
                found.append(Part(text, ranked))
        return found

    def search(self, question: str, filters: Filters = Filters(), limit: int = 10) -> list[Hit]:
        """The passages nearest to a question, best first."""
        query, about = self.understood(question)
        return retrieve(self.index, query, about, self.allowed(filters), limit)

    def explain(self, question: str, hits: Sequence[Hit]) -> list[list[Match]]:
        """For each hit, which term of the question met which term of the passage, with what weight."""
        query, _ = self.understood(question)
        return [self.index.passage_terms.explain(query.keywords, hit.face) for hit in hits]

    def allowed(self, filters: Filters) -> Allowed:
        """By which faces a passage may be found."""
        return self._allowed(filters, date.today())

    def _allowed_on(self, filters: Filters, today: date) -> Allowed:
        versions = self.index.versions
        documents = np.array([_admits(filters, document) for document in self.index.catalogue], bool)
        if not filters.status:  # what is no longer law is not answered from unless asked for
            documents &= versions.in_force(filters.as_of)
        elif filters.as_of:
            documents &= versions.within(filters.as_of)
        if filters.status not in (None, ANY_STATUS):
            documents &= np.array([versions.status(at, today) == filters.status for at in range(len(documents))], bool)
        passages = documents[self.index.passage_document]
        if filters.language:
            passages &= self.index.passage_language == LANGUAGES.index(filters.language)
        allowed = passages[self.index.face_passage]
        if not self.renderings:
            allowed[len(passages) :] = False
        return Allowed(self.index, allowed, self.renderings)

    def _kept_out(self, query: Query, about: Scope, filters: Filters) -> str | None:
        """The document_id of one that would have answered, had its status or the day asked for not kept it out."""
        if not filters.as_of and self.index.versions.in_force(None).all():
            return None
        everything = self.allowed(replace(filters, status=ANY_STATUS, as_of=None))
        hits = fold(self.index, retrieve(self.index, query, about, everything, _HITS), query.language)
        ranked = candidates(self.index, query, about, hits, self.renderings)
        answers = judge(self.index, query, about, ranked[:1], (), self.renderings).reason is None
        return ranked[0].passage.document_id if answers else None

    def _speaks_of_it(self, document_id: str, language: str) -> str:
        """Which document that is, and since when it is no longer in force, or is."""
        status, successor = self.index.versions.now(document_id)
        first = since(self.index.store.document(document_id))
        note = frame.validity(
            status, successor and successor.document_id, since(successor) if successor else None, language
        )
        return frame.speaks_of_it(self.citer.title(document_id, language), note, first, language)

    def _held(self, language: str) -> list[str]:
        """Which documents there are, in the asker's language, line by line."""
        first = self.index.catalogue[: frame.NAMED]
        named = [(self.citer.title(document.document_id, language), document) for document in first]
        return frame.held(named, self.index.catalogue, language)


def open_answerer(index: Path, encoder: str | None = None, renderings: bool = True) -> Answerer:
    """An answerer over the current generation of ``index``, with the encoder it was built with unless named.

    Raises:
        IndexFormatError: the index is missing, damaged, or built with another encoder.
    """
    from ingest.encoder import load_encoder
    from ingest.lexicon import Lexicon

    loaded = load_encoder(encoder)
    return Answerer(open_index(index, loaded), loaded, Lexicon.load(), renderings)


def _beside(whole: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The vector of a part of a question, with a little of that of the whole one: what it means stands there."""
    vector = _PART_ITSELF * part + (1 - _PART_ITSELF) * whole
    return vector / np.linalg.norm(vector)


def _numbers(sentences: Sequence[Evidence], shown: Sequence[Evidence]) -> tuple[int, ...]:
    """The numbers of the citations of sentences that are shown."""
    return tuple(next(number for number, item in enumerate(shown, 1) if _among(item, [one])) for one in sentences)


def _among(item: Evidence, others: Sequence[Evidence]) -> bool:
    return any(item.passage == other.passage and item.sentence == other.sentence for other in others)


def _note(question: str, query: Query, left_out: int) -> str | None:
    """How a question with typing errors was read, and how much of an answer was left out."""
    notes = [
        frame.read_as(query.text, query.language) if query.text != clean(question) else None,
        frame.left_out(left_out, query.language) if left_out else None,
    ]
    return " ".join(filter(None, notes)) or None


def _of(own: Scope) -> dict[str, np.ndarray]:
    """Which documents a scope names."""
    return {"strength": own.strength, "first_word": own.first_word}


def _admits(filters: Filters, document: Document) -> bool:
    if filters.document_id and document.document_id != filters.document_id:
        return False
    return not filters.issuer or issued_by(filters.issuer, document.issuer)


class _Clock:
    """Milliseconds between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = self.laps.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now
