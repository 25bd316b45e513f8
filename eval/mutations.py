"""True sentences made false in one place: a figure, a date, a unit, a negation, a modality, a comparison or a name.

    python -m eval.mutations            how many true sentences verification accepts, and how many false ones

The true ones are our own sentence pairs (one language stated, the other quoted): none of the corpus. What is changed
into what is written down here a second time on purpose: what checks must not share the tables of what is checked.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.lexicon import Lexicon
from service.verify import unsupported

_PAIRS = Path(__file__).parent.parent / "ingest" / "encoder" / "pairs" / "sentences.tsv"
_MONTHS = "January February March April May June July August September October November December".split()
# kind → (words, what they become); the first that occurs is changed
_CHANGES = (
    ("negation", r"不得", "应当"),
    ("negation", r"应当(?!不)", "不应当"),
    ("negation", r"\bmay not\b|\bmust not\b|\bshall not\b", "shall"),
    ("negation", r"\bis\b(?! not| only)", "is not"),
    ("negation", r"\bmust\b(?! not)", "must not"),
    ("negation", r"(?<=[^不])符合(?!项)", "不符合"),
    ("modality", r"应当(?!不)", "可以"),
    ("modality", r"(?<!不)可以", "应当"),
    ("modality", r"必须", "可以"),
    ("modality", r"^(?!.*\b[Nn]o)(.*?)(?:\bshall\b(?! not)|\bmust\b(?! not)|\bshould\b(?! not))", r"\1may"),
    ("modality", r"^(?!.*\b[Nn]o)(.*?)\bmay\b(?! not)", r"\1must"),
    ("comparison", r"\bat least\b", "at most"),
    ("comparison", r"\bmore than\b", "less than"),
    ("comparison", r"\bno more than\b|\bnot exceed\b", "not be less than"),
    ("comparison", r"不少于|不得少于|不低于|不得低于", "不超过"),
    ("comparison", r"不得超过|不超过", "不少于"),
    ("comparison", r"(?<=[日月年元个人])以上", "以下"),
    ("unit", r"(?<=\d)个月", "年"),
    ("unit", r"(?<=\d)万元", "元"),
    ("unit", r"(?<=\d) months\b", " years"),
    ("unit", r"(?<=\d) days\b", " months"),
    ("unit", r"(?<=\d) (?:per cent|percent)\b|(?<=\d)%", " yuan"),
    ("name", r"质检总局", "海关总署"),
    ("name", r"市场监管总局", "国务院"),
    ("name", r"国务院", "商务部"),
    ("name", r"\bState Council\b", "Ministry of Commerce"),
    ("name", r"\b(?:AQSIQ|SAMR|CNCA)\b", "NDRC"),
)


def mutations(sentence: str) -> Iterator[tuple[str, str]]:
    """(kind, the sentence with one thing changed), in the order of the kinds."""
    for found in re.finditer(r"\d+(?:\.\d+)?", sentence):
        digits = found.group()
        changed = str((int(digits[0]) % 9) + 1) + digits[1:]
        kind = "date" if re.match(r"年|月|日", sentence[found.end() :]) else "figure"
        yield kind, sentence[: found.start()] + changed + sentence[found.end() :]
    for month, following in zip(_MONTHS, [*_MONTHS[1:], _MONTHS[0]], strict=True):
        if month != "May" and month in sentence:
            yield "date", sentence.replace(month, following, 1)
    for kind, pattern, replacement in _CHANGES:
        changed, times = re.subn(pattern, replacement, sentence, count=1)
        if times:
            yield kind, changed


def main(pairs: Path = _PAIRS) -> None:
    rows = [line.split("\t") for line in pairs.read_text("utf-8").splitlines()]
    lexicon = Lexicon.load()
    accepted, refused, changed, passed = 0, Counter(), Counter(), Counter()
    shown: list[str] = []
    for english, chinese in rows:
        for claim, quote in ((chinese, english), (english, chinese)):
            if faults := unsupported(claim, [quote], lexicon):
                refused.update({fault.split(":")[0].split()[0] for fault in faults})
                continue
            accepted += 1
            for kind, false in mutations(claim):
                changed[kind] += 1
                if not unsupported(false, [quote], lexicon):
                    passed[kind] += 1
                    shown.append(f"{kind}: {false} | {quote}")
    print(f"true sentences accepted: {accepted} of {2 * len(rows)}; refused for {dict(refused)}")
    for kind, count in sorted(changed.items()):
        print(f"{kind}: {passed[kind]} of {count} false ones accepted")
    print(*random.Random(0).sample(shown, min(20, len(shown))), sep="\n")


if __name__ == "__main__":
    main()
