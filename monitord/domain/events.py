"""Everything that may enter the core, after the door has read, checked and quantised it.

Values are whole units of their signal's resolution (`domain.signals`); times are `Millis`.
Records that come by the thousand are named tuples, because they are made once and never changed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from monitord.domain.time import Millis


class Status(StrEnum):
    """What the sender says of a value it may have sent before (FHIR Observation.status)."""

    FINAL = "final"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered-in-error"


class Quality(StrEnum):
    """What the device says of its own reading."""

    GOOD = "good"
    QUESTIONABLE = "questionable"
    BAD = "bad"


class StayAction(StrEnum):
    """What happened to a patient's place."""

    ADMIT = "admit"
    TRANSFER = "transfer"
    DISCHARGE = "discharge"


class TreatmentAction(StrEnum):
    """`given` is a moment; `started` and `stopped` bound an interval."""

    GIVEN = "given"
    STARTED = "started"
    STOPPED = "stopped"


class CommandAction(StrEnum):
    """What a person may ask of an alert."""

    ACKNOWLEDGE = "acknowledge"
    SILENCE = "silence"
    UNSILENCE = "unsilence"
    RESOLVE = "resolve"


class Observation(NamedTuple):
    """One measured value of one signal (an index into `domain.signals.SIGNALS`)."""

    patient: str
    time: Millis
    received: Millis
    signal: int
    value: int
    ward: str | None = None
    status: Status = Status.FINAL
    quality: Quality = Quality.GOOD
    attributable_elsewhere: bool = False
    id: str | None = None
    source: str | None = None
    seq: int | None = None


class Stay(NamedTuple):
    """A patient comes, moves or goes; `baseline` maps a signal's index to whole units."""

    patient: str
    time: Millis
    received: Millis
    action: StayAction
    ward: str | None = None
    bed: str | None = None
    age_years: float | None = None
    developmental_delay: bool | None = None
    baseline: Mapping[int, int] = {}
    language: str | None = None
    id: str | None = None
    source: str | None = None
    seq: int | None = None


class TreatmentEvent(NamedTuple):
    """A treatment (an index into `domain.treatments.TREATMENTS`) was given, started or stopped."""

    patient: str
    time: Millis
    received: Millis
    treatment: int
    action: TreatmentAction
    ward: str | None = None
    dose: str | None = None
    unit: str | None = None
    product: str | None = None
    id: str | None = None
    source: str | None = None
    seq: int | None = None


class Command(NamedTuple):
    """A person answers an alert, by its id or by the rule that raised it."""

    patient: str
    time: Millis
    received: Millis
    action: CommandAction
    by: str
    ward: str | None = None
    alert: str | None = None
    rule: str | None = None
    reason: str | None = None
    until: Millis | None = None
    id: str | None = None
    source: str | None = None
    seq: int | None = None


class Rejection(NamedTuple):
    """Something that arrived and was refused at the door, by name; `event` is cut at 4 KiB."""

    received: Millis
    reason: str
    detail: str
    event: str


Event: TypeAlias = Observation | Stay | TreatmentEvent | Command
Arrival: TypeAlias = Event | Rejection
