"""A question that is really "which certification do I need?" → the check's result as an ordinary Answer.

"我们公司需要做3C吗？", "Do we need CCC for toys?". What the documents say of a certification in general, its figures,
its procedure, its fees, is asked of the documents as any other question. Ordinary questions must not pay for this one:
what it takes is imported where it is used.
"""

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from service import frame
from service.answer import Answer, AnswerSentence, Filters
from service.query import asker_language, clean

if TYPE_CHECKING:
    from service.answerer import Answerer
    from service.applicability.check import Applicability, Certification

_CITATIONS = 5  # where nothing else is asked for
_CERTIFIED = r"(?:3c|三c|ccc|认证|認證|证书|什么证|哪些证|啥证|haccp|gap|iso ?9001)"
_OWN = r"(?:我们|我們|我司|我家|我公司|我厂|咱们?|咱家|本公司|本厂|本企业|本店|敝司|我(?=[是想要在做开卖种养]))"
_NEED = r"(?:要不要|用不用|需不需要|是否需要|是否要|是不是要|需要|得|必须|强制|应该|应当|要|该|适用|涉及)"
_DO_WE = r"(?:do|does|must|should|would|will|can) (?:we|i|my|our)\b"
_WE_MAKE = r"(?:we|i) (?:make|sell|produce|manufacture|import|export|run|operate|grow|offer|am|are)\b.{1,90}"
_WHICH = r"(?:which|what) (?:kinds? of |types? of )?certific\w+(?: schemes?)?"
_ASKS = re.compile(
    # 我们公司需要做3C吗; 我司生产电热水壶，要办什么认证
    rf"{_OWN}.{{0,60}}{_NEED}.{{0,12}}{_CERTIFIED}"
    # 生产玩具需要哪些认证
    rf"|(?:生产|制造|加工|销售|出口|进口|经营|开办|做|卖|种|养).{{1,30}}{_NEED}"
    rf"(?:做|办|办理|拿|申请|取得|获得|通过|过|有)?(?:什么|哪些|哪种|哪几种|啥)?{_CERTIFIED}"
    # 电热水壶要做3C吗
    rf"|.{{2,20}}(?:要不要|用不用|需不需要|是否需要|需要|要)(?:做|办|办理|过|拿){_CERTIFIED}.{{0,4}}[吗嘛么？?]?$"
    rf"|\b{_DO_WE}.{{0,80}}(?:certif|\bccc\b|\b3c\b|haccp|\bgap\b|iso ?9001)"
    rf"|\b{_WHICH} {_DO_WE}"
    rf"|\b{_WHICH} (?:appl(?:y|ies)|(?:is|are) (?:needed|required)|concerns?) (?:to|for|of) (?:me|us|my|our)\b"
    rf"|\b{_WE_MAKE}(?:certif\w*|\bccc\b|\b3c\b).{{0,30}}(?:need|require|compulsory|mandatory|apply|applies|necessary)"
    rf"|\b{_WE_MAKE}(?:need|require|must|have to|apply|applies).{{0,30}}(?:certif\w*|\bccc\b|\b3c\b)"
    r"|\b(?:is|are) (?:the )?(?:ccc|3c|compulsory certification|certification)"
    r" (?:needed|required|compulsory|mandatory|necessary) for (?:us|me|my|our)\b",
    re.IGNORECASE,
)
# What the check does not tell: figures, dates, fees, procedures, bodies, reasons.
_OTHERWISE = re.compile(
    r"多少|几个|几种|几[类項项]|多久|什么时候|何时|哪年|费用|收费|流程|材料|手续|怎么办|如何办|怎么申请|如何申请|怎么做"
    r"|找谁|谁来|为什么|为何|哪个部门|哪家机构|好处|意义|什么是|是什么意思|区别|目标|措施|文件|政策|[转改换][成为]|意见|通知|方案|试点|要点|几号"
    r"|\bhow (?:many|much|long|often|do|can|to|should)\b|\b(?:when|why|who|where)\b|\b(?:fee|cost|benefit|document)s?\b"
    r"|\b(?:procedure|opinions?|notice|plan|policy|policies|difference|means?|letter)\b",
    re.IGNORECASE,
)


def asks_applicability(question: str) -> bool:
    """Whether the form of a question is that of somebody who asks about a duty of their own."""
    return bool(_ASKS.search(question)) and not _OTHERWISE.search(question)


def check_answer(
    answerer: "Answerer", question: str, language: str, filters: Filters, max_citations: int | None
) -> Answer | None:
    """The check's result for such a question, in the asker's language; None for any other question, and where filters
    say what may be answered from."""
    cleaned = clean(question)
    if filters != Filters() or not asks_applicability(cleaned) or not answerer.index.register.lines:
        return None
    from service.applicability.check import applicability

    start = time.perf_counter()
    spoken = language if language in ("zh", "en") else asker_language(cleaned)
    found = applicability(answerer, cleaned, None, spoken)
    told = _told(found)
    if found.status == "not_covered" or not told:
        return None
    return _answer(question, found, told, max_citations or _CITATIONS, (time.perf_counter() - start) * 1000)


def _told(found: "Applicability") -> list["Certification"]:
    """What was asked about by name; else what concerns the enterprise in particular, else in general."""
    from ingest.register import ACTIVITY, CCC, SELF_DECLARATION

    named = [item for item in found.certifications if item.named]
    if named:
        return named
    if any(ask.fact == ACTIVITY for ask in found.ask_next):
        # Nothing is known of the asker but that certification is asked about: compulsory certification decides most.
        return [item for item in found.certifications if item.scheme == CCC]
    special = [item for item in found.concerning if not item.general and item.scheme != SELF_DECLARATION]
    return special or [item for item in found.concerning if item.general]


def _answer(
    question: str, found: "Applicability", told: list["Certification"], max_citations: int, took_ms: float
) -> Answer:
    from service.applicability.say import OBLIGATION

    spoken = found.language
    said: list[AnswerSentence] = []
    citations = []
    for item in told:
        colon, stop = ("：", "。") if spoken == "zh" else (": ", ". ")
        head = f"{item.name}{colon}{OBLIGATION[spoken][item.obligation]}{stop}{item.why}"
        said.append(AnswerSentence(head, ()))
        for citation in item.citations[:1] if len(told) > 2 else item.citations:
            numbers = {(other.document_id, other.start, other.end): other for other in citations}
            if (citation.document_id, citation.start, citation.end) in numbers or len(citations) == max_citations:
                continue
            citations.append(replace(citation, number=len(citations) + 1))
            before = citations[-2] if len(citations) > 1 else None
            said.append(AnswerSentence(frame.sentence(citations[-1], before, spoken), (len(citations),)))
    said += [AnswerSentence(line, ()) for line in _closing(found, spoken)]
    undecided = all(item.obligation == "undetermined" for item in told)
    return Answer(
        question=question,
        language=spoken,
        status="no_answer" if undecided else "answered",
        reason="low_support" if undecided else None,
        text="\n".join(item.text for item in said),
        sentences=tuple(said),
        citations=tuple(citations),
        confidence=0.0 if undecided else 1.0,
        index=found.index,
        timings={"apply": took_ms},
    )


def _closing(found: "Applicability", language: str) -> list[str]:
    """What is still to be known, and what the documents do not hold."""
    lines = []
    if found.ask_next:
        questions = " ".join(item.question for item in found.ask_next)
        lines.append(f"还需要了解：{questions}" if language == "zh" else f"Still to be known: {questions}")
    return [*lines, found.limits]
