"""Who is told of an alert, and who next when nobody answers."""

import json

import pytest

from monitord.alerts.chains import Chain, Unless
from monitord.alerts.escalation import ENDED_KEPT, IDLE_KEPT, Escalation
from monitord.alerts.hours import CalendarHours
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.notifications import DeliveryState, Purpose
from monitord.domain.time import MINUTE, NEVER, SECOND
from tests.unit.alerts.calling import EVERYTHING, HIGH, START, Station, chain, change, step

ACTIVE, ACKNOWLEDGED = Phase.ACTIVE, Phase.ACKNOWLEDGED


def test_an_unacknowledged_alert_pages_the_second_step_on_time_without_any_new_data() -> None:
    """The feed hears at once, the pager at exactly two minutes, the physician at five."""
    station = Station()
    assert ["trigger feed"] == station.see(ACTIVE, 0)
    assert 120 == station.next_second()
    assert [] == station.wait(119)
    assert ["trigger pager"] == station.wait(120)
    assert 300 == station.next_second()
    assert ["trigger phone"] == station.wait(300)


def test_a_grade_3_pages_at_once_while_the_grade_2_is_acknowledged_and_silenced() -> None:
    """What is acknowledged and silenced below never keeps a worse alert from being called."""
    station = Station()
    station.see(ACTIVE, 0, alert="grade-2")
    station.see(ACKNOWLEDGED, 10, ACTIVE, alert="grade-2")
    muted = START + 60 * 60 * SECOND
    station.see(ACKNOWLEDGED, 11, ACKNOWLEDGED, alert="grade-2", silenced_until=muted)
    assert ["trigger feed"] == station.see(ACTIVE, 20, alert="grade-3")
    assert ["trigger pager"] == station.wait(140)


def test_an_acknowledgement_stops_the_chain_and_tells_every_channel_that_was_told() -> None:
    """Within the same call the feed and the pager hear of it; the physician hears nothing."""
    station = Station()
    station.see(ACTIVE, 0)
    station.wait(120)
    assert ["acknowledge feed", "acknowledge pager"] == station.see(ACKNOWLEDGED, 130, ACTIVE)
    assert station.escalation.next_deadline() == NEVER
    assert [] == station.wait(10_000)
    assert [] == station.see(ACKNOWLEDGED, 140, ACKNOWLEDGED, reason="acknowledged_again")


@pytest.mark.parametrize("end", [Phase.QUIET, Phase.LATCHED])
def test_an_alert_that_ends_is_resolved_on_every_channel_that_was_told(end: Phase) -> None:
    """Both ends tell the told channels once, whether they were acknowledged or not."""
    station = Station()
    station.see(ACTIVE, 0)
    station.see(ACKNOWLEDGED, 10, ACTIVE)
    assert ["resolve feed"] == station.see(end, 20, ACKNOWLEDGED)
    assert [] == station.see(Phase.QUIET, 30, end, reason="resolved")
    assert [] == station.wait(10_000)


def test_pending_never_calls() -> None:
    """An alert that is not raised yet is nobody's call, nor is its end."""
    station = Station()
    assert [] == station.see(Phase.PENDING, 0)
    assert [] == station.see(Phase.QUIET, 10, Phase.PENDING)
    assert [] == station.wait(10_000)


def test_an_acknowledgement_that_runs_out_begins_a_new_round() -> None:
    """The chain starts at its first step again, under new ids."""
    station = Station()
    station.see(ACTIVE, 0)
    station.see(ACKNOWLEDGED, 10, ACTIVE)
    assert ["trigger feed"] == station.see(ACTIVE, 3600, ACKNOWLEDGED)
    first, _, again = station.made
    assert (1, 2) == (first.round, again.round)
    assert first.id != again.id
    assert 3720 == station.next_second()


@pytest.mark.parametrize("again", [10, 4000])
def test_an_alert_that_comes_again_under_its_name_is_called_again(again: int) -> None:
    """A flapping alert that was over counts on, so that no page looks like an old one."""
    station = Station()
    station.see(ACTIVE, 0)
    station.see(Phase.QUIET, 5, ACTIVE)
    assert ["trigger feed"] == station.see(ACTIVE, again)
    assert 2 == station.made[-1].round


def test_an_alert_that_was_forgotten_and_comes_back_is_called_under_new_ids() -> None:
    """However much ended since, its calls never pass for those of the life before."""
    station = Station()
    station.see(ACTIVE, 0)
    station.see(Phase.QUIET, 5, ACTIVE)
    for number in range(ENDED_KEPT):
        station.see(ACTIVE, 6, alert=f"other-{number}")
        station.see(Phase.QUIET, 7, ACTIVE, alert=f"other-{number}")
    assert ["trigger feed"] == station.see(ACTIVE, 10, flaps=1)
    assert station.made[-1].alert == station.made[0].alert
    assert station.made[-1].id != station.made[0].id


def test_a_step_whose_channel_failed_falls_through_at_once() -> None:
    """The pager that refuses hands on to the physician, who is not called again when due."""
    station = Station()
    station.see(ACTIVE, 0)
    station.wait(120)
    assert ["trigger phone"] == station.get(DeliveryState.FAILED, 121)
    assert [] == station.get(DeliveryState.FAILED, 122, which=1)
    assert [] == station.get(DeliveryState.EXPIRED, 123)
    assert [] == station.wait(300)


def test_a_late_failure_of_an_earlier_step_changes_nothing() -> None:
    """When the next step was called already, nobody is called twice."""
    station = Station()
    station.see(ACTIVE, 0)
    station.wait(120)
    assert [] == station.get(DeliveryState.EXPIRED, 121, which=0)
    assert [] == station.escalation.receipt("n-unheard-of", DeliveryState.FAILED, START)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (DeliveryState.DELIVERED, []),
        (DeliveryState.ACCEPTED, []),
        (DeliveryState.SENT, ["trigger phone"]),
    ],
)
def test_a_step_that_waits_for_delivery_is_needless_after_a_receipt(
    state: DeliveryState, said: list[str]
) -> None:
    """A call that reached the device spares the fallback; one that was only sent does not."""
    fallback = step("phone", 60 * SECOND, Unless.DELIVERED)
    station = Station((chain(step("pager", 0), fallback, step("feed", 90 * SECOND)),))
    station.see(ACTIVE, 0)
    station.get(state, 5)
    assert said == station.wait(60)
    assert ["trigger feed"] == station.wait(90)


@pytest.mark.parametrize(
    "muted", [{"silenced_until": START + 600 * SECOND}, {"inhibited_by": "a2"}]
)
def test_while_silenced_or_inhibited_nobody_is_called_and_then_the_chain_begins(muted) -> None:
    """Raised while muted calls nobody; heard again while ACTIVE calls from the first step."""
    station = Station()
    assert [] == station.see(ACTIVE, 0, **muted)
    assert [] == station.wait(500)
    assert ["trigger feed"] == station.see(ACTIVE, 550, ACTIVE, reason="unsilenced")
    assert ["trigger pager"] == station.wait(670)


def test_a_silence_stops_a_chain_that_runs_and_its_end_begins_it_anew() -> None:
    """No step is called while it lasts, and the new round has new ids."""
    station = Station()
    station.see(ACTIVE, 0)
    muted = START + 600 * SECOND
    assert [] == station.see(ACTIVE, 60, ACTIVE, reason="silenced", silenced_until=muted)
    assert [] == station.wait(599)
    assert 600 == station.next_second()
    assert ["trigger feed"] == station.wait(600)
    assert [] == station.see(ACTIVE, 600, ACTIVE, reason="silence_expired")
    assert 2 == station.made[-1].round


def test_a_silence_that_is_over_neither_mutes_nor_calls_twice() -> None:
    """A change that still names a silence of the past leaves the round as it runs."""
    station = Station()
    over = START + 10 * SECOND
    assert ["trigger feed"] == station.see(ACTIVE, 10, silenced_until=over)
    assert [] == station.see(ACTIVE, 20, ACTIVE, reason="flapping", silenced_until=over)
    assert ["trigger pager"] == station.wait(130)


def test_a_silence_that_ends_after_somebody_answered_calls_nobody() -> None:
    """Only an alert that is ACTIVE goes on."""
    station = Station()
    station.see(ACTIVE, 0)
    station.see(ACTIVE, 10, ACTIVE, reason="silenced", silenced_until=START + MINUTE)
    assert ["acknowledge feed"] == station.see(
        ACKNOWLEDGED, 20, ACTIVE, silenced_until=START + MINUTE
    )
    assert [] == station.wait(60)


def test_after_the_last_round_the_last_channel_hears_that_nobody_answered() -> None:
    """The chain is called twice, then one technical notification ends it."""
    station = Station((chain(step("feed", 0), step("pager", 60 * SECOND), repeats=1),))
    station.see(ACTIVE, 0)
    said = {second: station.wait(second) for second in (60, 360, 420, 720, 2000)}
    assert {
        60: ["trigger pager"],
        360: ["trigger feed"],
        420: ["trigger pager"],
        720: ["trigger pager"],
        2000: [],
    } == said
    last = station.made[-1]
    assert ("nobody_answered", Condition.TECHNICAL) == (last.rule, last.condition)
    assert last.message.startswith("Nobody answered for 12 min")
    assert len(station.made) == len({one.id for one in station.made})
    assert ["acknowledge feed", "acknowledge pager"] == station.see(ACKNOWLEDGED, 2010, ACTIVE)


@pytest.mark.parametrize("lost", [DeliveryState.FAILED, DeliveryState.EXPIRED])
def test_that_nobody_answered_falls_through_to_the_channels_before(lost: DeliveryState) -> None:
    """The last first, each once; told twice of one loss, nothing more is said of it."""
    station = Station()
    station.see(ACTIVE, 0)
    station.wait(120)
    station.wait(300)
    assert ["trigger phone"] == station.wait(600)
    assert ["trigger pager"] == station.get(lost, 601)
    assert [] == station.get(lost, 602, which=-2)
    assert [] == station.get(DeliveryState.SENT, 603)
    assert ["trigger feed"] == station.get(lost, 604)
    assert [] == station.get(lost, 605)
    assert ["nobody_answered"] * 3 == [one.rule for one in station.made[-3:]]
    assert [3, 4, 5] == [one.step for one in station.made[-3:]]
    assert NEVER == station.escalation.next_deadline()
    told = ["acknowledge feed", "acknowledge pager", "acknowledge phone"]
    assert told == station.see(ACKNOWLEDGED, 610, ACTIVE)
    assert [] == station.get(lost, 611, which=-4)


def test_that_nobody_answered_is_not_said_over_a_channel_that_is_dead() -> None:
    """Nor does it stay there when it dies; once a channel took it, it stays."""
    dead = {"phone"}
    station = Station()
    station.escalation = Escalation(station.chains, is_dead=dead.__contains__)
    station.see(ACTIVE, 0)
    station.wait(120)
    station.wait(300)
    assert ["trigger pager"] == station.wait(600)
    assert [] == station.leave_dead(601)
    dead.add("pager")
    assert ["trigger feed"] == station.leave_dead(602)
    assert [] == station.leave_dead(603)
    station.get(DeliveryState.SENT, 604)
    dead.clear()
    dead.add("feed")
    assert [] == station.leave_dead(605)


def test_where_every_channel_is_dead_it_is_still_said_over_the_last() -> None:
    """A channel held for dead may work again, and saying nothing would be worse."""
    station = Station()
    station.escalation = Escalation(station.chains, is_dead=lambda _channel: True)
    station.see(ACTIVE, 0)
    station.wait(120)
    station.wait(300)
    assert ["trigger phone"] == station.wait(600)
    assert [] == station.leave_dead(601)
    assert ["trigger pager"] == station.get(DeliveryState.EXPIRED, 660)


def test_that_nobody_answered_is_a_new_call_under_a_chain_that_became_longer() -> None:
    """As a step of the new chain it would have the id of what was just lost, and never be sent."""
    station = Station((chain(step("feed", 0), step("pager", 60 * SECOND)),))
    station.see(ACTIVE, 0)
    station.wait(60)
    assert ["trigger pager"] == station.wait(420)
    kept = json.loads(json.dumps(station.escalation.snapshot()))
    longer = chain(step("feed", 0), step("phone", MINUTE), step("pager", 2 * MINUTE))
    station.escalation = Escalation((longer,))
    station.escalation.restore(kept)
    assert ["trigger pager"] == station.get(DeliveryState.FAILED, 430)
    assert ["trigger phone"] == station.get(DeliveryState.FAILED, 431)
    assert ["trigger feed"] == station.get(DeliveryState.FAILED, 432)
    assert [] == station.get(DeliveryState.FAILED, 433)
    assert len(station.made) == len({one.id for one in station.made})


def test_a_change_that_comes_twice_changes_nothing() -> None:
    """Even an old one, after somebody answered, and after the alert is over."""
    station = Station()
    station.see(ACTIVE, 0)
    assert [] == station.see(ACTIVE, 0)
    station.see(ACKNOWLEDGED, 10, ACTIVE)
    assert [] == station.see(ACTIVE, 0)
    station.see(Phase.QUIET, 20, ACKNOWLEDGED)
    assert [] == station.see(ACTIVE, 0)
    assert [] == station.see(Phase.QUIET, 20, ACKNOWLEDGED)
    assert NEVER == station.escalation.next_deadline()


def test_a_restored_escalation_meets_what_fell_due_meanwhile_at_once() -> None:
    """After a night without power, each step is called once, and a round begins now."""
    station = Station((chain(step("feed", 0), step("pager", 60 * SECOND), repeats=3),))
    station.see(ACTIVE, 0)
    kept = json.loads(json.dumps(station.escalation.snapshot()))
    station.escalation = Escalation(station.chains)
    station.escalation.restore(kept)
    assert kept == station.escalation.snapshot()
    assert ["trigger pager", "trigger feed"] == station.wait(30_000)
    assert ["trigger pager"] == station.wait(30_060)


def test_a_snapshot_outlives_a_change_of_the_chains() -> None:
    """A chain that is gone is chosen anew, and the deadline that was set is met."""
    station = Station()
    station.see(ACTIVE, 0)
    kept = station.escalation.snapshot()
    station.escalation = Escalation((chain(step("feed", 0), step("sms", 9 * MINUTE), name="new"),))
    station.escalation.restore(kept)
    assert ["trigger sms"] == station.wait(120)


def test_a_snapshot_of_another_version_is_refused() -> None:
    """It is said which version was found and which is read."""
    with pytest.raises(ValueError, match="found version 9, expected version 1"):
        Escalation((HIGH,)).restore({"version": 9})


def test_a_clock_that_was_set_back_does_not_put_the_next_step_off() -> None:
    """A round that began in the future begins now."""
    station = Station()
    station.see(ACTIVE, 100_000)
    assert [] == station.wait(0)
    assert 120 == station.next_second()
    assert ["trigger pager"] == station.wait(120)


def test_the_first_chain_that_covers_an_alert_calls_and_the_last_takes_the_rest() -> None:
    """Priority, condition, ward and hours choose; what nothing covers is called all the same."""
    day = CalendarHours(((START, START + MINUTE),))
    high = frozenset({Priority.HIGH})
    own = Chain("own", (step("own", 0),), high, EVERYTHING, MINUTE, ward="tower-*", hours=day)
    sick = frozenset({Condition.PHYSIOLOGICAL})
    rest = Chain("rest", (step("rest", 0),), high, sick, MINUTE)
    station = Station((own, rest))
    assert ["trigger own"] == station.see(ACTIVE, 0, alert="1", ward="tower-3")
    assert ["trigger rest"] == station.see(ACTIVE, 0, alert="2", ward="west")
    assert ["trigger rest"] == station.see(ACTIVE, 61, alert="3", ward="tower-3")
    assert ["trigger rest"] == station.see(ACTIVE, 0, alert="4", priority=Priority.LOW)


def test_memory_is_bounded() -> None:
    """What is idle or over is forgotten at its limit, the oldest first; what waits is kept."""
    escalation = Escalation((HIGH,))
    escalation.observe(change(ACTIVE, alert="waits"), "1", START)
    for number in range(IDLE_KEPT + ENDED_KEPT + 9):
        escalation.observe(change(ACTIVE, alert=f"a{number}"), "1", START)
        escalation.observe(change(ACKNOWLEDGED, START, ACTIVE, alert=f"a{number}"), "1", START)
    kept = escalation.snapshot()
    assert isinstance(kept["alerts"], list)
    assert isinstance(kept["ended"], dict)
    assert (IDLE_KEPT, ENDED_KEPT) == (len(kept["alerts"]), len(kept["ended"]))
    assert ["pager"] == [one.channel for one in escalation.elapse(START + 2 * MINUTE)]


def test_a_drill_walks_every_step_and_channel_of_the_ward_and_is_marked() -> None:
    """Each step of each chain that can cover the ward is one call, none like a real one's."""
    other = Chain("other", (step("x", 0),), frozenset(Priority), EVERYTHING, MINUTE, ward="east")
    night = Chain(
        "night",
        (step("pager", 0),),
        frozenset({Priority.LOW}),
        EVERYTHING,
        MINUTE,
        hours=CalendarHours(()),
    )
    escalation = Escalation((other, night, HIGH))
    made = escalation.drill("west", START)
    assert ["pager", "feed", "pager", "phone"] == [one.channel for one in made]
    assert all(one.is_drill and one.id.startswith("d") for one in made)
    assert all("nobody is ill" in one.message and one.patient == "" for one in made)
    assert len(made) == len({one.id for one in made})
    over = escalation.drill_over("west", START, START + MINUTE)
    assert ["pager", "feed", "phone"] == [one.channel for one in over]
    assert {Purpose.RESOLVE} == {one.purpose for one in over}
    assert {made[0].alert} == {one.alert for one in over}
    assert [] == escalation.receipt(made[0].id, DeliveryState.FAILED, START)
    assert NEVER == escalation.next_deadline()
