"""An answer made by hand, and an answerer that always gives it."""

from service.answer import Answer, AnswerSentence, Citation, Counterpart

ANSWER = Answer(
    question="检验费用由谁承担？",
    language="zh",
    status="answered",
    reason=None,
    text="“检验费用由省承担。”[1]",
    sentences=(AnswerSentence("“检验费用由省承担。”[1]", (1,)),),
    citations=(
        Citation(
            number=1,
            document_id="tea-2018",
            clause_id="tea-2018:zh.1.1",
            quote="检验费用由省承担。",
            language="zh",
            start=105,
            end=114,
            document_title="关于加强茶叶检验的意见",
            issuer="总局 (General Administration)",
            document_number=None,
            issued_on="2018-01-31",
            status="in_force",
            translation="official",
            path=("一、总体要求", "（一）"),
            counterpart=Counterpart("tea-2018:en.1.1", "The province bears the cost of the inspection.", "en"),
        ),
    ),
    confidence=0.75,
    index="0123456789abcdef",
)


class FixedAnswerer:
    """Gives one answer to everything, or raises one error; keeps what it was asked."""

    def __init__(self, answer: Answer | Exception):
        self.answer = answer
        self.asked: list[tuple] = []

    def ask(self, *asked: object) -> Answer:
        self.asked.append(asked)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer
