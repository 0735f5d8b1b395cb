"""Shock index: the formula, its units, and what is unknown of it."""

import pytest

from monitord.scores.grading import Grading
from monitord.scores.scale import Ages
from monitord.scores.shock_index import scale
from tests.reference.columns import one
from tests.reference.ratios import SHOCK_INDEX as TWIN
from tests.unit.scores.ratios import Cells, Intervals, assert_ends, assert_missing, ends

SCALE = scale(Grading())

CELLS: Cells = {
    "60 / 120 is 0.50": ({}, ends("0.50")),
    "90 / 100 is 0.90": ({"heart_rate.last": 90, "systolic_bp.last": 100}, ends("0.90")),
    "100 / 110, which is 0.909, is 0.90 to 0.91": (
        {"heart_rate.last": 100, "systolic_bp.last": 110},
        ends("0.90", "0.91"),
    ),
    "no pressure puts it at the top": ({"systolic_bp.last": 0}, ends("350.00")),
    "the least pressure there is": (
        {"heart_rate.last": 350, "systolic_bp.last": 1},
        ends("350.00"),
    ),
    "no pulse makes it nothing": ({"heart_rate.last": 0}, ends("0.00")),
}

INTERVALS: Intervals = {
    "heart rate unknown": ({"heart_rate.last": None}, ends("0.00", "2.92"), ("heart_rate.last",)),
    "pressure unknown": ({"systolic_bp.last": None}, ends("0.16", "350.00"), ("systolic_bp.last",)),
    "no pressure and no pulse": (
        {"heart_rate.last": 0, "systolic_bp.last": 0},
        ends("0.00", "350.00"),
        (),
    ),
    "nothing known": (
        {"heart_rate.last": None, "systolic_bp.last": None},
        ends("0.00", "350.00"),
        ("heart_rate.last", "systolic_bp.last"),
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_value_of_known_vital_signs(cell: str) -> None:
    """The formula is computed to the hundredth, rounded outward, by twin and by score."""
    changed, expected = CELLS[cell]

    assert_ends(SCALE, TWIN, TWIN.well(changed), expected)


@pytest.mark.parametrize("story", INTERVALS)
def test_the_interval_of_what_is_unknown(story: str) -> None:
    """An unknown input could be anything plausible; it is missing where it alone would narrow."""
    changed, expected, missing = INTERVALS[story]

    assert_ends(SCALE, TWIN, TWIN.well(changed), expected)
    assert_missing(SCALE, TWIN, TWIN.well(changed), missing)


def test_the_reason_shows_what_it_is_made_of() -> None:
    """The sentence has each value in the unit it is kept in, or that it is not known."""
    from_all = SCALE.explain(one(SCALE, TWIN.well({})), Ages())
    assert "heart rate 60/min, systolic blood pressure 120 mmHg." == from_all
    without = SCALE.explain(one(SCALE, TWIN.well({"heart_rate.last": None})), Ages())
    assert "heart rate not known, systolic blood pressure 120 mmHg." == without
