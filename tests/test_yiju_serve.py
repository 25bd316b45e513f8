"""``yiju serve`` as a process: it answers, and stops when told."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from toy import ToyEncoder

from ingest.index import current
from ingest.pipeline import build

QUESTION = "检验费用由谁承担？"


@contextlib.contextmanager
def serving(index: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    """The service in a process of its own, ready, on a free port."""
    tests = Path(__file__).parent
    path = os.pathsep.join([os.environ["PYTHONPATH"], str(tests), str(tests.parent)])
    process = subprocess.Popen(
        [sys.executable, tests / "toy_command.py", "service", "serve", "--index", index, "--port", "0"],
        env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        line = process.stderr.readline()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+) ", line)[1])
        for _ in range(1000):
            with contextlib.suppress(OSError):
                if request(port, "GET", "/readyz")[0] == 200:
                    break
            time.sleep(0.01)
        else:
            process.terminate()
            raise AssertionError(f"not ready after ten seconds: {process.communicate()}")
        yield process, port
    finally:
        process.kill()
        process.wait()


def request(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request(method, path, body, {"content-type": "application/json"} if body else {})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_service_answers_and_stops_when_told(small_index, stop):
    with serving(small_index) as (process, port):
        status, got = request(port, "POST", "/v1/ask", json.dumps({"question": QUESTION}).encode())
        assert (status, got["citations"][0]["quote"]) == (200, "检验费用由省承担。")
        ready = {"status": "ready", "index": current(small_index), "encoder": "toy " + "70" * 6}
        assert request(port, "GET", "/readyz") == (200, ready)
        # Larger than the bound and than what the system holds between client and server.
        status, got = request(port, "POST", "/v1/ask", b" " * 1_000_000)
        assert (status, got["error"]["code"]) == (413, "body_too_large")
        process.send_signal(stop)
        out, log = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "")
    assert re.search(r"INFO POST /v1/ask 200 [\d.]+ ms\n", log)
    assert QUESTION not in log and "Traceback" not in log


def test_what_is_under_way_is_finished_before_the_service_stops(small_index):
    with serving(small_index) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        body = json.dumps({"question": QUESTION}).encode()
        connection.putrequest("POST", "/v1/ask")
        connection.putheader("content-type", "application/json")
        connection.putheader("content-length", str(len(body)))
        connection.endheaders(body[:10])
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        connection.send(body[10:])
        assert connection.getresponse().status == 200
        connection.close()
        assert process.wait(10) == 0


def test_a_client_that_sends_too_slowly_does_not_keep_the_service_from_stopping(small_index):
    with serving(small_index) as (process, port), socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(b"POST /v1/ask HTTP/1.1\r\nhost: a\r\ncontent-length: 60000\r\n\r\n{")
        time.sleep(0.2)
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, log = process.communicate(timeout=10)
        took = time.monotonic() - start
        told = client.recv(1000)
    assert (process.returncode, out) == (0, "")
    assert took < 8  # two seconds are given; the body would have been waited for 15
    assert told.startswith(b"HTTP/1.1 408 ")
    assert "Traceback" not in log and "CancelledError" not in log


def test_a_running_service_goes_over_to_what_is_built_and_outlives_a_damaged_one(small_corpus, tmp_path):
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(small_corpus, corpus)
    manifest = (corpus / "manifest.jsonl").read_text("utf-8")
    first = build(corpus, index, ToyEncoder()).generation

    def rebuild(number: int) -> str:
        (corpus / "added.txt").write_text(f"第一条 检验费用由第{number}市承担。\n", "utf-8")
        line = '{"document_id": "added", "path": "added.txt", "language": "zh"}\n'
        (corpus / "manifest.jsonl").write_text(manifest.rstrip("\n") + "\n" + line, "utf-8")
        return build(corpus, index, ToyEncoder()).generation

    def served(port: int, wanted: str) -> bool:
        for _ in range(100):
            if request(port, "GET", "/readyz")[1].get("index") == wanted:
                return True
            time.sleep(0.1)
        return False

    with serving(index) as (process, port):
        assert served(port, first)
        names = [rebuild(number) for number in range(1, 4)]  # at once: what is served is older than the one before
        assert request(port, "GET", "/v1/documents/added")[0] in (200, 404)
        assert served(port, names[-1])
        assert "第3市" in json.dumps(request(port, "GET", "/v1/documents/added")[1], ensure_ascii=False)
        (index / "CURRENT").write_text("0123456789abcdef\n", "ascii")  # what is published now cannot be loaded
        time.sleep(2.5)
        assert request(port, "GET", "/readyz")[1]["index"] == names[-1]
        shutil.rmtree(index / "generations" / names[-1])
        status, got = request(port, "GET", "/readyz")
        assert (status, got["error"]["code"]) == (503, "files_gone")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)
    assert log.count("is published and cannot be served") == 1 and "Traceback" not in log
