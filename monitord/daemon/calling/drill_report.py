"""The receipt report of a drill: how far each call got over its channel, and how long it took."""

from collections.abc import Sequence
from typing import Final

from monitord.adapters.outbox import Record
from monitord.daemon.calling.drills import Drill
from monitord.domain.notifications import DeliveryState, Purpose
from monitord.domain.time import format_time

_ARRIVED: Final = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.ACCEPTED)


def report(drill: str, running: Drill | None, sent: Sequence[Record]) -> dict[str, object]:
    """Tell of a drill; `sent` is what the outbox has of it, which for a moment is nothing yet."""
    calls = [one for one in sent if one.notification.purpose is Purpose.TRIGGER]
    ward = running.ward if running else sent[0].notification.ward
    return {
        "drill": drill,
        "ward": ward,
        "running": running is not None,
        "settled": bool(calls) and all(one.state is not DeliveryState.QUEUED for one in calls),
        "arrived": bool(calls) and all(one.state in _ARRIVED for one in calls),
        "calls": [_call(one) for one in calls],
    }


def _call(one: Record) -> dict[str, object]:
    told = one.notification
    return {
        "step": told.step,
        "chain": told.source.removeprefix("chain "),
        "channel": told.channel,
        "state": one.state.value,
        "attempts": one.attempts,
        "queued": format_time(told.queued_at),
        "updated": format_time(one.updated_at),
        "took_ms": max(0, one.updated_at - told.queued_at),
        "detail": one.detail,
    }
