"""Names of documents: when two titles are one name, and where a known name stands in a sentence.

A name is compared by its key: folded, without punctuation, without 中华人民共和国 or "the … of the People's Republic
of China", issuing bodies in one way of writing. A document has several keys: its title in each language, the title
without a note such as （试行） or （2018修正）, without its issuer (关于…的意见), and the title it forwards.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ingest.document import Document
from ingest.references.organs import organs_in
from ingest.references.text import same_length_fold

_CJK = "\u3400-\u9fff"
PART = 3
ZH_TYPES = (
    "法典|宪法|条例|规定|办法|细则|解释|规则|规程|决定|决议|通则|意见|通知|公告|通告|批复|复函|命令|方案|规划|计划|纲要|要点|规范|标准|准则|章程"
    "|指南|指引|目录|清单|公约|协定|议定书|条约|宣言|措施|制度|法|令"
)
EN_TYPES = (
    "Opinions?|Notices?|Regulations?|Measures|Plans?|Laws?|Decisions?|Provisions|Rules|Guidelines?|Letters?|Norms"
    "|Interpretations?|Outlines?|Circulars?|Announcements?|Schemes?|Programmes?|Programs?|Standards?|Requirements"
    "|Key Points|Catalogues?|Catalogs?|Orders?|Decrees?|Code|Constitution|Convention|Protocol|Agreement"
)
# （试行） and [现行有效] are notes; （二） tells one interpretation from the next.
_NOTE = re.compile(r" ?\[(?! ?[0-9零〇一二三四五六七八九十]{1,3} ?\])[^\[\]]{0,40}\] ?$")
_ONLY_NAME = re.compile(rf"[^{_CJK}a-z0-9]+")
_CHINA = re.compile(
    r"\b(?:of|in) (?:the )?(?:people'?s republic of china|prc|p\.r\.c\.?)|\b(?:people'?s republic of china|prc)'?s?\b"
)
# Words that may stand in front of a law's name in a sentence without being part of a longer name. The classes of
# the official law database (行政法, 民法商法, …) are put there by those who copy from it.
_BEFORE_NAME = re.compile(
    r"(?:依照|依据|按照|根据|遵照|参照|比照|对照|违反|适用|符合|属于|认定为|视为|构成|触犯|执行|实施|遵守|履行|行使|贯彻|落实|援引|引用|修改|废止"
    r"|制定|达到|超过|超出|具有|具备|存在|不受|免除|承担|审理|审查|认定|确定|考虑|影响|涉及|关于|对于|是指|采取|受理|结合|高于|低于|产生|藏匿|隐瞒|出售|制造|虚开|援用|支付|提交|提起|提出|主张|收到|赔偿|处分|保存|撤销|落入|从事|告知|指定|修正后|修改后|修订后|界定|认为|包括|规定|通过"
    r"|以及|或者|同时|现行|我国|中国|中华人民共和国|国务院|删去|采用|参考|查询|查看|请问|看看|调解|将|把|在|有|除|由|对|为|按|依|及|和|与|或"
    r"|是|以|的|即|如|见|从|就|了|犯|查|问|请|但|于|无|就|并|至|因|向|被|受|新|旧|原|、"
    r"|宪法相关法|民法商法|行政法|经济法|社会法|刑法|诉讼与非诉讼程序法|行政法规|监察法规|地方性法规|司法解释|部门规章)$"
)


def name_key(name: str) -> str:
    """What a name is compared by; "" where nothing of it is left."""
    folded = same_length_fold(name).lower()
    if not re.search(f"[{_CJK}]", folded):
        return english_key(folded)
    key = _ONLY_NAME.sub("", folded)
    return key.removeprefix("中华人民共和国") if key != "中华人民共和国" else key


def english_key(folded: str) -> str:
    words, at = [], 0
    for start, end, organ in organs_in(folded):
        words += [folded[at:start], f" {organ} "]
        at = end
    text = _CHINA.sub(" ", "".join((*words, folded[at:])))
    kept = re.sub(rf"[^a-z0-9{_CJK}]+", " ", text.replace("'s ", " ").replace("'", "")).split()
    return " ".join(word for word in kept if word not in ("the", "a", "an"))


def document_keys(document: Document) -> dict[str, int]:
    """The keys of a document → how far they are from its title.

    0: the title itself; 1: shortened; 2: the document that it forwards; ``PART``: the work of which it is a part.
    """
    keys: dict[str, int] = {}

    def add(name: str, distance: int) -> None:
        key = name_key(name)
        if len(key) > 1:
            keys[key] = min(distance, keys.get(key, distance))

    for title in {document.title, document.title_zh, document.title_en} - {None}:
        add(title, 0)
        folded = same_length_fold(title)
        bare = title[: note.start()] if (note := _NOTE.search(folded)) else title
        add(bare, 1)
        for forwarded in _forwarded(bare):
            add(forwarded, 2)
        if part := re.match(r"(.{3,}(?:法典|法|条例)) ?[^ ]{1,8}编$", folded):
            add(part[1], PART)
        about = re.match(rf"[{_CJK}、 ]{{2,60}}?(关于.{{4,}})", bare)
        if about:
            add(about[1], 1)
    return keys


def _forwarded(title: str) -> Iterator[str]:
    """The document that a notice does nothing but issue: 关于印发《…》的通知, "Notice … on the issuance of the "…""."""
    folded = same_length_fold(title)
    if found := re.search(r"(?:印发|转发|发布|公布) ?《(.{4,120})》 ?的(?:通知|公告)$", folded):
        yield title[found.start(1) : found.end(1)]
    pattern = (
        r"(?i:issuance|issuing|printing and distributing|publication|promulgation)(?: of)?(?: the)? \"([^\"]{8,200})\"$"
    )
    if found := re.search(pattern, folded):
        yield title[found.start(1) : found.end(1)]


def titles_in(text: str) -> list[tuple[int, int]]:
    """(start, end) of what stands in 《》, the outermost where they are nested, without the marks."""
    found: list[tuple[int, int]] = []
    depth = begin = 0
    for mark in re.finditer("[《》〈〉\n]", text):
        if mark.group() == "\n":
            depth = 0
        elif mark.group() in "《〈":
            if depth == 0 and mark.group() == "《":
                begin = mark.end()
            depth += mark.group() == "《" or depth > 0
        elif depth:
            depth -= 1
            if depth == 0 and 2 <= mark.start() - begin <= 200:
                found.append((begin, mark.start()))
    return found


def is_document_title(name: str) -> bool:
    """Whether a quoted title is one of a document and not of a newspaper or a book."""
    folded = same_length_fold(name)
    bare = _NOTE.sub("", folded)
    if re.search(f"[{_CJK}]", bare):
        return bool(re.search(rf"(?:{ZH_TYPES})$", bare.rstrip()))
    return bool(re.search(rf"\b(?:{EN_TYPES})\b", bare))


def may_precede_name(folded: str, start: int, at: int) -> bool:
    """Whether a name can begin at ``at``: what stands in front (from ``start``) does not make it a longer name."""
    before = folded[max(start, at - 12) : at]
    if not re.search(rf"[{_CJK}a-z]$", before, re.I):
        return True
    # 合同法和物权法 are two names, 反倾销和反补贴条例 is one.
    if joined := re.search(r"(?:以及|或者|[和与及或])$", before):
        return bool(re.search(r"(?:^|[法典例定令释则条款项目\]》\"])[\] ]*$", before[: joined.start()]))
    return bool(_BEFORE_NAME.search(before))


class Names:
    """Known names, to be found in sentences. Built from keys of Chinese names; others cannot stand unquoted."""

    def __init__(self, keys: Iterable[str], local: "Names | None" = None):
        self.keys = frozenset(key for key in keys if len(key) > 1 and "\u3400" <= key[0] <= "\u9fff")
        self.longest = max(map(len, self.keys), default=0)
        self._beginnings = frozenset(key[:2] for key in self.keys)
        self._local = local

    def within(self, local: Iterable[str]) -> "Names":
        """These and the names that one text gives to documents."""
        names = Names((), Names(local))
        names.keys, names.longest = self.keys, max(self.longest, names._local.longest)
        names._beginnings = self._beginnings
        return names

    def __contains__(self, name: str) -> bool:
        return name in self.keys or (self._local is not None and name in self._local.keys)

    def ending_at(self, folded: str, end: int) -> int | None:
        """Start of the longest known name that ends at ``end`` of a folded text, None if there is none."""
        run = _run_before(folded, end, self.longest + 7)
        for start in range(run, end - 1):
            name = folded[start:end]
            known = name in self or (name[0] == "中" and name.removeprefix("中华人民共和国") in self)
            if known and may_precede_name(folded, run, start):
                return start
        return None

    def longest_in(self, folded: str) -> tuple[int, int] | None:
        """(start, end) of the longest known name in a folded text of lower case, whatever marks stand inside it.

        What stands around it must not make it a longer name: 专利法 is not found in 专利法实施细则.
        """
        kept = [(at, mark) for at, mark in enumerate(folded[:_LONGEST_ASKED]) if not _ONLY_NAME.match(mark)]
        word = "".join(mark for _, mark in kept)
        best: tuple[int, int, int] | None = None
        for at in range(len(word) - 1):
            if word[at : at + 2] not in self._beginnings:
                continue
            for length in range(min(self.longest, len(word) - at), best[0] if best else 1, -1):
                if word[at : at + length] in self.keys:
                    start, end = kept[at][0], kept[at + length - 1][0] + 1
                    end += folded[end : end + 1] == "]" and "[" in folded[start:end]
                    opened = start
                    while opened and folded[opened - 1] in "《<" and re.search("[》>]", folded[start:end]):
                        opened -= 1  # 河南省《水法》实施办法: what stands before the mark belongs to the name
                    if may_precede_name(folded, 0, opened) and _MAY_FOLLOW.match(folded, end):
                        best = (length, start, end)
                        break
        return best[1:] if best else None


_LONGEST_ASKED = 400  # characters of a look-up in which a name is looked for
_MAY_FOLLOW = re.compile(
    r"(?! ?\[ ?(?:试行|暂行|草案))(?! ?\[ ?[0-9一二三四五六七八九十]{1,3} ?\] ?第)"
    rf"[\]》>\"' ]*(?:$|[^{_CJK}\]》>\"' ]|第|的(?!.{{0,12}}(?:{ZH_TYPES}))"
    rf"|中|里|之|规定(?:$|[^{_CJK}]|的|了|是|什么)|是|有|内容|原文|全文|条文|怎|如何|什么|哪|关于"
    r"|[0-9一二三四五六七八九十百]+ ?[条章节款项、])"
)


@lru_cache(maxsize=8)
def _han_run(limit: int) -> re.Pattern:
    return re.compile(rf"[{_CJK}]{{1,{limit}}}$")


def _run_before(folded: str, end: int, limit: int) -> int:
    found = _han_run(limit).search(folded[max(0, end - limit) : end])
    return end - len(found.group()) if found else end


_TYPED = re.compile(rf"[{_CJK}]{{0,40}}(?:{ZH_TYPES})$")
_CUT = re.compile(
    r".*(?:依照|依据|按照|根据|遵照|参照|比照|违反|适用|符合|属于|认定为|构成|触犯|执行|遵守|履行|贯彻|落实|援引|引用|以及|或者|同时|具有"
    r"|[的和与或及将把在有除由对为按依是即如见了犯])"
)
_GENERIC = re.compile(
    rf"(?:本|该|此|其|前款|前条|上述|前述)[{_CJK}]{{0,6}}|(?:有关|相关|国家|现行)?(?:有关|相关)?(?:法律|法规|规章|依法|非法|违法|方法|合法|司法|执法|立法|{ZH_TYPES})"
)


def unknown_name_ending_at(folded: str, end: int) -> int | None:
    """Start of what reads like a law's name and ends at ``end``, None where it does not."""
    found = _TYPED.search(folded[max(0, end - 42) : end])
    if not found:
        return None
    run = found.group()
    cut = _CUT.match(run[:-2])
    name = run[cut.end() :] if cut else run
    return end - len(name) if len(name) > 1 and not _GENERIC.fullmatch(name) else None
