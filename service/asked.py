"""What a question asks for that can be told from its form, and whether a text holds any such thing.

A clause may be on the very subject of a question and yet lack what was asked: the fee, the telephone number, the day.
Patterns are read on folded text (half width, simplified characters) of either language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.lexicon.terms import fold
from service.headlines import HEAD
from service.kinds import ASKS_WHEN, MONTH, asking
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
_OFFICE = re.compile(
    r"总理|领导|[部局省市司]长|主任|\b(?:premier|minister|director|mayor|governor|head|chief)\b", re.IGNORECASE
)
_ALONG = re.compile(r"沿线国家|\bcountries along\b")  # the Belt and Road, which is answer enough
_DOCUMENT_NUMBER = re.compile(r"\d+ ?号文?|\bno\.? ?\d+|第\S{1,4}?[条章部次届]", re.IGNORECASE)
_PART = re.compile(
    r"[、，,;；:：]|\b(?:and|as well as)\b|以及|[和及与](?=[\u4e00-\u9fff])"
    r"|[一二三四五六七八九十]是|\b(?:first|second|third|fourth|fifth|one|another)(?:ly)?\b"
)

# Of what single ones are to be named: which firms, which counties.
_SINGLE = (
    r"compan(?:y|ies)|firms?|exporters?|importers?|enterprises?|manufacturers?|makers?|count(?:y|ies)|towns?|villages?"
    r"|products?|goods|specialit(?:y|ies)|schools?|universit(?:y|ies)|hotels?|winners?|factor(?:y|ies)|shops?|persons?|people"
    r"|experts?|laborator(?:y|ies)|labs?|centers?|centres?"
)
# Not "which firms must report": who has to do something is mostly described.
_DUTY = r"(?!.*\b(?:must|shall|should|may|can|need)\b)(?!.*[应须要])"
_NAMES_WANTED = re.compile(
    rf"^{_DUTY}.*(?:\b(?:which|name|list|identify) (?:(?!of\b|that\b|where\b|who\b|in\b|for\b|to\b)[\w-]+ ){{0,3}}?"
    rf"(?:{_SINGLE})\b(?!'s)|\bwhat(?: [\w-]+){{0,3}}? (?:{_SINGLE}) (?:exactly|by name)"
    r"|哪(?:些|[几一二两三四五六七八九十]*[个家种])(?:企业|公司|厂家?|县|乡镇|村|产品|商品|学校|高校|大学|酒店|专家|实验室|中心)"
    r"|入选|获奖)",
    re.IGNORECASE | re.DOTALL,
)
# A capital inside a sentence, or a row of three or more.
_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w’'-]+)(?: [A-Z][\w’'-]+)*")
_ROW = re.compile(
    r"(?:\b[^,、;。.]{2,32}, )(?:[^,、;。.]{2,32}, )*[^,、;。.]{2,32},? and [^,、;。.]{2,32}\b(?=[,;.]|$)"
    r"|[^,、;。.]{1,14}(?:、[^,、;。.]{1,14}){2,}|《[^》]+》"
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
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|million|half)"
)

ATTRIBUTES = (
    _attribute(
        "money",
        r"多少(?:钱|元|块|费)|几(?:块钱|元钱?|万块?)|花(?:多少|费)|(?:费用|收费|价格|价钱|报价|罚款|补贴|补助|奖金"
        r"|奖励|经费|预算"
        r"|资助|工资|成本)[^，,。？?]{0,8}(?:多少|几(?!家|个|种)|怎么算)|(?:交|付|缴|贵不贵|收)多少|要(?:不要)?(?:收费|交钱)"
        r"|\bhow much (?:\w+ ){0,6}(?:cost|pay|charged?|fee|money|price|spend|spent|budget|worth|grant|subsidy|fine)"
        r"|\bhow much (?:(?:is|was|are) (?:it|an?|the|this|one)|(?:does|do|did|will|would) (?:it|this|one))\b"
        r"|\bwhat (?:\w+ ){0,4}costs?\b"
        r"|\bcosts? (?:me|us|my|our|a|an|to)\b"
        r"|\b(?:what(?: is| are| was| were| will be)?|how (?:high|large|big)(?: is| are| was| were)?)(?: an?| the)?"
        r"(?: \w+){0,2} (?:fees?|prices?|charges?|costs?|budget|fine|subsid\w+|salary)\b(?! \w*(?:signal|level))",
        rf"[¥￥$€£]|{_NUMERAL} ?(?:元|块|美元|欧元|yuan|rmb|cny|dollars?|euros?|usd)|\b(?:yuan|rmb|dollars?)\b|倍"
        rf"|\b{_EN_NUMERAL} (?:\w+ )?(?:yuan|dollars?|fines?)|免费|不收|free of charge"
        r"|\bfree\b|\bno (?:\w+ )?fees?\b|免收|%|[百千]分之|per ?cent",
    ),
    _attribute(
        "telephone",
        r"(?:联系|咨询|办公|热线|投诉|举报|服务)电话|电话(?:号码?)?(?:是)?(?:多少|几|哪)"
        r"|[打拨](?:哪个|什么|啥|谁的)?电话|哪个电话|手机号|热线|传真|联系方式|联系人|找谁联系|联系谁"
        r"|\b(?:(?:tele)?phone (?:number|no\b)|hotline|fax|contact (?:details?|person|number)"
        r"|whom? (?:do|can|should|to|could) (?:\w+ )?(?:call|phone|ring|contact))\b",
        r"\d{3,4} ?-+ ?\d{4,8}|(?<!\d)\d{7,11}(?!\d)|(?<!\d)1\d{4}(?!\d)|联系(?:人|电话)|contacts?:|电话",
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
        r"罚(?:款|金|多少|几|什么)|怎么(?:处罚|罚)|如何处罚|(?:违[规法反]|造假).{0,6}(?:怎么|如何)处[理置]|(?:受|有|给予)什么(?:样的)?(?:处罚"
        r"|处分)|什么后果|会被罚|处罚"
        r"|\b(?:penalt(?:y|ies)|fined?|fines|punish\w*|sanctions?|sanctioned)\b|\bwhat happens (?:if|to)\b",
        r"罚|处分|惩|吊销|撤销|追究|没收|责令|禁业|禁入|责任|取消|暂停|注销|警告|退出|失信|黑名单"
        r"|\b(?:penal\w+|fin(?:e|es|ed)|punish\w*|sanction\w*|disciplin\w+|bann?\w*|revo\w+|liab\w+|confiscat\w+"
        r"|withdraw\w*|suspen\w+|warning|account\w+|investigat\w+|dealt with|order\w*|untrustworthy"
        r"|dishonest\w*|blacklist\w*)\b",
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
        r"|\bhow (?:long|soon)\b(?! is the (?:list|catalog))|\bvalidity\b"
        r"|\bhow many (?:working )?(?:years?|months?|weeks?|days?|hours?)\b"
        r"|\bvalid (?:for|until|period)\b",
        rf"(?<!\d)(?!(?:19|20)\d\d ?年){_NUMERAL} ?[-至到]? ?\d* ?(?:年|个月|天|周|小时|个?工作日|日(?:内|以内|前|后))"
        rf"|\b(?:{_EN_NUMERAL}(?: to \w+)?)[ -](?:\w+ )?(?:years?|months?|days?|weeks?|hours?|minutes?)\b"
        r"|长期|立即|当日|次日|终身|每(?:年|半年|季度?|月|周|日|天)|\b(?:annual\w*|immediately|permanent\w*|life-?long|indefinite\w*)\b",
    ),
    _attribute(
        "when",
        r"什么时候|何时|哪一?[年天日月]|几月|(?<![第十好])几号(?![文通令公函人])|几点|几时|哪个月|日期|截止|期限"
        rf"|(?:{ASKS_WHEN})(?! (?:can|may|must|should|shall)\b)|\bwhat (?:date|day|year|month|time)\b"
        r"|\bwhich (?:date|day|year|month)\b|\bdeadline\b|\bhow often\b|\bby what\b|\buntil when\b|\beffective date\b",
        rf"{_NUMERAL} ?(?:年|个?月|日|天|周|小时|个?工作日|分钟|个?季度)"
        r"|\d (?:years?|months?|days?|weeks?|hours?|working)|\d{4}[-/.]\d"
        rf"|\b(?:{MONTH})\b|\b(?:19|20)\d\d\b|\b{_EN_NUMERAL}[ -](?:\w+ )?(?:years?|months?|days?|weeks?|hours?)\b"
        r"|(?:之日|生效|起施行|以前|之前|前报|每(?:年|半年|季度?|月|周|日|天)|年底|年度|长期|立即|当日|次日|月底|季度|终身)"
        r"|\b(?:annual\w*|yearly|daily|monthly|weekly|quarterly|immediately|end of|(?:day|date) of|year)\b"
        r"|\b\d{1,2}[/.-]\d{1,2}\b",
    ),
    _attribute(
        "day",
        r"哪[月日天]|几月几|\b(?:what|which) (?:exact )?(?:day|date)\b",
        rf"\b(?:{MONTH})\b|\d ?[月日天]|\d{{4}}[-/.]\d|之日|生效|立即|当日|次日|每[年月]|季度|\bdays?\b",
    ),
    _attribute(
        "organ",
        r"哪(?:个|些|几个|一个)?(?:部委|部门|司局|主管部门)(?:来|去)?(?:牵头|负责|主管|管|承担|组织|主办)"
        r"|(?:由|归|是|该)谁(?:来|去)?(?:牵头|负责|主管|管)|谁(?:来)?牵头"
        r"|(?:由|归)哪(?:个|些|几个)?(?:部委|部门|单位|机构)"
        r"|\bwhich (?:ministry|ministries|department|agency|authority) (?:leads?|is|was|heads?|runs|must|should)\b"
        r"|\bwho (?:leads|is leading|takes the lead|heads|is in charge)\b",
        r"(?<![全内外])[部委局署司厅](?![分门署件长议位])|协会|委员会|学会|政府|部门|机构|总局|单位|组织|联盟|中心"
        r"|\b(?:ministr\w+|administration|departments?|committees?|commission|bureaus?|councils?|governments?"
        r"|associations?|agenc\w+|authorit\w+|institutions?|units?|bod(?:y|ies)|organi[sz]ations?|alliances?"
        r"|(?-i:[A-Z]{3,5}))\b",
    ),
    _attribute(
        "definition",
        r"(?:怎么|如何)(?:定义|界定)|定义|什么叫|\bdefin(?:e|es|ed|ition)\b",
        r"是指|指的是|所谓|称为|即|本质|\bmeans?\b|\brefers? to\b|\bis (?:an?|the)\b|\bdefin|\bcalled\b|known as"
        r"|\bessen",
    ),
    # Only a line that says so tells that: "[Effective]".
    _attribute("status", HEAD["status"].asks.pattern, HEAD["status"].has.pattern),
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
        r"哪[些个几]?(?:城市|国家|省份?|地区|地方|市|县)(?![级局的])"
        r"|\b(?:which|what) (?:\w+ )?(?:cit(?:y|ies)|countr(?:y|ies)|provinces?|regions?)\b",
        "",
    ),
)
_BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}


@lru_cache(maxsize=1024)
def attributes(question: str) -> tuple[str, ...]:
    """The names of the attributes that a question asks for."""
    folded = fold(asking(question))
    return tuple(attribute.name for attribute in ATTRIBUTES if attribute.asks.search(folded))


def lacking(question: str, sentences: Sequence[str], others: Sequence[str] = ()) -> tuple[str, ...]:
    """The attributes asked for that none of the sentences states; "members" where a question wants those of a group
    named, and the sentences, with ``others`` that are quoted beside them, are too few and too short for so many."""
    found = [name for name in attributes(question) if not any(_states(name, text, question) for text in sentences)]
    wanted = members(question)
    quoted = [*sentences, *others]
    if wanted > len(quoted) and not any(parts(text) >= wanted for text in quoted):
        found.append("members")
    return tuple(found)


@lru_cache(maxsize=1024)
def members(question: str) -> int:
    """How many members of a group a question wants named: 17 of 17大类分别是哪些类; 0 where it does not say."""
    if not _MEMBERS.search(folded := _DOCUMENT_NUMBER.sub(" ", fold(question))):
        return 0
    counts = [value for value, unit in stated(folded, strict=True).numbers if not unit and value == int(value)]
    return int(max((value for value in counts if 2 <= value <= 200), default=0))


@lru_cache(maxsize=1024)
def names_wanted(question: str) -> bool:
    """Whether single firms, places, products are to be named: "which counties were helped?" """
    return bool(_NAMES_WANTED.search(fold(asking(question))))


def names_some(question: str, text: str) -> bool:
    """Whether a text names some that the question does not name itself, or lists several."""
    known = fold(question).lower()
    return bool(_ROW.search(text)) or any(name.lower() not in known for name in _NAME.findall(text))


def parts(text: str) -> int:
    """How many members a text names at most: its parts between commas, enumeration marks and "and"."""
    return len(_PART.findall(fold(text).lower())) + 1


def _is_a_body(text: str) -> bool:
    """Whether a line is the name of a body, and little else."""
    from ingest.references.organs import organs_in

    return 2 * sum(end - start for start, end, _ in organs_in(text)) > len(text)


def _states(name: str, text: str, question: str) -> bool:
    if name == "signatory" and not _OFFICE.search(fold(question)) and _is_a_body(text):
        return True  # a body signs, too
    if name == "place":
        return bool(places_in(text) or _ALONG.search(fold(text)))
    if name == "count":
        own = {value for value, _ in stated(question, strict=True).numbers}
        return any(value > 1 and value not in own for value, _ in stated(text, strict=True).numbers)
    return bool(_BY_NAME[name].holds.search(fold(text)))
