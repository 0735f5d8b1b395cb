"""How often somebody may call: a minute's worth at once, and after that at a steady rate.

Knowledge: the generic cell rate algorithm (ITU-T I.371), which keeps one instant for each caller.
Why by hand: docs/adr/0022.
"""

from collections.abc import Callable
from typing import Final

_MINUTE_S: Final = 60.0
_MOST_CALLERS: Final = 1024  # the one who called least lately is forgotten, and may call anew


class Limit:
    """So many calls of each caller at once, and as many again with every minute that passes."""

    def __init__(self, calls_a_minute: int, stopwatch_s: Callable[[], float]) -> None:
        """Remember everything; `stopwatch_s` must not follow a wall clock that is set."""
        self._stopwatch_s = stopwatch_s
        self._each_s = _MINUTE_S / calls_a_minute
        # When the calls of each would have been made at the steady rate.
        self._paid_until_s: dict[str, float] = {}

    def wait_s(self, caller: str) -> float:
        """Let a caller in and return 0, or return the seconds until the next call is let in."""
        now_s = self._stopwatch_s()
        paid_until_s = max(self._paid_until_s.pop(caller, now_s), now_s)
        wait_s = paid_until_s + self._each_s - (now_s + _MINUTE_S)
        is_early = wait_s > 1e-6  # of the sum of many steps
        self._paid_until_s[caller] = paid_until_s if is_early else paid_until_s + self._each_s
        if len(self._paid_until_s) > _MOST_CALLERS:
            del self._paid_until_s[next(iter(self._paid_until_s))]
        return wait_s if is_early else 0.0
