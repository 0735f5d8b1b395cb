"""The simulated ward: every stream of every patient, merged in order of arrival.

Pure given a plan: no clock, no file, no network. Lazy: memory does not grow with the days.
"""

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from monitord.adapters.simulator.laboratory import laboratory
from monitord.adapters.simulator.messages import Fields, Message, in_order
from monitord.adapters.simulator.monitors import monitor, through_the_feed
from monitord.adapters.simulator.people import Person, WardPlan, people
from monitord.adapters.simulator.rounds import (
    admission,
    charting,
    neurological_checks,
    treatments,
)
from monitord.domain.time import Millis, format_time

_STREAMS = (admission, treatments, monitor, charting, neurological_checks, laboratory)


class Mark(NamedTuple):
    """What the script makes true of a patient, and when."""

    time: Millis
    scale: str
    grade: int
    words: str


class Truth(NamedTuple):
    """What the script says of one patient, for whoever compares it with what was noticed."""

    patient: str
    story: str
    words: str
    is_healthy: bool
    milestones: tuple[Mark, ...]


def messages(plan: WardPlan) -> Iterator[Message]:
    """Yield everything that the ward sends, ordered by receipt and then by patient."""
    patients = [_from_one(person, plan) for person in people(plan)]
    return heapq.merge(*patients, key=lambda message: (message.received, message.patient))


def events(plan: WardPlan) -> Iterator[Fields]:
    """Yield the contract events of a ward one by one, each with the instant of its receipt."""
    for message in messages(plan):
        received = format_time(message.received)
        for event in message.events:
            head = {name: event[name] for name in ("kind", "patient", "time")}
            yield head | {"received": received} | event


def truths(plan: WardPlan) -> list[Truth]:
    """Return the script of every patient, with the instants at which things become true."""
    return [
        Truth(
            patient=person.patient,
            story=person.story.name,
            words=person.story.words,
            is_healthy=person.story.is_healthy,
            milestones=tuple(
                Mark(person.onset + plan.pace_ms(mark.hour), mark.scale, mark.grade, mark.words)
                for mark in person.story.milestones
            ),
        )
        for person in people(plan)
    ]


def _from_one(person: Person, plan: WardPlan) -> Iterator[Message]:
    streams = [in_order(stream(person, plan)) for stream in _STREAMS]
    sent = heapq.merge(*streams, key=lambda message: message.received)
    arrived = through_the_feed(sent, person, plan)
    return (message for message in arrived if message.received < plan.end)
