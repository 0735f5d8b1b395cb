"""What comes late pages for what is true now, and never for what is over (ADR 0016)."""

from pathlib import Path

import pytest

from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision
from monitord.domain.events import Arrival
from monitord.domain.time import HOUR, MINUTE, Millis
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.loader import load
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES
from tests.unit.engine.making import START, in_order, run, saw, stays, tick, treated

RULES = Path(__file__).parents[2] / "rules"
BOOK = load(
    {path.name: path.read_text("utf-8") for path in RULES.glob("*.toml")},
    None,
    house_vocabulary(SCALE_NAMES),
)
WELL = {
    "temperature": "36.8",
    "systolic_bp": "118",
    "mean_bp": "84",
    "spo2": "97",
    "heart_rate": "84",
    "respiratory_rate": "16",
    "oxygen_device": "room_air",
    "ice_score": "10",
    "consciousness": "alert",
    "seizure": "none",
    "motor_weakness": "none",
    "cerebral_edema": "none",
}
BEGIN = START + 24 * HOUR  # infused long enough ago for every window to be of after it


def watched(**others: str) -> Ward:
    """Make a ward with an infused adult who was well, and who is so again but for some values."""
    place = Ward(BOOK, WardSettings(beds=2))
    tick(place, START, stays(START, age_years=54.0), treated("car_t_infusion", START))
    tick(place, BEGIN, *(saw(word, value, BEGIN) for word, value in {**WELL, **others}.items()))
    return place


def late(place: Ward, word: str, value: str, late_ms: Millis) -> list[AlertChange]:
    """Let one value come late, wait for every hold, and list which alerts rang."""
    now = BEGIN + MINUTE
    told: list[Decision] = tick(place, now, saw(word, value, now, late_ms=late_ms))
    for minutes in range(5, 20, 5):
        told += tick(place, now + minutes * MINUTE)
    return [
        move for move in told if isinstance(move, AlertChange) and move.to_phase is Phase.ACTIVE
    ]


OVER: dict[str, tuple[str, str, Millis]] = {
    "a fever that left the window": ("temperature", "39.5", 12 * HOUR + 2 * MINUTE),
    "a low pressure that left the window": ("systolic_bp", "80", 2 * HOUR + 2 * MINUTE),
    "a saturation that is well since": ("spo2", "82", HOUR),
    "a pulse that is slow since": ("heart_rate", "150", HOUR),
    "an ICE score that recovered since": ("ice_score", "4", 6 * HOUR),
    "a consciousness that is back since": ("consciousness", "unarousable", 6 * HOUR),
    "oxygen that was taken off since": ("oxygen_device", "ventilator", 6 * HOUR),
}


@pytest.mark.parametrize(("word", "value", "late_ms"), OVER.values(), ids=OVER)
def test_what_is_over_pages_nobody(word: str, value: str, late_ms: Millis) -> None:
    """A value that was measured before a better one, and counts for no grade of now, is history."""
    assert [] == late(watched(), word, value, late_ms)


def test_a_late_fever_that_counts_now_is_news_about_now() -> None:
    """A fever of three hours ago counts for twelve, so the grade of now is 1; it says how old."""
    [alert] = late(watched(), "temperature", "38.6", 3 * HOUR)
    assert "crs-grade-1" == alert.rule
    measured = [told.time for told in alert.evidence if told.value == 38.6]
    assert [BEGIN + MINUTE - 3 * HOUR] == measured
    assert "(38.6 °C 3 h ago)" in alert.message


def test_a_late_fever_makes_a_low_pressure_of_now_a_grade() -> None:
    """Who is short of pressure now and had a fever is at grade 2 now, whenever that was charted."""
    alerts = late(watched(systolic_bp="84", mean_bp="60"), "temperature", "38.6", 3 * HOUR)
    assert {"crs-grade-1", "crs-grade-2", "crs-rising"} <= {alert.rule for alert in alerts}


def test_a_late_fever_does_not_make_a_fast_pulse_of_now_one_with_fever() -> None:
    """A rule about the last values asks for a fever now."""
    alerts = late(watched(heart_rate="130"), "temperature", "39.5", 3 * HOUR)
    assert "tachycardia-with-fever" not in {alert.rule for alert in alerts}


@pytest.mark.parametrize("late_h", [1, 5, 11, 13])
def test_after_a_late_value_the_alerts_are_those_of_one_that_was_on_time(late_h: int) -> None:
    """From then on nothing differs from what stood if the value had come when it was measured."""
    measured = BEGIN - late_h * HOUR
    phases = []
    for received in (measured, BEGIN + MINUTE):
        place = Ward(BOOK, WardSettings(beds=2))
        fever = saw("temperature", "38.6", received, late_ms=received - measured)
        arrivals: list[Arrival] = [saw(word, value, BEGIN) for word, value in WELL.items()]
        arrivals += [stays(START, age_years=54.0), treated("car_t_infusion", START), fever]
        run(place, in_order(arrivals), BEGIN + 2 * HOUR)
        phases.append(place.alerts.phase[:, 1].tolist())
    assert phases[0] == phases[1]
