"""Everything that a scale or a rule may ask of a patient, as hashable column keys.

Two equal features are one column of the engine. This room computes nothing.
Knowledge: the language is described in docs/rules.md; `windows` says what each measure means.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from monitord.domain.time import Millis


class Comparator(StrEnum):
    """How two quantities are compared."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"
    EQUAL = "=="
    DIFFERENT = "!="


class SignalMeasure(StrEnum):
    """What may be asked of a signal.

    In canonical units: last, usual, usual_at_this_hour, rise, min, max, mean; slope in canonical
    units per hour. Spans: age, seconds_beyond. Plain numbers: count, share_valid (0 to 1). Truths:
    stale; overdue by the unit's schedule; and elsewhere, which tells that the assessor gave the
    last finding another cause.
    """

    LAST = "last"
    AGE = "age"
    STALE = "stale"
    OVERDUE = "overdue"
    USUAL = "usual"
    USUAL_AT_THIS_HOUR = "usual_at_this_hour"
    RISE = "rise"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    COUNT = "count"
    SLOPE = "slope"
    SHARE_VALID = "share_valid"
    SECONDS_BEYOND = "seconds_beyond"
    ELSEWHERE = "elsewhere"


class TreatmentMeasure(StrEnum):
    """What may be asked of a treatment: two truths, a number, the span since it was last given."""

    RUNNING = "running"
    GIVEN = "given"
    COUNT = "count"
    AGE = "age"


class ScaleMeasure(StrEnum):
    """What may be asked of a scale: its interval now, of its history, of its episode.

    `at` is what it said when a treatment was last given or started. Of the present episode: its
    peak, an interval, and its age, the span since it began.
    """

    NOW = "now"
    MIN = "min"
    MAX = "max"
    AT = "at"
    PEAK = "peak"
    AGE = "age"


class ContextName(StrEnum):
    """What is known of a patient besides signals: truths, plain numbers and two spans.

    `phase` is a word of `domain.pathway`: the part of the course around the infusion.
    `vasopressors` counts those that run, vasopressin excluded; `spo2_scale` is NEWS2's, 1 or 2;
    `child` is true of those known to be under 18 years: who is of unknown age is watched as an
    adult, whose limits are the stricter ones.
    """

    INFUSED = "infused"
    DAYS_SINCE_INFUSION = "days_since_infusion"
    PHASE = "phase"
    AGE_YEARS = "age_years"
    CHILD = "child"
    DEVELOPMENTAL_DELAY = "developmental_delay"
    FEVER_WAIVED = "fever_waived"
    SEDATED = "sedated"
    VASOPRESSORS = "vasopressors"
    SPO2_SCALE = "spo2_scale"
    PATIENT_SILENCE = "patient.silence"
    FEED_SILENCE = "feed.silence"


@dataclass(frozen=True, slots=True)
class SignalFeature:
    """One measure of one signal; `limit` (canonical unit) goes with `comparison`.

    `is_counted` leaves out of a minimum or maximum what the assessor gave another cause.
    """

    word: str
    signal: int
    measure: SignalMeasure
    window_ms: Millis | None = None
    comparison: Comparator | None = None
    limit: Decimal | None = None
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class TreatmentFeature:
    """One measure of one treatment; `given` and `count` have a window."""

    word: str
    treatment: int
    measure: TreatmentMeasure
    window_ms: Millis | None = None


@dataclass(frozen=True, slots=True)
class BaselineFeature:
    """What the patient's stay says is usual for a signal, in canonical units."""

    word: str
    signal: int


@dataclass(frozen=True, slots=True)
class ContextFeature:
    """One context word."""

    name: ContextName


@dataclass(frozen=True, slots=True)
class LastSince:
    """The last value of a signal, unknown if it was measured in another state than the present.

    `state` is the last word of a coded signal, or a context word such as `sedated`. A value is of
    the present state from the reading on that first had the word, or after a treatment's start.
    """

    word: str
    signal: int
    state: SignalFeature | ContextFeature


@dataclass(frozen=True, slots=True)
class ScaleFeature:
    """One measure of a scale, an interval; `min` and `max` have a window, `at` a treatment."""

    scale: str
    measure: ScaleMeasure = ScaleMeasure.NOW
    window_ms: Millis | None = None
    treatment: int | None = None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Whether a span has passed since what an age counts from: at least that long, a truth."""

    age: SignalFeature | TreatmentFeature | ContextFeature | ScaleFeature
    limit_ms: Millis


Feature: TypeAlias = (
    SignalFeature | TreatmentFeature | BaselineFeature | ContextFeature | ScaleFeature
)


@dataclass(frozen=True, slots=True)
class ScaleColumn:
    """One end of what a scale feature's interval can be."""

    feature: ScaleFeature
    is_high: bool


# What can be a column of the engine: a feature that is one by itself, what only scales ask for, or
# one of the two ways a feature becomes columns.
Column: TypeAlias = (
    SignalFeature
    | TreatmentFeature
    | BaselineFeature
    | ContextFeature
    | LastSince
    | Elapsed
    | ScaleColumn
)
