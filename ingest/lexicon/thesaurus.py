"""How people ask → how policy texts say it, in the same language: shortcoming → problem, deficiency; 老板 → 经营者.

The translation lexicon carries a word into the other language, not into another wording of its own. ``thesaurus.tsv``
in the corpus folder does that: on each line what is asked, a tab, and what the texts write for it (between `` | ``, the
best first), words or short phrases, all in one language. It is written from knowledge of such texts in general.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ingest.document import CorpusError
from ingest.lexicon.glossary import written_en, written_zh
from ingest.lexicon.query import ANY, Alternatives, QueryTerm, WeightedQuery, index_terms
from ingest.lexicon.table import Lexicon
from ingest.lexicon.terms import CHINESE_RUN, fold, is_chinese, is_content, latin_terms, stem

THESAURUS = "thesaurus.tsv"  # in the corpus folder
SHIPPED = Path(__file__).parents[2] / "corpus" / THESAURUS

_PLAIN = re.compile("[a-z]+(?: [a-z]+)*")
# How likely what is written stands for what was asked, and its translations for that; how much it counts for BM25
# beside the word itself; how many wordings of an entry are looked for.
_SAME = 0.6
_WEIGHT = 0.25
_MOST = 6
# Translations of a wording: so many, none less likely than this.
_TRANSLATIONS = 6
_UNLIKELY = 0.08

# (stems or Chinese characters of what is asked) → wordings as they are looked for
Entries = dict[tuple[str, ...], tuple[str, ...]]


class Thesaurus:
    """Entries of both languages. Nothing changes after it is made, so threads may share it."""

    def __init__(self, entries: Entries, lexicon: Lexicon | None, held: Callable[[tuple[str, ...]], bool]):
        self.entries = entries
        self.lexicon = lexicon
        self.held = held
        self._alternatives = lru_cache(maxsize=4096)(self._held_alternatives)
        self._longest = max(map(len, entries), default=0)

    @classmethod
    def load(
        cls, lexicon: Lexicon | None, held: Callable[[tuple[str, ...]], bool] = lambda _: True, path: Path = SHIPPED
    ) -> "Thesaurus":
        """The thesaurus in a file; without entries where there is none. ``held`` tells which index terms stand together
        in some passage: what none has need not be looked for."""
        return cls(read_thesaurus(path) if path.exists() else {}, lexicon, held)

    def extended(self, keywords: WeightedQuery) -> WeightedQuery:
        """The query whose content words have other wordings among what may stand for them, and these as terms."""
        found = self.wordings(keywords.text)
        if not found:
            return keywords
        words, more = [], []
        for word in keywords.words:
            known = {alternative for alternative, _ in word.alternatives}
            others = tuple(item for item in self._alternatives(found.get(word.text, ())) if item[0] not in known)
            if others:
                word = replace(word, alternatives=(*word.alternatives, *others))
                more.append(QueryTerm(word.text, others, ANY, _WEIGHT))
            words.append(word)
        return replace(keywords, words=tuple(words), terms=(*keywords.terms, *more))

    def wordings(self, text: str) -> Mapping[str, tuple[str, ...]]:
        """For each content word of a text that is part of an entry, how the entry may be written."""
        folded = fold(text)
        stems = [stem for _, stem in latin_terms(folded)]
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for start, end, written in self._longest_entries(stems):
            for word in filter(is_content, stems[start:end]):
                found[word].update(dict.fromkeys(written))
        for run in CHINESE_RUN.findall(folded):
            places = self._words_of(run)
            for start, end, written in self._longest_entries(list(run)):
                for word in (word for at, word in places if at < end and at + len(word) > start and is_content(word)):
                    found[word].update(dict.fromkeys(written))
        return {word: tuple(written) for word, written in found.items()}

    def _longest_entries(self, units: list[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """(start, end, wordings) of the entries in a row of units, the longest first where they overlap."""
        found, start = [], 0
        while start < len(units):
            for end in range(min(len(units), start + self._longest), start, -1):
                if written := self.entries.get(tuple(units[start:end])):
                    found.append((start, end, written))
                    start = end
                    break
            else:
                start += 1
        return found

    def _words_of(self, run: str) -> list[tuple[int, str]]:
        """(start, word) of the words of a run of Chinese characters, as questions are cut."""
        if self.lexicon is None:
            return list(enumerate(run))
        places, at = [], 0
        for word in self.lexicon.words(run):
            if (start := run.find(word, at)) >= 0:  # numbers are written otherwise there
                places.append((start, word))
                at = start + len(word)
        return places

    def _held_alternatives(self, written: tuple[str, ...]) -> Alternatives:
        found: dict[tuple[str, ...], float] = {}
        for wording in written[:_MOST]:
            found[index_terms(wording)] = _SAME
            for target, probability in self.lexicon.translations(wording)[:_TRANSLATIONS] if self.lexicon else ():
                if probability >= _UNLIKELY:
                    terms = index_terms(target)
                    found[terms] = max(found.get(terms, 0.0), _SAME * probability)
        return tuple(sorted(filter(lambda item: self.held(item[0]), found.items()), key=lambda item: -item[1]))


def read_thesaurus(path: Path) -> Entries:
    """The entries of a file; lines that begin with # are for readers.

    Raises:
        CorpusError: naming the first line that is not what is asked, a tab, and what is written.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from None
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        asked, tab, written = line.partition("\t")
        asked = _written(asked)
        wordings = [_written(part) for part in written.split("|")]
        if not (tab and asked and all(wordings)) or "\t" in written:
            raise CorpusError(f"{path}:{number}: needs what is asked, a tab, and what is written, got {line!r}")
        found[asked].update(dict.fromkeys(wording for wording in wordings if wording != asked))
    return {_units(asked): tuple(wordings) for asked, wordings in found.items() if wordings}


def checked_thesaurus(corpus: Path) -> str | None:
    """A line on the thesaurus in a corpus folder, if there is one: only the shipped one is read.

    Raises:
        CorpusError: as ``read_thesaurus``.
    """
    file = corpus / THESAURUS
    if not file.exists():
        return None
    if not (SHIPPED.exists() and file.samefile(SHIPPED)):
        return f"notice: {file} is not read: the thesaurus is the program's, {SHIPPED}"
    return f"{THESAURUS}: {len(read_thesaurus(file))} entries"


def _units(written: str) -> tuple[str, ...]:
    return tuple(written) if is_chinese(written) else tuple(written.split(" "))


def _written(text: str) -> str:
    """A wording as it is looked for: Chinese folded, English as stems with spaces between them."""
    text = text.strip()
    if CHINESE_RUN.fullmatch(text):  # most of the thousands of wordings are one of these two
        return fold(text)
    if _PLAIN.fullmatch(text):
        stems = [stem(word) for word in text.split(" ")]
        return " ".join(stems) if any(map(is_content, stems)) else ""
    return written_zh(text) or written_en(text)
