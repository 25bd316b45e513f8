"""Whether renderings use the established terms: those of ``corpus/glossary.tsv``, but for listed exceptions.

Looked at are the terms of ``SINGLE`` domains, and those of ``PHRASES`` domains that have several English words.
Everyday words and names of wares mean too much to be held to one rendering: "third" is not always 三是. In English
sources a term must stand as the glossary writes it, the longest one first; in English renderings stems will do.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.document import CorpusError
from ingest.lexicon.glossary import written_en
from ingest.lexicon.terms import fold, latin_terms
from ingest.renderings.read import FOLDER

GLOSSARY = "glossary.tsv"
EXCEPTIONS = "glossary_exceptions.tsv"
SINGLE = frozenset(
    {"accreditation", "body", "certification", "conformity", "crypto", "metrology", "quality", "standard", "testing"}
)
# Their single words are everyday ones: measures, guide, order, implement.
PHRASES = frozenset({"customs", "cyber", "document", "governance", "regulation", "safety", "science", "title", "trade"})
# Quotation marks and the like stand differently in the two languages; 五位一体的监管体系 is 五位一体监管体系.
_NOT_SAID = re.compile(r"[\s“”‘’\"'、，,（）()《》的]")
ANY_CLAUSE = "*"
_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9“”‘’\"']")

Key = tuple[str, str]  # (clause_id or ANY_CLAUSE, term of the source)


@dataclass(frozen=True)
class Glossary:
    """Terms of each language with what may stand for them in the other, the usual first, and the exceptions allowed."""

    english: dict[tuple[str, ...], tuple[str, ...]]  # tokens → Chinese terms
    chinese: dict[str, tuple[str, ...]]  # → English terms
    exceptions: dict[Key, tuple[str, ...]]  # → what the rendering may say instead

    def compare(self, clause_id: str, source: str, rendering: str, language: str) -> tuple[list[str], set[Key]]:
        """Terms of the source that the rendering renders otherwise, and the exceptions that were needed."""
        wrong: list[str] = []
        used: set[Key] = set()
        found = _english_terms(source, self.english) if language == "zh" else _chinese_terms(source, self.chinese)
        for term, others in found:
            if _says(rendering, others, language):
                continue
            keys = [key for key in ((clause_id, term), (ANY_CLAUSE, term)) if key in self.exceptions]
            key = next((key for key in keys if _says(rendering, self.exceptions[key], language)), None)
            if key:
                used.add(key)
            else:
                wrong.append(f"glossary: {term!r} is {' or '.join(others)}, which the rendering does not say")
        return wrong, used

    def terms_in(self, source: str, language: str) -> list[tuple[str, str]]:
        """Each term of a source to be rendered into ``language``, with its usual rendering."""
        found = _english_terms(source, self.english) if language == "zh" else _chinese_terms(source, self.chinese)
        return [(term, others[0]) for term, others in found]


def read_terms(corpus: Path) -> Glossary:
    """The corpus' glossary and exceptions; empty where it has none.

    Raises:
        CorpusError: a line has not the columns it must have.
    """
    english: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    chinese: dict[str, dict[str, None]] = defaultdict(dict)
    for _, row in _rows(corpus / GLOSSARY, ("zh", "en", "zh_variants", "en_variants", "domain")):
        zh, en = ([row[name], *filter(None, row[f"{name}_variants"].split(" | "))] for name in ("zh", "en"))
        for term in en:
            if row["domain"] in SINGLE or (row["domain"] in PHRASES and len(term.split()) > 1):
                english[_tokens(term)].update(dict.fromkeys(zh))
        if row["domain"] in SINGLE | PHRASES and len(row["en"].split()) > 1:
            for term in zh:
                chinese[term].update(dict.fromkeys(en))
    exceptions: dict[Key, tuple[str, ...]] = {}
    for number, row in _rows(file := corpus / FOLDER / EXCEPTIONS, ("clause_id", "term", "rendered", "reason")):
        if not all(row.values()):
            raise CorpusError(f"{file}:{number}: no column may be empty")
        key = row["clause_id"], _written(row["term"])
        exceptions[key] = (*exceptions.get(key, ()), row["rendered"])
    return Glossary(
        {term: tuple(others) for term, others in english.items() if term},
        {term: tuple(others) for term, others in chinese.items()},
        exceptions,
    )


def _rows(file: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    if not file.exists():
        return
    lines = file.read_text("utf-8").splitlines()
    header = lines[0].split("\t") if lines else []
    if missing := [name for name in columns if name not in header]:
        raise CorpusError(f"{file}:1: no column {', '.join(missing)}")
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != len(header):
            raise CorpusError(f"{file}:{number}: {len(cells)} columns, expected {len(header)}")
        yield number, dict(zip(header, cells, strict=True))


def _written(term: str) -> str:
    """A term as ``compare`` names it: "Five-in-one system" is "five - in - one system"."""
    return " ".join(_tokens(term)) if term.isascii() else term


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(fold(text).lower()))


def _english_terms(text: str, terms: dict[tuple[str, ...], tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each different term of the text, the longest at each place, with its others."""
    tokens = _tokens(text)
    longest = max(map(len, terms), default=0)
    seen: set[tuple[str, ...]] = set()
    at = 0
    while at < len(tokens):
        lengths = range(min(longest, len(tokens) - at), 0, -1)
        length = next((length for length in lengths if tokens[at : at + length] in terms), 0)
        found = tokens[at : at + length]
        part_of_word = "-" in (tokens[at - 1 : at] + tokens[at + length : at + length + 1])  # CIQ in e-CIQ
        if found and not part_of_word and found not in seen:
            seen.add(found)
            yield " ".join(found), terms[found]
        at += max(length, 1)


def _chinese_terms(text: str, terms: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    longest = max(map(len, terms), default=0)
    seen: set[str] = set()
    at = 0
    while at < len(text):
        lengths = range(min(longest, len(text) - at), 0, -1)
        found = next((text[at : at + length] for length in lengths if text[at : at + length] in terms), "")
        if found and found not in seen:
            seen.add(found)
            yield found, terms[found]
        at += max(len(found), 1)


def _says(rendering: str, terms: Sequence[str], language: str) -> bool:
    if language == "zh":
        said = _NOT_SAID.sub("", rendering)
        return any(_NOT_SAID.sub("", term) in said for term in terms)
    stems = f" {' '.join(stem for _, stem in latin_terms(fold(rendering)))} "
    return any(f" {written_en(term) or term.lower()} " in stems for term in terms)
