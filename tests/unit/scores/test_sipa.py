"""SIPA, age by age, on both sides of each limit and of each birthday."""

import pytest

from monitord.scores.grading import Grading
from monitord.scores.scale import Ages
from monitord.scores.sipa import scale
from tests.reference import sipa as twin
from tests.reference.columns import graded, one
from tests.reference.parts import Patient

SCALE = scale(Grading())
RATE, SYSTOLIC = "heart_rate.last", "systolic_bp.last"


def child(age_years: float | None, rate: int | None, systolic: int | None = 100) -> Patient:
    return {"age_years": age_years, RATE: rate, SYSTOLIC: systolic}


CELLS: dict[str, tuple[Patient, int]] = {
    "1 year: 1.20 is within": (child(1, 120), 0),
    "1 year: 1.21 is above": (child(1, 121), 1),
    "1 year: 301 over 250, which is 1.204, is above": (child(1, 301, 250), 1),
    "6.99 years: 1.20 is within": (child(6.99, 120), 0),
    "6.99 years: 1.21 is above": (child(6.99, 121), 1),
    "7 years: 1.00 is within": (child(7, 100), 0),
    "7 years: 1.01 is above": (child(7, 101), 1),
    "11.99 years: 1.00 is within": (child(11.99, 100), 0),
    "11.99 years: 1.01 is above": (child(11.99, 101), 1),
    "12 years: 0.90 is within": (child(12, 90), 0),
    "12 years: 0.91 is above, by the stricter of its two limits": (child(12, 91), 1),
    "12.99 years: 0.91 is above": (child(12.99, 91), 1),
    "17.99 years: 0.90 is within": (child(17.99, 90), 0),
    "17.99 years: 0.91 is above": (child(17.99, 91), 1),
    "a pressure of 0 with a pulse is above": (child(8, 1, 0), 1),
    "no pressure and no pulse is not": (child(8, 0, 0), 0),
    "an unknown age is above where every age is": (child(None, 121), 1),
    "an unknown age is within where every age is": (child(None, 90), 0),
}

INTERVALS: dict[str, tuple[Patient, tuple[int, int], tuple[str, ...]]] = {
    "age unknown, 0.91": (child(None, 91), (0, 1), ("age_years",)),
    "age unknown, 1.20": (child(None, 120), (0, 1), ("age_years",)),
    "rate unknown": (child(8, None), (0, 1), (RATE,)),
    "pressure unknown": (child(8, 90, None), (0, 1), (SYSTOLIC,)),
    "pressure unknown, no pulse": (child(8, 0, None), (0, 0), ()),
    "rate unknown, at a pressure no pulse can outrun": (child(8, None, 350), (0, 0), ()),
    "rate and pressure unknown": (child(8, None, None), (0, 1), (RATE, SYSTOLIC)),
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_child_is_above_or_within(cell: str) -> None:
    """A child of an age is above the limit of that age or not, by twin and by score."""
    patient, expected = CELLS[cell]

    assert (expected, expected) == twin.interval(patient)
    assert (expected, expected) == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]


@pytest.mark.parametrize("story", INTERVALS)
def test_the_interval_of_what_is_unknown(story: str) -> None:
    """What is unknown leaves open what it could decide, and is missing where it alone decides."""
    patient, expected, missing = INTERVALS[story]

    assert expected == twin.interval(patient)
    assert expected == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert set(missing) == set(twin.missing(patient)) == set(SCALE.missing(one(SCALE, patient)))


@pytest.mark.parametrize("age_years", [0.99, 18, 60])
def test_the_limits_are_for_children_from_one_year(age_years: float) -> None:
    """Infants and adults have no limit here, and nothing is missing for one."""
    patient = child(age_years, 200, None)

    assert None is twin.interval(patient)
    assert None is graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert () == SCALE.missing(one(SCALE, patient))


def test_the_reason_names_what_was_compared() -> None:
    """The sentence has the age, the rate and the pressure, known or not."""
    known = one(SCALE, child(12.5, 95, 98))
    assert "12 years old, heart rate 95/min, systolic blood pressure 98 mmHg." == SCALE.explain(
        known, Ages()
    )
    nothing = one(SCALE, child(None, None, None))
    assert (
        "age not known, heart rate not known, systolic blood pressure not known."
        == SCALE.explain(nothing, Ages())
    )
