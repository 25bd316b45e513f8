"""File bytes to text: encodings, and files that cannot be read."""

import pytest

from ingest.document import CorpusError
from ingest.extract import extract

TEXT = "第一条 为了加强质量认证体系建设，促进全面质量管理，制定本办法。\n第二条 本办法自公布之日起施行。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5"]
)
def test_chinese_encodings(tmp_path, encoding):
    text = TEXT if encoding != "big5" else "第一條 為了加強質量認證體系建設，促進全面質量管理，制定本辦法。\n"
    file = tmp_path / "text.txt"
    file.write_bytes(text.encode(encoding))
    assert extract(file).text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty (0 bytes)"),
        (b" \n\t\n", "the file is empty (4 bytes)"),
        (b"PK\x03\x04rest", "an Office or zip file"),
        (b"<!DOCTYPE html><html><body>text</body></html>", "an HTML page"),
        (b"%PDF-1.4 broken", "this PDF cannot be read"),
        (b"Article 1\x00 Quality\x00\x00.", "holds 3 NUL bytes, the first at byte 9, and is not UTF-16"),
        (bytes(range(128, 256)) * 20 + b"\x00\x01", "in no text encoding"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, data, message):
    file = tmp_path / "text.txt"
    file.write_bytes(data)
    with pytest.raises(CorpusError) as error:
        extract(file)
    assert str(file) in str(error.value) and message in str(error.value)


def test_a_pdf_has_pages(tmp_path):
    file = tmp_path / "two-pages.pdf"
    file.write_bytes(_pdf("Article 1 Certification is voluntary.", "Article 2 This takes effect at once."))
    extracted = extract(file)
    assert extracted.text == "Article 1 Certification is voluntary.\nArticle 2 This takes effect at once."
    assert [extracted.text[start:][:9] for start in extracted.page_starts] == ["Article 1", "Article 2"]


AES_256 = (
    "/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /EncryptMetadata true"
    f" /O <{'00' * 48}> /U <{'00' * 48}> /OE <{'00' * 32}> /UE <{'00' * 32}> /Perms <{'00' * 16}>"
    " /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>"
    " /ID [<00> <00>]"
)


@pytest.mark.parametrize("encryption", [AES_256, "/Encrypt << /Filter /Adobe.PubSec /V 4 >>"])
def test_an_encrypted_pdf_says_so(tmp_path, encryption):
    file = tmp_path / "locked.pdf"
    file.write_bytes(_pdf("Article 1 Certification is voluntary.", trailer=encryption))
    with pytest.raises(CorpusError) as error:
        extract(file)
    assert str(error.value) == f"{file}: this PDF is encrypted; save it without a password"


@pytest.mark.parametrize(
    ("intact", "broken"), [(b"/Length ", b"/Length/"), (b"\nxref\n", b"\nxref/"), (b"trailer\n", b"trailer0")]
)
def test_a_damaged_pdf_is_refused(tmp_path, intact, broken):
    file = tmp_path / "damaged.pdf"
    file.write_bytes(_pdf("Article 1 Certification is voluntary.").replace(intact, broken))
    with pytest.raises(CorpusError, match="this PDF cannot be read"):
        extract(file)


def test_a_page_with_halves_of_characters(tmp_path, monkeypatch):
    monkeypatch.setattr("pypdf.PageObject.extract_text", lambda page: "条\ud840\udc00款\ud800")
    file = tmp_path / "fonts.pdf"
    file.write_bytes(_pdf("x"))
    assert extract(file).text == "条\U00020000款\ufffd"


def _pdf(*pages: str, trailer: str = "") -> bytes:
    """A minimal PDF with one line of Helvetica on each page."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, text in enumerate(pages):
        content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * at} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        data
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
            f"<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF"
        ).encode()
    )
