"""The ICANS grade, cell by cell: the tables of Lee 2019 for adults and for children."""

import pytest

from monitord.scores.icans_astct import SCALE
from tests.reference import icans_astct as twin
from tests.reference.columns import graded, one
from tests.reference.parts import Patient


def ice(score: int | None, consciousness: str | None = "alert") -> Patient:
    return {"ice_score.last": score, "consciousness.last": consciousness}


def capd(score: int | None, consciousness: str | None = "alert", age_years: float = 8) -> Patient:
    return {
        "ice_score.last": None,
        "capd_score.last": score,
        "consciousness.last": consciousness,
        "age_years": age_years,
    }


def elsewhere(signal: str, finding: float | str) -> Patient:
    return {f"{signal}.last": finding, f"{signal}.elsewhere": True}


SEDATED = {"sedated": True}

CELLS: dict[str, tuple[Patient, tuple[int, int]]] = {
    "no infusion is grade 0, however ill": ({"infused": False, **ice(0, "unarousable")}, (0, 0)),
    # ICE
    "ICE 10 is grade 0": (ice(10), (0, 0)),
    "ICE 9 is grade 1": (ice(9), (1, 1)),
    "ICE 7 is grade 1": (ice(7), (1, 1)),
    "ICE 6 is grade 2": (ice(6), (2, 2)),
    "ICE 3 is grade 2": (ice(3), (2, 2)),
    "ICE 2 is grade 3": (ice(2), (3, 3)),
    "ICE 1 is grade 3": (ice(1), (3, 3)),
    "ICE 0 and alert is grade 3": (ice(0), (3, 3)),
    "ICE 0 and awake to touch is grade 3": (ice(0, "touch"), (3, 3)),
    "ICE 0 and unarousable is grade 4": (ice(0, "unarousable"), (4, 4)),
    "ICE 0 and consciousness unknown is 3 or 4": (ice(0, None), (3, 4)),
    "ICE missing and alert is 0 to 3": (ice(None), (0, 3)),
    "ICE missing and awake to voice is 2 or 3": (ice(None, "voice"), (2, 3)),
    "ICE missing and awake to touch is grade 3": (ice(None, "touch"), (3, 3)),
    "ICE missing and unarousable is grade 4": (ice(None, "unarousable"), (4, 4)),
    "ICE missing and consciousness unknown is anything": (ice(None, None), (0, 4)),
    "ICE 10 and consciousness unknown is anything": (ice(10, None), (0, 4)),
    "CAPD counts for no adult": ({"capd_score.last": 32}, (0, 0)),
    # Consciousness
    "awakens to voice is grade 2": (ice(10, "voice"), (2, 2)),
    "awakens to touch is grade 3": (ice(10, "touch"), (3, 3)),
    "unarousable is grade 4": (ice(10, "unarousable"), (4, 4)),
    # Seizure, weakness, edema
    "a brief seizure is grade 3": ({"seizure.last": "brief"}, (3, 3)),
    "a prolonged seizure is grade 4": ({"seizure.last": "prolonged"}, (4, 4)),
    "a seizure unknown is anything": ({"seizure.last": None}, (0, 4)),
    "focal weakness is grade 4": ({"motor_weakness.last": "focal"}, (4, 4)),
    "weakness unknown is anything": ({"motor_weakness.last": None}, (0, 4)),
    "focal edema is grade 3": ({"cerebral_edema.last": "focal"}, (3, 3)),
    "diffuse edema is grade 4": ({"cerebral_edema.last": "diffuse"}, (4, 4)),
    "edema unknown is anything": ({"cerebral_edema.last": None}, (0, 4)),
    "ICE 3 and a generalized seizure is grade 3": ({**ice(3), "seizure.last": "brief"}, (3, 3)),
    "the worst of all domains decides": (
        {**ice(9, "voice"), "seizure.last": "brief", "motor_weakness.last": "focal"},
        (4, 4),
    ),
    # Sedation
    "sedated: awakens to voice, ICE 9, is grade 1": ({**SEDATED, **ice(9, "voice")}, (1, 1)),
    "sedated: unarousable, ICE 9, is grade 1": ({**SEDATED, **ice(9, "unarousable")}, (1, 1)),
    "sedated: ICE 0 is 3 or 4": ({**SEDATED, **ice(0)}, (3, 4)),
    "sedated: ICE 0 and unarousable is 3 or 4": ({**SEDATED, **ice(0, "unarousable")}, (3, 4)),
    "sedated: ICE missing is anything": ({**SEDATED, **ice(None)}, (0, 4)),
    "sedated: ICE 10, consciousness unknown, is grade 0": ({**SEDATED, **ice(10, None)}, (0, 0)),
    "sedated: a seizure still counts": ({**SEDATED, "seizure.last": "brief"}, (3, 3)),
    "sedated: a child's CAPD 8 is grade 1": ({**SEDATED, **capd(8, "touch")}, (1, 1)),
    "sedated: a child's CAPD missing is anything": ({**SEDATED, **capd(None)}, (0, 4)),
    "sedated: an ICE with another cause leaves anything": (
        {**SEDATED, **elsewhere("ice_score", 0)},
        (0, 4),
    ),
    "sedated: a child's CAPD with another cause leaves anything": (
        {**SEDATED, **capd(20), "capd_score.elsewhere": True},
        (0, 4),
    ),
    "sedated: a child's ICE does not stand for a CAPD with another cause": (
        {**SEDATED, **capd(20), "capd_score.elsewhere": True, "ice_score.last": 10},
        (0, 4),
    ),
    "sedated: age unknown, only one of ICE and CAPD counts, leaves anything": (
        {**SEDATED, **elsewhere("capd_score", 9), "ice_score.last": 10, "age_years": None},
        (0, 4),
    ),
    # Another cause
    "elsewhere: focal edema counts for nothing": (elsewhere("cerebral_edema", "focal"), (0, 0)),
    "elsewhere: focal weakness counts for nothing": (elsewhere("motor_weakness", "focal"), (0, 0)),
    "elsewhere: a seizure counts for nothing": (elsewhere("seizure", "prolonged"), (0, 0)),
    "elsewhere: ICE 0 counts for nothing": (elsewhere("ice_score", 0), (0, 0)),
    "elsewhere: ICE 0 marked, unarousable for this cause, is grade 4": (
        {**elsewhere("ice_score", 0), "consciousness.last": "unarousable"},
        (4, 4),
    ),
    "elsewhere: CAPD 20 counts for nothing": (
        {**capd(20), "capd_score.elsewhere": True},
        (0, 0),
    ),
    "elsewhere: unarousable counts for nothing by itself": (
        elsewhere("consciousness", "unarousable"),
        (0, 0),
    ),
    "elsewhere: unarousable for another cause leaves ICE 0 at 3 or 4": (
        {"ice_score.last": 0, **elsewhere("consciousness", "unarousable")},
        (3, 4),
    ),
    "elsewhere: unarousable for another cause leaves a missing ICE at anything": (
        {"ice_score.last": None, **elsewhere("consciousness", "unarousable")},
        (0, 4),
    ),
    # Children
    "child: CAPD 0 is grade 0": (capd(0), (0, 0)),
    "child: CAPD 1 is grade 1": (capd(1), (1, 1)),
    "child: CAPD 8 is grade 1": (capd(8), (1, 1)),
    "child: CAPD 9 is grade 3": (capd(9), (3, 3)),
    "child: CAPD 32 is grade 3": (capd(32), (3, 3)),
    "child: CAPD 8 and awake to voice is grade 2": (capd(8, "voice"), (2, 2)),
    "child: CAPD 8 and awake to touch is grade 3": (capd(8, "touch"), (3, 3)),
    "child: CAPD 9 and unarousable is grade 4": (capd(9, "unarousable"), (4, 4)),
    "child: CAPD missing and unarousable is grade 4": (capd(None, "unarousable"), (4, 4)),
    "child: CAPD missing and alert is 0 to 3": (capd(None), (0, 3)),
    "child: CAPD missing and consciousness unknown is anything": (capd(None, None), (0, 4)),
    "child: CAPD 8 and consciousness unknown is 1 to 4": (capd(8, None), (1, 4)),
    "child: ICE counts for nobody under 12": ({**capd(0), "ice_score.last": 2}, (0, 0)),
    "child: just under 12 years takes CAPD": (capd(9, age_years=11.99), (3, 3)),
    "child: 12 years takes ICE": ({**capd(9, age_years=12), "ice_score.last": 10}, (0, 0)),
    "delayed: an adult takes CAPD": (
        {**capd(9, age_years=40), "developmental_delay": True},
        (3, 3),
    ),
    "delayed: age unknown takes CAPD": (
        {**capd(9), "age_years": None, "developmental_delay": True, "ice_score.last": 10},
        (3, 3),
    ),
    "age unknown: ICE 10 and CAPD 0 is grade 0": (
        {"age_years": None, "ice_score.last": 10, "capd_score.last": 0},
        (0, 0),
    ),
    "age unknown: ICE 10 and CAPD 9 is 0 to 3": (
        {"age_years": None, "ice_score.last": 10, "capd_score.last": 9},
        (0, 3),
    ),
    "age unknown: ICE 10 and no CAPD is 0 to 3": ({"age_years": None}, (0, 3)),
}

MISSING: dict[str, tuple[Patient, tuple[str, ...]]] = {
    "nothing is missing of a well adult": ({}, ()),
    "no infusion asks for nothing": ({"infused": False, **ice(None, None)}, ()),
    "an adult without ICE is asked for it": (ice(None), ("ice_score.last",)),
    "a child without CAPD is asked for it": (capd(None), ("capd_score.last",)),
    "an ICE of 0 asks for the consciousness": (ice(0, None), ("consciousness.last",)),
    "sedation makes the consciousness useless": ({**SEDATED, **ice(9, None)}, ()),
    "focal weakness asks for nothing more": (
        {**ice(None, None), "motor_weakness.last": "focal", "seizure.last": None},
        (),
    ),
    "an unknown age asks for itself and for CAPD": (
        {"age_years": None},
        ("age_years", "capd_score.last"),
    ),
    "several unknowns are all asked for": (
        {"seizure.last": None, "cerebral_edema.last": None},
        ("seizure.last", "cerebral_edema.last"),
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_grade_of_a_cell(cell: str) -> None:
    """A patient in a cell of the table has the grade of that cell, by the twin and by the score."""
    changed, expected = CELLS[cell]
    patient = twin.well(changed)

    assert expected == twin.interval(patient)
    assert expected == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]


@pytest.mark.parametrize("story", MISSING)
def test_what_is_missing(story: str) -> None:
    """An unknown input is missing exactly when some value of it would narrow the interval."""
    changed, expected = MISSING[story]
    patient = twin.well(changed)

    assert set(expected) == set(twin.missing(patient))
    assert set(expected) == set(SCALE.missing(one(SCALE, patient)))


@pytest.mark.parametrize("signal", twin.FINDINGS)
def test_a_mark_without_a_finding_says_nothing(signal: str) -> None:
    """A mark of another cause whose finding has gone stale makes no patient look better."""
    unknown = {f"{signal}.last": None, "age_years": 8 if signal == "capd_score" else 40}
    marked = twin.well({**unknown, f"{signal}.elsewhere": True})
    unmarked = twin.well({**unknown, f"{signal}.elsewhere": False})

    assert twin.interval(unmarked) == twin.interval(marked)
    assert twin.interval(marked) == graded(SCALE.compute(one(SCALE, marked)))  # type: ignore[arg-type]


def test_an_unknown_developmental_delay_is_taken_for_none() -> None:
    """A delay that nobody reported is not there: the adult takes ICE."""
    patient = twin.well({"developmental_delay": None, "ice_score.last": 9, "capd_score.last": 9})
    expected = (1, 1)

    assert expected == twin.interval(patient)
    assert expected == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
