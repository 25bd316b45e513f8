"""The pages in a real browser: asking, opening a citation, looking up, both languages, with and without scripts."""

import importlib.resources
import importlib.util
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from chromium import chromium, colours, missing, resize
from real_index import real_answerer

ROOT = Path(__file__).parent.parent
SHOTS = ROOT / "build" / "screenshots"
WIDTHS = (390, 820, 1440)
ZH = "各单位学习宣传贯彻《意见》的情况应在什么时候之前报总局？"
EN = "How many sub-categories does voluntary certification include?"
REFUSED = "明天北京会下雨吗？"
DOCUMENT = "/documents/state-council-2018-3"

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def site():
    """The address of the service over the real corpus, served by this process."""
    import uvicorn

    from service.app import create_app
    from service.settings import Settings

    app = create_app(Settings(), real_answerer())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, http="h11", ws="none", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    driver = chromium(tmp_path_factory.mktemp("browser"))
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver, site):
    """The browser as everybody begins; afterwards its console must be empty: no error, no breach of the policy."""
    resize(driver, 1280)
    colours(driver, "light")
    driver.get(f"{site}/healthz")
    driver.execute_script("localStorage.clear()")
    driver.get_log("browser")
    yield driver
    assert driver.get_log("browser") == []


def ask(driver, site: str, question: str, language: str) -> None:
    driver.get(f"{site}/?lang={language}")
    driver.find_element("id", "q").send_keys(question)
    leave(driver, lambda: driver.find_element("css selector", "form.ask button").click())


def leave(driver, act) -> None:
    """Do what leads to another page, and wait until it is there."""
    driver.execute_script("window.here = true")
    act()
    for _ in range(1000):
        if driver.execute_script("return !window.here && document.readyState == 'complete'"):
            return
        time.sleep(0.01)
    raise AssertionError(f"still on {driver.current_url} after ten seconds")


def texts(driver, selector: str) -> list[str]:
    return [found.text for found in driver.find_elements("css selector", selector)]


@pytest.mark.parametrize(
    ("question", "language", "quote"),
    [
        (ZH, "zh", "The studying, publicizing and implementing processes the Opinions of all the units and departments, please report to the general administration before March 5th, 2018."),
        (EN, "en", "At present, compulsory product certification covers a total of 103 products in 17 categories, and voluntary certification includes a total of 49 sub-categories in 3 categories of products, services, and management systems."),
    ],
)  # fmt: skip
def test_a_citation_is_opened_and_exactly_its_words_are_marked(browser, site, question, language, quote):
    ask(browser, site, question, language)
    assert texts(browser, "blockquote")[0] == quote
    assert browser.find_element("tag name", "blockquote").get_attribute("lang") == "en"
    leave(browser, browser.find_element("css selector", ".cited .open").click)
    assert browser.execute_script("return [...document.querySelectorAll('mark')].map(one => one.textContent)") == [
        quote
    ]
    place = browser.find_element("tag name", "mark").rect
    scrolled = browser.execute_script("return scrollY")
    assert scrolled <= place["y"] <= scrolled + 1000  # it is in sight
    assert browser.find_element("tag name", "html").get_attribute("lang") == language


def test_a_quote_is_seen_in_its_clause_without_leaving_the_answer(browser, site):
    ask(browser, site, ZH, "zh")
    context = browser.find_element("css selector", "details.context")
    assert not context.find_element("tag name", "mark").is_displayed()
    context.find_element("tag name", "summary").click()
    assert context.find_element("tag name", "mark").is_displayed()
    assert (
        context.find_element("css selector", ".rendered .same").text
        == "各单位、各部门学习宣传贯彻《意见》的情况，请于2018年3月5日前报送总局。"
    )


def test_what_is_not_held_is_refused_with_what_is(browser, site):
    ask(browser, site, REFUSED, "zh")
    assert texts(browser, ".refusal p") == ["现有文件中没有能回答这个问题的条款。"]
    assert len(texts(browser, ".titles a")) == 5
    assert len(texts(browser, "blockquote")) == 2


def test_enter_asks_and_follow_up_questions_keep_the_thread(browser, site):
    from selenium.webdriver.common.keys import Keys

    browser.get(f"{site}/?lang=zh")
    for question in (ZH, "什么是绿色产品认证？"):
        box = browser.find_element("id", "q")
        leave(browser, lambda box=box, question=question: box.send_keys(question + Keys.ENTER))
    assert texts(browser, ".thread summary")[:1] == [ZH]
    assert texts(browser, "h1") == ["什么是绿色产品认证？"]
    assert parse_qs(urlsplit(browser.current_url).query)["after"] == [ZH]
    browser.get(f"{site}/?lang=zh")
    assert texts(browser, "#history li") == ["什么是绿色产品认证？", ZH]
    browser.find_element("id", "clear").click()
    assert not browser.find_element("id", "history").is_displayed()
    assert browser.execute_script("return localStorage.getItem('yiju.questions')") == "[]"


def test_an_answer_is_copied(browser, site):
    browser.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    ask(browser, site, "国发〔2018〕3号第五条", "zh")
    browser.find_element("css selector", ".copy summary").click()
    browser.find_element("css selector", "[data-from=copy-office]").click()
    for _ in range(100):
        if texts(browser, "[data-from=copy-office]") == ["已复制"]:
            break
        time.sleep(0.01)
    read = "navigator.clipboard.readText().then(arguments[0], arguments[0])"
    copied = browser.execute_async_script(read)
    assert copied.startswith(
        "《国务院关于加强质量认证体系建设促进全面质量管理的意见》（国发〔2018〕3号）第二部分（五）：“"
    )


def test_a_clause_is_looked_up(browser, site):
    browser.get(f"{site}/lookup?lang=zh")
    browser.find_element("id", "ref").send_keys("国发〔2018〕3号 第五条")
    leave(browser, browser.find_element("css selector", "form.ask button").click)
    assert "(五)推广应用质量管理先进标准和方法" in texts(browser, ".rows > .row")[0]
    assert "Promoting the application of advanced quality management" in texts(browser, ".rows > .row")[0]


def test_the_check_is_taken_to_its_end(browser, site):
    browser.get(f"{site}/apply?lang=zh")
    browser.find_element("id", "description").send_keys("我们生产电热水壶，在国内销售")
    leave(browser, browser.find_element("css selector", "form.ask button").click)
    answers = {"f_in_ccc_catalogue": "yes"}
    for _ in range(10):
        questions = browser.find_elements("css selector", "fieldset")
        if not questions:
            break
        for question in questions:
            name = question.find_element("css selector", "input").get_attribute("name")
            value = answers.get(name, "unknown")
            question.find_element("css selector", f"input[value={value}]").click()
        leave(browser, browser.find_element("css selector", ".dialogue button").click)
    assert texts(browser, "#result") == ["结果"]
    assert texts(browser, ".scheme.compulsory h3") == ["强制 强制性产品认证（CCC）"]
    badge = browser.find_element("css selector", ".scheme.compulsory .badge")
    cited = browser.find_element("id", urlsplit(badge.get_attribute("href")).fragment)
    quote = cited.find_element("tag name", "blockquote").text
    leave(browser, cited.find_element("css selector", ".open").click)
    assert browser.execute_script("return document.querySelector('mark').textContent") == quote


def test_the_switch_changes_the_language_and_nothing_else(browser, site):
    ask(browser, site, EN, "zh")
    assert texts(browser, ".top nav a")[0] == "提问"
    leave(browser, browser.find_element("css selector", ".switch").click)
    assert texts(browser, ".top nav a")[0] == "Ask"
    assert texts(browser, "h1") == [EN]


def test_everything_works_without_scripts(browser, site):
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*site.js*"]})
    try:
        ask(browser, site, ZH, "zh")
        assert len(texts(browser, "blockquote")) == 1
        browser.find_element("css selector", ".copy summary").click()
        copied = browser.find_element("id", "copy-office").get_attribute("value")
        assert copied.endswith("2018.”（英文文本，题名为项目译文）\n")
        assert not browser.find_element("css selector", ".copier").is_displayed()
        leave(browser, browser.find_element("css selector", ".cited .open").click)
        assert len(texts(browser, "mark")) == 1
    finally:
        browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
        browser.get_log("browser")  # that the script was blocked


@pytest.mark.parametrize("attack", ["<script>document.title='broken'</script>", "<img src=x onerror=\"document.title='broken'\">", "</textarea><svg onload=document.title='broken'>", "javascript:document.title='broken'"])  # fmt: skip
def test_what_is_asked_is_shown_as_text(browser, site, attack):
    ask(browser, site, f"认证 {attack}", "zh")
    assert browser.title.startswith("认证") and "broken" not in browser.title.split("'")[0]
    assert texts(browser, "h1") == [f"认证 {attack}"]
    assert browser.execute_script("return document.querySelectorAll('main img, main script').length") == 0


def axe(driver, **options) -> list[str]:
    """What axe-core calls serious or critical: rule, and the first element."""
    script = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    driver.execute_script(script)
    run = "axe.run(arguments[0]).then(arguments[1], error => arguments[1]({failed: String(error)}))"
    found = driver.execute_async_script(run, {"resultTypes": ["violations"], **options})
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.skipif(not importlib.util.find_spec("axe_core_python"), reason="needs axe-core-python (extra: dev)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(browser, site, scheme):
    colours(browser, scheme)
    addresses = [
        "/?lang=zh",
        f"/?lang=en&q={EN}",
        f"/?lang=zh&q={REFUSED}&after={ZH}",
        "/documents?lang=en&q=recognition",
    ]
    addresses += [f"{DOCUMENT}?lang=zh&start=155&end=188", "/lookup?lang=zh&ref=第三条", "/none?lang=en"]
    for address in [*addresses, "/apply?lang=en", "/apply?lang=zh&description=我们生产电热水壶"]:
        browser.get(site + address)
        browser.execute_script("for (const one of document.querySelectorAll('main details')) one.open = true")
        # The other rules do not look at colours.
        only = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
        assert axe(browser, **only) == [], address
    browser.get_log("browser")  # that /none is not there


def test_the_keyboard_reaches_the_content_first(browser, site):
    from selenium.webdriver.common.keys import Keys

    browser.get(f"{site}/?lang=en")
    browser.find_element("tag name", "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the content"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"


def test_the_first_page_is_there_at_once(browser, site):
    browser.get(f"{site}/?lang=zh")
    browser.get(f"{site}/?lang=en")
    took = browser.execute_script(
        "const t = performance.getEntriesByType('navigation')[0]; return t.domContentLoadedEventEnd"
    )
    assert took < 1000  # some tens of milliseconds where nothing else runs
    entries = "return performance.getEntriesByType('resource').map(one => one.name)"
    assert all(name.startswith(site) for name in browser.execute_script(entries))


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_the_screen(browser, site, width):
    """And leave their pictures in build/screenshots."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        colours(browser, scheme)
        pages = [("ask-zh", "/?lang=zh"), ("answer-zh", f"/?lang=zh&q={ZH}"), ("answer-en", f"/?lang=en&q={EN}")]
        for name, address in [
            *pages,
            ("document-zh", f"{DOCUMENT}?lang=zh"),
            ("check-en", "/apply?lang=en&description=we make kettles"),
        ]:
            resize(browser, width)
            browser.get(site + address)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, name
            if scheme == "light" or name == "answer-zh":
                browser.save_screenshot(str(SHOTS / f"{name}-{width}-{scheme}.png"))
