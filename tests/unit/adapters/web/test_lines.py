"""Connections over which nobody asks anything keep nobody else out."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitord.adapters.web.lines import MOST_AT_ONCE
from monitord.adapters.web.server import WebServer

HALF_A_HEAD = b"GET /quick HTTP/1.1\r\nHost: "
HALF_A_BODY = b"POST /reads HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{"


class Served:
    """A server whose slow answers end when the test says so."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.under_way = asyncio.Semaphore(0)
        routes = [
            Route("/quick", self._quick),
            Route("/slow", self._slow),
            Route("/reads", self._reads, methods=["POST"]),
        ]
        self.server = WebServer(Starlette(routes=routes), "127.0.0.1", 0)

    @property
    def port(self) -> int:
        return int(self.server.address.rpartition(":")[2])

    async def _quick(self, _: Request) -> Response:
        return Response("quick")

    async def _slow(self, _: Request) -> Response:
        self.under_way.release()
        await self.may_end.wait()
        return Response("slow")

    async def _reads(self, request: Request) -> Response:
        return Response(await request.body())


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    one = Served()
    task = asyncio.create_task(one.server.serve())
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(f"{one.server.address}/quick")  # it listens from now on
        yield one
    finally:
        one.may_end.set()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("begun", [b"", HALF_A_HEAD, HALF_A_BODY], ids=["silent", "head", "body"])
async def test_whoever_asks_is_answered_beside_connections_that_do_not(begun: bytes) -> None:
    """More silent connections than there are places: the next who asks is answered, and kept."""
    async with served() as one:
        with ExitStack() as lines:
            for _ in range(MOST_AT_ONCE + 10):
                line = socket.create_connection(("127.0.0.1", one.port))
                lines.enter_context(line).sendall(begun)
            async with httpx.AsyncClient(base_url=one.server.address, trust_env=False) as client:
                assert (await client.get("/quick")).status_code == 200
                assert (await client.get("/quick")).text == "quick"


async def test_an_answer_that_is_being_made_keeps_its_place() -> None:
    """However many silent connections come after it, a call that waits for its tick is answered."""
    async with served() as one, httpx.AsyncClient(trust_env=False) as client:
        slow = asyncio.create_task(client.get(f"{one.server.address}/slow"))
        await one.under_way.acquire()
        with ExitStack() as lines:
            for _ in range(MOST_AT_ONCE + 10):
                lines.enter_context(socket.create_connection(("127.0.0.1", one.port)))
            assert (await client.get(f"{one.server.address}/quick")).status_code == 200
            one.may_end.set()
            assert (await slow).text == "slow"


async def test_a_newcomer_is_cut_where_every_place_is_being_answered() -> None:
    """There is a bound, whatever is asked: one more than fits has no answer, and all others do."""
    limits = httpx.Limits(max_connections=None)
    async with (
        served() as one,
        httpx.AsyncClient(trust_env=False, limits=limits, timeout=30) as client,
    ):
        calls = [
            asyncio.create_task(client.get(f"{one.server.address}/slow"))
            for _ in range(MOST_AT_ONCE)
        ]
        for _ in range(MOST_AT_ONCE):
            await one.under_way.acquire()
        with pytest.raises(httpx.TransportError):
            await client.get(f"{one.server.address}/quick")
        one.may_end.set()
        assert {answer.status_code for answer in await asyncio.gather(*calls)} == {200}
