"""What a person can ask of an alert, and what is said when it cannot be done."""

import pytest

from monitord.alerts.people import acknowledge
from monitord.alerts.records import Acknowledgement, Refusal, Transition
from monitord.alerts.transitions import Reason
from monitord.domain.alerts import Phase, Truth
from monitord.domain.time import DAY, MINUTE, NEVER, SECOND
from tests.unit.alerts.making import HOLD, KEEP, LASTS, OneBed, command, policy

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def acknowledged() -> OneBed:
    """A bed whose alert is true since 0, ACTIVE since HOLD and acknowledged at MINUTE."""
    bed = OneBed()
    bed.see(TRUE, 0)
    bed.wait(HOLD)
    bed.acknowledge(MINUTE)
    return bed


def test_an_acknowledgement_says_who_has_it_and_until_when() -> None:
    """The record keeps the person, the reason, the instant, and the policy's span from there."""
    bed = acknowledged()
    acknowledge(bed.book, 0, command(rule="hypoxia", by="dr-2", reason="on my way"), 2 * MINUTE)
    expected = Acknowledgement("dr-2", "on my way", 2 * MINUTE, 2 * MINUTE + LASTS)
    assert expected == bed.book.live[0, 0].acknowledgement
    assert 2 * MINUTE + LASTS == bed.book.next_deadline(1)


def test_a_person_may_say_until_when() -> None:
    """The command's own end goes before the policy's."""
    bed = acknowledged()
    bed.acknowledge(2 * MINUTE, until=7 * MINUTE)
    assert 7 * MINUTE == bed.book.next_deadline(1)


@pytest.mark.parametrize("asked", [MINUTE + LASTS + 1, 1000 * DAY])
def test_nobody_keeps_an_alert_quiet_for_longer_than_its_policy(asked: int) -> None:
    """An end beyond the policy's longest is brought forward to it."""
    bed = acknowledged()
    bed.acknowledge(MINUTE, until=asked)
    assert MINUTE + LASTS == bed.book.next_deadline(1)


def test_an_acknowledgement_renewed_is_told() -> None:
    """Acknowledging again moves ACKNOWLEDGED to itself, with its own reason."""
    answered = acknowledged().acknowledge(2 * MINUTE)
    assert isinstance(answered, Transition)
    expected = (Phase.ACKNOWLEDGED, Phase.ACKNOWLEDGED, Reason.ACKNOWLEDGED_AGAIN)
    assert expected == (answered.from_phase, answered.to_phase, answered.reason)


@pytest.mark.parametrize("truth", [TRUE, UNKNOWN])
def test_an_acknowledgement_runs_out(truth: Truth) -> None:
    """While the condition is true, or unknown, a person is called back when it runs out."""
    bed = acknowledged()
    bed.see(truth, 2 * MINUTE)
    (again,) = bed.wait(MINUTE + LASTS)
    assert (Phase.ACTIVE, Reason.ACKNOWLEDGEMENT_EXPIRED) == (again.to_phase, again.reason)
    assert bed.book.live[0, 0].acknowledgement is None
    assert NEVER == bed.book.next_deadline(1)


def test_an_acknowledgement_that_ran_out_while_false_calls_back_when_true_again() -> None:
    """Nobody is called for what is not happening; the first true tick calls at once."""
    bed = acknowledged()
    bed.see(FALSE, MINUTE + LASTS - SECOND)
    assert [] == bed.wait(MINUTE + LASTS)
    again = bed.see(TRUE, MINUTE + LASTS + SECOND)
    assert again is not None
    assert (Phase.ACTIVE, Reason.ACKNOWLEDGEMENT_EXPIRED) == (again.to_phase, again.reason)


def test_flapping_after_an_acknowledgement_stays_acknowledged() -> None:
    """Dips shorter than the keep forget nothing and tell nobody."""
    bed = acknowledged()
    told = len(bed.moves)
    for minute in range(2, 50, 2):
        bed.see(FALSE, minute * MINUTE)
        bed.wait(minute * MINUTE + KEEP - 1)
        bed.see(TRUE, (minute + 1) * MINUTE)
        bed.wait((minute + 1) * MINUTE)
    assert Phase.ACKNOWLEDGED is bed.phase()
    assert told == len(bed.moves)
    assert MINUTE + LASTS == bed.book.next_deadline(1)


@pytest.mark.parametrize("latching", [True, False])
def test_an_acknowledged_alert_ends_after_its_keep(latching: bool) -> None:
    """Somebody has seen it, so even a latching alert goes to QUIET by itself."""
    bed = OneBed(policy(hold_ms=0, latching=latching))
    bed.see(TRUE, 0)
    bed.acknowledge(SECOND)
    bed.see(FALSE, MINUTE)
    (ended,) = bed.wait(MINUTE + KEEP)
    assert (Phase.QUIET, Reason.FALSE_FOR_KEEP) == (ended.to_phase, ended.reason)


def test_acknowledging_in_the_keep_does_not_lengthen_it() -> None:
    """A keep that is running goes on running when somebody answers, and when they answer again."""
    bed = OneBed(policy(hold_ms=0))
    bed.see(TRUE, 0)
    bed.see(FALSE, MINUTE)
    bed.acknowledge(2 * MINUTE)
    bed.acknowledge(2 * MINUTE + SECOND)
    assert MINUTE + KEEP == bed.book.next_deadline(1)


def test_acknowledging_one_alert_never_touches_another() -> None:
    """A worse condition is another alert, and it is raised whatever was acknowledged below it."""
    bed = OneBed(policy("grade-2", hold_ms=0), policy("grade-3", hold_ms=0))
    bed.see(TRUE, 0, rule=0)
    bed.acknowledge(SECOND, rule="grade-2")
    worse = bed.see(TRUE, MINUTE, rule=1)
    assert worse is not None
    assert Phase.ACTIVE is worse.to_phase
    bed.acknowledge(2 * MINUTE, rule="grade-2")
    assert (Phase.ACKNOWLEDGED, Phase.ACTIVE) == (bed.phase(0), bed.phase(1))
    assert bed.book.live[1, 0].acknowledgement is None


def test_an_alert_can_be_named_by_its_id() -> None:
    """The id of an open alert is enough, and the rule may be said as well."""
    bed = OneBed(policy(hold_ms=0))
    bed.see(TRUE, 0)
    name = bed.book.live[0, 0].alert
    assert isinstance(acknowledge(bed.book, 0, command(alert=name), SECOND), Transition)
    both = command(alert=name, rule="hypoxia")
    assert isinstance(acknowledge(bed.book, 0, both, 2 * SECOND), Transition)


@pytest.mark.parametrize("truth", [FALSE, UNKNOWN])
def test_a_person_ends_what_is_not_known_to_be_true(truth: Truth) -> None:
    """Resolving ends an alert whose condition is false or unknown, and the reason says which."""
    bed = OneBed(policy(hold_ms=0))
    bed.see(TRUE, 0)
    bed.see(truth, SECOND)
    ended = bed.resolve(MINUTE)
    assert isinstance(ended, Transition)
    reason = Reason.RESOLVED if truth is FALSE else Reason.RESOLVED_WHILE_UNKNOWN
    assert (Phase.QUIET, reason) == (ended.to_phase, ended.reason)


def test_what_was_resolved_while_unknown_returns_when_it_is_true() -> None:
    """A person's word ends an alert and not the watching: a true condition is a new alert."""
    bed = OneBed(policy(hold_ms=0))
    first = bed.see(TRUE, 0)
    bed.see(UNKNOWN, SECOND)
    bed.resolve(MINUTE)
    again = bed.see(TRUE, 2 * MINUTE)
    assert first is not None
    assert again is not None
    assert Phase.ACTIVE is again.to_phase
    assert first.alert != again.alert


def test_a_true_condition_is_not_resolved() -> None:
    """The refusal names the phase and says what to do instead."""
    bed = OneBed(policy(hold_ms=0))
    bed.see(TRUE, 0)
    refused = bed.resolve(SECOND)
    assert isinstance(refused, Refusal)
    assert Reason.CONDITION_STILL_TRUE is refused.reason
    assert (
        "hypoxia: found ACTIVE, expected a condition that has ended: "
        "acknowledge the alert instead" == refused.detail
    )
    assert Phase.ACTIVE is bed.phase()


def test_nothing_is_answered_before_it_is_raised() -> None:
    """A QUIET alert is no alert, and a PENDING one is not raised yet."""
    bed = OneBed()
    for answer in (bed.acknowledge, bed.resolve):
        refused = answer(0)
        assert isinstance(refused, Refusal)
        assert Reason.NO_SUCH_ALERT is refused.reason
    bed.see(TRUE, 0)
    for answer in (bed.acknowledge, bed.resolve):
        refused = answer(SECOND)
        assert isinstance(refused, Refusal)
        assert Reason.NOT_RAISED_YET is refused.reason
    assert HOLD == bed.book.next_deadline(1)


def test_an_acknowledgement_that_is_over_before_it_begins_is_refused() -> None:
    """An end that is not after the tick is refused, and the alert stays ACTIVE."""
    bed = OneBed(policy(hold_ms=0))
    bed.see(TRUE, 0)
    refused = bed.acknowledge(MINUTE, until=MINUTE)
    assert isinstance(refused, Refusal)
    assert Reason.UNTIL_IS_PAST is refused.reason
    assert (
        "until: found 1970-01-01T00:01:00Z, expected later than 1970-01-01T00:01:00Z"
        == refused.detail
    )
    assert Phase.ACTIVE is bed.phase()


def test_an_unknown_rule_is_answered_with_the_nearest() -> None:
    """A rule that is not in the book is refused with the nearest id that is."""
    refused = OneBed().acknowledge(0, rule="hypoxya")
    assert isinstance(refused, Refusal)
    assert Reason.NO_SUCH_RULE is refused.reason
    assert refused.detail.endswith("did you mean 'hypoxia'?")


def test_a_command_that_names_nothing_is_refused() -> None:
    """Without an alert and without a rule there is nothing to answer."""
    refused = acknowledge(OneBed().book, 0, command(), 0)
    assert isinstance(refused, Refusal)
    assert Reason.NO_SUCH_RULE is refused.reason


def test_an_alert_of_another_row_is_not_found() -> None:
    """An id is looked up among the open alerts of the one patient, which the refusal lists."""
    bed = OneBed(policy(hold_ms=0))
    bed.see(TRUE, 0)
    name = bed.book.live[0, 0].alert
    refused = acknowledge(bed.book, 0, command(alert="a0000000000000000"), SECOND)
    assert isinstance(refused, Refusal)
    assert Reason.NO_SUCH_ALERT is refused.reason
    assert (
        "alert: found 'a0000000000000000', expected one that is open for this patient: "
        f"{name}" == refused.detail
    )


def test_an_alert_and_a_rule_that_do_not_belong_together_are_refused() -> None:
    """A command that names one alert by id and another by rule touches neither."""
    bed = OneBed(policy("a", hold_ms=0), policy("b", hold_ms=0))
    bed.see(TRUE, 0, rule=0)
    bed.see(TRUE, 0, rule=1)
    name = bed.book.live[0, 0].alert
    refused = acknowledge(bed.book, 0, command(alert=name, rule="b"), SECOND)
    assert isinstance(refused, Refusal)
    assert Reason.NO_SUCH_ALERT is refused.reason
    assert (Phase.ACTIVE, Phase.ACTIVE) == (bed.phase(0), bed.phase(1))


def test_resolving_what_does_not_exist_is_refused() -> None:
    """Resolve finds its alert as acknowledge does, and refuses as it does."""
    refused = OneBed().resolve(0, rule="hypoxya")
    assert isinstance(refused, Refusal)
    assert Reason.NO_SUCH_RULE is refused.reason
