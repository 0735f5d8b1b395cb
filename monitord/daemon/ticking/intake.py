"""From raw messages to arrivals, at the tick: the topic is read, then the payload is decoded.

Whatever is wrong becomes a rejection with a name; nothing that arrives can stop the daemon.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitord.adapters.clock import by_our_clock
from monitord.adapters.codecs.native import decode
from monitord.adapters.inbox import CUT_BYTES, Drained, Inbox, RawMessage
from monitord.adapters.mqtt.topics import BadTopic, Topics
from monitord.domain.events import Arrival, Command, Rejection
from monitord.domain.time import TOO_LATE, Millis


@dataclass(frozen=True, slots=True)
class Intake:
    """Drains the inbox at a tick and reads what it held.

    `ahead_ms` tells by how much our own clock is ahead of the wall, after that was set back.
    """

    inbox: Inbox
    topics: Topics
    ahead_ms: Callable[[], Millis] = lambda: 0

    def first(self) -> Millis:
        """Return when the oldest waiting message arrived; NEVER when none waits."""
        return self.inbox.first()

    def take(self, now: Millis) -> list[Arrival]:
        """Return everything received by `now`, read or refused, in order of arrival."""
        drained = self.inbox.drain(now)
        arrivals: list[Arrival] = []
        for message in drained.messages:
            arrivals.extend(self._read(message))
        arrivals.extend(self._overflow(drained, now))
        ahead_ms = self.ahead_ms()
        return [_answer_by_our_clock(one, ahead_ms) for one in arrivals] if ahead_ms else arrivals

    def _read(self, message: RawMessage) -> list[Arrival]:
        topic, payload, received, size = message
        address = self.topics.read(topic)
        if isinstance(address, BadTopic):
            return [_refused(message, "bad_topic", address.detail)]
        if size > self.inbox.payload_bytes:
            detail = f"the payload has {size} bytes, at most {self.inbox.payload_bytes} are taken"
            return [_refused(message, "payload_too_large", f"{detail}; send smaller arrays")]
        ward, patient, kind = address.ward, address.patient, address.kind
        most = self.inbox.payload_bytes
        return decode(payload, received, ward=ward, patient=patient, kind=kind, max_bytes=most)

    def _overflow(self, drained: Drained, now: Millis) -> Iterator[Rejection]:
        if drained.refused:
            limits = f"{self.inbox.max_messages} messages or {self.inbox.max_bytes} bytes"
            detail = f"{drained.refused} messages were refused: the inbox holds at most {limits}"
            yield Rejection(now, "inbox_full", f"{detail}; see [limits]", "")


def _answer_by_our_clock(arrival: Arrival, ahead_ms: Millis) -> Arrival:
    """Tell when an answer was given by the clock that told when its alert began to ring.

    Else an answer to what rings now would pass for one from before, and the alert ring on.
    """
    if not isinstance(arrival, Command):
        return arrival
    until = arrival.until
    return arrival._replace(
        time=by_our_clock(arrival.time, arrival.received, ahead_ms),
        until=None if until is None else min(until + ahead_ms, TOO_LATE - 1),
    )


def _refused(message: RawMessage, reason: str, detail: str) -> Rejection:
    shown = message.payload[:CUT_BYTES].decode(errors="replace")
    return Rejection(message.received, reason, detail, shown)
