"""The envelope of the simulated ward: contract events that reach the daemon together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from monitord.adapters.simulator.people import Person
from monitord.domain.signals import SIGNAL
from monitord.domain.time import LONG_AGO, Millis, format_time

SOURCE = "simulated"

Fields: TypeAlias = dict[str, object]


class Message(NamedTuple):
    """Events of one kind about one patient, as one MQTT message would carry them."""

    received: Millis
    patient: str
    kind: str
    events: tuple[Fields, ...]


def observation(person: Person, time: Millis, signal: str, value: object, **more: object) -> Fields:
    """Return an observation in the contract's form, in the signal's own unit."""
    event: Fields = {
        "kind": "observation",
        "patient": person.patient,
        "time": format_time(time),
        "signal": signal,
        "value": value,
    }
    if unit := SIGNAL[signal].unit:
        event["unit"] = unit
    return event | more | {"source": SOURCE}


def in_order(messages: Iterable[Message]) -> Iterator[Message]:
    """Yield one stream's messages with receipt never going back: a queue delivers in turn."""
    latest = LONG_AGO
    for message in messages:
        latest = max(latest, message.received)
        yield message._replace(received=latest)
