"""What a question asks for that can be told from its form, and whether a text holds any such thing.

A clause may be on the very subject of a question and yet lack what was asked: the fee, the telephone number, the day.
Patterns are read on folded text (half width, simplified characters) of either language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.lexicon.terms import fold
from service.kinds import MONTH
from service.places import places_in
from service.stated import stated

# A question that wants the members of a group that it counts: 17大类分别是哪些类, "what exactly are the two …".
_MEMBERS = re.compile(
    r"分别(?:是|为|指|有|叫)|(?:具体|都|各)(?:是|指|有|包括|包含|叫)|(?:是|有|指"
    r"|包括)(?:的是)?哪[一二两三四五六七八九十几些]"
    r"|哪[两二三四五六七八九十]|\bwhat (?:\w+ )?(?:are|were) (?:the|its|these|those)\b|\bname (?:all|the)\b|\blist\b"
    r"|\b(?:which|what) (?:two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_DOCUMENT_NUMBER = re.compile(r"\d+ ?号文?|\bno\.? ?\d+|第\S{1,4}?[条章部次届]", re.IGNORECASE)
_PART = re.compile(
    r"[、，,;；:：]|\b(?:and|as well as)\b|以及|[和及与](?=[\u4e00-\u9fff])"
    r"|[一二三四五六七八九十]是|\b(?:first|second|third|fourth|fifth|one|another)(?:ly)?\b"
)


@dataclass(frozen=True)
class Attribute:
    """Something that may be asked for, and the form it has where it is stated."""

    name: str
    asks: re.Pattern
    holds: re.Pattern


def _attribute(name: str, asks: str, holds: str) -> Attribute:
    return Attribute(name, re.compile(asks, re.IGNORECASE), re.compile(holds, re.IGNORECASE))


_NUMERAL = r"(?:\d[\d,.]*|[〇零一二两三四五六七八九十百千万亿]+)"
_EN_NUMERAL = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|ninety|hundred|thousand|million|half)"
)

ATTRIBUTES = (
    _attribute(
        "money",
        r"多少(?:钱|元|块|费)|几(?:块|元)钱?|花(?:多少|费)|(?:费用|收费|价格|价钱|报价|罚款|补贴|补助|奖金"
        r"|奖励|经费|预算"
        r"|资助|工资|成本)[^，,。？?]{0,8}(?:多少|几(?!家|个|种)|怎么算)|(?:交|付|缴|贵不贵|收)多少|要(?:不要)?(?:收费|交钱)"
        r"|\bhow much (?:\w+ ){0,6}(?:cost|pay|charged?|fee|money|price|spend|spent|budget|worth|grant|subsidy|fine)"
        r"|\bhow much (?:does|do|did|will|would|is|was|are) (?:it|an?|the|this|one)\b|\bwhat (?:\w+ ){0,4}costs?\b"
        r"|\bcosts? (?:me|us|my|our|a|an|to)\b"
        r"|\b(?:what(?: is| are| was| were| will be)?|how (?:high|large|big)(?: is| are| was| were)?)(?: an?| the)?"
        r"(?: \w+){0,2} (?:fees?|prices?|charges?|costs?|budget|fine|subsid\w+|salary)\b(?! \w*(?:signal|level))",
        rf"[¥￥$€£]|{_NUMERAL} ?(?:元|块|美元|欧元|yuan|rmb|cny|dollars?|euros?|usd)|\b(?:yuan|rmb|dollars?)\b|倍"
        rf"|\b{_EN_NUMERAL} (?:\w+ )?(?:yuan|dollars?|fines?)|免费|不收|free of charge|\bfree\b|no fee|免收",
    ),
    _attribute(
        "telephone",
        r"电话|手机号|热线|传真|联系方式|联系人|找谁联系|联系谁|\b(?:telephone|phone|hotline|fax|contact (?:details?"
        r"|person|number)|whom? (?:do|can|should|to|could) (?:\w+ )?(?:call|phone|ring|contact))\b",
        r"\d{3,4} ?-+ ?\d{7,8}|(?<!\d)\d{7,11}(?!\d)|联系(?:人|电话)|contacts?:|电话",
    ),
    _attribute(
        "online",
        r"邮箱|邮件地址|网址|\b(?:e-?mail|web ?site|url)\b",
        r"@\w|https?:|www\.",
    ),
    _attribute(
        "address",
        r"(?:办公)?地址|地点在|在(?:哪里|哪儿|什么地方)(?:办|交|开|举)|\b(?:postal |street "
        r"|office )?address(?: of| is|\?)"
        r"|\bwhere is (?:the|its) \w+ ?(?:office|located)",
        r"[路街道]\d*号|大厦|地址|大街|\b(?:road|street|avenue|building|address)\b",
    ),
    _attribute(
        "penalty",
        r"罚(?:款|金|多少|几|什么)|怎么(?:处罚|罚|处理)|如何(?:处罚|处理)|(?:受|有|给予)什么(?:样的)?(?:处罚"
        r"|处分)|什么后果|会被罚|处罚"
        r"|\b(?:penalt(?:y|ies)|fined?|fines|punish\w*|sanctions?|sanctioned)\b|\bwhat happens (?:if|to)\b",
        r"罚|处分|惩|吊销|撤销|追究|没收|责令|禁业|禁入|责任|取消|暂停|注销|警告|退出"
        r"|\b(?:penal\w+|fin(?:e|es|ed)|punish\w*|sanction\w*|disciplin\w+|bann?\w*|revo\w+|liab\w+|confiscat\w+"
        r"|withdraw\w*|suspen\w+|warning|account\w+|investigat\w+|dealt with|order\w*)\b",
    ),
    _attribute(
        "signatory",
        r"谁(?:签发|签署|签字|签的)|(?:签发|签署)人|由谁签|哪位(?:总理|领导|部长|局长|省长|市长)|(?:总理|局长"
        r"|部长|省长|市长|主任|司长)是谁"
        r"|\bwh(?:o|ich) (?!year|month|day|date)(?:\w+ ){0,4}sign(?:ed|s)?\b"
        r"|\bsigned by wh|\bwhich (?:premier|minister|director|mayor"
        r"|governor)\b"
        r"|\bwho (?:is|was) the (?:\w+ )?(?:premier|minister|director|mayor|governor|head|chief)\b",
        r"签(?:发|署|字)|总理|局长|部长|省长|市长|\bsign(?:ed|atory)\b|\b(?:premier|minister|mayor|governor)\b",
    ),
    _attribute(
        "procedure",
        r"(?:怎么|如何|怎样|咋)(?:去)?(?:报名|申请|申办|办理|办手续|注册|登记|报考|下载|投诉|举报|申诉)"
        r"|(?:什么|哪些|啥)(?:材料|手续|流程|证件)"
        r"|(?:办理|申请|报名)(?:流程|手续|步骤|材料|条件)|流程是|在哪(?:里|儿)?(?:报名|申请|下载|查询)"
        r"|\bhow (?:do|can|could|should|would|to)(?: (?:i|we|one|you|an?|the|\w+ (?:company|firm"
        r"|enterprise)))?(?: go about)?"
        r" (?:apply|register|enrol\w*|sign up|file|appeal|complain|obtain|get (?:a|the|an)|download)"
        r"|\bwhat (?:documents|paperwork|forms?|papers|materials)\b|\bsign up\b|\bapplication form",
        r"申请|提交|报名|受理|材料|登记|申报|报送|填|凭|向.{1,20}提出|网上"
        r"|\b(?:appl(?:y|ies|ied|ication\w*)|submit\w*|regist\w+|forms?|materials?|enrol\w*|fil(?:e|ed|ing)|appeal\w*"
        r"|complain\w*|lodge\w*|online)\b",
    ),
    _attribute(
        "duration",
        r"多久|多长时间|多少[年天日]|几(?:年|个?月|天|周|小时)(?!前|的|[一二三四])|有效期|时限"
        r"|\bhow (?:long|soon)\b|\bhow many (?:working )?(?:years?|months?|weeks?|days?|hours?)\b|\bvalid(?:ity)?\b",
        rf"(?<!\d)(?!(?:19|20)\d\d ?年){_NUMERAL} ?[-至到]? ?\d* ?(?:年|个月|天|周|小时|个?工作日|日(?:内|以内|前|后))"
        rf"|\b(?:{_EN_NUMERAL}(?: to \w+)?)[ -](?:\w+ )?(?:years?|months?|days?|weeks?|hours?|minutes?)\b"
        r"|长期|立即|当日|次日|终身|每(?:年|半年|季度?|月|周|日|天)|\b(?:annual\w*|immediately|permanent\w*|life-?long|indefinite\w*)\b",
    ),
    _attribute(
        "when",
        r"什么时候|何时|哪一?[年天日月]|几月|几号|几点|几时|哪个月|日期|截止|期限"
        r"|\bwhen\b|\bwhat (?:date|day|year|month|time)\b|\bwhich (?:date|day|year|month)\b|\bdeadline\b"
        r"|\bhow often\b|\bby what\b|\buntil when\b|\beffective date\b",
        rf"{_NUMERAL} ?(?:年|个?月|日|天|周|小时|个?工作日|分钟|个?季度)"
        r"|\d (?:years?|months?|days?|weeks?|hours?|working)|\d{4}[-/.]\d"
        rf"|\b(?:{MONTH})\b|\b(?:19|20)\d\d\b|\b{_EN_NUMERAL}[ -](?:\w+ )?(?:years?|months?|days?|weeks?|hours?)\b"
        r"|(?:之日|生效|起施行|以前|之前|前报|每(?:年|半年|季度?|月|周|日|天)|年底|年度|长期|立即|当日|次日|月底|季度|终身)"
        r"|\b(?:annual\w*|yearly|daily|monthly|weekly|quarterly|immediately|end of|year)\b|\b\d{1,2}[/.-]\d{1,2}\b",
    ),
    _attribute(
        "day",
        r"哪[月日天]|几月几|\b(?:what|which) (?:exact )?(?:day|date)\b",
        rf"\b(?:{MONTH})\b|\d ?[月日天]|\d{{4}}[-/.]\d|之日|生效|立即|当日|次日|每[年月]|季度|\bdays?\b",
    ),
    # What these two look like where they are stated, other modules know better than a pattern.
    _attribute(
        "count",
        r"多少(?!钱|元|块|费|天|年|日)|(?<![哪第好这])几(?:个|项|种|类|家|份|批|次|名|条|大|方面|部分|款|步)"
        r"|百分之几|比例|占比|数量"
        r"|\bhow many\b|\bnumber of\b|\bwhat (?:percentage|share|proportion|rate|number)\b|\bper ?cent\b",
        "",
    ),
    _attribute(
        "place",
        r"哪[些个几]?(?:城市|国家|省份?|地区|地方|市|县)|\b(?:which|what) (?:\w+ )?(?:cit(?:y|ies)|countr(?:y"
        r"|ies)|provinces?"
        r"|regions?)\b",
        "",
    ),
)
_BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}


@lru_cache(maxsize=1024)
def attributes(question: str) -> tuple[str, ...]:
    """The names of the attributes that a question asks for."""
    folded = fold(question)
    return tuple(attribute.name for attribute in ATTRIBUTES if attribute.asks.search(folded))


def lacking(question: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """The attributes asked for that none of the sentences states; "members" where a question wants those of a group
    named, and the sentences are too few and too short for so many."""
    found = [name for name in attributes(question) if not any(_states(name, text, question) for text in sentences)]
    wanted = members(question)
    if wanted > len(sentences) and not any(parts(text) >= wanted for text in sentences):
        found.append("members")
    return tuple(found)


@lru_cache(maxsize=1024)
def members(question: str) -> int:
    """How many members of a group a question wants named: 17 of 17大类分别是哪些类; 0 where it does not say."""
    if not _MEMBERS.search(folded := _DOCUMENT_NUMBER.sub(" ", fold(question))):
        return 0
    counts = [value for value, unit in stated(folded, strict=True).numbers if not unit and value == int(value)]
    return int(max((value for value in counts if 2 <= value <= 200), default=0))


def parts(text: str) -> int:
    """How many members a text names at most: its parts between commas, enumeration marks and "and"."""
    return len(_PART.findall(fold(text).lower())) + 1


def _states(name: str, text: str, question: str) -> bool:
    if name == "place":
        return bool(places_in(text))
    if name == "count":
        own = {value for value, _ in stated(question, strict=True).numbers}
        return any(value > 1 and value not in own for value, _ in stated(text, strict=True).numbers)
    return bool(_BY_NAME[name].holds.search(fold(text)))
