"""Sentence encoders: the bilingual one shipped here, and any other sentence-transformers model by name or folder."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from ingest.encoder.static import TOKENIZER, WEIGHTS, StaticEncoder, hash_files

SHIPPED = Path(__file__).with_name("model")
SHIPPED_NAME = "yiju-static"
Kind = Literal["passage", "query"]


class Encoder(Protocol):
    """Texts to unit vectors. `sha256` is that of the model's files: vectors of two encoders compare only if equal."""

    name: str
    sha256: str
    dimension: int

    @property
    def settings(self) -> dict[str, str | int | None]:
        """Prefixes, dimension, pooling and longest text in tokens: what an index records beside name and hash."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> np.ndarray:
        """(len(texts), dimension) float32; rows have length 1, or 0 for a text without any token."""
        ...


@cache
def shipped_hash() -> str:
    """sha256 of the shipped model's files: its ``sha256`` without loading it."""
    return hash_files([SHIPPED / WEIGHTS, SHIPPED / TOKENIZER])


def load_encoder(name: str | None = None) -> Encoder:
    """The shipped encoder, or the sentence-transformers model that `name` (a folder or a hub name) stands for.

    Raises ValueError with what to do about it when there is no such model on this machine.
    """
    if name in (None, SHIPPED_NAME) or Path(name).resolve() == SHIPPED.resolve():
        return StaticEncoder(SHIPPED, name=SHIPPED_NAME)
    from ingest.encoder.external import ExternalEncoder  # imports torch, seconds

    return ExternalEncoder(name)
