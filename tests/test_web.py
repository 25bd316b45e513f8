"""The pages through the in-process client: what they show, what they escape, where their links lead."""

import dataclasses
import json
import re
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from answers import ANSWER
from starlette.testclient import TestClient
from toy import ENTRIES, OPINIONS, ToyEncoder, write_corpus
from webpage import HTML, Page, links

from ingest.index import open_index
from ingest.numbering import zh_numeral
from ingest.pipeline import build
from service import frame
from service.answer import AnswerSentence
from service.answerer import Answerer
from service.app import create_app
from service.lookup import lookup
from service.settings import Settings
from service.web import asking, copying, listing
from service.web.links import words_link

QUESTION = "检验费用由谁承担？"
QUOTE = "检验费用由省承担。"


@pytest.fixture
def get(client):
    return lambda address, **headers: Page(client.get(address, headers={**HTML, **headers}))


def test_the_first_page_is_small_and_in_the_language_of_the_browser(client, get):
    page = get("/")
    assert page.all("html")[0]["lang"] == "zh"
    assert get("/", **{"accept-language": "fr, en;q=0.5"}).all("html")[0]["lang"] == "en"
    assert get("/?lang=en").text("button")[0] == "Ask"  # what the address says goes before the browser's language
    loaded = [client.get("/", headers=HTML)] + [
        client.get(address)
        for address in [
            *(found["href"] for found in page.all("link")),
            *(found["src"] for found in page.all("script")),
        ]
    ]
    assert [response.status_code for response in loaded] == [200, 200, 200, 200]
    assert sum(len(response.content) for response in loaded) < 50_000


def test_forms_work_without_scripts_and_keep_the_language(get):
    for address, fields in [("/", {"q", "lang"}), ("/documents", {"q", "lang"}), ("/lookup", {"ref", "lang"})]:
        page = get(f"{address}?lang=en")
        form = page.all("form")[0]
        assert (form["method"], form["action"]) == ("get", address)
        assert fields <= {found.get("name") for tag, found in page.elements if tag in ("input", "textarea")}
        assert page.all("input", name="lang")[0]["value"] == "en"
        assert not [name for _, found in page.elements for name in found if name.startswith("on") or name == "style"]


def test_an_answer_quotes_its_clause_and_leads_to_the_words(get):
    page = get(f"/?q={QUESTION}")
    assert page.text("h1") == [QUESTION]
    assert page.text("blockquote") == [QUOTE]
    assert page.all("blockquote")[0]["lang"] == "zh"
    assert page.text("h3")[0] == "关于加强茶叶检验的意见"
    known = page.text("p", class_="known")[0]
    assert (
        re.sub(r"\s+", " ", known).strip()
        == "总局发〔2018〕1号 总局 (General Administration) 2018-01-31 现行有效 官方译文"
    )
    opened = get(page.all("a", class_="open")[0]["href"])
    assert opened.text("mark") == [QUOTE]
    # In the same place, the same in English, and where it stands.
    assert "The province bears the cost of the inspection." in "".join(opened.text("div", class_="rows"))
    assert page.text("mark") == [QUOTE]


def test_every_link_carries_the_language_or_stays_on_the_page(get):
    for address in (f"/?q={QUESTION}&lang=en", "/documents?lang=en", "/documents/tea-2018?lang=en", "/none?lang=en"):
        page = get(address)
        for link in links(page):
            leads = urlsplit(link)
            assert not leads.scheme and not leads.netloc
            if leads.path and leads.path != "/openapi.json":
                assert parse_qs(leads.query)["lang"] in (
                    ["en"],
                    ["zh"] if link == page.all("a", class_="switch")[0]["href"] else [""],
                )


def test_exactly_the_words_at_the_offsets_are_marked(get, small_answerer):
    store = small_answerer.index.store
    for document in small_answerer.index.catalogue:
        text = store.document(document.document_id).text
        for clause in store.clauses(document.document_id):
            for start, end in [
                (clause.start, clause.end),
                (clause.start + 1, clause.end - 1),
                (clause.end - 1, clause.end),
            ]:
                place = (document.document_id, clause.clause_id, start, end, text[start:end], "zh")
                page = get(words_link(*place))
                assert page.text("mark") == [text[start:end]], clause.clause_id
                assert clause.clause_id in [found.get("id") for _, found in page.elements]


def test_words_that_go_over_clauses_are_marked_in_each(get):
    page = get("/documents/tea-2018?start=105&end=125")
    assert page.text("mark") == ["检验费用由省承担。", "(1) Every "]


@pytest.mark.parametrize(
    "query",
    [
        "start=5&end=3",
        "start=0&end=100000",
        "start=7",
        "end=7",
        "start=-1&end=3",
        "start=x&end=3",
        "start=1&end=99999999999",
    ],
)
def test_places_outside_of_the_text_are_refused(get, query):
    assert get(f"/documents/tea-2018?{query}").status == 422


def test_a_link_to_words_that_have_changed_marks_nothing_and_says_so(get):
    place = ("tea-2018", "tea-2018:zh.1.1", 105, 114)
    assert get(words_link(*place, QUOTE, "zh")).text("mark") == [QUOTE]
    page = get(words_link(*place, "检验费用由企业承担。", "zh"))
    assert page.text("mark") == []
    assert "有变动" in page.text("p", role="alert")[0]


def test_a_refusal_shows_what_is_held_and_the_nearest_clauses(small_answerer, monkeypatch):
    (nearest,) = ANSWER.citations
    lines = frame.refusal("out_of_corpus", small_answerer.held("zh"), True, "zh")
    said = [*(AnswerSentence(line, ()) for line in lines), AnswerSentence(frame.sentence(nearest, None, "zh"), (1,))]
    refusal = dataclasses.replace(ANSWER, status="no_answer", reason="out_of_corpus", sentences=tuple(said))
    monkeypatch.setattr(small_answerer, "ask", lambda *asked, **more: refusal)
    client = TestClient(create_app(Settings(), small_answerer))
    page = Page(client.get("/?q=明天北京会下雨吗？", headers=HTML))
    assert page.text("h2") == ["未能作答", "最接近的条款", "本库收有的文件"]
    # What is held and that the nearest clauses follow is shown as headings and links, not said again.
    assert page.text("div", class_="refusal")[0].split() == ["未能作答", "现有文件中没有能回答这个问题的条款。"]
    assert page.text("blockquote") == [QUOTE]
    assert {"/documents/tea-2018", "/documents/kettles-2020"} <= {urlsplit(link).path for link in links(page)}


def test_a_thread_keeps_earlier_questions_as_far_as_an_address_may_carry_them(get):
    page = get(f"/?q={QUESTION}&after=检验结果送给谁？&after=多久检验一次？")
    assert page.text("summary", lang="zh")[:2] == ["检验结果送给谁？", "多久检验一次？"]
    carried = [found["value"] for found in page.all("input", name="after")]
    assert carried == ["检验结果送给谁？", "多久检验一次？", QUESTION]
    many = "&".join(f"after=问题{at}" for at in range(9))
    page = get(f"/?q={QUESTION}&{many}")
    assert [found["value"] for found in page.all("input", name="after")] == ["问题6", "问题7", "问题8", QUESTION]
    long = "长" * 1500
    page = get(f"/?q={QUESTION}&after={long}&after={long}")
    assert [len(found["value"]) for found in page.all("input", name="after")] == [1500, len(QUESTION)]


@pytest.mark.parametrize(
    ("address", "problem"),
    [("/?q=" + "茶" * 2001, "2000"), ("/documents?q=" + "茶" * 2001, "2000"), ("/lookup?ref=" + "茶" * 2001, "2000")],
)
def test_a_question_that_is_too_long_stays_in_its_form(get, address, problem):
    page = get(address)
    assert page.status == 422
    assert problem in page.text("p", id="problem")[0]
    assert "茶" * 2001 in [*page.text("textarea"), *(found.get("value") for found in page.all("input"))]


def test_documents_are_filtered_and_searched(get):
    def found(query: str) -> list[str]:
        return [urlsplit(link).path for text, link in headed(get(f"/documents?{query}"))]

    def headed(page):
        return [(None, link) for link in links(page) if re.match("/documents/[^?]", link)]

    assert found("") == ["/documents/tea-2018", "/documents/kettles-2020"]
    assert found("language=zh") == ["/documents/tea-2018"]
    assert found("year=2020") == ["/documents/kettles-2020"]
    assert found("status=in_force") == ["/documents/tea-2018"]
    assert found("issuer=总局") == ["/documents/tea-2018"]
    assert found("issuer=nobody") == []
    assert set(found("q=kettles&year=2020")) == {"/documents/kettles-2020"}
    assert get("/documents?year=soon").status == 422
    one = get("/documents/tea-2018").all("input", name="document_id")[0]["value"]
    assert set(found(f"q=electric+kettles&document_id={one}")) == {"/documents/tea-2018"}
    page = get("/documents?q=electric+kettles+certificate&language=en&lang=en")
    opened = get(headed(page)[0][1])
    assert len(opened.text("mark")) == 1


def test_a_document_reads_side_by_side_or_in_one_language(get):
    page = get("/documents/tea-2018?lang=zh")
    first = [found.get("lang") for found in page.all("div", class_="cell")][:2]
    assert first == ["zh", "en"]
    assert [found.get("lang") for found in get("/documents/tea-2018?lang=en").all("div", class_="cell")][:2] == [
        "en",
        "zh",
    ]
    only = get("/documents/tea-2018?view=en")
    assert {found["lang"] for found in only.all("div", class_="cell")} == {"en"}
    text = "".join(page.text("div", class_="rows"))
    for clause in OPINIONS.split("\n"):
        assert clause in text
    assert page.text("nav", **{"aria-label": "目录"})[0].split() == [
        "一、总体要求",
        "（一）各省应当每年检验茶叶",
        "二、报告",
        "（一）检验结果应当在三月底以前报送总局",
    ]


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("《关于加强茶叶检验的意见》第一部分（一）", "各省应当每年检验茶叶"),
        ("tea-2018:zh.2.1", "检验结果应当在三月底以前报送总局"),
        ("《关于加强茶叶检验的意见》", "关于加强茶叶检验的意见 总局发〔2018〕1号"),
        ("《关于加强茶叶检验的意见》第九部分", "没有找到这个条款"),
        ("国发〔1999〕7号", "本库没有收"),
    ],
)
def test_a_reference_is_looked_up(get, reference, shown):
    assert shown in "".join(get(f"/lookup?ref={reference}").text("main"))


@pytest.mark.parametrize(
    ("value", "numeral"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (66, "六十六"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1010, "一千零一十"),
        (1001, "一千零一"),
    ],
)
def test_numbers_in_chinese(value, numeral):
    assert zh_numeral(value) == numeral


@pytest.mark.parametrize(
    ("clause_id", "place"),
    [
        ("tea-2018:zh.1", "第一部分"),
        ("tea-2018:zh.1.1", "第一部分（一）"),
        ("tea-2018:en.2.1", "第二部分（一）"),  # its Chinese numbers count
        ("kettles-2020:1.2", "第一部分第二点"),
        ("tea-2018:zh.p1", ""),
    ],
)
def test_a_place_as_offices_write_it_is_found_again(small_answerer, clause_id, place):
    clause = small_answerer.index.store.clause(clause_id)
    assert copying.office_place(small_answerer, clause) == place
    if clause_id.startswith("tea-2018:zh") and place:
        found = lookup(small_answerer.index, f"《关于加强茶叶检验的意见》{place}")
        assert [one.clause_id for one in found.clauses] == [clause_id]


def test_an_answer_is_copied_in_three_forms(client, small_answerer):
    answer = small_answerer.ask(QUESTION)
    copies = copying.copies(small_answerer, answer, "http://127.0.0.1", "zh")
    assert copies.office == "《关于加强茶叶检验的意见》（总局发〔2018〕1号）第一部分（一）：“检验费用由省承担。”\n"
    assert (
        copies.plain.startswith(f"{QUESTION}\n\n《关于加强茶叶检验的意见》（总局发〔2018〕1号）")
        and QUOTE in copies.plain
    )
    link = words_link("tea-2018", "tea-2018:zh.1.1", 105, 114, QUOTE, "zh")
    assert f"(http://127.0.0.1{link})" in copies.markdown and f"   > {QUOTE}" in copies.markdown
    page = Page(client.get(f"/?q={QUESTION}", headers=HTML))
    assert page.text("textarea", id="copy-office") == [copies.office]
    assert len(page.text("textarea", id="copy-markdown")) == len(page.text("textarea", id="copy-plain")) == 1


def test_a_translation_is_called_one_where_offices_cite_it(small_answerer):
    answer = small_answerer.ask("How long does the exporter keep a record of kettles?")
    copied = copying.copies(small_answerer, answer, "", "en").office.splitlines()[0]
    assert (
        copied
        == "《Notice on Electric Kettles》第一部分第二点：“The exporter keeps a record of them for 5 years.”（英文文本，机器翻译）"
    )


def test_sentences_that_are_no_quotes_stand_above_their_sources(small_answerer):
    said = dataclasses.replace(ANSWER, sentences=(AnswerSentence("费用归省里出。[1]", (1,)),))
    turn = asking.turn(small_answerer, said, "zh")
    above, below = turn.blocks
    assert (above.text, above.numbers) == ("费用归省里出。", (1,))
    assert [item.citation.quote for item in below.sources[0].places[0].cited] == [QUOTE]
    before = AnswerSentence("省里出。", ())
    said = dataclasses.replace(
        ANSWER, sentences=(before, AnswerSentence(frame.sentence(ANSWER.citations[0], None, "zh"), (1,)), before)
    )
    assert [bool(block.text) for block in asking.turn(small_answerer, said, "zh").blocks] == [True, False, True]


def test_versions_are_compared(tmp_path):
    second = OPINIONS.replace("由省承担", "由企业承担").replace("bears the cost", "bears no cost")
    write_corpus(tmp_path, (OPINIONS, second))
    newer = {
        **ENTRIES[0],
        "document_id": "tea-2021",
        "path": "texts/kettles.txt",
        "issued_on": "2021-01-31",
        "work_id": "tea",
    }
    lines = [json.dumps(one, ensure_ascii=False) for one in ({**ENTRIES[0], "work_id": "tea"}, newer)]
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    build(tmp_path, tmp_path / "index", ToyEncoder())
    client = TestClient(
        create_app(Settings(), Answerer(open_index(tmp_path / "index", ToyEncoder()), ToyEncoder(), None))
    )
    page = Page(client.get("/documents/tea-2018?lang=zh", headers=HTML))
    assert "tea-2021" in "".join(page.text("p", class_="known"))
    (difference,) = [link for link in links(page) if "/diff" in link]
    page = Page(client.get(difference, headers=HTML))
    assert (page.text("del")[0], page.text("ins")[0]) == ("省", "企业")
    assert client.get("/documents/tea-2018/diff?with=none", headers=HTML).status_code == 404
    assert client.get("/documents/tea-2018/diff", headers=HTML).status_code == 422


def test_without_a_register_there_is_no_check(get):
    assert get("/apply").status == 404
    assert "/apply" not in "".join(links(get("/")))


def test_the_command_line_starts_without_the_templates():
    code = "import sys, service.__main__, service.answerer, service.show; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_long_lists_are_shown_by_the_page(get, monkeypatch):
    monkeypatch.setattr(listing, "_PAGE", 1)
    first = get("/documents?language=en&lang=zh")
    assert first.text("nav", **{"aria-label": "分页"})[0].split() == ["1", "/", "2", "下一页"]
    second = get(first.all("a", rel="next")[0]["href"])
    assert "kettles-2020" in "".join(links(second)) and "tea-2018" not in "".join(links(second))
    assert get("/documents?page=99").status == 200


def test_links_that_are_copied_follow_no_foreign_host(small_answerer):
    app = create_app(Settings(), small_answerer)
    for host, origin in (("evil.example", ""), ("127.0.0.1:8000", "http://127.0.0.1:8000")):
        page = TestClient(app, base_url=f"http://{host}").get("/", params={"q": QUESTION, "lang": "zh"}, headers=HTML)
        assert "evil.example" not in page.text
        assert f"({origin}/documents/" in page.text
