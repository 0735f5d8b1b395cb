"""The slow plain twin of qSOFA: one patient, three signs, read one by one.

It must never be tuned to agree with the fast score: where the two differ, one of them misreads.
"""

from tests.reference.parts import Choices, Patient, Value, completions, narrowing, number

BREATHING: Choices = {"respiratory_rate.last": (0, 21, 22, 150)}
PRESSURE: Choices = {"systolic_bp.last": (0, 100, 101, 360)}
MIND: Choices = {
    "consciousness.last": ("alert", "voice", "touch", "unarousable"),
    "gcs_total.last": (3, 14, 15),
    "new_confusion.last": ("no", "yes"),
}
CHOICES: Choices = {**BREATHING, **PRESSURE, **MIND}


def interval(patient: Patient) -> tuple[int, int] | None:
    """Give the least and the most points; None for a child.

    No two signs have an input in common. An unknown age is taken for an adult's.
    """
    if patient["age_years"] is not None and number(patient, "age_years") < 18:
        return None
    signs = (
        {number(whole, "respiratory_rate.last") >= 22 for whole in completions(patient, BREATHING)},
        {number(whole, "systolic_bp.last") <= 100 for whole in completions(patient, PRESSURE)},
        altered(patient),
    )
    return sum(min(sign) for sign in signs), sum(max(sign) for sign in signs)


def altered(patient: Patient) -> set[bool]:
    """Tell whether the mentation is altered; nobody knows it of a sedated patient."""
    if patient["sedated"]:
        return {False, True}
    return {
        not (
            whole["consciousness.last"] == "alert"
            and whole["gcs_total.last"] == 15
            and whole["new_confusion.last"] == "no"
        )
        for whole in completions(patient, MIND)
    }


def missing(patient: Patient) -> tuple[str, ...]:
    """Name the unknown inputs that would narrow the interval."""
    if interval(patient) is None:
        return ()
    return narrowing(patient, CHOICES, lambda whole: interval(whole) or (0, 0))


def well(changed: Patient) -> dict[str, Value]:
    """Describe an adult who scores nothing, then change what the story asks for."""
    known: dict[str, Value] = {
        "respiratory_rate.last": 16,
        "systolic_bp.last": 120,
        "consciousness.last": "alert",
        "gcs_total.last": 15,
        "new_confusion.last": "no",
        "sedated": False,
        "age_years": 40,
    }
    return {**known, **changed}
