"""Curves and the noise that hides them."""

from itertools import pairwise
from random import Random

import pytest

from monitord.adapters.simulator.curves import Wander, height
from monitord.domain.time import DAY, MINUTE

HILL = ((0.0, 0.0), (2.0, 4.0), (6.0, 0.0))


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(-5.0, 0.0), (0.0, 0.0), (1.0, 2.0), (2.0, 4.0), (5.0, 1.0), (6.0, 0.0), (99.0, 0.0)],
)
def test_a_curve_is_straight_between_its_corners_and_level_outside(
    hour: float, expected: float
) -> None:
    """The height of a curve is found on the straight line between the corners around it."""
    assert expected == height(HILL, hour)


def test_noise_stays_near_and_its_next_minute_is_like_this_one() -> None:
    """Noise never strays beyond two and a half times its spread, and moves slowly."""
    wander = Wander(2.0, 60 * MINUTE, Random("noise"))
    values = [wander.at(now) for now in range(0, 7 * DAY, MINUTE)]
    steps = [abs(after - before) for before, after in pairwise(values)]

    assert max(abs(value) for value in values) <= 5.0
    assert max(abs(value) for value in values) > 3.0
    assert sum(steps) / len(steps) < 0.5


def test_the_same_seed_gives_the_same_noise() -> None:
    """Two noises from one seed are one noise."""
    one, other = Wander(1.0, MINUTE, Random("s")), Wander(1.0, MINUTE, Random("s"))

    assert [one.at(n) for n in range(0, 9000, 100)] == [other.at(n) for n in range(0, 9000, 100)]
