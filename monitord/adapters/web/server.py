"""Metrics, health and the API over HTTP, inside the daemon's own event loop.

It handles no signals and writes no log of its own; whoever started it stops it by cancelling.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from monitord.adapters.web.health import Health, report
from monitord.adapters.web.lines import Line
from monitord.adapters.web.problems import answer_http
from monitord.domain.refusals import CannotBeHad

# Metrics, given an Accept header: the body and its content type.
Render = Callable[[str], tuple[bytes, str]]

_FAREWELL_S: Final = 1  # how long an answer under way may take once we are told to stop
_UNHEARD_MS: Final = 30_000  # the house's own number: what nobody takes ends the connection
_NEVER_CACHED: Final = {"cache-control": "no-store"}


def make_app(render: Render, health: Health, api: ASGIApp | None = None) -> Starlette:
    """Return the application that answers `/metrics`, `/health/live` and `/health/ready`.

    All else is left to `api`, where there is one.
    """

    async def metrics(request: Request) -> Response:
        body, content_type = render(request.headers.get("accept", ""))
        return Response(body, headers={"content-type": content_type})

    async def live(_: Request) -> Response:
        status, document = report(health.live())
        return JSONResponse(document, status, _NEVER_CACHED)

    async def ready(_: Request) -> Response:
        status, document = report(health.ready())
        return JSONResponse(document, status, _NEVER_CACHED)

    return Starlette(
        routes=[
            Route("/metrics", metrics),
            Route("/health/live", live),
            Route("/health/ready", ready),
            *([Mount("", api)] if api else []),
        ],
        # A path with a line break fits no mount.
        exception_handlers={HTTPException: answer_http},
    )


class WebServer:
    """Serves an application on one address, from binding to cancelling."""

    def __init__(
        self,
        app: Starlette,
        host: str,
        port: int,
        end_streams: Callable[[], None] = lambda: None,
        unheard_ms: int = _UNHEARD_MS,
    ) -> None:
        """Bind the address at once, so that a port in use is known before anything runs.

        Port 0 takes any free one. `end_streams` ends the answers that never end by themselves,
        when we stop; a connection whose other side takes nothing for `unheard_ms` is cut.
        Raises `CannotBeHad` where the address is taken, or none of ours.
        """
        self._socket = _bind(host, port, unheard_ms)
        self._end_streams = end_streams
        config = uvicorn.Config(
            app,
            http=Line,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=_FAREWELL_S,
        )
        self._server = _Server(config)

    @property
    def address(self) -> str:
        """The address as a URL, with the port that was bound."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def serve(self) -> None:
        """Answer until cancelled, then let answers under way finish and free the address."""
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            self._end_streams()
            if self._server.started:
                await self._server.shutdown(sockets=[self._socket])
            self._socket.close()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the supervisor owns the signals


def _bind(host: str, port: int, unheard_ms: int) -> socket.socket:
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with ExitStack() as on_failure:
            bound = on_failure.enter_context(socket.socket(family, kind, protocol))
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Every connection inherits it: a reader who stopped or vanished keeps no place here.
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unheard_ms)
            bound.bind(address)
            on_failure.pop_all()
    except OSError as error:
        found = f"http.host {host} with http.port {port} cannot be used ({error.strerror})"
        expected = "expected a free address of this machine; see [http]"
        raise CannotBeHad(f"{found}, {expected}") from error
    return bound
