"""The live feed of the running daemon: real broker, real process, real streams over HTTP."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.daemon import desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.integration.test_api import answering

pytestmark = pytest.mark.network

Event = dict[str, Any]


async def events(answer: httpx.Response) -> AsyncIterator[Event]:
    """Give the events of a stream, with their data read."""
    found: Event = {}
    async for line in answer.aiter_lines():
        field, _, value = line.partition(":")
        if line:
            found[field] = value.removeprefix(" ")
        elif "event" in found:
            yield found | {"data": json.loads(found["data"])}
            found = {}


async def first(stream: AsyncIterator[Event], event: str) -> Event:
    """Wait for the next event of a kind."""
    async with asyncio.timeout(60):
        async for one in stream:
            if one["event"] == event:
                return one
    raise AssertionError(f"the stream ended without {event}")


async def shown(client: httpx.AsyncClient, metric: str) -> float:
    found = re.search(rf"^{metric} (\S+)$", (await client.get("/metrics")).text, re.MULTILINE)
    assert found
    return float(found[1])


async def test_an_alert_arrives_and_nothing_is_missing_after_a_break(
    mosquitto: Mosquitto, tmp_path: Path
):
    """What was decided while nobody listened comes with the last id, as the decisions file has it.

    After a restart the same id begins with a gap.
    """
    async with (
        answering(tmp_path, mosquitto.port) as (daemon, client),
        desk(mosquitto.port) as nurse,
    ):
        async with client.stream("GET", "/v1/events?kind=alert&ward=west") as answer:
            await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
            heard = await first(events(answer), "alert")
        await nurse.send("p2", "observation", reading("temperature", 39.5, "Cel"))
        await until(lambda: any(one.get("patient") == "p2" for one in nurse.alerts()))
        resumed = {"last-event-id": heard["id"]}
        wanted = "/v1/events?kind=alert&kind=notice&patient=p2"
        async with client.stream("GET", wanted, headers=resumed) as answer:
            stream = events(answer)
            admitted, missed = await first(stream, "notice"), await first(stream, "alert")
    async with answering(tmp_path, mosquitto.port) as (_, client):
        async with client.stream("GET", "/v1/events", headers=resumed) as answer:
            gap = await first(events(answer), "gap")
        left = await shown(client, "monitord_http_streams_overrun_total")

    decided = daemon.decided()
    assert ("fever", "p1", "ACTIVE") == tuple(
        heard["data"][key] for key in ("rule", "patient", "to")
    )
    assert heard["data"] in decided and missed["data"] in decided
    assert ("p2", "p2") == (admitted["data"]["patient"], missed["data"]["patient"])
    numbers = [int(one["id"].partition("-")[2]) for one in (heard, admitted, missed)]
    assert sorted(numbers) == numbers
    assert {"read": "/v1/alerts"} == gap["data"]
    assert 0 == left


@pytest.mark.timeout(300)
async def test_who_does_not_read_is_ended_and_the_daemon_goes_on(
    mosquitto: Mosquitto, tmp_path: Path
):
    """It falls out of the ring and is counted, others hear everything, and ticks go on."""
    async with (
        answering(tmp_path, mosquitto.port) as (_, client),
        desk(mosquitto.port) as nurse,
        AsyncExitStack() as opened,
    ):
        url = client.base_url
        slow = opened.enter_context(socket.create_connection((url.host, url.port or 0)))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"GET /v1/events HTTP/1.1\r\nHost: monitord\r\n")
        slow.sendall(b"Authorization: Bearer the-nurse\r\n\r\n")
        junk = [{"kind": f"no-such-kind-{n}", "patient": "p1", "x": "y" * 200} for n in range(600)]
        overrun = 0.0
        async with asyncio.timeout(180):
            while not overrun:
                for _ in range(8):
                    await nurse.send("p1", "observation", junk)
                overrun = await shown(client, "monitord_http_streams_overrun_total")
        answer = await opened.enter_async_context(client.stream("GET", "/v1/events?kind=alert"))
        ticks = await shown(client, "monitord_ticks_total")
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        heard = await first(events(answer), "alert")
        assert ticks < await shown(client, "monitord_ticks_total")
        told = await asyncio.to_thread(read_all, slow)
    assert "fever" == heard["data"]["rule"]
    assert 1 == overrun
    assert b"event: overrun" in told.rstrip(b"\r\n0")[-200:]


def read_all(slow: socket.socket) -> bytes:
    """Read until the stream's own end."""
    slow.settimeout(60)
    # Through its narrow window the rest would come in trickles.
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    found = b""
    while not found.endswith(b"0\r\n\r\n"):
        more = slow.recv(1 << 20)
        if not more:
            break
        found += more
    return found


async def test_an_open_stream_does_not_keep_the_daemon_from_stopping(
    mosquitto: Mosquitto, tmp_path: Path
):
    """It ends with the daemon, which goes as quickly as ever and complains of nothing."""
    async with (
        answering(tmp_path, mosquitto.port) as (daemon, client),
        client.stream("GET", "/v1/events") as answer,
    ):
        assert 1 == await shown(client, "monitord_http_streams")
        assert 0 == await daemon.stop()
        assert [] == [one async for one in events(answer)]
    assert [] == [one for one in daemon.log if one.get("level") in ("error", "critical")]
