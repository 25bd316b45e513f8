"""The register of certification schemes: what ``corpus/certifications.jsonl`` may say, one object a line.

    fact      something to know of an enterprise: its question, its values and the words that tell them
    activity  what an enterprise may make or do; "activity" is the first of the facts
    matter    what enterprises also ask about, and no document here is about: leases, taxes, visas
    scheme    a certification, regime or recognition: rules of the form *if these facts, then this obligation*
    support   a measure that may help an enterprise, and whom it concerns

Every rule rests on claims, and every claim is a quote that stands word for word in a document. The first rule whose
conditions all hold decides; where none can hold, ``otherwise`` does; where a missing fact could make one hold, the
obligation is undetermined and the fact is asked for. A condition that names several values holds with any of them;
a value holds too where a narrower one is known (Huzhou is in Zhejiang).
"""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

REGISTER = "certifications.jsonl"
HELD, HELD_VECTORS = "register.json", "register/vectors"  # in a generation of the index
ACTIVITY, MATTER, SCHEME = "activity", "matter", "scheme"
# Ids of lines that the check itself speaks of. A register without one of them does without what is said of it.
CCC, SELF_DECLARATION = "ccc", "ccc-self-declaration"  # schemes: what is told of first, and what only goes with it
SIZE = "size"  # a fact: a measure for small enterprises is told under that condition where it is not known
SERVICE, CONFORMITY = "service", "conformity"  # activities that are done for others
FARMING, OTHER_GOODS, OTHER_SERVICE = "farming", "other-goods", "other-service"  # of a kind that has no word

Obligation = Literal["compulsory", "voluntary", "not_covered", "undetermined"]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,40}$")]
Text = Annotated[str, Field(min_length=1)]
Words = tuple[Text, ...]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Claim(_Line):
    """Words of a document. Where they stand is found when the register is read.

    ``also``: the same in the document's other language, for readers of that."""

    document_id: Text
    quote: Text
    clause_id: str = ""
    start: int = 0
    end: int = 0
    also: "Claim | None" = None


class Named(_Line):
    id: Id
    name_zh: Text
    name_en: Text

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


class Value(Named):
    """A value of a fact and the words by which a description tells it; ``within``: values it is a part of."""

    within: tuple[Id, ...] = ()
    words_zh: Words = ()
    words_en: Words = ()


class Fact(Named):
    """Something to know. ``if_not_said``: "ask" for it, or take it for not so ("no").

    ``stated``: it counts only where it is stated, not where somebody asks or supposes it.
    """

    kind: Literal["fact"]
    question_zh: Text
    question_en: Text
    if_not_said: Literal["ask", "no"]
    stated: bool = False
    values: tuple[Value, ...]

    def question(self, language: str) -> str:
        return self.question_zh if language == "zh" else self.question_en


class Activity(Value):
    """``glossary``: terms of the glossary (its Chinese column), all of whose forms are words for it, but ``not_words``.
    ``stays``: also where another word follows: who stores hazardous chemicals has to do with them.
    ``done_to``: what stands beside it is what it is done to: who repairs phones makes none.
    ``deals_in``: what stands before it is what it deals in, and stays: an importer of solar panels."""

    kind: Literal["activity"]
    glossary: Words = ()
    not_words: Words = ()
    stays: bool = False
    done_to: bool = False
    deals_in: bool = False


class Matter(Value):
    kind: Literal["matter"]


class Grounds(_Line):
    """Why, and the claims it rests on."""

    why_zh: Text
    why_en: Text
    claims: Annotated[tuple[Text, ...], Field(min_length=1)]

    def why(self, language: str) -> str:
        return self.why_zh if language == "zh" else self.why_en


class Rule(Grounds):
    """``only_if_said``: what is not said counts as not so, and is not asked for."""

    conditions: Annotated[dict[Id, Annotated[tuple[Id, ...], Field(min_length=1)]], Field(alias="if", min_length=1)]
    then: Obligation
    decided_by_zh: str = ""
    decided_by_en: str = ""
    only_if_said: bool = False

    @model_validator(mode="after")
    def undetermined_says_what_would_decide(self) -> "Rule":
        if self.then == "undetermined" and not (self.decided_by_zh and self.decided_by_en):
            raise ValueError(
                "a rule that leaves the obligation undetermined must say what decides (decided_by_zh, _en)"
            )
        return self

    def decided_by(self, language: str) -> str:
        return self.decided_by_zh if language == "zh" else self.decided_by_en


class Open(_Line):
    """What is said while a fact is missing, and what decides."""

    why_zh: Text
    why_en: Text
    decided_by_zh: Text
    decided_by_en: Text


class Scheme(Named):
    """``general``: it may concern nearly everybody, so it is told last."""

    kind: Literal["scheme"]
    type: Literal["product", "service", "management_system", "regime", "recognition", "access"]
    aliases_zh: Words = ()
    aliases_en: Words = ()
    general: bool = False
    claims: Annotated[dict[str, Claim], Field(min_length=1)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    otherwise: Grounds
    open: Open | None = None

    @model_validator(mode="after")
    def every_ground_has_its_claims(self) -> "Scheme":
        needed = {claim for ground in (*self.rules, self.otherwise) for claim in ground.claims}
        if missing := sorted(needed - self.claims.keys()):
            raise ValueError(f"no claim is called {', '.join(missing)}")
        if unused := sorted(self.claims.keys() - needed):
            raise ValueError(f"no rule rests on the claim {', '.join(unused)}")
        return self


class Support(Named):
    kind: Literal["support"]
    conditions: Annotated[dict[Id, Annotated[tuple[Id, ...], Field(min_length=1)]], Field(alias="if", min_length=1)]
    why_zh: Text
    why_en: Text
    claims: Annotated[tuple[Claim, ...], Field(min_length=1)]

    def why(self, language: str) -> str:
        return self.why_zh if language == "zh" else self.why_en


Line = Annotated[Fact | Activity | Matter | Scheme | Support, Field(discriminator="kind")]
LINE: TypeAdapter[Line] = TypeAdapter(Line)


class Register(_Line):
    """All lines, in the order of the file."""

    lines: tuple[Line, ...] = ()

    def of(self, kind: type) -> Iterator:
        return (line for line in self.lines if isinstance(line, kind))

    @property
    def schemes(self) -> list[Scheme]:
        return list(self.of(Scheme))

    def values(self, fact: str) -> dict[str, Value]:
        """The values that a fact may have, by id."""
        return self._values.get(fact, {})

    @cached_property
    def facts(self) -> dict[str, Fact]:
        return {line.id: line for line in self.of(Fact)}

    @cached_property
    def _values(self) -> dict[str, dict[str, Value]]:
        values = {line.id: {value.id: value for value in line.values} for line in self.of(Fact)}
        values[ACTIVITY] = {line.id: line for line in self.of(Activity)}
        values[MATTER] = {line.id: line for line in self.of(Matter)}
        return values

    def phrases(self) -> list[tuple[str, str, str]]:
        """(fact, value, words) whose vectors the index holds, in the order of their rows: activities and matters."""
        return [
            (fact, value.id, words)
            for fact in (ACTIVITY, MATTER)
            for value in self.values(fact).values()
            for words in (*value.words_zh, *value.words_en)
        ]


def register_bytes(register: Register) -> bytes:
    """As it lies in an index; the same register gives the same bytes."""
    lines = [line.model_dump(mode="json", by_alias=True) for line in register.lines]
    return json.dumps({"lines": lines}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def register_from(data: bytes) -> Register:
    return Register.model_validate_json(data)


def held_register(generation: Path) -> Register:
    """The register of a generation of the index; without a line where it has none."""
    file = generation / HELD
    return register_from(file.read_bytes()) if file.exists() else Register()


def held_vectors(generation: Path, dimension: int) -> np.ndarray:
    """float32 (phrases, dimension): those of ``Register.phrases``."""
    file = generation / f"{HELD_VECTORS}.npy"
    if not file.exists():
        return np.empty((0, dimension), np.float32)
    return np.load(file, allow_pickle=False).astype(np.float32)
