"""A question that leans on an earlier one, made to stand alone: "该通知的文号是什么？", "and the deadline?".

By rules, so the same thread gives the same answer. What a question leans on is the question before it and the document
that answered that one; nothing else of a thread is looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from service.answer import Answer, Citation, Filters
from service.answerer import Answerer
from service.frame import in_brackets
from service.query import MAX_LENGTH, asker_language, clean

# Earlier questions looked at: each is answered again to know which document it was about.
_TURNS = 3
# Kinds of documents by the words of both languages; the last kind is any.
_KINDS = (
    ("通知", "notice", "circular"),
    ("意见", "opinions?"),
    ("方案", "要点", "规划", "plan", "key points", "programme"),
    ("解读", "interpretation"),
    ("复函", "答复", "函", "letter", "reply"),
    ("公告", "announcement"),
    ("条例", "规定", "办法", "regulations?", "provisions", "measures"),
    ("文件", "政策", "决定", "document", "policy", "decision", "text"),
)
_ZH_KINDS = "|".join(word for kind in _KINDS for word in kind if not word[0].isascii())
_EN_KINDS = "|".join(word for kind in _KINDS for word in kind if word[0].isascii())
# Words for the document that was spoken of, and for anything else that was.
_DOCUMENT = re.compile(
    rf"(?:该|此|这份|这个|这项|那份|那个|上述|前述|本)({_ZH_KINDS})|\b(?:this|that|the same|said) ({_EN_KINDS})\b",
    re.IGNORECASE,
)
_THING = re.compile(
    r"它们?|他们|其(?![他它中实余次])|(?<![应活])该(?!不该|如何|怎)(?=\w)|此(?=[项类事外])|这(?:个|些|项|种|类|样|里)?"
    r"|那(?:个|些|项|种|类|里)?|上述|前述|同样"
    r"|\b(?:(?<!is )(?<!was )it(?! (?:is|was|be))|its|they|them|their|this|these|those|he|she"
    r"|that(?=[?.!,]|$| (?:one|body|agency|scheme|deadline))"
    r"|the (?:notice|document|opinions?|plan|letter|announcement|deadline|report))\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^\s*(?:那么?|还有|另外|然后|而且?|以及|再|如果|要是|但是?|所以"
    r"|(?:and|but|or|so|then|also|what about|how about|what if|what else)\b)|呢[？?！!。]?\s*$",
    re.IGNORECASE,
)
# A clause by its number: 第六条, （五）, clause 6. A new one takes the place of the one asked about before.
_CLAUSE = re.compile(
    r"第[0-9〇零一二三四五六七八九十百]+(?:编|章|节|条|款|项|部分)|[（(][一二三四五六七八九十]{1,3}[)）]"
    r"|\b(?:clause|article|section|part|item|paragraph) (?:\d+|[IVX]+)\b",
    re.IGNORECASE,
)
# A question of so few words names nothing itself: "报给谁？", "By when?"
_FEW = {"zh": 6, "en": 3}
_COURTESY = re.compile(
    r"\W*(?:好的?|谢谢你?|多谢|辛苦了|再见|明白了?|知道了"
    r"|ok(?:ay)?|thanks?(?: you)?(?: (?:so much|very much|a lot))?|bye|great|i see)\W*",
    re.IGNORECASE,
)
# Later in a question, a word like "it" most likely means something that the question itself has named.
_EARLY = {"zh": 8, "en": 24}


def leans(question: str, language: str) -> bool:
    """Whether the question can only be understood from what came before it."""
    words = re.findall(r"\w", question) if language == "zh" else re.findall(r"\w+", question)
    thing = _THING.search(question)
    return (
        len(words) <= _FEW[language]
        or bool(_DOCUMENT.search(question) or _GOES_ON.search(question))
        or (thing is not None and thing.start() <= _EARLY[language])
    )


def meant(question: str, titles: Sequence[str]) -> int | None:
    """Which of the documents spoken of, by their titles, "该通知" or "this plan" in the question means, if any."""
    found = _DOCUMENT.search(question)
    if not found:
        return None
    word = found[1] or found[2]
    kind = next(kind for kind in _KINDS if any(re.fullmatch(one, word, re.IGNORECASE) for one in kind))
    if kind is _KINDS[-1]:
        return 0 if titles else None
    named = re.compile("|".join(rf"\b{one}\b" if one[0].isascii() else one for one in kind), re.IGNORECASE)
    # A notice about opinions is a notice: what a title is about comes first in Chinese, last in English.
    return next((at for at, title in enumerate(titles) if _own_kind(title) and named.search(_own_kind(title))), None)


def _own_kind(title: str) -> str:
    """The part of a title that says what the document itself is."""
    bare = re.sub(r"《.*》|〈.*〉|[\"“].*[\"”]", " ", title)
    return bare[-8:] if re.search("[\u4e00-\u9fff]", bare) else bare


def ask_in_thread(
    answerer: Answerer,
    question: str,
    history: Sequence[str] = (),
    language: str = "auto",
    filters: Filters = Filters(),
    max_citations: int | None = None,
) -> Answer:
    """``Answerer.ask`` for a question after others (oldest first); ``Answer.resolved`` says how it was understood."""
    if not history:
        return answerer.ask(question, language, filters, max_citations)
    asked = clean(question)
    spoken = language if language in ("zh", "en") else asker_language(asked)
    alone, about = _standing_alone(answerer, asked, spoken, history[-_TURNS:], filters)
    if about:
        filters = replace(filters, document_id=about.document_id)
    answer = answerer.ask(alone, spoken, filters, max_citations)
    if about:
        alone = f"{in_brackets(about.document_title)}{alone}" if spoken == "zh" else f"{about.document_title}: {alone}"
    return replace(answer, question=question, resolved=alone if alone != asked else None)


def _standing_alone(
    answerer: Answerer, question: str, language: str, history: Sequence[str], filters: Filters
) -> tuple[str, Citation | None]:
    """The question with the one it leans on before it; or as it is, with a citation of the document that it names."""
    if not history or not leans(question, language) or _COURTESY.fullmatch(question):
        return question, None
    *earlier, last = (clean(turn) for turn in history)
    before, about = _standing_alone(answerer, last, asker_language(last), earlier, filters)
    if about:
        filters = replace(filters, document_id=about.document_id)
    citations = answerer.ask(before, language, filters).citations
    at = meant(question, [citation.document_title for citation in citations])
    if at is not None:
        return question, citations[at]
    other = _CLAUSE.search(question)
    if other and _CLAUSE.search(before):
        return _CLAUSE.sub(lambda _: other[0], before, count=1), about
    # What is left of a question that has none of its own: also the document that the one before was kept to.
    return clean(f"{before} {question}")[:MAX_LENGTH], about
