"""Events as they are sent, with what a test wants changed."""

import json
from decimal import Decimal

from monitord.adapters.codecs.native import decode
from monitord.domain.events import Arrival, Event, Rejection
from monitord.domain.time import parse_time

NINE = parse_time("2026-01-08T09:00:00Z")

Sent = dict[str, object]


def observation(**changes: object) -> Sent:
    """A temperature of 38.05 Cel, measured at nine."""
    event: Sent = {
        "kind": "observation",
        "patient": "p1",
        "time": "2026-01-08T09:00:00Z",
        "signal": "temperature",
        "value": 38.05,
        "unit": "Cel",
    }
    return changed(event, changes)


def stay(**changes: object) -> Sent:
    """An admission at nine."""
    event: Sent = {"kind": "stay", "patient": "p1", "time": "2026-01-08T09:00:00Z"}
    return changed(event | {"action": "admit"}, changes)


def treatment(**changes: object) -> Sent:
    """Norepinephrine started at nine."""
    event: Sent = {"kind": "treatment", "patient": "p1", "time": "2026-01-08T09:00:00Z"}
    return changed(event | {"treatment": "norepinephrine", "action": "started"}, changes)


def command(**changes: object) -> Sent:
    """An acknowledgement at nine."""
    event: Sent = {"kind": "command", "patient": "p1", "time": "2026-01-08T09:00:00Z"}
    return changed(event | {"action": "acknowledge", "alert": "a1", "by": "nurse-7"}, changes)


def changed(event: Sent, changes: Sent) -> Sent:
    """The event with fields replaced; `...` takes a field away."""
    return {field: value for field, value in (event | changes).items() if value is not ...}


def sent(event: object) -> bytes:
    return json.dumps(event, default=float).encode()


def only(arrivals: list[Arrival]) -> Arrival:
    (arrival,) = arrivals
    return arrival


def read(event: object) -> Event:
    """The event that one sent at nine becomes."""
    arrival = only(decode(sent(event), NINE))
    assert not isinstance(arrival, Rejection), arrival.detail
    return arrival


def refused(payload: bytes) -> Rejection:
    """The rejection that a payload received at nine becomes."""
    arrival = only(decode(payload, NINE))
    assert isinstance(arrival, Rejection)
    return arrival


def with_value(text: str) -> bytes:
    """A temperature whose value is this very text."""
    return sent(observation(value=Decimal(12321))).replace(b"12321.0", text.encode())
