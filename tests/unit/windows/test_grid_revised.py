"""What a correction or a retraction takes out of slots that hold more than one value."""

import numpy as np
import pytest

from monitord.domain.features import SignalFeature, SignalMeasure
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from monitord.windows.batch import PLANE, Batch, Reading
from monitord.windows.grid import Grid
from monitord.windows.ring import Taken
from monitord.windows.spans import measure_window

NOW = 20_000 * DAY
TEMPERATURE = SIGNAL["temperature"].index
CELL = (PLANE[TEMPERATURE], 1)
EXACT, NOT_TOLD_APART = True, Taken(None, is_exact=False)


def charted(*values: tuple[Millis, int]) -> Grid:
    """Make a grid with temperatures of so long after midnight, each written as it is measured."""
    grid = Grid(2)
    for after_ms, value in values:
        grid.write([Reading(TEMPERATURE, 1, NOW + after_ms, value)], NOW + after_ms)
    return grid


def told(grid: Grid, now: Millis, window_ms: Millis = HOUR) -> tuple[float, ...]:
    """Give count, lowest, highest and mean of a window."""
    features = [
        SignalFeature("temperature", TEMPERATURE, measure, window_ms)
        for measure in (
            SignalMeasure.COUNT,
            SignalMeasure.MIN,
            SignalMeasure.MAX,
            SignalMeasure.MEAN,
        )
    ]
    row = np.array([1])
    return tuple(float(measure_window(grid, one, row, now).values[0]) for one in features)


def erased(grid: Grid, after_ms: Millis, now: Millis) -> Taken | None:
    return grid.erase(TEMPERATURE, 1, NOW + after_ms, now)


def test_a_true_fever_stays_when_a_neighbour_is_retracted() -> None:
    """Half an hour later the last value is still known, and only that is taken out."""
    grid = charted((0, 3850), (20 * SECOND, 3650))
    now = NOW + 30 * MINUTE
    assert Taken(3650, EXACT) == erased(grid, 20 * SECOND, now)
    assert (1, 3850, 3850, 3850) == told(grid, now)
    assert 3850 == grid.last_value[CELL]


def test_a_true_fever_stays_when_a_neighbour_is_corrected() -> None:
    """The new value stands beside the fever, where the old one stood."""
    grid = charted((0, 3850), (20 * SECOND, 3650))
    now = NOW + 30 * MINUTE
    better = Reading(TEMPERATURE, 1, NOW + 20 * SECOND, 3750)
    assert Taken(3650, EXACT) == grid.replace(better, now)
    assert (2, 3750, 3850, 3800) == told(grid, now)


def test_what_cannot_be_told_apart_stays() -> None:
    """Of two older values of a minute either may be the wrong one: both go on counting."""
    grid = charted((0, 3850), (20 * SECOND, 3650), (5 * MINUTE, 3700))
    now = NOW + 30 * MINUTE
    assert NOT_TOLD_APART == erased(grid, 20 * SECOND, now)
    assert (3, 3650, 3850) == told(grid, now)[:3]
    assert NOT_TOLD_APART == grid.replace(Reading(TEMPERATURE, 1, NOW, 3900), now)
    assert (4, 3650, 3900) == told(grid, now)[:3]


def test_the_only_value_of_a_minute_is_known() -> None:
    """What is charted now and then is taken back without a trace, whatever came after it."""
    grid = charted((0, 4000), (5 * MINUTE, 3700))
    assert Taken(4000, EXACT) == erased(grid, 0, NOW + 30 * MINUTE)
    assert (1, 3700, 3700, 3700) == told(grid, NOW + 30 * MINUTE)


def test_equal_values_are_known() -> None:
    """Whichever of two equal values it was, one is left."""
    grid = charted((0, 3700), (20 * SECOND, 3700), (5 * MINUTE, 3650))
    assert Taken(3700, EXACT) == erased(grid, 0, NOW + 30 * MINUTE)
    assert (2, 3650, 3700, 3675) == told(grid, NOW + 30 * MINUTE)


def test_a_highest_that_is_taken_out_leaves_as_high_as_the_sum_allows() -> None:
    """Of three the two that are left are 36.0 and one that is known by the sum."""
    grid = charted((0, 3600), (20 * SECOND, 3700), (40 * SECOND, 4100))
    now = NOW + 30 * MINUTE
    assert Taken(4100, is_exact=False) == erased(grid, 40 * SECOND, now)
    assert (2, 3600, 3700, 3650) == told(grid, now)


def test_a_highest_among_many_may_stay_too_high_and_never_too_low() -> None:
    """The true highest of those that are left is below the bound that stands for it."""
    left = [3600, 3650, 3660, 3670]
    grid = charted(*((at * SECOND, value) for at, value in enumerate((*left, 4000))))
    now = NOW + 30 * MINUTE
    erased(grid, 4 * SECOND, now)
    count, low, high, mean = told(grid, now)
    assert (4, 3600, sum(left) / 4) == (count, low, mean)
    assert high == sum(left) - 3 * 3600 == 3780


def test_where_the_seconds_are_still_known_a_minute_is_made_again() -> None:
    """Within ten minutes any value of a minute is taken out without a trace."""
    grid = charted((0, 4100), (20 * SECOND, 3600), (40 * SECOND, 3700))
    now = NOW + 5 * MINUTE
    assert Taken(4100, EXACT) == erased(grid, 0, now)
    assert (2, 3600, 3700, 3650) == told(grid, now)


def test_a_second_that_is_still_known_names_the_value_of_its_minute() -> None:
    """Where some seconds of the minute are out of reach the value comes from its own."""
    grid = charted((0, 3850), (20 * SECOND, 3700), (40 * SECOND, 3600))
    now = NOW + 10 * MINUTE + 5 * SECOND
    assert Taken(3700, EXACT) == erased(grid, 20 * SECOND, now)
    assert (2, 3600, 3850, 3725) == told(grid, now)


def test_days_later_a_half_hour_is_amended_like_a_minute() -> None:
    """The only value of its half hour goes, and the fever of the half hour beside it stays."""
    grid = charted((0, 4000), (30 * MINUTE, 3850), (3 * HOUR, 3700))
    now = NOW + 2 * DAY
    assert Taken(4000, EXACT) == erased(grid, 0, now)
    assert (2, 3700, 3850, 3775) == told(grid, now, 3 * DAY)


def test_the_value_of_another_second_is_not_taken_for_the_retracted_one() -> None:
    """The last value is known to its second, so a minute that holds only it has no other."""
    grid = charted((10 * SECOND, 3850))
    assert erased(grid, 40 * SECOND, NOW + 30 * MINUTE) is None
    assert 3850 == grid.last_value[CELL]


def test_what_stands_for_a_last_value_is_never_taken_for_one() -> None:
    """A mean that stands for two values is not taken out as if it had been measured."""
    grid = charted((0, 3600), (20 * SECOND, 3700), (40 * SECOND, 4100))
    now = NOW + 30 * MINUTE
    erased(grid, 40 * SECOND, now)
    assert (NOW, 3650) == (grid.last_time[CELL], grid.last_value[CELL])
    assert NOT_TOLD_APART == erased(grid, 0, now)


@pytest.mark.parametrize("as_columns", [False, True], ids=["listed", "columns"])
@pytest.mark.parametrize("after_ms", [SECOND, 20 * MINUTE])
@pytest.mark.parametrize("mark", [False, True])
def test_the_newer_statement_about_a_cause_holds(
    mark: bool, after_ms: Millis, as_columns: bool
) -> None:
    """A value that is sent again with another mark is counted once, as it was told last."""
    grid = charted((0, 3900))
    write(grid, as_columns, Reading(TEMPERATURE, 1, NOW, 3900, not mark), NOW + SECOND)
    write(grid, as_columns, Reading(TEMPERATURE, 1, NOW, 3900, mark), NOW + after_ms)
    assert mark == np.isnan(counted_highest(grid, NOW + after_ms))
    assert mark == grid.last_is_elsewhere[CELL]
    assert 1 == told(grid, NOW + after_ms)[0]


def test_the_highest_that_counts_is_of_values_without_another_cause() -> None:
    """A higher finding of another cause in the same minute does not count, and hides nothing."""
    grid = charted((0, 3850))
    grid.write([Reading(TEMPERATURE, 1, NOW + SECOND, 4050, is_elsewhere=True)], NOW + SECOND)
    assert 3850 == counted_highest(grid, NOW + MINUTE)
    assert 4050 == told(grid, NOW + MINUTE)[2]


def write(grid: Grid, as_columns: bool, reading: Reading, now: Millis) -> None:
    """Write one reading, by itself or as a batch of one."""
    if not as_columns:
        grid.write([reading], now)
        return
    place = np.array([PLANE[reading.signal]]), np.array([reading.row])
    times, values = np.array([reading.time]), np.array([reading.value])
    grid.write_many(Batch(*place, times, values, np.array([reading.is_elsewhere])), now)


def counted_highest(grid: Grid, now: Millis) -> float:
    """Give the highest of an hour, without what was given another cause."""
    measure = SignalMeasure.MAX
    feature = SignalFeature("temperature", TEMPERATURE, measure, HOUR, is_counted=True)
    return float(measure_window(grid, feature, np.array([1]), now).values[0])
