"""Who is told of an alert, and who next when nobody answers.

Pure: changes of alerts, receipts and the time come in, notifications go out. It reads no clock and
sends nothing. Every timer is a deadline stored as data, so it runs without any new reading, goes
into a snapshot and is met at once after a restart. The ids of notifications are the same in every
run, so that making one twice is harmless.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from monitord.alerts.chains import Chain, Unless, choose
from monitord.alerts.drills import called_in_drill, over_in_drill
from monitord.alerts.standing import Standing, Subject, standing_of, subject_of
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import DeliveryState, Notification
from monitord.domain.time import NEVER, Millis

# What is kept of alerts that have ended, so that one which comes again is not taken for the old.
ENDED_KEPT: Final = 512
# Alerts for which nobody waits any more; those that somebody waits for are one a rule and bed.
IDLE_KEPT: Final = 4096
# An alert that comes back after it was forgotten counts on from here for each time it came back:
# more rounds than the longest chain repeated at its most, ten times over, have no life to lie in.
ROUNDS_A_LIFE: Final = 1024

_VERSION: Final = 1
_ARRIVED: Final = frozenset({DeliveryState.DELIVERED, DeliveryState.ACCEPTED})
_LOST: Final = frozenset({DeliveryState.FAILED, DeliveryState.EXPIRED})

# Whether nothing gets through over a channel, as far as is known.
IsDead = Callable[[str], bool]

# Where a patient is, as ward and bed; None for one who is not here.
PlaceOf = Callable[[str], tuple[str, str | None] | None]


class Escalation:
    """The calls of all alerts that stand; `chains` are tried in order, the last takes the rest.

    A channel that `is_dead` is the last to hear that nobody answered.
    """

    def __init__(
        self,
        chains: Sequence[Chain],
        say: Language = ENGLISH,
        is_dead: IsDead = lambda _channel: False,
    ) -> None:
        assert chains, "without a chain nobody would be called"
        self._is_dead = is_dead
        self._chains = tuple(chains)
        self._say = say
        self._by_name = {chain.name: chain for chain in chains}
        self._alerts: dict[str, Standing] = {}
        self._ended: dict[str, tuple[int, list[str]]] = {}

    def observe(self, change: AlertChange, bed: str | None, now: Millis) -> list[Notification]:
        """Take in what became of an alert, and tell those who must know at once.

        A change that came before changes nothing.
        """
        standing = self._alerts.get(change.alert)
        if standing is None:
            if change.to_phase is not Phase.ACTIVE:
                return []
            standing = self._raise(change, bed)
        if standing.is_repetition(change):
            if standing.phase is Phase.QUIET:
                self._end(change.alert)
            return []
        # The longest without a change stands first, and is the first to be forgotten.
        self._alerts[change.alert] = self._alerts.pop(change.alert)
        standing.subject = subject_of(change, bed, standing.subject.raised_at)
        standing.phase = change.to_phase
        made = self._answered(standing, now)
        if change.to_phase is Phase.ACTIVE:
            made = self._active(standing, change, now)
        if change.to_phase is Phase.QUIET:
            self._end(change.alert)
        self._forget()
        return made

    def follow(self, place_of: PlaceOf, now: Millis) -> bool:
        """Name from now on the ward and bed where patients are; tell whether anybody has moved.

        Where another chain is the one for the new ward, it begins at once: nobody there was told.
        """
        has_moved = False
        for standing in self._alerts.values():
            one = standing.subject
            ward, bed = place_of(one.patient) or (one.ward, one.bed)
            # After a start without the past a bed may be known here alone.
            if ward == one.ward and bed in (one.bed, None):
                continue
            has_moved = True
            standing.subject = replace(one, ward=ward, bed=bed)
            if standing.is_called and self._at(one, now) != self._at(standing.subject, now):
                self._begin(standing, now)
        return has_moved

    def receipt(self, notification: str, state: DeliveryState, now: Millis) -> list[Notification]:
        """Take in how far a call got; one that is lost falls through to the next step at once.

        After the last step, that nobody answered goes to the channels that have not heard it.
        """
        for standing in self._alerts.values():
            step = standing.calls.get(notification)
            if step is None or step != standing.last_step:
                continue
            standing.is_delivered = state in _ARRIVED or (
                standing.is_delivered and state not in _LOST
            )
            chain = self._chain(standing)
            # First: a chain that was made longer has steps whose calls were made already.
            if state in _LOST and standing.is_spent:
                return self._despair(standing, chain, now)
            if state in _LOST and standing.next_step < len(chain.steps):
                return self._step(standing, chain, now)
            # No step waits for a device any more: that the channel took it is enough.
            standing.is_delivered |= standing.is_spent and state is DeliveryState.SENT
        return []

    def leave_dead(self, now: Millis) -> list[Notification]:
        """Tell another channel that nobody answered where the one that has it is dead by now."""
        made: list[Notification] = []
        for standing in self._alerts.values():
            channel = standing.last_channel()
            if not standing.is_spent or standing.is_delivered or not self._is_dead(channel):
                continue
            chain = self._chain(standing)
            if not all(self._is_dead(one) for one in standing.not_despaired(chain)):
                made += self._despair(standing, chain, now)
        return made

    def elapse(self, now: Millis) -> list[Notification]:
        """Make every call that is due by now, the one that was due first first."""
        for standing in self._alerts.values():
            _follow_clock(standing, now)
        due = sorted((one.due, alert) for alert, one in self._alerts.items() if one.due <= now)
        made = []
        for deadline, alert in due:
            standing = self._alerts[alert]
            if not standing.is_called:
                self._begin(standing, deadline)
            made += self._advance(standing, now)
        return made

    def next_deadline(self) -> Millis:
        """The instant at which `elapse` has something to do, or NEVER."""
        return min((standing.due for standing in self._alerts.values()), default=NEVER)

    def standing(self) -> list[Subject]:
        """What is told of each alert that is remembered and not over, the longest unchanged first.

        One that is latched calls nobody and still stands.
        """
        return [standing.subject for standing in self._alerts.values()]

    def drill(self, ward: str, now: Millis) -> list[Notification]:
        """Call over every step of every chain of a ward at once, marked as a drill."""
        return called_in_drill(self._chains, ward, now, self._say)

    def drill_over(self, ward: str, began_at: Millis, now: Millis) -> list[Notification]:
        """Tell every channel of a drill that it is over."""
        return over_in_drill(self._chains, ward, began_at, now, self._say)

    def snapshot(self) -> dict[str, object]:
        """Everything that is remembered, as plain JSON data."""
        return {
            "version": _VERSION,
            "alerts": [standing.document() for standing in self._alerts.values()],
            "ended": {alert: [count, list(seen)] for alert, (count, seen) in self._ended.items()},
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on from a snapshot; a chain that is no longer configured is chosen anew.

        Raises `ValueError` when another version of the program made the snapshot.
        """
        if document["version"] != _VERSION:
            found = document["version"]
            raise ValueError(f"snapshot: found version {found}, expected version {_VERSION}")
        made = [standing_of(one) for one in document["alerts"]]
        self._alerts = {standing.subject.alert: standing for standing in made}
        self._ended = {alert: (one[0], list(one[1])) for alert, one in document["ended"].items()}

    def _raise(self, change: AlertChange, bed: str | None) -> Standing:
        """Begin a record; an alert that was here before goes on counting its rounds.

        Where that is forgotten, `flaps` still keeps a new call from passing for an old one.
        """
        standing = Standing(subject_of(change, bed, change.time), phase=Phase.QUIET)
        forgotten: tuple[int, list[str]] = (change.flaps * ROUNDS_A_LIFE, [])
        standing.round, standing.seen = self._ended.pop(change.alert, forgotten)
        self._alerts[change.alert] = standing
        return standing

    def _end(self, alert: str) -> None:
        ended = self._alerts.pop(alert)
        self._ended[alert] = (ended.round, ended.seen)
        if len(self._ended) > ENDED_KEPT:
            del self._ended[next(iter(self._ended))]

    def _active(self, standing: Standing, change: AlertChange, now: Millis) -> list[Notification]:
        """Begin to call, unless somebody is called already or nobody may be."""
        silenced_until = change.silenced_until
        if change.inhibited_by is not None:
            standing.stop()
        elif silenced_until is not None and now < silenced_until:
            standing.stop(silenced_until)
        elif not standing.is_called:
            self._begin(standing, min(change.time, now))
        return self._advance(standing, now) if standing.is_called else []

    def _answered(self, standing: Standing, now: Millis) -> list[Notification]:
        """Stop the calls of an alert that somebody has, or that is over."""
        if standing.phase is Phase.ACTIVE:
            return []
        standing.stop()
        if standing.phase is Phase.ACKNOWLEDGED:
            return standing.acknowledged(now)
        return standing.resolved(now)

    def _begin(self, standing: Standing, at: Millis, repeats_left: int | None = None) -> None:
        """Begin a round, whose first call is made by `_advance`."""
        chain = self._at(standing.subject, at)
        standing.stop(at + chain.steps[0].after_ms)
        standing.is_called = True
        standing.chain = chain.name
        standing.round += 1
        standing.repeats_left = chain.repeats if repeats_left is None else repeats_left
        standing.began_at = at
        standing.next_step = 0

    def _advance(self, standing: Standing, now: Millis) -> list[Notification]:
        """Make the calls that are due.

        A round that begins again does so now, however late: after an hour without power people
        are called once for each step, and not for each round of that hour.
        """
        made: list[Notification] = []
        while standing.due <= now:
            chain = self._chain(standing)
            if standing.next_step < len(chain.steps):
                made += self._step(standing, chain, now)
            elif standing.repeats_left:
                self._begin(standing, now, standing.repeats_left - 1)
            else:
                made += self._despair(standing, chain, now)
                standing.due = NEVER
        return made

    def _despair(self, standing: Standing, chain: Chain, now: Millis) -> list[Notification]:
        """Tell the next channel that nobody answered, each once a round and the dead ones last."""
        best = sorted(standing.not_despaired(chain), key=self._is_dead)[:1]
        return [standing.nobody_answered(chain, channel, now, self._say) for channel in best]

    def _step(self, standing: Standing, chain: Chain, now: Millis) -> list[Notification]:
        """Take the next step, and set the deadline after it."""
        index = standing.next_step
        standing.next_step += 1
        waits = [step.after_ms for step in chain.steps] + [chain.round_ms]
        standing.due = standing.began_at + waits[standing.next_step]
        if chain.steps[index].unless is Unless.DELIVERED and standing.is_delivered:
            return []
        return [standing.call(chain, index, now)]

    def _chain(self, standing: Standing) -> Chain:
        chosen = self._by_name.get(standing.chain)
        return chosen or self._at(standing.subject, standing.began_at)

    def _at(self, one: Subject, instant: Millis) -> Chain:
        return choose(self._chains, one.priority, one.condition, one.ward, instant)

    def _forget(self) -> None:
        """Hold the bound: the idle alert that has not changed for longest goes first."""
        if len(self._alerts) <= IDLE_KEPT:
            return
        idle = (alert for alert, standing in self._alerts.items() if standing.due == NEVER)
        oldest = next(idle, None)
        if oldest is not None:
            self._end(oldest)


def _follow_clock(standing: Standing, now: Millis) -> None:
    """Let a round that began in the future begin now: the clock was set back while we were away."""
    if standing.is_called and standing.began_at > now and standing.due != NEVER:
        standing.due -= standing.began_at - now
        standing.began_at = now
