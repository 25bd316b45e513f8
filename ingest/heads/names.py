"""Names of issuing bodies where they stand by themselves: under a text, above it, in its title."""

import re

from ingest.references.organs import organ_named, organ_pattern
from ingest.references.text import same_length_fold

_ZH_NAME = re.compile(
    r"[\u4e00-\u9fff（）()]{1,40}(?:部|委|局|署|院|厅|办|办公室|政府|委员会|中心|协会|学会|联合会|法院|检察院|银行|公司|司|处"
    r"|科|组|党组|大会|常委会|集团|大学|研究院|研究所|出版社|总社|秘书处|兵团|管委会|公署|海关)"
)
# Words that a name does not have and a sentence or a title does.
_ZH_SENTENCE = re.compile(r"[，。；：！？“”《》、]|关于|本|请|的|了|将|应当|按照|根据|特此|附件|各")
_EN_BODY = re.compile(
    r"\b(?:administration|ministry|commission|council|office|bureau|department|committee|government|court|procuratorate"
    r"|association|cent(?:er|re)|agency|authority|secretariat|bank|congress|corps|group|institute|customs|division)\b",
    re.IGNORECASE,
)
_EN_SENTENCE = re.compile(
    r"[.;:!?]\s|[;:!?]$|[“”\"«»]|\b(?:is|are|was|were|has|have|shall|will|should|must|please|according|hereby)\b"
)
_EN_SMALL = re.compile(r"^(?:of|the|and|for|on|in|to|at|under|with|&|’s|'s)$")
_PERSON = re.compile(
    r"^(?:总理|国务委员|主席|局长|署长|部长|主任|省长|市长|县长|区长|行长|院长|检察长|会长)"
    r"[ \u3000]*[\u4e00-\u9fff·][\u4e00-\u9fff· ]{1,9}$"
    r"|^(?:Premier|President|Minister|Director(?:[ -]General)?|Commissioner|Chairman|Governor|Mayor):?"
    r"(?: [A-Z][A-Za-z-]{0,20}){1,4}$"
)


def is_name(text: str, language: str) -> bool:
    """Whether ``text`` is the name of a body, or several of them, and nothing else."""
    words = text.strip()
    if not words or len(words) > (60 if language == "zh" else 220):
        return False
    return _is_zh_names(words) if language == "zh" else _is_en_name(words)


def _is_zh_names(words: str) -> bool:
    if organ_named(words):
        return True
    parts = re.split(r"[ \u3000、]+", words)
    return len(parts) <= 15 and all(
        organ_named(part) or (_ZH_NAME.fullmatch(part) and not _ZH_SENTENCE.search(part)) for part in parts
    )


def _is_en_name(words: str) -> bool:
    if organ_named(words):
        return True
    if not _EN_BODY.search(words) or _EN_SENTENCE.search(words) or words.endswith("."):
        return False
    parts = re.findall(r"[A-Za-z][^\s,]*", words)
    return bool(parts) and all(part[0].isupper() or _EN_SMALL.match(part) for part in parts)


def is_person(text: str) -> bool:
    """国务院总理 and others who sign orders, with their office."""
    return len(text) <= 60 and bool(_PERSON.match(text.strip()))


def names_at_end(text: str, known: tuple[str, ...] = ()) -> int | None:
    """Where the names begin that ``text`` ends in: bodies of the table of issuers, and ``known`` ones."""
    folded = same_length_fold(text)
    at = len(folded.rstrip())
    begin = None
    for _ in range(15):
        left = max(0, at - 110)
        ends = [match.start() for match in organ_pattern().finditer(folded, left, at) if match.end() == at]
        ends += [at - len(name) for name in known if folded.endswith(same_length_fold(name), left, at)]
        if not ends:
            return begin
        begin = min(ends)
        at = len(folded[:begin].rstrip(" 、"))
    return begin
