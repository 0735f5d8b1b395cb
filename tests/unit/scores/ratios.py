"""What the tests of the scores that are ratios share: values in hundredths, told as decimals."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from monitord.scores.scale import Scale
from tests.reference.columns import graded, one
from tests.reference.parts import Patient
from tests.reference.ratios import Twin

Ends: TypeAlias = tuple[Decimal, Decimal]
Cells: TypeAlias = Mapping[str, tuple[Patient, Ends]]
Intervals: TypeAlias = Mapping[str, tuple[Patient, Ends, tuple[str, ...]]]


def ends(low: str, high: str | None = None) -> Ends:
    return Decimal(low), Decimal(high or low)


def assert_ends(scale: Scale, twin: Twin, patient: Patient, expected: Ends) -> None:
    """Compare twin, score and expected in hundredths."""
    hundredths = tuple(int(end * 100) for end in expected)
    assert hundredths == twin.interval(patient)
    assert hundredths == graded(scale.compute(one(scale, patient)))  # type: ignore[arg-type]


def assert_missing(scale: Scale, twin: Twin, patient: Patient, expected: tuple[str, ...]) -> None:
    assert set(expected) == set(twin.missing(patient)) == set(scale.missing(one(scale, patient)))
