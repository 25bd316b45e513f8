"""How a text speaks: how often it says *not*, *must*, *may*, *at least* and *at most*, in Chinese and English.

The cues are words, told from the compounds that hold them (不断 denies nothing, 认可 permits nothing). Free wording
escapes them now and then; what they are for is to notice that one text says it and another does not.
"""

import re
from collections import Counter
from functools import lru_cache

from ingest.numbering import CARDINALS, ORDINALS

_ONES = ("zero", *CARDINALS[:19])
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{word: value for value, word in enumerate(ORDINALS[:10], 1)},
    **{"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9},
    **{"hundreds": 100, "thousands": 1000, "millions": 10**6, "billions": 10**9},
}
# How a text speaks. In English, whole words; an alternative for each line of thought, the longest first.
_NEXT_NUMBER = rf"(?=(?: an?| half)? ?(?:\d|(?:{'|'.join(NUMBER_WORDS)})\b))"
_COUNT_BEFORE = r"(?<=[\d十百千万亿个名家年月日天元%件倍岁人种类时级度克米吨])"
_UP = {
    "zh": rf"{_COUNT_BEFORE}(?:以上|或更多)|不得?(?:少|低|小|早)于|至少|最少|起码|(?<![不得])(?:超过|大于|高于|多于|逾)(?=\d|[一二三四五六七八九十百千万])"
    r"|最低(?=\d)",
    "en": r"at (?:the )?least|(?:no|not|nor|neither)(?: be)? (?:less|fewer|lower|earlier|smaller) than|minimum|(?:or|and) (?:more|above|over|older|higher)"
    rf"|(?:more|greater|higher|longer|larger) than{_NEXT_NUMBER}|(?:over|above|exceed(?:s|ing|ed)?){_NEXT_NUMBER}",
}
_DOWN = {
    "zh": rf"不得?(?:超过|高于|多于|大于|迟于|晚于|逾)|{_COUNT_BEFORE}(?:以下|以内|之内|内(?!部|容|外))|至多|最多|最高(?=\d|可|不)|最迟"
    r"|(?<!缺)不足(?=\d|[一二三四五六七八九十百千万])|不满|未满|(?<![不得])(?:低于|少于|小于)(?=\d|[一二三四五六七八九十百千万])",
    "en": r"at most|up to|(?:no|not|never|nor|neither)(?: be)? (?:more|higher|later|greater|longer|larger|steeper) than"
    rf"|(?:not|never|no) (?:to )?exceed\w*|without exceeding|maximum|within{_NEXT_NUMBER}"
    rf"|(?:less|fewer|lower|smaller|shorter) than|(?:below|under){_NEXT_NUMBER}|or (?:less|fewer|below|under)|no later",
}
_NEGATION = {
    "zh": r"不(?!断|仅|但|同|少(?!于)|论|管|久|妨|止|良|动产|锈|可抗力|特定|定期|利|得不|限于|确定度|合格|符合项|一致|足)|无(?!论|人机|歧视|胶|线|锡|形|机|偿|菌|缝|纸|障碍|源|损)"
    r"|未(?!来|满)|没有|免(?!费|疫|责)|禁止|严禁|尚未|勿",
    "en": r"not(?! only)|cannot|no(?!\.| \d)|nor|never|neither|none|nobody|without|prohibit\w*|forbid\w*|bann?(?:ed)?|exempt\w*|fails? to"
    r"|failed to|free of(?! charge)|nothing|uncertified|unannounced",
}
_MUST = {
    "zh": r"应(?:当|该)?(?!用|对|急|变|力|聘|答|邀|付|收|纳)|必须|务必|必需|须(?!知)|要求|责令|一律|有义务",
    "en": r"shall|must|should|(?:is|are|was|were|be) (?:required|obliged)|requires?|required|needs? to|ha(?:s|ve|d) to|mandatory|compulsory|obligat\w+",
}
_MAY = {
    "zh": r"(?<![不认许])可(?!持续|靠|行|见|信|比|再生|追溯|回收|降解|疑|抗力|观|贵|穿|燃|食|耕|转债|控|编程|视|溶|否|能)(?:以)?"
    r"|(?<!不)能够|(?<![不智新可性技职功节用储产才效电热动机潜官耗光蓄所])能(?![够源力效耗量级见动])|允许|有权|准予|准许",
    "en": r"may(?! not| neither| only| no)|can(?! not)|could|might|allow(?:s|ed)?|permit(?:s|ted)?|entitled|ha(?:s|ve) the right",
}
# How far it reaches: all, only, but for, hardly; and what undoes something.
_REACH = {
    "zh": r"所有|全部|一切|凡|任何|各类|均|都|仅|只(?!是)|唯一|除|以外|之外|几乎|即使|哪怕|取消|废止|撤销|停止",
    "en": r"all|every|any|always|only|solely|merely|except|excluding|apart from|but for|hardly|scarcely|barely|rarely|nearly|almost"
    r"|even|abolish\w*|cancel\w*|repeal\w*|revok\w*|stop(?:s|ped)?|suspend\w*",
}
# "No auditor may examine …" forbids; its may permits nothing.
_FORBIDDING = re.compile(r"\b(?:no|nobody|neither|none)\b[^,;.:]*?\b(may|shall|can)\b", re.IGNORECASE)


def speech(text: str, language: str) -> Counter[str]:
    """How often a text, its width folded, says not, must, may, up (at least …), down (at most …), reach (all, only …).

    Comparisons are counted first: the *not* of *not more than* is no negation.
    """
    found: Counter[str] = Counter()
    if language == "en":
        text = _FORBIDDING.sub(lambda match: match.group()[: -len(match.group(1))], text)
    for name, table in (
        ("down", _DOWN),
        ("up", _UP),
        ("not", _NEGATION),
        ("must", _MUST),
        ("may", _MAY),
        ("reach", _REACH),
    ):
        pattern = _cue(table[language], language)
        if name in ("down", "up"):
            text, found[name] = pattern.subn(" ~ ", text)
        else:
            found[name] = len(pattern.findall(text))
    return found


@lru_cache(maxsize=16)
def _cue(pattern: str, language: str) -> re.Pattern:
    return re.compile(rf"\b(?:{pattern})(?!\w)" if language == "en" else pattern, re.IGNORECASE)


def is_cue(word: str) -> bool:
    """Whether a word is one of those that ``speech`` counts, or holds one and little else (不得)."""
    tables = (_NEGATION, _MUST, _MAY, _UP, _DOWN, _REACH)
    if word.isascii():
        return any(_cue(table["en"], "en").fullmatch(word) for table in tables)
    return len(word) <= 2 and any(_cue(table["zh"], "zh").search(word) for table in tables)
