"""The whole daemon as a process beside a real mosquitto: what goes in, out, and how it ends."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.integration.daemon import ROOT, Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network

FEVER = reading("temperature", 39.5, "Cel")


@pytest.fixture
async def daemon(mosquitto: Mosquitto, tmp_path: Path) -> AsyncIterator[Daemon]:
    """Give a daemon that runs beside the broker until the test ends."""
    made = Daemon(tmp_path, mosquitto.port)
    await made.start()
    yield made
    await made.stop(signal.SIGKILL)


async def test_a_reading_becomes_an_alert_and_a_state(mosquitto: Mosquitto, daemon: Daemon):
    """A fever goes in on its topic; the alert, the state and the status come out on theirs."""
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", FEVER)
        await until(lambda: bool(nurse.alerts()) and bool(nurse.on("west/p1/state")))

        [alert] = nurse.alerts()
        assert ("p1", "fever", "ACTIVE") == (alert["patient"], alert["rule"], alert["to"])
        assert nurse.status() == "online"
        assert [alert] == [one for one in daemon.decided() if one["kind"] == "alert"]


async def test_an_alert_that_is_over_is_taken_down(mosquitto: Mosquitto, daemon: Daemon):
    """Once the fever is gone the alert's topic is cleared, so that nobody finds it there."""
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", FEVER)
        await until(lambda: bool(nurse.alerts()))
        await nurse.send("p1", "observation", reading("temperature", 36.8, "Cel"))
        await until(lambda: nurse.alerts()[-1] == {})
    async with desk(mosquitto.port) as late:
        await until(lambda: bool(late.on("out/status")))

        assert late.alerts() == []


async def test_an_end_on_request_is_told_and_loses_nothing(mosquitto: Mosquitto, daemon: Daemon):
    """SIGTERM ends with 0 and offline; a reading sent just before is watched now or next time."""
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", FEVER)
        ended = await daemon.stop()
        await until(lambda: nurse.status() == "offline")
        again = Daemon(daemon.folder, mosquitto.port)
        await again.start()
        await until(lambda: any(one["kind"] == "alert" for one in daemon.decided()))
        await again.stop()

        assert ended == 0
        assert [one["rule"] for one in daemon.decided() if one["kind"] == "alert"] == ["fever"]


async def test_a_daemon_that_dies_is_reported_by_the_broker(mosquitto: Mosquitto, daemon: Daemon):
    """After SIGKILL the last will says offline to whoever listens, and to whoever comes later."""
    async with desk(mosquitto.port) as nurse:
        await daemon.stop(signal.SIGKILL)
        await until(lambda: nurse.status() == "offline")

        assert {"status", "version", "rule_pack", "time"} == set(nurse.on("out/status")[-1])


async def test_alerts_that_a_run_does_not_know_are_marked_and_replaced(
    mosquitto: Mosquitto, daemon: Daemon
):
    """A run without a journal marks what it finds as not watched, until the rule fires again."""
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", FEVER)
        await until(lambda: bool(nurse.alerts()))
        await daemon.stop(signal.SIGKILL)
        again = Daemon(daemon.folder, mosquitto.port, journal='directory = ""\n')
        await again.start()
        try:
            await until(lambda: "unwatched_since" in nurse.alerts()[-1])
            assert (await again.told("alert.inherited"))["count"] == 1
            await nurse.send("p1", "observation", FEVER)
            await until(lambda: len(nurse.alerts()) == 4)
        finally:
            await again.stop(signal.SIGKILL)

        kept = [topic for topic, _ in nurse.heard if "/alert/" in topic]
        assert (kept[0], kept[0]) == (kept[1], kept[3])
        assert (["unwatched_since" in one for one in nurse.alerts()], nurse.alerts()[3]) == (
            [False, True, False, False],
            {},
        )


async def test_a_broker_that_forgot_everything_is_told_again(mosquitto: Mosquitto, daemon: Daemon):
    """After the broker was killed, the open alert and the state stand on it once more."""
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", FEVER)
        await until(lambda: bool(nurse.alerts()))
    mosquitto.kill()
    await daemon.told("mqtt.disconnected")
    mosquitto.start()
    await daemon.told("mqtt.reconnected")
    async with desk(mosquitto.port) as nurse:
        await until(lambda: bool(nurse.alerts()) and bool(nurse.on("west/p1/state")))

        assert nurse.alerts()[0]["rule"] == "fever"


async def test_health_follows_the_broker(mosquitto: Mosquitto, daemon: Daemon):
    """Ready while the canary comes back, not ready while the broker is stopped, live throughout."""
    address = (await daemon.told("daemon.started"))["http"]
    async with httpx.AsyncClient(base_url=address) as http:

        async def ready() -> tuple[int, list[str]]:
            answer = await http.get("/health/ready")
            return answer.status_code, [c["check"] for c in answer.json()["checks"] if not c["ok"]]

        assert await ready() == (200, [])
        mosquitto.pause()
        await daemon.told("mqtt.deaf")
        await daemon.told("mqtt.retrying")
        assert await ready() == (503, ["broker", "canary"])
        assert (await http.get("/health/live")).status_code == 200
        mosquitto.resume()
        await daemon.told("mqtt.reconnected")
        assert await ready() == (200, [])
        assert "monitord_mqtt_reconnects_total 1.0" in (await http.get("/metrics")).text


async def test_a_broker_that_is_not_there_is_waited_for(mosquitto: Mosquitto, tmp_path: Path):
    """The daemon starts without a broker, says so, and goes to work when there is one."""
    mosquitto.stop()
    daemon = Daemon(tmp_path, mosquitto.port)
    await daemon.start(connected=False)
    try:
        await daemon.told("mqtt.unreachable")
        mosquitto.start()
        await daemon.told("mqtt.connected")
    finally:
        assert await daemon.stop() == 0


async def test_a_full_disk_under_the_decisions_file_costs_no_alert(
    mosquitto: Mosquitto, tmp_path: Path
):
    """The alert is published and the daemon goes on; health, metrics and one log line tell it."""
    daemon = Daemon(tmp_path, mosquitto.port, decisions='file = "/dev/full"\n')
    await daemon.start()
    try:
        address = (await daemon.told("daemon.started"))["http"]
        async with desk(mosquitto.port) as nurse, httpx.AsyncClient(base_url=address) as http:
            await nurse.send("p1", "observation", FEVER)
            await until(lambda: len(nurse.alerts()) == 1)
            await nurse.send("p2", "observation", FEVER)
            await until(lambda: len(nurse.alerts()) == 2)
            ready = await http.get("/health/ready")
            metrics = (await http.get("/metrics")).text
    finally:
        assert await daemon.stop() == 0

    assert ready.status_code == 503
    assert [c for c in ready.json()["checks"] if not c["ok"]] == [
        {
            "check": "decisions_file",
            "ok": False,
            "found": "No space left on device",
            "expected": "written",
        }
    ]
    assert "monitord_decisions_not_written_total 0.0" not in metrics
    assert ["No space left on device"] == [
        line["reason"] for line in daemon.log if line["event"] == "decisions.not_written"
    ]


async def test_a_task_that_fails_ends_the_daemon(mosquitto: Mosquitto, daemon: Daemon):
    """A full disk under the journal is recorded, and the process says offline and ends with 1."""
    [journal] = (daemon.folder / "journal").glob("*.jsonl")
    daemon.forbid_larger_files(journal.stat().st_size)
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", FEVER)
        code = await daemon.ended()
        await until(lambda: nurse.status() == "offline")

    assert code == 1
    assert (await daemon.told("task.failed"))["task"] == "tick"
    assert not [line for line in daemon.log if "Traceback" in line["event"]]


BAD = {
    "not_json": b"{not json",
    "wrong_type": reading("temperature", True, "Cel"),
    "unknown_signal": reading("temprature", 37, "Cel"),
    "unit_does_not_fit": reading("temperature", 37, "mm[Hg]"),
    "impossible_value": reading("temperature", 370, "Cel"),
    "future_time": reading("temperature", 37, "Cel", ahead_s=86_400),
    "patient_mismatch": reading("temperature", 37, "Cel") | {"patient": "p2"},
    "kind_mismatch": reading("temperature", 37, "Cel") | {"kind": "command"},
    "not_finite": json.dumps(reading("temperature", float("nan"), "Cel")).encode(),
    "payload_too_large": b"x" * 1_000_000,
}


async def test_bad_input_is_refused_by_name_and_the_daemon_goes_on(
    mosquitto: Mosquitto, daemon: Daemon
):
    """Each kind of bad input comes back on `out/rejected` under its own name, cut at 4 KiB."""
    async with desk(mosquitto.port) as nurse:
        for payload in BAD.values():
            await nurse.send("p1", "observation", payload)
        infinite = json.dumps(reading("temperature", float("-inf"), "Cel")).encode()
        await nurse.send("p1", "observation", infinite)
        await nurse.send_to(f"{ROOT}/in/west/p1/observation/more", b"{}")
        await until(lambda: len(nurse.on("out/rejected")) == len(BAD) + 2)
        refused = nurse.on("out/rejected")
        await nurse.send("p1", "observation", FEVER)
        await until(lambda: bool(nurse.alerts()))

        assert [*BAD, "not_finite", "bad_topic"] == [one["reason"] for one in refused]
        assert max(len(one["event"]) for one in refused) == 4096


async def test_ten_thousand_bad_messages_in_a_row_are_each_refused(
    mosquitto: Mosquitto, daemon: Daemon
):
    """Every one of ten thousand is told on `out/rejected`, and the next good one is watched."""
    async with desk(mosquitto.port) as nurse:
        bodies = [
            body if isinstance(body, bytes) else json.dumps(body).encode()
            for name, body in BAD.items()
            if name != "payload_too_large"
        ]
        for start in range(0, 10_000, 500):
            topic = f"{ROOT}/in/west/p1/observation"
            batch = [bodies[number % len(bodies)] for number in range(start, start + 500)]
            await asyncio.gather(*(nurse.send_to(topic, body) for body in batch))
        await nurse.send("p1", "observation", FEVER)
        await until(lambda: bool(nurse.alerts()), within_s=90)
        await until(lambda: len(nurse.on("out/rejected")) == 10_000, within_s=90)
        reasons = Counter(one["reason"] for one in nurse.on("out/rejected"))

        assert set(BAD) - {"payload_too_large"} == set(reasons)
        assert max(reasons.values()) - min(reasons.values()) <= 1
