"""The answerer, for requests that need it."""

from typing import Annotated

from fastapi import Depends, Request

from service.answerer import Answerer
from service.errors import ApiError


async def _answerer(request: Request) -> Answerer:
    state = request.app.state
    if state.answerer is None:
        raise ApiError(503, "not_loaded" if state.failure else "not_ready", {"retry-after": "1"})
    return state.answerer


Ready = Annotated[Answerer, Depends(_answerer)]
