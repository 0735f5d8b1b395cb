"""Who is on call when: a plain weekly table in a time zone, or spans out of a calendar.

Pure: an instant comes in, yes or no goes out. Calendars are read and expanded by
`adapters.codecs.calendar`.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from monitord.domain.time import Millis

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_A_DAY: Final = 24 * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHIFT: Final = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? "
    r"(?P<from_hour>\d\d):(?P<from_minute>\d\d)-(?P<to_hour>\d\d):(?P<to_minute>\d\d)"
)


class Hours(Protocol):
    """Anything that knows whether it holds at an instant."""

    def covers(self, instant: Millis) -> bool:
        """Say whether the instant is within the hours; an end is not."""
        ...


class WeeklyShift(NamedTuple):
    """A span that comes again on one day of the week, in minutes of that day; 0 is Monday.

    It may end after midnight: `end_minute` is then more than a day's.
    """

    day: int
    begin_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours on the wall clock of a place, the same every week.

    When clocks are set back, the hour that comes twice counts twice.
    """

    zone: ZoneInfo
    shifts: tuple[WeeklyShift, ...]

    def covers(self, instant: Millis) -> bool:
        """Say whether the instant is within a shift of its day, or of the evening before."""
        local = (_EPOCH + timedelta(milliseconds=instant)).astimezone(self.zone)
        minute, day = local.hour * 60 + local.minute, local.weekday()
        before = (day - 1) % len(DAYS)
        return any(
            (shift.day == day and shift.begin_minute <= minute < shift.end_minute)
            or (shift.day == before and minute < shift.end_minute - _MINUTES_A_DAY)
            for shift in self.shifts
        )


@dataclass(frozen=True, slots=True)
class CalendarHours:
    """Hours as spans `(begin, end)`, which do not overlap and are sorted."""

    spans: tuple[tuple[Millis, Millis], ...]

    def covers(self, instant: Millis) -> bool:
        """Say whether the instant is within one of the spans."""
        place = bisect_right(self.spans, instant, key=lambda span: span[0]) - 1
        return place >= 0 and instant < self.spans[place][1]


def parse_shift(text: str) -> tuple[WeeklyShift, ...]:
    """Read a line of the weekly table: days, and from when to when; past midnight is understood.

    Raises `ValueError` when the text is no such line.

    >>> parse_shift("fri-sat 20:00-08:00")
    (WeeklyShift(day=4, begin_minute=1200, end_minute=1920), \
WeeklyShift(day=5, begin_minute=1200, end_minute=1920))
    """
    parts = _SHIFT.fullmatch(text)
    if parts is None or not {parts["first"], parts["last"] or "mon"} <= set(DAYS):
        raise ValueError("expected days and hours such as 'mon-fri 08:00-17:30'")
    begin = _minute(parts["from_hour"], parts["from_minute"])
    end = _minute(parts["to_hour"], parts["to_minute"])
    if begin == end:
        raise ValueError("expected an end that is not the beginning; a whole day is 00:00-24:00")
    first = DAYS.index(parts["first"])
    count = (DAYS.index(parts["last"] or parts["first"]) - first) % len(DAYS) + 1
    end += _MINUTES_A_DAY * (end < begin)
    return tuple(WeeklyShift((first + one) % len(DAYS), begin, end) for one in range(count))


def joined(spans: list[tuple[Millis, Millis]]) -> tuple[tuple[Millis, Millis], ...]:
    """Sort spans and join those that touch, as `CalendarHours` takes them.

    >>> joined([(5, 9), (0, 3), (3, 4), (6, 7)])
    ((0, 4), (5, 9))
    """
    out: list[tuple[Millis, Millis]] = []
    for begin, end in sorted(spans):
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((begin, end))
    return tuple(out)


def _minute(hour: str, minute: str) -> int:
    told = int(hour) * 60 + int(minute)
    if int(minute) >= 60 or told > _MINUTES_A_DAY:
        raise ValueError(f"expected a time of day from 00:00 to 24:00, found {hour}:{minute}")
    return told
