"""Reads an iCalendar file (RFC 5545) into spans: from when to when somebody is on call.

Pure translation. Rules that repeat, their exceptions and time zones are the libraries' affair.
"""

from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from monitord.alerts.hours import joined
from monitord.domain.time import Millis

BYTES_LIMIT: Final = 4 * 1024**2
SHIFTS_LIMIT: Final = 10_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_MILLISECOND: Final = timedelta(milliseconds=1)
# Read piece by piece, so that a calendar with too many shifts is found out early.
_PIECE: Final = timedelta(days=28)
# A shift that comes every second is a mistake, and expanding it would take minutes.
_TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY"})
# What the libraries raise for content that is no calendar.
_BROKEN: Final = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


def shifts(
    content: bytes, zone: ZoneInfo, begin: Millis, end: Millis, summary: str = "*"
) -> tuple[tuple[Millis, Millis], ...]:
    """Return the spans of the events between `begin` and `end`, sorted and joined.

    Only events whose summary matches the glob count, and none that is cancelled. Times that name
    no zone, and whole days, are those of `zone`. Raises `ValueError` when it is no such calendar.
    """
    if len(content) > BYTES_LIMIT:
        raise ValueError(f"{len(content)} bytes, expected at most {BYTES_LIMIT}")
    try:
        calendar = icalendar.Calendar.from_ical(content)
        _check(calendar)
        query = recurring_ical_events.of(calendar)
        spans: list[tuple[Millis, Millis]] = []
        piece, last = _moment(begin, zone), _moment(end, zone)
        while piece < last:
            until = min(piece + _PIECE, last)
            spans += [_span(one, zone) for one in query.between(piece, until) if _is(one, summary)]
            if len(spans) > SHIFTS_LIMIT:
                raise ValueError(f"more than {SHIFTS_LIMIT} shifts, expected fewer")
            piece = until
    except _BROKEN as error:
        raise ValueError(" ".join(str(error).split()) or type(error).__name__) from error
    return joined([span for span in spans if span[0] < span[1]])


def _check(calendar: Any) -> None:  # noqa: ANN401 - the library's own type is wider than a calendar
    for event in calendar.walk("VEVENT"):
        begin, rule = event["DTSTART"], event.get("RRULE", {})
        named = begin.params.get("TZID")
        if named and getattr(begin.dt, "tzinfo", None) is None:
            raise ValueError(f"time zone {named!r}, which nobody knows")
        if _TOO_OFTEN & {str(word).upper() for word in rule.get("FREQ", [])}:
            raise ValueError("a shift that comes again every minute, expected hours or days")


def _is(event: Any, summary: str) -> bool:  # noqa: ANN401 - an event of the library, which has no types
    is_cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return not is_cancelled and fnmatchcase(str(event.get("SUMMARY", "")), summary)


def _span(event: Any, zone: ZoneInfo) -> tuple[Millis, Millis]:  # noqa: ANN401 - as above
    return _instant(event.start, zone), _instant(event.end, zone)


def _instant(told: date, zone: ZoneInfo) -> Millis:
    moment = told if isinstance(told, datetime) else datetime.combine(told, time())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return (aware - _EPOCH) // _ONE_MILLISECOND


def _moment(instant: Millis, zone: ZoneInfo) -> datetime:
    return (_EPOCH + instant * _ONE_MILLISECOND).astimezone(zone)
