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


def _pdf(*pages: str) -> bytes:
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
            f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF"
        ).encode()
    )
