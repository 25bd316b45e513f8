"""A llama-index program gets our passages and answers through its own interfaces."""

import asyncio

from llama_index.core.schema import NodeWithScore

from service.answer import Filters
from service.llama import YijuQueryEngine, YijuRetriever, open_query_engine, open_retriever


def test_the_retriever_gives_what_search_gives(small_answerer):
    found = YijuRetriever(small_answerer, limit=3).retrieve("organic tea certification")
    expected = small_answerer.search("organic tea certification", limit=3)
    assert [type(node) for node in found] == [NodeWithScore] * len(expected)
    assert [node.node_id for node in found] == [hit.passage.passage_id for hit in expected]
    assert [node.score for node in found] == [hit.score for hit in expected]
    for node in found:
        document = small_answerer.index.store.document(node.metadata["document_id"])
        assert document.text[node.node.start_char_idx : node.node.end_char_idx] == node.text


def test_the_query_engine_gives_what_ask_gives(small_answerer):
    engine = YijuQueryEngine(small_answerer)
    question = "有机产品认证是强制性的吗？"
    expected = small_answerer.ask(question)
    response = engine.query(question)
    assert response.response == expected.text
    assert response.metadata["status"] == expected.status
    assert [node.text for node in response.source_nodes] == [citation.quote for citation in expected.citations]
    assert asyncio.run(engine.aquery(question)).response == expected.text


def test_a_refusal_is_a_response_with_its_reason(small_answerer):
    nothing = Filters(document_id="none")
    response = YijuQueryEngine(small_answerer, nothing).query("明天会下雨吗？")
    assert response.metadata["status"] == "no_answer"
    assert response.metadata["reason"]
    assert response.response


def test_both_open_an_index_by_its_folder(small_index, monkeypatch, small_answerer):
    import service.llama

    monkeypatch.setattr(service.llama, "open_answerer", lambda folder, encoder: small_answerer)
    assert open_retriever(str(small_index)).retrieve("tea")
    assert open_query_engine(str(small_index)).query("tea").response
