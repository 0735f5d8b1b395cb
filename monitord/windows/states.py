"""The last value of a signal, if it was measured in the state that the patient is in now.

A flow that was measured on another oxygen device says nothing of this one, and a test of the mind
that was taken before sedation began says nothing of the sedated patient.
"""

import numpy as np

from monitord.domain.features import ContextFeature, ContextName, LastSince
from monitord.domain.time import LONG_AGO, NEVER, Millis
from monitord.windows.memory import Memory
from monitord.windows.moments import last
from monitord.windows.samples import UNKNOWN, Answer
from monitord.windows.series import PLANE
from monitord.windows.treatments import SEDATIVES


def last_since(memory: Memory, feature: LastSince, row: int, now: Millis) -> Answer:
    """Give the last value until it is stale; unknown if it is of another state."""
    found = memory.last(feature.signal, row)
    if found is None or found[0] < present_since(memory, feature, row):
        return Answer(UNKNOWN, NEVER)
    return last(memory, feature.signal, row, now)


def present_since(memory: Memory, feature: LastSince, row: int) -> Millis:
    """Give the first instant that belongs to the present state; long ago without one."""
    match feature.state:
        case ContextFeature(ContextName.SEDATED):
            return _sedated_since(memory, row)
        case ContextFeature(name):
            raise AssertionError(f"{name} is no state that began at an instant")
        case state:
            return _word_since(memory, state.signal, row)


def _sedated_since(memory: Memory, row: int) -> Millis:
    """What was charted at the very start of sedation was still found without it."""
    treatments = memory.treatments
    is_running = treatments.is_running[SEDATIVES, row]
    if not is_running.any():
        return LONG_AGO
    return int(treatments.changed_at[SEDATIVES, row][is_running].max()) + 1


def _word_since(memory: Memory, signal: int, row: int) -> Millis:
    """Where the word is as old as the memory, it is taken to be no older."""
    plane = PLANE[signal]
    count = memory.series.count.item(plane, row)
    if not count:
        return LONG_AGO
    words = memory.series.value[plane, row, :count]
    others = np.flatnonzero(words != words[-1])
    first = int(others[-1]) + 1 if len(others) else 0
    return memory.series.time.item(plane, row, first)
