"""The columns: every feature that a scale or a rule asks for, over all rows, kept current.

A cell is read again when what it hangs on was touched, or when its deadline has come; nothing else
can change it. So a tick on which nothing is touched and no deadline has come changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

import numpy as np

from monitord.domain.features import Column
from monitord.domain.time import NEVER, Millis
from monitord.windows.batch import Rows
from monitord.windows.context import One
from monitord.windows.memory import Key, Memory
from monitord.windows.readers import keys_of, many_reader, one_reader
from monitord.windows.running import Running, running
from monitord.windows.samples import Answer
from monitord.windows.shortcuts import Cells, Shortcut, shortcut
from monitord.windows.spans import Answers

# Below this many rows the plain loop is quicker than arrays.
FEW: Final = 6
# From this many changed rows on it is cheaper to look at everybody than to list them.
CROWD: Final = 32
# From this many changed rows on, one numpy call costs less than grading and judging one by one.
SEVERAL: Final = 12


class Way(NamedTuple):
    """How one cell of a column is brought up to date: the short way if there is one, or in full."""

    at: int
    update: Shortcut | None
    read: One


class Table:
    """Columns x rows: `values` in whole units (NaN where unknown), `due` in `Millis`.

    Rows whose cells changed are collected in `changed`, as row -> bits, one bit a column; columns
    that changed for a crowd of rows at once are only noted as bits, in `changed_for_many`.
    """

    def __init__(self, columns: Sequence[Column], rows: int, others: Mapping[Column, One]) -> None:
        """Allocate each distinct column, in the order given; `others` reads what memory has not."""
        self.index: dict[Column, int] = {}
        for column in columns:
            self.index.setdefault(column, len(self.index))
        self.values = np.full((len(self.index), rows), np.nan)
        self.due = np.full((len(self.index), rows), NEVER, dtype=np.int64)
        self.changed: dict[int, int] = {}
        self.changed_for_many = 0
        self._soonest: Millis | None = NEVER
        self._ways = [
            Way(at, None, others.get(column) or one_reader(column))
            for column, at in self.index.items()
        ]
        self._running: list[Running | None] = [None] * len(self.index)
        self._many = [many_reader(column) for column in self.index]
        self._by_key = self._sorted_by_key()

    def attach(self, memory: Memory) -> None:
        """Learn the short ways to bring cells up to date from this memory."""
        self._running = [running(column, memory.grid) for column in self.index]
        self._ways = [
            Way(at, shortcut(column, Cells(self.values[at], self.due[at]), memory), way.read)
            for way, (column, at) in zip(self._ways, self.index.items(), strict=True)
        ]
        self._by_key = self._sorted_by_key()

    def _sorted_by_key(self) -> dict[Key, list[Way]]:
        """Put together the ways of all that hangs on the same thing."""
        by_key: dict[Key, list[Way]] = {}
        for column, way in zip(self.index, self._ways, strict=True):
            for key in keys_of(column):
                by_key.setdefault(key, []).append(way)
        return by_key

    @property
    def has_crowd(self) -> bool:
        """Tell whether so many rows changed that it is cheaper to look at everybody."""
        return bool(self.changed_for_many) or len(self.changed) >= SEVERAL

    def changed_columns(self) -> int:
        """Give the bits of every column that changed for anybody."""
        return reduce(or_, self.changed.values(), self.changed_for_many)

    def next_deadline(self, rows_used: int) -> Millis:
        """Give the instant at which some cell may change although nothing arrives."""
        if self._soonest is None:
            self._soonest = int(self.due[:, :rows_used].min())
        return self._soonest

    def refresh(self, memory: Memory, now: Millis) -> None:
        """Read again every cell that was touched or is due."""
        for key, rows in memory.touched.items():
            if len(rows) < FEW:
                self._read_few(self._by_key.get(key, ()), rows, memory, now)
            else:
                crowd = np.array(sorted(rows), dtype=np.intp)
                for way in self._by_key.get(key, ()):
                    self._read_crowd(way, crowd, memory, now)
        for key, crowd in memory.touched_many.items():
            for way in self._by_key.get(key, ()):
                self._read_crowd(way, crowd, memory, now)
        if now >= self.next_deadline(memory.roster.rows_used):
            columns, due_rows = np.nonzero(self.due[:, : memory.roster.rows_used] <= now)
            for at in dict.fromkeys(columns.tolist()):
                self._read_crowd(self._ways[at], due_rows[columns == at], memory, now)
        memory.looked_at()

    def refresh_row(self, row: int, memory: Memory, now: Millis) -> None:
        """Read every cell of a row that was just given to a patient."""
        for at, _, read in self._ways:
            self._put(at, row, read(memory, row, now))

    def refresh_cell(self, column: Column, row: int, memory: Memory, now: Millis) -> None:
        """Read one cell again."""
        at, _, read = self._ways[self.index[column]]
        self._put(at, row, read(memory, row, now))

    def wipe(self, row: int) -> None:
        """Forget a row."""
        self.values[:, row] = np.nan
        self.due[:, row] = NEVER
        self._soonest = None
        self.changed.pop(row, None)

    def _read_crowd(self, way: Way, rows: Rows, memory: Memory, now: Millis) -> None:
        if len(rows) < FEW:
            self._read_few((way,), rows.tolist(), memory, now)
            return
        at = way.at
        runs, many = self._running[at], self._many[at]
        if runs is not None:
            again = memory.grid.rewritten[runs.plane, rows] | (self.due[at, rows] <= now)
            simple, rows = rows[~again], rows[again]
            old = Answers(self.values[at, simple], self.due[at, simple])
            self._put_many(at, simple, runs.all_carried_on(memory.grid, simple, old, now))
        if many is None:
            self._read_few((way,), rows.tolist(), memory, now)
        elif len(rows):
            self._put_many(at, rows, many(memory, rows, now))

    def _read_few(
        self, ways: Iterable[Way], rows: Iterable[int], memory: Memory, now: Millis
    ) -> None:
        self._soonest = None
        for row in rows:
            bits = 0
            for at, update, read in ways:
                has_changed = update(row, now) if update else None
                if has_changed is None:
                    self._put(at, row, read(memory, row, now))
                elif has_changed:
                    bits |= 1 << at
            if bits:
                self.changed[row] = self.changed.get(row, 0) | bits

    def _put_many(self, at: int, rows: Rows, answers: Answers) -> None:
        old, values = self.values[at, rows], answers.values
        has_changed = (old != values) & ~((old != old) & (values != values))
        self.values[at, rows] = values
        self.due[at, rows] = answers.dues
        self._soonest = None
        changed = np.count_nonzero(has_changed)
        if changed >= CROWD:
            self.changed_for_many |= 1 << at
        elif changed:
            for row in rows[has_changed].tolist():
                self.changed[row] = self.changed.get(row, 0) | 1 << at

    def _put(self, at: int, row: int, answer: Answer) -> None:
        value = answer.value
        old = self.values.item(at, row)
        if answer.due != self.due.item(at, row):
            self.due[at, row] = answer.due
            self._soonest = None
        if value != old and not (value != value and old != old):
            self.values[at, row] = value
            self.changed[row] = self.changed.get(row, 0) | 1 << at
