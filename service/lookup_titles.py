"""Documents by some words of their title, where no name fits exactly."""

import math
import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.document import Document
from ingest.reference_names import name_key
from ingest.reference_organs import organs_in
from ingest.reference_text import same_length_fold

_CJK = "\u3400-\u9fff"
_QUOTED = 0.5  # weight of the words that a title only quotes: of the plan that it interprets
_COVERED = 0.7  # share of the words asked for that a title must have
_CLEAR = 0.8  # a second title with this share of the best one's score fits as well
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
        """(documents that fit best, the nearest others, whether the first is clearly meant)."""
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
        if len(key) >= 4:
            for position in list(scores):
                if any(key in title for title in self._keys[position]):
                    scores[position], covered[position] = scores[position] + whole, whole
        ranked = sorted(scores, key=lambda position: (-scores[position], position))
        fitting = [position for position in ranked if covered[position] >= _COVERED * whole]
        if not fitting:
            return [], ranked[:3], False
        best = [position for position in fitting if scores[position] >= _CLEAR * scores[fitting[0]]]
        others = [position for position in ranked[:5] if position not in best]
        one_work = len(best) == 1
        return best[:20], others[:3], one_work


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
    words += [_stem(word) for word in re.findall("[a-z0-9]+", rest) if word not in _SMALL]
    for run in re.findall(f"[{_CJK}]+", rest):
        words += [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    return words


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
