"""The check in words, in the asker's language: summary, reasons, steps, limits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.document import Document
from ingest.register import ACTIVITY, MATTER, SCHEME, Register, Rule

if TYPE_CHECKING:
    from service.applicability.check import Certification, Question
    from service.applicability.rules import Condition, Decision, Facts
    from service.applicability.words import Recognised, Vocabulary

OBLIGATION = {
    "zh": {"compulsory": "强制", "voluntary": "自愿", "not_covered": "不涉及", "undetermined": "无法判断"},
    "en": {
        "compulsory": "compulsory",
        "voluntary": "voluntary",
        "not_covered": "not covered",
        "undetermined": "undetermined",
    },
}
OUTSIDE = {
    "zh": "所问事项不属于认证，本库的文件没有涉及。",
    "en": "What is asked is no matter of certification, and the documents held do not speak of it.",
}
NO_REGISTER = {
    "zh": "这个索引没有认证登记表（certifications.jsonl），无法判断。",
    "en": "This index holds no register of certifications (certifications.jsonl), so nothing can be told.",
}
_HOW = {
    "zh": {
        "words": "原词",
        "spelling": "按错别字识别",
        "meaning": "按语义识别",
        "form": "按说法识别",
        "given": "已提供",
    },
    "en": {
        "words": "in these words",
        "spelling": "as misspelt",
        "meaning": "by meaning",
        "form": "by what is done",
        "given": "as given",
    },
}
_STATE = {
    "zh": {True: "符合", False: "不符合", None: "未知"},
    "en": {True: "holds", False: "does not hold", None: "not known"},
}


def why(decision: "Decision", language: str) -> tuple[str, str | None]:
    """The reason for an obligation, and what decides where the documents do not."""
    ground = decision.ground
    if ground is not None:
        by = ground.decided_by(language) if isinstance(ground, Rule) and ground.then == "undetermined" else ""
        return ground.why(language), by or None
    if opened := decision.scheme.open:
        zh = language == "zh"
        return (opened.why_zh, opened.decided_by_zh) if zh else (opened.why_en, opened.decided_by_en)
    # Nothing of its own to say: it hangs on what the enterprise does.
    what = decision.scheme.rules[0].why(language)
    return (f"取决于贵单位做什么。{what}" if language == "zh" else f"It depends on what you do. {what}"), None


def steps(decision: "Decision", register: Register, language: str) -> tuple[str, ...]:
    """One line for each rule that was looked at."""
    lines = []
    for step in decision.steps:
        parts = [condition(item, register, language, with_state=True) for item in step.conditions]
        then = OBLIGATION[language][step.then]
        if language == "zh":
            lines.append(f"规则{step.rule}：若{'，且'.join(parts)}，则{then}——{_STATE['zh'][step.holds]}")
        else:
            joined = ", and ".join(parts)
            lines.append(f"Rule {step.rule}: if {joined}, then {then} – {_STATE['en'][step.holds]}")
    if decision.ground is decision.scheme.otherwise:
        lines.append("没有规则符合：不涉及" if language == "zh" else "No rule holds: not covered")
    return tuple(lines)


def condition(item: "Condition", register: Register, language: str, with_state: bool = False) -> str:
    """ "what you do is toys or trade (known: toys)"."""
    fact = register.facts[item.fact]
    values = register.values(item.fact)
    wanted = ("或" if language == "zh" else " or ").join(values[name].name(language) for name in item.wanted)
    said = f"{fact.name(language)}为“{wanted}”" if language == "zh" else f"{fact.name(language)} is “{wanted}”"
    if not with_state:
        return said
    known = ("、" if language == "zh" else ", ").join(values[name].name(language) for name in item.known)
    if language == "zh":
        return f"{said}（{f'已知：{known}' if known else '没有说明'}）"
    return f"{said} ({f'known: {known}' if known else 'not said'})"


def recognition(
    said: Sequence["Recognised"], given: "Facts", vocabulary: "Vocabulary", language: str
) -> tuple[str, ...]:
    """What was understood of the description and taken from the facts, one line each."""
    names = {name: fact.name(language) for name, fact in vocabulary.register.facts.items()}
    names |= {MATTER: "其他事项" if language == "zh" else "another matter"}
    lines = []
    for item in said:
        if item.fact != SCHEME and (item.fact == ACTIVITY or item.fact not in given):
            value = vocabulary.register.values(item.fact)[item.value].name(language)
            how = _HOW[language][item.how]
            lines.append(
                f"{names[item.fact]}：{value}（“{item.words}”，{how}）"
                if language == "zh"
                else f"{names[item.fact]}: {value} (“{item.words}”, {how})"
            )
    for fact, values in given.items():
        told = [vocabulary.register.values(fact)[value].name(language) for value in values]
        unknown = "不知道" if language == "zh" else "not known"
        joined = ("、" if language == "zh" else ", ").join(told) or unknown
        how = _HOW[language]["given"]
        lines.append(f"{names[fact]}：{joined}（{how}）" if language == "zh" else f"{names[fact]}: {joined} ({how})")
    return tuple(lines)


def summary(certifications: Sequence["Certification"], ask: Sequence["Question"], outside: bool, language: str) -> str:
    """One or two sentences: how many of each obligation, and whether something is left to ask."""
    if outside:
        return OUTSIDE[language]
    if any(question.fact == ACTIVITY for question in ask):
        return (
            "还不知道贵单位做什么，无法判断涉及哪些认证。"
            if language == "zh"
            else "It is not known yet what you do, so it cannot be told which certifications concern you."
        )
    counts = {
        obligation: [item.name for item in certifications if item.obligation == obligation]
        for obligation in ("compulsory", "undetermined", "voluntary")
    }
    names = OBLIGATION[language]
    if language == "zh":
        parts = [f"{names[key]}：{'、'.join(found)}" for key, found in counts.items() if found]
        text = "；".join(parts) + "。" if parts else "本库文件谈到的认证都不涉及所述业务。"
        return text + (f"补充{len(ask)}项情况可以进一步判断。" if ask else "")
    parts = [f"{names[key].capitalize()}: {', '.join(found)}" for key, found in counts.items() if found]
    text = ". ".join(parts) + "." if parts else "None of the certifications that the documents speak of concerns you."
    more = "one further fact" if len(ask) == 1 else f"{len(ask)} further facts"
    return text + (f" With {more} more can be decided." if ask else "")


def limits(held: str, certifications: Sequence["Certification"], matters: Sequence[str], language: str) -> str:
    """What there is to rely on (``held``: in a sentence), and what the documents do not say that would be needed."""
    open_ = [item for item in certifications if item.obligation == "undetermined" and not item.general]
    needed = list(dict.fromkeys(item.decided_by for item in open_ if item.decided_by))
    if language == "zh":
        lines = ["判断只依据本库收有的政策文件；文件以后的变化、产品目录、认证实施规则和收费本库没有收。"]
        if needed:
            lines.append(f"无法判断的事项由下列文件或情况决定：{'；'.join(needed)}。")
        if matters:
            lines.append(f"本库没有关于{'、'.join(matters)}的文件。")
        return "".join([*lines, held])
    lines = [
        "Only the policy documents held are relied on; what changed after them, product catalogues, implementation"
        " rules and fees are not held."
    ]
    if needed:
        lines.append(f"What is undetermined is decided by: {'; '.join(needed)}.")
    if matters:
        lines.append(f"Nothing is held on {', '.join(matters)}.")
    return " ".join([*lines, held])


def held_in_short(catalogue: Sequence[Document], language: str) -> str:
    """How many documents there are, up to when."""
    dates = sorted(document.issued_on for document in catalogue if document.issued_on)
    if language == "zh":
        return f"本库收有{len(catalogue)}份文件{f'，最晚的发布于{dates[-1]}' if dates else ''}。"
    return f"Documents held: {len(catalogue)}{f', the latest issued on {dates[-1]}' if dates else ''}."
