"""Training data: the parallel files as pairs in their order, with what is held out taken away."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LAW_OF_ARTICLE = re.compile(r"^(?P<law>.+?), Article [\w-]+:")

# Retrieval sets of which one half is training data, and figures are reported on the other.
QUESTION_SETS = ("cmrc2018_dev", "drcd_dev", "cjrc_dev", "obliqa_dev")
TEST_BUCKETS = 10  # of 20: a paragraph in the first ten belongs to the half that figures are reported on


@dataclass(frozen=True)
class Pair:
    """One English text and its Chinese counterpart; pairs of a file keep its order, neighbours share a document."""

    file: str
    english: str
    chinese: str


def bucket(key: str, buckets: int) -> int:
    """A fixed, even assignment of `key` to one of `buckets`: the same on every machine and in every run."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8")).digest()[:8], "big") % buckets


def read_parallel(folder: Path) -> list[Pair]:
    """All pairs of `folder`/*.tsv.gz, the first of equal pairs kept. Raises ValueError on a malformed line."""
    pairs, seen = [], set()
    for path in sorted(folder.glob("*.tsv.gz")):
        name = path.name.removesuffix(".tsv.gz")
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                cells = line.rstrip("\n").split("\t")
                if len(cells) != 2:
                    raise ValueError(f"{path}:{number}: {len(cells)} columns, expected English<TAB>Chinese")
                if (key := hash((cells[0], cells[1]))) not in seen:
                    seen.add(key)
                    pairs.append(Pair(name, *cells))
    if not pairs:
        raise ValueError(f"{folder} holds no *.tsv.gz file with pairs")
    return pairs


def hold_out(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """(training, held out): the laws whose name falls into one of 40 buckets, with all their provisions, and an
    eighth of the United Nations sentences. Tuning looks at these, never at a test set."""
    held_articles = [pair for pair in pairs if pair.file == "tw_law_articles" and _law_held(pair)]
    held_text = "\n".join(pair.chinese for pair in held_articles)
    training, held = [], list(held_articles)
    for pair in pairs:
        if pair.file == "tw_law_articles":
            is_held = _law_held(pair)
        elif pair.file == "tw_law":
            is_held = pair.chinese in held_text
            if is_held and len(pair.chinese) >= 8:
                held.append(pair)
        elif pair.file == "un_v1_devset":
            is_held = bucket(pair.english, 8) == 0
            if is_held:
                held.append(pair)
        else:
            is_held = False
        if not is_held:
            training.append(pair)
    return training, held


def _law_held(pair: Pair) -> bool:
    match = LAW_OF_ARTICLE.match(pair.english)
    return match is not None and bucket(match["law"], 40) == 0


def read_jsonl(path: Path) -> list[dict]:
    """The objects of a JSON-lines file. Raises ValueError naming the line that is none."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: {error}") from None
    return rows


def read_qrels(path: Path) -> dict[str, set[str]]:
    """query id → ids of its relevant passages, from a BEIR qrels file."""
    relevant: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, score = line.split("\t")
        if int(score) > 0:
            relevant.setdefault(query, set()).add(passage)
    return relevant


def in_test_half(passages: Iterable[str]) -> bool:
    """Whether a question with these relevant passages is reported on; it is then never trained on."""
    return any(bucket(passage, 20) < TEST_BUCKETS for passage in passages)
