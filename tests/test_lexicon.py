import gzip
import importlib.util
import time
from itertools import product

import pytest

from ingest.document import CorpusError
from ingest.keywords import KeywordIndex, weighted_query
from ingest.lexicon import Lexicon
from ingest.lexicon.estimate import Recipe, add_links, tables
from ingest.lexicon.segment import fit, segment, segmenter
from ingest.lexicon.table import SHIPPED, read_arrays, write_arrays
from ingest.lexicon.train import packed, read_pairs, train

FROM_ZH = {"认证": [("certif", 0.6), ("authent", 0.3)], "机构": [("bodi", 0.5)], "水": [("water", 0.9)]}
FROM_EN = {"certif": [("认证", 0.7), ("证明", 0.2)], "bodi": [("机构", 0.4)], "water": [("水", 0.8)]}
WORDS = {"认证": -5.0, "机构": -5.0, "水": -6.0, "证": -9.0, "机": -9.0}


@pytest.fixture
def lexicon(tmp_path):
    write_arrays(tmp_path / "lexicon.safetensors", packed(FROM_ZH, FROM_EN, WORDS), {"made": "here"})
    return Lexicon.load(tmp_path / "lexicon.safetensors", glossary=None)


def with_glossary(lexicon_file, *rows):
    header = "zh\ten\tzh_variants\ten_variants\tdomain\tnote"
    path = lexicon_file.parent / "glossary.tsv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return Lexicon.load(lexicon_file, glossary=path)


# Estimation


def test_links_of_both_directions_count_more_than_those_of_one():
    counts = {}
    add_links(counts, ["water", "law"], ["水", "法"], "0-0 1-1", "0-0 0-1")
    assert counts == {("water", "水"): 1.0, ("law", "法"): 0.3, ("water", "法"): 0.3}


PLAIN = Recipe(flatten=1.0, weights=(), inverse_zh=0.0, inverse_en=0.0, least_count=1.0)


def test_tables_are_shares_of_the_links():
    links = {"law": {("certif", "认证"): 6.0, ("authent", "认证"): 2.0, ("certif", "证明"): 2.0}}
    from_zh, from_en = tables(links, PLAIN)
    assert from_zh["认证"] == [("certif", 0.75), ("authent", 0.25)]
    assert from_en["certif"] == [("认证", 0.75), ("证明", 0.25)]


def test_links_to_stop_words_leave_less_for_the_others():
    from_zh, _ = tables({"law": {("usag", "使用"): 2.0, ("the", "使用"): 6.0}}, PLAIN)
    assert from_zh["使用"] == [("usag", 0.25)]


def test_rare_and_unlikely_translations_are_dropped():
    links = {"law": {("water", "水"): 200.0, ("tea", "水"): 0.5, ("lake", "水"): 1.0, ("river", "水"): 9.0}}
    from_zh, _ = tables(links, PLAIN._replace(least_probability=0.02))
    assert [word for word, _ in from_zh["水"]] == ["water", "river"]
    from_zh, _ = tables(links, PLAIN._replace(most=1))
    assert [word for word, _ in from_zh["水"]] == ["water"]


def test_one_register_does_not_drown_another():
    links = {"law": {("treati", "公约"): 900.0}, "dictionary": {("convent", "公约"): 1.0}}
    share = dict(tables(links, PLAIN)[0]["公约"])
    flat = dict(tables(links, PLAIN._replace(flatten=0.5, weights=(("dictionary", 3.0),)))[0]["公约"])
    assert "convent" not in share
    assert flat["convent"] == pytest.approx(3 / 33)


def test_the_inverse_direction_puts_down_a_word_that_translates_everything():
    links = {"law": {("person", "人"): 10.0, ("man", "人"): 9.0, ("person", "者"): 90.0}}
    assert tables(links, PLAIN)[0]["人"][0][0] == "person"
    assert tables(links, PLAIN._replace(inverse_zh=0.5))[0]["人"][0][0] == "man"


# Words


def test_segment_takes_the_likeliest_words():
    known = {"中国": -4.0, "国法": -9.0, "法律": -4.0, "中": -7.0, "国": -7.0, "律": -8.0}
    assert segment("中国法律", known.get) == ["中国", "法律"]
    assert segment("龘中国", known.get) == ["龘", "中国"]
    assert segment("", known.get) == []


def test_fit_finds_the_words_that_occur_and_both_segmenters_agree():
    runs = ["产品质量", "质量认证", "产品认证", "认证产品"]
    found = fit(runs, {"产品", "质量", "认证", "量认", "品质"})
    assert {word for word in found if len(word) == 2} == {"产品", "质量", "认证"}
    assert segmenter(found)(runs) == [segment(run, found.get) for run in runs]


# File


def test_lexicon_file_round_trip(lexicon):
    assert lexicon.about == {"made": "here"}
    for word, expected in (FROM_ZH | FROM_EN).items():
        found = lexicon.translations(word)
        assert [target for target, _ in found] == [target for target, _ in expected]
        for (_, probability), (_, wanted) in zip(found, expected, strict=True):
            assert probability == pytest.approx(wanted, rel=0.015)
    assert lexicon.translations("absent") == ()
    assert lexicon.words("认证机构2 of water") == ["认证", "机构", "2", "of", "water"]


def test_same_arrays_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_arrays(tmp_path / name, packed(FROM_ZH, FROM_EN, WORDS), {})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    arrays, about = read_arrays(tmp_path / "a")
    assert about == {}
    for name, array in packed(FROM_ZH, FROM_EN, WORDS).items():
        assert (arrays[name].dtype, arrays[name].tobytes()) == (array.dtype, array.tobytes())


def test_other_files_are_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"something else entirely")
    with pytest.raises(ValueError, match="is no lexicon"):
        read_arrays(tmp_path / "x")


# Glossary


def test_glossary_outranks_the_statistics(lexicon, tmp_path):
    merged = with_glossary(
        tmp_path / "lexicon.safetensors", "认证\taccreditation\t验证\tcertificates | verification\tx\t"
    )
    found = dict(merged.translations("认证"))
    assert set(list(found)[:2]) == {"certif", "accredit"}  # "certificates" shares its stem with the statistics
    assert found["accredit"] > found["authent"]
    assert [share for _, share in merged.translations("验证")] == [0.5, 0.25, 0.25]  # the usual form, variants
    assert dict(merged.translations("accredit")) == pytest.approx({"认证": 2 / 3, "验证": 1 / 3})


def test_glossary_phrases(lexicon, tmp_path):
    merged = with_glossary(
        tmp_path / "lexicon.safetensors",
        "放管服\tstreamline administration and delegate power\t放管服改革\t\tpolicy\t",
        "认证机构\tcertification body\t\tcertification institution\tcertification\t",
    )
    assert merged.phrases("推进放管服改革，认证机构") == ["放管服改革", "认证机构"]
    assert merged.phrases("a certification body") == ["certif bodi"]
    index = KeywordIndex.build(["Certification bodies", "The body of law", "Delegate power, streamline", "认证机构"])
    scores = index.scores("认证机构", merged)
    assert scores.argmax() == 3
    assert scores[0] > scores[1]
    assert scores[2] == 0
    assert index.scores("放管服", merged).nonzero()[0].tolist() == [2]
    assert index.scores("certification institution", merged)[3] > 0


def test_glossary_without_its_columns_is_refused(lexicon, tmp_path):
    (tmp_path / "glossary.tsv").write_text("chinese\tenglish\n认证\tcertification\n", "utf-8")
    with pytest.raises(CorpusError, match=r"glossary\.tsv:1: no column en, zh"):
        Lexicon.load(tmp_path / "lexicon.safetensors", tmp_path / "glossary.tsv")


# Queries


def test_query_finds_passages_of_the_other_language(lexicon):
    index = KeywordIndex.build(["Water law", "Certification bodies", "水法", "认证机构"])
    assert index.scores("认证", lexicon).nonzero()[0].tolist() == [1, 3]
    assert index.scores("which certification bodies", lexicon).nonzero()[0].tolist() == [1, 3]
    match = index.explain(weighted_query("水", lexicon), 0)[0]
    assert (match.query_term, match.passage_term) == ("水", "water")
    assert index.coverage(weighted_query("水和认证", lexicon), 0).missing == ("认证",)


# Training


def write_pairs(folder, name, pairs):
    with gzip.open(folder / f"{name}.tsv.gz", "wt", encoding="utf-8") as out:
        out.writelines(f"{en}\t{zh}\n" for en, zh in pairs)


def test_read_pairs_once_each_and_bad_lines_by_number(tmp_path):
    write_pairs(tmp_path, "b", [("Water", "水"), ("Law", "法")])
    write_pairs(tmp_path, "a", [("Water", "水")])
    write_pairs(tmp_path, "tw_law_articles", [("Left out", "略")])
    assert list(read_pairs(tmp_path)) == [("a", "Water", "水"), ("b", "Law", "法")]
    with gzip.open(tmp_path / "c.tsv.gz", "wt") as out:
        out.write("no tab\n")
    with pytest.raises(ValueError, match=r"c\.tsv\.gz:1: expected English<TAB>Chinese"):
        list(read_pairs(tmp_path))


@pytest.mark.skipif(importlib.util.find_spec("eflomal") is None, reason="the aligner eflomal is not installed")
def test_training_on_made_data(tmp_path):
    goods = [("kettles", "水壶"), ("toys", "玩具"), ("cables", "电缆"), ("helmets", "头盔"), ("tyres", "轮胎")]
    verbs = [("test", "检验"), ("certify", "认证"), ("import", "进口"), ("sell", "销售"), ("recall", "召回")]
    write_pairs(tmp_path, "made", [(f"We {v[0]} {g[0]}", f"我们{v[1]}{g[1]}") for v, g in product(verbs, goods)])
    write_pairs(tmp_path, "cedict_terms", goods + verbs)
    about = train(tmp_path, tmp_path / "lexicon.safetensors", tmp_path / "links", own=False)
    assert about["pairs"] == {"cedict_terms": 10, "made": 25}
    assert sorted(about["data"]) == ["cedict_terms.tsv.gz", "made.tsv.gz"]
    learnt = Lexicon.load(tmp_path / "lexicon.safetensors", glossary=None)
    assert learnt.translations("水壶")[0][0] == "kettl"
    assert learnt.translations("recal")[0][0] == "召回"
    first = (tmp_path / "lexicon.safetensors").read_bytes()
    train(tmp_path, tmp_path / "lexicon.safetensors", tmp_path / "links", own=False)
    assert (tmp_path / "lexicon.safetensors").read_bytes() == first


# The shipped file


def test_shipped_lexicon_is_small_quick_and_knows_the_field():
    assert SHIPPED.stat().st_size <= 10_000_000
    start = time.process_time()
    shipped = Lexicon.load()
    assert time.process_time() - start < 0.3  # seconds; 0.1 when measured, and slower machines exist
    assert shipped.translations("认证")[0][0] == "certif"
    assert "产品" in dict(shipped.translations("product"))
    assert "检验" in dict(shipped.translations("inspect"))
    assert shipped.words("申请认证的企业") == ["申请", "认证", "的", "企业"]
