"""Highest and lowest of a window, carried on from what they were when one newer value came.

A window need not be read again when its history only grew by one value at its end: a new extreme
takes over, any other value changes nothing until the old extreme leaves.
"""

from dataclasses import dataclass

import numpy as np

from monitord.domain.features import Column, SignalFeature, SignalMeasure
from monitord.domain.time import Millis
from monitord.windows.batch import PLANE, Rows
from monitord.windows.grid import Grid
from monitord.windows.spans import Answers


@dataclass(frozen=True, slots=True)
class Running:
    """A highest (`sign` 1) or lowest (-1) over `reach_slots` slots of `slot_ms`."""

    plane: int
    sign: int
    reach_slots: int
    slot_ms: Millis

    def all_carried_on(self, grid: Grid, rows: Rows, old: Answers, now: Millis) -> Answers:
        """Give the extremes of many rows after their last values came."""
        last = grid.last_value[self.plane, rows].astype(np.float64)
        dues = (grid.last_time[self.plane, rows] // self.slot_ms + self.reach_slots) * self.slot_ms
        is_better = np.isnan(old.values) | (last * self.sign >= old.values * self.sign)
        is_better &= dues > now
        return Answers(np.where(is_better, last, old.values), np.where(is_better, dues, old.dues))


def running(column: Column, grid: Grid) -> Running | None:
    """Make the running extreme of a column, if it is one of a regular signal."""
    match column:
        case SignalFeature(_, signal, SignalMeasure.MAX | SignalMeasure.MIN, int(window_ms)) if (
            PLANE[signal] >= 0
        ):
            slot_ms = grid.ring_for(window_ms).slot_ms
            sign = 1 if column.measure is SignalMeasure.MAX else -1
            return Running(PLANE[signal], sign, -(-window_ms // slot_ms), slot_ms)
        case _:
            return None
