"""A drill calls every step once, is over by itself, and can be told from a real alert."""

from dataclasses import replace

import pytest

from monitord.adapters.outbox import Record
from monitord.alerts.escalation import Escalation
from monitord.daemon.calling.drill_report import report
from monitord.daemon.calling.drills import LONGEST_MS, Drills, NoDrill
from monitord.domain.notifications import DeliveryState, Notification, Purpose
from monitord.domain.time import MINUTE, NEVER
from tests.unit.alerts.calling import HIGH, START, chain, step

STEPS = ["feed", "pager", "phone"]


def made(calls: list[Notification] | None) -> list[tuple[str, str]]:
    return [(one.purpose.value, one.channel) for one in calls or []]


def drills() -> Drills:
    return Drills(Escalation([HIGH]), lambda: START)


def test_each_step_is_called_at_once_and_told_when_it_is_over() -> None:
    """At the time at which the last call would expire, and never twice."""
    room = drills()
    told: list[bool] = []
    room.on_news = lambda: told.append(True)
    begun = room.begin("west")
    assert [True] == told
    calls = room.decide(START)
    assert [("trigger", channel) for channel in STEPS] == made(calls)
    assert all(one.is_drill and one.patient == "" for one in calls or [])
    assert {"chain high"} == {one.title for one in calls or []}
    assert START + MINUTE == begun.ends_at == room.next_deadline()
    assert room.decide(begun.ends_at - 1) is None
    assert [("resolve", channel) for channel in STEPS] == made(room.decide(begun.ends_at))
    assert room.decide(begun.ends_at + MINUTE) is None
    assert NEVER == room.next_deadline()


def test_a_drill_that_runs_is_ended_after_a_restart() -> None:
    """What runs is kept with the calls."""
    first = drills()
    begun = first.begin("west")
    again = drills()
    again.restore({"drills": first.snapshot()}, "drills")
    assert begun == again.running(begun.drill)
    assert 3 == len(again.decide(begun.ends_at) or [])


def test_a_ward_has_one_drill_at_a_time_and_a_chain() -> None:
    """Anything else is refused by name."""
    room = Drills(Escalation([replace(chain(step("feed", 0)), ward="west")]), lambda: START)
    room.begin("west")
    with pytest.raises(NoDrill) as second:
        room.begin("west")
    with pytest.raises(NoDrill) as elsewhere:
        room.begin("east")
    assert ["drill_is_running", "no_such_ward"] == [second.value.reason, elsewhere.value.reason]


def test_no_drill_lasts_longer_than_the_house_allows() -> None:
    """However long its calls are worth."""
    long = replace(step("feed", 0), worth_ms=100 * LONGEST_MS)
    room = Drills(Escalation([chain(long)]), lambda: START)
    assert START + LONGEST_MS == room.begin("west").ends_at


@pytest.mark.parametrize(
    ("states", "settled", "arrived"),
    [
        ([], False, False),
        (["sent", "queued"], False, False),
        (["sent", "delivered", "accepted"], True, True),
        (["sent", "failed"], True, False),
        (["expired", "sent"], True, False),
    ],
)
def test_the_report_says_whether_every_call_arrived(
    states: list[str], settled: bool, arrived: bool
) -> None:
    """It is settled when none waits; that the channels heard of its end is no call."""
    room = drills()
    begun = room.begin("west")
    calls = (room.decide(START) or [])[: len(states)]
    sent = [
        Record(call, DeliveryState(state), 1, NEVER, "", None, START + 1_500)
        for call, state in zip(calls, states, strict=True)
    ]
    over = [
        Record(one, DeliveryState.QUEUED, 0, NEVER, "", None, START)
        for one in room.decide(begun.ends_at) or []
    ]
    told = report(begun.drill, begun, sent + over)
    assert (settled, arrived) == (told["settled"], told["arrived"])
    listed = told["calls"]
    assert isinstance(listed, list)
    assert [(state, 1_500) for state in states] == [(c["state"], c["took_ms"]) for c in listed]
    assert Purpose.RESOLVE is over[0].notification.purpose
