"""Everything remembered of the ward's patients, in one place, and what of it was touched.

Writing marks what was touched, so that only features that can have changed are looked at again.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np

from monitord.domain.events import Stay, TreatmentEvent
from monitord.domain.pathway import Course, Schedule
from monitord.domain.signals import SIGNALS
from monitord.domain.time import LONG_AGO, Millis
from monitord.windows import series as series_of
from monitord.windows.batch import PLANE, SIGNAL_OF, Batch, Reading, Rows
from monitord.windows.episodes import Episodes
from monitord.windows.grid import SECONDS_KEPT_MS, Grid
from monitord.windows.revised import Revised, TakenBack, revised_by
from monitord.windows.roster import FEED_ROW, Left, Roster
from monitord.windows.series import Sample, Series
from monitord.windows.treatments import TreatmentMemory
from monitord.windows.waiver import Waiver

SEEN_IDS: Final = 256


class Touch(StrEnum):
    """What can be touched besides a signal."""

    STAY = "stay"
    TREATMENT = "treatment"
    HEARD = "heard"
    FEED = "feed"


Key: TypeAlias = int | Touch  # a signal's index, or one of the others


class Memory:
    """Roster, grid, series, treatments and episodes over the same rows."""

    def __init__(
        self,
        beds: int,
        resolved_after_ms: Millis,
        stale_after_ms: Mapping[str, Millis],
        spo2_scale_2: frozenset[str] = frozenset(),
        schedule: Schedule | None = None,
    ) -> None:
        """Allocate everything for at most `beds` patients.

        A signal may have its own staleness; `spo2_scale_2` names those who are prescribed NEWS2's
        second saturation scale; `schedule` says what is due how often.
        """
        self.roster = Roster(beds)
        rows = self.roster.rows
        self.grid = Grid(rows)
        self.series = Series(rows)
        self.treatments = TreatmentMemory(rows)
        self.episodes = Episodes(rows, resolved_after_ms)
        self.waiver = Waiver(rows, self.treatments, self.episodes)
        self.stale_after_ms = [
            stale_after_ms.get(signal.word, signal.stale_after_ms) for signal in SIGNALS
        ]
        self.spo2_scale_2 = spo2_scale_2
        self.schedule = schedule or Schedule()
        self.due_every_ms = [
            [self.schedule.interval_ms(course, signal.word) for signal in SIGNALS]
            for course in Course
        ]
        # In which part of the course what is due in each part began to be due.
        self.due_from = [
            [self._due_from(course, signal.index) for signal in SIGNALS] for course in Course
        ]
        self.was_feed_heard = False
        self.told_bad_at = np.full((len(SIGNALS), rows), LONG_AGO, dtype=np.int64)
        self.touched: defaultdict[Key, set[int]] = defaultdict(set)
        self.touched_many: dict[Key, Rows] = {}
        self._seen: dict[int, dict[Hashable, None]] = {}
        self._taken_back = TakenBack()

    def _due_from(self, part: Course, signal: int) -> Course:
        while part > Course.BASELINE and self.due_every_ms[part - 1][signal] is not None:
            part = Course(part - 1)
        return part

    def looked_at(self) -> None:
        """Note that everything touched has been looked at."""
        self.touched.clear()
        self.touched_many.clear()
        self.grid.looked_at()

    def touch_many(self, key: Key, rows: Rows) -> None:
        """Mark distinct rows, in rising order, as touched."""
        others = self.touched_many.get(key)
        self.touched_many[key] = rows if others is None else np.union1d(others, rows)

    def touch(self, key: Key, row: int) -> None:
        """Mark a row as touched."""
        self.touched[key].add(row)

    def is_new(self, row: int, seen_by: Hashable | None) -> bool:
        """Tell whether what an event is known by was not seen lately for this patient; remember it.

        The last 256 of each patient are remembered: enough for what a broker sends again.
        """
        if seen_by is None:
            return True
        if self.knows(row, seen_by):
            return False
        seen = self._seen.setdefault(row, {})
        seen[seen_by] = None
        if len(seen) > SEEN_IDS:
            del seen[next(iter(seen))]
        return True

    def knows(self, row: int, seen_by: Hashable | None) -> bool:
        """Tell whether `is_new` has lately remembered it for this patient."""
        return seen_by is not None and seen_by in self._seen.get(row, ())

    def begin(self, now: Millis) -> None:
        """Count the silence of the feed from the first tick: who never came may be missing."""
        self.roster.heard_at[FEED_ROW] = now
        self.touch(Touch.FEED, FEED_ROW)

    def hear(self, row: int, now: Millis) -> None:
        """Note that something valid came for a patient, and so for the feed."""
        if self.roster.heard_at.item(row) == now:
            return
        self.roster.heard_at[row] = now
        self.touch(Touch.HEARD, row)
        self.hear_feed(now)

    def hear_many(self, rows: Rows, now: Millis) -> None:
        """Note that something valid came for distinct patients, in rising order of rows."""
        self.roster.heard_at[rows] = now
        self.touch_many(Touch.HEARD, rows)
        self.hear_feed(now)

    def hear_feed(self, now: Millis) -> None:
        """Note that the feed brings something."""
        self.roster.heard_at[FEED_ROW] = now
        self.was_feed_heard = True
        self.touch(Touch.FEED, FEED_ROW)

    def write_many(self, batch: Batch, now: Millis) -> None:
        """Keep many readings of regular signals; the same as `write_readings` in their order."""
        self.grid.write_many(batch, now)
        is_written = self.grid.fresh[batch.planes, batch.rows]
        for plane in np.unique(batch.planes).tolist():
            rows = np.unique(batch.rows[is_written & (batch.planes == plane)])
            self.touch_many(SIGNAL_OF[plane], rows)

    def write_readings(self, readings: Sequence[Reading], now: Millis) -> None:
        """Keep readings of regular signals, in the order given.

        A duplicate touches nothing: what is carried on would take it for one more value.
        """
        self.grid.write(readings, now)
        for reading in readings:
            if self.grid.fresh.item(PLANE[reading.signal], reading.row):
                self.touch(reading.signal, reading.row)

    def replace_reading(self, reading: Reading, now: Millis) -> Revised:
        """Let a corrected reading take the place of the one it corrects; tell what became of it."""
        revised = revised_by(self.grid.replace(reading, now))
        self._taken_back.drop(reading.signal, reading.row, reading.time)
        self.touch(reading.signal, reading.row)
        return revised

    def write_sample(self, signal: int, row: int, sample: Sample) -> bool:
        """Keep a sample of a rare signal; tell whether anything changed."""
        has_changed = self.series.write(signal, row, sample)
        if has_changed:
            self.touch(signal, row)
        return has_changed

    def erase(self, signal: int, row: int, time: Millis, now: Millis) -> Revised:
        """Take out what was entered in error; tell what became of it."""
        if PLANE[signal] < 0:
            found = self.series.erase(signal, row, time)
            revised = Revised.EXACTLY if found else Revised.NOTHING
        elif now - time >= SECONDS_KEPT_MS and self._taken_back.has(signal, row, time):
            revised = Revised.NOTHING
        else:
            revised = revised_by(self.grid.erase(signal, row, time, now))
            if revised in (Revised.EXACTLY, Revised.WIDELY):
                self._taken_back.add(signal, row, time)
        if revised is not Revised.NOTHING:
            self.touch(signal, row)
        return revised

    def treat(self, row: int, event: TreatmentEvent) -> None:
        """Keep what was given, started or stopped."""
        self.treatments.write(row, event)
        self.touch(Touch.TREATMENT, row)

    def describe(self, row: int, stay: Stay) -> bool:
        """Keep what a stay event tells of a patient; tell whether its place is not outdated."""
        is_there = self.roster.describe(row, stay)
        self.touch(Touch.STAY, row)
        return is_there

    def last(self, signal: int, row: int) -> tuple[Millis, int] | None:
        """Give the time and whole value of what was measured last, however old."""
        plane = PLANE[signal]
        if plane >= 0:
            time = self.grid.last_time.item(plane, row)
            return None if time == LONG_AGO else (time, self.grid.last_value.item(plane, row))
        sample = self.series.last(signal, row)
        return sample and (sample.time, sample.value)

    def discharge(self, patient: str, left_at: Millis, said: Millis) -> int:
        """Let a patient go and wipe everything of the row."""
        row = self.roster.discharge(patient, Left(left_at, said))
        for rows in self.touched.values():
            rows.discard(row)  # what came before the patient left is nobody's now
        for key, many_rows in self.touched_many.items():
            self.touched_many[key] = many_rows[many_rows != row]
        self.touch(Touch.FEED, FEED_ROW)  # a feed without patients is not silent
        self.grid.wipe(row)
        self.series.wipe(row)
        self.treatments.wipe(row)
        self.episodes.wipe(row)
        self.waiver.wipe(row)
        self._seen.pop(row, None)
        self._taken_back.wipe(row)
        self.told_bad_at[:, row] = LONG_AGO
        return row


assert all(
    (plane >= 0) != (other >= 0) for plane, other in zip(PLANE, series_of.PLANE, strict=True)
), "every signal is kept in the grid or as a series, never both"
