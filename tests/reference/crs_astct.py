"""The slow plain twin of the CRS grade: one patient, the table read cell by cell.

Lee, Biol Blood Marrow Transplant 2019;25:625, with the readings of hypotension and hypoxia that
the consensus leaves open. It must never be tuned to agree with the fast score: where the two
differ, one of them misreads the table.

`temperature.max`, `systolic_bp.min` and `mean_bp.min` look back over a window; None there says that
the window holds no reading, which is known. A `.last` that is None is unknown.
"""

from itertools import product

from tests.reference.parts import (
    Choices,
    Patient,
    Value,
    completions,
    elsewhere,
    narrowing,
    number,
    without_idle_marks,
    word,
)

# Values on both sides of every edge of the table, for each input that can be unknown.
TEMPERATURE: Choices = {"temperature.last": (36.9, 37.9, 38.0)}
PRESSURE: Choices = {
    "systolic_bp.last": (60, 71, 72, 80, 85, 86, 89, 90, 91, 95, 96, 99, 100, 130),
    "mean_bp.last": (50, 64, 65, 91),
    "baseline.systolic_bp": (80, 110, 115, 120, 125, 128, 180),
    "age_years": (1, 5, 8, 10, 11, 17, 18, 40),
}
OXYGEN: Choices = {
    "oxygen_device.last": (
        "room_air",
        "blow_by",
        "nasal_cannula",
        "face_mask",
        "venturi",
        "non_rebreather",
        "high_flow_nasal_cannula",
        "cpap",
        "bipap",
        "ventilator",
    ),
    "oxygen_flow.last": (2, 6, 6.1, 15),
    "spo2.last": (80, 90, 90.1, 97),
}
CHOICES: Choices = {**TEMPERATURE, **PRESSURE, **OXYGEN}

# The findings that an assessor may give another cause.
FINDINGS = ("temperature", "systolic_bp", "mean_bp", "oxygen_device", "spo2")


def grade(patient: Patient) -> int:
    """Grade a patient of whom everything is known and for whom the table has a cell."""
    (only,) = grades(patient)
    return only


def grades(patient: Patient) -> set[int]:
    """Give every grade that the table admits for a patient of whom everything is known.

    It is more than one where no number was ever published: the pressure of an infant, and a low
    saturation that nobody has yet answered with oxygen.
    """
    return {
        combine(patient, is_fever, pressure, oxygen)
        for is_fever, pressure, oxygen in product(
            {fever(patient)}, hypotension(patient), hypoxia(patient)
        )
    }


def interval(patient: Patient) -> tuple[int, int]:
    """Give the lowest and the highest grade over everything that the unknown inputs could be.

    Fever, hypotension and hypoxia have no input in common, so each is enumerated by itself.
    """
    patient = without_idle_marks(patient)
    possible = {
        combine(patient, is_fever, pressure, oxygen)
        for is_fever, pressure, oxygen in product(
            possible_fever(patient), possible_hypotension(patient), possible_hypoxia(patient)
        )
    }
    return min(possible), max(possible)


def missing(patient: Patient) -> tuple[str, ...]:
    """Name the unknown inputs that would narrow the interval."""
    return narrowing(without_idle_marks(patient), CHOICES, interval)


def combine(patient: Patient, is_fever: bool, pressure: int, oxygen: int) -> int:
    """Let the more severe of hypotension and hypoxia decide, where fever allows a grade at all."""
    if not patient["infused"]:
        return 0
    if is_fever:
        return max(1, pressure, oxygen)
    if patient["fever_waived"]:
        return max(pressure, oxygen)
    return 0


def possible_fever(patient: Patient) -> set[bool]:
    """Tell what the answer to "fever?" could be."""
    return {fever(whole) for whole in completions(patient, TEMPERATURE)}


def possible_hypotension(patient: Patient) -> set[int]:
    """Give every grade that the pressure and the vasopressors could mean."""
    wholes = completions(patient, PRESSURE)
    return {admitted for whole in wholes for admitted in hypotension(whole)}


def possible_hypoxia(patient: Patient) -> set[int]:
    """Give every grade that the oxygen could mean."""
    wholes = completions(patient, OXYGEN)
    return {admitted for whole in wholes for admitted in hypoxia(whole)}


def fever(patient: Patient) -> bool:
    """Fever is 38.0 Cel or more, now or within the look-back (Lee 2019)."""
    return any(value >= 38.0 for value in readings(patient, "temperature", "max"))


def hypotension(patient: Patient) -> set[int]:
    """Grade the pressure by what is done about it: nothing, one vasopressor, several (Lee 2019)."""
    vasopressors = number(patient, "vasopressors")
    if vasopressors >= 2:
        return {4}
    if vasopressors == 1 or patient["vasopressin"]:
        return {3}
    return {2 if is_low else 0 for is_low in low_pressure(patient)}


def low_pressure(patient: Patient) -> set[bool]:
    """Tell whether the pressure is low for the age; an infant's could be either."""
    systolic = readings(patient, "systolic_bp", "min")
    age = number(patient, "age_years")
    if age < 1:
        return {False, True} if systolic else {False}
    if age <= 10:
        return {any(value < 70 + 2 * age for value in systolic)}  # Mahadeo 2019, 1 to 10 years
    if age < 18:
        return {any(value < 90 for value in systolic)}  # Mahadeo 2019, above 10 years
    mean = readings(patient, "mean_bp", "min")
    if any(value < 90 for value in systolic):  # PMC8021214, PMC9978889
        return {True}
    if any(value < 65 for value in mean):  # local reading of hypotension, configurable
        return {True}
    # Brudno & Kochenderfer, Blood 2016, practice table; whole numbers, so that no bit is lost.
    fallen_below = 80 * number(patient, "baseline.systolic_bp")
    return {any(100 * value < fallen_below and value < 100 for value in systolic)}


def hypoxia(patient: Patient) -> set[int]:
    """Grade the oxygen by the device that brings it (Lee 2019)."""
    if elsewhere(patient, "oxygen_device"):
        return {0}
    match word(patient, "oxygen_device.last"):
        case "room_air":
            # A saturation this low will need oxygen; which, nobody has charted yet.
            is_low = not elsewhere(patient, "spo2") and number(patient, "spo2.last") <= 90
            return {2, 3, 4} if is_low else {0}
        case "blow_by":
            return {2}
        case "nasal_cannula":
            return {2 if number(patient, "oxygen_flow.last") <= 6 else 3}
        case "face_mask" | "venturi" | "non_rebreather" | "high_flow_nasal_cannula":
            return {3}
        case "cpap" | "bipap" | "ventilator":
            return {4}
        case device:
            raise AssertionError(f"{device} is no oxygen device of the table")


def readings(patient: Patient, signal: str, extreme: str) -> list[float]:
    """List what counts of a signal: its last reading, and the extreme of the look-back."""
    last = [] if elsewhere(patient, signal) else [number(patient, f"{signal}.last")]
    looked_back = patient[f"{signal}.{extreme}"] is not None
    return [*last, number(patient, f"{signal}.{extreme}")] if looked_back else last


def well(changed: Patient) -> dict[str, Value]:
    """Describe an infused adult with nothing wrong, then change what the story asks for."""
    known: dict[str, Value] = {
        "infused": True,
        "fever_waived": False,
        "temperature.last": 36.9,
        "temperature.max": 36.9,
        "systolic_bp.last": 124,
        "systolic_bp.min": 124,
        "mean_bp.last": 91,
        "mean_bp.min": 91,
        "baseline.systolic_bp": 128,
        "age_years": 40,
        "vasopressors": 0,
        "vasopressin": False,
        "oxygen_device.last": "room_air",
        "oxygen_flow.last": None,
        "spo2.last": 96,
        "anc.last": None,
        **{f"{signal}.elsewhere": False for signal in FINDINGS},
    }
    return {**known, **changed}
