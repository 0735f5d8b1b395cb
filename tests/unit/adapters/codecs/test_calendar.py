"""A rota in an iCalendar file becomes spans of time."""

from zoneinfo import ZoneInfo

import pytest

from monitord.adapters.codecs.calendar import BYTES_LIMIT, shifts
from monitord.domain.time import DAY, format_time, parse_time

LONDON = ZoneInfo("Europe/London")
BEGIN = parse_time("2026-03-27T00:00:00Z")


def calendar(*events: str) -> bytes:
    told = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//ward//rota//EN\n{told}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(content: bytes, days: int = 4, summary: str = "*") -> list[str]:
    found = shifts(content, LONDON, BEGIN, BEGIN + days * DAY, summary)
    return [f"{format_time(begin)[:16]} {format_time(end)[:16]}" for begin, end in found]


NIGHTLY = """UID:1
SUMMARY:Attending Dr A
DTSTART;TZID=Europe/London:20260101T200000
DTEND;TZID=Europe/London:20260102T080000
RRULE:FREQ=DAILY
EXDATE;TZID=Europe/London:20260328T200000"""


def test_a_shift_that_repeats_is_expanded_over_exceptions_and_changes_of_the_clocks() -> None:
    """Each night but the excepted one, on the wall clock before and after summer begins."""
    assert [
        "2026-03-26T20:00 2026-03-27T08:00",
        "2026-03-27T20:00 2026-03-28T08:00",
        "2026-03-29T19:00 2026-03-30T07:00",
        "2026-03-30T19:00 2026-03-31T07:00",
    ] == read(calendar(NIGHTLY))


def test_an_instance_that_was_moved_counts_where_it_was_moved_to() -> None:
    """The rota's own change of one night replaces that night."""
    moved = """UID:1
SUMMARY:Attending Dr A
RECURRENCE-ID;TZID=Europe/London:20260327T200000
DTSTART;TZID=Europe/London:20260327T220000
DTEND;TZID=Europe/London:20260327T230000"""
    assert "2026-03-27T22:00 2026-03-27T23:00" in read(calendar(NIGHTLY, moved))
    assert "2026-03-27T20:00 2026-03-28T08:00" not in read(calendar(NIGHTLY, moved))


def test_whole_days_and_times_without_a_zone_are_those_of_the_house() -> None:
    """A Sunday in London is twenty-three hours long when summer begins."""
    day = "UID:2\nDTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260330"
    plain = "UID:3\nDTSTART:20260330T120000\nDTEND:20260330T130000"
    assert ["2026-03-29T00:00 2026-03-29T23:00", "2026-03-30T11:00 2026-03-30T12:00"] == read(
        calendar(day, plain)
    )


def test_only_events_with_the_summary_that_are_not_cancelled_count() -> None:
    """A rota of several people is read by title."""
    other = NIGHTLY.replace("UID:1", "UID:4").replace("Attending Dr A", "Resident")
    off = NIGHTLY.replace("UID:1", "UID:5\nSTATUS:CANCELLED").replace("200000", "100000")
    assert read(calendar(NIGHTLY)) == read(calendar(NIGHTLY, other, off), summary="Attending*")
    assert [] == read(calendar(NIGHTLY), summary="Nobody")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no components"),
        (b"\xff\xfe", "parsed"),
        (calendar("UID:1"), "DTSTART"),
        (calendar("UID:1\nDTSTART:soon"), "DTSTART"),
        (calendar(NIGHTLY.replace("DAILY", "SELDOM")), "SELDOM"),
        (calendar(NIGHTLY.replace("DAILY", "SECONDLY")), "every minute"),
        (calendar(NIGHTLY.replace("Europe/London", "Mars/Olympus")), "Mars/Olympus"),
        (b"x" * (BYTES_LIMIT + 1), "bytes"),
    ],
)
def test_what_is_no_rota_is_refused_in_words(content: bytes, told: str) -> None:
    """Whatever the libraries raise, it is one error that says what was found."""
    with pytest.raises(ValueError, match=told):
        read(content, days=60)


def test_a_rota_with_too_many_shifts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is told, and holds before a year is expanded."""
    monkeypatch.setattr("monitord.adapters.codecs.calendar.SHIFTS_LIMIT", 20)
    assert 20 == len(read(calendar(NIGHTLY), days=20))
    with pytest.raises(ValueError, match="more than 20 shifts"):
        read(calendar(NIGHTLY), days=400)
