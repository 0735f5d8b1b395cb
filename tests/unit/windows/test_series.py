"""The last 64 values of a rare signal, in the order they were measured."""

from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND
from monitord.windows.series import KEPT, Sample, Series

NOW = 20_000 * DAY
CRP = SIGNAL["crp"].index


def filled(number: int = KEPT) -> Series:
    """Make a series with one value a minute, the newest now."""
    series = Series(2)
    for back in reversed(range(number)):
        assert series.write(CRP, 1, Sample(NOW - back * MINUTE, NOW, back, False))
    return series


def values(series: Series) -> list[int]:
    """Read all kept values, oldest first."""
    return list(series.window(CRP, 1, 99 * DAY, NOW).values.tolist())


def test_values_are_kept_in_the_order_they_were_measured() -> None:
    """A late value takes its place in time."""
    series = Series(2)
    for time, value in ((NOW, 3), (NOW - HOUR, 1), (NOW - MINUTE, 2)):
        series.write(CRP, 1, Sample(time, NOW, value, False))
    assert [1, 2, 3] == values(series)


def test_the_oldest_goes_when_there_is_no_more_room() -> None:
    """Sixty-four are kept, and a new one takes the place of the oldest."""
    series = filled()
    assert series.write(CRP, 1, Sample(NOW + SECOND, NOW, 99, False))
    kept = list(series.window(CRP, 1, 99 * DAY, NOW + SECOND).values.tolist())
    assert [*range(KEPT - 2, -1, -1), 99] == kept


def test_a_late_value_pushes_the_oldest_out_too() -> None:
    """A value between others goes to its place, and the oldest goes."""
    series = filled()
    assert series.write(CRP, 1, Sample(NOW - 30 * SECOND, NOW, 99, False))
    assert [KEPT - 2, 1, 99, 0] == [values(series)[at] for at in (0, -3, -2, -1)]


def test_what_is_older_than_all_kept_is_not_kept() -> None:
    """A full series refuses what would be its first."""
    series = filled()
    assert not series.write(CRP, 1, Sample(NOW - DAY, NOW, 99, False))
    assert [*range(KEPT - 1, -1, -1)] == values(series)


def test_a_duplicate_changes_nothing() -> None:
    """The same time, value and mark is the same finding."""
    series = filled(1)
    assert not series.write(CRP, 1, Sample(NOW, NOW + HOUR, 0, False))


def test_a_mark_that_comes_later_changes_the_finding() -> None:
    """That the assessor now gives another cause is news."""
    series = filled(1)
    assert series.write(CRP, 1, Sample(NOW, NOW, 0, True))
    last = series.last(CRP, 1)
    assert last is not None and last.is_elsewhere


def test_one_instant_has_one_value() -> None:
    """Another value of the same instant takes the place of the first."""
    series = filled(1)
    assert series.write(CRP, 1, Sample(NOW, NOW, 7, False))
    assert [7] == values(series)


def test_an_erased_value_leaves_no_gap() -> None:
    """Its neighbours close up, and the one before the last is the last."""
    series = filled(3)
    assert series.erase(CRP, 1, NOW)
    assert not series.erase(CRP, 1, NOW)
    assert [2, 1] == values(series)


def test_a_window_leaves_its_beginning_out() -> None:
    """A value of exactly an hour ago is not of the last hour."""
    series = filled(1)
    assert 1 == len(series.window(CRP, 1, HOUR, NOW + HOUR - 1).times)
    assert 0 == len(series.window(CRP, 1, HOUR, NOW + HOUR).times)


def test_a_wiped_row_has_no_last_value() -> None:
    """Rows do not know of each other, and a wiped one knows nothing."""
    series = filled(2)
    series.write(CRP, 0, Sample(NOW, NOW, 5, False))
    series.wipe(1)
    assert series.last(CRP, 1) is None
    assert Sample(NOW, NOW, 5, False) == series.last(CRP, 0)
