"""Reads ``corpus/glossary.tsv``: policy terms in both languages, as the terms that keyword search compares.

Columns by their names in the first line: ``zh``, ``en``, ``zh_variants``, ``en_variants`` (variants between
`` | ``); other columns are for readers.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ingest.document import CorpusError
from ingest.lexicon.terms import CHINESE_RUN, fold, is_content, latin_terms

# (the term, the terms that mean the same in the other language, most usual first)
Entries = dict[str, tuple[str, ...]]


def read_glossary(path: Path) -> tuple[Entries, Entries]:
    """(from Chinese, from English). Chinese as folded text, English as stems with spaces between them."""
    forward: dict[str, dict[str, None]] = defaultdict(dict)
    backward: dict[str, dict[str, None]] = defaultdict(dict)
    for zh, en in glossary_rows(path):
        chinese = [written for text in zh if (written := written_zh(text))]
        english = [written for text in en if (written := written_en(text))]
        for term in chinese:
            forward[term].update(dict.fromkeys(english))
        for term in english:
            backward[term].update(dict.fromkeys(chinese))
    return (
        {term: tuple(others) for term, others in forward.items() if others},
        {term: tuple(others) for term, others in backward.items() if others},
    )


def written_zh(text: str) -> str:
    """A Chinese term as it is looked for: folded, Chinese characters only; empty where other characters matter."""
    runs = CHINESE_RUN.findall(fold(text))
    return runs[0] if len(runs) == 1 and not latin_terms(fold(text)) else ""


def written_en(text: str) -> str:
    """An English term as it is looked for: stems with spaces; empty for one that has only stop words."""
    stems = [term for _, term in latin_terms(fold(text))]
    return " ".join(stems) if any(map(is_content, stems)) else ""


def glossary_rows(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """(Chinese forms, English forms) of each entry, the usual form first."""
    lines = path.read_text("utf-8").splitlines()
    header = lines[0].split("\t")
    missing = {"zh", "en"} - set(header)
    if missing:
        raise CorpusError(f"{path}:1: no column {', '.join(sorted(missing))}; columns are {', '.join(header)}")
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = dict(zip(header, line.split("\t"), strict=False))
        if not cells.get("zh") or not cells.get("en"):
            raise CorpusError(f"{path}:{number}: needs a Chinese and an English term, got {line!r}")
        yield tuple(
            [cells[column], *filter(None, cells.get(f"{column}_variants", "").split(" | "))] for column in ("zh", "en")
        )
