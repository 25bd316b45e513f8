"""PDF to text: paragraphs, running lines, tables, pages, and pages that cannot be read."""

import pytest
from files import drawn, pdf

from ingest.document import CorpusError, UnreadPage
from ingest.extract import ocr
from ingest.extract.legible import why_illegible
from ingest.extract.paragraphs import Line, Page, joined, lines_of, without_contents, without_running_lines
from ingest.extract.pdf import read_pdf, set_in_columns

LAW = (
    "  第一条 为了加强质量认证体系建设，促进全面质量管理，提升供给质量，推动经",
    "济高质量发展，制定本办法。",
    "  第二条 本办法所称认证，是指由认证机构证明产品、服务、管理体系符合相关",
    "技术规范的合格评定活动。",
)
JOINED = (
    "第一条 为了加强质量认证体系建设，促进全面质量管理，提升供给质量，推动经济高质量发展，制定本办法。\n"
    "第二条 本办法所称认证，是指由认证机构证明产品、服务、管理体系符合相关技术规范的合格评定活动。"
)


def test_chinese_lines_join_without_a_space():
    assert read_pdf(pdf(["质量认证管理办法", *LAW]), "law.pdf").text == f"质量认证管理办法\n{JOINED}"


def test_english_lines_join_and_hyphens_of_line_breaks_go():
    lines = [
        "Article 1 The Administration publishes the catalogue of compul-",
        "sory certification, and every product in it that is of a high-",
        "quality kind bears the mark which the certification bodies give",
        "out in the manner of these Measures.",
        "Article 2 This takes effect at once.",
    ]
    assert read_pdf(pdf(lines), "law.pdf").text == (
        "Article 1 The Administration publishes the catalogue of compulsory certification, and every product in it that"
        " is of a high-quality kind bears the mark which the certification bodies give out in the manner of these"
        " Measures.\nArticle 2 This takes effect at once."
    )


def test_a_pdf_has_pages():
    extracted = read_pdf(pdf("Article 1 Certification is voluntary.", "Article 2 This takes effect at once."), "a.pdf")
    assert extracted.text == "Article 1 Certification is voluntary.\nArticle 2 This takes effect at once."
    assert extracted.page_starts == (0, 38)


def test_a_sentence_goes_on_over_the_page():
    body = [f"  第{at}条 认证机构应当建立制度，完整记录认证的全过程，并且归档留存以备查验核对。" for at in range(3, 10)]
    first, second = [*body, LAW[0]], [LAW[1], *LAW[2:]]
    extracted = read_pdf(pdf(first, second), "law.pdf")
    assert extracted.text.endswith(f"\n{JOINED}")
    assert extracted.text[extracted.page_starts[1] :].startswith("济高质量发展，制定本办法。\n第二条")


def test_running_headers_footers_and_page_numbers_go():
    pages = [
        ["GB/T 27000—2018", f"第{at}条 认证机构应当{word}。", f"— {at} —"]
        for at, word in ((7, "独立"), (8, "公正"), (9, "公开"))
    ]
    extracted = read_pdf(pdf(*pages), "law.pdf")
    assert extracted.text == "第7条 认证机构应当独立。\n第8条 认证机构应当公正。\n第9条 认证机构应当公开。"
    assert extracted.left_out == (("running lines", 3 * len("GB/T 27000—2018") + 3 * len("— 7 —")),)


@pytest.mark.parametrize(
    ("pages", "kept"),
    [
        # One page has nothing that repeats; a number that does not count on is no page number.
        ([["质检公报", "第一条 通则。", "1"]], [["质检公报", "第一条 通则。", "1"]]),
        ([["甲", "12"], ["乙", "12"], ["丙", "30"]], [["甲", "12"], ["乙", "12"], ["丙", "30"]]),
        # Left and right pages have headers of their own.
        (
            [
                ["2 质检公报", "甲"],
                ["质检公报 3", "乙"],
                ["4 质检公报", "丙"],
                ["质检公报 5", "丁"],
                ["6 质检公报", "戊"],
                ["质检公报 7", "己"],
            ],
            [["甲"], ["乙"], ["丙"], ["丁"], ["戊"], ["己"]],
        ),
        # Rows of figures at the edges of pages are a table.
        ([["甲", "3 4"], ["乙", "5 6"], ["丙", "7 8"]], [["甲", "3 4"], ["乙", "5 6"], ["丙", "7 8"]]),
        ([["第 1 页 共 2 页", "甲"], ["第 2 页 共 2 页", "乙"]], [["甲"], ["乙"]]),
        ([["i", "甲"], ["ii", "乙"], ["iii", "丙"]], [["甲"], ["乙"], ["丙"]]),
    ],
)
def test_only_what_repeats_is_a_running_line(pages, kept):
    found, _ = without_running_lines([[Line(0, text) for text in page] for page in pages])
    assert [[line.text for line in page] for page in found] == kept


def test_a_table_keeps_its_rows():
    lines = lines_of(
        "表1  认证收费\n"
        "类别          项目          收费（元）\n"
        "产品          申请          500\n"
        "服务          审核          3000\n"
        "以上收费按次计算。"
    )
    assert [line.text for line in lines] == [
        "表1 认证收费", "类别 | 项目 | 收费（元）", "产品 | 申请 | 500", "服务 | 审核 | 3000", "以上收费按次计算。",
    ]  # fmt: skip
    assert joined([Page(lines)])[0].count("\n") == 4


def test_a_table_of_contents_goes():
    lines = [
        "目  次",
        "1 范围……………………………1",
        "2 术语..........................2",
        "3 总则………… 2",
        "附录A ·········· 14",
        "1 范围",
    ]
    assert [line.text for line in without_contents([Line(0, text) for text in lines])] == ["目  次", "1 范围"]
    prices = ["甲 ........ 300", "乙 ........ 20", "丙 ........ 500", "丁 ........ 40"]
    assert [line.text for line in without_contents([Line(0, text) for text in prices])] == prices


def test_ideographic_spaces_part_no_cells():
    lines = lines_of("第一章　总　则\n  （一）　产品　服务　体系\n  （二）　机构　人员　设备")
    assert [line.text for line in lines] == ["第一章　总　则", "（一）　产品　服务　体系", "（二）　机构　人员　设备"]


@pytest.mark.parametrize(
    ("line", "begins"),
    [("5.1 体系结构", True), ("5.1.2总则", True), ("A.2 示例", True), ("3.5%的税率", False), ("3.5万元", False), ("11.43 and", False)],
)  # fmt: skip
def test_a_number_at_the_start_of_a_line_may_be_a_section(line, begins):
    before = Line(None, "本办法所称认证收费，是指认证机构按照国家规定收取的费用，其标准为每")
    assert (
        "\n" in joined([Page([before, before, Line(None, line)])])[0].removeprefix(before.text)[len(before.text) :]
    ) is begins


def test_columns_are_not_read_across():
    left = ["The Administration publishes", "the catalogue of certification", "once a year and tells what has"] * 4
    right = ["been changed in it since then", "so that all who make products", "know which of them need marks"] * 4
    page = [f"{one:<36}{other}" for one, other in zip(left, right, strict=True)]
    assert set_in_columns(page)
    table = [f"{'product ' + str(at):<36}{at * 1000:>12}" for at in range(12)]
    assert not set_in_columns(table)


SENTENCE = "为了加强质量认证体系建设，促进全面质量管理，提升供给质量，推动经济高质量发展，制定本办法。"


@pytest.mark.parametrize("shift", [1, 29, 300])
def test_fonts_that_tell_wrong_characters(shift):
    with pytest.raises(CorpusError) as error:
        read_pdf(pdf(SENTENCE, shift=shift), "law.pdf")
    assert "page 1: the fonts of this page give wrong characters" in str(error.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SENTENCE, None),
        (SENTENCE.encode().decode("gb18030", "replace"), "wrong characters"),
        (SENTENCE.encode("gb18030").decode("latin-1"), "wrong characters"),
        ("為了加強質量認證體系建設，促進全面質量管理，提升供給質量，推動經濟高質量發展，制定本辦法。", None),
        ("The certification body keeps complete records of the whole process of certification.", None),
        ("Wkh fhuwlilfdwlrq ergb nhhsv frpsohwh uhfrugv ri wkh zkroh surfhvv ri fhuwlilfdwlrq.", "wrong characters"),
        ("/G23/G24 1 /G25/G26/G27 2 /G28/G29/G2A 认证", "undefined"),
        ("GB/T1234 GB/T2020 质量管理体系 要求 GB/T19001 认证机构 GB/T27021", None),
        ("\uf0fc 认证机构 \uf0fc 检验机构 \uf0b7 检测机构", None),
        ("\uf041\uf042\uf043 \uf044\uf045 认证", "undefined"),
        ("ÊÚÈ¨ÅàÑµ»ú¹¹µÄÅàÑµ ÔÚÓÐº¦ÉúÎï·ÀÖÎ¹¤×÷ÖÐ the product is exported to the country of import", "not English"),
        ("\ue001\ue002\ue003\ue004 认证", "undefined"),
        (
            "犐狀犳狅狉犿犪狋犻狅狀狊犲犮狌狉犻狋狔狋犲犮犺狀狅犾狅犵狔—中华人民共和国国家标准信息安全技术传输层密码协议",
            "wrong characters",
        ),
        ("F12186F9 41662B61 5A6AB19A 7BA92077 367360F4 776A0C61 B6BB89B3 24763151 A520307C B7584DBD", None),
        ("100  200  300\n400  500  600", None),
        ("第九条", None),
    ],
)
def test_is_this_the_text_of_a_page(text, why):
    found = why_illegible(text)
    assert found is None if why is None else why in found


def test_pages_that_cannot_be_read_are_left_out_and_named():
    scan, broken = pdf("", images=True), pdf("x", shift=1)
    assert read_pdf(pdf(SENTENCE, ""), "a.pdf").unread_pages == ()  # a blank page is no scan
    for data in (scan, broken):
        with pytest.raises(CorpusError):
            read_pdf(data, "a.pdf", None) if data is scan else read_pdf(pdf(SENTENCE, shift=1), "a.pdf")
    with pytest.raises(CorpusError) as error:
        read_pdf(scan, "scan.pdf")
    assert str(error.value) == (
        "scan.pdf: none of 1 pages can be read (page 1: no text layer: the page is an image); install the extra for text"
        " recognition (pip install -e '.[ocr]'), or give its text"
    )


def test_one_page_of_two_cannot_be_read():
    extracted = read_pdf(pdf(SENTENCE, "\ue000\ue001\ue002 " * 5), "a.pdf")
    assert extracted.text == SENTENCE
    assert extracted.unread_pages == (UnreadPage(2, "15 of 15 characters are undefined in the fonts of this page"),)
    assert extracted.page_starts == (0, len(SENTENCE))


def test_a_text_layer_over_a_scan_is_said_to_be_recognised():
    extracted = read_pdf(pdf(SENTENCE, images=True), "scan.pdf")
    assert (extracted.text, extracted.ocr_pages) == (SENTENCE, (1,))


def test_pages_without_text_are_given_to_text_recognition():
    asked = []

    def recognise(number: int) -> list[str]:
        asked.append(number)
        return ["第一条 认证自愿。", "第二条 本办法自公布之日起施行。"]

    extracted = read_pdf(pdf(["", ""], images=True), "scan.pdf", recognise)
    assert extracted.text == "第一条 认证自愿。\n第二条 本办法自公布之日起施行。"
    assert (extracted.ocr_pages, asked) == ((1,), [1])


def test_recognised_boxes_beside_each_other_are_one_line():
    boxes = [(300.0, 11.0, 31.0, "2018-02-06"), (10.0, 10.0, 30.0, "发布日期"), (10.0, 50.0, 70.0, "第一条")]
    assert ocr.rows(boxes) == ["发布日期 2018-02-06", "第一条"]


@pytest.mark.skipif(
    not ocr.installed(), reason="the extra for text recognition is not installed: pip install -e '.[ocr]'"
)
def test_text_recognition_reads_a_picture_of_a_text():
    heard = []
    lines = ocr.recogniser(drawn("Certification is voluntary."), heard.append)(1)
    assert (lines, heard) == (["Certification is voluntary."], [1])


def test_a_page_with_halves_of_characters(monkeypatch):
    monkeypatch.setattr("pypdf.PageObject.extract_text", lambda page, **_: "条\ud840\udc00款" + SENTENCE + "\ud800")
    assert read_pdf(pdf("x"), "fonts.pdf").text == f"条\U00020000款{SENTENCE}\ufffd"
