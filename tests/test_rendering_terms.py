"""Renderings use the glossary's terms, but for listed exceptions; and what ``check`` says of a corpus' renderings."""

import json
from pathlib import Path

import pytest

from ingest.document import Clause, CorpusError
from ingest.renderings.checks import check_corpus, faults, language_faults
from ingest.renderings.numbers import number_faults
from ingest.renderings.read import read_renderings, text_sha256
from ingest.renderings.terms import read_terms

HEADER = "zh\ten\tzh_variants\ten_variants\tdomain\tnote\n"
GLOSSARY = HEADER + (
    "认证机构\tcertification body\t\tcertification agency\tbody\t\n"
    "认证\tcertification\t\t\tcertification\t\n"
    "五位一体监管体系\tfive-in-one system\t\t\tgovernance\t\n"
    "办法\tmeasures\t\t\tdocument\t\n"
    "拉高线\traising the top line\t\tstroke line\tcertification\t\n"
    "出入境检验检疫局\tentry-exit bureau\t\tCIQ\tbody\t\n"
    "水壶\tkettle\t\t\tproduct\t\n"
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "translations").mkdir()
    (tmp_path / "glossary.tsv").write_text(GLOSSARY, "utf-8")
    return tmp_path


def except_for(corpus: Path, *rows: str) -> None:
    lines = ["clause_id\tterm\trendered\treason", *rows]
    (corpus / "translations" / "glossary_exceptions.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def clause(text: str, clause_id: str = "d:1") -> Clause:
    return Clause(
        clause_id=clause_id, document_id="d", parent_id=None, number=None, heading=None, level=0, path=(), kind="text",
        language="en" if text.isascii() else "zh", start=0, end=len(text), text=text, counterpart=None,
    )  # fmt: skip


def line(source: str, text: str) -> dict:
    return {"clause_id": "d:1", "source_sha256": text_sha256(source), "text": text, "notes": []}


def put(corpus: Path, *records: dict, name: str = "d.zh.jsonl") -> Path:
    file = corpus / "translations" / name
    file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return file


@pytest.mark.parametrize(
    ("source", "rendering", "missing"),
    [
        ("The certification body acts.", "认证机构负责。", []),
        ("The Certification Agency acts.", "认证单位负责。", ["certification agency"]),
        ("The “certification body” acts.", "发证的负责。", ["certification body"]),  # the longest term only
        ("The certification of kettles.", "水壶的检验。", ["certification"]),  # wares are not looked at
        ("the five-in-one system", "五位一体的监管体系", []),
        ("Improve the e-CIQ Lab", "完善e-CIQ Lab", []),  # a part of a word
        ("The CIQ improves", "改进", ["ciq"]),
        ("Take measures", "采取措施", []),  # an everyday word, where it is not in a longer term
    ],
)
def test_terms_are_rendered_as_the_glossary_has_them(corpus, source, rendering, missing):
    found, _ = read_terms(corpus).compare("d:1", source, rendering, "zh")
    assert [one.split("'")[1] for one in found] == missing


def test_a_fault_says_what_was_expected(corpus):
    found, _ = read_terms(corpus).compare("d:1", "a stroke line", "一条线", "zh")
    assert found == ["glossary: 'stroke line' is 拉高线, which the rendering does not say"]


@pytest.mark.parametrize(
    ("rendering", "faulty"), [("Certification bodies act.", False), ("Inspection bodies act.", True)]
)
def test_terms_in_an_english_rendering(corpus, rendering, faulty):
    found, _ = read_terms(corpus).compare("d:1", "认证机构负责。", rendering, "en")
    assert bool(found) == faulty


def test_an_exception_holds_for_its_clause_and_its_words(corpus):
    except_for(corpus, "d:1\tfive-in-one system\t五合一\tso the source", "*\tCIQ\t国检\tan old name")
    glossary = read_terms(corpus)
    assert glossary.compare("d:1", "five-in-one system", "五合一系统", "zh") == (
        [],
        {("d:1", "five - in - one system")},
    )
    assert glossary.compare("d:2", "five-in-one system", "五合一系统", "zh")[0]
    assert glossary.compare("d:1", "five-in-one system", "五个一系统", "zh")[0]
    assert glossary.compare("d:9", "the CIQ", "国检", "zh") == ([], {("*", "ciq")})


def test_an_exception_without_need_or_reason_is_a_problem(corpus):
    except_for(corpus, "d:1\tCIQ\t国检\tan old name")
    put(corpus, line("Goals", "目标"))
    [problem] = check_corpus(corpus, [("d", [clause("Goals")])]).problems
    assert problem.endswith("glossary_exceptions.tsv: d:1 'ciq' is needed by no rendering")
    except_for(corpus, "d:1\tCIQ\t国检\t")
    with pytest.raises(CorpusError, match=r"glossary_exceptions.tsv:2: no column may be empty"):
        read_terms(corpus)


@pytest.mark.parametrize("waits", [{"reviewed": False}, {"source_sha256": text_sha256("The old CIQ")}])
def test_exceptions_of_a_draft_or_a_stale_rendering_are_kept(corpus, waits):
    except_for(corpus, "d:1\tCIQ\t国检\tan old name", "*\tCIQ\t国检\tan old name", "d:2\tCIQ\t国检\tan old name")
    put(corpus, {**line("The CIQ", "国检"), **waits})
    [problem] = check_corpus(corpus, [("d", [clause("The CIQ")])]).problems
    assert problem.endswith("glossary_exceptions.tsv: d:2 'ciq' is needed by no rendering")


def test_a_corpus_without_glossary_or_renderings_has_no_problem(tmp_path):
    assert check_corpus(tmp_path, [("d", [clause("Goals")])]).problems == ()


def test_the_check_tells_the_line_and_counts_drafts(corpus):
    file = put(corpus, line("5 goals", "6个目标"), {**line("Plan", ""), "clause_id": "d:2", "reviewed": False})
    checked = check_corpus(corpus, [("d", [clause("5 goals"), clause("Plan", "d:2")])])
    assert checked.summary == ("d.zh.jsonl: 1 renderings, 0 notes; 1 drafts, not used until they are reviewed",)
    assert checked.problems == (
        f"{file}:1: d:1: numbers missing from the rendering: ['5']",
        f"{file}:1: d:1: numbers not in the source: ['6']",
    )


def test_renderings_of_no_document_are_told(corpus):
    file = put(corpus, line("Goals", "目标"), name="e.zh.jsonl")
    assert check_corpus(corpus, [("d", [clause("Goals")])]).problems == (f"{file}: of no document of the corpus",)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([line("Goals", "目标"), line("Goals", "目标")], "zh.jsonl:2: d:1 is rendered twice"),
        ([line("Goal", "目标")], "zh.jsonl:1: stale: d:1 has changed since it was rendered"),
        ([{**line("Goals", "目标"), "clause_id": "d:7"}, line("Goals", "目标")], "zh.jsonl:1: no clause 'd:7' in the document"),
        ([], "zh.jsonl: no rendering of d:1"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told(corpus, records, said):
    put(corpus, *records)
    _, problems = read_renderings(corpus, "d", [clause("Goals")])
    assert len(problems) == 1 and problems[0].endswith(said)


@pytest.mark.parametrize(
    "broken",
    [
        {"text": 7},
        {"notes": {}},
        {"notes": [{"quote": "Goals"}]},
        {"reviewed": "no"},
    ],
)
def test_a_line_that_is_no_rendering_is_named(corpus, broken):
    file = put(corpus, {**line("Goals", "目标"), **broken})
    with pytest.raises(CorpusError, match=f"{file}:1: "):
        read_renderings(corpus, "d", [clause("Goals")])


@pytest.mark.parametrize(
    ("chinese", "english", "fault"),
    [
        ("第七十五条 罚款10家。", "Article 75 Ten are fined.", None),
        ("2018年3月5日前报送", "to be sent before March 5, 2018", None),
        ("减少证书11.2万张", "112,000 certificates fewer", None),
        ("国发〔2018〕3号", "Guo Fa [2018] No. 3", None),
        ("下降3.5%", "fell by 3%", "numbers missing from the rendering: ['3.5%']"),
        ("目标", "5 goals", "numbers not in the source: ['5']"),
    ],
)
def test_numbers_of_an_english_rendering(chinese, english, fault):
    assert list(number_faults(chinese, english, "en"))[:1] == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("english", "fault"),
    [
        ("Goals", None),
        ("目标", "no English in the rendering"),
        ("Goals 目标", "left in Chinese: ['目标']"),
        ("Goals。", "full-width punctuation: ['。']"),
    ],
)
def test_the_language_of_an_english_rendering(english, fault):
    assert list(language_faults("目标", english, "en")) == ([fault] if fault else [])


def test_what_a_reviewed_draft_brings_along_is_no_fault():
    record = {**line("Goals", "目标"), "source": "Goals", "drafted_by": "m", "reviewed": True}
    assert faults("Goals", record) == []
    assert faults("Goals", {**record, "author": "x"})[0].startswith("expected the fields ")
