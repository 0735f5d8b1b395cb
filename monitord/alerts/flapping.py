"""What becomes of a condition that comes and goes: one alert that says so, and stays for longer.

An alert that ended by itself and whose condition is true again within the flap window is the same
alert. One that is raised for the third time within the window is flapping: it then stays until its
condition has been false for the whole window. Nothing here makes an alert wait: it is raised when
it would have been, and calls each time it is raised.
"""

from typing import Final

from monitord.alerts.records import Ended, LiveAlert
from monitord.domain.time import Millis

# The third time is no chance any more: the house's own, no guideline gives a number.
_OFTEN: Final = 3


def continued(ended: Ended | None, now: Millis, window_ms: Millis) -> LiveAlert | None:
    """The record of an alert that comes back as itself; None when it is a new one."""
    if ended is None or now - ended.at >= window_ms:
        return None
    return ended.live


def raised(live: LiveAlert, now: Millis, window_ms: Millis) -> LiveAlert:
    """The record of an alert that is raised now, for the first time or again."""
    lately = tuple(at for at in live.raised_lately if now - at < window_ms)
    return live._replace(
        raised_at=now if live.raised_at is None else live.raised_at,
        flaps=live.flaps if live.raised_at is None else live.flaps + 1,
        raised_lately=(*lately, now),
    )


def times_on_and_off(live: LiveAlert) -> int:
    """How often the alert was raised within the flap window; 0 while that is not often."""
    times = len(live.raised_lately)
    return times if times >= _OFTEN else 0


def keep_ms(keep_ms: Millis, live: LiveAlert, window_ms: Millis) -> Millis:
    """How long the condition must be false before the alert ends: never shorter than its keep."""
    return max(keep_ms, window_ms) if times_on_and_off(live) else keep_ms
