"""Takes what arrived into the ward's memory, in the order it came.

What the door could not know is refused here by name: an unknown patient's discharge, a full ward.
Late values write history; they are never decided upon as if they were of today.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from monitord.domain.events import (
    Arrival,
    Command,
    Observation,
    Quality,
    Rejection,
    Status,
    Stay,
    StayAction,
    TreatmentEvent,
)
from monitord.domain.time import Millis
from monitord.engine.decisions import Decisions
from monitord.engine.revising import refuse_bad, refuse_retraction, tell
from monitord.engine.stays import describe, discharge, has_left_since
from monitord.engine.ward import Ward
from monitord.windows.batch import PLANE, PLANES_OF_SIGNALS, Batch, Reading
from monitord.windows.revised import Revised
from monitord.windows.series import Sample

# From this many plain readings on, columns are quicker than the plain loop over all of them.
MANY: Final = 64


def take_in(ward: Ward, inbox: Sequence[Arrival], out: Decisions) -> list[Command]:
    """Write the inbox into memory and give back the commands, which are answered last."""
    intake = _Intake(ward, out)
    for arrival in inbox:
        intake.take(arrival)
    intake.write()
    return intake.commands


def _batch(waiting: list[Observation], row_of: Mapping[str, int], now: Millis) -> Batch:
    """Turn observations into columns; a clock that runs ahead is taken to mean now."""
    patients, times, _, signals, values, _, _, _, is_elsewhere, *_ = zip(*waiting, strict=True)
    return Batch(
        PLANES_OF_SIGNALS[np.array(signals)],
        np.array([row_of[patient] for patient in patients], dtype=np.intp),
        np.minimum(np.array(times, dtype=np.int64), now),
        np.array(values, dtype=np.int64),
        np.array(is_elsewhere, dtype=np.bool_),
    )


class _Intake:
    """One tick's inbox on its way in.

    Values wait and are written together. What is late is judged by what was known before the tick,
    so that it hangs neither on the order in a tick nor on what else comes in it.
    """

    def __init__(self, ward: Ward, out: Decisions) -> None:
        self.commands: list[Command] = []
        self._ward = ward
        self._memory = ward.memory
        self._out = out
        self._waiting: list[Observation] = []
        self._known: dict[tuple[int, int], tuple[Millis, int] | None] = {}

    def take(self, arrival: Arrival) -> None:
        """Take in one thing that arrived."""
        match arrival:
            case Observation():
                self._observe(arrival)
            case Rejection(_, reason, detail, event):
                self._out.reject(reason, detail, event)
            case Stay():
                self._write_early()
                self._stay(arrival)
            case TreatmentEvent():
                row = self._row_for(arrival)
                if row is not None:
                    # A clock that runs ahead by what the door lets pass is taken to mean now.
                    time = min(arrival.time, self._out.now)
                    self._memory.treat(row, arrival._replace(time=time))
            case Command():
                self.commands.append(arrival)

    def write(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if len(waiting) < MANY:
            self._write_few(waiting)
        else:
            self._write_many(waiting)

    def _write_early(self) -> None:
        """Write what waits before the tick's end, and note what was known before it."""
        row_of = self._memory.roster.row_of
        for observation in self._waiting:
            self._note(observation.signal, row_of[observation.patient])
        self.write()

    def _note(self, signal: int, row: int) -> None:
        self._known.setdefault((signal, row), self._memory.last(signal, row))

    def _write_few(self, waiting: list[Observation]) -> None:
        row_of, now = self._memory.roster.row_of, self._out.now
        readings: list[Reading] = []
        on_time = now - self._ward.settings.late_ms
        for observation in [late for late in waiting if late.time < on_time]:
            self._tell_late(observation, row_of[observation.patient])
        for observation in waiting:
            row = row_of[observation.patient]
            self._memory.hear(row, now)
            if PLANE[observation.signal] >= 0:
                readings.append(self._reading(observation, row))
            else:
                self._write_sample(observation, row)
        self._memory.write_readings(readings, now)

    def _write_many(self, waiting: list[Observation]) -> None:
        """Write many observations at once: the same as one by one."""
        now = self._out.now
        batch = _batch(waiting, self._memory.roster.row_of, now)
        late = np.flatnonzero(now - batch.times > self._ward.settings.late_ms)
        for at in late.tolist():
            self._tell_late(waiting[at], int(batch.rows[at]))
        self._memory.hear_many(np.unique(batch.rows), now)
        is_regular = batch.planes >= 0
        for at in np.flatnonzero(~is_regular).tolist():
            self._write_sample(waiting[at], int(batch.rows[at]))
        self._memory.write_many(batch if is_regular.all() else batch.only(is_regular), now)

    def _reading(self, observation: Observation, row: int) -> Reading:
        """Give a regular value; a clock that runs ahead by what the door lets pass means now."""
        time = min(observation.time, self._out.now)
        is_elsewhere = observation.attributable_elsewhere
        return Reading(observation.signal, row, time, observation.value, is_elsewhere)

    def _write_sample(self, observation: Observation, row: int) -> bool:
        """Keep a rare value; tell whether that changed anything."""
        _, time, received, signal, value, _, _, _, is_elsewhere, *_ = observation
        sample = Sample(min(time, self._out.now), received, value, is_elsewhere)
        return self._memory.write_sample(signal, row, sample)

    def _row_for(self, event: Observation | TreatmentEvent | Stay) -> int | None:
        """Find the patient's row, admitting who is new; none when there is nothing to take in."""
        roster, out = self._memory.roster, self._out
        row = roster.row_of.get(event.patient)
        if row is None:
            if has_left_since(self._ward, event, out):
                return None
            if roster.is_full:
                beds = self._ward.settings.beds
                detail = f"{event.patient}: all {beds} beds are taken; raise limits.beds"
                out.reject("ward_full", detail, f"{type(event).__name__} {event.patient}")
                return None
            place = event.ward or self._ward.settings.default_ward
            row = roster.admit(event.patient, place, out.now, min(event.time, out.now))
            self._ward.table.refresh_row(row, self._memory, out.now)
            out.notice("patient_admitted", event.patient, f"ward {roster.ward[row]}")
        if not self._is_new(event, row):
            return None
        self._memory.hear(row, out.now)
        return row

    def _is_new(self, event: Observation | TreatmentEvent | Stay, row: int) -> bool:
        """Tell whether an event did not come before; a correction may bear the id of its value."""
        is_new = self._memory.is_new(row, event.id)
        if event.id is None or not isinstance(event, Observation) or event.status is Status.FINAL:
            return is_new
        # The value itself, should it come after what takes it back, is not new any more.
        return self._memory.is_new(row, event._replace(received=0, source=None, seq=None))

    def _observe(self, observation: Observation) -> None:
        """Let a final value wait; one that takes something back is dealt with at once."""
        row = self._memory.roster.row_of.get(observation.patient)
        is_good = observation.quality is not Quality.BAD
        is_final = is_good and observation.status is Status.FINAL
        if row is not None and is_final:
            if self._memory.is_new(row, observation.id):
                self._waiting.append(observation)
            return
        if row is not None and observation.status is Status.FINAL:
            # What is no measurement is no sign of the patient, and one of the feed all the same.
            self._memory.hear_feed(self._out.now)
            refuse_bad(self._ward, row, observation, self._out)
            return
        row = self._row_for(observation)
        if row is None:
            return
        if is_final:
            self._waiting.append(observation)
            return
        if observation.status is not Status.FINAL:
            self._revise(observation, row)
        if not is_good and observation.status is not Status.ENTERED_IN_ERROR:
            refuse_bad(self._ward, row, observation, self._out)

    def _revise(self, observation: Observation, row: int) -> None:
        """Take back a value; a corrected one takes its place, unless its device calls it bad."""
        signal, now, out = observation.signal, self._out.now, self._out
        self._write_early()
        self._note(signal, row)
        self._tell_late(observation, row)
        is_retracted = observation.status is Status.ENTERED_IN_ERROR
        if is_retracted or observation.quality is Quality.BAD:
            revised = self._memory.erase(signal, row, min(observation.time, now), now)
            if revised is not Revised.NOTHING:
                tell(observation, "value_retracted", out, revised)
            elif is_retracted:
                refuse_retraction(observation, out)
        elif PLANE[signal] >= 0:
            revised = self._memory.replace_reading(self._reading(observation, row), now)
            tell(observation, "value_corrected", out, revised)
        elif self._write_sample(observation, row):
            tell(observation, "value_corrected", out)

    def _stay(self, stay: Stay) -> None:
        if stay.action is StayAction.DISCHARGE:
            freed = discharge(self._ward, stay, self._out)
            if freed is not None:
                self._known = {cell: it for cell, it in self._known.items() if cell[1] != freed}
        elif not has_left_since(self._ward, stay, self._out):
            row = self._row_for(stay)
            if row is not None:
                describe(self._ward, row, stay, self._out)

    def _tell_late(self, observation: Observation, row: int) -> None:
        """A value older than what was known before the tick rewrites history: worth telling."""
        if self._out.now - observation.time <= self._ward.settings.late_ms:
            return
        cell = (observation.signal, row)
        known = self._known[cell] if cell in self._known else self._memory.last(*cell)
        if known is not None and observation.time < known[0]:
            tell(observation, "late_data_used", self._out)
