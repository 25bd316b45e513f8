"""A page as tests read it: its elements, their attributes and texts."""

from html.parser import HTMLParser

HTML = {"accept": "text/html", "accept-language": "zh-CN,zh;q=0.9"}
VOID = {"meta", "link", "input", "br", "path", "rect"}


class Page(HTMLParser):
    """The elements of a page with their attributes and the text inside them."""

    def __init__(self, response):
        super().__init__()
        self.status = response.status_code
        self.elements: list[tuple[str, dict]] = []
        self.texts: list[list[str]] = []
        self._open: list[int] = []
        self.feed(response.text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.texts.append([])
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag):
        while self._open and self.elements[self._open.pop()][0] != tag:
            pass

    def handle_data(self, data):
        for at in self._open:
            self.texts[at].append(data)

    def all(self, tag: str, **attributes: str) -> list[dict]:
        return [found for found, _ in self._matching(tag, attributes)]

    def text(self, tag: str, **attributes: str) -> list[str]:
        return ["".join(self.texts[at]) for _, at in self._matching(tag, attributes)]

    def _matching(self, tag, attributes):
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        for at, (name, found) in enumerate(self.elements):
            if name == tag and all(found.get(key) == value for key, value in wanted.items()):
                yield found, at


def links(page: Page) -> list[str]:
    return [found["href"] for found in page.all("a")]
