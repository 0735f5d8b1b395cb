"""The episodes that a list of grades makes, told from its beginning each time.

A grade is `(time, low, high)`: what a scale said from that instant until the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Grade = tuple[int, int, int]


@dataclass
class Slow:
    """One episode, as a nurse would write it on a sheet of paper."""

    began: int
    low: int
    high: int
    low_at: int
    quiet_since: int | None
    resolved: int | None


def episodes(grades: Sequence[Grade], resolved_after: int, now: int) -> list[Slow]:
    """List every episode that has begun by `now`."""
    found: list[Slow] = []
    for place, (time, low, high) in enumerate(grades):
        is_last = place + 1 == len(grades)
        until = now if is_last else grades[place + 1][0]
        open_one = found[-1] if found and found[-1].resolved is None else None
        if open_one is None and low >= 1:
            open_one = Slow(time, low, high, time, None, None)
            found.append(open_one)
        if open_one is None:
            continue
        if low > open_one.low:
            open_one.low, open_one.low_at = low, time
        open_one.high = max(open_one.high, high)
        if high >= 1:
            open_one.quiet_since = None
        elif open_one.quiet_since is None:
            open_one.quiet_since = time
        over = None if open_one.quiet_since is None else open_one.quiet_since + resolved_after
        if over is not None and over <= until:
            open_one.resolved = over
    return found
