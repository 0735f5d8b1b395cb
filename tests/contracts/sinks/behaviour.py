"""What the other side of a channel may do to us, and what a bench for one sink offers."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final, Protocol

from monitord.adapters.sinks.sink import Sink
from tests.notifications import NINE

# A limit that a hanging channel meets soon, and one that a busy machine does not meet.
SOON_MS = 300
PATIENT_MS = 20_000
BUSY_S = 7


def at_nine() -> int:
    return NINE


class Behaviour(Enum):
    """How the server answers from now on."""

    TAKES = auto()
    FAILS = auto()  # 500, or 451 by mail
    REFUSES = auto()  # 400, or 550 by mail
    FORBIDS = auto()  # 403, or 535 by mail, or not authorised by MQTT
    BUSY = auto()  # 429 with Retry-After
    HANGS = auto()  # takes the message and does not answer until released
    BREAKS_OFF = auto()  # closes the connection in place of an answer
    GONE = auto()  # nobody listens


_ALL: Final = frozenset(Behaviour)

# What the other side of each kind of channel can do, so that the sink can tell.
CAN: Final = {
    "alertmanager": _ALL,
    # It does not say why it failed, and so can neither refuse nor ask for time.
    "apprise": _ALL - {Behaviour.REFUSES, Behaviour.FORBIDS, Behaviour.BUSY},
    # A broker acknowledges, forbids, or does not answer.
    "mqtt": frozenset({Behaviour.FORBIDS, Behaviour.HANGS, Behaviour.GONE}),
    "pagerduty": _ALL,
    "smtp": _ALL - {Behaviour.BUSY},
    "webhook": _ALL,
}


class Bench(Protocol):
    """One sink, and a real server behind it that does what the test says."""

    @property
    def sink(self) -> Sink: ...

    async def behave(self, behaviour: Behaviour) -> None: ...

    async def arrived(self) -> None:
        """Return when a message has come in."""
        ...

    def release(self) -> None:
        """Answer now what hangs, and from now on at once."""
        ...

    def keys(self) -> Sequence[str]:
        """What tells one message from another, for each that came in."""
        ...

    async def close(self) -> None: ...
