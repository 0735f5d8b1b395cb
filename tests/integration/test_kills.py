"""Fifty alerts through two hundred sudden deaths: nobody's call is lost, doubled or late.

KILLS in the environment is how many deaths, SEED which moments: `make kills KILLS=1000 SEED=7`.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from tests.contracts.sinks.receiver import Receiver
from tests.integration.daemon import Daemon, Desk, desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.integration.nest import Nest

pytestmark = [pytest.mark.network, pytest.mark.timeout(1_800)]

KILLS: Final = int(os.environ.get("KILLS", "200"))
SEED: Final = int(os.environ.get("SEED", "20260124"))
PATIENTS: Final = 50
# Long enough to start and to do something, short enough to be in the middle of it.
LIVES_S: Final = (0.02, 1.2)
AFTER_S: Final = {"station": 0, "pager": 3, "physician": 6}
ON_TIME: Final = timedelta(seconds=1)

Call = dict[str, Any]


def chains(address: str) -> str:
    """Write three channels at one receiver, and the chain that calls one after the other."""
    text = '[[chain]]\nname = "all"\npriorities = ["high", "medium", "low"]\npause = "1h"\n'
    for channel, after in AFTER_S.items():
        text += f'[[chain.step]]\nwho = "{channel}"\nchannel = "{channel}"\nafter = "{after}s"\n'
        text += f'[channels.{channel}]\nkind = "webhook"\naddress = "{address}/{channel}"\n'
        text += 'detail = "full"\nexpires_after = "10min"\n'
    return text


class Story:
    """Fifty patients get a fever, one after the other; a third is answered, a third gets well."""

    def __init__(self, nurse: Desk, chance: Random, lasts_s: float) -> None:
        self._nurse = nurse
        self._chance = chance
        self._pause_s = lasts_s / PATIENTS
        self.patients = [f"p{number}" for number in range(PATIENTS)]
        self.answered = set(self.patients[::3])
        self.well = set(self.patients[1::3])

    async def happen(self) -> None:
        async with asyncio.TaskGroup() as group:
            for patient in self.patients:
                await self._see(patient, 39.5)
                group.create_task(self._go_on(patient))
                await asyncio.sleep(self._pause_s)

    async def _go_on(self, patient: str) -> None:
        with contextlib.suppress(TimeoutError):  # told at the end, with all others
            await until(lambda: bool(self.shown(patient)), within_s=120)
        if patient in self.answered | self.well:
            await asyncio.sleep(self._chance.uniform(0, 8))
        if patient in self.answered:
            answer = {"action": "acknowledge", "rule": "fever", "by": "n-7", "reason": "coming"}
            await self._nurse.send(patient, "command", answer | {"time": _now()})
        elif patient in self.well:
            await self._see(patient, 36.8)

    async def _see(self, patient: str, value: float) -> None:
        await self._nurse.send(patient, "observation", reading("temperature", value, "Cel"))

    def shown(self, patient: str) -> list[Call]:
        """Give what was shown of a patient's alert, the empty document for one taken down."""
        return self._nurse.on_topic(f"/west/{patient}/alert/")

    def untold(self) -> list[str]:
        """List the patients of whom the screens do not show how the story ended."""
        return [patient for patient in self.patients if not self._ended(patient)]

    def _ended(self, patient: str) -> bool:
        last = (self.shown(patient) or [{}])[-1]
        if patient in self.well:
            return bool(self.shown(patient)) and last == {}
        return bool(last.get("to") == ("ACKNOWLEDGED" if patient in self.answered else "ACTIVE"))


async def test_no_call_is_lost_doubled_or_late_however_often_the_daemon_dies(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """Each alert keeps one id, each call one id; who must be called is, on time or at the start."""
    sys.stdout.write(f"make kills KILLS={KILLS} SEED={SEED}\n")  # shown when this fails
    chance = Random(SEED)
    daemon = _prepared(tmp_path, mosquitto.port, receiver.address)
    await daemon.monitord("check", "--update-lock")
    nest = await Nest.beside(daemon.settings, tmp_path / "log.jsonl")
    pulse = asyncio.create_task(_worst_pause())
    async with desk(mosquitto.port) as nurse:
        story = Story(nurse, chance, lasts_s=KILLS * sum(LIVES_S) / 2)
        # The session must be there before the first message, or the broker keeps none for it.
        await nest.hatch()
        await until(lambda: nurse.status() == "online")
        happening = asyncio.create_task(story.happen())
        for _ in range(KILLS):
            await _life(nurse, chance)
            await nest.end(signal.SIGKILL)
            await nest.hatch()
        await happening
        with contextlib.suppress(TimeoutError):
            await until(lambda: not story.untold(), within_s=60)
            await until(lambda: not _unheard(story, _calls(receiver)), within_s=60)
        await nest.end(signal.SIGTERM)
    await nest.close()
    pulse.cancel()

    calls = _calls(receiver)
    assert [] == [(patient, story.shown(patient)) for patient in story.untold()]
    assert [] == _unheard(story, calls)
    for patient in story.patients:
        assert 1 == len({one["alert"] for one in calls if one["patient"] == patient}), patient
    assert [] == _with_two_ids(calls)
    assert [] == _late(calls, tmp_path / "log.jsonl", 3 * await pulse)


async def _life(nurse: Desk, chance: Random) -> None:
    """Return after a random time; every second life ends with the first news of an alert.

    That is while the tick that decided it is on its way into the outbox, where most can be lost.
    """
    ends_with_news, before = chance.random() < 0.5, len(nurse.heard)
    lasts_s = chance.uniform(*LIVES_S)
    if not ends_with_news:
        await asyncio.sleep(lasts_s)
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(lasts_s):
            while not any("/alert/" in topic for topic, _ in nurse.heard[before:]):  # noqa: ASYNC110
                await asyncio.sleep(0.001)  # what is awaited lies on the other side of a socket


def _prepared(folder: Path, port: int, address: str) -> Daemon:
    file, outbox = folder / "escalation.toml", folder / "outbox" / "outbox.sqlite3"
    file.write_text(chains(address))
    return Daemon(
        folder,
        port,
        escalation=f'file = "{file}"\noutbox = "{outbox}"\n',
        tick='period = "250ms"\n',
        journal=f'directory = "{folder / "journal"}"\nfsync = "tick"\n',
        http="enabled = false\n",
    )


def _calls(receiver: Receiver) -> list[Call]:
    return [one.body for one in receiver.received]


def _unheard(story: Story, calls: list[Call]) -> list[str]:
    """List the patients of whom somebody has not heard what they must hear."""
    return [patient for patient in story.patients if not _has_all(story, patient, calls)]


def _has_all(story: Story, patient: str, calls: list[Call]) -> bool:
    """Tell whether everybody heard of a patient what they had to hear."""
    heard = defaultdict(set)
    for one in calls:
        if one["patient"] == patient:
            heard[one["purpose"]].add(one["channel"])
    if patient in story.answered:
        return heard["trigger"] <= heard["acknowledge"] and bool(heard["acknowledge"])
    if patient in story.well:
        return heard["trigger"] <= heard["resolve"] and bool(heard["resolve"])
    return heard["trigger"] == set(AFTER_S)


def _with_two_ids(calls: list[Call]) -> list[tuple[object, ...]]:
    ids = defaultdict(set)
    for one in calls:
        key = (one["alert"], one["purpose"], one["channel"], one["step"], one["round"])
        ids[key].add(one["id"])
    return [key for key, found in ids.items() if len(found) != 1]


def _late(calls: list[Call], log: Path, slack: timedelta) -> list[str]:
    """List the calls that were decided later than a second after their time and after the start."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    starts = [_at(line["time"]) for line in lines if line["event"] == "daemon.started"]
    late = []
    for one in calls:
        if one["purpose"] != "trigger":
            continue
        queued, raised = _at(one["queued_at"]), _at(one["raised_at"])
        due = raised + timedelta(seconds=AFTER_S[one["channel"]])
        start = max(start for start in starts if start <= queued)
        if queued < due or queued > max(due, start) + ON_TIME + slack:
            late.append(f"{one['id']}: due {due}, started {start}, queued {queued}")
    return late


async def _worst_pause() -> timedelta:
    """Measure until cancelled how long this machine leaves us without a turn."""
    worst, loop = 0.0, asyncio.get_running_loop()
    try:
        while True:
            began = loop.time()
            await asyncio.sleep(0.05)
            worst = max(worst, loop.time() - began - 0.05)
    except asyncio.CancelledError:
        return timedelta(seconds=worst)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _now() -> str:
    return datetime.now(UTC).isoformat()
