"""Who is called by the running daemon: real broker, real process, and a pager that listens."""

import asyncio
import shutil
import signal
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from tests.contracts.sinks.behaviour import Behaviour
from tests.contracts.sinks.receiver import Receiver
from tests.integration.chains import calling, station_and_pager
from tests.integration.daemon import Daemon, Desk, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network


def told(receiver: Receiver) -> list[tuple[str, str]]:
    """Tell purpose and channel of each call that came, in order."""
    return [(one.body["purpose"], one.body["channel"]) for one in receiver.received]


async def fever(nurse: Desk) -> None:
    await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))


async def acknowledge(nurse: Desk) -> None:
    answer = {"action": "acknowledge", "rule": "fever", "by": "nurse-7", "reason": "on my way"}
    await nurse.send("p1", "command", answer | {"time": reading("x", 0, "")["time"]})


async def test_the_second_step_calls_on_time_without_any_new_data(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """The station hears at once, the pager 3 s after the alert; each once, and it is counted."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "3s"))
    await daemon.start()
    try:
        async with desk(mosquitto.port) as nurse:
            await fever(nurse)
            await until(lambda: len(receiver.received) == 2)
        address = (await daemon.told("daemon.started"))["http"]
        await daemon.told("notification.told", times=2)
        async with httpx.AsyncClient(base_url=address) as http:
            counted = (await http.get("/metrics")).text
    finally:
        await daemon.stop(signal.SIGKILL)

    station, pager = (one.body for one in receiver.received)
    assert [("trigger", "station"), ("trigger", "pager")] == told(receiver)
    assert 2.5 < seconds(station["raised_at"], pager["queued_at"]) < 4
    assert seconds(station["raised_at"], station["queued_at"]) < 1.5
    assert 'notifications_total{channel_kind="webhook",state="sent"} 2.0' in counted


async def test_an_acknowledgement_stops_the_chain_within_a_tick(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """The station hears that somebody has it, and when the pager's time comes it is not called."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "4s"))
    await daemon.start()
    try:
        async with desk(mosquitto.port) as nurse:
            await fever(nurse)
            await until(lambda: len(receiver.received) == 1)
            await acknowledge(nurse)
            await until(lambda: len(receiver.received) == 2, within_s=3)
            # The pager's second passes; only then can be said that nobody called.
            await asyncio.sleep(5)
    finally:
        await daemon.stop(signal.SIGKILL)

    assert [("trigger", "station"), ("acknowledge", "station")] == told(receiver)


async def test_a_killed_daemon_makes_the_calls_it_owed_under_the_same_ids(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """What was queued when it died is sent after the restart, the next step on its old deadline.

    The alert is known under its own name again, and an answer to it stops the calls.
    """
    receiver.behaviour = Behaviour.FAILS
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "6s"))
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await fever(nurse)
        await until(lambda: len(receiver.received) >= 1)
    await daemon.stop(signal.SIGKILL)
    before = len(receiver.received)
    receiver.behaviour = Behaviour.TAKES
    again = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "6s"))
    await again.start()
    try:
        await until(lambda: ("trigger", "pager") in told(receiver))
        station, pager = receiver.received[0].body, receiver.received[-1].body
        sent = receiver.received[before:-1]
        async with desk(mosquitto.port) as nurse:
            await acknowledge(nurse)
            await until(lambda: ("acknowledge", "station") in told(receiver))
            await until(lambda: ("acknowledge", "pager") in told(receiver))
    finally:
        await again.stop(signal.SIGKILL)

    assert (await again.told("calls.resumed"))["alerts"] == 1
    assert {station["id"]} == {one.body["id"] for one in receiver.received[:before]}
    assert [station["id"]] == [one.body["id"] for one in sent]
    assert {station["alert"]} == {one.body["alert"] for one in receiver.received}
    # On a busy machine the restart alone may take longer than the step had to wait.
    assert 5.5 < seconds(station["raised_at"], pager["queued_at"]) < 60


async def test_calls_of_a_run_whose_journal_is_gone_end_when_the_rule_fires_again(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """The alert has a new name then, and an answer to it stops the old calls too."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1h"))
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await fever(nurse)
        await until(lambda: len(receiver.received) == 1)
    await daemon.stop(signal.SIGKILL)
    shutil.rmtree(tmp_path / "journal")
    again = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "1h"))
    await again.start()
    try:
        async with desk(mosquitto.port) as nurse:
            await fever(nurse)
            await until(lambda: len({one.body["alert"] for one in receiver.received}) == 2)
            await acknowledge(nurse)
            await until(lambda: told(receiver).count(("acknowledge", "station")) == 2)
    finally:
        await again.stop(signal.SIGKILL)

    assert (await again.told("calls.resumed"))["alerts"] == 1


async def test_nobody_is_called_and_no_outbox_made_where_no_chains_are_named(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """Without `escalation.file` an alert goes to the feed alone, as it always did."""
    outbox = tmp_path / "outbox" / "outbox.sqlite3"
    daemon = Daemon(tmp_path, mosquitto.port, escalation=f'file = ""\noutbox = "{outbox}"\n')
    await daemon.start()
    try:
        async with desk(mosquitto.port) as nurse:
            await fever(nurse)
            await until(lambda: bool(nurse.alerts()))
    finally:
        await daemon.stop()

    assert [] == receiver.received
    assert not outbox.exists()


def seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
