"""Whatever fails, however often: a notification is tried in time, or it expires and is told."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.adapters.outbox import Outbox
from monitord.adapters.outbox.retries import LEAST_WAIT_MS, LONGEST_WAIT_MS, wait_ms
from monitord.domain.notifications import DeliveryState, Outcome
from monitord.domain.time import DAY, NEVER
from tests.notifications import NINE, call

chances = st.floats(0, 1, exclude_max=True)
spans = st.integers(1, DAY)
answers = st.one_of(
    st.none(),  # it was sent
    st.just(0),  # it failed, and nothing was asked for
    st.integers(1, DAY),  # it failed, and the channel asked for time
)


@given(st.integers(1, 10**6), spans, chances, st.none() | st.integers(0, DAY))
def test_a_wait_is_bounded_and_ends_before_the_expiry(
    attempts: int, left_ms: int, chance: float, asked_ms: int | None
) -> None:
    """No wait is shorter than the least or than asked, longer than the longest, or too late."""
    wait = wait_ms(attempts, left_ms, chance, asked_ms)
    if wait is None:
        assert left_ms <= max(LEAST_WAIT_MS, asked_ms or 0)
    else:
        assert max(LEAST_WAIT_MS, asked_ms or 0) <= wait < left_ms
        assert wait <= max(LONGEST_WAIT_MS, asked_ms or 0)


@given(st.integers(1, 10**6), chances)
def test_waits_grow_on_the_whole(attempts: int, chance: float) -> None:
    """By the same chance, a later attempt never waits for less."""
    shorter, longer = (wait_ms(n, DAY, chance) for n in (attempts, attempts + 1))
    assert shorter is not None and longer is not None
    assert shorter <= longer


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(1, 20 * 60_000), st.lists(answers, max_size=12)), max_size=4),
    st.lists(chances, min_size=1, max_size=7),
)
def test_each_is_sent_or_expires_and_is_told_exactly_once(
    calls: list[tuple[int, list[int | None]]], draws: list[float]
) -> None:
    """Going from one deadline to the next, every notification ends, none too late, none twice."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_played(Path(folder) / "outbox", calls, draws))


async def _played(
    path: Path, calls: list[tuple[int, list[int | None]]], draws: list[float]
) -> None:
    notifications = [
        call(alert=f"a{n}", expires_at=NINE + lasts) for n, (lasts, _) in enumerate(calls)
    ]
    script = {one.id: iter(answers) for one, (_, answers) in zip(notifications, calls, strict=True)}
    sent, expired = [], []
    async with await Outbox.open(path, _repeating(draws).__next__) as outbox:
        await outbox.take(notifications, {}, NINE)
        before = NINE - 1
        while (now := await outbox.next_due()) != NEVER:
            assert before < now, "every deadline is later than the one before"
            before = now
            for one in await outbox.due("pager", now):
                assert now < one.notification.expires_at
                asked = next(script[one.notification.id], 0)
                state = DeliveryState.QUEUED if asked is not None else DeliveryState.SENT
                outcome = Outcome(state, retry_after_ms=asked or None)
                after = await outbox.record(one.notification.id, outcome, now)
                sent += [one.notification.id] if after is DeliveryState.SENT else []
                expired += [one.notification.id] if after is DeliveryState.EXPIRED else []
            expired += [one.notification.id for one in await outbox.expire(now)]
    assert sorted(one.id for one in notifications) == sorted(sent + expired)


def _repeating(draws: list[float]) -> Iterator[float]:
    while True:
        yield from draws
