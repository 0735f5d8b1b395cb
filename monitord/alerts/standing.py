"""What is remembered of an alert that people are called for, and the notifications made of it.

Plain data that goes into a snapshot and comes back the same. Nothing here decides who is called.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, NamedTuple

from monitord.alerts.chains import Chain
from monitord.alerts.message import title_of
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange
from monitord.domain.language import Language
from monitord.domain.notifications import Notification, Purpose
from monitord.domain.time import DAY, NEVER, Millis

NOBODY_ANSWERED: Final = "nobody_answered"

# A channel that was told to call must hear that it is over, even when it was away for a shift.
_ANSWER_WORTH_MS: Final = DAY
# How many changes of one alert are known again when they come twice.
_SEEN: Final = 16


class Told(NamedTuple):
    """The last call over one channel, and whether nobody has said since that somebody has it."""

    step: int
    round: int
    is_ringing: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What is told of an alert, as its newest change has it."""

    alert: str
    patient: str
    ward: str
    bed: str | None
    rule: str
    condition: Condition
    priority: Priority
    title: str
    message: str
    action: str
    source: str
    raised_at: Millis


@dataclass(slots=True)
class Standing:
    """One alert since it was raised; `round` counts from 1, and is 0 before anybody was called.

    `due` is the only timer: of the next call, of the end of a round, or, while nobody may be
    called, of the end of the silence. `calls` has the step of each call of this round by its id.
    """

    subject: Subject
    phase: Phase = Phase.ACTIVE
    is_called: bool = False
    chain: str = ""
    round: int = 0
    repeats_left: int = 0
    began_at: Millis = 0
    next_step: int = 0
    last_step: int = 0
    is_delivered: bool = False
    due: Millis = NEVER
    calls: dict[str, int] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def is_repetition(self, change: AlertChange) -> bool:
        """Say whether this very change came before, and remember it."""
        parts = (change.time, change.from_phase, change.to_phase, change.reason)
        key = " ".join(str(part) for part in (*parts, change.silenced_until, change.inhibited_by))
        if key in self.seen:
            return True
        self.seen = [*self.seen[1 - _SEEN :], key]
        return False

    def stop(self, due: Millis = NEVER) -> None:
        """Call nobody any more, or not before `due`."""
        self.is_called = False
        self.is_delivered = False
        self.due = due
        self.calls = {}

    def call(self, chain: Chain, index: int, now: Millis) -> Notification:
        """Call over the channel of one step."""
        step = chain.steps[index]
        made = self._made(Purpose.TRIGGER, step.channel, index, now, step.worth_ms)
        self.calls[made.id] = index
        self.last_step = index
        self.is_delivered = False
        self.told[step.channel] = Told(index, self.round, is_ringing=True)
        return made

    def nobody_answered(
        self, chain: Chain, channel: str, now: Millis, say: Language
    ) -> Notification:
        """Tell a channel that the whole chain was called and nobody took the alert.

        It counts as a step after the last one, and so does each channel after the first.
        """
        index = max(len(chain.steps), self.last_step + 1)
        made = self._made(Purpose.TRIGGER, channel, index, now, chain.steps[-1].worth_ms)
        self.calls[made.id] = self.last_step = index
        self.is_delivered = False
        self.told[channel] = Told(index, self.round, is_ringing=True)
        return replace(
            made,
            rule=NOBODY_ANSWERED,
            condition=Condition.TECHNICAL,
            title=say("Nobody answered: {title}", title=self.subject.title),
            message=say(
                "Nobody answered for {span}, and nobody else will be called: {message}",
                span=say.span(now - self.subject.raised_at),
                message=self.subject.message,
            ),
            action=say(
                "Go to the patient, acknowledge the alert, and find out who did not hear it."
            ),
            source=f"chain {chain.name}",
        )

    @property
    def is_spent(self) -> bool:
        """Whether the whole chain was called in every round, and that nobody answered is told."""
        return self.is_called and self.due == NEVER

    def last_channel(self) -> str:
        """Return the channel that was called last in this round; nothing where none was."""
        newest = (self.last_step, self.round)
        told = (channel for channel, one in self.told.items() if (one.step, one.round) == newest)
        return next(told, "")

    def not_despaired(self, chain: Chain) -> list[str]:
        """Return the channels not told in this round that nobody answered.

        The last of the chain is the first, for nobody else comes after it.
        """
        channels = list(dict.fromkeys(step.channel for step in reversed(chain.steps)))
        if not self.is_spent:
            return channels
        told = {
            channel
            for channel, one in self.told.items()
            if one.round == self.round and one.step >= len(chain.steps)
        }
        return [channel for channel in channels if channel not in told]

    def acknowledged(self, now: Millis) -> list[Notification]:
        """Tell every channel that still calls that somebody has the alert."""
        ringing = [(channel, told) for channel, told in self.told.items() if told.is_ringing]
        for channel, told in ringing:
            self.told[channel] = told._replace(is_ringing=False)
        return [self._answer(Purpose.ACKNOWLEDGE, *one, now) for one in ringing]

    def resolved(self, now: Millis) -> list[Notification]:
        """Tell every channel that was told of the alert that it is over."""
        made = [self._answer(Purpose.RESOLVE, *one, now) for one in self.told.items()]
        self.told = {}
        return made

    def document(self) -> dict[str, object]:
        """Give the record as plain JSON data."""
        # By hand, as `asdict` copies everything: with hundreds of alerts the ward would wait.
        one = self.subject
        subject = {name: getattr(one, name) for name in _OF_SUBJECT}
        told = {channel: list(last) for channel, last in self.told.items()}
        return {name: getattr(self, name) for name in _OF_STANDING} | {
            "subject": subject | {"condition": one.condition.value, "priority": one.priority.value},
            "phase": self.phase.name,
            "calls": dict(self.calls),
            "told": told,
            "seen": list(self.seen),
        }

    def _answer(self, purpose: Purpose, channel: str, told: Told, now: Millis) -> Notification:
        made = self._made(purpose, channel, told.step, now, _ANSWER_WORTH_MS)
        return replace(made, round=told.round)

    def _made(
        self, purpose: Purpose, channel: str, step: int, now: Millis, worth_ms: Millis
    ) -> Notification:
        return Notification(
            **asdict(self.subject),
            purpose=purpose,
            channel=channel,
            step=step,
            round=self.round,
            queued_at=now,
            expires_at=now + worth_ms,
        )


_OF_SUBJECT: Final = tuple(one.name for one in fields(Subject))
_OF_STANDING: Final = tuple(one.name for one in fields(Standing))


def subject_of(change: AlertChange, bed: str | None, raised_at: Millis) -> Subject:
    """What is told of an alert from now on."""
    return Subject(
        change.alert,
        change.patient,
        change.ward,
        bed,
        change.rule,
        change.condition,
        change.priority,
        title_of(change.message),
        change.message,
        change.action,
        change.source,
        raised_at,
    )


def standing_of(document: Mapping[str, Any]) -> Standing:
    """Read back what `Standing.document` gave."""
    subject = document["subject"]
    enums = {
        "condition": Condition(subject["condition"]),
        "priority": Priority(subject["priority"]),
    }
    return Standing(
        **{
            **document,
            "subject": Subject(**{**subject, **enums}),
            "phase": Phase[document["phase"]],
            "calls": dict(document["calls"]),
            "told": {channel: Told(*one) for channel, one in document["told"].items()},
            "seen": list(document["seen"]),
        }
    )
