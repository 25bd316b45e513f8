"""The service goes over to a generation that is published while it runs."""

import asyncio
import gc
import logging
import time
from pathlib import Path

from fastapi import FastAPI

from ingest.index import current, open_index
from service.answerer import Answerer

log = logging.getLogger(__name__)

SECONDS = 2.0  # between two looks at what is published


async def follow(app: FastAPI) -> None:
    """Serve each generation as it is published, with the encoder and lexicon that are loaded; ends when cancelled.

    One that does not load is logged once; the one that is served remains, and no build drops it while it is open.
    """
    refused = None
    while True:
        await asyncio.sleep(SECONDS)
        served: Answerer = app.state.answerer
        published = current(app.state.settings.index)
        if published == served.index.generation:
            refused = None
        elif published not in (None, refused):
            start = time.perf_counter()
            try:
                app.state.answerer = await asyncio.to_thread(_reopened, served, app.state.settings.index)
            except Exception as error:
                refused = published
                log.error("index %s is published and cannot be served: %s", published, error)
                log.error("index %s is served on", served.index.generation)
            else:
                del served
                await asyncio.to_thread(settle)
                took = (time.perf_counter() - start) * 1000
                log.info("index %s loaded in %.0f ms", app.state.answerer.index.generation, took)


def _reopened(served: Answerer, index: Path) -> Answerer:
    answerer = Answerer(open_index(index, served.encoder), served.encoder, served.lexicon, served.renderings)
    answerer.warm()
    return answerer


def settle() -> None:
    """Drops what a new answerer has taken the place of. What is loaded now stays: the collector, which stops everything
    for up to 50 ms, is not to go through it again and again."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
