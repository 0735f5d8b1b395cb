"""Prometheus Alertmanager by its API v2: an alert is started, kept alive, and ended.

An alert there ends by itself unless it is said again, so that a dead monitord leaves nothing
ringing; `refresh` says again all that stands. Alertmanager has no acknowledgement: an answered
alert stays and is silenced, by its own two labels, so that it repeats nothing. A new round of
calling has another label, which makes it a new alert, so that no old silence holds it back.
Knowledge: Alertmanager 0.25, api/v2/openapi.yaml; what makes an alert the same are its labels.
"""

from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

import orjson

from monitord.adapters.sinks.http import Http, outcome
from monitord.adapters.sinks.sink import AT_ONCE, Now
from monitord.adapters.sinks.text import Detail, words
from monitord.domain.alerts import Priority
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import DAY, MINUTE, Millis, format_time

Labels: TypeAlias = dict[str, str]

_REFRESH_EVERY_MS: Final = MINUTE  # as often as Prometheus says an alert again by default
# Three refreshes may be lost before an alert ends, and one may be late: Prometheus takes four too.
_REFRESHES_LASTED: Final = 4
# A silence is of one round, and so can be long; a day is the longest acknowledgement we know of.
_SILENCE_LASTS_MS: Final = DAY
_SEVERITY: Final = {Priority.HIGH: "critical", Priority.MEDIUM: "warning", Priority.LOW: "info"}


class Alertmanager:
    """Tells one Alertmanager; of one alert only one thing at a time."""

    kind = "alertmanager"
    at_once = AT_ONCE

    def __init__(
        self,
        http: Http,
        now: Now,
        address: str,
        detail: Detail = Detail.NONE,
        refresh_every_ms: Millis = _REFRESH_EVERY_MS,
        say: Language = ENGLISH,
    ) -> None:
        self.refresh_every_ms: Millis | None = refresh_every_ms
        self._lasts_ms = _REFRESHES_LASTED * refresh_every_ms
        self._http = http
        self._now = now
        self._api = f"{address.rstrip('/')}/api/v2"
        self._detail = detail
        self._say = say
        # By alert; what is there besides is only what `refresh` names, so that it cannot grow.
        self._labels: dict[str, Labels] = {}
        self._silenced_until: dict[tuple[str, int], Millis] = {}

    async def send(self, notification: Notification) -> Outcome:
        """Try once to start, silence or end an alert; SENT when Alertmanager took it."""
        labels = self._labels_of(notification)
        before = self._labels.get(notification.alert, labels)
        told = [self._alert(notification, labels)]
        if before != labels:
            # The patient has moved, or a new round begins: what stood there before is over.
            told.append(self._alert(notification, before, is_over=True))
        came = await self._post("alerts", told)
        if came.state is not DeliveryState.SENT:
            return came
        if notification.purpose is Purpose.RESOLVE:
            self._labels.pop(notification.alert, None)
            return came
        self._labels[notification.alert] = labels
        if notification.purpose is Purpose.ACKNOWLEDGE:
            return await self._silence(notification)
        return came

    async def refresh(
        self, standing: Sequence[Notification], besides: Collection[str] = ()
    ) -> Outcome:
        """Say again all that stands, so that it does not end; what is not named is forgotten."""
        names = {one.alert for one in standing} | set(besides)
        self._labels = {name: self._labels[name] for name in names & self._labels.keys()}
        self._silenced_until = {
            key: until for key, until in self._silenced_until.items() if key[0] in names
        }
        came = Outcome(DeliveryState.SENT, "nothing stands")
        if standing:
            told = [self._alert(one, self._labels_of(one)) for one in standing]
            came = await self._post("alerts", told)
        if came.state is not DeliveryState.SENT:
            return came
        for one in standing:
            self._labels[one.alert] = self._labels_of(one)
            if one.purpose is Purpose.ACKNOWLEDGE:
                came = await self._silence(one)
                if came.state is not DeliveryState.SENT:
                    return came
        return came

    async def close(self) -> None:
        """Hold nothing: the client is shared."""

    async def _post(self, resource: str, body: object) -> Outcome:
        return outcome(await self._http.post(f"{self._api}/{resource}", orjson.dumps(body), {}))

    async def _silence(self, answer: Notification) -> Outcome:
        """Hold back the repeats of one round; said again only when half of it is over."""
        key, now = (answer.alert, answer.round), self._now()
        if self._silenced_until.get(key, 0) - now > _SILENCE_LASTS_MS // 2:
            return Outcome(DeliveryState.SENT, "silenced already")
        matched = {"alert": answer.alert, "round": str(answer.round)}
        silence = {
            "matchers": [
                {"name": name, "value": value, "isRegex": False, "isEqual": True}
                for name, value in matched.items()
            ],
            "startsAt": format_time(now),
            "endsAt": format_time(now + _SILENCE_LASTS_MS),
            "createdBy": "monitord",
            "comment": words(answer, self._detail, self._say).subject,
        }
        came = await self._post("silences", silence)
        if came.state is DeliveryState.SENT:
            self._silenced_until[key] = now + _SILENCE_LASTS_MS
        return came

    def _labels_of(self, notification: Notification) -> Labels:
        is_told = self._detail is not Detail.NONE
        return {
            "alertname": notification.rule if is_told else "monitord",
            "alert": notification.alert,
            "round": str(notification.round),
            "ward": notification.ward,
            "condition": notification.condition.value,
            "priority": notification.priority.value,
            "severity": "none" if notification.is_drill else _SEVERITY[notification.priority],
            "drill": "yes" if notification.is_drill else "no",
        }

    def _alert(
        self, notification: Notification, labels: Labels, *, is_over: bool = False
    ) -> dict[str, object]:
        now = self._now()
        is_over = is_over or notification.purpose is Purpose.RESOLVE
        summary, description = words(notification, self._detail, self._say)
        return {
            "labels": labels,
            "annotations": {
                "summary": summary,
                "description": description,
                "bed": notification.bed or "",
                "notification": notification.id,
            },
            "startsAt": format_time(min(notification.raised_at, now)),
            "endsAt": format_time(now if is_over else now + self._lasts_ms),
        }
