"""Ends a build with SIGKILL at one of its steps on the disk after the other, and looks at what is served then.

python tests/kill_builds.py OLD CORPUS WORK, where OLD is an index of another state of the corpus, copied to WORK for
every try. Prints a JSON object: how many builds were killed, the generations served after, and what lies beside them
after one more build.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from toy import ToyEncoder

from ingest.index import open_index
from ingest.pipeline import build

# Python tells an audit hook of these before it does them.
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}
# The first steps write one file like the other; the last ones put the new index in the place of the old.
STRIDE, LAST = 5, 12


def build_and_die(corpus: Path, index: Path, step: int | None) -> int:
    """In a child: killed before the step-th thing it does in the index, or the number of these things."""
    seen = 0

    def count(event: str, arguments: tuple) -> None:
        nonlocal seen
        if event in STEPS and str(arguments[0]).startswith(str(index)):
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    sys.addaudithook(count)
    build(corpus, index, ToyEncoder())
    return seen


def attempt(old: Path, corpus: Path, work: Path, step: int | None) -> int:
    """One build in a child, on a fresh copy of the old index. Returns how many steps it took; 0 if it was killed."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(old, work)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, str(build_and_die(corpus, work, step)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as result:
        steps = int(result.read() or 0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == (signal.SIGKILL if step is not None else 0)
    return steps


def main(old: Path, corpus: Path, work: Path) -> None:
    total = attempt(old, corpus, work, None)
    moments = [step for step in range(total) if step % STRIDE == 0 or step >= total - LAST]
    served = []
    for step in moments:
        attempt(old, corpus, work, step)
        served.append(open_index(work).generation)
    attempt(old, corpus, work, total // 2)
    left_half_written = [folder.name for folder in (work / "generations").glob(".new-*")]
    build(corpus, work, ToyEncoder())
    kept = sorted(path.name for path in work.rglob("*") if path.parent in (work, work / "generations"))
    print(json.dumps({"served": served, "half_written": len(left_half_written), "kept": kept}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
