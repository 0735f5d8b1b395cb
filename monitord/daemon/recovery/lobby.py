"""Answers over HTTP while the daemon recovers, so that nobody takes it for dead and ends it.

It is live and not ready, its metrics say that it recovers, and every other call is asked to come
again. The daemon's own server takes the address over when it is there, a moment later.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from monitord.adapters.metrics import Metrics
from monitord.adapters.web.problems import Problem, answer
from monitord.adapters.web.server import WebServer, make_app
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.recovery.recovering import Recovering

_AGAIN_IN_S: Final = 5

log = structlog.get_logger("monitord.recovery")


@asynccontextmanager
async def lobby(
    settings: Settings, metrics: Metrics, recovering: Recovering
) -> AsyncIterator[None]:
    """Answer for as long as this is open; raises `OSError` when the address cannot be had."""
    if not settings.http.enabled:
        yield
        return
    app = make_app(metrics.render, recovering, _come_again)
    server = WebServer(app, settings.http.host, settings.http.port)
    serving = asyncio.create_task(server.serve(), name="lobby")
    metrics.recovering.set(1)
    await asyncio.sleep(0)
    try:
        yield
    finally:
        metrics.recovering.set(0)
        serving.cancel()
        await asyncio.wait({serving})
        # The ward comes first: who could not answer for it must not keep it from being watched.
        if not serving.cancelled() and (problem := serving.exception()):
            log.error("recovery.unanswered", reason=repr(problem))


async def _come_again(scope: Scope, receive: Receive, send: Send) -> None:
    detail = "found a daemon that recovers, expected one that watches; ask again"
    headers = {"retry-after": str(_AGAIN_IN_S)}
    await answer(Problem(503, "recovering", detail, headers))(scope, receive, send)
