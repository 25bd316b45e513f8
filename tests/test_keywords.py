import math

import numpy as np
import pytest

from ingest.keywords import K1, B, KeywordIndex, Match, WeightedQuery, is_content, terms, weighted_query
from ingest.lexicon import Lexicon
from ingest.lexicon.query import EN, ZH, QueryTerm
from ingest.term_rows import TermRows

# text, its terms in order
TERMS = [
    ("Certification of organic products", ["certif", "of", "organic", "product"]),
    ("强制性产品认证", ["强制", "制性", "性产", "产品", "品认", "认证"]),
    ("質量認證機構", ["质量", "量认", "认证", "证机", "机构"]),  # traditional characters
    ("法", ["法"]),
    ("ＧＢ／Ｔ１９００１", ["gb", "t19001", "gbt19001"]),  # full width
    ("GB/T 19001-2016", ["gb", "t", "gbt", "gbt19001", "gbt190012016", "19001", "2016", "190012016"]),
    ("ISO9001", ["iso9001", "iso", "9001"]),
    ("ISO 9001", ["iso", "iso9001", "9001"]),
    ("3C", ["3c"]),
    ("e-CIQ", ["e", "ciq", "eciq"]),
    ("税率为3.5%", ["税率", "率为", "3.5"]),
    ("1,000 yuan", ["1000", "yuan"]),
    ("第十六条", ["第十", "16", "十六", "六条"]),
    ("九万元", ["九万", "90000", "万元"]),
    ("万一", ["万一"]),  # "in case": no number
    ("the company's co-operation", ["the", "compani", "co", "oper", "cooper"]),
    ("café", ["cafe"]),
    ("", []),
    ("——！？", []),
]


@pytest.mark.parametrize(("text", "expected"), TERMS)
def test_terms(text, expected):
    assert sorted(terms(text)) == sorted(expected)


def test_terms_stand_in_the_order_of_the_text():
    assert terms("CCC认证 of 水壶") == ["ccc", "认证", "of", "水壶"]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("certif", True),
        ("认证", True),
        ("水", True),
        ("9", True),
        ("the", False),
        ("什么", False),
        ("的", False),
        ("e", False),
    ],
)
def test_is_content(term, expected):
    assert is_content(term) is expected


TEXTS = [
    "Certification bodies shall be approved.",
    "Organic tea: certification is voluntary.",
    "电热水壶必须取得强制性产品认证。",
    "",
    "检验检测机构资质认定",
]


def test_build_counts_every_term_of_terms():
    index = KeywordIndex.build(TEXTS)
    for passage, text in enumerate(TEXTS):
        for term in set(terms(text)):
            passages, frequencies = index.postings(term)
            assert frequencies[passages == passage].tolist() == [terms(text).count(term)]
    assert index.postings("证")[0].tolist() == [2]  # single characters are there too
    assert index.postings("absent")[0].tolist() == []
    assert index.languages.tolist() == [EN, EN, ZH, 0, ZH]


def test_build_splits_chunks_nowhere_else(monkeypatch):
    whole = KeywordIndex.build(TEXTS * 3).arrays()
    monkeypatch.setattr("ingest.lexicon.counting._CHUNK", 2)
    for name, array in KeywordIndex.build(TEXTS * 3).arrays().items():
        np.testing.assert_array_equal(array, whole[name], err_msg=name)


def test_terms_do_not_cross_lines_or_texts():
    index = KeywordIndex.build(["质量\n认证", "强", "制"])
    assert index.postings("量认")[0].tolist() == []
    assert index.postings("强制")[0].tolist() == []
    assert index.postings("认证")[0].tolist() == [0]


def test_arrays_survive_files_and_memory_mapping(tmp_path):
    index = KeywordIndex.build(TEXTS)
    for name, array in index.arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = {name: np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in index.arrays()}
    again = KeywordIndex.from_arrays(mapped)
    assert np.shares_memory(again.passages, mapped["passages"])
    np.testing.assert_array_equal(again.scores("tea certification"), index.scores("tea certification"))


def test_score_is_bm25():
    index = KeywordIndex.build(["alpha beta", "alpha gamma delta", "beta beta beta"])
    # "beta": in 2 of 3 passages; lengths 2, 3, 3, on average 8/3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))

    def weight(frequency, length):
        return idf * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / (8 / 3)))

    np.testing.assert_allclose(index.scores("beta"), [weight(1, 2), 0, weight(3, 3)], rtol=1e-6)


def test_stop_words_count_only_where_a_question_has_nothing_else():
    index = KeywordIndex.build(["which is it", "kettles"])
    assert index.scores("which kettles")[0] == 0
    assert index.scores("which is it")[0] > 0


def translated_query():
    """Asked: 认证. certif stands for it with .8, accredit with .2."""
    translations = ((("certif",), 0.8), (("accredit",), 0.2))
    return WeightedQuery(
        "认证",
        (QueryTerm("认证", ((("认证",), 1.0),)), QueryTerm("认证", translations, EN)),
        (QueryTerm("认证", ((("认证",), 1.0), *translations)),),
    )


def test_translations_count_by_their_probability():
    index = KeywordIndex.build(["certification rules", "accreditation rules", "认证规则", "other rules"])
    certification, accreditation, chinese, other = index.scores(translated_query())
    assert certification > accreditation > 0
    assert chinese > 0
    assert other == 0


def test_translations_are_looked_for_in_passages_of_their_language():
    index = KeywordIndex.build(["本规则 certif 所称认证规则如下", "certif rules"])
    query = WeightedQuery("", (QueryTerm("认证", ((("certif",), 0.8), (("accredit",), 0.2)), EN),), ())
    assert (index.scores(query) > 0).tolist() == [False, True]


def test_words_of_one_translation_must_stand_together():
    index = KeywordIndex.build(["机关与构造", "检验机构的机构", "关机"])
    query = WeightedQuery("", (QueryTerm("body", ((("机构",), 0.9), (("构造", "机关"), 0.1)), ZH),), ())
    assert (index.scores(query) > 0).tolist() == [True, True, False]


def test_explain_adds_up_to_the_score():
    index = KeywordIndex.build(["accreditation and certification rules", "认证规则"])
    query = translated_query()
    matches = index.explain(query, 0)
    assert [(match.query_term, match.passage_term, match.probability) for match in matches] == [
        ("认证", "certif", 0.8),
        ("认证", "accredit", 0.2),
    ]
    assert sum(match.weight for match in matches) == pytest.approx(float(index.scores(query)[0]), rel=1e-5)
    assert isinstance(matches[0], Match)
    assert [match.passage_term for match in index.explain(query, 1)] == ["认证"]


def test_coverage_names_what_is_missing():
    index = KeywordIndex.build(["Organic tea certification", "Certification of kettles", "Customs duties"])
    query = weighted_query("organic kettles from Mars")
    one = index.coverage(query, 0)
    assert [(word.word, word.mass) for word in one.words] == [("organic", 1.0), ("kettl", 0.0), ("mar", 0.0)]
    assert one.missing == ("kettl", "mar")
    together = index.coverage(query, [0, 1])
    assert together.missing == ("mar",)
    assert 0 < one.share < together.share < 1
    assert index.coverage(weighted_query("which of the"), 0).share == 0


def test_coverage_through_translation_is_full_with_the_likeliest_one():
    index = KeywordIndex.build(["certification rules", "accreditation rules"])
    query = translated_query()
    assert index.coverage(query, 0).words[0].mass == 1.0
    assert index.coverage(query, 1).words[0].mass == pytest.approx(0.25)


def test_empty_index_and_empty_question():
    assert KeywordIndex.build([]).scores("认证").shape == (0,)
    assert KeywordIndex.build(["认证"]).scores("").tolist() == [0]


def test_some_texts_score_as_all_do():
    """Of the rows alone, whatever their order: the numbers of the postings, bit for bit."""
    index, rows = KeywordIndex.build(TEXTS), TermRows.of(TEXTS)
    lexicon = Lexicon.load()
    some = np.array([4, 0, 2])
    for question in ("强制性产品认证", "Is certification of organic tea voluntary?", "有机茶 certification"):
        query = weighted_query(question, lexicon)
        assert rows.scores_of(query, some).tolist() == index.scores(query)[some].tolist()
        assert index.scores_of(query, some).tolist() == rows.scores_of(query, some).tolist()
        assert [rows.idf(term) for term in query.terms] == [index.idf(term) for term in query.terms]


def test_masses_say_how_much_of_each_word_a_text_carries():
    rows = TermRows.of(["certification rules", "accreditation rules", "认证", "无"])
    word = QueryTerm("认证", ((("认证",), 1.0), (("certif",), 0.8), (("accredit",), 0.02)))
    both = QueryTerm("rules", ((("rule", "certif"), 0.5),))  # words that must stand together
    assert rows.masses([word, both], np.arange(4), least=0.03).tolist() == [
        pytest.approx([0.8, 0, 1, 0]),
        [0.5, 0, 0, 0],
    ]
