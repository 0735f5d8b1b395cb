"""Ticks are stepped at their own instants, idle ones are jumped over, and none is silently lost."""

from collections.abc import Sequence

from monitord.daemon.ticking.ticks import Pace, Stepped, Ticker
from monitord.domain.decisions import Decision
from monitord.domain.events import Arrival, Rejection
from monitord.domain.time import NEVER, Millis


class HandClock:
    """A clock that a test sets; each look at it may take some time."""

    def __init__(self, now: Millis) -> None:
        self.instant = now
        self.slept_until: list[Millis] = []

    def now(self) -> Millis:
        return self.instant

    async def sleep_until(self, instant: Millis) -> None:
        self.slept_until.append(instant)
        self.instant = max(self.instant, instant)


class Bench:
    """A ticker whose ward is a list of deadlines and whose inbox is a list of instants."""

    def __init__(self, start: Millis, speed: float = 1) -> None:
        self.clock = HandClock(start)
        self.waiting: list[Millis] = []
        self.deadlines: list[Millis] = []
        self.journal: list[tuple[Millis, int]] = []
        self.steps: list[tuple[Millis, int]] = []
        self.handed: list[Stepped] = []
        self.acknowledged: list[Millis] = []
        self.step_takes_ms = 0
        self.ticker = Ticker(
            clock=self.clock,
            pace=Pace(1_000, speed),
            ward=self,
            arriving=self,
            journal=self,
            acknowledge=self.acknowledged.append,
            step=self.step,
            hand_over=self.handed.append,
            stopwatch_s=lambda: self.clock.instant / 1_000,
        )

    def next_deadline(self) -> Millis:
        return min(self.deadlines, default=NEVER)

    def first(self) -> Millis:
        return min(self.waiting, default=NEVER)

    def take(self, now: Millis) -> list[Arrival]:
        taken = [instant for instant in self.waiting if instant <= now]
        self.waiting = [instant for instant in self.waiting if instant > now]
        return [Rejection(instant, "not_json", "", "") for instant in taken]

    def append(self, now: Millis, inbox: Sequence[Arrival]) -> int:
        self.journal.append((now, len(inbox)))
        return 7

    def step(self, inbox: Sequence[Arrival], now: Millis) -> list[Decision]:
        assert self.journal[-1] == (now, len(inbox))
        assert self.acknowledged[-1] == now
        self.deadlines = [deadline for deadline in self.deadlines if deadline > now]
        self.steps.append((now, len(inbox)))
        self.clock.instant += self.step_takes_ms
        return []


async def test_idle_ticks_do_nothing():
    """Without an inbox and without a deadline nothing is journaled and nothing is stepped."""
    bench = Bench(10_500)
    bench.clock.instant = 60_000
    await bench.ticker.catch_up()

    assert bench.steps == bench.journal == []
    assert (bench.ticker.last, bench.ticker.missed) == (60_000, 0)


async def test_each_arrival_is_taken_in_by_the_first_tick_after_it():
    """On a fast clock one waking steps every tick that has something, each at its own instant."""
    bench = Bench(10_000, speed=600)
    bench.waiting = [10_001, 11_000, 11_001, 14_500]
    bench.clock.instant = 16_000
    await bench.ticker.catch_up()

    assert bench.steps == [(11_000, 2), (12_000, 1), (15_000, 1)]
    assert bench.journal == bench.steps
    assert bench.ticker.missed == 0


async def test_a_deadline_is_stepped_at_the_first_tick_at_or_after_it():
    """A timer that runs out between two ticks is stepped, and journaled, at the later one."""
    bench = Bench(10_000, speed=600)
    bench.deadlines = [12_000, 12_001]
    bench.clock.instant = 20_000
    await bench.ticker.catch_up()

    assert bench.steps == [(12_000, 0), (13_000, 0)]


async def test_a_deadline_in_the_past_is_stepped_at_the_next_tick():
    """A timer that had run out before is not waited for, and time still moves forward."""
    bench = Bench(10_000)
    bench.deadlines = [3_000]
    bench.clock.instant = 11_400
    await bench.ticker.catch_up()

    assert bench.steps == [(11_000, 0)]


async def test_what_arrives_after_the_tick_waits_for_the_next():
    """An arrival later than the last whole second is left in the inbox."""
    bench = Bench(10_000)
    bench.waiting = [10_900, 11_200]
    bench.clock.instant = 11_500
    await bench.ticker.catch_up()
    assert bench.steps == [(11_000, 1)]
    bench.clock.instant = 12_000
    await bench.ticker.catch_up()

    assert bench.steps == [(11_000, 1), (12_000, 1)]


async def test_a_ticker_that_is_late_jumps_to_the_newest_tick_and_counts():
    """More than a second late, the next instant is simply later and takes everything in."""
    bench = Bench(10_000)
    bench.waiting = [10_500, 11_500, 13_900]
    bench.clock.instant = 14_200
    await bench.ticker.catch_up()

    assert bench.steps == [(14_000, 3)]
    assert bench.ticker.missed == 3


async def test_slow_steps_on_a_fast_clock_do_not_fall_behind_for_good():
    """When steps cost more than the time they cover, ticks are passed over, counted, and all in."""
    bench = Bench(0, speed=10)
    bench.step_takes_ms = 5_000
    bench.waiting = [1_000 * number for number in range(1, 31)]
    bench.clock.instant = 1_000
    while bench.waiting:
        await bench.ticker.catch_up()
        bench.clock.instant += 1_000

    assert sum(count for _, count in bench.steps) == 30
    assert bench.ticker.missed > 0
    assert [now for now, _ in bench.steps] == sorted({now for now, _ in bench.steps})


async def test_the_last_tick_takes_in_what_has_arrived():
    """Finishing waits for the next tick and steps it, so that nothing is left in the inbox."""
    bench = Bench(10_000)
    bench.waiting = [10_300]
    bench.clock.instant = 10_400
    await bench.ticker.finish()

    assert bench.clock.slept_until == [11_000]
    assert bench.steps == [(11_000, 1)]


async def test_what_is_handed_over_tells_the_tick():
    """The tick's instant, its size in the journal, its duration and its lateness are told."""
    bench = Bench(10_000)
    bench.waiting = [10_300]
    bench.step_takes_ms = 40
    bench.clock.instant = 11_200
    await bench.ticker.catch_up()
    [told] = bench.handed

    assert (told.now, len(told.inbox), told.journal_bytes) == (11_000, 1, 7)
    assert (round(told.duration_s, 3), round(told.lateness_s, 3)) == (0.04, 0.2)


def test_waking_comes_at_every_tick_or_every_ten_milliseconds():
    """At wall time each second is woken for; at 600 times as fast, every sixth of them."""
    assert [Pace(1_000, 1).next_waking(instant) for instant in (0, 999, 1_000)] == [
        1_000,
        1_000,
        2_000,
    ]
    assert Pace(1_000, 600).next_waking(7_000) == 12_000
    assert Pace(1_000, 50).next_waking(7_000) == 8_000


def test_a_pace_finds_the_tick_on_either_side():
    """Multiples of the period are their own tick, and never stays never."""
    pace = Pace(1_000, 1)

    assert [pace.at_or_after(i) for i in (0, 1, 1_000, NEVER)] == [0, 1_000, 1_000, NEVER]
    assert [pace.at_or_before(i) for i in (0, 1, 999, 1_000)] == [0, 0, 0, 1_000]
