"""Watches over the channels: raises the alert that one is dead, has others call, hears answers.

The machine is `alerts.channel_calls`; here are its doors. Its alerts belong to no patient. They are
shown and answered under the name of the feed, and are the daemon's own: neither the ward nor a
replay knows them, so answers to them are taken out before the tick is journaled.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from monitord.adapters.web.health import Check
from monitord.alerts.channel_calls import ChannelCalls
from monitord.alerts.channels import RULE, Place
from monitord.alerts.records import Refusal
from monitord.alerts.transitions import Reason
from monitord.daemon.records.audit_trail import Record, record_tick
from monitord.daemon.ticking.ticks import Arriving
from monitord.domain.alerts import FEED, FEED_WARD, Phase
from monitord.domain.decisions import AlertChange, Decision, Rejected
from monitord.domain.events import Arrival, Command, CommandAction
from monitord.domain.notifications import DeliveryState, Notification
from monitord.domain.time import Millis
from monitord.engine.commands import in_short

PLACE: Final = Place(FEED, FEED_WARD)

_REFUSED: Final = {
    CommandAction.SILENCE: Reason.NOTHING_TO_SILENCE,
    CommandAction.UNSILENCE: Reason.NOT_SILENCED,
    CommandAction.RESOLVE: Reason.CONDITION_STILL_TRUE,
}

log = structlog.get_logger("monitord.channels")


class ChannelGuard:
    """Is told of every attempt over every channel; `dead` is told the names after each change."""

    def __init__(
        self,
        calls: ChannelCalls,
        *,
        now: Callable[[], Millis],
        show: Callable[[Sequence[Decision]], None],
        show_again: Callable[[Sequence[AlertChange]], None],
        record: Record,
        dead: Callable[[Sequence[str]], None],
    ) -> None:
        """Remember everything; `show_again` is told what stood before this run."""
        self.on_news: Callable[[], None] = lambda: None
        self._calls = calls
        self._now = now
        self._show = show
        self._show_again = show_again
        self._record = record
        self._tell_dead = dead

    def tried(self, channel: str, state: DeliveryState) -> None:
        """Take in what an attempt shows of a channel; QUEUED is a failure for now."""
        now = self._now()
        self._calls.came(channel, state, now)
        self._tell(now)

    def is_dead(self, channel: str) -> bool:
        """Say whether nothing gets through over a channel, as far as is known."""
        return self._calls.is_dead(channel)

    def receipt(self, notification: str, state: DeliveryState) -> None:
        """Take in how far a call got; only those about channels are looked at."""
        self._calls.receipt(notification, state, self._now())

    def decide(self, now: Millis) -> list[Notification] | None:
        """Return the calls to be made by now; None when nothing has changed."""
        self._calls.elapse(now)
        self._tell(now)
        made, self._calls.made = self._calls.made, []
        has_news, self._calls.has_news = self._calls.has_news, False
        return made if made or has_news else None

    def next_deadline(self) -> Millis:
        """Return when `decide` has something to do by itself, or NEVER."""
        return self._calls.next_deadline()

    def standing(self) -> list[str]:
        """Return the ids of the alerts that stand."""
        return [change.alert for change in self._calls.standing(self._now()).values()]

    def snapshot(self) -> dict[str, object]:
        """Return everything that is remembered, as plain JSON data."""
        return self._calls.snapshot()

    def restore(self, left: Mapping[str, Any] | None) -> None:
        """Go on from what an earlier run left, and show what stands.

        Raises `ValueError` when another version of the program left it.
        """
        now = self._now()
        if left is not None:
            self._calls.restore(left, now)
        standing = self._calls.standing(now)
        self._show_again(list(standing.values()))
        self._tell_dead(list(standing))
        self._tell(now)

    def sieve(self, arriving: Arriving) -> "Sieve":
        """Return a way in that lets through all but answers to the alerts about channels."""
        return Sieve(arriving, self)

    def is_ours(self, command: Command) -> bool:
        """Say whether a command is an answer to an alert about a channel."""
        if command.patient != FEED:
            return False
        return command.rule == RULE if command.alert is None else command.alert in self.standing()

    def answer(self, commands: Sequence[Command], now: Millis) -> None:
        """Acknowledge, or refuse by name what else is asked."""
        for command in commands:
            refusal = self._answered(command, now)
            if refusal is not None:
                told = Rejected(now, refusal.reason, refusal.detail, in_short(command))
                self._show([told])
                record_tick(self._record, [command], [told], now)
            else:
                self._tell(now, command)
        self.on_news()

    def check(self) -> Check:
        """Tell which channels are dead; that alone does not make the daemon one not to rely on."""
        dead = ", ".join(sorted(self._calls.standing(self._now())))
        return Check("channels", True, f"dead: {dead}" if dead else "none is dead", "none is dead")

    def _answered(self, command: Command, now: Millis) -> Refusal | None:
        if command.action is CommandAction.ACKNOWLEDGE:
            return self._calls.acknowledge(command, now)
        told = f"{RULE}: found {command.action}, expected acknowledge: it ends by itself"
        return Refusal(_REFUSED[command.action], f"{told}, when a call gets through")

    def _tell(self, now: Millis, command: Command | None = None) -> None:
        """Show what has changed, and record who made it so."""
        changes, self._calls.changes = self._calls.changes, []
        if not changes:
            return
        self._show(changes)
        record_tick(self._record, [] if command is None else [command], changes, now)
        for change in changes:
            if change.to_phase is Phase.ACTIVE and change.from_phase is Phase.QUIET:
                log.error("channel.dead", alert=change.alert, told=change.message)
            elif change.to_phase is Phase.QUIET:
                log.info("channel.carries", alert=change.alert)
        self._tell_dead(list(self._calls.standing(now)))


class Sieve:
    """Arrivals without the answers that the guard takes."""

    def __init__(self, arriving: Arriving, guard: ChannelGuard) -> None:
        self._arriving = arriving
        self._guard = guard

    def first(self) -> Millis:
        """Return when the oldest waiting message arrived; NEVER when none waits."""
        return self._arriving.first()

    def take(self, now: Millis) -> list[Arrival]:
        """Return everything received by `now` that is not the guard's."""
        arrivals = self._arriving.take(now)
        ours: list[Command] = []
        others: list[Arrival] = []
        for one in arrivals:
            if isinstance(one, Command) and self._guard.is_ours(one):
                ours.append(one)
            else:
                others.append(one)
        if ours:
            self._guard.answer(ours, now)
        return others
