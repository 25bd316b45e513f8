"""The check on the wire: the object of ``POST /v1/applicability`` and of ``yiju apply --json``."""

from typing import Literal

from pydantic import BaseModel, Field

from service.applicability.check import Applicability, Certification, Measure
from service.respond import citation_out
from service.schema import CitationOut


class CertificationOut(BaseModel):
    """What a scheme asks of the enterprise, and the words that say so."""

    scheme: str = Field(description="id")
    name: str
    obligation: Literal["compulsory", "voluntary", "not_covered", "undetermined"]
    why: str
    decided_by: str | None = Field(description="what decides where the documents held do not")
    citations: list[CitationOut]
    steps: list[str] = Field(description="how the conditions of the scheme's rules came out")
    general: bool = Field(description="it may concern nearly every enterprise")


class ChoiceOut(BaseModel):
    value: str
    label: str


class AskNextOut(BaseModel):
    """A fact to ask for; the next request gives its answer under this name in facts."""

    fact: str
    question: str
    choices: list[ChoiceOut] = Field(description="empty where the answer is free text")


class MeasureOut(BaseModel):
    measure: str = Field(description="id")
    name: str
    why: str
    if_so: str | None = Field(description="on what it depends, where that is not known")
    citations: list[CitationOut]


class RecognisedOut(BaseModel):
    fact: str
    value: str
    words: str
    how: str = Field(description="words, spelling, meaning or form")


class ApplicabilityResponse(BaseModel):
    """Which certifications concern an enterprise; those that do not come last."""

    description: str
    language: Literal["zh", "en"]
    status: Literal["decided", "open", "not_covered"] = Field(
        description="open: a further fact would separate what is left; not_covered: outside of certification"
    )
    summary: str
    certifications: list[CertificationOut]
    ask_next: list[AskNextOut]
    support: list[MeasureOut] = Field(description="measures that may help this enterprise")
    limits: str = Field(description="what the documents do not hold")
    facts: dict[str, list[str]] = Field(description="all that is known; may be sent with the next request")
    recognised: list[RecognisedOut]
    steps: list[str] = Field(description="what was understood")
    index: str = Field(description="generation")
    took_ms: float


def applicability_response(found: Applicability, took_ms: float) -> ApplicabilityResponse:
    return ApplicabilityResponse(
        description=found.description,
        language=found.language,
        status=found.status,
        summary=found.summary,
        certifications=[_certification(item) for item in found.certifications],
        ask_next=[
            AskNextOut(
                fact=item.fact,
                question=item.question,
                choices=[ChoiceOut(value=value, label=label) for value, label in item.choices],
            )
            for item in found.ask_next
        ],
        support=[_measure(item) for item in found.support],
        limits=found.limits,
        facts={fact: list(values) for fact, values in found.facts.items()},
        recognised=[RecognisedOut(**vars(item)) for item in found.recognised],
        steps=list(found.steps),
        index=found.index,
        took_ms=round(took_ms, 3),
    )


def _certification(item: Certification) -> CertificationOut:
    return CertificationOut(
        scheme=item.scheme,
        name=item.name,
        obligation=item.obligation,
        why=item.why,
        decided_by=item.decided_by,
        citations=[citation_out(citation) for citation in item.citations],
        steps=list(item.steps),
        general=item.general,
    )


def _measure(item: Measure) -> MeasureOut:
    return MeasureOut(
        measure=item.measure,
        name=item.name,
        why=item.why,
        if_so=item.if_so,
        citations=[citation_out(citation) for citation in item.citations],
    )
