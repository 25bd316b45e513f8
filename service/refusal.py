"""The words of a refusal: what is known of why there is no answer, the most telling first."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingest.index import Index
from service.evidence import Evidence
from service.frame import ends_with, in_brackets
from service.named import CitedOnly, MissingClause
from service.refuse import Gap

if TYPE_CHECKING:
    from ingest.references.places import Place

_UNITS = {"部分": "part", "编": "part", "章": "chapter", "节": "section", "款": "paragraph", "项": "item"}
_FORMS = {
    "zh": {
        "money": "金额",
        "telephone": "联系方式",
        "online": "电子邮箱或网址",
        "address": "地址",
        "penalty": "处罚",
        "signatory": "签发人",
        "procedure": "办理手续",
        "duration": "多长时间",
        "when": "日期",
        "day": "具体日期",
        "count": "数量",
        "place": "地名",
        "organ": "由哪个机关负责",
        "definition": "定义",
        "status": "是否有效",
        "members": "各项的名称",
    },
    "en": {
        "money": "an amount of money",
        "telephone": "contact details",
        "online": "an e-mail or web address",
        "address": "an address",
        "penalty": "a penalty",
        "signatory": "who signed",
        "procedure": "how to apply",
        "duration": "how long",
        "when": "a date",
        "day": "a day",
        "count": "a number",
        "place": "the names of places",
        "organ": "which body is in charge",
        "definition": "a definition",
        "status": "whether it is in force",
        "members": "the members one by one",
    },
}


def details(index: Index, gap: Gap, title: Callable[[str, str], str], language: str) -> list[str]:
    """What is known of why there is no answer, a line each. ``title``: (document_id, language) → title."""
    lines = []
    if gap.clause:
        lines.append(_clause(index, gap.clause, title, language))
    if gap.cited:
        lines.append(_cited(gap.cited, language))
    if gap.places:
        named = dict.fromkeys(place.chinese if language == "zh" else place.english for place in gap.places)
        zh, en = "、".join(named), ", ".join(named)
        lines.append(
            f"最接近的文件没有提到{zh}。" if language == "zh" else f"The nearest documents do not mention {en}."
        )
    if gap.forms and not gap.cited:
        # A number of telephone is no number of anything; who asks for the day asks for the date.
        implied = {"count": "telephone", "when": "day"}
        named_forms = [name for name in gap.forms if implied.get(name) not in gap.forms]
        forms = [_FORMS[language][name] for name in named_forms]
        zh, en = "、".join(forms), " or ".join(forms)
        lines.append(f"最接近的条款没有写明{zh}。" if language == "zh" else f"The nearest clauses do not state {en}.")
    return lines


def nearest(gap: Gap, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences to show with a refusal: what denies the question, what cites the document asked for, the best."""
    first = [gap.against] if gap.against else []
    if gap.clause:
        first += [item for item in ranked if item.hit.index.passage_document[item.hit.position] == gap.clause.document]
    if gap.cited:
        first += [item for item in ranked if item.passage.clause_id == gap.cited.clause_id][:1]
    shown = {(item.hit.position, item.sentence.start) for item in first}
    return first + [item for item in ranked if (item.hit.position, item.sentence.start) not in shown]


def _clause(index: Index, missing: MissingClause, title: Callable[[str, str], str], language: str) -> str:
    document = index.catalogue[missing.document]
    named = title(document.document_id, language)
    place = "".join(map(str, missing.place)) if language == "zh" else _in_english(missing.place)
    if document.extent != "excerpt":
        return f"{in_brackets(named)}里没有{place}。" if language == "zh" else f"“{named}” has no {place}."
    last = ends_with(index.store.clauses(document.document_id), language)
    if language == "zh":
        ends = f"，到“{last}”为止" if last else ""
        return f"本库收录的{in_brackets(named)}是节选{ends}，没有{place}的正文。"
    ends = f" that ends with “{last}”" if last else ""
    return f"What is held of “{named}” is an excerpt{ends}; it has no text of {place}."


def _in_english(place: "Place") -> str:
    """A place as English names it, the innermost part first: item 2 of clause 7."""
    return " of ".join(f"{_UNITS.get(step.unit, 'clause')} {step.value}" for step in reversed(place))


def _cited(cited: CitedOnly, language: str) -> str:
    if language == "zh":
        return f"本库文件引用了{cited.name}，但没有收录它。"
    return f"{cited.name} is cited in the documents held, but is not held itself."
