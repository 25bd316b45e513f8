"""What a line looks like: a title, a heading, a sentence. Lengths and endings tell, in either language."""

import re

from ingest.numbering import MONTHS

# A heading is shorter than this; Chinese says as much in a third of the characters.
_LENGTH = {"en": 130, "zh": 45}
_LINE_LENGTH = {"en": 60, "zh": 25}
_ANNEX_LENGTH = 12
_TERMINAL = tuple("。！？；.!?;:：，,、")
_ENDED = tuple('。！？；：:.!?;”"’」』】]')
_MONTH = "|".join(map(str.capitalize, MONTHS))
_DATE = re.compile(
    rf"^[（(]?\s*(?:(?:{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}\s+(?:{_MONTH}),?\s+\d{{4}}"
    r"|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|[二〇○零一二三四五六七八九十]{4}年.{1,4}月.{1,4}日)\s*[）)]?$"
)
_DATED = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$")
_NUMBER = re.compile(r"(?:no\.?\s*\d+|第?\s*\d+\s*号|[〔\[［（(]\s*\d{4}\s*[〕\]］）)])", re.IGNORECASE)
_ANNEX = re.compile(
    r"附[录件表]? ?(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[A-Z])? ?[:：]?$"
    r"|(?:Annex|Appendix)(?: (?:\d{1,2}|[A-Z]|[IVX]{1,5}))?$"
)
_CONTACT = re.compile(r"^(?:contacts?|联系人|联系方式|联系电话|tel|电话).{0,3}[:：]", re.IGNORECASE)
# A verb of rules, or a clause that goes on: by these a sentence is told from a title.
_STATEMENT = {
    "en": re.compile(r"\b(?:shall|must|may|should|will|can|is|are|was|were|has|have)\b"),
    "zh": re.compile(r"，|应[当该由]?(?![用急对])|不得|可以|必须|须|予以|负责|适用|不再|有权|包括|是指"),
}
_RUN_IN = {
    "en": re.compile(r"(.{3,130}?[^A-Z\d][.:])(?=\s*[A-Z\"“'])"),
    "zh": re.compile(r"([^。：；！？]{2,40}[。：])(?=\S)"),
}
_TWO_SENTENCES = re.compile(r"[。！？]\S|[.!?]\s+[A-Z]")


def is_short(text: str, language: str) -> bool:
    return len(text) <= _LENGTH[language]


def is_date(text: str) -> bool:
    """Whether the line is a date and nothing else: a signature's, or that of issue."""
    return len(text) <= 60 and _DATE.match(text) is not None


def is_title(text: str, language: str) -> bool:
    return (
        len(text) <= 2 * _LENGTH[language]
        and not text.endswith(_TERMINAL)
        and not is_date(text)
        and not _DATED.search(text)
        and not (len(text) <= 60 and _NUMBER.search(text))
    )


def is_annex(text: str) -> bool:
    """附录, 附件2, 附：, Annex B, alone on a line."""
    return len(text) <= _ANNEX_LENGTH and _ANNEX.match(text) is not None


def is_unfinished(text: str, language: str) -> bool:
    """A line too long for a heading that does not end as a sentence does."""
    return not is_short(text, language) and not text.endswith(_ENDED)


def is_line_heading(text: str, following: str, language: str) -> bool:
    """A short line without a full stop, with a paragraph below it: a heading that has no number."""
    return (
        len(text) <= _LINE_LENGTH[language]
        and not text.endswith((*_TERMINAL, ")", "）"))
        and not is_date(text)
        and not is_date(following)
        and not _NUMBER.search(text)
        and not _CONTACT.match(text)
        and "＝" not in text
        and "=" not in text  # a formula
        and (language == "zh" or text[:1].isupper())
        and len(following) > _LINE_LENGTH[language]
    )


def is_bare_heading(words: str, language: str) -> bool:
    """Short, one sentence at most, and not broken off in the middle of one. ``words``: without the number."""
    ends_in_the_middle = words.endswith(("；", ";", "，", ",", "：", ":", "、"))
    return is_short(words, language) and not ends_in_the_middle and not _TWO_SENTENCES.search(words)


def is_empty_heading(text: str, language: str) -> bool:
    """What may be a heading although nothing stands below it, as where an excerpt stops."""
    return is_short(text, language) and not text.endswith(_TERMINAL)


def is_sentence(words: str, language: str) -> bool:
    """Whether a short line with a full stop is a sentence, and no heading that is printed with one.

    A sentence has a comma in Chinese, or says what shall be, may be or is: “指导思想。” is none,
    “应当提交申请书。” and “The body shall keep records.” are.
    """
    return _STATEMENT[language].search(words) is not None


def run_in_heading(words: str, language: str) -> str | None:
    """The heading that a paragraph begins with: "Guiding ideology" of "Guiding ideology. The spirit of …"."""
    found = _RUN_IN[language].match(words)
    return found.group(1).rstrip(".。:：") if found else None
