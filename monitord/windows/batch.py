"""Readings on their way into the grid: one by one, or many as columns."""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from monitord.domain.signals import SIGNALS, Kind
from monitord.domain.time import Millis

Rows: TypeAlias = NDArray[np.intp]
Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

# signal index -> plane of the rings; -1 for signals that are kept as series
PLANE: Final = [-1] * len(SIGNALS)
for _plane, _signal in enumerate(s for s in SIGNALS if s.kind is Kind.REGULAR):
    PLANE[_signal.index] = _plane
PLANES: Final = sum(plane >= 0 for plane in PLANE)


class Reading(NamedTuple):
    """One value on its way into the grid."""

    signal: int
    row: int
    time: Millis
    value: int
    is_elsewhere: bool = False


class Batch(NamedTuple):
    """Many readings, one entry of each column a reading, in the order they came."""

    planes: Rows
    rows: Rows
    times: Numbers
    values: Numbers
    is_elsewhere: Flags

    def only(self, chosen: Rows | Flags) -> "Batch":
        """Keep the readings at some places, or where a mask holds."""
        return Batch(
            self.planes[chosen],
            self.rows[chosen],
            self.times[chosen],
            self.values[chosen],
            self.is_elsewhere[chosen],
        )

    def reading(self, at: int) -> Reading:
        """Give one reading."""
        signal = SIGNAL_OF[self.planes[at]]
        time, value = int(self.times[at]), int(self.values[at])
        return Reading(signal, int(self.rows[at]), time, value, bool(self.is_elsewhere[at]))


SIGNAL_OF: Final = [signal.index for signal in SIGNALS if PLANE[signal.index] >= 0]
PLANES_OF_SIGNALS: Final = np.array(PLANE, dtype=np.intp)
