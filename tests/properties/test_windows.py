"""What the memory answers, for every feature and any history, against its slow plain twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitord.domain.events import Stay, StayAction
from monitord.domain.features import Column, Comparator, Elapsed, SignalFeature, SignalMeasure
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, NEVER, SECOND, Millis
from monitord.windows.batch import PLANES_OF_SIGNALS, Batch, Reading
from monitord.windows.memory import Key, Memory, Touch
from monitord.windows.series import Sample
from monitord.windows.table import Table
from tests.reference.windows import Kept, SlowGrid, SlowSeries

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
            assert row == self.memory.roster.admit(f"p-{row}", "west", START)
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


# Reading every column after every happening is slow; a quarter of the examples is plenty.
quarter = settings(max_examples=max(1, settings().max_examples // 4))
both = pytest.mark.parametrize("word", ["temperature", "crp"])
one_or_many = pytest.mark.parametrize("rows", [(1,), CROWD], ids=["alone", "crowd"])


# Sent again without its mark, a value of another cause still has one.
SENT_AGAIN = [Act(0, 0, 3500, is_elsewhere=True), Act(0, 0, 3500)]


@both
@one_or_many
@quarter
@given(history=acts())
@example(history=SENT_AGAIN)
def test_every_feature_is_what_the_twin_says(
    word: str, rows: tuple[int, ...], history: list[Act]
) -> None:
    """After each of any happenings every column of every row is what counting by hand gives."""
    bench = Bench(word, rows)
    for act in history:
        bench.do(act)
        expected = bench.expected()
        for row in rows:
            assert {} == unlike(expected, bench.values(row))


def agree_all_along(word: str, rows: tuple[int, ...], history: list[Act]) -> None:
    """Compare every feature with the twin after each act."""
    bench = Bench(word, rows)
    for act in history:
        bench.do(act)
        assert {} == unlike(bench.expected(), bench.values(rows[-1]))


@one_or_many
@quarter
@given(history=acts(("final", "final", "corrected", "entered-in-error")))
def test_a_series_is_corrected_as_the_twin_says(rows: tuple[int, ...], history: list[Act]) -> None:
    """Rare values that are corrected or retracted, at any age, leave no trace."""
    agree_all_along("crp", rows, history)


@one_or_many
@quarter
@given(
    history=acts(
        ("final", "final", "corrected", "entered-in-error"),
        after_ms=st.integers(0, 20).map(lambda number: number * SECOND),
        late_ms=st.integers(0, 8 * 60).map(lambda number: number * SECOND),
    )
)
def test_a_second_is_taken_back_to_the_second(rows: tuple[int, ...], history: list[Act]) -> None:
    """Within ten minutes a correction takes out its own second and nothing else."""
    agree_all_along("temperature", rows, history)


@one_or_many
@quarter
@given(
    history=acts(
        ("final", "final", "corrected", "entered-in-error"),
        after_ms=st.integers(0, 70).map(lambda number: number * MINUTE),
        late_ms=st.integers(0, 22 * 60).map(lambda number: number * MINUTE),
    )
)
def test_a_minute_is_taken_back_to_the_minute(rows: tuple[int, ...], history: list[Act]) -> None:
    """Within a day a correction takes out its own minute and nothing else."""
    agree_all_along("temperature", rows, history)


@both
@quarter
@given(history=acts(("final", "final", "corrected", "entered-in-error")), instants=st.data())
def test_nothing_changes_before_it_is_due(
    word: str, history: list[Act], instants: st.DataObject
) -> None:
    """Until a cell is due reading it again gives the same, so replay may jump there."""
    bench = Bench(word)
    for act in history:
        bench.do(act)
    dues = dict(zip(bench.table.index, bench.table.due[:, 1].tolist(), strict=True))
    values = bench.values(1)
    coming = sorted({due for due in dues.values() if due < NEVER})
    assert all(bench.now < due for due in coming)
    edges = [due - 1 for due in coming] + [bench.now + 16 * DAY]
    for _ in range(4):
        then = instants.draw(st.sampled_from(edges) | st.integers(bench.now, bench.now + 16 * DAY))
        again = read_anew(bench, then)
        kept = {column: value for column, value in values.items() if dues[column] > then}
        assert {} == unlike(kept, again)


def read_anew(bench: Bench, now: Millis) -> dict[Column, float]:
    """Read every column of the first row with a new table."""
    table = Table(COLUMNS[bench.word], max(bench.rows) + 1, {})
    table.refresh_row(1, bench.memory, now)
    return dict(zip(table.index, table.values[:, 1].tolist(), strict=True))


@both
@quarter
@given(history=acts(), seconds=st.integers(0, 20_000))
def test_a_table_kept_current_is_one_read_anew(word: str, history: list[Act], seconds: int) -> None:
    """Reading only what was touched or is due gives what reading everything gives."""
    bench = Bench(word)
    for act in history:
        bench.do(act)
    then = bench.now + seconds * 13 * SECOND
    while (due := bench.table.next_deadline(2)) <= then:
        bench.table.refresh(bench.memory, due)
    bench.now = then
    assert {} == unlike(read_anew(bench, then), bench.values(1))
    assert {} == unlike(bench.expected(), bench.values(1))


def crowd_of_readings() -> st.SearchStrategy[list[tuple[Reading, bool]]]:
    """Draw readings of a few cells, so that many meet, each with a mark where a tick ends."""
    signals = [SIGNAL[word].index for word in ("temperature", "heart_rate", "spo2")]
    reading = st.builds(
        Reading,
        st.sampled_from(signals),
        st.sampled_from(CROWD),
        st.integers(0, 7_200).map(lambda seconds: START - seconds * SECOND),
        st.integers(0, 350),
        st.booleans(),
    )
    return st.lists(
        st.tuples(reading, st.sampled_from([False] * 59 + [True])), min_size=40, max_size=120
    )


@pytest.mark.parametrize("as_columns", [False, True], ids=["listed", "columns"])
@quarter
@given(marked=crowd_of_readings())
def test_a_batch_is_written_as_one_by_one(
    as_columns: bool, marked: list[tuple[Reading, bool]]
) -> None:
    """However readings are cut into ticks, listed or as columns, the same is remembered."""
    batched, single = Memory(max(CROWD), WAIVER_MS, {}), Memory(max(CROWD), WAIVER_MS, {})
    write = write_columns if as_columns else Memory.write_readings
    batch: list[Reading] = []
    for reading, is_end in marked:
        single.write_readings([reading], START)
        batch.append(reading)
        if is_end:
            write(batched, batch, START)
            batch = []
    write(batched, batch, START)
    assert everything(single) == everything(batched)
    assert touched_cells(single) == touched_cells(batched)


def write_columns(memory: Memory, readings: Sequence[Reading], now: Millis) -> None:
    """Write readings as the columns of one batch."""
    if readings:
        signals, rows, times, values, marks = (
            np.array(part) for part in zip(*readings, strict=True)
        )
        batch = Batch(PLANES_OF_SIGNALS[signals], rows, times, values, marks)
        memory.write_many(batch, now)


def touched_cells(memory: Memory) -> set[tuple[Key, int]]:
    """List what was touched, by signal and row, however it was noted."""
    one_by_one = {(key, row) for key, rows in memory.touched.items() for row in rows}
    many = {(key, int(row)) for key, rows in memory.touched_many.items() for row in rows}
    return one_by_one | many


def everything(memory: Memory) -> list[bytes]:
    """Copy out all that the grid holds."""
    grid = memory.grid
    rings = [
        field[ring.number > 0].tobytes()
        for ring in grid.rings
        for field in (ring.number, ring.count, ring.total, ring.low, ring.high, ring.last)
    ]
    lasts = (grid.last_time, grid.last_value, grid.last_is_elsewhere, grid.fresh, grid.rewritten)
    return rings + [field.tobytes() for field in lasts]


@both
@quarter
@given(history=acts(), later=acts())
def test_a_wiped_row_remembers_nothing(word: str, history: list[Act], later: list[Act]) -> None:
    """A row given to the next patient answers as one that was never used."""
    bench = Bench(word)
    bench.memory.describe(1, stay(bench, 3710))
    for act in history:
        bench.do(act)
    bench.memory.discharge("p-1", 0)
    bench.table.wipe(1)
    assert np.isnan(bench.table.values[:, 1]).all()
    bench.memory.roster.admit("p-2", "east", START)
    bench.table.refresh_row(1, bench.memory, bench.now)
    fresh = Bench(word)
    fresh.now = bench.now
    fresh.table.refresh_row(1, fresh.memory, fresh.now)
    assert {} == unlike(fresh.values(1), bench.values(1))
    for act in later:
        fresh.do(act)
        bench.do(act)
        assert {} == unlike(fresh.values(1), bench.values(1))
        assert fresh.table.due[:, 1].tolist() == bench.table.due[:, 1].tolist()


def stay(bench: Bench, usual: int) -> Stay:
    """Say what is usual for the patient of the first row."""
    bench.memory.touch(Touch.STAY, (1,))
    baseline = {bench.signal: usual}
    return Stay("p-1", bench.now, bench.now, StayAction.ADMIT, baseline=baseline)


@both
@quarter
@given(history=acts())
def test_the_usual_of_the_stay_comes_first(word: str, history: list[Act]) -> None:
    """What the stay calls usual is used whatever was measured, and a rise counts from it."""
    bench = Bench(word)
    bench.memory.describe(1, stay(bench, 3650))
    bench.twin.usual_of_stay = 3650
    for act in history:
        bench.do(act)
    assert {} == unlike(bench.expected(), bench.values(1))
