"""``yiju-ingest``: build the index from the corpus, or check both."""

import json
import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.command import CORPUS, INDEX, Failure, command, writable

if TYPE_CHECKING:
    from ingest.pipeline import Built, Ingested, Progress

app = typer.Typer(
    name="yiju-ingest",
    help="Reads the corpus into the index that Yiju answers from.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

CorpusFolder = Annotated[
    Path, typer.Option(metavar="DIR", envvar="YIJU_CORPUS", help="Folder with manifest.jsonl and the texts.")
]
IndexFolder = Annotated[Path, typer.Option(metavar="DIR", envvar="YIJU_INDEX", help="Folder of the index.")]
EncoderName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME_OR_DIR",
        envvar="YIJU_ENCODER",
        help="A sentence-transformers model by name or folder; without it, the one shipped with Yiju.",
    ),
]


@app.command()
@command
def build(
    corpus: CorpusFolder = CORPUS,
    index: IndexFolder = INDEX,
    encoder: EncoderName = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as a JSON object.")] = False,
) -> None:
    """Read the corpus and publish an index of it, unless the published one is of the same content.

    The index that was there is served until the new one is complete, however the build ends.
    """
    from ingest.encoder import load_encoder
    from ingest.pipeline import build as build_index

    try:
        loaded = load_encoder(encoder)
    except ValueError as error:  # says which model is missing, and what to do about it
        raise Failure(str(error)) from error
    with _reasons(index), _bar() as progress:
        built = build_index(corpus, index, loaded, progress)
    if as_json:
        _print(json.dumps(_built(built, index), ensure_ascii=False, indent=2))
        return
    for document in built.documents:
        _print(document.summary())
    _print(f"index {built.generation} in {index}" if built.changed else f"up to date: index {built.generation}")


@app.command()
@command
def check(corpus: CorpusFolder = CORPUS, index: IndexFolder = INDEX) -> None:
    """Look for problems: in the manifest and every text, in the files of the index, and between the two.

    Ends with 1 if there are any, all of them listed.
    """
    from ingest.document import CorpusError
    from ingest.index import IndexFormatError, open_index
    from ingest.manifest import read_manifest
    from ingest.pipeline import corpus_hash, read_corpus

    problems: list[str] = []
    corpus_is = None
    try:
        entries = read_manifest(corpus)
        documents = read_corpus(corpus, entries)
        corpus_is = corpus_hash(corpus, entries)
        for document in documents:
            _print(document.summary())
    except CorpusError as error:
        problems += error.problems
    try:
        opened = open_index(index)
        _print(f"index {opened.generation}: every file has its recorded sha256")
        if corpus_is and opened.meta["corpus_sha256"] != corpus_is:
            problems.append(f"{index}: not of this corpus as it is now; build it: {_build_command(corpus, index)}")
    except IndexFormatError as error:
        problems.append(str(error))
    if problems:
        raise Failure("\n".join(problems))
    _print("no problems")


@contextmanager
def _reasons(index: Path) -> Iterator[None]:
    """What stops a build from writing, named with the place and with what became of the index there."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        place = getattr(error, "filename", None) or index
        raise Failure(f"{place}: {reason}; nothing was published, the index that was there is as before") from error


@contextmanager
def _bar() -> Iterator["Progress"]:
    """A progress bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def step(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield step


def _built(built: "Built", index: Path) -> dict:
    return {
        "generation": built.generation,
        "changed": built.changed,
        "index": str(index),
        "documents": [_counts(item) for item in built.documents],
    }


def _counts(item: "Ingested") -> dict:
    return {
        "document_id": item.document.document_id,
        "clauses": len(item.clauses),
        "passages": len(item.passages),
        "sentences": sum(len(passage.sentences) for passage in item.passages),
        "left_out": sum(part.end - part.start for part in item.document.left_out),
    }


def _build_command(corpus: Path, index: Path) -> str:
    return f"yiju-ingest build --corpus {corpus} --index {index}"


def _print(line: str) -> None:
    print(writable(line, sys.stdout))


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    app(prog_name="yiju-ingest")


if __name__ == "__main__":
    main()
