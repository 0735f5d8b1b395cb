"""The life of the one alert that is not about a patient's values: a channel carries no calls.

Pure: what came of each attempt goes in, changes of alerts come out. A channel is dead when a call
over it was lost, or when nothing but failures came of it for a while. It is alive when a call gets
through; one that comes and goes stays an alert until it has been alive for the whole flap window.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple

from monitord.alerts.answers import (
    given_before,
    holds_until,
    is_given_before,
    past_until,
    run_out,
)
from monitord.alerts.records import Refusal, alert_id
from monitord.alerts.transitions import Reason
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange
from monitord.domain.events import Command
from monitord.domain.language import ENGLISH, Language, phrase
from monitord.domain.notifications import DeliveryState
from monitord.domain.time import HOUR, LONG_AGO, MINUTE, NEVER, Millis

RULE: Final = "channel-dead"
# No guideline gives these numbers; they are the house's own.
DEAD_AFTER_MS: Final = 2 * MINUTE  # nothing but failures for this long, before a call is lost
FLAP_WINDOW_MS: Final = HOUR
OFTEN: Final = 3
ACK_LASTS_MS: Final = 8 * HOUR  # a shift: then somebody else must know

# People are still called, by the next step: worth somebody's walk, not worth waking everybody.
_PRIORITY: Final = Priority.MEDIUM
_VERSION: Final = 1
_TITLE: Final = phrase("Channel {channel} is dead")
_ACTION: Final = phrase("See to the channel; until then calls go on to the next step.")
_WHY: Final = {
    DeliveryState.FAILED: phrase("a call was refused for good"),
    DeliveryState.EXPIRED: phrase("a call was not sent in time"),
    DeliveryState.QUEUED: phrase("no call got through for {span}"),
}
_CARRIES: Final = frozenset(
    {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.ACCEPTED},
)


class Place(NamedTuple):
    """Under which name and in which ward an alert about no patient is shown."""

    patient: str
    ward: str


@dataclass(slots=True)
class Health:
    """What is known of one channel; every deadline is an instant, as data.

    `dead_at` are the instants within the flap window at which it was found dead. Its alert rings
    since `rang_at`, and an earlier call could be answered until `over_at`.
    """

    phase: Phase = Phase.QUIET
    alert: str = ""
    why: str = DeliveryState.FAILED
    failing_since: Millis | None = None
    carries_since: Millis | None = None
    acknowledged_until: Millis | None = None
    ended_at: Millis | None = None
    flaps: int = 0
    dead_at: list[Millis] = field(default_factory=list)
    rang_at: Millis = LONG_AGO
    over_at: Millis = LONG_AGO

    def due(self) -> Millis:
        """When something happens by itself: the alert ends, or its acknowledgement does."""
        if self.phase is Phase.QUIET:
            return NEVER
        if self.carries_since is not None:
            return self.carries_since + self.keep_ms()
        return NEVER if self.acknowledged_until is None else self.acknowledged_until

    def keep_ms(self) -> Millis:
        """How long the channel must carry before its alert ends."""
        return FLAP_WINDOW_MS if len(self.dead_at) >= OFTEN else 0


class Moved(NamedTuple):
    """A change of the alert about a channel."""

    channel: str
    change: AlertChange


class Channels:
    """The health of every channel, by its name."""

    def __init__(self, place: Place, say: Language = ENGLISH) -> None:
        self._place = place
        self._say = say
        self._of: dict[str, Health] = {}

    def came(self, channel: str, state: DeliveryState, now: Millis) -> list[Moved]:
        """Take in what came of an attempt; QUEUED is a failure for now."""
        health = self._of.setdefault(channel, Health())
        if state in _CARRIES:
            health.failing_since = None
            if health.phase is not Phase.QUIET and health.carries_since is None:
                health.carries_since = now
            return self.elapse(now)
        health.carries_since = None
        if health.failing_since is None:
            health.failing_since = now
        is_lost = state is not DeliveryState.QUEUED
        if health.phase is not Phase.QUIET or not (
            is_lost or now - health.failing_since >= DEAD_AFTER_MS
        ):
            return []
        return [self._raise(channel, health, state, now)]

    def is_dead(self, channel: str) -> bool:
        """Say whether a channel's alert stands, and no call has got through since."""
        health = self._of.get(channel, Health())
        return health.phase is not Phase.QUIET and health.carries_since is None

    def mark(self, channel: str) -> tuple[object, ...]:
        """What of a channel an attempt may change, to see whether one did."""
        health = self._of.get(channel, Health())
        return health.phase, health.failing_since, health.carries_since

    def acknowledge(self, command: Command, now: Millis) -> list[Moved] | Refusal:
        """Note that somebody has an alert, or, where none is named, all they can have seen."""
        alert, until = command.alert, command.until
        if until is not None and until <= now:
            return past_until(until, now)
        meant = [
            (channel, one)
            for channel, one in self._of.items()
            if one.phase is not Phase.QUIET and alert in (None, one.alert)
        ]
        if not meant:
            told = f"alert: found {alert!r}, expected one about a channel that stands"
            return Refusal(Reason.NO_SUCH_ALERT, told)
        seen = [
            (channel, one)
            for channel, one in meant
            if not is_given_before(command, one.rang_at, one.over_at)
        ]
        if not seen:
            return given_before(RULE, command, max(one.rang_at for _, one in meant))
        held = holds_until(ACK_LASTS_MS, command, now)
        if held <= now:
            return run_out(RULE, command, held, now)
        moved = []
        for channel, health in seen:
            again = health.phase is Phase.ACKNOWLEDGED
            health.acknowledged_until = held
            reason = Reason.ACKNOWLEDGED_AGAIN if again else Reason.ACKNOWLEDGED
            moved.append(self._move(channel, health, Phase.ACKNOWLEDGED, reason, now))
        return moved

    def elapse(self, now: Millis) -> list[Moved]:
        """Let end what is over by now: alerts of channels that carry, and acknowledgements."""
        moved = []
        for channel, health in self._of.items():
            if health.due() > now:
                continue
            if health.carries_since is not None:
                moved.append(self._end(channel, health, Reason.FALSE_FOR_KEEP, now))
            else:
                health.acknowledged_until = None
                reason = Reason.ACKNOWLEDGEMENT_EXPIRED
                moved.append(self._move(channel, health, Phase.ACTIVE, reason, now))
        return moved

    def retain(self, channels: Iterable[str], now: Millis) -> list[Moved]:
        """Forget the channels that are no longer configured; their alerts are over."""
        moved = []
        for channel in set(self._of).difference(channels):
            health = self._of.pop(channel)
            if health.phase is not Phase.QUIET:
                moved.append(self._end(channel, health, Reason.RESOLVED, now))
        return sorted(moved)

    def next_deadline(self) -> Millis:
        """The instant at which `elapse` has something to do, or NEVER."""
        return min((health.due() for health in self._of.values()), default=NEVER)

    def standing(self, now: Millis) -> list[Moved]:
        """Every alert that stands, as a change from its phase to itself."""
        return [
            Moved(channel, self._change(channel, health, health.phase, Reason.STILL_TRUE, now))
            for channel, health in self._of.items()
            if health.phase is not Phase.QUIET
        ]

    def snapshot(self) -> dict[str, object]:
        """Everything that is remembered, as plain JSON data."""
        told = {name: asdict(health) for name, health in self._of.items()}
        return {"version": _VERSION, "channels": told}

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on from a snapshot.

        Raises `ValueError` when another version of the program made it.
        """
        if document["version"] != _VERSION:
            found = document["version"]
            raise ValueError(f"channels: found version {found}, expected version {_VERSION}")
        self._of = {
            name: Health(**{**told, "phase": Phase(told["phase"]), "dead_at": [*told["dead_at"]]})
            for name, told in document["channels"].items()
        }

    def _raise(self, channel: str, health: Health, state: DeliveryState, now: Millis) -> Moved:
        """Raise the alert; one that ended lately is the same one."""
        lately = [at for at in health.dead_at if now - at < FLAP_WINDOW_MS]
        health.dead_at = [*lately, now][-OFTEN:]
        if health.ended_at is not None and now - health.ended_at < FLAP_WINDOW_MS:
            health.flaps += 1
        else:
            rule = f"{RULE} {channel}"
            health.alert = alert_id(self._place.patient, rule, _PRIORITY, now)
            health.flaps = 0
        health.why = state.value
        return self._move(channel, health, Phase.ACTIVE, Reason.CONDITION_TRUE, now)

    def _end(self, channel: str, health: Health, reason: Reason, now: Millis) -> Moved:
        health.carries_since = health.acknowledged_until = None
        health.ended_at = now
        return self._move(channel, health, Phase.QUIET, reason, now)

    def _move(self, channel: str, health: Health, to: Phase, reason: Reason, now: Millis) -> Moved:
        before, health.phase = health.phase, to
        begins = to is Phase.ACTIVE
        if before is not Phase.QUIET and (begins or to is Phase.QUIET):
            health.over_at = now
        if begins:
            health.rang_at = now
        return Moved(channel, self._change(channel, health, before, reason, now))

    def _change(
        self, channel: str, health: Health, before: Phase, reason: Reason, now: Millis
    ) -> AlertChange:
        say = self._say
        title = say(_TITLE, channel=channel)
        why = say(_WHY[DeliveryState(health.why)], span=say.span(DEAD_AFTER_MS))
        clauses = say.clauses([why, say.without_stop(say(_ACTION))])
        return AlertChange(
            health.alert,
            self._place.patient,
            self._place.ward,
            now,
            RULE,
            1,
            "monitord",
            Condition.TECHNICAL,
            _PRIORITY,
            before,
            health.phase,
            reason,
            say.sentence(say("{what}: {why}", what=title, why=clauses)),
            (),
            say(_ACTION),
            "monitord, docs/delivery.md",
            flaps=health.flaps,
        )
