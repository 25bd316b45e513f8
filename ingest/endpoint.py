"""An OpenAI-compatible chat endpoint: a question in, a reply out, within a time limit. The only file that knows how.

The client is llama-index's ``OpenAILike`` (optional extra ``llm``); it takes seconds to import, so that happens only
when an endpoint is used.
"""

import asyncio
import re
from collections.abc import Callable

# (what is asked for, the material) → the reply
Chat = Callable[[str, str], str]

# Some models think aloud before they reply.
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


class EndpointError(Exception):
    """No usable reply; the message says why and holds nothing of the endpoint's own words."""


def open_endpoint(url: str, model: str, key: str | None, seconds: float) -> Chat:
    """A chat with ``model`` at ``url`` (".../v1"), each reply complete within ``seconds``.

    Raises:
        ValueError: the client is not installed, or the address is none.
    """
    if not re.match(r"https?://[^/\s]", url):
        raise ValueError(f"{url!r} is not the address of an endpoint like http://127.0.0.1:8080/v1")
    try:
        from llama_index.core.llms import ChatMessage
        from llama_index.llms.openai_like import OpenAILike
    except ImportError as error:
        raise ValueError(f"{error.name} is missing; an endpoint needs: pip install -e '.[llm]'") from None
    client = OpenAILike(
        model=model,
        api_base=url,
        api_key=key or "none",  # the client insists on one
        is_chat_model=True,
        temperature=0.0,
        timeout=seconds,
        max_retries=0,  # asking again is the caller's decision
        reuse_client=False,  # each question has an event loop of its own
    )

    async def ask(messages: list) -> str:
        # The client's own limit is for each part of a reply; this one is for all of it.
        async with asyncio.timeout(seconds):
            return (await client.achat(messages)).message.content or ""

    def chat(task: str, material: str) -> str:
        messages = [ChatMessage(role="system", content=task), ChatMessage(role="user", content=material)]
        try:
            reply = asyncio.run(ask(messages))
        except Exception as error:
            raise EndpointError(_reason(error, url, seconds)) from error
        return _THOUGHT.sub("", reply).strip()

    return chat


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
