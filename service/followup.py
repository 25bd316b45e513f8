"""A question that leans on an earlier one, made to stand alone: "该通知的文号是什么？", "and the deadline?".

By rules, so the same thread gives the same answer. What a question leans on is the question before it and the document
that answered that one; nothing else of a thread is looked at.
"""

import re

# Words for the document that was spoken of, and for anything else that was.
_DOCUMENT = re.compile(
    r"(?:该|此|这份|这个|这项|那份|那个|上述|前述|本)(?:通知|文件|意见|方案|解读|复函|函|公告|规定|办法|条例|决定|要点|政策)"
    r"|\b(?:this|that|the same|said) (?:notice|document|opinions?|plan|letter|reply|announcement|regulations?|measures"
    r"|decision|policy|interpretation|circular)\b",
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
# A question of so few words names nothing itself: "报给谁？", "By when?"
_FEW = {"zh": 6, "en": 3}
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


def resolved(question: str, before: str, document: str | None) -> str:
    """The question with what it leans on: ``before`` the earlier question, ``document`` the title that answered it.

    A word for the document becomes its title, and then the question stands alone; any other takes the earlier question
    along.
    """
    if document and _DOCUMENT.search(question):
        return _DOCUMENT.sub(lambda _: f"《{document}》", question, count=1)
    return f"{before} {question}"
