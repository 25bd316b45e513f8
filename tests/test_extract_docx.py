"""Word documents to text: automatic numbers, tables, notes, and what is no text."""

from files import docx, paragraph

from ingest.extract.docx import read_docx

LISTS = """
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="5"/><w:numFmt w:val="hebrew1"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>"""


def text(body: str, **parts: str) -> str:
    return read_docx(docx(body, **parts), "law.docx").text


def item(words: str, list_id: int, level: int = 0) -> str:
    return paragraph(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words)}</w:tc>"


def test_automatic_numbers_are_printed():
    body = item("认证自愿。", 1) + item("产品；", 1, 1) + item("服务。", 1, 1) + item("公开。", 1) + item("甲", 1, 1)
    body += item("细目", 1, 2) + item("另起", 2) + item("接续", 2) + item("一点", 3) + paragraph("正文")
    assert text(body, numbering=LISTS) == (
        "第一条 认证自愿。\n（一）产品；\n（二）服务。\n第二条 公开。\n（一）甲\n1. 细目\n第七条 另起\n第八条 接续\n• 一点\n正文"
    )


def test_numbers_of_an_unknown_kind_are_said_to_be_digits():
    extracted = read_docx(docx(item("甲", 3, 1), numbering=LISTS), "law.docx")
    assert extracted.text == "5) 甲"
    assert extracted.notes == ("numbers of the kind hebrew1 are printed in digits",)


def test_deleted_and_hidden_words_are_no_text_and_inserted_ones_are():
    deleted = "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{run('移走')}</w:moveFrom><w:moveTo>{run('移来')}</w:moveTo>"
    body = f"<w:p>{run('正文')}{deleted}<w:ins>{run('加入')}</w:ins>{moved}{run('隐藏', '<w:vanish/>')}</w:p>"
    extracted = read_docx(docx(body), "law.docx")
    assert extracted.text == "正文加入移来"
    assert extracted.notes == ("1 deletions with changes tracked are left out",)


def test_a_table_stands_as_rows_in_its_place():
    rows = [
        cell("类别") + cell("收费"),
        cell("服务", '<w:vMerge w:val="restart"/>') + cell("500"),
        cell("", "<w:vMerge/>") + cell("600"),
        cell("合计", '<w:gridSpan w:val="2"/>'),
    ]
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    assert text(paragraph("上") + table + paragraph("下")) == "上\n类别 | 收费\n服务 | 500\n服务 | 600\n合计\n下"


def test_a_frame_of_one_cell_is_no_table():
    body = f"<w:tbl><w:tr><w:tc>{paragraph('第一条')}{paragraph('第二条')}</w:tc></w:tr></w:tbl>"
    assert text(body) == "第一条\n第二条"


def test_footnotes_stand_at_the_end():
    body = f'<w:p>{run("认证")}<w:r><w:footnoteReference w:id="2"/></w:r>{run("自愿。")}</w:p>' + paragraph("第二条")
    notes = '<w:footnote w:id="0"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>注释。</w:t></w:r></w:p></w:footnote>'
    assert text(body, footnotes=notes) == "认证[1]自愿。\n第二条\n[1] 注释。"


def test_text_boxes_breaks_and_tabs():
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('框中文字')}</w:txbxContent></w:pict></w:r>"
    body = f"<w:p>{run('甲')}<w:r><w:tab/></w:r>{run('乙')}<w:r><w:br/></w:r>{run('丙')}{box}</w:p>"
    assert text(body) == "甲 乙\n丙\n框中文字"
