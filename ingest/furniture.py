"""Lines of a web page that are not part of its text: menus, counters, neighbours, page footers.

A line goes only for what it is made of and on which side of the text it stands, never for where it came from, and each
goes with a reason, so that a report can show what was left out. When in doubt a line stays: a stray menu costs less
than a lost clause. From its first numbered line to its last a text loses nothing but breadcrumbs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.numbering import marker

_LABELS = (
    "time|date|posting date|posted(?: on)?|published(?: on)?|source|author|editor|clicks?|views?|hits|reads?|font(?: size)?"
    "|发布时间|发布日期|更新时间|日期|时间|来源|信息来源|文章来源|作者|编辑|责任编辑|点击(?:数|量|率|次数)?|浏览(?:数|量|次数)?"
    "|阅读(?:数|量|次数)?|访问次数|字体|字号"
)
_LABEL = re.compile(rf"(?:(?<=[\s\d)\]】）])|^)(?:{_LABELS})\s*[:：]", re.IGNORECASE)
_COUNTER = re.compile(
    r"^(?:clicks|views|hits|点击(?:数|量|次数)?|浏览(?:数|量|次数)|阅读(?:数|量|次数)|访问次数)\s*[:：]\s*\d*\s*次?$",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"^[•·*\-]?\s*[\[【]?(?:index (?:number|no\.?)|information (?:classification|name|category)|issuing agency|posting date"
    r"|release date|symbol|document number|is it effective|validity|subject(?: words)?|keywords"
    r"|索\s*引\s*号|信息(?:分类|名称|类别)|主题(?:分类|词)|发布机构|发文机关|发文(?:日期|字号)|发布日期|成文日期|公开(?:方式|日期|范围)"
    r"|文\s*号|是否有效|有\s*效\s*性|名\s*称|标\s*题)[\]】]?\s*[:：].{0,200}$",
    re.IGNORECASE,
)
_NEIGHBOUR = re.compile(
    r"^(?:previous|next|prev|上一(?:篇|条|页|个)|下一(?:篇|条|页|个))(?: article| page)?\s*[:：]", re.IGNORECASE
)
_RELATED = re.compile(
    r"^(?:related (?:information|links?|articles?|news|reading|documents?)|you may also like"
    r"|相关(?:信息|链接|文章|新闻|阅读|稿件|报道|推荐|解读)|延伸阅读|推荐阅读|热门(?:文章|推荐)|猜你喜欢)\s*[:：]?$",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"^(?:home|news|company news|about us|contact us|products|sitemap|back to top|share(?: to)?|print(?: this page)?"
    r"|close(?: (?:this )?(?:page|window))?|首页|网站首页|新闻(?:中心|动态)?|关于我们|联系我们|网站地图|返回顶部|返回首页|分享到?"
    r"|打印(?:本页)?|关闭(?:窗口|本页)?|【?打印】?\s*【?关闭(?:窗口)?】?|\[?字体[:：].{0,20})\s*[:：]?$",
    re.IGNORECASE,
)
_PRINT_CLOSE = re.compile(r"print this page|close this (?:page|window)|打印本页|关闭(?:窗口|本页)", re.IGNORECASE)
_CRUMB = re.compile(
    r"^(?:your (?:current )?(?:location|position)|current (?:location|position)|您?(?:现在|当前|所在)的?位置)",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"^[^。.!?！？]{2,60}(?:government (?:web ?site|network|portal)|official website|政府网(?:站)?|门户网站)$",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"(?:not be reproduced without|reproduction (?:is )?prohibited|all rights reserved|copyright\s*(?:©|\(c\)|by)"
    r"|不得转载|请勿转载|禁止转载|转载请注明|版权所有|ICP备\s*\d|公网安备)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:^|\s)(?:add(?:ress)?\.?|地\s*址)\s*[:：]", re.IGNORECASE)
_REACH = re.compile(r"(?:tel(?:ephone)?\.?|fax|e-?mail|电\s*话|传\s*真|邮\s*[编箱])\s*[:：]", re.IGNORECASE)
_PERSON = re.compile(r"contacts?\s*(?:person)?\s*[:：]|联\s*系\s*人", re.IGNORECASE)
_TIME_LABEL = re.compile(r"(?:time|date|posting date|post|publish|发布|更新|日期|时间)", re.IGNORECASE)
_YEAR = re.compile(r"(?:^|\D)(?:19|20)\d\d(?!\d)")
_SENTENCE_END = tuple("。！？；：.!?;:")
# A page's own lines stand before its text or after it; how far the text reaches into either end is unknown.
_HEAD_LINES = 15
_TAIL_LINES = 25
_MENU_LINES = 5  # at either end of a text without numbers, where a heading cannot be told from a menu otherwise
_NOTE_LENGTH = 80
_DUTY = re.compile(r"\b(?:must|shall)\b|应当", re.IGNORECASE)  # so speaks a rule, not the owner of a page


@dataclass(frozen=True)
class _Page:
    """The lines of a page; what is numbered, or else what reads as sentences, reaches from ``first`` to ``last``."""

    lines: Sequence[str]
    first: int
    last: int
    numbered: bool

    @property
    def outside(self) -> list[int]:
        return [*range(self.first), *range(self.last + 1, len(self.lines))]

    @property
    def tail(self) -> range:
        return range(max(self.last + 1, len(self.lines) - _TAIL_LINES), len(self.lines))


def furniture(lines: Sequence[str]) -> dict[int, str]:
    """Indices of the lines that are no part of the text, each with the reason. ``lines`` has no blank ones."""
    page = _page(lines)
    found = {index: "breadcrumb" for index, line in enumerate(lines) if _breadcrumb(line)}
    for index in page.outside:
        line = lines[index]
        if _page_data(line):
            found[index] = "page data"
        elif len(line) < 200 and _NEIGHBOUR.match(line):
            found[index] = "neighbouring page"
        elif index in page.tail and _is_rights_note(line):
            found[index] = "reproduction note"
    found |= _catalogue_card(lines[: page.first])
    found |= _site_address(page)
    found |= _related(page, found)
    found |= _menus(page, found)
    return found


def _page(lines: Sequence[str]) -> _Page:
    for belongs, numbered in ((_is_numbered, True), (_is_sentence, False)):
        first = next((index for index, line in enumerate(lines) if belongs(line)), None)
        if first is not None:
            last = next(index for index in range(len(lines) - 1, -1, -1) if belongs(lines[index]))
            return _Page(lines, first, last, numbered)
    return _Page(lines, len(lines), len(lines) - 1, False)


def _is_numbered(line: str) -> bool:
    number = marker(line)
    return number is not None and number.value is not None


def _is_rights_note(line: str) -> bool:
    return len(line) < _NOTE_LENGTH and bool(_RIGHTS.search(line)) and not _DUTY.search(line)


def _is_sentence(line: str) -> bool:
    """Whether the line ends as a sentence does, and is none of those that a page puts around its text."""
    own = (_CARD, _NEIGHBOUR, _RELATED, _MENU, _CRUMB, _ADDRESS, _REACH)
    return (
        line.endswith(_SENTENCE_END)
        and not any(pattern.match(line) for pattern in own)
        and not _is_rights_note(line)
        and not _page_data(line)
    )


def _breadcrumb(line: str) -> bool:
    steps = re.split(r"\s*[>»›＞]+\s*", line)
    if len(steps) < 2 or any(len(step) > 60 for step in steps):
        return False
    return bool(_CRUMB.match(line)) or bool(re.match(r"(?:home|首页|网站首页)\b", steps[0], re.IGNORECASE))


def _page_data(line: str) -> bool:
    """Labels of a web page's own data, with nothing but short values between them."""
    if _COUNTER.match(line):
        return True
    labels = list(_LABEL.finditer(line))
    if not labels or labels[0].start() > 0:
        return False
    ends = [label.start() for label in labels[1:]] + [len(line)]
    values = [line[label.end() : end].strip() for label, end in zip(labels, ends, strict=True)]
    if any(
        value and _TIME_LABEL.match(label.group().strip()) and not _YEAR.search(value)
        for label, value in zip(labels, values, strict=True)
    ):  # 时间：每年5月1日至5月31日 is a rule, not the hour a page was written
        return False
    shortest = all(len(value) <= 40 or _PRINT_CLOSE.search(value) for value in values)
    return shortest and (len(labels) > 1 or bool(_PRINT_CLOSE.search(line)))


def _menus(page: _Page, found: dict[int, str]) -> dict[int, str]:
    """Menu entries and site names near an end, but no heading: what stands above a sentence needs a breadcrumb."""
    lines, menus = page.lines, {}
    head, tail = (_HEAD_LINES, _TAIL_LINES) if page.numbered else (_MENU_LINES, _MENU_LINES)
    for index in page.outside:
        if index in found or head <= index < len(lines) - tail:
            continue
        reason = "menu" if _MENU.match(lines[index]) else "site name" if _SITE.match(lines[index]) else None
        beside_a_breadcrumb = "breadcrumb" in (found.get(index - 1), found.get(index + 1))
        if reason and (beside_a_breadcrumb or not _heads(page, index, found)):
            menus[index] = reason
    return menus


def _heads(page: _Page, index: int, found: dict[int, str]) -> bool:
    """Whether the line stands right above a numbered line or a sentence."""
    below = index + 1
    if below >= len(page.lines) or below in found:
        return False
    return _is_numbered(page.lines[below]) or _is_sentence(page.lines[below])


def _catalogue_card(head: Sequence[str]) -> dict[int, str]:
    """Three or more "label: value" lines in a row above the text; what a colon leads up to is a list of the text."""
    found: dict[int, str] = {}
    run: list[int] = []
    for index in range(len(head) + 1):
        if index < len(head) and _CARD.match(head[index]):
            run.append(index)
            continue
        if len(run) >= 3 and not (run[0] > 0 and head[run[0] - 1].endswith((":", "："))):
            found |= dict.fromkeys(run, "catalogue card")
        run = []
    return found


def _site_address(page: _Page) -> dict[int, str]:
    """The site owner's address with telephone or mail, on one line or two; a named contact is part of the text."""
    lines = page.lines
    for index in page.tail:
        block = [at for at in (index, index + 1) if at < len(lines) and (at == index or _REACH.match(lines[at]))]
        joined = " ".join(lines[at] for at in block)
        if _ADDRESS.search(lines[index]) and _REACH.search(joined) and not _PERSON.search(joined):
            return dict.fromkeys(block, "site address")
    return {}


def _related(page: _Page, found: dict[int, str]) -> dict[int, str]:
    """A list of other pages' titles: from its heading to the last line, if none of it reads like a paragraph."""
    for index in page.tail:
        if _RELATED.match(page.lines[index]):
            rest = range(index + 1, len(page.lines))
            if all(at in found or (len(page.lines[at]) <= 250 and not _is_sentence(page.lines[at])) for at in rest):
                return dict.fromkeys(range(index, len(page.lines)), "related links")
    return {}
