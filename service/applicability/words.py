"""A description in free words → what it says of an enterprise: activities, place, size and the other facts.

Words of the register and the glossary are looked for, the longest first; a word that nobody knows may be one of them
misspelt; and where no activity is found, the encoder compares what is said with all of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.lexicon.terms import CJK, is_content, stem
from ingest.register import (
    ACTIVITY,
    CONFORMITY,
    FARMING,
    OTHER_GOODS,
    OTHER_SERVICE,
    SCHEME,
    SERVICE,
    Activity,
    Fact,
    Register,
)
from service.applicability.forms import Forms, Found, Token, folded, tokens_of
from service.applicability.rules import Rules

# From this cosine on a part of a description means an activity of which it has no word; five times in six it does
# (python -m eval.applicability --calibrate).
MEANS = 0.6
# Between two words that are read as one expression: the last is what is made, those before say of what kind.
_JOINS = re.compile(r"[ -]?|的")
_FOR = re.compile(
    r"(?:给|为|向|供给|卖给)(?:(?![做写办配]|生产|提供|开发|制作|加工|代工)[^，。,;；]){0,6}$"
    r"|\b(?:for|to)(?: \w+){0,2} $"
)
_NOT = re.compile(
    r"(?:不再?|没有?|从不)(?:生产|做|卖|经营|销售|种|养|提供|涉及|搞)[^，。,;；]{0,2}$"
    r"|\b(?:not|never|no longer|dont|doesnt)(?: (?:make|sell|produce|do|grow|run|offer|any|a|the))* $"
)
# Who asks whether a thing is so, or supposes it, does not say that it is.
_UNCERTAIN = re.compile(
    r"[吗嘛么?？]|是否|是不是|在不在|属不属于|算不算|有没有|会不会|要不要|能不能|需不需要|不知道|不清楚|不确定|没查|如果|要是|假如|假设|万一"
    r"|可能|也许|好像|大概|应该|估计|听说|据说|曾|以前|原来|过去|即将|将要|快要"
    r"|\b(?:if|whether|maybe|perhaps|probably|possibly|might|could|should|unsure|not sure|dont know|think|unclear"
    r"|used to|formerly|previously|was|were|will|soon|suppose|apparently|wonder\w*)\b"
    r"|^\W*(?:is|are|do|does|was|were|can|will|would)\b"
)
_DENIED = re.compile(
    r"(?:不(?!锈|干胶)|没|未|非|无(?!人|线|刷))[^，]{0,3}$|\b(?:not|never|none|neither|nor|no|isnt|arent|without|cannot|hardly)\b"
)
# Whoever says this has an enterprise, or asks about certification: the question is then what the enterprise does.
_ENTERPRISE = re.compile(
    r"公司|企业|厂|我们|我司|本司|单位|店|作坊|合作社|机构|老板|认证|证书|3c|ccc|标志|检测"
    r"|\b(?:we|our|us|company|firm|business|enterprise|factory|plant|workshop|manufacturer|supplier|certif\w*|start-up)\b"
)
CERTIFIES = re.compile(r"认证|3c\b|3c(?=[^a-z])|ccc|体系|资质|评审|标志|\bcertif\w*|\baccredit\w*|\bstandards?\b")
_MAKES = re.compile(
    rf"(?:生产|制造|加工|专做|主营|销售|批发|出售|经销|[做卖])(?!什么|哪|啥|认证|强制|3c|ccc|体系|不做|些|个|一下|过|这|生意|企业|厂|线)"
    rf"[{CJK}a-z0-9]|[{CJK}]{{2,}}(?:加工厂|制品厂|制造商|生产商|供应商)"
    r"|\b(?:makes?|making|manufactur(?:e|es|ing|er of)|produc(?:e|es|ing|er of)|makers? of|suppliers? of|sells?|selling"
    r"|fabricat\w+|assembl\w+) (?!business|sure|it\b|any|certif|money)\w"
    r"|\b\w+ (?:makers?|manufacturers?|producers?|suppliers?|vendors?)\b"
)
_GROWS = re.compile(
    rf"(?<![这那每各几多一两三品物])种(?![类种植])[{CJK}]|养(?![老生护成])[{CJK}]|\bgrow(?:s|ing|ers? of)? \w"
)
_SERVES = re.compile(
    r"提供[^，。]{0,12}服务|\b(?:provid\w+|offer\w*) \w[\w ]{0,30}services?\b"
    r"|\bwe (?:clean|teach|design|deliver|train|transport|manage|organi[sz]e|treat|guide|audit|look after|care for)\b"
)
# A question that says nothing of an enterprise is none of somebody who describes one.
_QUESTION = re.compile(
    r"[?？吗嘛呢]|怎么|如何|为什么|什么|多少|哪|\b(?:what|how|why|when|where|who|which|will|can|could|is|are|do|does)\b"
)
_MARKS = re.compile(r"[，。；！？,;!?\n]|\.(?!\w)")
_PARTS = re.compile(r"[，。；、！？,.;!?()（）]| and |和|以及")


@dataclass(frozen=True)
class Recognised:
    """A value of a fact, the words that tell it, and how: "words", "spelling", "meaning", "form" or "given"."""

    fact: str
    value: str
    words: str
    how: str


class Vocabulary:
    """The words of a register, ready to be looked for. Nothing changes after it is made but a cache of spellings."""

    def __init__(self, register: Register, vectors: np.ndarray, encoder, lexicon=None):
        self.register = register
        self.encoder = encoder
        self.lexicon = lexicon
        self.vectors = vectors
        self.rules = Rules(register)
        self.phrases = register.phrases()
        # Whoever asks "which certification do we need?" would else be nearest to a certification body.
        self._comparable = np.array([not CERTIFIES.search(folded(words)) for _, _, words in self.phrases], bool)
        self.forms: dict[str, Forms] = {SCHEME: Forms(_scheme_forms(register))}
        subjects = [(words, f"{fact}:{value}") for fact, value, words in self.phrases]
        self.subjects = Forms(subjects)
        activities = list(register.of(Activity))
        self._stays = {f"{ACTIVITY}:{line.id}" for line in activities if line.stays}
        self._deals_in = {f"{ACTIVITY}:{line.id}" for line in activities if line.deals_in}
        self._done_to = {f"{ACTIVITY}:{line.id}" for line in activities if line.done_to}
        for fact in register.of(Fact):
            if fact.id != ACTIVITY:
                self.forms[fact.id] = Forms(
                    (words, value.id) for value in fact.values for words in (*value.words_zh, *value.words_en)
                )

    def recognise(self, description: str) -> list[Recognised]:
        """What a description says; at most one value of a fact but "activity", "matter" and "scheme"."""
        text = folded(description)
        tokens = tokens_of(text, description)
        found = [Recognised(kind, value, item.words, item.how) for kind, value, item in self._subjects(text, tokens)]
        for fact, forms in self.forms.items():
            matches = list(forms.find(text, tokens))
            if fact != SCHEME and self.register.facts[fact].stated:
                matches = [item for item in matches if not self._is_doubtful(text, item)]
            values = [(value, item) for item in matches for value in item.values]
            if fact != SCHEME and values:
                values = [self._most_specific(fact, values)]
            found += [Recognised(fact, value, item.words, item.how) for value, item in values]
        return list(dict.fromkeys(found))

    def _is_doubtful(self, text: str, item: Found) -> bool:
        """Whether what the words say is asked, supposed, past, or denied in other words than those of "no"."""
        part = _part_of(text, item)
        denied = "yes" in item.values and _DENIED.search(part[: part.index(item.words)])
        return bool(denied or _UNCERTAIN.search(part))

    def says(self, fact: str, text: str) -> str | None:
        """The value of one fact that an answer to its question tells: an id, a name or a word for it."""
        values = self.register.values(fact)
        told = folded(text).strip()
        for value in values.values():
            if told in (value.id, folded(value.name_zh), folded(value.name_en)):
                return value.id
        cleaned = folded(text)
        found = [
            (value, item) for item in self.forms[fact].find(cleaned, tokens_of(cleaned, text)) for value in item.values
        ]
        return self._most_specific(fact, found)[0] if found else None

    def is_enterprise(self, description: str) -> bool:
        """Whether somebody seems to describe an enterprise, or does not ask about anything else."""
        text = folded(description)
        return bool(_ENTERPRISE.search(text)) or not _QUESTION.search(text)

    def _most_specific(self, fact: str, values: Sequence[tuple[str, Found]]) -> tuple[str, Found]:
        """The first value, or a later one that is a part of it."""
        known = self.register.values(fact)
        best = values[0]
        for value, item in values[1:]:
            if best[0] in known[value].within:
                best = (value, item)
        return best

    def _subjects(self, text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, str, Found]]:
        """Activities and outside matters, by words, else misspelt, else by form and meaning."""
        matches = list(self.subjects.find(text, tokens))
        matches += self._misspelt(text, tokens, matches)
        matches = [item for item in matches if not _NOT.search(text[: item.start])]
        matches.sort(key=lambda item: item.start)
        kept = self._without_customers(text, self._heads(text, matches))
        if not kept:
            kept = self._by_meaning(text) or self._by_form(text)
        for item in kept:
            for value in item.values:
                kind, _, name = value.partition(":")
                yield kind, name, item

    def _heads(self, text: str, matches: Sequence[Found]) -> list[Found]:
        """Of expressions that stand together only the last: 食品包装 is packaging; a hospital app is an app."""
        kept: list[Found] = []
        for item in matches:
            before = kept[-1] if kept else None
            joined = before and before.end <= item.start and _JOINS.fullmatch(text[before.end : item.start])
            stays = before and self._is_service(item) and any(value in self._stays for value in before.values)
            stays = stays or any(value in self._deals_in for value in item.values)
            if joined and any(value in self._done_to for value in before.values):
                continue
            if joined and not stays:
                kept[-1] = item
            elif not before or item.start >= before.end:
                kept.append(item)
        return kept

    def _without_customers(self, text: str, matches: list[Found]) -> list[Found]:
        """Without those for whom something is done: services, and whoever a service is for."""
        customers = [item for item in matches if _FOR.search(text[: item.start])]
        doers = [item for item in matches if item not in customers and self._activities(item)]
        if not doers:
            return matches
        only_services = all(map(self._is_service, doers))
        return [item for item in matches if item not in customers or not (only_services or self._is_service(item))]

    def _is_service(self, item: Found) -> bool:
        values = self.register.values(ACTIVITY)
        return any({SERVICE, CONFORMITY} & set(values[name].within) for name in self._activities(item))

    def _activities(self, item: Found) -> list[str]:
        return [value.partition(":")[2] for value in item.values if value.startswith(f"{ACTIVITY}:")]

    def _misspelt(self, text: str, tokens: Sequence[Token], matches: Sequence[Found]) -> list[Found]:
        taken = [(item.start, item.end) for item in matches]
        free = [token for token in tokens if not any(start <= token.start < end for start, end in taken)]
        found = [self.subjects.near_latin(token) for token in free if not self._is_a_word(token.text)]
        return [item for item in (*found, *self.subjects.near_chinese(text, taken)) if item]

    def _is_a_word(self, word: str) -> bool:
        return self.lexicon is not None and bool(self.lexicon.translations(stem(word)))

    def _by_form(self, text: str) -> list[Found]:
        """Crops, goods or services of no known kind, by what is said to be done with them."""
        for pattern, value in ((_GROWS, FARMING), (_MAKES, OTHER_GOODS), (_SERVES, OTHER_SERVICE)):
            if (found := pattern.search(text)) and value in self.register.values(ACTIVITY):
                return [Found(found.start(), found.end(), found.group(), (f"{ACTIVITY}:{value}",), "form")]
        return []

    def _by_meaning(self, text: str) -> list[Found]:
        """The activity or matter nearest to a part of the description, if it is near enough."""
        cosine, part, (fact, value, _) = self.nearest(text, self._comparable)
        if cosine < MEANS:
            return []
        at = text.index(part)
        return [Found(at, at + len(part), part.strip(), (f"{fact}:{value}",), "meaning")]

    def nearest(self, text: str, rows: np.ndarray | None = None) -> tuple[float, str, tuple[str, str, str]]:
        """(cosine, part of the text, phrase) of the part and phrase that are nearest; ``rows``: bool (phrases,), those
        to be compared. A cosine of 0 where nothing can be."""
        parts = [part for part in _PARTS.split(text) if any(map(is_content, part.split()))]
        if not parts or not len(self.vectors):
            return 0.0, "", ("", "", "")
        cosines = self.encoder.encode(parts, kind="query") @ self.vectors.T
        if rows is not None:
            cosines[:, ~rows] = -1
        part, row = np.unravel_index(int(cosines.argmax()), cosines.shape)
        return float(cosines[part, row]), parts[part], self.phrases[row]


def _part_of(text: str, item: Found) -> str:
    """The part between punctuation marks that words stand in, with the mark that ends it."""
    start = max((found.end() for found in _MARKS.finditer(text, 0, item.start)), default=0)
    end = _MARKS.search(text, item.end)
    return text[start : end.end() if end else len(text)]


def _scheme_forms(register: Register) -> Iterator[tuple[str, str]]:
    for scheme in register.schemes:
        for words in (scheme.name_zh, scheme.name_en, *scheme.aliases_zh, *scheme.aliases_en):
            yield words, scheme.id
