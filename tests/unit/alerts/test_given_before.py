"""An answer from before an alert rang does not quiet it, however late it comes in."""

import pytest

from monitord.alerts.people import acknowledge, unsilence
from monitord.alerts.records import Refusal, Transition
from monitord.alerts.transitions import Reason
from monitord.domain.alerts import Phase, Truth
from monitord.domain.time import DAY, MINUTE, SECOND, Millis
from tests.unit.alerts.making import LASTS, OneBed, command, policy

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
RINGS = 10 * MINUTE
LATER = RINGS + 5 * MINUTE


def ringing(*, latching: bool = False) -> OneBed:
    """A bed whose first alert rings since RINGS."""
    bed = OneBed(policy(hold_ms=0, latching=latching, ack_lasts_ms=LASTS))
    bed.see(TRUE, RINGS)
    return bed


def reason(answered: Transition | Refusal) -> Reason:
    """Why something was done, or refused."""
    return answered.reason


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (RINGS - 2 * MINUTE - 1, "given_before"),
        (RINGS - 2 * MINUTE, "acknowledged"),
        (RINGS, "acknowledged"),
        (LATER, "acknowledged"),
        (LATER + 2 * MINUTE, "acknowledged"),
    ],
)
def test_the_clock_of_who_answers_may_be_slow_by_two_minutes(given: Millis, expected: str) -> None:
    """Where no other call of the rule can be meant, and no more than that."""
    assert expected == reason(ringing().acknowledge(LATER, given=given))


def test_an_answer_is_refused_in_words_that_say_what_to_do() -> None:
    """What was found, what was expected, and to look again; the alert goes on ringing."""
    bed = ringing()
    refused = bed.acknowledge(LATER, given=RINGS - DAY)
    detail = (
        "hypoxia: found an answer given at 1969-12-31T00:10:00Z, and that it rings since "
        "1970-01-01T00:10:00Z; expected an answer to what rings now: look at the alert and answer "
        "it again; if that is refused too, set the clock of the sender"
    )
    assert Refusal(Reason.GIVEN_BEFORE, detail) == refused
    assert (Phase.ACTIVE, None) == (bed.phase(), bed.book.live[0, 0].acknowledgement)


@pytest.mark.parametrize("latching", [True, False])
@pytest.mark.parametrize("given", [LATER - 1, LATER - SECOND, LATER - 2 * MINUTE])
def test_an_answer_to_an_alert_that_is_over_is_not_one_to_the_next(
    latching: bool, given: Millis
) -> None:
    """Not even by the tolerance for slow clocks: the earlier call may be what was meant."""
    bed = ringing(latching=latching)
    bed.acknowledge(RINGS + SECOND)
    bed.see(FALSE, RINGS + MINUTE)
    bed.wait(RINGS + 3 * MINUTE)
    assert Phase.QUIET is bed.phase()
    bed.see(TRUE, LATER)
    assert "given_before" == reason(bed.acknowledge(LATER, given=given))
    assert Phase.ACTIVE is bed.phase()
    assert "acknowledged" == reason(bed.acknowledge(LATER, given=LATER))


def test_from_two_minutes_after_an_earlier_call_a_slow_clock_is_thought_of_again() -> None:
    """Nobody answers for so long what is over, and a slow clock must not keep a person out."""
    bed = ringing()
    bed.see(FALSE, RINGS)
    bed.wait(over := RINGS + 2 * MINUTE)
    bed.see(TRUE, rings := over + 3 * MINUTE)
    assert "given_before" == reason(bed.acknowledge(rings, given=over + 2 * MINUTE - 1))
    assert "acknowledged" == reason(bed.acknowledge(rings, given=over + 2 * MINUTE))


def test_what_a_person_ended_is_an_earlier_call_too() -> None:
    """The same answer sent twice does not quiet what rang in between."""
    bed = ringing()
    bed.see(FALSE, RINGS + MINUTE)
    bed.resolve(RINGS + MINUTE)
    bed.see(TRUE, RINGS + 2 * MINUTE)
    assert "given_before" == reason(bed.silence(LATER, given=RINGS + MINUTE))
    assert Phase.ACTIVE is bed.phase()


def test_who_had_it_before_it_rang_anew_does_not_have_it() -> None:
    """When an acknowledgement has run out, only an answer from after that is one to this call."""
    bed = ringing()
    bed.acknowledge(RINGS)
    anew = RINGS + LASTS
    bed.wait(anew)
    assert "given_before" == reason(bed.acknowledge(anew + MINUTE, given=anew - 1))
    assert "acknowledged" == reason(bed.acknowledge(anew + MINUTE, given=anew))


def test_an_old_answer_does_not_prolong_what_somebody_has() -> None:
    """Nor does it put another name to it."""
    bed = ringing()
    bed.acknowledge(RINGS + SECOND)
    held = bed.book.live[0, 0].acknowledgement
    assert "given_before" == reason(bed.acknowledge(LATER, given=RINGS - DAY))
    assert held == bed.book.live[0, 0].acknowledgement


def test_naming_the_alert_itself_is_no_excuse() -> None:
    """An alert that comes back keeps its id, and rings anew."""
    bed = ringing()
    name = bed.book.live[0, 0].alert
    bed.see(FALSE, RINGS + SECOND)
    bed.wait(RINGS + 3 * MINUTE)
    bed.see(TRUE, LATER)
    assert name == bed.book.live[0, 0].alert
    late = command(alert=name, time=RINGS + SECOND, received=LATER)
    assert "given_before" == reason(acknowledge(bed.book, 0, late, LATER))


def test_what_reached_us_before_it_rang_is_no_answer_whatever_its_clock_says() -> None:
    """The instant of arrival is by our own clock, which needs no tolerance."""
    bed = ringing()
    early = command(rule="hypoxia", time=RINGS + MINUTE, received=RINGS - 1)
    assert "given_before" == reason(acknowledge(bed.book, 0, early, RINGS))


@pytest.mark.parametrize("truth", [FALSE, UNKNOWN])
def test_an_old_answer_neither_silences_nor_resolves(truth: Truth) -> None:
    """Whatever quiets an alert is asked when it was said."""
    bed = ringing()
    bed.see(truth, RINGS + SECOND)
    assert "given_before" == reason(bed.silence(LATER, given=RINGS - DAY))
    assert "given_before" == reason(bed.resolve(LATER, given=RINGS - DAY))
    assert Phase.ACTIVE is bed.phase()


def test_an_old_answer_takes_down_no_latched_alert_that_it_did_not_see() -> None:
    """LATCHED waits for a person who has seen it."""
    bed = ringing(latching=True)
    bed.see(FALSE, RINGS + SECOND)
    bed.wait(RINGS + 3 * MINUTE)
    assert Phase.LATCHED is bed.phase()
    assert "given_before" == reason(bed.acknowledge(LATER, given=RINGS - DAY))
    assert "acknowledged_after_end" == reason(bed.acknowledge(LATER, given=RINGS + SECOND))


def test_a_late_answer_holds_no_longer_than_one_that_came_in_time() -> None:
    """It counts from when it was given, and so does one that comes again."""
    bed = ringing()
    for now in (RINGS + MINUTE, LATER):
        bed.acknowledge(now, given=RINGS)
        held = bed.book.live[0, 0].acknowledgement
        assert held is not None
        assert RINGS + LASTS == held.until
    bed.silence(LATER, given=RINGS + 4 * MINUTE)
    assert RINGS + 14 * MINUTE == bed.book.silence_due[0, 0]


def test_an_answer_that_would_have_run_out_is_refused() -> None:
    """The alert has rung all the while; an answer of an hour ago does not quiet it now."""
    bed = ringing()
    now = RINGS + LASTS
    refused = bed.acknowledge(now, given=RINGS)
    detail = (
        "hypoxia: found an answer given at 1970-01-01T00:10:00Z that holds until "
        "1970-01-01T01:10:00Z, expected one that holds beyond 1970-01-01T01:10:00Z: answer it again"
    )
    assert Refusal(Reason.UNTIL_IS_PAST, detail) == refused
    assert "until_is_past" == reason(bed.silence(now, given=RINGS))
    assert (Phase.ACTIVE, None) == (bed.phase(), bed.book.live[0, 0].silence)


def test_a_silence_is_ended_by_whoever_asked_and_whenever() -> None:
    """To make an alert call needs no look at it."""
    bed = ringing()
    bed.silence(LATER)
    old = command(rule="hypoxia", time=RINGS - DAY, received=LATER)
    assert "unsilenced" == reason(unsilence(bed.book, 0, old, LATER))


def test_the_next_patient_of_a_bed_has_no_earlier_calls() -> None:
    """A discharge forgets them with everything else."""
    bed = ringing()
    bed.discharge(RINGS + SECOND)
    bed.see(TRUE, RINGS + MINUTE)
    assert "acknowledged" == reason(bed.acknowledge(LATER, given=RINGS + MINUTE - 1))
