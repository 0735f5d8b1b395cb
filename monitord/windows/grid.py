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
from monitord.windows.ring import Ring, Span, Taken

RECENT_MS: Final = 9 * MINUTE
SECONDS_KEPT_MS: Final = 10 * MINUTE


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
        # Cells whose last value was taken out, with the time to the slot that stands since: neither
        # that time nor what stands for the value is as it was told.
        self._fallen_back: dict[tuple[int, int], Millis] = {}
        # Cells (plane, row) written since they were last looked at, and those among them whose
        # history is no longer the old one with one newer value behind it.
        self.fresh = np.zeros((PLANES, rows), dtype=np.bool_)
        self.rewritten = np.zeros((PLANES, rows), dtype=np.bool_)

    def write(self, readings: Iterable[Reading], now: Millis) -> None:
        """Add readings in the order given; one too old for a ring is not kept there.

        A value that was already written at its instant is a duplicate and changes nothing; where
        only its mark is another, the newer statement holds.
        """
        for reading in readings:
            if not self._holds(reading, now):
                self._write_one(reading, now)
            elif self._mark_at(reading, now) != reading.is_elsewhere:
                self.replace(reading, now)

    def write_many(self, batch: Batch, now: Millis) -> None:
        """Add many readings at once: the same as `write` in their order."""
        # Two readings of one cell in one tick must not meet in one array write.
        cells = batch.planes * self.last_time.shape[1] + batch.rows
        _, firsts = np.unique(cells, return_index=True)
        is_first = np.zeros(len(batch.rows), dtype=np.bool_)
        is_first[firsts] = True
        distinct = batch if is_first.all() else batch.only(is_first)
        is_held = self._hold_many(distinct, now)
        if is_held.any():
            self._write_distinct(distinct.only(~is_held), now)
            # Most are duplicates; whose mark is another is found one by one.
            self.write((distinct.reading(at) for at in np.flatnonzero(is_held).tolist()), now)
        else:
            self._write_distinct(distinct, now)
        self.write((batch.reading(at) for at in np.flatnonzero(~is_first).tolist()), now)

    def _hold_many(self, batch: Batch, now: Millis) -> Flags:
        """Tell of each reading whether this very value was already written at this instant."""
        cells = (batch.planes, batch.rows)
        is_last = self.last_time[cells] == batch.times
        is_recent: Flags = now - batch.times < SECONDS_KEPT_MS
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

    def replace(self, reading: Reading, now: Millis) -> Taken | None:
        """Let a corrected value take the place of the one at its instant; tell what was there.

        Where that one cannot be told from others it stays beside the new one.
        """
        taken = self.erase(reading.signal, reading.row, reading.time, now)
        self._write_one(reading, now)
        return taken

    def erase(self, signal: int, row: int, time: Millis, now: Millis) -> Taken | None:
        """Take out the value measured at an instant; None when there was none.

        Seconds are kept for ten minutes and minutes for a day; what is older is known only to its
        minute or half hour. Such a slot is made again from the finer ones where those still know
        all of it. Otherwise the value is taken out of it if it is known: as the last of all, by a
        finer slot, or as the only one. If it is not, it stays and goes on counting: to take out a
        guess could lose a true fever.
        """
        plane = PLANE[signal]
        cell = (plane, row)
        last_time = self.last_time.item(cell)
        is_last = last_time == time
        is_told = is_last and self._fallen_back.get(cell) != time
        known = self.last_value.item(cell) if is_told else None
        reaching = [ring for ring in self.rings if ring.reaches(time, now)]
        if reaching and not is_last and self._is_of_another(reaching[0], cell, time):
            return None
        taken = reaching[0].take_out(plane, row, time, known) if reaching else None
        if taken is None:
            if not is_last:
                return None
            taken = Taken(known, is_exact=True)
        self.rewritten[cell] = True
        is_exact = taken.is_exact
        for finer, ring in pairwise(reaching if taken.value is not None else ()):
            if finer.reaches(time // ring.slot_ms * ring.slot_ms, now):
                ring.rebuild(finer, plane, row, time)
            else:
                coarse = ring.take_out(plane, row, time, taken.value)
                is_exact = is_exact and coarse is not None and coarse.is_exact
        if not reaching or is_last or reaching[0].is_emptied(plane, row, time, last_time):
            self._fall_back(cell, now)
        return Taken(taken.value, is_exact)

    def _is_of_another(self, finest: Ring, cell: tuple[int, int], time: Millis) -> bool:
        """Tell whether all that the slot of an instant holds is the last value, of another one."""
        last_time = self.last_time.item(cell)
        is_told = self._fallen_back.get(cell) != last_time
        is_other = last_time // SECOND != time // SECOND
        is_beside = last_time // finest.slot_ms == time // finest.slot_ms
        return is_told and is_other and is_beside and finest.count_at(*cell, time) == 1

    def _fall_back(self, cell: tuple[int, int], now: Millis) -> None:
        """Let the newest value that any ring still knows be the last one: its time to the slot."""
        found = [newest for ring in self.rings if (newest := ring.newest(*cell, now))]
        last = max(found, key=lambda newest: newest[0], default=(LONG_AGO, 0, False))
        self.last_time[cell], self.last_value[cell], self.last_is_elsewhere[cell] = last
        self._fallen_back[cell] = last[0]

    def _holds(self, reading: Reading, now: Millis) -> bool:
        """Tell whether this very value was already written at this instant.

        An instant is a second; of what is older than ten minutes only the last value is known so
        well.
        """
        plane, row, time = PLANE[reading.signal], reading.row, reading.time
        last_time = self.last_time.item(plane, row)
        if time - last_time >= SECOND:
            return False  # newer than all that was written
        if now - time < SECONDS_KEPT_MS:
            return self.seconds.holds(plane, row, time) == reading.value
        return last_time == time and self.last_value.item(plane, row) == reading.value

    def _mark_at(self, reading: Reading, now: Millis) -> bool:
        """Tell whether the value that is held at this instant was given another cause."""
        plane, row = PLANE[reading.signal], reading.row
        if now - reading.time < SECONDS_KEPT_MS:
            return self.seconds.is_elsewhere(plane, row, reading.time)
        return bool(self.last_is_elsewhere[plane, row])

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
        for plane in range(PLANES):
            self._fallen_back.pop((plane, row), None)

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
