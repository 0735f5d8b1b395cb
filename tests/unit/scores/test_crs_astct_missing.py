"""What the CRS grade says is missing: the unknown inputs that would narrow it, by name."""

import pytest

from monitord.scores.crs_astct import SCALE
from tests.reference import crs_astct as twin
from tests.reference.columns import one
from tests.reference.parts import Patient

FEVER: Patient = {"temperature.last": 38.5, "temperature.max": 38.5}


def on(device: str | None, flow: float | None = None) -> Patient:
    return {"oxygen_device.last": device, "oxygen_flow.last": flow}


def systolic(pressure: int, age_years: float | None = 40) -> Patient:
    return {"systolic_bp.last": pressure, "systolic_bp.min": pressure, "age_years": age_years}


MISSING: dict[str, tuple[Patient, tuple[str, ...]]] = {
    "nothing is missing of a well adult": ({}, ()),
    "a fever asks for the pressure": ({**FEVER, "systolic_bp.last": None}, ("systolic_bp.last",)),
    "no fever asks for nothing": ({"systolic_bp.last": None, **on(None)}, ()),
    "no infusion asks for nothing": ({"infused": False, "temperature.last": None}, ()),
    "a cannula asks for its flow": ({**FEVER, **on("nasal_cannula")}, ("oxygen_flow.last",)),
    "a systolic of 95 asks for the baseline": (
        {**FEVER, **systolic(95), "baseline.systolic_bp": None},
        ("baseline.systolic_bp",),
    ),
    "a systolic of 100 does not ask for the baseline": (
        {**FEVER, **systolic(100), "baseline.systolic_bp": None},
        (),
    ),
    "a systolic of 80 asks for the age": ({**FEVER, **systolic(80, None)}, ("age_years",)),
    "an infant's pressure asks for nothing": ({**FEVER, **systolic(80, 0.5)}, ()),
    "a low saturation asks for the device": (
        {**FEVER, **on(None), "spo2.last": 88},
        ("oxygen_device.last",),
    ),
    "an unknown device asks for the saturation too": (
        {**FEVER, **on(None), "spo2.last": None},
        ("oxygen_device.last", "spo2.last"),
    ),
    "two vasopressors ask for nothing once there is fever": (
        {**FEVER, "vasopressors": 2, "systolic_bp.last": None, **on(None)},
        (),
    ),
}


@pytest.mark.parametrize("story", MISSING)
def test_what_is_missing(story: str) -> None:
    """An unknown input is missing exactly when some value of it would narrow the interval."""
    changed, expected = MISSING[story]
    patient = twin.well(changed)

    assert set(expected) == set(twin.missing(patient))
    assert set(expected) == set(SCALE.missing(one(SCALE, patient)))
