"""Documents by some words of their title, where no name fits exactly."""

import math
import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.document import Document
from ingest.references.names import EN_TYPES, name_key
from ingest.references.organs import organs_in
from ingest.references.text import same_length_fold, without_ending

_CJK = "\u3400-\u9fff"
_QUOTED = 0.5  # weight of the words that a title only quotes: of the plan that it interprets
_COVERED = 0.7  # share of the words asked for that a title must have
_CLEAR = 0.8  # a second title with this share of the best one's score fits as well
# A name in full: whoever writes it means the document of that name, and no other that has most of its words.
_IN_FULL = re.compile(
    r"关于.{2,}的|(?:法|法典|条例|规定|办法|细则|规则|规程|决定|解释|通则|规范|标准|章程|准则|公约|协定)$"
    rf"|^(?:the )?(?:[a-z]+ ){{0,2}}(?:{EN_TYPES}) (?:of|on|for|concerning|regarding) (?:\S+ ){{3}}|\blaws?$",
    re.IGNORECASE,
)
_ENDINGS = ("ing", "ed", "es", "s")  # of English words that are compared
_SMALL = {"of", "on", "and", "for", "to", "in", "by", "with", "the", "a", "an", "from", "at", "s"}


class Titles:
    """Titles and issuers of documents by their words."""

    def __init__(self, documents: Sequence[Document]):
        self._postings: dict[str, dict[int, float]] = defaultdict(dict)
        self._keys: list[tuple[str, ...]] = []
        for position, document in enumerate(documents):
            titles = [title for title in (document.title, document.title_zh, document.title_en) if title]
            self._keys.append(tuple(dict.fromkeys(map(name_key, titles))))
            for word, weight in _weights(titles, document.issuer).items():
                self._postings[word][position] = weight
        self._count = len(documents)

    def search(self, name: str) -> tuple[list[int], list[int], bool]:
        """(documents that fit best, the nearest others, whether the first is clearly meant).

        Clearly meant is the only one whose title has the name as a part of it, or all of its words where they are no
        name in full ("State Council Opinions").
        """
        words = set(_words(name))
        if not words:
            return [], [], False
        weight = {word: math.log(1 + self._count / (1 + len(self._postings.get(word, ())))) for word in words}
        scores: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        for word in words:
            for position, share in self._postings.get(word, {}).items():
                scores[position] += weight[word] * share
                covered[position] += weight[word]
        whole = sum(weight.values())
        key = name_key(name)
        inside: set[int] = set()
        if len(key) >= 4:
            inside = {position for position in scores if any(key in title for title in self._keys[position])}
            for position in inside:
                scores[position], covered[position] = scores[position] + whole, whole
        ranked = sorted(scores, key=lambda position: (-scores[position], position))
        fitting = [position for position in ranked if covered[position] >= _COVERED * whole]
        if not fitting:
            return [], ranked[:3], False
        best = [position for position in fitting if scores[position] >= _CLEAR * scores[fitting[0]]]
        others = [position for position in ranked[:5] if position not in best]
        clear = len(best) == 1 and (best[0] in inside or self._has_all(best[0], name))
        return best[:20], others[:3], clear and not (_IN_FULL.search(name) and not _is_part(name))

    def shares_a_word(self, position: int, name: str) -> bool:
        """Whether any word of the name is one of a document's titles or issuer."""
        return any(position in self._postings.get(word, ()) for word in _words(name))

    def _has_all(self, position: int, name: str) -> bool:
        """Whether a title has every word of the name; of Chinese, pieces of two characters or more in their order."""
        if _IN_FULL.search(name):
            return False
        words = set(_words(name))
        if not re.search(f"[{_CJK}]", name):
            return all(position in self._postings.get(word, ()) for word in words)
        bodies = organs_in(name)
        if not all(position in self._postings.get(organ, ()) for _, _, organ in bodies):
            return False
        rest = name
        for start, end, _ in reversed(bodies):
            rest = rest[:start] + " " + rest[end:]
        return any(_in_pieces(name_key(rest), title) for title in self._keys[position])


def _is_part(name: str) -> bool:
    """Whether words stand there that a law's name in full does not have: 关于 at the beginning of a title's end."""
    return name.startswith("关于") or not re.search(
        "(?:法|条例|规定|办法|细则|规则|规程|决定|解释|通则|规范|标准|章程|准则|公约|协定)$", name
    )


def _in_pieces(key: str, title: str) -> bool:
    at = begin = 0
    while begin < len(key):
        end = next((stop for stop in range(len(key), begin + 1, -1) if title.find(key[begin:stop], at) >= 0), 0)
        if not end:
            return False
        at = title.find(key[begin:end], at) + end - begin
        begin = end
    return True


def _weights(titles: Sequence[str], issuer: str | None) -> dict[str, float]:
    weights: dict[str, float] = {}
    for title in titles:
        folded = same_length_fold(title)
        quoted = re.sub(r"^[^\"《]*|[^\"》]*$", "", folded) if re.search('["《]', folded) else ""
        for word in _words(folded):
            weights[word] = max(weights.get(word, 0), _QUOTED)
        for word in _words(folded.replace(quoted, " ") if quoted else folded):
            weights[word] = 1.0
    for word in _words(issuer or ""):
        weights.setdefault(word, 1.0)
    return weights


def _words(text: str) -> list[str]:
    """Bodies in one way of writing, stems of English words, bigrams of Chinese ones."""
    folded = same_length_fold(text)
    words, at, parts = [], 0, []
    for start, end, organ in organs_in(folded):
        words.append(organ)
        parts.append(folded[at:start])
        at = end
    rest = " ".join((*parts, folded[at:])).lower()
    words += [without_ending(word, _ENDINGS) for word in re.findall("[a-z0-9]+", rest) if word not in _SMALL]
    for run in re.findall(f"[{_CJK}]+", rest):
        words += [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    return words
