"""One channel's work: sends what is due, the most urgent first, and keeps what came of it.

When to try again and when it is too late is the outbox's to say. A few calls are under way at once,
so that one that hangs does not hold up another patient's; of one alert never two, so that its call,
answer and end arrive in order. Each is asked for by itself, so that an answer which came meanwhile
still overtakes what has not begun.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from monitord.adapters.clock import Clock
from monitord.adapters.outbox import Outbox, OutboxProblem
from monitord.adapters.sinks.sink import KeptAlive, Sink
from monitord.domain.notifications import DeliveryState, Notification, Outcome
from monitord.domain.time import NEVER, SECOND, Millis

# How soon a disk that could not be written is tried again.
PATIENCE_MS = SECOND
# How much sooner is said again what was left out because it was just being sent: 30 s of a minute,
# by when the two requests of that have ended.
_SOONER: Final = 2

_TAKEN: Final = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.ACCEPTED})

log = structlog.get_logger("monitord.calls")

# Is told of each attempt with its number, and of each notification that expired without one.
Came = Callable[[Notification, DeliveryState, str, int], None]

# Is told what each exchange over a channel shows of the channel; QUEUED is a failure for now.
Tried = Callable[[str, DeliveryState], None]


@dataclass(slots=True)
class Attempt:
    """A notification under way; `number` counts from 1, `outcome` is there once it is over."""

    notification: Notification
    number: int
    outcome: Outcome | None = None

    @property
    def has_arrived(self) -> bool:
        """Whether the other side took it, as far as is known by now."""
        return self.outcome is not None and self.outcome.state in _TAKEN


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
        # By alert. What was sent stays until it is written down, however long the disk is full:
        # sent again it would ring a second time.
        self._under_way: dict[str, Attempt] = {}
        # The alerts that are said again just now; None while none is.
        self._said_again: frozenset[str] | None = None

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as exchanges:
            while True:
                self.woken.clear()
                try:
                    wake_at = await self._go_on(exchanges)
                except OutboxProblem as problem:
                    log.critical("outbox.not_usable", channel=self._channel, reason=str(problem))
                    wake_at = self._clock.now() + PATIENCE_MS
                await sleep_until(self._clock, wake_at, self.woken)

    def attempt_of(self, notification: Notification) -> Attempt | None:
        """Return the attempt at this very notification that is under way or not written down."""
        attempt = self._under_way.get(notification.alert)
        is_of_it = attempt is not None and attempt.notification.id == notification.id
        return attempt if is_of_it else None

    async def _go_on(self, exchanges: asyncio.TaskGroup) -> Millis:
        """Write down what came, begin what has a place; return when there is more to do."""
        try:
            asked_at = await self._send_due(exchanges)
        except OutboxProblem:
            # What stands is only read: a full disk must not let it end at the other side.
            await self._keep_alive(exchanges)
            raise
        await self._keep_alive(exchanges)
        # What was due by then and has not begun waits for what is under way, whose end wakes us.
        next_due = await self._outbox.next_due(self._channel, asked_at)
        return next_due if self._said_again is not None else min(next_due, self._refresh_at)

    async def _send_due(self, exchanges: asyncio.TaskGroup) -> Millis:
        """Begin what has a place; return up to when nothing was left out that has one."""
        await self._record()
        asked_at = self._clock.now()
        await expire(self._outbox, asked_at, self._came)
        while await self._begin_one(exchanges, asked_at):
            asked_at = self._clock.now()
        return asked_at

    async def _record(self) -> None:
        for alert, attempt in list(self._under_way.items()):
            notification, outcome = attempt.notification, attempt.outcome
            if outcome is None:
                continue
            state = await self._outbox.record(notification.id, outcome, self._clock.now())
            del self._under_way[alert]
            # What was overtaken or too late meanwhile was told then, and its failure is no news.
            if state is not None:
                self._came(notification, state, outcome.detail, attempt.number)

    async def _begin_one(self, exchanges: asyncio.TaskGroup, now: Millis) -> bool:
        taken, places = len(self._under_way), self._sink.at_once
        if taken >= places:
            return False
        due = await self._outbox.due(
            self._channel,
            now,
            1,
            without=self._under_way.keys() | (self._said_again or ()),
            only_pressing=0 < taken == places - 1,
        )
        for notification, attempts in due:
            attempt = Attempt(notification, attempts + 1)
            self._under_way[notification.alert] = attempt
            exchanges.create_task(self._try(attempt), name=f"call {self._channel}")
        return bool(due)

    async def _try(self, attempt: Attempt) -> None:
        attempt.outcome = await self._exchanged(self._sink.send(attempt.notification))
        self._tried(self._channel, attempt.outcome.state)
        self.woken.set()

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

    async def _keep_alive(self, exchanges: asyncio.TaskGroup) -> None:
        now, sink = self._clock.now(), self._sink
        is_due = now >= self._refresh_at and self._said_again is None
        if not is_due or not isinstance(sink, KeptAlive):
            return
        assert sink.refresh_every_ms is not None, "only such a sink is refreshed"
        standing = await self._outbox.standing(self._channel)
        named = [one for one in standing if one.alert not in self._under_way]
        wait = sink.refresh_every_ms // (1 if named == standing else _SOONER)
        self._refresh_at = now + wait
        self._said_again = frozenset(one.alert for one in named)
        exchanges.create_task(
            self._say_again(sink, named, frozenset(self._under_way)),
            name=f"keep alive {self._channel}",
        )

    async def _say_again(
        self, sink: KeptAlive, standing: Sequence[Notification], besides: Collection[str]
    ) -> None:
        outcome = await self._exchanged(sink.refresh(standing, besides))
        if standing:
            self._tried(self._channel, outcome.state)
        if outcome.state is not DeliveryState.SENT:
            log.error("channel.not_kept_alive", channel=self._channel, reason=outcome.detail)
        self._said_again = None
        self.woken.set()


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
