"""Real questions to the real corpus with the shipped encoder and lexicon: what comes back, word for word."""

from datetime import date

import pytest
from real_index import real_answerer

from service.answer import Filters
from service.answerer import Answerer
from service.evidence import candidates, fold
from service.retrieve import retrieve
from service.select import select


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return real_answerer()


ANSWERED = [
    (
        "各单位学习宣传贯彻《意见》的情况应在什么时候之前报总局？",
        "aqsiq-2018-45",
        "please report to the general administration before March 5th, 2018",
    ),
    (
        "How many sub-categories does voluntary certification include?",
        "samr-2020-2267",
        "49 sub-categories in 3 categories",
    ),
    ("质量认证要通过几年努力趋于完备？", "state-council-2018-3", "通过3-5年努力"),
    ("Which five ports is technical inspection capability to be built at?", "aqsiq-science-2018-9", "aviation, water"),
    ("铜仁市支持外地知名检验认证机构来设分支机构吗？", "tongren-plan-2019", "set up branches in Tongren"),
]


@pytest.mark.parametrize(("question", "document_id", "words"), ANSWERED)
def test_a_question_finds_its_clause_in_either_language(answerer, question, document_id, words):
    answer = answerer.ask(question)
    assert answer.status == "answered"
    assert [item.document_id for item in answer.citations if words in item.quote] == [document_id]


def test_every_quote_is_the_documents_own_words(answerer):
    for question, *_ in ANSWERED:
        for citation in answerer.ask(question).citations:
            document = answerer.index.store.document(citation.document_id)
            assert document.text[citation.start : citation.end] == citation.quote
            clause = answerer.index.store.clause(citation.clause_id)
            assert clause.start <= citation.start < citation.end <= clause.end


def test_every_sentence_is_cited_and_the_frame_is_in_the_askers_language(answerer):
    for question, language in ((ANSWERED[0][0], "zh"), (ANSWERED[1][0], "en")):
        answer = answerer.ask(question)
        assert answer.language == language
        assert all(sentence.citations for sentence in answer.sentences)
    assert answerer.ask(ANSWERED[0][0], language="en").language == "en"


def test_the_same_question_gives_the_same_answer(answerer):
    one, other = answerer.ask(ANSWERED[0][0]), answerer.ask(ANSWERED[0][0])
    assert (one.text, one.citations, one.confidence) == (other.text, other.citations, other.confidence)


@pytest.mark.parametrize("question", ["明天北京会下雨吗？", "How do I bake a chocolate cake?", "怎样红烧排骨？"])
def test_what_the_corpus_does_not_hold_is_refused_in_the_askers_language(answerer, question):
    answer = answerer.ask(question)
    assert answer.status == "no_answer"
    assert answer.reason in ("out_of_corpus", "low_support")
    if answer.language == "zh":
        assert "本库收有5份文件" in answer.text and "国发〔2018〕3号" in answer.text
    else:
        assert "5 documents are held" in answer.text


@pytest.mark.parametrize("question", ["的", "???", "what is it", "2018", "3"])
def test_a_question_without_content_is_ambiguous(answerer, question):
    assert (answerer.ask(question).status, answerer.ask(question).reason) == ("no_answer", "ambiguous")


def test_filters_narrow_what_may_be_cited(answerer):
    question = "质量认证体系建设"
    for filters, expected in (
        (Filters(document_id="tongren-plan-2019"), {"tongren-plan-2019"}),
        (Filters(issuer="state council"), {"state-council-2018-3"}),
        (Filters(status="in_force"), {"state-council-2018-3"}),
        (Filters(issuer="nobody"), set()),
    ):
        assert {hit.passage.document_id for hit in answerer.search(question, filters)} == expected
    assert {hit.passage.language for hit in answerer.search(question, Filters(language="zh"))} == {"zh"}
    early = answerer.search(question, Filters(as_of=date(2018, 2, 8)), limit=100)
    dated = {hit.passage.document_id for hit in early}
    assert "aqsiq-2018-45" in dated and not dated & {"aqsiq-science-2018-9", "samr-2020-2267"}


def test_a_bilingual_clause_shows_its_counterpart(answerer):
    citation = next(
        item for item in answerer.ask("质量认证要通过几年努力趋于完备？").citations if "3-5年" in item.quote
    )
    assert citation.counterpart.clause_id == "state-council-2018-3:en.1.3.p1"
    assert citation.counterpart.quote.startswith("Through three to five years' endeavors")


def test_a_rendering_is_shown_beside_an_english_quote_and_labelled(answerer):
    citation = answerer.ask(ANSWERED[0][0]).citations[0]
    assert citation.language == "en"
    assert "2018年3月5日前" in citation.counterpart.quote
    assert citation.counterpart.translation == "project"


def test_without_renderings_the_same_clause_is_found_by_the_encoder_and_the_lexicon(answerer):
    plain = Answerer(answerer.index, answerer.encoder, answerer.lexicon, renderings=False)
    hits = plain.search("各单位学习宣传贯彻《意见》的情况应在什么时候之前报总局？", limit=5)
    assert any("before March 5th, 2018" in hit.passage.text for hit in hits)
    assert all(hit.face == hit.position for hit in hits)


def test_a_hit_can_say_which_words_met(answerer):
    hits = answerer.search("有机产品认证", limit=1)
    matches = answerer.explain("有机产品认证", hits)[0]
    assert any(match.query_term == "有机" and match.passage_term.startswith("organ") for match in matches) or any(
        match.passage_term == "有机" for match in matches
    )
    assert sum(match.weight for match in matches) > 0


def test_filters_that_leave_nothing_are_named_as_the_reason(answerer):
    answer = answerer.ask("强制性产品认证目录有多少种产品？", filters=Filters(issuer="nobody"))
    assert answer.status == "no_answer"
    assert answer.text.startswith("没有符合筛选条件（文件、发文机关、语言、效力、日期）的文件。")


def test_dead_law_is_the_reason_only_where_it_would_have_answered(answerer):
    filters = Filters(document_id="tongren-plan-2019", as_of=date(2025, 1, 1))
    assert answerer.ask("How many inspectors were dispatched?", filters=filters).reason != "not_in_force"


def test_below_a_heading_stands_what_it_heads(answerer):
    quotes = [item.quote for item in answerer.ask("国发〔2018〕3号的主要目标是什么？").citations]
    assert any(quote.startswith("通过3-5年努力") for quote in quotes)


@pytest.mark.parametrize(
    ("question", "clause_id"),
    [
        ("国发〔2018〕3号第五条说了什么？", "state-council-2018-3:zh.2.5"),
        ("What does clause 5 of State Council No. 3 [2018] say?", "state-council-2018-3:en.2.5"),
    ],
)
def test_a_clause_that_is_named_is_quoted(answerer, question, clause_id):
    answer = answerer.ask(question)
    assert answer.status == "answered"
    assert {item.clause_id for item in answer.citations} == {clause_id}
    assert len(answerer.ask(question, max_citations=2).citations) == 2


def test_a_named_clause_keeps_to_the_filters(answerer):
    answer = answerer.ask("国发〔2018〕3号第五条说了什么？", filters=Filters(document_id="tongren-plan-2019"))
    assert {item.document_id for item in answer.citations} <= {"tongren-plan-2019"}


def test_a_list_that_the_headings_make_is_given_in_full_and_in_order(answerer):
    answer = answerer.ask("市场监管总局下一步要从哪四个方面采取措施？")
    assert [item.quote for item in answer.citations] == [
        "(1) Expand the coverage of quality certification.",
        "(2) Revise relevant laws and regulations.",
        "(3) Strengthen the supervision of the certification industry.",
        "(4) Improve the service capabilities of certification agencies.",
    ]


def test_a_longer_list_is_cut_only_where_the_caller_says_so(answerer):
    question = "2018年质检科技工作要点分哪六大部分？"
    query, about = answerer.understood(question)
    hits = fold(answerer.index, retrieve(answerer.index, query, about, answerer.allowed(Filters()), 40), "zh")
    ranked = candidates(answerer.index, query, about, hits)
    assert len(select(answerer.index, query, about, ranked)) == 6
    assert len(select(answerer.index, query, about, ranked, 5)) == 5


def test_a_list_in_one_sentence_is_one_citation(answerer):
    answer = answerer.ask("Which five ports is technical inspection capability to be built at?")
    assert len(answer.citations) == 1


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("百万家企业的活动，国务院意见和质检总局通知分别是怎么说的？", ["state-council-2018-3", "aqsiq-2018-45"]),
        ("哪两份文件都提出建立认证全过程追溯机制？", ["tongren-plan-2019", "aqsiq-2018-45"]),
    ],
)
def test_each_document_that_a_question_needs_is_cited(answerer, question, documents):
    answer = answerer.ask(question)
    assert sorted(item.document_id for item in answer.citations) == sorted(documents)


def test_how_many_things_a_question_counts_makes_no_list_of_what_it_does_not_ask_for(answerer):
    answer = answerer.ask("「雙零」活動裡的兩個零指的是什麼?")
    assert [item.clause_id for item in answer.citations] == ["aqsiq-science-2018-9:4.14"]


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("AQSIQ no. 45 report deadline and phone contact", ["The studying, publicizing", "Contacts: Cao Jian"]),
        ("2267号提案答复 落款单位 日期", ["General Administration of Market", "September 24, 2020"]),
        ("国家和铜仁的文件都怎么说机关自己的质量管理体系？", ["鼓励各级政府部门", "The third is to innovate gov"]),
    ],
)
def test_each_thing_that_a_question_joins_is_answered(answerer, question, quotes):
    quoted = [item.quote for item in answerer.ask(question).citations]
    assert len(quoted) == len(quotes)
    assert all(any(quote.startswith(words) for quote in quoted) for words in quotes)


def test_a_heading_alone_is_no_answer(answerer):
    answer = answerer.ask('What does "Double Zero" stand for?')
    assert [item.quote[:45] for item in answer.citations] == ['Focusing on the theme of "zero defect in qual']


def test_a_clause_in_two_languages_is_quoted_in_the_askers(answerer):
    for question, language in (
        ("六西格玛、精益管理等方法要怎么用？", "zh"),
        ("How are Six Sigma and lean management to be used?", "en"),
    ):
        answer = answerer.ask(question)
        assert {(item.document_id, item.language) for item in answer.citations} == {("state-council-2018-3", language)}


def test_a_list_is_given_in_full_unless_fewer_citations_are_asked_for(answerer):
    question = "国务院意见的基本原则有哪些？"
    whole, cut = answerer.ask(question), answerer.ask(question, max_citations=1)
    assert [item.clause_id[-2:] for item in whole.citations] == ["d1", "d2", "d3", "d4"]
    assert whole.note is None
    assert [item.quote for item in cut.citations] == [whole.citations[0].quote]
    assert cut.note == "另有3处原文同样回答这个问题，因引用数量的限制没有列出。"


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("四项基本原则是什么", ["zh.1.2.d1", "zh.1.2.d2", "zh.1.2.d3", "zh.1.2.d4"]),
        ("What are the four basic principles?", ["en.1.2.d1", "en.1.2.d2", "en.1.2.d3", "en.1.2.d4"]),
        # Below a clause that is named, and where the same questions are expected of all items.
        ("质检总局45号文第三部分要求发挥哪四种作用？", ["3.1", "3.2", "3.3", "3.4"]),
        ("2267号复函第三部分提出的四项下一步措施是哪几项？", ["3.1", "3.2", "3.3", "3.4"]),
        ("科技司要点的六个部分标题分别是什么？", ["1", "2", "3", "4", "5", "6"]),
        ("市监总局答复政协委员，下一步要干的四大块是？", ["3.1", "3.2", "3.3", "3.4"]),
        ("质检总局通知在学习宣传这一大块里布置了哪几件事，逐条给我", ["2.1", "2.2", "2.3", "2.4", "2.5"]),
    ],
)
def test_a_list_that_names_a_heading_is_all_that_stands_below_it_in_order(answerer, question, clauses):
    answer = answerer.ask(question)
    assert [item.clause_id.split(":")[1] for item in answer.citations] == clauses


def test_a_heading_with_its_clause_behind_it_in_one_sentence_is_quoted_as_far_as_it_goes(answerer):
    second = answerer.ask("What are the four basic principles?").citations[1]
    assert second.quote == "—Market domination and government guidance"


def test_a_sentence_that_begins_with_its_heading_is_evidence(answerer):
    answer = answerer.ask("Which quality signal transmission mechanisms shall be improved?")
    assert answer.citations[0].quote.startswith("—Market domination and government guidance: The decisive role")


@pytest.mark.parametrize(
    ("question", "clause_id"),
    [
        ("国务院意见现在还有效吗？", "state-council-2018-3:zh.p1"),
        ("Are the State Council opinions still in force?", "state-council-2018-3:en.p1"),
    ],
)
def test_whether_a_text_is_in_force_is_told_by_the_note_behind_its_title(answerer, question, clause_id):
    assert [item.clause_id for item in answerer.ask(question).citations] == [clause_id]


def test_a_document_named_by_its_full_number_is_the_one_that_answers(answerer):
    answer = answerer.ask("国发〔2018〕3号的主要目标是什么？")
    assert {item.document_id for item in answer.citations} == {"state-council-2018-3"}


def test_two_documents_named_in_turn_are_both_cited(answerer):
    answer = answerer.ask("铜仁的解读和市场监管总局的复函都把质量认证叫做国际上的什么工具？")
    assert {item.document_id for item in answer.citations} == {"tongren-plan-2019", "samr-2020-2267"}
