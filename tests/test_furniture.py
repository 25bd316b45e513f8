"""Lines of a web page around a text go, lines of the text stay."""

import time

import pytest

from ingest.furniture import furniture


def removed(*lines: str) -> list[tuple[str, str]]:
    return [(reason, lines[index]) for index, reason in sorted(furniture(lines).items())]


POLICY = [
    ["第一条 申请书附", "相关信息：", "第二条 产品名称。", "第三条 生产地址。"],
    ["Article 1 Annexes", "Related documents:", "1. The application form.", "2. The test report.", "• a drawing"],
    ["第一条 证书载明：", "名称：某产品", "有效性：三年", "文号：证书编号", "第二条 证书由机构颁发。"],
    ["本目录包括：", "名称：某产品", "有效性：三年", "文号：证书编号", "一、证书由机构颁发。"],
    ["第一条 申报如下。", "时间：每年5月1日至5月31日 来源：企业申报", "第二条 本办法自公布之日起施行。"],
    ["关于申报的通知", "时间：每年5月1日至5月31日 来源：企业申报"],
    [
        "1. Bodies issue reports.",
        "All reports must not be reproduced without approval of the body, and the fee is 100 yuan.",
    ],
    ["1. Bodies issue reports.", "Reports shall not be reproduced without approval."],
    ["Notice on quality", "Products", "All products are tested.", "News", "The office publishes what it finds."],
    ["Notice on quality", "Products", "1. All products are tested.", "News", "2. The office publishes."],
    ["一、办理", "上一条：见附件", "打印本页", "二、打印"],
    ["第一条 企业登录", "国家认监委门户网站", "第二条 填报。"],
    ["一、申请", "延伸阅读", "企业应当提交下列材料。"],
]


@pytest.mark.parametrize("lines", POLICY)
def test_lines_of_the_text_stay(lines):
    assert removed(*lines) == []


def test_a_page_around_a_numbered_text():
    assert removed(
        "首页",
        "您现在的位置：首页 > 政务公开",
        "某市人民政府网",
        "索引号：GZ01",
        "发布机构：某局",
        "名称：关于认证的意见",
        "关于认证的意见",
        "发布时间：2018-02-06 来源：某局",
        "一、总体要求。",
        "二、主要任务。",
        "上一篇：没有了",
        "未经许可不得转载",
        "地址：某路1号 电话：010-1",
        "相关信息",
        "某市烟花爆竹管理条例解读",
    ) == [
        ("menu", "首页"),
        ("breadcrumb", "您现在的位置：首页 > 政务公开"),
        ("site name", "某市人民政府网"),
        ("catalogue card", "索引号：GZ01"),
        ("catalogue card", "发布机构：某局"),
        ("catalogue card", "名称：关于认证的意见"),
        ("page data", "发布时间：2018-02-06 来源：某局"),
        ("neighbouring page", "上一篇：没有了"),
        ("reproduction note", "未经许可不得转载"),
        ("site address", "地址：某路1号 电话：010-1"),
        ("related links", "相关信息"),
        ("related links", "某市烟花爆竹管理条例解读"),
    ]


def test_a_page_around_a_text_without_numbers():
    assert removed("News", "Home > News", "Quality is checked.", "Clicks: 12", "Back to top") == [
        ("menu", "News"),
        ("breadcrumb", "Home > News"),
        ("page data", "Clicks: 12"),
        ("menu", "Back to top"),
    ]


def test_related_links_hold_no_numbered_line():
    lines = ["一、总体要求。", "相关信息：", "1. 某条例解读", "2. 某办法解读"]
    assert removed(*lines) == []


@pytest.mark.parametrize("line", ["Related documents:", "Some line of a text", "1. A numbered line."])
def test_a_long_text_takes_time_in_proportion(line):
    start = time.process_time()
    furniture([line] * 100_000)
    assert time.process_time() - start < 3  # seconds; minutes where each line is compared with all others
