"""Which pages of real PDF files are read, and which are kept out: python -m eval.bench_pdfs --data DIR

First a confusion table over the pages of ``pdfs/``, by the kind that its manifest gives each file. Its 14 files were
looked at when the thresholds were chosen. Second how much right text the page gate refuses (windows of customs
announcements, of Chinese court judgments and of English regulations), and how much it lets pass of the same text in a
wrong encoding or through a font that tells wrong characters. Of these, mistakes on the announcements and the
regulations were looked at once and mended (ticks of symbol fonts; Latin-1 mixed with English); the judgments never.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingest.document import CorpusError
from ingest.extract.legible import why_illegible
from ingest.extract.pdf import Reading, readings

DECISIONS = ("read", "read as OCR", "left out: no text", "left out: illegible", "blank")
# What is right for most pages of a kind; the cover or a blank page of any file may be something else.
EXPECTED = {
    "text": "read",
    "text+table-gold": "read",
    "scan+ocr-layer": "read as OCR",
    "scanned": "left out: no text",
    "broken-text-layer": "left out: illegible",
}
WINDOW, FEWEST = 800, 200  # characters


def decision(page: Reading) -> str:
    """One of ``DECISIONS``."""
    if page.unread:
        return "left out: no text" if page.unread.startswith("no text layer") else "left out: illegible"
    if not page.text.strip():
        return "blank"
    return "read as OCR" if page.scanned else "read"


def confusion(folder: Path) -> tuple[dict[str, Counter[str]], list[str]]:
    """(kind → decision → pages, a line for each file of which a page is not decided as its kind lets expect)"""
    counts: dict[str, Counter[str]] = {}
    others = []
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        file = folder / item["file"]
        try:
            found = Counter(map(decision, readings(file.read_bytes(), file.name)))
        except CorpusError as error:
            found = Counter({f"failed: {error}": item["pages"]})
        counts.setdefault(item["kind"], Counter()).update(found)
        if unexpected := found.keys() - {EXPECTED[item["kind"]], "blank"}:
            others.append(f"{item['file']} ({item['kind']}): " + ", ".join(f"{found[one]} {one}" for one in unexpected))
    return counts, others


def windows(texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        for start in range(0, len(text), WINDOW):
            if len(window := text[start : start + WINDOW]) >= FEWEST:
                yield window


def _shifted(by: int) -> Callable[[str], str]:
    """A font whose table is off by so many places, for Chinese characters and for letters."""

    def shift(character: str) -> str:
        if "\u4e00" <= character <= "\u9eff" or (character.isascii() and character.isalpha()):
            return chr(ord(character) + by)
        return character

    return lambda text: "".join(map(shift, text))


WRONG: dict[str, Callable[[str], str]] = {
    "UTF-8 read as GB18030": lambda text: text.encode().decode("gb18030", "replace"),
    "GB18030 read as Latin-1": lambda text: text.encode("gb18030").decode("latin-1"),
    "GB18030 read as Big5": lambda text: text.encode("gb18030").decode("big5", "replace"),
    "font off by one": _shifted(1),
    "font off by 29": _shifted(29),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with pdfs/, policy/ and bench/")
    data = parser.parse_args().data
    console = Console()
    started = time.perf_counter()
    counts, others = confusion(data / "pdfs")
    pages = sum(sum(found.values()) for found in counts.values())
    title = f"{pages} pages in {time.perf_counter() - started:.1f} s: kind of file, and what was done with its pages"
    table = Table("kind", *DECISIONS, title=title)
    for kind, found in counts.items():
        table.add_row(kind, *(str(found[one]) if found[one] else "" for one in DECISIONS))
    console.print(table)
    for line in others:
        console.print(f"  {line}", markup=False)
    customs = (file.read_text("utf-8") for file in sorted((data / "policy" / "customs").iterdir()))
    regulations = (
        json.loads(line)["text"] for line in (data / "bench" / "obliqa_dev" / "corpus.jsonl").open(encoding="utf-8")
    )
    judgments = (
        json.loads(line)["text"] for line in (data / "bench" / "cjrc_dev" / "corpus.jsonl").open(encoding="utf-8")
    )
    for name, source in (("announcements", customs), ("judgments", judgments), ("English regulations", regulations)):
        texts = list(windows(source))
        refused = sum(why_illegible(text) is not None for text in texts)
        console.print(f"{name}: {refused} of {len(texts)} windows of right text are refused")
        for how, wrong in WRONG.items():
            changed = [made for text in texts if (made := wrong(text)) != text]
            if not name.startswith("English") or "font" in how:
                passed = sum(why_illegible(made) is None for made in changed)
                console.print(f"    {how}: {passed} of {len(changed)} pass")


if __name__ == "__main__":
    main()
