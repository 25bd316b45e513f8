"""How people ask → how texts write it: the file, and what it adds to a question."""

from pathlib import Path

import pytest

from ingest.document import CorpusError
from ingest.keywords import KeywordIndex, weighted_query
from ingest.lexicon import Lexicon
from ingest.lexicon.thesaurus import SHIPPED, Thesaurus, checked_thesaurus, read_thesaurus

ENTRIES = "shortcoming\tproblem | lack\ngo wrong\tproblem\n# for readers\n\n老板\t经营者\n管事的\t主管部门 | 负责人\n"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture
def thesaurus(lexicon: Lexicon, tmp_path: Path) -> Thesaurus:
    file = tmp_path / "thesaurus.tsv"
    file.write_text(ENTRIES, "utf-8")
    return Thesaurus.load(lexicon, path=file)


def test_entries_are_stems_and_characters(tmp_path):
    (tmp_path / "thesaurus.tsv").write_text("Small firms\tmicro enterprises | companies\n小廠\t小微企业\n", "utf-8")
    assert read_thesaurus(tmp_path / "thesaurus.tsv") == {
        ("small", "firm"): ("micro enterpris", "compani"),
        ("小", "厂"): ("小微企业",),
    }


@pytest.mark.parametrize(
    "line", ["no tab here", "the\tof", "boss\tleader\thead", "boss\t", "\tleader", "boss\tleader | the"]
)
def test_a_wrong_line_is_named(tmp_path, line):
    file = tmp_path / "thesaurus.tsv"
    file.write_text(f"boss\tleader\n{line}\n", "utf-8")
    with pytest.raises(CorpusError, match=r"thesaurus\.tsv:2: needs what is asked, a tab, and what is written"):
        read_thesaurus(file)


@pytest.mark.parametrize(
    ("question", "wordings"),
    [
        ("Which shortcomings are there?", {"shortcom": ("problem", "lack")}),
        ("What can go wrong?", {"wrong": ("problem",)}),
        ("What is wrong?", {}),  # half an entry is none
        ("老板要做什么", {"老板": ("经营者",)}),
        ("管事的是谁", {"管": ("主管部门", "负责人"), "事": ("主管部门", "负责人")}),
    ],
)
def test_the_content_words_of_an_entry_have_its_wordings(thesaurus, question, wordings):
    assert dict(thesaurus.wordings(question)) == wordings


def test_a_file_in_another_encoding_is_named(tmp_path):
    (tmp_path / "thesaurus.tsv").write_bytes("老板\t经营者\n".encode("gb18030"))
    with pytest.raises(CorpusError, match=r"thesaurus\.tsv: not UTF-8 .* at byte 0\); save it as UTF-8"):
        read_thesaurus(tmp_path / "thesaurus.tsv")


def test_a_passage_is_met_by_another_wording_and_less_than_by_the_word_itself(thesaurus, lexicon):
    index = KeywordIndex.build(["Problems of supply.", "Shortcomings of supply.", "Kettles."])
    plain = weighted_query("Which shortcomings are there?", lexicon)
    assert index.scores(plain).round(2).tolist()[0] == 0
    other, itself, neither = index.scores(thesaurus.extended(plain)).tolist()
    assert itself > other > neither == 0


def test_what_no_text_has_is_not_looked_for(lexicon, tmp_path):
    (tmp_path / "thesaurus.tsv").write_text(ENTRIES, "utf-8")
    thesaurus = Thesaurus.load(lexicon, lambda terms: terms == ("lack",), tmp_path / "thesaurus.tsv")
    (word,) = thesaurus.extended(weighted_query("shortcomings", lexicon)).words
    assert [alternative for alternative, p in word.alternatives if p == 0.6] == [("lack",)]


def test_without_a_file_the_question_stays_as_it_is(lexicon, tmp_path):
    query = weighted_query("Which shortcomings are there?", lexicon)
    assert Thesaurus.load(lexicon, path=tmp_path / "none.tsv").extended(query) is query


def test_a_file_of_another_corpus_is_told_not_to_be_read(tmp_path):
    assert checked_thesaurus(tmp_path) is None
    (tmp_path / "thesaurus.tsv").write_text(ENTRIES, "utf-8")
    assert "thesaurus.tsv is not read: the thesaurus is the program's" in checked_thesaurus(tmp_path)
    assert checked_thesaurus(SHIPPED.parent) == f"thesaurus.tsv: {len(read_thesaurus(SHIPPED))} entries"


def test_the_shipped_file_can_be_read_and_no_entry_stands_twice():
    asked = [line.split("\t")[0] for line in SHIPPED.read_text("utf-8").splitlines()]
    assert len(asked) == len(set(asked))
    assert len(read_thesaurus(SHIPPED)) > 7_000
