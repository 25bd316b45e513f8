"""The check of applicability as the page shows it: a dialogue whose whole state stands in its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from service.answer import Citation
from service.answerer import Answerer
from service.applicability.check import UNKNOWN, Applicability, Certification, FactError, applicability
from service.applicability.say import OBLIGATION
from service.applicability.show import cited, ruled_out, told
from service.web.asking import Source, sources
from service.web.links import address

# A fact in an address: f_size=small; "unknown" where the enterprise cannot say.
_PREFIX = "f_"
_MOST = 50  # facts of an address


@dataclass(frozen=True)
class Told:
    certification: Certification
    label: str  # of its obligation
    numbers: tuple[int, ...]  # of its citations


@dataclass(frozen=True)
class Check:
    """``given``: what the next address must carry, as (name, value). ``problem``: a fact whose value was not known."""

    found: Applicability
    told: tuple[Told, ...]
    ruled_out: tuple[Certification, ...]
    sources: tuple[Source, ...]
    given: tuple[tuple[str, str], ...]
    problem: str | None


def check(answerer: Answerer, description: str, facts: Mapping[str, list[str]], language: str) -> Check:
    """The check with the facts of an address; those that the register does not know are left out."""
    known, problem = dict(facts), None
    while True:
        try:
            found = applicability(answerer, description, known, language)
            break
        except FactError as error:
            problem = error.fact or problem
            names = [error.fact] if error.fact else [name for name in known if name not in error.allowed]
            for name in names:
                del known[name]
    shown = told(found)
    return Check(
        found,
        tuple(
            Told(one, OBLIGATION[found.language][one.obligation], tuple(item.number for item in one.citations))
            for one in shown
        ),
        tuple(ruled_out(found)),
        sources(answerer, _together(cited(found, shown)), found.language, language),
        tuple((_PREFIX + name, value) for name, values in known.items() for value in values),
        problem,
    )


def _together(citations: Sequence[Citation]) -> list[Citation]:
    """Citations of one document, and of one clause, beside each other; otherwise by their numbers."""
    documents = list(dict.fromkeys(item.document_id for item in citations))
    clauses = list(dict.fromkeys(item.clause_id for item in citations))
    return sorted(citations, key=lambda item: (documents.index(item.document_id), clauses.index(item.clause_id)))


def facts_of(query: QueryParams) -> dict[str, list[str]]:
    """The facts in an address: the last answers to a question stand for all of it."""
    facts: dict[str, list[str]] = {}
    for name, value in query.multi_items():
        if name.startswith(_PREFIX) and value.strip() and len(facts) < _MOST:
            facts.setdefault(name.removeprefix(_PREFIX), []).append(value)
    return {name: [UNKNOWN] if UNKNOWN in values else values for name, values in facts.items()}


def statement_link(check: Check, kind: str, language: str) -> str:
    """The address of the check as a file."""
    facts: dict[str, list[str]] = {}
    for name, value in check.given:
        facts.setdefault(name, []).append(value)
    return address("/apply", language, {"description": check.found.description, **facts, "save": kind})


def asked(check: Check) -> Sequence[str]:
    """The facts that the page asks for: their old answers are not carried on beside the new ones."""
    return [_PREFIX + question.fact for question in check.found.ask_next]
