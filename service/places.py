"""Places that a question names and that the documents it is answered from do not: 杭州 where they speak of 宁波."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.index import Index
from ingest.lexicon.query import index_terms
from ingest.lexicon.terms import fold, stem

_TABLE = Path(__file__).parent / "places.txt"
# A capital that wants or says something is the government there.
_GOVERNMENT = re.compile(
    r"\b(?:beijing|brussels|washington)\b(?= (?:wants?|says?|said|plans?|expects?|asks?|hopes?|requires?|intends?)\b)"
    r"|\b(?:beijing|brussels|washington)['’]s (?=(?:papers?|documents?|opinions?|policy|goals?|answer|reply|view)\b)"
    r"|(?<!\bin )(?<!\bat )(?<!\bfrom )\b(?:beijing|brussels|washington)\b(?= (?:or|and|versus|vs) )"
    r"|北京(?=的?(?:答复|文件|意见|说法|态度)|那[份边])"
    r"|(?<=\bdoes )(?:beijing|brussels|washington)\b|(?<=\bdid )(?:beijing|brussels|washington)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    chinese: str
    english: str
    province: str  # Chinese name of the province it belongs to; its own for a province or a country


@lru_cache(maxsize=1)
def known_places() -> tuple[Place, ...]:
    """The places of places.txt, which says how it is to be read."""
    places = []
    for line in _TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, cities = line.partition(":")
            variants = [part.split() for part in head.split(",")]
            places += [Place(zh, en.replace("_", " "), variants[0][0]) for zh, en in variants]
            pairs = (part.split() for part in cities.split(",") if part.strip())
            places += [Place(zh, en, variants[0][0]) for zh, en in pairs]
    return tuple(places)


@lru_cache(maxsize=4096)
def places_in(text: str) -> tuple[Place, ...]:
    """The places that a text names, each once, in the table's order."""
    folded = _GOVERNMENT.sub(" ", fold(text))
    chinese, english, short, by_name = _names()
    named = {*chinese.findall(folded), *short.findall(folded), *map(str.lower, english.findall(folded))}
    found = {place for name in named for place in by_name.get(name, ())}
    return tuple(sorted(found, key=known_places().index)) if found else ()


def unheld_places(index: Index, text: str, documents: Iterable[int]) -> list[Place]:
    """The places a text names, if neither the documents nor the name of any held document carries one of them.

    A province is carried too where one of its cities is.
    """
    named = list(places_in(text))
    documents = set(documents)
    if not named or any(_carried(index, place, documents) for place in named):
        return []
    provinces = {place.province for place in named if place.chinese == place.province}
    below = [place for place in known_places() if place.province in provinces and place.chinese not in provinces]
    if any(_carried(index, place, documents) for place in below):
        return []
    return named


def _carried(index: Index, place: Place, documents: set[int]) -> bool:
    chinese = index_terms(place.chinese.removesuffix("市"))
    english = tuple(stem(word) for word in re.findall(r"[a-z]+", fold(place.english).lower()))
    for alternative in filter(None, (chinese, english)):
        held = index.passage_terms.holders(alternative)
        if documents.intersection(index.passage_document[index.face_passage[held]].tolist()):
            return True
        if len(index.document_terms.holders(alternative)):
            return True
    return False


@lru_cache(maxsize=1)
def _names() -> tuple[re.Pattern, re.Pattern, re.Pattern, dict[str, list[Place]]]:
    """Patterns for Chinese names, English ones and abbreviations, and the places by name as they find it.

    An abbreviation is one only in capitals: "us" and "eu" are not.
    """
    by_name: dict[str, list[Place]] = {}
    written: dict[str, set[str]] = {"chinese": set(), "english": set(), "short": set()}
    for place in known_places():
        short = place.english.replace(".", "").isupper()
        english = place.english if short else fold(place.english).lower()
        written["chinese"].add(place.chinese)
        written["short" if short else "english"].add(english)
        for name in (place.chinese, english):
            by_name.setdefault(name, []).append(place)
    longest = {
        kind: "|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))
        for kind, names in written.items()
    }
    return (
        re.compile(longest["chinese"]),
        re.compile(rf"\b(?:{longest['english']})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{longest['short']})(?!\w)"),
        by_name,
    )
