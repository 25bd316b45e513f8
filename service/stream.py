"""An answer as server-sent events: each sentence when it is verified, then the answer as ``/v1/ask`` gives it.

event: sentence
data: {"text": "…[1]", "citations": [1], "rewritten": true}

event: answer
data: {"question": …}
"""

import json
from collections.abc import Callable, Iterator

from ingest.endpoint import Stream
from ingest.lexicon import Lexicon
from service.answer import Answer, AnswerSentence
from service.generate import assembled, rewritten
from service.respond import ask_response, sentence_out


def events(answer: Answer, writer: Stream | None, lexicon: Lexicon, took_ms: Callable[[], float]) -> Iterator[str]:
    """The events for an extractive answer, reworded by ``writer`` if there is one."""
    said: list[AnswerSentence | str] = []
    reworded = writer is not None and answer.status == "answered"
    for item in rewritten(answer, writer, lexicon) if reworded else answer.sentences:
        said.append(item)
        if isinstance(item, AnswerSentence):
            yield _event("sentence", sentence_out(item).model_dump(mode="json"))
    whole = assembled(answer, said) if reworded else answer
    yield _event("answer", ask_response(whole, took_ms()).model_dump(mode="json"))


def _event(name: str, data: dict) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
