"""Who lies in the simulated ward: each patient's healthy values and the story ahead."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from monitord.adapters.simulator.stories import QUIET, ROTA, Story
from monitord.domain.time import DAY, HOUR, MINUTE, Millis

_CHILD_PLACE: Final = 7  # of every twelve, this quiet one is a child


@dataclass(frozen=True, slots=True)
class WardPlan:
    """Everything a simulated ward depends on; the same plan gives the same bytes.

    `first_day` is how long before `start` the cells were infused, in days; `compress` tells the
    stories, the rounds and the laboratory that many times faster, but not the monitors.
    """

    start: Millis
    patients: int = 12
    days: float = 14.0
    seed: int = 1
    every_ms: Millis = MINUTE
    compress: float = 1.0
    first_day: float = 0.0
    ward: str = "simulated"

    @property
    def end(self) -> Millis:
        """Return the instant after the last measurement."""
        return self.start + int(self.days * DAY)

    def pace_ms(self, hours: float, at_least_ms: Millis = 0) -> Millis:
        """Return how long `hours` of a story last in this ward."""
        return max(at_least_ms, round(hours * HOUR / self.compress))


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated patient; vital signs are what they are on a good day."""

    patient: str
    place: int
    story: Story
    seed: str
    age_years: int
    infused: Millis
    onset: Millis
    severity: float
    temperature: float
    heart_rate: float
    respiratory_rate: float
    spo2: float
    systolic_bp: float
    diastolic_bp: float

    @property
    def takes_ice(self) -> bool:
        """Whether the ICE score fits; CAPD is for those under 12 (ASTCT 2019, Lee)."""
        return self.age_years >= 12

    def random(self, purpose: str) -> Random:
        """Return a generator of this patient's own, so that no stream disturbs another."""
        return Random(f"{self.seed}/{self.patient}/{purpose}")


def people(plan: WardPlan) -> Iterator[Person]:
    """Yield the patients of a ward; which bed has which story depends on the seed."""
    deal = Random(f"{plan.seed}/deal")
    deck: list[tuple[int, Story]] = []
    for index in range(plan.patients):
        if not deck:
            deck = list(enumerate(ROTA[: max(1, min(len(ROTA), plan.patients - index))]))
            deal.shuffle(deck)
        place, story = deck.pop()
        yield _person(plan, index, story, is_child=place == _CHILD_PLACE and story is QUIET)


def _person(plan: WardPlan, index: int, story: Story, *, is_child: bool) -> Person:
    patient = f"sim-{index + 1:03d}"
    random = Random(f"{plan.seed}/{patient}/person")
    infused = plan.start - int(plan.first_day * DAY) + random.randint(60, 300) * MINUTE
    if plan.first_day > 0:
        infused -= 6 * HOUR
    # The onset of CRS varies from patient to patient (JITC Table 5: days 1 to 22).
    onset_day = story.onset_day * random.lognormvariate(0.0, 0.2 / plan.compress)
    onset = plan.start + plan.pace_ms((onset_day - plan.first_day) * 24, MINUTE) // MINUTE * MINUTE
    return Person(
        patient=patient,
        place=index,
        story=story,
        seed=str(plan.seed),
        age_years=random.randint(5, 10) if is_child else random.randint(18, 64),
        infused=infused,
        onset=onset,
        severity=random.uniform(0.97, 1.08),
        temperature=random.uniform(36.5, 36.8),
        heart_rate=random.uniform(88, 98) if is_child else random.uniform(70, 82),
        respiratory_rate=random.uniform(17, 19) if is_child else random.uniform(13.5, 16.0),
        spo2=random.uniform(97.2, 98.4),
        systolic_bp=random.uniform(106, 112) if is_child else random.uniform(117, 130),
        diastolic_bp=random.uniform(66, 70) if is_child else random.uniform(70, 78),
    )
