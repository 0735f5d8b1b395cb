"""The episodes of CRS and of ICANS: when one began, how bad it was, and when it was over.

An episode begins at the first tick at which its grade is surely 1 or more. It is over when no
criterion has been possible for `resolved_after_ms`; what is unknown leaves one possible. Its peak
stays known until the next one begins (clinical.md section 7). Nothing is scored backwards: a late
or corrected value changes the grade from its tick on (docs/adr/0015).
"""

from typing import Final, NamedTuple

import numpy as np

from monitord.domain.time import LONG_AGO, NEVER, Millis

# The scales whose grades make episodes, by the names they have on the floor above.
EPISODIC: Final = ("crs_astct", "icans_astct")


class Episode(NamedTuple):
    """One episode of one patient; an instant that has not come is None.

    The true peak is from `peak_low` to `peak_high`, the highest low end and the highest high end;
    `peak_at` is when the low end was reached.
    """

    began_at: Millis
    peak_low: int
    peak_high: int
    peak_at: Millis
    quiet_since: Millis | None
    resolved_at: Millis | None


class Episodes:
    """The last episode of each scale of `EPISODIC` in every row."""

    def __init__(self, rows: int, resolved_after_ms: Millis) -> None:
        """Allocate every place at once."""
        shape = (len(EPISODIC), rows)
        self.resolved_after_ms = resolved_after_ms
        self.is_open = np.zeros(shape, dtype=np.bool_)
        self.began_at = np.full(shape, LONG_AGO, dtype=np.int64)
        self.peak_low = np.zeros(shape, dtype=np.int8)
        self.peak_high = np.zeros(shape, dtype=np.int8)
        self.peak_at = np.full(shape, LONG_AGO, dtype=np.int64)
        self.quiet_since = np.full(shape, LONG_AGO, dtype=np.int64)  # NEVER: not quiet
        self.resolved_at = np.full(shape, LONG_AGO, dtype=np.int64)
        self.due = np.full(shape, NEVER, dtype=np.int64)
        self._soonest: Millis | None = NEVER

    def note(self, scale: str, row: int, low: float, high: float, now: Millis) -> bool:
        """Take in what a scale says from now on; tell whether an episode begins."""
        at = (EPISODIC.index(scale), row)
        self._note_quiet(at, high, now)
        begins = low >= 1 and not self.is_open[at]
        if begins:
            self.is_open[at] = True
            self.began_at[at] = now
            self.resolved_at[at] = LONG_AGO
            self.peak_low[at] = self.peak_high[at] = 0
        if self.is_open[at]:
            if low > self.peak_low[at]:
                self.peak_low[at], self.peak_at[at] = int(low), now
            self.peak_high[at] = max(int(high), int(self.peak_high[at]))
            quiet_since = int(self.quiet_since[at])
            self._wind(at, NEVER if quiet_since == NEVER else quiet_since + self.resolved_after_ms)
        return bool(begins)

    def resolve(self, now: Millis, rows_used: int) -> list[tuple[str, int]]:
        """Close the episodes that are over by now; give their scales and rows, in order."""
        if now < self.next_deadline(rows_used):
            return []
        scales, rows = np.nonzero(self.due[:, :rows_used] <= now)
        over = list(zip(scales.tolist(), rows.tolist(), strict=True))
        for at in over:
            self.is_open[at] = False
            self.resolved_at[at] = now
            self._wind(at, NEVER)
        return [(EPISODIC[scale], row) for scale, row in over]

    def next_deadline(self, rows_used: int) -> Millis:
        """Give the first instant at which an episode is over if nothing happens, or NEVER."""
        if self._soonest is None:
            self._soonest = int(self.due[:, :rows_used].min())
        return self._soonest

    def last(self, scale: str, row: int) -> Episode | None:
        """Give the episode that is open, or the last one that was."""
        at = (EPISODIC.index(scale), row)
        if self.began_at[at] == LONG_AGO:
            return None
        return Episode(
            int(self.began_at[at]),
            int(self.peak_low[at]),
            int(self.peak_high[at]),
            int(self.peak_at[at]),
            None if self.quiet_since[at] == NEVER else int(self.quiet_since[at]),
            None if self.is_open[at] else int(self.resolved_at[at]),
        )

    def present(self, scale: str, row: int) -> Episode | None:
        """Give the episode that is open."""
        episode = self.last(scale, row)
        return episode if episode is not None and episode.resolved_at is None else None

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.is_open[:, row] = False
        self.peak_low[:, row] = self.peak_high[:, row] = 0
        for instants in (self.began_at, self.peak_at, self.quiet_since, self.resolved_at):
            instants[:, row] = LONG_AGO
        self.due[:, row] = NEVER
        self._soonest = None

    def _note_quiet(self, at: tuple[int, int], high: float, now: Millis) -> None:
        """No criterion is possible from the tick at which the grade is surely 0."""
        if high >= 1:
            self.quiet_since[at] = NEVER
        elif self.quiet_since[at] == NEVER:
            self.quiet_since[at] = now

    def _wind(self, at: tuple[int, int], due: Millis) -> None:
        self.due[at] = due
        self._soonest = None
