"""What kind of answer a question asks for, and whether a sentence has it: rules in both languages.

A question may ask for several kinds at once ("who, and by when?"). Of what has no pattern here no sentence is
preferred. Patterns are read on folded text: half width, simplified characters.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ingest.lexicon.terms import fold


class Kind(NamedTuple):
    """``asks``: in a question; ``has``: in a sentence that may answer it."""

    asks: re.Pattern
    has: re.Pattern


def pattern(*alternatives: str) -> re.Pattern:
    """One of the alternatives, whatever its case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)


MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_EN_COUNT = r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)\b"
_COUNT = rf"(?:\d[\d,.]*|[〇零一二两三四五六七八九十百千万]+|{_EN_COUNT})"

# Not "what is gained when agencies join".
ASKS_WHEN = (
    r"(?:^|[,;:?.] ?|\b(?:and|since|by|until|till|from|exactly|know|say|said|of|about|the) )when\b"
    r"|\bwhen (?:is|are|was|were|will|did|do|does|can|could|must|should|shall|has|have|had|would|exactly)\b"
)

KINDS: Mapping[str, Kind] = {
    "figure": Kind(
        pattern(
            r"how (?:many|much|long|often)|number of",
            r"多少|多久|多长|数量|比例|费用|收费|期限|有效期|(?<!哪)几[个项种类家份批次年月天日张款条部]",
        ),
        pattern(r"\d|[一二三四五六七八九十百千万]+[个项种类家份批次年月天日]", _EN_COUNT),
    ),
    "date": Kind(
        pattern(
            r"几月|几号[前之]|[哪几]一?[天日年]|何时|(?:什么|啥)时候|时间|日期|截止|期限|最[晚迟]",
            r"\b(?:what (?:date|day|month|year)|by what|which (?:day|month|year)|dated?|deadline)\b",
            ASKS_WHEN,
            r"\bhow (?:soon|long)\b",
        ),
        pattern(
            rf"\d+\s*[年月]|\b(?:{MONTH})\b\.?\s*\d|\b\d{{4}}\b|\d+ (?:working )?(?:days?|years?|months?)",
            r"\b(?:two|three|four|five|six|ten)(?: to \w+)? years\b|\d+个?(?:工作)?[日天]",
        ),
    ),
    "document": Kind(
        pattern(
            r"(?:哪|什么|啥|几)[一二两三几]?[个份部项种]?(?:文件|办法|规定|规章|法规|条例|标准|意见|通知|依据|法律|文书|指南)",
            r"依据|文号|几号文|document number|\bunder which\b",
            r"\b(?:which|what) (?:\w+ )?(?:documents?|measures|regulations?|laws?|rules?|notices?|opinions?|guidelines?"
            r"|standards?)\b",
        ),
        pattern(r"[《〈「“\"][^》〉」”\"]{12,}[》〉」”\"]|[〔\[(（]\s?(?:19|20)\d\d\s?[〕\])）]"),
    ),
    "purpose": Kind(
        pattern(
            r"为什么|为何|为啥|目的|图个?啥|好处|意义|作用",
            r"\bwhy\b|what for|purpose|\baims?\b|meant to|point of",
        ),
        pattern(
            r"为了|为[^,，。]{2,60}[,，]|从而|以便|以期|旨在|促进|因为|由于|鉴于|考虑|因[^,，。]{2,40}[,，]",
            r"\b(?:in order to|so as to|so that|thus|thereby|aim|because|due to|owing to|in view of|considering)\b",
            r"\bto (?:promote|ensure|improve|serve|help|facilitate)\b",
        ),
    ),
    "meaning": Kind(
        pattern(
            r"什么是|什么叫|啥叫|啥是|何谓|是什么意思|啥意思|指的?是?[什啥]么?|含义|定义|本质",
            r"\bstands? for\b|\bmeans?\b|meaning|definition|\bdefin",
            r"\bwhat (?:is|are) (?:a |an |the )?[\w\" “”-]{2,40}\?",
        ),
        pattern(
            r"是指|是[^,，。]{2,40}的|称为|即[^,，。]|\b(?:is|are) (?:a|an|the)\b|\bis called\b|\brefers? to\b",
            r"\bmeans?\b|known as|\btheme\b",
        ),
    ),
    "contact": Kind(
        pattern(r"电话|联系|联络|邮箱|传真|\b(?:(?:tele)?phone|call|ring|contacts?|e-?mail|fax|reach)\b"),
        pattern(r"\d{3,4}\s?-\s?\d{7,8}|\b\d{11}\b|@|\b(?:Tel|Contacts?)\b|联系人|电话"),
    ),
    "duty": Kind(
        pattern(
            r"要不要|应当|必须|需不需要|是否(?:需|要|必)|得不得|该不该|要求|义务|责任|职责|可不可以|能不能|可以.{0,12}吗",
            r"怎么(?:做|处理)|\b(?:must|should|shall|required?|ha(?:ve|s) to|need to|allowed|may|can|obliged)\b",
            r"\b(?:compulsory|mandatory|duty)\b",
        ),
        pattern(
            r"应当?|必须|不得|可以|要(?!求)|鼓励|禁止",
            r"\b(?:shall|must|should|may|required?|encouraged?|can not|cannot|prohibited)\b",
        ),
    ),
}
# Units that are the same in both languages: how they are asked for, and a figure with them. What is counted otherwise
# ("how many products") is one of the question's words.
_UNITS = (
    Kind(
        pattern(r"几年|多少年|how many years"),
        pattern(rf"{_COUNT}(?:[-–至到]\d+)?\s?周?年(?![代底初末])|{_COUNT}(?:[ -]\w+)? years?\b"),
    ),
    Kind(pattern(r"几个?月(?!份)|多少个月|how many months"), pattern(rf"{_COUNT}\s?个?月|{_COUNT} months?\b")),
    Kind(
        pattern(r"几个?(?:工作)?[天日]|多少个?(?:工作)?[天日]|how many (?:working |business )?days"),
        pattern(rf"{_COUNT}\s?个?(?:工作)?[日天]|{_COUNT} (?:working |business )?days?\b"),
    ),
    Kind(
        pattern(r"多少[钱元块]|几块钱?|多少万|how much (?:money|does|is|was|did)|what fine"),
        pattern(r"[¥￥$元]|yuan|RMB|\bfines?\b|罚款"),
    ),
    Kind(pattern(r"百分之几|多大比例|per ?cent|what share"), pattern(r"%|百分之|per ?cent")),
)
_ASKS_SEVERAL = pattern(
    r"分别|各(?:有|自|是|说|提|讲|要|怎|写|咋|[啥什]|规定)|[哪这][两二三几]+[份个]?文件|哪几份|哪些文件|对比|比较(?!好|多|少)",
    r"区别|不同|相比|差别|异同|都(?:[是怎咋说提讲有把将要用称叫]|规定|强调)|两份|以及|跟.+比|和.+(?:一样|相同)|后来",
    r"\b(?:each|both|compare|respectively|versus|vs|across)\b|\bdiffer|\bwhich (?:two|three|documents)\b",
    r"\bthe documents\b|\bthe same\b",
)
_ASKS_DOCUMENTS = pattern(
    r"[哪这]几?[一二三四五两]?[份个]?(?:文件|通知|政策)|[两二三几]份|分别.{0,6}文件|各(?:文件|份)|后来",
    r"\b(?:which|what) (?:two |three |of the )?(?:documents|texts|papers)\b|\bthe documents\b",
    r"\beach (?:document|text)\b|\bacross\b|\bthe two (?:\w+ ){0,2}(?:papers|documents|notices|texts|letters)\b",
    r"\bwhich two\b|\b(?:identify|list|name|find) (?:all |the |all the )?(?:documents|texts|papers)\b",
)
_ASKS_OUTLINE = pattern(
    r"部分|[篇章]|板块|几大?块|大块|标题|\bheadings\b|\b(?:parts|sections|chapters|structured?|divided)\b"
)
INTERROGATIVE = pattern(
    r"什么|哪|谁|[几啥吗呢何怎?]|多少|如何|是否|能不能|要不要|可以",
    r"\b(?:who|whom|what|when|where|why|how|which|is|are|was|were|do|does|did|can|could|may|must|should|shall)\b",
)
_SENTENCE_END = re.compile(r"(?<=[。！？!?；])\s*|(?<=[.;])\s+(?=[A-Z\u4e00-\u9fff])|\n")
_BEGINS_ASKING = pattern(
    r"什么|哪|谁|[几啥吗呢咋]|多少|如何|怎么|是否|能不能|要不要|请列|列出|请问",
    r"^\W*(?:(?:and|but|so|or|also|please|then),? )?(?:who|whom|what|when|where|why|how|which|name|list|tell|explain"
    r"|is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have)\b",
)
_JOINT = pattern(r"[,;?。；，？]\s?(?:and |or |but )?|:\s|\band (?=how|what|which|who|when|where|why)")


@lru_cache(maxsize=1024)
def asking(question: str) -> str:
    """The sentences of a question that ask, without those that tell of the asker: "We make kettles in Guangzhou. Which
    mark do we need?" The question itself where all of it asks, or none."""
    pieces = [piece for piece in _SENTENCE_END.split(question) if piece.strip()]
    put = [piece for piece in pieces if piece.rstrip().endswith(("?", "？")) or _BEGINS_ASKING.search(fold(piece))]
    return " ".join(put) if put and len(put) < len(pieces) else question


@lru_cache(maxsize=1024)
def asked(question: str) -> tuple[str, ...]:
    """The kinds of answer that a question asks for."""
    folded = fold(question)
    return tuple(name for name, kind in KINDS.items() if kind.asks.search(folded))


@lru_cache(maxsize=8192)
def offered(sentence: str) -> frozenset[str]:
    """The kinds of answer that a sentence may give."""
    folded = fold(sentence)
    return frozenset(name for name, kind in KINDS.items() if kind.has.search(folded))


def has_figure(question: str, sentence: str) -> bool:
    """Whether a sentence has a figure, in the unit that the question asks for where it names one."""
    wanted = _units(question)
    return "figure" in offered(sentence) and (not wanted or any(has.search(fold(sentence)) for has in wanted))


@lru_cache(maxsize=1024)
def _units(question: str) -> tuple[re.Pattern, ...]:
    folded = fold(question)
    return tuple(unit.has for unit in _UNITS if unit.asks.search(folded))


def asks_several(question: str) -> bool:
    """Whether the question may need more than one document."""
    return bool(_ASKS_SEVERAL.search(fold(question)))


def asks_documents(question: str) -> bool:
    """Whether the question asks in which documents something stands."""
    return bool(_ASKS_DOCUMENTS.search(fold(question)))


def asks_outline(question: str) -> bool:
    """Whether the question asks how a document is divided."""
    return bool(_ASKS_OUTLINE.search(fold(question)))


@lru_cache(maxsize=1024)
def parts(question: str) -> tuple[str, ...]:
    """The questions in a question: "how many …, and which …"; the question itself where it asks one thing."""
    asking = [piece for piece in _JOINT.split(fold(question)) if piece and INTERROGATIVE.search(piece)]
    return tuple(asking) if len(asking) > 1 else (question,)
