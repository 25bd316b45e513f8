"""How many things a question asks for, and how many a sentence enumerates."""

import re
from functools import lru_cache

from ingest.lexicon.terms import fold
from ingest.numbering import CARDINALS, ORDINALS
from service.kinds import INTERROGATIVE, pattern

_ZH = {name: value for value, name in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_EN = {name: value for value, name in enumerate(CARDINALS[1:12], 2)}
_PLACES = {name: value for value, name in enumerate(ORDINALS[:10], 1)} | {"one": 1}
_MOST = 12
# A count: what is counted follows in Chinese (四项原则), and no unit of time or share in English.
_COUNTED_BY = "个项种类方条点部措任行体步家批层块件句字轮支所名位份套招"
_NUMBER = pattern(
    rf"(?<![第\d年月])([{''.join(_ZH)}]|\d{{1,2}})(?=[大小]?[{_COUNTED_BY}])",
    rf"(?<!\bno\. )(?<!\bno )(?<!\bnumber )\b({'|'.join(_EN)}|\d{{1,2}})\b(?! ?(?:%|percent|years?|days?|months?))",
)
# "Which ports", and neither "what does" nor "which process".
_PLURAL = r"(?!(?:does|was|has|happens|makes|means|says|lets|gets)\b)\w+(?<![siu])s\b"
_ASKS_LIST = pattern(
    r"哪些|哪[一二三四五六七八九十两几]+|有哪|分别|列出|列举|包括(?:什么|哪)|都有[什啥哪谁]|逐[一条项]|[几多]大?(?:方面|部分)",
    rf"\b(?:which|what) (?:are |were )?(?:the )?(?:\w+ ){{0,2}}?(?:{'|'.join(_EN)}|\d+)\b|\b(?:which|what) {_PLURAL}",
    r"\b(?:list|enumerate)\b|\bname (?:the|all)\b|\bwhat are (?:the|its|their)\b|\bin (?:what|which) \w+ ways\b",
)
_COUNT_WORD = re.compile(rf"(?:[{''.join(_ZH)}]|\d+)?[{_COUNTED_BY}]?")
_WHICH = pattern(r"[是有](?:什么|啥)?(?:$|[?。])")  # 四项基本原则是什么, 四大块是?
_ORDINAL = pattern(
    rf"^(?:(?:on )?the )?(?:{'|'.join(_PLACES)})(?:ly)?(?: is|,)|(?:,|\b) ?(?:one|the first) is to\b",
    r"[,:]?[一二三四五六七八九十]是",
)
_QUOTED = re.compile(r"[“\"]([^”\"]*)[”\"]")
_MARK = re.compile(r"[,、;]")
_ITEM = r"[^,、;:.。()]"
_EN_RUN = re.compile(rf"(?:{_ITEM}{{2,80}}, )+{_ITEM}{{2,80}}?,? and {_ITEM}{{2,}}")
_ZH_RUN = re.compile(rf"(?:{_ITEM}{{1,20}}、)+{_ITEM}{{1,20}}")


def how_many_items(question: str) -> int | None:
    """How many items the question says there are: "which five ports", 四个方面."""
    for match in _NUMBER.finditer(fold(question)):
        text = (match[1] or match[2]).lower()
        value = _ZH.get(text) or _EN.get(text) or (int(text) if text.isdigit() else 0)
        if 2 <= value <= _MOST:
            return value
    return None


def only_counts(word: str) -> bool:
    """Whether a word of a question is nothing but a count: 四项, 4, 项."""
    return bool(_COUNT_WORD.fullmatch(word)) or word in _EN


def asks_list(question: str) -> bool:
    """Whether the question asks for all of something: "which five …", 哪些, or 四项基本原则 with no question word."""
    folded = fold(question)
    if _ASKS_LIST.search(folded):
        return True
    return how_many_items(question) is not None and (not INTERROGATIVE.search(folded) or bool(_WHICH.search(folded)))


@lru_cache(maxsize=8192)
def ordinal(sentence: str) -> int | None:
    """The place of an item that counts itself: 3 for "The third is …", 1 for 一是."""
    match = _ORDINAL.search(fold(sentence))
    for word in re.findall(r"[a-z]+|[一二三四五六七八九十]", match[0].lower()) if match else ():
        value = _PLACES.get(word.removesuffix("ly")) or _ZH.get(word)
        if value:
            return value
    return None


@lru_cache(maxsize=8192)
def items(sentence: str) -> frozenset[int]:
    """How many items its enumerations may have: {4} for "A, B, C and D".

    A comma inside quotation marks joins unless there are several. Where the first item begins is uncertain ("At
    present, we carry out three actions including A, B and C"); a number word of the sentence settles that.
    """
    text = _QUOTED.sub(_without_a_comma, fold(sentence))
    found: set[int] = set()
    for run in _EN_RUN.finditer(text):
        most = run[0].count(", ") + (1 if ", and " in run[0] else 2)
        found |= {most} | {value for word, value in _EN.items() if value < most and f" {word} " in text}
    for run in _ZH_RUN.finditer(text):
        most = run[0].count("、") + 1
        found |= {most, most + 1} if re.search("[和及]", run[0].rsplit("、", 1)[1]) else {most}
    return frozenset(found)


def _without_a_comma(quoted: re.Match) -> str:
    return _MARK.sub(" ", quoted[1]) if len(_MARK.findall(quoted[1])) < 2 else quoted[1]
