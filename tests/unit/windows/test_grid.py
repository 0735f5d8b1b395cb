"""Three rings of rising coarseness: what each still knows, and what was last."""

import numpy as np
import pytest

from monitord.domain.features import SignalFeature, SignalMeasure
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, LONG_AGO, MINUTE, SECOND, Millis
from monitord.windows.batch import Reading
from monitord.windows.grid import Grid
from monitord.windows.spans import measure_window

NOW = 20_000 * DAY
HEART_RATE = SIGNAL["heart_rate"].index
ROW = np.array([1])
CELL = (0, 1)  # heart rate is the first of the regular signals


def counted(grid: Grid, window_ms: Millis, now: Millis = NOW) -> float:
    """Count the heart rates of a window."""
    feature = SignalFeature("heart_rate", HEART_RATE, SignalMeasure.COUNT, window_ms)
    return float(measure_window(grid, feature, ROW, now).values[0])


def highest(grid: Grid, window_ms: Millis, now: Millis = NOW, *, is_counted: bool = False) -> float:
    """Give the highest heart rate of a window."""
    measure = SignalMeasure.MAX
    feature = SignalFeature("heart_rate", HEART_RATE, measure, window_ms, is_counted=is_counted)
    return float(measure_window(grid, feature, ROW, now).values[0])


def written(*values: tuple[Millis, int], now: Millis = NOW) -> Grid:
    """Make a grid in which values were measured so long ago."""
    grid = Grid(2)
    grid.write([Reading(HEART_RATE, 1, now - age_ms, value) for age_ms, value in values], now)
    return grid


@pytest.mark.parametrize(
    ("window_ms", "slot_ms"),
    [
        (SECOND, SECOND),
        (10 * MINUTE, SECOND),
        (10 * MINUTE + 1, MINUTE),
        (DAY, MINUTE),
        (DAY + 1, 30 * MINUTE),
        (14 * DAY, 30 * MINUTE),
    ],
)
def test_a_window_is_read_from_the_finest_ring_that_reaches(
    window_ms: Millis, slot_ms: Millis
) -> None:
    """Seconds serve ten minutes, minutes a day, half hours a fortnight."""
    assert slot_ms == Grid(1).ring_for(window_ms).slot_ms


def test_a_window_begins_with_its_oldest_whole_slot() -> None:
    """A value of ten seconds ago has just left a window of ten seconds."""
    grid = written((9 * SECOND, 70), (10 * SECOND, 70))
    assert 1 == counted(grid, 10 * SECOND)
    assert 2 == counted(grid, 11 * SECOND)


def test_what_is_too_old_for_a_ring_is_kept_in_the_next() -> None:
    """A value of eleven minutes ago is in no window of seconds, and in one of minutes."""
    grid = written((11 * MINUTE, 180))
    assert 0 == counted(grid, 10 * MINUTE)
    assert 1 == counted(grid, HOUR)


def test_what_is_too_old_for_every_ring_is_only_the_last_value() -> None:
    """A value of a month ago is still the last one known."""
    grid = written((30 * DAY, 70))
    assert 0 == counted(grid, 14 * DAY)
    assert NOW - 30 * DAY == grid.last_time[CELL]


def test_a_late_value_does_not_overwrite_a_later_round() -> None:
    """A slot that has gone on to another day is not given back to yesterday."""
    grid = written((0, 70))
    grid.write([Reading(HEART_RATE, 1, NOW - DAY, 180)], NOW)
    assert 70 == highest(grid, DAY)
    assert 180 == highest(grid, 25 * HOUR)


def test_a_second_is_erased_alone() -> None:
    """Within ten minutes the values beside the erased one stay."""
    grid = written((60 * SECOND, 180), (61 * SECOND, 80))
    assert grid.erase(HEART_RATE, 1, NOW - 60 * SECOND, NOW)
    assert (80, 80, 80) == tuple(highest(grid, ms) for ms in (10 * MINUTE, HOUR, 2 * DAY))


def test_erasing_what_is_not_there_changes_nothing() -> None:
    """A retraction of an unknown value is not found."""
    grid = written((60 * SECOND, 80))
    assert not grid.erase(HEART_RATE, 1, NOW - 30 * SECOND, NOW)
    assert 1 == counted(grid, HOUR)


def test_the_last_value_after_an_erasure_is_the_newest_of_any_ring() -> None:
    """What came late is in the rings of minutes only, and may still be the newest."""
    grid = written((HOUR, 60), now=NOW - HOUR)
    grid.write([Reading(HEART_RATE, 1, NOW - 30 * MINUTE, 75)], NOW)
    grid.write([Reading(HEART_RATE, 1, NOW, 180)], NOW)
    assert grid.erase(HEART_RATE, 1, NOW, NOW)
    assert (NOW - 30 * MINUTE, 75) == (grid.last_time[CELL], grid.last_value[CELL])


def test_after_the_only_value_is_erased_there_is_none() -> None:
    """A row is as before its first value."""
    grid = written((0, 180))
    assert grid.erase(HEART_RATE, 1, NOW, NOW)
    assert LONG_AGO == grid.last_time[CELL]


def test_a_slot_counts_unless_all_of_it_has_another_cause() -> None:
    """Whatever the order they come in, one finding without another cause makes a minute count."""
    for marks in ((True, False), (False, True)):
        grid = Grid(2)
        for place, mark in enumerate(marks):
            reading = Reading(HEART_RATE, 1, NOW + place * SECOND, 150, is_elsewhere=mark)
            grid.write([reading], NOW + 10 * SECOND)
        assert 150 == highest(grid, HOUR, NOW + 10 * SECOND, is_counted=True)


def test_a_slot_of_another_cause_alone_does_not_count() -> None:
    """A marked minute is left out where only what counts is asked for."""
    grid = Grid(2)
    grid.write([Reading(HEART_RATE, 1, NOW, 150, is_elsewhere=True)], NOW)
    assert np.isnan(highest(grid, HOUR, is_counted=True))
    assert 150 == highest(grid, HOUR)


def test_a_full_slot_takes_no_more() -> None:
    """The count of a slot stops at its limit instead of beginning anew."""
    grid = written((0, 70))
    ring = grid.half_hours
    ring.count[ring.number > 0] = np.iinfo(np.uint16).max
    grid.write([Reading(HEART_RATE, 1, NOW, 180)], NOW)
    assert np.iinfo(np.uint16).max == counted(grid, 2 * DAY)
