"""Labels with values: of the web page around a text, of a catalogue card, and of lines like 联系人：…."""

import re
from collections.abc import Sequence

from ingest.heads.dates import find_dates
from ingest.heads.lines import Line, plain
from ingest.heads.model import Reading
from ingest.heads.titles import status_of
from ingest.references.numbers import normalise_number

_FIELDS = {
    "posted_on": r"post(?:ing|ed)?(?: date| on| time)?|发表(?:日期|时间)|公开日期|上传(?:日期|时间)",
    "published_on": r"publish(?:ed)?(?: date| on| time)?|publication date|release date|发布(?:日期|时间)",
    "page_date": r"time|date|日\s*期|时\s*间",  # of the page: only where it stands among the page's own data
    "issued_on": r"date of issue|issu(?:e|ing) date|issued on|(?:成文|公布|颁布|发文|印发|签发|制发|文件)日期",
    "effective_on": r"effective date|implementation date|(?:生效|施行|实施)(?:日期|时间)",
    "issuer": r"issuing (?:agency|authority|body|department)|(?:发布|公布|发文|制定|颁布)(?:机构|部门|机关|单位)",
    "document_number": r"document (?:number|no\.?)|symbol|发文字号|发文文号|文\s*号|文件编号",
    "title": r"information name|文件名称|信息名称|名\s*称|标\s*题",
    "status": r"is it effective|validity|timeliness|时\s*效\s*性|有\s*效\s*性|是否有效|效力状态|效力",
    "other": r"source|author|editor|clicks?|views?|hits|font(?: size)?|index (?:number|no\.?)|subject(?: words)?"
    r"|keywords|information (?:classification|category)|来源|信息来源|文章来源|作者|编辑|责任编辑"
    r"|点击(?:数|量|率|次数)?|浏览(?:数|量|次数)?|阅读(?:数|量|次数)?|访问次数|字体|字号|索\s*引\s*号|信息分类|信息类别|主题(?:分类|词)"
    r"|公开(?:方式|范围)",
}
_LABEL = re.compile(
    r"(?<![A-Za-z\u4e00-\u9fff])[\[【•·*]?\s*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items())
    + r")\s*[\]】]?\s*[:：]",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"^(?:none|no|n/?a|unknown|无|暂无|/|-+)?$", re.IGNORECASE)
_YES = {"yes": "in_force", "是": "in_force", "否": "repealed"}
_CONTACT = re.compile(
    r"(?:^|(?<=[。；;.（(\s]))(?:contacts?(?: persons?)?|联\s?系\s?人(?:及(?:联系)?(?:电话|方式))?"
    r"|联系(?:方式|电话)|咨询电话)\s?[:：]",
    re.IGNORECASE,
)
_REACHED = re.compile(r"[0-9][0-9 \-—–()（）]{5,}[0-9]|[\w.+-]{1,64}@[\w-]{1,64}\.")
_VALUE = 200


def read_labels(lines: Sequence[Line]) -> dict[str, list[Reading]]:
    """The fields that labelled values of ``lines`` give, each with its place; blank ones and "None" give nothing."""
    found: dict[str, list[Reading]] = {}
    for line in lines:
        labels = list(_LABEL.finditer(line.text[:1000]))
        if not labels or (labels[0].start() > 2 and not line.left_out):
            continue
        ends = [label.start() for label in labels[1:]] + [min(len(line.text), labels[-1].end() + 2 * _VALUE)]
        for label, end in zip(labels, ends, strict=True):
            field = label.lastgroup
            if field == "page_date":
                field = "posted_on" if line.left_out else "other"
            if field != "other" and (reading := _value(line, label.end(), end, field)):
                found.setdefault(field, []).append(reading)
    # A collection of laws says 发布日期 and 实施日期 of a law; a web page says 发布日期 of itself.
    published = "issued_on" if "effective_on" in found and "issued_on" not in found else "posted_on"
    if "published_on" in found:
        found.setdefault(published, []).extend(found.pop("published_on"))
    return found


def _value(line: Line, start: int, end: int, field: str) -> Reading | None:
    words = line.text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    if len(words) > 2 * _VALUE - 1 or (_NOTHING.match(words) and field != "status"):
        return None
    if field.endswith("_on"):
        days = find_dates(words)
        if len(days) != 1 or days[0].start > 0:
            return None
        return line.reading(start, start + days[0].end, days[0].day)
    if field == "status":
        status = _YES.get(words.lower()) or status_of(words)
        return line.reading(start, start + len(words), status) if status else None
    if field == "document_number" and not normalise_number(words):
        return None
    return line.reading(start, start + len(words))


def read_contacts(lines: Sequence[Line]) -> list[Reading]:
    """Who to turn to, from the label to the end of the sentence, where a telephone or an address is given."""
    found = []
    for line in lines:
        at = 0
        while label := _CONTACT.search(line.text, at):
            rest = line.text[label.end() : label.end() + _VALUE]
            stop = re.search(r"[。；;]", rest)
            words = (rest[: stop.start()] if stop else rest).strip(" ,，)）")
            at = label.end()
            if words and _REACHED.search(words):
                start = line.text.index(words, label.end())
                at = start + len(words)
                found.append(line.reading(start, at, plain(words)))
    return found
