"""The size that an index may have: python -m eval.bench_scale --data DIR

All 3,475 laws of ``laws/`` (148,742 articles) beside the corpus: from files to a served index, the memory of build and
service, how long an answer takes, and what of the gold questions' evidence is still found among so much else. The
articles that are read must be those of the file, in their order.
"""

import argparse
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from eval import metrics
from eval.gold import read_gold
from eval.law_files import law_text, read_articles, write_corpus
from eval.speed import BIN, ROOT, post, resident_mib, serving
from ingest.bilingual import Block
from ingest.encoder import load_encoder
from ingest.index import open_index
from ingest.structure import clauses
from ingest.vectors import Selection
from service.answerer import open_answerer

_QUESTIONS = 200
_ROWS = 20_000  # vectors compared at a time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds laws/")
    parser.add_argument("--work", type=Path, help="keep corpus and index there")
    arguments = parser.parse_args()
    laws = read_articles(arguments.data / "laws" / "corpus.jsonl.gz")
    _articles(laws)
    work = arguments.work or Path(tempfile.mkdtemp())
    try:
        _measure(laws, work)
    finally:
        if not arguments.work:
            shutil.rmtree(work)


def _articles(laws: dict[str, list[dict]]) -> None:
    same = counted = without_gap = 0
    for law_id, articles in laws.items():
        expected = [article["article_no"] for article in articles if article["article_no"]]
        if not expected:
            continue
        lines, blocks, at = law_text(articles).split("\n"), [], 0
        for line in lines:
            if line:
                blocks.append(Block(at, at + len(line), line, "zh"))
            at += len(line) + 1
        found = [item.number for item in clauses(law_id, blocks) if (item.number or "").startswith("第")]
        found = [number for number in found if "条" in number]
        counted += 1
        same += found == expected
        numbers = [article["article_int"] for article in articles if article["article_no"]]
        without_gap += found == expected and sorted(set(numbers)) == list(range(1, max(numbers) + 1))
    print(f"laws whose articles are read as the file has them: {same} of {counted}; without a gap: {without_gap}")


def _measure(laws: dict[str, list[dict]], work: Path) -> None:
    corpus, index = work / "corpus", work / "index"
    shutil.copytree(ROOT / "corpus", corpus, dirs_exist_ok=True)
    manifest = (ROOT / "corpus" / "manifest.jsonl").read_text("utf-8")
    write_corpus(laws, corpus)
    (corpus / "manifest.jsonl").write_text(manifest + (corpus / "manifest.jsonl").read_text("utf-8"), "utf-8")
    started = time.perf_counter()
    command = [str(BIN / "yiju-ingest"), "build", "--corpus", str(corpus), "--index", str(index)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
        together = _peak_mib(build)
    if build.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {build.returncode}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    _line("from files to a published index (s)", time.perf_counter() - started, 90)
    _line("processor time of that (s)", used.ru_utime + used.ru_stime, 180)
    _line("memory of the larger process (MiB)", used.ru_maxrss / 1024, None)
    _line("memory of all its processes together (MiB)", together, 2048)
    _line("index on disk (MiB)", sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 2**20, None)
    texts = [question.text for question in read_gold()][:_QUESTIONS]
    with serving(index) as (url, process, ready):
        took = [post(f"{url}/v1/ask", {"question": text})["took_ms"] for text in texts]
        _line("service, start to ready (s)", ready, 3)
        _line("answer inside the service, median (ms)", median(took), 25)
        _line("answer inside the service, 95th percentile (ms)", sorted(took)[int(0.95 * len(took))], None)
        _line("service memory, resident (MiB)", resident_mib(process.pid), 700)
    _line("true first 100 among the first pass (%)", 100 * _first_pass(index, texts), None)
    alone, beside = _evidence(ROOT / "build" / "index"), _evidence(index)
    _line("evidence of the gold questions found, corpus alone", alone, None)
    _line("the same with the laws beside it", beside, None)
    _line("points lost", 100 * (alone - beside), 5)


def _peak_mib(build: subprocess.Popen) -> float:
    """The most memory that a command and its children had at once, pages that they share counted once: of samples,
    one a second, since to take one holds the process up."""
    peak = 0.0
    while build.poll() is None:
        peak = max(peak, sum(map(_proportional_mib, _tree(build.pid))))
        time.sleep(1)
    return peak


def _tree(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended
        return []
    return [process, *(found for child in children for found in _tree(child))]


def _proportional_mib(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/smaps_rollup").read_text().split("Pss:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return 0.0


def _first_pass(index: Path, questions: Sequence[str]) -> float:
    """Share of the 100 sentences nearest to a question, of all sentences, that the search of a large index finds."""
    opened, encoder = open_index(index), load_encoder()
    vectors = encoder.encode(list(questions), kind="query")
    sentences, count = opened.sentences, len(opened.sentence_face)
    rows = [np.arange(start, min(start + _ROWS, count)) for start in range(0, count, _ROWS)]
    scores = np.concatenate([sentences.take(part) @ vectors.T for part in rows])
    among = Selection(np.ones(count, bool))
    found = []
    for at, vector in enumerate(vectors):
        nearest = np.argpartition(-scores[:, at], 100)[:100]
        found.append(np.isin(nearest, sentences.nearest(vector, among, 100)).mean())
    return float(np.mean(found))


def _evidence(index: Path) -> float:
    """Mean evidence recall of the answerable questions of the report half."""
    answerer = open_answerer(index)
    questions = [question for question in read_gold() if question.answerable and question.split == "report"]
    found = []
    for question in questions:
        answer = answerer.ask(question.text)
        cited = [{"document_id": item.document_id, "quote": item.quote} for item in answer.citations]
        found.append(metrics.evidence_recall(question, cited) if answer.status == "answered" else 0.0)
    return sum(found) / len(found)


def _line(name: str, value: float, aim: float | None) -> None:
    told = "" if aim is None else f"   aim ≤ {aim:g}{'' if value <= aim else '   MISSED'}"
    print(f"{name:55} {value:9.2f}{told}", flush=True)


if __name__ == "__main__":
    main()
