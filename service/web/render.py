"""Templates → responses. Whatever is put into a page is escaped, and shown without what turns its direction around."""

import hashlib
import re
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from ingest.bilingual import language_of
from ingest.command import STEERING
from service.frame import validity
from service.show import place, status_label, translation_label
from service.web.links import address, ask_link, document_link
from service.web.params import page_language
from service.web.words import words

_HERE = Path(__file__).parent
_MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Links in texts and metadata are followed only where they are plainly addresses of the web.
_WEB = re.compile(r"https?://[^\s<>\"']{1,2000}")


def page(request: Request, template: str, status: int = 200, headers: dict | None = None, **values: object) -> Response:
    """A page in the reader's language. ``values``: what the template shows."""
    language = page_language(request)
    html = (
        _environment()
        .get_template(template)
        .render(
            t=words(language),
            language=language,
            other="en" if language == "zh" else "zh",
            switch=_switch(request, language),
            url=partial(_address, language),
            show=_show(language),
            static=_static_address,
            here=request.scope["path"],
            checks=_checks(request) if status < 500 else False,
            **values,
        )
    )
    given = {"content-language": language, "vary": "accept-language", "cache-control": "private, no-cache"}
    return HTMLResponse(html.encode("utf-8", "replace"), status, given | (headers or {}))


@lru_cache(maxsize=2)
def _show(language: str) -> SimpleNamespace:
    """What templates and their macros call, in a language."""
    return SimpleNamespace(
        document_link=lambda document_id, clause_id="": document_link(document_id, language, clause_id),
        ask_link=lambda question: ask_link(question, language),
        status_label=lambda value: status_label(value, language),
        validity=lambda *known: validity(*known, language),
        translation_label=lambda value: translation_label(value, language),
        page_label=lambda number, ocr: "".join(place((), number, ocr, language)).strip(),
    )


def web_address(text: str | None) -> str | None:
    """``text`` if it is an address that a page may link to; "javascript:…" is not."""
    return text if text and _WEB.fullmatch(text) else None


def shown(text: str) -> str:
    """``text`` with the characters that steer the direction of writing, or a terminal, named instead of obeyed."""
    return STEERING.sub(lambda found: found[0] if found[0] in "\n\t" else f"[U+{ord(found[0]):04X}]", text)


def _checks(request: Request) -> bool:
    """Whether there is a register of certifications, so that applicability can be checked."""
    answerer = request.app.state.answerer
    return answerer is not None and bool(answerer.index.register.schemes)


def _finalize(value: object) -> object:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _address(named: str, to: str, /, **parameters: object) -> str:
    return address(to, named, parameters)


def _switch(request: Request, language: str) -> str:
    """The address of this page in the other language."""
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name != "lang":
            query.setdefault(name, []).append(value)
    # "//elsewhere" would be another site's address.
    path = "/" + request.scope["path"].lstrip("/")
    return address(path, "en" if language == "zh" else "zh", query)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        auto_reload=False,
    )
    environment.filters |= {"web_address": web_address, "language_of": language_of}
    return environment


@lru_cache(maxsize=1)
def _files() -> dict[str, tuple[bytes, str, str]]:
    """Name → (content, media type, digest) of the static files."""
    found = {}
    for file in sorted((_HERE / "static").iterdir()):
        if file.suffix in _MEDIA:
            content = file.read_bytes()
            found[file.name] = (content, _MEDIA[file.suffix], hashlib.sha256(content).hexdigest()[:12])
    return found


def _static_address(name: str) -> str:
    return f"/static/{name}?v={_files()[name][2]}"


def static_file(name: str) -> Response | None:
    """A style sheet, script or picture of ours; None where there is none of that name."""
    if name not in _files():
        return None
    content, media, digest = _files()[name]
    # The address holds the digest, so what it gives never changes.
    headers = {"cache-control": "public, max-age=31536000, immutable", "etag": f'"{digest}"'}
    return Response(content, media_type=media, headers=headers)
