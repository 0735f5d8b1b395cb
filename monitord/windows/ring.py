"""A ring of time slots for several signals over all rows.

The slots of one patient lie side by side: reading a window of one patient, which is what happens
when an extreme leaves it, touches one stretch of memory.

A slot carries the number of the span of time it stands for, so nothing has to be cleared when time
passes: a slot with another number is empty. Sums are of whole numbers, so exact in any order.
"""

from struct import Struct
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitord.domain.time import Millis
from monitord.windows.batch import Batch, Flags, Numbers, Rows

HIGHEST: Final = np.iinfo(np.int16).max
LOWEST: Final = np.iinfo(np.int16).min
COUNT_MAX: Final = int(np.iinfo(np.uint16).max)

# What one slot keeps of its values, side by side, so that one reading touches one place in memory.
CELL: Final = np.dtype(
    [
        ("number", np.uint32),  # which span of time it stands for; 0 is empty
        ("total", np.int32),
        ("count", np.uint16),
        ("low", np.int16),
        ("high", np.int16),
        ("last", np.int16),
        # The extremes of what no assessor gave another cause; crossed when that is nothing.
        ("counted_low", np.int16),
        ("counted_high", np.int16),
    ],
    align=True,
)
PLAIN_CELL: Final = Struct("=IiHhhhhh")
assert PLAIN_CELL.size == CELL.itemsize, "both describe the same bytes"


class Span(NamedTuple):
    """What a window holds, for some rows: slots x rows, oldest first.

    `numbers` names the slots; `counted_low` and `counted_high` are the extremes of what was not
    given another cause, and cross each other where every finding was.
    """

    numbers: Numbers
    is_filled: Flags
    counts: NDArray[np.uint16]
    total: NDArray[np.int32]
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    counted_low: NDArray[np.int16]
    counted_high: NDArray[np.int16]

    def is_counted(self) -> Flags:
        """Tell which slots hold a finding that was not given another cause."""
        counted: Flags = self.counted_low <= self.counted_high
        return self.is_filled & counted


class Taken(NamedTuple):
    """What was taken out of a slot: the value, or nothing where the slot cannot tell which it was.

    `is_exact` tells that count, sum and extremes are those of the values that are left.
    """

    value: int | None
    is_exact: bool


class Ring:
    """`slots` spans of `slot_ms` each, for `planes` signals and `rows` patients."""

    def __init__(self, planes: int, slots: int, rows: int, slot_ms: Millis) -> None:
        """Allocate every slot at once, and touch it, so that no page is missing later."""
        self.slots = slots
        self.slot_ms = slot_ms
        plain = np.empty(planes * rows * slots * CELL.itemsize, dtype=np.uint8)
        plain.fill(0)
        self.cells = plain.view(CELL).reshape(planes, rows, slots)
        # Views of the same memory, one a field.
        self.number, self.count = self.cells["number"], self.cells["count"]
        self.total, self.last = self.cells["total"], self.cells["last"]
        self.low, self.high = self.cells["low"], self.cells["high"]
        self.counted_low, self.counted_high = self.cells["counted_low"], self.cells["counted_high"]
        # And as plain bytes: one reading is read and written there in half the time.
        self._rows = rows
        self._bytes = plain.data
        self._numbers = plain.view(CELL)["number"].data

    def write(self, plane: int, row: int, time: Millis, value: int, is_elsewhere: bool) -> None:
        """Add one value to its slot."""
        number = time // self.slot_ms
        slot = (plane * self._rows + row) * self.slots + number % self.slots
        at, held = slot * CELL.itemsize, self._numbers[slot]
        if held > number:
            return  # the slot has gone on to a later time: too old for this ring
        if held < number:
            low, high = (HIGHEST, LOWEST) if is_elsewhere else (value, value)
            PLAIN_CELL.pack_into(self._bytes, at, number, value, 1, value, value, value, low, high)
            return
        _, total, count, low, high, _, counted_low, counted_high = PLAIN_CELL.unpack_from(
            self._bytes, at
        )
        if count < COUNT_MAX:
            are_all_counted = counted_low == low and counted_high == high
            low, high = min(low, value), max(high, value)
            if not is_elsewhere and are_all_counted:
                counted_low, counted_high = low, high
            elif not is_elsewhere:
                counted_low, counted_high = min(counted_low, value), max(counted_high, value)
            total, count = total + value, count + 1
            new = (number, total, count, low, high, value, counted_low, counted_high)
            PLAIN_CELL.pack_into(self._bytes, at, *new)

    def write_many(self, batch: Batch) -> None:
        """Add values to distinct slots, all at once; the same as `write` one by one."""
        numbers = batch.times // self.slot_ms
        at = (batch.planes, batch.rows, numbers % self.slots)
        held = self.cells[at]
        is_same, is_new = held["number"] == numbers, held["number"] < numbers
        new = np.empty(len(numbers), dtype=CELL)
        new["number"], new["last"], value = numbers, batch.values, batch.values
        new["count"] = np.where(is_same, held["count"] + 1, 1)
        new["total"] = np.where(is_same, held["total"] + value, value)
        new["low"] = np.where(is_same, np.minimum(held["low"], value), value)
        new["high"] = np.where(is_same, np.maximum(held["high"], value), value)
        has_marked = batch.is_elsewhere.any()
        for end, reach, beyond in (
            ("counted_low", np.minimum, HIGHEST),
            ("counted_high", np.maximum, LOWEST),
        ):
            with_it = np.where(is_same, reach(held[end], value), value)
            if has_marked:
                without = np.where(is_same, held[end], beyond)
                with_it = np.where(batch.is_elsewhere, without, with_it)
            new[end] = with_it
        fits = is_new | (is_same & (held["count"] < COUNT_MAX))
        if fits.all():
            self.cells[at] = new
        else:
            self.cells[tuple(axis[fits] for axis in at)] = new[fits]

    def hold_many(self, batch: Batch) -> Flags:
        """Tell of each reading whether its slot has its value as the last."""
        numbers = batch.times // self.slot_ms
        held = self.cells[batch.planes, batch.rows, numbers % self.slots]
        same: Flags = (held["number"] == numbers) & (held["last"] == batch.values)
        return same

    def reach_many(self, times: Numbers, now: Millis) -> Flags:
        """Tell of each instant whether it is young enough to be kept here."""
        return times // self.slot_ms > now // self.slot_ms - self.slots

    def take_out(self, plane: int, row: int, time: Millis, known: int | None) -> Taken | None:
        """Take one value, if it is known, out of the slot of an instant; None for an empty slot.

        A slot of one value, or of equal ones, knows it by itself. Count and sum lose exactly the
        value. What of the highest and lowest is left follows from the sum: nothing can be higher
        than the sum without the lowest of all others, nor lower than it without the highest. So
        they may end up too wide, never too narrow. If the value was the slot's last, the mean of
        the others stands for what is not known.
        """
        number = time // self.slot_ms
        at = (plane, row, number % self.slots)
        if self.number[at] != number:
            return None
        total, count = int(self.total[at]), int(self.count[at])
        low, high = int(self.low[at]), int(self.high[at])
        value = low if known is None and low == high else known
        if value is None or not low <= value <= high:
            return Taken(None, is_exact=False)
        left, rest = count - 1, total - value
        if not left:
            self.number[at] = 0
            return Taken(value, is_exact=True)
        is_inside = low < value < high
        low, high = max(low, rest - (left - 1) * high), min(high, rest - (left - 1) * low)
        self.count[at], self.total[at], self.low[at], self.high[at] = left, rest, low, high
        if self.last[at] == value:
            self.last[at] = rest // left
        # Which were marked is not known of each, so what may count goes on counting.
        counted_low = max(int(self.counted_low[at]), low)
        counted_high = min(int(self.counted_high[at]), high)
        if counted_low > counted_high:
            counted_low, counted_high = HIGHEST, LOWEST
        self.counted_low[at], self.counted_high[at] = counted_low, counted_high
        return Taken(value, is_inside or low == high)

    def rebuild(self, finer: "Ring", plane: int, row: int, time: Millis) -> None:
        """Make the slot of an instant again from the finer ring's slots, if that has any."""
        ratio = self.slot_ms // finer.slot_ms
        number = time // self.slot_ms
        part = finer.span(plane, np.array([row]), number * ratio, (number + 1) * ratio)
        filled = np.flatnonzero(part.is_filled[:, 0])
        at = (plane, row, number % self.slots)
        if not len(filled):
            self.number[at] = 0
            return
        newest = int(part.numbers[filled[-1]]) % finer.slots
        self.number[at] = number
        self.count[at] = part.counts[filled, 0].sum()
        self.total[at] = part.total[filled, 0].sum()
        self.low[at] = part.low[filled, 0].min()
        self.high[at] = part.high[filled, 0].max()
        self.last[at] = finer.last[plane, row, newest]
        self.counted_low[at] = part.counted_low[filled, 0].min()
        self.counted_high[at] = part.counted_high[filled, 0].max()

    def holds(self, plane: int, row: int, time: Millis) -> int | None:
        """Give the last value in the slot of an instant, or nothing when it is empty."""
        number = time // self.slot_ms
        at = (plane, row, number % self.slots)
        return int(self.last[at]) if self.number[at] == number else None

    def count_at(self, plane: int, row: int, time: Millis) -> int:
        """Count the values in the slot of an instant."""
        number = time // self.slot_ms
        at = (plane, row, number % self.slots)
        return int(self.count[at]) if self.number[at] == number else 0

    def is_emptied(self, plane: int, row: int, time: Millis, other: Millis) -> bool:
        """Tell whether two instants share a slot, and that is empty."""
        is_shared = time // self.slot_ms == other // self.slot_ms
        return is_shared and not self.count_at(plane, row, time)

    def is_elsewhere(self, plane: int, row: int, time: Millis) -> bool:
        """Tell whether every value in the slot of an instant was given another cause."""
        at = (plane, row, time // self.slot_ms % self.slots)
        return bool(self.counted_low[at] > self.counted_high[at])

    def reaches(self, time: Millis, now: Millis) -> bool:
        """Tell whether an instant is young enough to be kept here."""
        return time // self.slot_ms > now // self.slot_ms - self.slots

    def newest(self, plane: int, row: int, now: Millis) -> tuple[Millis, int, bool] | None:
        """Give the start, the last value and the mark of the newest filled slot within reach."""
        slot = int(self.number[plane, row].argmax())
        at = (plane, row, slot)
        start = int(self.number[at]) * self.slot_ms
        if not start or not self.reaches(start, now):
            return None
        return start, int(self.last[at]), bool(self.counted_low[at] > self.counted_high[at])

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.number[:, row] = 0

    def stretch(self, plane: int, row: int, first: int, slots: int) -> NDArray[np.void]:
        """Read the filled slots of one row from the one numbered `first` on, oldest first."""
        numbers, start = self.number[plane, row], first % self.slots
        # Nothing is written ahead of now, so what is not older than the first is within.
        filled = (numbers[start : start + slots] >= first).nonzero()[0] + start
        beyond = start + slots - self.slots
        if beyond > 0:
            filled = np.concatenate((filled, (numbers[:beyond] >= first).nonzero()[0]))
        held: NDArray[np.void] = self.cells[plane, row].take(filled)
        return held

    def span(self, plane: int, rows: Rows | slice, first: int, end: int) -> Span:
        """Read the slots numbered `first` to `end`, the end left out, for some rows."""
        numbers = np.arange(first, end, dtype=np.int64)
        start, stop = first % self.slots, (end - 1) % self.slots + 1
        one = self.cells[plane]  # first, so that rows and slots keep their order
        if start < stop:
            cells = one[rows, start:stop].T
        else:
            cells = np.concatenate((one[rows, start:], one[rows, :stop]), axis=1).T
        return Span(
            numbers,
            cells["number"] == numbers[:, None],
            cells["count"],
            cells["total"],
            cells["low"],
            cells["high"],
            cells["counted_low"],
            cells["counted_high"],
        )
