"""Published scores, one file each, as intervals."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from monitord.scores import (
    car_hematotox,
    crs_astct,
    easix,
    icans_astct,
    news2,
    qsofa,
    shock_index,
    sipa,
)
from monitord.scores.grading import Grading
from monitord.scores.scale import Scale

# Every scale, made with a unit's own thresholds: add a score by its file and its name here.
SCALES: Final[tuple[Callable[[Grading], Scale], ...]] = (
    crs_astct.scale,
    icans_astct.scale,
    news2.scale,
    qsofa.scale,
    car_hematotox.scale,
    easix.easix,
    easix.s_easix,
    easix.m_easix,
    shock_index.scale,
    sipa.scale,
)
# What one step of each scale is worth, by its name.
SCALE_STEPS: Final[Mapping[str, Fraction]] = {
    scale.name: scale.step for scale in (make(Grading()) for make in SCALES)
}
SCALE_NAMES: Final = tuple(SCALE_STEPS)
