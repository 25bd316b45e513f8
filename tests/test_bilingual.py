"""Interleaved languages come apart, and their clauses are paired."""

import time

import pytest

from ingest.bilingual import language_of, pair, stretches
from ingest.document import Clause
from service.query import asker_language

LINES = [
    ("2. Basic principles. (二)基本原则。", [("en", "2. Basic principles."), ("zh", "(二)基本原则。")]),
    ("I. General requirements   一、总体要求", [("en", "I. General requirements"), ("zh", "一、总体要求")]),
    (
        "(No. 3 [2018] of the State Council) (国发〔2018〕3号)",
        [("en", "(No. 3 [2018] of the State Council)"), ("zh", "(国发〔2018〕3号)")],
    ),
    ("通过3-5年努力,推广ISO9001和APP认证。", [("zh", "通过3-5年努力,推广ISO9001和APP认证。")]),
    (
        'The reform of "放管服" shall be deepened across the country.',
        [("en", 'The reform of "放管服" shall be deepened across the country.')],
    ),
    ("质量第一。 Quality comes first in all.", [("zh", "质量第一。"), ("en", "Quality comes first in all.")]),
    ("2018", [("en", "2018")]),
]


@pytest.mark.parametrize(("line", "parts"), LINES)
def test_the_languages_of_a_line(line, parts):
    assert [(block.language, block.text) for block in stretches(line)] == parts
    for block in stretches(line, 100):
        assert line[block.start - 100 : block.end - 100] == block.text


@pytest.mark.parametrize(
    ("text", "language"), [("什么是CCC认证？", "zh"), ("What is 认证?", "en"), ("", "en"), ("3C", "en"), ("質量", "zh")]
)
def test_language_of_a_text(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Tongren plan 的 safeguard measures 有哪四个方面？", "zh"),
        ("What does 放管服 mean?", "en"),
        ("CCC认证 self-declaration 适用多少种产品", "zh"),
        ("有機產品認證", "zh"),
        ("double random, one open", "en"),
    ],
)
def test_the_language_a_question_is_asked_in(question, language):
    assert asker_language(question) == language


def _clauses(lines: list[list[tuple[str, str]]]) -> tuple[str, list[Clause]]:
    """The text of these lines of (language, text), and a clause for each part."""
    found, parts, at = [], [], 0
    for line in lines:
        for language, text in line:
            name = f"d:{language}.{len(found)}"
            found.append(Clause("d", name, None, None, None, 1, (), language, "text", at, at + len(text), text))
            at += len(text) + 1
        parts.append(" ".join(text for _, text in line))
    return "\n".join(parts), found


def test_clauses_on_one_line_are_a_pair():
    text, found = _clauses([[("en", "One."), ("zh", "一。")], [("en", "Two.")], [("en", "Three."), ("zh", "三。")]])
    assert [clause.counterpart for clause in pair(found, text)] == ["d:zh.1", "d:en.0", None, "d:zh.4", "d:en.3"]


def test_pairing_takes_time_in_proportion():
    text, found = _clauses([[("en", "Quality comes first. " * 10), ("zh", "质量第一。" * 10)]] * 10_000)
    start = time.process_time()
    pair(found, text)
    assert time.process_time() - start < 3  # seconds; 20 where the lines above each clause are counted again
