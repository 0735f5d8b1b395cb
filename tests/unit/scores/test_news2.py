"""NEWS2, band by band: the chart of the Royal College of Physicians 2017."""

import pytest

from monitord.scores.news2 import SCALE
from tests.reference import news2 as twin
from tests.reference.columns import graded, one
from tests.reference.parts import Patient


def breaths(rate: int) -> Patient:
    return {"respiratory_rate.last": rate}


def saturation(percent: float, device: str = "room_air", scale: int = 1) -> Patient:
    return {"spo2.last": percent, "oxygen_device.last": device, "spo2_scale": scale}


def systolic(pressure: int) -> Patient:
    return {"systolic_bp.last": pressure}


def pulse(rate: int) -> Patient:
    return {"heart_rate.last": rate}


def warmth(degrees: float) -> Patient:
    return {"temperature.last": degrees}


def mind(consciousness: str | None, confusion: str | None) -> Patient:
    return {"consciousness.last": consciousness, "new_confusion.last": confusion}


def edges(points: dict[float, int]) -> list[tuple[float, int]]:
    return list(points.items())


BREATHS = edges({1: 3, 8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3, 60: 3})
SATURATIONS = edges(
    {50: 3, 91: 3, 91.1: 2, 92: 2, 93: 2, 93.1: 1, 94: 1, 95: 1, 95.1: 0, 96: 0, 100: 0}
)
SATURATIONS_2_AIR = edges(
    {70: 3, 83: 3, 83.1: 2, 84: 2, 85: 2, 85.1: 1, 86: 1, 87: 1, 87.1: 0, 88: 0, 93: 0, 100: 0}
)
SATURATIONS_2_OXYGEN = edges(
    {70: 3, 83: 3, 83.1: 2, 84: 2, 85: 2, 85.1: 1, 86: 1, 87: 1, 87.1: 0, 88: 0, 92: 0}
    | {92.1: 1, 93: 1, 94: 1, 94.1: 2, 95: 2, 96: 2, 96.1: 3, 97: 3, 100: 3}
)
PRESSURES = edges({60: 3, 90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3, 250: 3})
PULSES = edges(
    {30: 3, 40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3, 180: 3}
)
WARMTHS = edges(
    {34.0: 3, 35.0: 3, 35.01: 1, 35.1: 1, 36.0: 1, 36.01: 0, 36.1: 0, 38.0: 0}
    | {38.01: 1, 38.04: 1, 38.1: 1, 39.0: 1, 39.01: 2, 39.1: 2, 41.0: 2}
)
CELLS: dict[str, tuple[Patient, int]] = {
    "nothing wrong scores 0": ({}, 0),
    **{f"{rate} breaths/min scores {p}": (breaths(int(rate)), p) for rate, p in BREATHS},
    **{f"saturation {x} on air scores {p}": (saturation(x), p) for x, p in SATURATIONS},
    **{
        f"saturation {x} on oxygen scores {p} and 2": (saturation(x, "nasal_cannula"), p + 2)
        for x, p in SATURATIONS
    },
    **{
        f"scale 2: saturation {x} on air scores {p}": (saturation(x, scale=2), p)
        for x, p in SATURATIONS_2_AIR
    },
    **{
        f"scale 2: saturation {x} on oxygen scores {p} and 2": (
            saturation(x, "venturi", scale=2),
            p + 2,
        )
        for x, p in SATURATIONS_2_OXYGEN
    },
    **{f"systolic {x} scores {p}": (systolic(int(x)), p) for x, p in PRESSURES},
    **{f"pulse {x} scores {p}": (pulse(int(x)), p) for x, p in PULSES},
    **{f"temperature {x} scores {p}": (warmth(x), p) for x, p in WARMTHS},
    **{
        f"{device} is oxygen and scores 2": ({"oxygen_device.last": device}, 2)
        for device in twin.DEVICES
        if device != "room_air"
    },
    "alert and not confused scores 0": (mind("alert", "no"), 0),
    "alert and newly confused scores 3": (mind("alert", "yes"), 3),
    "awake to voice scores 3": (mind("voice", "no"), 3),
    "awake to touch scores 3": (mind("touch", "no"), 3),
    "unarousable scores 3": (mind("unarousable", "no"), 3),
    "awake to voice and newly confused scores 3 once": (mind("voice", "yes"), 3),
    "16 years is on the chart": ({"age_years": 16, **pulse(131)}, 3),
    "an unknown age is on the chart": ({"age_years": None, **pulse(131)}, 3),
    "everything at its worst scores 20": (
        {
            **breaths(30),
            **saturation(80, "ventilator"),
            **systolic(70),
            **pulse(150),
            **mind("unarousable", "yes"),
            **warmth(34.0),
        },
        20,
    ),
}

INTERVALS: dict[str, tuple[Patient, tuple[int, int], tuple[str, ...]]] = {
    "breaths unknown": ({"respiratory_rate.last": None}, (0, 3), ("respiratory_rate.last",)),
    "saturation unknown": ({"spo2.last": None}, (0, 3), ("spo2.last",)),
    "saturation unknown on oxygen, scale 2": (
        {**saturation(97, "venturi", 2), "spo2.last": None},
        (2, 5),
        ("spo2.last",),
    ),
    "device unknown": ({"oxygen_device.last": None}, (0, 2), ("oxygen_device.last",)),
    "device unknown, saturation 97, scale 2": (
        {**saturation(97, scale=2), "oxygen_device.last": None},
        (0, 5),
        ("oxygen_device.last",),
    ),
    "device unknown, saturation 90, scale 2": (
        {**saturation(90, scale=2), "oxygen_device.last": None},
        (0, 2),
        ("oxygen_device.last",),
    ),
    "device and saturation unknown": (
        {"oxygen_device.last": None, "spo2.last": None},
        (0, 5),
        ("oxygen_device.last", "spo2.last"),
    ),
    "systolic unknown": ({"systolic_bp.last": None}, (0, 3), ("systolic_bp.last",)),
    "pulse unknown": ({"heart_rate.last": None}, (0, 3), ("heart_rate.last",)),
    "temperature unknown": ({"temperature.last": None}, (0, 3), ("temperature.last",)),
    "consciousness unknown": (mind(None, "no"), (0, 3), ("consciousness.last",)),
    "confusion unknown": (mind("alert", None), (0, 3), ("new_confusion.last",)),
    "consciousness unknown but newly confused": (mind(None, "yes"), (3, 3), ()),
    "confusion unknown but awake to voice only": (mind("voice", None), (3, 3), ()),
    "worked example: 22 breaths, saturation unknown, 118, 96, 37.8": (
        {
            **breaths(22),
            "spo2.last": None,
            **systolic(118),
            **pulse(96),
            **warmth(37.8),
        },
        (3, 6),
        ("spo2.last",),
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_points_of_a_cell(cell: str) -> None:
    """A patient in a cell of the chart has the points of that cell, by twin and by score."""
    changed, expected = CELLS[cell]
    patient = twin.well(changed)

    assert expected == twin.grade(patient)
    assert (expected, expected) == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]


@pytest.mark.parametrize("story", INTERVALS)
def test_the_interval_of_what_is_unknown(story: str) -> None:
    """What is unknown is worth anything from its least to its most points, and is missing."""
    changed, expected, missing = INTERVALS[story]
    patient = twin.well(changed)

    assert expected == twin.interval(patient)
    assert expected == graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert set(missing) == set(twin.missing(patient))
    assert set(missing) == set(SCALE.missing(one(SCALE, patient)))


def test_the_chart_is_not_for_children() -> None:
    """Under 16 years there is no score, and nothing is missing for it."""
    patient = twin.well({"age_years": 15.99, **pulse(131), "spo2.last": None})

    assert None is twin.interval(patient)
    assert None is graded(SCALE.compute(one(SCALE, patient)))  # type: ignore[arg-type]
    assert not SCALE.missing(one(SCALE, patient))
