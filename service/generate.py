"""A language model may put verified evidence into fluent words; what it says is given out only where it is carried.

The model gets the question and the quotes, each under a token that it cannot guess, and writes a line for each
sentence with the tokens of what it rests on. A line with an unknown token, none, or a fault that ``service.verify``
finds is replaced by the verbatim sentences of its sources; evidence that no line speaks of is added verbatim. So the
model can make an answer read better, and can neither add to it nor take from it.
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import replace

from ingest.bilingual import language_of
from ingest.endpoint import THOUGHT, EndpointError, Stream
from ingest.lexicon import Lexicon
from service import frame
from service.answer import Answer, AnswerSentence, Citation
from service.verify import faults

_TASK = {
    "zh": "你把已经核实的政策原文改写成通顺的中文回答。只用给出的来源，不增不减，不作推断；数字、日期、机构名称、"
    "“不得”“应当”“可以”“以上”“以下”等一律照原文的意思。一句一行，句末写上所依据来源的代号，例如〔{token}〕；不写别的。",
    "en": "You turn verified policy text into a fluent answer in English. Use the given sources only; add nothing,"
    " leave out nothing, infer nothing; keep every number, date, body, 'not', 'shall', 'may', 'at least' and 'at most'"
    " as the source has it. One sentence per line, each ending with the code of the source it rests on, like"
    " 〔{token}〕; write nothing else.",
}
_NOTES = {
    "zh": {
        "failed": "语言模型没有给出可用的答复，以下为原文摘录。",
        "partly": "语言模型的部分语句未通过与原文的核对，已换成原文摘录。",
        "cut": "语言模型未能按时写完，其余为原文摘录。",
    },
    "en": {
        "failed": "The language model gave no usable reply; what follows is quoted.",
        "partly": "Some sentences of the language model did not agree with the sources and are quoted instead.",
        "cut": "The language model did not finish in time; the rest is quoted.",
    },
}
_TOKEN = re.compile(r"[〔\[【(（]\s*([0-9a-z]{6})\s*[〕\]】)）]")
# What a sentence may not hold: markers that only we set, addresses, mark-up.
_FOREIGN = re.compile(r"\[\d+\]|https?:|www\.|[<>`*#|]|\]\(")
_AT_ONCE = 4  # rewritings under way; the service has some tens of threads for all requests
_MOST = 4  # characters for each of the quotes' before a reply is cut off


def rewritten(answer: Answer, stream: Stream, lexicon: Lexicon) -> Iterator[AnswerSentence | str]:
    """The sentences of an answered question, each as soon as it is verified; a last str is a note on what went wrong.

    Every citation of the answer is carried by a sentence. Deterministic but for what the model says.
    """
    tokens = {_token(item): item for item in answer.citations}
    said: set[int] = set()
    kept = quoted = 0
    problem = None
    try:
        for line in _lines(stream(*_request(answer, tokens)), sum(len(item.quote) for item in answer.citations)):
            sentence = _sentence(line, answer, tokens, lexicon)
            if isinstance(sentence, AnswerSentence):
                kept += 1
                said |= set(sentence.citations)
                yield sentence
                continue
            quoted += 1
            for item in sentence:
                if item.number not in said:
                    said.add(item.number)
                    yield _verbatim(item, answer.language)
    except EndpointError:
        problem = "cut" if kept else "failed"
    for item in answer.citations:
        if item.number not in said:
            yield _verbatim(item, answer.language)
    problem = problem or ("failed" if not kept else "partly" if quoted else None)
    if problem:
        yield _NOTES[answer.language][problem]


def few_at_once(stream: Stream, most: int = _AT_ONCE) -> Stream:
    """The same model, asked by at most ``most`` at a time: whoever comes when they are busy keeps the quotes, so that a
    model that hangs does not hold up the service."""
    turns = threading.BoundedSemaphore(most)

    def limited(task: str, material: str) -> Iterator[str]:
        if not turns.acquire(blocking=False):
            raise EndpointError("busy")
        try:
            yield from stream(task, material)
        finally:
            turns.release()

    return limited


def generate(answer: Answer, stream: Stream, lexicon: Lexicon) -> Answer:
    """The answer in a model's words as far as they are carried; one that is none is given back as it is."""
    if answer.status != "answered" or not answer.citations:
        return answer
    return assembled(answer, list(rewritten(answer, stream, lexicon)))


def assembled(answer: Answer, said: list[AnswerSentence | str]) -> Answer:
    """The answer with the sentences, and the note, that ``rewritten`` gave."""
    sentences = tuple(item for item in said if isinstance(item, AnswerSentence))
    note = next((item for item in said if isinstance(item, str)), answer.note)
    if not any(item.rewritten for item in sentences):
        return replace(answer, note=note)
    return replace(answer, sentences=sentences, text="\n".join(item.text for item in sentences), note=note)


def _request(answer: Answer, tokens: dict[str, Citation]) -> tuple[str, str]:
    """(task, material) for the endpoint. A document's words are marked off, so that they stay material."""
    task = _TASK[answer.language].format(token=next(iter(tokens)))
    sources = [
        f"〔{token}〕{frame.place(item, None, answer.language)}\n<<<{item.quote}>>>"
        + (f"\n<<<{item.counterpart.quote}>>>" if item.counterpart else "")
        for token, item in tokens.items()
    ]
    return task, "\n\n".join([answer.question, *sources])


def _lines(pieces: Iterator[str], characters: int) -> Iterator[str]:
    """Complete lines of a reply without what the model thought, as they come; no more than the quotes account for."""
    text, length = "", 0
    for piece in pieces:
        text += piece
        if "<think>" in text:
            if "</think>" in text:
                text = THOUGHT.sub("", text)
            if "<think>" in text:
                continue
        *complete, text = text.split("\n")
        yield from (line for line in complete if line.strip())
        length += sum(map(len, complete))
        if length + len(text) > _MOST * characters + 1000:
            return
    if text := text.partition("<think>")[0].strip():
        yield text


def _sentence(line: str, answer: Answer, tokens: dict[str, Citation], lexicon: Lexicon):
    """The verified sentence, or else the citations whose own words take its place."""
    named = list(dict.fromkeys(_TOKEN.findall(line)))
    sources = [tokens[token] for token in named if token in tokens]
    words = re.sub(r"\s+([。.])", r"\1", _TOKEN.sub("", line)).strip()
    quotes = [item.quote for item in sources]
    carried = (
        len(sources) == len(named) > 0
        and not _FOREIGN.search(words)
        and language_of(words) == answer.language
        and not faults(words, (), quotes, lexicon)
    )
    if not carried:
        return sources
    numbers = tuple(sorted(item.number for item in sources))
    markers = "".join(f"[{number}]" for number in numbers)
    return AnswerSentence(f"{words}{'' if answer.language == 'zh' else ' '}{markers}", numbers, rewritten=True)


def _verbatim(item: Citation, language: str) -> AnswerSentence:
    return AnswerSentence(frame.sentence(item, None, language), (item.number,))


def _token(item: Citation) -> str:
    """A name for a source that follows from its words only, so that the same question asks the same."""
    return hashlib.sha256(f"{item.clause_id}\0{item.start}\0{item.quote}".encode()).hexdigest()[:6]
