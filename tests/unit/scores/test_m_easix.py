"""m-EASIX: the formula, its units, and what is unknown of it."""

import pytest

from monitord.scores.easix import m_easix
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages
from tests.reference.columns import one
from tests.reference.ratios import M_EASIX as TWIN
from tests.unit.scores.ratios import Cells, Intervals, assert_ends, assert_missing, ends

SCALE = m_easix(Grading())

CELLS: Cells = {
    "250 x 30 mg/L, which is 3 mg/dL, / 200 is 3.75": ({}, ends("3.75")),
    "a CRP of 0.1 mg/L is 0.01 mg/dL": ({"crp.last": 0.1}, ends("0.01", "0.02")),
    "a CRP of 200 mg/L is 20 mg/dL": ({"crp.last": 200}, ends("25.00")),
    "no CRP makes it nothing": ({"crp.last": 0}, ends("0.00")),
    "no platelets put it at the top": ({"platelets.last": 0}, ends("40000000000.00")),
    "everything at its plausible end is the top": (
        {"ldh.last": 200_000, "crp.last": 2_000, "platelets.last": 0.001},
        ends("40000000000.00"),
    ),
}

INTERVALS: Intervals = {
    "LDH unknown": ({"ldh.last": None}, ends("0.00", "3000.00"), ("ldh.last",)),
    "CRP unknown": ({"crp.last": None}, ends("0.00", "250.00"), ("crp.last",)),
    "platelets unknown": (
        {"platelets.last": None},
        ends("0.07", "40000000000.00"),
        ("platelets.last",),
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_value_of_known_bloods(cell: str) -> None:
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
    assert "LDH 250 U/L, CRP 30.0 mg/L, platelets 200.0 thousand/µL." == from_all
    without = SCALE.explain(one(SCALE, TWIN.well({"crp.last": None})), Ages())
    assert "LDH 250 U/L, CRP not known, platelets 200.0 thousand/µL." == without
