"""Answers and hits as text for a person at a terminal, in the asker's language.

Of quotes nothing is touched that can be seen; characters that steer a terminal or turn its text around are left out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import chain

from ingest.command import STEERING
from ingest.document import Document
from service.answer import Answer, Citation
from service.frame import PROJECT_LABEL, STATUS, TITLE_LABEL, TRANSLATION, clause_path, in_brackets, title, validity
from service.retrieve import Hit

# Marks words up for a terminal; the plain text elsewhere.
Mark = Callable[[str], str]
Titled = Callable[[str, str], str]

_WORDS = {
    "zh": {
        "citations": "依据：",
        "resolved": "（按前文理解为：{question}）",
        "no_issuer": "发文机关不详",
        "no_date": "日期不详",
        "counterpart": "对应条款：",
        "counterpart_elsewhere": "对应条款（{document_id}）：",
        "rendering": f"（{PROJECT_LABEL['zh']}）",
        "notes": "对原文的说明（项目所加）：",
        "note": "“{quote}”：{term}。{meaning}",
        "nothing": "没有找到。",
        "page": "第{page}页",
        "ocr": "（文字由图像识别，可能有误）",
        "in_force": "现行有效",
        "unknown": "效力不详",
        "original": "原文",
        "excerpt": "节选",
        "translation_unknown": "是否译文不详",
        **STATUS["zh"],
        **TRANSLATION["zh"],
    },
    "en": {
        "citations": "Citations:",
        "resolved": "(taken to mean: {question})",
        "no_issuer": "issuer unknown",
        "no_date": "date unknown",
        "counterpart": "the same clause: ",
        "counterpart_elsewhere": "the same clause ({document_id}): ",
        "rendering": f"({PROJECT_LABEL['en']}) ",
        "notes": "Notes on the source, by the project:",
        "note": "“{quote}”: {term}, {meaning}",
        "nothing": "Nothing was found.",
        "page": "p. {page}",
        "ocr": " (text recognised from an image, errors possible)",
        "in_force": "in force",
        "unknown": "status unknown",
        "original": "original text",
        "excerpt": "excerpt",
        "translation_unknown": "translation or original: unknown",
        **STATUS["en"],
        **TRANSLATION["en"],
    },
}


def plain(text: str) -> str:
    """``text`` as one line without what steers a terminal."""
    return STEERING.sub("", text.replace("\n", " "))


def in_markdown(text: str) -> str:
    """``text`` as one line in which Markdown reads no sign of its own: no link, no emphasis, no list."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", plain(text))
    return re.sub(r"^(?:([-+])|(\d+)([.)]))", lambda sign: f"{sign[2] or ''}\\{sign[1] or sign[3]}", escaped)


def plain_lines(text: str, indent: str = "") -> str:
    """``text`` with its lines, all but the first indented, without what steers a terminal."""
    return f"\n{indent}".join(map(plain, text.split("\n")))


def escaped(text: str) -> str:
    """JSON, laid out in lines, with escapes for what steers a terminal; nothing of it is lost."""
    return "\n".join(STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", line) for line in text.split("\n"))


def answer_text(answer: Answer, bold: Mark = str) -> str:
    """The answer, then its citations in the order of their numbers."""
    words = _WORDS[answer.language]
    lines = [words["resolved"].format(question=plain(answer.resolved))] if answer.resolved else []
    lines += [plain(answer.note)] if answer.note else []
    lines.append(plain_lines(answer.text))
    if answer.citations:
        lines += ["", bold(words["citations"])]
        lines += chain.from_iterable(citation_lines(citation, answer.language, bold) for citation in answer.citations)
    return "\n".join(lines)


def citation_lines(citation: Citation, language: str, bold: Mark) -> list[str]:
    """A citation with all that is known of it, its counterpart and its notes."""
    words = _WORDS[language]
    lines = [
        f"{bold(f'[{citation.number}]')} {named(citation.document_title, citation.document_number, language)}",
        "    "
        + " | ".join([*([TITLE_LABEL[language]] if citation.title_translation else []), known(citation, language)]),
    ]
    lines += place(citation.path, citation.page, citation.ocr, language)
    lines.append(f"    “{plain_lines(citation.quote, '    ')}”")
    if other := citation.counterpart:
        label = words["rendering" if other.translation == "project" else "counterpart"]
        if other.document_id:
            label = words["counterpart_elsewhere"].format(document_id=other.document_id)
        lines.append(f"    {label}“{plain_lines(other.quote, '    ')}”")
    if citation.notes:
        lines.append(f"    {words['notes']}")
        lines += [f"      {plain(words['note'].format(**asdict(note)))}" for note in citation.notes]
    return lines


def hits_text(hits: Sequence[Hit], language: str, bold: Mark = str, titled: Titled | None = None) -> str:
    """The hits with their rank, score, place and text. ``titled``: (document_id, language) → the title to be shown."""
    if not hits:
        return _WORDS[language]["nothing"]
    return "\n".join(chain.from_iterable(_hit(hit, language, bold, titled) for hit in hits))


def _hit(hit: Hit, language: str, bold: Mark, titled: Titled | None) -> list[str]:
    passage = hit.passage
    document = hit.index.store.document(passage.document_id)
    path = clause_path(hit.index.store.clause(passage.clause_id))
    own = title(document, language)
    shown = titled(document.document_id, language) if titled else own
    label = f"{TITLE_LABEL[language]} | " if shown != own else ""
    return [
        f"{bold(f'{hit.rank}.')} {named(shown, document.document_number, language)}",
        f"    {label}{known(document, language)} | {passage.clause_id} | {hit.score:.3f}",
        *place(path, document.page_at(passage.start), document.is_ocr(passage.start), language),
        f"    “{plain_lines(passage.text, '    ')}”",
    ]


def place(path: Sequence[str], page: int | None, ocr: bool, language: str) -> list[str]:
    """Where in a document words stand, as one line or none: the headings above them, and the page of its file."""
    words = _WORDS[language]
    on_page = words["page"].format(page=page) + (words["ocr"] if ocr else "") if page else ""
    parts = [part for part in (" > ".join(path), on_page) if part]
    return ["    " + plain(" | ".join(parts))] if parts else []


def named(name: str, number: str | None, language: str) -> str:
    """A document's title with its number."""
    if language == "zh":
        return plain(in_brackets(name) + (f"（{number}）" if number else ""))
    return plain(name + (f" ({number})" if number else ""))


def known(item: Citation | Document, language: str) -> str:
    """Issuer, date, status and translation of a document, the unknown said to be so."""
    words = _WORDS[language]
    return plain(
        " | ".join(
            (
                item.issuer or words["no_issuer"],
                item.issued_on or words["no_date"],
                _validity(item, language),
                translation_label(item.translation, language),
                *([words["excerpt"]] if item.extent == "excerpt" else []),
            )
        )
    )


def _validity(item: Citation | Document, language: str) -> str:
    since = item.superseded_on if isinstance(item, Citation) else None
    return validity(item.status, item.superseded_by, since, language) or status_label(item.status, language)


def status_label(status: str, language: str) -> str:
    return _WORDS[language].get(status, status)


def translation_label(translation: str, language: str) -> str:
    """Whether a text is an original or whose translation it is."""
    return _WORDS[language].get("translation_unknown" if translation == "unknown" else translation, translation)
