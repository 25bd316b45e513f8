"""Question → Query: what was asked, in which language, as terms and as a vector."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from ingest.bilingual import language_of
from ingest.keywords import WeightedQuery, weighted_query
from ingest.normalize import normalise

_ZH_GRAMMAR = re.compile(r"[的是有哪吗嗎呢么麼谁誰何吧了]|什么|多少|几[个項项种]|怎|如何|为何|能否|是否|？$")
_EN_GRAMMAR = re.compile(
    r"\b(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should|shall|may|must|the)\b",
    re.IGNORECASE,
)
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


def asker_language(question: str) -> str:
    """ "zh" or "en": the language whose grammar the question has; terms of the other may be named in it.

    "CCC 认证的 catalogue 有哪些 products？" is asked in Chinese, "What does 放管服 mean?" in English.
    """
    chinese, english = bool(_ZH_GRAMMAR.search(question)), bool(_EN_GRAMMAR.search(question))
    if chinese != english:
        return "zh" if chinese else "en"
    return language_of(question)


def understand(question: str, language: str, encoder, lexicon) -> Query:
    """The query for a cleaned question; ``language`` "auto" takes the one it is written in."""
    return Query(
        text=question,
        language=language if language in ("zh", "en") else asker_language(question),
        keywords=weighted_query(question, lexicon),
        vector=encoder.encode([question], kind="query")[0],
    )
