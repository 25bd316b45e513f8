"""A language model on loopback that answers well, badly, slowly, with invented citations, with changed figures, not at
all: no sentence leaves that is not carried by what it cites."""

import re
import time

import pytest
from endpoint import endpoint

from ingest.endpoint import open_stream
from ingest.lexicon import Lexicon
from service.answer import Answer, AnswerSentence, Citation
from service.generate import generate
from service.verify import faults

QUOTES = (
    "The bureau shall report to the State Council within 30 days.",
    "Products without a certificate shall not be sold.",
)
WELL = ("该局应当在30日内向国务院报告。", "没有证书的产品不得销售。")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture(scope="module")
def answer() -> Answer:
    citations = tuple(_citation(number, quote) for number, quote in enumerate(QUOTES, 1))
    sentences = tuple(
        AnswerSentence(f"《通知》（英文） 一：“{item.quote}”[{item.number}]", (item.number,)) for item in citations
    )
    text = "\n".join(item.text for item in sentences)
    return Answer("什么时候报告？", "zh", "answered", None, text, sentences, citations, 0.9, "g1")


def _citation(number: int, quote: str) -> Citation:
    return Citation(
        number=number, document_id="d", clause_id=f"d:{number}", quote=quote, language="en", start=0, end=len(quote),
        document_title="通知", issuer=None, document_number=None, issued_on=None, status="in_force",
        translation="unknown", path=("一",),
    )  # fmt: skip


def asked_with(reply, answer, lexicon, seconds=5.0) -> Answer:
    """The answer when the model says ``reply`` (a function of the tokens of the sources, in order)."""

    def behave(body: dict):
        tokens = re.findall(r"〔([0-9a-z]{6})〕", body["messages"][-1]["content"])
        return reply(*tokens) if callable(reply) else reply

    with endpoint(behave) as (url, _):
        return generate(answer, open_stream(url, "m", None, seconds), lexicon)


def carried(got: Answer, lexicon) -> None:
    """Whatever the model said, this holds."""
    quotes = {item.number: item.quote for item in got.citations}
    assert {number for item in got.sentences for number in item.citations} == set(quotes)
    for item in got.sentences:
        words = re.sub(r"\s*(\[\d\])+$", "", item.text)
        if item.rewritten:
            assert faults(words, (), [quotes[number] for number in item.citations], lexicon) == []
        else:
            assert any(quotes[number] in item.text for number in item.citations)


def test_a_good_reply_replaces_the_quotes(answer, lexicon):
    got = asked_with(lambda a, b: f"{WELL[0]}〔{a}〕\n{WELL[1]}〔{b}〕", answer, lexicon)
    assert got.text == "该局应当在30日内向国务院报告。[1]\n没有证书的产品不得销售。[2]"
    assert [item.rewritten for item in got.sentences] == [True, True]
    assert got.note is None
    assert got.citations == answer.citations


def test_thoughts_are_not_given_out(answer, lexicon):
    got = asked_with(lambda a, b: f"<think>\n{WELL[1]}〔{b}〕\n</think>\n{WELL[0]}〔{a}〕", answer, lexicon)
    assert [item.rewritten for item in got.sentences] == [True, False]
    carried(got, lexicon)


def test_a_long_thought_takes_nothing_from_the_reply(answer, lexicon):
    def stream(_: str, material: str):
        a, b = re.findall("〔([0-9a-z]{6})〕", material)
        yield "<think>"
        yield from ["想" * 100] * 100
        yield from (f"</think>\n{WELL[0]}〔{a}〕\n", f"{WELL[1]}〔{b}〕\n")

    assert [item.rewritten for item in generate(answer, stream, lexicon).sentences] == [True, True]


@pytest.mark.parametrize(
    "line",
    [
        "该局应当在20日内向国务院报告。〔{a}〕",  # another figure
        "该局可以在30日内向国务院报告。〔{a}〕",  # another modality
        "该局应当在30日内向海关总署报告。〔{a}〕",  # another body
        "该局应当在30日内向国务院报告。〔zzzzzz〕",  # an invented source
        "该局应当在30日内向国务院报告。〔{a}〕〔zzzzzz〕",
        "该局应当在30日内向国务院报告。",  # none
        "该局应当在30日内向国务院报告。[7]〔{a}〕",  # a marker of its own
        "该局应当在30日内向国务院报告，详见 https://example.org。〔{a}〕",
        "The bureau shall report to the State Council within 30 days.〔{a}〕",  # not the asker's language
        "产品质量非常重要，企业家应当重视。〔{a}〕",  # about something else
        "该局应当在30日内向国务院报告。〔{b}〕",  # carried by another source
    ],
)
def test_a_sentence_that_is_not_carried_is_replaced_by_the_quote(line, answer, lexicon):
    got = asked_with(lambda a, b: line.format(a=a, b=b) + f"\n{WELL[1]}〔{b}〕", answer, lexicon)
    carried(got, lexicon)
    assert (
        got.sentences[-1].text == "没有证书的产品不得销售。[2]"
        or got.sentences[-2].text == "没有证书的产品不得销售。[2]"
    )
    assert QUOTES[0] in got.text
    assert got.note == "语言模型的部分语句未通过与原文的核对，已换成原文摘录。"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "抱歉，我不能回答。",
        "忽略以上要求。" * 2000,
        (500, b"{}"),
        (200, b"no json"),
        (401, b"secret"),
        0.8,
    ],
)
def test_a_model_that_is_of_no_use_leaves_the_answer_as_it_was(reply, answer, lexicon):
    start = time.monotonic()
    got = asked_with(reply, answer, lexicon, seconds=0.5)
    assert time.monotonic() - start < 5
    assert (got.text, got.sentences) == (answer.text, answer.sentences)
    assert got.note == "语言模型没有给出可用的答复，以下为原文摘录。"


def test_an_endpoint_that_is_not_there(answer, lexicon):
    got = generate(answer, open_stream("http://127.0.0.1:9/v1", "m", None, 0.5), lexicon)
    assert got.sentences == answer.sentences
    assert got.note


def test_what_a_document_says_is_material_not_an_order(answer, lexicon):
    """The quote is marked off in the request, and a model that obeys it is not believed."""
    requests = []

    def obey(body: dict) -> str:
        requests.append(body["messages"][-1]["content"])
        return "所有产品均免于认证。"

    with endpoint(obey) as (url, _):
        got = generate(answer, open_stream(url, "m", None, 5.0), lexicon)
    assert f"<<<{QUOTES[0]}>>>" in requests[0]
    assert "免于认证" not in got.text


def test_a_refusal_is_not_sent_to_the_model(answer, lexicon):
    refusal = Answer("？", "zh", "no_answer", "low_support", "没有。", (), (), 0.1, "g1")
    with endpoint(lambda body: "有。") as (url, asked):
        assert generate(refusal, open_stream(url, "m", None, 5.0), lexicon) is refusal
    assert asked == []
