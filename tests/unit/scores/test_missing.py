"""What the scores say is missing, over many patients of whom much is unknown: twin and fast."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest

from monitord.scores.scale import Scale
from tests.reference.columns import crowd, one
from tests.reference.parts import Patient, Value
from tests.reference.twins import PAIRS

CLOSED: Mapping[str, Sequence[Value]] = {
    "infused": (True, True, True, False),
    "fever_waived": (False, True),
    "sedated": (False, False, True),
    "vasopressors": (0, 0, 1, 2),
    "vasopressin": (False, False, True),
    "developmental_delay": (False, False, True),
    "temperature.max": (None, 36.9, 38.0),
    "systolic_bp.min": (None, 71, 95, 124),
    "mean_bp.min": (None, 64, 91),
    "spo2_scale": (1, 2),
    "lymphodepleted": (False, False, False, True),
}


def drawn(scale: Scale, choices: Mapping[str, Sequence[Value]], chance: Random) -> Patient:
    """Draw a patient of whom about half is unknown."""
    patient: dict[str, Value] = {}
    for entry in scale.inputs:
        if entry.name in CLOSED:
            patient[entry.name] = chance.choice(CLOSED[entry.name])
        elif entry.name in choices:
            patient[entry.name] = chance.choice((None, chance.choice(choices[entry.name])))
        else:
            patient[entry.name] = chance.random() < 0.2
    return patient


@pytest.mark.parametrize("name", PAIRS)
def test_fast_and_slow_name_the_same_missing_inputs(name: str) -> None:
    """An input is missing by the score exactly when it is by brute force."""
    scale, twin = PAIRS[name]
    chance = Random(2019)

    for _ in range(80):
        patient = drawn(scale, twin.CHOICES, chance)

        assert set(twin.missing(patient)) == set(scale.missing(one(scale, patient))), patient


@pytest.mark.parametrize("name", PAIRS)
def test_one_patient_is_graded_as_in_the_crowd(name: str) -> None:
    """Asked alone as plain numbers, a patient has the same bits as within the arrays of all."""
    scale, twin = PAIRS[name]
    chance = Random(2019)
    patients = [drawn(scale, twin.CHOICES, chance) for _ in range(2_000)]

    together = scale.compute(crowd(scale, patients))

    for row, patient in enumerate(patients):
        alone = scale.compute(one(scale, patient))  # type: ignore[arg-type]
        assert str((together.low[row].item(), together.high[row].item())) == str(
            (float(alone.low), float(alone.high))
        )
