"""Names across languages: 认证认可条例 is cited in English as "Regulations on Certification and Accreditation"."""

import re
from collections.abc import Iterable

from ingest.lexicon.terms import is_chinese, is_content

_MOST_NAMES = 5000  # names compared; a corpus that cites more is of one language and has its names in that
_MOST_TRANSLATIONS = 12  # of a word; those behind are unlikely


def same_name(name: str, keys: Iterable[str], lexicon) -> list[str]:
    """The keys that say in the other language what ``name`` says: word for word, with nothing left over on either side.

    ``lexicon``: an ``ingest.lexicon.Lexicon``. Only names in the other script are compared.
    """
    chinese = _in_chinese(name)
    others = [key for key in keys if _in_chinese(key) != chinese][:_MOST_NAMES]
    if not others:
        return []
    words = [word for word in lexicon.words(name) if _counts(word)]
    meanings = [_meanings(word, lexicon) for word in words]
    return [key for key in others if words and _match(meanings, key, lexicon)]


def _match(meanings: list[list[tuple[str, ...]]], key: str, lexicon) -> bool:
    wanted = set(lexicon.words(key) if _in_chinese(key) else filter(_counts, lexicon.words(key)))
    covered: set[str] = set()
    for meaning in meanings:
        fitting = [parts for parts in meaning if wanted.issuperset(parts)]
        if not fitting:
            return False
        covered.update(*fitting)
    return wanted == covered


def _meanings(word: str, lexicon) -> list[tuple[str, ...]]:
    """The translations of a word, each as the words that must all be there."""
    found = []
    for translation, _ in lexicon.translations(word)[:_MOST_TRANSLATIONS]:
        parts = lexicon.words(translation) if is_chinese(translation) else translation.split()
        found.append(tuple(part for part in parts if _counts(part)))
    return [parts for parts in found if parts]


def _counts(word: str) -> bool:
    return is_chinese(word) or is_content(word)


def _in_chinese(text: str) -> bool:
    return bool(re.search("[\u3400-\u9fff]", text))
