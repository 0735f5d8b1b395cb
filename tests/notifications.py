"""Notifications to be told, as the tests of the outbox and of the sinks need them."""

from dataclasses import replace
from typing import Any, Final

from monitord.domain.alerts import Condition, Priority
from monitord.domain.notifications import Notification, Purpose
from monitord.domain.time import MINUTE, parse_time

NINE: Final = parse_time("2026-01-08T09:00:00Z")

CALL: Final = Notification(
    alert="a0123456789abcdef",
    purpose=Purpose.TRIGGER,
    channel="pager",
    step=0,
    round=1,
    patient="p-4711",
    ward="tower-3",
    bed="7",
    rule="crs-grade-3",
    condition=Condition.PHYSIOLOGICAL,
    priority=Priority.HIGH,
    title="CRS grade 3 or higher",
    message="CRS grade 3 or higher: temperature 38.4 °C just now; call the physician.",
    action="Call the physician.",
    source="ASTCT consensus 2019",
    raised_at=NINE,
    queued_at=NINE,
    expires_at=NINE + 10 * MINUTE,
)


def call(**changes: Any) -> Notification:
    """A call to somebody, changed as the test needs it."""
    return replace(CALL, **changes)
