"""Turns the plain patients of the twins into what the fast scores are asked with, and back.

Whole units of the signal, the index of a word, 0 or 1 for a truth, NaN for unknown.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monitord.domain.signals import SIGNAL
from monitord.scores.columns import Interval
from monitord.scores.scale import Scale
from tests.reference.parts import Patient, Value

Columns = Mapping[str, NDArray[np.float64]]


def whole(name: str, value: Value) -> float:
    """Write one plain value as the fast scores want it."""
    if value is None:
        return float("nan")
    signal = SIGNAL.get(signal_of(name))
    if signal is None or isinstance(value, bool):
        assert not isinstance(value, str)
        return float(value)
    if isinstance(value, str):
        return float(signal.words.index(value))
    return float(signal.whole(str(value)))


def signal_of(name: str) -> str:
    """Give the signal that an input speaks of, or the input's own name.

    >>> signal_of("spo2.last"), signal_of("baseline.systolic_bp"), signal_of("age_years")
    ('spo2', 'systolic_bp', 'age_years')
    """
    return name.removeprefix("baseline.").split(".")[0]


def one(scale: Scale, patient: Patient) -> dict[str, float]:
    """Write one patient as the plain numbers that a scale asks for."""
    return {entry.name: whole(entry.name, patient[entry.name]) for entry in scale.inputs}


def crowd(scale: Scale, patients: Sequence[Patient]) -> dict[str, NDArray[np.float64]]:
    """Write many patients as one array for each input."""
    rows = [one(scale, patient) for patient in patients]
    return {
        entry.name: np.array([row[entry.name] for row in rows], dtype=np.float64)
        for entry in scale.inputs
    }


def graded(interval: Interval) -> tuple[int, int] | None:
    """Read one patient's interval as the twins write it; None where the scale does not apply."""
    low, high = float(interval.low), float(interval.high)
    if low != low and high != high:
        return None
    assert low == int(low) and high == int(high), f"{low}..{high} are not whole grades"
    return int(low), int(high)
