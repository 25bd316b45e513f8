"""The HTTP service, version 1. ``create_app`` is the function to read first."""

import asyncio
import email.message
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query, Request
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from ingest.endpoint import Stream
from service import errors
from service.answerer import Answerer, open_answerer
from service.applicability.http import check
from service.applicability.wire import ApplicabilityResponse
from service.errors import ApiError, Json
from service.followup import ask_in_thread
from service.generate import few_at_once, generate
from service.lookup import lookup
from service.observe import BodyLimit, Metrics, Observe
from service.ready import Ready
from service.reload import follow, settle
from service.requests import BODY_SECONDS, MAX_BODY, MAX_NAME, AskRequest, LookupParams, SearchParams
from service.respond import (
    ask_response,
    clause_response,
    diff_response,
    document_response,
    documents_response,
    lookup_response,
    search_response,
)
from service.schema import (
    AskResponse,
    ClauseResponse,
    DocumentsResponse,
    ErrorResponse,
    HealthResponse,
    LookupResponse,
    ReadyResponse,
    SearchResponse,
)
from service.schema_works import DiffResponse, DocumentResponse
from service.settings import Settings
from service.stream import events
from service.web.errors import error_page, wants_page
from service.web.headers import SecurityHeaders
from service.web.routes import router as pages

log = logging.getLogger(__name__)


def create_app(
    settings: Settings,
    answerer: Answerer | None = None,
    load_failed: Callable[[Exception], None] | None = None,
    writer: Stream | None = None,
) -> FastAPI:
    """The application. Without an answerer it opens the one of the settings while it already serves /healthz.

    ``load_failed`` is told why that could not be done; without it, the log is. ``writer`` is a language model that may
    reword answers; there is none by default.
    """
    app = FastAPI(
        title="Yiju 依据",
        version="1",
        summary="Answers questions about policy from the policy's own words, in Chinese and English.",
        lifespan=_lifespan,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.answerer = answerer
    app.state.writer = few_at_once(writer) if writer else None
    app.state.failure = None
    app.state.load_failed = load_failed or (lambda error: log.error("the index could not be loaded: %s", error))
    app.state.metrics = Metrics()
    app.include_router(_router)
    app.include_router(pages)
    errors.install(app, wants_page, error_page)
    # The one added last is the outermost.
    app.add_middleware(
        BodyLimit,
        limit=MAX_BODY,
        seconds=BODY_SECONDS,
        too_large=errors.body_too_large,
        too_slow=errors.body_too_slow,
    )
    app.add_middleware(Observe, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    loading = asyncio.create_task(_load(app)) if app.state.answerer is None else None
    yield
    if loading:
        loading.cancel()
        with suppress(asyncio.CancelledError):
            await loading


async def _load(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    start = time.perf_counter()
    try:
        app.state.answerer = await asyncio.to_thread(_opened, settings)
    except Exception as error:
        app.state.failure = error
        app.state.load_failed(error)
        return
    log.info("index %s loaded in %.0f ms", app.state.answerer.index.generation, _since(start))
    await follow(app)


def _opened(settings: Settings) -> Answerer:
    answerer = open_answerer(settings.index, settings.encoder, settings.renderings)
    answerer.warm()
    settle()
    return answerer


class _StrictRequest(Request):
    async def json(self) -> Any:
        return errors.parse_json(await self.body())


class _StrictRoute(APIRoute):
    """A route whose body is JSON that is called JSON, read by our stricter rules."""

    def get_route_handler(self) -> Callable:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            if self.body_field and not _is_json(request.headers.get("content-type", "")):
                raise ApiError(415, "unsupported_media_type")
            if not errors.is_utf8(request.scope["query_string"]):
                raise ApiError(422, "not_utf8")
            return await handle(_StrictRequest(request.scope, request.receive))

        return strict


def _is_json(content_type: str) -> bool:
    header = email.message.Message()
    header["content-type"] = content_type
    charset = header.get_param("charset", "utf-8")
    return (
        header.get_content_type() == "application/json"
        and isinstance(charset, str)
        and charset.lower() in ("utf-8", "utf8")
    )


_NOT_READY = {503: {"model": ErrorResponse, "description": "The index is not loaded."}}
_INVALID = {422: {"model": ErrorResponse, "description": "A field is wrong."}, **_NOT_READY}
_NOT_FOUND = {404: {"model": ErrorResponse, "description": "There is none of that name."}, **_INVALID}
_BODY = {
    400: {"model": ErrorResponse, "description": "Not JSON."},
    408: {"model": ErrorResponse, "description": f"Not there after {BODY_SECONDS} seconds."},
    413: {"model": ErrorResponse, "description": "Larger than 64 KiB."},
    415: {"model": ErrorResponse, "description": "Not called JSON in UTF-8 by its Content-Type."},
    **_INVALID,
}
_router = APIRouter(route_class=_StrictRoute)


# What computes is a plain function: it runs in a thread and the service goes on answering meanwhile.
@_router.post("/v1/ask", response_model=AskResponse, responses=_BODY, tags=["answers"])
def ask(body: AskRequest, answerer: Ready, request: Request) -> Response:
    """Answer a question from the corpus, each sentence with the words it rests on.

    Where the corpus does not carry an answer, `status` is `no_answer`, `reason` says why, and `answer` says what is
    held and what came nearest.
    """
    start = time.perf_counter()
    earlier = [turn.question for turn in body.history]
    answer = ask_in_thread(answerer, body.question, earlier, body.language, body.to_filters(), body.max_citations)
    request.app.state.metrics.answer(answer.status, answer.reason)
    writer = request.app.state.writer if body.rewrite else None
    if body.stream:
        said = events(answer, writer, answerer.lexicon, lambda: _since(start))
        return StreamingResponse(said, media_type="text/event-stream", headers={"cache-control": "no-store"})
    if writer:
        answer = generate(answer, writer, answerer.lexicon)
    return Json(ask_response(answer, _since(start)).model_dump(mode="json"))


_router.post("/v1/applicability", response_model=ApplicabilityResponse, responses=_BODY, tags=["answers"])(check)


@_router.get("/v1/search", response_model=SearchResponse, responses=_INVALID, tags=["answers"])
def search(params: Annotated[SearchParams, Query()], answerer: Ready) -> Response:
    """The passages nearest to a question, best first, in both languages."""
    start = time.perf_counter()
    hits = answerer.search(params.q, params.to_filters(), params.limit)
    explained = answerer.explain(params.q, hits) if params.explain else None
    return Json(search_response(hits, _since(start), explained).model_dump(mode="json"))


@_router.get("/v1/lookup", response_model=LookupResponse, responses=_INVALID, tags=["documents"])
def look_up(params: Annotated[LookupParams, Query()], answerer: Ready) -> Response:
    """The clauses that a reference means: a number, a name, a place, or all three."""
    start = time.perf_counter()
    found = lookup(answerer.index, params.ref, params.language or "auto", params.as_of, answerer.lexicon)
    return Json(lookup_response(answerer.index, found, _since(start)).model_dump(mode="json"))


@_router.get("/v1/documents", response_model=DocumentsResponse, responses=_NOT_READY, tags=["documents"])
def documents(answerer: Ready) -> Response:
    """What is known of every document of the corpus, in the order of its manifest."""
    return Json(documents_response(answerer.index).model_dump(mode="json"))


@_router.get("/v1/documents/{document_id}", response_model=DocumentResponse, responses=_NOT_FOUND, tags=["documents"])
def document(document_id: Annotated[str, Path(examples=["state-council-2018-3"])], answerer: Ready) -> Response:
    """What is known of a document, and its text as the tree of its clauses."""
    # The store remembers what it was asked for: names longer than any of its own must not reach it.
    named = len(document_id) <= MAX_NAME
    found = document_response(answerer.index, document_id, answerer.renderings) if named else None
    if found is None:
        raise ApiError(404, "document_not_found")
    return Json(found.model_dump(mode="json", by_alias=True))


@_router.get("/v1/documents/{document_id}/diff", response_model=DiffResponse, responses=_NOT_FOUND, tags=["documents"])
def document_diff(
    document_id: Annotated[str, Path(examples=["law-2020"])],
    other: Annotated[str, Query(alias="with", description="document_id of another version", examples=["law-2023"])],
    answerer: Ready,
) -> Response:
    """What changed between two versions, clause by clause; the earlier one by its date is the old one."""
    start = time.perf_counter()
    for name in (document_id, other):
        if len(name) > MAX_NAME or answerer.index.store.document(name) is None:
            raise ApiError(404, "document_not_found")
    found = diff_response(answerer.index, document_id, other, lambda: _since(start))
    if found is None:
        raise ApiError(422, "different_languages")
    return Json(found.model_dump(mode="json"))


@_router.get("/v1/clauses/{clause_id:path}", response_model=ClauseResponse, responses=_NOT_FOUND, tags=["documents"])
def clause(clause_id: Annotated[str, Path(examples=["state-council-2018-3:zh.2"])], answerer: Ready) -> Response:
    """The text of a clause, the headings above it, and what stands around it."""
    named = len(clause_id) <= MAX_NAME
    found = clause_response(answerer.index, clause_id, answerer.renderings) if named else None
    if found is None:
        raise ApiError(404, "clause_not_found")
    return Json(found.model_dump(mode="json", by_alias=True))


# The route below serves GET and HEAD; the one above it only describes GET.
@_router.get("/healthz", response_model=HealthResponse, tags=["service"])
@_router.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
async def healthz() -> Response:
    """The service is alive."""
    return Json({"status": "ok"})


@_router.get("/readyz", response_model=ReadyResponse, responses=_NOT_READY, tags=["service"])
@_router.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
async def readyz(answerer: Ready) -> Response:
    """The index is loaded, and which generation of it."""
    if not (answerer.index.folder / "store.sqlite").exists():
        raise ApiError(503, "files_gone", {"retry-after": "1"})
    encoder = answerer.index.meta["encoder"]
    named = f"{encoder['name']} {encoder['sha256'][:12]}"
    return Json({"status": "ready", "index": answerer.index.generation, "encoder": named})


@_router.get("/metrics", response_class=PlainTextResponse, tags=["service"])
async def metrics(request: Request) -> Response:
    """Counts and durations since the start, in the text format of Prometheus."""
    answerer = request.app.state.answerer
    text = request.app.state.metrics.text(answerer.index.generation if answerer else None)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
