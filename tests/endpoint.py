"""An OpenAI-compatible chat endpoint on loopback, whose replies a test decides."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The body of the request → what is sent: a reply's words, or (status, body), or a number of seconds to say nothing.
Behaviour = Callable[[dict], str | tuple[int, bytes] | float]


@contextlib.contextmanager
def endpoint(behave: Behaviour) -> Iterator[tuple[str, list[dict]]]:
    """(its address, the requests it gets with their headers)"""
    asked: list[dict] = []
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append({**body, "path": self.path, "authorization": self.headers["authorization"]})
            said = behave(body)
            if isinstance(said, float):
                self._trickle(said)
                return
            streamed = body.get("stream") and isinstance(said, str)
            status, data = said if isinstance(said, tuple) else (200, events(said) if streamed else completion(said))
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("content-type", "text/event-stream" if streamed else "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def _trickle(self, seconds: float) -> None:
            """A byte now and then, so that no single read takes long."""
            with contextlib.suppress(OSError):
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                until = time.monotonic() + seconds
                while time.monotonic() < until and not stop.wait(0.05):
                    self.wfile.write(b" ")
                    self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        stop.set()
        server.shutdown()
        server.server_close()


def completion(text: str | None) -> bytes:
    """A reply as the interface has it."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps(
        {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    ).encode()


def events(text: str) -> bytes:
    """The same as a stream of pieces of a few characters."""
    pieces = [{"content": text[at : at + 7]} for at in range(0, len(text), 7)]
    chunks = [
        {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "delta": piece}],
        }
        for piece in [{"role": "assistant", "content": ""}, *pieces]
    ]
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode() + b"data: [DONE]\n\n"
