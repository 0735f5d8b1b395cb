"""Server-sent events over real HTTP: what a client reads, resumes from, and is refused."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from monitord.adapters.web import live
from monitord.adapters.web.feed import READERS_OF_ONE_CALLER, Entry, Feed
from tests.unit.adapters.web.calling import Served, Ward, open_feed, served

Block = dict[str, str]
READER = {"authorization": "Bearer read"}


class Stream:
    """An open stream, and the blocks that came over it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def read(self, count: int) -> list[Block]:
        """Read so many blocks, or all until the end; the key of a comment is the empty word."""
        found: list[Block] = [{}]
        async for line in self._lines:
            if line:
                field, _, value = line.partition(":")
                found[-1][field] = value.removeprefix(" ")
            elif len(found) == count:
                return found
            else:
                found.append({})
        return found[:-1]


@asynccontextmanager
async def stream(api: Served, query: str = "", **headers: str) -> AsyncIterator[Stream]:
    sent = READER | {name.replace("_", "-"): value for name, value in headers.items()}
    path = f"/v1/events{query}"
    async with api.client.stream("GET", path, headers=sent, timeout=60) as answer:
        yield Stream(answer)


def alert(number: int) -> Entry:
    return Entry("alert", "p1", "west", lambda: b'{"kind":"alert","n":%d}' % number)


async def test_a_decision_is_one_event_with_its_kind_and_an_id() -> None:
    """The stream begins with how soon to come back and where it stands."""
    feed = open_feed()
    async with served(Ward(), feed=feed) as api, stream(api) as opened:
        begins = await opened.read(2)
        feed.add([alert(1)])
        feed.add([Entry("rejected", "", "", lambda: b'{"kind":"rejected"}')])
        heard = await opened.read(2)
        headers = opened.answer.headers
    assert [{"retry": "3000"}, {"id": "a0-0"}] == begins
    assert [
        {"event": "alert", "id": "a0-1", "data": '{"kind":"alert","n":1}'},
        {"event": "rejected", "id": "a0-2", "data": '{"kind":"rejected"}'},
    ] == heard
    assert "text/event-stream; charset=utf-8" == headers["content-type"]
    assert "no-store" == headers["cache-control"]
    assert ("follow_decisions", 200) == api.counted[-1]


async def test_a_client_that_was_cut_off_goes_on_where_it_was() -> None:
    """With the last id nothing is missing; with one of another run it hears of the gap."""
    feed = open_feed()
    async with served(Ward(), feed=feed) as api:
        async with stream(api, "?kind=alert") as opened:
            feed.add([alert(1)])
            seen = (await opened.read(3))[-1]
        feed.add([alert(2), alert(3)])
        async with stream(api, last_event_id=seen["id"]) as opened:
            more = await opened.read(4)
        async with stream(api, last_event_id="b1-1") as opened:
            gap = (await opened.read(2))[-1]
    assert {"event": "alert", "id": "a0-1", "data": '{"kind":"alert","n":1}'} == seen
    assert ["a0-1", "a0-2", "a0-3"] == [one["id"] for one in more[1:]]
    assert ("gap", "a0-3", "/v1/alerts") == (
        gap["event"],
        gap["id"],
        json.loads(gap["data"])["read"],
    )


async def test_a_quiet_stream_is_kept_alive_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no proxy takes it for dead."""
    monkeypatch.setattr(live, "_KEEP_ALIVE_S", 0.01)
    async with served(Ward(), feed=open_feed()) as api, stream(api) as opened:
        assert [{"": "ping"}, {"": "ping"}] == (await opened.read(4))[2:]


async def test_streams_are_few_and_leave_room_for_all_else() -> None:
    """One more is refused by name; a client that goes makes room, and health answers meanwhile."""
    told: list[int] = []
    feed = Feed("a0", following=told.append, overrun=lambda: None)
    async with served(Ward(), feed=feed) as api:
        async with AsyncExitStack() as streams:
            for _ in range(READERS_OF_ONE_CALLER):
                opened = await streams.enter_async_context(stream(api))
                assert 200 == opened.answer.status_code
            refused = await api.call("GET", "/v1/events", "read")
            healthy = await api.call("GET", "/health/live", None)
        async with asyncio.timeout(60):
            while told[-1]:  # noqa: ASYNC110 the other side of a socket
                await asyncio.sleep(0.01)
    assert (503, "too_many_streams") == (refused.status_code, refused.json()["reason"])
    assert "3" == refused.headers["retry-after"]
    assert 200 == healthy.status_code


async def test_a_stream_ends_with_the_server(caplog: pytest.LogCaptureFixture) -> None:
    """What was decided before is still told, and nobody waits for anybody."""
    feed = open_feed()
    async with AsyncExitStack() as later:
        async with served(Ward(), feed=feed) as api:
            opened = await later.enter_async_context(stream(api))
            await opened.read(2)
            feed.add([alert(1)])
            reading = asyncio.create_task(opened.read(99))
            await asyncio.sleep(0)
        assert ["alert"] == [one["event"] for one in await reading]
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


async def test_who_does_not_read_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    """A client that takes nothing keeps neither its place nor its connection."""
    told: list[int] = []
    feed = Feed("a0", following=told.append, overrun=lambda: None)
    async with served(Ward(), feed=feed, unheard_ms=500) as api:
        await api.call("GET", "/health/live", None)  # from now on it listens
        port = api.client.base_url.port
        with socket.create_connection(("127.0.0.1", port or 0)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(
                b"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer read\r\n\r\n"
            )
            async with asyncio.timeout(60):
                while not told:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                while told[-1]:
                    feed.add([Entry("notice", "", "", lambda: b'"%s"' % (b"x" * 65536))])
                    await asyncio.sleep(0.01)
        assert 200 == (await api.call("GET", "/health/live", None)).status_code
    assert [1, 0] == told
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]
