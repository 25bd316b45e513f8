"""File bytes to text: encodings, what a file is, the limits of the process that reads it, and files that cannot be read."""

import os
import signal
import zlib

import pytest
from files import docx, paragraph, pdf, zipped

from ingest.document import CorpusError
from ingest.extract import Reader, extract
from ingest.extract.child import Limits

TEXT = "第一条 为了加强质量认证体系建设，促进全面质量管理，制定本办法。\n第二条 本办法自公布之日起施行。\n"
PAGE = "<html><body><h1>办法</h1><p>第一条 为了加强质量认证体系建设，制定本办法。</p></body></html>"


@pytest.fixture(scope="module")
def reader():
    with Reader() as one:
        yield one


def problem(tmp_path, data: bytes, reader: Reader, name: str = "file.txt") -> str:
    """What is said of a file, without its place."""
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(CorpusError) as error:
        extract(file, reader)
    return str(error.value).removeprefix(f"{file}: ")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5"]
)
def test_chinese_encodings(tmp_path, encoding):
    text = TEXT if encoding != "big5" else "第一條 為了加強質量認證體系建設，促進全面質量管理，制定本辦法。\n"
    file = tmp_path / "text.txt"
    file.write_bytes(text.encode(encoding))
    extracted = extract(file)
    assert extracted.text == text
    assert (extracted.page_starts, extracted.notes) == ((), ())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty (0 bytes)"),
        (b" \n\t\n", "the file is empty (4 bytes)"),
        (b"Article 1\x00 Quality\x00\x00.", "holds 3 NUL bytes, the first at byte 9, and is not UTF-16"),
        (bytes(range(128, 256)) * 20 + b"\x00\x01", "in no text encoding"),
        (TEXT.encode()[:-3], "ends in the middle of a character (byte 138 of 139, UTF-8): the file was cut off"),
        (b"PK\x03\x04rest", "this Word document is damaged or cut off (8 bytes without a directory of its parts)"),
        (zipped({"a.txt": "hello"}), "a zip file; expected text, HTML, Word (.docx) or PDF; unpack it"),
        (zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "an Excel workbook; expected text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Office document (.doc, .xls); open it and save it"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "this Office document is encrypted; save it without a password",
        ),
        (b"{\\rtf1 text}", "an RTF document; open it and save it as .docx or PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "a PNG image; expected text"),
        (b"%PDF-1.4 broken", "this PDF is cut off: 15 bytes, and no %%EOF at their end; obtain it again"),
        (pdf("Article 1")[:700], "this PDF is cut off: 700 bytes, and no %%EOF at their end; obtain it again"),
        (docx(paragraph("Article 1"))[:300], "this Word document is damaged or cut off (300 bytes"),
        (docx("<w:p><w:unclosed>"), "this Word document cannot be read (XMLSyntaxError"),
        (docx(""), "a Word document without text"),
        (b"<html><body><script>write()</script></body></html>", "a web page without text"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, data, message, reader):
    assert problem(tmp_path, data, reader).startswith(message)


def test_a_guess_that_gives_no_text_is_no_encoding(tmp_path, reader):
    shuffled = bytes(0xB0 + (at * 7919) % 0x47 if at % 2 == 0 else 0xA1 + (at * 104729) % 0x5E for at in range(3000))
    assert problem(tmp_path, shuffled, reader).endswith("; save the file as UTF-8")


@pytest.mark.parametrize("opening", ["<div>", "<b>", "<table><tr><td>", "<ul><li>"])
def test_200_000_nested_elements(tmp_path, opening, reader):
    said = problem(tmp_path, ("<html><body>" + opening * 200_000 + "text").encode(), reader)
    assert said == "elements nested deeper than 256; no page is; leave it out, or give its text"


def test_a_zip_bomb(tmp_path, reader):
    bomb = docx(paragraph("x"), **{"word/media.bin": bytes(210_000_000)})
    assert len(bomb) < 300_000
    assert " that unpack to 210" in problem(tmp_path, bomb, reader)


def test_entities_that_grow(tmp_path, reader):
    entities = "".join(f'<!ENTITY e{at + 1} "{f"&e{at};" * 10}">' for at in range(9))
    document = f'<!DOCTYPE d [<!ENTITY e0 "aaaaaaaaaa">{entities}]><d>&e9;</d>'
    assert "cannot be read" in problem(tmp_path, docx("", **{"word/document.xml": document}), reader)


def test_a_pdf_bomb(tmp_path, reader):
    whole = pdf("x")
    start = whole.rindex(b"<< /Length")
    content = zlib.compress(zlib.compress(b"BT /F1 12 Tf (aaaa) Tj ET\n" * 8_000_000, 9), 9)
    stream = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%b\nendstream\n" % (len(content), content)
    bomb = whole[:start] + stream + whole[whole.index(b"endobj", start) :]
    assert len(bomb) < 20_000
    assert "this PDF cannot be read (LimitReachedError" in problem(tmp_path, bomb, reader)


AES_256 = (
    "/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /EncryptMetadata true"
    f" /O <{'00' * 48}> /U <{'00' * 48}> /OE <{'00' * 32}> /UE <{'00' * 32}> /Perms <{'00' * 16}>"
    " /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>"
    " /ID [<00> <00>]"
)


@pytest.mark.parametrize("encryption", [AES_256, "/Encrypt << /Filter /Adobe.PubSec /V 4 >>"])
def test_an_encrypted_pdf_says_so(tmp_path, encryption, reader):
    data = pdf("Article 1 Certification is voluntary.", trailer=encryption)
    assert problem(tmp_path, data, reader) == "this PDF is encrypted; save it without a password"


@pytest.mark.parametrize(
    ("intact", "broken"), [(b"/Length ", b"/Length/"), (b"\nxref\n", b"\nxref/"), (b"trailer\n", b"trailer0")]
)
def test_a_damaged_pdf_is_refused(tmp_path, intact, broken, reader):
    data = pdf("Article 1 Certification is voluntary.").replace(intact, broken)
    assert "this PDF cannot be read" in problem(tmp_path, data, reader)


@pytest.mark.parametrize(
    ("name", "data", "text", "note"),
    [
        ("a.pdf", TEXT.encode(), TEXT, "named .pdf, but plain text by its content; read as that"),
        (
            "a.TXT",
            PAGE.encode(),
            "办法\n第一条 为了加强质量认证体系建设，制定本办法。",
            "named .TXT, but an HTML page by its",
        ),
        (
            "a.html",
            docx(paragraph("第一条")),
            "第一条",
            "named .html, but a Word document by its content; read as that",
        ),
        ("a.docx", pdf("Article 1"), "Article 1", "named .docx, but a PDF by its content; read as that"),
    ],
)
def test_the_content_decides_not_the_name(tmp_path, name, data, text, note, reader):
    (tmp_path / name).write_bytes(data)
    extracted = extract(tmp_path / name, reader)
    assert extracted.text == text
    assert extracted.notes[0].startswith(note)


LONG = ("<html><body>" + "<p>第一条 为了加强质量认证体系建设，制定本办法。</p>" * 20_000 + "</body></html>").encode()


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(seconds=0.2), "reading it took more than 0.2 s; export it anew, or give its text"),
        (Limits(output=1024 * 1024), "gives more than 1 MB of text; at most that is read; divide it"),
    ],
)
def test_limits_stop_one_file_and_the_next_is_read(tmp_path, limits, message):
    with Reader(limits) as limited:
        assert problem(tmp_path, LONG, limited, "long.html").startswith(message)
        (tmp_path / "short.html").write_bytes(PAGE.encode())
        relaxed = Reader(Limits(seconds=60)) if limits.seconds < 1 else limited
        with relaxed:
            assert extract(tmp_path / "short.html", relaxed).text.startswith("办法\n第一条")


def test_a_limit_on_memory(tmp_path):
    with Reader(Limits(memory=110 * 1024 * 1024)) as limited:
        large = docx(paragraph("a" * 150_000_000))
        assert problem(tmp_path, large, limited) == (
            "reading it takes more than 110 MB of memory; export it anew, or give its text"
        )
        assert problem(tmp_path, b"<p>", limited).startswith("a web page without text")


def test_a_parser_that_crashes_is_started_again(tmp_path, reader):
    (tmp_path / "page.html").write_bytes(PAGE.encode())
    extract(tmp_path / "page.html", reader)
    os.kill(reader._child.pid, signal.SIGSEGV)
    reader._child.wait()
    said = extract(tmp_path / "page.html", reader).text
    assert said == "办法\n第一条 为了加强质量认证体系建设，制定本办法。"


def test_one_process_reads_many_files(tmp_path, reader):
    (tmp_path / "page.html").write_bytes(PAGE.encode())
    processes = set()
    for _ in range(3):
        extract(tmp_path / "page.html", reader)
        processes.add(reader._child.pid)
    assert len(processes) == 1
