"""The slow plain twin of CAR-HEMATOTOX: one patient, five bloods, in the units of the table.

It must never be tuned to agree with the fast score: where the two differ, one of them misreads.
"""

from collections.abc import Callable

from tests.reference.parts import Choices, Patient, Value, narrowing, number

CHOICES: Choices = {
    "platelets.last": (0, 74.999, 75, 175, 175.001, 10_000),
    "anc.last": (0, 1.199, 1.2, 1_000),
    "hemoglobin.last": (0, 8.99, 9, 30),
    "crp.last": (0, 29.9, 30, 2_000),
    "ferritin.last": (0, 649, 650, 2_000, 2_001, 1_000_000),
}


def platelets(thousands: float) -> int:
    """Score platelets in thousand/uL: above 175, 75 to 175, below 75."""
    if thousands > 175:
        return 0
    return 1 if thousands >= 75 else 2


def neutrophils(thousands: float) -> int:
    """Score neutrophils, which the table has in cells/uL."""
    return 1 if thousands * 1_000 < 1_200 else 0


def hemoglobin(grams: float) -> int:
    """Score hemoglobin in g/dL."""
    return 1 if grams < 9 else 0


def crp(milligrams: float) -> int:
    """Score CRP, which comes in mg/L and stands in the table in mg/dL."""
    return 1 if milligrams / 10 >= 3 else 0


def ferritin(nanograms: float) -> int:
    """Score ferritin in ng/mL: below 650, 650 to 2000, above 2000."""
    if nanograms < 650:
        return 0
    return 1 if nanograms <= 2_000 else 2


ROWS: dict[str, Callable[[float], int]] = {
    "platelets.last": platelets,
    "anc.last": neutrophils,
    "hemoglobin.last": hemoglobin,
    "crp.last": crp,
    "ferritin.last": ferritin,
}


def interval(patient: Patient) -> tuple[int, int] | None:
    """Give the least and the most points; None once lymphodepletion or infusion is recorded."""
    if patient["lymphodepleted"] or patient["infused"]:
        return None
    possible = [
        {row(float(value)) for value in CHOICES[name] if isinstance(value, int | float)}
        if patient[name] is None
        else {row(number(patient, name))}
        for name, row in ROWS.items()
    ]
    return sum(map(min, possible)), sum(map(max, possible))


def missing(patient: Patient) -> tuple[str, ...]:
    """Name the unknown inputs that would narrow the interval."""
    if interval(patient) is None:
        return ()
    return narrowing(patient, CHOICES, lambda whole: interval(whole) or (0, 0))


def well(changed: Patient) -> dict[str, Value]:
    """Describe somebody before lymphodepletion who scores nothing, then change what is asked."""
    known: dict[str, Value] = {
        "platelets.last": 250,
        "anc.last": 4,
        "hemoglobin.last": 13,
        "crp.last": 5,
        "ferritin.last": 200,
        "lymphodepleted": False,
        "infused": False,
    }
    return {**known, **changed}
