"""What a question names and the corpus does not hold: a clause beyond an excerpt, a document that is only cited,
"the notice" where there are several.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.index import Index
from ingest.keywords import KeywordIndex
from ingest.lexicon.query import exact
from ingest.lexicon.terms import fold, is_content, terms
from service import naming
from service.query import Query
from service.scope import Scope, all_masses

if TYPE_CHECKING:
    from ingest.references.places import Place

# By so many nats of idf must the name of a cited document fit a question better than the card of any held one, and
# this share of the name must stand in the question.
_FITS_BETTER = 1.5
_NAME_SHARE = 0.35
# And the name must be this share of what the question says: 管理办法 among other words names no document.
_QUESTION_SHARE = 0.33
_ALIKE = 0.5  # of the fit of the best name; in the other language a name fits less
_CITED_NAMES = 5000  # looked at, at most
# Without anything like this in it a question names no clause of a document.
_MAY_NAME_CLAUSE = re.compile(
    r"第\s*[\d一二三四五六七八九十百千]+\s*(?:编|章|节|条|款|项|部分|点)"
    r"|\b(?:clause|article|section|part|chapter|paragraph|item|point)\s+\(?(?:\d|[IVX]+\b|one|two|three|four|five|six|seven"
    r"|eight|nine|ten)",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"(?<!\d)(\d{1,5}) ?号|\bno\.? ?(\d{1,5})\b", re.IGNORECASE)
_MAY_NAME_DOCUMENT = re.compile(
    r"意见|通知|办法|条例|规定|方案|计划|规则|指南|标准|公告|要点|规范|[^方办无没想]法(?:的|规定|要求|里|中|对|第)|《|号"
    r"|\b(?:opinions?|notice|measures|regulations?|rules|provisions|plan|guidelines?|guide|standard|norms"
    r"|announcement|law|no\.)",
    re.IGNORECASE,
)
_NUMBER_IN_FULL = re.compile(
    r"[\[(〔] ?((?:19|20)\d\d) ?[\])〕] ?(?:第|no\.? ?)?(\d{1,5})(?: ?号|\b)"
    r"|\bno\.? ?(\d{1,5}) ?[\[(〔] ?((?:19|20)\d\d) ?[\])〕]",
    re.IGNORECASE,
)
_PASSAGES_LOOKED_AT = 50


@dataclass(frozen=True)
class MissingClause:
    """A place of a held document where its text has nothing."""

    document: int  # place in the catalogue
    place: "Place"  # where there may be a heading, with nothing below it


@dataclass(frozen=True)
class CitedOnly:
    """A document that clauses cite and that is not held."""

    name: str  # as cited, in normal form
    clause_id: str  # the first clause that cites it
    document: int  # of that clause
    words: np.ndarray  # float32 (words of the query,), how far the name accounts for each
    alike: tuple[str, ...]  # the names as cited that fit the question about as well, its own among them


def unknown_number(index: Index, question: str) -> bool:
    """Whether a question gives a document number in full that no document has and no text cites: 国发〔2017〕3号."""
    held = naming.held(index.versions)
    return any(
        not held.of_number(year, serial) and not _stands(index, year, serial)
        for year, serial in _numbers_in_full(question)
    )


def _numbers_in_full(text: str) -> list[tuple[str, str]]:
    """(year, serial number) of each."""
    found = _NUMBER_IN_FULL.finditer(fold(text))
    return [(match[1] or match[4], match[2] or match[3]) for match in found]


def _stands(index: Index, year: str, serial: str) -> bool:
    passages = np.unique(index.face_passage[index.passage_terms.holders((year, serial))])[:_PASSAGES_LOOKED_AT]
    texts = (index.store.passage(int(position)).text for position in passages)
    return any((year, serial) in _numbers_in_full(text) for text in texts)


def missing_clause(index: Index, query: Query, about: Scope) -> MissingClause | None:
    """The clause that the question names, if the document it speaks of has none of that number."""
    found = _clause_named(index, query, about)
    if found is None or found[2]:
        return None
    document, place, _ = found
    return MissingClause(document, tuple(replace(step, unit="条") if step.unit == "*" else step for step in place))


def clause_of_named(index: Index, query: Query, about: Scope) -> list[str]:
    """The clause_ids of what the question names by its number in the document it speaks of; [] where there is none."""
    found = _clause_named(index, query, about)
    return found[2] if found else []


def _clause_named(index: Index, query: Query, about: Scope):
    """(document, place, clause_ids there that have text), None where the question names no clause of a document that
    is held."""
    if not _MAY_NAME_CLAUSE.search(query.text):
        return None
    from ingest.references.links import resolve_place
    from ingest.references.names import Names
    from service.lookup_query import understand_reference

    asked = understand_reference(query.text, Names({}))
    document = _document_named(index, query, about, str(asked.number or ""))
    if not asked.place or document is None:
        return None
    rows, whole = resolve_place(index.references.find, document, asked.place, query.language)
    if not whole:
        rows, whole = resolve_place(index.references.find, document, asked.place)
    ids = [index.references.clause_id(row.clause) for row in rows] if whole else []
    return document, asked.place, [clause_id for clause_id in ids if _has_text(index, clause_id)]


def _document_named(index: Index, query: Query, about: Scope, number: str) -> int | None:
    """The document of that number, the only one of the serial (45号文), or the one that is plainly named."""
    from service.lookup import lookup

    if number:
        found = lookup(index, number).documents
        return next((at for at, held in enumerate(index.catalogue) if found and held is found[0]), None)
    serials = {int(one or other) for one, other in _SERIAL.findall(fold(query.text))}
    numbered = [at for at, held in index.references.numbers().items() if held.serial in serials]
    if len(numbered) == 1:
        return numbered[0]
    return next(iter(about.named()), None)


def _has_text(index: Index, clause_id: str) -> bool:
    positions = [*index.store.passages_of(clause_id), *index.store.passages_below(clause_id)]
    return any(index.kind(position) == "text" for position in positions)


def cited_only(index: Index, query: Query) -> CitedOnly | None:
    """The document that the question names more fully than any held one, if the corpus only cites it."""
    if not _MAY_NAME_DOCUMENT.search(query.text):
        return None
    names, cited, weights = _cited(index.references, index.passage_terms)
    words = query.keywords.words
    if not names or not words:
        return None
    idf = np.array([index.passage_terms.idf(word) for word in words], np.float32)
    held = idf @ all_masses(index.document_terms, words)
    named = all_masses(cited, words)
    strength = idf @ named
    best = int(np.argmax(strength))
    if strength[best] < held.max(initial=0.0) + _FITS_BETTER or strength[best] < _NAME_SHARE * weights[best]:
        return None
    if strength[best] < _QUESTION_SHARE * idf.sum():
        return None
    alike = tuple(names[at][0] for at in np.flatnonzero(strength >= _ALIKE * strength[best]))
    return CitedOnly(*names[best], named[:, best], alike)


@lru_cache(maxsize=2)
def _cited(references, passage_terms: KeywordIndex):
    """((name, citing clause, its document), …), a keyword index of the names, and the idf that each name holds."""
    names = references.not_held(_CITED_NAMES)
    cards = [name for name, *_ in names]
    weights = [
        sum(passage_terms.idf(exact(term)) for term in {term for term in terms(card) if is_content(term)})
        for card in cards
    ]
    return names, KeywordIndex.build(cards), weights


_POINTS = (
    r"它|其|该|此|这|那|本|上述|前述|以上"
    r"|(?:通知|意见|文件|办法|方案|规定|条例|公告|文|函|政策|解读|复函|答复|计划|要点|实施方案|实施意见)"
)
_TELLS = (
    r"(?:发文)?字?文?号|编号|发布|印发|下发|出台|签发|颁布|公布|成文|发文|发|生效|施行|执行|实施|有效|开始|日期|时间|机关|部门|单位|落款|内容|主要"
    r"|什么时候|何时|啥时候|哪一?[年月日天]|几[月号日年]|什么|多少|哪个|哪些|哪里|谁|怎么|是|的|由|在|从|到|为|于|起|份|个|项|吗|呢|了|请问|讲|说|关于|文"
)
_EMPTY_ZH = re.compile(rf"(?:{_POINTS}|{_TELLS}|[\s，。？?！!、,.“”\"'《》])+")
_EMPTY_EN = re.compile(
    r"(?:\b(?:it|its|they|this|that|these|those|the|a|an|such|said|notice|document|documents|opinions?|letter|reply|plan"
    r"|measures|circular|announcement|policy|regulations?|rules?|text|paper|file|when|what|which|who|whom|how|where|is|was|are"
    r"|were|be|been|being|do|does|did|has|have|will|by|of|on|in|at|to|for|from|into|with|issued?|released?|published?"
    r"|signed|sent|printed|dated?|adopted|take|takes|took|taking|come|comes|came|effect|effective|force|start|starts|begin"
    r"|valid|apply|applies|number|reference|day|year|month|time|issuer|issuing|body|say|says|about|contain|contains|please"
    r"|tell|me|and|or|still)\b|[\s,.?!'\"“”-])+",
    re.IGNORECASE,
)
_ZH_KIND = re.compile("通知|意见|办法|方案|规定|条例|公告|函|解读|答复|计划|要点")
_EN_KIND = re.compile(
    r"\b(notice|opinions?|letter|reply|plan|measures|circular|announcement|regulations?|rules?)\b", re.IGNORECASE
)


def may_name_nothing(question: str) -> bool:
    """Whether a question is made of words that any document may be asked with: "when was it issued?"."""
    folded = fold(question).strip()
    return bool(_EMPTY_ZH.fullmatch(folded) or _EMPTY_EN.fullmatch(folded))


def names_nothing(question: str, titles: Sequence[str]) -> bool:
    """Whether a question asks of "the notice" or of "it", and several of the documents may be meant.

    ``titles``: of the documents that may be meant, each in all its languages; what the only one is called is clear.
    """
    if len(titles) < 2 or not may_name_nothing(question):
        return False
    folded = fold(question).strip()
    kinds = [_ZH_KIND.findall(folded), [kind.lower().rstrip("s") for kind in _EN_KIND.findall(folded)]]
    wanted = {kind for found in kinds for kind in found}
    return not wanted or sum(any(kind in title.lower() for kind in wanted) for title in titles) != 1
