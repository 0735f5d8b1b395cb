"""The slow plain twin of SIPA: one child, the shock index against the limit of its age.

It must never be tuned to agree with the fast score: where the two differ, one of them misreads.
"""

from fractions import Fraction

from tests.reference.parts import Choices, Patient, Value, completions, narrowing, number

CHOICES: Choices = {
    "heart_rate.last": (0, 350),
    "systolic_bp.last": (0, 360),
    "age_years": (1, 7, 12),
}


def limit(age_years: float) -> Fraction | None:
    """Give what the shock index must be above at an age; None where the table has no age."""
    if not 1 <= age_years < 18:
        return None
    if age_years >= 12:
        return Fraction("0.9")
    return Fraction("1.0") if age_years >= 7 else Fraction("1.2")


def interval(patient: Patient) -> tuple[int, int] | None:
    """Give whether it is above, at least and at most; an unknown age is any of the table's."""
    if patient["age_years"] is not None and limit(number(patient, "age_years")) is None:
        return None
    found = {above(whole) for whole in completions(patient, CHOICES)}
    return int(min(found)), int(max(found))


def above(patient: Patient) -> bool:
    """Compare without dividing, so that a pressure of 0 is no special case."""
    highest = limit(number(patient, "age_years"))
    assert highest is not None
    allowed = highest * int(number(patient, "systolic_bp.last"))
    return int(number(patient, "heart_rate.last")) > allowed


def missing(patient: Patient) -> tuple[str, ...]:
    """Name the unknown inputs that would narrow the interval."""
    if interval(patient) is None:
        return ()
    return narrowing(patient, CHOICES, lambda whole: interval(whole) or (0, 0))


def well(changed: Patient) -> dict[str, Value]:
    """Describe a child of eight years within its limit, then change what the story asks for."""
    return {"heart_rate.last": 90, "systolic_bp.last": 100, "age_years": 8, **changed}
