"""The project's own corpus, built once for all tests of one process; not to be changed."""

import tempfile
from functools import lru_cache
from pathlib import Path

from ingest.command import CORPUS
from ingest.encoder import load_encoder
from ingest.pipeline import build
from service.answerer import Answerer, open_answerer

_FOLDER = tempfile.TemporaryDirectory(prefix="yiju-real-")  # removed when the process ends


@lru_cache(maxsize=1)
def real_index() -> Path:
    folder = Path(_FOLDER.name)
    build(CORPUS, folder, load_encoder())
    return folder


@lru_cache(maxsize=1)
def real_answerer() -> Answerer:
    return open_answerer(real_index())
