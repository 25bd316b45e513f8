"""References in a text: to documents by number or name, to articles, paragraphs and items of them or of itself.

``find_references`` says what is printed where; ``ingest.references.links`` says which clause is meant.
"""

import re
from bisect import bisect_left, bisect_right

from ingest.references.english import english_clauses, english_titles, title_before
from ingest.references.names import Names, is_document_title, titles_in, unknown_name_ending_at
from ingest.references.numbers import DocumentNumber, FoundNumber, numbers_of, with_issuer
from ingest.references.organs import organs_in
from ingest.references.places import Chain, Part, Reference, Step, chains, normal_place
from ingest.references.text import same_length_fold

__all__ = ["Reference", "Step", "find_references", "normal_place"]

_NO_NAMES = Names(())
_OWN = re.compile(
    r"本(?:法典|法|条例|暂行条例|实施条例|办法|实施办法|暂行办法|规定|暂行规定|解释|细则|实施细则|规则|规程|决定|意见|通知|方案|规范|章程|准则"
    r"|标准|指南|公告|批复|通则|纲要|规划|计划)$"
)
_THAT = re.compile(r"(?:该|此|上述|前述)(?:法典|法|条例|办法|规定|解释|细则|规则|决定|意见|通知|方案|公约|协定)$")
_SHORT = re.compile(r"以下(?:统一|均|分别)?(?:简称|称)(?:为)?[\"《 ]?([^\"《》\[\],，。\n]{2,30})[\"》]?")
# After 第N条 as a reference, not as the third battle line (第三条战线) or the second product (第二款产品).
_FOLLOWS = re.compile(
    r" ?(?:的?规定|之规定|所|中|的情形|情形|行为|以外|作为|修改为|修正为|改为|删除|删去|移至"
    r"|增加|但书|项下|罪|至|到|等|第|及其|和第|或第|或者|以及|与第"
    r"|[、,，。；：;:)）\]》\"”]|的[\"“、，。,]|\.(?![0-9])|$|\n)"
)
_PRECEDES = re.compile(
    r"(?:依照|依据|按照|根据|参照|适用|违反|符合|遵守|执行|履行|贯彻|落实|援引|引用|详见|参见|见|除|有|将|把|删去|修改|增加"
    r"|现行|原|属于|按|依|如|到|至|及|和"
    r"|与|或|由|在|以|同|的|对|为|是|即|述|[、,\[\"“])$"
)
# 依照第三条处罚; but 根据第三条意见, the third of several opinions.
_APPLIED = re.compile(r"(?:依照|依据|按照|根据|参照|适用|违反|符合)$")
_THINGS = re.compile(r"[线路道街河腿船意建措标消信线索举]")
_STRONG = re.compile(r" ?(?:的?规定|所列|所规定|所称|之规定|规定的|中规定|第[0-9一二三四五六七八九十\[]|作为第|修改为)")


def find_references(text: str, names: Names = _NO_NAMES) -> list[Reference]:
    """The references of a text in order. ``names``: names of held documents, which may stand without 《》.

    Time grows with the length of the text, whatever it holds.
    """
    folded = same_length_fold(text)
    numbers = numbers_of(folded)
    titles = [span for span in _titles(folded, text) if not _is_short(folded, span[0])]
    documents = _documents(text, folded, numbers, titles)
    found = _chinese_clauses(text, folded, names, titles, documents) + _english_clauses(text, folded)
    return _merged(documents, found)


def _titles(folded: str, text: str) -> list[tuple[int, int]]:
    spans = titles_in(text)
    inside = [span for span in english_titles(folded) if not _covers(spans, span)]
    return sorted([*spans, *inside])


def _covers(spans: list[tuple[int, int]], span: tuple[int, int]) -> bool:
    at = bisect_right(spans, span) - 1
    return at >= 0 and spans[at][1] >= span[1]


def _is_short(folded: str, start: int) -> bool:
    """Whether a quoted name only says how a document is called from here on: （以下简称《意见》）."""
    return bool(
        re.search(
            r"以下(?:统一|均|分别)?(?:简称|称)(?:为)? ?[《\"]$|referred to as (?:the )?\"$",
            folded[max(0, start - 24) : start],
        )
    )


def _documents(text: str, folded: str, numbers: list[FoundNumber], titles: list[tuple[int, int]]) -> list[Reference]:
    """Titles and numbers; a title and the number that stands behind it are one reference."""
    found: list[Reference] = []
    used: set[int] = set()
    starts = [number.start for number in numbers]
    for start, end in titles:
        at = bisect_left(starts, end)
        number = numbers[at] if at < len(numbers) and _belongs(folded, end, numbers[at].start) else None
        if not number and not is_document_title(text[start:end]):
            continue
        opened = start - (2 if folded[start - 2 : start] == "''" else 1)
        name = text[start:end].strip(" ,.")
        if number:
            used.add(at)
            value = _with_context(number.number, name, "")
            found.append(_reference(text, opened, number.end, "document", name, value))
        else:
            closed = end + (2 if folded[end : end + 2] == "''" else 1)
            found.append(_reference(text, opened, closed, "document", name))
    least = 0
    for at, number in enumerate(numbers):
        if at not in used:
            found.append(_number_reference(text, folded, number, least))
        least = number.end
    return sorted(found, key=lambda item: item.start)


def _belongs(folded: str, end: int, start: int) -> bool:
    """Whether between a title's end and a number there is nothing but marks: 》（, ” (."""
    return start - end <= 6 and bool(re.fullmatch(r"[》\"' ]{1,3},? ?\[? ?", folded[end:start]))


def _number_reference(text: str, folded: str, number: FoundNumber, least: int) -> Reference:
    """A number with the unquoted English title in front of it, if there is one."""
    opened = re.search(r" ?\[ ?$", folded[max(least, number.start - 3) : number.start])
    title_end = number.start - len(opened.group()) if opened else None
    start = title_before(folded, title_end, least) if title_end is not None else None
    if start is None:
        value = number.number
        if not value.series and not value.organ:
            value = _with_context(value, "", folded[max(least, number.start - 60) : number.start])
        return _reference(text, number.start, number.end, "document", "", value)
    name = text[start:title_end].strip()
    value = _with_context(number.number, name, folded[max(least, start - 60) : start])
    return _reference(text, start, number.end, "document", name, value)


def _with_context(number: DocumentNumber, title: str, before: str) -> DocumentNumber:
    """The number with the body that the title names, or the sentence says has issued it."""
    if number.series or number.organ:
        return number
    if title and (named := organs_in(title)):
        return with_issuer(number, title[named[0][0] : named[0][1]])
    issued = re.search(r"(?:issued|released|promulgated|published|印发|发布|下发|出台|颁布)[^.。;；]{0,12}$", before)
    if issued and (named := organs_in(before[: issued.start()])) and issued.start() - named[-1][1] <= 12:
        return with_issuer(number, before[named[-1][0] : named[-1][1]])
    return number


def _reference(
    text: str,
    start: int,
    end: int,
    kind: str,
    name: str = "",
    number: DocumentNumber | None = None,
    part: Part | None = None,
) -> Reference:
    place, through = (part.place, part.through) if part else ((), ())
    return Reference(start, end, text[start:end], kind, name, number, place, through)


def _chinese_clauses(
    text: str, folded: str, names: Names, titles: list[tuple[int, int]], documents: list[Reference]
) -> list[Reference]:
    title_of_end = {end: (start, end) for start, end in titles}
    number_of_end = {item.end: item for item in documents if item.number}
    aliases = _aliases(folded, text, titles)
    known = names.within(aliases) if aliases else names
    found: list[Reference] = []
    last_named: tuple[str, DocumentNumber | None] | None = None
    for chain in chains(folded):
        if _is_heading(folded, chain):
            continue
        start, name, number, own = _owner(text, folded, chain.start, known, title_of_end, number_of_end, last_named)
        if not (name or number or own) and not _is_reference(folded, chain):
            continue
        if name or number:
            name = aliases.get(name, name)
            last_named = (name, number)
        for at, part in enumerate(chain.parts):
            near = part.place[0].relative or (not name and not number and not own and part.place[0].unit in "款项目")
            begin = start if at == 0 else part.start
            if near:
                found.append(_reference(text, begin, part.end, "near", part=part))
            elif name or number:
                found.append(_reference(text, begin, part.end, "clause", name, number, part))
            else:
                found.append(_reference(text, begin, part.end, "own", part=part))
    return found


def _aliases(folded: str, text: str, titles: list[tuple[int, int]]) -> dict[str, str]:
    """Names that the text gives to documents: 《…》（以下简称《意见》） → 意见: the title."""
    found: dict[str, str] = {}
    ends = [end for _, end in titles]
    for match in _SHORT.finditer(folded):
        at = bisect_left(ends, match.start()) - 1
        if at >= 0 and match.start() - ends[at] <= 40 and "。" not in folded[ends[at] : match.start()]:
            found.setdefault(match[1].strip(), text[slice(*titles[at])])
    return found


def _owner(
    text: str,
    folded: str,
    at: int,
    names: Names,
    title_of_end: dict[int, tuple[int, int]],
    number_of_end: dict[int, Reference],
    last_named: tuple[str, DocumentNumber | None] | None,
) -> tuple[int, str, DocumentNumber | None, bool]:
    """(start, name, number, own) of the document whose place is printed at ``at``."""
    end = at - 1 if folded[at - 1 : at] in (" ", "的") else at
    closed = _before_brackets(folded, end)
    for stop in (end, closed):
        if folded[stop - 1 : stop] == "》" and stop - 1 in title_of_end:
            start, finish = title_of_end[stop - 1]
            number = number_of_end.get(end) or number_of_end.get(end - 1)
            return start - 1, text[start:finish].strip(), number.number if number else None, False
    if end in number_of_end or (folded[end - 1 : end] == "]" and end - 1 in number_of_end):
        item = number_of_end.get(end) or number_of_end[end - 1]
        return item.start, item.name, item.number, False
    if own := _OWN.search(folded[max(0, end - 6) : end]):
        return end - len(own.group()), "", None, True
    if that := _THAT.search(folded[max(0, end - 6) : end]):
        return (end - len(that.group()), *last_named, False) if last_named else (at, "", None, False)
    start = names.ending_at(folded, end)
    if start is None:
        start = unknown_name_ending_at(folded, end)
    return (start, text[start:end], None, False) if start is not None else (at, "", None, False)


def _before_brackets(folded: str, end: int) -> int:
    """Where the brackets that end at ``end`` open: 《…》（以下简称X）第五条."""
    if folded[end - 1 : end] != "]":
        return end
    opened = folded.rfind("[", max(0, end - 80), end - 1)
    inner = (
        folded.rfind("[", max(0, end - 80), opened) if opened > 0 and folded[opened + 1 : opened + 5].isdigit() else -1
    )
    return inner if inner > 0 and folded[inner - 1] == "》" else opened if opened > 0 else end


def _is_heading(folded: str, chain: Chain) -> bool:
    """第五条 at the beginning of a line numbers it, unless the line goes on as only a reference does."""
    first = chain.parts[0]
    line_start = folded.rfind("\n", 0, first.start) + 1
    if folded[line_start : first.start].strip(" #*　") or first.place[0].relative:
        return False
    if len(chain.parts) > 1 or len(first.place) > 1 or first.through:
        return False
    return first.place[0].unit in ("部分", "编", "分编", "章", "节", "条") and not _STRONG.match(folded, first.end)


def _is_reference(folded: str, chain: Chain) -> bool:
    """Whether a place without a document is one, and not a count of things."""
    first = chain.parts[0].place[0]
    if folded[chain.start] == "上" and not _FOLLOWS.match(folded, chain.end):
        return False  # 上条新闻
    if first.relative or any(len(part.place) > 1 or part.through for part in chain.parts):
        return True
    if _STRONG.match(folded, chain.end):
        return True
    before = folded[max(0, chain.start - 4) : chain.start]
    bracketed = "[" in folded[chain.start : chain.end]
    if first.unit == "条" or bracketed:
        if _APPLIED.search(before) and not _THINGS.match(folded, chain.end):
            return True
        return bool(_FOLLOWS.match(folded, chain.end)) and (bool(_PRECEDES.search(before)) or len(chain.parts) > 1)
    return False


def _english_clauses(text: str, folded: str) -> list[Reference]:
    if not re.search("[A-Za-z]{4}", folded):
        return []
    found = []
    for item in english_clauses(folded):
        kind = "clause" if item.name else "own"
        name = text[item.name_start : item.name_start + len(item.name)].strip('" ') if item.name else ""
        found.append(
            _reference(text, item.part.start, item.part.end, kind, item.name and (name or item.name), None, item.part)
        )
    return found


def _merged(documents: list[Reference], clauses: list[Reference]) -> list[Reference]:
    """Both in order; a title or number that is the beginning of a clause reference is not listed on its own."""
    clauses = sorted(clauses, key=lambda item: (item.start, -item.end))
    taken: list[tuple[int, int]] = [(item.start, item.end) for item in clauses]
    alone = [item for item in documents if not _inside(taken, item)]
    return sorted([*alone, *clauses], key=lambda item: (item.start, item.end))


def _inside(spans: list[tuple[int, int]], item: Reference) -> bool:
    at = bisect_right(spans, (item.start, float("inf"))) - 1
    return at >= 0 and spans[at][0] <= item.start and item.end <= spans[at][1]
