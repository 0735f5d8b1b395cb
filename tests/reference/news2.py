"""The slow plain twin of NEWS2: one patient, the chart read row by row.

Royal College of Physicians 2017. It must never be tuned to agree with the fast score: where the two
differ, one of them misreads the chart. A value between two numbers of the chart belongs to the
column whose upper edge it does not exceed.
"""

from collections.abc import Callable

from tests.reference.parts import Choices, Patient, Value, completions, narrowing, number, word

Band = tuple[float, int]

RESPIRATION: tuple[Band, ...] = ((8, 3), (11, 1), (20, 0), (24, 2), (float("inf"), 3))
SATURATION: tuple[Band, ...] = ((91, 3), (93, 2), (95, 1), (float("inf"), 0))
SATURATION_2_AIR: tuple[Band, ...] = ((83, 3), (85, 2), (87, 1), (float("inf"), 0))
SATURATION_2_OXYGEN: tuple[Band, ...] = (
    *((83, 3), (85, 2), (87, 1), (92, 0)),
    *((94, 1), (96, 2), (float("inf"), 3)),
)
SYSTOLIC: tuple[Band, ...] = ((90, 3), (100, 2), (110, 1), (219, 0), (float("inf"), 3))
PULSE: tuple[Band, ...] = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (float("inf"), 3))
TEMPERATURE: tuple[Band, ...] = ((35, 3), (36, 1), (38, 0), (39, 1), (float("inf"), 2))

DEVICES = (
    *("room_air", "blow_by", "nasal_cannula", "face_mask", "venturi", "non_rebreather"),
    *("high_flow_nasal_cannula", "cpap", "bipap", "ventilator"),
)
CHOICES: Choices = {
    "respiratory_rate.last": (8, 9, 11, 12, 20, 21, 24, 25),
    "spo2.last": (83, 84, 85, 86, 87, 88, 91, 92, 93, 94, 95, 96, 97),
    "oxygen_device.last": DEVICES,
    "systolic_bp.last": (90, 91, 100, 101, 110, 111, 219, 220),
    "heart_rate.last": (40, 41, 50, 51, 90, 91, 110, 111, 130, 131),
    "consciousness.last": ("alert", "voice", "touch", "unarousable"),
    "new_confusion.last": ("no", "yes"),
    "temperature.last": (35.0, 35.1, 36.0, 36.1, 38.0, 38.1, 39.0, 39.1),
    "age_years": (15, 16, 40),
}


def grade(patient: Patient) -> int | None:
    """Total the chart for a patient of whom everything is known; None under 16 years."""
    if patient["age_years"] is not None and number(patient, "age_years") < 16:
        return None
    return sum(row(patient) for row, _ in ROWS)


def interval(patient: Patient) -> tuple[int, int] | None:
    """Give the lowest and the highest total over everything that the unknown inputs could be.

    No two rows of the chart have an input in common, so each is enumerated by itself. An unknown
    age is taken for an adult's; None under 16 years.
    """
    if patient["age_years"] is not None and number(patient, "age_years") < 16:
        return None
    possible = [possible_points(patient, row, inputs) for row, inputs in ROWS]
    return sum(map(min, possible)), sum(map(max, possible))


def possible_points(
    patient: Patient, row: Callable[[Patient], int], inputs: tuple[str, ...]
) -> set[int]:
    """Give every number of points that one row could be worth."""
    choices = {name: CHOICES[name] for name in inputs}
    return {row(whole) for whole in completions(patient, choices)}


def missing(patient: Patient) -> tuple[str, ...]:
    """Name the unknown inputs that would narrow the interval."""
    if interval(patient) is None:
        return ()
    asked = {name: values for name, values in CHOICES.items() if name != "age_years"}
    return narrowing(patient, asked, lambda whole: interval(whole) or (0, 0))


def at_most(value: float, bands: tuple[Band, ...]) -> int:
    """Give the points of the first column whose upper edge the value does not exceed."""
    return next(points for edge, points in bands if value <= edge)


def respiration(patient: Patient) -> int:
    """Score breaths a minute."""
    return at_most(number(patient, "respiratory_rate.last"), RESPIRATION)


def oxygenation(patient: Patient) -> int:
    """Score the saturation on its scale, and the oxygen it takes."""
    on_oxygen = word(patient, "oxygen_device.last") != "room_air"
    if patient["spo2_scale"] == 1:
        bands = SATURATION
    else:
        bands = SATURATION_2_OXYGEN if on_oxygen else SATURATION_2_AIR
    return at_most(number(patient, "spo2.last"), bands) + (2 if on_oxygen else 0)


def pressure(patient: Patient) -> int:
    """Score the systolic pressure."""
    return at_most(number(patient, "systolic_bp.last"), SYSTOLIC)


def pulse(patient: Patient) -> int:
    """Score beats a minute."""
    return at_most(number(patient, "heart_rate.last"), PULSE)


def alertness(patient: Patient) -> int:
    """Score anything but alert, and any new confusion."""
    alert = word(patient, "consciousness.last") == "alert"
    return 0 if alert and word(patient, "new_confusion.last") == "no" else 3


def warmth(patient: Patient) -> int:
    """Score the temperature."""
    return at_most(number(patient, "temperature.last"), TEMPERATURE)


ROWS: tuple[tuple[Callable[[Patient], int], tuple[str, ...]], ...] = (
    (respiration, ("respiratory_rate.last",)),
    (oxygenation, ("spo2.last", "oxygen_device.last")),
    (pressure, ("systolic_bp.last",)),
    (pulse, ("heart_rate.last",)),
    (alertness, ("consciousness.last", "new_confusion.last")),
    (warmth, ("temperature.last",)),
)


def well(changed: Patient) -> dict[str, Value]:
    """Describe an adult who scores nothing, then change what the story asks for."""
    known: dict[str, Value] = {
        "respiratory_rate.last": 16,
        "spo2.last": 97,
        "oxygen_device.last": "room_air",
        "systolic_bp.last": 120,
        "heart_rate.last": 70,
        "consciousness.last": "alert",
        "new_confusion.last": "no",
        "temperature.last": 37.0,
        "spo2_scale": 1,
        "age_years": 40,
    }
    return {**known, **changed}
