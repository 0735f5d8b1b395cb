"""Published scores, one file each, as intervals."""

from collections.abc import Callable
from typing import Final

from monitord.scores import crs_astct, icans_astct, news2
from monitord.scores.grading import Grading
from monitord.scores.scale import Scale

# Every scale, made with a unit's own thresholds: add a score by its file and its name here.
SCALES: Final[tuple[Callable[[Grading], Scale], ...]] = (
    crs_astct.scale,
    icans_astct.scale,
    news2.scale,
)
SCALE_NAMES: Final = tuple(make(Grading()).name for make in SCALES)
