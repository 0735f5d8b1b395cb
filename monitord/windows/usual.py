"""What is usual for a patient: what the stay says of a signal, or else the patient's own week."""

from typing import Final

import numpy as np

from monitord.domain.time import LONG_AGO, MINUTE, NEVER, Millis
from monitord.windows.batch import PLANE, Rows
from monitord.windows.memory import Memory
from monitord.windows.samples import UNKNOWN, Answer
from monitord.windows.spans import Answers

# A personal usual value is the mean of the week that ended a day ago, from at least this many
# half hours: a day's worth of charting every four hours. A choice of ours, without a source.
USUAL_SLOTS_MIN: Final = 6
_HALF_HOUR: Final = 30 * MINUTE


def usual(memory: Memory, signal: int, row: int, now: Millis) -> Answer:
    """Take what the stay says is usual, or the mean of the week that ended a day ago."""
    baseline = float(memory.roster.baseline[signal, row])
    if baseline == baseline or PLANE[signal] < 0:
        return Answer(baseline, NEVER)
    means, dues = usual_of_many(memory, signal, np.array([row]), now)
    return Answer(float(means[0]), int(dues[0]))


def usual_of_many(memory: Memory, signal: int, rows: Rows, now: Millis) -> Answers:
    """Give the same of a regular signal for many rows."""
    baseline = memory.roster.baseline[signal, rows]
    end = now // _HALF_HOUR - 47
    span = memory.grid.half_hours.span(PLANE[signal], rows, end - 336, end)
    totals = np.where(span.is_filled, span.total, 0).sum(axis=0, dtype=np.int64)
    counts = np.where(span.is_filled, span.counts, 0).sum(axis=0, dtype=np.int64)
    was_measured = memory.grid.last_time[PLANE[signal], rows] != LONG_AGO
    is_known = was_measured & (span.is_filled.sum(axis=0) >= USUAL_SLOTS_MIN)
    means = np.where(is_known, totals / np.maximum(counts, 1), UNKNOWN)
    is_told = ~np.isnan(baseline)
    due = (now // _HALF_HOUR + 1) * _HALF_HOUR
    return Answers(
        np.where(is_told, baseline, means), np.where(is_told | ~was_measured, NEVER, due)
    )
