"""One channel's work where calls hang: who waits for whom, and who does not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitord.adapters.outbox import Outbox, OutboxProblem
from monitord.domain.alerts import Priority
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import MINUTE, SECOND
from tests.disk import full_disk_at
from tests.hanging import Hanging, Line
from tests.notifications import NINE, call

LOW, HIGH = Priority.LOW, Priority.HIGH
SENT, FOR_NOW = Outcome(DeliveryState.SENT), Outcome(DeliveryState.QUEUED, "no answer within 10 s")


def low(alert: str) -> Notification:
    return call(alert=alert, priority=LOW)


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """Give a channel over which every call hangs until the test ends it."""
    async with (
        await Outbox.open(tmp_path / "outbox.sqlite3") as outbox,
        asyncio.TaskGroup() as exchanges,
    ):
        made = Line(outbox, Hanging(), exchanges)
        yield made
        made.sink.let_go()


async def test_a_call_that_hangs_holds_up_no_other(line: Line) -> None:
    """The call of high priority begins beside the low one that hangs, and ends before it."""
    await line.take(low("a1"))
    await line.take(call(alert="a2"))
    assert ["a1", "a2"] == line.sink.alerts()
    await line.end("a2", SENT)
    assert [("a2", DeliveryState.SENT, 1)] == line.came
    assert ["a1"] == line.sink.alerts()


async def test_the_last_place_is_kept_for_calling_with_high_priority(line: Line) -> None:
    """Neither what is less urgent nor an answer takes it; what is more urgent begins at once."""
    await line.take(*(low(f"a{number}") for number in range(5)))
    await line.take(call(alert="a8", purpose=Purpose.ACKNOWLEDGE))
    assert ["a0", "a1", "a2"] == line.sink.alerts()
    await line.take(call(alert="a9"))
    assert ["a0", "a1", "a2", "a9"] == line.sink.alerts()
    await line.end("a9", SENT)
    assert ["a0", "a1", "a2"] == line.sink.alerts()
    await line.end("a0", FOR_NOW)
    assert ["a1", "a2", "a8"] == line.sink.alerts()


async def test_of_one_alert_never_two_are_under_way(line: Line) -> None:
    """The answer waits until its call is over, and then follows it."""
    await line.take(call(alert="a1"))
    await line.take(call(alert="a1", purpose=Purpose.ACKNOWLEDGE))
    assert [("a1", Purpose.TRIGGER)] == line.sink.under_way()
    await line.end("a1", SENT)
    assert [("a1", Purpose.ACKNOWLEDGE)] == line.sink.under_way()


async def test_an_answer_overtakes_a_call_that_has_no_place_yet(line: Line) -> None:
    """What waits behind three that hang is never sent; its answer is."""
    await line.take(*(low(f"a{number}") for number in range(3)))
    await line.take(low("a4"))
    await line.take(replace(low("a4"), purpose=Purpose.ACKNOWLEDGE))
    await line.end("a0", SENT)
    assert ("a4", Purpose.ACKNOWLEDGE) in line.sink.under_way()
    assert low("a4") not in line.sink.begun


async def test_a_channel_that_carries_one_at_a_time_begins_the_next_after_it(line: Line) -> None:
    """And there no place is kept: the one there is is for all."""
    line.sink.at_once = 1
    await line.take(low("a1"))
    await line.take(call(alert="a2"))
    assert ["a1"] == line.sink.alerts()
    await line.end("a1", SENT)
    assert ["a2"] == line.sink.alerts()


async def test_what_could_not_be_written_down_is_not_sent_again(line: Line) -> None:
    """With a full disk nothing more begins; with room again each is told once."""
    await line.take(call(alert="a1"), call(alert="a2"))
    await line.add(call(alert="a3"))
    with full_disk_at(1024):
        await line.ends("a1", SENT)
        await line.ends("a2", SENT)
    assert ([], []) == (line.came, line.sink.alerts())
    await line.go_on()
    assert [("a1", DeliveryState.SENT, 1), ("a2", DeliveryState.SENT, 1)] == line.came
    assert ["a1", "a2", "a3"] == [one.alert for one in line.sink.begun]


async def test_nothing_is_due_while_all_that_is_due_waits_for_what_hangs(line: Line) -> None:
    """Whoever waits is woken by the end of a call, an expiry or a new deadline; never at once."""
    await line.take(*(low(f"a{number}") for number in range(5)))
    assert NINE + 10 * MINUTE == line.wake_at


async def test_a_call_that_expires_while_it_hangs_counts_that_attempt(line: Line) -> None:
    """It expires on time, and the channel is known to have been asked; that it comes is news."""
    await line.take(call(alert="a1", expires_at=NINE + SECOND))
    line.clock.instant += SECOND
    await line.go_on()
    assert line.caller.attempt_of(call(alert="a1"))
    assert [("a1", DeliveryState.EXPIRED, 0)] == line.came
    await line.end("a1", SENT)
    assert ("a1", DeliveryState.SENT, 1) == line.came[-1]
    assert not line.caller.attempt_of(call(alert="a1"))


async def test_what_stands_is_said_again_beside_a_call_that_hangs(line: Line) -> None:
    """All but the alert that is just being sent; that one is said again soon."""
    line.kept_alive(4 * MINUTE)
    await line.take(call(alert="a1"), call(alert="a2"))
    await line.end("a1", SENT)
    await line.end("a2", SENT)
    await line.take(call(alert="a2", purpose=Purpose.ACKNOWLEDGE))
    line.clock.instant += 4 * MINUTE
    await line.go_on()
    assert ["a1"] == line.sink.said_again
    await line.end_saying(SENT)
    assert line.clock.instant + 2 * MINUTE == line.wake_at


async def test_what_stands_is_said_again_with_a_full_disk_too(line: Line) -> None:
    """A call that cannot be written down lets no other alert end at the other side."""
    line.kept_alive(MINUTE)
    await line.take(call(alert="a1"), call(alert="a2"))
    await line.end("a1", SENT)
    with full_disk_at(1024):
        await line.ends("a2", SENT)
        line.clock.instant += MINUTE
        with pytest.raises(OutboxProblem):
            await line.go_on()
        await asyncio.sleep(0)
        assert (["a1"], {"a2"}) == (line.sink.said_again, line.sink.kept)


async def test_nothing_is_sent_of_an_alert_that_is_just_said_again(line: Line) -> None:
    """Its end, said before, would not be the last word; other alerts do not wait."""
    line.kept_alive(MINUTE)
    await line.take(call(alert="a1"))
    await line.end("a1", SENT)
    line.clock.instant += MINUTE
    await line.go_on()
    await line.take(call(alert="a1", purpose=Purpose.RESOLVE), call(alert="a2"))
    assert [["a1"], ["a2"]] == [line.sink.said_again, line.sink.alerts()]
    await line.end_saying(FOR_NOW)
    assert ["a1", "a2"] == sorted(line.sink.alerts())


async def test_what_is_under_way_ends_with_the_caller(line: Line) -> None:
    """A daemon that stops waits for no channel."""
    await line.add(call(alert="a1"))
    running = asyncio.create_task(line.caller.run())
    await line.sink.has_begun.wait()
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    assert [] == line.sink.alerts()
