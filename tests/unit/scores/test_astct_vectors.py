"""The grading cases beside the project, at the level of the scores."""

from collections.abc import Callable
from typing import Any

import pytest

from monitord.scores import crs_astct as fast_crs
from monitord.scores import icans_astct as fast_icans
from monitord.scores.scale import Scale
from tests.reference import bedside, crs_astct, icans_astct
from tests.reference.columns import graded, one
from tests.reference.parts import Patient
from tests.shared import grading_cases, needs_cases

CASES = grading_cases()

TWINS: dict[str, Callable[[Patient], tuple[int, int]]] = {
    "crs_astct": crs_astct.interval,
    "icans_astct": icans_astct.interval,
}
SCALES: dict[str, Scale] = {"crs_astct": fast_crs.SCALE, "icans_astct": fast_icans.SCALE}


@needs_cases
def test_all_cases_are_there() -> None:
    """The file of cases holds all of them, each under its own name."""
    expected = 42

    assert expected == len({case["id"] for case in CASES}) == len(CASES)


@needs_cases
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_is_graded_as_its_source_says(case: dict[str, Any]) -> None:
    """The twin and the score give a case the one grade that its source gives it."""
    patient = bedside.inputs(case["events"])

    for name, grade in case["expect"].items():
        fast = SCALES[name]

        assert (grade, grade) == TWINS[name](patient)
        assert (grade, grade) == graded(fast.compute(one(fast, patient)))  # type: ignore[arg-type]
