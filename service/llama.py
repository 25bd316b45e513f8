"""Yiju as llama-index components: a retriever and a query engine over the same index and the same answers.

    from service.llama import open_query_engine
    engine = open_query_engine("build/index")
    response = engine.query("强制性产品认证目录有多少种产品？")
    response.response                     # the answer, with [1] markers; or why there is none
    response.source_nodes[0].node.text    # the words of the document that it rests on

Node ids are passage_ids and clause_ids, metadata the fields of a citation. Nothing of llama-index's global Settings is
used, no model is loaded.
"""

from pathlib import Path

from llama_index.core import Response
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from service.answer import Citation, Filters
from service.answerer import Answerer, open_answerer
from service.retrieve import Hit


class YijuRetriever(BaseRetriever):
    """The passages nearest to a question, best first, in both languages."""

    def __init__(self, answerer: Answerer, limit: int = 10, filters: Filters = Filters()):
        super().__init__()
        self._answerer = answerer
        self._limit = limit
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._answerer.search(query_bundle.query_str, self._filters, self._limit)
        return [NodeWithScore(node=_passage_node(hit), score=hit.score) for hit in hits]


class YijuQueryEngine(BaseQueryEngine):
    """Answers in the documents' own words; the citations are the response's source nodes.

    ``response.metadata`` holds status, reason, language and confidence as ``POST /v1/ask`` gives them. With no answer
    the source nodes are the nearest clauses.
    """

    def __init__(self, answerer: Answerer, filters: Filters = Filters(), max_citations: int | None = None):
        super().__init__(callback_manager=None)
        self._answerer = answerer
        self._filters = filters
        self._max_citations = max_citations

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._answerer.ask(query_bundle.query_str, "auto", self._filters, self._max_citations)
        return Response(
            response=answer.text,
            source_nodes=[
                NodeWithScore(node=_citation_node(item), score=answer.confidence) for item in answer.citations
            ],
            metadata={
                "status": answer.status,
                "reason": answer.reason,
                "language": answer.language,
                "confidence": answer.confidence,
                "index": answer.index,
            },
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)  # milliseconds: not worth a thread

    def _get_prompt_modules(self) -> dict:
        return {}


def open_retriever(index: str | Path, limit: int = 10, encoder: str | None = None) -> YijuRetriever:
    """A retriever over the current generation of an index; raises IndexFormatError as ``open_answerer`` does."""
    return YijuRetriever(open_answerer(Path(index), encoder), limit)


def open_query_engine(index: str | Path, encoder: str | None = None) -> YijuQueryEngine:
    """A query engine over the current generation of an index; raises IndexFormatError as ``open_answerer`` does."""
    return YijuQueryEngine(open_answerer(Path(index), encoder))


def _passage_node(hit: Hit) -> TextNode:
    passage = hit.passage
    document = hit.index.store.document(passage.document_id)
    return TextNode(
        id_=passage.passage_id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={
            "document_id": passage.document_id,
            "clause_id": passage.clause_id,
            "language": passage.language,
            "document_title": document.title,
            "document_number": document.document_number,
            "issuer": document.issuer,
            "issued_on": document.issued_on,
            "status": document.status,
        },
    )


def _citation_node(citation: Citation) -> TextNode:
    return TextNode(
        id_=f"{citation.clause_id}@{citation.start}-{citation.end}",
        text=citation.quote,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        metadata={
            "number": citation.number,
            "document_id": citation.document_id,
            "clause_id": citation.clause_id,
            "language": citation.language,
            "document_title": citation.document_title,
            "document_number": citation.document_number,
            "issuer": citation.issuer,
            "issued_on": citation.issued_on,
            "status": citation.status,
            "path": list(citation.path),
            "url": citation.url,
        },
    )
