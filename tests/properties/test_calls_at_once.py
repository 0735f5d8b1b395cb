"""Whatever comes, ends and hangs: one channel's calls are in order, and the urgent find a place."""

import asyncio
import tempfile
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.outbox import Outbox
from monitord.domain.alerts import Priority
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import MINUTE, SECOND
from tests.hanging import Hanging, Line
from tests.notifications import call

# Two of high priority and four of low, so that the low ones alone could fill all places.
ALERTS = {f"a{number}": Priority.HIGH if number < 2 else Priority.LOW for number in range(6)}
ENDS = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.QUEUED)


@dataclass(frozen=True)
class Act:
    """One thing that happens: an alert is to be told, or something that hangs comes to an end."""

    alert: str
    purpose: Purpose | None = None
    state: DeliveryState = DeliveryState.SENT
    after: int = 0


def stories() -> st.SearchStrategy[list[Act]]:
    """Draw up to forty acts; most are about calling."""
    alerts, after = st.sampled_from(sorted(ALERTS)), st.sampled_from([0, 0, SECOND, MINUTE])
    told = st.builds(Act, alerts, st.sampled_from([Purpose.TRIGGER, *Purpose]), after=after)
    ended = st.builds(Act, alerts, state=st.sampled_from(ENDS), after=after)
    return st.lists(told | ended, max_size=40)


@given(stories())
def test_calls_keep_their_order_and_the_most_urgent_finds_a_place(story: list[Act]) -> None:
    """Of one alert never two at once, an answer only after its call, and nothing is forgotten."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_lived(Path(folder) / "outbox", story))


async def _lived(path: Path, story: list[Act]) -> None:
    async with await Outbox.open(path, lambda: 0.0) as outbox, asyncio.TaskGroup() as exchanges:
        line = Line(outbox, Hanging(), exchanges)
        line.kept_alive(MINUTE)
        told: dict[str, list[Notification]] = {alert: [] for alert in ALERTS}
        for number, act in enumerate(story):
            line.clock.instant += act.after
            await line.go_on()
            await _does(line, act, number, told[act.alert])
            await _holds(line)
        # Whatever hung comes to an end, and nothing is left that was not tried or overtaken.
        while line.sink.alerts() or line.sink.said_again:
            if line.sink.said_again:
                await line.end_saying(Outcome(DeliveryState.SENT))
            for alert in line.sink.alerts()[:1]:
                await line.end(alert, Outcome(DeliveryState.FAILED))
        for alert, taken in told.items():
            _in_order(taken, [one for one in line.sink.begun if one.alert == alert])
            for one in await outbox.history(alert):
                assert one.notification in line.sink.begun or one.state is DeliveryState.EXPIRED


def _in_order(taken: list[Notification], begun: list[Notification]) -> None:
    """Each begins after all before it; only a call is tried again after a newer call."""
    places = [taken.index(one) for one in begun]
    assert sorted(set(places)) == list(dict.fromkeys(places))
    for before, after in combinations(begun, 2):
        is_back = taken.index(after) < taken.index(before)
        assert not is_back or {before.purpose, after.purpose} == {Purpose.TRIGGER}


async def _does(line: Line, act: Act, number: int, told: list[Notification]) -> None:
    if act.purpose is None:
        if act.alert in line.sink.alerts():
            await line.end(act.alert, Outcome(act.state))
        elif line.sink.said_again:
            await line.end_saying(Outcome(act.state))
        return
    now, priority = line.clock.now(), ALERTS[act.alert]
    one = call(
        alert=act.alert,
        purpose=act.purpose,
        priority=priority,
        round=number + 1,
        expires_at=now + 30 * MINUTE,
    )
    told.append(one)
    await line.take(one)


async def _holds(line: Line) -> None:
    """What could begin now has begun; of high priority while there is any place at all."""
    busy = {*line.sink.alerts(), *line.sink.said_again}
    taken, places = len(line.sink.alerts()), line.sink.at_once
    waits = await line.outbox.due("pager", line.clock.now(), without=busy)
    if taken < places - 1:
        assert [] == waits
    if taken < places:
        calls = [one for one, _ in waits if one.purpose is Purpose.TRIGGER]
        assert not [one for one in calls if one.priority is Priority.HIGH]
    assert line.clock.now() < line.wake_at
