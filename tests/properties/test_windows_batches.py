"""Many readings written together are remembered as one by one."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.domain.signals import SIGNAL
from monitord.domain.time import SECOND, Millis
from monitord.windows.batch import PLANES_OF_SIGNALS, Batch, Reading
from monitord.windows.memory import Key, Memory
from tests.properties.bench import CROWD, START, WAIVER_MS, quarter


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
    rings = [ring.cells[ring.number > 0].tobytes() for ring in grid.rings]
    lasts = (grid.last_time, grid.last_value, grid.last_is_elsewhere, grid.fresh, grid.rewritten)
    return rings + [field.tobytes() for field in lasts]
