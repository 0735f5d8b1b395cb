"""A channel that carries no calls is one alert, until one gets through."""

from monitord.alerts.channels import (
    ACK_LASTS_MS,
    DEAD_AFTER_MS,
    FLAP_WINDOW_MS,
    RULE,
    Channels,
    Moved,
    Place,
)
from monitord.alerts.records import Refusal
from monitord.domain.alerts import Condition, Phase
from monitord.domain.notifications import DeliveryState
from monitord.domain.time import DAY, MINUTE, NEVER, SECOND, Millis
from tests.unit.alerts.calling import START
from tests.unit.alerts.making import command

FOR_NOW, LOST, EXPIRED, SENT = (
    DeliveryState.QUEUED,
    DeliveryState.FAILED,
    DeliveryState.EXPIRED,
    DeliveryState.SENT,
)


def channels() -> Channels:
    return Channels(Place("_feed", "_"))


def phases(moved: list[Moved]) -> list[tuple[str, str, str]]:
    return [(channel, change.from_phase.name, change.to_phase.name) for channel, change in moved]


RAISED = [("pager", "QUIET", "ACTIVE")]
OVER = [("pager", "ACTIVE", "QUIET")]


def test_a_call_that_is_lost_raises_a_technical_alert_of_no_patient() -> None:
    """Refused for good, or too late: it names the channel, why, and what to do."""
    for state, why in ((LOST, "a call was refused for good"), (EXPIRED, "not sent in time")):
        [(channel, change)] = channels().came("pager", state, START)
        assert ("pager", "_feed", Condition.TECHNICAL) == (
            channel,
            change.patient,
            change.condition,
        )
        assert change.message.startswith("Channel pager is dead: ")
        assert why in change.message
        assert change.alert.startswith("a")


def test_failures_for_now_raise_it_when_nothing_else_came_for_a_while() -> None:
    """One hiccup is nothing; a channel that only fails does not wait for a call to be lost."""
    watched = channels()
    assert [] == watched.came("pager", FOR_NOW, START)
    assert [] == watched.came("pager", FOR_NOW, START + DEAD_AFTER_MS - 1)
    [(_, change)] = watched.came("pager", FOR_NOW, START + DEAD_AFTER_MS)
    assert "no call got through for 2 min" in change.message


def test_a_call_that_gets_through_begins_the_waiting_anew() -> None:
    """Failures on both sides of a success do not add up."""
    watched = channels()
    watched.came("pager", FOR_NOW, START)
    assert [] == watched.came("pager", SENT, START + MINUTE)
    assert [] == watched.came("pager", FOR_NOW, START + DEAD_AFTER_MS)


def test_it_is_not_repeated_while_it_stands_and_ends_by_itself() -> None:
    """However many calls are lost, it is one alert, until one gets through."""
    watched = channels()
    assert RAISED == phases(watched.came("pager", LOST, START))
    assert [] == watched.came("pager", LOST, START + 1)
    assert [] == watched.came("pager", FOR_NOW, START + MINUTE)
    assert ["pager"] == [channel for channel, _ in watched.standing(START + MINUTE)]
    assert OVER == phases(watched.came("pager", SENT, START + 2 * MINUTE))
    assert [] == watched.standing(START + 2 * MINUTE)
    assert NEVER == watched.next_deadline()


def test_channels_have_alerts_of_their_own() -> None:
    """What becomes of one changes nothing for another."""
    watched = channels()
    [(_, pager)] = watched.came("pager", LOST, START)
    [(_, mail)] = watched.came("mail", LOST, START)
    assert pager.alert != mail.alert
    assert OVER == phases(watched.came("pager", SENT, START + 1))
    assert ["mail"] == [channel for channel, _ in watched.standing(START + 1)]


def test_one_that_comes_and_goes_is_the_same_alert_and_stays() -> None:
    """The third time within the window it ends only when it was alive for the whole window."""
    watched = channels()
    alerts = set()
    for again in range(3):
        now = START + again * MINUTE
        [(_, change)] = watched.came("pager", LOST, now)
        alerts.add(change.alert)
        assert again == change.flaps
        moved = watched.came("pager", SENT, now + SECOND)
        assert (OVER if again < 2 else []) == phases(moved)
    assert 1 == len(alerts)
    alive = START + 2 * MINUTE + SECOND
    assert alive + FLAP_WINDOW_MS == watched.next_deadline()
    assert [] == watched.elapse(alive + FLAP_WINDOW_MS - 1)
    assert OVER == phases(watched.elapse(alive + FLAP_WINDOW_MS))


def test_a_failure_while_it_must_prove_itself_begins_that_anew() -> None:
    """Even one that is only for now."""
    watched = channels()
    for again in range(3):
        watched.came("pager", LOST, START + again * MINUTE)
        watched.came("pager", SENT, START + again * MINUTE + SECOND)
    later = START + 30 * MINUTE
    assert [] == watched.came("pager", FOR_NOW, later)
    assert NEVER == watched.next_deadline()
    assert [] == watched.came("pager", SENT, later + SECOND)
    assert later + SECOND + FLAP_WINDOW_MS == watched.next_deadline()


def test_after_a_quiet_window_it_is_a_new_alert() -> None:
    """The same channel, another day."""
    watched = channels()
    [(_, first)] = watched.came("pager", LOST, START)
    watched.came("pager", SENT, START + SECOND)
    [(_, second)] = watched.came("pager", LOST, START + SECOND + FLAP_WINDOW_MS)
    assert first.alert != second.alert
    assert 0 == second.flaps


def test_somebody_may_have_it_for_a_shift() -> None:
    """Then it calls again; while somebody has it, it still ends by itself."""
    watched = channels()
    [(_, raised)] = watched.came("pager", LOST, START)
    answered = watched.acknowledge(command(alert=raised.alert), START + SECOND)
    assert not isinstance(answered, Refusal)
    assert [("pager", "ACTIVE", "ACKNOWLEDGED")] == phases(answered)
    until = START + SECOND + ACK_LASTS_MS
    assert until == watched.next_deadline()
    assert [("pager", "ACKNOWLEDGED", "ACTIVE")] == phases(watched.elapse(until))
    answered = watched.acknowledge(command(rule=RULE, until=until + MINUTE), until)
    assert not isinstance(answered, Refusal)
    assert [("pager", "ACTIVE", "ACKNOWLEDGED")] == phases(answered)
    assert until + MINUTE == watched.next_deadline()
    over = watched.came("pager", SENT, until + SECOND)
    assert [("pager", "ACKNOWLEDGED", "QUIET")] == phases(over)


def test_what_cannot_be_acknowledged_is_refused_by_name() -> None:
    """An alert that does not stand, and a time that is past."""
    watched = channels()
    [(_, raised)] = watched.came("pager", LOST, START)
    assert "no_such_alert" == _refusal(watched, "a9", None, START)
    assert "until_is_past" == _refusal(watched, raised.alert, START, START)


def test_an_answer_from_before_leaves_a_dead_channel_ringing() -> None:
    """Of all that stand, those are acknowledged that rang by then; the others go on."""
    watched = channels()
    watched.came("pager", LOST, START)
    watched.came("mail", LOST, START + 5 * MINUTE)
    then, now = START + MINUTE, START + 6 * MINUTE
    answered = watched.acknowledge(command(rule=RULE, time=then, received=now), now)
    assert not isinstance(answered, Refusal)
    assert [("pager", "ACTIVE", "ACKNOWLEDGED")] == phases(answered)
    late = command(rule=RULE, time=START - DAY, received=now)
    refused = watched.acknowledge(late, now)
    assert isinstance(refused, Refusal)
    assert "given_before" == refused.reason
    assert "ACTIVE" == dict(watched.standing(now))["mail"].to_phase.name


def test_an_answer_to_a_channel_that_came_and_went_is_not_one_to_the_next_call() -> None:
    """Even within the span that clocks may differ; an answer to what rings now is."""
    watched = channels()
    watched.came("pager", LOST, START)
    watched.came("pager", SENT, START + SECOND)
    rings = START + MINUTE
    watched.came("pager", LOST, rings)
    late = watched.acknowledge(command(rule=RULE, time=rings - 1, received=rings), rings)
    assert isinstance(late, Refusal)
    assert "given_before" == late.reason
    answered = watched.acknowledge(command(rule=RULE, time=rings, received=rings), rings)
    assert not isinstance(answered, Refusal)


def test_an_answer_that_comes_again_holds_no_longer_for_that() -> None:
    """One that the broker sends with each connection does not keep a dead channel quiet for ever.

    When it has run out, it is refused, also where somebody has the alert by then.
    """
    watched = channels()
    watched.came("pager", LOST, START)
    given = START + SECOND
    ends = given + ACK_LASTS_MS
    for now in (given, ends - 1):
        watched.acknowledge(command(rule=RULE, time=given, received=now), now)
        assert ends == watched.next_deadline()
    watched.acknowledge(command(rule=RULE, time=ends - 1, received=ends - 1), ends - 1)
    again = watched.acknowledge(command(rule=RULE, time=given, received=ends), ends)
    assert isinstance(again, Refusal)
    assert "until_is_past" == again.reason
    assert ends - 1 + ACK_LASTS_MS == watched.next_deadline()


def _refusal(watched: Channels, alert: str, until: Millis | None, now: Millis) -> str:
    answered = watched.acknowledge(command(alert=alert, until=until), now)
    assert isinstance(answered, Refusal)
    return answered.reason


def test_the_alert_of_a_channel_that_is_no_longer_configured_is_over() -> None:
    """Nobody could ever end it otherwise."""
    watched = channels()
    watched.came("pager", LOST, START)
    watched.came("mail", LOST, START)
    moved = watched.retain(["mail"], START + 1)
    assert OVER == phases(moved)
    assert Phase.QUIET is moved[0].change.to_phase
    assert ["mail"] == [channel for channel, _ in watched.standing(START + 1)]
