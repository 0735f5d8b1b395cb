"""What an earlier run left on the broker, and when it is taken down.

Of the alerts that stood when the last run ended a daemon may know nothing: without a journal, or
where that cannot be read. Clearing them would say that they are over; nobody knows that. Leaving
them as they are would say that somebody watches them; nobody does. So they stay, marked with the
time since when they are not watched, and are taken down when the same rule fires again for the
patient, when the patient has left, or a day later.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson

from monitord.domain.time import DAY, Millis, format_time, parse_time

MARK: Final = "unwatched_since"
# A day holds every shift that may still look at the alert; no guideline gives a number.
_KEPT_MS: Final = DAY


@dataclass(frozen=True, slots=True)
class Left:
    """One retained message of an earlier run; `rule` is empty for a patient's state."""

    patient: str
    rule: str
    since: Millis


@dataclass(slots=True)
class Inherited:
    """The retained messages of earlier runs that still stand, by topic."""

    left: dict[str, Left] = field(default_factory=dict)

    def take_alert(self, topic: str, patient: str, payload: bytes, now: Millis) -> bytes:
        """Remember an alert that was found, and return it marked as not watched."""
        document = _document(payload)
        since = _instant(document.get(MARK), now)
        rule = document.get("rule")
        self.left[topic] = Left(patient, rule if isinstance(rule, str) else "", since)
        return orjson.dumps({**document, MARK: format_time(since)})

    def take_state(self, topic: str, patient: str, now: Millis) -> None:
        """Remember a patient's state that was found."""
        self.left[topic] = Left(patient, "", now)

    def replaced(self, topic: str) -> None:
        """Forget a topic on which this run has now said something itself."""
        self.left.pop(topic, None)

    def fired_again(self, patient: str, rule: str) -> list[str]:
        """Return, and forget, the topics that a new alert of the same rule makes needless."""
        return self._forget(lambda one: one.patient == patient and one.rule == rule)

    def gone(self, patient: str) -> list[str]:
        """Return, and forget, the topics of a patient who has left."""
        return self._forget(lambda one: one.patient == patient)

    def expired(self, now: Millis) -> list[str]:
        """Return, and forget, the topics that nobody has watched for a day."""
        return self._forget(lambda one: now - one.since >= _KEPT_MS)

    def _forget(self, is_over: Callable[[Left], bool]) -> list[str]:
        topics = [topic for topic, one in self.left.items() if is_over(one)]
        for topic in topics:
            del self.left[topic]
        return topics


def _document(payload: bytes) -> Mapping[str, object]:
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _instant(text: object, otherwise: Millis) -> Millis:
    try:
        return parse_time(text) if isinstance(text, str) else otherwise
    except ValueError:
        return otherwise
