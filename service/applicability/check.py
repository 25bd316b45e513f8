"""A description of an enterprise → which certifications concern it: read ``applicability``, which takes the steps.

recognise what is said → outside certification? → decide each scheme by its rules → cite the deciding clauses
          → which missing facts would separate what is left → measures that may help
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ingest.document import Sentence
from ingest.register import ACTIVITY, MATTER, SCHEME, SIZE, Claim, Obligation, Support
from service.answer import Citation
from service.applicability import say
from service.applicability.rules import Decision, Facts, Rules
from service.applicability.words import CERTIFIES, Recognised, Vocabulary, folded
from service.query import MAX_LENGTH, asker_language, clean

if TYPE_CHECKING:
    from service.answerer import Answerer

UNKNOWN = "unknown"  # the value of a fact that the enterprise does not know
Status = Literal["decided", "open", "not_covered"]
_ASKED = 2  # questions at most
_VALUES = 20  # of one fact
# What is at stake in knowing a fact: how much more a compulsory scheme weighs than one that may be left alone.
_STAKE = {"compulsory": 8.0, "voluntary": 2.0, "undetermined": 1.0, "not_covered": 1.0}
_GENERAL, _NAMED = 0.5, 2.0  # for a scheme that may concern everybody; for one that was asked about
_RANK = {"compulsory": 0, "undetermined": 1, "voluntary": 2, "not_covered": 4}


class FactError(ValueError):
    """A value that a fact cannot have (``fact`` says which), or facts that the register does not know (None)."""

    def __init__(self, fact: str | None, allowed: Sequence[str]):
        where = f"facts.{fact}: must be one of" if fact else "facts: may hold"
        super().__init__(f"{where} {', '.join(allowed)}")
        self.fact = fact
        self.allowed = tuple(allowed)


@dataclass(frozen=True)
class Certification:
    """What a scheme asks of the enterprise. ``decided_by``: what decides where the documents held do not."""

    scheme: str
    name: str
    obligation: Obligation
    why: str
    decided_by: str | None
    citations: tuple[Citation, ...]
    steps: tuple[str, ...]  # how the rules came out
    general: bool  # it may concern nearly everybody
    named: bool  # it was asked about by name


@dataclass(frozen=True)
class Question:
    """A fact to ask for; ``choices``: (value, label), none where the answer is free text."""

    fact: str
    question: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Measure:
    """A measure that may help; ``if_so``: what it depends on, where that is not known."""

    measure: str
    name: str
    why: str
    if_so: str | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Applicability:
    """``status``: "decided", "open" (a further fact would separate what is left), "not_covered" (no certification
    that the documents speak of concerns it). ``facts``: all that is known, as the next call may be given it."""

    description: str
    language: str
    status: Status
    summary: str
    certifications: tuple[Certification, ...]
    ask_next: tuple[Question, ...]
    support: tuple[Measure, ...]
    limits: str
    facts: dict[str, tuple[str, ...]]
    recognised: tuple[Recognised, ...]
    steps: tuple[str, ...]
    index: str

    @property
    def concerning(self) -> tuple[Certification, ...]:
        """The certifications that are not ruled out."""
        return tuple(item for item in self.certifications if item.obligation != "not_covered")


def applicability(
    answerer: "Answerer", description: str, facts: Mapping[str, object] | None = None, language: str = "auto"
) -> Applicability:
    """Which certifications concern the enterprise that the description and the facts describe.

    ``facts``: by the ids of the register; a value is an id, a list of ids, true or false, words for a value, or
    "unknown" where the enterprise cannot say.

    Raises:
        FactError: a fact or value that the register does not know.
    """
    cleaned = clean(description)
    spoken = language if language in ("zh", "en") else asker_language(cleaned)
    vocabulary = answerer.vocabulary
    said = vocabulary.recognise(cleaned)
    given = read_facts(vocabulary, facts or {})
    known = _known(said, given)
    named = {item.value for item in said if item.fact == SCHEME}
    rules = vocabulary.rules
    cite = _Citing(answerer, spoken)
    outside = _outside(vocabulary, cleaned, said, known)
    decisions = [rules.decide(scheme, known) for scheme in vocabulary.register.schemes]
    # In the order in which they are shown, so that citations are numbered in it; what does not concern it comes last.
    decisions.sort(key=lambda item: (item.scheme.id not in named, _RANK[item.obligation] + item.scheme.general))
    told = [item for item in decisions if item.obligation != "not_covered" or item.scheme.id in named]
    certifications = [_certification(item, rules, cite, spoken, item.scheme.id in named, outside) for item in told]
    support = () if outside else _support(vocabulary, rules, known, cite, spoken)
    rest = [item for item in decisions if item not in told]
    certifications += [_certification(item, rules, cite, spoken, False, outside) for item in rest]
    ask = () if outside else _ask_next(decisions, known, named, vocabulary, spoken)
    status: Status = "not_covered" if outside else "open" if ask else "decided"
    matters = [vocabulary.register.values(MATTER)[item.value].name(spoken) for item in said if item.fact == MATTER]
    return Applicability(
        description=description,
        language=spoken,
        status=status,
        summary=say.summary(certifications, ask, outside, spoken) if decisions else say.NO_REGISTER[spoken],
        certifications=tuple(certifications),
        ask_next=ask,
        support=support,
        limits=say.limits(
            "\n".join(answerer.held(spoken)) if outside else say.held_in_short(answerer.index.catalogue, spoken),
            [item for item in certifications if item.named or ACTIVITY in known],
            list(dict.fromkeys(matters)),
            spoken,
        ),
        facts={fact: values for fact, values in known.items() if values != ()} | _unknown(known),
        recognised=tuple(item for item in said if item.fact != SCHEME),
        steps=say.recognition(said, given, vocabulary, spoken),
        index=answerer.index.generation,
    )


def read_facts(vocabulary: Vocabulary, facts: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Facts as given → ids of their values; () for what the enterprise does not know.

    Raises:
        FactError: for the first that is not known.
    """
    there = vocabulary.register.facts
    found: dict[str, tuple[str, ...]] = {}
    for name, given in facts.items():
        if name not in there:
            raise FactError(None, tuple(there))
        if given is None or given == UNKNOWN or given == [UNKNOWN]:
            found[name] = ()
            continue
        values = list(given)[:_VALUES] if isinstance(given, list | tuple) else [given]
        found[name] = tuple(dict.fromkeys(value for one in values for value in _values(vocabulary, name, one)))
    return found


def _values(vocabulary: Vocabulary, fact: str, given: object) -> list[str]:
    allowed = vocabulary.register.values(fact)
    words = {True: "yes", False: "no"}.get(given) if isinstance(given, bool) else given
    words = clean(words) if isinstance(words, str) else ""
    if not words or len(words) > MAX_LENGTH:
        raise FactError(fact, tuple(allowed))
    if words in allowed:
        return [words]
    if fact == ACTIVITY:
        values = [item.value for item in vocabulary.recognise(words) if item.fact == ACTIVITY]
        if not values:
            raise FactError(fact, tuple(allowed))
        return values
    if (value := vocabulary.says(fact, words)) is None:
        raise FactError(fact, tuple(allowed))
    return [value]


def _known(said: Sequence[Recognised], given: Facts) -> dict[str, tuple[str, ...]]:
    """All facts: what is given stands before what is said, but for activities, of which there may be several."""
    known: dict[str, tuple[str, ...]] = {}
    for item in said:
        if item.fact not in (SCHEME, MATTER):
            known[item.fact] = (*known.get(item.fact, ()), item.value)
    activities = (*given.get(ACTIVITY, ()), *known.get(ACTIVITY, ()))
    known |= given
    if activities:
        known[ACTIVITY] = tuple(dict.fromkeys(activities))
    return known


def _unknown(known: Facts) -> dict[str, tuple[str, ...]]:
    return {fact: (UNKNOWN,) for fact, values in known.items() if values == ()}


def _outside(vocabulary: Vocabulary, description: str, said: Sequence[Recognised], known: Facts) -> bool:
    """Whether the question is about something that is no certification: a lease, a tax, the weather."""
    kinds = {item.fact for item in said}
    if not vocabulary.register.schemes:
        return True
    if SCHEME in kinds or CERTIFIES.search(folded(description)):
        return False
    if MATTER in kinds:
        return True
    return not known.get(ACTIVITY) and not vocabulary.is_enterprise(description)


class _Citing:
    """Claims of the register → citations, the same words under the same number."""

    def __init__(self, answerer: "Answerer", language: str):
        self._citer = answerer.citer
        self._store = answerer.index.store
        self._language = language
        self._numbered: dict[tuple[str, int, int], Citation] = {}

    def __call__(self, claim: Claim) -> Citation:
        if claim.also and self._store.clause(claim.clause_id).language != self._language:
            claim = claim.also
        key = (claim.document_id, claim.start, claim.end)
        if key not in self._numbered:
            quoted = Sentence(claim.start, claim.end, claim.quote)
            citation = self._citer.standing(claim.clause_id, quoted, self._language)
            self._numbered[key] = replace(citation, number=len(self._numbered) + 1)
        return self._numbered[key]


def _certification(
    decision: Decision, rules: Rules, cite: _Citing, language: str, named: bool, outside: bool
) -> Certification:
    scheme = decision.scheme
    obligation: Obligation = "not_covered" if outside else decision.obligation
    # Of what does not concern the enterprise the first claim says whom it concerns.
    claims = decision.claims if obligation != "not_covered" or named else decision.claims[:1]
    why, decided_by = say.why(decision, language) if not outside else (say.OUTSIDE[language], None)
    return Certification(
        scheme=scheme.id,
        name=scheme.name(language),
        obligation=obligation,
        why=why,
        decided_by=decided_by,
        citations=tuple(cite(scheme.claims[claim]) for claim in claims),
        steps=() if outside else say.steps(decision, rules.register, language),
        general=scheme.general,
        named=named,
    )


def _ask_next(
    decisions: Sequence[Decision], known: Facts, named: set[str], vocabulary: Vocabulary, language: str
) -> tuple[Question, ...]:
    """The facts that separate most of what is left; what the enterprise does stands before everything else."""
    stakes: dict[str, float] = {}
    for decision in decisions:
        factor = _NAMED if decision.scheme.id in named else _GENERAL if decision.scheme.general else 1.0
        for fact, then in decision.missing:
            if fact not in known:  # otherwise the enterprise has said that it does not know
                stakes[fact] = stakes.get(fact, 0.0) + factor * _STAKE[then]
    ranked = [ACTIVITY] if ACTIVITY in stakes else sorted(stakes, key=lambda fact: -stakes[fact])
    facts = vocabulary.register.facts
    return tuple(
        Question(
            fact,
            facts[fact].question(language),
            tuple((value.id, value.name(language)) for value in facts[fact].values),
        )
        for fact in ranked[:_ASKED]
    )


def _support(vocabulary: Vocabulary, rules: Rules, known: Facts, cite: _Citing, language: str) -> tuple[Measure, ...]:
    """The measures that concern the enterprise, and those that do if it is small, where that is not known."""
    found = []
    register = vocabulary.register
    for measure in register.of(Support):
        conditions = [rules.condition(fact, wanted, known) for fact, wanted in measure.conditions.items()]
        open_ = [item for item in conditions if item.holds is None or (item.fact == SIZE and not item.known)]
        if any(item.holds is False for item in conditions if item not in open_):
            continue
        if any(item.fact != SIZE for item in open_):
            continue
        if_so = say.condition(open_[0], register, language) if open_ else None
        citations = tuple(map(cite, measure.claims))
        found.append(Measure(measure.id, measure.name(language), measure.why(language), if_so, citations))
    return tuple(found)
