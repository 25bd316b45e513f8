"""What can be asked: the service in this process, or one by its address. Both speak the contract's objects."""

import functools
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Protocol


class Service(Protocol):
    """Anything that speaks the contract: ``ask`` and ``search`` return the objects of the HTTP responses."""

    def ask(self, question: str) -> dict: ...

    def search(self, question: str, limit: int) -> list[dict]: ...

    def quoted(self, document_id: str, start: int, end: int) -> str | None:
        """The document's text at a place; None where that cannot be told."""
        ...


class Library:
    """The service in this process."""

    def __init__(self, answerer):
        from service.respond import ask_response, search_response

        self._answerer = answerer
        self._ask_response, self._search_response = ask_response, search_response

    def ask(self, question: str) -> dict:
        """The response to the question, and with it the milliseconds of each stage as "timings"."""
        started = time.perf_counter()
        answer = self._answerer.ask(question)
        took_ms = (time.perf_counter() - started) * 1000
        return {**self._ask_response(answer, took_ms).model_dump(mode="json"), "timings": dict(answer.timings)}

    def search(self, question: str, limit: int) -> list[dict]:
        found = self._answerer.search(question, limit=limit)
        return self._search_response(found, took_ms=0.0).model_dump(mode="json")["hits"]

    def quoted(self, document_id: str, start: int, end: int) -> str | None:
        document = self._answerer.index.store.document(document_id)
        return document.text[start:end] if document and 0 <= start <= end <= len(document.text) else None

    def identity(self) -> dict:
        meta = self._answerer.index.meta
        return {
            "system": "yiju" if self._answerer.renderings and meta["with_renderings"] else "yiju, no renderings",
            "index": self._answerer.index.generation,
            "encoder": f"{meta['encoder']['name']} {meta['encoder']['sha256'][:12]}",
            "corpus": meta["corpus_sha256"][:12],
            "renderings": self._answerer.renderings and meta["with_renderings"],
        }


class Remote:
    """A service by its address; its documents are read once, to check quotes against."""

    def __init__(self, url: str, timeout: float = 30.0):
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._clauses = functools.lru_cache(maxsize=256)(self._read_clauses)

    def ask(self, question: str) -> dict:
        body = json.dumps({"question": question}).encode()
        request = urllib.request.Request(f"{self._url}/v1/ask", body, {"Content-Type": "application/json"})
        return self._read(request)

    def search(self, question: str, limit: int) -> list[dict]:
        query = urllib.parse.urlencode({"q": question, "limit": limit})
        return self._read(f"{self._url}/v1/search?{query}")["hits"]

    def quoted(self, document_id: str, start: int, end: int) -> str | None:
        for clause in self._clauses(document_id):
            if clause["start"] <= start <= end <= clause["end"]:
                return clause["text"][start - clause["start"] : end - clause["start"]]
        return None

    def identity(self) -> dict:
        """Which index answers there; raises OSError where nothing does."""
        ready = self._read(f"{self._url}/readyz")
        documents = self._read(f"{self._url}/v1/documents")["documents"]
        return {
            "system": self._url,
            "index": ready["index"],
            "encoder": ready.get("encoder", "unknown"),
            "corpus": ", ".join(f"{item['document_id']} {item['sha256'][:8]}" for item in documents),
        }

    def _read_clauses(self, document_id: str) -> list[dict]:
        found = self._read(f"{self._url}/v1/documents/{urllib.parse.quote(document_id)}")
        return list(_flat(found["clauses"]))

    def _read(self, request: urllib.request.Request | str) -> dict:
        with urllib.request.urlopen(request, timeout=self._timeout) as response:
            return json.load(response)


def _flat(clauses: list[dict]) -> Iterator[dict]:
    for clause in clauses:
        yield clause
        yield from _flat(clause["children"])
