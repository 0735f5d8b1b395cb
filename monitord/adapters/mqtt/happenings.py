"""What can happen to the connection, as records; whoever listens decides what to make of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from monitord.domain.time import Millis


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker let us in, and our subscriptions stand."""

    protocol: str
    session_present: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Our own canary came back: what is published reaches us."""

    after_ms: Millis


@dataclass(frozen=True, slots=True)
class Deaf:
    """Our own canary did not come back in time: connected, but nothing reaches us."""

    silent_ms: Millis


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection ended, or could not be made, for the reason given in words."""

    reason: str
    was_connected: bool


@dataclass(frozen=True, slots=True)
class Retrying:
    """The next attempt comes after this long."""

    delay_ms: Millis
    attempt: int


@dataclass(frozen=True, slots=True)
class FellBack:
    """The broker does not speak MQTT 5; from now on we speak 3.1.1."""

    reason: str


@dataclass(frozen=True, slots=True)
class PublishRefused:
    """The broker took a publication and refused it, so nobody received it."""

    topic: str
    reason: str


Happening: TypeAlias = Connected | Heard | Deaf | Lost | Retrying | FellBack | PublishRefused
Tell = Callable[[Happening], None]
