"""A silenced alert lives on and calls nobody, for a while that somebody asked for."""

import pytest

from monitord.alerts.records import Refusal, Silence, Transition
from monitord.alerts.transitions import Reason
from monitord.domain.alerts import AlertLimits, Phase, Priority, Truth
from monitord.domain.time import HOUR, MINUTE, NEVER, SECOND
from tests.unit.alerts.making import KEEP, OneBed, policy

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
LONGEST = 10 * MINUTE


def raised(*, latching: bool = False) -> OneBed:
    """A bed whose one alert, of high priority, is ACTIVE since 0."""
    bed = OneBed(policy(hold_ms=0, latching=latching))
    bed.see(TRUE, 0)
    return bed


def told(moved: object) -> tuple[Phase, Phase, Reason, int | None]:
    assert isinstance(moved, Transition)
    return moved.from_phase, moved.to_phase, moved.reason, moved.silenced_until


@pytest.mark.parametrize(
    ("priority", "lasts_ms"),
    [(Priority.HIGH, 10 * MINUTE), (Priority.MEDIUM, 30 * MINUTE), (Priority.LOW, 2 * HOUR)],
)
def test_the_more_urgent_an_alert_the_shorter_its_silence(
    priority: Priority, lasts_ms: int
) -> None:
    """Who does not say until when gets the longest silence that the priority allows."""
    bed = OneBed(policy(hold_ms=0, priority=priority))
    bed.see(TRUE, 0)
    expected = (Phase.ACTIVE, Phase.ACTIVE, Reason.SILENCED, SECOND + lasts_ms)
    assert expected == told(bed.silence(SECOND))


def test_a_silence_ends_when_it_was_asked_to_and_never_later_than_allowed() -> None:
    """An earlier instant is kept, a later one shortened, and another one renews the silence."""
    bed = raised()
    assert MINUTE == told(bed.silence(SECOND, until=MINUTE))[3]
    assert 2 * SECOND + LONGEST == told(bed.silence(2 * SECOND, until=HOUR))[3]
    assert Silence("nurse-7", None, 2 * SECOND, 2 * SECOND + LONGEST) == bed.book.live[0, 0].silence


def test_a_site_sets_its_own_longest_silence() -> None:
    """The limit is a setting."""
    bed = OneBed(policy(hold_ms=0), limits=AlertLimits(silence_max_high_ms=MINUTE))
    bed.see(TRUE, 0)
    assert MINUTE == told(bed.silence(0))[3]


def test_a_silence_runs_out_without_any_new_data() -> None:
    """Its end is a deadline, and is told."""
    bed = raised()
    bed.silence(0)
    assert LONGEST == bed.book.next_deadline(1)
    assert [] == bed.wait(LONGEST - 1)
    (over,) = bed.wait(LONGEST)
    assert (Phase.ACTIVE, Phase.ACTIVE, Reason.SILENCE_EXPIRED, None) == told(over)
    assert NEVER == bed.book.next_deadline(1)


def test_a_silenced_alert_lives_on() -> None:
    """It is acknowledged, called back and ends as if nobody had silenced it, and says so."""
    bed = raised()
    bed.silence(SECOND)
    moved = bed.acknowledge(2 * SECOND, until=MINUTE)
    assert SECOND + LONGEST == told(moved)[3]
    (back,) = bed.wait(MINUTE)
    expected = (Phase.ACKNOWLEDGED, Phase.ACTIVE, Reason.ACKNOWLEDGEMENT_EXPIRED, SECOND + LONGEST)
    assert expected == told(back)
    bed.see(FALSE, 2 * MINUTE)
    (over,) = bed.wait(2 * MINUTE + KEEP)
    assert (Phase.ACTIVE, Phase.QUIET, Reason.FALSE_FOR_KEEP, None) == told(over)
    assert NEVER == bed.book.next_deadline(1)


def test_a_silence_changes_no_timer() -> None:
    """A keep that runs goes on running through the silence and its end."""
    bed = raised()
    bed.see(FALSE, MINUTE)
    bed.silence(MINUTE, until=MINUTE + SECOND)
    bed.wait(MINUTE + SECOND)
    bed.silence(2 * MINUTE)
    bed.unsilence(2 * MINUTE + SECOND)
    assert MINUTE + KEEP == bed.book.next_deadline(1)


def test_a_silence_and_an_acknowledgement_that_end_together_are_one_move() -> None:
    """The alert is ACTIVE again and no longer silenced, in one change."""
    bed = raised()
    bed.acknowledge(0, until=MINUTE)
    bed.silence(0, until=MINUTE)
    (back,) = bed.wait(MINUTE)
    expected = (Phase.ACKNOWLEDGED, Phase.ACTIVE, Reason.ACKNOWLEDGEMENT_EXPIRED, None)
    assert expected == told(back)


def test_a_person_ends_a_silence() -> None:
    """Unsilencing is told and leaves no deadline behind."""
    bed = raised()
    bed.silence(0)
    moved = bed.unsilence(SECOND)
    assert (Phase.ACTIVE, Phase.ACTIVE, Reason.UNSILENCED, None) == told(moved)
    assert NEVER == bed.book.next_deadline(1)


def test_an_alert_that_comes_back_is_not_silenced() -> None:
    """A silence ends with the alert, be it QUIET or LATCHED, so its return calls."""
    for latching in (False, True):
        bed = raised(latching=latching)
        bed.silence(0)
        bed.see(FALSE, SECOND)
        bed.wait(SECOND + KEEP)
        again = bed.see(TRUE, 2 * SECOND + KEEP)
        assert again is not None
        assert (Phase.ACTIVE, None) == (again.to_phase, again.silenced_until)


@pytest.mark.parametrize("action", ["silence", "unsilence"])
@pytest.mark.parametrize(
    ("phase", "reasons"),
    [
        (Phase.QUIET, (Reason.NO_SUCH_ALERT, Reason.NO_SUCH_ALERT)),
        (Phase.PENDING, (Reason.NOT_RAISED_YET, Reason.NOT_RAISED_YET)),
        (Phase.LATCHED, (Reason.NOTHING_TO_SILENCE, Reason.NOT_SILENCED)),
    ],
)
def test_what_calls_nobody_is_not_silenced(
    action: str, phase: Phase, reasons: tuple[Reason, Reason]
) -> None:
    """A silence in advance could only hide something; the person is told what was found."""
    bed = OneBed(policy(latching=True))
    if phase is not Phase.QUIET:
        bed.see(TRUE, 0)
    if phase is Phase.LATCHED:
        bed.wait(MINUTE)
        bed.see(FALSE, 2 * MINUTE)
        bed.wait(2 * MINUTE + KEEP)
    assert phase is bed.phase()
    answered = bed.silence(HOUR) if action == "silence" else bed.unsilence(HOUR)
    assert isinstance(answered, Refusal)
    assert reasons[action == "unsilence"] is answered.reason
    assert phase.name in answered.detail


def test_what_is_not_silenced_is_not_unsilenced() -> None:
    """A person who ends a silence that is none learns it."""
    answered = raised().unsilence(SECOND)
    assert isinstance(answered, Refusal)
    expected = "hypoxia: found ACTIVE, expected an alert that is silenced: it calls as it is"
    assert (Reason.NOT_SILENCED, expected) == answered


def test_a_silence_that_would_be_over_is_refused() -> None:
    """An instant in the past is a mistake of the person or of a clock."""
    answered = raised().silence(MINUTE, until=MINUTE)
    assert isinstance(answered, Refusal)
    assert Reason.UNTIL_IS_PAST is answered.reason
