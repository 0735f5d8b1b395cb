"""Short ways to bring one cell up to date: what nearly every reading needs, and nothing else.

A shortcut updates the cell of a row in place and tells whether its value changed; where it does not
apply it gives None and the cell is read in full. It must leave the cell as a full reading would:
`tests/properties/test_windows.py` holds the two together.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from monitord.domain.features import (
    Column,
    ContextFeature,
    ContextName,
    Elapsed,
    SignalFeature,
    SignalMeasure,
)
from monitord.domain.pathway import Course
from monitord.domain.time import HOUR, LONG_AGO, NEVER, Millis
from monitord.windows.batch import PLANE, Numbers
from monitord.windows.course import LYMPHODEPLETION
from monitord.windows.memory import Memory
from monitord.windows.running import Running, running
from monitord.windows.samples import UNKNOWN
from monitord.windows.treatments import INFUSION

Shortcut: TypeAlias = Callable[[int, Millis], bool | None]

# Nothing measured within this long counts yet for what is usual (`usual`, `rhythm`).
TODAY_MS: Final = 22 * HOUR


class Cells(NamedTuple):
    """One column of the table, over rows: views, so that writing here writes there."""

    values: NDArray[np.float64]
    due: NDArray[np.int64]


def shortcut(column: Column, cells: Cells, memory: Memory) -> Shortcut | None:
    """Choose the short way for a column, if there is one."""
    runs = running(column, memory.grid)
    if runs is not None:
        return _extreme(runs, cells, memory)
    grid = memory.grid
    match column:
        case Elapsed(ContextFeature(ContextName.PATIENT_SILENCE | ContextName.FEED_SILENCE), ms):
            return _wait(memory.roster.heard_at, ms, cells)
        case Elapsed(SignalFeature(_, signal), ms) if PLANE[signal] >= 0:
            return _wait(grid.last_time[PLANE[signal]], ms, cells)
        case SignalFeature(_, signal, SignalMeasure.LAST) if PLANE[signal] >= 0:
            return _last(signal, cells, memory)
        case SignalFeature(_, signal, SignalMeasure.USUAL) if PLANE[signal] >= 0:
            return _usual(signal, cells, memory)
        case SignalFeature(_, signal, SignalMeasure.USUAL_AT_THIS_HOUR) if PLANE[signal] >= 0:
            return _of_days_ago(PLANE[signal], cells, memory)
        case SignalFeature(_, signal, SignalMeasure.STALE) if PLANE[signal] >= 0:
            return _wait(grid.last_time[PLANE[signal]], memory.stale_after_ms[signal] + 1, cells)
        case SignalFeature(_, signal, SignalMeasure.ELSEWHERE) if PLANE[signal] >= 0:
            return _unmarked(signal, cells, memory)
        case SignalFeature(_, signal, SignalMeasure.OVERDUE):
            return _unscheduled(signal, cells, memory)
        case _:
            return None


def _last(signal: int, cells: Cells, memory: Memory) -> Shortcut:
    """The last value of a regular signal, until it is stale."""
    plane, lasts_ms = PLANE[signal], memory.stale_after_ms[signal] + 1
    values, due = cells
    last_time, last_value = memory.grid.last_time[plane], memory.grid.last_value[plane]

    def update(row: int, now: Millis) -> bool:
        stale_at = last_time.item(row) + lasts_ms
        is_fresh = now < stale_at
        value = last_value.item(row) if is_fresh else UNKNOWN
        due[row] = stale_at if is_fresh else NEVER
        old = values.item(row)
        if value == old or (value != value and old != old):
            return False
        values[row] = value
        return True

    return update


def _extreme(runs: Running, cells: Cells, memory: Memory) -> Shortcut:
    """A highest or lowest, where the history only grew by one newer value at its end."""
    values, due = cells
    sign, slot_ms, reach_slots = runs.sign, runs.slot_ms, runs.reach_slots
    last_time, last_value = memory.grid.last_time[runs.plane], memory.grid.last_value[runs.plane]
    rewritten = memory.grid.rewritten[runs.plane]

    def update(row: int, now: Millis) -> bool | None:
        if rewritten.item(row) or due.item(row) <= now:
            return None
        leaves_at = (last_time.item(row) // slot_ms + reach_slots) * slot_ms
        last, old = last_value.item(row), values.item(row)
        if leaves_at <= now or last * sign < old * sign:
            return False
        due[row] = leaves_at
        if last == old:
            return False
        values[row] = last
        return True

    return update


def _usual(signal: int, cells: Cells, memory: Memory) -> Shortcut:
    """What is usual: what the stay says, whatever is measured, or else what days gone by say."""
    values, due = cells
    baseline, by_days = memory.roster.baseline[signal], _of_days_ago(PLANE[signal], cells, memory)

    def update(row: int, now: Millis) -> bool | None:
        told = baseline.item(row)
        if told != told:
            return by_days(row, now)
        due[row] = NEVER
        if told == values.item(row):
            return False
        values[row] = told
        return True

    return update


def _of_days_ago(plane: int, cells: Cells, memory: Memory) -> Shortcut:
    """What rests on days gone by alone, which a newer value does not change."""
    _, due = cells
    last_time, rewritten = memory.grid.last_time[plane], memory.grid.rewritten[plane]

    def update(row: int, now: Millis) -> bool | None:
        is_of_today = last_time.item(row) >= now - TODAY_MS
        if rewritten.item(row) or not is_of_today or not now < due.item(row) < NEVER:
            return None
        return False

    return update


def _wait(since: Numbers, lasts_ms: Millis, cells: Cells) -> Shortcut:
    """A wait for a span to pass since an instant (one a row), where news only puts off its end."""
    values, due = cells

    def update(row: int, now: Millis) -> bool | None:
        ends_at = since.item(row) + lasts_ms
        if ends_at <= now or values.item(row) != 0 or not now < due.item(row) < NEVER:
            return None
        due[row] = ends_at
        return False

    return update


def _unmarked(signal: int, cells: Cells, memory: Memory) -> Shortcut:
    """No other cause: the last finding has no mark, as hardly any has, and only waits to be old."""
    plane = PLANE[signal]
    is_elsewhere = memory.grid.last_is_elsewhere[plane]
    wait = _wait(memory.grid.last_time[plane], memory.stale_after_ms[signal] + 1, cells)
    return lambda row, now: None if is_elsewhere.item(row) else wait(row, now)


def _unscheduled(signal: int, cells: Cells, memory: Memory) -> Shortcut | None:
    """Not overdue before the course begins, where nothing is scheduled."""
    if memory.due_every_ms[Course.BASELINE][signal] is not None:
        return None
    values = cells.values
    prepared_at = memory.treatments.given_at[LYMPHODEPLETION]
    infused_at = memory.treatments.given_at[INFUSION]

    def update(row: int, _: Millis) -> bool | None:
        has_begun = prepared_at.item(row) != LONG_AGO or infused_at.item(row) != LONG_AGO
        return None if has_begun or values.item(row) != 0 else False

    return update
