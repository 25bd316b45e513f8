"""Small PDF and Word files made by hand, for tests of what reads them."""

import io
import zipfile
from collections.abc import Sequence

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FIRST, _LEADING, _SIZE = 760, 16, 12  # points


def pdf(*pages: Sequence[str] | str, shift: int = 0, trailer: str = "", images: bool = False) -> bytes:
    """A PDF with a page for each text or list of lines; a leading space sets a line in by one character.

    ``shift``: by how much its font tells a wrong character. ``images``: a picture covers every page.
    """
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        *_font(shift, {character for page in pages for line in page for character in line} | {" "}),
    ]
    image = len(bodies) + 1
    bodies.append(
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        " /Length 2 /Filter /ASCIIHexDecode >>\nstream\n00\nendstream"
    )
    kids = []
    for page in pages:
        content = "q 612 0 0 792 0 0 cm /Im1 Do Q\n" if images else ""
        lines = [page] if isinstance(page, str) else page
        for at, line in enumerate(lines):
            text = line.lstrip(" ")
            x = 72 + _SIZE * (len(line) - len(text))
            y = _FIRST - _LEADING * at
            content += f"BT /F1 {_SIZE} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" if text else ""
        kids.append(len(bodies) + 1)
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(bodies) + 2} 0 R"
            f" /Resources << /Font << /F1 3 0 R >> /XObject << /Im1 {image} 0 R >> >> >>"
        )
        bodies.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    bodies[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    return _assembled(bodies, trailer)


def drawn(text: str) -> bytes:
    """A PDF of one line in a font that every renderer of pages draws."""
    content = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET"
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _assembled(bodies, "")


def _font(shift: int, used: set[str]) -> list[str]:
    """A font whose codes are those of UTF-16, and which says of each that it means the one ``shift`` further."""
    meant = "\n".join(f"<{ord(character):04x}> <{ord(character) + shift:04x}>" for character in sorted(used))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def"
        " 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(used)} beginbfchar\n{meant}\nendbfchar endcmap end end"
    )
    latin = " ".join(f"{code} [500]" for code in range(0x20, 0x7F))
    return [
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R]"
        " /ToUnicode 5 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /W [{latin}]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]


def _assembled(bodies: Sequence[str], trailer: str) -> bytes:
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = (
        f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {len(bodies) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF"
    )
    return data + end.encode()


def docx(body: str, numbering: str = "", footnotes: str = "", **others: bytes) -> bytes:
    """A Word document of the XML of its body, its list definitions and its footnotes."""
    parts = {"numbering": numbering, "footnotes": footnotes}
    given = {name: xml for name, xml in parts.items() if xml}
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="bin" ContentType="application/octet-stream"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>'
        + "".join(f'<Override PartName="/word/{name}.xml" ContentType="{kind}.{name}+xml"/>' for name in given)
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(f'<Relationship Id="{name}" Type="{relations}/{name}" Target="{name}.xml"/>' for name in given)
        + "</Relationships>",
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        **{f"word/{name}.xml": f'<w:{name} xmlns:w="{_W}">{xml}</w:{name}>' for name, xml in given.items()},
        **others,
    }
    return zipped(files)


def zipped(files: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return data.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    """XML of a Word paragraph."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
