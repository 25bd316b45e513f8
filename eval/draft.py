"""Drafts of gold questions: lines for a person to edit, never counted before that.

A draft is a line with ``"reviewed": false``. Templates only ask what can be told from the outside of a clause (its
number, a date, a figure, a duty), so that no model decides what is worth asking. The person corrects question, evidence
and facts, adds what is missing, and changes ``false`` to ``true``.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from eval.gold import gold_lines
from ingest.bilingual import language_of
from ingest.document import Clause, Document, Sentence
from ingest.pipeline import Ingested
from service.frame import clause_path, title

_DATE = re.compile(
    r"(?:by|before|until|since|from|on)\s+(?:the end of\s+)?(?:[A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th)?, )?\d{4}\b"
    r"|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:以?前|底前|起|末)"
)
_AMOUNT = re.compile(r"\d[\d,.]*\s?(?:%|percent|million|billion|yuan|RMB|days|years|家|个|项|万|亿|元|日内|年内|％)")
_DUTY = re.compile(r"\b(?:shall|must|should)\b|应当|必须|不得")
_NUMERAL = re.compile(r"[\dIVX一二三四五六七八九十]|\b(?:One|First|Second|Third|Fourth|Fifth|Sixth)")
_LIST = re.compile(r"(?:[^、]+、){2,}[^、]+|(?:[^,]+, ){2,}(?:and|or) ")

# kind → (what a sentence must hold, the question in Chinese, in English)
_TEMPLATES: dict[str, tuple[re.Pattern[str], str, str]] = {
    "when": (_DATE, "{where}规定的时间要求是什么？", "What date does {where} set, and for what?"),
    "how_many": (_AMOUNT, "{where}提到的数字是多少？", "What figure does {where} give, and for what?"),
    "obligation": (_DUTY, "按照{where}，谁应当做什么？", "Who has to do what under {where}?"),
    "list": (_LIST, "{where}列出了哪些内容？", "What does {where} list?"),
}
_LOOKUP = ("{where}是怎么规定的？", "What does {where} say?")
_FACT = 40  # characters of the form a fact is proposed in


def draft(item: Ingested, number_from: int = 1, limit: int | None = None) -> list[dict]:
    """Lines for one document: a look-up for every numbered clause, and a question for what its sentences hold."""
    found = [
        _line(number, text, language, kind, evidence, facts)
        for number, (text, language, kind, evidence, facts) in enumerate(_proposals(item), number_from)
    ]
    return found[:limit]


def _proposals(item: Ingested) -> Iterator[tuple[str, str, str, list, list]]:
    sentences: dict[str, list[Sentence]] = {}
    for passage in item.passages:
        sentences.setdefault(passage.clause_id, []).extend(passage.sentences)
    for clause in item.clauses:
        said = sentences.get(clause.clause_id)
        if clause.kind != "text" or not said:
            continue
        for language in ("zh", "en"):
            where = _where(item.document, clause, language)
            if clause.number and _NUMERAL.search(clause.number):
                question = _LOOKUP[language == "en"].format(where=where)
                yield question, language, "lookup", _evidence(clause, said[0].text), [[_short(said[0].text)]]
            for kind, (pattern, *questions) in _TEMPLATES.items():
                match = next(((part, hit) for part in said if (hit := pattern.search(part.text))), None)
                if match:
                    question = questions[language == "en"].format(where=where)
                    fact = match[1].group() if kind in ("when", "how_many") else match[0].text
                    yield question, language, kind, _evidence(clause, match[0].text), [[_short(fact)]]


def added(records: Iterable[dict], number_from: int = 1) -> list[dict]:
    """Lines for questions that were asked: ``records`` hold "question", as the answers of the service do.

    No evidence is proposed: gold is written by reading the documents, not by reading what the system found.
    """
    lines = []
    for number, record in enumerate(records, number_from):
        text = record.get("question") if isinstance(record, dict) else None
        if not isinstance(text, str):
            raise ValueError(f'{record!r:.80}: expected an object with "question"')
        text = text.strip()
        if not text:
            raise ValueError("the question is empty")
        language = "zh" if language_of(text) == "zh" else "en"
        line = _line(number, text, language, "lookup", [], [])
        if record.get("status"):
            line["notes"] = f"asked; the system said {record['status']}" + (
                f" ({record['reason']})" if record.get("reason") else ""
            )
        lines.append(line)
    return lines


def append(lines: Sequence[dict], file: Path) -> int:
    """Write the drafts whose question is not yet in the file; how many these were."""
    known = {item.get("question") for _, item in gold_lines(file) if isinstance(item, dict)} if file.exists() else set()
    new = list({line["question"]: line for line in lines if line["question"] not in known}.values())
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in new)
    return len(new)


def next_number(paths: Iterable[Path]) -> int:
    """The first number that no draft ("dr-001") has."""
    used = [0]
    for path in paths:
        for _, item in gold_lines(path) if path.exists() else ():
            found = re.fullmatch(r"dr-(\d+)", str(item.get("id"))) if isinstance(item, dict) else None
            used.append(int(found[1]) if found else 0)
    return max(used) + 1


def _line(number: int, text: str, language: str, kind: str, evidence: list, facts: list) -> dict:
    return {
        "id": f"dr-{number:03}",
        "question": text,
        "language": language,
        "user": "staff",
        "kind": kind,
        "style": "plain",
        "answerable": True,
        "reason": None,
        "near_miss": False,
        "evidence": evidence,
        "facts": facts,
        "split": "tune",
        "notes": "",
        "reviewed": False,
    }


def _where(document: Document, clause: Clause, language: str) -> str:
    """The clause as a person would name it: document number (or title), then number and heading."""
    name = document.document_number or title(document, language)
    path = " ".join(part.strip(" ,.:：。") for part in clause_path(clause)[-2:])
    if language == "zh":
        name = name if document.document_number else f"《{name}》"
        return f"{name}“{path}”" if path else name
    return f"“{path}” of {name}" if path else name


def _evidence(clause: Clause, text: str) -> list:
    return [[{"document_id": clause.document_id, "quote": text}]]


def _short(text: str) -> str:
    """The beginning of a text, not cut inside a word."""
    if len(text) <= _FACT:
        return text
    cut = text[:_FACT]
    return cut.rsplit(" ", 1)[0] if " " in cut and language_of(text) == "en" else cut
