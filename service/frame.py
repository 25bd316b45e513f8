"""The words around a quote, in the asker's language. Quotes are never touched here."""

import re
from collections.abc import Sequence

from ingest.document import Clause, Document
from service.answer import Citation

NOTHING_ADMITTED = {
    "zh": "没有符合筛选条件（文件、发文机关、语言、效力、日期）的文件。",
    "en": "No document fits the filters (document, issuer, language, status, date).",
}
NEAREST = {"zh": "最接近的条款：", "en": "The nearest clauses:"}
# Documents named in a refusal; of more only the count is given.
NAMED = 5
# A heading's number: 一、 （一） 第三章 2. (1) II. "The second is" "Firstly,"
_NUMBER = re.compile(
    r"[一二三四五六七八九十]+、|[（(][^（()）]{1,4}[)）]|第[^ ]{1,6}[编章节条]|\w{1,6}[.)）、](?=\s|$)|\w+,(?=\s)|(?:The \w+|One) is"
)
# What stands with every rendering of our own.
PROJECT_LABEL = {
    "zh": "项目译文，非官方文本，以原文为准",
    "en": "the project's own rendering, not an official text; the source decides",
}
TITLE_LABEL = {"zh": "题名为项目译文", "en": "title rendered by this project"}
TRANSLATION = {
    "zh": {"machine": "机器翻译", "third_party": "第三方译文", "official": "官方译文"},
    "en": {
        "machine": "machine translation",
        "third_party": "third-party translation",
        "official": "official translation",
    },
}
STATUS = {
    "zh": {"repealed": "已废止", "superseded": "已被取代"},
    "en": {"repealed": "repealed", "superseded": "superseded"},
}
_LANGUAGE = {"zh": {"zh": "中文", "en": "英文"}, "en": {"zh": "in Chinese", "en": "in English"}}
_NO_ANSWER = {
    "zh": {
        "out_of_corpus": "现有文件中没有能回答这个问题的条款。",
        "low_support": "现有文件谈到相近的内容，但没有足以回答这个问题的条款。",
        "ambiguous": "问题太笼统，无法判断问的是什么；请写明所问的事项、文件或机构。",
        "not_in_force": "只有已废止、已被取代或在所问日期尚未发布的文件谈到这个问题。",
        "contradicted": "现有文件的说法与问题的前提不一致。",
    },
    "en": {
        "out_of_corpus": "No clause of the documents held answers this question.",
        "low_support": "The documents held touch on this subject, but no clause carries an answer.",
        "ambiguous": "The question is too general to tell what is asked; name the matter, the document or the body.",
        "not_in_force": "Only documents that are repealed, superseded or later than the date asked about speak of this.",
        "contradicted": "What the documents say does not agree with what the question takes for granted.",
    },
}


def title(document: Document, language: str) -> str:
    """The document's title in the language, if it has one."""
    return (document.title_zh if language == "zh" else document.title_en) or document.title


def sentence(citation: Citation, before: Citation | None, language: str) -> str:
    """One sentence of an answer: where it stands, and what stands there. ``before``: the citation of the one above."""
    where = place(citation, before, language)
    if language == "zh":
        return f"{where}：“{citation.quote}”[{citation.number}]"
    return f"{where}: “{citation.quote}” [{citation.number}]"


def place(citation: Citation, before: Citation | None, language: str) -> str:
    """Document, number, clause and what a reader must know of the text; the document only where it changes."""
    path = _short_path(citation, language)
    if before and before.document_id == citation.document_id:
        if language == "zh":
            return f"同一文件 {path}" if path else "同一文件"
        return f"Same document, {path}" if path else "Same document"
    number = citation.document_number
    notes = [
        validity(citation.status, citation.superseded_by, citation.superseded_on, language),
        _LANGUAGE[language][citation.language] if citation.language != language else None,
        TRANSLATION[language].get(citation.translation),
        TITLE_LABEL[language] if citation.title_translation else None,
    ]
    noted = [note for note in notes if note]
    if language == "zh":
        return (
            in_brackets(citation.document_title)
            + (f"（{number}）" if number else "")
            + (f"（{'，'.join(noted)}）" if noted else "")
            + (f" {path}" if path else "")
        )
    return (
        citation.document_title
        + (f" ({number})" if number else "")
        + (f" [{', '.join(noted)}]" if noted else "")
        + (f", {path}" if path else "")
    )


def read_as(question: str, language: str) -> str:
    """That a question was understood with its typing errors put right."""
    return f"按“{question}”理解。" if language == "zh" else f"Read as: “{question}”"


def left_out(count: int, language: str) -> str:
    """That more of the text answers the question than the asker wanted to be given."""
    if language == "zh":
        return f"另有{count}处原文同样回答这个问题，因引用数量的限制没有列出。"
    more = "1 more passage answers" if count == 1 else f"{count} more passages answer"
    return f"{more} the question too, left out because no more citations were asked for."


def _short_path(citation: Citation, language: str) -> str:
    """The path for a sentence: of the headings only their numbers, where they have any; the last one whole where it is
    in the asker's language and not repeated by the quote."""
    short = [number.group() if (number := _NUMBER.match(heading)) else heading for heading in citation.path]
    if citation.path:
        last = citation.path[-1]
        if _letters(last) in _letters(citation.quote):
            short[-1:] = [short[-1]] if short[-1] != last else []
        elif citation.language == language:
            short[-1] = last
    return " ".join(short)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def clause_path(clause: Clause) -> tuple[str, ...]:
    """The headings above a clause and its own number and heading."""
    own = " ".join(part for part in (clause.number, clause.heading) if part)
    if clause.language == "zh" and clause.number and clause.heading:
        own = clause.number + clause.heading
    return (*clause.path, own) if own else clause.path


def ends_with(clauses: Sequence[Clause], language: str) -> str:
    """The last numbered clause of a document as readers name it, of those in the language where there are any; "" for
    a document without."""
    numbered = [clause for clause in clauses if clause.kind == "text" and clause.number]
    numbered = [clause for clause in numbered if clause.language == language] or numbered
    return clause_path(numbered[-1])[-1] if numbered else ""


def refusal(reason: str, details: Sequence[str], has_nearest: bool, language: str) -> list[str]:
    """Why there is no answer, what is known of it, and whether the nearest clauses follow: one string a line."""
    return [_NO_ANSWER[language][reason], *details, *([NEAREST[language]] if has_nearest else [])]


def held(named: Sequence[tuple[str, Document]], documents: Sequence[Document], language: str) -> list[str]:
    """Which documents there are, from whom, up to when: a line on all, and one for each of the first.

    ``named``: the first of them with their titles.
    """
    dates = sorted(document.issued_on for document in documents if document.issued_on)
    names = [f"· {_named(heading, document, language)}" for heading, document in named]
    more = len(documents) - len(names)
    if language == "zh":
        until = f"，最晚的发布于{dates[-1]}" if dates else ""
        return [f"本库收有{len(documents)}份文件{until}：", *names, *([f"· 另有{more}份"] if more else [])]
    until = f", the latest issued on {dates[-1]}" if dates else ""
    count = "1 document is" if len(documents) == 1 else f"{len(documents)} documents are"
    return [f"{count} held{until}:", *names, *([f"· and {more} more"] if more else [])]


def _named(heading: str, document: Document, language: str) -> str:
    rendered = None if heading == title(document, language) else TITLE_LABEL[language]
    about = [part for part in (document.document_number, _issuer(document, language), rendered) if part]
    if language == "zh":
        return in_brackets(heading) + (f"（{'，'.join(about)}）" if about else "")
    return heading + (f" ({', '.join(about)})" if about else "")


def _issuer(document: Document, language: str) -> str | None:
    """Who issued a document: in Chinese by the usual short name, where the body is known."""
    if not document.issuer or language != "zh":
        return document.issuer
    from ingest.references.organs import organ_named

    return organ_named(document.issuer) or document.issuer


def validity(status: str, successor: str | None, day: str | None, language: str) -> str | None:
    """What a reader must know of a document that is no longer law: 已被X取代（2023-07-20起）. None of any other."""
    label = STATUS[language].get(status)
    if label is None or successor is None:
        return label
    if language == "zh":
        said = f"已被{successor}取代" if status == "superseded" else f"{label}，见{successor}"
        return said + (f"（{day}起）" if day else "")
    said = f"{label} by {successor}" if status == "superseded" else f"{label}, see {successor}"
    return said + (f", since {day}" if day else "")


def speaks_of_it(title: str, note: str | None, since: str | None, language: str) -> str:
    """The document that may not be answered from: no longer law (``note``), or not yet on the day asked about."""
    if language == "zh":
        note = note or (f"{since}起" if since else "")
        return f"谈到这个问题的是{in_brackets(title)}" + (f"（{note}）。" if note else "。")
    note = note or (f"since {since}" if since else "")
    return f"What speaks of this: {title}" + (f" ({note})." if note else ".")


def in_brackets(title: str) -> str:
    """A title as Chinese prints it: 《…〈…〉…》."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"
