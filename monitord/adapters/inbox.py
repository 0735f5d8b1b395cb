"""What arrived and waits for the next tick: bounded by messages and by bytes, in order of arrival.

Putting is all that happens when a message arrives; nothing is read or judged here. What does not
fit is refused and counted, never quietly lost. Knowledge: design.md, the idea in five lines.
"""

from bisect import bisect_right
from typing import Final, NamedTuple

from monitord.domain.time import NEVER, Millis

# Kept free for answers of people: a monitor that floods us must not keep an alert ringing that
# somebody has. The house's own numbers: more than a ward can answer between two ticks.
ANSWERS_KEPT: Final = 1_000
_ANSWERS_KEPT_BYTES: Final = 1024 * 1024
_ANSWER: Final = "/command"  # contract section 4: the last level of their topic

CUT_BYTES: Final = 4096  # contract section 4: what is shown of a refused payload


class RawMessage(NamedTuple):
    """One message as it arrived; `size` is its whole length, also where `payload` was cut."""

    topic: str
    payload: bytes
    received: Millis
    size: int


class Drained(NamedTuple):
    """What one tick takes in, and how many messages were refused since the last one."""

    messages: list[RawMessage]
    refused: int


class Inbox:
    """The messages between two ticks; one writer and one reader in one thread.

    Messages must be put in the order of their `received` instants.
    """

    __slots__ = ("_bytes", "_messages", "_refused", "max_bytes", "max_messages", "payload_bytes")

    def __init__(self, *, max_messages: int, max_bytes: int, payload_bytes: int) -> None:
        """Bound the inbox; payloads longer than `payload_bytes` are kept cut at 4 KiB."""
        self.max_messages = max_messages
        self.max_bytes = max_bytes
        self.payload_bytes = payload_bytes
        self._messages: list[RawMessage] = []
        self._bytes = 0
        self._refused = 0

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def bytes_held(self) -> int:
        """The bytes of all topics and payloads that wait."""
        return self._bytes

    def put(self, topic: str, payload: bytes, received: Millis) -> bool:
        """Take a message in; false, and counted, when the inbox is full.

        For people's answers there is room left when there is none for anything else.
        """
        size = len(payload)
        kept = payload if size <= self.payload_bytes else payload[:CUT_BYTES]
        held = self._bytes + len(kept) + len(topic)
        most, most_bytes = self.max_messages, self.max_bytes
        if topic.endswith(_ANSWER):
            most, most_bytes = most + ANSWERS_KEPT, most_bytes + _ANSWERS_KEPT_BYTES
        if len(self._messages) >= most or held > most_bytes:
            self._refused += 1
            return False
        self._messages.append(RawMessage(topic, kept, received, size))
        self._bytes = held
        return True

    def first(self) -> Millis:
        """The instant at which the oldest waiting message arrived; NEVER when there is none."""
        return self._messages[0].received if self._messages else NEVER

    def drain(self, now: Millis) -> Drained:
        """Hand over everything received up to and including `now`, and the count refused."""
        taken = self._messages
        if not taken or taken[-1].received <= now:
            self._messages, self._bytes = [], 0
        else:
            count = bisect_right(taken, now, key=_received)
            self._messages, taken = taken[count:], taken[:count]
            self._bytes -= sum(len(message.payload) + len(message.topic) for message in taken)
        refused, self._refused = self._refused, 0
        return Drained(taken, refused)


def _received(message: RawMessage) -> Millis:
    return message.received
