"""The arithmetic that all ratios share, by formulas made up for its corners."""

import pytest

from monitord.scores.ratio import Ratio
from tests.reference.columns import graded

MILLIMETERS, MG_DL = ("systolic_bp", "mm[Hg]"), {"crp": "mg/dL"}
NAN = float("nan")


@pytest.mark.parametrize(
    ("crp_mg_dl", "pressure", "expected"),
    [(20, 4, (5, 5)), (25, 10, (2, 3)), (1, 1, (1, 1)), (0, 1, (0, 0))],
)
def test_a_quotient_is_rounded_outward(
    crp_mg_dl: int, pressure: int, expected: tuple[int, int]
) -> None:
    """The unit of the formula is larger than that of the signal: 1 mg/dL is 100 whole units."""
    ratio = Ratio(MG_DL, MILLIMETERS, 0)
    found = ratio({"crp.last": crp_mg_dl * 100, "systolic_bp.last": pressure})  # type: ignore[dict-item]
    assert expected == graded(found)


def test_the_least_that_is_not_nothing_divides() -> None:
    """Over 1 the quotient is a number; over nothing it is the most that the ratio can be."""
    ratio = Ratio(MG_DL, MILLIMETERS, 0)
    over_one = ratio({"crp.last": 300, "systolic_bp.last": 1})  # type: ignore[dict-item]
    over_nothing = ratio({"crp.last": 300, "systolic_bp.last": 0})  # type: ignore[dict-item]
    assert (3, 3) == graded(over_one)
    assert (ratio.top, ratio.top) == graded(over_nothing)


def test_the_least_that_is_multiplied_leaves_nothing_open() -> None:
    """One step of the value over nothing is at the top; none at all could be anything."""
    ratio = Ratio({"heart_rate": "/min"}, MILLIMETERS, 0)
    one = ratio({"heart_rate.last": 1, "systolic_bp.last": 0})  # type: ignore[dict-item]
    none = ratio({"heart_rate.last": 0, "systolic_bp.last": 0})  # type: ignore[dict-item]
    assert (ratio.top, ratio.top) == graded(one)
    assert (0, ratio.top) == graded(none)


def test_what_is_multiplied_narrows_as_soon_as_something_divides() -> None:
    """A pressure of 1 is enough for the unknown pulse to be missed, and one of 0 is too."""
    ratio = Ratio({"heart_rate": "/min"}, MILLIMETERS, 0)
    assert ratio.narrows("heart_rate.last", {"heart_rate.last": NAN, "systolic_bp.last": 1})
    assert ratio.narrows("heart_rate.last", {"heart_rate.last": NAN, "systolic_bp.last": 0})


def test_a_signal_that_never_is_nothing_has_no_place_in_a_ratio() -> None:
    """Temperature begins at 25 degrees, which the arithmetic does not know."""
    with pytest.raises(AssertionError, match="temperature"):
        Ratio({"temperature": "Cel", **MG_DL}, MILLIMETERS, 0)
