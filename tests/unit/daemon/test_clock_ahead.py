"""Our own clock may be the one that is wrong: it is ahead after the wall was set back."""

import json
from types import SimpleNamespace

import pytest

from monitord.adapters.clock import WallClock
from monitord.adapters.inbox import Inbox
from monitord.adapters.mqtt.topics import Topics
from monitord.adapters.web.desk import Request
from monitord.daemon.serving.api import WardDesk
from monitord.daemon.serving.asking import Asking
from monitord.daemon.telling.chronicle import Chronicle
from monitord.daemon.ticking.intake import Intake
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision, Rejected
from monitord.domain.events import Command
from monitord.domain.time import HOUR, MINUTE, SECOND, TOO_LATE, Millis, format_time, parse_time
from monitord.engine.step import step
from tests.unit.alerts.calling import change
from tests.unit.engine.making import START, rule, ward

BACK = 10 * MINUTE
NANOS = 1_000_000


class Watch:
    """A ward whose wall was just set back; `sent` is said by a sender whose clock is right."""

    def __init__(self, back: Millis = BACK) -> None:
        self.wall, self._steady = START, 0
        self.clock = WallClock(wall=lambda: self.wall * NANOS, steady=lambda: self._steady * NANOS)
        self.inbox = Inbox(max_messages=9, max_bytes=10_000, payload_bytes=1_000)
        self.intake = Intake(self.inbox, Topics("m/v1", "desk"), self.clock.ahead_of_wall)
        self.ward = ward(rule("fast", "heart_rate.last >= 120", ack_lasts="8min"))
        self.wall -= back
        self.after(SECOND)

    def after(self, span: Millis) -> None:
        self.wall, self._steady = self.wall + span, self._steady + span
        self.clock.now()

    def sent(self, kind: str, at: Millis | None = None, **fields: object) -> None:
        told = {"time": format_time(self.wall if at is None else at), **fields}
        topic, payload = f"m/v1/in/west/p1/{kind}", json.dumps(told).encode()
        self.inbox.put(topic, payload, self.clock.now())

    def tick(self) -> list[Decision]:
        now = self.clock.now()
        return step(self.ward, self.intake.take(now), now)

    def ring(self) -> Millis:
        """Let the alert ring; return when by the wall."""
        self.sent("observation", signal="heart_rate", value=150, unit="/min")
        assert "ACTIVE" in phases(self.tick())
        return self.wall

    def desk(self, rang: Millis) -> WardDesk:
        """Give the desk that a pager's service writes to while an alert rings since then."""
        chronicle = Chronicle()
        chronicle.take([change(Phase.ACTIVE, rang)])
        asking = Asking(self.inbox, self.intake.topics, chronicle, now=self.clock.now, within_s=0)
        heart = SimpleNamespace(ward=self.ward, portrait=None)
        return WardDesk(heart, asking, self.clock, None)  # type: ignore[arg-type]


def phases(decisions: list[Decision]) -> list[str]:
    changes = [one.to_phase.name for one in decisions if isinstance(one, AlertChange)]
    return changes + [one.reason for one in decisions if isinstance(one, Rejected)]


def test_who_answers_by_the_right_clock_is_heard_although_ours_is_ahead() -> None:
    """By it the alert rang ten minutes from now, and the answer had run out before it was given."""
    watch = Watch()
    watch.ring()
    watch.after(MINUTE)
    watch.sent("command", action="acknowledge", rule="fast", by="nurse")
    assert ["ACKNOWLEDGED"] == phases(watch.tick())


def test_an_answer_from_before_it_rang_is_still_none() -> None:
    """What our clock is ahead excuses no answer that was held back for longer."""
    watch = Watch()
    rang = watch.ring()
    watch.after(MINUTE)
    early = rang - 2 * MINUTE - 10 * SECOND
    watch.sent("command", early, action="acknowledge", rule="fast", by="nurse")
    assert ["given_before"] == phases(watch.tick())


def test_what_an_answer_asks_for_is_by_the_right_clock_too() -> None:
    """Until five minutes from now is five minutes from now, and never past the last year."""
    watch = Watch()
    ahead = watch.clock.now() - watch.wall
    until = watch.wall + 5 * MINUTE
    last = parse_time("2105-12-31T23:59:59Z")
    for asked in (until, last):
        told = format_time(asked)
        watch.sent("command", action="acknowledge", rule="fast", by="nurse", until=told)
    found = [one.until for one in watch.intake.take(watch.clock.now()) if isinstance(one, Command)]
    assert [until + ahead, TOO_LATE - 1] == found


def test_an_answer_over_http_is_by_our_clock_already() -> None:
    """So is one whose sender's clock is ahead as ours is: it was not given after it came."""
    watch = Watch()
    for at in (watch.clock.now(), watch.clock.now() + MINUTE):
        watch.sent("command", at, action="acknowledge", rule="fast", by="nurse")
        [found] = watch.intake.take(watch.clock.now())
        assert isinstance(found, Command)
        assert at == found.time


@pytest.mark.parametrize("back", [12 * MINUTE, 2 * HOUR])
async def test_an_answer_from_before_the_wall_was_set_back_becomes_no_newer(back: Millis) -> None:
    """The broker, or a pager's service, sends it again; what rings now it was not meant for."""
    watch = Watch(back=0)
    early = watch.wall
    watch.after(8 * MINUTE)
    rang = watch.ring()
    watch.after(MINUTE)
    watch.wall -= back
    watch.after(SECOND)
    watch.sent("command", early, action="acknowledge", rule="fast", by="nurse")
    assert ["given_before"] == phases(watch.tick())
    desk = watch.desk(rang)
    asked = Request("acknowledge", "a1", "somebody", None)
    assert "given_before" == (await desk.hear(asked, early)).outcome


async def test_a_pagers_service_that_tells_the_right_time_is_heard() -> None:
    """What it sends on was done a moment ago, and not before the alert began to ring."""
    watch = Watch()
    desk = watch.desk(watch.clock.now())
    asked = Request("acknowledge", "a1", "somebody", None)
    assert "given_before" == (await desk.hear(asked, watch.wall - HOUR)).outcome
    assert 0 == len(watch.inbox)
    assert "pending" == (await desk.hear(asked, watch.wall)).outcome
