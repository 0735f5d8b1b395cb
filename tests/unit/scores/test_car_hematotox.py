"""CAR-HEMATOTOX, band by band, on both sides of each edge."""

import pytest

from monitord.domain.features import Elapsed
from monitord.scores.car_hematotox import scale
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages
from tests.reference import car_hematotox as twin
from tests.reference.columns import graded, one
from tests.reference.parts import Patient

SCALE = scale(Grading())
PLATELETS, NEUTROPHILS, HEMOGLOBIN = "platelets.last", "anc.last", "hemoglobin.last"
CRP, FERRITIN = "crp.last", "ferritin.last"
BLOODS = (PLATELETS, NEUTROPHILS, HEMOGLOBIN, CRP, FERRITIN)

CELLS: dict[str, tuple[Patient, int]] = {
    "nothing wrong scores 0": ({}, 0),
    "platelets 175.001 score 0": ({PLATELETS: 175.001}, 0),
    "platelets 175 score 1": ({PLATELETS: 175}, 1),
    "platelets 75 score 1": ({PLATELETS: 75}, 1),
    "platelets 74.999 score 2": ({PLATELETS: 74.999}, 2),
    "no platelets score 2": ({PLATELETS: 0}, 2),
    "neutrophils 1.2 score 0": ({NEUTROPHILS: 1.2}, 0),
    "neutrophils 1.199 score 1": ({NEUTROPHILS: 1.199}, 1),
    "hemoglobin 9 scores 0": ({HEMOGLOBIN: 9}, 0),
    "hemoglobin 8.99 scores 1": ({HEMOGLOBIN: 8.99}, 1),
    "CRP 29.9 mg/L scores 0": ({CRP: 29.9}, 0),
    "CRP 30 mg/L scores 1": ({CRP: 30}, 1),
    "ferritin 649 scores 0": ({FERRITIN: 649}, 0),
    "ferritin 650 scores 1": ({FERRITIN: 650}, 1),
    "ferritin 2000 scores 1": ({FERRITIN: 2_000}, 1),
    "ferritin 2001 scores 2": ({FERRITIN: 2_001}, 2),
    "everything at its worst scores 7": (
        {PLATELETS: 20, NEUTROPHILS: 0.1, HEMOGLOBIN: 7, CRP: 200, FERRITIN: 9_000},
        7,
    ),
}

INTERVALS: dict[str, tuple[Patient, tuple[int, int], tuple[str, ...]]] = {
    "platelets unknown": ({PLATELETS: None}, (0, 2), (PLATELETS,)),
    "neutrophils unknown": ({NEUTROPHILS: None}, (0, 1), (NEUTROPHILS,)),
    "hemoglobin unknown": ({HEMOGLOBIN: None}, (0, 1), (HEMOGLOBIN,)),
    "CRP unknown": ({CRP: None}, (0, 1), (CRP,)),
    "ferritin unknown": ({FERRITIN: None}, (0, 2), (FERRITIN,)),
    "ferritin unknown, platelets 20": ({PLATELETS: 20, FERRITIN: None}, (2, 4), (FERRITIN,)),
    "nothing known": (dict.fromkeys(BLOODS), (0, 7), BLOODS),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_points_of_a_cell(cell: str) -> None:
    """A patient in a cell of the table has the points of that cell, by twin and by score."""
    changed, expected = CELLS[cell]
    patient = twin.well(changed)

    assert (expected, expected) == twin.interval(patient)
    assert (expected, expected) == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]


@pytest.mark.parametrize("story", INTERVALS)
def test_the_interval_of_what_is_unknown(story: str) -> None:
    """What is unknown is worth anything from its least to its most points, and is missing."""
    changed, expected, missing = INTERVALS[story]
    patient = twin.well(changed)

    assert expected == twin.interval(patient)
    assert expected == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert set(missing) == set(twin.missing(patient)) == set(SCALE.missing(one(SCALE, patient)))


@pytest.mark.parametrize("began", ["lymphodepleted", "infused"])
def test_the_score_is_of_before_lymphodepletion(began: str) -> None:
    """Once lymphodepletion or infusion is recorded there is no score, and nothing is missing."""
    patient = twin.well({began: True, PLATELETS: 20, CRP: None})

    assert None is twin.interval(patient)
    assert None is graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert () == SCALE.missing(one(SCALE, patient))


def test_lymphodepletion_counts_from_its_first_instant() -> None:
    """No time has to pass: given now is given."""
    (began,) = (entry.feature for entry in SCALE.inputs if entry.name == "lymphodepleted")
    assert isinstance(began, Elapsed)
    assert 0 == began.limit_ms


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "no row known to score; not a high risk."),
        ({CRP: 30}, "CRP 30.0 scores 1; not a high risk."),
        ({CRP: 30, FERRITIN: None}, "CRP 30.0 scores 1; a high risk is possible."),
        ({CRP: 30, HEMOGLOBIN: None}, "CRP 30.0 scores 1; a high risk is possible."),
        (
            {CRP: 30, PLATELETS: 75},
            "platelets 75.0 scores 1, CRP 30.0 scores 1; 2 or more is a high risk.",
        ),
    ],
)
def test_the_reason_says_what_the_sum_means(changed: Patient, expected: str) -> None:
    """Two points or more are a high risk, and what is unknown may make them so."""
    assert expected == SCALE.explain(one(SCALE, twin.well(changed)), Ages())
