"""The clock goes forward, tells of jumps, and wakes on time."""

import asyncio
import itertools

import pytest

from monitord.adapters.clock import ScaledClock, WallClock, make_clock, stopwatch_s
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis, parse_time

NOON = parse_time("2026-01-08T12:00:00Z")


class Hands:
    """A wall and a steady clock whose hands the test moves."""

    def __init__(self) -> None:
        self.wall_ms = NOON
        self.steady_ms = 5_000

    def wall(self) -> int:
        return self.wall_ms * 1_000_000

    def steady(self) -> int:
        return self.steady_ms * 1_000_000

    def pass_time(self, span: Millis) -> None:
        self.wall_ms += span
        self.steady_ms += span


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_the_wall_clock_tells_the_time_of_day(hands: Hands) -> None:
    """Undisturbed, the clock is the wall."""
    clock = WallClock(wall=hands.wall, steady=hands.steady)
    assert clock.now() == NOON
    hands.pass_time(90 * SECOND)
    assert clock.now() == NOON + 90 * SECOND
    assert clock.ahead_of_wall() == 0


def test_a_wall_set_forward_is_followed_and_told(hands: Hands) -> None:
    """An hour forward is taken at once and reported once."""
    jumps: list[Millis] = []
    clock = WallClock(jumps.append, hands.wall, hands.steady)
    hands.wall_ms += HOUR
    assert clock.now() == NOON + HOUR
    hands.pass_time(SECOND)
    assert clock.now() == NOON + HOUR + SECOND
    assert jumps == [HOUR]


def test_a_wall_set_back_is_told_but_not_followed(hands: Hands) -> None:
    """A minute back slows the clock to nine tenths until the wall has caught up."""
    jumps: list[Millis] = []
    clock = WallClock(jumps.append, hands.wall, hands.steady)
    hands.wall_ms -= MINUTE
    assert clock.now() == NOON
    assert jumps == [-MINUTE]
    hands.pass_time(10 * SECOND)
    assert clock.now() == NOON + 9 * SECOND
    for _ in range(60):
        hands.pass_time(10 * SECOND)
        clock.now()
    assert clock.now() == hands.wall_ms
    assert clock.ahead_of_wall() == 0
    assert jumps == [-MINUTE]


def test_time_never_goes_backwards(hands: Hands) -> None:
    """Whatever the wall does, no instant is earlier than the one before it."""
    clock = WallClock(wall=hands.wall, steady=hands.steady)
    instants = []
    for step in (0, -HOUR, 5, 30 * SECOND, -3 * SECOND, HOUR, -1, -1, 2 * HOUR, -2 * HOUR):
        hands.pass_time(7)
        hands.wall_ms += step
        instants.append(clock.now())
    assert all(earlier <= later for earlier, later in itertools.pairwise(instants))


def test_a_small_drift_is_nobodys_business(hands: Hands) -> None:
    """Half a second between wall and steady clock is followed without a word."""
    jumps: list[Millis] = []
    clock = WallClock(jumps.append, hands.wall, hands.steady)
    hands.wall_ms += 500
    assert clock.now() == NOON + 500
    assert jumps == []


def test_a_scaled_clock_runs_at_its_speed(hands: Hands) -> None:
    """At x600 a tenth of a second is a minute."""
    clock = ScaledClock(600, NOON, hands.wall, hands.steady)
    assert clock.now() == NOON
    hands.steady_ms += 100
    assert clock.now() == NOON + MINUTE


def test_a_scaled_clock_without_a_start_begins_at_the_time_of_day(hands: Hands) -> None:
    """No start means now, and the wall is not looked at again."""
    clock = ScaledClock(2, None, hands.wall, hands.steady)
    hands.wall_ms += HOUR
    assert clock.now() == NOON


def test_a_speed_of_nothing_is_refused() -> None:
    """A clock that stands still is no clock."""
    with pytest.raises(ValueError, match="speed is 0, expected a number above 0"):
        ScaledClock(0)


async def test_sleeping_ends_at_the_instant_or_after_it() -> None:
    """On a fast clock an hour's sleep ends, and not early."""
    clock = ScaledClock(3_600_000, NOON)
    async with asyncio.timeout(10):
        await clock.sleep_until(NOON + HOUR)
    assert clock.now() >= NOON + HOUR


async def test_sleeping_until_the_past_returns_at_once() -> None:
    """An instant that has passed is not waited for."""
    clock = WallClock()
    async with asyncio.timeout(10):
        await clock.sleep_until(0)
        await clock.sleep_until(clock.now() + 2)


def test_the_clock_is_chosen_by_the_settings() -> None:
    """Wall time unless a speed or a start is given."""
    assert isinstance(make_clock(1.0, None), WallClock)
    assert isinstance(make_clock(600.0, None), ScaledClock)
    assert isinstance(make_clock(1.0, NOON), ScaledClock)


def test_a_stopwatch_goes_forward() -> None:
    """Two looks at the stopwatch are in order."""
    first = stopwatch_s()
    assert stopwatch_s() >= first
