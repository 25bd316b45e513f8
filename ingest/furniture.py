"""Lines of a web page that are not part of its text: menus, counters, neighbours, page footers.

A line goes only for what it is made of, never for where it came from, and each goes with a reason, so that a report
can show what was left out. When in doubt a line stays: a stray menu costs less than a lost clause.
"""

import re
from collections.abc import Callable, Sequence

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
# A page's own lines stand before its text or after it; how far the text reaches into either end is unknown.
_HEAD_LINES = 15
_TAIL_LINES = 25


def furniture(lines: Sequence[str]) -> dict[int, str]:
    """Indices of the lines that are no part of the text, each with the reason. ``lines`` has no blank ones."""
    found: dict[int, str] = {}
    for index, line in enumerate(lines):
        reason = next((reason for reason, test in _ANYWHERE if test(line)), None)
        near_end = index < _HEAD_LINES or index >= len(lines) - _TAIL_LINES
        if reason is None and near_end:
            reason = next((reason for reason, test in _NEAR_AN_END if test(line)), None)
        if reason:
            found[index] = reason
    found |= _catalogue_card(lines)
    found |= _site_address(lines)
    found |= _related(lines)
    return found


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
    shortest = all(len(value) <= 40 or _PRINT_CLOSE.search(value) for value in values)
    return shortest and (len(labels) > 1 or bool(_PRINT_CLOSE.search(line)))


_ANYWHERE: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("breadcrumb", _breadcrumb),
    ("page data", _page_data),
    ("neighbouring page", lambda line: len(line) < 200 and bool(_NEIGHBOUR.match(line))),
)
_NEAR_AN_END: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("menu", lambda line: bool(_MENU.match(line))),
    ("site name", lambda line: bool(_SITE.match(line))),
    ("reproduction note", lambda line: len(line) < 150 and bool(_RIGHTS.search(line))),
)


def _catalogue_card(lines: Sequence[str]) -> dict[int, str]:
    """Three or more "label: value" lines in a row, as on the catalogue card above a published document."""
    found: dict[int, str] = {}
    run: list[int] = []
    for index in range(len(lines) + 1):
        if index < len(lines) and _CARD.match(lines[index]):
            run.append(index)
            continue
        if len(run) >= 3:
            found |= dict.fromkeys(run, "catalogue card")
        run = []
    return found


def _site_address(lines: Sequence[str]) -> dict[int, str]:
    """The site owner's address with telephone or mail, on one line or two; a named contact is part of the text."""
    for index in range(max(0, len(lines) - _TAIL_LINES), len(lines)):
        block = [at for at in (index, index + 1) if at < len(lines) and (at == index or _REACH.match(lines[at]))]
        joined = " ".join(lines[at] for at in block)
        if _ADDRESS.search(lines[index]) and _REACH.search(joined) and not _PERSON.search(joined):
            return dict.fromkeys(block, "site address")
    return {}


def _related(lines: Sequence[str]) -> dict[int, str]:
    """A list of other pages' titles: from its heading to the last line, if none of it reads like a paragraph."""
    for index, line in enumerate(lines):
        rest = lines[index + 1 :]
        if _RELATED.match(line) and all(len(other) <= 250 for other in rest):
            return dict.fromkeys(range(index, len(lines)), "related links")
    return {}
