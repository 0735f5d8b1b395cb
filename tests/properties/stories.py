"""Made-up stays for the properties of the ward: strokes that shrink well, turned into events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from monitord.domain.events import (
    Arrival,
    Command,
    CommandAction,
    Observation,
    Quality,
    Rejection,
    Status,
    Stay,
    StayAction,
    TreatmentAction,
    TreatmentEvent,
)
from monitord.domain.signals import SIGNAL, SIGNALS
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from monitord.domain.treatments import TREATMENT
from tests.unit.engine.making import START

# Values on both sides of what the scales and the small rule book ask for.
VALUES: dict[str, tuple[str, ...]] = {
    "temperature": ("36.6", "37.5", "38.0", "38.6", "39.4"),
    "heart_rate": ("72", "112", "125", "150"),
    "systolic_bp": ("78", "89", "96", "124"),
    "spo2": ("86.0", "90.0", "93.5", "98.0"),
    "respiratory_rate": ("14", "22", "27"),
    "oxygen_device": ("room_air", "nasal_cannula", "venturi", "bipap"),
    "oxygen_flow": ("2.0", "6.0", "9.0"),
    "consciousness": ("alert", "voice", "unarousable"),
    "new_confusion": ("no", "yes"),
    "ice_score": ("10", "8", "5", "0"),
    "capd_score": ("3", "12"),
    "seizure": ("none", "brief", "prolonged"),
    "motor_weakness": ("none", "focal"),
    "cerebral_edema": ("none", "diffuse"),
    "crp": ("4.0", "60.0", "140.0"),
}
TREATED = (
    ("car_t_infusion", TreatmentAction.GIVEN),
    ("tocilizumab", TreatmentAction.GIVEN),
    ("antipyretic", TreatmentAction.GIVEN),
    ("corticosteroid", TreatmentAction.STARTED),
    ("corticosteroid", TreatmentAction.STOPPED),
    ("norepinephrine", TreatmentAction.STARTED),
    ("norepinephrine", TreatmentAction.STOPPED),
    ("vasopressin", TreatmentAction.STARTED),
    ("sedation", TreatmentAction.STARTED),
    ("sedation", TreatmentAction.STOPPED),
)
ASKED = ("fever", "crs", "low-pressure", "fast", "shadow", "no-such-rule")
SOON = (0, SECOND, SECOND, 5 * SECOND, 31 * SECOND, MINUTE, 4 * MINUTE)
LATER = (*SOON, 0, 0, 0, 0, 16 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 13 * HOUR, 25 * HOUR)
LATE = (0, 0, 0, 0, 0, 250, SECOND, MINUTE, 12 * MINUTE, 20 * MINUTE, 3 * HOUR, 26 * HOUR)


@dataclass(frozen=True)
class Stroke:
    """One event of a stay, as indexes: how long after the last, what, which, and how odd it is."""

    after_ms: Millis
    what: str
    which: int = 0
    late_ms: Millis = 0
    odd: str = ""


# Most stays begin with an infusion and a description, some with a fever, some as they happen to.
_INFUSED = (Stroke(0, "stay", 3), Stroke(0, "treatment", 0))
_FEVERED = (*_INFUSED, Stroke(SECOND, "temperature", 3), Stroke(SECOND, "oxygen_device", 0))
_TREATED = (*_FEVERED, Stroke(HOUR, "treatment", 1), Stroke(HOUR, "systolic_bp", 0))
BEGINNINGS = ((), _INFUSED, _FEVERED, _TREATED)


def strokes(
    pauses: Sequence[Millis] = LATER,
    delays: Sequence[Millis] = LATE,
    odds: Sequence[str] = ("", "", "", "corrected", "in error", "bad", "elsewhere", "again"),
    most: int = 16,
) -> st.SearchStrategy[list[Stroke]]:
    """Draw the strokes of one stay."""
    often = ("temperature", "systolic_bp", "heart_rate", "spo2", "treatment")
    happenings = st.sampled_from([*VALUES, *often, *often, *often, "command", "command", "stay"])
    stroke = st.builds(
        Stroke,
        st.sampled_from(pauses),
        happenings,
        st.integers(0, 9),
        st.sampled_from(delays),
        st.sampled_from(odds),
    )
    own = st.lists(stroke, min_size=1, max_size=most)
    return st.builds(lambda first, rest: [*first, *rest], st.sampled_from(BEGINNINGS), own)


def events(patient: str, drawn: Iterable[Stroke], start: Millis = START) -> list[Arrival]:
    """Turn strokes into the events of one patient."""
    now, told = start, []
    for place, stroke in enumerate(drawn):
        now += stroke.after_ms
        name = f"{patient}-{place}" if stroke.which % 3 == 0 else None
        event = _event(patient, stroke, now, name)
        told.append(event)
        if stroke.odd == "again":
            told.append(event)
    return told


def _event(patient: str, stroke: Stroke, now: Millis, name: str | None) -> Arrival:
    match stroke.what:
        case "treatment":
            word, action = TREATED[stroke.which % len(TREATED)]
            index = TREATMENT[word].index
            return TreatmentEvent(patient, now - stroke.late_ms, now, index, action, id=name)
        case "command":
            ways = (CommandAction.ACKNOWLEDGE, CommandAction.RESOLVE, CommandAction.SILENCE)
            way = ways[stroke.which % len(ways)]
            asked = ASKED[stroke.which % len(ASKED)]
            return Command(patient, now, now, way, "nurse", rule=asked, id=name)
        case "stay":
            return _stay(patient, stroke.which, now, name)
        case word:
            return _seen(patient, word, stroke, now, name)


def _stay(patient: str, which: int, now: Millis, name: str | None) -> Stay:
    if which == 9:
        return Stay(patient, now, now, StayAction.DISCHARGE, id=name)
    action = StayAction.TRANSFER if which == 8 else StayAction.ADMIT
    usual = {SIGNAL["systolic_bp"].index: 100 + 5 * which, SIGNAL["temperature"].index: 3680}
    return Stay(
        patient,
        now,
        now,
        action,
        ward=f"ward-{which % 2}",
        age_years=(4.0, 11.0, 17.0, 40.0, 71.0)[which % 5],
        developmental_delay=which % 3 == 0,
        baseline=usual if which % 2 else {},
        id=name,
    )


def _seen(patient: str, word: str, stroke: Stroke, now: Millis, name: str | None) -> Observation:
    signal, values = SIGNAL[word], VALUES[word]
    status = {"corrected": Status.CORRECTED, "in error": Status.ENTERED_IN_ERROR}
    return Observation(
        patient,
        now - stroke.late_ms,
        now,
        signal.index,
        signal.whole(values[stroke.which % len(values)]),
        status=status.get(stroke.odd, Status.FINAL),
        quality=Quality.BAD if stroke.odd == "bad" else Quality.GOOD,
        attributable_elsewhere=stroke.odd == "elsewhere",
        id=name,
    )


def rubbish(patient: str, start: Millis, every_ms: Millis, times: int) -> list[Arrival]:
    """Make a neighbour of extremes: every signal at its ends, gaps, junk, comings and goings."""
    told: list[Arrival] = []
    for turn in range(times):
        now = start + turn * every_ms
        for signal in SIGNALS:
            value = signal.high if (turn + signal.index) % 2 else signal.low
            late_ms = (0, 90 * SECOND, 11 * MINUTE, DAY, 30 * DAY)[(turn + signal.index) % 5]
            told.append(Observation(patient, now - late_ms, now, signal.index, value))
        told.append(Rejection(now, "not_json", "junk", "{" * turn))
        told.append(Command(patient, now, now, CommandAction.ACKNOWLEDGE, "x", rule="fever"))
        told.append(_stay(patient, turn % 10, now, f"{patient}-s{turn}"))
    return told


def mixed(*stays: Iterable[Arrival]) -> list[Arrival]:
    """Let stays arrive as one feed, in the order they were received."""
    return sorted((event for stay in stays for event in stay), key=lambda event: event.received)
