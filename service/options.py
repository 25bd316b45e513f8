"""What several commands of ``yiju`` take and check the same way."""

import sys
from typing import Annotated

import typer

from ingest.command import Failure

_MAX_INPUT = 64 * 1024  # bytes of a question on standard input

EncoderName = Annotated[
    str | None,
    typer.Option(metavar="NAME_OR_DIR", envvar="YIJU_ENCODER", help="The encoder the index was built with."),
]


def has_output() -> None:
    """Asked before anything is loaded: Python has no stream for a standard output that is closed."""
    if sys.stdout is None:
        raise Failure("standard output is closed, so nothing can be printed")


def one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Failure(f"{option}: must be one of {', '.join(allowed)}; got {value!r}", code=2)


def checked_question(argument: str) -> str:
    """The question of the command line or, for "-", of standard input, if it can be asked."""
    from service.messages import message, question_problem, reader_language

    question = argument
    if argument == "-":
        if sys.stdin is None:
            raise Failure("standard input is closed, so nothing can be read from it", code=2)
        data = sys.stdin.buffer.read(_MAX_INPUT + 1)
        # What is over the bound is over 2,000 characters; where it is cut does not matter.
        question = data.decode("utf-8", "ignore" if len(data) > _MAX_INPUT else "surrogateescape")
    problem = question_problem(question)
    if problem:
        raise Failure(message(problem, reader_language(question=question)), code=2)
    return question
