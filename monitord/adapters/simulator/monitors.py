"""The bedside monitor: regular vital signs, with the junk that real equipment sends.

Junk is of the kinds seen in real charts: readings a device itself doubts, values no body can have,
the same reading twice, a probe that is off, a room whose feed breaks and catches up later.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from monitord.adapters.simulator.messages import Fields, Message, observation
from monitord.adapters.simulator.people import Person, WardPlan
from monitord.adapters.simulator.physiology import Body, story_hour
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis

_CUFF_MS: Final = 5 * MINUTE  # how often the cuff is inflated
_GROUPS: Final = 4  # beds are polled in groups, a quarter of the period apart
_LATENCY_MS: Final = SECOND
# However fast a story is told, equipment trouble lasts long enough to be noticed.
_TROUBLE_LEAST_MS: Final = HOUR
_PROBE_FADES_MS: Final = 3 * MINUTE


def monitor(person: Person, plan: WardPlan) -> Iterator[Message]:
    """Yield one message a period; pressures only when the cuff was inflated."""
    body = Body(person, plan.compress)
    junk = person.random("junk")
    step = plan.every_ms
    time = plan.start + person.place % _GROUPS * (step // _GROUPS // SECOND * SECOND)
    cuff_due = time
    while time < plan.end:
        vitals = body.vitals(time)._asdict()
        if time < cuff_due:
            vitals = {w: v for w, v in vitals.items() if not w.endswith("_bp")}
        else:
            cuff_due = time + _CUFF_MS
        events = [_reading(person, plan, time, word, value) for word, value in vitals.items()]
        if person.story.probe_off_hours:
            events = _without_probe(person, plan, time, events)
        if junk.random() < person.story.artefact_share:
            events = _spoiled(junk, events)
        yield Message(time + _LATENCY_MS, person.patient, "observation", tuple(events))
        time += step


def through_the_feed(
    messages: Iterable[Message], person: Person, plan: WardPlan
) -> Iterator[Message]:
    """Yield a patient's messages as the room's feed brings them: none in the gap, all after it."""
    hours = person.story.feed_gap_hours
    gap_ends = person.onset + (plan.pace_ms(hours, _TROUBLE_LEAST_MS) if hours else 0)
    for message in messages:
        in_gap = person.onset <= message.received < gap_ends
        yield message._replace(received=gap_ends) if in_gap else message


def _reading(person: Person, plan: WardPlan, time: Millis, word: str, value: float) -> Fields:
    attributed = person.story.attributed_hour
    if (
        word == "temperature"
        and attributed is not None
        and story_hour(person, time, plan.compress) >= attributed
    ):
        return observation(person, time, word, value, attributable_elsewhere=True)
    return observation(person, time, word, value)


def _without_probe(
    person: Person, plan: WardPlan, time: Millis, events: list[Fields]
) -> list[Fields]:
    """Return the readings without saturation while the probe is off; it fades before it goes."""
    off_for = time - person.onset
    if not 0 <= off_for < plan.pace_ms(person.story.probe_off_hours, _TROUBLE_LEAST_MS):
        return events
    if off_for >= _PROBE_FADES_MS:
        return [event for event in events if event["signal"] != "spo2"]
    return [
        event | {"value": 71, "quality": "bad"} if event["signal"] == "spo2" else event
        for event in events
    ]


# What goes wrong with one reading: signal, factor, what the device says of it.
_SPOILS: Final = (
    ("spo2", 0.78, "bad"),
    ("heart_rate", 1.9, "questionable"),
    ("temperature", 0.92, "questionable"),
    ("temperature", 2.67, "good"),  # Fahrenheit charted as Celsius: no body is at 98
    ("temperature", 10.0, "good"),  # the decimal point lost
    ("systolic_bp", 4.0, "good"),
    ("respiratory_rate", 15.0, "good"),
)


def _spoiled(junk: Random, events: list[Fields]) -> list[Fields]:
    """Return the readings with one of them spoiled, or one sent twice."""
    signal, factor, quality = junk.choice(_SPOILS)
    found = [at for at, event in enumerate(events) if event["signal"] == signal]
    if not found or junk.random() < 0.2:
        return [*events, junk.choice(events)]
    event = dict(events[found[0]])
    event["value"] = round(float(str(event["value"])) * factor, 1)
    if quality != "good":
        event["quality"] = quality
    return [*events[: found[0]], event, *events[found[0] + 1 :]]
