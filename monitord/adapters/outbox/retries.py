"""How long to wait before a notification is tried again, and which news may replace which.

Pure: time and chance are arguments. The waits double and are drawn at random from the whole span
(the "full jitter" of exponential backoff), so that channels which failed together do not come
back together.
"""

from typing import Final

from monitord.domain.notifications import DeliveryState
from monitord.domain.time import MINUTE, SECOND, Millis

# A page should be tried again before anybody would have noticed that it failed.
FIRST_WAIT_MS: Final = 2 * SECOND
# A channel that comes back is used within a minute; more often would be a load on a sick server.
LONGEST_WAIT_MS: Final = MINUTE
# Never at once: an answer that comes at once would otherwise make a busy loop.
LEAST_WAIT_MS: Final = SECOND // 4
_MOST_DOUBLINGS: Final = 10  # 2 s doubled ten times is far above the longest wait

_RANK: Final = {
    DeliveryState.QUEUED: 0,
    DeliveryState.EXPIRED: 1,
    DeliveryState.FAILED: 1,
    DeliveryState.SENT: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.ACCEPTED: 4,
}


def wait_ms(
    attempts: int, left_ms: Millis, chance: float, asked_ms: Millis | None = None
) -> Millis | None:
    """Return how long to wait after a failed attempt, or nothing when no time is left for another.

    `attempts` counts those made, `left_ms` is the time until expiry, `chance` is in [0, 1).
    `asked_ms` is what the channel asked for, and is kept. A wait that nobody asked for takes at
    most half the time left, so that there is always a last attempt.

    >>> [wait_ms(n, 600_000, 0.5) for n in (1, 2, 3, 20)]
    [1125, 2125, 4125, 30125]
    >>> wait_ms(1, 10_000, 0.5, asked_ms=30_000) is None
    True
    """
    doubled = FIRST_WAIT_MS << min(attempts - 1, _MOST_DOUBLINGS)
    span = min(LONGEST_WAIT_MS, doubled) - LEAST_WAIT_MS
    wait = LEAST_WAIT_MS + int(chance * span)
    wait = max(LEAST_WAIT_MS, min(wait, left_ms // 2))
    if asked_ms is not None:
        wait = max(wait, asked_ms)
    return wait if wait < left_ms else None


def is_news(before: DeliveryState, after: DeliveryState) -> bool:
    """Whether what is heard now may replace what is known: only for the better, or a late refusal.

    What a device has shown cannot be unsent, but what was merely handed over can still bounce.

    >>> is_news(DeliveryState.DELIVERED, DeliveryState.SENT)
    False
    >>> is_news(DeliveryState.SENT, DeliveryState.FAILED)
    True
    """
    if before is DeliveryState.SENT and after is DeliveryState.FAILED:
        return True
    return _RANK[after] > _RANK[before]
