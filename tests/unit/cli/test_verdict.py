"""The demonstration's verdict: what counts as found, missed, and paged for nothing."""

import pytest

from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.ward import Truth, truths
from monitord.cli.verdict import Sighting, judge
from monitord.domain.time import HOUR, parse_time

START = parse_time("2026-01-05T06:00:00Z")
TRUTHS = truths(WardPlan(start=START, compress=16, first_day=2.75))


def who(story: str) -> str:
    return next(truth.patient for truth in TRUTHS if truth.story == story)


def seen(
    patient: str,
    rule: str,
    *,
    priority: str = "high",
    condition: str = "physiological",
    hour: int = 1,
) -> Sighting:
    time = START + hour * HOUR
    return Sighting(f"a-{patient}-{rule}", patient, time, rule, condition, priority, "Look.")


def both_found() -> list[Sighting]:
    return [
        seen(who("crs"), "crs-grade-1", priority="medium"),
        seen(who("crs"), "crs-grade-2", hour=3),
        seen(who("crs"), "crs-grade-3", hour=4),
        seen(who("icans"), "crs-grade-1", priority="medium"),
        seen(who("icans"), "icans-grade-2", hour=5),
        seen(who("infection"), "crs-grade-1", priority="medium"),
        seen(who("probe"), "signal-stale-spo2", priority="low", condition="technical"),
    ]


def test_all_is_well_when_both_are_found_and_nobody_else() -> None:
    """A grade-1 fever of another cause and a technical alert are no mistakes."""
    verdict = judge(TRUTHS, both_found())

    assert () == verdict.problems
    assert len(TRUTHS) == len(verdict.rows)


@pytest.mark.parametrize("story", ["crs", "icans"])
def test_a_missed_patient_is_named(story: str) -> None:
    """Whoever was not found is told with what was expected."""
    verdict = judge(TRUTHS, [s for s in both_found() if s.patient != who(story)])

    assert 1 == len(verdict.problems)
    assert who(story) in verdict.problems[0]
    assert "missed" in verdict.problems[0]


def test_fever_alone_does_not_find_the_patient_with_crs() -> None:
    """Grade 1 is not enough: the demonstration promises grade 2 or more."""
    verdict = judge(
        TRUTHS, [s for s in both_found() if s.rule not in {"crs-grade-2", "crs-grade-3"}]
    )

    said = "was missed; expected an alert of crs_astct 2 or more, found at most 1"
    assert [f"{who('crs')}: cytokine release syndrome {said}"] == list(verdict.problems)


@pytest.mark.parametrize(
    ("story", "rule", "problems"),
    [
        ("infection", "crs-grade-2", 1),
        ("infection", "tachycardia-with-fever", 0),
        ("icans", "crs-grade-2", 1),
        ("crs", "icans-grade-1", 1),
        ("quiet", "sustained-hypotension", 1),
        ("artefacts", "hypoxia", 1),
        ("probe", "icans-grade-1", 2),
    ],
)
def test_whoever_is_paged_for_wrongly_is_named(story: str, rule: str, problems: int) -> None:
    """A grade the script does not know, or any page about a healthy body, is a problem."""
    verdict = judge(TRUTHS, [*both_found(), seen(who(story), rule)])

    assert problems == len(verdict.problems)
    assert all(who(story) in problem for problem in verdict.problems)


def test_a_row_tells_the_first_alert_the_finding_and_the_highest_grades() -> None:
    """What is shown of a patient is the earliest and the worst, and how much was said."""
    row = next(row for row in judge(TRUTHS, both_found()).rows if row.truth.story == "crs")

    assert row.first is not None
    assert "crs-grade-1" == row.first.rule
    assert row.found is not None
    assert "crs-grade-2" == row.found.rule
    assert {"crs_astct": 3, "icans_astct": 0} == row.highest
    assert {"high": 2, "medium": 1, "low": 0} == row.count


def test_a_quiet_patient_has_an_empty_row() -> None:
    """Nothing was noticed about whom nothing was the matter with."""
    quiet: Truth = next(truth for truth in TRUTHS if truth.story == "quiet")
    row = next(row for row in judge(TRUTHS, both_found()).rows if row.truth == quiet)

    assert (None, None) == (row.first, row.found)
    assert 0 == sum(row.count.values())
