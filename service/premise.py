"""What a question takes for granted, and whether the evidence says so: "why was certification abolished?"

Only what can be read from the form of both sides is decided: a verb that ends, forbids, lifts or lessens something, a
figure, the order of "A first and B second". Of all else nothing is said here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.keywords import QueryTerm
from ingest.lexicon.terms import fold, terms
from service.evidence import Evidence
from service.query import Query

_WHY = re.compile(
    r"(?<![称成作视叫名认定变])为(?:什么|啥|嘛|何(?!\s*(?:[?。,;]|$)))|(?<![^是,。;?!\s])为何|(?:原因|理由|缘故|目的|用意)(?:是|又)?为何|(?:出于|基于)(?:什么|何种|哪些)|(?:什么|啥)(?:原因|理由|缘故)|何以|怎么(?:就|会|反而)|(?:原因|理由)是"
    r"|(?<!\babout )\bwhy\b|\bhow come\b"
    r"|\b(?:reasons?|grounds|rationale|justif\w+|motiv\w+) (?:for|behind|to|of|why|did|was|were|is)\b"
    r"|\bwhat (?:made|led|prompted|caused|drove|persuaded)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Turn:
    """Verbs that turn against something, and those that say the opposite of it."""

    verbs: re.Pattern
    opposite: re.Pattern


def _turn(verbs: str, opposite: str) -> _Turn:
    return _Turn(re.compile(verbs, re.IGNORECASE), re.compile(opposite, re.IGNORECASE))


_FURTHER = (
    r"推[进动行广]|加强|强化|实施|开展|完善|建[立设]|鼓励|发展|扩大|提[升高]|坚持|健全|创新|支持|落实"
    r"|\b(?:promot|strengthen|implement|improv|establish|encourag|develop|expand|advanc|carry|carri|adopt|uphold|adher|support"
    r"|enhanc|build|construct|introduc|appl|facilitat|foster)\w*"
)
_TURNS = (
    _turn(
        r"取消|废[除止弃]|撤[销回]|终止|停[止办用]|叫停|中止|砍掉|放弃"
        r"|\b(?:abolish|cancel|scrap|abandon|terminat|discontinu|repeal|eliminat|withdr[ae]w|dropp|axed)\w*"
        r"|\bgot? rid of\b"
        r"|\b(?:stop(?:s|ped|ping)?|(?<!-)end(?:s|ed|ing)|to end|drop|phase[sd]? out|remov\w+|do away with)\b",
        _FURTHER,
    ),
    _turn(
        r"禁止|严禁|不准|不许|不让|不允许|\b(?:ban(?:s|ned|ning)?|prohibit\w*|forbid\w*|forbade|disallow\w*|outlaw\w*)\b"
        r"|\bnot (?:be )?(?:allow|permit)\w*",
        r"鼓励|支持|允许|可以|引入|引进|引导|开放|推[进动行广]"
        r"|\b(?:encourag|support|allow|permit|welcom|introduc|promot|guid|attract)\w*|\bmay\b",
    ),
    _turn(
        r"免除|免征|免于|豁免|免掉|无需|不需要|不必|不用|\b(?:exempt|waiv)\w*|\b(?:no longer|not) (?:need|requir)\w*",
        r"必须|应当|强制|严格|须|\b(?:shall|must|compulsory|mandatory|strictly|require[sd]?)\b",
    ),
    _turn(
        r"减少|降低|削弱|放松|放宽|缩减|压缩|下调|弱化|推迟"
        r"|\b(?:reduc|lower|weaken|relax|loosen|shrink|shrank|downgrad|diminish|postpon|slash)\w*|\bcut(?:s|ting)?\b|\beas(?:e|ed|ing)\b",
        r"提[高升]|加强|强化|增[强加]|严格|扩大|加快"
        r"|\b(?:increas|rais|strengthen|tighten|enhanc|improv|intensif|expand|accelerat|reinforc)\w*",
    ),
    _turn(
        r"允许|准许|可以|有权|授权|\b(?:allow|permit|entitl|authori[sz])\w*|\bmay\b|\bgiven the right\b|\bfree to\b",
        r"不得|禁止|严禁|不准|不允许|未经.{0,12}不"
        r"|\b(?:shall|must|may|can|should) not\b|\bcannot\b|\b(?:prohibit|forbid|bann)\w*",
    ),
    _turn(
        r"必须|强制|强迫|一律|应当|\b(?:must|shall|forc|oblig|requir|compel|compuls|mandat)\w*",
        r"鼓励|自愿|倡导|\b(?:encourag\w*|voluntar\w*)",
    ),
    _turn(
        r"反对|拒绝|否决|驳回|不同意|\b(?:reject|refus|oppos|den(?:y|ied|ies)|veto)\w*",
        r"支持|采纳|赞同|同意|鼓励|感谢|\b(?:support|adopt|accept|agree|approv|encourag|welcom|thank)\w*",
    ),
)
# Characters before and behind a verb in which what it acts on stands, by language.
_REACH = {"zh": (10, 16), "en": (50, 60)}
_ACTS_ON = 0.34  # share of the weight of the question's other words that must stand there
_LIKELY = 0.03  # translations less likely than this do not count
_LOOKED_AT = 12  # sentences

_PRIMARY = re.compile(
    r"以?(?P<first>[\u4e00-\u9fff]{2,8}?)为主[、,，]?(?:以)?(?P<second>[\u4e00-\u9fff]{2,8}?)为辅"
    r"|\b(?:mainly|primarily|chiefly|principally) (?P<en_first>\w+)[\w ]{0,40}?"
    r"\b(?:supplemented by|and only secondarily|with) (?P<en_second>\w+)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)(?![\d.])[ -]?([\u4e00-\u9fff]{1,4}|[a-z]+(?: [a-z]+)?)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Premise:
    """``holds`` is False where the evidence lacks what is taken for granted; ``against`` says the opposite of it."""

    holds: bool
    against: Evidence | None = None


_NOTHING = Premise(True)


def asks_why(question: str) -> bool:
    return bool(_WHY.search(fold(question)))


def premise(query: Query, weight: np.ndarray, ranked: Sequence[Evidence]) -> Premise:
    """Whether the best sentences say what the question takes for granted.

    ``weight``: float32 (words of the query,), that of each content word beside the name of the document meant.
    """
    ranked = ranked[:_LOOKED_AT]
    question = fold(query.text)
    if (swapped := _swapped(question, ranked)) is not None:
        return Premise(False, swapped)
    if not (why := _WHY.search(question)):
        return _NOTHING
    for turn in _TURNS:
        found = turn.verbs.search(question)
        if found:
            words = [(word, float(w)) for word, w in zip(query.keywords.words, weight, strict=True)]
            own = set(terms(found.group())) | set(terms(why.group()))
            others = [(word, w) for word, w in words if w > 0 and not own.issuperset(terms(word.text))]
            if any(_acts(turn.verbs, item, others) for item in ranked):
                return _NOTHING
            return Premise(False, next((item for item in ranked if _acts(turn.opposite, item, others)), None))
    return _NOTHING


def _acts(verbs: re.Pattern, item: Evidence, others: Sequence[tuple[QueryTerm, float]]) -> bool:
    """Whether one of the verbs stands in the sentence near enough to what the question's other words are about."""
    text = fold(item.sentence.text)
    before, behind = _REACH[item.passage.language]
    total = sum(weight for _, weight in others)
    for found in verbs.finditer(text):
        near = set(terms(text[max(0, found.start() - before) : found.end() + behind]))
        carried = sum(weight * _mass(word, near) for word, weight in others)
        if carried >= _ACTS_ON * total:
            return True
    return False


def _mass(word: QueryTerm, near: set[str]) -> float:
    """1 where a word stands there itself or by its likeliest translation, less for unlikelier ones, 0 for neither."""
    (itself, _), *translations = word.alternatives
    if near.issuperset(itself):
        return 1.0
    likely = [(alternative, p) for alternative, p in translations if p >= _LIKELY]
    found = sum(p for alternative, p in likely if near.issuperset(alternative))
    return min(1.0, found / max(p for _, p in likely)) if likely else 0.0


def _swapped(question: str, ranked: Sequence[Evidence]) -> Evidence | None:
    """The sentence that puts first what the question puts second."""
    asked = _pair(question)
    for item in ranked if asked else ():
        said = _pair(fold(item.sentence.text))
        if said and _alike(asked[0], said[1]) and _alike(asked[1], said[0]):
            return item
    return None


def _pair(text: str) -> tuple[str, str] | None:
    found = _PRIMARY.search(text)
    if not found:
        return None
    groups = found.groupdict()
    return groups["first"] or groups["en_first"].lower(), groups["second"] or groups["en_second"].lower()


def _alike(one: str, other: str) -> bool:
    return one in other or other in one or len(set(terms(one)) & set(terms(other))) > 0


def other_figure(query: Query, unmet: Sequence[str], chosen: Sequence[Evidence]) -> Evidence | None:
    """The sentence that gives another figure for what a figure of the question counts: 18 key tasks, not 25.

    ``unmet``: the figures of the question that the evidence does not carry.
    """
    counted = [(number, noun) for number, noun in _figures(query.text) if number in unmet and noun]
    for number, noun in counted:
        for item in chosen:
            for other, its_noun in _figures(item.sentence.text):
                if other != number and its_noun and _same_noun(query, noun, its_noun):
                    return item
    return None


def _figures(text: str) -> list[tuple[str, str]]:
    return [(number.replace(",", ""), (noun or "").strip().lower()) for number, noun in _FIGURE.findall(fold(text))]


def _same_noun(query: Query, asked: str, said: str) -> bool:
    """Whether what is counted is the same, in the same language or by translation of a word of the question."""
    asked_terms, said_terms = set(terms(asked)), set(terms(said))
    if asked_terms & said_terms:
        return True
    return any(
        asked_terms.issuperset(terms(word.text)) and _mass(word, said_terms) > 0.3 for word in query.keywords.words
    )
