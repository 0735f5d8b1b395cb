"""What people chart: admission, oxygen device, neurological checks and treatments.

People chart late: each message says when a thing was seen and arrives minutes afterwards.
Intervals follow clinical practice (ASH-SAP Table 2: ICE every 8 h; devices are charted hourly).
"""

import heapq
from collections.abc import Iterator
from random import Random
from typing import Final

from monitord.adapters.simulator.messages import SOURCE, Fields, Message, observation
from monitord.adapters.simulator.people import Person, WardPlan
from monitord.adapters.simulator.physiology import consciousness, ice_score, oxygen, story_hour
from monitord.adapters.simulator.stories import Given
from monitord.domain.time import DAY, MINUTE, SECOND, Millis, format_time

_CHART_HOURS: Final = 1.0
_ICE_HOURS: Final = 8.0  # ASH-SAP Table 2 (view-large 12050798)
# However fast a story is told, nobody is woken more often than this.
_CHART_LEAST_MS: Final = 15 * MINUTE
_ICE_LEAST_MS: Final = 30 * MINUTE


def admission(person: Person, plan: WardPlan) -> Iterator[Message]:
    """Yield the stay, with the baselines known from before the infusion."""
    time = min(plan.start, person.infused - 6 * DAY)
    child = {"developmental_delay": False} if not person.takes_ice else {}
    stay: Fields = {
        "kind": "stay",
        "patient": person.patient,
        "time": format_time(time),
        "action": "admit",
        "ward": plan.ward,
        "bed": f"{person.place + 1}",
        "age_years": person.age_years,
        **child,
        "baseline": {
            "systolic_bp": round(person.systolic_bp),
            "heart_rate": round(person.heart_rate),
            "temperature": round(person.temperature, 1),
        },
        "source": SOURCE,
    }
    yield Message(plan.start, person.patient, "stay", (stay,))


def treatments(person: Person, plan: WardPlan) -> Iterator[Message]:
    """Yield what was given: before the infusion, the infusion, and what the story calls for."""
    random = person.random("treatments")
    given = [
        (person.infused - 5 * DAY, Given(0, "lymphodepletion", "started")),
        (person.infused - 3 * DAY, Given(0, "lymphodepletion", "stopped")),
        (person.infused, Given(0, "car_t_infusion", "given", product="CD19 CAR-T")),
    ]
    given += [(person.onset + plan.pace_ms(g.hour), g) for g in person.story.treatments]
    for time, treatment in sorted(given, key=lambda pair: pair[0]):
        arrives = time + _delay(random, plan, 1, 5)
        fields = {
            "treatment": treatment.treatment,
            "action": treatment.action,
            "dose": treatment.dose,
            "unit": treatment.unit,
            "product": treatment.product,
            "source": SOURCE,
        }
        event: Fields = {"kind": "treatment", "patient": person.patient, "time": format_time(time)}
        event |= {name: value for name, value in fields.items() if value is not None}
        if arrives < plan.end:
            yield Message(max(arrives, plan.start + SECOND), person.patient, "treatment", (event,))


def charting(person: Person, plan: WardPlan) -> Iterator[Message]:
    """Yield the oxygen device and the level of consciousness, hourly and when either changes."""
    random = person.random("charting")
    hourly = _every(plan, plan.pace_ms(_CHART_HOURS, _CHART_LEAST_MS), random.randint(1, 9))
    hours = [device.hour for device in person.story.devices] + list(person.story.voice or ())
    changes = [person.onset + plan.pace_ms(hour) for hour in sorted(hours)]
    for time in heapq.merge(hourly, (t for t in changes if plan.start <= t < plan.end)):
        hour = story_hour(person, time, plan.compress)
        device = oxygen(person, hour)
        events = [observation(person, time, "oxygen_device", device.device)]
        if device.flow is not None:
            events.append(observation(person, time, "oxygen_flow", device.flow))
        events.append(observation(person, time, "consciousness", consciousness(person, hour)))
        arrives = time + _delay(random, plan, 1, 6)
        yield Message(arrives, person.patient, "observation", tuple(events))


def neurological_checks(person: Person, plan: WardPlan) -> Iterator[Message]:
    """Yield the ICE score (or CAPD for a child) and the other four domains of ICANS."""
    random = person.random("checks")
    for time in _every(plan, plan.pace_ms(_ICE_HOURS, _ICE_LEAST_MS), random.randint(2, 12)):
        hour = story_hour(person, time, plan.compress)
        ice = ice_score(person, hour)
        found = {
            **({"ice_score": ice} if person.takes_ice else {"capd_score": 10 - ice}),
            "consciousness": consciousness(person, hour),
            "new_confusion": "yes" if ice < 7 else "no",
            "seizure": "none",
            "motor_weakness": "none",
            "cerebral_edema": "none",
        }
        events = tuple(observation(person, time, word, value) for word, value in found.items())
        arrives = time + _delay(random, plan, 2, 8)
        yield Message(arrives, person.patient, "observation", events)


def _every(plan: WardPlan, interval: Millis, first_minute: int) -> Iterator[Millis]:
    """Yield the instants of a round, the first one minutes after the ward begins."""
    time = plan.start + first_minute * MINUTE
    while time < plan.end:
        yield time
        time += interval


def _delay(random: Random, plan: WardPlan, least_minutes: int, most_minutes: int) -> Millis:
    """Return how late something is charted; in a compressed story people hurry, too."""
    seconds = random.randint(least_minutes * 60, most_minutes * 60) / plan.compress
    return max(1, round(seconds)) * SECOND
