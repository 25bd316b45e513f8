"""The command yiju-eval."""

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from eval.compare import RunError, compare, read_run
from eval.gold import GOLD, GoldError, Question, read_gold
from eval.report import page, print_table, summary
from eval.run import Library, Remote, run, save

_ROOT = Path(__file__).parent.parent
app = typer.Typer(help="Score answers against gold questions.", no_args_is_help=True, add_completion=False)


@app.command("run")
def run_command(
    index: Annotated[Path, typer.Option(help="Index to ask in this process.")] = _ROOT / "build" / "index",
    url: Annotated[str | None, typer.Option(help="Ask the service at this address instead.")] = None,
    gold: Annotated[Path, typer.Option(help="A .jsonl file of gold questions, or a folder of them.")] = GOLD,
    out: Annotated[Path, typer.Option(help="Where report.html and run.json go.")] = _ROOT / "build" / "eval",
    split: Annotated[str, typer.Option(help="Which half: tune, report or all.")] = "all",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Ask every gold question, print the table, and write report.html and run.json."""
    questions = _chosen(gold, split)
    service, identity = _service(index, url)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("asking", total=len(questions))
        try:
            results = run(questions, service, lambda number: progress.update(task, completed=number))
        except OSError as error:
            _stop(f"{url}: cannot be asked ({error}); is the service running there?")
    circumstances = {
        **identity,
        "gold": str(gold.name),
        "split": split,
        "questions": len(questions),
        "code": _code_version(),
        "python": platform.python_version(),
    }
    save(results, circumstances, out / "run.json")
    (out / "report.html").write_text(page(results, circumstances), "utf-8")
    if as_json:
        typer.echo(json.dumps({"circumstances": circumstances, **summary(results)}, ensure_ascii=False, indent=1))
        return
    stdout = Console(width=None if sys.stdout.isatty() else 140)
    for half in ("tune", "report"):
        rows = [result for result in results if result.question.split == half]
        if rows:
            print_table(rows, f"{half} half, {len(rows)} questions", stdout)
    stdout.print(f"report: {out / 'report.html'}", soft_wrap=True)


@app.command("compare")
def compare_command(a: Path, b: Path, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Show what changed between two runs (run.json of each)."""
    try:
        found = compare(read_run(a), read_run(b))
    except RunError as error:
        _stop(str(error))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    typer.echo(f"{found['questions']} questions in both runs")
    for key, row in found["measures"].items():
        typer.echo(f"{key:>12}  n {row['n']:4}  {row['a']:.3f} → {row['b']:.3f}  ({row['b'] - row['a']:+.3f})")
    for row in found["changed"]:
        typer.echo(f"{row['a']:.2f} → {row['b']:.2f}  {row['id']}: {row['question']}")


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


def _service(index: Path, url: str | None):
    """What is asked, and what identifies it in the report."""
    if url:
        return Remote(url), {"url": url}
    from ingest.index import IndexFormatError
    from service.answerer import open_answerer

    try:
        answerer = open_answerer(index)
    except IndexFormatError as error:
        _stop(str(error))
    meta = answerer.index.meta
    identity = {
        "index": answerer.index.generation,
        "encoder": f"{meta['encoder']['name']} {meta['encoder']['sha256'][:12]}",
        "corpus": meta["corpus_sha256"][:12],
    }
    return Library(answerer), identity


def _code_version() -> str:
    """The commit, if this is a checkout."""
    command = ["git", "-C", str(_ROOT), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _stop(message: str, code: int = 1) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
