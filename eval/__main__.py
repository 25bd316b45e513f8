"""The command yiju-eval."""

import json
import sys
from collections.abc import Iterable
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from eval.circumstances import circumstances
from eval.compare import ALPHA, BASELINE, RunError, baseline_of, compare, gate, read_run
from eval.gold import GOLD, GoldError, Question, read_gold
from eval.outcomes import HITS, Journal
from eval.report import page, print_comparison, print_runs, print_table, summary
from eval.run import Library, Remote, run, save
from ingest.command import CORPUS, INDEX, ROOT

OUT = ROOT / "build" / "eval"
_DRAFTS = GOLD / "drafts.jsonl"
_LLAMA_INDEX = "llama-index"
app = typer.Typer(help="Score answers against gold questions.", no_args_is_help=True, add_completion=False)

Gold = Annotated[Path, typer.Option(help="A .jsonl file of gold questions, or a folder of them.")]
Corpus = Annotated[Path, typer.Option(help="Folder with manifest.jsonl.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command("run")
def run_command(
    index: Annotated[Path, typer.Option(help="Index to ask in this process.")] = INDEX,
    url: Annotated[str | None, typer.Option(help="Ask the service at this address instead.")] = None,
    peer: Annotated[
        str | None,
        typer.Option(help="Ask another system: llama-index, or an address with {question} in it."),
    ] = None,
    corpus: Corpus = CORPUS,
    gold: Gold = GOLD,
    out: Annotated[Path, typer.Option(help="Where report.html and run.json go.")] = OUT,
    split: Annotated[str, typer.Option(help="Which half: tune, report or all.")] = "all",
    renderings: Annotated[
        bool, typer.Option("--renderings/--no-renderings", help="With the project's own renderings, or as without.")
    ] = True,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Questions asked at once: by default 1 in this process, 4 of a service.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask every gold question, print the table, and write report.html and run.json.

    A run that was interrupted, or in which questions failed, goes on there if nothing it depends on has changed.
    """
    questions = _chosen(gold, split)
    service = _service(index, url, peer, corpus, renderings)
    # In one process they would wait for each other, and the time to the answer would be that of the waiting.
    workers = workers or (4 if url else 1)
    try:
        about = circumstances(questions, gold, split, service.identity(), workers)
    except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError) as error:
        _stop(f"{url}: cannot be asked ({error}); is the service running there?")
    journal = Journal(out / "outcomes.jsonl", about)
    if journal.kept:
        typer.echo(f"going on after {len(journal.kept)} questions", err=True)
    results = _asked(questions, service, workers, journal)
    found = summary(results)
    save(results, about, out / "run.json", found)
    (out / "report.html").write_text(page(results, about, found), "utf-8")
    if not any(result.error for result in results):
        journal.close()  # otherwise a second try asks only what has failed
    if as_json:
        typer.echo(json.dumps({"circumstances": about, **found}, ensure_ascii=False, indent=1))
    else:
        stdout = _console()
        for half in ("tune", "report"):
            rows = [result for result in results if result.question.split == half]
            if rows:
                print_table(rows, f"{half} half, {len(rows)} questions", stdout)
        stdout.print(f"report: {out / 'report.html'}", soft_wrap=True)
    if failed := [result for result in results if result.error]:
        said = f"{len(failed)} of {len(results)} questions without a result; the first: {failed[0].error}"
        typer.echo(f"{said}\nonce that is mended, the same command asks only these", err=True)
        raise typer.Exit(1)


@app.command("check")
def check_command(gold: Gold = GOLD, corpus: Corpus = CORPUS, as_json: AsJson = False) -> None:
    """Verify every line of the gold questions, and every quote against the corpus."""
    from eval.check import corpus_texts, counted, gold_problems
    from ingest.document import CorpusError

    try:
        problems = gold_problems(gold, corpus_texts(corpus))
    except (CorpusError, OSError) as error:
        _stop(str(error))
    if problems:
        _stop("\n".join(problems))
    found = counted(gold)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    lines = found.pop("lines")
    typer.echo(f"{lines['reviewed']} gold questions, every quote is in the corpus; {lines['draft']} drafts left out")
    for field, counts in found.items():
        typer.echo(f"{field:>10}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))


@app.command("compare")
def compare_command(
    a: Annotated[Path, typer.Argument(help="run.json of a run, or the baseline.")],
    b: Annotated[Path, typer.Argument(help="run.json of the run to judge.")],
    gated: Annotated[bool, typer.Option("--gate", help="Fail if B has lost significantly.")] = False,
    alpha: Annotated[float, typer.Option(help="Chance of a false alarm over all gated measures.")] = ALPHA,
    limit: Annotated[int, typer.Option(help="Losses and wins shown with both answers.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two runs, measure by measure and question by question."""
    try:
        found = compare(read_run(a), read_run(b))
        reasons = gate(found, alpha) if gated else []
    except RunError as error:
        _stop(str(error))
    if as_json:
        typer.echo(json.dumps({**found, "gate": reasons}, ensure_ascii=False, indent=1))
    else:
        print_comparison(found, _console(), limit)
    if reasons:
        _stop("\n".join(f"not passed: {reason}" for reason in reasons))
    if gated:
        typer.echo(f"passed: no gated measure of {b} is significantly below {a}", err=as_json)


@app.command("baseline")
def baseline_command(
    saved: Annotated[Path, typer.Argument(help="run.json to measure later runs against.")] = OUT / "run.json",
    out: Annotated[Path, typer.Option(help="Where it is kept.")] = BASELINE,
) -> None:
    """Make a run the baseline that later runs must not fall below."""
    try:
        record = read_run(saved)
    except RunError as error:
        _stop(str(error))
    if any(result.get("error") for result in record["results"]):
        _stop(f"{saved}: has questions without a result; a baseline needs a whole run")
    out.write_text(baseline_of(record), "utf-8")
    typer.echo(f"{out}: {len(record['results'])} questions")


@app.command("table")
def table_command(runs: Annotated[list[Path], typer.Argument(help="run.json of each system.")]) -> None:
    """Show several systems in one table."""
    rows = []
    asked = {}
    for file in runs:
        try:
            record = read_run(file)
        except RunError as error:
            _stop(str(error))
        if not record["summary"]:
            _stop(f"{file}: holds no summary; give the run.json of a run")
        asked.setdefault(record["circumstances"].get("gold_sha256"), file)
        rows.append((record["circumstances"].get("system", file.parent.name), record["summary"]))
    if len(asked) > 1:
        _stop(f"{' and '.join(map(str, asked.values()))} are of different gold questions; no figure compares there")
    print_runs(rows, _console())


@app.command("draft")
def draft_command(
    document: Annotated[str, typer.Argument(help="document_id in the corpus.")],
    corpus: Corpus = CORPUS,
    out: Annotated[Path, typer.Option(help="File that the drafts are added to.")] = _DRAFTS,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
) -> None:
    """Propose gold questions from a document's clauses, for a person to edit; none counts before it is reviewed."""
    from eval.draft import append, draft, next_number
    from ingest.document import CorpusError
    from ingest.manifest import read_manifest
    from ingest.pipeline import ingest

    try:
        entries = {entry.document_id: entry for entry in read_manifest(corpus)}
        if document not in entries:
            _stop(f"{document}: not in the corpus, which holds {', '.join(entries)}")
        lines = draft(ingest(corpus, entries[document]), next_number([out]), limit)
    except CorpusError as error:
        _stop(str(error))
    typer.echo(f"{append(lines, out)} drafts added to {out}; edit them, then set reviewed to true")


@app.command("add")
def add_command(
    question: Annotated[str | None, typer.Argument(help="A question somebody asked.")] = None,
    log: Annotated[Path | None, typer.Option(help='JSON lines with "question": saved answers, or - for stdin.')] = None,
    out: Annotated[Path, typer.Option(help="File that the drafts are added to.")] = _DRAFTS,
) -> None:
    """Add questions that were asked as drafts; none counts before it is reviewed."""
    from eval.draft import added, append, next_number

    if (question is None) == (log is None):
        _stop("give a question, or --log FILE with questions", code=2)
    try:
        records = [{"question": question}] if question is not None else list(_records(log))
        lines = added(records, next_number([out]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        _stop(f"{log or 'question'}: {error}")
    typer.echo(f"{append(lines, out)} drafts added to {out}; edit them, then set reviewed to true")


@app.command("reading")
def reading_command(
    data: Annotated[Path, typer.Argument(help="Folder that holds bench/ with reading-comprehension sets.")],
    only: Annotated[list[str] | None, typer.Option(help="Only this set; may be repeated.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many questions of each set.")] = None,
    encoder: Annotated[str | None, typer.Option(help="Another encoder, by name or folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer spans and refusals on reading-comprehension sets (CMRC 2018, DRCD, CJRC)."""
    from eval.reading import SETS, ReadingError, measure, print_reading

    found = {}
    try:
        for name in only or SETS:
            with _progress() as progress:
                task = progress.add_task(name, total=None)
                found[name] = measure(data, name, encoder, limit, partial(_update, progress, task))
    except (ReadingError, OSError) as error:
        _stop(str(error))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print_reading(found, _console())


def _records(log: Path) -> Iterable[dict]:
    text = sys.stdin.read() if str(log) == "-" else log.read_text("utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                yield json.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None


def _chosen(gold: Path, split: str) -> list[Question]:
    if split not in ("tune", "report", "all"):
        _stop(f"--split {split}: expected tune, report or all", code=2)
    try:
        questions = [question for question in read_gold(gold) if split in ("all", question.split)]
    except (GoldError, OSError) as error:
        _stop(str(error))
    if not questions:
        _stop(f"{gold}: no question in the {split} half")
    return questions


def _service(index: Path, url: str | None, peer: str | None, corpus: Path, renderings: bool):
    """What is asked."""
    if url and peer:
        _stop("give --url or --peer, not both", code=2)
    if not renderings and (url or peer):
        _stop("--no-renderings is for an index in this process; start the service with it instead", code=2)
    if url:
        return Remote(url)
    if peer:
        return _peer(peer, corpus)
    from ingest.index import IndexFormatError
    from service.answerer import open_answerer

    try:
        return Library(open_answerer(index, renderings=renderings))
    except IndexFormatError as error:
        _stop(str(error))


def _peer(name: str, corpus: Path):
    from eval import peers
    from ingest.document import CorpusError
    from ingest.manifest import read_manifest
    from ingest.pipeline import read_corpus

    try:
        texts = {item.document.document_id: item.document.text for item in read_corpus(corpus, read_manifest(corpus))}
        if name == _LLAMA_INDEX:
            return peers.plain_llama_index(texts, HITS)
        return peers.UrlTemplate(name, peers.Corpus(texts))
    except (CorpusError, ValueError) as error:
        _stop(str(error))


def _asked(questions: list[Question], service, workers: int, journal: Journal):
    with _progress() as progress:
        task = progress.add_task("asking", total=len(questions))
        return run(questions, service, lambda done: progress.update(task, completed=done), workers, journal)


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _update(progress: Progress, task: TaskID, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 140)


def _stop(message: str, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
