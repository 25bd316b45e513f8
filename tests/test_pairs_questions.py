"""The questions of our own, each with the clause that answers it in the other language."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "ingest" / "encoder" / "pairs"
LEAST_LINES = 2000
FIELDS = ["question", "language", "register", "clause", "clause_language", "about"]
OTHER = {"zh": "en", "en": "zh"}
REGISTERS = {"formal", "colloquial", "keyword"}
ENGLISH_WORDS = range(15, 91)  # words in an English clause
CHINESE_CHARACTERS = range(25, 161)  # characters in a Chinese clause, punctuation included, spaces not
SHARED_WORDS = 2  # Latin words that question and clause may have in common: CCC, ISO, a product's name
LEAST_SHARE = {"language": 0.4, "register": 0.15}  # of the lines, for each value

HANZI = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]+")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:?!]|[,;:?!][\u3400-\u9fff]")


def language_of(text: str) -> str:
    """'zh' where there are more Chinese characters than Latin words, so that a name in the other script is free."""
    return "zh" if len(HANZI.findall(text)) > len(LATIN.findall(text)) else "en"


def faults_of_record(record: dict[str, str]) -> Iterator[str]:
    """What is wrong with one question and its clause, one message for each fault."""
    if list(record) != FIELDS:
        yield f"fields {', '.join(record)}, expected {', '.join(FIELDS)}"
        return
    if empty := [name for name, value in record.items() if not isinstance(value, str) or not value.strip()]:
        yield f"empty: {', '.join(empty)}"
        return
    if record["register"] not in REGISTERS:
        yield f"register {record['register']}"
    if OTHER.get(record["language"]) != record["clause_language"]:
        yield f"question in {record['language']}, clause in {record['clause_language']}"
    for field, stated in (("question", "language"), ("clause", "clause_language")):
        if (real := language_of(record[field])) != record[stated]:
            yield f"{field} is {real}, stated {record[stated]}"
    yield from faults_of_clause(record["clause"])
    question, clause = ({w.lower() for w in LATIN.findall(record[f])} for f in ("question", "clause"))
    if len(shared := question & clause) > SHARED_WORDS:
        yield f"shared words: {', '.join(sorted(shared))}"


def faults_of_clause(clause: str) -> Iterator[str]:
    """A clause too short to answer anything or too long for a clause, or Chinese with English punctuation."""
    if language_of(clause) == "en":
        size, allowed, unit = len(clause.split()), ENGLISH_WORDS, "words"
    else:
        size, allowed, unit = len(re.sub(r"\s", "", clause)), CHINESE_CHARACTERS, "characters"
        if found := HALF_WIDTH.findall(clause):
            yield f"half-width punctuation: {' '.join(found)}"
    if size not in allowed:
        yield f"clause of {size} {unit}, expected {allowed.start} to {allowed.stop - 1}"


def faults(lines: Sequence[str]) -> list[str]:
    """All faults of the lines, as 'line: message'; a repeat counts whatever its capitals and punctuation."""
    found, seen = [], {}
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            record = None
        if not isinstance(record, dict):
            found.append(f"{number}: not a JSON object")
            continue
        messages = list(faults_of_record(record))
        found.extend(f"{number}: {message}" for message in messages)
        for field in ("question", "clause"):
            key = (field, re.sub(r"[\W_]+", "", str(record.get(field, "")).lower()))
            if seen.setdefault(key, number) != number:
                found.append(f"{number}: {field} repeats line {seen[key]}")
    return found


def all_lines() -> list[str]:
    """The lines of every file of questions, in the order of the files' names."""
    return [
        line
        for path in sorted(FOLDER.glob("questions_*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_questions_are_sound():
    assert faults(all_lines()) == []


def test_there_are_enough_questions():
    assert len(all_lines()) >= LEAST_LINES


def test_no_language_or_register_is_neglected():
    records = [json.loads(line) for line in all_lines()]
    for field, least in LEAST_SHARE.items():
        shares = {value: count / len(records) for value, count in Counter(r[field] for r in records).items()}
        assert min(shares.values()) >= least, shares


ANSWER = (
    "The fee for the type test is borne by the applicant and paid to the laboratory before the test begins; "
    "the body takes no commission."
)
SOUND = {
    "question": "做检测那笔钱谁掏啊？",
    "language": "zh",
    "register": "colloquial",
    "clause": ANSWER,
    "clause_language": "en",
    "about": "testing fees",
}


def test_a_sound_line_has_no_fault():
    assert faults([json.dumps(SOUND, ensure_ascii=False)]) == []
    keyword = SOUND | {"question": "CNAS CMA 标志 同时 使用", "register": "keyword"}
    assert list(faults_of_record(keyword)) == []


def test_faults_are_named():
    turned = {"question": ANSWER, "language": "en", "clause": "检测费由委托人承担。", "clause_language": "zh"}
    cases = [
        ({"language": "en", "clause_language": "zh"}, ["question is zh, stated en", "clause is en, stated zh"]),
        ({"clause_language": "zh"}, ["question in zh, clause in zh", "clause is en, stated zh"]),
        ({"register": "spoken"}, ["register spoken"]),
        ({"about": " "}, ["empty: about"]),
        ({"clause": "The applicant pays."}, ["clause of 3 words, expected 15 to 90"]),
        (turned, ["clause of 10 characters, expected 25 to 160"]),
        (
            turned | {"clause": "型式试验的费用由委托人承担,试验开始之前付给实验室，机构不得从中提成。"},
            ["half-width punctuation: 担,"],
        ),
        (
            {"question": "谁来付 type test fee 这笔钱，实验室还是我们自己？"},
            ["shared words: fee, test, type"],
        ),
    ]
    for change, expected in cases:
        assert list(faults_of_record(SOUND | change)) == expected


def test_lines_that_cannot_be_read_are_named():
    lacking = {name: value for name, value in SOUND.items() if name != "about"}
    assert faults(["{", "[]", json.dumps(lacking)]) == [
        "1: not a JSON object",
        "2: not a JSON object",
        "3: fields question, language, register, clause, clause_language, "
        "expected question, language, register, clause, clause_language, about",
    ]


def test_repeats_are_found_whatever_the_punctuation():
    again = SOUND | {"question": "做检测那笔钱,谁掏啊?", "clause": ANSWER.replace("fee", "cost")}
    other = SOUND | {"question": "型式试验要花的费用归谁承担？", "clause": ANSWER.upper()}
    assert faults([json.dumps(r) for r in (SOUND, again, other)]) == [
        "2: question repeats line 1",
        "3: clause repeats line 1",
    ]
