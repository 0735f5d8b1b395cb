"""Decisions on their way to people, with a real outbox on a real disk, and time that stands."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs

from monitord.adapters.clock import ScaledClock
from monitord.adapters.outbox import Outbox, OutboxProblem
from monitord.alerts.chains import Chain
from monitord.alerts.channel_calls import ChannelCalls
from monitord.alerts.escalation import Escalation, PlaceOf
from monitord.daemon.calling.caller import Attempt, Caller
from monitord.daemon.calling.channel_guard import PLACE, ChannelGuard
from monitord.daemon.calling.dispatch import Dispatch
from monitord.daemon.calling.drills import Drills
from monitord.daemon.calling.receipts import Receipts
from monitord.daemon.records.audit_trail import record_nothing
from monitord.daemon.recovery.remembered import Remembered
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Notice
from monitord.domain.notifications import DeliveryState, Outcome, Purpose
from tests.disk import full_disk_at
from tests.notifications import call
from tests.unit.alerts.calling import HIGH, START, change

ACTIVE, ACKNOWLEDGED = Phase.ACTIVE, Phase.ACKNOWLEDGED


async def nothing() -> None:
    """Give back nothing: no channel is open here."""


def guard() -> ChannelGuard:
    return ChannelGuard(
        ChannelCalls([HIGH], [], PLACE),
        now=lambda: START,
        show=lambda _: None,
        show_again=lambda _: None,
        record=record_nothing,
        dead=lambda _: None,
    )


async def dispatch_at(
    path: Path,
    *past: AlertChange,
    chains: Sequence[Chain] = (HIGH,),
    place_of: PlaceOf = lambda _: ("west", "7"),
) -> Dispatch:
    """Open a dispatch whose ward was rebuilt from a past with these changes."""
    escalation = Escalation(chains)
    made = Dispatch(
        escalation,
        await Outbox.open(path),
        {},
        clock=ScaledClock(1, START),
        place_of=place_of,
        receipts=Receipts(
            {},
            now=lambda: START,
            count=lambda *_: None,
            record=record_nothing,
            decide=lambda _: None,
        ),
        guard=guard(),
        drills=Drills(escalation, lambda: START),
        release=nothing,
    )
    remembered = Remembered()
    remembered.take(past)
    await made.resume(remembered)
    return made


async def called(dispatch: Dispatch, alert: str, times: int) -> None:
    while len(await dispatch.history(alert)) < times:  # noqa: ASYNC110 a thread is at work
        await asyncio.sleep(0)


async def told_of(path: Path, alert: str) -> list[tuple[Purpose, str | None]]:
    async with await Outbox.open(path) as outbox:
        history = [one.notification for one in await outbox.history(alert)]
    return [(one.purpose, one.bed) for one in history]


async def test_what_was_decided_last_is_on_the_disk_when_the_daemon_has_ended(tmp_path: Path):
    """A change that nobody had time to escalate is a call in the outbox, with the bed."""
    dispatch = await dispatch_at(tmp_path / "outbox")
    dispatch.take([change(ACTIVE)])
    await dispatch.finish()
    assert [(Purpose.TRIGGER, "7")] == await told_of(tmp_path / "outbox", "a1")


async def test_who_is_moved_is_called_for_where_the_patient_is_now(tmp_path: Path):
    """Nothing else happens: the notice of the transfer wakes, and the new ward's chain calls."""
    here = {"p1": ("west", "7")}
    chains = [replace(HIGH, ward="west"), replace(HIGH, name="elsewhere")]
    dispatch = await dispatch_at(tmp_path / "outbox", chains=chains, place_of=here.get)
    dispatch.take([change(ACTIVE)])
    running = asyncio.create_task(dispatch.run())
    async with asyncio.timeout(5):
        await called(dispatch, "a1", 1)
        here["p1"] = ("east", "12")
        dispatch.take([Notice(START, "patient_transferred", "p1", "ward east")])
        await called(dispatch, "a1", 2)
    running.cancel()
    await asyncio.wait({running})
    await dispatch.finish()
    assert ["7", "12"] == [bed for _, bed in await told_of(tmp_path / "outbox", "a1")]


async def test_an_answer_to_the_alert_that_fired_again_stops_the_call_of_the_last_run(
    tmp_path: Path,
):
    """The alert of the run before is acknowledged with the new one of the same rule."""
    first = await dispatch_at(tmp_path / "outbox")
    first.take([change(ACTIVE)])
    await first.finish()
    again = await dispatch_at(tmp_path / "outbox")
    again.take([change(ACTIVE, START + 1, alert="a2")])
    again.take([change(ACKNOWLEDGED, START + 2, ACTIVE, alert="a2")])
    await again.finish()
    for alert in ("a1", "a2"):
        told = [purpose for purpose, _ in await told_of(tmp_path / "outbox", alert)]
        assert [Purpose.TRIGGER, Purpose.ACKNOWLEDGE] == told


async def test_a_rule_that_is_only_pending_again_ends_no_call_of_the_last_run(tmp_path: Path):
    """Nobody hears that it is over while the condition is merely not yet held for long enough."""
    first = await dispatch_at(tmp_path / "outbox")
    first.take([change(ACTIVE)])
    await first.finish()
    again = await dispatch_at(tmp_path / "outbox")
    again.take([change(Phase.PENDING, START + 1, alert="a2")])
    await again.finish()
    assert [(Purpose.TRIGGER, "7")] == await told_of(tmp_path / "outbox", "a1")


async def test_a_call_that_expires_while_it_hangs_counts_as_an_attempt(tmp_path: Path):
    """So the channel is known to have been asked; what never began says nothing of it.

    What arrived and is not written down yet has not expired: nobody else is called for it, and the
    channel is not dead.
    """
    dispatch = await dispatch_at(tmp_path / "outbox")
    told: list[tuple[str, int]] = []
    came = SimpleNamespace(
        came=lambda one, _state, _detail, attempt: told.append((one.alert, attempt))
    )
    dispatch._told = cast("Receipts", came)
    under_way = {
        "hangs": Attempt(call(), 1),
        "failed": Attempt(call(), 1, Outcome(DeliveryState.QUEUED)),
        "arrived": Attempt(call(), 1, Outcome(DeliveryState.SENT)),
    }
    caller = SimpleNamespace(attempt_of=lambda one: under_way.get(one.alert))
    dispatch._callers["pager"] = cast("Caller", caller)
    for alert in (*under_way, "waits"):
        dispatch._came(call(alert=alert), DeliveryState.EXPIRED, "", 0)
    await dispatch.finish()
    assert [("hangs", 1), ("failed", 1), ("waits", 0)] == told


async def test_a_snapshot_of_another_version_is_refused_with_what_to_do(tmp_path: Path):
    """The daemon does not start on an outbox that it would misread."""
    async with await Outbox.open(tmp_path / "outbox") as outbox:
        await outbox.take([], {"escalation": {"version": 99}}, START)
    with pytest.raises(OutboxProblem, match="found version 99, expected version 1; start"):
        await dispatch_at(tmp_path / "outbox")


async def test_what_was_decided_and_not_escalated_before_the_end_is_escalated_at_the_start(
    tmp_path: Path,
):
    """Of two changes the second never reached the outbox; the next run takes in that one alone."""
    raised, answered = change(ACTIVE), change(ACKNOWLEDGED, START + 1_000, ACTIVE)
    first = await dispatch_at(tmp_path / "outbox")
    first.take([raised])
    await first.finish()
    for _ in range(2):
        again = await dispatch_at(tmp_path / "outbox", raised, answered)
        await again.finish()
    told = [purpose for purpose, _ in await told_of(tmp_path / "outbox", "a1")]
    assert [Purpose.TRIGGER, Purpose.ACKNOWLEDGE] == told


async def test_what_came_and_went_is_told_once_however_often_the_daemon_starts(tmp_path: Path):
    """Beside an alert that has stood for longer: its last change is not where escalation is."""
    often, time = [change(ACTIVE)], START
    for flaps in range(12):
        often.append(change(ACTIVE, time + 1_000, alert="a2", flaps=flaps))
        often.append(change(Phase.QUIET, time + 2_000, ACTIVE, alert="a2", flaps=flaps))
        time += 2_000
    first = await dispatch_at(tmp_path / "outbox")
    first.take(often)
    await first.finish()
    told = await told_of(tmp_path / "outbox", "a2")
    for _ in range(3):
        again = await dispatch_at(tmp_path / "outbox", *often)
        await again.finish()
    assert 24 == len(told)
    assert told == await told_of(tmp_path / "outbox", "a2")


async def test_an_alert_that_stands_is_called_for_although_the_outbox_is_new(tmp_path: Path):
    """Nobody was ever told of it, so people are; of one that is over they are not."""
    over = [change(ACTIVE, alert="a2"), change(Phase.QUIET, START + 1_000, ACTIVE, alert="a2")]
    dispatch = await dispatch_at(tmp_path / "outbox", change(ACTIVE), *over)
    await dispatch.finish()
    assert [(Purpose.TRIGGER, "7")] == await told_of(tmp_path / "outbox", "a1")
    assert [] == await told_of(tmp_path / "outbox", "a2")


async def test_an_alert_that_ended_before_the_start_is_over_for_whoever_was_told(tmp_path: Path):
    """The end was decided in the last tick of the run before, and is told by this one."""
    first = await dispatch_at(tmp_path / "outbox")
    first.take([change(ACTIVE)])
    await first.finish()
    ended = change(Phase.QUIET, START + 1_000, ACTIVE)
    again = await dispatch_at(tmp_path / "outbox", change(ACTIVE), ended)
    await again.finish()
    told = [purpose for purpose, _ in await told_of(tmp_path / "outbox", "a1")]
    assert [Purpose.TRIGGER, Purpose.RESOLVE] == told


async def test_a_full_disk_shows_in_readiness_and_what_was_decided_is_not_lost(tmp_path: Path):
    """The check names the outbox; once there is room the call is in it."""
    dispatch = await dispatch_at(tmp_path / "outbox")
    assert dispatch.check().ok
    dispatch.take([change(ACTIVE)])
    # What is logged goes into a file of the test run, for which there would be no room either.
    with capture_logs(), full_disk_at(1):
        running = asyncio.create_task(dispatch.run())
        async with asyncio.timeout(60):
            while dispatch.check().ok:  # noqa: ASYNC110 what is awaited is done by a thread
                await asyncio.sleep(0)
        assert "outbox" in dispatch.check().found
        running.cancel()
        await asyncio.wait({running})
    await dispatch.finish()
    assert [(Purpose.TRIGGER, "7")] == await told_of(tmp_path / "outbox", "a1")
