"""A statement of the check that an enterprise can file: every clause in full, as Markdown or as one HTML page."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest.index import Index
from service.answer import Citation
from service.applicability.check import Applicability
from service.applicability.say import OBLIGATION
from service.applicability.show import ORDER, cited
from service.frame import PROJECT_LABEL
from service.show import in_markdown, known, named, plain

_WORDS = {
    "zh": {
        "title": "认证适用性检查说明",
        "day": "检查日期",
        "index": "索引",
        "described": "所述情况",
        "understood": "识别到的情况",
        "result": "结论",
        "certifications": "各项认证",
        "obligation": "性质",
        "decided_by": "由此决定",
        "not_covered": "不涉及的认证",
        "ask": "尚待了解",
        "support": "相关支持措施",
        "clauses": "条款原文",
        "limits": "说明",
        "disclaimer": "本说明由系统依据所列文件的原文生成，不是行政决定，也不是法律意见；以发文机关公布的文本为准。"
        "“项目译文”不是官方文本。文件的效力和日期以各条款下所注为准，标“效力不详”的应先行核实。",
    },
    "en": {
        "title": "Statement on applicable certifications",
        "day": "Date of the check",
        "index": "Index",
        "described": "Described",
        "understood": "Understood",
        "result": "Result",
        "certifications": "Certifications",
        "obligation": "Obligation",
        "decided_by": "Decided by",
        "not_covered": "Not covered",
        "ask": "Still to be known",
        "support": "Measures that may help",
        "clauses": "The clauses in full",
        "limits": "Limits",
        "disclaimer": "This statement was drawn up by a system from the words of the documents listed. It is no"
        " decision of an authority and no legal advice; the text published by the issuing body prevails. Renderings by"
        " the project are no official texts. Status and date of each document stand below its clause; what is marked"
        " “status unknown” should be verified first.",
    },
}
_STYLE = (
    "body{font:16px/1.6 serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{border-left:3px solid #999;margin-left:0;padding-left:1rem}"
    "h1,h2,h3{line-height:1.3}footer{border-top:1px solid #999;margin-top:2rem}@media print{body{margin:0}}"
)


@dataclass(frozen=True)
class Block:
    """A piece of the statement. kind: title, heading, subheading, text, item, quote (``mark``: its words quoted)."""

    kind: str
    text: str
    mark: str = ""


def statement(found: Applicability, index: Index, day: date, as_html: bool, renderings: bool = True) -> str:
    """The whole statement, dated ``day``."""
    blocks = list(_blocks(found, index, day, renderings))
    return _html(blocks, found.language) if as_html else _markdown(blocks)


def _blocks(found: Applicability, index: Index, day: date, renderings: bool) -> Iterator[Block]:
    words = _WORDS[found.language]
    colon = "：" if found.language == "zh" else ": "
    yield Block("title", words["title"])
    yield Block("text", f"{words['day']}{colon}{day.isoformat()}")
    yield Block("text", f"{words['index']}{colon}{found.index}")
    yield Block("heading", words["described"])
    yield Block("text", found.description)
    if found.steps:
        yield Block("text", words["understood"] + colon)
        yield from (Block("item", step) for step in found.steps)
    yield Block("heading", words["result"])
    yield Block("text", found.summary)
    yield from _certifications(found, words, colon)
    if found.ask_next:
        yield Block("heading", words["ask"])
        yield from (Block("item", question.question) for question in found.ask_next)
    if found.support:
        yield Block("heading", words["support"])
        for measure in found.support:
            condition = f"（{measure.if_so}）" if measure.if_so else ""
            yield Block("item", f"{measure.name}{condition}{colon}{measure.why}{_marks(measure.citations)}")
    citations = cited(found, found.concerning)
    if citations:
        yield Block("heading", words["clauses"])
        for citation in citations:
            yield from _clause(citation, index, found.language, renderings)
    yield Block("heading", words["limits"])
    yield Block("text", found.limits)
    yield Block("text", words["disclaimer"])


def _certifications(found: Applicability, words: dict[str, str], colon: str) -> Iterator[Block]:
    names = OBLIGATION[found.language]
    if found.concerning:
        yield Block("heading", words["certifications"])
    for item in sorted(found.concerning, key=lambda item: ORDER.index(item.obligation)):
        yield Block("subheading", item.name)
        yield Block("text", f"{words['obligation']}{colon}{names[item.obligation]}")
        yield Block("text", item.why + _marks(item.citations))
        if item.decided_by:
            yield Block("text", f"{words['decided_by']}{colon}{item.decided_by}")
        yield from (Block("item", step) for step in item.steps)
    absent = [item.name for item in found.certifications if item.obligation == "not_covered"]
    if absent:
        yield Block("heading", words["not_covered"])
        yield Block("text", ("、" if found.language == "zh" else ", ").join(absent))


def _clause(citation: Citation, index: Index, language: str, renderings: bool) -> Iterator[Block]:
    """The clause in full, the words quoted in it marked, and what it says in the other language."""
    clause = index.store.clause(citation.clause_id)
    name = named(citation.document_title, citation.document_number, language)
    yield Block("subheading", f"[{citation.number}] {name}")
    yield Block("text", " > ".join(citation.path))
    yield Block("text", known(citation, language))
    yield Block("quote", clause.text, citation.quote)
    other = index.store.clause(clause.counterpart) if clause.counterpart else None
    if other:
        yield Block("quote", other.text)
    elif renderings and (rendering := index.store.rendering(clause.clause_id)):
        label = PROJECT_LABEL[rendering.language]
        yield Block("text", f"（{label}）" if rendering.language == "zh" else f"({label})")
        yield Block("quote", rendering.text)


def _marks(citations: tuple[Citation, ...]) -> str:
    return "".join(f"[{citation.number}]" for citation in citations)


def _markdown(blocks: list[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        text = in_markdown(block.text)
        if block.kind == "quote":
            mark = in_markdown(block.mark)
            lines += [f"> {text.replace(mark, f'**{mark}**', 1) if mark else text}", ""]
        elif block.kind == "item":
            if lines and not lines[-1] and len(lines) > 1 and lines[-2].startswith("- "):
                lines.pop()
            lines += [f"- {text}", ""]
        elif text:
            lead = {"title": "# ", "heading": "## ", "subheading": "### "}.get(block.kind, "")
            lines += [lead + text, ""]
    return "\n".join(lines)


def _html(blocks: list[Block], language: str) -> str:
    tags = {"title": "h1", "heading": "h2", "subheading": "h3", "text": "p", "item": "li"}
    parts: list[str] = []
    in_list = False
    for block in blocks:
        if in_list != (block.kind == "item"):
            parts.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        text = html.escape(plain(block.text))
        if block.kind == "quote":
            mark = html.escape(plain(block.mark))
            parts.append(f"<blockquote>{text.replace(mark, f'<mark>{mark}</mark>', 1) if mark else text}</blockquote>")
        elif text:
            parts.append(f"<{tags[block.kind]}>{text}</{tags[block.kind]}>")
    if in_list:
        parts.append("</ul>")
    title = html.escape(_WORDS[language]["title"])
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )
