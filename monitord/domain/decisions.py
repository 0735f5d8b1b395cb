"""Everything that may leave the core; `adapters.codecs.native` fixes how each is written."""

from typing import NamedTuple, TypeAlias

from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.notifications import DeliveryState, Purpose
from monitord.domain.time import Millis


class Evidence(NamedTuple):
    """One value that a decision rests on, as it is shown: canonical unit, time measured."""

    signal: str
    value: int | float | str
    unit: str
    time: Millis


class Assessment(NamedTuple):
    """A scale's interval for one patient has changed; `missing` would narrow it.

    The ends are whole grades, or numbers with the scale's decimals.
    """

    patient: str
    time: Millis
    scale: str
    low: int | float
    high: int | float
    missing: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    because: str


class AlertChange(NamedTuple):
    """One alert moved from one phase to another, for a named reason.

    Where only who is called has changed, it moved to its own phase. `silenced_until` and
    `inhibited_by` (an alert's id) say that it calls nobody now. The alerts of a patient share an
    `episode` from the first that was raised until all are over. `flaps` is how often it came back.
    """

    alert: str
    patient: str
    ward: str
    time: Millis
    rule: str
    rule_version: int
    pack: str
    condition: Condition
    priority: Priority
    from_phase: Phase
    to_phase: Phase
    reason: str
    message: str
    evidence: tuple[Evidence, ...]
    action: str
    source: str
    silenced_until: Millis | None = None
    inhibited_by: str | None = None
    episode: str | None = None
    flaps: int = 0


class Rejected(NamedTuple):
    """Something that arrived was refused, by name; nothing else was touched."""

    time: Millis
    reason: str
    detail: str
    event: str


class Notice(NamedTuple):
    """Something a person may want to know that asks nothing of them."""

    time: Millis
    notice: str
    patient: str
    detail: str


class NotificationChange(NamedTuple):
    """A notification got as far as `state` with its `attempt`, counted from 1; 0 is before any.

    It is the daemon's decision, not the core's: who is called hangs on what channels answer, so a
    replay has none. `notification` is the id that every channel is given, `step` the place in the
    chain, counted from 0.
    """

    alert: str
    channel: str
    attempt: int
    state: DeliveryState
    time: Millis
    notification: str
    purpose: Purpose
    step: int


Decision: TypeAlias = Assessment | AlertChange | Rejected | Notice
# What the stream of decisions of a running daemon holds.
Announcement: TypeAlias = Decision | NotificationChange
