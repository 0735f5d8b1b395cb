"""The doors of the alerts about channels: what is shown, recorded, answered and let through."""

from collections.abc import Sequence
from typing import Any

import pytest

from monitord.alerts.channel_calls import ChannelCalls
from monitord.alerts.channels import RULE
from monitord.daemon.calling.channel_guard import PLACE, ChannelGuard
from monitord.domain.alerts import FEED
from monitord.domain.decisions import AlertChange, Decision, Rejected
from monitord.domain.events import Arrival, Command, CommandAction
from monitord.domain.notifications import DeliveryState
from monitord.domain.time import MINUTE, Millis
from tests.unit.alerts.calling import HIGH, START

LOST, SENT = DeliveryState.FAILED, DeliveryState.SENT


class Desk:
    """Keeps all that the guard tells; what arrives is put into `waiting`."""

    def __init__(self, left: dict[str, object] | None = None) -> None:
        self.shown: list[Decision] = []
        self.shown_again: list[AlertChange] = []
        self.recorded: list[str] = []
        self.dead: Sequence[str] = ["nothing told yet"]
        self.waiting: list[Arrival] = []
        self.woken = 0
        self.guard = ChannelGuard(
            ChannelCalls([HIGH], ["feed", "pager", "phone"], PLACE),
            now=lambda: START,
            show=self.shown.extend,
            show_again=self.shown_again.extend,
            record=self._record,
            dead=self._tell_dead,
        )
        self.guard.on_news = self._wake
        self.guard.restore(left)
        self.sieve = self.guard.sieve(self)

    def first(self) -> Millis:
        """Say that something waits."""
        return START

    def take(self, _now: Millis) -> list[Arrival]:
        """Hand over what arrived."""
        return self.waiting

    def alert(self) -> AlertChange:
        [change] = [one for one in self.shown if isinstance(one, AlertChange)]
        return change

    def _record(self, what: str, at: Millis, **fields: Any) -> None:
        assert START == at
        self.recorded.append(what)

    def _tell_dead(self, names: Sequence[str]) -> None:
        self.dead = names

    def _wake(self) -> None:
        self.woken += 1


def command(action: str = "acknowledge", patient: str = FEED, **fields: Any) -> Command:
    return Command(patient, START, START, CommandAction(action), "engineer-1", **fields)


def test_a_dead_channel_is_shown_recorded_told_and_called_for() -> None:
    """On the feed's topic, in the audit, in the numbers and in health."""
    desk = Desk()
    assert [] == desk.dead
    desk.guard.tried("pager", LOST)
    assert (FEED, "_") == (desk.alert().patient, desk.alert().ward)
    assert (["alert.raised"], ["pager"]) == (desk.recorded, desk.dead)
    check = desk.guard.check()
    assert (True, "dead: pager") == (check.ok, check.found)
    made = desk.guard.decide(START)
    assert made is not None
    assert ["feed"] == [one.channel for one in made]
    assert desk.guard.decide(START) is None
    desk.guard.tried("pager", SENT)
    assert (["alert.raised", "alert.ended"], []) == (desk.recorded, desk.dead)


def test_answers_to_its_alerts_do_not_reach_the_ward() -> None:
    """By the rule or by the id; everything else goes through in its order."""
    desk = Desk()
    desk.guard.tried("pager", LOST)
    others: list[Arrival] = [
        command(rule="feed-silent"),
        command(alert="a9"),
        command(rule="channel-dead", patient="p-1"),
    ]
    desk.waiting = [others[0], command(alert=desk.alert().alert), *others[1:]]
    assert START == desk.sieve.first()
    assert others == desk.sieve.take(START)
    assert ["alert.raised", "answer.accepted"] == desk.recorded
    assert desk.woken
    desk.waiting = [command(rule="channel-dead", until=START + MINUTE)]
    assert [] == desk.sieve.take(START)


def test_what_is_not_for_channels_is_refused_by_name() -> None:
    """It can be neither silenced nor resolved: it ends by itself."""
    desk = Desk()
    desk.guard.tried("pager", LOST)
    desk.waiting = [command(one, rule="channel-dead") for one in ("silence", "resolve")]
    assert [] == desk.sieve.take(START)
    refused = [one.reason for one in desk.shown if isinstance(one, Rejected)]
    assert ["nothing_to_silence", "condition_still_true"] == refused
    assert ["answer.refused"] * 2 == desk.recorded[1:]


def test_an_answer_when_no_channel_is_dead_is_refused() -> None:
    """There is nothing to answer."""
    desk = Desk()
    desk.waiting = [command(rule="channel-dead")]
    assert [] == desk.sieve.take(START)
    [refused] = desk.shown
    assert isinstance(refused, Rejected)
    assert "no_such_alert" == refused.reason


def test_what_stood_before_a_restart_is_shown_again_and_raised_no_second_time() -> None:
    """The new run shows it, and does not decide it."""
    before = Desk()
    before.guard.tried("pager", LOST)
    desk = Desk(before.guard.snapshot())
    assert [before.alert().alert] == [one.alert for one in desk.shown_again]
    assert ([], [], ["pager"]) == (desk.shown, desk.recorded, desk.dead)
    assert [before.alert().alert] == desk.guard.standing()


def test_thousands_of_answers_in_one_tick_are_told_apart_by_one_look_at_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One message may hold thousands; none is compared with the others."""
    desk = Desk()
    ours = [command(rule=RULE, id=str(number)) for number in range(9)]
    other = command(patient="p-1", rule=RULE)
    desk.waiting = [*ours[:4], other, *ours[4:]]
    monkeypatch.setattr(Command, "__eq__", _is_not_compared)
    left = desk.sieve.take(START)
    assert [id(other)] == [id(one) for one in left]


def _is_not_compared(*_: object) -> bool:
    raise AssertionError("compared with another")
