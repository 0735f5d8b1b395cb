"""PagerDuty by its Events API v2: a call opens an incident, an answer and an end follow it.

An incident that was acknowledged does not ring again for another event of the same key. So each
new round of calling has a key of its own: the alert's id, and from the second round on its number.
The incident of the round before is closed after the new one is open, never before.
Knowledge: PagerDuty, "Send an alert event" (Events API v2) and "Event management".
"""

import re
from typing import Final

import orjson

from monitord.adapters.sinks.http import Answer, Http, outcome
from monitord.adapters.sinks.sink import AT_ONCE, one_line
from monitord.adapters.sinks.text import Detail, document, words
from monitord.domain.alerts import Condition, Priority
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import Millis, format_time

_ENQUEUE: Final = "/v2/enqueue"
PUBLIC_ADDRESS: Final = "https://events.pagerduty.com"
_MOST_SUMMARY: Final = 1_024  # Events API v2: payload.summary is cut after this many characters
_SEVERITY: Final = {Priority.HIGH: "critical", Priority.MEDIUM: "error", Priority.LOW: "warning"}
_FIRST: Final = 1
_ROUND: Final = re.compile(r"-r[0-9]+$")


class PagerDuty:
    """Sends the events of one PagerDuty integration."""

    kind = "pagerduty"
    at_once = AT_ONCE
    refresh_every_ms: Millis | None = None

    def __init__(
        self,
        http: Http,
        routing_key: str,
        detail: Detail = Detail.NONE,
        address: str = PUBLIC_ADDRESS,
        say: Language = ENGLISH,
    ) -> None:
        self._http = http
        self._routing_key = routing_key
        self._detail = detail
        self._say = say
        self._url = address.rstrip("/") + _ENQUEUE

    async def send(self, notification: Notification) -> Outcome:
        """Try once to hand the event over; SENT when PagerDuty queued it."""
        key = dedup_key(notification.alert, notification.round)
        came = await self._post(self._event(notification, key), notification.id)
        begins_anew = notification.purpose is Purpose.TRIGGER and notification.round > _FIRST
        if not begins_anew or came.state is not DeliveryState.SENT:
            return came
        before: dict[str, object] = {
            "routing_key": self._routing_key,
            "event_action": "resolve",
            "dedup_key": dedup_key(notification.alert, notification.round - 1),
        }
        # The call is out. An incident of the last round that stays open hides nothing.
        await self._post(before, notification.id)
        return came

    async def close(self) -> None:
        """Hold nothing: the client is shared."""

    async def _post(self, event: dict[str, object], name: str) -> Outcome:
        headers = {"idempotency-key": name}
        answer = await self._http.post(self._url, orjson.dumps(event), headers)
        receipt = answer.field("dedup_key") if isinstance(answer, Answer) else None
        return outcome(answer, receipt)

    def _event(self, notification: Notification, key: str) -> dict[str, object]:
        event: dict[str, object] = {
            "routing_key": self._routing_key,
            "event_action": notification.purpose.value,
            "dedup_key": key,
            "client": "monitord",
        }
        if notification.purpose is Purpose.TRIGGER:
            event["payload"] = self._payload(notification)
        return event

    def _payload(self, notification: Notification) -> dict[str, object]:
        return {
            "summary": one_line(words(notification, self._detail, self._say).body, _MOST_SUMMARY),
            # A drill rings as a drill: PagerDuty's rules may send it by a way of its own.
            "severity": "info" if notification.is_drill else _SEVERITY[notification.priority],
            "source": f"ward {notification.ward}",
            "timestamp": format_time(notification.raised_at),
            "component": "monitord" if _is_technical(notification) else "patient",
            "group": notification.ward,
            "class": "drill" if notification.is_drill else notification.condition.value,
            "custom_details": document(notification, self._detail, self._say),
        }


def dedup_key(alert: str, number: int) -> str:
    """Return the key of one round of an alert's calling; rounds count from 1.

    >>> [dedup_key("a1", number) for number in (1, 2)]
    ['a1', 'a1-r2']
    """
    return alert if number <= _FIRST else f"{alert}-r{number}"


def alert_of(key: str) -> str:
    """Return the alert that a key is of, for an answer that comes back from PagerDuty.

    >>> [alert_of("a1"), alert_of("a1-r2")]
    ['a1', 'a1']
    """
    return _ROUND.sub("", key)


def _is_technical(notification: Notification) -> bool:
    return notification.condition is Condition.TECHNICAL
