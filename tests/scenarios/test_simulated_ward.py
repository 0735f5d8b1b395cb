"""The simulated ward through the real packs, by replay: the demonstration, in seconds."""

from collections.abc import Iterator

import orjson
import pytest

from monitord.adapters.codecs.native import decode
from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.ward import events, truths
from monitord.cli.verdict import Sighting, judge
from monitord.daemon.configuration.config import load_settings
from monitord.daemon.configuration.packs import load_rules, read_lock, rules_directory
from monitord.daemon.ticking.heart import Heart
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange
from monitord.domain.events import Arrival
from monitord.domain.time import parse_time
from monitord.engine.replay import replay

START = parse_time("2026-01-05T06:00:00Z")


def arrivals(plan: WardPlan) -> Iterator[Arrival]:
    for event in events(plan):
        yield from decode(orjson.dumps(event), None)


def sightings(plan: WardPlan) -> list[Sighting]:
    settings = load_settings(None, {})
    directory = rules_directory(settings)
    heart = Heart.beating(settings, load_rules(directory, read_lock(directory)))
    return [
        Sighting(
            change.alert,
            change.patient,
            change.time,
            change.rule,
            change.condition.value,
            change.priority.value,
            change.message,
        )
        for decisions in replay(heart.ward, arrivals(plan))
        for change in decisions
        if isinstance(change, AlertChange) and change.to_phase is Phase.ACTIVE
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_seed_both_are_found_and_nobody_who_is_well_is_paged_for(seed: int) -> None:
    """The demonstration's promise holds of other wards than the one that is shown."""
    plan = WardPlan(start=START, days=7.5 / 24, compress=16, first_day=2.75, seed=seed)

    assert () == judge(truths(plan), sightings(plan)).problems


def test_a_story_at_its_true_pace_is_found_too() -> None:
    """A fortnight of a few patients, read every ten minutes, brings the same findings."""
    plan = WardPlan(start=START, patients=4, days=9, every_ms=600_000)
    verdict = judge(truths(plan), sightings(plan))
    found = {row.truth.story for row in verdict.rows if row.found is not None}

    assert () == verdict.problems
    assert {"crs", "icans"} == found
