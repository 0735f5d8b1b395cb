"""The words of an alert's life, as IEEE 11073 and the profession use them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from monitord.domain.time import Millis


class Truth(IntEnum):
    """Whether a condition holds; unknown is a value of its own."""

    FALSE = 0
    TRUE = 1
    UNKNOWN = 2


class Phase(IntEnum):
    """Where an alert stands in its life; the table of moves is `alerts.transitions`."""

    QUIET = 0
    PENDING = 1
    ACTIVE = 2
    ACKNOWLEDGED = 3
    LATCHED = 4


class Priority(StrEnum):
    """How soon a person must act (IEC 60601-1-8 words)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Condition(StrEnum):
    """What an alert is about: the patient, or the monitoring itself."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


class Maturity(StrEnum):
    """How far a rule is trusted; only stable and incubating rules page, sandbox runs in shadow."""

    SANDBOX = "sandbox"
    INCUBATING = "incubating"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class Scope(StrEnum):
    """What a rule watches: each patient, or the feed that brings all of them."""

    PATIENT = "patient"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """What the life of an alert needs to know of the rule that raises it."""

    rule: str
    version: int
    pack: str
    condition: Condition
    priority: Priority
    maturity: Maturity
    scope: Scope
    hold_ms: Millis
    keep_ms: Millis
    latching: bool
    ack_lasts_ms: Millis
    title: str
    action: str
    source: str
