"""What a question asks for, read from its form: rows of (text, what is found)."""

from types import SimpleNamespace

import pytest
from real_index import real_answerer

from ingest.document import Sentence
from ingest.keywords import weighted_query
from service import kinds
from service.answerer import Answerer
from service.enumerations import asks_list, how_many_items, items, only_counts, ordinal
from service.evidence import Evidence
from service.headlines import head_asked, is_head_line
from service.scope import is_framing
from service.select import joined
from service.typos import distance


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return real_answerer()


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("强制性产品认证覆盖多少种产品？", ("figure",)),
        ("最晚什么时候上报？", ("date",)),
        ("為什麼要起草這個方案？", ("purpose",)),
        ('What does "Double Zero" stand for?', ("meaning",)),
        ("Whom do I phone about this?", ("contact",)),
        ("Must enterprises be certified?", ("duty",)),
        ("依据了哪几份文件？", ("document",)),
        ("铜仁怎么样", ()),
    ],
)
def test_the_kind_of_answer_that_is_asked_for(question, asked):
    assert kinds.asked(question) == asked


@pytest.mark.parametrize(
    ("question", "sentence", "has"),
    [
        ("要几年完成？", "Through 3 years of efforts, we have established a system.", True),
        ("要几年完成？", "The plan was drafted on December 10.", False),
        ("要几年完成？", "通过3-5年努力", True),
        ("审批要多少个工作日？", "reduced from 45 working days to 17 working days", True),
        ("有多少种产品？", "covers a total of 103 products", True),
        ("有多少种产品？", "covers all products", False),
    ],
)
def test_a_figure_in_the_unit_that_is_asked_for(question, sentence, has):
    assert kinds.has_figure(question, sentence) is has


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("这份通知的文号是多少？", ("number",)),
        ("国发3号文的主要目标是什么？", ()),  # names a document, does not ask for its number
        ("45号文是哪个机关发的？", ("body",)),
        ("通知是哪一天签发的？", ("date",)),
        ("45号文是发给谁的？", ("addressee",)),
        ("情况要报给谁？", ()),  # of the text, not of its head
        ("Which body issued notice No. 45?", ("body",)),
        ("国务院意见还有效吗？", ("status",)),
        ("它什么时候失效？", ()),  # when, no title tells
        ("两份文件都是2018年2月的，分别是几号？", ("date",)),
        ("通知是几号文？", ("number",)),
        ("十几号人要不要培训？", ()),
        ("To which bodies is notice No. 45 addressed?", ("addressee",)),
        ("Which authorites were the opinions adressed to?", ("addressee",)),
        ("May anybody read it, or is it secret?", ("openness",)),
        ("date reply proposal 2267", ("date",)),
        ("On which dates were they issued?", ("date",)),
        ("Under what reference was the programme sent out?", ("number",)),
        ("Who is the adviser that the regulator wrote back to?", ("addressee",)),
        ("Who signed the answer to the proposal, and on which date?", ("date", "body")),
        ("Who was the adviser that wrote in with proposal 2267?", ("addressee",)),
        ("What is Zhang Leizhu's telephone number?", ("contact",)),
        # What only sounds like it.
        ("Which problems are addressed by the opinions?", ()),
        ("Must a trade secret be kept by certification bodies?", ()),
        ("Is a certificate issued when the factory inspection is passed?", ()),
        ("Who gets the subsidy?", ()),
        ("What number of product categories does the plan list?", ()),
        ("公众能看到哪些信息？", ()),
        ("坐几号线？", ()),
        ("Is it still in force or has it lapsed?", ("status",)),
    ],
)
def test_lines_of_a_documents_head_that_are_asked_for(question, asked):
    assert head_asked(question) == asked


def test_a_line_tells_what_it_tells():
    assert is_head_line("[ 2018 ] No. 45", ("number",))
    assert is_head_line("February 6th, 2018", ("date",))
    assert is_head_line("Member Yue Zhonglin:", ("addressee",))
    assert not is_head_line("( this document is publicly available )", ("number", "date", "body", "addressee"))


@pytest.mark.parametrize(
    ("question", "is_list", "number"),
    [
        ("五大行动分别是哪五个？", True, 5),
        ("Which five ports is technical inspection capability to be built at?", True, 5),
        ("国务院意见的四项基本原则", True, 4),
        ("四项基本原则是什么", True, 4),
        ("下一步要干的四大块是？", True, 4),
        ("要完善哪五套体系？", True, 5),
        ("Enumerate the four roles that are to be given full scope.", True, 4),
        ("What are the principles of State Council No. 3 of 2018?", True, None),
        ("党的十九大以来取得了什么成果？", False, None),
        ("What does it stand for?", False, None),
        ("第四条讲了什么？", False, None),
        ("How many years does it take?", False, None),
        ("到2018年有多少？", False, None),
    ],
)
def test_a_list_and_its_length(question, is_list, number):
    assert (asks_list(question), how_many_items(question)) == (is_list, number)


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("at five types of ports: aviation, water transport, roads, railways, and parcels", {5}),
        ("the management of sites and plans", set()),
        ("将全面质量管理、六西格玛、精益管理等方法加以提升", {3}),
        ("组织体系、监管体系和公共服务体系", {2, 3}),
        ("three actions including training, “once certified, recognised everywhere”, and inspection", {3}),
    ],
)
def test_how_many_things_a_sentence_enumerates(sentence, counts):
    assert items(sentence) == counts


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("The third is to strengthen supervision.", 3),
        ("Sixth, optimize the environment.", 6),
        ("In response to your suggestions, one is to improve the mechanism.", 1),
        ("二是加强监管。", 2),
        ("All of this is one system.", None),
    ],
)
def test_an_item_that_counts_itself(sentence, place):
    assert ordinal(sentence) == place


def test_several_questions_in_one():
    assert kinds.parts("How many deals were signed, and which countries signed?") == (
        "How many deals were signed",
        "which countries signed",
    )
    assert kinds.parts("通过几年努力，质量认证制度趋于完备") == ("通过几年努力，质量认证制度趋于完备",)


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        (
            "what shoud enterprizes do with quality certifcation",
            "what should enterprises do with quality certification",
        ),
        ("小微企业免费质量认证陪训", "小微企业免费质量认证培训"),
        # Typed by sound: one character of a word of the texts is right.
        ("质量认正体系的木标", "质量认证体系的目标"),
        ("政府部们的质量管里", "政府部门的质量管理"),
        ("派检察人员去行政审批", "派检察人员去行政审批"),
        # Names are no errors.
        ("铜陵、通辽、信阳、长治和安顺", "铜陵、通辽、信阳、长治和安顺"),
        ("李强和寇准的企业鉴证", "李强和寇准的企业鉴证"),
        ("Is Intertek mentioned?", "Is Intertek mentioned?"),
        ("不做也行吗？四个意识是指哪四个？", "不做也行吗？四个意识是指哪四个？"),
        ("What is the document number of the notice?", "What is the document number of the notice?"),
        ("有机茶要不要认证，还有哪些？", "有机茶要不要认证，还有哪些？"),
        ("registering a brand across the European Union", "registering a brand across the European Union"),
        # Words of expected questions are known, and what the lexicon knows as an error.
        ("wich produkts were droped", "which products were dropped"),
        ("the goverment and its enviroment", "the government and its environment"),
        ("colour, labour and licence of kettles", "colour, labour and licence of kettles"),
        ("Can it lessen the burden of Baoha rules on a liner?", "Can it lessen the burden of Baoha rules on a liner?"),
    ],
)
def test_typing_errors_are_put_right_and_nothing_else(answerer, question, mended):
    assert answerer.typos.mended(question) == mended


def test_an_answer_says_how_a_question_with_errors_was_read(answerer):
    assert answerer.ask("质量认正体系的主要目标是什么？").note == "按“质量认证体系的主要目标是什么？”理解。"
    assert answerer.ask("质量认证体系的主要目标是什么？").note is None


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("We make kettles in Guangzhou. Which mark do we need?", "Which mark do we need?"),
        ("俺们厂二十来号人,做五金件的。国家对小厂有啥要求?", "国家对小厂有啥要求?"),
        ("What is ISO 9001? Who needs it?", "What is ISO 9001? Who needs it?"),
        ("三种产品", "三种产品"),
    ],
)
def test_the_sentences_that_ask(question, asks):
    assert kinds.asking(question) == asks


def test_words_that_put_the_question_or_tell_of_the_asker_count_less(answerer):
    question = "我们厂在广州做水壶。到底强制性产品认证目录里一共有几类产品？"
    query, about = answerer.understood(question)
    weight = {word.text: float(about.open_weight[at, 0]) for at, word in enumerate(query.keywords.words)}
    idf = answerer.index.passage_terms.idf
    of = {word.text: idf(word) for word in query.keywords.words}
    assert weight["到底"] < 0.2 * of["到底"]
    assert weight["水壶"] < 0.5 * of["水壶"]
    assert weight["目录"] > 0


@pytest.mark.parametrize(
    ("word", "framing"),
    [("到底", True), ("exact", True), ("几条", True), ("四项", True), ("认证", False), ("fee", False)],
)
def test_framing_words(word, framing):
    assert is_framing(word) is framing


def test_each_thing_that_a_question_asks_is_answered(answerer):
    question = "2018到2019年从目录调出了多少种产品，又有多少贫困地区得到有机认证帮扶？"
    first, second = (item.quote for item in answerer.ask(question).citations)
    assert "62 products" in first and "32 poverty-stricken areas" in second


def test_sentences_that_follow_each_other_are_one_quote(answerer):
    first, second, third = (Sentence(0, 5, "One. "), Sentence(5, 9, "Two."), Sentence(10, 16, "Three."))
    passage = SimpleNamespace(text="One. Two. Three.", start=0)
    items = [Evidence(SimpleNamespace(position=7), passage, part, 0, 0.0, {}) for part in (first, third, second)]
    (quote,) = joined([items[0], items[2], items[1]])
    assert (quote.sentence.start, quote.sentence.end, quote.sentence.text) == (0, 16, "One. Two. Three.")
    assert len(joined(items[:2])) == 2


def test_distance_of_words():
    assert distance("waht", "what", 2) == 1  # neighbours swapped
    assert distance("certifcation", "certification", 2) == 1
    assert distance("tea", "certification", 2) == 3


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("国务院意见和质检总局通知分别是怎么说的？", ["state-council-2018-3", "aqsiq-2018-45"]),
        ("铜仁方案的四项保障措施是什么？", ["tongren-plan-2019"]),
        ("总局45号文部署的五大行动", ["aqsiq-2018-45"]),
        ("国发〔2018〕3号的主要目标是什么？", ["state-council-2018-3"]),
        ("Compare the State Council and Tongren.", ["state-council-2018-3", "tongren-plan-2019"]),
        ("Is certification in China mainly voluntary?", []),
        ("三种产品", []),  # no document of number 3
        ("国家给自己定的是几年，铜仁又是几年？", ["state-council-2018-3", "tongren-plan-2019"]),
        ("Compare the nation's view with the city plan.", ["state-council-2018-3", "tongren-plan-2019"]),
        ("国家标准有多少项？", []),
        ("与哪些国家和地区签署了合作协议？", []),
        ("What local policy applies in which country or region?", []),
    ],
)
def test_documents_that_a_question_names_in_its_order(answerer, question, documents):
    _, about = answerer.understood(question)
    assert [answerer.index.catalogue[at].document_id for at in about.named()] == documents


def test_a_word_that_no_text_has_is_looked_for_by_words_like_it(answerer):
    query, _ = answerer.understood("Which staff deal with the faults and the quality?")
    found = {word.text: word.alternatives for word in query.keywords.words}
    assert ("personnel",) in dict(found["staff"])
    assert ("problem",) in dict(found["fault"])
    # A word that the texts have stands for itself and its translations only.
    plain = {word.text: word.alternatives for word in weighted_query(query.text, answerer.lexicon).words}
    assert found["qualiti"] == plain["qualiti"]


@pytest.mark.parametrize(
    ("word", "counts"),
    [("四项", True), ("项", True), ("4", True), ("four", True), ("原则", False), ("principl", False)],
)
def test_a_word_that_only_counts(word, counts):
    assert only_counts(word) is counts
