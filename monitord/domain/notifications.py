"""What a person is told of an alert over one channel, and how far it got.

The id of a notification is made of what it is, not of when it was made: the same alert, step,
round, channel and purpose give the same id in every run, so that sending it twice is harmless.
The states follow the alert communication of IHE ACM, as far as a channel can tell them.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from monitord.domain.alerts import Condition, Priority
from monitord.domain.time import Millis


class Purpose(StrEnum):
    """What a channel is asked to do."""

    TRIGGER = "trigger"  # call somebody
    ACKNOWLEDGE = "acknowledge"  # somebody has it: stop calling
    RESOLVE = "resolve"  # it is over


class DeliveryState(StrEnum):
    """How far a notification got; each later one is better, but for the last two."""

    QUEUED = "queued"  # written down, not sent yet, or to be sent again
    SENT = "sent"  # the channel took it
    DELIVERED = "delivered"  # the channel says that it reached the person's device
    ACCEPTED = "accepted"  # the person's device or the person answered
    FAILED = "failed"  # the channel refused it for good
    EXPIRED = "expired"  # it could not be sent while it mattered


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing to tell over one channel; `round` counts how often the chain began anew."""

    alert: str
    purpose: Purpose
    channel: str
    step: int
    round: int
    patient: str
    ward: str
    bed: str | None
    rule: str
    condition: Condition
    priority: Priority
    title: str
    message: str
    action: str
    source: str
    raised_at: Millis
    queued_at: Millis
    expires_at: Millis
    is_drill: bool = False

    @property
    def id(self) -> str:
        """The same wherever and whenever it is made; the idempotency key of every channel.

        A drill's begins with another letter than a real one's.
        """
        parts = (self.alert, self.purpose, self.channel, str(self.step), str(self.round))
        letter = "d" if self.is_drill else "n"
        return letter + blake2b("\0".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: the state reached, and what the channel said.

    `receipt` is the channel's own name for it; `retry_after_ms` what it asked for, when it asked.
    A state of QUEUED means: not now, try again.
    """

    state: DeliveryState
    detail: str = ""
    receipt: str | None = None
    retry_after_ms: Millis | None = None
