"""The morning's blood: drawn once a day, reported one to three hours later, analyser by analyser.

Values are plausible for a patient after lymphodepletion and rise with inflammation; they are a
script, not a model. Units are those of `domain.signals`.
"""

import math
from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from monitord.adapters.simulator.curves import height
from monitord.adapters.simulator.messages import Message, observation
from monitord.adapters.simulator.people import Person, WardPlan
from monitord.adapters.simulator.physiology import story_hour
from monitord.domain.time import MINUTE, SECOND, Millis


class Test(NamedTuple):
    """One laboratory value: when well, how it varies, and its factor at full inflammation."""

    signal: str
    usual: float
    decimals: int
    varies: float
    inflamed: float = 1.0
    infected: float = 1.0


HAEMATOLOGY: Final = (
    Test("wbc", 1.4, 2, 0.15),
    Test("anc", 0.6, 2, 0.2),
    Test("hemoglobin", 8.8, 1, 0.04),
    Test("platelets", 62, 0, 0.08, inflamed=0.5),
)
CHEMISTRY: Final = (
    Test("creatinine", 0.8, 2, 0.06, inflamed=1.4),
    Test("sodium", 139, 0, 0.008),
    Test("potassium", 4.0, 1, 0.04),
    Test("phosphate", 3.2, 1, 0.08, inflamed=0.8),
    Test("uric_acid", 4.1, 1, 0.08),
    Test("calcium", 8.9, 1, 0.02),
    Test("albumin", 3.6, 1, 0.03, inflamed=0.75),
    Test("bilirubin_total", 0.6, 1, 0.12, inflamed=1.6),
    Test("ast", 24, 0, 0.12, inflamed=3.0),
    Test("alt", 26, 0, 0.12, inflamed=2.6),
    Test("ldh", 190, 0, 0.06, inflamed=2.4),
    Test("crp", 6, 1, 0.15, inflamed=24.0, infected=3.0),
)
COAGULATION: Final = (
    Test("fibrinogen", 310, 0, 0.05, inflamed=0.7),
    Test("d_dimer", 0.6, 2, 0.12, inflamed=5.0),
    Test("inr", 1.1, 1, 0.03),
)
SLOW: Final = (
    Test("ferritin", 620, 0, 0.08, inflamed=14.0),
    Test("triglycerides", 140, 0, 0.08, inflamed=1.8),
    Test("procalcitonin", 0.1, 2, 0.15, inflamed=3.0, infected=40.0),
    Test("lactate", 1.1, 1, 0.1, inflamed=1.8),
)
# Each panel comes back on its own: minutes from drawing to result.
PANELS: Final = ((40, HAEMATOLOGY), (75, CHEMISTRY), (90, COAGULATION), (150, SLOW))


def laboratory(person: Person, plan: WardPlan) -> Iterator[Message]:
    """Yield the panels of each day's blood in the order in which they are reported."""
    random = person.random("laboratory")
    own = {test.signal: random.lognormvariate(0.0, test.varies) for test in _all_tests()}
    drawn = plan.start + plan.pace_ms(5) + random.randint(-20, 20) * SECOND
    while drawn < plan.end:
        arrives = drawn
        for minutes, panel in PANELS:
            wait = random.uniform(0.9, 1.2) * minutes / 60
            arrives = max(arrives, drawn + plan.pace_ms(wait, MINUTE) // SECOND * SECOND)
            events = tuple(
                observation(
                    person,
                    drawn,
                    test.signal,
                    _result(test, person, drawn, plan, own[test.signal] * _scatter(test, random)),
                )
                for test in panel
            )
            yield Message(arrives, person.patient, "observation", events)
        drawn += plan.pace_ms(24)


def _all_tests() -> Iterator[Test]:
    for _, panel in PANELS:
        yield from panel


def _scatter(test: Test, random: Random) -> float:
    return random.lognormvariate(0.0, test.varies / 3)


def _result(
    test: Test, person: Person, drawn: Millis, plan: WardPlan, factor: float
) -> float | int:
    hour = story_hour(person, drawn, plan.compress)
    inflamed = math.pow(test.inflamed, height(person.story.inflammation, hour))
    infected = math.pow(test.infected, height(person.story.bacteria, hour))
    value = test.usual * inflamed * infected * factor
    return round(value, test.decimals) if test.decimals else round(value)
