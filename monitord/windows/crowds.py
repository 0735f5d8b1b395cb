"""What is asked of many patients at once: the same answers as one by one, as columns."""

import numpy as np

from monitord.domain.features import ContextFeature, ContextName, Elapsed, SignalFeature
from monitord.domain.time import LONG_AGO, NEVER, Millis
from monitord.windows.batch import PLANE, Flags, Numbers, Rows
from monitord.windows.memory import Memory
from monitord.windows.samples import UNKNOWN
from monitord.windows.spans import Answers


def last_of_many(memory: Memory, signal: int, rows: Rows, now: Millis) -> Answers:
    """Give the values measured last, until they are stale."""
    stale_at = _stale_at(memory, signal, rows)
    is_fresh = now < stale_at
    values = memory.grid.last_value[PLANE[signal], rows]
    return Answers(np.where(is_fresh, values, UNKNOWN), np.where(is_fresh, stale_at, NEVER))


def stale_of_many(memory: Memory, signal: int, rows: Rows, now: Millis) -> Answers:
    """Tell whose last value has grown too old."""
    stale_at = _stale_at(memory, signal, rows)
    was_measured = memory.grid.last_time[PLANE[signal], rows] != LONG_AGO
    is_stale = (now >= stale_at) & was_measured
    waits = (now < stale_at) & was_measured
    return Answers(is_stale.astype(np.float64), np.where(waits, stale_at, NEVER))


def elsewhere_of_many(memory: Memory, signal: int, rows: Rows, now: Millis) -> Answers:
    """Tell whose last finding was given another cause."""
    stale_at = _stale_at(memory, signal, rows)
    is_fresh: Flags = now < stale_at
    marked = memory.grid.last_is_elsewhere[PLANE[signal], rows] & is_fresh
    return Answers(marked.astype(np.float64), np.where(is_fresh, stale_at, NEVER))


def can_elapse_together(elapsed: Elapsed) -> bool:
    """Tell whether `elapsed_of_many` knows what the span counts from."""
    match elapsed.age:
        case SignalFeature(_, signal):
            return PLANE[signal] >= 0
        case ContextFeature(ContextName.PATIENT_SILENCE):
            return True
        case _:
            return False


def elapsed_of_many(memory: Memory, elapsed: Elapsed, rows: Rows, now: Millis) -> Answers:
    """Tell for whom a span has passed."""
    if isinstance(elapsed.age, SignalFeature):
        times = memory.grid.last_time[PLANE[elapsed.age.signal], rows]
        anchors = np.where(times == LONG_AGO, memory.roster.admitted_at[rows], times)
    else:
        anchors = memory.roster.heard_at[rows]
    is_over = now >= anchors + elapsed.limit_ms
    is_unknown = anchors == LONG_AGO
    values = np.where(is_unknown, UNKNOWN, is_over.astype(np.float64))
    return Answers(values, np.where(is_over | is_unknown, NEVER, anchors + elapsed.limit_ms))


def _stale_at(memory: Memory, signal: int, rows: Rows) -> Numbers:
    times: Numbers = memory.grid.last_time[PLANE[signal], rows]
    return times + (memory.stale_after_ms[signal] + 1)
