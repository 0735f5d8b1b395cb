"""One channel's work: sends what is due, the most urgent first, and keeps what came of it.

When to try again and when it is too late is the outbox's to say. One notification is asked for at a
time, so that an answer which came meanwhile still overtakes the call.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable

import structlog

from monitord.adapters.clock import Clock
from monitord.adapters.outbox import Outbox, OutboxProblem
from monitord.adapters.sinks.sink import KeptAlive, Sink
from monitord.domain.notifications import DeliveryState, Notification, Outcome
from monitord.domain.time import NEVER, SECOND, Millis

# How soon a disk that could not be written is tried again.
PATIENCE_MS = SECOND

log = structlog.get_logger("monitord.calls")

# Is told of each attempt with its number, and of each notification that expired without one.
Came = Callable[[Notification, DeliveryState, str, int], None]

# Is told what each exchange over a channel shows of the channel; QUEUED is a failure for now.
Tried = Callable[[str, DeliveryState], None]


class Caller:
    """Sends over one channel for as long as `run` is awaited; `woken` is set when more waits."""

    def __init__(
        self,
        channel: str,
        sink: Sink,
        outbox: Outbox,
        clock: Clock,
        *,
        came: Came,
        tried: Tried,
    ) -> None:
        """Remember everything; a channel that must be kept alive is so from the start."""
        self.woken = asyncio.Event()
        self._channel = channel
        self._sink = sink
        self._outbox = outbox
        self._clock = clock
        self._came = came
        self._tried = tried
        self._refresh_at = NEVER if sink.refresh_every_ms is None else clock.now()
        # What was sent and could not be written down: sent again it would ring a second time.
        self._unrecorded: tuple[Notification, Outcome, int] | None = None

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self.woken.clear()
            try:
                while await self._send_one():
                    await self._keep_alive()
                await self._keep_alive()
                wake_at = min(await self._outbox.next_due(self._channel), self._refresh_at)
            except OutboxProblem as problem:
                log.critical("outbox.not_usable", channel=self._channel, reason=str(problem))
                wake_at = self._clock.now() + PATIENCE_MS
            await sleep_until(self._clock, wake_at, self.woken)

    async def _send_one(self) -> bool:
        if self._unrecorded is None:
            now = self._clock.now()
            await expire(self._outbox, now, self._came)
            due = await self._outbox.due(self._channel, now, 1)
            if not due:
                return False
            [(notification, attempts)] = due
            outcome = await self._exchanged(self._sink.send(notification))
            self._unrecorded = notification, outcome, attempts + 1
            self._tried(self._channel, outcome.state)
        notification, outcome, attempt = self._unrecorded
        state = await self._outbox.record(notification.id, outcome, self._clock.now())
        self._unrecorded = None
        # What was overtaken or too late meanwhile was told then, and its failure is no news.
        if state is not None:
            self._came(notification, state, outcome.detail, attempt)
        return True

    async def _exchanged(self, exchange: Awaitable[Outcome]) -> Outcome:
        """Let a channel that breaks in an unforeseen way fail alone.

        The call is on the disk and would break the daemon again at every start, while nobody is
        called over any other channel (ADR 0008).
        """
        try:
            return await exchange
        except Exception as error:
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            # Without the words of the error, which may hold the address, and with it a key.
            told, frames = type(error).__name__, traceback.extract_tb(error.__traceback__)
            at = [f"{frame.filename}:{frame.lineno}" for frame in frames[-1:]]
            log.critical("channel.broke", channel=self._channel, error=told, at=at)
            return Outcome(DeliveryState.QUEUED, f"the channel broke ({told}); see the log")

    async def _keep_alive(self) -> None:
        now = self._clock.now()
        if now < self._refresh_at or not isinstance(self._sink, KeptAlive):
            return
        assert self._sink.refresh_every_ms is not None, "only such a sink is refreshed"
        self._refresh_at = now + self._sink.refresh_every_ms
        standing = await self._outbox.standing(self._channel)
        outcome = await self._exchanged(self._sink.refresh(standing))
        if standing:
            self._tried(self._channel, outcome.state)
        if outcome.state is not DeliveryState.SENT:
            log.error("channel.not_kept_alive", channel=self._channel, reason=outcome.detail)


async def expire(outbox: Outbox, now: Millis, came: Came) -> None:
    """End what could not be sent while it mattered, and tell it."""
    for notification, attempts in await outbox.expire(now):
        came(notification, DeliveryState.EXPIRED, "it could not be sent in time", attempts)


async def sleep_until(clock: Clock, instant: Millis, woken: asyncio.Event) -> None:
    """Return at an instant of the clock, or as soon as somebody wakes us."""
    either: set[asyncio.Task[object]] = {asyncio.create_task(woken.wait())}
    if instant < NEVER:
        either.add(asyncio.create_task(clock.sleep_until(instant)))
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in either:
            one.cancel()
