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
from monitord.windows.memory import Key, Memory, Touch
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


class Ways(NamedTuple):
    """The ways of what hangs on one thing: all of it in a row that is awake, less in one asleep."""

    awake: list[Way]
    asleep: list[Way]


_NO_WAYS: Final = Ways([], [])


class Table:
    """Columns x rows: `values` in whole units (NaN where unknown), `due` in `Millis`.

    Rows whose cells changed are collected in `changed`, as row -> bits, one bit a column; columns
    that changed for a crowd of rows at once are only noted as bits, in `changed_for_many`.
    Columns that sleep are unknown, and wait for nothing, until their row's patient is infused.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        rows: int,
        others: Mapping[Column, One],
        sleeping: frozenset[Column] = frozenset(),
    ) -> None:
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
        self._sleeps = np.array([column in sleeping for column in self.index], dtype=np.bool_)
        self._is_awake = np.zeros(rows, dtype=np.bool_)
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

    def _sorted_by_key(self) -> dict[Key, Ways]:
        """Put together the ways of all that hangs on the same thing."""
        by_key: dict[Key, Ways] = {}
        for column, way in zip(self.index, self._ways, strict=True):
            for key in keys_of(column):
                ways = by_key.setdefault(key, Ways([], []))
                ways.awake.append(way)
                if not self.sleeps(way.at):
                    ways.asleep.append(way)
        return by_key

    def sleeps(self, at: int) -> bool:
        """Tell whether a column sleeps until the infusion."""
        return bool(self._sleeps[at])

    def is_awake(self, row: int) -> bool:
        """Tell whether nothing sleeps in a row, because its patient was infused."""
        return bool(self._is_awake[row])

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
        self._wake(memory, now)
        for key, rows in memory.touched.items():
            ways = self._by_key.get(key, _NO_WAYS)
            if len(rows) < FEW:
                for row in rows:
                    its = ways.awake if self._is_awake.item(row) else ways.asleep
                    self._read_row(its, row, memory, now)
            else:
                self._read_all(ways, np.array(sorted(rows), dtype=np.intp), memory, now)
        for key, crowd in memory.touched_many.items():
            self._read_all(self._by_key.get(key, _NO_WAYS), crowd, memory, now)
        if now >= self.next_deadline(memory.roster.rows_used):
            columns, due_rows = np.nonzero(self.due[:, : memory.roster.rows_used] <= now)
            for at in dict.fromkeys(columns.tolist()):
                self._read_crowd(self._ways[at], due_rows[columns == at], memory, now)
        memory.looked_at()

    def refresh_row(self, row: int, memory: Memory, now: Millis) -> None:
        """Read every cell of a row that was just given to a patient, who is not infused yet."""
        for at, _, read in self._ways:
            if not self._sleeps[at]:
                self._put(at, row, read(memory, row, now))

    def refresh_cell(self, column: Column, row: int, memory: Memory, now: Millis) -> None:
        """Read one cell again, unless it sleeps."""
        at, _, read = self._ways[self.index[column]]
        if self._is_awake[row] or not self._sleeps[at]:
            self._put(at, row, read(memory, row, now))

    def wipe(self, row: int) -> None:
        """Forget a row."""
        self.values[:, row] = np.nan
        self.due[:, row] = NEVER
        self._is_awake[row] = False
        self._soonest = None
        self.changed.pop(row, None)

    def _wake(self, memory: Memory, now: Millis) -> None:
        """Read everything of those who were just infused."""
        for row in memory.touched.get(Touch.TREATMENT, ()):
            if not self._is_awake[row] and memory.treatments.infused_at(row) is not None:
                self._is_awake[row] = True
                # In full: the short ways carry on from what a cell was, and these were nothing.
                for at, _, read in self._ways:
                    self._put(at, row, read(memory, row, now))

    def _read_all(self, ways: Ways, rows: Rows, memory: Memory, now: Millis) -> None:
        woken = rows[self._is_awake[rows]]
        for way in ways.awake:
            self._read_crowd(way, woken if self._sleeps[way.at] else rows, memory, now)

    def _read_crowd(self, way: Way, rows: Rows, memory: Memory, now: Millis) -> None:
        if len(rows) < FEW:
            for row in rows.tolist():
                self._read_row((way,), row, memory, now)
            return
        at = way.at
        runs, many = self._running[at], self._many[at]
        if runs is not None:
            again = memory.grid.rewritten[runs.plane, rows] | (self.due[at, rows] <= now)
            simple, rows = rows[~again], rows[again]
            old = Answers(self.values[at, simple], self.due[at, simple])
            self._put_many(at, simple, runs.all_carried_on(memory.grid, simple, old, now))
        if many is None:
            for row in rows.tolist():
                self._read_row((way,), row, memory, now)
        elif len(rows):
            self._put_many(at, rows, many(memory, rows, now))

    def _read_row(self, ways: Iterable[Way], row: int, memory: Memory, now: Millis) -> None:
        self._soonest = None
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
