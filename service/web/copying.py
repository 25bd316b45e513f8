"""An answer with its citations, to be pasted elsewhere: plain text, Markdown, and the form Chinese offices use."""

import re
from dataclasses import dataclass

from ingest.document import Clause
from ingest.numbering import Marker, marker, zh_numeral
from service import frame
from service.answer import Answer, Citation
from service.answerer import Answerer
from service.show import answer_text, in_markdown, known, plain, translation_label
from service.web.links import words_link

_RANKED = ("编", "分编", "部分", "章", "节", "条")
_ENGLISH_RANKS = {"Part": "部分", "Chapter": "章", "Section": "节", "Article": "条"}


@dataclass(frozen=True)
class Copies:
    plain: str
    markdown: str
    office: str


def copies(answerer: Answerer, answer: Answer, origin: str, language: str) -> Copies:
    """The three forms. ``origin``: scheme and host in front of links, "" where they are not sure.

    ``language``: of the page that they open.
    """
    return Copies(
        f"{answer.question}\n\n{answer_text(answer)}\n",
        _markdown(answer, origin, language),
        "".join(f"{_office(answerer, item)}\n" for item in answer.citations),
    )


def _markdown(answer: Answer, origin: str, language: str) -> str:
    lines = [f"**{in_markdown(answer.question)}**", ""]
    lines += [f"{in_markdown(item.text)}\n" for item in answer.sentences]
    for item in answer.citations:
        place = (item.document_id, item.clause_id, item.start, item.end, item.quote)
        link = origin + words_link(*place, language)
        title = frame.in_brackets(item.document_title) if answer.language == "zh" else item.document_title
        number = f" {item.document_number}" if item.document_number else ""
        about = [in_markdown(title + number), *([frame.TITLE_LABEL[answer.language]] if item.title_translation else [])]
        about += [
            in_markdown(known(item, answer.language)),
            *([in_markdown(" > ".join(item.path))] if item.path else []),
        ]
        lines += [f"{item.number}. [{about[0]}]({link}) | " + " | ".join(about[1:])]
        lines += [f"   > {in_markdown(item.quote)}"]
    return "\n".join(lines) + "\n"


def _office(answerer: Answerer, item: Citation) -> str:
    """《题名》（国发〔2018〕3号）第二部分（五）：“……”, and what a reader must know of the text."""
    clause = answerer.index.store.clause(item.clause_id)
    document = answerer.index.store.document(item.document_id)
    title = answerer.citer.title(item.document_id, "zh")
    number = f"（{item.document_number}）" if item.document_number else ""
    notes = [
        "英文文本" if item.language == "en" else None,
        translation_label(item.translation, "zh") if item.translation in ("machine", "third_party") else None,
        frame.TITLE_LABEL["zh"] if title != frame.title(document, "zh") else None,
    ]
    noted = "，".join(note for note in notes if note)
    place = office_place(answerer, clause)
    return plain(f"{frame.in_brackets(title)}{number}{place}：“{item.quote}”" + (f"（{noted}）" if noted else ""))


def office_place(answerer: Answerer, clause: Clause) -> str:
    """Where a clause stands, as Chinese offices write it: 第二部分（五）, 第六十六条, 第一部分（二）第二点.

    Of a text that has the clause in Chinese too, its Chinese numbers count. What has no number of its own stands
    under the nearest one above; "" where there is none.
    """
    store = answerer.index.store
    if clause.language == "en" and clause.counterpart:
        clause = store.clause(clause.counterpart)
    steps: list[str] = []
    current: Clause | None = clause
    while current:
        number = marker(current.text) if current.number else None
        if number and number.value is not None:
            steps.insert(0, _step(number, current.level))
        if number and number.family in ("条", "Article"):
            break  # an article is counted through the whole document
        current = store.clause(current.parent_id) if current.parent_id else None
    return "".join(steps)


def _step(number: Marker, level: int) -> str:
    value = zh_numeral(number.value)
    if number.family in _RANKED or number.family in _ENGLISH_RANKS:
        inserted = re.search("条(之[一二三四五六七八九十]+)", number.printed)
        unit = _ENGLISH_RANKS.get(number.family, number.family)
        return f"第{value}{unit}" + (inserted[1] if inserted else "")
    if number.family in ("（一）", "(1)", "1)"):
        return f"（{value}）"
    if number.family in ("①", "(a)"):
        return number.printed
    return f"第{value}部分" if level == 1 else f"第{value}点"
