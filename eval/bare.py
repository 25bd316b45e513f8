"""The corpus as documents are that nobody has rendered, worded or asked expected questions of."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.command import CORPUS
from ingest.encoder import load_encoder
from ingest.pipeline import build
from service.answerer import Answerer, open_answerer


@contextmanager
def bare_answerer() -> Iterator[Answerer]:
    """An answerer over an index of the corpus that is built without all that the project wrote of it."""
    with tempfile.TemporaryDirectory() as folder:
        build(CORPUS, Path(folder), load_encoder(), renderings=False)
        yield open_answerer(Path(folder))
