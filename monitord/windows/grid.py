"""The memory of signals that come regularly: three rings of rising coarseness, and the last value.

1 s for 10 minutes, 1 min for 24 hours, 30 min for 14 days. Everything is allocated at the start.
Values are whole units of the signal's resolution (`domain.signals`).
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np

from monitord.domain.time import HOUR, LONG_AGO, MINUTE, SECOND, Millis
from monitord.windows.batch import PLANE, PLANES, Batch, Flags, Reading, Rows
from monitord.windows.ring import Ring, Span

RECENT_MS: Final = 9 * MINUTE


class Grid:
    """`rows` patients x regular signals x time."""

    def __init__(self, rows: int) -> None:
        """Allocate all rings."""
        self.seconds = Ring(PLANES, 600, rows, SECOND)
        self.minutes = Ring(PLANES, 1440, rows, MINUTE)
        self.half_hours = Ring(PLANES, 672, rows, 30 * MINUTE)
        self.rings = (self.seconds, self.minutes, self.half_hours)
        self.last_value = np.zeros((PLANES, rows), dtype=np.int32)
        self.last_time = np.full((PLANES, rows), LONG_AGO, dtype=np.int64)
        self.last_is_elsewhere = np.zeros((PLANES, rows), dtype=np.bool_)
        # Cells (plane, row) written since they were last looked at, and those among them whose
        # history is no longer the old one with one newer value behind it.
        self.fresh = np.zeros((PLANES, rows), dtype=np.bool_)
        self.rewritten = np.zeros((PLANES, rows), dtype=np.bool_)

    def write(self, readings: Iterable[Reading], now: Millis) -> None:
        """Add readings in the order given; one too old for a ring is not kept there.

        A value that was already written at its instant is a duplicate and changes nothing.
        """
        for reading in readings:
            if not self.has(reading, now):
                self._write_one(reading, now)

    def write_many(self, batch: Batch, now: Millis) -> None:
        """Add many readings at once: the same as `write` in their order."""
        # Two readings of one cell in one tick must not meet in one array write.
        cells = batch.planes * self.last_time.shape[1] + batch.rows
        _, firsts = np.unique(cells, return_index=True)
        is_first = np.zeros(len(batch.rows), dtype=np.bool_)
        is_first[firsts] = True
        distinct = batch if is_first.all() else batch.only(is_first)
        is_new = ~self.has_many(distinct, now)
        self._write_distinct(distinct if is_new.all() else distinct.only(is_new), now)
        self.write((batch.reading(at) for at in np.flatnonzero(~is_first).tolist()), now)

    def has_many(self, batch: Batch, now: Millis) -> Flags:
        """Tell of each reading whether this very value was already written at this instant."""
        cells = (batch.planes, batch.rows)
        is_last = self.last_time[cells] == batch.times
        is_recent: Flags = now - batch.times < 10 * MINUTE
        in_second = self.seconds.hold_many(batch)
        return np.where(is_recent, in_second, is_last & (self.last_value[cells] == batch.values))

    def _write_distinct(self, batch: Batch, now: Millis) -> None:
        for ring in self.rings:
            is_young = ring.reach_many(batch.times, now)
            ring.write_many(batch if is_young.all() else batch.only(is_young))
        at = (batch.planes, batch.rows)
        is_newer = batch.times >= self.last_time[at]
        is_odd = ~is_newer | batch.is_elsewhere | self.last_is_elsewhere[at] | self.fresh[at]
        self.rewritten[at] |= is_odd
        self.fresh[at] = True
        newer = batch if is_newer.all() else batch.only(is_newer)
        at = (newer.planes, newer.rows)
        self.last_value[at] = newer.values
        self.last_time[at] = newer.times
        self.last_is_elsewhere[at] = newer.is_elsewhere

    def replace(self, reading: Reading, now: Millis) -> None:
        """Let a corrected value take the place of all that its slots hold."""
        self.erase(reading.signal, reading.row, reading.time, now)
        self._write_one(reading, now)

    def erase(self, signal: int, row: int, time: Millis, now: Millis) -> bool:
        """Take out the value measured at an instant; tell whether there was one.

        Seconds are kept for ten minutes and minutes for a day: an older value goes with all of its
        minute, and one still older with all of its half hour.
        """
        plane = PLANE[signal]
        cell = (plane, row)
        finest = self._finest_for(time, now)
        is_last = self.last_time[cell] == time
        if not is_last and finest.holds(plane, row, time) is None:
            return False
        self.rewritten[cell] = True
        begin = time // finest.slot_ms * finest.slot_ms
        end = begin + finest.slot_ms
        finer: Ring | None = None
        for ring in self.rings:
            if ring.slot_ms <= finest.slot_ms or finer is None:
                ring.erase(plane, row, begin, end)
            else:
                ring.rebuild(finer, plane, row, time)
            finer = ring
        if begin <= self.last_time[cell] < end:
            last = self._newest(plane, row)
            self.last_time[cell], self.last_value[cell], self.last_is_elsewhere[cell] = last
        return True

    def has(self, reading: Reading, now: Millis) -> bool:
        """Tell whether this very value was already written at this instant.

        An instant is a second; of what is older than ten minutes only the last value is known so
        well.
        """
        plane, row, time = PLANE[reading.signal], reading.row, reading.time
        if now - time < 10 * MINUTE:
            return self.seconds.holds(plane, row, time) == reading.value
        is_last = self.last_time.item(plane, row) == time
        return is_last and self.last_value.item(plane, row) == reading.value

    def looked_at(self) -> None:
        """Note that every window has been brought up to date."""
        self.fresh.fill(False)
        self.rewritten.fill(False)

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        for ring in self.rings:
            ring.wipe(row)
        self.last_time[:, row] = LONG_AGO
        self.last_is_elsewhere[:, row] = False

    def window(self, signal: int, rows: Rows | slice, window_ms: Millis, now: Millis) -> Span:
        """Read the last `window_ms` up to now, from the finest ring that reaches back so far."""
        ring = self.ring_for(window_ms)
        end = now // ring.slot_ms + 1
        return ring.span(PLANE[signal], rows, end - -(-window_ms // ring.slot_ms), end)

    def ring_for(self, window_ms: Millis) -> Ring:
        """Choose the finest ring that reaches back as far as the window."""
        if window_ms <= 10 * MINUTE:
            return self.seconds
        return self.minutes if window_ms <= 24 * HOUR else self.half_hours

    def _finest_for(self, time: Millis, now: Millis) -> Ring:
        """Choose the finest ring that still knows all of the next coarser slot of an instant."""
        for ring, coarser in pairwise(self.rings):
            if ring.reaches(time // coarser.slot_ms * coarser.slot_ms, now):
                return ring
        return self.half_hours

    def _newest(self, plane: int, row: int) -> tuple[Millis, int, bool]:
        """Give the newest value that any ring has: its time to the slot, and its mark."""
        newest = [found for ring in self.rings if (found := ring.newest(plane, row))]
        return max(newest, key=lambda found: found[0], default=(LONG_AGO, 0, False))

    def _write_one(self, reading: Reading, now: Millis) -> None:
        plane, row, time = PLANE[reading.signal], reading.row, reading.time
        cell = (plane, row)
        is_newer = time >= self.last_time.item(cell)
        is_marked = reading.is_elsewhere or self.last_is_elsewhere.item(cell)
        if not is_newer or is_marked or self.fresh.item(cell):
            self.rewritten[cell] = True
        self.fresh[cell] = True
        is_recent = now - time < RECENT_MS  # and so within the reach of every ring
        for ring in self.rings:
            if is_recent or ring.reaches(time, now):
                ring.write(plane, row, time, reading.value, reading.is_elsewhere)
        if is_newer:
            self.last_value[cell] = reading.value
            self.last_time[cell] = time
            self.last_is_elsewhere[cell] = reading.is_elsewhere
