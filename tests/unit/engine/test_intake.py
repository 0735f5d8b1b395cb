"""What arrives is taken in, refused by name, or known to have come before."""

import numpy as np

from monitord.domain.decisions import Notice, Rejected
from monitord.domain.events import CommandAction, Rejection, Status
from monitord.domain.signals import SIGNAL
from monitord.domain.time import HOUR, MINUTE, SECOND
from monitord.engine.ward import Ward
from tests.unit.engine.making import (
    FAST,
    START,
    asks,
    leaves,
    lines,
    moves,
    notices,
    rule,
    saw,
    stays,
    tick,
    treated,
    ward,
)

COUNTED = rule("counted", "heart_rate.count(5min) >= 2")
TEMPERATURE, CRP = SIGNAL["temperature"].index, SIGNAL["crp"].index


def last(place: Ward, word: str, patient: str = "p-1") -> str | None:
    """Read the last value of a patient as it is told."""
    known = place.memory.last(SIGNAL[word].index, place.memory.roster.row_of[patient])
    return None if known is None else SIGNAL[word].text(known[1])


def test_the_first_event_of_an_unknown_patient_admits_him() -> None:
    """Nobody needs to announce a patient, and the stream says that one came."""
    place = ward()
    told = tick(place, START, saw("temperature", "37.0", START))
    assert Notice(START, "patient_admitted", "p-1", "ward unassigned") == told[0]
    assert ["p-1"] == place.patients()
    assert "unassigned" == place.ward_of("p-1")


def test_the_ward_comes_from_the_event() -> None:
    """A patient is admitted to the ward that the event names."""
    place = ward()
    tick(place, START, stays(START, place="west"))
    assert "west" == place.ward_of("p-1")


def test_a_full_ward_refuses_by_name() -> None:
    """Who finds no bed is refused, and nothing else is touched."""
    place = ward(beds=1)
    tick(place, START, saw("temperature", "37.0", START))
    told = tick(place, START + SECOND, saw("crp", "4.0", START + SECOND, patient="p-2"))
    detail = "p-2: all 1 beds are taken; raise limits.beds"
    assert [Rejected(START + SECOND, "ward_full", detail, "Observation p-2")] == told
    assert ["p-1"] == place.patients()


def test_a_treatment_from_a_clock_that_runs_ahead_is_taken_to_mean_now() -> None:
    """An infusion a minute ahead of us began now, so that no span counts from the future."""
    place = ward()
    tick(place, START, treated("car_t_infusion", START + MINUTE))
    assert START == place.memory.treatments.infused_at(1)


def test_what_the_door_refused_is_told_in_its_words() -> None:
    """A rejection passes through unchanged but for the time of the tick."""
    told = tick(ward(), START, Rejection(START - 9, "not_json", "found {, expected more", "{"))
    assert [Rejected(START, "not_json", "found {, expected more", "{")] == told


def test_an_id_counts_once() -> None:
    """The same event sent again changes nothing, for regular and for rare signals."""
    place = ward(COUNTED)
    tick(place, START, saw("heart_rate", "70", START, name="a"))
    again = saw("heart_rate", "71", START + SECOND, name="a")
    assert [] == tick(place, START + SECOND, again)
    assert "70" == last(place, "heart_rate")


def test_an_id_of_another_patient_is_another_id() -> None:
    """Ids are the sender's, one patient at a time."""
    place = ward()
    tick(place, START, saw("heart_rate", "70", START, name="a"))
    tick(place, START + SECOND, saw("heart_rate", "71", START + SECOND, name="a", patient="p-2"))
    assert "71" == last(place, "heart_rate", "p-2")


def test_a_value_sent_twice_without_an_id_counts_once() -> None:
    """The same value of the same second is one reading."""
    place = ward(COUNTED)
    tick(place, START, saw("heart_rate", "70", START))
    told = tick(place, START + SECOND, saw("heart_rate", "70", START + SECOND, late_ms=SECOND))
    assert [] == moves(told, "counted")
    told = tick(place, START + 2 * SECOND, saw("heart_rate", "70", START + 2 * SECOND))
    assert [(2, "ACTIVE", "condition_true")] == moves(told, "counted")


def test_a_late_value_writes_history_and_is_told_of() -> None:
    """A value older than what is known is kept for windows and never becomes the last."""
    place = ward(rule("peak", "temperature.max(2h) >= 39.0"))
    tick(place, START, saw("temperature", "37.0", START))
    then = START + MINUTE
    told = tick(place, then, saw("temperature", "39.2", then, late_ms=HOUR))
    assert Notice(then, "late_data_used", "p-1", "temperature measured 1 h ago") == told[0]
    assert [(60, "ACTIVE", "condition_true")] == moves(told, "peak")
    assert "37.0" == last(place, "temperature")


def test_lateness_does_not_hang_on_order_within_a_tick() -> None:
    """Late is what is older than was known before the tick, for rare signals too."""
    new, old = saw("crp", "4.0", START), saw("crp", "9.0", START, late_ms=3 * HOUR)
    assert notices(tick(ward(), START, new, old)) == notices(tick(ward(), START, old, new))


def test_a_late_value_that_is_the_newest_is_not_told_of() -> None:
    """The first value may be old and is still the last one known."""
    told = tick(ward(), START, saw("crp", "4.0", START, late_ms=3 * HOUR))
    assert ["patient_admitted"] == notices(told)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    """The corrected reading is gone from every window, and the stream says so."""
    place = ward(rule("peak", "temperature.max(2h) >= 39.0"))
    tick(place, START, saw("temperature", "39.5", START))
    then = START + MINUTE
    better = saw("temperature", "36.9", then, late_ms=MINUTE, status=Status.CORRECTED)
    told = tick(place, then, better)
    assert Notice(then, "value_corrected", "p-1", "temperature measured 1 min ago") == told[0]
    assert [(60, "QUIET", "false_for_keep")] == moves(told, "peak")
    assert "36.9" == last(place, "temperature")


def test_a_correction_of_a_rare_value_replaces_it() -> None:
    """One instant has one value of a rare signal."""
    place = ward()
    tick(place, START, saw("crp", "140.0", START))
    then = START + HOUR
    told = tick(place, then, saw("crp", "14.0", then, late_ms=HOUR, status=Status.CORRECTED))
    assert ["value_corrected"] == notices(told)
    assert "14.0" == last(place, "crp")


def test_what_was_entered_in_error_was_never_there() -> None:
    """A retracted value is gone; the one before it is the last again."""
    place = ward()
    tick(place, START, saw("temperature", "36.8", START), saw("crp", "4.0", START))
    then = START + MINUTE
    tick(place, then, saw("temperature", "40.0", then), saw("crp", "90.0", then))
    gone = [
        saw(word, "40.0", then + SECOND, late_ms=SECOND, status=Status.ENTERED_IN_ERROR)
        for word in ("temperature", "crp")
    ]
    told = tick(place, then + SECOND, *gone)
    assert ["value_retracted", "value_retracted"] == notices(told)
    assert ("36.8", "4.0") == (last(place, "temperature"), last(place, "crp"))


def test_a_clock_that_runs_ahead_means_now() -> None:
    """What claims to be of the next two minutes is taken to be of this tick."""
    place = ward()
    tick(place, START, saw("temperature", "38.5", START, late_ms=-90 * SECOND))
    assert (START, 3850) == place.memory.last(TEMPERATURE, 1)


def test_who_leaves_in_the_tick_he_was_seen_in_leaves_nothing() -> None:
    """What came just before a discharge is nobody's, and nothing is decided of a nameless row."""
    place = ward()
    tick(place, START, stays(START))
    then = START + SECOND
    told = tick(
        place, then, saw("temperature", "39.5", then), treated("tocilizumab", then), leaves(then)
    )
    assert ["patient_discharged"] == notices(told)
    assert [] == [line for line in lines(told) if b'"patient":""' in line]


def test_who_leaves_a_crowd_leaves_nothing() -> None:
    """The same holds when so many are seen in the tick that they are written together."""
    place = ward(beds=90)
    names = [f"p-{number}" for number in range(90)]
    tick(place, START, *(stays(START, patient=name) for name in names))
    then = START + SECOND
    seen = [saw("temperature", "39.5", then, patient=name) for name in names]
    told = tick(place, then, *seen, *(leaves(then, name) for name in names[::3]))
    assert sorted(set(names) - set(names[::3])) == place.patients()
    assert [] == [line for line in lines(told) if b'"patient":""' in line]
    assert np.isnan(place.table.values[:, 1]).all()


def test_a_bed_changes_hands_within_one_tick() -> None:
    """The next patient may come in the tick in which the last one left."""
    place = ward(beds=1)
    tick(place, START, saw("heart_rate", "150", START))
    then = START + SECOND
    new = saw("heart_rate", "70", then, patient="p-2")
    told = tick(place, then, saw("heart_rate", "151", then), leaves(then), new)
    fresh = tick(ward(beds=1), then, new)
    assert lines(fresh, "p-2") == lines(told, "p-2")
    assert "70" == last(place, "heart_rate", "p-2")


def test_what_came_at_a_discharge_may_have_left_its_window() -> None:
    """An alert that ends as its extreme leaves the window is told without that extreme."""
    place = ward(rule("peak", "temperature.max(10min) >= 39.0", latching=True))
    tick(place, START, saw("temperature", "39.5", START))
    tick(place, START + SECOND, saw("temperature", "37.0", START + SECOND))
    told = tick(place, START + 10 * MINUTE, leaves(START + 10 * MINUTE))
    assert [(600, "QUIET", "discharged")] == moves(told, "peak")


def test_a_command_sent_twice_counts_once() -> None:
    """An acknowledgement that the broker brings again is not a second one."""
    place = ward(FAST)
    tick(place, START, saw("heart_rate", "130", START))
    for second, expected in ((1, 1), (2, 0)):
        then = START + second * SECOND
        asked = asks(CommandAction.ACKNOWLEDGE, then, rule_id="fast", name="a")
        assert expected == len(tick(place, then, asked))
