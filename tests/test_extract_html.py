"""Web pages to text: encodings, what is text of a page, lists, tables, headings."""

import pytest

from ingest.document import CorpusError
from ingest.extract.html import read_html
from ingest.extract.lists import numeral

PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>认证机构管理办法 - 市场监管总局</title>
<style>p { color: red }</style><script>var text = "脚本内容";</script></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/xw">新闻</a></li></ul></div>
<div class="content"><h1>认证机构管理办法</h1>
<div class="TRS_Editor"><p align="center">第一章　总则</p>
<p>第一条　为了加强对认证机构的监督管理，规范认证活动，制定本办法。</p>
<p>第二条　下列活动适用本办法：</p>
<ol start="3"><li>产品认证；</li><li>服务认证：<ol type="a"><li>物业服务；</li><li>养老服务。</li></ol></li>
<li value="9">管理体系认证。</li></ol>
<ul><li>附件一</li></ul>
<p>第三条　收费标准如下：</p>
<table border="1"><tr><th>类别</th><th>收费（元）</th></tr><tr><td><p>产品</p></td><td><p>3000</p></td></tr>
<tr><td rowspan="2">服务</td><td>2000</td></tr><tr><td>1500</td></tr></table>
<h2>附则</h2><p>第四条　本办法自2021年1月1日起施行，<b>原</b>办法同时<i>废</i>止。</p>短<br>行二
<p style="display: none">隐藏文字</p></div></div>
<div class="footer"><p>版权所有 国家市场监督管理总局 京ICP备18022388号</p></div></body></html>"""

TEXT = """认证机构管理办法
第一章　总则
第一条　为了加强对认证机构的监督管理，规范认证活动，制定本办法。
第二条　下列活动适用本办法：
3. 产品认证；
4. 服务认证：
a. 物业服务；
b. 养老服务。
9. 管理体系认证。
附件一
第三条　收费标准如下：
类别 | 收费（元）
产品 | 3000
服务 | 2000
服务 | 1500
附则
第四条　本办法自2021年1月1日起施行，原办法同时废止。
短
行二"""


def test_the_text_of_a_page():
    extracted = read_html(PAGE.encode("gb18030"), "page.html")
    assert extracted.text == TEXT
    assert (extracted.left_out, extracted.notes) == ((("around the page's text", 34),), ())


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="utf-8">', "utf-8"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=GBK">', "gb18030"),
        ("<meta charset=big5>", "big5"),
        ("", "utf-8"),
        ("", "gb18030"),
        ("", "utf-16"),
        ('<meta charset="gb2312">', "utf-8"),  # it lies
    ],
)
def test_the_encoding_is_what_fits(head, encoding):
    text = "第一條 為了加強質量認證體系建設，促進全面質量管理，提升供給質量，制定本辦法。"
    data = f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(encoding)
    assert read_html(data, "page.html").text == text


def test_a_page_laid_out_by_tables():
    page = (
        "<html><body><table><tr><td><a href=1>首页</a></td><td><table><tr><td><p>第一条 为了加强质量认证体系建设，"
        "促进全面质量管理，制定本办法。</p><p>第二条 本办法自公布之日起施行。</p></td></tr></table></td></tr></table></body></html>"
    )
    assert read_html(page.encode(), "page.html").text.endswith(
        "第一条 为了加强质量认证体系建设，促进全面质量管理，制定本办法。\n第二条 本办法自公布之日起施行。"
    )


def test_numbers_that_are_typed_are_not_doubled():
    page = "<html><body><p>本办法适用于下列各类认证活动和认证机构：</p><ol><li>（一）产品认证；</li><li>（二）服务认证。</li></ol></body></html>"
    assert (
        read_html(page.encode(), "page.html").text
        == "本办法适用于下列各类认证活动和认证机构：\n（一）产品认证；\n（二）服务认证。"
    )


def test_a_page_that_is_cut_off_is_said_to_be():
    assert read_html("<html><body><p>第一条 认证自愿。".encode(), "page.html").notes == (
        "ends without </html>; it may be cut off",
    )


def test_a_page_without_text():
    with pytest.raises(CorpusError, match="a web page without text"):
        read_html(b"<html><body><script>document.write('x')</script></body></html>", "page.html")


@pytest.mark.parametrize(
    ("number", "kind", "printed"),
    [
        (3, "decimal", "3"), (12, "chineseCountingThousand", "十二"), (105, "cjk-ideographic", "一百零五"),
        (10, "chineseCounting", "十"), (110, "chineseCounting", "一百一十"), (1010, "chineseCounting", "一千零一十"),
        (20, "chineseCounting", "二十"), (27, "lowerLetter", "aa"), (26, "A", "Z"), (4, "lowerRoman", "iv"),
        (1994, "I", "MCMXCIV"), (3, "decimalEnclosedCircle", "③"), (12, "decimalFullWidth", "１２"),
        (7, "decimalZero", "07"), (21, "decimalEnclosedCircle", "21"), (0, "chineseCounting", "0"), (5, "klingon", "5"),
    ],
)  # fmt: skip
def test_numerals(number, kind, printed):
    assert numeral(number, kind) == printed
