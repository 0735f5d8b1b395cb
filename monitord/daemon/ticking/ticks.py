"""The tick: at its instant the inbox is read, journaled and stepped, and nothing else happens.

Every tick that has an inbox or a deadline is stepped at its own instant; the idle ones between are
jumped over, because a step without either changes nothing. When the machine cannot keep up, the
next instant is simply later, takes everything that waits, and what was passed over is counted.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from monitord.adapters.clock import Clock
from monitord.domain.decisions import Decision
from monitord.domain.events import Arrival
from monitord.domain.time import NEVER, SECOND, Millis

# One wake-up in this much wall time is enough, however fast a scaled clock runs.
_WAKE_EVERY_WALL_MS = 10
# A tick later than this much wall time gives up its own instant for the newest one.
_PATIENCE_WALL_MS = SECOND


class Timers(Protocol):
    """What the tick asks of the ward: when something will happen by itself."""

    def next_deadline(self) -> Millis:
        """Return when a timer next runs out; NEVER when none runs."""
        ...


class Arriving(Protocol):
    """Where arrivals come from."""

    def first(self) -> Millis:
        """Return when the oldest waiting message arrived; NEVER when none waits."""
        ...

    def take(self, now: Millis) -> list[Arrival]:
        """Return everything received by `now`, read or refused."""
        ...


class Journal(Protocol):
    """Where a tick is written before it is stepped."""

    def append(self, now: Millis, inbox: Sequence[Arrival]) -> int:
        """Write one tick down; return its bytes."""
        ...


class Stepped(NamedTuple):
    """One tick that was stepped: what it took in, what it decided, and how long that took."""

    now: Millis
    inbox: Sequence[Arrival]
    decisions: Sequence[Decision]
    journal_bytes: int
    duration_s: float
    lateness_s: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How ticks lie on the clock; `speed` is clock time per wall time."""

    period_ms: Millis
    speed: float

    def patience_ms(self) -> Millis:
        """How late, on the clock, a tick may be before it gives up its own instant."""
        return max(self.period_ms, int(_PATIENCE_WALL_MS * self.speed))

    def at_or_after(self, instant: Millis) -> Millis:
        """Return the first tick at or after an instant; NEVER stays NEVER."""
        if instant >= NEVER:
            return NEVER
        return -(-instant // self.period_ms) * self.period_ms

    def at_or_before(self, instant: Millis) -> Millis:
        """Return the last tick at or before an instant."""
        return instant // self.period_ms * self.period_ms

    def next_waking(self, instant: Millis) -> Millis:
        """Return the tick to sleep until: the next one, or fewer of them on a fast clock."""
        periods = max(1, int(_WAKE_EVERY_WALL_MS * self.speed) // self.period_ms)
        stride = periods * self.period_ms
        return (instant // stride + 1) * stride


class Ticker:
    """Steps the ward at every tick that has something to do, for as long as `run` is awaited."""

    def __init__(
        self,
        *,
        clock: Clock,
        pace: Pace,
        ward: Timers,
        arriving: Arriving,
        journal: Journal | None,
        acknowledge: Callable[[Millis], None],
        step: Callable[[Sequence[Arrival], Millis], Sequence[Decision]],
        hand_over: Callable[[Stepped], None],
        stopwatch_s: Callable[[], float],
    ) -> None:
        """Remember everything; the first tick is the next one on the clock.

        `acknowledge` is told up to which instant everything received is in the journal.
        """
        self._clock = clock
        self._pace = pace
        self._ward = ward
        self._arriving = arriving
        self._journal = journal
        self._acknowledge = acknowledge
        self._step = step
        self._hand_over = hand_over
        self._stopwatch_s = stopwatch_s
        self._last = pace.at_or_before(clock.now())
        self._awake_at_s = stopwatch_s()
        self.missed = 0

    @property
    def last(self) -> Millis:
        """The instant of the last tick that is over, stepped or idle."""
        return self._last

    def silent_s(self) -> float:
        """Return the seconds since ticks were last looked after."""
        return self._stopwatch_s() - self._awake_at_s

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await self._clock.sleep_until(self._pace.next_waking(self._clock.now()))
            await self.catch_up()

    async def finish(self) -> None:
        """Step one last time, at the next tick, everything that has arrived by then."""
        last = self._pace.at_or_before(self._clock.now()) + self._pace.period_ms
        await self._clock.sleep_until(last)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Step every tick that is due by now, and let others work in between."""
        self._awake_at_s = self._stopwatch_s()
        while (due := self._due()) <= (latest := self._pace.at_or_before(self._clock.now())):
            if latest - due > self._pace.patience_ms():
                self.missed += (latest - due) // self._pace.period_ms
                due = latest
            self._tick(due)
            self._awake_at_s = self._stopwatch_s()
            await asyncio.sleep(0)
        self._last = max(self._last, latest)
        # One that comes in this very millisecond may be for the next tick.
        self._acknowledge(latest - 1)

    def _due(self) -> Millis:
        wanted = min(self._arriving.first(), self._ward.next_deadline())
        return max(self._last + self._pace.period_ms, self._pace.at_or_after(wanted))

    def _tick(self, now: Millis) -> None:
        began_s = self._stopwatch_s()
        lateness_s = (self._clock.now() - now) / SECOND / self._pace.speed
        inbox = self._arriving.take(now)
        self._last = now
        if not inbox and self._ward.next_deadline() > now:
            return
        journaled = self._journal.append(now, inbox) if self._journal is not None else 0
        # Before the step: a message that breaks it must not come again at every start.
        self._acknowledge(now)
        decisions = self._step(inbox, now)
        took_s = self._stopwatch_s() - began_s
        self._hand_over(Stepped(now, inbox, decisions, journaled, took_s, lateness_s))
