"""Instants and spans as whole milliseconds, and the two texts they are written in.

An instant counts milliseconds since 1970-01-01T00:00:00Z. This room never asks what time it is.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, TypeAlias

Millis: TypeAlias = int

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

# How far the clock of a sender may be from ours: contract.md section 2.
CLOCKS_APART: Final = 2 * MINUTE

# An instant that never comes: the deadline of a timer that is not running.
NEVER: Final = 1 << 62
# An instant before every event: the time of something that has not happened.
LONG_AGO: Final = -(1 << 62)

# The memory numbers its seconds with 32 bits, which last until February 2106; no clock reaches it.
TOO_LATE: Final = 4_291_747_200 * SECOND  # 2106-01-01T00:00:00Z

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_MILLISECOND: Final = timedelta(milliseconds=1)
_SPANS: Final = {"ms": 1, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}


@lru_cache(maxsize=4096)
def parse_time(text: str) -> Millis:
    """Read an RFC 3339 instant with its offset; finer than a millisecond is cut off.

    Raises `ValueError` when the text is no such instant or has no offset.

    >>> parse_time("2026-01-08T09:00:00Z") == parse_time("2026-01-08T17:00:00+08:00")
    True
    """
    if "T" not in text and "t" not in text:
        raise ValueError(f"{text!r} is not an RFC 3339 time: expected 2026-01-08T09:00:00Z")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: expected 2026-01-08T09:00:00Z or +08:00")
    return (moment - _EPOCH) // _ONE_MILLISECOND


def parse_moment(text: str) -> Millis:
    """Read an instant that a clock of ours may show, of the years 1970 to 2105.

    Raises `ValueError` when it is none, and says what is wrong with it.

    >>> parse_moment("1969-12-31T23:59:59Z")
    Traceback (most recent call last):
    ValueError: '1969-12-31T23:59:59Z' is out of range: expected a time from 1970 to 2105
    """
    moment = parse_time(text)
    if not 0 <= moment < TOO_LATE:
        raise ValueError(f"{text!r} is out of range: expected a time from 1970 to 2105")
    return moment


@lru_cache(maxsize=4096)
def format_time(instant: Millis) -> str:
    """Write an instant as RFC 3339 in UTC, with milliseconds only when there are any.

    >>> format_time(parse_time("2026-01-08T09:00:00.250+00:00"))
    '2026-01-08T09:00:00.250Z'
    """
    moment = _EPOCH + instant * _ONE_MILLISECOND
    told = moment.isoformat(timespec="milliseconds" if instant % SECOND else "seconds")
    return told.replace("+00:00", "Z")


def parse_span(text: str) -> Millis:
    """Read a span such as `250ms`, `30s`, `5min`, `2h` or `1d`.

    Raises `ValueError` when the text is no such span.

    >>> parse_span("5min")
    300000
    """
    stripped = text.strip()
    digits = stripped.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = stripped[len(digits) :]
    if not digits.isdecimal() or unit not in _SPANS:
        raise ValueError(f"{text!r} is not a span of time: expected for example 30s, 5min, 2h, 1d")
    return int(digits) * _SPANS[unit]


def format_span(span: Millis) -> str:
    """Write a span for a reader, in the largest unit that leaves a number worth reading.

    >>> [format_span(s) for s in (0, 45_000, 5 * MINUTE, 100 * MINUTE, 3 * DAY)]
    ['0 s', '45 s', '5 min', '1 h 40 min', '3 d']
    """
    return " ".join(f"{count} {unit}" for count, unit in span_parts(span))


def span_parts(span: Millis) -> tuple[tuple[int, str], ...]:
    """Take a span apart for a reader, into one or two numbers with their units.

    >>> span_parts(100 * MINUTE)
    ((1, 'h'), (40, 'min'))
    """
    if span < MINUTE:
        return ((span // SECOND, "s"),)
    if span < HOUR:
        return ((span // MINUTE, "min"),)
    if span < 2 * DAY:
        hours, minutes = divmod(span // MINUTE, 60)
        return ((hours, "h"), (minutes, "min")) if minutes else ((hours, "h"),)
    return ((span // DAY, "d"),)
