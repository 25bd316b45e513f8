"""The addresses of the site. Every page works without scripts; its forms use GET, so that its address is permanent."""

import time
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ingest.diff import compare_texts, counts
from ingest.numbering import marker
from service.answerer import Answerer
from service.applicability.ask import asks_applicability
from service.applicability.check import Applicability
from service.applicability.statement import statement
from service.errors import ApiError
from service.followup import ask_in_thread
from service.lookup import lookup
from service.messages import message, question_problem
from service.query import MAX_LENGTH, clean
from service.ready import Ready
from service.requests import MAX_NAME
from service.web import applying, asking, chain, copying, listing, looking, reading
from service.web.errors import error_page
from service.web.params import (
    DescriptionParams,
    DocumentParams,
    PageParams,
    ReferenceParams,
    earlier_questions,
    page_language,
)
from service.web.render import page, static_file
from service.works import earlier_first

router = APIRouter(include_in_schema=False)
_METHODS = ["GET", "HEAD"]


@router.api_route("/", methods=_METHODS)
def ask(params: Annotated[PageParams, Query()], answerer: Ready, request: Request) -> Response:
    """The question box; with a question, its answer, below the earlier ones of the thread."""
    language = page_language(request)
    form = {"choices": listing.choices(answerer), "given": params.given(), "max_length": MAX_LENGTH}
    documents = listing.offered(answerer, params, language)
    if not clean(params.q):
        return page(
            request, "ask.html", form=form, documents=documents, question="", problem=None,
            example=_example(answerer), index=answerer.index.generation,
        )  # fmt: skip
    if problem := question_problem(params.q):
        return page(
            request, "ask.html", 422, form=form, documents=documents, question=params.q[: 2 * MAX_LENGTH],
            problem=message(problem, language), example=_example(answerer), index=answerer.index.generation,
        )  # fmt: skip
    question = clean(params.q)
    earlier = earlier_questions(params.after)
    start = time.perf_counter()
    answer = ask_in_thread(answerer, question, earlier, "auto", params.to_filters())
    took = (time.perf_counter() - start) * 1000
    request.app.state.metrics.answer(answer.status, answer.reason)
    turns = [
        asking.turn(answerer, ask_in_thread(answerer, one, earlier[:at], "auto", params.to_filters()), language)
        for at, one in enumerate(earlier)
    ]
    return page(
        request,
        "answer.html",
        form=form,
        documents=documents,
        question=question,
        turn=asking.turn(answerer, answer, language),
        earlier=turns,
        thread=earlier_questions((*earlier, question)),
        copies=copying.copies(answerer, answer, _origin(request), language),
        took=took,
        dialogue=asks_applicability(question) and bool(answerer.index.register.schemes),
        index=answerer.index.generation,
    )


@router.api_route("/documents", methods=_METHODS)
def documents(params: Annotated[PageParams, Query()], answerer: Ready, request: Request) -> Response:
    """The documents that fit the filters, or the passages in them that are nearest to a question."""
    language = page_language(request)
    question = clean(params.q)
    problem = question_problem(params.q) if question else None
    searched = bool(question and not problem)
    return page(
        request,
        "documents.html",
        422 if problem else 200,
        form={"choices": listing.choices(answerer), "given": params.given(), "max_length": MAX_LENGTH},
        question=params.q[: 2 * MAX_LENGTH] if problem else question,
        problem=message(problem, language) if problem else None,
        within=listing.within(answerer, params, language),
        sheet=listing.listed(answerer, params, language),
        found=listing.found(answerer, params, question, language) if searched else None,
        index=answerer.index.generation,
    )


@router.api_route("/documents/{document_id}", methods=_METHODS)
def document(
    document_id: str, params: Annotated[DocumentParams, Query()], answerer: Ready, request: Request
) -> Response:
    """A document: what is known of it, its clauses in both languages, what it refers to and what refers to it."""
    language = page_language(request)
    # The store remembers what it was asked for: names longer than any of its own must not reach it.
    found = answerer.index.store.document(document_id) if len(document_id) <= MAX_NAME else None
    if found is None:
        raise ApiError(404, "document_not_found")
    clauses = answerer.index.store.clauses(document_id)
    try:
        marking = reading.marking(found, clauses, params.start, params.end, params.check)
    except reading.OutsideText:
        return error_page(request, 422, "invalid", problem="range_text", document_id=document_id)
    out, into = chain.references(answerer, found, language)
    return page(
        request,
        "document.html",
        document=found,
        entry=listing.entry(answerer, found, language),
        rows=reading.document_rows(answerer, found, language, params.view, marking.spans),
        contents=reading.contents(clauses, found, language),
        marking=marking,
        view=params.view,
        max_length=MAX_LENGTH,
        views=reading.views(answerer, found, clauses),
        refers_to=out,
        referred_by=into,
        picture=chain.picture(answerer, found, language),
        works=listing.works(answerer, found, language),
        index=answerer.index.generation,
    )


@router.api_route("/documents/{document_id}/diff", methods=_METHODS)
def differences(
    document_id: str, other: Annotated[str, Query(alias="with")], answerer: Ready, request: Request
) -> Response:
    """What changed between two versions, clause by clause; the earlier one by its date is the old one."""
    language = page_language(request)
    for name in (document_id, other):
        if len(name) > MAX_NAME or answerer.index.store.document(name) is None:
            raise ApiError(404, "document_not_found")
    old, new = earlier_first(answerer.index, document_id, other)
    changes = compare_texts(answerer.index.store.clauses(old), answerer.index.store.clauses(new))
    if changes is None:
        raise ApiError(422, "different_languages")
    entries = [listing.entry(answerer, answerer.index.store.document(name), language) for name in (old, new)]
    return page(
        request, "diff.html", old=entries[0], new=entries[1], changes=changes, counts=counts(changes),
        index=answerer.index.generation,
    )  # fmt: skip


@router.api_route("/lookup", methods=_METHODS)
def look_up(params: Annotated[ReferenceParams, Query()], answerer: Ready, request: Request) -> Response:
    """The clauses that a reference means."""
    language = page_language(request)
    reference = clean(params.ref)
    problem = question_problem(params.ref) if reference else None
    found = None
    if reference and not problem:
        asked = lookup(answerer.index, reference, params.language or "auto", params.as_of, answerer.lexicon)
        found = looking.shown(answerer, asked, language)
    return page(
        request,
        "lookup.html",
        422 if problem else 200,
        reference=params.ref[: 2 * MAX_LENGTH] if problem else reference,
        problem=message(problem, language) if problem else None,
        shown=found,
        example=_example(answerer),
        max_length=MAX_LENGTH,
        index=answerer.index.generation,
    )


@router.api_route("/apply", methods=_METHODS)
def apply(params: Annotated[DescriptionParams, Query()], answerer: Ready, request: Request) -> Response:
    """Which certifications concern an enterprise: a dialogue, and its result. Every answer stands in the address."""
    language = page_language(request)
    if not answerer.index.register.schemes:
        raise ApiError(404, "not_found")
    description = clean(params.description)
    problem = question_problem(params.description) if description else None
    if not description or problem:
        return page(
            request, "apply.html", 422 if problem else 200, check=None, max_length=MAX_LENGTH,
            description=params.description[: 2 * MAX_LENGTH], index=answerer.index.generation,
            problem=message(problem, language) if problem else None,
        )  # fmt: skip
    check = applying.check(answerer, description, applying.facts_of(request.query_params), language)
    if params.save:
        return _statement(answerer, check.found, params.save)
    return page(
        request,
        "apply.html",
        check=check,
        asked=applying.asked(check),
        statement={kind: applying.statement_link(check, kind, language) for kind in ("html", "md")},
        max_length=MAX_LENGTH,
        index=answerer.index.generation,
    )


def _statement(answerer: Answerer, found: Applicability, kind: str) -> Response:
    """The check as a file to keep."""
    text = statement(found, answerer.index, date.today(), kind == "html", answerer.renderings)
    media = {"html": "text/html", "md": "text/markdown"}[kind]
    headers = {"content-disposition": f'attachment; filename="yiju-{date.today().isoformat()}.{kind}"'}
    return Response(text.encode("utf-8", "replace"), media_type=f"{media}; charset=utf-8", headers=headers)


@router.api_route("/favicon.ico", methods=_METHODS)
async def icon() -> Response:
    """Where browsers look for it on answers that name none, like /healthz; without it their console shows an error."""
    return await static("icon.svg")


@router.api_route("/static/{name}", methods=_METHODS)
async def static(name: str) -> Response:
    response = static_file(name)
    if response is None:
        raise ApiError(404, "not_found")
    return response


def _example(answerer: Answerer) -> str | None:
    """A reference that leads to something here: the number of a document that is held, and one of its clauses."""
    for document in answerer.index.catalogue:
        if not document.document_number:
            continue
        for clause in answerer.index.store.clauses(document.document_id):
            number = marker(clause.text) if clause.number and clause.language == "zh" else None
            if number and number.value and clause.kind == "text":
                return f"{document.document_number}{copying.office_place(answerer, clause)}"
    return None


def _origin(request: Request) -> str:
    """Scheme and host of the site for links that are sent on; "" where a request names a host that is not known."""
    host = request.url.hostname
    known = host in ("127.0.0.1", "localhost", "::1", request.app.state.settings.host)
    return str(request.base_url).rstrip("/") if known else ""
