"""Inference with the shipped model: tokens through `tokenizers`, then numpy. No torch, no sentence-transformers."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from ingest.encoder.cutting import Cutter

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
MANY = 250_000  # characters; a cutter takes a tenth of a second to set up, which fewer do not repay
TYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32}


class StaticEncoder:
    """A static sentence-transformers model: the normalised mean of a text's token vectors.

    `embeddings` (vocabulary, dimension) stays on disk, memory-mapped, in its stored type; `scale` (vocabulary,)
    turns its rows into token vectors.
    """

    def __init__(self, folder: Path, name: str) -> None:
        missing = [file for file in (WEIGHTS, TOKENIZER) if not (folder / file).is_file()]
        if missing:
            raise ValueError(f"{folder} lacks {', '.join(missing)}: restore the folder from the repository")
        tensors = read_safetensors(folder / WEIGHTS)
        self.name = name
        self.sha256 = hash_files([folder / WEIGHTS, folder / TOKENIZER])
        self.embeddings = np.asarray(tensors["embeddings"])
        self.scale = np.array(tensors["weights"], dtype=np.float32)
        self.dimension = self.embeddings.shape[1]
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.tokenizer.no_padding()
        self.cutter: Cutter | None = None
        if len(self.embeddings) != self.tokenizer.get_vocab_size():
            raise ValueError(
                f"{folder}: {len(self.embeddings)} token vectors for {self.tokenizer.get_vocab_size()} tokens"
            )

    @property
    def settings(self) -> dict[str, str | int | None]:
        """What decides over the vectors beside the model's files: an index records it."""
        return {
            "query_prefix": "",
            "passage_prefix": "",
            "dimension": self.dimension,
            "pooling": "mean",
            "max_tokens": None,
        }

    def encode(self, texts: Sequence[str], kind: str = "passage") -> np.ndarray:
        """(len(texts), dimension) float32 unit rows; a text without tokens gets zeros. `kind` makes no difference:
        questions and passages are trained alike."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, tokens in zip(vectors, self._tokens(texts), strict=True):
            # One product of a row with a small matrix; the mean differs from this sum only in length.
            np.dot(self.scale[tokens], self.embeddings[tokens].astype(np.float32), out=vector)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=vectors, where=norms > 0)

    def _tokens(self, texts: Sequence[str]) -> Iterator[Sequence[int]]:
        """The tokens of each text."""
        if self.cutter is None and sum(map(len, texts)) >= MANY:
            self.cutter = Cutter(self.tokenizer)
        if self.cutter is not None and len(texts) > 1:
            yield from self.cutter(texts)
        else:
            for encoding in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False):
                yield encoding.ids


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a safetensors file, memory-mapped, read-only.

    Format: https://github.com/huggingface/safetensors#format (length of the header, JSON header, bytes).
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] not in TYPES:
            raise ValueError(f"{path}: tensor {name} is {entry['dtype']}, expected one of {', '.join(TYPES)}")
        offset = 8 + size + entry["data_offsets"][0]
        tensors[name] = np.memmap(path, TYPES[entry["dtype"]], "r", offset, tuple(entry["shape"]))
    return tensors


def hash_files(paths: Sequence[Path]) -> str:
    """sha256 over the names and contents of `paths`, in order."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode("utf-8") + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
