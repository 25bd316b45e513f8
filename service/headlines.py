"""What a document's head and foot tell of it (number, date, issuing body, addressees, contacts, whether it is in
force): how it is asked for, and the line that says it."""

import re
from collections.abc import Mapping
from functools import lru_cache

from ingest.lexicon.terms import fold
from service.kinds import KINDS, MONTH, Kind, pattern

_SENT = "签发|印发|发布|发文|成文|出台|落款|下发|发出|发的|制发|公布|答复|回复|颁布"
_WHEN = "何时|(?:什么|啥)时候|哪一?[天日年]|几月|几[日号]|日期|时间"
_BODY_ZH = "部|委|局|署|院|会|厅|政府"
_BODY_EN = (
    "Administration|Department|Ministry|Commission|Council|Bureau|Committee|Government|Office"
    "|People's Republic of China"
)
_TEXTS = r"(?:notice|letter|opinion|document|reply|plan|paper)s?"
_NUMBERED = r"(?:notice|letter|opinion|document)s?"
HEAD: Mapping[str, Kind] = {
    "number": Kind(
        pattern(
            r"文号|几号(?=[文函通令公件])|[什啥么哪][么个]?号(?![前之以])|编号|发文字号",
            r"\b(?:document|reference|file|official) number|\b(?:under|by) (?:what|which) reference\b",
            r"\bwhat(?:'s| is)? (?:\w+ ){0,3}number\b(?! of\b)|\bwhich number\b|\bnumbers? of the \w+\b",
            rf"\bnumbers?\b.{{0,30}}\b{_NUMBERED}\b",
        ),
        re.compile(r"[〔\[(（]\s?(?:19|20)\d\d\s?[〕\])）].{0,12}\d|\bNo\. ?\d+"),
    ),
    "date": Kind(
        pattern(
            rf"(?:{_WHEN}).{{0,8}}(?:{_SENT})|(?:{_SENT}).{{0,8}}(?:{_WHEN})",
            r"^(?!.*(?:文号|编号|字号)).*(?<![第十好])几号(?![文函通令公件人线前之以])",
            rf"\bdates? (?:of|and number)\b|\bdated\b|\bdates? {_TEXTS}\b",
            r"\b(?:when|(?:what|which) (?:dates?|days?|month|year))\b.{0,80}"
            r"\b(?:issued?|signed|dated|released|published|sent|printed)\b",
            r"\b(?:signed|released|published|sent|printed)\b.{0,60}\b(?:what|which) (?:date|day)\b",
        ),
        pattern(rf"\b(?:{MONTH})\b\.?\s*\d{{1,2}}|(?:19|20)\d\d\s*年\s*\d+\s*月"),
    ),
    "body": Kind(
        pattern(
            rf"(?:谁|哪(?:一?个|家)?(?:机关|部门|单位|机构)|什么(?:机关|部门|单位)|哪儿).{{0,6}}(?:{_SENT}|发|写|署名)",
            rf"发文(?:机关|单位)|(?:{_SENT})(?:机关|单位|部门)|落款|署名|\bissued by (?:whom|which|who)\b",
            r"\bwho (?:issued|signed|wrote|published|sent|released|put out)\b",
            r"\bwhich (?:body|agency|department|authority|ministry|office) "
            r"(?:issued|signed|wrote|published|sent|released)\b",
        ),
        pattern(rf"^[^,。:;]*(?:{_BODY_ZH}|{_BODY_EN})[^。:]*$"),
    ),
    "addressee": Kind(
        pattern(
            r"(?:发|送|写|下达|答复|回复|抄送)(?:给|到|至|往)?了?(?:谁|哪[些个位]|什么单位|啥单位)|主送|收文"
            r"|提案人|谁提[的出]|提出者|由谁提|哪[位名个](?:委员|代表)",
            r"\b(?:sent|issued|directed|distributed|circulated|goes|go|written|reply|replied) to\b",
            r"\bwr(?:ote|itten) (?:back )?to\b|\badd?res+ed to\b",
            r"\bto (?:which|what|whom)\b.{0,120}\b(?:sent|issued|directed|distributed|written|add?res+ed)\b",
            rf"\bwho (?:gets|got|receives|received) (?:the|this|that) (?:answer|{_TEXTS})\b",
            r"\bwhose (?:proposal|motion)\b",
            r"\bwho\b.{0,50}\b(?:wrote|sent|filed|brought|handed)\b.{0,30}\b(?:proposal|motion)\b",
            r"\brecipients?\b|\baddressees?\b|\bwho (?:made|submitted|proposed|tabled|put forward|put in)\b",
        ),
        re.compile(r"[:：]$"),
    ),
    "contact": KINDS["contact"],
    "openness": Kind(
        pattern(
            r"(?:公开|保密|机密|内部)(?:的?(?:吗|么|文件|还是)|还是|发布|方式)|(?:能不能|是否|可以|可不可以|是不是)(?:对外)?公开|保不保密",
            r"内部[件文]|(?:老百姓|谁都|人人|公众).{0,4}(?:可以|能)看(?=[吗么嘛,，?？]|$)",
            r"\b(?:confidential|classified|(?<!trade )secret|internal use)\b",
            r"\b(?:open to the public|public(?:ly available)? or)\b",
            r"\b(?:anybody|anyone|everybody|the public) (?:may |can |is allowed to )?(?:read|see)\b",
        ),
        pattern(r"公开|内部|不予|publicly|confidential|internal"),
    ),
    "status": Kind(
        pattern(
            r"^(?!.*(?:何时|什么时候|啥时候|哪一?[年天日月])).*(?:现行有效|[还仍]有效|有效(?:吗|没|么)|是否(?:现行)?有效(?!期)"
            r"|[还仍]管用|失效了?[吗没]|作废了?[吗没]|废止了?[吗没])",
            r"^(?!.*\bwhen\b).*\b(?:still (?:\w+ ){0,2}(?:valid|effective|good law|current|apply|applies|in use)"
            r"|in force|in effect|(?:has|have) \w+ (?:lapsed|expired|been (?:repealed|withdrawn|revoked|cancel\w+)))\b",
        ),
        pattern(r"[\[(](?:现行有效|已?失效|已废止|已被修改|effective|in force|repealed|expired)[\])]$"),
    ),
}


@lru_cache(maxsize=1024)
def head_asked(question: str) -> tuple[str, ...]:
    """Which lines of a document's head or foot the question asks for."""
    folded = fold(question)
    return tuple(name for name, kind in HEAD.items() if kind.asks.search(folded))


def is_head_line(line: str, names: tuple[str, ...]) -> bool:
    """Whether a line outside the outline tells one of these things."""
    return any(HEAD[name].has.search(fold(line)) for name in names)
