"""What is told of values that are corrected, retracted or bad, and what they do to a grade."""

import pytest

from monitord.domain.decisions import Decision, Notice, Rejected
from monitord.domain.events import Quality, Status
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from monitord.engine.revising import TOLD_EVERY_MS
from monitord.engine.ward import Ward
from tests.unit.engine.making import (
    START,
    grades,
    leaves,
    moves,
    notices,
    rule,
    saw,
    stays,
    tick,
    treated,
    ward,
)

WRONG, CORRECTED = Status.ENTERED_IN_ERROR, Status.CORRECTED
SILENT = rule("silent", "patient.silence >= 5h", condition="technical")
FEED = rule("feed", "feed.silence >= 1h", condition="technical", scope="feed")
PEAK = rule("peak", "temperature.max(12h) >= 38.0")


def reasons(decisions: list[Decision]) -> list[str]:
    return [told.reason for told in decisions if isinstance(told, Rejected)]


def details(decisions: list[Decision], notice: str) -> list[str]:
    return [told.detail for told in decisions if isinstance(told, Notice) and told.notice == notice]


def last(place: Ward, word: str) -> str | None:
    known = place.memory.last(SIGNAL[word].index, 1)
    return None if known is None else SIGNAL[word].text(known[1])


@pytest.mark.parametrize("status", [WRONG, CORRECTED])
@pytest.mark.parametrize("later_ms", [5 * MINUTE, 30 * MINUTE])
def test_taking_back_a_value_leaves_the_fever_of_the_same_minute(
    later_ms: Millis, status: Status
) -> None:
    """The grade does not fall to 0 because the value beside the fever was wrong."""
    place = ward()
    tick(place, START, treated("car_t_infusion", START), saw("temperature", "38.6", START))
    then = START + 20 * SECOND
    tick(place, then, saw("temperature", "36.5", then))
    now = then + later_ms
    told = tick(place, now, saw("temperature", "36.9", now, late_ms=later_ms, status=status))
    assert [] == [low for low, _ in grades(told, "crs_astct") if low == 0]
    assert 1 == place.grades.low[place.grades.names.index("crs_astct"), 1]


def test_what_cannot_be_taken_out_is_told() -> None:
    """Of two values of a minute of an hour ago nobody knows which is meant, and that is told."""
    place = ward(PEAK)
    for second, value in ((0, "38.6"), (20, "36.5"), (300, "36.6")):
        now = START + second * SECOND
        tick(place, now, saw("temperature", value, now))
    now = START + HOUR
    told = tick(place, now, saw("temperature", "0", now, late_ms=HOUR, status=WRONG))
    expected = (
        "temperature measured 1 h ago; the old one cannot be told from others of about that time"
        " and still counts"
    )
    assert [expected] == details(told, "value_retracted")


def test_what_may_be_too_wide_is_told() -> None:
    """Where the highest was taken out of several, what is left as the highest is a bound."""
    place = ward(PEAK)
    for second, value in ((0, "36.5"), (20, "36.6"), (40, "36.7"), (50, "39.0")):
        now = START + second * SECOND
        tick(place, now, saw("temperature", value, now))
    now = START + HOUR
    wrong = saw("temperature", "0", now, late_ms=HOUR - 50 * SECOND, status=WRONG)
    [told] = details(tick(place, now, wrong), "value_retracted")
    assert told.endswith("; the highest or lowest of about that time may be too far out")


def test_a_correction_of_nothing_is_used_and_told() -> None:
    """A value that corrects one which never came is a value all the same."""
    place = ward(PEAK)
    told = tick(place, START, saw("temperature", "38.0", START, status=CORRECTED))
    expected = "temperature measured 0 s ago; nothing was known of that time"
    assert [expected] == details(told, "value_corrected")
    assert "38.0" == last(place, "temperature")


@pytest.mark.parametrize("word", ["temperature", "crp"])
def test_a_retraction_of_nothing_is_refused_by_name(word: str) -> None:
    """Nothing changes, and the sender is told that there was nothing at that instant."""
    place = ward()
    tick(place, START, saw(word, "36.8", START))
    then = START + HOUR
    wrong = saw(word, "40.0", then, late_ms=MINUTE, status=WRONG)
    assert ["nothing_to_retract"] == reasons(tick(place, then, wrong))
    assert "36.8" == last(place, word)


@pytest.mark.parametrize("word", ["temperature", "crp"])
def test_what_is_retracted_twice_is_taken_out_once(word: str) -> None:
    """The second retraction finds nothing, and does not take the true value of that minute."""
    place = ward()
    for second, value in ((0, "38.6"), (20, "40.0")):
        now = START + second * SECOND
        tick(place, now, saw(word, value, now))
    for minutes, expected in ((30, []), (31, ["nothing_to_retract"])):
        now = START + minutes * MINUTE
        wrong = saw(word, "0", now, late_ms=minutes * MINUTE - 20 * SECOND, status=WRONG)
        assert expected == reasons(tick(place, now, wrong))
        assert "38.6" == last(place, word)


@pytest.mark.parametrize("word", ["temperature", "crp"])
@pytest.mark.parametrize("status", [WRONG, CORRECTED])
def test_what_takes_a_value_back_may_bear_its_id(status: Status, word: str) -> None:
    """A sender that names a value by its id corrects it under that id; the same again is known."""
    place = ward()
    tick(place, START, saw(word, "40.0", START, name="a"))
    then = START + MINUTE
    better = saw(word, "36.8", then, late_ms=MINUTE, status=status, name="a")
    told = tick(place, then, better)
    assert [] == reasons(told)
    assert {"value_retracted", "value_corrected"} & set(notices(told))
    assert ("36.8" if status is CORRECTED else None) == last(place, word)

    assert [] == tick(place, then + SECOND, better)


def test_a_second_correction_may_bear_the_same_id() -> None:
    """What differs is another correction, and holds."""
    place = ward()
    tick(place, START, saw("crp", "140.0", START, name="a"))
    for second, value in ((1, "14.0"), (2, "1.4")):
        now = START + second * SECOND
        late_ms = second * SECOND
        tick(place, now, saw("crp", value, now, late_ms=late_ms, status=CORRECTED, name="a"))
    assert "1.4" == last(place, "crp")


def test_a_value_that_comes_after_its_correction_is_known() -> None:
    """The broker may bring the wrong value last; it does not take the place of the right one."""
    place = ward()
    tick(place, START, saw("crp", "14.0", START, status=CORRECTED, name="a"))
    assert [] == tick(place, START + SECOND, saw("crp", "140.0", START, name="a"))
    assert "14.0" == last(place, "crp")


@pytest.mark.parametrize("word", ["temperature", "crp"])
@pytest.mark.parametrize("status", [WRONG, CORRECTED])
def test_a_value_is_taken_back_whatever_the_quality(status: Status, word: str) -> None:
    """A retraction is honoured, and a correction by a bad value leaves none."""
    place = ward()
    tick(place, START, saw(word, "40.0", START))
    then = START + MINUTE
    bad = saw(word, "36.8", then, late_ms=MINUTE, status=status, quality=Quality.BAD)
    told = tick(place, then, bad)
    assert ["value_retracted"] == notices(told)
    assert (["bad_quality"] if status is CORRECTED else []) == reasons(told)
    assert last(place, word) is None


def test_a_bad_reading_is_refused_by_name_once_an_hour() -> None:
    """A loose probe that sends every second is told of, and does not flood."""
    place = ward()
    tick(place, START, stays(START))
    told = []
    for second in (1, 2, 3, TOLD_EVERY_MS // SECOND, TOLD_EVERY_MS // SECOND + 1):
        now = START + second * SECOND
        for word in ("spo2", "heart_rate"):
            told += tick(place, now, saw(word, "60", now, quality=Quality.BAD))
            now += SECOND // 2
    assert ["bad_quality"] * 4 == reasons(told)
    assert last(place, "spo2") is None


def test_bad_readings_are_no_sign_of_the_patient_and_one_of_the_feed() -> None:
    """Whose sensors send nothing but bad readings is silent; the feed that brings them is not."""
    place = ward(SILENT, FEED)
    tick(place, START, stays(START))
    told: list[Decision] = []
    for minutes in range(30, 6 * 60, 30):
        now = START + minutes * MINUTE
        told += tick(place, now, saw("spo2", "60", now, quality=Quality.BAD))
    assert [(5 * 3600, "ACTIVE", "condition_true")] == moves(told, "silent")
    assert [] == moves(told, "feed")


def test_who_comes_with_a_bad_reading_is_admitted() -> None:
    """A patient with a loose probe is a patient, whose silence is watched from then on."""
    place = ward()
    told = tick(place, START, saw("spo2", "60", START, quality=Quality.BAD))
    assert (["patient_admitted"], ["bad_quality"]) == (notices(told), reasons(told))
    assert START == place.memory.roster.heard_at[1]


def test_the_next_patient_of_a_bed_is_told_of_anew() -> None:
    """That the last patient's probe was loose is forgotten with the patient."""
    place = ward()
    for second, patient in ((0, "p-1"), (2, "p-2")):
        now = START + second * SECOND
        bad = saw("spo2", "60", now, quality=Quality.BAD, patient=patient)
        assert ["bad_quality"] == reasons(tick(place, now, bad))
        tick(place, now + SECOND, leaves(now + SECOND, patient))


def test_a_questionable_reading_counts() -> None:
    """What a device doubts is used like any other."""
    place = ward(PEAK)
    tick(place, START, saw("temperature", "38.6", START, quality=Quality.QUESTIONABLE))
    assert "38.6" == last(place, "temperature")
    assert 2 == place.alerts.phase[0, 1]


def test_a_retraction_of_long_ago_reaches_the_last_value() -> None:
    """Even what is older than any window is not the last value any more."""
    place = ward()
    tick(place, START, saw("temperature", "39.9", START, late_ms=30 * DAY))
    then = START + SECOND
    gone = saw("temperature", "39.9", then, late_ms=30 * DAY + SECOND, status=WRONG)
    assert ["value_retracted"] == notices(tick(place, then, gone))
    assert last(place, "temperature") is None
