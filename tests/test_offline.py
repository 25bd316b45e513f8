"""The guard itself: a session in which anything but loopback is reached for fails, and says what it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# 192.0.2.0/24 is kept for examples (RFC 5737): nothing answers there.
SWALLOWED = """
import contextlib, socket
with contextlib.suppress(OSError), socket.socket() as one:
    one.settimeout(1)
    one.connect(("192.0.2.1", 9))
"""
ROWS = {
    "connect, the error swallowed": (SWALLOWED, "192.0.2.1"),
    "a name looked up": ("import socket\nsocket.getaddrinfo('example.org', 80)", "example.org"),
    "a datagram": ("import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))", "192.0.2.1"),
    "listening to everyone": ("import socket\nsocket.socket().bind(('0.0.0.0', 0))", "0.0.0.0"),
    "in another process": (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SWALLOWED!r}], check=True)",
        "192.0.2.1",
    ),
}


def session(folder: Path, code: str) -> subprocess.CompletedProcess:
    """A session of pytest with our conftest and one test file."""
    (folder / "test_it.py").write_text(code, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-c", os.devnull, "--rootdir", folder, folder]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    return subprocess.run(
        [*map(str, command), "-p", "no:cacheprovider"], env=environment, capture_output=True, encoding="utf-8"
    )


@pytest.mark.parametrize(("code", "said"), ROWS.values(), ids=ROWS.keys())
def test_a_test_that_reaches_for_the_network_fails(tmp_path, code, said):
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    ended = session(tmp_path, f"def test_it():\n{body}\n")
    assert ended.returncode == 1
    assert f"{said}'" in ended.stdout and "tests may use no network but loopback" in ended.stdout


def test_reaching_for_it_outside_of_any_test_fails_the_session_too(tmp_path):
    ended = session(tmp_path, SWALLOWED + "\ndef test_nothing():\n    pass\n")
    assert ended.returncode == 1
    assert "192.0.2.1" in ended.stdout


def test_loopback_and_local_sockets_are_free(tmp_path):
    code = """
import socket, subprocess, sys
def test_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "s"))
    socket.getaddrinfo("localhost", 80)
    subprocess.run([sys.executable, "-c", "import socket; socket.socket().bind(('127.0.0.1', 0))"], check=True)
"""
    ended = session(tmp_path, code)
    assert (ended.returncode, "1 passed" in ended.stdout) == (0, True)
