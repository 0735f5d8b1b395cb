"""The only room that reads a clock; everything else is told what time it is.

Time here never goes backwards, because a window or a timer that saw the future would be wrong for
good. It must never stand still either: a hold that does not run is an alert that does not come.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

from monitord.domain.time import CLOCKS_APART, SECOND, Millis

_NANOS: Final = 1_000_000  # nanoseconds in a millisecond
# The wall may differ from the steady clock by this much before anybody is told.
_JUMP_NANOS: Final = 1_000 * _NANOS
# While the wall is behind, one part in this many of the time that passes is given back to it.
_GIVE_BACK: Final = 10
# The longest single sleep, so that a wall set forward is noticed within a second.
_LONGEST_SLEEP_S: Final = 1.0

Nanos = Callable[[], int]


class Clock(Protocol):
    """What the supervisor needs of a clock."""

    def now(self) -> Millis:
        """Return the instant, never earlier than one returned before."""
        ...

    async def sleep_until(self, instant: Millis) -> None:
        """Return at `instant` or just after it, at once if it has passed."""
        ...


class WallClock:
    """The time of day, carried by the steady clock so that it never goes backwards.

    A wall set forward is followed at once. A wall set back is not: time goes on at nine tenths of
    its speed until the wall has caught up. Either is told to `on_jump` as signed milliseconds.
    """

    def __init__(
        self,
        on_jump: Callable[[Millis], None] = lambda _: None,
        wall: Nanos = time.time_ns,
        steady: Nanos = time.monotonic_ns,
    ) -> None:
        self._on_jump = on_jump
        self._wall = wall
        self._steady = steady
        self._steady_seen = steady()
        self._now = wall()
        self._distance = self._now - self._steady_seen
        self._behind = 0

    def now(self) -> Millis:
        """Return the instant, never earlier than one returned before."""
        steady, wall = self._steady(), self._wall()
        passed = steady - self._steady_seen
        self._steady_seen = steady
        self._tell_of_a_jump(wall - steady)
        self._behind = max(0, self._now + passed - wall)
        if self._behind:
            self._now += passed - min(self._behind, passed // _GIVE_BACK)
        else:
            self._now = wall
        return self._now // _NANOS

    def go_on_from(self, instant: Millis) -> None:
        """Be no earlier than an instant that was lived through before we were started."""
        self._now = max(self._now, instant * _NANOS)

    def ahead_of_wall(self) -> Millis:
        """Return by how much the last instant was ahead of a wall that was set back."""
        return self._behind // _NANOS

    async def sleep_until(self, instant: Millis) -> None:
        """Return at `instant` or just after it, at once if it has passed."""
        while (left := instant - self.now()) > 0:
            await asyncio.sleep(min(left / SECOND, _LONGEST_SLEEP_S))

    def _tell_of_a_jump(self, distance: int) -> None:
        jump = distance - self._distance
        if abs(jump) >= _JUMP_NANOS:
            self._distance = distance
            self._on_jump(jump // _NANOS)


class ScaledClock:
    """Time that starts where it is told and runs `speed` times as fast as the steady clock.

    For demonstrations and drills. Without `start` it begins at the time of day.
    """

    def __init__(
        self,
        speed: float,
        start: Millis | None = None,
        wall: Nanos = time.time_ns,
        steady: Nanos = time.monotonic_ns,
    ) -> None:
        if not speed > 0:
            raise ValueError(f"speed is {speed}, expected a number above 0 (1 is wall time)")
        self._speed = speed
        self._start = wall() // _NANOS if start is None else start
        self._steady = steady
        self._began = steady()

    def now(self) -> Millis:
        """Return the instant, never earlier than one returned before."""
        return self._start + int((self._steady() - self._began) * self._speed) // _NANOS

    def go_on_from(self, instant: Millis) -> None:
        """Be no earlier than an instant that was lived through before we were started."""
        self._start += max(0, instant - self.now())

    def ahead_of_wall(self) -> Millis:
        """Return nothing: this time is none of the wall's."""
        return 0

    async def sleep_until(self, instant: Millis) -> None:
        """Return at `instant` or just after it, at once if it has passed."""
        while (left := instant - self.now()) > 0:
            await asyncio.sleep(left / SECOND / self._speed)


def by_our_clock(told: Millis, now: Millis, ahead_ms: Millis) -> Millis:
    """Return when by our own clock something was done that another clock tells.

    Ours is ahead of the wall by `ahead_ms`, and the other one goes with the wall. One that tells a
    time to which the wall has yet to come does not: it told it before the wall was set back, or
    still goes as ours does.
    """
    if told > now - ahead_ms + CLOCKS_APART:
        return told
    return max(told, min(told + ahead_ms, now))


def make_clock(
    speed: float, start: Millis | None, on_jump: Callable[[Millis], None] = lambda _: None
) -> WallClock | ScaledClock:
    """Return the wall clock, or a scaled one when a speed or a start asks for it."""
    if speed == 1 and start is None:
        return WallClock(on_jump)
    return ScaledClock(speed, start)


def stopwatch_s() -> float:
    """Return seconds on a steady clock with no meaning of its own; only differences tell."""
    return time.perf_counter()
