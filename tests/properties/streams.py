"""Seeded streams of events as a hospital might send them, and as nobody should."""

import json
from random import Random
from typing import Final

from monitord.domain.signals import SIGNALS
from monitord.domain.time import DAY, HOUR, Millis, format_time
from monitord.domain.treatments import TREATMENTS

Document = dict[str, object]

_OLD: Final = ("1900-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z")
_JUNK: Final[tuple[object, ...]] = (
    "\ud800",
    "\x00",
    "\u2028",
    "a" * 5_000,
    1e308,
    10**400,
    1 << 63,
    -1,
    True,
    None,
    [],
    {},
    {"a": "\udfff"},
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    float("nan"),
    float("-inf"),
    "1e999999999",
    "/../",
    "#",
    0.1 + 0.2,
)
_KEYS: Final = ("id", "source", "seq", "received", "patient", "quality", "status", "ward", "\ud800")


def possible(random: Random, now: Millis) -> Document:
    """An event of one of nine patients that the door accepts, however unlikely."""
    event: Document = {"patient": f"p{random.randrange(9)}", "time": _time(random, now)}
    kind = random.random()
    if kind < 0.75:
        return event | _observation(random)
    if kind < 0.85:
        return event | _stay(random)
    if kind < 0.95:
        treatment = random.choice(TREATMENTS).word
        action = random.choice(["given", "started", "stopped"])
        return event | {"kind": "treatment", "treatment": treatment, "action": action}
    action = random.choice(["acknowledge", "silence", "unsilence", "resolve"])
    rule = random.choice(["fever", "crs-grade-1", "unheard-of"])
    return event | {"kind": "command", "action": action, "rule": rule, "by": "nurse"}


def broken(random: Random, now: Millis) -> bytes:
    """The text of an event in which something was replaced by something else."""
    event = possible(random, now)
    for _ in range(random.randint(1, 2)):
        event[random.choice([*event, *_KEYS])] = random.choice(_JUNK)
    text = bytearray(json.dumps(event).encode())
    if random.random() < 0.2:
        text[random.randrange(len(text))] = random.randrange(256)
    return bytes(text)


def _time(random: Random, now: Millis) -> str:
    chance = random.random()
    if chance < 0.8:
        return format_time(now - random.randrange(3_000))
    if chance < 0.9:
        return format_time(now + random.randrange(-3 * HOUR, 119_000))
    if chance < 0.97:
        return format_time(now - random.randrange(40 * DAY))
    return random.choice(_OLD)


def _observation(random: Random) -> Document:
    signal = random.choice(SIGNALS)
    whole = random.choice([signal.low, signal.high, random.randint(signal.low, signal.high)])
    event: Document = {"signal": signal.word, "value": signal.value(whole)}
    if signal.unit:
        event["unit"] = signal.unit
    if random.random() < 0.1:
        event["status"] = random.choice(["corrected", "entered-in-error"])
    if random.random() < 0.1:
        event["quality"] = random.choice(["questionable", "bad"])
    if random.random() < 0.1:
        event["attributable_elsewhere"] = True
    if random.random() < 0.2:
        event["id"] = f"i{random.randrange(20)}"
    return event


def _stay(random: Random) -> Document:
    action = random.choice(["admit", "transfer", "discharge"])
    event: Document = {"kind": "stay", "action": action, "ward": random.choice(["east", "west"])}
    if random.random() < 0.5:
        event["age_years"] = random.choice([0, 0.5, 3, 11.9, 12, 17, 18, 130])
    if random.random() < 0.3:
        event["baseline"] = {"systolic_bp": random.choice([60, 120, 200]), "ferritin": 300}
    return event
