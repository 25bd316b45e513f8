"""A question as keyword search sees it: its own terms, and its content words through their translations."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from ingest.lexicon.table import Lexicon
from ingest.lexicon.terms import bigrams, is_chinese, is_content, terms

ANY, ZH, EN = 0, 1, 2  # language of a passage, and the passages a query term is looked for in

Alternatives = tuple[tuple[tuple[str, ...], float], ...]  # (index terms that occur together, probability)

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


@dataclass(frozen=True)
class WeightedQuery:
    """A question for ``KeywordIndex``. ``words`` are its content words with all that may stand for them."""

    text: str
    terms: tuple[QueryTerm, ...]
    words: tuple[QueryTerm, ...]


def weighted_query(text: str, lexicon: Lexicon | None = None) -> WeightedQuery:
    """The question's own terms, and with a lexicon its content words and glossary phrases through translations."""
    counts = Counter(terms(text))
    own = tuple(QueryTerm(term, (((term,), 1.0),), ANY, count) for term, count in counts.items())
    if lexicon is None:
        return WeightedQuery(text, own, tuple(QueryTerm(t, (((t,), 1.0),)) for t in counts if is_content(t)))
    phrases = Counter(lexicon.phrases(text))
    context = _context(phrases, lexicon)
    across, words = [], []
    for word, count in chain(Counter(filter(is_content, lexicon.words(text))).items(), phrases.items()):
        translations = _translations(word, lexicon, context.get(word))
        if translations:
            across.append(QueryTerm(word, translations, EN if is_chinese(word) else ZH, count))
        words.append(QueryTerm(word, ((index_terms(word), 1.0), *translations)))
    return WeightedQuery(text, own + tuple(across), tuple(words))


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


def _translations(word: str, lexicon: Lexicon, rendered: set[str] | None) -> Alternatives:
    """What may stand for a word, probabilities adding up to 1; ``rendered`` is the glossary's rendering around it."""
    found: dict[tuple[str, ...], float] = {}
    for target, probability in lexicon.translations(word):
        target_terms = index_terms(target)
        if rendered and rendered.issuperset(target_terms):
            probability *= _IN_PHRASE
        # A phrase counts half as a whole and half by its words: "body of certification" is near enough.
        parts = [term for term in target_terms if is_content(term)] if " " in target else []
        whole = probability / 2 if parts else probability
        found[target_terms] = found.get(target_terms, 0.0) + whole
        for part in parts:
            found[(part,)] = found.get((part,), 0.0) + whole / len(parts)
    total = sum(found.values())
    return tuple((target_terms, probability / total) for target_terms, probability in found.items())
