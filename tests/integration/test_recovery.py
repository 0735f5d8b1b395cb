"""A daemon that was killed comes back knowing its patients: real broker, real process."""

import json
import signal
from io import FileIO
from pathlib import Path

import httpx
import pytest

from monitord.adapters.codecs.native import decode
from monitord.adapters.journal import Journal
from monitord.domain.time import SECOND, parse_time
from tests.integration.daemon import Daemon, Desk, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network


async def fever(nurse: Desk, value: float = 39.5) -> None:
    await nurse.send("p1", "observation", reading("temperature", value, "Cel"))


async def killed_with_an_alert(folder: Path, port: int) -> str:
    """Run a daemon until an alert stands, and kill it; return the alert's id."""
    daemon = Daemon(folder, port)
    await daemon.start()
    async with desk(port) as nurse:
        await fever(nurse)
        await until(lambda: bool(nurse.alerts()))
    await daemon.stop(signal.SIGKILL)
    return str(nurse.alerts()[0]["alert"])


async def test_an_alert_is_taken_up_again_under_its_own_id_and_answered(
    mosquitto: Mosquitto, tmp_path: Path
):
    """It is never marked as unwatched; an answer is accepted, and its end clears the topic."""
    alert = await killed_with_an_alert(tmp_path, mosquitto.port)
    again = Daemon(tmp_path, mosquitto.port)
    async with desk(mosquitto.port) as nurse:
        await again.start()
        answer = {"action": "acknowledge", "alert": alert, "by": "n-7", "reason": "on my way"}
        await nurse.send("p1", "command", answer | {"time": reading("x", 0, "")["time"]})
        await until(lambda: nurse.alerts()[-1].get("to") == "ACKNOWLEDGED")
        await fever(nurse, 36.8)
        await until(lambda: nurse.alerts()[-1] == {})
        address = (await again.told("daemon.started"))["http"]
        async with httpx.AsyncClient(base_url=address) as http:
            metrics = (await http.get("/metrics")).text
    await again.stop()

    shown = [one for one in nurse.alerts() if one]
    assert {alert} == {one["alert"] for one in shown}
    assert [] == [one for one in shown if "unwatched_since" in one]
    assert 0 == (await again.told("alert.inherited"))["count"]
    assert "monitord_recovered_events 1.0" in metrics
    assert [] == nurse.on("out/rejected")


async def test_an_end_that_nobody_published_any_more_is_published_by_the_next_run(
    mosquitto: Mosquitto, tmp_path: Path
):
    """The last tick in the journal ended the alert, and the daemon died before it could say so."""
    await killed_with_an_alert(tmp_path, mosquitto.port)
    [path] = (tmp_path / "journal").glob("*.jsonl")
    normal = reading("temperature", 36.8, "Cel") | {"patient": "p1", "ward": "west"}
    inbox = decode(json.dumps(normal).encode(), None)
    with Journal(path, FileIO(path, "a"), {}, fsync=False) as journal:
        journal.append(-(-parse_time(str(normal["time"])) // SECOND) * SECOND + SECOND, inbox)
    again = Daemon(tmp_path, mosquitto.port)
    async with desk(mosquitto.port) as nurse:
        await until(lambda: bool(nurse.alerts()))
        await again.start()
        await until(lambda: nurse.alerts()[-1] == {})
    await again.stop()

    assert [False, True] == [one == {} for one in nurse.alerts()]


async def test_replay_of_the_newest_journal_gives_its_decisions_byte_for_byte(
    mosquitto: Mosquitto, tmp_path: Path
):
    """With what it continues beside it, and the notice of the recovery first."""
    await killed_with_an_alert(tmp_path, mosquitto.port)
    again = Daemon(tmp_path, mosquitto.port)
    again.decisions.unlink()
    await again.start()
    async with desk(mosquitto.port) as nurse:
        await fever(nurse, 36.8)
        await until(lambda: bool(nurse.alerts()) and nurse.alerts()[-1] == {})
    await again.stop()
    newest = max((tmp_path / "journal").glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
    replayed = tmp_path / "replayed.jsonl"
    await again.monitord("replay", str(newest), "--decisions", str(replayed))

    assert again.decisions.read_bytes() == replayed.read_bytes()
    kinds = [(one["kind"], one.get("notice", one.get("to"))) for one in again.decided()]
    assert ("notice", "recovery") == kinds[0]
    assert ("alert", "QUIET") in kinds
