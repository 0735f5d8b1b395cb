"""The running daemon's audit: who was told and who answered, what a crash and other hands leave."""

import json
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitord.adapters.audit import Kind, verify
from tests.contracts.sinks.receiver import Receiver
from tests.integration.chains import calling, station_and_pager
from tests.integration.daemon import Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.integration.test_calls import acknowledge, fever

pytestmark = pytest.mark.network


def audited(folder: Path) -> list[dict[str, Any]]:
    """Return every record of the audit of a daemon."""
    files = sorted((folder / "audit").glob("audit-*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]


def named(folder: Path, what: str) -> list[dict[str, Any]]:
    return [one["fields"] for one in audited(folder) if one["what"] == what]


async def answered(daemon: Daemon, port: int, receiver: Receiver) -> None:
    """Let the daemon call the station, and a nurse answer."""
    async with desk(port) as nurse:
        await fever(nurse)
        await until(lambda: len(receiver.received) == 1)
        await acknowledge(nurse)
        await until(lambda: len(receiver.received) == 2)
    await daemon.told("notification.told", times=2)


async def test_a_story_from_the_alert_to_the_answer_stands_in_the_audit(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """Start, alert, call, answer, the word that somebody has it, and stop: one record each."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1min"))
    await daemon.start()
    await answered(daemon, mosquitto.port, receiver)
    assert 0 == await daemon.stop()

    whats = [one["what"] for one in audited(tmp_path)]
    assert [
        *("chain.begun", "daemon.started", "alert.raised"),
        *("notification.queued", "notification.sent"),
        "answer.accepted",
        *("notification.queued", "notification.sent"),
        "daemon.stopped",
    ] == whats
    [raised], [answer] = named(tmp_path, "alert.raised"), named(tmp_path, "answer.accepted")
    assert ("nurse-7", "on my way", raised["alert"]) == tuple(
        answer[key] for key in ("by", "reason", "alert")
    )
    call, word = named(tmp_path, "notification.queued")
    assert ("trigger", "acknowledge") == (call["purpose"], word["purpose"])
    assert receiver.received[0].body["id"] == call["notification"]
    [started], [stopped] = named(tmp_path, "daemon.started"), named(tmp_path, "daemon.stopped")
    assert (64, 64, 0) == (
        len(started["settings_sha256"]),
        len(started["escalation_sha256"]),
        stopped["code"],
    )
    assert [] == verify(tmp_path / "audit").findings
    told = [one for one in daemon.decided() if one["kind"] == "notification"]
    assert [("trigger", 1, "sent"), ("acknowledge", 1, "sent")] == [
        (one["purpose"], one["attempt"], one["state"]) for one in told
    ]
    await daemon.monitord("audit", "verify", str(tmp_path / "audit"))


async def test_a_killed_daemon_goes_on_with_its_chain(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """What was recorded is still there after a SIGKILL, and the next run follows from it."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1min"))
    await daemon.start()
    await answered(daemon, mosquitto.port, receiver)
    await until(lambda: len(named(tmp_path, "notification.sent")) == 2)
    await daemon.stop(signal.SIGKILL)
    again = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1min"))
    await again.start()
    assert 0 == await again.stop()

    assert 2 == len(named(tmp_path, "daemon.started"))
    assert 1 == len(named(tmp_path, "daemon.stopped"))
    assert [] == verify(tmp_path / "audit").findings


async def test_a_changed_audit_is_told_loudly_and_the_ward_is_watched_all_the_same(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """A metric, a line in the log and a notice; then an alert is called as ever."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1min"))
    await daemon.start()
    await answered(daemon, mosquitto.port, receiver)
    assert 0 == await daemon.stop()
    [path] = (tmp_path / "audit").glob("audit-*.jsonl")
    path.write_bytes(path.read_bytes().replace(b"nurse-7", b"nurse-9"))

    again = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1min"))
    await again.start()
    try:
        broken = await again.told("audit.broken")
        assert path.name in broken["detail"]
        await until(lambda: "audit_broken" in {one.get("notice") for one in again.decided()})
        address = (await again.told("daemon.started"))["http"]
        async with desk(mosquitto.port) as nurse, httpx.AsyncClient(base_url=address) as http:
            await nurse.send("p2", "observation", reading("temperature", 39.5, "Cel"))
            await until(lambda: len(receiver.received) == 3)
            assert "monitord_audit_breaks_total 1.0" in (await http.get("/metrics")).text
    finally:
        assert 0 == await again.stop()
    kinds = {one.kind for one in verify(tmp_path / "audit").findings}
    assert {Kind.CHANGED, Kind.BREAK} == kinds


async def test_an_audit_that_cannot_be_written_stops_no_call_and_readiness_says_so(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """Its disk is gone and comes back: people are called meanwhile, and the records are there."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1min"))
    await daemon.start()
    try:
        await until(lambda: len(named(tmp_path, "daemon.started")) == 1)
        address = (await daemon.told("daemon.started"))["http"]
        async with desk(mosquitto.port) as nurse, httpx.AsyncClient(base_url=address) as http:
            (tmp_path / "audit").rename(tmp_path / "gone")
            await fever(nurse)
            await until(lambda: len(receiver.received) == 1)
            await daemon.told("audit.not_written")
            ready = await http.get("/health/ready")
            failing = [one["check"] for one in ready.json()["checks"] if not one["ok"]]
            (tmp_path / "gone").rename(tmp_path / "audit")
            await daemon.told("audit.written_again")
            assert 200 == (await http.get("/health/ready")).status_code
    finally:
        assert 0 == await daemon.stop()

    assert (503, ["audit"]) == (ready.status_code, failing)
    assert 1 == len(named(tmp_path, "notification.sent"))
    assert [] == verify(tmp_path / "audit").findings
