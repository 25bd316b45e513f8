"""What a score was measured on: it never travels without."""

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from eval.gold import Question
from eval.outcomes import HITS
from ingest.command import ROOT

# What decides an answer besides index and encoder: the code, and the data it reads at run time.
_CODE = (
    "ingest/**/*.py",
    "service/**/*.py",
    "eval/*.py",
    "ingest/lexicon/*",
    "corpus/*.tsv",
    "corpus/*.jsonl",
    "corpus/translations/*",
    "corpus/wordings/*",
    "corpus/questions/*",
)


def circumstances(questions: Sequence[Question], gold: Path, split: str, identity: dict, workers: int) -> dict:
    """Everything needed to tell whether two runs may be compared, and to repeat this one."""
    return {
        **identity,
        "gold": gold.name,
        "gold_sha256": gold_hash(questions),
        "split": split,
        "questions": len(questions),
        "hits": HITS,
        "code": _commit(),
        "code_sha256": _code_hash(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "asked at once": workers,
    }


def digest(question: dict) -> str:
    """A few characters that change with anything in the question, given as its fields (saved or not)."""
    return _hash([json.dumps(question, ensure_ascii=False, sort_keys=True).encode()])[:8]


def gold_hash(questions: Iterable[Question]) -> str:
    return _hash([digest(asdict(question)).encode() for question in questions])[:12]


def _code_hash() -> str:
    files = {file for pattern in _CODE for file in ROOT.glob(pattern) if file.is_file()}
    return _hash([file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() for file in sorted(files)])[
        :12
    ]


def _commit() -> str:
    """The commit, if this is a checkout."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _hash(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()
