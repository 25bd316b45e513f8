"""Clauses of two languages find each other, in one file and across two."""

import numpy as np
import pytest
from works import ENTRIES, write_works

from ingest.align import best_chain, body, places
from ingest.command import CORPUS
from ingest.counterparts import pair_texts, same_texts, same_version
from ingest.document import Document
from ingest.encoder import load_encoder
from ingest.index import open_index
from ingest.lexicon import Lexicon
from ingest.manifest import read_manifest
from ingest.pipeline import build, read_corpus
from ingest.structure import Block, clauses
from service.answerer import Answerer
from service.evidence import fold
from service.respond import clause_response


def cut(name: str, language: str, *lines: str):
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block(at, at + len(line), line, language))
        at += len(line) + 1
    return clauses(name, blocks)


def texts(one, other, pairs) -> list[tuple[str, str]]:
    return [(body(one[first])[:6], body(other[second])[:14]) for first, second in pairs]


def test_the_best_chain_ascends_and_has_the_greatest_sum():
    # 0-1 and 2-3 give .9 + .5; taking the .6 at 1-0 would cost both 0-1 and nothing else could make up for it.
    gain = np.array([[-1, 0.9, -1, -1], [0.6, -1, -1, -1], [-1, -1, -1, 0.5]], np.float32)
    assert best_chain(gain) == [(0, 1), (2, 3)]
    assert best_chain(np.full((2, 3), -0.1, np.float32)) == []
    assert best_chain(np.zeros((0, 3), np.float32)) == []


def test_places_are_the_same_in_both_languages():
    chinese = cut(
        "a", "zh", "第一章 总则", "第一条　甲：", "（一）乙；", "（二）丙。", "第二条之一　丁。", "戊。", "己。"
    )
    english = cut("b", "en", "Article 1 A:", "(1) B;", "(2) C.")
    assert places(chinese) == ["1", "条1", "条1.1", "条1.2", "条2之1", "条2之1.p1/2", "条2之1.p2/2"]
    assert places(english) == ["条1", "条1.1", "条1.2"]


CHINESE = ("第一条　认证机构应当公正。", "第二条　认证费用由委托人承担。", "第三条　认证证书有效期为五年。")
ENGLISH = (
    "Certification bodies shall be impartial.",
    "The cost of certification shall be borne by the client.",
    "The certificate is valid for five years.",
)


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        # The numbers agree.
        ([f"Article {at}. {text}" for at, text in enumerate(ENGLISH, 1)], [0, 1, 2]),
        # No numbers: by the words.
        (list(ENGLISH), [0, 1, 2]),
        # One is missing, and its neighbours do not take its partner.
        ([ENGLISH[0], ENGLISH[2]], [0, None, 1]),
        ([f"Article 1. {ENGLISH[0]}", f"Article 3. {ENGLISH[2]}"], [0, None, 1]),
        # Something that the other text does not have.
        ([ENGLISH[0], "The weather was fine in Paris that day.", *ENGLISH[1:]], [0, 2, 3]),
    ],
)
def test_clauses_of_two_files(english, expected):
    one, other = cut("a", "zh", *CHINESE), cut("b", "en", *english)
    pairs = dict(pair_texts(one, other, load_encoder()))
    assert [pairs.get(at) for at in range(3)] == expected


def test_texts_too_long_to_weigh_every_pair_are_paired_by_place(monkeypatch):
    monkeypatch.setattr("ingest.counterparts.MOST_PAIRS", 8)
    one, other = (
        cut("a", "zh", *CHINESE),
        cut("b", "en", f"Article 1. {ENGLISH[0]}", ENGLISH[1], f"Article 3. {ENGLISH[2]}"),
    )
    assert pair_texts(one, other, encoder=None) == [(0, 0), (2, 2)]


def document(name: str, language: str, **fields) -> Document:
    return Document(name, fields.pop("work_id", "w"), language, name, "", "", "", **fields)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"issued_on": "2018-01-01"}, {"issued_on": "2018-01-01"}, True),
        ({"issued_on": "2018-01-01"}, {"issued_on": "2020-01-01"}, False),
        ({"document_number": "国发〔2018〕3号"}, {"document_number": "Guo Fa [2018] No. 3"}, True),
        ({"document_number": "国发〔2018〕3号"}, {"document_number": "Guo Fa [2017] No. 3"}, False),
        ({"issued_on": "2018-01-01"}, {"effective_on": "2018-01-01"}, None),
    ],
)
def test_whether_two_languages_are_one_version(one, other, expected):
    assert same_version(document("a", "zh", **one), document("b", "en", **other)) is expected


def test_only_one_version_of_one_work_is_paired():
    old, new = document("old", "zh", issued_on="2018-01-01"), document("new", "zh", issued_on="2020-01-01")
    translation, undated = document("en", "en", issued_on="2020-01-01"), document("en", "en")
    assert same_texts([old, new, translation]) == [(1, 2)]
    assert same_texts([old, new, undated]) == []  # of which one it is cannot be told
    assert same_texts([new, undated]) == [(0, 1)]
    assert same_texts([new, document("en", "en", work_id="other")]) == []


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    corpus, folder = write_works(tmp_path_factory.mktemp("corpus")), tmp_path_factory.mktemp("index")
    build(corpus, folder, load_encoder())
    return open_index(folder, load_encoder())


def test_the_clauses_of_two_files_know_each_other(index):
    for number in range(1, 6):
        chapter = 1 if number < 5 else 2
        chinese, english = f"tea-2023:{chapter}.{number}", f"tea-2023-en:{chapter}.{number}"
        assert index.store.clause(chinese).counterpart == english
        assert index.store.clause(english).counterpart == chinese
    assert [clause.counterpart for clause in index.store.clauses("tea-2018")] == [None] * 8
    pairs = {
        clause.clause_id: clause.counterpart for clause in index.store.clauses("tea-2023") if clause.number is None
    }
    assert pairs == {"tea-2023:p1": "tea-2023-en:p1"}  # the titles


def test_passages_know_their_counterpart(index):
    passages = [index.store.passage(at) for at in range(len(index.passage_document))]
    for passage in passages:
        assert passage.counterpart == index.store.clause(passage.clause_id).counterpart
    assert sum(passage.counterpart is not None for passage in passages) == 16


def test_an_answer_shows_the_other_document_and_says_a_thing_once(index):
    answerer = Answerer(index, load_encoder(), Lexicon.load())
    hits = answerer.search("检验机构应当保存检验记录，保存期限为三年", limit=10)
    found = [hit.passage.clause_id for hit in hits]
    assert {"tea-2023:1.4", "tea-2023-en:1.4"} <= set(found)
    assert len({"tea-2023:1.4", "tea-2023-en:1.4"} & {hit.passage.clause_id for hit in fold(index, hits)}) == 1
    sentence = next(hit.passage for hit in hits if hit.passage.clause_id == "tea-2023:1.4").sentences[0]
    cited = answerer.citer.cite(1, "tea-2023:1.4", sentence, "zh")
    assert (cited.counterpart.document_id, cited.counterpart.clause_id) == ("tea-2023-en", "tea-2023-en:1.4")
    assert cited.counterpart.quote.startswith("Article 4 Inspection institutions shall keep the records")
    assert clause_response(index, "tea-2023:1.4").counterpart.document_id == "tea-2023-en"


def test_reading_twice_gives_the_same(tmp_path):
    corpus = write_works(tmp_path)
    assert read_corpus(corpus, read_manifest(corpus)) == read_corpus(corpus, read_manifest(corpus))
    assert len(ENTRIES) == 3


PAIRS = [
    ("zh.p2", "en.p3"),
    ("zh.p3", "en.p4"),
    ("zh.p4", "en.p5"),
    ("zh.1", "en.1"),
    ("zh.1.1", "en.1.1"),
    ("zh.1.1.p1", "en.1.1.p1"),
    ("zh.1.2", "en.1.2"),
    ("zh.1.2.d1", "en.1.2.d1"),
    ("zh.1.2.d2", "en.1.2.d2"),
    ("zh.1.2.d3", "en.1.2.d3"),
    ("zh.1.2.d4", "en.1.2.d4"),
    ("zh.1.3", "en.1.3"),
    ("zh.1.3.p1", "en.1.3.p1"),
    ("zh.2", "en.2"),
    ("zh.2.4", "en.2.4"),
    ("zh.2.5", "en.2.5"),
    ("zh.2.6", "en.2.6"),
    ("zh.3", "en.3"),
]


def test_every_clause_of_the_state_council_opinions_has_its_partner():
    entry = next(entry for entry in read_manifest(CORPUS) if entry.document_id == "state-council-2018-3")
    (item,) = read_corpus(CORPUS, [entry])
    found = {
        tuple(name.split(":")[1] for name in (clause.clause_id, clause.counterpart))
        for clause in item.clauses
        if clause.language == "zh" and clause.counterpart
    }
    assert found - {("zh.p1", "en.p1")} == set(PAIRS)
    assert ("zh.p1", "en.p1") in found
    # What is paired says the same, as far as figures and the encoder can tell.
    by_id = {clause.clause_id.split(":")[1]: clause for clause in item.clauses}
    encoder = load_encoder()
    near = [float(np.prod(encoder.encode([body(by_id[a]), body(by_id[b])]), axis=0).sum()) for a, b in PAIRS]
    assert min(near) > 0.4
