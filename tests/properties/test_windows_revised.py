"""What is left of a value that was corrected or retracted, at any age."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from monitord.domain.features import Column, SignalFeature, SignalMeasure
from monitord.domain.time import MINUTE, SECOND, Millis
from tests.properties.bench import START, Act, Bench, acts, one_or_many, quarter, read_anew, unlike
from tests.reference.windows import REACH


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
@given(history=acts(("final", "final", "corrected", "entered-in-error")))
def test_what_is_older_is_taken_back_as_far_as_it_is_known(
    rows: tuple[int, ...], history: list[Act]
) -> None:
    """At any age a correction takes out of minutes and half hours what the twin takes out."""
    agree_all_along("temperature", rows, history)


@one_or_many
@quarter
@given(
    history=acts(
        ("final", "final", "corrected", "entered-in-error"),
        after_ms=st.just(0) | st.integers(0, 20).map(lambda number: number * MINUTE),
        late_ms=st.integers(0, 40).map(lambda number: number * 10 * SECOND),
    )
)
def test_values_of_one_minute_are_told_apart_as_the_twin_does(
    rows: tuple[int, ...], history: list[Act]
) -> None:
    """So do those of one minute, of which some seconds are still known and some are not."""
    agree_all_along("temperature", rows, history)


@dataclass(frozen=True)
class Wrong:
    """A value that is charted wrongly, and after a while corrected or retracted."""

    place: int
    after_ms: Millis
    status: str
    value: int


def charts() -> st.SearchStrategy[list[tuple[Millis, int, bool]]]:
    """Draw what is charted within some hours, much of it close together: no second has two."""
    second = st.integers(0, 150) | st.integers(0, 4 * 3600)
    charted = st.tuples(second, st.integers(3500, 4200), st.booleans())
    return st.lists(charted, min_size=1, max_size=12, unique_by=lambda one: one[0])


def wrongs() -> st.SearchStrategy[list[Wrong]]:
    """Draw what turns out to be wrong, after minutes, hours or days."""
    after = st.integers(0, 20) | st.sampled_from([60, 60 * 23, 60 * 25])
    wrong = st.builds(
        Wrong,
        st.integers(0, 11),
        after.map(lambda minutes: minutes * MINUTE),
        st.sampled_from(["corrected", "entered-in-error"]),
        st.integers(3500, 4200),
    )
    return st.lists(wrong, min_size=1, max_size=6, unique_by=lambda one: one.place)


@given(charted=charts(), mistakes=wrongs())
def test_no_true_value_is_lost_with_a_wrong_one(
    charted: list[tuple[Millis, int, bool]], mistakes: list[Wrong]
) -> None:
    """Whatever is taken back, what else was measured stays within every lowest and highest."""
    bench = Bench("temperature")
    true: dict[Millis, tuple[int, bool]] = {}
    for second, value, mark in sorted(charted):
        bench.now = START + second * SECOND
        bench.write(Act(0, 0, value, mark), bench.now)
        true[bench.now] = (value, mark)
    for wrong in mistakes:
        bench.now += wrong.after_ms
        time = sorted(true)[wrong.place % len(true)] if true else bench.now
        bench.write(Act(0, 0, wrong.value, False, wrong.status), time)
        true.pop(time, None)
        if wrong.status == "corrected":
            true[time] = (wrong.value, False)
        for column, found in read_anew(bench, bench.now).items():
            assert is_within(column, found, true, bench.now), (column, found, true)


def is_within(
    column: Column, found: float, true: dict[Millis, tuple[int, bool]], now: Millis
) -> bool:
    """Tell whether an extreme or a count leaves out nothing that was truly measured."""
    if not isinstance(column, SignalFeature) or column.window_ms is None:
        return True
    slot_ms = next(ms for ms, reach in REACH.items() if column.window_ms <= reach)
    first = now // slot_ms + 1 - -(-column.window_ms // slot_ms)
    values = [
        value
        for time, (value, mark) in true.items()
        if time // slot_ms >= first and not (column.is_counted and mark)
    ]
    if not values:
        return True
    match column.measure:
        case SignalMeasure.MAX:
            return found >= max(values)
        case SignalMeasure.MIN:
            return found <= min(values)
        case SignalMeasure.COUNT:
            return found >= len(values)
        case _:
            return True
