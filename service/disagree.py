"""Where the corpus gives one document two numbers: who asks for the number is shown both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.index import Index
from service.evidence import Evidence
from service.named import cited_only
from service.query import Query
from service.retrieve import Hit

_ASKS_NUMBER = re.compile(
    r"文号|编号|几号|多少号|哪一?年的|\b(?:number of|numbers? is|what (?:is its )?number|which number|numbered)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"（([^（）]*〔\d{4}〕\d+号)）$")
_SAID = {
    "zh": ("注意：现有文件对同一份文件的文号说法不一：", "；", "。"),
    "en": ("Note that the documents held disagree on the number of one document: ", "; ", "."),
}


@dataclass(frozen=True)
class Disagreement:
    """Two sentences that give one document different numbers, and these."""

    sentences: tuple[Evidence, Evidence]
    numbers: tuple[str, str]


def asks_number(question: str) -> bool:
    """Whether a question asks for the number or the year of a document."""
    return bool(_ASKS_NUMBER.search(question))


def numbers_given(index: Index, query: Query, allowed: np.ndarray) -> list[Evidence]:
    """Where the number of a document stands that is only cited here, if that is what the question asks for: a sentence
    for each number that it is given, the corpus' order. ``allowed``: bool (faces,)."""
    cited = cited_only(index, query) if asks_number(query.text) else None
    found: dict[str, Evidence] = {}
    for key in _keys(cited.alike) if cited else ():
        for reference in index.references.cited(key):
            number = _NUMBER.search(reference.normalised)
            if number and number[1] not in found:
                sentence = _sentence_at(index, reference.clause_id, reference.start)
                if sentence and allowed[sentence.hit.position]:
                    found[number[1]] = sentence
    return list(found.values())


def _keys(names: Sequence[str]) -> list[str]:
    from ingest.references.names import name_key

    return list(dict.fromkeys(name_key(_NUMBER.sub("", name).strip("《》")) for name in names))


def disagreement(index: Index, query: Query, chosen: Sequence[Evidence]) -> Disagreement | None:
    """Whether another clause gives the cited document, of which the question asks the number, another one."""
    cited = cited_only(index, query) if asks_number(query.text) else None
    if cited is None:
        return None
    from ingest.references.names import name_key

    asked = _keys(cited.alike)
    for item in chosen:
        for reference in index.references.references_of(item.passage.clause_id):
            number = _NUMBER.search(reference.normalised)
            if not number or not item.sentence.start <= reference.start < item.sentence.end:
                continue
            key = name_key(reference.normalised[: number.start()].strip("《》"))
            for other in index.references.cited(key) if key in asked else ():
                different = _NUMBER.search(other.normalised)
                if different and different[1] != number[1]:
                    sentence = _sentence_at(index, other.clause_id, other.start)
                    return Disagreement((item, sentence), (number[1], different[1])) if sentence else None
    return None


def note(found: Disagreement, citations: Sequence[int], language: str) -> str:
    """What is said of it, with the number of the citation behind each."""
    before, between, end = _SAID[language]
    pairs = zip(found.numbers, citations, strict=True)
    return before + between.join(f"{number}[{citation}]" for number, citation in pairs) + end


def _sentence_at(index: Index, clause_id: str, at: int) -> Evidence | None:
    for position in index.store.passages_of(clause_id):
        passage = index.store.passage(position)
        for number, sentence in enumerate(passage.sentences):
            if sentence.start <= at < sentence.end:
                row = int(index.first_sentence(position)) + number
                hit = Hit(position, position, 0.0, 1, {"cosine": 1.0}, index)
                return Evidence(hit, passage, sentence, row, 0.0, {"cosine": 1.0})
    return None
