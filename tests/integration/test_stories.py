"""The acceptance stories: who hears of an alert at which second, before real servers.

docs/escalation.md has the table of them.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.integration.alertmanager import FOUND as ALERTMANAGER
from tests.integration.alertmanager import AlertmanagerServer
from tests.integration.chains import calling, chain, channel
from tests.integration.daemon import Desk, desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.integration.scripted import BUSY_S, Does, Mailbox, Scripted
from tests.integration.timeline import A_TICK, Timeline

pytestmark = pytest.mark.network

SHIPPED: Final = Path(__file__).parents[2] / "rules"
CRS: Final = f'directory = "{SHIPPED}"\n'
LONG_S: Final = 60  # of the outer world, on a machine that has much else to do


@pytest.fixture
async def receiver() -> AsyncIterator[Scripted]:
    """Give a receiver that takes everything until a story scripts it."""
    made = Scripted()
    yield made
    await made.close()


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """Give a mail server that runs until the test ends."""
    made = Mailbox()
    yield made
    made.close()


async def answer(nurse: Desk, action: str, rule: str, **more: object) -> None:
    told = {"action": action, "rule": rule, "by": "nurse-7", "reason": "on my way"}
    await nurse.send("p1", "command", told | {"time": datetime.now(UTC).isoformat()} | more)


async def infused(nurse: Desk) -> None:
    """Tell that the patient was given the cells two days ago."""
    then = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    given = {"treatment": "car_t_infusion", "action": "given", "time": then}
    await nurse.send("p1", "treatment", given)


async def sees(nurse: Desk, *readings: tuple[str, object, str]) -> None:
    await nurse.send("p1", "observation", [reading(*one) for one in readings])


@pytest.mark.skipif(
    ALERTMANAGER is None,
    reason="Alertmanager is not installed (apt-get install prometheus-alertmanager)",
)
async def test_a_fever_nobody_answers_goes_from_the_webhook_to_the_mail(
    mosquitto: Mosquitto, receiver: Scripted, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Station and Alertmanager at once, mail at second 4; one answer by MQTT stops all three."""
    address, mail = await receiver.start(), await mailbox.start()
    server = await asyncio.to_thread(AlertmanagerServer, tmp_path, f"{address}/told")
    sender = 'sender = "monitord@ward.test"\nrecipients = ["physician@ward.test"]\n'
    escalation = (
        channel("station", "webhook", f"{address}/station")
        + channel("wall", "alertmanager", server.address)
        + channel("mail", "smtp", mail, f'{sender}expires_after = "2min"\n')
        + chain(("station", "0s"), ("wall", "0s"), ("mail", "4s"))
    )
    daemon = calling(tmp_path, mosquitto.port, escalation, rules=CRS)

    async def states() -> list[str]:
        alerts = await asyncio.to_thread(server.alerts)
        return [one["status"]["state"] for one in alerts if one["labels"]["ward"] == "west"]

    async def shown(state: str | None) -> None:
        async with asyncio.timeout(LONG_S):
            while (await states())[:1] != ([state] if state else []):  # noqa: ASYNC110 another process
                await asyncio.sleep(0.1)

    try:
        await daemon.start()
        async with desk(mosquitto.port) as nurse:
            await infused(nurse)
            await sees(nurse, ("temperature", 38.4, "Cel"))
            await until(lambda: len(mailbox.mails) == 1, LONG_S)
            await shown("active")
            await answer(nurse, "acknowledge", "crs-grade-1")
            await until(lambda: len(mailbox.mails) == 2, LONG_S)
            await until(lambda: len(receiver.came["station"]) == 2, LONG_S)
            await shown("suppressed")
            now = datetime.now(UTC).isoformat()
            await nurse.send("p1", "stay", {"action": "discharge", "time": now})
            await shown(None)
        await daemon.stop()
    finally:
        await daemon.stop(signal.SIGKILL)
        server.stop()

    story = Timeline(tmp_path, "crs-grade-1")
    story.at(0, "raised crs-grade-1", "trigger station", "trigger wall")
    story.between(A_TICK, 4, exactly=[])
    story.at(4, "trigger mail")
    taken = story.second_of("acknowledged crs-grade-1")
    told = ["acknowledge station", "acknowledge wall", "acknowledge mail"]
    story.between(taken, taken + A_TICK, exactly=["acknowledged crs-grade-1", *told])
    ended = story.second_of("ended crs-grade-1")
    story.between(taken + A_TICK, ended, exactly=[])
    assert ["trigger", "acknowledge"] == [one["purpose"] for one in receiver.came["station"]][:2]
    assert "ANSWERED" in mailbox.mails[1]


async def test_a_receiver_in_all_its_moods_is_told_once_under_one_id(
    mosquitto: Mosquitto, receiver: Scripted, tmp_path: Path
) -> None:
    """It fails, hangs, is busy, late, answers twice; the pager expires and hands on at once."""
    moods = [Does.FAILS, Does.HANGS, Does.IS_BUSY, Does.ANSWERS_LATE, Does.ANSWERS_TWICE]
    receiver.script = {"station": [*moods], "pager": [Does.FAILS], "physician": [Does.TAKES]}
    address = await receiver.start()
    escalation = (
        channel("station", "webhook", f"{address}/station", 'expires_after = "3min"\n')
        + channel("pager", "webhook", f"{address}/pager", 'expires_after = "5s"\n')
        + channel("physician", "webhook", f"{address}/physician")
        # That a channel is dead is an alert of its own, which would take moods away from the call.
        + channel("ops", "webhook", f"{address}/ops")
        + chain(("station", "0s"), ("pager", "2s"), ("physician", "10min"), of='"physiological"')
        + chain(("ops", "0s"), of='"technical"')
    )
    daemon = calling(tmp_path, mosquitto.port, escalation)

    def taken_by(name: str) -> bool:
        told = [one["channel"] for one in daemon.log if one["event"] == "notification.told"]
        return name in told

    try:
        await daemon.start()
        async with desk(mosquitto.port) as nurse:
            await sees(nurse, ("temperature", 39.5, "Cel"))
            await until(lambda: len(receiver.came["physician"]) == 1, LONG_S)
            await until(lambda: taken_by("station") & taken_by("physician"), LONG_S)
            lost = await daemon.told("notification.lost")
    finally:
        await daemon.stop(signal.SIGKILL)

    story = Timeline(tmp_path, "fever")
    assert 2 <= story.second_of("trigger pager") < 2 + A_TICK
    expired = story.second_of("pager expired")
    assert 2 < expired <= 2 + 5 + A_TICK
    assert 0 <= story.second_of("trigger physician") - expired < A_TICK
    assert ("pager", "expired") == (lost["channel"], lost["state"])
    assert 4 == [one.what for one in story.all].count("station not yet")
    busy, late = [one.second for one in story.all if one.what == "station not yet"][2:]
    assert late - busy >= BUSY_S
    assert len(moods) == len(receiver.ids("station"))
    assert 1 == len(set(receiver.ids("station")))
    assert set(receiver.ids("station")) == story.ids("station", "trigger")
    assert 1 == len(set(receiver.ids("pager")))


async def test_a_worsening_pages_though_what_is_below_it_is_answered_and_silenced(
    mosquitto: Mosquitto, receiver: Scripted, tmp_path: Path
) -> None:
    """Grade 3 calls within a tick while grade 2 is acknowledged and silenced."""
    address = await receiver.start()
    escalation = channel("station", "webhook", f"{address}/station") + chain(("station", "0s"))
    daemon = calling(tmp_path, mosquitto.port, escalation, rules=CRS)
    try:
        await daemon.start()
        async with desk(mosquitto.port) as nurse:
            await infused(nurse)
            low_flow = ("oxygen_device", "nasal_cannula", ""), ("oxygen_flow", 2, "L/min")
            await sees(nurse, ("temperature", 38.4, "Cel"), ("systolic_bp", 118, "mm[Hg]"))
            await sees(nurse, ("spo2", 95, "%"), *low_flow)
            await until(lambda: "crs-grade-2" in rules_heard(nurse), LONG_S)
            await answer(nurse, "acknowledge", "crs-grade-2")
            await answer(nurse, "silence", "crs-grade-2")
            await until(lambda: is_quiet(nurse, "crs-grade-2"), LONG_S)
            now = datetime.now(UTC).isoformat()
            started = {"treatment": "norepinephrine", "action": "started", "time": now}
            await nurse.send("p1", "treatment", started | {"dose": 0.05, "unit": "ug/kg/min"})
            await until(lambda: "crs-grade-3" in called_for(receiver), LONG_S)
        await daemon.stop()
    finally:
        await daemon.stop(signal.SIGKILL)

    worse = Timeline(tmp_path, "crs-grade-3")
    worse.at(0, "raised crs-grade-3", "trigger station")
    below = Timeline(tmp_path, "crs-grade-2")
    taken = below.second_of("acknowledged crs-grade-2")
    below.between(taken + A_TICK, 600, exactly=[])


async def test_the_second_step_pages_on_time_when_the_feed_is_lost(
    mosquitto: Mosquitto, receiver: Scripted, tmp_path: Path
) -> None:
    """The broker dies after a high alert, nothing comes any more; the pager rings at second 5."""
    address = await receiver.start()
    escalation = (
        channel("station", "webhook", f"{address}/station")
        + channel("pager", "webhook", f"{address}/pager")
        + chain(("station", "0s"), ("pager", "5s"))
    )
    daemon = calling(tmp_path, mosquitto.port, escalation)
    try:
        await daemon.start()
        async with desk(mosquitto.port) as nurse:
            await sees(nurse, ("heart_rate", 150, "/min"))
            await until(lambda: len(receiver.came["station"]) == 1, 2 * LONG_S)
        mosquitto.kill()
        await until(lambda: "fast-heart" in called_for(receiver, "pager"), LONG_S)
    finally:
        await daemon.stop(signal.SIGKILL)

    story = Timeline(tmp_path, "fast-heart")
    assert "high" == receiver.came["pager"][0]["priority"]
    story.at(0, "raised fast-heart", "trigger station")
    story.between(A_TICK, 5, exactly=[])
    story.at(5, "trigger pager")


async def test_a_channel_that_dies_falls_through_to_the_next(
    mosquitto: Mosquitto, receiver: Scripted, tmp_path: Path
) -> None:
    """Nobody listens at the station: its call expires, and the pager rings at once."""
    address = await receiver.start()
    dead = Scripted()
    gone = await dead.start()
    await dead.close()
    escalation = (
        channel("station", "webhook", f"{gone}/station", 'expires_after = "4s"\n')
        + channel("pager", "webhook", f"{address}/pager")
        + chain(("station", "0s"), ("pager", "10min"))
    )
    daemon = calling(tmp_path, mosquitto.port, escalation)
    try:
        await daemon.start()
        async with desk(mosquitto.port) as nurse:
            await sees(nurse, ("temperature", 39.5, "Cel"))
            await until(lambda: "fever" in called_for(receiver, "pager"), LONG_S)
    finally:
        await daemon.stop(signal.SIGKILL)

    story = Timeline(tmp_path, "fever")
    expired = story.second_of("station expired")
    assert expired <= 4 + A_TICK
    assert 0 <= story.second_of("trigger pager") - expired < A_TICK


def rules_heard(nurse: Desk) -> set[str]:
    return {one["rule"] for one in nurse.alerts() if one}


def is_quiet(nurse: Desk, rule: str) -> bool:
    """Tell whether an alert was heard that is acknowledged and silenced."""
    newest = [one for one in nurse.alerts() if one.get("rule") == rule][-1:]
    return any("acknowledged" in str(one).lower() and one["silenced_until"] for one in newest)


def called_for(receiver: Scripted, path: str = "station") -> set[str]:
    """Return the rules that were called for; the detail of a channel tells them."""
    return {str(one.get("rule")) for one in receiver.came[path]}
