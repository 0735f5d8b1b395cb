"""What stands on the broker's topics follows the alerts, the patients, and what was left there."""

import json

from monitord.adapters.mqtt.outgoing import Outgoing
from monitord.adapters.mqtt.topics import Topics
from monitord.daemon.telling.bulletins import Bulletins
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange, Rejected
from monitord.domain.time import DAY, parse_time

TOPICS = Topics("m", "desk")
NOW = parse_time("2026-01-05T08:00:00Z")


class Wall:
    """What a broker would keep if everything that leaves were published at once."""

    def __init__(self) -> None:
        self.outgoing = Outgoing()
        self.bulletins = Bulletins(TOPICS, self.outgoing)
        self.kept: dict[str, bytes] = {}
        self.passed: list[bytes] = []

    def publish(self) -> dict[str, bytes]:
        for waiting in self.outgoing.take(1_000):
            topic, payload, retain = waiting.publication
            if not retain:
                self.passed.append(payload)
            elif payload:
                self.kept[topic] = payload
            else:
                self.kept.pop(topic, None)
        return self.kept


def change(
    after: Phase,
    before: Phase = Phase.QUIET,
    alert: str = "a1",
    patient: str = "p1",
    ward: str = "west",
    rule: str = "fever",
) -> AlertChange:
    return AlertChange(
        alert,
        patient,
        ward,
        NOW,
        rule,
        1,
        "crs",
        Condition.PHYSIOLOGICAL,
        Priority.MEDIUM,
        before,
        after,
        "condition_true",
        "Fever.",
        (),
        "Measure again.",
        "a source",
    )


def test_an_alert_stands_from_when_it_fires_until_it_is_quiet():
    """Pending is not shown; active, acknowledged and latched are; quiet clears the topic."""
    wall = Wall()
    shown = []
    for before, after in (
        (Phase.QUIET, Phase.PENDING),
        (Phase.PENDING, Phase.ACTIVE),
        (Phase.ACTIVE, Phase.ACKNOWLEDGED),
        (Phase.ACKNOWLEDGED, Phase.LATCHED),
        (Phase.LATCHED, Phase.QUIET),
    ):
        wall.bulletins.alert(change(after, before), 0)
        shown.append([json.loads(body)["to"] for body in wall.publish().values()])

    assert shown == [[], ["ACTIVE"], ["ACKNOWLEDGED"], ["LATCHED"], []]


def test_an_alert_that_never_fired_leaves_no_trace():
    """From pending back to quiet nothing at all is published."""
    wall = Wall()
    wall.bulletins.alert(change(Phase.PENDING), 0)
    wall.bulletins.alert(change(Phase.QUIET, Phase.PENDING), 0)

    assert len(wall.outgoing) == 0


def test_an_alert_shows_what_keeps_it_from_calling():
    """The retained alert has the end of its silence and the alert that calls instead."""
    wall = Wall()
    shown = []
    for until, above in ((None, None), (NOW + DAY, None), (NOW + DAY, "a2"), (None, None)):
        moved = change(Phase.ACTIVE, Phase.ACTIVE)
        wall.bulletins.alert(moved._replace(silenced_until=until, inhibited_by=above), 0)
        (body,) = map(json.loads, wall.publish().values())
        shown.append((body["silenced_until"], body["inhibited_by"]))

    tomorrow = "2026-01-06T08:00:00Z"
    assert shown == [(None, None), (tomorrow, None), (tomorrow, "a2"), (None, None)]


def test_each_refusal_is_told_and_none_is_kept():
    """Refusals pass by in order and stay on no topic."""
    wall = Wall()
    for number in range(3):
        wall.bulletins.rejected(Rejected(NOW, "not_json", str(number), "{"), 0)

    assert wall.publish() == {}
    assert [json.loads(body)["detail"] for body in wall.passed] == ["0", "1", "2"]


def test_a_patient_who_moves_takes_everything_along():
    """State and open alerts stand on the new ward only."""
    wall = Wall()
    wall.bulletins.state("west", "p1", b"state", 0)
    wall.bulletins.alert(change(Phase.ACTIVE), 0)
    wall.publish()
    wall.bulletins.state("east", "p1", b"state", 0)

    assert set(wall.publish()) == {TOPICS.state("east", "p1"), TOPICS.alert("east", "p1", "a1")}


def test_an_alert_that_changes_after_a_move_leaves_its_old_topic():
    """The alert's next change names the new ward, and the old topic is cleared."""
    wall = Wall()
    wall.bulletins.alert(change(Phase.ACTIVE), 0)
    wall.publish()
    wall.bulletins.alert(change(Phase.ACKNOWLEDGED, Phase.ACTIVE, ward="east"), 0)

    assert set(wall.publish()) == {TOPICS.alert("east", "p1", "a1")}


def test_a_patient_who_leaves_leaves_nothing():
    """State and alerts of the patient are cleared, those of others stay."""
    wall = Wall()
    for patient, alert in (("p1", "a1"), ("p2", "a2")):
        wall.bulletins.state("west", patient, b"state", 0)
        wall.bulletins.alert(change(Phase.ACTIVE, alert=alert, patient=patient), 0)
    wall.publish()
    wall.bulletins.gone("p1", 0)

    assert set(wall.publish()) == {TOPICS.state("west", "p2"), TOPICS.alert("west", "p2", "a2")}
    assert wall.bulletins.shown_patients() == ["p2"]


def test_everything_open_can_be_told_again():
    """A broker that forgot is given each open alert as it stands, and nothing that is over."""
    wall = Wall()
    for alert in ("a1", "a2"):
        wall.bulletins.alert(change(Phase.ACTIVE, alert=alert), 0)
    wall.bulletins.alert(change(Phase.QUIET, Phase.ACTIVE, alert="a1"), 0)
    wall.publish().clear()
    wall.bulletins.repeat(0)

    assert set(wall.publish()) == {TOPICS.alert("west", "p1", "a2")}


def inherited(*rules: str) -> Wall:
    wall = Wall()
    wall.kept = {
        TOPICS.alert("west", "p1", f"old-{rule}"): json.dumps({"rule": rule, "n": 1}).encode()
        for rule in rules
    }
    assert wall.bulletins.inherit(dict(wall.kept), NOW, 0) == len(rules)
    wall.publish()
    return wall


def test_an_alert_of_an_earlier_run_stays_and_is_marked():
    """Nobody knows that it is over, so it stands on, and says since when nobody watches it."""
    [body] = inherited("fever").kept.values()

    assert json.loads(body) == {"rule": "fever", "n": 1, "unwatched_since": "2026-01-05T08:00:00Z"}


def test_a_second_restart_keeps_the_first_mark():
    """The time since which nobody watches is that of the first run that did not know the alert."""
    first = inherited("fever").kept
    second = Wall()
    second.bulletins.inherit(dict(first), NOW + DAY // 2, 0)

    assert second.publish() == first


def test_the_same_rule_firing_again_replaces_what_was_inherited():
    """A new alert of the rule takes the old one down, and leaves those of other rules."""
    wall = inherited("fever", "shock")
    wall.bulletins.alert(change(Phase.ACTIVE), 0)

    assert set(wall.publish()) == {
        TOPICS.alert("west", "p1", "a1"),
        TOPICS.alert("west", "p1", "old-shock"),
    }


def test_what_nobody_watched_for_a_day_is_taken_down():
    """Just before a day is over the inherited alert stands, and then it goes."""
    wall = inherited("fever")
    wall.bulletins.expire(NOW + DAY - 1, 0)
    assert len(wall.publish()) == 1
    wall.bulletins.expire(NOW + DAY, 0)

    assert wall.publish() == {}


def test_an_inherited_state_is_replaced_by_a_new_one_or_goes_with_the_day():
    """A patient who is seen again gets a new state; one who is not loses the old one in a day."""
    wall = Wall()
    wall.kept = {TOPICS.state("west", patient): b"old" for patient in ("p1", "p2")}
    wall.bulletins.inherit(dict(wall.kept), NOW, 0)
    wall.bulletins.state("west", "p1", b"new", 0)
    wall.bulletins.expire(NOW + DAY, 0)

    assert wall.publish() == {TOPICS.state("west", "p1"): b"new"}


def test_our_own_alerts_are_not_inherited():
    """What this run has shown itself is not marked, even when it is found on the broker."""
    wall = Wall()
    wall.bulletins.alert(change(Phase.ACTIVE), 0)
    before = dict(wall.publish())

    assert wall.bulletins.inherit(before, NOW, 0) == 0
    assert wall.publish() == before


def test_a_state_in_a_ward_called_alert_is_no_alert():
    """It is not marked and not counted, and waits for the patient as any other state does."""
    wall = Wall()
    assert wall.bulletins.inherit({TOPICS.state("alert", "p1"): b"{}"}, NOW, 0) == 0
    assert wall.publish() == {}
    wall.bulletins.expire(NOW + DAY, 0)
    assert [b""] == [waiting.publication.payload for waiting in wall.outgoing.take(9)]


def test_a_retained_message_that_is_no_alert_does_no_harm():
    """Text that is not JSON, or is no object, is marked all the same and goes in a day."""
    wall = Wall()
    found = {TOPICS.alert("w", "p", "a"): b"{", TOPICS.alert("w", "p", "b"): b"[1]"}
    assert wall.bulletins.inherit(found, NOW, 0) == 2
    wall.publish()
    wall.bulletins.expire(NOW + DAY, 0)

    assert wall.publish() == {}


def test_an_alert_that_ended_while_we_were_looking_is_not_taken_for_an_older_one():
    """What the broker still showed a moment ago is over, whether this run ended it or the last."""
    for ended_by_this_run in (True, False):
        wall = Wall()
        standing, over = ([change(Phase.ACTIVE)], set()) if ended_by_this_run else ([], {"a1"})
        wall.bulletins.go_on_from(standing, over, 0)
        found = {TOPICS.alert("west", "p1", "a1"): b"{}"}
        wall.kept = dict(found)
        if ended_by_this_run:
            wall.bulletins.alert(change(Phase.QUIET, Phase.ACTIVE), 0)
        assert 0 == wall.bulletins.inherit(found, NOW, 0)
        assert {} == wall.publish()


def test_an_alert_that_stands_is_shown_where_the_patient_is_now():
    """The topic of the ward that the patient left just before the end is cleared."""
    wall = Wall()
    old = TOPICS.alert("east", "p1", "a1")
    wall.kept = {old: b"{}"}
    wall.bulletins.go_on_from([change(Phase.ACTIVE)], set(), 0)
    wall.bulletins.inherit({old: b"{}"}, NOW, 0)
    assert {TOPICS.alert("west", "p1", "a1")} == set(wall.publish())


def test_an_alert_under_an_older_name_gives_way_to_the_one_that_stands():
    """Where the past was cut, the same rule's alert has a new id, and the old one goes."""
    wall = Wall()
    old = TOPICS.alert("west", "p1", "a0")
    wall.kept = {old: b'{"rule": "fever"}'}
    wall.bulletins.go_on_from([change(Phase.ACTIVE)], set(), 0)
    wall.bulletins.inherit(dict(wall.kept), NOW, 0)
    assert {TOPICS.alert("west", "p1", "a1")} == set(wall.publish())
