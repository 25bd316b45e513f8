"""Do the gold questions hold together? Every quote, every field and every id; each problem with file and line."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from eval.gold import REASONS, gold_lines, is_draft, squeezed

CHOICES: dict[str, set] = {
    "language": {"zh", "en", "mixed"},
    "user": {"enterprise", "staff"},
    "kind": {
        "who", "when", "how_many", "list", "definition", "obligation", "lookup", "cross_reference",
        "comparison", "several_documents", "purpose", "measure", "contact", "which_document",
    },
    "style": {"plain", "paraphrase", "colloquial", "typo", "mixed", "traditional"},
    "answerable": {True, False},
    "reason": {None, *REASONS},
    "near_miss": {True, False},
    "split": {"tune", "report"},
}  # fmt: skip
_FREE = {"id", "question", "evidence", "facts", "notes"}

# Longer quotes would make evidence recall easy: a whole page "carries" everything.
_LONGEST_QUOTE = 700
_LONGEST_QUESTION = 2000


def corpus_texts(corpus: Path) -> dict[str, str]:
    """document_id → the document's text as it is quoted from, with squeezed whitespace.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    from ingest.manifest import read_manifest
    from ingest.pipeline import read_corpus

    documents = [item.document for item in read_corpus(corpus, read_manifest(corpus))]
    return {document.document_id: squeezed(document.text) for document in documents}


def gold_problems(path: Path, texts: Mapping[str, str]) -> list[str]:
    """Everything wrong with the gold questions of a file or folder. Of drafts only id and question are looked at.

    ``texts``: document_id → text with squeezed whitespace. A set without a reviewed question is wrong too.
    """
    problems: list[str] = []
    first: dict[tuple[str, str], str] = {}
    halves: dict[str, tuple[str, str]] = {}
    reviewed = 0
    for where, item in gold_lines(path):
        draft = is_draft(item)
        reviewed += not draft
        found = [] if draft else line_problems(item, texts)
        problems += [f"{where}: {problem}" for problem in found]
        if isinstance(item, dict):
            problems += [f"{where}: {problem}" for problem in _repeated(item, where, first)]
            problems += [f"{where}: {problem}" for problem in _in_both_halves(item, where, halves)]
    return problems if reviewed else [*problems, f"{path}: no gold questions at all"]


def _repeated(item: dict, where: str, first: dict[tuple[str, str], str]) -> Iterator[str]:
    for field in ("id", "question"):
        value = item.get(field)
        if isinstance(value, str) and first.setdefault((field, value), where) != where:
            yield f"{field} {value!r} is already in {first[field, value]}"


def _in_both_halves(item: dict, where: str, halves: dict[str, tuple[str, str]]) -> Iterator[str]:
    """What was tuned on one half must not be measured on the other: the same evidence belongs to one of them."""
    evidence, half = item.get("evidence"), item.get("split")
    if evidence and half and not is_draft(item):
        other, there = halves.setdefault(repr(evidence), (half, where))
        if other != half:
            yield f"split is {half!r}, but the same evidence is asked for in the {other} half, {there}"


def line_problems(item: object, texts: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with one gold question; nothing if it is right."""
    if isinstance(item, ValueError | RecursionError):
        yield f"not JSON: {item}"
        return
    if not isinstance(item, dict):
        yield f"expected an object, got {type(item).__name__}"
        return
    expected, given = _FREE | CHOICES.keys(), item.keys() - {"reviewed"}
    if given != expected:
        missing, unknown = sorted(expected - given), sorted(given - expected)
        yield f"missing fields {missing}, unknown fields {unknown}"
        return
    for field, allowed in CHOICES.items():
        value = item[field]
        # 1 == True in Python, and a list cannot be looked up in a set.
        if not any(value is choice or (isinstance(value, str) and value == choice) for choice in allowed):
            yield f"{field} is {value!r}, expected one of {sorted(map(str, allowed))}"
    for field in ("id", "question", "notes"):
        if not isinstance(item[field], str):
            yield f"{field} is {item[field]!r}, expected a string"
            return
    if not re.fullmatch(r"[a-z]{2}-\d{3}", item["id"]):
        yield f"id is {item['id']!r}, expected two letters, a hyphen and three digits"
    if not 0 < len(item["question"].strip()) <= _LONGEST_QUESTION:
        yield f"question has {len(item['question'].strip())} characters, expected 1 to {_LONGEST_QUESTION}"
    yield from _status_problems(item)
    yield from _evidence_problems(item["evidence"], texts)
    yield from _fact_problems(item["facts"], item["evidence"])


def _status_problems(item: dict) -> Iterator[str]:
    """An answerable question has evidence and no reason; one to be refused has a reason and no evidence."""
    if item["answerable"] is True:
        if item["reason"] is not None or item["near_miss"]:
            yield "an answerable question has neither a reason for refusing nor near_miss"
        if not item["evidence"] or not item["facts"]:
            yield "an answerable question needs evidence and facts"
    elif item["reason"] is None or item["evidence"] or item["facts"]:
        yield "a question to be refused needs a reason and has neither evidence nor facts"


def _evidence_problems(evidence: object, texts: Mapping[str, str]) -> Iterator[str]:
    """evidence is a list of groups, a group a list of alternatives {document_id, quote}."""
    if not isinstance(evidence, list) or not all(isinstance(group, list) and group for group in evidence):
        yield "evidence is a list of groups, each a list of at least one alternative"
        return
    for part in (part for group in evidence for part in group):
        if not isinstance(part, dict) or part.keys() != {"document_id", "quote"}:
            yield f"evidence {part!r}: expected document_id and quote"
        elif not all(isinstance(text, str) and text.strip() for text in part.values()):
            yield f"evidence {part!r}: expected two texts"
        elif part["document_id"] not in texts:
            yield f"document {part['document_id']!r} is not in the corpus"
        elif not 0 < len(part["quote"]) <= _LONGEST_QUOTE:
            yield f"quote has {len(part['quote'])} characters, expected 1 to {_LONGEST_QUOTE}"
        elif squeezed(part["quote"]) not in texts[part["document_id"]]:
            yield f"quote is not in {part['document_id']}: {part['quote']!r}"


def _fact_problems(facts: object, evidence: object) -> Iterator[str]:
    """A fact is a list of forms; at least one of them stands in the evidence."""
    if not isinstance(facts, list) or not all(isinstance(fact, list) and fact for fact in facts):
        yield "facts is a list of facts, each a list of at least one form"
        return
    if wrong := [form for fact in facts for form in fact if not isinstance(form, str) or not form.strip()]:
        yield f"a form of a fact is {wrong[0]!r}, expected a text"
        return
    try:
        quotes = [squeezed(part["quote"]) for group in evidence for part in group]
    except (TypeError, KeyError):
        return  # reported by _evidence_problems
    for fact in facts:
        if not any(squeezed(form) in quote for form in fact for quote in quotes):
            yield f"no form of the fact {fact!r} is in the evidence"


def counted(path: Path) -> dict[str, Counter]:
    """How many questions of each kind there are, and how many drafts: what ``check`` prints."""
    items: Iterable[object] = [item for _, item in gold_lines(path)]
    found = {"lines": Counter("draft" if is_draft(item) else "reviewed" for item in items)}
    for field in CHOICES:
        found[field] = Counter(str(item[field]) for item in items if isinstance(item, dict) and not is_draft(item))
    return found
