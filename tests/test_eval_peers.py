"""Other systems are brought into our form and judged by the same measures."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from eval.gold import read_gold
from eval.outcomes import HITS
from eval.peers import Corpus, LlamaIndexEngine, UrlTemplate
from eval.run import run

TOY = Path(__file__).parent / "data" / "eval" / "toy.jsonl"
TEXTS = {
    "tea-2018": "各省应当每年检验茶叶。检验费用由省承担。\nThe province bears the cost of the inspection.",
    "kettles-2020": "Electric kettles sold in the country need a certificate of safety.",
}


@pytest.fixture
def answering():
    """Starts a server that answers every question with the given body, and gives its address."""
    servers, asked = [], []

    def start(body: object) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
                data = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/ask?q={{question}}"

    yield start
    assert len(asked) == len(set(asked)), "a question is sent once"
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_text_is_found_in_its_document():
    corpus = Corpus(TEXTS)
    assert corpus.locate(" 检验费用由省承担。") == ("tea-2018", 11, 20)
    assert corpus.document_of("由省承担。 The province") == "tea-2018"
    assert corpus.locate("费用由国家承担") is None
    assert corpus.quoted("tea-2018", 11, 20) == "检验费用由省承担。"


@pytest.mark.parametrize(
    "sources",
    [
        {"sources": ["检验费用由省承担。"]},
        {"contexts": [{"page_content": "检验费用由省承担。", "metadata": {"document_id": "tea-2018"}}]},
        {"source_nodes": [{"node": {"text": "检验费用由省承担。"}, "score": 0.3}]},
    ],
    ids=["strings", "with metadata", "nodes"],
)
def test_the_forms_in_which_systems_give_their_sources(answering, sources):
    peer = UrlTemplate(answering({"answer": "由省承担。", **sources}), Corpus(TEXTS))
    (result,) = run(read_gold(TOY)[:1], peer)
    assert result.error is None
    assert {result.measures[name] for name in ("evidence", "precision", "facts", "verbatim", "recall@1")} == {1.0}
    assert result.answer["citations"][0]["document_id"] == "tea-2018"


def test_an_answer_without_sources_and_an_invented_source(answering):
    plain, invented = UrlTemplate(answering("由省承担。"), Corpus(TEXTS)), {"answer": "x", "sources": ["invented"]}
    (result,) = run(read_gold(TOY)[:1], plain)
    assert (result.measures["facts"], result.measures["evidence"], result.measures["verbatim"]) == (1.0, 0.0, 0.0)
    (result,) = run(read_gold(TOY)[1:2], UrlTemplate(answering(invented), Corpus(TEXTS)))
    assert result.answer["citations"][0] == {
        "number": 1, "document_id": "unknown", "quote": "invented", "start": None, "end": None,
    }  # fmt: skip
    assert result.measures["verbatim"] == 0.0


def test_a_system_may_refuse(answering):
    refusing = answering({"answer": "No.", "status": "no_answer"})
    (result,) = run(read_gold(TOY)[4:5], UrlTemplate(refusing, Corpus(TEXTS)))
    assert result.measures["refused"] == 1.0


def test_an_address_needs_a_place_for_the_question():
    with pytest.raises(ValueError, match=r"expected an address with \{question\} in it"):
        UrlTemplate("http://localhost/ask", Corpus(TEXTS))


def test_a_llama_index_query_engine():
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import MockEmbedding
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.response_synthesizers.context_only import ContextOnly

    documents = [Document(text=text, metadata={"document_id": name}) for name, text in TEXTS.items()]
    index = VectorStoreIndex.from_documents(documents, embed_model=MockEmbedding(4))
    engine = RetrieverQueryEngine(index.as_retriever(), ContextOnly(llm=MockLLM()))
    peer = LlamaIndexEngine(engine, index.as_retriever(similarity_top_k=HITS), Corpus(TEXTS))
    results = run([read_gold(TOY)[0], read_gold(TOY)[2]], peer)
    assert [result.error for result in results] == [None, None]
    assert [result.measures["evidence"] for result in results] == [1.0, 1.0]
    assert [result.measures["verbatim"] for result in results] == [1.0, 1.0]
    assert [result.measures["precision"] for result in results] == [0.5, 0.5]  # both documents, always
