"""What documents state about themselves: exact values, each with the words it was read from."""

import time

import pytest

from ingest.document import Document
from ingest.extract import Extracted
from ingest.heads.compare import contradicted
from ingest.heads.dates import find_dates, is_date
from ingest.heads.lines import detect_language
from ingest.heads.model import Head, Reading
from ingest.heads.read import read_head
from ingest.manifest import Entry
from ingest.pipeline import read_document

NOTICE = """\
国家认监委 市场监管总局办公厅关于印发《认证机构管理办法（试行）》的通知
国认证联〔2019〕12号

各省、自治区、直辖市及新疆生产建设兵团市场监管局（厅、委）：
现将《认证机构管理办法（试行）》印发给你们，请遵照执行。
联系人：张三，电话：010-82262721。
国家认监委　市场监管总局办公厅
二〇一九年三月五日
认证机构管理办法（试行）
第一条 认证机构应当自取得证书之日起30日内备案。
第二条 本办法自2019年4月1日起施行，试行期两年。
"""
ORDER = """\
国家市场监督管理总局令
第 61 号
《强制性产品认证管理规定》已经2022年9月20日市场监管总局第11次局务会议审议通过，现予公布，自2022年11月1日起施行。
局长 罗文
2022年9月29日
强制性产品认证管理规定
第一章 总则
第一条 为规范工作，制定本规定。
"""
LAW = """\
中华人民共和国工业产品生产许可证管理条例

2005年6月29日 国务院第97次常务会议通过
2005年7月9日 中华人民共和国国务院令第440号公布
2005年9月1日 施行

第一章 总则
第一条 为了保证产品的质量安全，制定本条例。
第七十条 本条例自2005年9月1日起施行。国务院1984年4月7日发布的《工业产品生产许可证试行条例》同时废止。
"""
PASTED = """\
公告〔2024〕113号
海关总署 农业农村部 2024-09-04

为防止疫情传入，现公告如下：
一、禁止从该国输入禽类。
二、自本公告发布之日起启运的来自该国的禽，一律作退回处理。
三、检疫许可证自2024年8月1日起失效。本公告自发布之日起实施。特此公告。附件：名单.doc海关总署 农业农村部2024年9月4日\
公告正文下载链接：海关总署 农业农村部关于防止禽流感传入我国的公告.doc
"""
GOVERNMENT_PAGE = """\
首页 > 政府信息公开 > 建议提案
发文机关：市场监管总局
成文日期：2020年09月24日
发布日期：2020年11月17日
有效性：有效
对十三届全国人大三次会议第2267号建议的答复
国市监提〔2020〕66号
岳中林代表：
您提出的《关于加强质量认证体系建设的建议》收悉，现答复如下：
一、基本情况
感谢您对质量认证工作的关心和支持。
国家市场监督管理总局
2020年9月24日
"""
CIRCULAR = """\
Circular of the General Office of the State Council on Distributing the Action Plan (Trial)
Guo Ban Fa (2019) No. 12
The people's governments of all provinces and autonomous regions:
The Action Plan is hereby issued to you.
1. This circular shall take effect on April 1, 2019 and remain valid until March 31, 2024.
The General Office of the State Council
15 March 2019
"""


def document(text: str, **fields) -> Document:
    entry = Entry(document_id="d", path="d.txt", language=detect_language(text), **fields)
    return read_document(entry, text.encode(), Extracted(text=text, page_starts=(0,)))


def head_of(text: str) -> Head:
    read = document(text)
    return with_places(read, text, read_head(read, text))


def with_places(read: Document, source: str, head: Head) -> Head:
    """Every reading is what stands at its place."""
    for reading in readings(head):
        assert (source if reading.left_out else read.text)[reading.start : reading.end] == reading.text
    return head


def readings(head: Head) -> list[Reading]:
    values = [value for name, value in vars(head).items() if name not in ("history", "doubts") and value]
    found = [reading for value in values for reading in (value if isinstance(value, tuple) else (value,))]
    return [*found, *(event.reading for event in head.history)]


def said(head: Head) -> dict[str, str | list[str]]:
    """field → value or values, of what was read."""
    return {
        name: [item.value for item in value] if isinstance(value, tuple) else value.value
        for name, value in vars(head).items()
        if name not in ("history", "doubts") and value
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018年2月6日 二〇一八年十二月三十一日 二○二○年十月二日", ["2018-02-06", "2018-12-31", "2020-10-02"]),
        ("time:2018-02-14 21:13:00 2020/11/17 2018.2.6", ["2018-02-14", "2020-11-17", "2018-02-06"]),
        ("February 6th, 2018, 11 February 2018, Sept. 3, 2019", ["2018-02-06", "2018-02-11", "2019-09-03"]),
        ("the 3rd day of June 2011; ２０１８年２月６日", ["2011-06-03", "2018-02-06"]),
        ("2018年13月40日 2019-02-30 12018-02-01 2018年2月 March 2018", []),
    ],
)
def test_dates_in_any_way_of_writing(text, expected):
    assert [found.day for found in find_dates(text)] == expected


def test_a_line_that_is_a_date_holds_nothing_else():
    assert is_date("（2018年2月6日）") == "2018-02-06"
    assert is_date("2018年2月6日施行") is None


def test_a_notice_with_what_it_issues():
    assert said(head_of(NOTICE)) == {
        "title": "国家认监委 市场监管总局办公厅关于印发《认证机构管理办法（试行）》的通知",
        "issuers": ["国家认监委 市场监管总局办公厅"],
        "document_number": "国认证联〔2019〕12号",
        "issued_on": "2019-03-05",
        "effective_on": "2019-04-01",
        "trial": "试行",
        "validity": "试行期两年",
        "addressees": ["各省、自治区、直辖市及新疆生产建设兵团市场监管局（厅、委）"],
        "contacts": ["张三，电话：010-82262721"],
        "signatures": ["国家认监委 市场监管总局办公厅"],
        "signed_on": "2019-03-05",
    }


def test_an_order_whose_number_stands_on_a_line_of_its_own():
    assert said(head_of(ORDER)) == {
        "title": "强制性产品认证管理规定",
        "issuers": ["国家市场监督管理总局"],
        "document_number": "国家市场监督管理总局令第61号",
        "issued_on": "2022-09-29",
        "effective_on": "2022-11-01",
        "signatures": ["局长 罗文"],
        "signed_on": "2022-09-29",
    }


def test_a_law_with_its_history():
    head = head_of(LAW)
    assert said(head) == {
        "title": "中华人民共和国工业产品生产许可证管理条例",
        "issuers": ["中华人民共和国国务院"],
        "document_number": "中华人民共和国国务院令第440号",
        "issued_on": "2005-07-09",
        "effective_on": "2005-09-01",
    }
    assert [(event.day, event.kind, event.body) for event in head.history] == [
        ("2005-06-29", "adopted", "国务院"),
        ("2005-07-09", "issued", "中华人民共和国国务院"),
        ("2005-09-01", "effective", None),
    ]


def test_an_announcement_pasted_into_one_line():
    assert said(head_of(PASTED)) == {
        "title": "海关总署 农业农村部关于防止禽流感传入我国的公告",
        "issuers": ["海关总署 农业农村部"],
        "document_number": "公告〔2024〕113号",
        "issued_on": "2024-09-04",
        "effective_on": "2024-09-04",
        "signatures": ["海关总署 农业农村部"],
        "signed_on": "2024-09-04",
    }


def test_a_page_of_a_government():
    assert said(head_of(GOVERNMENT_PAGE)) == {
        "title": "对十三届全国人大三次会议第2267号建议的答复",
        "issuers": ["国家市场监督管理总局"],
        "document_number": "国市监提〔2020〕66号",
        "issued_on": "2020-09-24",
        "posted_on": "2020-11-17",
        "status": "in_force",
        "addressees": ["岳中林代表"],
        "signatures": ["国家市场监督管理总局"],
        "signed_on": "2020-09-24",
    }


def test_an_english_circular():
    assert said(head_of(CIRCULAR)) == {
        "title": "Circular of the General Office of the State Council on Distributing the Action Plan (Trial)",
        "issuers": ["General Office of the State Council"],
        "document_number": "Guo Ban Fa (2019) No. 12",
        "issued_on": "2019-03-15",
        "effective_on": "2019-04-01",
        "trial": "Trial",
        "valid_until": "2024-03-31",
        "addressees": ["The people's governments of all provinces and autonomous regions"],
        "signatures": ["The General Office of the State Council"],
        "signed_on": "2019-03-15",
    }


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("关于发布目录的公告\n2020年第18号\n根据要求，现公告有关事项。\n", ("关于发布目录的公告", "2020年第18号")),
        ("国务院关于加强质量\n认证体系建设的意见\n国发〔2018〕3号\n", ("国务院关于加强质量认证体系建设的意见", "国发〔2018〕3号")),
        ("认证认可条例 [已废止]\n第一条 为了规范认证，制定本条例。\n", ("认证认可条例", None)),
        ("中华人民共和国国家标准\nSM4分组密码算法\n1 范围\n", (None, None)),
        ("海关总署 市场监管总局公告2021年第39号\n现公告如下：\n一、检验。\n", (None, "海关总署 市场监管总局公告2021年第39号")),
    ],
)  # fmt: skip
def test_titles_and_numbers(title, expected):
    head = head_of(title)
    assert (said(head).get("title"), said(head).get("document_number")) == expected


OWN_FORCE = [
    ("本公告自2024年9月5日起实施。", "2024-09-05"),
    ("本批标准自2024年1月1日起正式实施。", "2024-01-01"),
    ("以上规定自2024年7月1日起执行。", "2024-07-01"),
    ("海关总署决定自2023年11月1日起取消备案。", "2023-11-01"),
    ("本公告有效期自2023年10月11日起至2025年10月10日。", "2023-10-11"),
    ("许可证自2024年9月5日起生效。", None),
    ("《食品安全法》自2024年9月5日起施行。", None),
    ("将第二条修改为：“本办法自2020年1月1日起施行。”", None),
    ("本办法自合作区正式封关运行之日起施行。", None),
    ("自变更之日起30日内备案。本证书自签发之日起生效。", None),
    ("本办法自发布之日起施行。", "2024-01-02"),
    ("即日起，允许进口。", "2024-01-02"),
    ("企业应当自本办法施行之日起六个月内备案。", None),
    ("本公告自2024年9月5日起实施。本公告自2024年9月6日起实施。", None),
]


@pytest.mark.parametrize(("words", "expected"), OWN_FORCE)
def test_from_when_it_is_in_force(words, expected):
    head = head_of(f"公告〔2024〕1号\n海关总署 2024-01-02\n\n{words}\n")
    assert said(head).get("effective_on") == expected


def test_until_when_it_is_in_force():
    head = head_of(
        "关于认证的公告\n一、本公告自2023年10月11日起施行，有效期至2025年10月10日。\n二、证书有效期至2030年1月1日。\n"
    )
    assert said(head)["valid_until"] == "2025-10-10"
    head = head_of("关于认证的公告\n一、本公告内容自2024年10月9日起生效，有效期6个月。\n二、证书有效期5年。\n")
    assert (said(head)["validity"], said(head).get("valid_until")) == ("有效期6个月", None)


def test_two_dates_of_issue_are_no_date_of_issue():
    head = head_of("公告〔2023〕169号\n海关总署 2023-11-22\n\n特此公告。海关总署2023年11月20日\n")
    assert head.issued_on is None
    assert head.doubts == (
        "issued_on: the text says several things: 2023-11-22 (“2023-11-22”), 2023-11-20 (“2023年11月20日”)",
    )


def test_the_day_of_an_older_version_is_not_read():
    head = head_of(
        "产品质量监督办法\n1985年3月15日 国家标准局发布\n2011年1月8日 《国务院关于废止和修改部分行政法规的决定》修订\n"
        "第一条 为了监督产品质量，制定本办法。\n第二条 本办法自1985年5月1日起施行。\n"
    )
    assert (head.issued_on.value, head.effective_on) == ("2011-01-08", None)
    assert head.doubts == (
        "effective_on: 1985-05-01 is an older version's: later came “2011年1月8日"
        " 《国务院关于废止和修改部分行政法规的决定》修订”",
    )


def test_a_local_law_was_adopted_on_another_day_than_it_was_issued():
    head = head_of(
        "商丘市优化营商环境条例\n2020年2月28日 商丘市第五届人民代表大会常务委员会第二十次会议通过\n"
        "2020年3月31日 河南省第十三届人民代表大会常务委员会第十七次会议批准\n第一条 为了优化营商环境，制定本条例。\n"
    )
    assert said(head) == {"title": "商丘市优化营商环境条例", "issuers": ["商丘市人民代表大会常务委员会"]}


def test_what_was_adopted_and_then_issued_is_one_version():
    head = head_of(
        "乳品质量安全监督管理条例\n2008年10月6日 国务院第28次常务会议通过\n2008年10月9日 中华人民共和国国务院令第536号公布\n"
        "第一条 为了加强监督管理，制定本条例。\n第六十四条 本条例自公布之日起施行。\n"
    )
    assert (head.issued_on.value, head.effective_on.value, head.doubts) == ("2008-10-09", "2008-10-09", ())


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("认证机构管理办法（试行）", "试行"),
        ("市场监督管理投诉举报处理暂行办法", "暂行"),
        ("关于印发《认证机构管理办法（试行）》的通知", "试行"),
        ("关于外商投资企业适用增值税暂行条例有关问题的通知", None),
        ("Interim Measures for the Administration of Certification", "Interim"),
        ("Notice on the Trial of Two Companies", None),
    ],
)
def test_what_is_provisional_is_the_document_itself(title, word):
    assert said(head_of(f"{title}\n第一条 为了规范认证，制定本规定。\n")).get("trial") == word


def test_news_has_no_head():
    text = (
        "会议指出，要加强质量认证体系建设。\n2019年5月1日成立的企业走在前面，质量提升明显。\n2020年3月1日\n记者 王五\n"
    )
    assert said(head_of(text)) == {}


def test_a_manifest_that_contradicts_the_text_is_told():
    right = {
        "issuer": "海关总署",
        "document_number": "公告〔2024〕1号",
        "issued_on": "2024-01-02",
        "effective_on": "2024-02-01",
    }
    text = "公告〔2024〕1号\n海关总署 2024-01-02\n\n为了便利企业，本公告自2024年2月1日起实施。\n"
    assert contradicted(document(text, **right)) == []
    wrong = right | {"effective_on": "2024-01-02", "document_number": "公告〔2024〕2号"}
    assert contradicted(document(text, **wrong)) == [
        "d: the manifest has document_number '公告〔2024〕2号'; the text at 0 says '公告〔2024〕1号' (“公告〔2024〕1号”)",
        "d: the manifest has effective_on '2024-01-02'; the text at 38 says '2024-02-01' (“2024年2月1日”)",
    ]


AWKWARD = (
    "本", "本公告", "本公告自", "本公告自2024年1月1日", "（", "2024年1月1日", "2024年1月1日\n", "These Measures shall come ",
    "《", "2024年1月1日《\n", "“", "联系人：", "联系人：0 0 ", "部", "海关总署\n", "海关总署 ", "特此公告。海关总署",
    "特此公告。海关总署2024年1月1日x", "[", "〔2024〕1号", "Notice of ", "(Adopted on ", "a\n", "Date: ", "本公告有效期", "现公布，自",
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_megabyte_of_awkward_text_takes_seconds(language):
    share = 1_000_000 // len(AWKWARD)
    text = "\n".join(words * (share // len(words)) for words in AWKWARD)
    hostile = Document("d", "d", language, "d", "d.txt", "", text)
    start = time.process_time()
    read_head(hostile)
    assert time.process_time() - start < 30  # about 2 s; a step for each pair of characters would be hours
