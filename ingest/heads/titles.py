"""The title of a document, and the mark of its validity that a collection prints behind it."""

import re
from collections.abc import Sequence

from ingest.heads.dates import find_dates
from ingest.heads.lines import Line
from ingest.heads.model import Reading
from ingest.references.numbers import normalise_number

ZH_KINDS = (  # the last words of what a document is called
    "通知|公告|通告|意见|函|批复|决定|命令|令|办法|条例|规定|细则|规则|(?<![算方做用说看])法|解释|方案|规划|计划|要点|纲要|指南|目录|标准|基准"
    "|报告|公报|决议|纪要|通报|解读|说明|答复|指引|规范|制度|措施|清单|名单|章程|准则|须知|预案|倡议书|白皮书|指导书|大纲|法典"
    "|解答|问答|办事指南|程序"
)
_ZH_TITLE = re.compile(
    rf"(?:{ZH_KINDS})(?:[（(](?:试行|暂行|[一二三四五六七八九十]{{1,3}}|修订|修正|[^（）()]{{0,8}}(?:稿|年|版|本|修订|修正))[)）]){{0,2}}$"
)
# What stands above a document and says whose it is, not which.
_ZH_MASTHEAD = re.compile(
    r"^(?:中华人民共和国[\u4e00-\u9fff]{0,8}标准|[\u4e00-\u9fff、 ]{2,60}(?:令|公告|通告|文件|函))$"
)
_EN_KIND = (
    "notice|circular|announcement|letter|reply|response|opinions?|guiding opinions|decision|order|decree|measures"
    "|regulations?|provisions|rules|law|interpretation|plan|guidelines?|guidance|outline|key points|catalogue|report"
    "|communiqu[eé]|bulletin|resolution|explanation|white paper|standards?|methods|policy|program(?:me)?|action plan"
    "|work plan|implementation (?:plan|opinions?|measures|rules|scheme)|detailed rules|specifications?|requirements"
)
_EN_BEFORE = (
    "the|several|certain|some|interim|provisional|trial|administrative|management|guiding|implementation|implementing"
    "|detailed|relevant|official|general|special|further|joint|policy|key|work|measures for"
)
_EN_TITLE = re.compile(
    rf"^(?:(?:{_EN_BEFORE}) ){{0,4}}(?:{_EN_KIND})"
    r" (?:letter|on|of|for|to|from|concerning|regarding|about|issued|by|governing)\b",
    re.IGNORECASE,
)
_EN_TITLE_END = re.compile(
    rf"\b(?:{_EN_KIND})(?: \([^()]{{2,30}}\)){{0,2}}$|\b(?:law|regulations?|measures|rules|provisions) of "
    r"(?:the )?(?:people['’]s republic of china|prc)(?: \([^()]{2,30}\))?$",
    re.IGNORECASE,
)
_MARKS = {
    "in_force": "现行有效|有效|已生效|effective|in force|currently effective|valid",
    "repealed": "失效|已失效|废止|已废止|已被废止|全文废止|全文失效|已作废|invalid|repealed|abolished|expired|revoked"
    "|annulled|no longer in force|no longer effective|no longer valid",
    "superseded": "已被修订|已被修改|已修改|已修订|已被替代|superseded|amended|revised",
}
_STATUS = {word: status for status, words in _MARKS.items() for word in words.split("|")}
_ANY_MARK = "|".join(sorted((word for words in _MARKS.values() for word in words.split("|")), key=len, reverse=True))
_MARK = re.compile(rf"\s*[\[【（(〔［]\s*(?P<mark>{_ANY_MARK})\s*[\]】）)〕］]\s*$", re.IGNORECASE)
# Of the document itself, or of what a notice issues; a notice on 暂行条例 is no provisional one.
_TRIAL = re.compile(
    rf"[（(](?P<a>试行|暂行)[)）](?:[》”\"]?的(?:通知|公告|决定))?$|(?P<b>试行|暂行)(?:{ZH_KINDS})(?:[（(][^（）()]{{1,12}}[)）])?$"
    r"|\((?P<c>(?:for )?trial(?: implementation)?|interim|provisional)\)[”\"]?$"
    r"|^(?P<d>interim|provisional|trial)\b",
    re.IGNORECASE,
)
_SENTENCE_END = ("。", "；", "：", "！", "？", ".", ";", ":", "!", "?", "，", ",")
_LINKED = re.compile(
    r"(?:正文|原文|文件)下载(?:链接)?[:：] ?(?P<title>[^.:：。]{8,140}?)\.(?:docx?|pdf|ofd|wps)", re.IGNORECASE
)
_FIRST_LINES = 8  # an English line that merely ends in "report" or "plan" is a title only up here
_LENGTH = {"zh": 140, "en": 400}


def status_of(words: str) -> str | None:
    """The status that a mark or a label's value stands for: 现行有效 → in_force; None for any other words."""
    return _STATUS.get(words.strip().lower())


def read_mark(line: Line) -> Reading | None:
    """The mark behind a title: [现行有效], [Effective]."""
    found = _MARK.search(line.text[-60:])
    if not found or not (status := status_of(found["mark"])):
        return None
    shift = max(0, len(line.text) - 60)
    return line.reading(shift + found.start("mark"), shift + found.end("mark"), status)


def without_mark(text: str) -> int:
    """Length of ``text`` without the mark of validity behind it."""
    found = _MARK.search(text[-60:])
    return max(0, len(text) - 60) + found.start() if found else len(text)


def read_titles(text: str, head: Sequence[Line]) -> dict[str, Reading]:
    """The title in each language that has one: the first line of the head that names a kind of document.

    Lines of ``head`` are of the document, in order; ``text`` is the document's. A Chinese title may take up to three.
    """
    titles: dict[str, Reading] = {}
    for index, line in enumerate(head):
        if line.language in titles:
            continue
        words = line.text[: without_mark(line.text)].rstrip()
        if is_title(words, line.language, index < _FIRST_LINES):
            titles[line.language] = line.reading(0, len(words))
        elif line.language == "zh" and (several := _title_of_several(head[index : index + 3])):
            start, last = several[0].start, several[-1]
            end = last.start + without_mark(last.text)
            titles["zh"] = Reading(text[start:end].replace("\n", ""), text[start:end], start, end)
    return titles


def is_title(words: str, language: str, first: bool = True) -> bool:
    """Whether a line names a kind of document, as a title does: …的通知, Notice of …"""
    if not 2 <= len(words) <= _LENGTH[language] or words.endswith(_SENTENCE_END):
        return False
    if normalise_number(words) or any(found.start < 2 for found in find_dates(words[:30])):  # a line of its history
        return False
    if language == "zh":
        masthead = "关于" not in words and _ZH_MASTHEAD.match(words)
        return bool(_ZH_TITLE.search(words[-60:])) and not masthead and not re.search(r"[。；！？]", words)
    if not words[:1].isupper() and not words[:1].isdigit():
        return False
    by_its_end = first and _EN_TITLE_END.search(words[-120:]) and not re.search(r"[.;!?] ", words)
    return bool(by_its_end or _EN_TITLE.match(words))


def read_linked_title(lines: Sequence[Line]) -> Reading | None:
    """公告正文下载链接：海关总署关于…的公告.doc: the document under its title, as its page offers it, at the end."""
    for line in reversed(lines[-5:]):
        found = _LINKED.search(line.text[-1500:])
        if found and "关于" in found["title"] and is_title(found["title"], "zh"):
            shift = max(0, len(line.text) - 1500)
            return line.reading(shift + found.start("title"), shift + found.end("title"))
    return None


def _title_of_several(lines: Sequence[Line]) -> Sequence[Line] | None:
    """A title that was broken: it says 关于 in one line, and what it is in one of the next two."""
    if "关于" not in lines[0].text or len(lines[0].text) > 60 or lines[0].text.endswith(_SENTENCE_END):
        return None
    for count in range(2, len(lines) + 1):
        several = lines[:count]
        if any(part.language != "zh" or len(part.text) > 60 for part in several):
            return None
        if is_title(_together(several), "zh"):
            return several
    return None


def _together(lines: Sequence[Line]) -> str:
    words = "".join(part.text.strip() for part in lines)
    return words[: without_mark(words)]


def read_trial(title: Reading | None) -> Reading | None:
    """The word of the title that says that the document is provisional."""
    found = _TRIAL.search(title.text) if title else None
    if not found:
        return None
    name = next(name for name in "abcd" if found[name])
    words, start = found[name], title.start + found.start(name)
    return Reading(words, words, start, start + len(words))
