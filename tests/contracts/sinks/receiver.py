"""An HTTP server on this machine that takes, fails, refuses, is busy, hangs or answers late."""

import asyncio
import contextlib
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitord.adapters.web.server import WebServer
from tests.contracts.sinks.behaviour import BUSY_S, Behaviour

_ANSWERS = {
    Behaviour.FAILS: 500,
    Behaviour.REFUSES: 400,
    Behaviour.FORBIDS: 403,
    Behaviour.BUSY: 429,
}


class Received(NamedTuple):
    path: str
    headers: dict[str, str]
    raw: bytes
    body: Any


class Receiver:
    """Listens until closed; `behaviour` may change between two requests."""

    def __init__(self) -> None:
        self.behaviour = Behaviour.TAKES
        self.retry_after = str(BUSY_S)
        self.location = ""
        self.received: list[Received] = []
        self.came = asyncio.Event()
        self._released = asyncio.Event()
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["POST"])])
        self._server = WebServer(app, "127.0.0.1", 0)
        self.address = self._server.address
        self._task = asyncio.create_task(self._server.serve())

    async def ready(self) -> None:
        """Return when a connection would be answered."""
        for _ in range(10_000):
            if self._server._server.started:
                return
            await asyncio.sleep(0)
        raise TimeoutError("the receiver does not begin to serve")

    def release(self) -> None:
        self.behaviour = Behaviour.TAKES
        self._released.set()

    async def close(self) -> None:
        self.release()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _answer(self, request: Request) -> Response:
        raw = await request.body()
        heard = Received(request.url.path, dict(request.headers), raw, await request.json())
        self.received.append(heard)
        self.came.set()
        if self.location:
            return Response(status_code=307, headers={"location": self.location})
        if self.behaviour is Behaviour.HANGS:
            await self._released.wait()
        status = _ANSWERS.get(self.behaviour, 202)
        headers = {"retry-after": self.retry_after} if status == 429 else {}
        return JSONResponse({"status": "success", "dedup_key": "theirs"}, status, headers)


class BreaksOff:
    """Listens, reads what comes, and hangs up without a word."""

    _server: asyncio.Server | None = None

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._hang_up, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _hang_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()
