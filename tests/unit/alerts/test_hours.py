"""Who is on call when, on the wall clock of a place and out of a calendar's spans."""

from zoneinfo import ZoneInfo

import pytest

from monitord.alerts.hours import CalendarHours, WeeklyHours, parse_shift
from monitord.domain.time import parse_time

LONDON = ZoneInfo("Europe/London")


def weekly(*lines: str, zone: ZoneInfo = LONDON) -> WeeklyHours:
    return WeeklyHours(zone, tuple(shift for line in lines for shift in parse_shift(line)))


@pytest.mark.parametrize(
    ("time", "is_covered"),
    [
        ("2026-01-09T07:59:59Z", False),  # a Friday
        ("2026-01-09T08:00:00Z", True),
        ("2026-01-09T17:29:59Z", True),
        ("2026-01-09T17:30:00Z", False),
        ("2026-01-10T12:00:00Z", False),  # a Saturday
        ("2026-07-10T07:00:00Z", True),  # in summer it is eight on the ward's clock
        ("2026-07-10T16:30:00Z", False),
    ],
)
def test_a_weekly_shift_begins_and_ends_on_the_wards_clock(time: str, is_covered: bool) -> None:
    """The begin is within, the end is not, in winter and in summer."""
    assert is_covered == weekly("mon-fri 08:00-17:30").covers(parse_time(time))


@pytest.mark.parametrize(
    ("time", "is_covered"),
    [
        ("2026-01-11T20:00:00Z", True),  # a Sunday evening
        ("2026-01-12T07:59:00Z", True),  # and the Monday after it
        ("2026-01-12T08:00:00Z", False),
        ("2026-01-11T07:00:00Z", False),  # no Saturday night
    ],
)
def test_a_night_shift_ends_on_the_next_day(time: str, is_covered: bool) -> None:
    """From Sunday evening it lasts into Monday, over the end of the week."""
    assert is_covered == weekly("sun 20:00-08:00").covers(parse_time(time))


def test_days_may_run_over_the_end_of_the_week_and_a_day_may_be_whole() -> None:
    """From Friday to Monday are four days of twenty-four hours."""
    whole = weekly("fri-mon 00:00-24:00")
    days = [f"2026-01-{day:02}T23:59:59Z" for day in range(5, 12)]
    assert [True, False, False, False, True, True, True] == [
        whole.covers(parse_time(day)) for day in days
    ]


def test_the_hour_that_comes_twice_counts_twice() -> None:
    """On the night the clocks go back, half past one is on call both times."""
    night = weekly("sun 01:00-02:00")
    both = ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")
    assert [True, True] == [night.covers(parse_time(time)) for time in both]


@pytest.mark.parametrize(
    "text",
    ["", "mon", "mon 8:00-9:00", "mun 08:00-09:00", "mon-fry 08:00-09:00", "mon 25:00-26:00",
     "mon 08:00-08:00", "mon 08:60-09:00"],
)  # fmt: skip
def test_a_line_that_is_no_shift_says_what_is_expected(text: str) -> None:
    """Whatever is wrong, the answer shows or names a right one."""
    with pytest.raises(ValueError, match="expected"):
        parse_shift(text)


def test_calendar_hours_are_their_spans() -> None:
    """A begin is within, an end is not, and before the first nobody is on call."""
    hours = CalendarHours(((10, 20), (30, 40)))
    assert [False, True, True, False, True, False] == [
        hours.covers(instant) for instant in (9, 10, 19, 20, 30, 40)
    ]
    assert not CalendarHours(()).covers(0)
