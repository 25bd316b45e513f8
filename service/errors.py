"""Every error as the contract's object: {"error": {"code", "message", "field"}}; never the input, never a traceback."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.applicability.request import ApplicabilityRequest
from service.messages import message, reader_language
from service.requests import BODY_SECONDS, MAX_BODY, AskRequest, FilterFields, LookupParams, SearchParams
from service.web.headers import SECURITY

_BY_STATUS = {404: "not_found", 405: "method_not_allowed"}
# Types of pydantic's errors → codes of ours.
_BY_TYPE = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "string_unicode": "not_unicode",
    "string_too_long": "text_too_long",
    "too_long": "too_many",
    "int_type": "not_a_number",
    "int_parsing": "not_a_number",
    "int_parsing_size": "not_a_number",
    "int_from_float": "not_a_number",
    "literal_error": "not_a_choice",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "dict_type": "not_an_object",
    "question_empty": "question_empty",
    "question_too_long": "question_too_long",
    "not_unicode": "not_unicode",
    "not_a_date": "not_a_date",
}
# Address and place of an unknown field → the fields that may stand there.
_ALLOWED = {
    ("/v1/ask", "body"): AskRequest.model_fields,
    ("/v1/ask", "body", "filters"): FilterFields.model_fields,
    ("/v1/applicability", "body"): ApplicabilityRequest.model_fields,
    ("/v1/search", "query"): SearchParams.model_fields,
    ("/v1/lookup", "query"): LookupParams.model_fields,
}


class ApiError(HTTPException):
    """A request that is refused, with a code of ``service.messages``."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None, **values: object):
        super().__init__(status, code, headers)
        self.code = code
        self.values = values


class Json(Response):
    """JSON in UTF-8 that always encodes: a lone surrogate becomes "?"."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def install(app: FastAPI, wants_page: Callable[[Request], bool], page: Callable[..., Response]) -> None:
    """Answer every error of the application in the contract's form, or as a page those who want one.

    ``page`` is called like ``error``, with the request in front and without the language.
    """
    app.state.wants_page, app.state.error_page = wants_page, page
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _failed)


def error(status: int, code: str, language: str, field: str | None = None, headers=None, **values) -> Json:
    body = {"error": {"code": code, "message": message(code, language, **values), "field": field}}
    return Json(body, status, headers)


def _answer(request: Request, status: int, code: str, language: str, field=None, headers=None, **values) -> Response:
    app = request.scope.get("app")
    if app and app.state.wants_page(request):
        return app.state.error_page(request, status, code, field, headers, **values)
    return error(status, code, language, field, headers, **values)


async def body_too_large(scope: Scope, receive: Receive, send: Send) -> None:
    """The rest of the body is not read, so the connection cannot be used again."""
    request = Request(scope)
    language = reader_language(accept_language=request.headers.get("accept-language", ""))
    response = _answer(request, 413, "body_too_large", language, headers={"connection": "close"}, limit=MAX_BODY)
    await response(scope, receive, send)


async def body_too_slow(scope: Scope, receive: Receive, send: Send) -> None:
    """The rest of the body is not waited for, so the connection cannot be used again."""
    language = reader_language(accept_language=Request(scope).headers.get("accept-language", ""))
    response = error(408, "body_too_slow", language, headers={"connection": "close"}, seconds=BODY_SECONDS)
    await response(scope, receive, send)


def parse_json(data: bytes) -> Any:
    """The value of a JSON text in UTF-8, stricter than ``json``: each key once, finite numbers.

    Raises:
        ApiError: 400.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_each_key_once, parse_constant=_no_constant)
    except RecursionError:
        raise ApiError(400, "too_deep") from None
    except ValueError:  # not UTF-8, not JSON, or a number of thousands of digits
        raise ApiError(400, "invalid_json") from None


def is_utf8(query: bytes) -> bool:
    """Whether the words of an address are UTF-8 once they are no longer escaped; else they would be guessed at."""
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ApiError(400, "duplicate_key")
    return found


def _no_constant(_: str) -> None:
    raise ApiError(400, "not_finite")


def _language(request: Request, body: Any = None) -> str:
    asked = body if isinstance(body, dict) else {}
    return reader_language(
        # On a search, ?language= is that of the passages; on a look-up, that of the clauses.
        language=asked.get("language"),
        question=asked.get("question")
        or asked.get("description")
        or request.query_params.get("q")
        or request.query_params.get("ref"),
        accept_language=request.headers.get("accept-language", ""),
    )


async def _invalid(request: Request, exception: RequestValidationError) -> Response:
    detail = exception.errors()[0]
    place = detail["loc"]
    code = _BY_TYPE.get(detail["type"], "invalid")
    values: dict[str, object] = {
        name: value for name, value in detail.get("ctx", {}).items() if name in ("ge", "le", "max_length")
    }
    if code == "unknown_field":
        place = place[:-1]  # its name is the client's
        values["allowed"] = ", ".join(_ALLOWED.get((request.url.path, *place), ()))
    if code == "not_a_choice":
        values["expected"] = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    if place == ("body",) and code == "missing":
        code = "not_an_object"
    field = ".".join(str(part) for part in place[1:]) or None
    return _answer(request, 422, code, _language(request, exception.body), field, **values)


async def _refused(request: Request, exception: HTTPException) -> Response:
    language = _language(request)
    headers, status = exception.headers, exception.status_code
    if isinstance(exception, ApiError):
        return _answer(request, status, exception.code, language, headers=headers, **exception.values)
    return _answer(request, status, _BY_STATUS.get(status, "bad_request"), language, headers=headers)


async def _failed(request: Request, _: Exception) -> Response:
    # Sent from outside of what adds them to every other response.
    return _answer(request, 500, "internal", _language(request), headers=dict(SECURITY))
