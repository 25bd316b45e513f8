"""``yiju-ingest``: build the index from the corpus, check both, compare two versions, or draft renderings."""

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.command import CORPUS, INDEX, Failure, IndexFolder, command, writable

if TYPE_CHECKING:
    from ingest.document import Clause
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
    renderings: Annotated[
        bool,
        typer.Option(
            "--renderings/--no-renderings",
            help="With the project's renderings, wordings and expected questions, or without.",
        ),
    ] = True,
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
        built = build_index(corpus, index, loaded, progress, renderings)
    if as_json:
        _print(json.dumps(_built(built, index), ensure_ascii=False, indent=2))
        return
    for document in built.documents:
        _print(document.summary())
    _print(f"index {built.generation} in {index}" if built.changed else f"up to date: index {built.generation}")


@app.command()
@command
def check(
    corpus: CorpusFolder = CORPUS,
    index: Annotated[
        Path | None,
        typer.Option(metavar="DIR", envvar="YIJU_INDEX", help="Look at this index too; else at one of this corpus."),
    ] = None,
) -> None:
    """Look for problems: in the manifest, every text, its renderings, wordings and expected questions, in the
    index, and between them.

    Without --index, the index that is there by default is looked at if it was built from this corpus. Ends with 1 if
    there are any problems, all of them listed.
    """
    from ingest.document import CorpusError
    from ingest.heads.compare import contradicted
    from ingest.lexicon.thesaurus import checked_thesaurus
    from ingest.manifest import read_manifest
    from ingest.pipeline import corpus_hash, linked, read_files, rules_hash
    from ingest.references.links import contradictions
    from ingest.register_read import read_register
    from ingest.register_read import summary as register_summary
    from ingest.renderings.by_sentence import strays
    from ingest.renderings.checks import check_corpus
    from ingest.renderings.questions import QUESTIONS, read_unanswered, unanswered_strays
    from ingest.renderings.wordings import WORDINGS
    from ingest.versions import both_in_force

    problems: list[str] = []
    corpus_is = None
    try:
        entries = read_manifest(corpus)
        documents, unread = read_files(corpus, entries)
        corpus_is = corpus_hash(corpus, entries)
        for document in documents:
            _print(document.summary())
            problems += document.warnings
            for line in document.notices:
                _print(f"notice: {line}")
        if unread:
            raise CorpusError(unread)  # what is checked next is between documents, and needs all of them
        documents = linked(documents)
        held = [item.document for item in documents]
        against_heads = [line for document in held for line in contradicted(document)]
        for line in (*contradictions(held), *both_in_force(held), *against_heads):
            _print(f"notice: {line}")
        checked = check_corpus(corpus, [(item.document.document_id, item.clauses) for item in documents])
        for line in checked.summary:
            _print(line)
        problems += checked.problems
        unanswered = read_unanswered(corpus)
        questions = sum(len(texts) for item in documents for line in item.questions for texts in line.entries.values())
        if questions:
            _print(f"{questions} expected questions, {len(unanswered)} that none answers")
        problems += unanswered_strays(corpus)
        problems += strays(corpus, (WORDINGS, QUESTIONS), [document.document_id for document in held])
        if told := checked_thesaurus(corpus):
            _print(told)
        register, unproved = read_register(corpus, [(item.document, item.clauses) for item in documents])
        if register.lines:
            _print(register_summary(register))
        problems += unproved
    except CorpusError as error:
        problems += error.problems
    problems += _index_problems(corpus, index, corpus_is, rules_hash())
    if problems:
        raise Failure("\n".join(problems))
    _print("no problems")


def _index_problems(corpus: Path, index: Path | None, corpus_is: str | None, rules: str) -> list[str]:
    """What is wrong with an index, or with taking it for the corpus'. ``corpus_is``: None where that is broken."""
    from ingest.index import IndexFormatError, open_index, read_meta

    if index is None:
        meta = read_meta(INDEX)
        ours = corpus.resolve() == CORPUS.resolve() and meta is not None
        if not ours and (meta or {}).get("corpus_sha256") != corpus_is:
            _print("no index of this corpus was looked at; --index DIR names one")
            return []
        index = INDEX
    try:
        opened = open_index(index)
    except IndexFormatError as error:
        return [str(error)]
    _print(f"index {opened.generation}: every file has its recorded sha256")
    if not corpus_is or (opened.meta["corpus_sha256"], opened.meta["rules_sha256"]) == (corpus_is, rules):
        return []
    from ingest.manifest import read_manifest

    if {entry.document_id for entry in read_manifest(corpus)}.isdisjoint(one.document_id for one in opened.catalogue):
        return [f"{index}: an index of another corpus, no document is in both; name the one of this corpus"]
    return [f"{index}: not of this corpus as it is now; build it: {_build_command(corpus, index)}"]


@app.command()
@command
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A document_id, or a file.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="A document_id, or a file.")],
    corpus: CorpusFolder = CORPUS,
    index: IndexFolder = INDEX,
    as_json: Annotated[bool, typer.Option("--json", help="Print every clause and its change as JSON.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Print unchanged clauses as well.")] = False,
) -> None:
    """Compare two versions of a text clause by clause: changed, added, removed, renumbered, moved.

    A document_id is looked for in the corpus, then in the index. Clauses are paired by their words, so that one that
    was inserted does not change all that stand behind it. Exit code 0 whether they differ or not.
    """
    from ingest import show_diff

    before, after, changes = show_diff.differences(old, new, corpus, index)
    if as_json:
        _print(json.dumps(show_diff.as_json(before[0], after[0], changes), ensure_ascii=False, indent=2))
        return
    lines = show_diff.lines(changes, sys.stdout.isatty(), everything)
    lines.append(", ".join(f"{count} {name}" for name, count in show_diff.counts(changes).items()))
    if not sys.stdout.isatty():
        for line in lines:
            _print(line)
        return
    from rich.console import Console

    console = Console(highlight=False)
    for line in lines:
        console.print(line, soft_wrap=False)


@app.command()
@command
def draft(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Texts to describe.", show_default=False)],
    corpus: CorpusFolder = CORPUS,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the lines there; else they are printed.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over the file of --out.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="A table of every value and where it was read.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print lines and places as a JSON object.")] = False,
) -> int | None:
    """Draft manifest lines from what the texts state about themselves: title, issuer, number, dates, validity.

    What a text does not state is left out. Check the lines before they go into manifest.jsonl: paths are relative to
    the folder of --out, or else to the corpus if the files lie in it, or else to the folder that holds them all.
    Notes go to stderr. Exit code 1 where a file could not be read; the lines of the others are written.
    """
    from ingest import draft as drafts

    if out and out.exists() and not force:
        raise Failure(f"{out}: exists; --force writes over it", code=2)
    base = out.absolute().parent if out else drafts.common_folder(files, corpus)
    with _bar() as progress:
        drafted, problems = drafts.draft_files(files, base, progress)
    for item in drafted:
        for line in drafts.explained(item) if explain else drafts.summary(item):
            _note(line)
    if out and drafted:
        drafts.write_lines(out, drafted)
    if as_json:
        _print(json.dumps(drafts.as_object(drafted, problems, base), ensure_ascii=False, indent=2))
    elif drafted and not out:
        _print(drafts.lines(drafted).rstrip("\n"))
    _note(f"{len(drafted)} of {len(files)} drafted for {out or base / 'manifest.jsonl'}; check every line")
    if problems:
        raise Failure("\n".join(problems))
    return None


@app.command()
@command
def draft_translation(
    document_id: Annotated[str, typer.Argument(metavar="DOCUMENT_ID", help="As the manifest has it.")],
    corpus: CorpusFolder = CORPUS,
    language: Annotated[str, typer.Option(metavar="zh|en", help="Of the renderings.")] = "zh",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Else translations/DOCUMENT_ID.zh.jsonl in the corpus.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--llm-url", metavar="URL", envvar="YIJU_LLM_URL", help="Of the endpoint, to …/v1.")
    ] = None,
    model: Annotated[str | None, typer.Option("--llm-model", metavar="NAME", envvar="YIJU_LLM_MODEL")] = None,
    seconds: Annotated[float, typer.Option("--time-limit", min=1, help="Seconds for each proposal.")] = 60,
) -> int | None:
    """Write a form for renderings of a document: a line for each clause, its source beside, not yet reviewed.

    With an OpenAI-compatible endpoint (--llm-url and --llm-model, its key in YIJU_LLM_KEY) the lines hold what it
    proposes. No line is used until a person has set its "reviewed" to true. What the file holds already is kept, so
    that the command can be stopped and run again. Exit code 1 where a proposal failed.
    """
    from ingest.renderings.drafts import draft
    from ingest.renderings.read import LANGUAGES, renderings_file, wanted

    if language not in LANGUAGES:
        raise Failure(f"--language: must be zh or en; got {language!r}", code=2)
    if bool(url) != bool(model):
        raise Failure("--llm-url and --llm-model go together: one of them is missing", code=2)
    document = _document(corpus, document_id)
    if not wanted(document.clauses, language):
        raise Failure(f"{document_id}: every clause says it in {language} already")
    file = out or renderings_file(corpus, document_id, language)
    propose = _proposals(corpus, document, language, url, model, seconds) if url and model else None
    with _bar() as progress:
        drafted = draft(file, document.clauses, language, propose, model or "", progress)
    for doubt in drafted.doubts:
        _print(f"to look at: {doubt}")
    _print(f"{file}: {drafted.reviewed} reviewed, {drafted.drafted} drafted, {drafted.empty} empty")
    if drafted.failures:
        raise Failure("\n".join(drafted.failures))


def _document(corpus: Path, document_id: str) -> "Ingested":
    from ingest.manifest import read_manifest
    from ingest.pipeline import ingest

    entries = {entry.document_id: entry for entry in read_manifest(corpus)}
    if document_id not in entries:
        raise Failure(f"{corpus}: no document {document_id!r}; there are {', '.join(entries)}")
    return ingest(corpus, entries[document_id])


def _proposals(corpus: Path, document: "Ingested", language: str, url: str, model: str, seconds: float):
    """(clause) → what the endpoint proposes for it"""
    from ingest.endpoint import open_endpoint
    from ingest.renderings.drafts import TASKS, material
    from ingest.renderings.terms import read_terms

    try:
        chat = open_endpoint(url, model, os.environ.get("YIJU_LLM_KEY"), seconds)
    except ValueError as error:
        raise Failure(str(error), code=2) from error
    glossary = read_terms(corpus)
    title = document.document.title

    def propose(clause: "Clause") -> str:
        return chat(TASKS[language], material(clause, title, glossary.terms_in(clause.text, language)))

    return propose


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


def _note(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(writable(f"{line}\n", sys.stderr))


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    app(prog_name="yiju-ingest")


if __name__ == "__main__":
    main()
