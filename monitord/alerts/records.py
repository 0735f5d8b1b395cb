"""What is remembered of a live alert, and what its life tells the outside.

Plain frozen records, so that a snapshot is a copy. Nothing here decides.
"""

from hashlib import blake2b
from typing import NamedTuple

from monitord.alerts.transitions import Reason
from monitord.domain.alerts import Phase, Priority
from monitord.domain.time import Millis


class Transition(NamedTuple):
    """One alert moved, or calls otherwise than before: then it moves from a phase to itself.

    `flapping` is how often it was on and off lately, and 0 while that is not often.
    """

    rule: int
    row: int
    alert: str
    from_phase: Phase
    to_phase: Phase
    reason: Reason
    silenced_until: Millis | None = None
    inhibited_by: str | None = None
    episode: str | None = None
    flaps: int = 0
    flapping: int = 0


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


class Silence(NamedTuple):
    """Somebody does not want to hear it for a while: who, why, since when, and until when."""

    by: str
    why: str | None
    at: Millis
    until: Millis


class LiveAlert(NamedTuple):
    """An alert that is not QUIET.

    `since` is the instant it first left QUIET, `raised_at` the first instant it was ACTIVE, and
    `rang_at` the last instant it became so: what a person said before was not said of this.
    `left_ms` is what is left of its hold (PENDING) or keep (later) while that timer stands still.
    `flaps` is how often it was raised again, `raised_lately` when within the flap window.
    `inhibited_by` is the alert it calls nobody for, `episode` the one it is part of.
    """

    alert: str
    patient: str
    since: Millis
    changed_at: Millis
    reason: Reason
    left_ms: Millis
    raised_at: Millis | None = None
    acknowledgement: Acknowledgement | None = None
    silence: Silence | None = None
    inhibited_by: str | None = None
    episode: str | None = None
    flaps: int = 0
    raised_lately: tuple[Millis, ...] = ()
    rang_at: Millis | None = None


class Ended(NamedTuple):
    """An alert that ended by itself, as it was, and when: it may come back as the same."""

    live: LiveAlert
    at: Millis


def alert_id(patient: str, rule: str, priority: Priority, since: Millis) -> str:
    """Name one life of one alert: the same anywhere, opaque, and safe in an MQTT topic.

    >>> alert_id("p-1", "hypoxia", Priority.HIGH, 0)
    'a6a3b556d93a4bced'
    """
    text = "\0".join((patient, rule, priority.value, str(since)))
    return "a" + blake2b(text.encode()).hexdigest()[:16]


def episode_id(patient: str, since: Millis) -> str:
    """Name what a patient's alerts make together, from the first one raised to the last one over.

    >>> episode_id("p-1", 0)
    'e5d8cd43dace6ef82'
    """
    return "e" + blake2b(f"{patient}\0{since}".encode()).hexdigest()[:16]
