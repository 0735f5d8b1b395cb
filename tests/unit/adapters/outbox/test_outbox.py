"""What was taken is on the disk, is told in order, and comes to exactly one end."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitord.adapters.outbox import Due, Outbox, OutboxProblem
from monitord.domain.alerts import Priority
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import MINUTE, NEVER, SECOND
from tests.disk import full_disk_at
from tests.notifications import NINE, call

SENT = Outcome(DeliveryState.SENT, "202 Accepted", "r-1")
AGAIN = Outcome(DeliveryState.QUEUED, "connection refused")


def middling() -> float:
    return 0.5


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    async with await Outbox.open(tmp_path / "outbox.sqlite", middling) as opened:
        yield opened


async def due(outbox: Outbox, now: int, channel: str = "pager") -> list[Notification]:
    return [one.notification for one in await outbox.due(channel, now)]


async def state(outbox: Outbox, notification: Notification) -> DeliveryState:
    [found] = [
        one.state
        for one in await outbox.history(notification.alert)
        if one.notification == notification
    ]
    return found


async def test_what_was_taken_is_there_after_opening_again(tmp_path: Path) -> None:
    """Notifications, their states and the progress are those from before, to the last field."""
    path = tmp_path / "new" / "outbox.sqlite"
    first, second = call(), call(channel="mail", bed=None, is_drill=True)
    async with await Outbox.open(path, middling) as outbox:
        await outbox.take([first, second], {"tick": NINE, "chains": {"a1": [1, None]}}, NINE)
        await outbox.record(first.id, SENT, NINE + 1)
        before = await outbox.history(first.alert)
    async with await Outbox.open(path, middling) as outbox:
        assert before == await outbox.history(first.alert)
        assert {"tick": NINE, "chains": {"a1": [1, None]}} == await outbox.load_progress()
        assert [second] == await due(outbox, NINE, "mail")
        assert [] == await due(outbox, NINE)


async def test_the_file_is_for_us_alone_and_survives_a_power_cut(outbox: Outbox) -> None:
    """Nobody else may read it, and every commit reaches the disk before it is believed."""
    assert 0o600 == stat.S_IMODE(outbox.path.stat().st_mode)

    def pragma(name: str) -> object:
        return outbox._store._db.execute(f"PRAGMA {name}").fetchone()[0]

    assert "wal" == await outbox._do(lambda: pragma("journal_mode"))
    assert 2 == await outbox._do(lambda: pragma("synchronous"))  # FULL


async def test_taking_again_changes_nothing(outbox: Outbox) -> None:
    """The same notification, made again after a restart, is neither new nor sent again."""
    taken = await outbox.take([call()], {"tick": 1}, NINE)
    assert [call()] == taken.new
    await outbox.record(call().id, SENT, NINE)
    again = await outbox.take([call(message="other words")], {"tick": 2}, NINE + SECOND)
    assert ([], []) == again
    assert [] == await due(outbox, NINE + SECOND)
    assert {"tick": 2} == await outbox.load_progress()


async def test_the_most_urgent_and_oldest_is_due_first(outbox: Outbox) -> None:
    """A flood of little things does not hold up a page, and the limit is kept."""
    low = [call(alert=f"low-{n}", priority=Priority.LOW) for n in range(3)]
    high = [call(alert=f"high-{n}") for n in range(2)]
    await outbox.take([*low, *high], {}, NINE)
    assert [*high, low[0]] == [one.notification for one in await outbox.due("pager", NINE, 3)]


async def test_a_failed_attempt_is_made_again_and_counted(outbox: Outbox) -> None:
    """It waits as the retries say, keeps what was told of it, and is not due before."""
    await outbox.take([call()], {}, NINE)
    assert NINE == await outbox.next_due()
    assert DeliveryState.QUEUED is await outbox.record(call().id, AGAIN, NINE)
    again_at = NINE + 1_125  # from 0.25 s to 2 s, chance one half
    assert again_at == await outbox.next_due()
    assert [] == await outbox.due("pager", again_at - 1)
    assert [Due(call(), 1)] == await outbox.due("pager", again_at)
    [record] = await outbox.history(call().alert)
    assert ("connection refused", 1, NINE) == (record.detail, record.attempts, record.updated_at)


async def test_a_channel_that_asks_for_time_is_given_it(outbox: Outbox) -> None:
    """A wait that the channel asked for is kept, and one beyond the expiry is an expiry now."""
    await outbox.take([call()], {}, NINE)
    busy = Outcome(DeliveryState.QUEUED, "429", retry_after_ms=5 * MINUTE)
    await outbox.record(call().id, busy, NINE)
    assert NINE + 5 * MINUTE == await outbox.next_due()
    assert DeliveryState.EXPIRED is await outbox.record(call().id, busy, NINE + 5 * MINUTE)
    assert NEVER == await outbox.next_due()


async def test_what_waits_on_another_channel_wakes_nobody(outbox: Outbox) -> None:
    """A channel is asked when its own next attempt is due, so that none spins for a sick one."""
    await outbox.take([call()], {}, NINE)
    assert NINE == await outbox.next_due("pager")
    assert NEVER == await outbox.next_due("mail")


async def test_what_is_left_out_is_neither_due_nor_wakes_anybody(outbox: Outbox) -> None:
    """Alerts are left out, or all but calls of high priority; only expiries are awaited then."""
    low, high = call(alert="low", priority=Priority.LOW), call(alert="high")
    answer = call(alert="answered", purpose=Purpose.ACKNOWLEDGE)
    await outbox.take([low, answer, high], {}, NINE)

    async def due(*without: str, only_pressing: bool = False) -> list[Notification]:
        given = await outbox.due("pager", NINE, without=without, only_pressing=only_pressing)
        return [one.notification for one in given]

    assert [answer, low] == await due("high", "nobody's")
    assert [high] == await due(only_pressing=True)
    assert [] == await due("high", only_pressing=True)
    assert NINE == await outbox.next_due("pager", NINE - 1)
    assert NINE + 10 * MINUTE == await outbox.next_due("pager", NINE)


async def test_what_is_too_late_is_returned_once_and_not_sent(outbox: Outbox) -> None:
    """Expiry is told to whoever asks, in the order of taking, and only once."""
    second = call(channel="mail")
    await outbox.take([call(), second], {}, NINE)
    late = NINE + 10 * MINUTE
    assert late == await _after_failures(outbox, second, late - 1)
    assert [] == await due(outbox, late)
    assert [(call(), 0), (second, 1)] == await outbox.expire(late)
    assert [] == await outbox.expire(late + 1)
    assert DeliveryState.EXPIRED is await state(outbox, call())


async def _after_failures(outbox: Outbox, failing: Notification, now: int) -> int:
    await outbox.record(failing.id, Outcome(DeliveryState.QUEUED, "refused"), now - 5 * MINUTE)
    return now + 1


async def test_an_answer_overtakes_the_call_that_still_waits(outbox: Outbox) -> None:
    """Nobody is called once somebody answered, and other channels and alerts are left alone."""
    others = [call(channel="mail"), call(alert="another")]
    await outbox.take([call(), *others], {}, NINE)
    answer = call(purpose=Purpose.ACKNOWLEDGE)
    taken = await outbox.take([answer], {}, NINE + 1)
    assert ([answer], [call()]) == taken
    assert [others[1], answer] == await due(outbox, NINE + 1)
    assert DeliveryState.EXPIRED is await state(outbox, call())


async def test_a_new_call_overtakes_the_answer_that_still_waits(outbox: Outbox) -> None:
    """An old answer never silences a new round, while two steps of calling may both wait."""
    answer = call(purpose=Purpose.ACKNOWLEDGE)
    await outbox.take([answer], {}, NINE)
    again, further = call(round=1), call(round=1, step=1)
    assert [answer] == (await outbox.take([again, further], {}, NINE)).overtaken
    assert [again, further] == await due(outbox, NINE)


async def test_an_attempt_under_way_tells_the_truth_although_it_was_overtaken(
    outbox: Outbox,
) -> None:
    """A call that went out while it was overtaken is sent; one that failed is not tried again."""
    went, failed = call(), call(step=1)
    await outbox.take([went, failed], {}, NINE)
    await outbox.take([call(purpose=Purpose.RESOLVE)], {}, NINE)
    assert DeliveryState.SENT is await outbox.record(went.id, SENT, NINE)
    assert await outbox.record(failed.id, AGAIN, NINE) is None
    assert DeliveryState.EXPIRED is await state(outbox, failed)


async def test_news_only_ever_make_it_better(outbox: Outbox) -> None:
    """A receipt raises the state; what is old or worse is passed over, but for a late bounce."""
    await outbox.take([call(), call(step=1)], {}, NINE)
    for told, kept in [
        (DeliveryState.SENT, DeliveryState.SENT),
        (DeliveryState.ACCEPTED, DeliveryState.ACCEPTED),
        (DeliveryState.DELIVERED, None),
        (DeliveryState.FAILED, None),
        (DeliveryState.QUEUED, None),
    ]:
        assert kept is await outbox.record(call().id, Outcome(told, receipt=None), NINE)
    await outbox.record(call(step=1).id, SENT, NINE)
    bounced = Outcome(DeliveryState.FAILED, "550 no such mailbox")
    assert DeliveryState.FAILED is await outbox.record(call(step=1).id, bounced, NINE + 1)
    [_, record] = await outbox.history(call().alert)
    assert ("550 no such mailbox", "r-1") == (record.detail, record.receipt)


async def test_what_stands_on_a_channel_is_the_last_that_reached_it(outbox: Outbox) -> None:
    """A call or an answer stands until its end is taken, even when the end is not sent yet."""
    answer, over = call(purpose=Purpose.ACKNOWLEDGE), call(purpose=Purpose.RESOLVE)
    waiting = call(alert="waits")
    await outbox.take([call(), waiting], {}, NINE)
    await outbox.record(call().id, SENT, NINE)
    assert [call()] == await outbox.standing("pager")
    await outbox.take([answer], {}, NINE)
    assert [call()] == await outbox.standing("pager")
    await outbox.record(answer.id, SENT, NINE)
    assert [answer] == await outbox.standing("pager")
    await outbox.take([over], {}, NINE)
    assert [] == await outbox.standing("pager")


async def test_what_is_old_is_forgotten_but_not_what_waits(outbox: Outbox) -> None:
    """Only what came to its end before the instant goes."""
    await outbox.take([call(), call(step=1), call(step=2)], {}, NINE)
    await outbox.record(call().id, SENT, NINE + 1)
    await outbox.record(call(step=1).id, SENT, NINE + 5)
    assert 1 == await outbox.prune(NINE + 5)
    assert [1, 2] == [one.notification.step for one in await outbox.history(call().alert)]


async def test_an_id_that_was_never_taken_is_refused(outbox: Outbox) -> None:
    """A receipt for something else is told to whoever brought it."""
    with pytest.raises(OutboxProblem, match="no notification 'n0'"):
        await outbox.record("n0", SENT, NINE)


async def test_there_is_one_writer(outbox: Outbox) -> None:
    """A second daemon on the same file is refused by name; after closing it is let in."""
    with pytest.raises(OutboxProblem, match="another monitord that writes here"):
        await Outbox.open(outbox.path)
    other = outbox.path.with_name("other.sqlite")
    await (await Outbox.open(other)).close()
    await (await Outbox.open(other)).close()


async def test_a_file_that_is_no_outbox_is_refused(tmp_path: Path) -> None:
    """Damage, and the format of a later version, are said with the path, and nothing is changed."""
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"no database at all" * 100)
    with pytest.raises(OutboxProblem, match=r"damaged: found file is not a database"):
        await Outbox.open(damaged)
    later = tmp_path / "later"
    with sqlite3.connect(later) as db:
        db.execute("PRAGMA user_version=2")
    db.close()
    with pytest.raises(OutboxProblem, match="format 2, expected 1"):
        await Outbox.open(later)


async def test_a_full_disk_keeps_what_was_there(outbox: Outbox) -> None:
    """Taking that fails takes nothing, says so, and works again when there is room."""
    await outbox.take([call()], {"tick": 1}, NINE)
    many = [call(alert=f"a{n}", message="m" * 1_000) for n in range(1_000)]
    size = outbox.path.with_name(f"{outbox.path.name}-wal").stat().st_size
    with full_disk_at(size + 10_000), pytest.raises(OutboxProblem, match="that the disk has room"):
        await outbox.take(many, {"tick": 2}, NINE)
    assert [call()] == await due(outbox, NINE)
    assert {"tick": 1} == await outbox.load_progress()
    assert 1_000 == len((await outbox.take(many, {"tick": 2}, NINE)).new)


async def test_a_cancelled_caller_leaves_whole_changes(outbox: Outbox) -> None:
    """Whenever a take is cancelled, its notifications and its progress are both there or not."""
    for n in range(20):
        batch = [call(alert=f"a{n}", step=step) for step in range(5)]
        task = asyncio.create_task(outbox.take(batch, {"n": n}, NINE))
        for _ in range(n % 4):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        kept = len(await outbox.history(f"a{n}"))
        reached = (await outbox.load_progress()).get("n")
        assert (5, True) == (kept, reached == n) or (0, False) == (kept, reached == n)
