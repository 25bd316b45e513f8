"""Corpus folder → published index. The function to read first is ``build``.

file bytes → text → Document → Clause → Passage → vectors and terms → generation
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ingest.bilingual import pair, stretches
from ingest.document import Clause, CorpusError, Document, LeftOut, Passage
from ingest.extract import Extracted, extract
from ingest.furniture import furniture
from ingest.index import Content, IndexFormatError, open_index, publish, read_meta
from ingest.keywords import KeywordIndex
from ingest.manifest import Entry, read_manifest
from ingest.normalize import normalise
from ingest.passages import passages
from ingest.renderings.read import FOLDER, Rendering, faces, read_renderings, reviewed_bytes
from ingest.structure import Block, clauses

log = logging.getLogger(__name__)
_BATCH = 1024  # texts encoded between two steps of the progress bar

# Called with a stage ("read", "encode"), how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Ingested:
    """One document with everything cut from it."""

    document: Document
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    renderings: tuple[Rendering, ...] = ()
    warnings: tuple[str, ...] = ()  # renderings that cannot be used

    def summary(self) -> str:
        """One line for the build's report: counts, and the characters left out with the reasons."""
        lost: dict[str, int] = {}
        for part in self.document.left_out:
            lost[part.reason] = lost.get(part.reason, 0) + part.end - part.start
        left_out = ", ".join(f"{reason} {count}" for reason, count in sorted(lost.items())) or "none"
        sentences = sum(len(passage.sentences) for passage in self.passages)
        return (
            f"{self.document.document_id}: {len(self.clauses)} clauses, {len(self.passages)} passages,"
            f" {sentences} sentences; {sum(lost.values())} characters left out ({left_out})"
        )


@dataclass(frozen=True)
class Built:
    """What a build did: the generation now served, the documents it holds, and whether anything had changed."""

    generation: str
    documents: tuple[Ingested, ...]
    changed: bool


def build(corpus: Path, index: Path, encoder, progress: Progress = lambda *_: None, renderings: bool = True) -> Built:
    """Read the corpus, and publish an index of it unless the published one is of the same content.

    Without ``renderings`` it is the index that the corpus would have if nobody had rendered anything.

    Raises:
        CorpusError: with every problem of the manifest and the files; nothing is published then.
        IndexFormatError: another build is running.
    """
    entries = read_manifest(corpus)
    identity = {
        "corpus_sha256": corpus_hash(corpus, entries),
        "rules_sha256": rules_hash(),
        "with_renderings": renderings,
        "encoder": {"name": encoder.name, "sha256": encoder.sha256, **_settings(encoder)},
    }
    published = read_meta(index)
    if published and all(published.get(key) == value for key, value in identity.items()):
        try:
            return Built(open_index(index, encoder).generation, (), changed=False)
        except IndexFormatError as error:
            log.warning("%s", error)
    documents = read_corpus(corpus, entries, progress)
    for warning in (warning for item in documents for warning in item.warnings):
        log.warning("%s", warning)
    if not renderings:
        documents = [replace(item, renderings=()) for item in documents]
    content = _content(documents, encoder, progress)
    return Built(publish(index, content, identity), tuple(documents), changed=True)


def read_corpus(corpus: Path, entries: Sequence[Entry], progress: Progress = lambda *_: None) -> list[Ingested]:
    """Every document of the corpus, cut into clauses and passages; all problems are reported together."""
    documents: list[Ingested] = []
    problems: list[str] = []
    for done, entry in enumerate(entries, 1):
        try:
            documents.append(ingest(corpus, entry))
        except CorpusError as error:
            problems += error.problems
        progress("read", done, len(entries))
    if problems:
        raise CorpusError(problems)
    return documents


def ingest(corpus: Path, entry: Entry) -> Ingested:
    """One file of the corpus as a document with its clauses and passages."""
    file = corpus / entry.path
    document = read_document(entry, file.read_bytes(), extract(file))
    found = document_clauses(document)
    if not any(clause.kind == "text" for clause in found):
        raise CorpusError(
            f"{file}: no clause found; {len(document.text)} characters of text,"
            f" {sum(part.end - part.start for part in document.left_out)} left out as not part of it"
        )
    renderings, warnings = read_renderings(corpus, document.document_id, found)
    return Ingested(document, tuple(found), tuple(passages(document, found)), tuple(renderings), tuple(warnings))


def read_document(entry: Entry, data: bytes, extracted: Extracted) -> Document:
    """The document with its normalised text, the lines of the web page around it left out."""
    whole = normalise(extracted.text)
    spans = _line_spans(whole.text)
    removed = furniture([whole.text[start:end] for start, end in spans])
    kept = [span for at, span in enumerate(spans) if at not in removed]
    text = whole.keep(kept)
    fields = entry.model_dump(include=set(Entry.model_fields) - {"sha256", "work_id", "title"})
    return Document(
        **fields,
        work_id=entry.work_id or entry.document_id,
        title=entry.title or entry.title_zh or entry.title_en or entry.document_id,
        sha256=hashlib.sha256(data).hexdigest(),
        text=text.text,
        page_starts=(0, *(text.offset_at(start) for start in extracted.page_starts[1:])),
        source_map=text.origin,
        left_out=tuple(
            LeftOut(whole.source_offset(spans[at][0]), whole.source_offset(spans[at][1] - 1) + 1, reason)
            for at, reason in sorted(removed.items())
        ),
    )


def document_clauses(document: Document) -> list[Clause]:
    """The clauses in reading order; those of a bilingual text each with its counterpart."""
    lines = _line_spans(document.text)
    if document.language != "zh-en":
        blocks = [Block(start, end, document.text[start:end], document.language) for start, end in lines]
        return clauses(document.document_id, blocks)
    blocks = [part for start, end in lines for part in stretches(document.text[start:end], start)]
    found = [
        clause
        for language in ("en", "zh")
        for clause in clauses(
            document.document_id, [block for block in blocks if block.language == language], f"{language}."
        )
    ]
    return sorted(pair(found, document.text), key=lambda clause: clause.start)


def _line_spans(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line:
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _content(documents: Sequence[Ingested], encoder, progress: Progress) -> Content:
    all_passages = [passage for item in documents for passage in item.passages]
    all_faces = faces(
        all_passages,
        clauses={clause.clause_id: clause for item in documents for clause in item.clauses},
        renderings={rendering.clause_id: rendering for item in documents for rendering in item.renderings},
        titles={item.document.document_id: item.document.title_zh or "" for item in documents},
    )
    passage_texts = [face.embed_text for face in all_faces]
    sentence_texts = [sentence for face in all_faces for sentence in face.sentences]
    total = len(passage_texts) + len(sentence_texts)
    return Content(
        documents=[item.document for item in documents],
        clauses=[clause for item in documents for clause in item.clauses],
        passages=all_passages,
        renderings=[rendering for item in documents for rendering in item.renderings],
        faces=all_faces,
        passage_vectors=_encode(encoder, passage_texts, lambda done: progress("encode", done, total)),
        sentence_vectors=_encode(
            encoder, sentence_texts, lambda done: progress("encode", len(passage_texts) + done, total)
        ),
        passage_terms=KeywordIndex.build(passage_texts),
        sentence_terms=KeywordIndex.build(sentence_texts),
        document_terms=KeywordIndex.build([_card(item) for item in documents]),
    )


def _card(item: Ingested) -> str:
    """What a document is called by: its titles, number, issuer and year, and the renderings of its titles."""
    document = item.document
    names = (document.title, document.title_zh, document.title_en, document.document_number, document.issuer)
    titles = {clause.clause_id for clause in item.clauses if clause.kind == "title"}
    rendered = [rendering.text for rendering in item.renderings if rendering.clause_id in titles]
    return "\n".join(name for name in (*names, (document.issued_on or "")[:4], *rendered) if name)


def _encode(encoder, texts: Sequence[str], done: Callable[[int], None]) -> np.ndarray:
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    for start in range(0, len(texts), _BATCH):
        vectors[start : start + _BATCH] = encoder.encode(texts[start : start + _BATCH], kind="passage")
        done(min(start + _BATCH, len(texts)))
    return vectors


def corpus_hash(corpus: Path, entries: Iterable[Entry]) -> str:
    """sha256 over the manifest's entries, the files they name, and the renderings as far as they are reviewed."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(entry.model_dump_json(exclude={"sha256"}).encode())
        digest.update(hashlib.sha256((corpus / entry.path).read_bytes()).digest())
    for file in sorted((corpus / FOLDER).glob("*.jsonl")):
        if reviewed := reviewed_bytes(file):
            digest.update(file.name.encode() + hashlib.sha256(reviewed).digest())
    return digest.hexdigest()


def _settings(encoder) -> dict:
    """What of an encoder must be the same when a question is asked: at least its dimension."""
    return getattr(encoder, "settings", {"dimension": encoder.dimension})


def rules_hash() -> str:
    """sha256 over the code and word lists that cut texts and terms: by other rules an index has other content."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for file in sorted(package.rglob("*")):
        # The encoder has a hash of its own in the index.
        if file.suffix in {".py", ".txt", ".tsv"} and "encoder" not in file.relative_to(package).parts:
            digest.update(str(file.relative_to(package)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
