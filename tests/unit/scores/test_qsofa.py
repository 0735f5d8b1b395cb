"""qSOFA, point by point, on both sides of each edge."""

import pytest

from monitord.scores.grading import Grading
from monitord.scores.qsofa import scale
from monitord.scores.scale import Ages
from tests.reference import qsofa as twin
from tests.reference.columns import graded, one
from tests.reference.parts import Patient

SCALE = scale(Grading())
BREATHS = "respiratory_rate.last"
SYSTOLIC = "systolic_bp.last"
AWAKE = "consciousness.last"
COMA = "gcs_total.last"
CONFUSED = "new_confusion.last"
MIND = (AWAKE, COMA, CONFUSED)

CELLS: dict[str, tuple[Patient, int]] = {
    "nothing wrong scores 0": ({}, 0),
    "21 breaths/min scores 0": ({BREATHS: 21}, 0),
    "22 breaths/min scores 1": ({BREATHS: 22}, 1),
    "systolic 99 scores 1": ({SYSTOLIC: 99}, 1),
    "systolic 100 scores 1": ({SYSTOLIC: 100}, 1),
    "systolic 101 scores 0": ({SYSTOLIC: 101}, 0),
    "awake to voice scores 1": ({AWAKE: "voice"}, 1),
    "awake to touch scores 1": ({AWAKE: "touch"}, 1),
    "unarousable scores 1": ({AWAKE: "unarousable"}, 1),
    "a coma score of 15 scores 0": ({COMA: 15}, 0),
    "a coma score of 14 scores 1": ({COMA: 14}, 1),
    "newly confused scores 1": ({CONFUSED: "yes"}, 1),
    "all three of the mind score 1 once": ({AWAKE: "voice", COMA: 9, CONFUSED: "yes"}, 1),
    "breathing and pressure score 2": ({BREATHS: 22, SYSTOLIC: 100}, 2),
    "all three signs score 3": ({BREATHS: 30, SYSTOLIC: 80, COMA: 13}, 3),
    "18 years is an adult": ({"age_years": 18, BREATHS: 22}, 1),
    "an unknown age is scored": ({"age_years": None, BREATHS: 22}, 1),
}

INTERVALS: dict[str, tuple[Patient, tuple[int, int], tuple[str, ...]]] = {
    "breaths unknown": ({BREATHS: None}, (0, 1), (BREATHS,)),
    "systolic unknown": ({SYSTOLIC: None}, (0, 1), (SYSTOLIC,)),
    "alert, coma score and confusion unknown": (
        {COMA: None, CONFUSED: None},
        (0, 1),
        (COMA, CONFUSED),
    ),
    "coma score 15, the others unknown": ({AWAKE: None, CONFUSED: None}, (0, 1), (AWAKE, CONFUSED)),
    "coma score 14, the others unknown": ({AWAKE: None, COMA: 14, CONFUSED: None}, (1, 1), ()),
    "sedated, with nothing else wrong": ({"sedated": True}, (0, 1), ()),
    "sedated and unarousable": ({"sedated": True, AWAKE: "unarousable", COMA: 3}, (0, 1), ()),
    "sedated, nothing of the mind known": (
        {"sedated": True, **dict.fromkeys(MIND)},
        (0, 1),
        (),
    ),
    "nothing known": (
        dict.fromkeys((BREATHS, SYSTOLIC, *MIND)),
        (0, 3),
        (BREATHS, SYSTOLIC, *MIND),
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_points_of_a_cell(cell: str) -> None:
    """A patient has the points of the sign, by twin and by score."""
    changed, expected = CELLS[cell]
    patient = twin.well(changed)

    assert (expected, expected) == twin.interval(patient)
    assert (expected, expected) == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]


@pytest.mark.parametrize("story", INTERVALS)
def test_the_interval_of_what_is_unknown(story: str) -> None:
    """What is unknown, or hidden by sedation, may score or not."""
    changed, expected, missing = INTERVALS[story]
    patient = twin.well(changed)

    assert expected == twin.interval(patient)
    assert expected == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert set(missing) == set(twin.missing(patient)) == set(SCALE.missing(one(SCALE, patient)))


def test_the_score_is_not_for_children() -> None:
    """Under 18 years there is no score, and nothing is missing for it."""
    patient = twin.well({"age_years": 17.99, BREATHS: 40, SYSTOLIC: None})

    assert None is twin.interval(patient)
    assert None is graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert () == SCALE.missing(one(SCALE, patient))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "no sign known."),
        ({SYSTOLIC: 100, COMA: 14}, "systolic blood pressure 100, altered mentation."),
        (
            {BREATHS: 22, "sedated": True},
            "respiratory rate 22, mentation not known under sedation.",
        ),
    ],
)
def test_the_reason_names_the_signs(changed: Patient, expected: str) -> None:
    """The sentence has each sign that scores, and says what sedation hides."""
    assert expected == SCALE.explain(one(SCALE, twin.well(changed)), Ages())
