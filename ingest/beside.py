"""Terms and vectors of the texts of an index: here, or of a large corpus in a second process beside the reading.

While the documents are read, the second process counts their terms. Then it makes the vectors of the sentences, while
those of the passages are made here and the store is written. What it makes comes back in files, which are mapped: sent,
it would be in the memory of both processes, twice each.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ingest.document import Passage
from ingest.encoder import SHIPPED_NAME, StaticEncoder, load_encoder
from ingest.index import published_vectors, read_vectors, write_vectors
from ingest.lexicon.counting import TermCounter, count_terms
from ingest.vectors import EightBits, Known, Vectors, encoded

_MANY = 8 * 2**20  # bytes of files from which on starting a process is worth it
_TOGETHER = 20_000  # texts sent at a time
_BY_TERM = {"passages": True, "sentences": False}  # which terms are counted also by term

Terms = Callable[[], Mapping[str, np.ndarray]]


class Here:
    """Everything in this process, when it is asked for."""

    def __init__(self, encoder, index: Path):
        self._encoder = encoder
        self._known = {kind: Known(vectors) for kind, vectors in published_vectors(index, encoder).items()}

    def read(self, passages: Iterable[Passage]) -> None:
        """Hears of the passages of a document as soon as it is read; all documents in their order."""

    def terms(self, kind: str, texts: Sequence[str]) -> Terms:
        """What gives the arrays of the terms (see ``count_terms``) of all texts of a kind, "passages" or "sentences":
        first those of the passages that were read, then others. To be called inside of ``beside``."""
        return lambda: count_terms(texts, _BY_TERM[kind])

    def vectors(self, kind: str, texts: Sequence[str], done: Callable[[int], None]) -> Callable[[], Vectors]:
        """What gives the vectors of these texts; ``done`` is told how many there are so far."""
        return lambda: encoded(self._encoder, texts, self._known.get(kind), done, self._codes(kind))

    def _codes(self, kind: str) -> Path | None:
        """Where the codes of many vectors are to be put together; None: in memory."""
        return None


class Beside(Here):
    """Terms, and the vectors of the sentences, in the process of an executor that has no other."""

    def __init__(self, encoder, index: Path, process: ProcessPoolExecutor, folder: Path):
        super().__init__(encoder, index)
        self._index = index
        self._process = process
        self._folder = folder
        self._sent = dict.fromkeys(_BY_TERM, 0)
        self._waiting: dict[str, list[str]] = {kind: [] for kind in _BY_TERM}

    def read(self, passages: Iterable[Passage]) -> None:
        for passage in passages:
            self._waiting["passages"].append(passage.embed_text)
            self._waiting["sentences"] += [sentence.text for sentence in passage.sentences]
        for kind, texts in self._waiting.items():
            if len(texts) >= _TOGETHER:
                self._send(kind, texts)
                self._waiting[kind] = []

    def _send(self, kind: str, texts: list[str]) -> None:
        self._process.submit(_add, kind, texts)
        self._sent[kind] += len(texts)

    def terms(self, kind: str, texts: Sequence[str]) -> Terms:
        for start in range(self._sent[kind], len(texts), _TOGETHER):
            self._send(kind, list(texts[start : start + _TOGETHER]))
        counted = self._process.submit(_save_terms, kind, self._folder / f"{kind}_terms")
        return lambda: _mapped(counted.result())

    def vectors(self, kind: str, texts: Sequence[str], done: Callable[[int], None]) -> Callable[[], Vectors]:
        if kind != "sentences" or not (isinstance(self._encoder, StaticEncoder) and self._encoder.name == SHIPPED_NAME):
            return super().vectors(kind, texts, done)
        made = self._process.submit(_save_vectors, kind, self._folder, self._index)
        return lambda: self._made(kind, made, done)

    def _codes(self, kind: str) -> Path | None:
        return self._folder / f"{kind}.made.npy"

    def _made(self, kind: str, made: Future, done: Callable[[int], None]) -> Vectors:
        made.result()
        # It was asked for these last; what it has used, up to a third of all memory, is given back with it.
        self._process.shutdown()
        held = read_vectors(self._folder, kind)
        if isinstance(held, EightBits):  # all of it is copied, not parts
            held = EightBits(np.load(self._folder / f"{kind}.codes.npy", mmap_mode="r"), held.signs)
        done(len(held))
        return Vectors(held, np.load(self._folder / f"{kind}.digests.npy"))


@contextmanager
def beside(encoder, index: Path, size: int) -> Iterator[Here]:
    """What makes terms and vectors of a corpus of ``size`` bytes; what it gives is to be used inside of the context."""
    if size < _MANY or (os.cpu_count() or 1) < 2:
        yield Here(encoder, index)
        return
    # Started afresh: a copy of this process with its threads might wait for one that was not copied.
    start = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=start) as process:
        try:
            yield Beside(encoder, index, process, Path(folder))
        finally:
            process.shutdown(cancel_futures=True)


# In the second process: what was sent so far, by kind.
_counters = {kind: TermCounter() for kind in _BY_TERM}
_texts: list[str] = []  # the sentences, whose vectors are made, too


def _add(kind: str, texts: list[str]) -> None:
    _counters[kind].add(texts)
    if kind == "sentences":
        _texts.extend(texts)


def _save_terms(kind: str, folder: Path) -> Path:
    folder.mkdir()
    for name, array in _counters.pop(kind).each(_BY_TERM[kind]):
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
        del array  # before the next one is made
    return folder


def _save_vectors(kind: str, folder: Path, index: Path) -> None:
    encoder = load_encoder(SHIPPED_NAME)
    before = published_vectors(index, encoder).get(kind)
    made = encoded(encoder, _texts, Known(before) if before else None, codes=folder / f"{kind}.made.npy")
    _texts.clear()
    write_vectors(folder, kind, made.held)
    np.save(folder / f"{kind}.digests.npy", made.digests)


def _mapped(folder: Path) -> dict[str, np.ndarray]:
    return {file.stem: np.load(file, mmap_mode="r", allow_pickle=False) for file in sorted(folder.glob("*.npy"))}
