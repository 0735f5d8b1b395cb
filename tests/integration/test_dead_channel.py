"""A channel that carries no calls: the running daemon shows it, has another call, and ends it."""

import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contracts.sinks.behaviour import Behaviour
from tests.contracts.sinks.receiver import Receiver
from tests.integration.chains import calling, chain, channel
from tests.integration.daemon import ROOT, Daemon, Desk, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network

ALERT = f"{ROOT}/out/_/_feed/alert/"


@pytest.fixture
async def two() -> AsyncIterator[tuple[Receiver, Receiver]]:
    """Give a pager that refuses every call, and a station that takes them."""
    pager, station = Receiver(), Receiver()
    pager.behaviour = Behaviour.REFUSES
    yield pager, station
    await pager.close()
    await station.close()


def daemon_of(folder: Path, port: int, pager: Receiver, station: Receiver) -> Daemon:
    """Make a daemon that calls the pager first."""
    escalation = (
        channel("station", "webhook", f"{station.address}/station")
        + channel("pager", "webhook", f"{pager.address}/pager")
        + chain(("pager", "0s"), ("station", "30s"))
    )
    return calling(folder, port, escalation)


def about_channels(receiver: Receiver) -> list[tuple[str, str]]:
    return [
        (one.body["purpose"], one.body["title"])
        for one in receiver.received
        if one.body["rule"] == "channel-dead"
    ]


def shown(nurse: Desk) -> list[dict[str, Any]]:
    """What was heard on the topics of alerts of no patient; an empty one is taken down."""
    return [json.loads(body or b"{}") for topic, body in nurse.heard if topic.startswith(ALERT)]


async def fever(nurse: Desk, patient: str) -> None:
    await nurse.send(patient, "observation", reading("temperature", 39.5, "Cel"))


async def health(daemon: Daemon) -> tuple[int, str, str]:
    """Return the status of readiness, what it tells of channels, and the metric."""
    address = (await daemon.told("daemon.started"))["http"]
    async with httpx.AsyncClient(base_url=address) as http:
        ready = await http.get("/health/ready")
        metrics = (await http.get("/metrics")).text.splitlines()
    [found] = [one["found"] for one in ready.json()["checks"] if one["check"] == "channels"]
    [dead] = [line for line in metrics if line.startswith("monitord_channels_dead{")]
    return ready.status_code, found, dead


async def test_a_dead_channel_is_an_alert_until_a_call_gets_through(
    mosquitto: Mosquitto, two: tuple[Receiver, Receiver], tmp_path: Path
):
    """Shown on the feed, called once over the other channel, told in health, and over by itself."""
    pager, station = two
    daemon = daemon_of(tmp_path, mosquitto.port, pager, station)
    await daemon.start()
    try:
        async with desk(mosquitto.port) as nurse:
            await fever(nurse, "p1")
            await until(lambda: ("trigger", "Channel pager is dead") in about_channels(station))
            await until(lambda: bool(shown(nurse)))
            while_dead = await health(daemon)
            await fever(nurse, "p2")  # is refused too, and is no second alert
            await until(lambda: len(pager.received) == 2)
            pager.behaviour = Behaviour.TAKES
            await fever(nurse, "p3")
            await until(lambda: ("resolve", "Channel pager is dead") in about_channels(station))
            await until(lambda: shown(nurse)[-1] == {})
            when_over = await health(daemon)
    finally:
        assert 0 == await daemon.stop()

    purposes = ["trigger", "resolve"]
    assert [(one, "Channel pager is dead") for one in purposes] == about_channels(station)
    assert ("channel-dead", "technical", "ACTIVE") == tuple(
        shown(nurse)[0][key] for key in ("rule", "condition", "to")
    )
    assert [] == about_channels(pager)
    kind = 'monitord_channels_dead{channel_kind="webhook"}'
    assert (200, "dead: pager", f"{kind} 1.0") == while_dead
    assert (200, "none is dead", f"{kind} 0.0") == when_over
    moves = [one for one in daemon.decided() if one.get("rule") == "channel-dead"]
    assert ["ACTIVE", "QUIET"] == [one["to"] for one in moves]


async def test_it_survives_a_kill_and_is_answered_like_the_feed(
    mosquitto: Mosquitto, two: tuple[Receiver, Receiver], tmp_path: Path
):
    """After a restart it stands, is not raised or called again, and can be acknowledged."""
    pager, station = two
    daemon = daemon_of(tmp_path, mosquitto.port, pager, station)
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await fever(nurse, "p1")
        await until(lambda: len(about_channels(station)) == 1)
    # Until it is written down what came of the call, it would be made again.
    await daemon.told("notification.told")
    await daemon.stop(signal.SIGKILL)
    again = daemon_of(tmp_path, mosquitto.port, pager, station)
    await again.start()
    try:
        assert (200, "dead: pager") == (await health(again))[:2]
        async with desk(mosquitto.port) as nurse:
            await until(lambda: bool(shown(nurse)))
            assert "unwatched_since" not in shown(nurse)[-1]
            answer = {"action": "acknowledge", "rule": "channel-dead", "by": "engineer-1"}
            await nurse.send("_feed", "command", answer | {"time": reading("x", 0, "")["time"]})
            await until(lambda: shown(nurse)[-1].get("to") == "ACKNOWLEDGED")
            await until(lambda: len(about_channels(station)) == 2)
            silence = answer | {"action": "silence", "time": reading("x", 0, "")["time"]}
            await nurse.send("_feed", "command", silence)
            await until(lambda: bool(nurse.on("out/rejected")))
    finally:
        assert 0 == await again.stop()

    assert ["trigger", "acknowledge"] == [purpose for purpose, _ in about_channels(station)]
    assert "nothing_to_silence" == nurse.on("out/rejected")[0]["reason"]
    files = sorted((tmp_path / "audit").glob("audit-*.jsonl"))
    records = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
    answers = [one for one in records if one["what"].startswith("answer.")]
    assert [("answer.accepted", "engineer-1"), ("answer.refused", "engineer-1")] == [
        (one["what"], one["fields"]["by"]) for one in answers
    ]
