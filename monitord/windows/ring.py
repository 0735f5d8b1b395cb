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
        ("is_elsewhere", np.bool_),
    ],
    align=True,
)
PLAIN_CELL: Final = Struct("=IiHhhh?xxx")
assert PLAIN_CELL.size == CELL.itemsize, "both describe the same bytes"


class Span(NamedTuple):
    """What a window holds, for some rows: slots x rows, oldest first.

    `numbers` names the slots; `is_elsewhere` marks those whose every finding has another cause.
    """

    numbers: Numbers
    is_filled: Flags
    counts: NDArray[np.uint16]
    total: NDArray[np.int32]
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    is_elsewhere: Flags


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
        self.is_elsewhere = self.cells["is_elsewhere"]
        # And as plain bytes: one reading is read and written there in half the time.
        self._rows = rows
        self._bytes = plain.data

    def write(self, plane: int, row: int, time: Millis, value: int, is_elsewhere: bool) -> None:
        """Add one value to its slot."""
        number = time // self.slot_ms
        at = ((plane * self._rows + row) * self.slots + number % self.slots) * CELL.itemsize
        held, total, count, low, high, _, was_elsewhere = PLAIN_CELL.unpack_from(self._bytes, at)
        if held > number:
            return  # the slot has gone on to a later time: too old for this ring
        if held < number:
            PLAIN_CELL.pack_into(
                self._bytes, at, number, value, 1, value, value, value, is_elsewhere
            )
        elif count < COUNT_MAX:
            low, high = min(low, value), max(high, value)
            mark = is_elsewhere and was_elsewhere
            PLAIN_CELL.pack_into(
                self._bytes, at, number, total + value, count + 1, low, high, value, mark
            )

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
        new["is_elsewhere"] = batch.is_elsewhere & (is_new | held["is_elsewhere"])
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

    def erase(self, plane: int, row: int, begin: Millis, end: Millis) -> None:
        """Empty the slots of a span of time, as far as the ring still has them."""
        numbers = self.number[plane, row]
        first, last = begin // self.slot_ms, (end - 1) // self.slot_ms
        numbers[(numbers >= first) & (numbers <= last)] = 0

    def rebuild(self, finer: "Ring", plane: int, row: int, time: Millis) -> None:
        """Make the slot of an instant again from the finer ring's slots, if that has any."""
        self.erase(plane, row, time, time + 1)
        ratio = self.slot_ms // finer.slot_ms
        number = time // self.slot_ms
        part = finer.span(plane, np.array([row]), number * ratio, (number + 1) * ratio)
        filled = np.flatnonzero(part.is_filled[:, 0])
        if not len(filled):
            return
        at = (plane, row, number % self.slots)
        newest = int(part.numbers[filled[-1]]) % finer.slots
        self.number[at] = number
        self.count[at] = part.counts[filled, 0].sum()
        self.total[at] = part.total[filled, 0].sum()
        self.low[at] = part.low[filled, 0].min()
        self.high[at] = part.high[filled, 0].max()
        self.last[at] = finer.last[plane, row, newest]
        self.is_elsewhere[at] = part.is_elsewhere[filled, 0].all()

    def holds(self, plane: int, row: int, time: Millis) -> int | None:
        """Give the last value in the slot of an instant, or nothing when it is empty."""
        number = time // self.slot_ms
        at = (plane, row, number % self.slots)
        return int(self.last[at]) if self.number[at] == number else None

    def reaches(self, time: Millis, now: Millis) -> bool:
        """Tell whether an instant is young enough to be kept here."""
        return time // self.slot_ms > now // self.slot_ms - self.slots

    def newest(self, plane: int, row: int) -> tuple[Millis, int, bool] | None:
        """Give the start, the last value and the mark of the newest filled slot of a row."""
        numbers = self.number[plane, row]
        slot = int(numbers.argmax())
        if numbers[slot] == 0:
            return None
        at = (plane, row, slot)
        start = int(numbers[slot]) * self.slot_ms
        return start, int(self.last[at]), bool(self.is_elsewhere[at])

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.number[:, row] = 0

    def stretch(self, plane: int, row: int, first: int, slots: int) -> NDArray[np.void]:
        """Read the filled slots of one row from the one numbered `first` on, oldest first."""
        one = self.cells[plane, row]
        start = first % self.slots
        held = one[start : start + slots]
        if start + slots > self.slots:
            held = np.concatenate((held, one[: start + slots - self.slots]))
        # Nothing is written ahead of now, so what is not older than the first is within.
        filled: NDArray[np.void] = held[held["number"] >= first]
        return filled

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
            cells["is_elsewhere"],
        )
