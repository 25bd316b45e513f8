"""Files of every format through a build: pages in citations, and what is said of files that cannot be read whole."""

import json
import subprocess
import sys

import pytest
from files import docx, paragraph, pdf

from ingest.command import ROOT
from ingest.document import CorpusError
from ingest.encoder import load_encoder
from ingest.manifest import read_manifest
from ingest.pipeline import build, ingest, read_corpus
from service.answerer import open_answerer
from service.respond import ask_response, clause_response, document_response, search_response
from service.show import answer_text, hits_text

ONE = [
    "质量认证管理办法",
    "  第一条 为了加强质量认证体系建设，制定本办法。",
    "  第二条 认证机构应当建立完整的认证记录。",
]
TWO = ["  第三条 认证证书的有效期为五年，期满应当重新申请。", "  第四条 本办法自公布之日起施行。"]
UNREADABLE = "\ue000\ue001\ue002\ue003\ue004 " * 4


def corpus(folder, **files: bytes):
    """A corpus of the files, each its own document."""
    folder.mkdir(exist_ok=True)
    lines = []
    for name, data in files.items():
        ending = "pdf" if data.startswith(b"%PDF") else "docx" if data.startswith(b"PK") else "html"
        (folder / f"{name}.{ending}").write_bytes(data)
        lines.append(
            json.dumps({"document_id": name, "path": f"{name}.{ending}", "language": "zh", "title": "认证办法"})
        )
    (folder / "manifest.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    texts = corpus(
        folder / "corpus", plan=pdf(ONE, UNREADABLE, TWO), scan=pdf(["第一条 检测机构须取得资质认定。"], images=True)
    )
    build(texts, folder / "index", load_encoder())
    return open_answerer(folder / "index")


def test_a_citation_says_the_page(answerer):
    answer = answerer.ask("认证证书的有效期是几年？")
    cited = ask_response(answer, 0).citations[0]
    assert (cited.document_id, cited.quote, cited.page, cited.ocr) == (
        "plan",
        "第三条 认证证书的有效期为五年，期满应当重新申请。",
        3,
        False,
    )
    assert "    第三条 | 第3页" in answer_text(answer).split("\n")


def test_a_citation_of_recognised_text_says_so(answerer):
    hits = answerer.search("检测机构资质认定")
    assert (hits[0].passage.document_id, search_response(hits[:1], 0).hits[0].ocr) == ("scan", True)
    assert "第1页（文字由图像识别，可能有误）" in hits_text(hits[:1], "zh")
    assert "p. 1 (text recognised from an image, errors possible)" in hits_text(hits[:1], "en")


def test_clauses_and_documents_tell_pages(answerer):
    document = document_response(answerer.index, "plan")
    clauses = [(clause.number, clause.page) for clause in document.clauses]
    assert [page for number, page in clauses if number] == [1, 1, 3, 3]
    assert [(page.number, page.reason) for page in document.unread_pages] == [
        (2, "20 of 20 characters are undefined in the fonts of this page")
    ]
    assert clause_response(answerer.index, document.clauses[-1].clause_id).page == 3
    assert document_response(answerer.index, "scan").ocr_pages == [1]


def test_what_was_left_out_is_reported(tmp_path):
    texts = corpus(tmp_path / "corpus", plan=pdf(ONE, UNREADABLE, UNREADABLE, TWO))
    item = ingest(texts, read_manifest(texts)[0])
    assert item.notices == (
        f"{texts / 'plan.pdf'}: page 2 to 3 left out: 20 of 20 characters are undefined in the fonts of this page",
    )
    assert ", 4 pages;" in item.summary()


def test_bad_files_are_reported_together_and_the_rest_is_read(tmp_path):
    texts = corpus(
        tmp_path / "corpus",
        nested=("<html><body>" + "<div>" * 200_000).encode(),
        good=docx(paragraph("第一条 认证自愿。")),
        cut=pdf(ONE)[:600],
        scan=pdf("", images=True),
        page="<html><body><p>第一条 认证公开。</p></body></html>".encode(),
    )
    progress = []
    with pytest.raises(CorpusError) as error:
        read_corpus(texts, read_manifest(texts), lambda *step: progress.append(step))
    problems = [problem.split(": ", 1)[0].rpartition("/")[2] for problem in error.value.problems]
    assert problems == ["nested.html", "cut.pdf", "scan.pdf"]
    assert progress[-1] == ("read", 5, 5)


def test_check_reports_every_file(tmp_path):
    texts = corpus(tmp_path / "corpus", plan=pdf(ONE, UNREADABLE), cut=pdf(ONE)[:600], page="<p>第一条 公开。".encode())
    check = [sys.executable, "-m", "ingest", "check", "--corpus", str(texts), "--index", str(tmp_path / "index")]
    done = subprocess.run(check, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["plan", "notice", "page"]
    assert f"{texts / 'cut.pdf'}: this PDF is cut off: 600 bytes, and no %%EOF at their end; obtain it again" in (
        done.stderr.splitlines()
    )


def test_documents_without_pages_have_none(tmp_path):
    texts = corpus(tmp_path / "corpus", good=docx(paragraph("第一条 认证自愿。")))
    item = ingest(texts, read_manifest(texts)[0])
    assert (item.document.page_starts, item.document.page_at(0), item.clauses[0].page) == ((), None, None)
