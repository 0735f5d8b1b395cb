"""What each scale says of itself: its top, its decimals, and whether it is told."""

from typing import Final

from monitord.scores import SCALES
from monitord.scores.grading import Grading

MADE: Final = {scale.name: scale for scale in (make(Grading()) for make in SCALES)}


def test_the_top_of_each_scale() -> None:
    """No interval ends above the highest grade that the guideline's table has."""
    assert {
        "crs_astct": 4,
        "icans_astct": 4,
        "news2": 20,
        "qsofa": 3,
        "car_hematotox": 7,
        "sipa": 1,
    } == {name: scale.highest for name, scale in MADE.items() if not scale.decimals}


def test_the_numbers_that_move_with_every_reading_are_told_to_nobody() -> None:
    """Three scales follow breathing, pulse and pressure; an assessment of each would be noise."""
    told_to_nobody = {name for name, scale in MADE.items() if not scale.is_told}
    assert {"qsofa", "sipa", "shock_index"} == told_to_nobody


def test_ratios_have_two_decimals() -> None:
    """EASIX, its two relatives and the shock index are told to the hundredth."""
    with_decimals = {name: scale.decimals for name, scale in MADE.items() if scale.decimals}
    assert dict.fromkeys(("easix", "s_easix", "m_easix", "shock_index"), 2) == with_decimals
