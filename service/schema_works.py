"""The wire format of a document among others: its versions, its chain of implementation, what changed in it."""

from typing import Literal

from pydantic import BaseModel, Field

from service.schema import ClauseTree, DocumentOut, DocumentStatus, Language

RelationName = Literal["implements", "interprets", "forwards", "replaces", "cites"]


class VersionOut(BaseModel):
    """A text of the same work: an earlier or later one, or one in the other language."""

    document_id: str
    title: str
    language: Literal["zh", "en", "zh-en"]
    issued_on: str | None
    effective_on: str | None
    until: str | None = Field(description="the first day on which it was no longer in force, where that is known")
    status: DocumentStatus = Field(description="superseded also where a later version of the work is in force already")
    in_force: bool = Field(description="today")


class MentionOut(BaseModel):
    """Where it is said: characters start to end of the citing document name the other, quote is their sentence."""

    document_id: str
    clause_id: str
    start: int
    end: int
    quote: str
    clauses: list[str] = Field(description="clause_ids of the other document, where certain ones are meant")


class OtherDocument(BaseModel):
    key: str = Field(description="names a document of the chain, held or not")
    document_id: str | None = Field(description="null where the document is only cited")
    title: str = Field(description="of one that is only cited: as printed")
    document_number: str | None
    issued_on: str | None


class RelationOut(OtherDocument):
    """Another document, what the one does with the other, and where that is said."""

    relation: RelationName
    mentions: list[MentionOut]


class RelationsOut(BaseModel):
    out: list[RelationOut] = Field(description="what this document implements, interprets, forwards, replaces, cites")
    in_: list[RelationOut] = Field(
        serialization_alias="in", validation_alias="in", description="the documents that do so with this one"
    )


class ChainNodeOut(OtherDocument):
    step: int = Field(description="0 at the top; each document below all that it rests on")


class ChainEdgeOut(BaseModel):
    source: str = Field(description="key of the document that implements, interprets, forwards or replaces")
    target: str
    relation: RelationName
    inferred: bool = Field(description="no text says so; the names and a document that implements both do")
    mentions: list[MentionOut]


class ChainOut(BaseModel):
    """The chain of implementation that a document stands in, from the top down; empty where there is none."""

    nodes: list[ChainNodeOut]
    edges: list[ChainEdgeOut]


class CorrespondenceOut(BaseModel):
    """A clause of the document and one of another document of the chain that says the same, by the encoder."""

    clause_id: str
    quote: str
    other_document_id: str
    other_clause_id: str
    other_quote: str
    similarity: float


class DocumentResponse(DocumentOut):
    characters: int = Field(description="of the normalised text")
    clauses: list[ClauseTree]
    versions: list[VersionOut] = Field(description="of the same work, this one among them, the earliest first")
    relations: RelationsOut
    chain: ChainOut
    correspondences: list[CorrespondenceOut]


class DiffClause(BaseModel):
    clause_id: str
    number: str | None
    path: list[str]
    start: int
    end: int
    text: str


class DiffPart(BaseModel):
    kind: Literal["same", "removed", "added"]
    text: str


class DiffChange(BaseModel):
    kind: Literal["unchanged", "changed", "added", "removed"]
    renumbered: bool
    moved: bool = Field(description="it stands before or behind clauses that it stood behind or before")
    old: DiffClause | None
    new: DiffClause | None
    parts: list[DiffPart] = Field(description="of a changed clause, all words of both without their numbers")


class DiffCounts(BaseModel):
    unchanged: int
    changed: int
    added: int
    removed: int
    renumbered: int
    moved: int


class DiffResponse(BaseModel):
    old: DocumentOut
    new: DocumentOut
    language: Language | None = Field(description="of both; null where they have two languages in common")
    counts: DiffCounts
    changes: list[DiffChange] = Field(description="in the order of the new text")
    took_ms: float
