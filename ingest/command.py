"""What every command line does the same way: where things are by default, how it ends, what it says when it fails.

Exit codes: 0 done; 1 it failed, with the reason and what mends it in a line on stderr; 2 called wrongly;
130 interrupted; 141 the reader of its output went away.
"""

import functools
import os
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

# Before numpy is loaded: a question multiplies one vector by some rows, and a second thread of the linear algebra waits
# longer for the first one than it computes (17 ms an answer on two busy cores, 8 without it).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The folder that holds the packages, so that commands find corpus and index from anywhere.
ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
INDEX = ROOT / "build" / "index"

# Control characters (C0, C1, DEL), line and paragraph separators, and what sets the direction of writing: they would
# steer a terminal.
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

IndexFolder = Annotated[Path, typer.Option(metavar="DIR", envvar="YIJU_INDEX", help="Folder of the index.")]


class Failure(Exception):
    """Ends a command with a message for the person at the keyboard."""

    def __init__(self, message: str, code: int = 1):
        super().__init__(message)
        self.code = code


def command(run: Callable[..., int | None]) -> Callable[..., None]:
    """``run`` as a command, which returns its exit code or None.

    What it raises becomes a message and an exit code; a fault of ours keeps its traceback.
    """

    @functools.wraps(run)
    def told(*args, **kwargs) -> None:
        try:
            code = run(*args, **kwargs)
            if sys.stdout is not None:  # None: closed by whoever started the command
                sys.stdout.flush()
        except BrokenPipeError:
            # Nobody reads any more; the flush at the end of the program must not complain about it either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(141)
        except KeyboardInterrupt:
            sys.exit(130)
        except Exception as error:
            message = _message(error)
            if message is None:
                raise
            fail(message, error.code if isinstance(error, Failure) else 1)
        if code:
            sys.exit(code)

    return told


def fail(message: str, code: int = 1) -> NoReturn:
    """Say it on stderr and end."""
    if sys.stderr is not None:
        sys.stderr.write(writable(f"{message}\n", sys.stderr))
    sys.exit(code)


def writable(text: str, stream) -> str:
    """``text`` as far as the stream can carry it: a terminal set to another encoding must not stop a command."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _message(error: Exception) -> str | None:
    """What to say of an error that the caller can mend, None for any other."""
    if isinstance(error, Failure):
        return str(error)
    # Imported here: these take a while, and most commands succeed.
    from ingest.document import CorpusError
    from ingest.index import IndexFormatError

    if isinstance(error, (CorpusError, IndexFormatError)):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    if isinstance(error, sqlite3.Error):
        return f"the index cannot be read or written: {error}"
    return None
