"""The report: one page that needs nothing else, read by a parser and by a browser."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from chromium import chromium, missing
from oracle import Oracle, sample

from eval import plots
from eval.page import page
from eval.run import run


def spoiled(question, answer):
    """Some answers wrong in a way that would break a careless page, one without a result."""
    if question is sample()[1]:
        raise TimeoutError("no answer within 30 s")
    if question.question_id.endswith("2"):
        answer["answer"] = "<script>document.title='broken'</script><img src=x onerror=alert(1)>"
        answer["citations"] = answer["citations"][:1]
        answer["confidence"] = 0.4


@pytest.fixture(scope="module")
def results():
    return run(sample(), Oracle(sample(), fault=spoiled))


@pytest.fixture(scope="module")
def written(results, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page(results, {"index": "88da7ef1", "code": "<v1>"}), "utf-8")
    return file


class Tags(HTMLParser):
    """Counts what a page is made of, and collects what it would load."""

    def __init__(self, text: str):
        super().__init__()
        self.seen: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.loads += [value for name, value in attributes if name in ("src", "href", "srcset", "data", "action")]


def test_the_page_holds_everything_and_loads_nothing(written, results):
    text = written.read_text("utf-8")
    tags = Tags(text)
    assert tags.loads == []
    assert not re.search(r"@import|url\(", text)
    assert (tags.seen.count("article"), tags.seen.count("svg")) == (len(results), 4)
    assert tags.seen.count("script") == 1  # the one of an answer is text
    assert "&lt;v1&gt;" in text


def test_the_evidence_is_marked(results):
    one = next(result for result in results if result.question.answerable and not result.error)
    quote = one.question.evidence[0][0].text
    assert f"<mark>{quote.split()[0].split('&')[0]}" in page([one], {})


def test_a_question_without_a_result_says_why(written):
    assert "✗ TimeoutError: no answer within 30 s" in written.read_text("utf-8")


def test_plots_put_values_where_they_belong():
    drawn = plots.dots([("zh → en", 0.5, 0.25, 0.75)], "recall")
    # From 170 to 390: the middle, and a quarter of the way to each side.
    assert 'cx="280.0"' in drawn and 'x1="225.0"' in drawn and 'x2="335.0"' in drawn
    drawn = plots.curve([(0.5, 0.0), (1.0, 0.5)], None, "coverage", "risk")
    assert 'points="214.0,314.0 364.0,164.0"' in drawn


def test_an_axis_ends_at_a_round_number():
    assert re.findall(r">([\d.]+)</text>", plots.dots([], "milliseconds", top=12.3)) == [
        "0.00",
        "5.00",
        "10",
        "15",
        "20",
    ]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if missing():
        pytest.skip(missing())
    driver = chromium(tmp_path_factory.mktemp("browser"))
    yield driver
    driver.quit()


def test_a_browser_shows_it(browser, written, results):
    browser.get(written.as_uri())
    assert browser.title == "Yiju: gold questions"  # no script of an answer ran
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('svg')].map(one => [one.getBoundingClientRect().width,"
        " [...one.querySelectorAll('text')].every(text => text.getBoundingClientRect().right"
        " <= one.getBoundingClientRect().right + 1)])"
    )
    assert [(width > 300, inside) for width, inside in boxes] == [(True, True)] * 4


def test_questions_can_be_searched_and_filtered(browser, written, results):
    browser.get(written.as_uri())
    shown = "return [...document.querySelectorAll('article')].filter(one => one.checkVisibility()).length"
    assert browser.execute_script(shown) == len(results)
    choose = "only.value = arguments[0]; only.dispatchEvent(new Event('change')); "
    assert browser.execute_script(choose + shown, "error") == 1
    refused = sum(not result.question.answerable for result in results)
    assert browser.execute_script(choose + shown, "refusable") == refused
    browser.execute_script(choose, "")
    browser.find_element("id", "find").send_keys(results[3].question.question_id)
    assert browser.execute_script(shown) == 1


def test_it_fits_a_narrow_screen(browser, written):
    browser.set_window_size(420, 900)
    browser.get(written.as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
