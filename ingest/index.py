"""An index generation: write, verify, publish, open. The only file that knows its format.

    <index>/CURRENT                    the name of the generation that is served; renamed into place last
    <index>/generations/<name>/        immutable; the one before is kept, and those that are open
        meta.json                      format, encoder, corpus hash, counts, sha256 of every file
        store.sqlite                   documents, clauses, passages, sentences
        passages.faiss sentences.faiss exact vectors of the faces of passages and of their sentences; of many (see
                                       vectors.FLAT_LIMIT) {passages,sentences}.codes.npy, 8 bits a number, row after
                                       row, and {passages,sentences}.signs.faiss, one bit a number
        columns/*.npy                  what each row belongs to, see Index
        {passage,sentence,document}_terms/*.npy  keyword indexes; a document's is of its title, number, issuer
        digests/*.npy                  of the texts of the vectors, so that the next build need not encode them again
        expected/*.npy                 questions that sentences are expected to be asked by, where there are any
        register.json register/vectors.npy  certification schemes and the vectors of their words, where there are any

A passage has one face, its own wording, or two where there is a rendering of it. Rows of faces: one for each passage in
the order of the store, then the rendered ones; rows of sentences likewise.

Files are serialised in memory, written, flushed to the disk and hashed by us: faiss.write_index on a full disk can
report success and leave an empty file. A generation that does not verify is never served.
"""

import fcntl
import hashlib
import json
import os
import shutil
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import numpy as np

from ingest.document import QUOTED_TITLE, Clause, Document, Passage
from ingest.durable import remove, replace, sha256, sync_file, sync_folder, write, write_array
from ingest.expected import Expected
from ingest.generations import drop_old, hold
from ingest.keywords import KeywordIndex
from ingest.parts import Parts, opened_array
from ingest.renderings.read import Face, Rendering
from ingest.store import Store, write_store
from ingest.term_rows import TermRows
from ingest.vectors import EightBits, Flat, Vectors
from ingest.versions import Versions

if TYPE_CHECKING:
    from ingest.references.table import ReferenceTables
    from ingest.register import Register

FORMAT = 8
LANGUAGES = ("zh", "en")
KINDS = ("title", "heading", "text")
_TERMS = {"passage_terms": KeywordIndex, "sentence_terms": TermRows, "document_terms": KeywordIndex}
_DIGESTS = {"passages": "digests/passages", "sentences": "digests/sentences"}


Arrays = Callable[[], Mapping[str, np.ndarray]]


class IndexFormatError(Exception):
    """The index cannot be served; the message says why and which command mends it."""


@dataclass(frozen=True)
class Content:
    """What goes into a generation."""

    documents: Sequence[Document]
    clauses: Sequence[Clause]
    passages: Sequence[Passage]
    renderings: Sequence[Rendering]
    faces: Sequence[Face]  # those of the passages first, in their order
    # What gives vectors and the arrays of keyword indexes when they are to be written: another process may still make
    # them while the store is written here.
    passage_vectors: Callable[[], Vectors]  # of the faces
    sentence_vectors: Callable[[], Vectors]  # of the sentences of the faces
    passage_terms: Arrays
    sentence_terms: Arrays
    document_terms: Arrays  # of each document's card
    expected: Expected | None = None
    register: "Register | None" = None
    register_vectors: np.ndarray | None = None  # float32 (phrases of the register, dimension)


@dataclass(frozen=True)
class Index:
    """An open generation."""

    generation: str
    meta: dict
    store: Store
    passages: Flat | EightBits
    sentences: Flat | EightBits
    passage_terms: KeywordIndex
    sentence_terms: TermRows
    document_terms: KeywordIndex
    passage_language: np.ndarray  # uint8 (passages,), place in LANGUAGES
    passage_document: np.ndarray  # int32 (passages,), place in the catalogue
    passage_kind: np.ndarray  # uint8 (passages,), place in KINDS
    face_passage: np.ndarray  # int32 (faces,)
    face_language: np.ndarray  # uint8 (faces,), place in LANGUAGES
    sentence_face: np.ndarray  # int32 (sentences of faces,), ascending
    sentence_number: np.ndarray  # int32 (sentences of faces,), place in its passage
    catalogue: tuple[Document, ...]  # every document, without its text
    expected: Expected | None  # questions, where there are any; their sentences are those of the passages' own faces
    folder: Path  # of the generation

    def kind(self, passage: int) -> str:
        """ "title", "heading" or "text": what the clause of the passage at this position is."""
        return KINDS[self.passage_kind[passage]]

    def first_sentence(self, faces: int | Sequence[int] | np.ndarray) -> np.ndarray:
        """Row of the first sentence of each face; a passage's position is the row of its own face: int64, as given."""
        # Of another type, all of the column would be copied.
        return np.searchsorted(self.sentence_face, np.asarray(faces, self.sentence_face.dtype))

    def faces_of(self, passages: Iterable[int]) -> np.ndarray:
        """Rows of all faces of the passages at these positions: int64, ascending."""
        own = np.array(sorted(set(passages)), np.int64)
        count = len(self.passage_document)  # the first faces are the passages' own, in their order
        rendered = count + np.flatnonzero(np.isin(self.face_passage[count:], own))
        return np.concatenate([own, rendered])

    @cached_property
    def versions(self) -> Versions:
        """Which documents were in force when, and what took their place."""
        return Versions(self.catalogue)

    @cached_property
    def register(self) -> "Register":
        """The certification schemes; without a line where the corpus has none. Most questions need none."""
        from ingest.register import held_register

        return held_register(self.folder)

    @cached_property
    def register_vectors(self) -> np.ndarray:
        """float32 (phrases of the register, dimension), unit length."""
        from ingest.register import held_vectors

        return held_vectors(self.folder, self.passages.dimension)

    @cached_property
    def names(self) -> KeywordIndex:
        """Each document's number, issuer and title, without the titles of others that it quotes."""
        return KeywordIndex.build([_own_name(document) for document in self.catalogue])

    @cached_property
    def references(self) -> "ReferenceTables":
        """References and numbers. Most answers need none, and the code that reads them is slow to import (0.1 s)."""
        from ingest.references.table import ReferenceTables

        return ReferenceTables(self.folder / "store.sqlite")


def _own_name(document: Document) -> str:
    titles = (document.title, document.title_zh, document.title_en)
    own = [QUOTED_TITLE.sub(" ", title) for title in titles if title]
    return "\n".join(part for part in (*own, document.document_number, document.issuer) if part)


def current(index: Path) -> str | None:
    """Name of the generation that is served, or None if nothing was published here."""
    try:
        return (index / "CURRENT").read_text("ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None


def read_meta(index: Path) -> dict | None:
    """meta.json of the current generation, or None where there is none that can be read."""
    name = current(index)
    try:
        meta = json.loads((index / "generations" / name / "meta.json").read_bytes()) if name else None
    except (OSError, ValueError):
        return None
    return meta if isinstance(meta, dict) else None


def publish(index: Path, content: Content, identity: dict) -> str:
    """Write a generation of ``content``, verify it, and make it the current one. Returns its name.

    ``identity`` (encoder, corpus and code hashes) goes into meta.json. The same input gives the same bytes and name.
    """
    generations = index / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    with _only_build(index):
        for left in generations.glob(".new-*"):  # of a build that was ended
            shutil.rmtree(left)
        for left in index.glob(".CURRENT-*"):
            left.unlink()
        new = generations / f".new-{os.getpid()}"
        new.mkdir()
        try:
            name = _write_generation(new, content, identity)
            _verify(new)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        before = current(index)
        if _verifies(generations / name):
            shutil.rmtree(new)
        else:  # or the same content, but its files were damaged
            remove(generations / name)
            os.rename(new, generations / name)
            sync_folder(generations)
        replace(index / "CURRENT", f"{name}\n".encode("ascii"))
        drop_old(generations, keep=[name, before])
    return name


def _write_generation(folder: Path, content: Content, identity: dict) -> str:
    write_store(folder / "store.sqlite", content.documents, content.clauses, content.passages, content.renderings)
    sync_file(folder / "store.sqlite")
    arrays: dict[str, np.ndarray] = {}
    for name, made in (("passages", content.passage_vectors), ("sentences", content.sentence_vectors)):
        vectors = made()
        write_vectors(folder, name, vectors.held)
        arrays[_DIGESTS[name]] = vectors.digests
    arrays |= {f"columns/{name}": array for name, array in _columns(content).items()}
    for kind in _TERMS:
        arrays |= {f"{kind}/{name}": array for name, array in getattr(content, kind)().items()}
    if content.expected is not None:
        arrays |= {f"expected/{name}": array for name, array in content.expected.arrays().items()}
    if content.register is not None and content.register.lines:
        from ingest.register import HELD, HELD_VECTORS, register_bytes

        write(folder / HELD, register_bytes(content.register))
        arrays[HELD_VECTORS] = content.register_vectors.astype(np.float16)
    for name, array in arrays.items():
        write_array(folder / f"{name}.npy", array)
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    meta = {
        "format": FORMAT,
        **identity,
        "counts": {
            "documents": len(content.documents),
            "clauses": len(content.clauses),
            "passages": len(content.passages),
            "sentences": sum(len(passage.sentences) for passage in content.passages),
            "renderings": len(content.renderings),
        },
        "files": {name: sha256(folder / name) for name in files},
    }
    data = json.dumps(meta, ensure_ascii=False, indent=1, sort_keys=True).encode()
    write(folder / "meta.json", data)
    return hashlib.sha256(data).hexdigest()[:16]


def write_vectors(folder: Path, name: str, held: Flat | EightBits) -> None:
    """The files of the vectors of a kind, passages or sentences."""
    if isinstance(held, Flat):
        write(folder / f"{name}.faiss", faiss.serialize_index(held.index).data)
        return
    write_array(folder / f"{name}.codes.npy", held.codes)
    write(folder / f"{name}.signs.faiss", faiss.serialize_index(held.signs).data)


def read_vectors(folder: Path, name: str) -> Flat | EightBits:
    """What ``write_vectors`` has written."""
    if (folder / f"{name}.faiss").exists():
        return Flat(faiss.read_index(str(folder / f"{name}.faiss")))
    signs = faiss.read_index(str(folder / f"{name}.signs.faiss"))
    return EightBits(Parts(folder / f"{name}.codes.npy"), signs)


def _columns(content: Content) -> dict[str, np.ndarray]:
    place = {document.document_id: at for at, document in enumerate(content.documents)}
    return {
        "passage_language": np.array([LANGUAGES.index(item.language) for item in content.passages], np.uint8),
        "passage_document": np.array([place[item.document_id] for item in content.passages], np.int32),
        "passage_kind": np.array([KINDS.index(item.kind) for item in content.passages], np.uint8),
        "face_passage": np.array([face.passage for face in content.faces], np.int32),
        "face_language": np.array([LANGUAGES.index(face.language) for face in content.faces], np.uint8),
        "sentence_face": np.repeat(
            np.arange(len(content.faces), dtype=np.int32), [len(face.sentences) for face in content.faces]
        ),
        "sentence_number": np.array(
            [number for face in content.faces for number in range(len(face.sentences))], np.int32
        ),
    }


def published_vectors(index: Path, encoder) -> dict[str, Vectors]:
    """Vectors of the published generation by kind (passages, sentences); {} where it has none of this encoder's."""
    try:
        name = current(index)
        folder = index / "generations" / (name or "")
        if name is None or _verify(folder)["encoder"]["sha256"] != encoder.sha256:
            return {}
        return {
            kind: Vectors(read_vectors(folder, kind), np.load(folder / f"{file}.npy"))
            for kind, file in _DIGESTS.items()
        }
    except IndexFormatError:
        return {}


def open_index(index: Path, encoder=None) -> Index:
    """The current generation, verified; no build drops it while the Index lives.

    ``encoder``: the encoder that will ask it, or None where nothing is encoded (look-ups).

    Raises:
        IndexFormatError: nothing published, a damaged file, another format, or another encoder.
    """
    mend = f"build it again: yiju-ingest build --index {index} (and --corpus FOLDER if it is of a corpus of your own)"
    name = current(index)
    if name is None:
        raise IndexFormatError(f"{index}: no index here; build it: yiju-ingest build --index {index}")
    folder = index / "generations" / name
    held = hold(folder)
    try:
        opened = _opened(folder, encoder, index, mend)
    except BaseException as error:
        if held is not None:
            os.close(held)
        if isinstance(error, IndexFormatError) and current(index) not in (name, None):  # two builds came in between
            return open_index(index, encoder)
        raise
    if held is not None:
        weakref.finalize(opened, os.close, held)
    return opened


def _opened(folder: Path, encoder, index: Path, mend: str) -> Index:
    meta = _verify(folder, mend)
    if encoder is not None:
        _check_encoder(meta["encoder"], encoder, folder, index)
    arrays = {
        str(file.relative_to(folder).with_suffix("")): opened_array(file) for file in sorted(folder.rglob("*.npy"))
    }
    store = Store(folder / "store.sqlite")
    # There is one question at a time, which is searched before a second thread has started.
    faiss.omp_set_num_threads(1)
    return Index(
        generation=folder.name,
        meta=meta,
        store=store,
        passages=read_vectors(folder, "passages"),
        sentences=read_vectors(folder, "sentences"),
        **{kind: holder.from_arrays(_below(arrays, kind)) for kind, holder in _TERMS.items()},
        **_below(arrays, "columns"),
        catalogue=tuple(store.catalogue()),
        expected=Expected.from_arrays(expected) if (expected := _below(arrays, "expected")) else None,
        folder=folder,
    )


def _below(arrays: dict[str, np.ndarray], folder: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(f"{folder}/"): array for name, array in arrays.items() if name.startswith(f"{folder}/")}


def _check_encoder(built_with: dict, encoder, folder: Path, index: Path) -> None:
    if built_with["sha256"] == encoder.sha256:
        return
    raise IndexFormatError(
        f"{folder}: built with encoder {built_with['name']} ({built_with['sha256'][:12]}…), asked with {encoder.name}"
        f" ({encoder.sha256[:12]}…); start with --encoder {built_with['name']}, or build again:"
        f" yiju-ingest build --index {index} --encoder {encoder.name}"
    )


def _verify(folder: Path, mend: str = "") -> dict:
    """meta.json of a generation whose files all have the recorded hashes."""
    try:
        data = (folder / "meta.json").read_bytes()
        meta = json.loads(data)
    except (OSError, ValueError) as error:
        raise IndexFormatError(f"{folder}/meta.json: cannot be read ({error}); {mend}") from None
    if not isinstance(meta, dict):
        raise IndexFormatError(f"{folder}/meta.json: not a JSON object; {mend}")
    named_by_content = not folder.name.startswith(".new-")
    if named_by_content and hashlib.sha256(data).hexdigest()[:16] != folder.name:
        raise IndexFormatError(f"{folder}/meta.json: was changed after it was written; {mend}")
    if meta.get("format") != FORMAT:
        raise IndexFormatError(f"{folder}: format {meta.get('format')}, expected {FORMAT}; {mend}")
    for name, expected in meta["files"].items():
        try:
            found = sha256(folder / name)
        except OSError as error:
            raise IndexFormatError(f"{folder}/{name}: cannot be read ({error.strerror}); {mend}") from None
        if found != expected:
            raise IndexFormatError(f"{folder}/{name}: sha256 is {found[:12]}…, meta.json says {expected[:12]}…; {mend}")
    return meta


def _verifies(folder: Path) -> bool:
    try:
        _verify(folder)
    except IndexFormatError:
        return False
    return True


@contextmanager
def _only_build(index: Path) -> Iterator[None]:
    """One build at a time; the lock goes with the process, however it ends."""
    with open(index / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexFormatError(f"{index}: another build is running; wait for it to end") from None
        yield
