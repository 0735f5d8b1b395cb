"""What the memory answers, for every feature and any history, against its slow plain twin."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from monitord.domain.events import Stay, StayAction
from monitord.domain.time import DAY, NEVER, SECOND
from monitord.windows.memory import Touch
from tests.properties.bench import (
    START,
    Act,
    Bench,
    acts,
    both,
    one_or_many,
    quarter,
    read_anew,
    unlike,
)

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


@both
@quarter
@given(history=acts(), later=acts())
def test_a_wiped_row_remembers_nothing(word: str, history: list[Act], later: list[Act]) -> None:
    """A row given to the next patient answers as one that was never used."""
    bench = Bench(word)
    bench.memory.describe(1, stay(bench, 3710))
    for act in history:
        bench.do(act)
    bench.memory.discharge("p-1", 0, 0)
    bench.table.wipe(1)
    assert np.isnan(bench.table.values[:, 1]).all()
    bench.memory.roster.admit("p-2", "east", START, START)
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
    bench.memory.touch(Touch.STAY, 1)
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
