"""What people say to alerts is done, or refused by name."""

import pytest

from monitord.domain.decisions import AlertChange, Notice, Rejected
from monitord.domain.events import CommandAction
from monitord.domain.time import HOUR, SECOND, Millis
from monitord.engine.ward import Ward
from tests.unit.engine.making import FAST, START, asks, moves, saw, tick, ward

THEN = START + SECOND


@pytest.fixture
def place() -> Ward:
    """A ward with one alert of one patient."""
    made = ward(FAST)
    tick(made, START, saw("heart_rate", "130", START))
    return made


def test_an_alert_is_acknowledged_by_its_rule(place: Ward) -> None:
    """A person may name the rule that rang."""
    told = tick(place, THEN, asks(CommandAction.ACKNOWLEDGE, THEN, rule_id="fast"))
    assert [(1, "ACKNOWLEDGED", "acknowledged")] == moves(told, "fast")


def test_an_alert_is_acknowledged_by_its_id(place: Ward) -> None:
    """A person may name the alert itself."""
    (live,) = place.alerts.live.values()
    told = tick(place, THEN, asks(CommandAction.ACKNOWLEDGE, THEN, alert=live.alert))
    assert [live.alert] == [one.alert for one in told if isinstance(one, AlertChange)]


def test_a_person_who_asks_for_too_long_is_told_for_how_long(place: Ward) -> None:
    """Who wanted quiet until the morning learns that the alert will call before."""
    asked = asks(CommandAction.ACKNOWLEDGE, THEN, rule_id="fast")._replace(until=THEN + 9 * HOUR)
    notice, moved = tick(place, THEN, asked)
    detail = (
        "fast: acknowledged for 4 h, asked for 9 h: 4 h is the longest that this alert stays "
        "quiet; acknowledge it again by then"
    )
    assert Notice(THEN, "acknowledgement_shortened", "p-1", detail) == notice
    assert [(1, "ACKNOWLEDGED", "acknowledged")] == moves([moved], "fast")


@pytest.mark.parametrize("until", [None, THEN + HOUR])
def test_who_asks_for_no_more_than_allowed_is_told_nothing(
    place: Ward, until: Millis | None
) -> None:
    """Only a shortened acknowledgement is worth a notice."""
    asked = asks(CommandAction.ACKNOWLEDGE, THEN, rule_id="fast")._replace(until=until)
    (moved,) = tick(place, THEN, asked)
    assert isinstance(moved, AlertChange)


def test_what_is_still_true_is_not_resolved(place: Ward) -> None:
    """A person cannot end an alert whose condition holds."""
    told = tick(place, THEN, asks(CommandAction.RESOLVE, THEN, rule_id="fast"))
    assert ["condition_still_true"] == [one.reason for one in told if isinstance(one, Rejected)]


def test_an_alert_is_silenced_and_unsilenced(place: Ward) -> None:
    """Both are told, with the instant until which the alert calls nobody."""
    silenced = tick(place, THEN, asks(CommandAction.SILENCE, THEN, rule_id="fast"))
    later = THEN + SECOND
    loud = tick(place, later, asks(CommandAction.UNSILENCE, later, rule_id="fast"))
    assert [(1, "ACTIVE", "silenced")] == moves(silenced, "fast")
    assert [(2, "ACTIVE", "unsilenced")] == moves(loud, "fast")
    told = [one for one in [*silenced, *loud] if isinstance(one, AlertChange)]
    assert [THEN + 2 * HOUR, None] == [one.silenced_until for one in told]


def test_a_person_who_asks_for_too_long_a_silence_is_told_for_how_long(place: Ward) -> None:
    """The longest silence depends on the priority, and is told like a shortened answer."""
    asked = asks(CommandAction.SILENCE, THEN, rule_id="fast")._replace(until=THEN + 9 * HOUR)
    notice, moved = tick(place, THEN, asked)
    detail = (
        "fast: silenced for 2 h, asked for 9 h: 2 h is the longest that this alert stays "
        "quiet; silence it again by then"
    )
    assert Notice(THEN, "silence_shortened", "p-1", detail) == notice
    assert [(1, "ACTIVE", "silenced")] == moves([moved], "fast")


def test_nobody_answers_for_a_patient_who_is_not_here(place: Ward) -> None:
    """A command admits nobody."""
    (told,) = tick(place, THEN, asks(CommandAction.ACKNOWLEDGE, THEN, rule_id="fast", patient="x"))
    event = "Command acknowledge fast by nurse"
    assert Rejected(THEN, "unknown_patient", "x is not here", event) == told
    assert ["p-1"] == place.patients()


def test_an_answer_does_not_reach_another_patient(place: Ward) -> None:
    """The alert of one patient is not found from another's bed."""
    tick(place, THEN, saw("heart_rate", "70", THEN, patient="p-2"))
    (live,) = place.alerts.live.values()
    then = THEN + SECOND
    asked = asks(CommandAction.ACKNOWLEDGE, then, alert=live.alert, patient="p-2")
    told = tick(place, then, asked)
    assert ["no_such_alert"] == [one.reason for one in told if isinstance(one, Rejected)]


def test_an_answer_comes_after_the_news_of_its_tick(place: Ward) -> None:
    """What was true before the tick and is not any more can be resolved in the same tick."""
    calm = saw("heart_rate", "80", THEN)
    told = tick(place, THEN, asks(CommandAction.RESOLVE, THEN, rule_id="fast"), calm)
    assert [(1, "QUIET", "false_for_keep")] == moves(told, "fast")
    assert ["no_such_alert"] == [one.reason for one in told if isinstance(one, Rejected)]


def test_a_late_answer_by_rule_does_not_reach_an_alert_that_nobody_has_seen(place: Ward) -> None:
    """One from the first alert, delivered when the second rings, is refused and shown."""
    tick(place, THEN, saw("heart_rate", "80", THEN))
    rings = THEN + 10 * SECOND
    tick(place, rings, saw("heart_rate", "130", rings))
    now = rings + SECOND
    late = asks(CommandAction.ACKNOWLEDGE, THEN, rule_id="fast")._replace(received=now)
    (refused,) = tick(place, now, late)
    assert isinstance(refused, Rejected)
    assert "given_before" == refused.reason
    assert refused.detail.endswith(
        "look at the alert and answer it again; if that is refused too, set the clock of the sender"
    )
    told = tick(place, now + SECOND, asks(CommandAction.ACKNOWLEDGE, now, rule_id="fast"))
    assert ["acknowledged"] == [reason for _, _, reason in moves(told, "fast")]


def test_an_answer_that_came_before_the_tick_that_raised_an_alert_is_not_one_to_it() -> None:
    """Both came in one tick, and the answer was first said when there was nothing to see."""
    place, rings = ward(FAST), START + SECOND
    tick(place, START, saw("heart_rate", "70", START))
    early = asks(CommandAction.ACKNOWLEDGE, rings - 1, rule_id="fast")
    told = tick(place, rings, saw("heart_rate", "130", rings - 2), early)
    assert ["given_before"] == [one.reason for one in told if isinstance(one, Rejected)]


def test_an_answer_that_was_refused_may_be_given_again_under_its_id(place: Ward) -> None:
    """A refusal uses up no id: it is told each time, until the answer can be carried out."""
    asked = asks(CommandAction.UNSILENCE, THEN, rule_id="fast", name="n-1")
    told = tick(place, THEN, asked, asked)
    assert ["not_silenced"] * 2 == [one.reason for one in told if isinstance(one, Rejected)]
    later = THEN + SECOND
    silence = asks(CommandAction.SILENCE, later, rule_id="fast")
    told = tick(place, later, silence, asked._replace(time=later, received=later))
    assert ["silenced", "unsilenced"] == [reason for _, _, reason in moves(told, "fast")]


def test_an_answer_that_was_given_is_known_again_by_its_id(place: Ward) -> None:
    """In its tick and later; it neither renews anything nor is refused."""
    asked = asks(CommandAction.ACKNOWLEDGE, THEN, rule_id="fast", name="n-1")
    assert 1 == len(tick(place, THEN, asked, asked))
    assert [] == tick(place, THEN + SECOND, asked._replace(time=THEN + SECOND))
