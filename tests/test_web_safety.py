"""Nothing that a text, a question or an address holds may run, load or lead elsewhere; refusals are pages too."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient
from toy import ENTRIES, OPINIONS, ToyEncoder, write_corpus
from webpage import HTML, Page

from ingest.index import open_index
from ingest.pipeline import build
from service.answerer import Answerer
from service.app import create_app
from service.settings import Settings
from service.web.headers import SECURITY
from service.web.render import shown

QUESTION = "检验费用由谁承担？"


@pytest.fixture
def get(client):
    return lambda address, **headers: Page(client.get(address, headers={**HTML, **headers}))


def test_refusals_are_pages_for_those_who_read_html_and_json_for_others(client, get):
    assert "没有这份文件" in get("/documents/none").text("h1")[0]
    page = get("/nothing?lang=en")
    assert (page.status, page.text("h1")) == (404, ["There is no such page"])
    assert get("/documents?status=maybe").status == 422
    body = client.post("/", content=b"x" * 70_000, headers=HTML)
    assert (body.status_code, body.headers["content-type"][:9]) == (413, "text/html")
    assert client.get("/nothing").json()["error"]["code"] == "not_found"
    assert client.get("/v1/nothing", headers=HTML).json()["error"]["code"] == "not_found"
    assert get("/documents/" + "x" * 5000).status == 404


def test_while_the_index_is_loaded_the_page_says_so():
    waiting = TestClient(create_app(Settings()))  # without its lifespan nothing is loaded
    page = Page(waiting.get("/", headers=HTML))
    assert (page.status, page.text("h1")) == (503, ["正在启动"])


def test_every_response_tells_the_browser_to_trust_nothing(client, small_answerer):
    class Failing:
        def __getattr__(self, name):
            raise RuntimeError

    failing = TestClient(create_app(Settings(), Failing()), raise_server_exceptions=False)
    responses = [
        *(
            client.get(address, headers=HTML)
            for address in (
                "/",
                f"/?q={QUESTION}",
                "/documents/tea-2018",
                "/none",
                "/static/site.css",
                "/static/none",
                "/documents?status=x",
            )
        ),
        *(client.get(address) for address in ("/v1/documents", "/none", "/healthz", "/metrics", "/openapi.json")),
        client.post("/v1/ask", content=b"x" * 70_000),
        client.post("/v1/ask", json={}),
        failing.get("/", headers=HTML),
        failing.get("/v1/documents"),
    ]
    assert [response.status_code for response in responses[-4:]] == [413, 422, 500, 500]
    for response in responses:
        assert {name: response.headers[name] for name in SECURITY} == SECURITY, response.url
    policy = SECURITY["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


def test_the_switch_keeps_the_page_and_never_leads_elsewhere(get):
    switch = get(f"/?q={QUESTION}&after=茶&lang=zh").all("a", class_="switch")[0]
    leads = urlsplit(switch["href"])
    assert parse_qs(leads.query) == {"q": [QUESTION], "after": ["茶"], "lang": ["en"]}
    leads = urlsplit(get("/?path=x&language=zh&fragment=y&self=z").all("a", class_="switch")[0]["href"])
    assert parse_qs(leads.query) == {
        "path": ["x"],
        "language": ["zh"],
        "fragment": ["y"],
        "self": ["z"],
        "lang": ["en"],
    }
    assert get("/%2Felsewhere.example/x").all("a", class_="switch")[0]["href"] == "/elsewhere.example/x?lang=en"


HOSTILE = """\
Notice on <script>alert(1)</script> Kettles

I. Scope <img src=x onerror=alert(2)>

1. A kettle \u202eneeds\u202c a certificate; see javascript:alert(3) and </p></bdi><style>*{display:none}</style>.

2. Kettles {{ 7 * 7 }} &lt;b&gt; made for export need none.
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A client over a text and metadata that try to break out."""
    folder = tmp_path_factory.mktemp("hostile")
    write_corpus(folder, (OPINIONS, HOSTILE))
    entry = {
        **ENTRIES[1],
        "title": '"><script>alert(4)</script>',
        "issuer": "' onmouseover=alert(5)",
        "source": "javascript:alert(6)",
    }
    lines = [json.dumps(one, ensure_ascii=False) for one in (ENTRIES[0], entry)]
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    build(folder, folder / "index", ToyEncoder())
    return TestClient(create_app(Settings(), Answerer(open_index(folder / "index", ToyEncoder()), ToyEncoder(), None)))


@pytest.mark.parametrize(
    "address",
    [
        "/documents/kettles-2020",
        "/documents",
        "/documents?q=kettle+certificate",
        "/?q=Which kettle needs a certificate?",
        "/?q=<script>alert(7)</script>&after=</summary><script>alert(8)</script>",
        "/?q=\u202ereversed\u202c&issuer=\"><script>alert(9)</script>",
        "/lookup?ref=<script>alert(10)</script>",
        "/lookup?ref=kettles-2020",
        "/<script>alert(11)</script>",
    ],
)  # fmt: skip
def test_nothing_breaks_out_of_a_page(hostile, address):
    response = hostile.get(address, headers=HTML)
    page = Page(response)
    ours = [found.get("src", "").startswith("/static/site.js?") for found in page.all("script")]
    assert ours == [True] and not page.all("style") and not page.all("img")
    for _, found in page.elements:
        assert not [name for name in found if name.startswith("on") or name == "style"]
        assert not found.get("href", "").lower().startswith(("javascript:", "data:", "//"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", response.text)
    if address.startswith("/documents/"):
        assert "{{ 7 * 7 }} &lt;b&gt; made" in "".join(page.text("main"))  # no template inside a template


def test_what_steers_the_direction_of_writing_is_named(hostile):
    page = Page(hostile.get("/documents/kettles-2020", headers=HTML))
    assert "' onmouseover=alert(5)" in page.text("p", class_="known")[0]
    assert shown("a\u202eb\n\tc\x1b") == "a[U+202E]b\n\tc[U+001B]"
    assert "javascript:alert(6)" in "".join(page.text("dd"))


def test_a_browser_finds_the_icon_where_it_looks_for_it(client):
    """After an answer that is no page, and so names none: it came late to the browser's console as an error."""
    response = client.get("/favicon.ico")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/svg+xml")
