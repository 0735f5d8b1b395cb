"""What holds of every score and every patient, known and unknown, alone and in the crowd."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.domain.signals import SIGNALS
from monitord.scores.columns import Interval
from monitord.scores.scale import Scale
from tests.reference.columns import crowd, graded, one, whole
from tests.reference.drawing import is_open, patient, value
from tests.reference.parts import Patient
from tests.reference.twins import PAIRS, TWINS

SCALES = tuple(scale for scale, _ in PAIRS.values())
HIGHEST = {
    "crs_astct": 4,
    "icans_astct": 4,
    "news2": 20,
    "qsofa": 3,
    "car_hematotox": 7,
    "easix": 200_000 * 80 * 100_000,  # hundredths, over the least platelets that are not 0
    "s_easix": 200_000 * 100_000,
    "m_easix": 200_000 * 200 * 100_000,
    "shock_index": 35_000,
    "sipa": 1,
}
RUBBISH = (float("nan"), float("inf"), float("-inf"))

every_scale = pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.name)
unhurried = settings(deadline=None, max_examples=60)


def alone(scale: Scale, someone: Patient) -> Interval:
    return scale.compute(one(scale, someone))  # type: ignore[arg-type]


def bits(low: object, high: object) -> bytes:
    return np.array([low, high], dtype=np.float64).tobytes()


@every_scale
@unhurried
@given(data=st.data())
def test_the_score_is_the_twins(scale: Scale, data: st.DataObject) -> None:
    """Any patient has by the score the interval that brute force gives."""
    someone = data.draw(patient(scale))

    assert TWINS[scale.name].interval(someone) == graded(alone(scale, someone))


@every_scale
@unhurried
@given(data=st.data())
def test_an_interval_is_in_order(scale: Scale, data: st.DataObject) -> None:
    """The low end is never above the high end, and both are grades that the scale has."""
    interval = graded(alone(scale, data.draw(patient(scale))))

    if interval is not None:
        assert 0 <= interval[0] <= interval[1] <= HIGHEST[scale.name]


@every_scale
@unhurried
@given(data=st.data())
def test_filling_in_a_value_never_widens(scale: Scale, data: st.DataObject) -> None:
    """Whatever an unknown input turns out to be, the interval stays within what it was."""
    someone = data.draw(patient(scale))
    before = graded(alone(scale, someone))
    unknown = [name for name in someone if someone[name] is None and is_last(name)]
    if before is None or not unknown:
        return
    name = data.draw(st.sampled_from(unknown))

    after = graded(alone(scale, {**someone, name: data.draw(value(name))}))

    if after is not None:
        assert before[0] <= after[0] <= after[1] <= before[1]


@every_scale
@unhurried
@given(data=st.data())
def test_losing_a_value_never_narrows(scale: Scale, data: st.DataObject) -> None:
    """A value that becomes unknown never lowers the high end and never raises the low end."""
    someone = data.draw(patient(scale))
    before = graded(alone(scale, someone))
    known = [name for name in someone if someone[name] is not None and is_last(name)]
    if before is None or not known:
        return

    after = graded(alone(scale, {**someone, data.draw(st.sampled_from(known)): None}))

    assert after is not None
    assert after[0] <= before[0] <= before[1] <= after[1]


def is_last(name: str) -> bool:
    return is_open(name) and not name.endswith((".max", ".min"))


@every_scale
@unhurried
@given(data=st.data())
def test_alone_equals_in_the_ward(scale: Scale, data: st.DataObject) -> None:
    """Each patient has the same bits alone, as the only one in an array, and in the crowd."""
    ward = data.draw(st.lists(patient(scale), min_size=1, max_size=9))
    together = scale.compute(crowd(scale, ward))

    for row, someone in enumerate(ward):
        low, high = alone(scale, someone)
        single = scale.compute(crowd(scale, [someone]))
        assert bits(low, high) == bits(together.low[row], together.high[row])
        assert bits(low, high) == bits(single.low[0], single.high[0])


@every_scale
@unhurried
@given(data=st.data())
def test_permuted_patients_have_permuted_grades(scale: Scale, data: st.DataObject) -> None:
    """In another order, every patient has the same bits."""
    ward = data.draw(st.lists(patient(scale), min_size=2, max_size=9))
    order = data.draw(st.permutations(range(len(ward))))
    together = scale.compute(crowd(scale, ward))

    shuffled = scale.compute(crowd(scale, [ward[row] for row in order]))

    assert bits(together.low[order], together.high[order]) == bits(shuffled.low, shuffled.high)


@every_scale
@unhurried
@given(data=st.data())
def test_a_neighbour_full_of_rubbish_changes_nothing(scale: Scale, data: st.DataObject) -> None:
    """A patient beside one whose numbers are NaN or infinite has the same bits."""
    someone = data.draw(patient(scale))
    columns = {
        name: np.array([whole(name, known), data.draw(st.sampled_from(rubbish(scale, name)))])
        for name, known in someone.items()
    }

    together = scale.compute(columns)

    assert bits(*alone(scale, someone)) == bits(together.low[0], together.high[0])


def rubbish(scale: Scale, name: str) -> tuple[float, ...]:
    """A coded signal is a word of its table or unknown; a number can be anything."""
    (entry,) = (entry for entry in scale.inputs if entry.name == name)
    signal = getattr(entry.feature, "signal", None)
    is_coded = signal is not None and bool(SIGNALS[signal].words) and name.endswith(".last")
    return RUBBISH[:1] if is_coded else RUBBISH


@every_scale
@unhurried
@given(data=st.data())
def test_inputs_are_left_as_they_were(scale: Scale, data: st.DataObject) -> None:
    """Grading writes nothing into the columns that it reads."""
    ward = data.draw(st.lists(patient(scale), min_size=1, max_size=5))
    columns = crowd(scale, ward)
    before = {name: column.tobytes() for name, column in columns.items()}
    for column in columns.values():
        column.flags.writeable = False

    scale.compute(columns)

    assert before == {name: column.tobytes() for name, column in columns.items()}
