"""Who comes, moves and goes; what is older than what is known changes nothing."""

import pytest

from monitord.domain.decisions import Decision, Notice, Rejected
from monitord.domain.events import Stay, StayAction
from monitord.domain.signals import SIGNAL
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis
from monitord.engine.ward import Ward
from tests.unit.engine.making import (
    FAST,
    START,
    leaves,
    moves,
    notices,
    saw,
    stays,
    tick,
    ward,
)

SYSTOLIC = SIGNAL["systolic_bp"].index


def reasons(decisions: list[Decision]) -> list[str]:
    return [told.reason for told in decisions if isinstance(told, Rejected)]


def last(place: Ward, word: str) -> str | None:
    """Read the last value of the patient as it is told."""
    known = place.memory.last(SIGNAL[word].index, place.memory.roster.row_of["p-1"])
    return None if known is None else SIGNAL[word].text(known[1])


def test_a_late_result_does_not_bring_back_who_has_left() -> None:
    """What was measured before a discharge is refused after it; a new admission is not."""
    place = ward()
    tick(place, START, stays(START))
    tick(place, START + SECOND, leaves(START + SECOND))
    late = tick(place, START + 2 * SECOND, saw("crp", "4.0", START + SECOND))
    assert ["patient_left"] == [told.reason for told in late if isinstance(told, Rejected)]
    assert [] == place.patients()

    tick(place, START + 3 * SECOND, stays(START + SECOND))
    assert ["p-1"] == place.patients()


@pytest.mark.parametrize("earlier_s", [0, 1])
def test_a_discharge_of_an_earlier_stay_ends_nothing(earlier_s: int) -> None:
    """Who was discharged and came again stays, when that discharge, or an older one, comes late."""
    place = ward()
    tick(place, START, stays(START))
    tick(place, START + MINUTE, leaves(START + MINUTE))
    tick(place, START + HOUR, stays(START + HOUR), saw("temperature", "38.5", START + HOUR))
    told = tick(place, START + 2 * HOUR, leaves(START + MINUTE - earlier_s * SECOND))
    assert ["patient_left"] == [one.reason for one in told if isinstance(one, Rejected)]
    assert "38.5" in str(last(place, "temperature"))
    tick(place, START + 3 * HOUR, leaves(START + 3 * HOUR))
    assert [] == place.patients()


def test_nobody_is_discharged_who_is_not_here() -> None:
    """The discharge of an unknown patient is refused and admits nobody."""
    place = ward()
    told = tick(place, START, leaves(START))
    detail = "p-1 is not here; nobody is discharged"
    assert [Rejected(START, "unknown_patient", detail, "Stay p-1")] == told
    assert [] == place.patients()


def test_a_transfer_moves_the_patient_and_keeps_what_is_known() -> None:
    """Only the place changes, and the stream says where to."""
    place = ward(FAST)
    tick(place, START, stays(START, place="west"), saw("heart_rate", "130", START))
    then = START + SECOND
    told = tick(place, then, stays(then, StayAction.TRANSFER, place="intensive"))
    assert [Notice(then, "patient_transferred", "p-1", "ward intensive")] == told
    assert ("intensive", "130") == (place.ward_of("p-1"), last(place, "heart_rate"))


def test_a_discharge_ends_alerts_and_forgets() -> None:
    """Every alert of the patient ends for that reason, and nothing of him is left."""
    place = ward(FAST)
    tick(place, START, saw("heart_rate", "130", START))
    told = tick(place, START + SECOND, leaves(START + SECOND))
    assert [(1, "QUIET", "discharged")] == moves(told, "fast")
    assert ["patient_discharged"] == notices(told)
    assert ([], None) == (place.patients(), place.memory.last(SIGNAL["heart_rate"].index, 1))


def test_a_patient_who_comes_again_is_a_new_one() -> None:
    """After discharge the same name begins with nothing, ids included."""
    place = ward(FAST)
    tick(place, START, saw("heart_rate", "130", START, name="a"))
    tick(place, START + SECOND, leaves(START + SECOND))
    then = START + 2 * SECOND
    told = tick(place, then, saw("heart_rate", "130", then, name="a"))
    assert ["patient_admitted"] == notices(told)
    assert [(2, "ACTIVE", "condition_true")] == moves(told, "fast")


def test_a_discharge_from_between_two_stays_ends_nothing() -> None:
    """What was written between leaving and coming again is about the stay that had ended."""
    place = ward()
    tick(place, START, stays(START))
    tick(place, START + MINUTE, leaves(START + MINUTE))
    back = START + HOUR
    tick(place, back, stays(back), saw("temperature", "38.5", back))
    told = tick(place, back + MINUTE, leaves(START + 30 * MINUTE))
    assert ["patient_left"] == reasons(told)
    assert "38.5" == last(place, "temperature")


def test_a_stay_begins_with_its_admission_though_a_reading_came_first() -> None:
    """An admission that is told later than the first reading lets the discharge after it pass."""
    place = ward()
    tick(place, START, saw("temperature", "37.0", START))
    told_late = stays(START - HOUR)._replace(received=START + SECOND)
    tick(place, START + SECOND, told_late)
    tick(place, START + MINUTE, leaves(START - MINUTE))
    assert [] == place.patients()


def test_a_discharge_from_a_clock_that_runs_ahead_ends_one_stay() -> None:
    """Sent again it is known by the time it gave, although that is later than the coming again."""
    place = ward()
    tick(place, START, stays(START))
    gone = leaves(START + 90 * SECOND)._replace(received=START + SECOND)
    tick(place, START + SECOND, gone)
    back = START + 30 * SECOND
    tick(place, back, stays(back), saw("temperature", "38.5", back))
    assert ["patient_left"] == reasons(tick(place, back + SECOND, gone))
    assert "38.5" == last(place, "temperature")


def test_an_admission_of_an_earlier_stay_describes_nobody() -> None:
    """Who is here again is not described by what was told before leaving."""
    place = ward()
    first = stays(START, place="west", age_years=4.0)
    tick(place, START, first)
    tick(place, START + MINUTE, leaves(START + MINUTE))
    back = START + HOUR
    tick(place, back, saw("temperature", "38.5", back))
    assert ["patient_left"] == reasons(tick(place, back + SECOND, first))
    assert "unassigned" == place.ward_of("p-1")


def test_a_transfer_of_the_minute_of_leaving_brings_nobody_back() -> None:
    """Some senders move a patient out in the instant of the discharge; only admission admits."""
    place = ward()
    tick(place, START, stays(START))
    gone = START + MINUTE
    tick(place, gone, leaves(gone))
    told = tick(place, gone + SECOND, stays(gone, StayAction.TRANSFER, place="out"))
    assert (["patient_left"], []) == (reasons(told), place.patients())


def test_a_late_transfer_moves_nobody_back() -> None:
    """What was true before the last move is refused by name."""
    place = ward()
    tick(place, START, stays(START, place="west"))
    moved = START + 2 * HOUR
    tick(place, moved, stays(moved, StayAction.TRANSFER, place="intensive"))
    late = stays(START + HOUR, StayAction.TRANSFER, place="north")
    told = tick(place, moved + SECOND, late)
    detail = "p-1 was moved to intensive after this; nobody is moved"
    assert [Rejected(moved + SECOND, "outdated_place", detail, "Stay p-1")] == told
    assert "intensive" == place.ward_of("p-1")


def test_a_late_admission_still_tells_what_nobody_told_since() -> None:
    """Age and usual pressure are taken from it; the bed of a ward that was left is not."""
    place = ward()
    tick(place, START, stays(START, StayAction.TRANSFER, place="intensive"))
    late = Stay(
        "p-1", START - HOUR, START + SECOND, StayAction.ADMIT, ward="west", bed="7", age_years=4.0,
        developmental_delay=True, baseline={SYSTOLIC: 95},
    )  # fmt: skip
    assert ["outdated_place"] == reasons(tick(place, START + SECOND, late))
    roster = place.memory.roster
    assert ("intensive", None, 4.0, 1, 95) == (
        roster.ward[1],
        roster.bed[1],
        roster.age_years[1],
        roster.developmental_delay[1],
        roster.baseline[SYSTOLIC, 1],
    )


@pytest.mark.parametrize("late_ms", [0, HOUR])
def test_what_a_stay_tells_is_as_of_its_time(late_ms: Millis) -> None:
    """Of two usual pressures and two ages the newer one holds, whichever comes last."""
    place = ward()
    tick(place, START, stays(START, age_years=5.0, baseline={SYSTOLIC: 100}))
    other = stays(START + MINUTE - late_ms, age_years=4.0, baseline={SYSTOLIC: 95})
    tick(place, START + MINUTE, other)
    expected = (5.0, 100) if late_ms else (4.0, 95)
    roster = place.memory.roster
    assert expected == (roster.age_years[1], roster.baseline[SYSTOLIC, 1])


def test_the_next_patient_of_a_bed_is_described_anew() -> None:
    """The times of the last patient's moves do not bind the next one."""
    place = ward(beds=1)
    tick(place, START, stays(START, place="west", age_years=5.0))
    tick(place, START + SECOND, leaves(START + SECOND))
    now = START + 2 * SECOND
    tick(place, now, stays(START - HOUR, patient="p-2", place="north", age_years=60.0))
    assert ("north", 60.0) == (place.ward_of("p-2"), place.memory.roster.age_years[1])
