"""Who is in which row of every array, and what their stay says of them.

Row 0 belongs to the feed itself, so that its silence can be watched like a patient. A row is wiped
before it is used again; nothing of the last patient may be left in it.
"""

from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

import numpy as np

from monitord.domain.alerts import FEED, FEED_WARD
from monitord.domain.events import Stay, StayAction
from monitord.domain.signals import SIGNALS
from monitord.domain.time import LONG_AGO, Millis

FEED_ROW: Final = 0
LEFT_KEPT: Final = 1024
ADULT_YEARS: Final = 18  # NCCN and ASTCT speak of adults, Mahadeo 2019 of children [S]


class Left(NamedTuple):
    """When a patient left, and the time that the discharge gave, which may have been ahead."""

    at: Millis
    said: Millis


class Field(IntEnum):
    """What a stay tells besides the usual values, each as of the time of the event."""

    PLACE = 0
    AGE_YEARS = 1
    DEVELOPMENTAL_DELAY = 2


class Roster:
    """The patients of a ward, at most `beds` of them at a time.

    `age_years`, `developmental_delay` and `baseline` (signals x rows, whole units) are float
    columns with NaN for unknown; `admitted_at` and `heard_at` are instants of ours, `came_at` is
    that of the event with which the stay began. The feed's row has the latest of all patients'
    `heard_at`, those who have left among them; before the first, the instant of the first tick.
    """

    def __init__(self, beds: int) -> None:
        """Make every row at once."""
        rows = beds + 1
        self.rows = rows
        self.row_of: dict[str, int] = {FEED: FEED_ROW}
        self.patient: list[str] = [FEED] + [""] * beds
        self.ward: list[str] = [FEED_WARD] + [""] * beds
        self.bed: list[str | None] = [None] * rows
        self.age_years = np.full(rows, np.nan)
        self.developmental_delay = np.zeros(rows)
        self.baseline = np.full((len(SIGNALS), rows), np.nan)
        self.admitted_at = np.full(rows, LONG_AGO, dtype=np.int64)
        self.heard_at = np.full(rows, LONG_AGO, dtype=np.int64)
        self.came_at = np.full(rows, LONG_AGO, dtype=np.int64)
        self._told_at = np.full((len(Field), rows), LONG_AGO, dtype=np.int64)
        self._usual_told_at = np.full((len(SIGNALS), rows), LONG_AGO, dtype=np.int64)
        self.is_here = np.zeros(rows, dtype=np.bool_)
        self.is_here[FEED_ROW] = True
        self.rows_used = 1
        self.left: dict[str, Left] = {}
        self._free = list(range(1, rows))
        heapify(self._free)

    def __len__(self) -> int:
        """Count the patients, the feed not among them."""
        return len(self.row_of) - 1

    @property
    def is_full(self) -> bool:
        """Tell whether no bed is left."""
        return not self._free

    def admit(self, patient: str, ward: str, now: Millis, came_at: Millis) -> int:
        """Give a new patient the lowest free row; the caller has seen that one is free."""
        row = heappop(self._free)
        self.row_of[patient] = row
        self.patient[row] = patient
        self.ward[row] = ward
        self.admitted_at[row] = now
        self.came_at[row] = came_at
        self.is_here[row] = True
        self.rows_used = max(self.rows_used, row + 1)
        return row

    def describe(self, row: int, stay: Stay) -> bool:
        """Take from a stay event what it tells; what it leaves out stays as it was.

        Each thing is as of the event's time: an older event does not take the place of a newer
        one. Tells whether the patient is now where the event says.
        """
        if stay.action is StayAction.ADMIT:
            self.came_at[row] = min(int(self.came_at[row]), stay.time)
        has_place = stay.ward is not None or stay.bed is not None
        if has_place and self._is_newer(Field.PLACE, row, stay.time):
            is_elsewhere = stay.ward not in (None, self.ward[row])
            self.ward[row] = stay.ward or self.ward[row]
            # A bed is one of its ward: there, the same number is somebody else's.
            self.bed[row] = stay.bed or (None if is_elsewhere else self.bed[row])
        if stay.age_years is not None and self._is_newer(Field.AGE_YEARS, row, stay.time):
            self.age_years[row] = stay.age_years
        delay = stay.developmental_delay
        if delay is not None and self._is_newer(Field.DEVELOPMENTAL_DELAY, row, stay.time):
            self.developmental_delay[row] = delay
        for signal, value in stay.baseline.items():
            if stay.time >= self._usual_told_at[signal, row]:
                self._usual_told_at[signal, row] = stay.time
                self.baseline[signal, row] = value
        return stay.ward in (None, self.ward[row]) and stay.bed in (None, self.bed[row])

    def discharge(self, patient: str, left: Left) -> int:
        """Let a patient go, wipe the row and give it back.

        When the last so many left is remembered, so that a late result does not bring one back.
        """
        row = self.row_of.pop(patient)
        self.left.pop(patient, None)
        self.left[patient] = left
        if len(self.left) > LEFT_KEPT:
            del self.left[next(iter(self.left))]
        self.patient[row] = self.ward[row] = ""
        self.bed[row] = None
        self.age_years[row] = np.nan
        self.developmental_delay[row] = 0
        self.baseline[:, row] = np.nan
        self.is_here[row] = False
        self.admitted_at[row] = self.heard_at[row] = self.came_at[row] = LONG_AGO
        self._told_at[:, row] = LONG_AGO
        self._usual_told_at[:, row] = LONG_AGO
        heappush(self._free, row)
        return row

    def _is_newer(self, field: Field, row: int, time: Millis) -> bool:
        """Tell whether nothing newer is known of a field, and remember what is."""
        if time < self._told_at[field, row]:
            return False
        self._told_at[field, row] = time
        return True
