"""The memory of what comes rarely: labs and nurse assessments, the last 64 of each for every row.

Values are kept in the order they were measured, with the time each was received; a correction takes
the place of the value it corrects. Values are whole units, or word indexes for coded signals.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitord.domain.signals import SIGNALS, Kind
from monitord.domain.time import LONG_AGO, Millis

KEPT: Final = 64

# signal index -> plane of the series; -1 for signals that are kept in the grid
PLANE: Final = [-1] * len(SIGNALS)
for _plane, _signal in enumerate(s for s in SIGNALS if s.kind is not Kind.REGULAR):
    PLANE[_signal.index] = _plane
PLANES: Final = sum(plane >= 0 for plane in PLANE)


class Sample(NamedTuple):
    """One kept value."""

    time: Millis
    received: Millis
    value: int
    is_elsewhere: bool


class Samples(NamedTuple):
    """The kept values of one signal of one patient, oldest first."""

    times: NDArray[np.int64]
    values: NDArray[np.int64]


class Series:
    """`rows` patients x rare signals x the last 64 values."""

    def __init__(self, rows: int) -> None:
        """Allocate every place at once."""
        shape = (PLANES, rows, KEPT)
        self.time = np.full(shape, LONG_AGO, dtype=np.int64)
        self.received = np.full(shape, LONG_AGO, dtype=np.int64)
        self.value = np.zeros(shape, dtype=np.int64)
        self.is_elsewhere = np.zeros(shape, dtype=np.bool_)
        self.count = np.zeros((PLANES, rows), dtype=np.int32)
        self._fields = (self.time, self.received, self.value, self.is_elsewhere)

    def write(self, signal: int, row: int, sample: Sample) -> bool:
        """Keep a sample in its place in time; tell whether anything changed.

        A sample with the time and value of a kept one is a duplicate and changes nothing; one with
        the time of a kept one and another value takes its place.
        """
        plane = PLANE[signal]
        count = self.count.item(plane, row)
        if count < KEPT and (count == 0 or self.time.item(plane, row, count - 1) < sample.time):
            self.count[plane, row] = count + 1
            self._put(plane, row, count, sample)
            return True
        at = int(np.searchsorted(self.time[plane, row, :count], sample.time))
        if at < count and self.time[plane, row, at] == sample.time:
            same = self.value[plane, row, at] == sample.value
            if same and self.is_elsewhere[plane, row, at] == sample.is_elsewhere:
                return False
            self._put(plane, row, at, sample)
            return True
        if count == KEPT:
            if at == 0:
                return False  # older than everything kept
            for field in self._fields:
                field[plane, row, : at - 1] = field[plane, row, 1:at].copy()
            self._put(plane, row, at - 1, sample)
            return True
        for field in self._fields:
            field[plane, row, at + 1 : count + 1] = field[plane, row, at:count].copy()
        self.count[plane, row] = count + 1
        self._put(plane, row, at, sample)
        return True

    def erase(self, signal: int, row: int, time: Millis) -> bool:
        """Take out the value measured at an instant; tell whether there was one."""
        plane = PLANE[signal]
        count = int(self.count[plane, row])
        at = int(np.searchsorted(self.time[plane, row, :count], time))
        if at == count or self.time[plane, row, at] != time:
            return False
        for field in self._fields:
            field[plane, row, at : count - 1] = field[plane, row, at + 1 : count].copy()
        self.count[plane, row] = count - 1
        return True

    def last(self, signal: int, row: int) -> Sample | None:
        """Give the sample measured last."""
        plane = PLANE[signal]
        count = int(self.count[plane, row])
        if not count:
            return None
        at = (plane, row, count - 1)
        return Sample(
            int(self.time[at]),
            int(self.received[at]),
            int(self.value[at]),
            bool(self.is_elsewhere[at]),
        )

    def window(self, signal: int, row: int, window_ms: Millis, now: Millis) -> Samples:
        """Give the samples measured in the last `window_ms` up to now, its beginning left out."""
        plane = PLANE[signal]
        count = int(self.count[plane, row])
        times = self.time[plane, row, :count]
        first, end = np.searchsorted(times, (now - window_ms, now), side="right")
        return Samples(times[first:end], self.value[plane, row, first:end])

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.count[:, row] = 0

    def _put(self, plane: int, row: int, at: int, sample: Sample) -> None:
        for field, value in zip(self._fields, sample, strict=True):
            field[plane, row, at] = value
