"""Parsers in a process of their own, with limits on memory, time and the size of what they give.

A file may be made, or damaged, so that its parser takes all memory, never ends, or crashes. The parent writes a line of
JSON for each file, and the child answers in lines of JSON; after a failure it is started again for the next file.
"""

import json
import os
import resource
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.document import CorpusError, UnreadPage
from ingest.extract.result import Extracted

_MEGABYTE = 1024 * 1024
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Limits:
    memory: int = 2048 * _MEGABYTE  # address space
    seconds: float = 60  # for a page of a PDF, or for another file
    file_seconds: float = 1800  # for all pages of a PDF that need no text recognition
    output: int = 64 * _MEGABYTE  # bytes of JSON
    ocr_memory: int = 8192 * _MEGABYTE  # address space; what is used of it is about 1 GB
    ocr_seconds: float = 180  # for a page; 10 on two cores


class Reader:
    """Reads files in a child process, which is started with the first of them. Close it, or use it in ``with``."""

    def __init__(self, limits: Limits = Limits()):
        self.limits = limits
        self._child: subprocess.Popen | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._child:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def read(self, file: Path, kind: str) -> Extracted:
        """The text of a file of the given kind: "html", "docx" or "pdf".

        Raises:
            CorpusError: it cannot be read, or its parser met a limit or crashed.
        """
        child = self._started()
        try:
            child.stdin.write(json.dumps({"file": str(file), "kind": kind}).encode() + b"\n")
            child.stdin.flush()
            answer = self._answer(file)
        except BrokenPipeError:
            answer = self._ended(file)
        if problem := answer.get("problem"):
            if answer.get("ends"):
                self.close()
            raise CorpusError(problem)
        return _extracted(answer)

    def _started(self) -> subprocess.Popen:
        if self._child is None or self._child.poll() is not None:
            self.close()
            paths = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
            environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
            self._child = subprocess.Popen(
                [sys.executable, "-m", "ingest.extract.child", json.dumps(asdict(self.limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        return self._child

    def _answer(self, file: Path) -> dict:
        """The child's answer, or the problem that kept it from giving one."""
        pipe = self._child.stdout.fileno()
        at, allowed = "it", self.limits.seconds
        ends = time.monotonic() + allowed
        left = self.limits.file_seconds
        received = bytearray()
        while True:
            if not select.select([pipe], [], [], max(0.0, ends - time.monotonic()))[0]:
                return _stopped(f"{file}: reading {at} took more than {allowed:g} s; export it anew, or give its text")
            part = os.read(pipe, _MEGABYTE)
            if not part:
                return self._ended(file)
            received += part
            if len(received) > self.limits.output:
                limit = f"{self.limits.output / _MEGABYTE:g} MB"
                return _stopped(f"{file}: gives more than {limit} of text; at most that is read; divide it")
            while b"\n" in part:
                line, _, rest = received.partition(b"\n")
                answer = json.loads(line)
                if "page" not in answer:
                    return answer
                left -= time.monotonic() - (ends - allowed) if allowed == self.limits.seconds else 0
                if left < 0:
                    return _stopped(f"{file}: takes more than {self.limits.file_seconds:g} s; divide it")
                at = f"page {answer['page']}"
                allowed = self.limits.ocr_seconds if answer["ocr"] else self.limits.seconds
                ends = time.monotonic() + allowed
                received = part = rest

    def _ended(self, file: Path) -> dict:
        code = self._child.wait()
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        return _stopped(
            f"{file}: its parser ended {how} without an answer: the file is damaged, or made to harm; leave it out"
        )


def _stopped(problem: str) -> dict:
    return {"problem": problem, "ends": True}


def _extracted(answer: dict) -> Extracted:
    return Extracted(
        text=answer["text"],
        page_starts=tuple(answer["page_starts"]),
        ocr_pages=tuple(answer["ocr_pages"]),
        unread_pages=tuple(UnreadPage(**page) for page in answer["unread_pages"]),
        left_out=tuple((what, count) for what, count in answer["left_out"]),
        notes=tuple(answer["notes"]),
    )


def parse(data: bytes, kind: str, where: str, each_page: Callable[[int, bool], None] = lambda *_: None) -> Extracted:
    """The text of a file's bytes, in this process. ``each_page`` hears of the pages of a PDF before they are read, and
    whether by text recognition."""
    if kind == "html":
        from ingest.extract.html import read_html

        return read_html(data, where)
    if kind == "docx":
        from ingest.extract.docx import read_docx

        return read_docx(data, where)
    from ingest.extract import ocr
    from ingest.extract.pdf import read_pdf

    recognise = ocr.recogniser(data, lambda number: each_page(number, True)) if ocr.installed() else None
    return read_pdf(data, where, recognise, lambda number: each_page(number, False))


def main() -> None:
    """The child: answers until its input ends."""
    limits = Limits(**json.loads(sys.argv[1]))
    # What a library prints must not stand among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    hard = max(limits.memory, limits.ocr_memory)

    def say(answer: dict) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    def each_page(number: int, recognised: bool) -> None:
        if recognised:
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        _limit_seconds(limits.ocr_seconds * (os.cpu_count() or 1) if recognised else limits.seconds)
        say({"page": number, "ocr": recognised})

    for line in sys.stdin.buffer:
        request = json.loads(line)
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, hard))
        _limit_seconds(limits.seconds)
        say(_answered(Path(request["file"]), request["kind"], limits, each_page))


def _limit_seconds(seconds: float) -> None:
    """If the parent is gone, nobody else ends a parser that runs on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 10
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _answered(file: Path, kind: str, limits: Limits, each_page: Callable[[int, bool], None]) -> dict:
    try:
        return asdict(parse(file.read_bytes(), kind, str(file), each_page))
    except CorpusError as error:
        return {"problem": "\n".join(error.problems)}
    except MemoryError:
        limit = f"{limits.memory // _MEGABYTE} MB"
        return _stopped(f"{file}: reading it takes more than {limit} of memory; export it anew, or give its text")
    except ImportError as error:
        return _stopped(f"{file}: reading {kind} needs a package that is not installed ({error}); make setup")
    except Exception as error:
        reason = repr(error)[:200]
        return _stopped(f"{file}: cannot be read as {kind} ({reason}); export it anew, or give its text")


if __name__ == "__main__":
    main()
