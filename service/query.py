"""Question → Query: what was asked, in which language, as terms and as a vector."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from ingest.bilingual import language_of
from ingest.keywords import WeightedQuery, weighted_query
from ingest.normalize import normalise

MAX_LENGTH = 2000  # characters, after clean()


@dataclass(frozen=True)
class Query:
    """A question as the retrieval arms see it."""

    text: str
    language: str  # "zh" or "en": of the answer's frame
    keywords: WeightedQuery
    vector: np.ndarray  # float32 (dimension,), unit length


def clean(question: str) -> str:
    """The question without invisible characters and runs of spaces, composed (NFC). Lone surrogates are dropped."""
    visible = normalise(re.sub("[\ud800-\udfff]", "", question)).text
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", visible)).strip()


def understand(question: str, language: str, encoder, lexicon) -> Query:
    """The query for a cleaned question; ``language`` "auto" takes the one it is written in."""
    return Query(
        text=question,
        language=language if language in ("zh", "en") else language_of(question),
        keywords=weighted_query(question, lexicon),
        vector=encoder.encode([question], kind="query")[0],
    )
