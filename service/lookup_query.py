"""The words of a look-up → number, name and place. Looser than references in running text: "part 3 (2)", 66条."""

import re
from dataclasses import dataclass

from ingest.references.names import Names, may_precede_name, name_key, titles_in
from ingest.references.numbers import DocumentNumber, numbers_of
from ingest.references.places import RANKS, Step
from ingest.references.text import NUMERAL, numeral, same_length_fold

_CJK = "\u3400-\u9fff"
_ENGLISH_UNITS = {
    "article": "条", "articles": "条", "art": "条", "section": "节", "sec": "节", "chapter": "章", "part": "部分",
    "paragraph": "款", "para": "款", "item": "项", "point": "项", "subparagraph": "项", "clause": "*", "§": "条",
}  # fmt: skip
_UNIT_WORDS = "articles?|art\\b\\.?|sections?|sec\\b\\.?|chapters?|parts?|paragraphs?|para\\b\\.?|subparagraphs?"
_UNIT_WORDS += "|items?|points?|clauses?|§"
_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[0-9]{1,3}(?:st|nd|rd|th)"
_ADVERBS = ("firstly", "secondly", "thirdly", "fourthly", "fifthly", "sixthly", "seventhly", "eighthly", "ninthly")
_COUNTS = "one|two|three|four|five|six|seven|eight|nine|ten"
_TOKEN = re.compile(
    rf"第? ?(?P<ranked>{NUMERAL}) ?(?P<unit>分编|部分|编|章|节|条|款|目)(?:之(?P<sub>[一二三四五六七八九十]{{1,3}}))?"
    rf"|第? ?\[? ?(?P<listed>{NUMERAL}) ?\]? ?项"
    rf"|(?P<english>{_UNIT_WORDS}) ?(?:no\.? ?)?(?P<value>[0-9]{{1,4}}(?![0-9])|[ivxlc]{{1,7}}\b"
    rf"|(?:{_COUNTS})\b|\[ ?(?:{NUMERAL}|[a-z]) ?\])"
    rf"|\b(?P<ordinal>{_ORDINALS}) "
    r"(?P<counted>articles?|sections?|chapters?|parts?|paragraphs?|items?|points?|clauses?)\b"
    r"|(?<![\w.])(?P<dotted>(?:[0-9]{1,2}|[ivx]{1,5})(?:\.[0-9]{1,2}){1,3})(?![\w.])"
    rf"|\b(?P<adverb>{'|'.join(_ADVERBS)})\b|(?<![\w.\[])(?P<half>[0-9]{{1,2}}) ?[\])]"
    rf"|(?<![\w.])(?P<bare>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})(?= ?\[ ?(?:{NUMERAL}) ?\])"
    rf"|\[ ?(?P<bracket>{NUMERAL}|[a-z]) ?\]"
    rf"|(?P<comma>[零〇一二三四五六七八九十百]{{1,4}})、"
    rf"|(?<![\w.])(?P<roman>[ivxl]{{1,6}})\.(?![a-z])"
    rf"|(?<![\w.])(?P<dot>[0-9]{{1,3}})[.、](?![0-9])"
)
_RANGE = re.compile(r" ?(?:至|到|-{1,2}|to|through|until) ?(?:第(?=[0-9零〇一二三四五六七八九十百千两]))?")
_BETWEEN = re.compile(r"[ ,;:、的之]*(?:of|in|under)?(?: the)? ?")
_YEAR = re.compile(
    r"\[? ?((?:19|20)[0-9]{2}) ?年? ?(?:版|修正|修订|修改|version|edition|revision|amendment)? ?\]?(?=$|[^0-9])"
)
_NOISE_ZH = re.compile(
    r"(?:请问|查一下|查询|查找|帮我查|看一下|麻烦|关于(?=《))|(?:的)?(?:具体)?(?:内容|原文|条文|全文)(?:是什么|是啥|有哪些)?"
    r"|(?:是|都)?(?:怎么|如何|怎样)规定的?"
    r"|规定了什么|讲了?什么|说了?什么|是什么|是啥|有哪些|的?规定$|[?!。;:？！；：]+|呢$|吗$|这?一?文件$"
)
_NOISE_EN = re.compile(
    r"\b(?:what (?:does|do|is|are)|please|show me|tell me|look up|find|the text of|text of|wording of"
    r"|say(?:s)?(?: about)?|state(?:s)?$)\b|[?!;]+",
    re.I,
)


@dataclass(frozen=True)
class Asked:
    """A look-up taken apart. At least one of number, name and place, unless nothing was understood."""

    number: DocumentNumber | None
    name: str
    key: str  # of the name
    year: int | None  # of a version
    place: tuple[Step, ...]
    through: tuple[Step, ...]
    language: str
    document_id: str = ""


def understand_reference(reference: str, names: Names) -> Asked:
    """The parts of a reference. Time grows with its length."""
    language = "zh" if re.search(f"[{_CJK}]", reference) else "en"
    folded = same_length_fold(reference)
    rest, number = _without_number(folded)
    lowered = rest.lower()
    known = names.longest_in(lowered)
    places = _masked(lowered, [known] if known else titles_in(rest))
    place, through, spans = _place(places)
    name = reference[slice(*known)] if known else _name(reference, rest, spans, language)
    if number and not place and re.fullmatch(rf"{NUMERAL}|[ivx]{{1,5}}", name.lower()):
        unit = "*" if name.isascii() else "、"  # 二: part two, as it is printed
        place, name = (Step(unit, numeral(name.lower()) or 0),), ""
    key = name_key(name)
    year = None
    if known:
        around = places[: known[0]] + places[known[1] :]
        year = int(found[1]) if (found := _YEAR.search(around)) else None
    elif (found := _YEAR.search(same_length_fold(name))) and not number:
        shorter = (name[: found.start()] + " " + name[found.end() :]).strip()
        if name_key(shorter) in names.keys:
            name, key, year = shorter, name_key(shorter), int(found[1])
    return Asked(number, name, key, year, place, through, language)


def _without_number(folded: str) -> tuple[str, DocumentNumber | None]:
    found = numbers_of(folded)
    if not found:
        return folded, None
    first = found[0]
    rest = folded[: first.start] + " " * (first.end - first.start) + folded[first.end :]
    return rest, first.number


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with a filler of no meaning in the place of the spans: the numbers in a title are no places."""
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _place(lowered: str) -> tuple[tuple[Step, ...], tuple[Step, ...], list[tuple[int, int]]]:
    """(place, end of a range, where they stand): the first tokens that stand together, the outermost first."""
    steps: list[Step] = []
    through: tuple[Step, ...] = ()
    spans: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(lowered):
        dotted = token.groupdict()["dotted"]
        step = Step("*", numeral(dotted.split(".")[0]) or 0) if dotted else _step(token)
        if step is None:
            continue
        if spans:
            gap = lowered[spans[-1][1] : token.start()]
            if _RANGE.fullmatch(gap) and not through:
                through = (*_above(steps, step), step)
                spans.append(token.span())
                continue
            if not _BETWEEN.fullmatch(gap):
                break
        steps.append(step)
        if dotted:
            steps += [Step("*", int(value)) for value in dotted.split(".")[1:]]
        spans.append(token.span())
    ranks = [RANKS.get(step.unit) for step in steps]
    if len(steps) > 1 and None not in ranks and ranks == sorted(ranks, reverse=True):
        steps.reverse()  # "item (3), paragraph 2, Article 66"
    if (
        not steps
        and (bare := re.search(r"(?:^|(?<=[^0-9.\s\-])) ?([0-9]{1,4})(?: ?-[0-9]+)? ?$", lowered))
        and _is_article(bare[1])
    ):
        return (Step("*", int(bare[1])),), (), [bare.span(1)]
    return tuple(steps), through, spans


def _is_article(digits: str) -> bool:
    return len(digits) <= 3 or not re.fullmatch(r"(?:19|20)[0-9]{2}|[2-9][0-9]{3}", digits)


def _above(steps: list[Step], step: Step) -> tuple[Step, ...]:
    rank = RANKS.get(step.unit, 0)
    return tuple(one for one in steps if RANKS.get(one.unit, 99) < rank)


def _step(token: re.Match) -> Step | None:
    group = token.groupdict()
    if group["ranked"]:
        sub = numeral(group["sub"]) if group["sub"] else 0
        return Step(group["unit"], numeral(group["ranked"]) or 0, sub or 0)
    if group["listed"]:
        return Step("项", numeral(group["listed"]) or 0)
    if group["english"]:
        word = group["english"].rstrip(".")
        unit = _ENGLISH_UNITS.get(word) or _ENGLISH_UNITS[word.rstrip("s")]
        return _value(unit, group["value"].strip("[] "))
    if group["ordinal"]:
        value = re.sub(r"(?<=\d)\w\w$", "", group["ordinal"])
        return _value(_ENGLISH_UNITS[group["counted"].rstrip("s")], value)
    if group["bracket"]:
        if re.fullmatch(r"(?:19|20)[0-9]{2}", group["bracket"]):
            return None  # the year of a version
        return _value("项", group["bracket"])
    if group["adverb"]:
        return Step("*", _ADVERBS.index(group["adverb"]) + 1)
    if group["half"]:
        return Step("*", int(group["half"]))
    if group["bare"]:
        return _value("." if group["bare"].isascii() else "、", group["bare"])
    if group["comma"]:
        return _value("、", group["comma"])
    return _value("、", group["roman"]) if group["roman"] else _value(".", group["dot"])


def _value(unit: str, text: str) -> Step | None:
    value = numeral(text)
    if value is None and len(text) == 1:
        value = ord(text) - ord("a") + 1
    return Step(unit, value) if value is not None else None


def _name(reference: str, rest: str, spans: list[tuple[int, int]], language: str) -> str:
    """What is left of the words beside number and place, without what only asks."""
    characters = [original if kept != " " else " " for original, kept in zip(reference, rest, strict=True)]
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    text = "".join(characters)
    quoted = re.search("《(.{2,200})》", text)
    if quoted and not re.search(rf"[{_CJK}]", text[quoted.end() :]) and may_precede_name(text, 0, quoted.start(1)):
        return quoted[1].strip()
    noise = _NOISE_ZH if language == "zh" else _NOISE_EN
    text = noise.sub(" ", text)
    if language == "zh":
        text = _NOISE_EN.sub(" ", text)
    text = re.sub(r"\s+", " ", re.sub(r"[\[\]()（）〔〕【】《》“”\"]", " ", text)).strip(" ,，.。、:：-—至到的")
    return re.sub(r"^(?:(?:the|of|in|under)\b[ ,]*)+|(?:[ ,]*\b(?:of|in|under|to|the))+$", "", text, flags=re.I).strip(
        " ,，"
    )
