"""A memory with a table over one signal, driven together with its slow plain twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from monitord.domain.features import Column, Comparator, Elapsed, SignalFeature, SignalMeasure
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from monitord.windows.batch import Reading
from monitord.windows.memory import Memory
from monitord.windows.series import Sample
from monitord.windows.table import Table
from tests.reference.slots import Kept
from tests.reference.windows import SlowGrid, SlowSeries

START = 20_000 * DAY
WAIVER_MS = DAY
# One patient is read by itself; seven are more than the table reads one by one.
CROWD = tuple(range(1, 8))
# One that each ring serves, to its last slot and beyond, and one that is no whole slots.
WINDOWS_MS = (90 * SECOND, 10 * MINUTE, 11 * MINUTE + SECOND, DAY, 25 * HOUR, 14 * DAY)
WINDOWED = (
    SignalMeasure.MIN,
    SignalMeasure.MAX,
    SignalMeasure.MEAN,
    SignalMeasure.COUNT,
    SignalMeasure.SLOPE,
    SignalMeasure.SHARE_VALID,
)
PLAIN = (
    SignalMeasure.LAST,
    SignalMeasure.STALE,
    SignalMeasure.ELSEWHERE,
    SignalMeasure.USUAL,
    SignalMeasure.USUAL_AT_THIS_HOUR,
    SignalMeasure.RISE,
)


def columns(word: str) -> list[Column]:
    """List everything that can be asked of a signal."""
    index = SIGNAL[word].index
    found: list[Column] = [SignalFeature(word, index, measure) for measure in PLAIN]
    found += [
        SignalFeature(word, index, measure, window_ms)
        for measure, window_ms in product(WINDOWED, WINDOWS_MS)
    ]
    found += [
        Elapsed(SignalFeature(word, index, SignalMeasure.AGE), limit_ms)
        for limit_ms in (MINUTE, HOUR, 9 * HOUR)
    ]
    if word == "crp":
        return found
    found += [
        SignalFeature(word, index, measure, window_ms, is_counted=True)
        for measure, window_ms in product((SignalMeasure.MIN, SignalMeasure.MAX), WINDOWS_MS)
    ]
    beyond = SignalMeasure.SECONDS_BEYOND
    sides = (Comparator.AT_LEAST, Comparator.ABOVE, Comparator.AT_MOST, Comparator.BELOW)
    found += [
        SignalFeature(word, index, beyond, window_ms, comparison, Decimal("38.0"))
        for comparison, window_ms in product(sides, (90 * SECOND, 2 * HOUR))
    ]
    return found


COLUMNS = {word: columns(word) for word in ("temperature", "crp")}


@dataclass(frozen=True)
class Act:
    """One thing that happens to the memory: how long after the last, and how late it comes."""

    after_ms: Millis
    late_ms: Millis
    value: int
    is_elsewhere: bool = False
    status: str = "final"


def afters() -> st.SearchStrategy[int]:
    """Draw a pause: nothing, seconds, minutes, hours, or more than every ring reaches."""
    return (
        st.integers(0, 5).map(lambda number: number * SECOND)
        | st.integers(1, 900).map(lambda number: number * SECOND)
        | st.integers(1, 90).map(lambda number: number * MINUTE)
        | st.sampled_from([HOUR, 11 * HOUR, DAY, 2 * DAY, 13 * DAY, 15 * DAY])
    )


def delays() -> st.SearchStrategy[int]:
    """Draw a lateness; most come at once, some within their second or far out of reach."""
    late = st.sampled_from([1, 250, SECOND, 30 * SECOND, MINUTE, 9 * MINUTE, 11 * MINUTE])
    very_late = st.sampled_from([HOUR, 5 * HOUR, DAY, 25 * HOUR, 9 * DAY, 20 * DAY])
    return st.just(0) | st.just(0) | late | st.integers(0, 3 * MINUTE) | very_late


def acts(
    statuses: Sequence[str] = ("final",), **fixed: st.SearchStrategy[int]
) -> st.SearchStrategy[list[Act]]:
    """Draw a history of up to twelve happenings."""
    act = st.builds(
        Act,
        fixed.get("after_ms", afters()),
        fixed.get("late_ms", delays()),
        st.sampled_from([3500, 3700, 3799, 3800, 3801, 4100]) | st.integers(3000, 4500),
        st.sampled_from([False, False, False, True]),
        st.sampled_from(statuses),
    )
    return st.lists(act, min_size=1, max_size=12)


class Bench:
    """A memory with a table over one signal, and the twin that is told the same."""

    def __init__(self, word: str, rows: Sequence[int] = (1,), stale_after_ms: Millis = 5 * HOUR):
        self.word, self.signal = word, SIGNAL[word].index
        self.rows = rows
        self.memory = Memory(max(rows), WAIVER_MS, {word: stale_after_ms})
        self.table = Table(COLUMNS[word], max(rows) + 1, {})
        self.table.attach(self.memory)
        twin = SlowGrid if word == "temperature" else SlowSeries
        self.twin: SlowGrid | SlowSeries = twin(stale_after_ms)
        self.now = START
        for row in rows:
            assert row == self.memory.roster.admit(f"p-{row}", "west", START, START)
            self.table.refresh_row(row, self.memory, START)

    def do(self, act: Act) -> None:
        """Let a thing happen to every row, and to the twin."""
        self.now += act.after_ms
        time = self.now - act.late_ms
        if act.status != "final":
            self.twin.erase(time, self.now)
        if act.status != "entered-in-error":
            self.twin.write(Kept(time, act.value, act.is_elsewhere), self.now)
        self.write(act, time)
        self.table.refresh(self.memory, self.now)

    def write(self, act: Act, time: Millis) -> None:
        readings = [
            Reading(self.signal, row, time, act.value, act.is_elsewhere) for row in self.rows
        ]
        sample = Sample(time, self.now, act.value, act.is_elsewhere)
        for reading in readings:
            if act.status == "entered-in-error":
                self.memory.erase(self.signal, reading.row, time, self.now)
            elif self.word == "crp":
                self.memory.write_sample(self.signal, reading.row, sample)
            elif act.status == "corrected":
                self.memory.replace_reading(reading, self.now)
        if self.word == "temperature" and act.status == "final":
            self.memory.write_readings(readings, self.now)

    def values(self, row: int) -> dict[Column, float]:
        column = self.table.values[:, row].tolist()
        return dict(zip(self.table.index, column, strict=True))

    def expected(self) -> dict[Column, float]:
        return {column: answer(self.twin, column, self.now) for column in self.table.index}


def answer(twin: SlowGrid | SlowSeries, column: Column, now: Millis) -> float:
    """Ask the twin; NaN where it does not know."""
    match column:
        case Elapsed(_, limit_ms):
            found: float | None = twin.is_older(limit_ms, now, START)
        case SignalFeature(_, _, SignalMeasure.LAST):
            found = twin.last(now)
        case SignalFeature(_, _, SignalMeasure.STALE):
            found = twin.stale(now)
        case SignalFeature(_, _, SignalMeasure.ELSEWHERE):
            found = twin.elsewhere(now)
        case SignalFeature(_, _, SignalMeasure.USUAL):
            found = twin.usual(now)
        case SignalFeature(_, _, SignalMeasure.USUAL_AT_THIS_HOUR):
            found = twin.usual_at_this_hour(now)
        case SignalFeature(_, _, SignalMeasure.RISE):
            found = twin.rise(now)
        case SignalFeature():
            found = twin.measure(column, now)
        case _:
            raise AssertionError(column)
    return float("nan") if found is None else float(found)


def unlike(
    expected: dict[Column, float], found: dict[Column, float]
) -> dict[Column, tuple[float, float]]:
    """List where two readings differ; the slope may differ in its last bits."""
    return {
        column: (value, found[column])
        for column, value in expected.items()
        if not is_same(column, value, found[column])
    }


def is_same(column: Column, first: float, second: float) -> bool:
    if isinstance(column, SignalFeature) and column.measure is SignalMeasure.SLOPE:
        return bool(np.isclose(first, second, rtol=1e-12, atol=0, equal_nan=True))
    return first == second or (first != first and second != second)


def read_anew(bench: Bench, now: Millis) -> dict[Column, float]:
    """Read every column of the first row with a new table."""
    table = Table(COLUMNS[bench.word], max(bench.rows) + 1, {})
    table.refresh_row(1, bench.memory, now)
    return dict(zip(table.index, table.values[:, 1].tolist(), strict=True))


# Reading every column after every happening is slow; a quarter of the examples is plenty.
quarter = settings(max_examples=max(1, settings().max_examples // 4))
both = pytest.mark.parametrize("word", ["temperature", "crp"])
one_or_many = pytest.mark.parametrize("rows", [(1,), CROWD], ids=["alone", "crowd"])
