"""The stories an alert lives through, one bed, on the tick's time."""

import numpy as np
import pytest

from monitord.alerts.records import Transition, alert_id
from monitord.alerts.transitions import Reason
from monitord.domain.alerts import Phase, Priority, Truth
from monitord.domain.time import HOUR, MINUTE, NEVER, SECOND
from tests.unit.alerts.making import HOLD, KEEP, OneBed, policy

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def active(*, latching: bool = False, since: int = 0) -> OneBed:
    """A bed whose one alert has been ACTIVE since `since` + HOLD."""
    bed = OneBed(policy(latching=latching))
    bed.see(TRUE, since)
    bed.wait(since + HOLD)
    return bed


def test_a_condition_waits_for_its_hold() -> None:
    """A true condition is PENDING, and ACTIVE once it has been true for its hold."""
    bed = OneBed()
    bed.see(TRUE, 0)
    assert Phase.PENDING is bed.phase()
    assert [] == bed.wait(HOLD - 1)
    (raised,) = bed.wait(HOLD)
    name = alert_id("p-1", "hypoxia", Priority.HIGH, 0)
    assert Transition(0, 0, name, Phase.PENDING, Phase.ACTIVE, Reason.TRUE_FOR_HOLD) == raised
    assert raised.alert == bed.book.live[0, 0].alert
    assert HOLD == bed.book.live[0, 0].raised_at


def test_no_hold_raises_at_once() -> None:
    """With a hold of 0 the alert goes from QUIET to ACTIVE in one transition."""
    bed = OneBed(policy(hold_ms=0))
    raised = bed.see(TRUE, 5 * SECOND)
    assert raised is not None
    assert (Phase.QUIET, Phase.ACTIVE) == (raised.from_phase, raised.to_phase)
    assert 5 * SECOND == bed.book.live[0, 0].raised_at
    assert NEVER == bed.book.next_deadline(1)


def test_a_condition_that_ends_before_its_hold_is_told() -> None:
    """PENDING to QUIET is a transition with its own reason, and leaves nothing behind."""
    bed = OneBed()
    bed.see(TRUE, 0)
    ended = bed.see(FALSE, HOLD)
    assert ended is not None
    assert (Phase.QUIET, Reason.ENDED_BEFORE_HOLD) == (ended.to_phase, ended.reason)
    assert {} == bed.book.live
    assert NEVER == bed.book.next_deadline(1)


def test_the_hold_stands_still_while_the_condition_is_unknown() -> None:
    """Ten seconds true, a minute unknown, twenty seconds true make a hold of thirty."""
    bed = OneBed()
    bed.see(TRUE, 0)
    bed.see(UNKNOWN, 10 * SECOND)
    assert NEVER == bed.book.next_deadline(1)
    bed.see(TRUE, 70 * SECOND)
    assert 90 * SECOND == bed.book.next_deadline(1)


def test_a_hold_that_was_full_when_the_condition_went_unknown_raises_on_return() -> None:
    """When nothing of the hold is left, the next true raises the alert in the same tick."""
    bed = OneBed()
    bed.see(TRUE, 0)
    assert bed.see(UNKNOWN, HOLD) is None
    raised = bed.see(TRUE, HOLD + MINUTE)
    assert raised is not None
    assert (Phase.ACTIVE, Reason.TRUE_FOR_HOLD) == (raised.to_phase, raised.reason)


def test_an_alert_stays_for_its_keep() -> None:
    """An ACTIVE alert ends only when its condition has been false for the whole keep."""
    bed = active()
    bed.see(FALSE, MINUTE)
    assert [] == bed.wait(MINUTE + KEEP - 1)
    (ended,) = bed.wait(MINUTE + KEEP)
    assert (Phase.QUIET, Reason.FALSE_FOR_KEEP) == (ended.to_phase, ended.reason)


def test_a_condition_that_returns_starts_the_keep_anew() -> None:
    """A true second in the middle of the keep makes it count from nothing."""
    bed = active()
    bed.see(FALSE, MINUTE)
    bed.see(TRUE, 2 * MINUTE)
    bed.see(FALSE, 2 * MINUTE + SECOND)
    assert 2 * MINUTE + SECOND + KEEP == bed.book.next_deadline(1)


def test_a_lead_that_falls_off_clears_nothing() -> None:
    """An ACTIVE alert whose condition goes unknown stays ACTIVE for as long as it takes."""
    bed = active()
    bed.see(UNKNOWN, MINUTE)
    assert [] == bed.wait(MINUTE + 1000 * KEEP)
    assert Phase.ACTIVE is bed.phase()


def test_a_timer_that_passed_between_two_ticks_leaves_nothing() -> None:
    """When a late tick finds the condition unknown, nothing is left of the hold, and not less."""
    bed = OneBed()
    bed.see(TRUE, 0)
    bed.see(UNKNOWN, HOLD + 5 * SECOND)
    assert 0 == bed.book.live[0, 0].left_ms


def test_a_record_says_when_and_why_it_last_moved() -> None:
    """A live record keeps its last instant and reason, and the first instant it was raised."""
    bed = active(since=SECOND)
    bed.acknowledge(MINUTE, until=2 * MINUTE)
    assert (MINUTE, Reason.ACKNOWLEDGED) == (
        bed.book.live[0, 0].changed_at,
        bed.book.live[0, 0].reason,
    )
    bed.wait(2 * MINUTE)
    again = bed.book.live[0, 0]
    assert (SECOND, SECOND + HOLD, 2 * MINUTE) == (again.since, again.raised_at, again.changed_at)
    assert Reason.ACKNOWLEDGEMENT_EXPIRED is again.reason


def test_the_keep_stands_still_while_the_condition_is_unknown() -> None:
    """False, unknown, false: only the false spans count."""
    bed = active()
    bed.see(FALSE, MINUTE)
    bed.see(UNKNOWN, 2 * MINUTE)
    assert [] == bed.wait(20 * MINUTE)
    bed.see(FALSE, 30 * MINUTE)
    assert 31 * MINUTE == bed.book.next_deadline(1)


def test_a_keep_that_was_full_when_the_condition_went_unknown_ends_nothing_yet() -> None:
    """At the instant the keep is full an unknown condition holds the alert; false then ends it."""
    bed = active()
    bed.see(FALSE, MINUTE)
    assert bed.see(UNKNOWN, MINUTE + KEEP) is None
    assert Phase.ACTIVE is bed.phase()
    ended = bed.see(FALSE, 10 * MINUTE)
    assert ended is not None
    assert (Phase.QUIET, Reason.FALSE_FOR_KEEP) == (ended.to_phase, ended.reason)


def test_no_keep_ends_at_once() -> None:
    """With a keep of 0 a false condition ends the alert in the tick that sees it."""
    bed = OneBed(policy(hold_ms=0, keep_ms=0))
    bed.see(TRUE, 0)
    ended = bed.see(FALSE, SECOND)
    assert ended is not None
    assert (Phase.QUIET, Reason.FALSE_FOR_KEEP) == (ended.to_phase, ended.reason)


def test_a_latching_alert_waits_for_a_person() -> None:
    """After its keep a latching alert is LATCHED until somebody acknowledges it."""
    bed = active(latching=True)
    bed.see(FALSE, MINUTE)
    (latched,) = bed.wait(MINUTE + KEEP)
    assert (Phase.LATCHED, Reason.LATCHED) == (latched.to_phase, latched.reason)
    assert NEVER == bed.book.next_deadline(1)
    answered = bed.acknowledge(100 * MINUTE)
    assert isinstance(answered, Transition)
    assert (Phase.QUIET, Reason.ACKNOWLEDGED_AFTER_END) == (answered.to_phase, answered.reason)


def test_a_latched_alert_that_is_true_again_is_active_again_under_its_old_name() -> None:
    """LATCHED and true is the same episode, so the alert keeps its id."""
    bed = active(latching=True)
    name = bed.book.live[0, 0].alert
    bed.see(FALSE, MINUTE)
    bed.wait(MINUTE + KEEP)
    again = bed.see(TRUE, 10 * MINUTE)
    assert again is not None
    assert (name, Phase.ACTIVE, Reason.TRUE_AGAIN) == (again.alert, again.to_phase, again.reason)


def test_a_condition_that_returns_after_the_flap_window_is_a_new_alert() -> None:
    """An alert that was QUIET for as long as the window gets another id."""
    bed = OneBed(policy(hold_ms=0, keep_ms=0))
    first = bed.see(TRUE, 0)
    bed.see(FALSE, SECOND)
    second = bed.see(TRUE, SECOND + HOUR)
    assert first is not None
    assert second is not None
    assert (True, 0) == (first.alert != second.alert, second.flaps)


def test_a_discharge_ends_everything_and_wipes_the_row() -> None:
    """Every alert of the row ends with one reason, and the next patient starts from nothing."""
    bed = OneBed(policy("a", hold_ms=0), policy("b"), policy("c"))
    bed.see(TRUE, 0, rule=0)
    bed.see(TRUE, 0, rule=1)
    bed.see(UNKNOWN, 0, rule=2)
    ended = bed.discharge(SECOND)
    assert [(0, Reason.DISCHARGED), (1, Reason.DISCHARGED)] == [(m.rule, m.reason) for m in ended]
    assert [Phase.QUIET] * 3 == [bed.phase(rule) for rule in range(3)]
    assert {} == bed.book.live
    assert NEVER == bed.book.next_deadline(1)
    assert np.array_equal(np.zeros((3, 1), dtype=np.uint8), bed.book.truth)


def test_a_discharge_of_a_quiet_row_says_nothing() -> None:
    """A patient without alerts leaves without decisions."""
    assert [] == OneBed().discharge(SECOND)


def test_a_truth_that_has_not_changed_does_nothing() -> None:
    """Seeing the same truth again moves no timer."""
    bed = OneBed()
    bed.see(TRUE, 0)
    assert bed.see(TRUE, 10 * SECOND) is None
    assert HOLD == bed.book.next_deadline(1)


def test_a_timer_that_is_not_due_does_not_elapse() -> None:
    """Asking a cell to expire too early changes nothing."""
    bed = OneBed()
    bed.see(TRUE, 0)
    assert bed.book.expire(0, 0, HOLD - 1) is None
    assert Phase.PENDING is bed.phase()


def test_a_row_belongs_to_one_patient() -> None:
    """Observing another patient in a row with a live alert is a programmer's error."""
    bed = OneBed()
    bed.see(TRUE, 0)
    with pytest.raises(AssertionError, match="one patient"):
        bed.book.observe(0, 0, "p-2", FALSE, SECOND)
