"""How each feature is read from memory: for one row, and for many rows of a busy ward at once.

A reader gives the value in whole units (NaN where unknown) and the instant at which it may change
although nothing arrives. It must give the same answer for one row and for many.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from monitord.domain.features import (
    BaselineFeature,
    Column,
    ContextFeature,
    ContextName,
    Elapsed,
    LastSince,
    ScaleColumn,
    ScaleFeature,
    ScaleMeasure,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.time import NEVER, Millis
from monitord.windows.batch import PLANE, Rows
from monitord.windows.context import CONTEXT, One, doses, given
from monitord.windows.course import overdue
from monitord.windows.crowds import (
    can_elapse_together,
    elapsed_of_many,
    elsewhere_of_many,
    last_of_many,
    stale_of_many,
)
from monitord.windows.memory import Key, Memory, Touch
from monitord.windows.moments import (
    anchor,
    elapsed,
    elsewhere,
    feed_elapsed,
    last_reader,
    rise,
    stale,
)
from monitord.windows.rhythm import usual_at_this_hour
from monitord.windows.samples import Answer, measure_samples
from monitord.windows.spans import Answers, measure_alone, measure_window
from monitord.windows.states import last_since
from monitord.windows.usual import usual, usual_of_many

Many: TypeAlias = Callable[[Memory, Rows, Millis], Answers]


def keys_of(feature: Column) -> tuple[Key, ...]:
    """Name what must be touched before a feature can change other than by time."""
    match feature:
        case Elapsed(ScaleFeature()):
            return ()  # the engine reads it again when the episode changes
        case Elapsed(age, _):
            assert not isinstance(age, ScaleFeature)
            return keys_of(age)
        case SignalFeature(_, signal, SignalMeasure.OVERDUE):
            return (signal, Touch.TREATMENT, Touch.STAY)
        case SignalFeature(_, signal, SignalMeasure.USUAL | SignalMeasure.RISE):
            return (signal, Touch.STAY)
        case SignalFeature(_, signal):
            return (signal,)
        case LastSince(_, signal, state):
            return (signal, *keys_of(state))
        case TreatmentFeature() | ScaleColumn(ScaleFeature(_, ScaleMeasure.AT)):
            return (Touch.TREATMENT,)
        case ContextFeature(ContextName.PATIENT_SILENCE):
            return (Touch.HEARD,)
        case ContextFeature(ContextName.FEED_SILENCE):
            return (Touch.FEED,)
        case ContextFeature(
            ContextName.AGE_YEARS
            | ContextName.CHILD
            | ContextName.DEVELOPMENTAL_DELAY
            | ContextName.SPO2_SCALE
        ):
            return (Touch.STAY,)
        case ContextFeature():
            return (Touch.TREATMENT,)
        case BaselineFeature():
            return (Touch.STAY,)
        case _:
            return ()


def one_reader(feature: Column) -> One:
    """Choose how a feature is read for one row."""
    match feature:
        case SignalFeature():
            return _one_signal(feature)
        case LastSince():
            return lambda memory, row, now: last_since(memory, feature, row, now)
        case Elapsed(ContextFeature(ContextName.FEED_SILENCE), limit_ms):
            return lambda memory, row, now: feed_elapsed(memory, row, limit_ms, now)
        case Elapsed(age, limit_ms):
            return lambda memory, row, now: elapsed(anchor(memory, age, row), limit_ms, now)
        case TreatmentFeature(_, treatment, TreatmentMeasure.RUNNING):
            return lambda memory, row, _: Answer(
                float(memory.treatments.is_running[treatment, row]), NEVER
            )
        case TreatmentFeature(_, treatment, measure, int(window_ms)):
            read = doses if measure is TreatmentMeasure.COUNT else given
            return lambda memory, row, now: read(memory, treatment, row, window_ms, now)
        case BaselineFeature(_, signal):
            return lambda memory, row, _: Answer(float(memory.roster.baseline[signal, row]), NEVER)
        case ContextFeature(name):
            return CONTEXT[name]
        case _:
            raise AssertionError(f"{feature!r} is not read from memory")


def many_reader(feature: Column) -> Many | None:
    """Choose how a feature is read for many rows at once, if it can be."""
    match feature:
        case Elapsed() if can_elapse_together(feature):
            return lambda memory, rows, now: elapsed_of_many(memory, feature, rows, now)
        case SignalFeature(_, signal, measure, window_ms) if PLANE[signal] >= 0:
            if window_ms is not None:
                return lambda memory, rows, now: measure_window(memory.grid, feature, rows, now)
            of_many = _OF_MANY.get(measure)
            if of_many is not None:
                return lambda memory, rows, now: of_many(memory, signal, rows, now)
    return None


_OF_MANY: Final = {
    SignalMeasure.LAST: last_of_many,
    SignalMeasure.STALE: stale_of_many,
    SignalMeasure.ELSEWHERE: elsewhere_of_many,
    SignalMeasure.USUAL: usual_of_many,
}


def _one_signal(feature: SignalFeature) -> One:
    signal, is_regular = feature.signal, PLANE[feature.signal] >= 0
    if feature.window_ms is not None:
        if is_regular:
            return lambda memory, row, now: Answer(*measure_alone(memory.grid, feature, row, now))
        return lambda memory, row, now: measure_samples(memory.series, feature, row, now)
    match feature.measure:
        case SignalMeasure.LAST:
            return last_reader(signal)
        case SignalMeasure.STALE:
            return lambda memory, row, now: stale(memory, signal, row, now)
        case SignalMeasure.ELSEWHERE:
            return lambda memory, row, now: elsewhere(memory, signal, row, now)
        case SignalMeasure.OVERDUE:
            return lambda memory, row, now: overdue(memory, signal, row, now)
        case SignalMeasure.USUAL:
            return lambda memory, row, now: usual(memory, signal, row, now)
        case SignalMeasure.USUAL_AT_THIS_HOUR:
            return lambda memory, row, now: usual_at_this_hour(memory, signal, row, now)
        case SignalMeasure.RISE:
            return lambda memory, row, now: rise(memory, signal, row, now)
        case _:
            raise AssertionError(f"{feature!r} is no column of its own")
