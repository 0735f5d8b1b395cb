"""The CRS grade, cell by cell: the table of Lee 2019 and what the consensus leaves open."""

import pytest

from monitord.domain.decisions import Evidence
from monitord.domain.time import DAY, HOUR, MINUTE
from monitord.scores.crs_astct import SCALE
from monitord.scores.scale import Ages
from tests.reference import crs_astct as twin
from tests.reference.columns import graded, one
from tests.reference.parts import Patient

FEVER: Patient = {"temperature.last": 38.5, "temperature.max": 38.5}
LOW: Patient = {"systolic_bp.last": 84, "mean_bp.last": 60}
NO_LOOK_BACK: Patient = {"temperature.max": None, "systolic_bp.min": None, "mean_bp.min": None}
CHILD: Patient = {"age_years": 8, "mean_bp.last": 50, "mean_bp.min": 50, "systolic_bp.min": None}


def on(device: str | None, flow: float | None = None) -> Patient:
    return {"oxygen_device.last": device, "oxygen_flow.last": flow}


def systolic(pressure: int, age_years: float | None = 40) -> Patient:
    return {"systolic_bp.last": pressure, "systolic_bp.min": pressure, "age_years": age_years}


WITHOUT_AGES = Ages()

CELLS: dict[str, tuple[Patient, tuple[int, int]]] = {
    "grade 0: nothing wrong": ({}, (0, 0)),
    "grade 0: no infusion, however ill": (
        {"infused": False, **FEVER, **LOW, **on("ventilator"), "vasopressors": 2},
        (0, 0),
    ),
    # Fever
    "fever: 37.99 is none": ({"temperature.last": 37.99}, (0, 0)),
    "fever: 38.0 is grade 1": ({"temperature.last": 38.0}, (1, 1)),
    "fever: 38.0 earlier in the window is grade 1": ({"temperature.max": 38.0}, (1, 1)),
    "fever: 37.99 earlier in the window is none": ({"temperature.max": 37.99}, (0, 0)),
    "fever: unknown is 0 or 1": ({"temperature.last": None}, (0, 1)),
    "fever: earlier in the window, unknown now, is grade 1": (
        {"temperature.last": None, "temperature.max": 38.0},
        (1, 1),
    ),
    "fever: no reading in the window, none now, is none": ({**NO_LOOK_BACK}, (0, 0)),
    "fever: absent and not waived, hypotension is no CRS": (LOW, (0, 0)),
    "fever: absent and not waived, a vasopressor is no CRS": ({**LOW, "vasopressors": 1}, (0, 0)),
    "fever: absent and not waived, a ventilator is no CRS": (on("ventilator"), (0, 0)),
    "fever: unknown and not waived, a vasopressor is 0 or 3": (
        {"temperature.last": None, "vasopressors": 1},
        (0, 3),
    ),
    "fever: absent but waived, a vasopressor is grade 3": (
        {**LOW, "fever_waived": True, "vasopressors": 1},
        (3, 3),
    ),
    "fever: absent but waived, nothing else, is grade 0": ({"fever_waived": True}, (0, 0)),
    "fever: present and waived, nothing else, is grade 1": (
        {**FEVER, "fever_waived": True},
        (1, 1),
    ),
    "fever: unknown and waived, a vasopressor is grade 3": (
        {"temperature.last": None, "fever_waived": True, "vasopressors": 1},
        (3, 3),
    ),
    # Hypotension by what is done about it
    "hypotension: no vasopressor is grade 2": ({**FEVER, **LOW}, (2, 2)),
    "hypotension: one vasopressor is grade 3": ({**FEVER, **LOW, "vasopressors": 1}, (3, 3)),
    "hypotension: one vasopressor and vasopressin is grade 3": (
        {**FEVER, **LOW, "vasopressors": 1, "vasopressin": True},
        (3, 3),
    ),
    "hypotension: vasopressin alone is grade 3": ({**FEVER, **LOW, "vasopressin": True}, (3, 3)),
    "hypotension: two vasopressors is grade 4": ({**FEVER, **LOW, "vasopressors": 2}, (4, 4)),
    "hypotension: two vasopressors and vasopressin is grade 4": (
        {**FEVER, **LOW, "vasopressors": 2, "vasopressin": True},
        (4, 4),
    ),
    "hypotension: three vasopressors is grade 4": ({**FEVER, **LOW, "vasopressors": 3}, (4, 4)),
    "hypotension: a vasopressor counts whatever the pressure": (
        {**FEVER, "vasopressors": 1},
        (3, 3),
    ),
    "hypotension: a vasopressor counts though the pressure is unknown": (
        {**FEVER, "systolic_bp.last": None, "mean_bp.last": None, "vasopressors": 1},
        (3, 3),
    ),
    # Hypotension by the pressure of an adult
    "adult: systolic 89 is low": ({**FEVER, **systolic(89)}, (2, 2)),
    "adult: systolic 90 of 110 is not": (
        {**FEVER, **systolic(90), "baseline.systolic_bp": 110},
        (1, 1),
    ),
    "adult: mean 64 is low": ({**FEVER, "mean_bp.last": 64}, (2, 2)),
    "adult: mean 65 is not": ({**FEVER, "mean_bp.last": 65}, (1, 1)),
    "adult: mean 64 earlier in the window is low": ({**FEVER, "mean_bp.min": 64}, (2, 2)),
    "adult: systolic 89 earlier in the window is low": ({**FEVER, "systolic_bp.min": 89}, (2, 2)),
    "adult: systolic 95 is below 80 % of 120": (
        {**FEVER, **systolic(95), "baseline.systolic_bp": 120},
        (2, 2),
    ),
    "adult: systolic 96 is 80 % of 120 and not below": (
        {**FEVER, **systolic(96), "baseline.systolic_bp": 120},
        (1, 1),
    ),
    "adult: systolic 91 is below 80 % of 115": (
        {**FEVER, **systolic(91), "baseline.systolic_bp": 115},
        (2, 2),
    ),
    "adult: systolic 92 is 80 % of 115 and not below": (
        {**FEVER, **systolic(92), "baseline.systolic_bp": 115},
        (1, 1),
    ),
    "adult: systolic 99 is below 80 % of 160 and below 100": (
        {**FEVER, **systolic(99), "baseline.systolic_bp": 160},
        (2, 2),
    ),
    "adult: systolic 100 is below 80 % of 160 but not below 100": (
        {**FEVER, **systolic(100), "baseline.systolic_bp": 160},
        (1, 1),
    ),
    "adult: systolic 95 with no baseline is 1 or 2": (
        {**FEVER, **systolic(95), "baseline.systolic_bp": None},
        (1, 2),
    ),
    "adult: systolic 89 with no baseline is low": (
        {**FEVER, **systolic(89), "baseline.systolic_bp": None},
        (2, 2),
    ),
    "adult: systolic 100 with no baseline is not low": (
        {**FEVER, **systolic(100), "baseline.systolic_bp": None},
        (1, 1),
    ),
    "adult: systolic unknown is 1 or 2": ({**FEVER, "systolic_bp.last": None}, (1, 2)),
    "adult: mean unknown is 1 or 2": ({**FEVER, "mean_bp.last": None}, (1, 2)),
    "adult: systolic unknown, mean 64, is low": (
        {**FEVER, "systolic_bp.last": None, "mean_bp.last": 64},
        (2, 2),
    ),
    "adult: 18 years is an adult, mean 64 is low": (
        {**FEVER, "mean_bp.last": 64, "age_years": 18},
        (2, 2),
    ),
    # Hypotension by the pressure of a child
    "child: 1 year, systolic 71 is low": ({**FEVER, **systolic(71, 1)}, (2, 2)),
    "child: 1 year, systolic 72 is not": ({**FEVER, **systolic(72, 1)}, (1, 1)),
    "child: 8 years, systolic 85 is low": ({**FEVER, **systolic(85, 8)}, (2, 2)),
    "child: 8 years, systolic 86 is not": ({**FEVER, **systolic(86, 8)}, (1, 1)),
    "child: 9.5 years, systolic 88 is low": ({**FEVER, **systolic(88, 9.5)}, (2, 2)),
    "child: 9.5 years, systolic 89 is not": ({**FEVER, **systolic(89, 9.5)}, (1, 1)),
    "child: 10 years, systolic 89 is low": ({**FEVER, **systolic(89, 10)}, (2, 2)),
    "child: 10 years, systolic 90 is not": ({**FEVER, **systolic(90, 10)}, (1, 1)),
    "child: 11 years, systolic 89 is low": ({**FEVER, **systolic(89, 11)}, (2, 2)),
    "child: 11 years, systolic 90 is not": ({**FEVER, **systolic(90, 11)}, (1, 1)),
    "child: 17 years, systolic 91 of 180 is not": (
        {**FEVER, **systolic(91, 17), "baseline.systolic_bp": 180},
        (1, 1),
    ),
    "child: 8 years, mean 50 alone is not": ({**FEVER, **CHILD, "systolic_bp.last": 100}, (1, 1)),
    "child: 8 years, mean unknown does not matter": (
        {**FEVER, **CHILD, "systolic_bp.last": 100, "mean_bp.last": None},
        (1, 1),
    ),
    "infant: half a year, any pressure is 1 or 2": ({**FEVER, **systolic(120, 0.5)}, (1, 2)),
    "infant: a vasopressor needs no pressure": (
        {**FEVER, **systolic(120, 0.5), "vasopressors": 1},
        (3, 3),
    ),
    "age unknown: systolic 71 is low at every age": ({**FEVER, **systolic(71, None)}, (2, 2)),
    "age unknown: systolic 72 is low at some age": ({**FEVER, **systolic(72, None)}, (1, 2)),
    "age unknown: systolic 100 is low at no age": ({**FEVER, **systolic(100, None)}, (1, 1)),
    "age unknown: systolic 100 and mean 64 is low at some age": (
        {**FEVER, **systolic(100, None), "mean_bp.last": 64},
        (1, 2),
    ),
    # Hypoxia by device
    "hypoxia: room air is grade 0": ({**FEVER, **on("room_air")}, (1, 1)),
    "hypoxia: blow-by is grade 2": ({**FEVER, **on("blow_by")}, (2, 2)),
    "hypoxia: blow-by is grade 2 at any flow": ({**FEVER, **on("blow_by", 10)}, (2, 2)),
    "hypoxia: nasal cannula at 6 is grade 2": ({**FEVER, **on("nasal_cannula", 6)}, (2, 2)),
    "hypoxia: nasal cannula at 6.1 is grade 3": ({**FEVER, **on("nasal_cannula", 6.1)}, (3, 3)),
    "hypoxia: nasal cannula, flow unknown, is 2 or 3": ({**FEVER, **on("nasal_cannula")}, (2, 3)),
    "hypoxia: face mask is grade 3": ({**FEVER, **on("face_mask", 2)}, (3, 3)),
    "hypoxia: venturi mask is grade 3": ({**FEVER, **on("venturi")}, (3, 3)),
    "hypoxia: non-rebreather is grade 3": ({**FEVER, **on("non_rebreather")}, (3, 3)),
    "hypoxia: high-flow cannula is grade 3": (
        {**FEVER, **on("high_flow_nasal_cannula", 5)},
        (3, 3),
    ),
    "hypoxia: CPAP is grade 4": ({**FEVER, **on("cpap")}, (4, 4)),
    "hypoxia: BiPAP is grade 4": ({**FEVER, **on("bipap")}, (4, 4)),
    "hypoxia: ventilator is grade 4": ({**FEVER, **on("ventilator")}, (4, 4)),
    "hypoxia: device unknown is anything": ({**FEVER, **on(None)}, (1, 4)),
    "hypoxia: device unknown, saturation 90, is 2 to 4": (
        {**FEVER, **on(None), "spo2.last": 90},
        (2, 4),
    ),
    "hypoxia: device unknown, saturation 90.1, is anything": (
        {**FEVER, **on(None), "spo2.last": 90.1},
        (1, 4),
    ),
    "hypoxia: room air, saturation 90, is 2 to 4": ({**FEVER, "spo2.last": 90}, (2, 4)),
    "hypoxia: room air, saturation 90.1, is none": ({**FEVER, "spo2.last": 90.1}, (1, 1)),
    "hypoxia: room air, saturation unknown, is 0 or 2 to 4": ({**FEVER, "spo2.last": None}, (1, 4)),
    "hypoxia: blow-by, saturation 80, stays grade 2": (
        {**FEVER, **on("blow_by"), "spo2.last": 80},
        (2, 2),
    ),
    # Another cause
    "elsewhere: a fever now counts for nothing": (
        {"temperature.last": 38.5, "temperature.elsewhere": True},
        (0, 0),
    ),
    "elsewhere: a marked fever now hides no other fever in the window": (
        {"temperature.last": 38.5, "temperature.elsewhere": True, "temperature.max": 38.0},
        (1, 1),
    ),
    "elsewhere: a low pressure now counts for nothing": (
        {**FEVER, **LOW, "systolic_bp.elsewhere": True, "mean_bp.elsewhere": True},
        (1, 1),
    ),
    "elsewhere: a marked systolic leaves the mean to count": (
        {**FEVER, **LOW, "systolic_bp.elsewhere": True},
        (2, 2),
    ),
    "elsewhere: a marked pressure does not stop a vasopressor from counting": (
        {**FEVER, **LOW, "systolic_bp.elsewhere": True, "vasopressors": 1},
        (3, 3),
    ),
    "elsewhere: a marked ventilator counts for nothing": (
        {**FEVER, **on("ventilator"), "oxygen_device.elsewhere": True},
        (1, 1),
    ),
    "elsewhere: a marked saturation on room air counts for nothing": (
        {**FEVER, "spo2.last": 85, "spo2.elsewhere": True},
        (1, 1),
    ),
    "elsewhere: a marked saturation leaves an unknown device unknown": (
        {**FEVER, **on(None), "spo2.last": 85, "spo2.elsewhere": True},
        (1, 4),
    ),
    # The more severe of the two decides
    "worst: worked example of the consensus, one vasopressor and a low-flow cannula": (
        {"temperature.last": 39.5, "vasopressors": 1, **on("nasal_cannula", 4)},
        (3, 3),
    ),
    "worst: hypotension 2 and a ventilator is 4": ({**FEVER, **LOW, **on("ventilator")}, (4, 4)),
    "worst: two vasopressors and a cannula is 4": (
        {**FEVER, "vasopressors": 2, **on("nasal_cannula", 2)},
        (4, 4),
    ),
    "worst: one vasopressor with the device unknown is 3 or 4": (
        {**FEVER, "vasopressors": 1, **on(None)},
        (3, 4),
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_grade_of_a_cell(cell: str) -> None:
    """A patient in a cell of the table has the grade of that cell, by the twin and by the score."""
    changed, expected = CELLS[cell]
    patient = twin.well(changed)

    assert expected == twin.interval(patient)
    assert expected == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]


@pytest.mark.parametrize("signal", twin.FINDINGS)
def test_a_mark_without_a_finding_says_nothing(signal: str) -> None:
    """A mark of another cause whose finding has gone stale makes no patient look better."""
    unknown: Patient = {**FEVER, f"{signal}.last": None, "temperature.max": None}
    marked = twin.well({**unknown, f"{signal}.elsewhere": True})
    unmarked = twin.well({**unknown, f"{signal}.elsewhere": False})

    assert twin.interval(unmarked) == twin.interval(marked)
    assert twin.interval(marked) == graded(SCALE.compute(one(SCALE, marked)))  # type: ignore[arg-type]


def test_a_complete_patient_of_the_table_has_one_grade() -> None:
    """Where the table has a cell, the twin's interval is that one grade."""
    patient = twin.well({**FEVER, **LOW, **on("nasal_cannula", 7)})
    expected = 3

    assert expected == twin.grade(patient)
    assert (expected, expected) == twin.interval(patient)


def test_the_sentence_says_what_has_another_cause() -> None:
    """A fever or a device that does not count is not told as if the grade rested on it."""
    changed: Patient = {
        **NO_LOOK_BACK,
        **on("nasal_cannula", 2),
        "temperature.last": 38.9,
        "temperature.elsewhere": True,
        "oxygen_device.elsewhere": True,
        "spo2.last": 85,
        "spo2.elsewhere": True,
    }
    patient = twin.well(changed)
    expected = (
        "temperature 38.9 °C (another cause); no hypotension, systolic 124 mmHg; "
        "nasal cannula (another cause), SpO2 85.0 % (another cause)."
    )

    assert expected == said(patient)


def said(patient: Patient, ages: Ages = WITHOUT_AGES) -> str:
    return SCALE.explain(one(SCALE, patient), ages)


SAID: dict[str, tuple[Patient, str]] = {
    "a fever cannot be told apart from an infection": (
        {**FEVER, "anc.last": 0.2},
        "neutrophils 0.2 thousand/µL: CRS and infection cannot be told apart here",
    ),
    "nor can it without a count": (
        FEVER,
        "neutrophils not known: CRS and infection cannot be told apart here",
    ),
    "without a fever the grade is explained by that": (
        {"vasopressors": 1},
        "no fever, 36.9 °C, and nothing given that hides one, so no CRS; 1 vasopressor running",
    ),
    "a pressure that may be low is told with what is missing": (
        {**FEVER, "systolic_bp.last": 80, "systolic_bp.min": 80, "age_years": None},
        "hypotension not excluded, systolic 80 mmHg: age not known",
    ),
    "a baseline is asked for last": (
        {**FEVER, "systolic_bp.last": 95, "systolic_bp.min": 95, "baseline.systolic_bp": None},
        "hypotension not excluded, systolic 95 mmHg: the patient's own systolic not known",
    ),
    "a cannula is told with its flow": (
        {**FEVER, **on("nasal_cannula", 2)},
        "nasal cannula, 2.0 L/min, SpO2 96.0 %",
    ),
    "a cannula without its flow says so": (
        {**FEVER, **on("nasal_cannula")},
        "nasal cannula, its flow not known, SpO2 96.0 %",
    ),
}


@pytest.mark.parametrize("story", SAID)
def test_the_sentence_says_what_the_grade_rests_on(story: str) -> None:
    """Values, what is missing, and what nobody can tell from them are in the sentence."""
    changed, expected = SAID[story]

    assert expected in said(twin.well(changed))


def test_the_sentence_says_how_old_each_value_is() -> None:
    """A known value has its age; one that grew too old is told with the age it has."""
    now = 20_000 * DAY
    charted = [
        Evidence("temperature", 38.5, "Cel", now - 2 * HOUR),
        Evidence("systolic_bp", 124, "mm[Hg]", now - 5 * MINUTE),
        Evidence("spo2", 97, "%", now - 9 * HOUR),
        Evidence("oxygen_device", "room_air", "", now - 3 * DAY),
        Evidence("anc", 1.2, "10*3/uL", now - 4 * DAY),
    ]
    ages = Ages(charted, now)
    changed: Patient = {**FEVER, "temperature.last": 37.2, **on(None), "spo2.last": None}
    expected = (
        "temperature up to 38.5 °C 2 h ago, neutrophils not known (last charted 4 d ago): "
        "CRS and infection cannot be told apart here; no hypotension, systolic 124 mmHg 5 min ago; "
        "oxygen device not known (last charted 3 d ago)."
    )

    assert expected == said(twin.well(changed), ages)
