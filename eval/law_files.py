"""``laws/corpus.jsonl.gz`` as files of a corpus, as they would come from a gazette.

A file for each law: its title, the headings of parts and chapters where they begin, and the articles, each on a line
of its own. Used to measure the reading of structure and the size that an index may have.
"""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path


def read_articles(file: Path) -> dict[str, list[dict]]:
    """law_id → its articles, in the file's order."""
    laws: dict[str, list[dict]] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            laws.setdefault(article["law_id"], []).append(article)
    return laws


def law_text(articles: Iterable[dict]) -> str:
    """The law as a text of lines."""
    lines: list[str] = []
    above: list[str] = []
    for article in articles:
        if not lines:
            lines.append(article["title"])
        path = article["chapter_path"]
        shared = next((at for at, (one, two) in enumerate(zip(path, above, strict=False)) if one != two), len(above))
        lines += path[min(shared, len(above)) :]
        above = path
        lines.append(f"{article['article_no']} {article['text']}".strip())
    return "\n".join(lines) + "\n"


def write_corpus(laws: dict[str, list[dict]], folder: Path) -> int:
    """A folder with texts and manifest; returns the number of documents."""
    texts = folder / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    entries = []
    for law_id, articles in laws.items():
        (texts / f"{law_id}.txt").write_text(law_text(articles), "utf-8")
        first = articles[0]
        entries.append(
            {
                "document_id": law_id,
                "path": f"texts/{law_id}.txt",
                "language": "zh",
                "title": first["title"],
                "issued_on": first["date"] or None,
                "status": "unknown" if first["is_latest"] else "superseded",
                "translation": "original",
            }
        )
    lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    (folder / "manifest.jsonl").write_text(lines, "utf-8")
    return len(entries)
