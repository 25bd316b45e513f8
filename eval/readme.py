"""What README.md shows, made anew: python -m eval.readme writes the outputs of its commands and its figures.

Only the lines below a ``$ `` command in a ``console`` block, and what stands between the figures' marks, are replaced.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from eval.bare import bare_answerer
from eval.gold import Question, read_gold
from eval.run import Library, run
from eval.summary import means
from ingest.encoder import load_encoder
from ingest.pipeline import build
from service.answerer import open_answerer

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_CONSOLE = re.compile(r"(```console\n\$ ([^\n]+)\n)(.*?)(```)", re.DOTALL)
_FIGURES = re.compile(r"(<!-- figures:begin -->\n)(.*?)(<!-- figures:end -->)", re.DOTALL)
_COLUMNS = ("recall@1", "recall@5", "recall@10", "evidence", "first", "precision")


def commands(text: str) -> list[tuple[str, str]]:
    """(command, output shown) of every console block."""
    return [(found[2], found[3]) for found in _CONSOLE.finditer(text)]


def output(command: str, index: Path) -> str:
    """What a command of this project prints, with the index given."""
    name, *arguments = shlex.split(command.removeprefix(".venv/bin/"))
    done = subprocess.run(
        [str(Path(sys.executable).parent / name), *arguments, "--index", str(index)], capture_output=True, text=True
    )
    return done.stdout


def figures(index: Path, questions: list[Question]) -> dict[str, dict]:
    """The means over the questions, of an index and of one without all that the project wrote."""
    with bare_answerer() as bare:
        return {
            "with": means(run(questions, Library(open_answerer(index)))),
            "without": means(run(questions, Library(bare))),
        }


def figures_table(found: dict[str, dict]) -> str:
    """The figures as Markdown: by question language × source language, then refusals."""
    shown, bare = found["with"], found["without"]
    lines = [
        f"On the report half of the gold questions ({shown['questions']}, never used for tuning); the last two columns"
        " of an index without the renderings, wordings and expected questions, as it is for documents that have none:",
        "",
        f"| question → source | n | {' | '.join(_COLUMNS)} | recall@5 | evidence |",
        "| --- |" + " --: |" * (len(_COLUMNS) + 3),
    ]
    for name, row in shown["cells"].items():
        values = [*(row[key] for key in _COLUMNS), *(bare["cells"][name][key] for key in ("recall@5", "evidence"))]
        lines.append(f"| {name} | {row['n']} | {' | '.join(f'{value:.2f}' for value in values)} |")
    refusal = shown["refusal"]
    lines += [
        "",
        "recall@k: share of the evidence among the first k passages; evidence: share of it that the answer cites;"
        " first: the first citation is right; precision: share of citations that carry evidence; a refusal"
        " counts as 0.",
        "",
        f"Of {refusal['n']} questions that must be refused {refusal['refused']:.2f} are (of the"
        f" {refusal['near misses']} near misses among them {refusal['near misses refused']:.2f}); of those that can be"
        f" answered {refusal['wrongly refused']:.2f} are refused wrongly;"
        f" balanced accuracy {refusal['balanced accuracy']:.2f}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    index = ROOT / "build" / "index"
    build(ROOT / "corpus", index, load_encoder())
    text = README.read_text("utf-8")
    text = _CONSOLE.sub(lambda found: found[1] + output(found[2], index) + found[4], text)
    questions = [question for question in read_gold() if question.split == "report"]
    table = figures_table(figures(index, questions))
    text = _FIGURES.sub(lambda found: found[1] + table + found[3], text)
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
