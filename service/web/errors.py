"""A refused request as a page, for those who asked for one."""

from fastapi import Request
from starlette.responses import Response

from service.messages import message
from service.web.params import page_language
from service.web.render import page
from service.web.words import words

# The interface for programs answers in JSON whoever asks.
_FOR_PROGRAMS = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")


def wants_page(request: Request) -> bool:
    path = request.scope["path"]
    return "text/html" in request.headers.get("accept", "") and not path.startswith(_FOR_PROGRAMS)


def error_page(
    request: Request,
    status: int,
    code: str,
    field: str | None = None,
    headers: dict | None = None,
    problem: str | None = None,
    document_id: str | None = None,
    **values: object,
) -> Response:
    """``code``: of ``service.messages``; ``problem``, of ``words``, says it instead, where given.

    Nothing of the request is repeated. ``document_id``: of a document that is held, to go on to.
    """
    language = page_language(request)
    known = words(language)
    kind = "404_document" if code == "document_not_found" else str(status)
    ours = problem or ("error_404_text" if status == 404 else None)
    said = getattr(known, ours) if ours else message(code, language, **values)
    return page(
        request,
        "error.html",
        status,
        headers,
        code=status,
        title=getattr(known, f"error_{kind}", known.error),
        text=said,
        field=field,
        waiting=code == "not_ready",
        document_id=document_id,
    )
