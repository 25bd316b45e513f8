"""What a reference leads to, as text for a person at a terminal, in the asker's language."""

from collections.abc import Iterable

from ingest.document import Clause, Document
from ingest.index import Index
from service.cite import Citer
from service.frame import TITLE_LABEL, clause_path, ends_with, title
from service.lookup import Candidate, CitedBy, Lookup
from service.respond import references
from service.show import Mark, known, named, place, plain, plain_lines

_SHORT = 60  # characters of a candidate's text
_WORDS = {
    "zh": {
        "counterpart": "对应条款（{clause_id}）：",
        "out": "引用：",
        "in": "被引用于：",
        "comma": "、",
        "strange": "没有认出“{words}”。",
        "not_understood": "没有认出文号、文件名称或者条款。",
        "no_place": "有这份文件，但没有找到这个条款：",
        "excerpt_no_place": "本库收录的这份文件是节选{ends}，没有这个条款的正文：",
        "ends": "，到“{last}”为止",
        "not_held": "本库没有收：{understood}",
        "cited_only": "只是被下列条款引用：",
        "not_cited": "本库的条款也没有引用它。",
        "ambiguous": "可能是：",
        "version": "其他版本：",
        "nearest": "最接近的：",
    },
    "en": {
        "counterpart": "the same clause ({clause_id}): ",
        "out": "refers to: ",
        "in": "referred to by: ",
        "comma": ", ",
        "strange": "“{words}” was not understood.",
        "not_understood": "No document number, name or clause was recognised.",
        "no_place": "The document is held, but this clause was not found in it:",
        "excerpt_no_place": "What is held of this document is an excerpt{ends}; it has no text of this clause:",
        "ends": " that ends with “{last}”",
        "not_held": "Not held: {understood}",
        "cited_only": "It is only cited, by these clauses:",
        "not_cited": "No clause that is held cites it either.",
        "ambiguous": "It may be:",
        "version": "Other versions:",
        "nearest": "Nearest:",
    },
}


_RELATIONS = {
    "zh": (
        {
            "replaces": "取代或废止：",
            "implements": "贯彻实施：",
            "forwards": "印发或转发：",
            "interprets": "解读：",
            "cites": "引用：",
        },
        {
            "replaces": "被取代或废止于：",
            "implements": "贯彻实施本文件的：",
            "forwards": "印发或转发本文件的：",
            "interprets": "解读本文件的：",
            "cites": "引用本文件的：",
        },
    ),
    "en": (
        {
            "replaces": "replaces: ",
            "implements": "implements: ",
            "forwards": "issues or forwards: ",
            "interprets": "interprets: ",
            "cites": "cites: ",
        },
        {
            "replaces": "replaced by: ",
            "implements": "implemented by: ",
            "forwards": "issued or forwarded by: ",
            "interprets": "interpreted by: ",
            "cites": "cited by: ",
        },
    ),
}


def lookup_text(found: Lookup, index: Index, language: str, bold: Mark = str) -> str:
    """The clauses, or the documents, or why there is neither; then what else may be meant."""
    lines = [] if found.found else _why_not(found, index, language)
    if found.not_understood:
        lines.insert(0, plain(_WORDS[language]["strange"].format(words=found.not_understood)))
    for clause in found.clauses:
        lines += _clause(clause, index, language, bold)
    if not found.clauses:
        for document in found.documents:
            lines += _document(document, index, language, bold)
            lines += _others(document, index, language) if found.found else []
    for why in ("ambiguous", "version", "nearest"):
        fitting = [item for item in found.candidates if item.why == why]
        if fitting:
            lines += [bold(_WORDS[language][why]), *(f"    {_candidate(item, index, language)}" for item in fitting)]
    return "\n".join(lines)


def _why_not(found: Lookup, index: Index, language: str) -> list[str]:
    words = _WORDS[language]
    if not found.understood:
        return [words["not_understood"]]
    ambiguous = any(item.why == "ambiguous" for item in found.candidates)
    if found.documents and not ambiguous:
        return [excerpt_end(index, found.documents[0], language) or words["no_place"]]
    lines = [] if ambiguous else [plain(words["not_held"].format(understood=found.understood))]
    if found.cited_only:
        lines += [words["cited_only"], *(f"    {_citing(item, index, language)}" for item in found.cited_only)]
    elif not ambiguous:
        lines.append(words["not_cited"])
    return lines


def excerpt_end(index: Index, document: Document, language: str) -> str | None:
    """That only a part of a document is held, and with which clause it ends; None where that is not so."""
    if document.extent != "excerpt":
        return None
    last = ends_with(index.store.clauses(document.document_id), language)
    words = _WORDS[language]
    return plain(words["excerpt_no_place"].format(ends=words["ends"].format(last=last) if last else ""))


def _citing(item: CitedBy, index: Index, language: str) -> str:
    document = index.store.document(item.document_id)
    return f"{_titled(document, index, language)} | {item.clause_id} | {plain(item.normalised)}"


def _document(document: Document, index: Index, language: str, bold: Mark) -> list[str]:
    rendered = _title(document, index, language) != title(document, language)
    label = f"{TITLE_LABEL[language]} | " if rendered else ""
    return [
        bold(_titled(document, index, language)),
        f"    {label}{known(document, language)} | {document.document_id}",
    ]


def _others(document: Document, index: Index, language: str) -> list[str]:
    """What a document does with others, and others with it: one line for each relation and direction."""
    from service.chain import relations_of  # only a document that is looked up needs it

    lines: list[str] = []
    held = {one.document_id: one for one in index.catalogue}
    out, into = relations_of(index, list(held).index(document.document_id))
    sides = [[(one.relation, one.target) for one in out], [(one.relation, one.source) for one in into]]
    for side, labels in zip(sides, _RELATIONS[language], strict=True):
        for name, label in labels.items():
            names = [
                named(
                    _title(held[other.document_id], index, language) if other.document_id else other.name,
                    other.number,
                    language,
                )
                for relation, other in side
                if relation == name
            ]
            lines += _listed(label, names, _WORDS[language]["comma"])
    return lines


def _clause(clause: Clause, index: Index, language: str, bold: Mark) -> list[str]:
    words = _WORDS[language]
    lines = _document(index.store.document(clause.document_id), index, language, bold)
    lines.append("    " + plain(" | ".join(filter(None, (" > ".join(clause_path(clause)), clause.clause_id)))))
    lines += place((), clause.page, index.store.document(clause.document_id).is_ocr(clause.start), language)
    lines.append(f"    “{plain_lines(clause.text, '    ')}”")
    if other := index.store.clause(clause.counterpart) if clause.counterpart else None:
        label = words["counterpart"].format(clause_id=other.clause_id)
        lines.append(f"    {label}“{plain_lines(other.text, '    ')}”")
    out, into = references(index, clause.clause_id)
    lines += _listed(words["out"], out, words["comma"]) + _listed(words["in"], into, words["comma"])
    return lines


def _listed(label: str, names: Iterable[str], comma: str) -> list[str]:
    joined = comma.join(map(plain, names))
    return [f"    {label}{joined}"] if joined else []


def _candidate(item: Candidate, index: Index, language: str) -> str:
    name = _titled(item.document, index, language)
    if item.why == "version":
        name = f"{name} | {known(item.document, language)}"
    if item.clause is None:
        return f"{name} | {item.document.document_id}"
    text = plain(item.clause.text)
    return f"{name} | {item.clause.clause_id} | {text[:_SHORT]}{'…' if len(text) > _SHORT else ''}"


def _titled(document: Document, index: Index, language: str) -> str:
    return named(_title(document, index, language), document.document_number, language)


def _title(document: Document, index: Index, language: str) -> str:
    """As answers name it: in the reader's language, rendered by the project where it has no title of its own in it."""
    return Citer(index).title(document.document_id, language)
