"""Corpus folder → published index. The function to read first is ``build``.

file bytes → text → Document → Clause → Passage → vectors and terms → generation
"""

import gc
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np

from ingest.beside import Here, beside
from ingest.bilingual import language_of, pair, stretches
from ingest.counterparts import link_texts
from ingest.document import Clause, CorpusError, Document, LeftOut, Passage
from ingest.encoder import shipped_hash
from ingest.expected import Expected
from ingest.extract import Extracted, Reader, extract, ocr
from ingest.furniture import furniture
from ingest.glued import separate
from ingest.index import Content, IndexFormatError, open_index, publish, read_meta
from ingest.lexicon.counting import count_terms
from ingest.manifest import Entry, read_manifest
from ingest.normalize import normalise
from ingest.passages import passages
from ingest.register import REGISTER, Register
from ingest.register_read import GLOSSARY, read_register
from ingest.renderings.by_sentence import Written, read_written
from ingest.renderings.questions import QUESTIONS, expected_questions, read_unanswered, unanswered_files
from ingest.renderings.read import FOLDER, Rendering, faces, read_renderings, reviewed_bytes
from ingest.renderings.wordings import WORDINGS, plain_faces
from ingest.structure import Block, clauses

log = logging.getLogger(__name__)

# Called with a stage ("read", "encode"), how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Ingested:
    """One document with everything cut from it."""

    document: Document
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    renderings: tuple[Rendering, ...] = ()
    wordings: tuple[Written[str], ...] = ()
    questions: tuple[Written[list[str]], ...] = ()
    warnings: tuple[str, ...] = ()  # renderings, wordings and questions that cannot be used
    unextracted: tuple[tuple[str, int], ...] = ()  # (what of the file was no text to its reader, characters)
    notices: tuple[str, ...] = ()  # of how the file was read: pages left out, a name that lies

    def summary(self) -> str:
        """One line for the build's report: counts, and the characters left out with the reasons."""
        lost: dict[str, int] = {}
        for part in self.document.left_out:
            lost[part.reason] = lost.get(part.reason, 0) + part.end - part.start
        lost |= dict(self.unextracted)
        left_out = ", ".join(f"{reason} {count}" for reason, count in sorted(lost.items())) or "none"
        sentences = sum(len(passage.sentences) for passage in self.passages)
        pages = f", {len(self.document.page_starts)} pages" if self.document.page_starts else ""
        return (
            f"{self.document.document_id}: {len(self.clauses)} clauses, {len(self.passages)} passages,"
            f" {sentences} sentences{pages}; {sum(lost.values())} characters left out ({left_out})"
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
        "text_recognition": _recognises(corpus, entries),
        "encoder": {"name": encoder.name, "sha256": encoder.sha256, **_settings(encoder)},
        # Whatever the vectors are of, it pairs translations and tells readable text.
        "shipped_encoder_sha256": shipped_hash(),
    }
    published = read_meta(index)
    if published and all(published.get(key) == value for key, value in identity.items()):
        try:
            return Built(open_index(index, encoder).generation, (), changed=False)
        except IndexFormatError as error:
            log.warning("%s", error)
    size = sum((corpus / entry.path).stat().st_size for entry in entries)
    with beside(encoder, index, size) as made:
        return _built(corpus, index, entries, identity, encoder, made, progress, renderings)


def _built(
    corpus: Path,
    index: Path,
    entries: Sequence[Entry],
    identity: dict,
    encoder,
    made: Here,
    progress: Progress,
    renderings: bool,
) -> Built:
    documents = read_corpus(corpus, entries, progress, made.read)
    for warning in (warning for item in documents for warning in (*item.notices, *item.warnings)):
        log.warning("%s", warning)
    if not renderings:
        documents = [replace(item, renderings=(), wordings=(), questions=()) for item in documents]
    register, unproved = read_register(corpus, [(item.document, item.clauses) for item in documents])
    for problem in unproved:
        log.warning("%s (left out)", problem)
    unanswered = read_unanswered(corpus) if renderings else []
    gc.freeze()  # what was read stays to the end, and is not to be gone through again and again
    try:
        content = _content(documents, unanswered, register, encoder, made, progress)
        return Built(publish(index, content, identity), tuple(documents), changed=True)
    finally:
        gc.unfreeze()


def read_corpus(
    corpus: Path,
    entries: Sequence[Entry],
    progress: Progress = lambda *_: None,
    read: Callable[[Iterable[Passage]], None] = lambda _: None,
) -> list[Ingested]:
    """Every document of the corpus, cut into clauses and passages; all problems are reported together.

    ``read`` hears of the passages of each document as soon as it is read.
    """
    documents, problems = read_files(corpus, entries, progress, read)
    if problems:
        raise CorpusError(problems)
    return linked(documents)


def read_files(
    corpus: Path,
    entries: Sequence[Entry],
    progress: Progress = lambda *_: None,
    read: Callable[[Iterable[Passage]], None] = lambda _: None,
) -> tuple[list[Ingested], list[str]]:
    """The documents whose files can be read, each by itself, and the problems of the others."""
    documents: list[Ingested] = []
    problems: list[str] = []
    with Reader() as reader:
        for done, entry in enumerate(entries, 1):
            try:
                documents.append(ingest(corpus, entry, reader))
                read(documents[-1].passages)
            except CorpusError as error:
                problems += error.problems
            progress("read", done, len(entries))
    return documents, problems


def linked(documents: list[Ingested]) -> list[Ingested]:
    """The documents, the clauses of one work in two files each with its counterpart in the other."""
    from ingest.encoder import load_encoder  # the shipped one whatever the index is built with: it knows both languages

    found = link_texts([item.document for item in documents], [item.clauses for item in documents], load_encoder)
    changed = []
    for item, clauses_of in zip(documents, found, strict=True):
        if clauses_of == item.clauses:
            changed.append(item)
            continue
        partner = {clause.clause_id: clause.counterpart for clause in clauses_of}
        parts = tuple(replace(passage, counterpart=partner[passage.clause_id]) for passage in item.passages)
        changed.append(replace(item, clauses=clauses_of, passages=parts))
    return changed


def ingest(corpus: Path, entry: Entry, reader: Reader | None = None) -> Ingested:
    """One file of the corpus as a document with its clauses and passages; ``reader`` as for ``extract``."""
    file = corpus / entry.path
    extracted = extract(file, reader)
    document = read_document(entry, file.read_bytes(), extracted)
    found = document_clauses(document)
    if not any(clause.kind == "text" for clause in found):
        raise CorpusError(
            f"{file}: no clause found; {len(document.text)} characters of text,"
            f" {sum(part.end - part.start for part in document.left_out)} left out as not part of it"
        )
    renderings, warnings = read_renderings(corpus, document.document_id, found)
    parts = tuple(passages(document, found))
    wordings, unusable = read_written(corpus, WORDINGS, document.document_id, found, parts)
    questions, unasked = read_written(corpus, QUESTIONS, document.document_id, found, parts)
    return Ingested(
        document,
        tuple(found),
        parts,
        tuple(renderings),
        tuple(wordings),
        tuple(questions),
        (*warnings, *unusable, *unasked),
        extracted.left_out,
        tuple(f"{file}: {note}" for note in (*_notices(extracted), *_other_language(document))),
    )


def _other_language(document: Document) -> list[str]:
    """That the text is plainly not in the language that the manifest names; what is asked in it would miss the text."""
    several = "-" in document.language
    lines = [line for line in document.text.split("\n") if len(line) > 5] if several else [document.text]
    spoken = set(map(language_of, lines))
    missing = " or ".join(sorted(set(document.language.split("-")) - spoken))
    said = f"language is {document.language} in the manifest, but the text seems not to be {missing}"
    return [said] if missing else []


def _notices(extracted: Extracted) -> list[str]:
    """What a person should know of how the file was read; neighbouring pages with one reason in one line."""
    unread = [
        f"page {pages[0].number}{f' to {pages[-1].number}' if len(pages) > 1 else ''} left out: {reason}"
        for reason, group in groupby(extracted.unread_pages, key=lambda page: page.reason)
        for pages in [list(group)]
    ]
    recognised = len(extracted.ocr_pages)
    read = [f"the text of {recognised} pages was recognised from images; passages say so"] if recognised else []
    return [*extracted.notes, *unread, *read]


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
        page_starts=tuple(text.offset_at(start) if start else 0 for start in extracted.page_starts),
        ocr_pages=extracted.ocr_pages,
        unread_pages=extracted.unread_pages,
        source_map=text.origin,
        left_out=tuple(
            LeftOut(whole.source_offset(spans[at][0]), whole.source_offset(spans[at][1] - 1) + 1, reason)
            for at, reason in sorted(removed.items())
        ),
    )


def document_clauses(document: Document) -> list[Clause]:
    """The clauses in reading order, each with its page; those of a bilingual text each with its counterpart."""
    found = _clauses_of(document)
    if not document.page_starts:
        return found
    return [replace(clause, page=document.page_at(clause.start)) for clause in found]


def _clauses_of(document: Document) -> list[Clause]:
    lines = _line_spans(document.text)
    if document.language != "zh-en":
        blocks = [Block(start, end, document.text[start:end], document.language) for start, end in lines]
        return clauses(document.document_id, separate(blocks))
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


def _content(
    documents: Sequence[Ingested],
    unanswered: Sequence[tuple[str, str]],
    register: Register,
    encoder,
    made: Here,
    progress: Progress,
) -> Content:
    all_passages = [passage for item in documents for passage in item.passages]
    rendered = {rendering.clause_id: rendering for item in documents for rendering in item.renderings}
    all_faces = faces(
        all_passages,
        clauses={clause.clause_id: clause for item in documents for clause in item.clauses if item.renderings},
        renderings=rendered,
        titles={item.document.document_id: item.document.title_zh or "" for item in documents},
    )
    all_faces += plain_faces(all_passages, [wording for item in documents for wording in item.wordings])
    passage_texts = [face.embed_text for face in all_faces]
    sentence_texts = [sentence for face in all_faces for sentence in face.sentences]
    asked = expected_questions(all_passages, [line for item in documents for line in item.questions], unanswered)
    phrases = [words for _, _, words in register.phrases()]
    first, total = len(passage_texts), len(passage_texts) + len(sentence_texts)
    passage_terms, sentence_terms = made.terms("passages", passage_texts), made.terms("sentences", sentence_texts)
    return Content(
        documents=[item.document for item in documents],
        clauses=[clause for item in documents for clause in item.clauses],
        passages=all_passages,
        renderings=list(rendered.values()),
        faces=all_faces,
        passage_vectors=made.vectors("passages", passage_texts, lambda done: progress("encode", done, total)),
        sentence_vectors=made.vectors(
            "sentences", sentence_texts, lambda done: progress("encode", first + done, total)
        ),
        passage_terms=passage_terms,
        sentence_terms=sentence_terms,
        document_terms=partial(count_terms, [_card(item) for item in documents]),
        expected=Expected.of(asked, encoder) if asked else None,
        register=register,
        register_vectors=encoder.encode(phrases, kind="passage") if phrases else np.empty((0, encoder.dimension)),
    )


def _card(item: Ingested) -> str:
    """What a document is called by: its titles, number, issuer and year, and the renderings of its titles."""
    document = item.document
    names = (document.title, document.title_zh, document.title_en, document.document_number, document.issuer)
    titles = {clause.clause_id for clause in item.clauses if clause.kind == "title"}
    rendered = [rendering.text for rendering in item.renderings if rendering.clause_id in titles]
    return "\n".join(name for name in (*names, (document.issued_on or "")[:4], *rendered) if name)


def corpus_hash(corpus: Path, entries: Iterable[Entry]) -> str:
    """sha256 over the manifest's entries, the files they name, the renderings as far as they are reviewed, the
    wordings, the expected questions, and the register."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(entry.model_dump_json(exclude={"sha256"}).encode())
        digest.update(hashlib.sha256((corpus / entry.path).read_bytes()).digest())
    for file in sorted((corpus / FOLDER).glob("*.jsonl")):
        if reviewed := reviewed_bytes(file):
            digest.update(file.name.encode() + hashlib.sha256(reviewed).digest())
    for form in (WORDINGS, QUESTIONS):
        for file in sorted((corpus / form.folder).glob("*.jsonl")):
            name = f"{form.folder}/{file.name}"
            digest.update(name.encode() + hashlib.sha256(file.read_bytes()).digest())
    for file in unanswered_files(corpus).values():
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    if (corpus / REGISTER).exists():  # and the glossary, whose words it takes
        for file in (corpus / REGISTER, corpus / GLOSSARY):
            digest.update(file.name.encode() + (file.read_bytes() if file.exists() else b""))
    return digest.hexdigest()


def _recognises(corpus: Path, entries: Iterable[Entry]) -> bool:
    """Whether pages of scanned files would be read: an index made before the extra was installed lacks them."""
    return ocr.installed() and any(_is_pdf(corpus / entry.path) for entry in entries)


def _is_pdf(file: Path) -> bool:
    with file.open("rb") as opened:
        return b"%PDF-" in opened.read(1024)


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
