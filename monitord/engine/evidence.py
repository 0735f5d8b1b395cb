"""What is shown as evidence of what a scale or a rule says.

What to show is chosen once, when the ward is made, and read when something moved.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, TypeAlias

import numpy as np

from monitord.domain.decisions import Evidence
from monitord.domain.features import (
    BaselineFeature,
    Column,
    ContextFeature,
    ContextName,
    Elapsed,
    LastSince,
    ScaleColumn,
    ScaleFeature,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.signals import SIGNALS, Signal
from monitord.domain.time import LONG_AGO, Millis
from monitord.domain.treatments import TREATMENTS
from monitord.windows.course import due_at
from monitord.windows.memory import Memory
from monitord.windows.states import present_since
from monitord.windows.treatments import SEDATIVES, VASOPRESSORS

DUE: Final = "due"

Shown: TypeAlias = Callable[[Memory, int, Millis], Iterable[Evidence]]


def shown(columns: Iterable[Column]) -> tuple[Shown, ...]:
    """Choose how the evidence behind columns is read: of a signal the last value, however old."""
    found = (_reader(column) for column in _chosen(columns))
    return tuple(reader for reader in found if reader is not None)


def _reader(column: Column) -> Shown | None:
    match column:
        case SignalFeature(_, signal, SignalMeasure.LAST):
            return partial(_last, SIGNALS[signal])
        case SignalFeature(_, signal, SignalMeasure.OVERDUE):
            return partial(_due, SIGNALS[signal])
        case SignalFeature():
            return partial(_extreme, column)
        case LastSince():
            return partial(_last_since, column)
        case TreatmentFeature(_, treatment, TreatmentMeasure.RUNNING):
            return partial(_running, [treatment])
        case TreatmentFeature(_, treatment):
            return partial(_given, treatment)
        case ContextFeature(ContextName.VASOPRESSORS):
            return partial(_running, np.flatnonzero(VASOPRESSORS).tolist())
        case ContextFeature(ContextName.SEDATED):
            return partial(_running, np.flatnonzero(SEDATIVES).tolist())
        case _:
            return None


def _chosen(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Keep one column for each signal, treatment or context that can be shown as evidence."""
    found: dict[Column, None] = {}
    for column in columns:
        match column:
            case SignalFeature(_, _, SignalMeasure.ELSEWHERE):
                continue
            case SignalFeature(word, signal, SignalMeasure.MAX | SignalMeasure.MIN) if (
                column.is_counted
            ):
                found[column] = None
            case SignalFeature(word, signal, measure):
                found[SignalFeature(word, signal, SignalMeasure.LAST)] = None
                if measure is SignalMeasure.OVERDUE:
                    found[column] = None
            case Elapsed(SignalFeature(word, signal)):
                found[SignalFeature(word, signal, SignalMeasure.LAST)] = None
            case Elapsed(TreatmentFeature(word, treatment)) | TreatmentFeature(
                word, treatment, TreatmentMeasure.GIVEN | TreatmentMeasure.COUNT
            ):
                found[TreatmentFeature(word, treatment, TreatmentMeasure.AGE)] = None
            case ScaleColumn(ScaleFeature(treatment=int(treatment))):
                word = TREATMENTS[treatment].word
                found[TreatmentFeature(word, treatment, TreatmentMeasure.AGE)] = None
            case TreatmentFeature() | ContextFeature() | LastSince():
                found[column] = None
            case BaselineFeature() | Elapsed() | ScaleColumn():
                continue
    return tuple(found)


def _last(signal: Signal, memory: Memory, row: int, _: Millis) -> Iterable[Evidence]:
    known = memory.last(signal.index, row)
    if known is None:
        return ()
    return (Evidence(signal.word, signal.value(known[1]), signal.unit, known[0]),)


def _due(signal: Signal, memory: Memory, row: int, now: Millis) -> Iterable[Evidence]:
    """Show since when a signal has been due, once it is."""
    due = due_at(memory, signal.index, row, now)
    return (Evidence(signal.word, DUE, "", due),) if due <= now else ()


def _last_since(feature: LastSince, memory: Memory, row: int, now: Millis) -> Iterable[Evidence]:
    """What was measured in another state is no evidence of this one."""
    signal = SIGNALS[feature.signal]
    since = present_since(memory, feature, row)
    return (told for told in _last(signal, memory, row, now) if told.time >= since)


def _extreme(feature: SignalFeature, memory: Memory, row: int, now: Millis) -> list[Evidence]:
    """Show the extreme of a window, to the slot, where the last value does not show it."""
    assert feature.window_ms is not None, feature
    known = memory.last(feature.signal, row)
    span = memory.grid.window(feature.signal, slice(row, row + 1), feature.window_ms, now)
    filled = span.is_counted()[:, 0].nonzero()[0]
    if known is None or not len(filled):
        return []
    if feature.measure is SignalMeasure.MAX:
        values = span.counted_high[filled, 0]
        value = int(values.max())
    else:
        values = span.counted_low[filled, 0]
        value = int(values.min())
    if known[1] == value:
        return []
    newest = filled[np.flatnonzero(values == value)[-1]]
    time = int(span.numbers[newest]) * memory.grid.ring_for(feature.window_ms).slot_ms
    told = SIGNALS[feature.signal]
    return [Evidence(told.word, told.value(value), told.unit, time)]


def _given(treatment: int, memory: Memory, row: int, now: Millis) -> Iterable[Evidence]:
    """Show when a treatment was last given or started, or that it runs."""
    given_at = int(memory.treatments.given_at[treatment, row])
    running = _running([treatment], memory, row, now)
    if running or given_at == LONG_AGO:
        return running
    return (Evidence(TREATMENTS[treatment].word, "given", "", given_at),)


def _running(treatments: list[int], memory: Memory, row: int, _: Millis) -> list[Evidence]:
    known = memory.treatments
    return [
        Evidence(TREATMENTS[at].word, "running", "", int(known.changed_at[at, row]))
        for at in treatments
        if known.is_running[at, row]
    ]
