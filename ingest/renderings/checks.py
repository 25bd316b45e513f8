"""What can be told of a rendering without understanding it: it is whole, in its language, with the source's figures.

``faults`` lists everything about one clause, ``check_corpus`` about all of them. A wrong word is not noticed here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ingest.document import Clause
from ingest.passages import sentences
from ingest.renderings.numbers import number_faults
from ingest.renderings.read import FOLDER, LANGUAGES, NOTE_FIELDS, is_stale, read_lines, renderings_file, text_sha256
from ingest.renderings.terms import ANY_CLAUSE, EXCEPTIONS, Glossary, Key, read_terms

FIELDS = {"clause_id", "source_sha256", "text", "notes"}
# What a draft brings along, and what reading the file adds.
OTHER_FIELDS = {"source", "drafted_by", "reviewed", "where"}

HANZI = re.compile("[\u3400-\u9fff]")
HALF_WIDTH = re.compile("[\u3400-\u9fff][,;:?!()\"']|[,;:?!()\"'][\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
MOST_NAMES = 4  # words in pinyin in one clause
# Chinese characters for one English word; beyond it something was left out or added.
HANZI_PER_WORD = (0.7, 2.2)
FEWEST_WORDS = 12  # in shorter clauses the ratio says nothing


@dataclass(frozen=True)
class Checked:
    """What there is of renderings, a line for each file, and what is wrong with them."""

    summary: tuple[str, ...]
    problems: tuple[str, ...]


def check_corpus(corpus: Path, documents: Iterable[tuple[str, Sequence[Clause]]]) -> Checked:
    """Every reviewed rendering of the documents (id, clauses) against its clause; drafts are only counted.

    What ``read_renderings`` tells (missing, stale, without a clause) is not told again.

    Raises:
        CorpusError: if a file cannot be read as what it should be.
    """
    glossary = read_terms(corpus)
    summary: list[str] = []
    problems: list[str] = []
    used: set[Key] = set()
    waiting: set[str] = set()  # clauses whose renderings cannot be compared yet, so nobody knows what they will need
    known: set[Path] = set()
    for document_id, clauses in documents:
        for language in LANGUAGES:
            file = renderings_file(corpus, document_id, language)
            known.add(file)
            if lines := read_lines(file):
                summary.append(_summary(file, lines))
                found, excepted = _check_lines(lines, clauses, language, glossary)
                problems += found
                used |= excepted
                waiting |= _waiting(lines, clauses)
    files = sorted((corpus / FOLDER).glob("*.jsonl"))
    problems += [f"{file}: of no document of the corpus" for file in files if file not in known]
    exceptions = corpus / FOLDER / EXCEPTIONS
    problems += [
        f"{exceptions}: {clause_id} {term!r} is needed by no rendering"
        for clause_id, term in glossary.exceptions
        if (clause_id, term) not in used and not (waiting if clause_id == ANY_CLAUSE else clause_id in waiting)
    ]
    return Checked(tuple(summary), tuple(problems))


def _summary(file: Path, lines: Sequence[dict]) -> str:
    reviewed = [line for line in lines if line["reviewed"]]
    drafts = len(lines) - len(reviewed)
    return f"{file.name}: {len(reviewed)} renderings, {sum(len(line['notes']) for line in reviewed)} notes" + (
        f"; {drafts} drafts, not used until they are reviewed" if drafts else ""
    )


def _check_lines(
    lines: Iterable[dict], clauses: Sequence[Clause], language: str, glossary: Glossary
) -> tuple[list[str], set[Key]]:
    """(problems, the glossary's exceptions that were needed)"""
    by_id = {clause.clause_id: clause for clause in clauses}
    problems: list[str] = []
    used: set[Key] = set()
    for line in lines:
        clause = by_id.get(line["clause_id"])
        if clause is None or not line["reviewed"] or is_stale(line, clause):
            continue
        strange, excepted = glossary.compare(clause.clause_id, clause.text, line["text"], language)
        found = [*faults(clause.text, line, language), *strange]
        problems += [f"{line['where']}: {clause.clause_id}: {fault}" for fault in found]
        used |= excepted
    return problems, used


def _waiting(lines: Iterable[dict], clauses: Sequence[Clause]) -> set[str]:
    """Clauses with a draft or a stale rendering."""
    by_id = {clause.clause_id: clause for clause in clauses}
    there = [(by_id[line["clause_id"]], line) for line in lines if line["clause_id"] in by_id]
    return {clause.clause_id for clause, line in there if not line["reviewed"] or is_stale(line, clause)}


def faults(source: str, line: dict, language: str = "zh") -> list[str]:
    """Everything wrong with the rendering, in ``language``, of one clause whose text is ``source``."""
    if not set(line) >= FIELDS or set(line) - FIELDS - OTHER_FIELDS:
        return [f"expected the fields {sorted(FIELDS)}, got {sorted(line)}"]
    found = [*language_faults(source, line["text"], language), *number_faults(source, line["text"], language)]
    found += [*sentence_faults(source, line["text"]), *note_faults(source, line["notes"])]
    if text_sha256(source) != line["source_sha256"]:
        found.append("stale: the clause has changed since it was rendered")
    return found


def sentence_faults(source: str, rendering: str) -> Iterator[str]:
    """Another number of sentences than the source has: the n-th sentence of one could not be shown with the other's."""
    expected, got = len(sentences(source)), len(sentences(rendering))
    if expected != got:
        yield f"sentences: source {expected}, rendering {got}"


def language_faults(source: str, rendering: str, language: str = "zh") -> Iterator[str]:
    """What makes a rendering other than prose in its language: empty, words of the other left in it, too short."""
    wanted = HANZI if language == "zh" else LATIN_WORD
    if not wanted.search(rendering):
        yield "no Chinese in the rendering" if language == "zh" else "no English in the rendering"
        return
    yield from _left_in_english(source, rendering) if language == "zh" else _left_in_chinese(rendering)
    english, chinese = (source, rendering) if language == "zh" else (rendering, source)
    count = len(LATIN_WORD.findall(english))
    ratio = len(HANZI.findall(chinese)) / max(count, 1)
    low, high = HANZI_PER_WORD
    if count >= FEWEST_WORDS and not low <= ratio <= high:
        yield f"{ratio:.2f} Chinese characters for one English word, expected {low} to {high}"


def _left_in_english(source: str, rendering: str) -> Iterator[str]:
    words = LATIN_WORD.findall(rendering)
    known = set(LATIN_WORD.findall(source))
    if strange := [word for word in words if word not in known]:
        yield f"Latin words that are not in the source: {strange}"
    if left := [word for word in words if word.islower()]:
        yield f"left in English: {left}"
    if len(names := [word for word in words if word.istitle()]) > MOST_NAMES:
        yield f"left in English: {names}"
    if found := HALF_WIDTH.findall(rendering):
        yield f"half-width punctuation: {found}"


def _left_in_chinese(rendering: str) -> Iterator[str]:
    if left := re.findall("[\u3400-\u9fff]+", rendering):
        yield f"left in Chinese: {left}"
    if found := re.findall("[，。；：？！（）《》、]", rendering):
        yield f"full-width punctuation: {found}"


def note_faults(source: str, notes: list[dict[str, str]]) -> Iterator[str]:
    """Notes that cannot be shown with their words: a field missing, words the clause has not, words of two notes."""
    for note in notes:
        if set(note) != set(NOTE_FIELDS) or not all(note.values()):
            yield f"note: expected {sorted(NOTE_FIELDS)}, none empty, got {note}"
        elif note["quote"] not in source:
            yield f"note: the clause does not say {note['quote']!r}"
    quotes = [note.get("quote") or "?" for note in notes]
    spans = sorted(found.span() for quote in quotes for found in re.finditer(re.escape(quote), source))
    for (start, end), (following, _) in pairwise(spans):
        if following < end:
            yield f"note: more than one on {source[following:end]!r} in {source[start:end]!r}"
