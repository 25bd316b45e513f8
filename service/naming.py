"""What names a document in a question: the body that issued it, and the kind of text it is."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from ingest.document import QUOTED_TITLE, Document
from ingest.lexicon.terms import fold, is_chinese, terms
from ingest.versions import Versions
from service.places import Place, places_in

# Kinds of official texts (文种), as they are written in titles; an English one by its stem.
_GENRES = frozenset(
    "通知 公告 通报 通告 意见 决定 决议 批复 复函 答复 回复 函 办法 规定 条例 细则 方案 要点 解读 规划 计划 纲要 指南"
    " notic announc circular opinion decis repli letter respons measur provis regul rule plan prioriti interpret outlin"
    " guidelin".split()
)
_TEXTS = "letter|reply|notice|opinions?|priorities|key points|plan"
_NUMBER = re.compile(
    r"(\d+) ?号|\bno\.? ?(\d+)|\b(?:notice|document|letter|reply|proposal) (\d+)\b"
    rf"|\b((?:19|20)\d\d)年?(?:的|\w{{0,4}})?(?: ?(?:{_TEXTS})|复函|答复|通知|要点|意见|方案)",
    re.IGNORECASE,
)


# A document number in full: 国发〔2018〕3号, [2018] No. 45.
_IN_FULL = re.compile(
    r"(?:[\u4e00-\u9fff]{1,6})?[\[(〔]? ?((?:19|20)\d\d) ?[\])〕]? ?(?:第|no\.? ?)?(\d{1,5})(?: ?号|\b)"
    r"|\bno\.? ?(\d{1,5}) ?[\[(〔] ?((?:19|20)\d\d) ?[\])〕]",
    re.IGNORECASE,
)


# What people call a body beside its names, and the body; MUNICIPAL for that of a city.
MUNICIPAL = "市"
_PAPER = "papers?|documents?|guidance|opinions?|texts?"
_SPOKEN = (
    (
        re.compile(
            r"国家(?=[那这]份|的?(?:文件|意见|口径)|层面)|中央(?=[那这]份|的?(?:文件|意见)|层面)"
            r"|北京(?=[那这]份|的?(?:文件|意见))"
            rf"|\b(?:nation|country|central government|beijing)(?:'s)?(?= (?:{_PAPER})\b)"
            rf"|\b(?:central|national) (?=(?:{_PAPER})\b)",
            re.IGNORECASE,
        ),
        "国务院",
    ),
    (
        re.compile(r"\b(?:national |market )regulator\b|\bregulator(?='s (?:answer|reply|letter)\b)", re.IGNORECASE),
        "市场监管总局",
    ),
    (
        re.compile(
            r"地方(?=[那这]份|的?(?:方案|文件|计划|解读))|市里(?=[那这]份|的?(?:方案|文件|计划))"
            r"|\b(?:city|municipal|local)(?:'s)?(?: own)? (?=(?:plan|papers?|documents?)\b)",
            re.IGNORECASE,
        ),
        MUNICIPAL,
    ),
)
# Beside a city, the country is another body: "how much time does the country give itself, and how much the city?"
_BESIDE_A_CITY = re.compile(
    r"国家(?=给自己|定的|[和与跟](?!地区|国际|社会|企业|人民))|北京(?=[和与跟])"
    r"|\b(?:the )?(?:nation|country)(?:'s)?(?= (?:and|or|vs|gives?|goals?|views?|policy)\b)"
    r"|\bbeijing(?= (?:and|or|vs)\b)",
    re.IGNORECASE,
)
_CITY = re.compile(r"\bthe city\b|那?[个座]市的", re.IGNORECASE)


def is_genre(word: str) -> bool:
    """Whether a word is a kind of official text."""
    return word in _GENRES


@lru_cache(maxsize=1024)
def bodies(question: str) -> tuple[tuple[str, str], ...]:
    """(name as written, body) of the issuing bodies that a question names."""
    from ingest.references.organs import organs_in
    from ingest.references.text import same_length_fold

    folded = same_length_fold(question)
    official = tuple((folded[start:end], body) for start, end, body in organs_in(folded))
    spoken = [(found[0].strip(), body) for said, body in _SPOKEN for found in said.finditer(folded)]
    beside = _BESIDE_A_CITY.search(folded)
    if beside and (_CITY.search(folded) or any(_is_city(place) for place in places_in(folded))):
        spoken += [(beside[0].strip(), "国务院"), *((found[0], MUNICIPAL) for found in _CITY.finditer(folded))]
    return official + tuple(spoken)


def _is_city(place: Place) -> bool:
    return place.chinese != place.province


@lru_cache(maxsize=1024)
def numbers(question: str) -> frozenset[str]:
    """The figures that a question gives as the number or the year of a document: 45号文, No. 45, the 2020 letter."""
    return frozenset(number for match in _NUMBER.finditer(fold(question)) for number in match.groups() if number)


def inside(word: str, named: Sequence[tuple[str, object]]) -> bool:
    """Whether a word of the question is part of a body's name or of a document's number in it."""
    for name, _ in named:
        if is_chinese(word):
            if word in fold(name):
                return True
        elif set(word.split()) <= set(terms(name)):
            return True
    return False


class Held:
    """What names the documents of one catalogue: the bodies that issued them and their numbers."""

    def __init__(self, documents: Sequence[Document]):
        self._count = len(documents)
        self._names = [f"{document.title} {document.issuer or ''}" for document in documents]
        self._issued: dict[str, list[int]] = defaultdict(list)  # by body, places in the catalogue
        self._in_part: dict[str, list[int]] = defaultdict(list)
        for at, document in enumerate(documents):
            issuer, others = _issuers(document.issuer or "", document.title)
            if issuer:
                self._issued[issuer].append(at)
            for body in others:
                self._in_part[body].append(at)
        self._numbered: dict[frozenset[str], list[int]] = defaultdict(list)  # by the figures of the number
        for at, document in enumerate(documents):
            self._numbered[frozenset(re.findall(r"\d+", document.document_number or ""))].append(at)

    def issued_by(self, named: tuple[tuple[str, str], ...]) -> np.ndarray:
        """1 for each document that one of the bodies issued, ½ if a part of it did or its title begins with the body:
        float32 (documents,)."""
        found = np.zeros(self._count, np.float32)
        for places_of, worth in ((self._in_part, 0.5), (self._issued, 1.0)):
            for _, body in named:
                found[self._municipal if body == MUNICIPAL else places_of.get(body, [])] = worth
        return found

    @cached_property
    def _municipal(self) -> list[int]:
        """Places in the catalogue of what cities issued; few questions ask for them."""
        return [at for at, name in enumerate(self._names) if any(map(_is_city, places_in(name)))]

    def numbered(self, question: str) -> list[tuple[str, int]]:
        """The document numbers in full that a question gives, as written and folded, and the places in the catalogue of
        the documents that have them."""
        given = _IN_FULL.finditer(fold(question))
        asked = [(match[0], match[1] or match[4], match[2] or match[3]) for match in given]
        return [(text, at) for text, year, serial in asked for at in self.of_number(year, serial)]

    def of_number(self, year: str, serial: str) -> list[int]:
        """Places in the catalogue of the documents whose number has these figures and no others."""
        return self._numbered.get(frozenset((year, serial)), [])


@lru_cache(maxsize=4)
def held(versions: Versions) -> Held:
    """What names the documents of an index, told once by its ``versions``."""
    return Held(versions.documents)


def _issuers(issuer: str, title: str) -> tuple[str | None, frozenset[str]]:
    from ingest.references.organs import organ_named

    own = organ_named(issuer) if issuer else None
    named = bodies(issuer) + bodies(QUOTED_TITLE.sub(" ", title))
    return own, frozenset(body for _, body in named)
