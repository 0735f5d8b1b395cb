"""s-EASIX: the formula, its units, and what is unknown of it."""

import pytest

from monitord.scores.easix import s_easix
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages
from tests.reference.columns import one
from tests.reference.ratios import S_EASIX as TWIN
from tests.unit.scores.ratios import Cells, Intervals, assert_ends, assert_missing, ends

SCALE = s_easix(Grading())

CELLS: Cells = {
    "250 / 200 is 1.25": ({}, ends("1.25")),
    "251 / 200, which is 1.255, is 1.25 to 1.26": ({"ldh.last": 251}, ends("1.25", "1.26")),
    "no platelets put it at the top": ({"platelets.last": 0}, ends("200000000.00")),
    "everything at its plausible end is the top": (
        {"ldh.last": 200_000, "platelets.last": 0.001},
        ends("200000000.00"),
    ),
}

INTERVALS: Intervals = {
    "LDH unknown": ({"ldh.last": None}, ends("0.00", "1000.00"), ("ldh.last",)),
    "platelets unknown": (
        {"platelets.last": None},
        ends("0.02", "200000000.00"),
        ("platelets.last",),
    ),
    "nothing known": (
        {"ldh.last": None, "platelets.last": None},
        ends("0.00", "200000000.00"),
        ("ldh.last", "platelets.last"),
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
    assert "LDH 250 U/L, platelets 200.0 thousand/µL." == from_all
    without = SCALE.explain(one(SCALE, TWIN.well({"ldh.last": None})), Ages())
    assert "LDH not known, platelets 200.0 thousand/µL." == without
