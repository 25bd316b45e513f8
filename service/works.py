"""A document among others → the objects of the wire format: versions, relations, chain, differences."""

from collections.abc import Sequence

from ingest.diff import Change, compare_texts, counts
from ingest.document import Clause
from ingest.index import Index
from ingest.versions import since
from service.chain import Mention, Node, Relation, chain_of, relations_of
from service.correspond import correspondences
from service.schema_works import (
    ChainEdgeOut,
    ChainNodeOut,
    ChainOut,
    CorrespondenceOut,
    DiffChange,
    DiffClause,
    DiffCounts,
    DiffPart,
    MentionOut,
    RelationOut,
    RelationsOut,
    VersionOut,
)

_MOST = 12  # documents whose clauses are compared with those of one document


def works_fields(index: Index, document_id: str) -> dict:
    """What a document's response says of others: fields of ``schema_works.DocumentResponse``."""
    position = index.versions.place(document_id)
    out, into = relations_of(index, position)
    chain = chain_of(index, position)
    near = [*((item, item.target) for item in out), *((item, item.source) for item in into)]
    others = dict.fromkeys(other.document_id for item, other in near if item.relation != "cites")
    found = [
        CorrespondenceOut(
            clause_id=item.clause_id,
            quote=item.sentence.text,
            other_document_id=other,
            other_clause_id=item.other_clause_id,
            other_quote=item.other.text,
            similarity=round(item.similarity, 4),
        )
        for other in [one for one in others if one not in (None, document_id)][:_MOST]
        for item in correspondences(index, position, index.versions.place(other))
    ]
    return {
        "versions": _versions(index, position),
        "relations": RelationsOut.model_validate(
            {
                "out": [_relation(item, item.target) for item in out],
                "in": [_relation(item, item.source) for item in into],
            }
        ),
        "chain": ChainOut(
            nodes=[ChainNodeOut(**_other(node), step=node.step) for node in chain.nodes],
            edges=[
                ChainEdgeOut(
                    source=edge.source.key,
                    target=edge.target.key,
                    relation=edge.relation,
                    inferred=edge.inferred,
                    mentions=_mentions(edge.mentions),
                )
                for edge in chain.edges
            ],
        ),
        "correspondences": found,
    }


def _versions(index: Index, position: int) -> list[VersionOut]:
    versions = index.versions
    valid = versions.in_force(None)
    found = []
    for at in (*versions.of(position), *versions.translations(position)):
        document = index.catalogue[at]
        found.append(
            VersionOut(
                document_id=document.document_id,
                title=document.title,
                language=document.language,
                issued_on=document.issued_on,
                effective_on=document.effective_on,
                until=versions.ends[at],
                status=versions.status(at),
                in_force=bool(valid[at]),
            )
        )
    return found


def _relation(item: Relation, other: Node) -> RelationOut:
    return RelationOut(**_other(other), relation=item.relation, mentions=_mentions(item.mentions))


def _other(node: Node) -> dict:
    return {
        "key": node.key,
        "document_id": node.document_id,
        "title": node.name,
        "document_number": node.number,
        "issued_on": node.issued_on,
    }


def _mentions(mentions: Sequence[Mention]) -> list[MentionOut]:
    return [
        MentionOut(
            document_id=item.document_id,
            clause_id=item.clause_id,
            start=item.start,
            end=item.end,
            quote=item.quote,
            clauses=list(item.clauses),
        )
        for item in mentions
    ]


def earlier_first(index: Index, one: str, other: str) -> tuple[str, str]:
    """Two documents as old and new: by their dates, as they are given where one has none."""
    days = [since(index.catalogue[index.versions.place(name)]) for name in (one, other)]
    return (other, one) if all(days) and days[1] < days[0] else (one, other)


def diff_fields(index: Index, old: str, new: str) -> dict | None:
    """What changed between two documents: fields of ``DiffResponse``; None where they have no language in common."""
    before, after = (index.store.clauses(name) for name in (old, new))
    changes = compare_texts(before, after)
    if changes is None:
        return None
    languages = {change.clause.language for change in changes}
    return {
        "language": languages.pop() if len(languages) == 1 else None,
        "counts": DiffCounts(**counts(changes)),
        "changes": [_change(change) for change in changes],
    }


def _change(change: Change) -> DiffChange:
    return DiffChange(
        kind=change.kind,
        renumbered=change.renumbered,
        moved=change.moved,
        old=_clause(change.old),
        new=_clause(change.new),
        parts=[DiffPart(kind=part.kind, text=part.text) for part in change.parts],
    )


def _clause(clause: Clause | None) -> DiffClause | None:
    if clause is None:
        return None
    return DiffClause(
        clause_id=clause.clause_id,
        number=clause.number,
        path=list(clause.path),
        start=clause.start,
        end=clause.end,
        text=clause.text,
    )
