"""What the outbox hands out, and the one error it raises."""

from typing import NamedTuple

from monitord.domain.notifications import DeliveryState, Notification
from monitord.domain.time import Millis


class OutboxProblem(RuntimeError):
    """The outbox cannot keep its promise; tells what was found, what was expected, what to do."""


class Taken(NamedTuple):
    """What a call of `take` changed: the new, and those that no longer need to be sent."""

    new: list[Notification]
    overtaken: list[Notification]


class Due(NamedTuple):
    """A notification to be sent now, or given up, and how often it was tried before."""

    notification: Notification
    attempts: int


class Record(NamedTuple):
    """How far a notification got; `updated_at` is when that was last heard of."""

    notification: Notification
    state: DeliveryState
    attempts: int
    next_attempt_at: Millis
    detail: str
    receipt: str | None
    updated_at: Millis
