"""A condition that comes and goes is one alert, which says so and stays."""

from monitord.alerts.records import Transition
from monitord.domain.alerts import Phase, Truth
from monitord.domain.time import HOUR, MINUTE, SECOND
from tests.unit.alerts.making import HOLD, OneBed, policy

TRUE, FALSE = Truth.TRUE, Truth.FALSE
EVERY = 5 * MINUTE


def on_and_off(bed: OneBed, times: int, start: int = 0) -> int:
    """Make the condition come and go; return the instant at which it went for the last time."""
    for time in range(times):
        bed.see(TRUE, start + time * EVERY)
        bed.see(FALSE, start + time * EVERY + MINUTE)
    return start + (times - 1) * EVERY + MINUTE


def raises(bed: OneBed) -> list[Transition]:
    return [moved for _, moved in bed.moves if moved.to_phase is Phase.ACTIVE]


def test_an_alert_that_comes_back_is_the_same() -> None:
    """Its id stays, since when it stands stays, and how often it came back is counted."""
    bed = OneBed(policy(hold_ms=0, keep_ms=0))
    on_and_off(bed, 3)
    assert 1 == len({one.alert for one in raises(bed)})
    assert [(0, 0), (1, 0), (2, 3)] == [(one.flaps, one.flapping) for one in raises(bed)]
    assert (0, 0) == (bed.book.live[0, 0].since, bed.book.live[0, 0].raised_at)


def test_the_third_time_it_stays_for_the_flap_window() -> None:
    """It ends when its condition was false for the whole window, and no later."""
    bed = OneBed(policy(hold_ms=0, keep_ms=0))
    last = on_and_off(bed, 3)
    assert Phase.ACTIVE is bed.phase()
    assert [] == bed.wait(last + HOUR - 1)
    (over,) = bed.wait(last + HOUR)
    assert (Phase.QUIET, 2, 3) == (over.to_phase, over.flaps, over.flapping)


def test_it_calls_whenever_it_would_have_called() -> None:
    """A hold is neither longer nor shorter for an alert that comes back."""
    bed = OneBed(policy(keep_ms=0))
    for start in (0, EVERY, 2 * EVERY):
        bed.see(TRUE, start)
        assert [] == bed.wait(start + HOLD - 1)
        (raised,) = bed.wait(start + HOLD)
        assert Phase.ACTIVE is raised.to_phase
        bed.see(FALSE, start + MINUTE)


def test_a_keep_longer_than_the_window_is_not_shortened() -> None:
    """Flapping never makes an alert end sooner."""
    bed = OneBed(policy(hold_ms=0, keep_ms=2 * HOUR, latching=True))
    bed.see(TRUE, 0)
    bed.see(FALSE, SECOND)
    (over,) = bed.wait(SECOND + 2 * HOUR)
    assert Phase.LATCHED is over.to_phase


def test_a_latched_alert_that_is_raised_again_came_back() -> None:
    """What waits for a person and is true again counts as on and off."""
    bed = OneBed(policy(hold_ms=0, keep_ms=0, latching=True))
    last = on_and_off(bed, 3)
    assert [0, 1, 2] == [one.flaps for one in raises(bed)]
    assert [] == bed.wait(last + HOUR - 1)
    assert [Phase.LATCHED] == [one.to_phase for one in bed.wait(last + HOUR)]


def test_slow_coming_and_going_is_not_flapping() -> None:
    """Three times in more than the window count, and lengthen nothing."""
    bed = OneBed(policy(hold_ms=0, keep_ms=0))
    for start in (0, 40 * MINUTE, 80 * MINUTE):
        bed.see(TRUE, start)
        bed.see(FALSE, start + MINUTE)
    assert [(0, 0), (1, 0), (2, 0)] == [(one.flaps, one.flapping) for one in raises(bed)]
    assert Phase.QUIET is bed.phase()


def test_what_a_person_ended_does_not_come_back_as_the_same() -> None:
    """A condition that is true again after somebody said that it is over is a new alert."""
    bed = OneBed(policy(hold_ms=0))
    bed.see(TRUE, 0)
    bed.see(FALSE, SECOND)
    bed.resolve(2 * SECOND)
    bed.see(TRUE, 3 * SECOND)
    first, second = raises(bed)
    assert (True, 0) == (first.alert != second.alert, second.flaps)


def test_a_pending_alert_that_never_rang_is_no_coming_and_going() -> None:
    """Only what was raised counts, and a hold that was not full forgets nothing."""
    bed = OneBed(policy(keep_ms=0))
    bed.see(TRUE, 0)
    bed.wait(HOLD)
    bed.see(FALSE, MINUTE)
    bed.see(TRUE, 2 * MINUTE)
    bed.see(FALSE, 2 * MINUTE + SECOND)
    bed.see(TRUE, 3 * MINUTE)
    (again,) = bed.wait(3 * MINUTE + HOLD)
    assert (raises(bed)[0].alert, 1) == (again.alert, again.flaps)


def test_the_next_patient_of_a_bed_begins_anew() -> None:
    """A discharge forgets what could have come back."""
    bed = OneBed(policy(hold_ms=0, keep_ms=0))
    on_and_off(bed, 1)
    bed.discharge(2 * MINUTE)
    bed.see(TRUE, 3 * MINUTE)
    assert [0, 0] == [one.flaps for one in raises(bed)]
    assert {} == bed.book.ended
