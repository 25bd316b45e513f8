"""A question as keyword search sees it: its own terms, and its content words through their translations."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from ingest.lexicon.table import Lexicon
from ingest.lexicon.terms import CHINESE_RUN, bigrams, fold, is_chinese, is_content, terms

ANY, ZH, EN = 0, 1, 2  # language of a passage, and the passages a query term is looked for in

Alternatives = tuple[tuple[tuple[str, ...], float], ...]  # (index terms that occur together, probability)

# Single characters beside bigrams: nDCG@10 +.3 points on the training halves of cmrc2018 and drcd.
PIECE_WEIGHT = 0.3
# Of a glossary phrase, whose words count already.
PHRASE_WEIGHT = 0.4
# A word that is not Chinese may stand in a Chinese passage as it is: CCC, Python.
_AS_ITSELF = 0.2
# Inside a glossary term a word means what the glossary says: 认证 in 认证机构 is certification. Translations that
# the glossary's rendering contains count so many times as much as before.
_IN_PHRASE = 8.0


@dataclass(frozen=True)
class QueryTerm:
    """One term of a question and what may stand for it in a passage."""

    text: str
    alternatives: Alternatives
    language: int = ANY
    weight: float = 1.0

    @property
    def is_exact(self) -> bool:
        """Whether it stands for itself only."""
        return len(self.alternatives) == 1 and self.alternatives[0][0] == (self.text,)


@dataclass(frozen=True)
class WeightedQuery:
    """A question for ``KeywordIndex``. ``words`` are its content words with all that may stand for them."""

    text: str
    terms: tuple[QueryTerm, ...]
    words: tuple[QueryTerm, ...]


def weighted_query(text: str, lexicon: Lexicon | None = None) -> WeightedQuery:
    """The question's own terms, and with a lexicon its content words and glossary phrases through translations."""
    counts = Counter(terms(text))
    counts = {term: count for term, count in counts.items() if is_content(term)} or counts
    if lexicon is None:
        words = tuple(exact(term) for term in counts)
        return WeightedQuery(text, tuple(exact(t, ANY, n) for t, n in counts.items()) + _pieces(text), words)
    singles = Counter(filter(is_content, lexicon.words(text)))
    phrases = Counter(phrase for phrase in lexicon.phrases(text) if phrase not in singles)
    context = _context(phrases, lexicon)
    across, words = [], []
    for word, count in chain(singles.items(), phrases.items()):
        inside = context.get(word)
        translations = _translations(word, lexicon, frozenset(inside) if inside else None)
        if translations:
            mass = min(1.0, sum(probability for _, probability in translations))
            weight = count * mass * (PHRASE_WEIGHT if word in phrases else 1.0)
            across.append(QueryTerm(word, translations, EN if is_chinese(word) else ZH, weight))
        words.append(QueryTerm(word, ((index_terms(word), 1.0), *translations)))
    # A word that is looked for through translations in Chinese passages is looked for as itself in the others.
    through = {term.text for term in across if term.language == ZH}
    own = tuple(exact(term, EN if term in through else ANY, count) for term, count in counts.items())
    return WeightedQuery(text, own + _pieces(text) + tuple(across), tuple(words))


def exact(term: str, language: int = ANY, weight: float = 1.0) -> QueryTerm:
    """A term that stands for itself only."""
    return QueryTerm(term, (((term,), 1.0),), language, weight)


def _pieces(text: str) -> tuple[QueryTerm, ...]:
    """The single Chinese characters of a question, with a small weight beside its bigrams."""
    runs = CHINESE_RUN.findall(fold(text))
    counts = Counter(character for run in runs if len(run) > 1 for character in run if is_content(character))
    return tuple(exact(character, ANY, PIECE_WEIGHT * count) for character, count in counts.items())


@lru_cache(maxsize=65_536)
def index_terms(word: str) -> tuple[str, ...]:
    """The index terms that together make up a word: bigrams of a Chinese word, the words of a phrase."""
    return tuple(chain.from_iterable(bigrams(part) if is_chinese(part) else [part] for part in word.split()))


def _context(phrases: Iterable[str], lexicon: Lexicon) -> dict[str, set[str]]:
    """For each word inside a glossary phrase, the index terms of the phrase's translations."""
    context: dict[str, set[str]] = {}
    for phrase in phrases:
        rendered = {term for target, _ in lexicon.translations(phrase) for term in index_terms(target)}
        parts = phrase.split() if not is_chinese(phrase) else lexicon.words(phrase)
        for part in parts:
            context.setdefault(part, set()).update(rendered)
    return context


@lru_cache(maxsize=4096)
def _translations(word: str, lexicon: Lexicon, rendered: frozenset[str] | None) -> Alternatives:
    """What may stand for a word; ``rendered`` holds the index terms of the glossary's rendering around it."""
    if word.isdecimal() and len(word) > 1:
        return ()  # a number is itself in both languages
    found: dict[tuple[str, ...], float] = {}
    targets = [(index_terms(target), target, probability) for target, probability in lexicon.translations(word)]
    if rendered:
        before = sum(probability for _, _, probability in targets)
        targets = [(t, target, p * (_IN_PHRASE if rendered.issuperset(t) else 1)) for t, target, p in targets]
        after = sum(probability for _, _, probability in targets)
        targets = [(t, target, p * before / after) for t, target, p in targets]
    for target_terms, target, probability in targets:
        # A phrase counts half as a whole and half by its words: "body of certification" is near enough.
        parts = [term for term in target_terms if is_content(term)] if " " in target else []
        whole = probability / 2 if parts else probability
        found[target_terms] = found.get(target_terms, 0.0) + whole
        for part in parts:
            found[(part,)] = found.get((part,), 0.0) + whole / len(parts)
    if found and not is_chinese(word) and " " not in word:
        found[(word,)] = max(found.get((word,), 0.0), _AS_ITSELF)
    return tuple(sorted(found.items(), key=lambda item: -item[1]))
