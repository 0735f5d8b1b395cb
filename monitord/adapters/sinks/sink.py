"""What every channel promises, and the few things that all of them share.

A sink is handed a notification and returns what came of it. Whatever the other side does, it
raises nothing, answers within its time limit, never holds up the event loop, and may be cancelled
at any moment. The same notification sent again carries the same id, so that the other side can
tell. No word of it holds an address or a secret, because it is kept in the audit.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol, runtime_checkable

from monitord.domain.alerts import Priority
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import SECOND, Millis

# Reads the clock; handed in, because only adapters/clock.py reads one.
Now = Callable[[], Millis]

# Long enough for a busy server far away; short enough that a chain's next step is not held up.
ANSWER_WITHIN_MS: Final = 10 * SECOND
# One that hangs, or two, hold up no other; few enough that a sick server is not asked by a crowd.
# The last place is kept for calling somebody with high priority, whatever else hangs.
AT_ONCE: Final = 4
# An answer in the audit is read by a person; more than this is no longer a message.
_MOST_DETAIL: Final = 200


class Sink(Protocol):
    """One channel of one kind; `refresh_every_ms` is set where it must be kept alive.

    At most `at_once` notifications are under way at a time, and never two of the same alert.
    """

    kind: str
    at_once: int
    refresh_every_ms: Millis | None

    async def send(self, notification: Notification) -> Outcome:
        """Try once to tell; QUEUED means: not now, try again."""
        ...

    async def close(self) -> None:
        """Give back what the sink holds; it sends nothing afterwards."""
        ...


@runtime_checkable
class KeptAlive(Protocol):
    """A sink whose alerts end by themselves unless they are said again."""

    async def refresh(
        self, standing: Sequence[Notification], besides: Collection[str] = ()
    ) -> Outcome:
        """Say again what stands: the last notification that was sent of each open alert.

        Of an alert that is named nothing is sent meanwhile. Those `besides` are being sent, or were
        and are not written down yet: they are not said again, and not forgotten either.
        """
        ...


def is_pressing(notification: Notification) -> bool:
    """Say whether it may take the last place: it calls somebody with high priority."""
    return notification.purpose is Purpose.TRIGGER and notification.priority is Priority.HIGH


def again(detail: str, retry_after_ms: Millis | None = None) -> Outcome:
    """What came of an attempt that may be made again."""
    return Outcome(DeliveryState.QUEUED, one_line(detail, _MOST_DETAIL), None, retry_after_ms)


def refused(detail: str) -> Outcome:
    """What came of an attempt that will always be refused."""
    return Outcome(DeliveryState.FAILED, one_line(detail, _MOST_DETAIL))


def too_slow(limit_ms: Millis) -> Outcome:
    """What came of an attempt that was given up; it may have arrived all the same."""
    return again(f"no answer within {limit_ms / SECOND:g} s")


def one_line(text: str, most: int) -> str:
    r"""Return text on one line, without anything that does not print, and cut to a length.

    >>> one_line("bed 7\r\nBcc: everybody", 99)
    'bed 7 Bcc: everybody'
    >>> one_line("a long word", 7)
    'a long…'
    """
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(printable.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
