"""Facts and a scheme's rules → its obligation, with every condition and how it came out.

A condition holds, fails, or is open because its fact is not known. What can still come about decides: while an open
rule could lead to another obligation, the obligation is undetermined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.register import Fact, Grounds, Obligation, Register, Rule, Scheme

# Fact → its values; () where the enterprise does not know, no entry where nobody has said.
Facts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Condition:
    """``holds``: None where the fact is not known."""

    fact: str
    wanted: tuple[str, ...]
    known: tuple[str, ...]
    holds: bool | None


@dataclass(frozen=True)
class Step:
    """A rule as it came out: True it holds, False it does not, None it may."""

    rule: int  # from 1
    then: Obligation
    conditions: tuple[Condition, ...]
    holds: bool | None


@dataclass(frozen=True)
class Decision:
    """``ground``: the rule that decides, or ``otherwise``; None where facts are missing: ``claims`` are then those of
    the rules that may still hold. ``missing``: for each of these the fact to ask for, with what it may lead to."""

    scheme: Scheme
    obligation: Obligation
    ground: Grounds | None
    claims: tuple[str, ...]
    missing: tuple[tuple[str, Obligation], ...]
    steps: tuple[Step, ...]


class Rules:
    """The conditions of a register."""

    def __init__(self, register: Register):
        self.register = register
        self._closed = {fact.id for fact in register.of(Fact) if fact.if_not_said == "no"}
        self._above = {
            fact.id: {name: _above(name, register.values(fact.id)) for name in register.values(fact.id)}
            for fact in register.of(Fact)
        }

    def condition(self, fact: str, wanted: Sequence[str], facts: Facts, only_if_said: bool = False) -> Condition:
        known = facts.get(fact)
        if known:
            holds = any(above in wanted for value in known for above in self._above[fact].get(value, ()))
            return Condition(fact, tuple(wanted), known, holds)
        closed = known is None and fact in self._closed
        return Condition(fact, tuple(wanted), (), False if closed or only_if_said else None)

    def holds(self, conditions: Mapping[str, Sequence[str]], facts: Facts) -> bool | None:
        """Whether all conditions hold; None where it depends on what is not known."""
        states = [self.condition(fact, wanted, facts).holds for fact, wanted in conditions.items()]
        return False if False in states else None if None in states else True

    def decide(self, scheme: Scheme, facts: Facts) -> Decision:
        """The obligation under a scheme, as far as the facts decide it."""
        steps: list[Step] = []
        possible: list[tuple[Rule, str]] = []
        decided: Grounds = scheme.otherwise
        obligation: Obligation = "not_covered"
        for number, rule in enumerate(scheme.rules, 1):
            step = self._step(number, rule, facts)
            steps.append(step)
            if step.holds:
                decided, obligation = rule, rule.then
                break
            if step.holds is None:
                possible.append((rule, next(item.fact for item in step.conditions if item.holds is None)))
        if all(rule.then == obligation for rule, _ in possible):
            return Decision(scheme, obligation, decided, decided.claims, (), tuple(steps))
        # Another rule may hold; what it would say, and what is said otherwise, are the grounds so far.
        claims = dict.fromkeys(claim for rule, _ in possible for claim in rule.claims)
        claims |= dict.fromkeys(decided.claims)
        missing = tuple(dict.fromkeys((fact, rule.then) for rule, fact in possible))
        return Decision(scheme, "undetermined", None, tuple(claims), missing, tuple(steps))

    def _step(self, number: int, rule: Rule, facts: Facts) -> Step:
        conditions = tuple(
            self.condition(fact, wanted, facts, rule.only_if_said) for fact, wanted in rule.conditions.items()
        )
        states = [item.holds for item in conditions]
        holds = False if False in states else None if None in states else True
        return Step(number, rule.then, conditions, holds)


def _above(name: str, values: Mapping) -> frozenset[str]:
    """A value and all that it is a part of."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found and one in values:
            found.add(one)
            waiting += values[one].within
    return frozenset(found)
