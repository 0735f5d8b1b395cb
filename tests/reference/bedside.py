"""Reduces the events of one short story to what the twins ask: the plain way, one event at a time.

It knows no corrections, no staleness and no transfers: the stories that it reads have none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.reference import crs_astct, icans_astct
from tests.reference.parts import Value

VASOPRESSORS = {"norepinephrine", "epinephrine", "phenylephrine", "dopamine"}
MASKS_FEVER = {"tocilizumab", "siltuximab", "anakinra", "corticosteroid", "antipyretic"}
FEVER_WINDOW = timedelta(hours=12)
TESTS = {"ice_score", "capd_score"}
PRESSURE_WINDOW = timedelta(hours=2)

Event = Mapping[str, Any]


def inputs(events: Sequence[Event]) -> dict[str, Value]:
    """Give the inputs of both ASTCT scales as they stand at the story's last event."""
    now = datetime.fromisoformat(events[-1]["time"])
    readings = [event for event in events if event["kind"] == "observation"]
    treatments = [event for event in events if event["kind"] == "treatment"]
    (stay,) = [event for event in events if event["kind"] == "stay"]
    given = {event["treatment"] for event in treatments}
    stopped = {event["treatment"] for event in treatments if event["action"] == "stopped"}
    running = given - stopped
    return {
        "infused": "car_t_infusion" in given,
        "fever_waived": bool(given & MASKS_FEVER),
        "sedated": "sedation" in running,
        "vasopressors": len(running & VASOPRESSORS),
        "vasopressin": "vasopressin" in running,
        "age_years": stay["age_years"],
        "developmental_delay": stay.get("developmental_delay"),
        "baseline.systolic_bp": stay["baseline"].get("systolic_bp"),
        "temperature.max": max(within(FEVER_WINDOW, now, "temperature", readings), default=None),
        "systolic_bp.min": min(within(PRESSURE_WINDOW, now, "systolic_bp", readings), default=None),
        "mean_bp.min": min(within(PRESSURE_WINDOW, now, "mean_bp", readings), default=None),
        **latest(of_the_present_state(readings, treatments, running)),
    }


def of_the_present_state(
    readings: Sequence[Event], treatments: Sequence[Event], running: set[str]
) -> list[Event]:
    """Leave out flows of an earlier oxygen device, and tests taken before a sedation that runs."""
    devices = [reading for reading in readings if reading["signal"] == "oxygen_device"]
    spell = len(devices)
    while spell > 0 and devices[spell - 1]["value"] == devices[-1]["value"]:
        spell -= 1
    device_since = devices[spell]["time"] if devices else ""
    starts = [
        event["time"]
        for event in treatments
        if event["treatment"] == "sedation" and event["action"] == "started"
    ]
    sedated_since = max(starts) if "sedation" in running else ""
    return [
        reading
        for reading in readings
        if not (reading["signal"] == "oxygen_flow" and reading["time"] < device_since)
        and not (reading["signal"] in TESTS and reading["time"] <= sedated_since)
    ]


def latest(readings: Sequence[Event]) -> dict[str, Value]:
    """Give the last value of each signal, and whether it has another cause."""
    known: dict[str, Value] = {
        name: None if name.endswith(".last") else False
        for name in (*crs_astct.well({}), *icans_astct.well({}))
        if name.endswith((".last", ".elsewhere"))
    }
    for reading in readings:
        known[f"{reading['signal']}.last"] = reading["value"]
        known[f"{reading['signal']}.elsewhere"] = reading.get("attributable_elsewhere", False)
    return known


def within(window: timedelta, now: datetime, signal: str, readings: Sequence[Event]) -> list[float]:
    """List the values of a signal that were measured within the window."""
    return [
        reading["value"]
        for reading in readings
        if reading["signal"] == signal
        and now - datetime.fromisoformat(reading["time"]) <= window
        and not reading.get("attributable_elsewhere", False)
    ]
