"""The service as a process: its socket, its signals, its log."""

import errno
import logging
import signal
import socket
import sys

import uvicorn

from ingest.command import Failure
from ingest.endpoint import Stream
from service.app import create_app
from service.settings import Settings


def run(settings: Settings, listening: socket.socket, writer: Stream | None = None) -> None:
    """Serve until stopped.

    Raises:
        Exception: why the index or its encoder could not be loaded.
    """
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    if settings.log_level != "debug":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # uvicorn ends what is under way, then raises the signal again: stopping is what was asked for, not a failure.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: sys.exit(0))
    failures: list[Exception] = []

    def load_failed(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, load_failed=load_failed, writer=writer),
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,  # it would hold the questions of searches; service.observe logs each request
            server_header=False,
            timeout_graceful_shutdown=2,  # seconds
        )
    )
    address, port = listening.getsockname()[:2]
    logging.getLogger(__name__).info("http://%s:%d (Ctrl-C stops)", f"[{address}]" if ":" in address else address, port)
    server.run(sockets=[listening])
    if failures:
        raise failures[0]


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a port in use is known before anything is loaded."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise Failure(f"--host {host}: {error.strerror}; for this machine only: --host 127.0.0.1") from error
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            another = port + 1 if port < 65535 else 8000
            raise Failure(f"port {port} on {host} is in use; choose another: yiju serve --port {another}") from error
        raise Failure(f"cannot listen on port {port} of {host}: {error.strerror}") from error
    return listening
