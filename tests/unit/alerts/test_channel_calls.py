"""For a dead channel people are called over the others, and hear when it is over."""

import pytest

from monitord.alerts.channel_calls import ChannelCalls
from monitord.alerts.channels import RULE, Place
from monitord.domain.notifications import DeliveryState, Notification, Purpose
from monitord.domain.time import MINUTE
from tests.unit.alerts.calling import FEED, HIGH, PAGER, START, chain
from tests.unit.alerts.making import command

LOST, SENT, EXPIRED = DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.EXPIRED
PLACE = Place("_feed", "_")
NAMES = ("feed", "pager", "phone")


def calls() -> ChannelCalls:
    return ChannelCalls([HIGH], NAMES, PLACE)


def taken(made: ChannelCalls) -> list[Notification]:
    notifications, made.made = made.made, []
    return notifications


def told(made: ChannelCalls) -> list[tuple[str, str]]:
    return [(one.purpose.value, one.channel) for one in taken(made)]


def test_the_first_other_channel_calls_at_once_and_the_next_in_its_time() -> None:
    """The dead one is left out, with the time that its step would have waited."""
    made = calls()
    made.came("feed", LOST, START)
    assert [("trigger", "pager")] == told(made)
    assert START + 3 * MINUTE == made.next_deadline()
    made.elapse(START + 3 * MINUTE)
    assert [("trigger", "phone")] == told(made)


def test_a_middle_channel_is_left_out_and_the_others_keep_their_times() -> None:
    """The station first, as ever."""
    made = calls()
    made.came("pager", EXPIRED, START)
    [first] = taken(made)
    assert ("feed", "Channel pager is dead") == (first.channel, first.title)
    assert START + 5 * MINUTE == made.next_deadline()


def test_everybody_who_was_called_hears_that_it_is_over() -> None:
    """As with every alert."""
    made = calls()
    made.came("pager", LOST, START)
    made.came("pager", SENT, START + MINUTE)
    assert [("trigger", "feed"), ("resolve", "feed")] == told(made)
    assert ["ACTIVE", "QUIET"] == [one.to_phase.name for one in made.changes]


def test_an_answer_stops_the_calls() -> None:
    """The channels that were told hear that somebody has it."""
    made = calls()
    made.came("pager", LOST, START)
    assert made.acknowledge(command(rule=RULE), START + 1) is None
    assert [("trigger", "feed"), ("acknowledge", "feed")] == told(made)


def test_a_call_about_a_channel_that_is_lost_too_falls_through() -> None:
    """Two dead channels: the third one hears of both."""
    made = calls()
    made.came("pager", LOST, START)
    [call] = taken(made)
    made.came("feed", LOST, START + 1)
    made.receipt(call.id, LOST, START + 1)
    assert [("trigger", "pager"), ("trigger", "phone")] == told(made)


def test_that_nobody_answered_leaves_a_channel_that_dies() -> None:
    """That the pager is dead was told to nobody who answered, and the phone dies over it."""
    made = calls()
    made.came("pager", LOST, START)
    for minute in (5, 10):
        made.elapse(START + minute * MINUTE)
    assert [("trigger", name) for name in ("feed", "phone", "phone")] == told(made)
    made.came("phone", LOST, START + 11 * MINUTE)
    assert ["channel-dead", "nobody_answered"] == [one.rule for one in taken(made)]


def test_where_there_is_no_other_channel_nobody_is_called() -> None:
    """The alert is still shown."""
    made = ChannelCalls([chain(PAGER)], ["pager"], PLACE)
    made.came("pager", LOST, START)
    assert [] == taken(made)
    assert ["pager"] == list(made.standing(START))


def test_a_channel_that_nobody_knows_is_passed_over() -> None:
    """The last calls of one that was taken out of the file say nothing."""
    made = calls()
    made.came("old", LOST, START)
    assert [] == made.changes


def test_a_restart_goes_on_without_a_second_alert_or_call() -> None:
    """The snapshot has the alert, its calls and their deadlines."""
    made = calls()
    made.came("pager", LOST, START)
    taken(made)
    again = calls()
    again.restore(made.snapshot(), START + MINUTE)
    assert made.snapshot() == again.snapshot()
    again.came("pager", LOST, START + MINUTE)
    assert ([], []) == (again.changes, taken(again))
    again.elapse(START + 5 * MINUTE)
    assert [("trigger", "phone")] == told(again)


def test_a_channel_that_is_gone_after_a_restart_is_over_for_those_who_were_called() -> None:
    """Somebody who was called about it hears that."""
    made = calls()
    made.came("phone", LOST, START)
    taken(made)
    again = ChannelCalls([chain(FEED, PAGER)], ["feed", "pager"], PLACE)
    again.restore(made.snapshot(), START + MINUTE)
    [over] = taken(again)
    assert (Purpose.RESOLVE, "feed") == (over.purpose, over.channel)


def test_a_snapshot_of_another_version_is_refused() -> None:
    """It is named, with what was expected."""
    with pytest.raises(ValueError, match="found version 99, expected version 1"):
        calls().restore({"version": 99}, START)


def test_what_changes_nothing_is_no_news() -> None:
    """A call that gets through as always does not have to be written down."""
    made = calls()
    made.came("pager", SENT, START)
    assert not made.has_news
    made.came("pager", DeliveryState.QUEUED, START)
    assert made.has_news
