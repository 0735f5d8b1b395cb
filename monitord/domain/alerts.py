"""The words of an alert's life, as IEEE 11073 and the profession use them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from monitord.domain.time import HOUR, MINUTE, Millis

# What is about the whole feed, or the monitoring itself, stands under this name, as if it were a
# patient; a patient of the name is refused at the door.
FEED: Final = "_feed"
FEED_WARD: Final = "_"


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
    """What the life of an alert needs to know of the rule that raises it.

    `inhibits` are the ids of the rules whose alerts call nobody while this one's is raised.
    """

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
    inhibits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertLimits:
    """How long a silence may last, and how long an alert that ended may come back as the same.

    No guideline gives these numbers: they are the house's own, to be confirmed by each site.
    """

    silence_max_high_ms: Millis = 10 * MINUTE
    silence_max_medium_ms: Millis = 30 * MINUTE
    silence_max_low_ms: Millis = 2 * HOUR
    flap_window_ms: Millis = HOUR

    def silence_max_ms(self, priority: Priority) -> Millis:
        """Return the longest silence of an alert of this priority."""
        match priority:
            case Priority.HIGH:
                return self.silence_max_high_ms
            case Priority.MEDIUM:
                return self.silence_max_medium_ms
            case Priority.LOW:
                return self.silence_max_low_ms
