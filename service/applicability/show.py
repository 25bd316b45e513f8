"""The check for a person at a terminal: what concerns the enterprise, why, and the words that say so."""

from collections.abc import Sequence
from itertools import chain

from ingest.register import ACTIVITY
from service.answer import Citation
from service.applicability.check import Applicability, Certification, Question
from service.applicability.say import OBLIGATION
from service.show import Mark, citation_lines, plain, plain_lines

ORDER = ("compulsory", "undetermined", "voluntary")
WORDS = {
    "zh": {
        "understood": "识别到的情况：",
        "not_covered": "不涉及：",
        "decided_by": "由此决定：",
        "ask": "还需要了解：",
        "choices": "可选：{choices}",
        "support": "相关支持措施：",
        "if": "（前提：{condition}）",
        "limits": "说明：",
        "citations": "依据：",
        "general": "（一般情形）",
    },
    "en": {
        "understood": "Understood:",
        "not_covered": "Not covered: ",
        "decided_by": "Decided by: ",
        "ask": "Still to be known:",
        "choices": "one of: {choices}",
        "support": "Measures that may help:",
        "if": " (if {condition})",
        "limits": "Limits: ",
        "citations": "Citations:",
        "general": " (general)",
    },
}


def check_text(found: Applicability, bold: Mark = str) -> str:
    """The result, then the citations in the order of their numbers; of what is not covered only the names."""
    words = WORDS[found.language]
    lines = [plain_lines(found.summary), ""]
    if found.steps:
        lines += [bold(words["understood"]), *(f"  - {plain(step)}" for step in found.steps), ""]
    shown = told(found)
    for item in shown:
        lines += _certification(item, found.language, bold)
    absent = [item.name for item in ruled_out(found)]
    if absent:
        separator = "、" if found.language == "zh" else ", "
        lines += ["", words["not_covered"] + plain(separator.join(absent))]
    if found.ask_next:
        lines += ["", bold(words["ask"]), *chain.from_iterable(_question(item, found) for item in found.ask_next)]
    if found.support:
        lines += ["", bold(words["support"])]
        for measure in found.support:
            condition = words["if"].format(condition=measure.if_so) if measure.if_so else ""
            marks = "".join(f"[{citation.number}]" for citation in measure.citations)
            lines.append(f"  - {plain(measure.name)}{plain(condition)}{_colon(found)}{plain(measure.why)}{marks}")
    lines += ["", words["limits"] + plain_lines(found.limits, "  ")]
    citations = cited(found, shown)
    if citations:
        lines += ["", bold(words["citations"])]
        lines += chain.from_iterable(citation_lines(citation, found.language, bold) for citation in citations)
    return "\n".join(lines)


def cited(found: Applicability, shown: Sequence[Certification]) -> list[Citation]:
    """The citations of what is shown, each once, in the order of their numbers."""
    citations = {citation.number: citation for item in (*shown, *found.support) for citation in item.citations}
    return [citations[number] for number in sorted(citations)]


def told(found: Applicability) -> list[Certification]:
    """The certifications that are told one by one: what may concern the enterprise, and what it asked about."""
    shown = [item for item in found.concerning if found.status == "decided" or not _is_vague(found, item)]
    shown += [item for item in found.certifications if item.named and item not in shown]
    return sorted(shown, key=lambda item: (*ORDER, "not_covered").index(item.obligation))


def ruled_out(found: Applicability) -> list[Certification]:
    """Those of which only the names are told."""
    if found.status == "not_covered":
        return []
    return [item for item in found.certifications if item.obligation == "not_covered" and not item.named]


def _is_vague(found: Applicability, item: Certification) -> bool:
    """Open only because nobody has said what the enterprise does."""
    return not item.named and any(question.fact == ACTIVITY for question in found.ask_next)


def _certification(item: Certification, language: str, bold: Mark) -> list[str]:
    words = WORDS[language]
    marks = "".join(f"[{citation.number}]" for citation in item.citations)
    general = words["general"] if item.general else ""
    colon = "：" if language == "zh" else ": "
    lines = [f"{bold(OBLIGATION[language][item.obligation])}{colon}{bold(plain(item.name))}{general}"]
    lines.append(f"    {plain(item.why)}{marks}")
    if item.decided_by:
        lines.append(f"    {words['decided_by']}{plain(item.decided_by)}")
    return lines


def _question(item: Question, found: Applicability) -> list[str]:
    lines = [f"  - {plain(item.question)}"]
    if item.choices:
        separator = "、" if found.language == "zh" else ", "
        labels = separator.join(label for _, label in item.choices)
        lines.append("    " + WORDS[found.language]["choices"].format(choices=labels))
    return lines


def _colon(found: Applicability) -> str:
    return "：" if found.language == "zh" else ": "
