"""What is remembered of a live alert, and what its life tells the outside.

Plain frozen records, so that a snapshot is a copy. Nothing here decides.
"""

from hashlib import blake2b
from typing import NamedTuple

from monitord.alerts.transitions import Reason
from monitord.domain.alerts import Phase, Priority
from monitord.domain.time import Millis


class Transition(NamedTuple):
    """One alert moved; an acknowledgement that is renewed moves from ACKNOWLEDGED to itself."""

    rule: int
    row: int
    alert: str
    from_phase: Phase
    to_phase: Phase
    reason: Reason


class Refusal(NamedTuple):
    """A person asked for what is not possible; `detail` says what was found and what to do."""

    reason: Reason
    detail: str


class Acknowledgement(NamedTuple):
    """Somebody has it: who, why, since when, and the instant it runs out."""

    by: str
    why: str | None
    at: Millis
    until: Millis


class LiveAlert(NamedTuple):
    """An alert that is not QUIET.

    `since` is the instant it left QUIET, `raised_at` the first instant it was ACTIVE.
    `left_ms` is what is left of its hold (PENDING) or keep (later) while that timer stands still.
    """

    alert: str
    patient: str
    since: Millis
    changed_at: Millis
    reason: Reason
    left_ms: Millis
    raised_at: Millis | None = None
    acknowledgement: Acknowledgement | None = None


def alert_id(patient: str, rule: str, priority: Priority, since: Millis) -> str:
    """Name one episode of one alert: the same anywhere, opaque, and safe in an MQTT topic.

    >>> alert_id("p-1", "hypoxia", Priority.HIGH, 0)
    'a6a3b556d93a4bced'
    """
    text = "\0".join((patient, rule, priority.value, str(since)))
    return "a" + blake2b(text.encode()).hexdigest()[:16]
