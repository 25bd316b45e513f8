"""corpus/glossary.tsv: one concept a line, Chinese and English, fit to be trusted by retrieval and readers."""

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

GLOSSARY = Path(__file__).parents[1] / "corpus" / "glossary.tsv"
HEADER = "zh\ten\tzh_variants\ten_variants\tdomain\tnote"
DOMAINS = {
    "accreditation",
    "body",
    "certification",
    "conformity",
    "crypto",
    "customs",
    "cyber",
    "document",
    "energy",
    "environment",
    "food",
    "gi",  # geographical indications
    "governance",  # set phrases of Chinese government prose
    "metrology",
    "place",
    "product",
    "quality",
    "question",  # words in which enterprises and clerks ask
    "regulation",  # market regulation and law enforcement
    "safety",
    "science",
    "sector",  # industries and activities
    "standard",
    "testing",
    "title",  # laws and policy documents by name
    "trade",
}
WHAT_ENTERPRISES_DO = {"product", "sector", "food"}
HAN = re.compile(r"[㐀-鿿]")
STRAY_SPACE = re.compile(r"^\s|\s$|\s\s|[^\S ]|\s[,.;)]|\(\s")


class Term(NamedTuple):
    line: int
    zh: str
    en: str
    zh_variants: tuple[str, ...]
    en_variants: tuple[str, ...]
    domain: str
    note: str


def folded(text: str) -> str:
    """Width and case do not make two terms different."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def read(text: str) -> tuple[list[Term], list[str]]:
    """The terms of a glossary file, and what is wrong with its form."""
    lines = text.split("\n")
    problems = []
    if lines[0] != HEADER:
        problems.append(f"1: header is {lines[0]!r}, expected {HEADER!r}")
    if lines.pop() != "":
        problems.append("the file does not end with a line break")
    terms = []
    for number, line in enumerate(lines[1:], 2):
        fields = line.split("\t")
        if len(fields) != 6:
            problems.append(f"{number}: {len(fields)} fields, expected 6")
            continue
        zh, en, zh_variants, en_variants, domain, note = fields
        split = [tuple(v.split(" | ")) if v else () for v in (zh_variants, en_variants)]
        terms.append(Term(number, zh, en, split[0], split[1], domain, note))
    return terms, problems


def cell_problems(term: Term) -> list[str]:
    """What is wrong with one line, whatever the others say."""
    found = []
    for zh in (term.zh, *term.zh_variants):
        if not HAN.search(zh):
            found.append(f"{zh!r} has no Chinese")
        if re.search(r"[,;:?()]", zh):
            found.append(f"{zh!r} has half-width punctuation")
    for en in (term.en, *term.en_variants):
        if not en:
            found.append("empty English")
        if not en.isascii():
            found.append(f"{en!r} is not plain English")
    if "(" in term.en:
        found.append(f"{term.en!r} has an explanation in it, which belongs in the note")
    found += [f"variant {v!r} is a single character" for v in term.zh_variants if len(v) == 1]
    for cell in (term.zh, term.en, *term.zh_variants, *term.en_variants, term.note):
        if STRAY_SPACE.search(cell) or "|" in cell:
            found.append(f"stray space or separator in {cell!r}")
    for head, variants in ((term.zh, term.zh_variants), (term.en, term.en_variants)):
        repeated = [v for v, n in Counter(map(folded, (head, *variants))).items() if n > 1]
        found += [f"{v!r} stands twice" for v in repeated]
    if term.domain not in DOMAINS:
        found.append(f"unknown domain {term.domain!r}")
    return [f"{term.line}: {problem}" for problem in found]


def clashes(terms: list[Term]) -> list[str]:
    """Terms that claim the same words. One English word for two Chinese terms needs a note to say why."""
    found = []
    by_zh, by_en = defaultdict(list), defaultdict(list)
    for term in terms:
        for zh in {folded(v) for v in (term.zh, *term.zh_variants)}:
            by_zh[zh].append(term)
        by_en[folded(term.en)].append(term)
    for zh, users in by_zh.items():
        if len(users) > 1:
            found.append(f"{users[1].line}: {zh!r} is already in line {users[0].line}")
    for en, users in by_en.items():
        if len(users) > 1 and not all(u.note for u in users):
            found.append(f"{users[1].line}: {en!r} already translates {users[0].zh}, without a note saying why")
    for term in terms:
        for variant in term.en_variants:
            for other in by_en.get(folded(variant), []):
                if other is not term and not (term.note or other.note):
                    found.append(f"{term.line}: {variant!r} is the English of {other.zh}, without a note saying why")
    return found


def check(text: str) -> list[str]:
    """Every problem of a glossary file, with its line number."""
    terms, problems = read(text)
    for term in terms:
        problems += cell_problems(term)
    problems += clashes(terms)
    for before, after in pairwise(terms):
        if (before.domain, before.zh) > (after.domain, after.zh):
            problems.append(f"{after.line}: {after.zh} sorts before {before.zh}")
    return problems


def test_the_glossary_has_no_problem():
    problems = check(GLOSSARY.read_text(encoding="utf-8"))
    assert not problems, "\n".join(problems)


def test_the_glossary_is_large_enough():
    terms, _ = read(GLOSSARY.read_text(encoding="utf-8"))
    assert len(terms) >= 1000
    assert sum(t.domain in WHAT_ENTERPRISES_DO for t in terms) >= 250
    assert {t.domain for t in terms} == DOMAINS


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("认证", "certification"),
        ("认可", "accreditation"),
        ("检验检测", "inspection and testing"),
        ("合格评定", "conformity assessment"),
        ("计量", "metrology"),
        ("强制性产品认证", "compulsory product certification"),
        ("商用密码", "commercial cryptography"),
    ],
)
def test_the_words_of_the_field_have_their_established_english(zh, en):
    terms, _ = read(GLOSSARY.read_text(encoding="utf-8"))
    assert {t.zh: t.en for t in terms}[zh] == en


@pytest.mark.parametrize(
    ("words", "zh"),
    [
        ("CCC", "强制性产品认证"),
        ("double random, one open", "双随机、一公开"),
        ("decentralization, integration of management, optimization of service", "放管服"),
        ("employment agencies", "从业机构"),
        ("stroke line", "拉高线"),
        ("General Administration of Market Supervision", "市场监管总局"),
        ("市监总局", "市场监管总局"),
        ("3C认证", "强制性产品认证"),
    ],
)
def test_machine_translations_and_short_forms_lead_to_the_term(words, zh):
    terms, _ = read(GLOSSARY.read_text(encoding="utf-8"))
    assert [t.zh for t in terms if words in (*t.zh_variants, *t.en_variants)] == [zh]


GOOD = "认证\tcertification\t\tauthentication\tcertification\t"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([GOOD], None),
        (["CCC\tcompulsory certification\t\t\tcertification\t"], "2: 'CCC' has no Chinese"),
        (["认证\tcertification 认证\t\t\tcertification\t"], "2: 'certification 认证' is not plain English"),
        (["认证\tcertification\t认证(质量)\t\tcertification\t"], "2: '认证(质量)' has half-width punctuation"),
        (["条\tarticle (of a law)\t\t\tdocument\t"], "which belongs in the note"),
        (["认证\tcertification\t\t Certification\tcertification\t"], "2: stray space or separator in ' Certification'"),
        (["认证\tcertification\t\tCERTIFICATION\tcertification\t"], "2: 'certification' stands twice"),
        (["认证\tcertification\t\t\tseal\t"], "2: unknown domain 'seal'"),
        (["认证\tcertification\t\tcertification"], "2: 4 fields, expected 6"),
        (["卖\tsell\t\t\tsector\t", "销售\tsale\t卖\t\tsector\t"], "3: '卖' is already in line 2"),
        (["认可\tcertification\t\t\taccreditation\t", GOOD], "3: 'certification' already translates 认可"),
        (["认可\taccreditation\t\tcertification\taccreditation\t", GOOD], "2: 'certification' is the English of 认证"),
        ([GOOD, "认可\taccreditation\t\t\taccreditation\t"], "3: 认可 sorts before 认证"),
    ],
)
def test_the_check_finds_what_it_should(lines, problem):
    found = check("\n".join([HEADER, *lines, ""]))
    assert found == [] if problem is None else any(problem in p for p in found), found
