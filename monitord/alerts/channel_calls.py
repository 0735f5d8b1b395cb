"""Who is called for a channel that is dead: the same chains, without that channel.

Each channel has an escalation of its own, whose first step that is left calls at once. Pure; it
goes into a snapshot and comes back the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from monitord.alerts.chains import Chain, Unless
from monitord.alerts.channels import Channels, Moved, Place
from monitord.alerts.escalation import Escalation
from monitord.alerts.records import Refusal
from monitord.domain.decisions import AlertChange
from monitord.domain.events import Command
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import DeliveryState, Notification
from monitord.domain.time import NEVER, Millis

_VERSION: Final = 1


class ChannelCalls:
    """The alerts about channels, and the calls for them; both wait until they are taken."""

    def __init__(
        self,
        chains: Sequence[Chain],
        channels: Iterable[str],
        place: Place,
        say: Language = ENGLISH,
    ) -> None:
        self._chains = tuple(chains)
        self._say = say
        self._health = Channels(place, say)
        self._calls = {
            channel: Escalation(others, say, self._health.is_dead)
            for channel in channels
            if (others := _without(chains, channel))
        }
        self._names = frozenset(channels)
        self.changes: list[AlertChange] = []
        self.made: list[Notification] = []
        self.has_news = False

    def came(self, channel: str, state: DeliveryState, now: Millis) -> None:
        """Take in what came of an attempt over a channel; QUEUED is a failure for now."""
        if channel in self._names:
            before = self._health.mark(channel)
            self._take(self._health.came(channel, state, now), now)
            self.has_news |= self._health.mark(channel) != before
            if self.is_dead(channel):
                for escalation in self._calls.values():
                    self.made += escalation.leave_dead(now)

    def is_dead(self, channel: str) -> bool:
        """Say whether nothing gets through over a channel, as far as is known."""
        return self._health.is_dead(channel)

    def receipt(self, notification: str, state: DeliveryState, now: Millis) -> None:
        """Take in how far one of our own calls got."""
        for escalation in self._calls.values():
            self.made += escalation.receipt(notification, state, now)

    def acknowledge(self, command: Command, now: Millis) -> Refusal | None:
        """Note that somebody has an alert about a channel, or all of them; refused by name."""
        answered = self._health.acknowledge(command, now)
        if isinstance(answered, Refusal):
            return answered
        self.has_news = True
        self._take(answered, now)
        return None

    def elapse(self, now: Millis) -> None:
        """Let happen what is due by now."""
        if self.next_deadline() > now:
            return
        self.has_news = True
        self._take(self._health.elapse(now), now)
        for escalation in self._calls.values():
            if escalation.next_deadline() <= now:
                self.made += escalation.elapse(now)

    def next_deadline(self) -> Millis:
        """The instant at which `elapse` has something to do, or NEVER."""
        calls = (escalation.next_deadline() for escalation in self._calls.values())
        return min(self._health.next_deadline(), min(calls, default=NEVER))

    def standing(self, now: Millis) -> dict[str, AlertChange]:
        """Every alert that stands, by its channel, as a change from its phase to itself."""
        return dict(self._health.standing(now))

    def snapshot(self) -> dict[str, object]:
        """Everything that is remembered, as plain JSON data."""
        calls = {channel: one.snapshot() for channel, one in self._calls.items()}
        return {"version": _VERSION, "health": self._health.snapshot(), "calls": calls}

    def restore(self, document: Mapping[str, Any], now: Millis) -> None:
        """Go on from a snapshot; what is about a channel that is gone is over.

        Raises `ValueError` when another version of the program made the snapshot.
        """
        if document["version"] != _VERSION:
            found = document["version"]
            raise ValueError(f"channels: found version {found}, expected version {_VERSION}")
        self._health.restore(document["health"])
        for channel, left in document["calls"].items():
            # Who was called about a channel that is gone must still hear that it is over.
            others = _without(self._chains, channel)
            if channel not in self._calls and others:
                self._calls[channel] = Escalation(others, self._say, self._health.is_dead)
            if channel in self._calls:
                self._calls[channel].restore(left)
        self._take(self._health.retain(self._names, now), now)

    def _take(self, moved: Sequence[Moved], now: Millis) -> None:
        for channel, change in moved:
            self.changes.append(change)
            if channel in self._calls:
                self.made += self._calls[channel].observe(change, None, now)


def _without(chains: Sequence[Chain], channel: str) -> list[Chain]:
    """The chains as they are when one channel is left out, and its waiting time with it."""
    made = []
    for chain in chains:
        steps = [step for step in chain.steps if step.channel != channel]
        if steps:
            waited = steps[0].after_ms
            left = [replace(step, after_ms=step.after_ms - waited) for step in steps]
            left[0] = replace(left[0], unless=Unless.ACKNOWLEDGED)
            made.append(replace(chain, steps=tuple(left)))
    return made
