"""A daemon on a clock that runs much faster than life, and its journal played again."""

import asyncio
import collections
import gzip
from datetime import UTC, datetime, timedelta
from json import loads
from pathlib import Path
from typing import Final

import pytest

from tests.integration.daemon import Daemon, Desk, desk, until
from tests.integration.mosquitto import Mosquitto
from tests.shared import STAYS, needs_stays

pytestmark = pytest.mark.network

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
SPEED: Final = 1_200
PACE: Final = 60_000
STAYS_COUNT: Final = 12
PATIENTS: Final = ("p1", "p2", "p3", "p4")


async def watch_a_morning(nurse: Desk) -> None:
    """Send a reading of each patient for every minute of an hour and a half, a little late each."""
    for minute in range(90):
        time = (START + timedelta(minutes=minute)).isoformat()
        for number, patient in enumerate(PATIENTS):
            ill = minute // (20 + 10 * number) % 2
            values = [
                {"signal": "temperature", "value": 36.6 + 2 * ill, "unit": "Cel", "time": time},
                {"signal": "heart_rate", "value": 80 + 60 * ill, "unit": "/min", "time": time},
            ]
            await nurse.send(patient, "observation", values)
        await asyncio.sleep(60 / SPEED)


async def test_the_journal_played_again_gives_the_same_decisions(
    mosquitto: Mosquitto, tmp_path: Path
):
    """What the daemon decided at full speed equals the replay of its journal, byte for byte."""
    tick = f'period = "1s"\nspeed = {SPEED}.0\nstart = "{START:%Y-%m-%dT%H:%M:%SZ}"\n'
    daemon = Daemon(tmp_path, mosquitto.port, tick=tick)
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await watch_a_morning(nurse)
        await until(lambda: {"fever", "fast-heart"} <= {a.get("rule") for a in nurse.alerts()})
        code = await daemon.stop()
    [journal] = (tmp_path / "journal").glob("*.jsonl")
    again = tmp_path / "again.jsonl"
    await daemon.monitord("replay", str(journal), "--decisions", str(again))

    assert code == 0
    assert {"fever", "fast-heart"} == {d["rule"] for d in daemon.decided() if d["kind"] == "alert"}
    assert daemon.decisions.read_bytes() == again.read_bytes()


async def replay_to(nurse: Desk) -> None:
    """Send the real stays as they came, one array for each patient and kind, at `PACE`."""
    loop = asyncio.get_running_loop()
    begun = loop.time()  # a little behind the daemon, so that nothing comes from the future
    waiting = collections.deque(
        loads(line) for line in gzip.decompress(STAYS.read_bytes()).splitlines()
    )
    while waiting:
        until_now = START + timedelta(seconds=(loop.time() - begun) * PACE)
        coming: dict[tuple[str, str], list[object]] = {}
        while waiting and datetime.fromisoformat(came(waiting[0])) <= until_now:
            event = waiting.popleft()
            event.pop("received", None)
            coming.setdefault((event["patient"], event["kind"]), []).append(event)
        for (patient, kind), events in coming.items():
            await nurse.send(patient, kind, events)
        await asyncio.sleep(0.01)


def came(event: dict[str, str]) -> str:
    """When an event reached us."""
    return event.get("received", event["time"])


@needs_stays
async def test_real_stays_through_the_broker_are_decided_as_their_journal_replays(
    mosquitto: Mosquitto, tmp_path: Path
):
    """Twelve real stays sent to a real broker: decisions live equal those of the journal."""
    tick = f'period = "1s"\nspeed = {PACE}.0\nstart = "{START:%Y-%m-%dT%H:%M:%SZ}"\n'
    shipped = Path(__file__).parents[2] / "rules"
    rules = f'directory = "{shipped}"\n'
    daemon = Daemon(tmp_path, mosquitto.port, tick=tick, rules=rules)
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await replay_to(nurse)
        await until(lambda: len(daemon.decided()) > 500)
        code = await daemon.stop()
    [journal] = (tmp_path / "journal").glob("*.jsonl")
    again = tmp_path / "again.jsonl"
    await daemon.monitord("replay", str(journal), "--decisions", str(again))
    refused = [told["reason"] for told in daemon.decided() if told["kind"] == "rejected"]

    assert code == 0
    assert {"impossible_value": 6, "wrong_type": 5} == dict(collections.Counter(refused))
    assert len({told.get("patient") for told in daemon.decided()} - {None}) >= STAYS_COUNT
    assert daemon.decisions.read_bytes() == again.read_bytes()
