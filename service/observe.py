"""What happens around every request: the bounds on its body, a line in the log, counts for /metrics.

Plain ASGI, so that a body over the bounds is refused while it is read and never held.
"""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
_METHODS = {"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"}
_DROPPED = 2 * 2**20  # bytes over the bound that are taken all the same
# Upper bounds of the duration histogram, in seconds.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

Refuse = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyLimit:
    """Reads the body before the application does.

    Answers with ``too_large`` once it is over ``limit`` bytes, and with ``too_slow`` where it has not come within
    ``seconds`` in all, or the service stops before it has.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float, too_large: Refuse, too_slow: Refuse):
        self.app = app
        self.limit = limit
        self.seconds = seconds
        self.too_large = too_large
        self.too_slow = too_slow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _declared_length(scope) > self.limit + _DROPPED:
            await self.too_large(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.seconds):
                body = await self._read(receive)
        except (TimeoutError, asyncio.CancelledError):
            # Cancelled by the server, which stops and has waited for long enough: the client is told that too.
            await self.too_slow(scope, receive, send)
            return
        if body is None:
            return
        if len(body) > self.limit:
            await self.too_large(scope, receive, send)
            return
        given = False

        async def receive_again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, receive_again, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The body, no more of it than over the bound; None where the client went away.

        What is over it is taken, up to ``_DROPPED`` bytes, and dropped: a client that is answered while it still sends
        finds the connection closed, and not the answer.
        """
        body = bytearray()
        size, more = 0, True
        while more and size <= self.limit + _DROPPED:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            size += len(message.get("body", b""))
            body += message.get("body", b"")
            del body[self.limit + 1 :]
            more = message.get("more_body", False)
        return bytes(body)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


class Metrics:
    """Counts since the start, in the text format of Prometheus (version 0.0.4)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._answers: Counter[tuple[str, str]] = Counter()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[method, route, status] += 1
            self._seconds[route] += seconds
            for bound in _BUCKETS:
                if seconds <= bound:
                    self._buckets[route, bound] += 1

    def answer(self, status: str, reason: str | None) -> None:
        with self._lock:
            self._answers[status, reason or ""] += 1

    def text(self, generation: str | None) -> str:
        with self._lock:
            requests, seconds = dict(self._requests), dict(self._seconds)
            buckets, answers = Counter(self._buckets), dict(self._answers)
        lines = ["# HELP yiju_requests_total Requests served.", "# TYPE yiju_requests_total counter"]
        for (method, route, status), count in sorted(requests.items()):
            lines.append(f'yiju_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
        lines += ["# HELP yiju_request_seconds Time a request took.", "# TYPE yiju_request_seconds histogram"]
        for route, total in sorted(seconds.items()):
            count = sum(number for (_, name, _), number in requests.items() if name == route)
            for bound in _BUCKETS:
                lines.append(f'yiju_request_seconds_bucket{{route="{route}",le="{bound}"}} {buckets[route, bound]}')
            lines.append(f'yiju_request_seconds_bucket{{route="{route}",le="+Inf"}} {count}')
            lines.append(f'yiju_request_seconds_sum{{route="{route}"}} {total:.6f}')
            lines.append(f'yiju_request_seconds_count{{route="{route}"}} {count}')
        lines += ["# HELP yiju_answers_total Answers by status and reason.", "# TYPE yiju_answers_total counter"]
        for (status, reason), count in sorted(answers.items()):
            lines.append(f'yiju_answers_total{{status="{status}",reason="{reason}"}} {count}')
        lines += ["# HELP yiju_index_info The index that is served.", "# TYPE yiju_index_info gauge"]
        if generation:
            lines.append(f'yiju_index_info{{generation="{generation}"}} 1')
        return "\n".join(lines) + "\n"


class Observe:
    """One line in the log for each request, and its counts: method, path, status, milliseconds; no question."""

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0
        start = time.perf_counter()

        async def send_seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_seen)
        except Exception:
            status = status or 500  # what the server answers for us
            raise
        finally:
            status = status or 499  # the client went away before there was an answer
            seconds = time.perf_counter() - start
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self.metrics.request(method, _route(scope), status, seconds)
            log.info("%s %s %d %.1f ms", method, _path(scope), status, seconds * 1000)


def _route(scope: Scope) -> str:
    """The template of the address: a name for each address asked for would grow without bound."""
    return getattr(scope.get("route"), "path", "other")


def _path(scope: Scope) -> str:
    """The path as it was sent, percent-encoded: nothing in it can break a line of the log."""
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    return raw.partition(b"?")[0].decode("ascii", "backslashreplace")[:200]
