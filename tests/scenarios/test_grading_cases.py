"""The grading cases, event by event through the real step, as `monitord replay` would."""

from json import dumps
from typing import Any

import pytest

from monitord.adapters.codecs import native
from monitord.domain.decisions import Assessment
from monitord.engine.replay import replay
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook
from tests.shared import grading_cases, needs_cases

CASES = grading_cases()


def last_assessments(events: list[dict[str, Any]], beds: int) -> dict[tuple[str, str], Assessment]:
    """Replay events and keep the last assessment of each patient and scale."""
    ward = Ward(RuleBook(()), WardSettings(beds=beds))
    arrivals = native.decode(dumps(events).encode(), None, max_bytes=10_000_000)
    return {
        (told.patient, told.scale): told
        for decisions in replay(ward, arrivals)
        for told in decisions
        if isinstance(told, Assessment)
    }


@needs_cases
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_last_assessment_is_the_grade_of_the_case(case: dict[str, Any]) -> None:
    """After the last event the assessment has the one grade that the case expects."""
    told = last_assessments(case["events"], beds=1)

    for scale, grade in case["expect"].items():
        found = told[case["id"].lower(), scale]
        assert (grade, grade) == (found.low, found.high), found.because


@needs_cases
def test_all_cases_in_one_ward_are_graded_as_each_alone() -> None:
    """The patients of all cases, admitted together, have the grades they have alone."""
    events = sorted((event for case in CASES for event in case["events"]), key=lambda e: e["time"])
    told = last_assessments(events, beds=len(CASES))

    for case in CASES:
        for scale, grade in case["expect"].items():
            found = told[case["id"].lower(), scale]
            assert (grade, grade) == (found.low, found.high), case["id"]
