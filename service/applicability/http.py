"""``POST /v1/applicability``."""

import time

from starlette.responses import Response

from service.applicability.check import FactError, applicability
from service.applicability.request import ApplicabilityRequest
from service.applicability.wire import applicability_response
from service.errors import Json, error
from service.messages import reader_language
from service.ready import Ready


def check(body: ApplicabilityRequest, answerer: Ready) -> Response:
    """Which certifications concern an enterprise: compulsory, voluntary, not covered or undetermined, each with the
    clause that says so, and the one or two further facts that would separate what is left."""
    start = time.perf_counter()
    try:
        found = applicability(answerer, body.description, body.facts, body.language)
    except FactError as problem:
        language = reader_language(body.language, body.description)
        allowed = ", ".join(problem.allowed)
        if problem.fact is None:
            return error(422, "unknown_field", language, "facts", allowed=allowed)
        return error(422, "not_a_choice", language, f"facts.{problem.fact}", expected=allowed)
    return Json(applicability_response(found, (time.perf_counter() - start) * 1000).model_dump(mode="json"))
