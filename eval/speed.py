"""Start-up, latency and memory of the service as its users meet them: python -m eval.speed

Every figure is taken from outside, over processes and loopback; each line says what was measured and the aim.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from eval.gold import read_gold

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
_RUNS = 5
_QUESTIONS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=ROOT / "build" / "index")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    _run("yiju-ingest", "build", "--index", str(arguments.index))
    figures = {
        "yiju ask, shell to answer (s)": (_seconds(lambda: _ask(arguments.index)), 1.0),
        "yiju-ingest build from nothing (s)": (_seconds(_build_from_nothing), 5.0),
        **_service(arguments.index),
    }
    if arguments.json:
        print(json.dumps({name: {"value": value, "aim": aim} for name, (value, aim) in figures.items()}, indent=1))
        return
    for name, (value, aim) in figures.items():
        print(f"{name:45} {value:8.2f}   aim ≤ {aim:g}{'' if value <= aim else '   MISSED'}")


def _service(index: Path) -> dict[str, tuple[float, float]]:
    asked = [question.text for question in read_gold()]
    questions = asked[:: len(asked) // _QUESTIONS][:_QUESTIONS]  # of every author
    with serving(index) as (url, process, ready):
        times = []
        for question in questions:
            started = time.perf_counter()
            answer = post(f"{url}/v1/ask", {"question": question})
            times.append(((time.perf_counter() - started) * 1000, answer["took_ms"]))
        memory = resident_mib(process.pid)
    return {
        "yiju serve, start to ready (s)": (ready, 2.0),
        "answer over loopback, median (ms)": (median(outside for outside, _ in times), 10.0),
        "answer inside the service, median (ms)": (median(inside for _, inside in times), 10.0),
        "answer inside the service, 95th percentile (ms)": (sorted(inside for _, inside in times)[190], 25.0),
        "service memory, resident (MiB)": (memory, 300.0),
    }


@contextmanager
def serving(index: Path) -> Iterator[tuple[str, subprocess.Popen, float]]:
    """(address, process, seconds until it was ready) of a service on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    started = time.perf_counter()
    command = [str(BIN / "yiju"), "serve", "--index", str(index), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _is_ready(url):
            if process.poll() is not None or time.perf_counter() - started > 60:
                raise SystemExit(f"{' '.join(command)}: did not become ready")
            time.sleep(0.01)
        yield url, process, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=1) as response:
            return response.status == 200
    except OSError:
        return False


def post(url: str, body: dict) -> dict:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def resident_mib(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _seconds(action: Callable[[], None]) -> float:
    """Median over _RUNS runs, after one that fills the caches."""
    action()
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return median(times)


def _ask(index: Path) -> None:
    _run("yiju", "ask", "强制性产品认证目录有多少种产品？", "--index", str(index))


def _build_from_nothing() -> None:
    folder = tempfile.mkdtemp()
    try:
        _run("yiju-ingest", "build", "--index", folder)
    finally:
        shutil.rmtree(folder)


def _run(command: str, *arguments: str) -> None:
    done = subprocess.run([str(BIN / command), *arguments], capture_output=True, env=os.environ, cwd=ROOT)
    if done.returncode not in (0, 3):  # 3: no answer
        raise SystemExit(f"{command} {' '.join(arguments)}: exit status {done.returncode}\n{done.stderr.decode()}")


if __name__ == "__main__":
    main()
