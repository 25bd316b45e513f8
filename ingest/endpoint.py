"""An OpenAI-compatible chat endpoint: a question in, a reply out, within a time limit. The only file that knows how.

The client is llama-index's ``OpenAILike`` (optional extra ``llm``); it takes seconds to import, so that happens only
when an endpoint is used.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

# (what is asked for, the material) → the reply
Chat = Callable[[str, str], str]
# the same, in pieces as they come
Stream = Callable[[str, str], Iterator[str]]

# Some models think aloud before they reply.
THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


class EndpointError(Exception):
    """No usable reply; the message says why and holds nothing of the endpoint's own words."""


def open_endpoint(url: str, model: str, key: str | None, seconds: float) -> Chat:
    """A chat with ``model`` at ``url`` (".../v1"), each reply complete within ``seconds``.

    Raises:
        ValueError: the client is not installed, or the address is none.
    """
    client = _client(url, model, key, seconds)

    def chat(task: str, material: str) -> str:
        with _told(url, seconds):
            reply = asyncio.run(_within(seconds, client.achat(_messages(task, material))))
        return THOUGHT.sub("", reply.message.content or "").strip()

    return chat


def open_stream(url: str, model: str, key: str | None, seconds: float) -> Stream:
    """The same, piece by piece as it is written, thoughts and all; the last one within ``seconds`` of the request.

    Raises:
        ValueError: as ``open_endpoint``.
    """
    client = _client(url, model, key, seconds)

    def stream(task: str, material: str) -> Iterator[str]:
        until = time.monotonic() + seconds
        with asyncio.Runner() as runner:
            with _told(url, seconds):
                pieces = runner.run(_within(seconds, client.astream_chat(_messages(task, material))))
            while True:
                with _told(url, seconds):
                    piece = runner.run(_within(until - time.monotonic(), anext(pieces, None)))
                if piece is None:
                    return
                yield piece.delta or ""

    return stream


def _client(url: str, model: str, key: str | None, seconds: float):
    if not re.match(r"https?://[^/\s]", url):
        raise ValueError(f"{url!r} is not the address of an endpoint like http://127.0.0.1:8080/v1")
    try:
        from llama_index.llms.openai_like import OpenAILike
    except ImportError as error:
        raise ValueError(f"{error.name} is missing; an endpoint needs: pip install -e '.[llm]'") from None
    return OpenAILike(
        model=model,
        api_base=url,
        api_key=key or "none",  # the client insists on one
        is_chat_model=True,
        temperature=0.0,
        timeout=seconds,
        max_retries=0,  # asking again is the caller's decision
        reuse_client=False,  # each question has an event loop of its own
    )


def _messages(task: str, material: str) -> list:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role="system", content=task), ChatMessage(role="user", content=material)]


async def _within(seconds: float, awaited: Awaitable):
    # The client's own limit is for each part of a reply; this one is for all of it.
    async with asyncio.timeout(max(0.0, seconds)):
        return await awaited


@contextmanager
def _told(url: str, seconds: float) -> Iterator[None]:
    """Whatever goes wrong in the client becomes an EndpointError that says so."""
    try:
        yield
    except Exception as error:
        raise EndpointError(_reason(error, url, seconds)) from error


def _reason(error: Exception, url: str, seconds: float) -> str:
    import openai

    if isinstance(error, (TimeoutError, openai.APITimeoutError)):
        return f"no complete reply within {seconds:g} s"
    if isinstance(error, openai.APIStatusError):
        return f"{url} answered with status {error.status_code}"
    if isinstance(error, openai.APIConnectionError):
        return f"{url} cannot be reached"
    # A reply that is no chat completion fails anywhere in the client.
    return f"{url} answered with something that is no chat completion ({type(error).__name__})"
