"""The translation lexicon: which word of one language stands for which of the other, and how likely.

File format (``lexicon.safetensors``, the only description of it): safetensors, with JSON under ``about`` in its
metadata that says how it was made. Arrays, for side ``zh`` and ``en``:

- ``{side}_terms`` uint8, ``{side}_ends`` int64: the words in byte order (``TermList``); English words are stems
- ``{side}_starts`` int32 (words + 1,): where the translations of each word begin
- ``{side}_targets`` uint16 and ``{side}_targets_high`` uint8: numbers of the translating words, low and high bits
- ``{side}_probabilities`` uint8: q for a probability of 2 ** (-q / 24), the most likely first
- ``zh_log_probabilities`` float16: of the Chinese words as words of a text, which is how Chinese is cut
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ingest.lexicon.flat import TermList
from ingest.lexicon.glossary import Entries, read_glossary
from ingest.lexicon.segment import segment
from ingest.lexicon.terms import CHINESE_RUN, fold, is_chinese, latin_terms, numerals

SHIPPED = Path(__file__).parent / "lexicon.safetensors"
GLOSSARY = Path(__file__).parents[2] / "corpus" / "glossary.tsv"
PROBABILITY_STEP = 24  # probabilities are kept as 2 ** (-q / PROBABILITY_STEP): within 1.5 %
STATISTICS = 0.5  # what the statistics keep of a word that the glossary translates


class Lexicon:
    """Translations both ways, Chinese words for cutting text, and the glossary on top of the statistics."""

    def __init__(self, arrays: Mapping[str, np.ndarray], glossary: tuple[Entries, Entries] = ({}, {}), about=None):
        self.about = about or {}  # how it was made: data with their hashes, options, counts
        self._arrays = arrays
        self._words = {side: TermList(arrays[f"{side}_terms"], arrays[f"{side}_ends"]) for side in ("zh", "en")}
        self._log_probabilities = arrays["zh_log_probabilities"]
        self._glossary = {"zh": glossary[0], "en": glossary[1]}
        self._longest_zh = max(map(len, glossary[0]), default=0)
        self._longest_en = max((entry.count(" ") + 1 for entry in glossary[1]), default=0)
        self.translations = lru_cache(maxsize=20_000)(self._translations)
        # A run of a question is cut for its words, its typing errors and its wordings.
        self._cut = lru_cache(maxsize=4096)(lambda run: tuple(segment(run, self._log_probability)))

    @classmethod
    def load(cls, path: Path = SHIPPED, glossary: Path | None = GLOSSARY) -> "Lexicon":
        """The lexicon in a file (memory-mapped), with the glossary in another; no glossary if that is None."""
        arrays, about = read_arrays(path)
        entries = read_glossary(glossary) if glossary and glossary.exists() else ({}, {})
        return cls(arrays, entries, about)

    def _translations(self, word: str) -> tuple[tuple[str, float], ...]:
        """(translation, probability), the most likely first; English ones are stems, phrases have spaces.

        A glossary entry comes first and leaves the statistics the share ``STATISTICS``.
        """
        counted = self._counted(word)
        entry = self._glossary["zh" if is_chinese(word) else "en"].get(word)
        if not entry:
            return counted
        left = STATISTICS if counted else 0.0
        # The first form is the usual one, the others are variants, also those that machine translation makes.
        found = {target: (1 - left) * (1 + (i == 0)) / (len(entry) + 1) for i, target in enumerate(entry)}
        for target, probability in counted:
            found[target] = found.get(target, 0.0) + left * probability
        return tuple(sorted(found.items(), key=lambda item: -item[1]))

    def _counted(self, word: str) -> tuple[tuple[str, float], ...]:
        side, other = ("zh", "en") if is_chinese(word) else ("en", "zh")
        number = self._words[side].number(word)
        if number < 0:
            return ()
        starts = self._arrays[f"{side}_starts"]
        part = slice(int(starts[number]), int(starts[number + 1]))
        targets = self._arrays[f"{side}_targets"][part] + (
            self._arrays[f"{side}_targets_high"][part].astype(np.int64) << 16
        )
        probabilities = 2.0 ** (self._arrays[f"{side}_probabilities"][part] / -PROBABILITY_STEP)
        return tuple((self._words[other][t], float(p)) for t, p in zip(targets, probabilities, strict=True))

    def words(self, text: str) -> list[str]:
        """The words of a text in order: Chinese cut into words, the others stemmed; glossary terms are not joined."""
        return split_words(text, self._cut)

    def phrases(self, text: str) -> list[str]:
        """The glossary terms of more than one word in a text, the longest first where they overlap."""
        folded = fold(text)
        found = []
        for match in CHINESE_RUN.finditer(folded):
            found += self._longest(match.group(), "zh", self._longest_zh, "")
        return found + self._longest([term for _, term in latin_terms(folded)], "en", self._longest_en, " ")

    def _longest(self, units, side: str, longest: int, between: str) -> list[str]:
        entries, found, start = self._glossary[side], [], 0
        while start < len(units):
            for end in range(min(len(units), start + longest), start, -1):
                entry = between.join(units[start:end])
                if entry in entries:
                    found.append(entry)
                    start = end
                    break
            else:
                start += 1
        return found

    def _log_probability(self, word: str) -> float | None:
        number = self._words["zh"].number(word)
        value = float(self._log_probabilities[number]) if number >= 0 else math.nan
        return None if math.isnan(value) else value


def split_words(text: str, cut: Callable[[str], Sequence[str]]) -> list[str]:
    """The words of a text in order; ``cut`` gives the words of a run of Chinese characters without numbers."""
    folded = fold(text)
    found = latin_terms(folded)
    written = numerals(folded)
    for start, end, number in written:
        found.append((start, number))
        folded = folded[:start] + " " * (end - start) + folded[end:]
    for match in CHINESE_RUN.finditer(folded):
        start = match.start()
        for word in cut(match.group()):
            found.append((start, word))
            start += len(word)
    return [word for _, word in sorted(found, key=lambda item: item[0])]


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict]:
    """(arrays, about) of a lexicon file."""
    try:
        with safe_open(path, framework="np") as file:
            about = json.loads((file.metadata() or {})["about"])
            return {name: file.get_tensor(name) for name in file.keys()}, about  # noqa: SIM118 - it has no iterator
    except (SafetensorError, KeyError, ValueError) as error:
        raise ValueError(f"{path} is no lexicon: {error}") from None


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], about: dict) -> None:
    """Writes a lexicon file; the same arrays give the same bytes."""
    content = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    save_file(content, path, {"about": json.dumps(about, ensure_ascii=False, sort_keys=True)})
