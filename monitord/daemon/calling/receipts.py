"""Tells what became of each notification: to the log, the numbers, the audit and the decisions.

Nothing is decided here. A temporary failure is told and is no decision: the call is still on its
way. Neither is a call that something newer overtook: nobody needs it any more.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from monitord.daemon.records.audit_trail import Record
from monitord.domain.decisions import Announcement, NotificationChange
from monitord.domain.notifications import DeliveryState, Notification
from monitord.domain.time import Millis, format_time

OVERTAKEN: Final = "overtaken"
_DELAYED: Final = "delayed"
_GONE: Final = "gone"  # the kind of a channel that is no longer configured
_DECIDED: Final = frozenset(
    {
        DeliveryState.SENT,
        DeliveryState.DELIVERED,
        DeliveryState.FAILED,
        DeliveryState.EXPIRED,
    }
)

log = structlog.get_logger("monitord.calls")


class Receipts:
    """Is told of each notification as it is queued, tried, delivered and lost."""

    def __init__(
        self,
        kinds: Mapping[str, str],
        *,
        now: Callable[[], Millis],
        count: Callable[[str, str], None],
        record: Record,
        decide: Callable[[Sequence[Announcement]], None],
    ) -> None:
        """Remember everything; `kinds` has the kind of each channel that is configured."""
        self._kinds = kinds
        self._now = now
        self._count = count
        self._record = record
        self._decide = decide

    def queued(self, one: Notification) -> None:
        """Tell that a notification is on the disk and will be sent; with what it says."""
        text = {"title": one.title, "message": one.message, "action": one.action}
        until = format_time(one.expires_at)
        self._tell(one, DeliveryState.QUEUED.value, priority=one.priority, until=until, **text)

    def overtaken(self, one: Notification) -> None:
        """Tell that a notification need not be sent any more."""
        self._tell(one, OVERTAKEN)

    def came(self, one: Notification, state: DeliveryState, detail: str, attempt: int) -> None:
        """Tell what came of an attempt, counted from 1, or of a later receipt."""
        told = {
            "notification": one.id,
            "alert": one.alert,
            "channel": one.channel,
            "purpose": one.purpose.value,
            "reason": detail,
        }
        match state:
            case DeliveryState.QUEUED:
                log.warning("notification.delayed", **told)
                self._write(one, _DELAYED, attempt=attempt, detail=detail)
                return
            case DeliveryState.FAILED | DeliveryState.EXPIRED:
                log.error("notification.lost", state=state.value, **told)
            case _:
                log.info("notification.told", state=state.value, **told)
        self._tell(one, state.value, attempt=attempt, detail=detail)
        if state in _DECIDED:
            of_call = (one.id, one.purpose, one.step)
            change = NotificationChange(
                one.alert, one.channel, attempt, state, self._now(), *of_call
            )
            self._decide([change])

    def _tell(self, one: Notification, state: str, **besides: object) -> None:
        self._count(self._kinds.get(one.channel, _GONE), state)
        self._write(one, state, **besides)

    def _write(self, one: Notification, state: str, **besides: object) -> None:
        self._record(
            f"notification.{state}",
            self._now(),
            alert=one.alert,
            patient=one.patient,
            channel=one.channel,
            kind=self._kinds.get(one.channel, _GONE),
            purpose=one.purpose,
            step=one.step,
            round=one.round,
            notification=one.id,
            ward=one.ward,
            rule=one.rule,
            drill=one.is_drill,
            **besides,
        )
