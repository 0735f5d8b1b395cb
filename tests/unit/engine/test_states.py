"""What was measured in another state than the present one says nothing of it."""

import pytest

from monitord.domain.decisions import Assessment, Decision
from monitord.domain.events import Arrival, Observation, Status, TreatmentAction
from monitord.domain.time import HOUR, MINUTE, Millis
from tests.unit.engine.making import START, grades, in_order, run, saw, stays, treated, ward

INFUSED: list[Arrival] = [stays(START, age_years=50), treated("car_t_infusion", START)]
FEVER: list[Arrival] = [saw("temperature", "38.5", START), saw("systolic_bp", "120", START)]
PRESSED: list[Arrival] = [saw("mean_bp", "85", START), saw("spo2", "94.0", START)]
STARTED, STOPPED = TreatmentAction.STARTED, TreatmentAction.STOPPED
LATER = START + HOUR


def wears(device: str, at: Millis, status: Status = Status.FINAL) -> Observation:
    return saw("oxygen_device", device, at, status=status)


def flows(litres: str, at: Millis) -> Arrival:
    return saw("oxygen_flow", litres, at)


def crs(*arrivals: Arrival) -> tuple[float, float]:
    """Grade CRS of a patient with fever and a good pressure, as it was told last."""
    told = run(ward(), in_order([*INFUSED, *FEVER, *PRESSED, *arrivals]), LATER)
    return grades(told, "crs_astct")[-1]


FLOWS: dict[str, tuple[list[Arrival], tuple[int, int]]] = {
    "a flow charted with its device counts": (
        [wears("nasal_cannula", START), flows("2", START)],
        (2, 2),
    ),
    "a flow from before the cannula was put on is not the cannula's": (
        [wears("face_mask", START), flows("10", START), wears("nasal_cannula", START + MINUTE)],
        (2, 3),
    ),
    "a low flow from before it is not the cannula's either": (
        [wears("face_mask", START), flows("5", START), wears("nasal_cannula", START + MINUTE)],
        (2, 3),
    ),
    "a flow measured since counts": (
        [
            wears("face_mask", START),
            wears("nasal_cannula", START + MINUTE),
            flows("8", START + 2 * MINUTE),
        ],
        (3, 3),
    ),
    "the same device charted again keeps its flow": (
        [
            wears("nasal_cannula", START),
            flows("2", START + MINUTE),
            wears("nasal_cannula", START + 2 * MINUTE),
        ],
        (2, 2),
    ),
    "a cannula put on again has a new flow": (
        [
            wears("nasal_cannula", START),
            flows("2", START),
            wears("room_air", START + MINUTE),
            wears("nasal_cannula", START + 2 * MINUTE),
        ],
        (2, 3),
    ),
    "a device between, entered in error, was never on": (
        [
            wears("nasal_cannula", START),
            flows("2", START),
            wears("room_air", START + MINUTE),
            wears("nasal_cannula", START + 2 * MINUTE),
            wears("room_air", START + MINUTE, Status.ENTERED_IN_ERROR)._replace(
                received=START + 3 * MINUTE
            ),
        ],
        (2, 2),
    ),
}


@pytest.mark.parametrize("story", FLOWS)
def test_a_flow_counts_for_the_device_it_was_measured_on(story: str) -> None:
    """A cannula is grade 2 or 3 by its own flow, and either without one."""
    arrivals, expected = FLOWS[story]
    assert expected == crs(*arrivals)


def test_a_flow_of_another_device_is_missing_and_no_evidence() -> None:
    """The assessment asks for the flow and does not show the old one."""
    changed = [wears("face_mask", START), flows("5", START), wears("nasal_cannula", LATER)]
    told = last(run(ward(), in_order([*INFUSED, *FEVER, *PRESSED, *changed]), LATER), "crs_astct")
    assert ("oxygen_flow",) == told.missing
    assert "oxygen_flow" not in {one.signal for one in told.evidence}
    assert "nasal cannula just now, its flow not known, SpO2 94.0 % 1 h ago" in told.because


def last(decisions: list[Decision], scale: str) -> Assessment:
    """Give what was told of a scale last."""
    return [one for one in decisions if isinstance(one, Assessment) and one.scale == scale][-1]


def checked(at: Millis, **changed: str) -> list[Arrival]:
    """A neurological check that finds nothing but what is changed."""
    found = {
        "ice_score": "10",
        "consciousness": "alert",
        "seizure": "none",
        "motor_weakness": "none",
        "cerebral_edema": "none",
    }
    return [saw(word, value, at) for word, value in {**found, **changed}.items()]


def icans(*arrivals: Arrival) -> Assessment:
    """Give the last word on ICANS of an infused adult."""
    return last(run(ward(), in_order([*INFUSED, *arrivals]), LATER), "icans_astct")


def test_a_test_from_before_sedation_says_nothing_under_it() -> None:
    """Full marks, then sedation: the grade is unknown, and a new test is asked for."""
    told = icans(*checked(START), treated("sedation", START + MINUTE, STARTED))
    assert (0, 4, ("ice_score",)) == (told.low, told.high, told.missing)
    assert "ice_score" not in {one.signal for one in told.evidence}
    expected = (
        "ICANS grade (ASTCT) 0 to 4: no seizure 1 min ago, no motor weakness 1 min ago, "
        "no cerebral edema 1 min ago; sedation is running, so consciousness is not known without "
        "an ICE taken since it began; not known: ICE."
    )
    assert expected == told.because


def test_a_test_charted_when_sedation_starts_was_taken_before_it() -> None:
    """At the same instant the patient was still found without sedation."""
    told = icans(*checked(START), treated("sedation", START, STARTED))
    assert (0, 4) == (told.low, told.high)


def test_a_test_taken_under_sedation_decides() -> None:
    """Who answers under sedation is graded by the answers; drowsiness adds nothing."""
    sedated = treated("sedation", START, STARTED)
    told = icans(sedated, *checked(START + MINUTE, ice_score="9", consciousness="voice"))
    assert (1, 1) == (told.low, told.high)
    expected = (
        "ICANS grade (ASTCT) 1: ICE 9 just now, no seizure just now, no motor weakness just now, "
        "no cerebral edema just now; sedation is running, so consciousness is not judged beside "
        "the ICE."
    )
    assert expected == told.because


def test_sedation_started_anew_asks_for_a_new_test() -> None:
    """A test between two starts is of before the second."""
    again = treated("sedation", START + 2 * MINUTE, STARTED)
    told = icans(treated("sedation", START, STARTED), *checked(START + MINUTE), again)
    assert (0, 4) == (told.low, told.high)


def test_sedation_stopped_leaves_what_was_charted() -> None:
    """Without sedation the last test and consciousness count as they are."""
    told = icans(
        *checked(START),
        treated("sedation", START + MINUTE, STARTED),
        treated("sedation", START + 2 * MINUTE, STOPPED),
    )
    assert (0, 0) == (told.low, told.high)
