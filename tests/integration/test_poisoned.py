"""A daemon whose step breaks on an event comes back without it, once: real broker and process."""

import signal
from pathlib import Path

import pytest

from monitord.daemon.recovery.marker import MOST_DEATHS
from tests.integration.daemon import Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.integration.poisoned import DEADLY, POISON

pytestmark = pytest.mark.network

PROGRAM = "tests.integration.poisoned"


async def test_an_event_that_breaks_the_step_costs_its_tick_and_not_the_ward(
    mosquitto: Mosquitto, tmp_path: Path
):
    """The fever stands under its id, the event is refused by name, a third start finds all well.

    The replay of the journal that came after gives its decisions byte for byte.
    """
    daemon = Daemon(tmp_path, mosquitto.port, PROGRAM)
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        await until(lambda: bool(nurse.alerts()))
        [alert] = nurse.alerts()
        await nurse.send("p2", "observation", reading("heart_rate", POISON, "/min"))
        await until(lambda: nurse.status() == "offline")
        assert 1 == await daemon.ended()

        again = Daemon(tmp_path, mosquitto.port, PROGRAM)
        again.decisions.unlink()
        await again.start()
        await until(lambda: bool(nurse.on("out/rejected")))
        await nurse.send("p1", "observation", reading("temperature", 36.8, "Cel"))
        await until(lambda: nurse.alerts()[-1] == {})
        assert 0 == await again.stop()

    [refused] = nurse.on("out/rejected")
    assert ("broke_the_step", True) == (refused["reason"], f'"value":{POISON}' in refused["event"])
    assert {alert["alert"]} == {one["alert"] for one in nurse.alerts() if one}
    assert 1 == len([line for line in again.log if line["event"] == "recovery.broke"])
    newest = max((tmp_path / "journal").glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
    replayed = tmp_path / "replayed.jsonl"
    await again.monitord("replay", str(newest), "--decisions", str(replayed))
    assert again.decisions.read_bytes() == replayed.read_bytes()

    third = Daemon(tmp_path, mosquitto.port, PROGRAM)
    await third.start()
    assert 0 == await third.stop()
    told = {line["event"] for line in third.log}
    assert "recovery.left_out" in told
    assert "recovery.broke" not in told


async def test_an_event_that_kills_the_process_is_left_out_after_three_more_deaths(
    mosquitto: Mosquitto, tmp_path: Path
):
    """Nothing can be caught then; the fourth start knows from what the others left."""
    daemon = Daemon(tmp_path, mosquitto.port, PROGRAM)
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        await until(lambda: bool(nurse.alerts()))
        await nurse.send("p2", "observation", reading("heart_rate", DEADLY, "/min"))
        await until(lambda: nurse.status() == "offline")
        assert -signal.SIGKILL == await daemon.ended()
        for _ in range(MOST_DEATHS):
            dying = Daemon(tmp_path, mosquitto.port, PROGRAM)
            await dying.begin()
            assert -signal.SIGKILL == await dying.ended()
        last = Daemon(tmp_path, mosquitto.port, PROGRAM)
        await last.start()
        await until(lambda: len(nurse.on("out/rejected")) == 2)
        assert 0 == await last.stop()

    # The broker sent it again to the run that left it out.
    for refused in nurse.on("out/rejected"):
        assert "the process ended in it 3 times" in refused["detail"]
    assert 1 == len({one["alert"] for one in nurse.alerts() if one})
    assert not (tmp_path / "journal" / "recovering").exists()
