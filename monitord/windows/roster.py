"""Who is in which row of every array, and what their stay says of them.

Row 0 belongs to the feed itself, so that its silence can be watched like a patient. A row is wiped
before it is used again; nothing of the last patient may be left in it.
"""

from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np

from monitord.domain.events import Stay
from monitord.domain.signals import SIGNALS
from monitord.domain.time import LONG_AGO, Millis

FEED: Final = "_feed"
FEED_ROW: Final = 0
LEFT_KEPT: Final = 1024
ADULT_YEARS: Final = 18  # NCCN and ASTCT speak of adults, Mahadeo 2019 of children [S]


class Roster:
    """The patients of a ward, at most `beds` of them at a time.

    `age_years`, `developmental_delay` and `baseline` (signals x rows, whole units) are float
    columns with NaN for unknown; `admitted_at` and `heard_at` are instants.
    """

    def __init__(self, beds: int) -> None:
        """Make every row at once."""
        rows = beds + 1
        self.rows = rows
        self.row_of: dict[str, int] = {FEED: FEED_ROW}
        self.patient: list[str] = [FEED] + [""] * beds
        self.ward: list[str] = ["_"] + [""] * beds
        self.bed: list[str | None] = [None] * rows
        self.age_years = np.full(rows, np.nan)
        self.developmental_delay = np.zeros(rows)
        self.baseline = np.full((len(SIGNALS), rows), np.nan)
        self.admitted_at = np.full(rows, LONG_AGO, dtype=np.int64)
        self.heard_at = np.full(rows, LONG_AGO, dtype=np.int64)
        self.is_here = np.zeros(rows, dtype=np.bool_)
        self.is_here[FEED_ROW] = True
        self.rows_used = 1
        self.left_at: dict[str, Millis] = {}
        self._free = list(range(1, rows))
        heapify(self._free)

    def __len__(self) -> int:
        """Count the patients, the feed not among them."""
        return len(self.row_of) - 1

    @property
    def is_full(self) -> bool:
        """Tell whether no bed is left."""
        return not self._free

    def admit(self, patient: str, ward: str, now: Millis) -> int:
        """Give a new patient the lowest free row; the caller has seen that one is free."""
        row = heappop(self._free)
        self.row_of[patient] = row
        self.patient[row] = patient
        self.ward[row] = ward
        self.admitted_at[row] = now
        self.is_here[row] = True
        self.rows_used = max(self.rows_used, row + 1)
        return row

    def describe(self, row: int, stay: Stay) -> None:
        """Take from a stay event what it tells; what it leaves out stays as it was."""
        if stay.ward is not None:
            self.ward[row] = stay.ward
        if stay.bed is not None:
            self.bed[row] = stay.bed
        if stay.age_years is not None:
            self.age_years[row] = stay.age_years
        if stay.developmental_delay is not None:
            self.developmental_delay[row] = stay.developmental_delay
        for signal, value in stay.baseline.items():
            self.baseline[signal, row] = value

    def discharge(self, patient: str, left_at: Millis) -> int:
        """Let a patient go, wipe the row and give it back.

        When the last so many left is remembered, so that a late result does not bring one back.
        """
        row = self.row_of.pop(patient)
        self.left_at.pop(patient, None)
        self.left_at[patient] = left_at
        if len(self.left_at) > LEFT_KEPT:
            del self.left_at[next(iter(self.left_at))]
        self.patient[row] = self.ward[row] = ""
        self.bed[row] = None
        self.age_years[row] = np.nan
        self.developmental_delay[row] = 0
        self.baseline[:, row] = np.nan
        self.is_here[row] = False
        self.admitted_at[row] = self.heard_at[row] = LONG_AGO
        heappush(self._free, row)
        return row
