"""The patient's own rhythm of day and night: what a signal usually is at this time of day.

After the idea of Flora, Cancer Cell 2021: a temperature that leaves the patient's own rhythm comes
before fever. How the rhythm is measured here is the house's own.
"""

from typing import Final

import numpy as np

from monitord.domain.time import HOUR, NEVER, Millis
from monitord.windows.batch import PLANE
from monitord.windows.memory import Memory
from monitord.windows.samples import UNKNOWN, Answer

# The slots of the coarsest ring are half hours.
_A_DAY: Final = 48
_AN_HOUR: Final = 2
DAYS: Final = 7
# A rhythm needs a second day; the first alone would be as good as a single reading.
DAYS_MIN: Final = 2


def usual_at_this_hour(memory: Memory, signal: int, row: int, now: Millis) -> Answer:
    """Give the median, over the 7 days before, of each day's mean in this hour and the two beside.

    Unknown with fewer than two days of values, and for what comes rarely.
    """
    plane = PLANE[signal]
    if plane < 0 or memory.last(signal, row) is None:
        return Answer(UNKNOWN, NEVER)
    hour = now // HOUR
    first = (hour - 1) * _AN_HOUR - DAYS * _A_DAY
    span = memory.grid.half_hours.span(plane, np.array([row]), first, first + DAYS * _A_DAY)
    counts = np.where(span.is_filled, span.counts, 0)[:, 0]
    totals = np.where(span.is_filled, span.total, 0)[:, 0]
    means: list[float] = []
    for day in range(DAYS):
        around = slice(day * _A_DAY, day * _A_DAY + 3 * _AN_HOUR)
        count = int(counts[around].sum(dtype=np.int64))
        if count:
            means.append(int(totals[around].sum(dtype=np.int64)) / count)
    return Answer(_median(means) if len(means) >= DAYS_MIN else UNKNOWN, (hour + 1) * HOUR)


def _median(values: list[float]) -> float:
    ordered, middle = sorted(values), len(values) // 2
    if len(values) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
