"""Courses over time as a few corner points, and the wandering that hides them.

Hours count from the onset of a story. Nothing here knows medicine, and nothing here reads a clock:
randomness comes from a generator that is given, so the same seed gives the same numbers.
"""

import math
from random import Random
from typing import Final, TypeAlias

from monitord.domain.time import Millis

Curve: TypeAlias = tuple[tuple[float, float], ...]

FLAT: Final[Curve] = ((0.0, 0.0),)
# How far noise may stray, in standard deviations: a healthy body has no one-in-a-million minutes.
_FARTHEST: Final = 2.5


def height(curve: Curve, hour: float) -> float:
    """Return the curve's value at `hour`: straight between its corners, level outside them.

    >>> height(((0.0, 0.0), (4.0, 2.0)), 1.0), height(((0.0, 0.0), (4.0, 2.0)), 99.0)
    (0.5, 2.0)
    """
    before_hour, before = curve[0]
    if hour <= before_hour:
        return before
    for corner_hour, corner in curve[1:]:
        if hour < corner_hour:
            share = (hour - before_hour) / (corner_hour - before_hour)
            return before + share * (corner - before)
        before_hour, before = corner_hour, corner
    return before


class Wander:
    """Noise that remembers itself: it strays by `spread` and forgets over `memory_ms`.

    An Ornstein-Uhlenbeck process, so that the reading of the next minute looks like this one's.
    """

    def __init__(self, spread: float, memory_ms: Millis, random: Random) -> None:
        self._spread = spread
        self._memory_ms = memory_ms
        self._random = random
        self._at: Millis | None = None
        self._value = 0.0

    def at(self, now: Millis) -> float:
        """Return the noise at `now`, which must not be earlier than the last one asked for."""
        kept = 0.0 if self._at is None else math.exp((self._at - now) / self._memory_ms)
        fresh = self._random.gauss(0.0, self._spread * math.sqrt(1.0 - kept * kept))
        limit = _FARTHEST * self._spread
        self._value = max(-limit, min(limit, kept * self._value + fresh))
        self._at = now
        return self._value
