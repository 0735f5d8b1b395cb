"""One channel's work: what it tells of a call that something happened to meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitord.adapters.clock import ScaledClock
from monitord.adapters.outbox import Outbox
from monitord.daemon.calling.caller import Caller
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import MINUTE, SECOND, Millis
from tests.notifications import NINE, call

FOR_NOW = Outcome(DeliveryState.QUEUED, "no answer within 10 s")
NEWS_OF = "pager"


class Pager:
    """A channel that does something before it answers."""

    kind = "webhook"
    at_once = 4
    refresh_every_ms: Millis | None = None

    def __init__(self, meanwhile: Callable[[], Awaitable[object]], outcome: Outcome) -> None:
        self._meanwhile = meanwhile
        self._outcome = outcome

    async def send(self, _notification: Notification) -> Outcome:
        """Let happen what happens meanwhile, and answer."""
        await self._meanwhile()
        return self._outcome

    async def close(self) -> None:
        """Hold nothing."""


class KeptAlive(Pager):
    """A channel that must be told again what stands."""

    refresh_every_ms = MINUTE

    async def refresh(
        self, _standing: Sequence[Notification], _besides: Collection[str] = ()
    ) -> Outcome:
        """Answer as to a call."""
        return self._outcome


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    """Open an outbox in which a call waits."""
    async with await Outbox.open(tmp_path / "outbox.sqlite3") as made:
        await made.take([call()], {}, NINE)
        yield made


class Told:
    """What a caller tells in one round of its work."""

    def __init__(self) -> None:
        self.came: list[tuple[DeliveryState, int]] = []
        self.tried: list[tuple[str, DeliveryState]] = []

    async def round(self, outbox: Outbox, sink: Pager, now: Millis = NINE) -> None:
        """Send one, and keep alive what must be."""
        caller = Caller(
            NEWS_OF,
            sink,
            outbox,
            ScaledClock(1, now),
            came=lambda _one, state, _detail, attempt: self.came.append((state, attempt)),
            tried=lambda channel, state: self.tried.append((channel, state)),
        )
        async with asyncio.TaskGroup() as exchanges:
            await caller._go_on(exchanges)
        await caller._record()


async def nothing() -> None:
    """Let nothing happen meanwhile."""


async def test_a_failure_for_now_is_told_of_the_call_and_of_the_channel(outbox: Outbox) -> None:
    """With the number of the attempt."""
    told = Told()
    await told.round(outbox, Pager(nothing, FOR_NOW))
    assert [(DeliveryState.QUEUED, 1)] == told.came
    assert [(NEWS_OF, DeliveryState.QUEUED)] == told.tried


async def test_a_call_that_was_overtaken_while_it_failed_is_not_lost(outbox: Outbox) -> None:
    """Nobody needs it any more, so nobody is told that it was lost; the channel did fail."""

    async def answered() -> None:
        await outbox.take([call(purpose=Purpose.ACKNOWLEDGE)], {}, NINE)

    told = Told()
    await told.round(outbox, Pager(answered, FOR_NOW))
    assert [] == told.came
    assert [(NEWS_OF, DeliveryState.QUEUED)] == told.tried


async def test_a_call_that_was_too_late_before_is_told_as_expired_without_an_attempt(
    outbox: Outbox,
) -> None:
    """The channel was never asked, so nothing is told of it."""
    told = Told()
    await told.round(outbox, Pager(nothing, FOR_NOW), NINE + 10 * MINUTE + SECOND)
    assert [(DeliveryState.EXPIRED, 0)] == told.came
    assert [] == told.tried


async def test_a_channel_that_is_not_kept_alive_shows_that_it_fails(outbox: Outbox) -> None:
    """Only where something stands: what says nothing shows nothing."""
    told = Told()
    await told.round(outbox, KeptAlive(nothing, Outcome(DeliveryState.SENT, "")))
    await told.round(outbox, KeptAlive(nothing, FOR_NOW))
    assert [DeliveryState.SENT, DeliveryState.QUEUED] == [state for _, state in told.tried]


async def test_a_channel_that_breaks_fails_alone(outbox: Outbox) -> None:
    """It would break the daemon at every start; the words of the error stay out of the log."""

    async def breaks() -> None:
        raise ExceptionGroup("several", [OverflowError("https://hunter2@pager")])

    told = Told()
    with capture_logs() as lines:
        await told.round(outbox, KeptAlive(breaks, FOR_NOW))
    assert [(DeliveryState.QUEUED, 1)] == told.came
    assert [("pager", DeliveryState.QUEUED)] == told.tried
    broke = [line for line in lines if line["event"] == "channel.broke"]
    assert [("pager", "OverflowError")] == [(line["channel"], line["error"]) for line in broke]
    assert "hunter2" not in str(lines)
    [record] = await outbox.history(call().alert)
    assert "the channel broke (OverflowError); see the log" == record.detail
