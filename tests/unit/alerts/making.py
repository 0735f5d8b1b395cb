"""Policies, commands and a small ward for the tests of an alert's life."""

from collections.abc import Callable

from monitord.alerts import people
from monitord.alerts.lifecycle import AlertBook
from monitord.alerts.records import Refusal, Transition
from monitord.alerts.together import settle
from monitord.domain.alerts import (
    AlertLimits,
    AlertPolicy,
    Condition,
    Maturity,
    Phase,
    Priority,
    Scope,
    Truth,
)
from monitord.domain.events import Command, CommandAction
from monitord.domain.time import HOUR, MINUTE, NEVER, SECOND, Millis

HOLD = 30 * SECOND
KEEP = 2 * MINUTE
LASTS = HOUR


def policy(
    rule: str = "hypoxia",
    *,
    hold_ms: Millis = HOLD,
    keep_ms: Millis = KEEP,
    latching: bool = False,
    ack_lasts_ms: Millis = LASTS,
    priority: Priority = Priority.HIGH,
    title: str = "Hypoxia",
    action: str = "Check the probe.",
    inhibits: tuple[str, ...] = (),
    maturity: Maturity = Maturity.STABLE,
) -> AlertPolicy:
    """Make a policy in which only what a test is about needs to be said."""
    return AlertPolicy(
        rule=rule,
        version=1,
        pack="vitals",
        condition=Condition.PHYSIOLOGICAL,
        priority=priority,
        maturity=maturity,
        scope=Scope.PATIENT,
        hold_ms=hold_ms,
        keep_ms=keep_ms,
        latching=latching,
        ack_lasts_ms=ack_lasts_ms,
        title=title,
        action=action,
        source="a test",
        inhibits=inhibits,
    )


def command(
    *,
    alert: str | None = None,
    rule: str | None = None,
    by: str = "nurse-7",
    reason: str | None = None,
    until: Millis | None = None,
    time: Millis = NEVER,
    received: Millis = NEVER,
) -> Command:
    """Make a person's answer, given after all else; the alert book never looks at its kind."""
    return Command(
        patient="p-1",
        time=time,
        received=received,
        action=CommandAction.ACKNOWLEDGE,
        by=by,
        alert=alert,
        rule=rule,
        reason=reason,
        until=until,
    )


class OneBed:
    """A book with one bed, ticked as the engine does: answers first, conditions, then timers."""

    def __init__(self, *policies: AlertPolicy, limits: AlertLimits | None = None) -> None:
        self.book = AlertBook(policies or (policy(),), beds=1, limits=limits)
        self.moves: list[tuple[Millis, Transition]] = []

    def see(self, truth: Truth, now: Millis, rule: int = 0) -> Transition | None:
        """Observe a condition of the one patient."""
        return self._noted(now, self.book.observe(rule, 0, "p-1", truth, now))

    def wait(self, now: Millis) -> list[Transition]:
        """Let every timer that is due elapse."""
        elapsed = [self.book.expire(*cell, now) for cell in self.book.due_cells(now, 1)]
        return [moved for moved in (self._noted(now, one) for one in elapsed) if moved]

    def acknowledge(
        self,
        now: Millis,
        *,
        rule: str = "hypoxia",
        until: Millis | None = None,
        given: Millis | None = None,
    ) -> Transition | Refusal:
        """Acknowledge by the rule's id; `given` is when by the sender's clock, or else now."""
        return self._asked(people.acknowledge, now, rule, until, given)

    def silence(
        self,
        now: Millis,
        *,
        rule: str = "hypoxia",
        until: Millis | None = None,
        given: Millis | None = None,
    ) -> Transition | Refusal:
        """Silence by the rule's id."""
        return self._asked(people.silence_alert, now, rule, until, given)

    def unsilence(self, now: Millis, *, rule: str = "hypoxia") -> Transition | Refusal:
        """End a silence by the rule's id."""
        return self._asked(people.unsilence, now, rule)

    def resolve(
        self, now: Millis, *, rule: str = "hypoxia", given: Millis | None = None
    ) -> Transition | Refusal:
        """Resolve by the rule's id."""
        return self._asked(people.resolve, now, rule, given=given)

    def discharge(self, now: Millis) -> list[Transition]:
        """Let the patient go."""
        ended = self.book.discharge(0, now)
        self.moves += [(now, moved) for moved in ended]
        return ended

    def phase(self, rule: int = 0) -> Phase:
        """The phase the alert is in."""
        return Phase(self.book.phase[rule, 0])

    def phases(self) -> list[tuple[Millis, str, str]]:
        """Every move so far: when, from, to."""
        return [(now, moved.from_phase.name, moved.to_phase.name) for now, moved in self.moves]

    def _noted(self, now: Millis, moved: Transition | None) -> Transition | None:
        if moved is not None:
            self.moves.append((now, moved))
        return moved

    def _asked(
        self,
        answer: Callable[[AlertBook, int, Command, Millis], Transition | Refusal],
        now: Millis,
        rule: str,
        until: Millis | None = None,
        given: Millis | None = None,
    ) -> Transition | Refusal:
        time = now if given is None else given
        asked = command(rule=rule, until=until, time=time, received=now)
        answered = answer(self.book, 0, asked, now)
        if isinstance(answered, Transition):
            self._noted(now, answered)
        return answered


class OnePatient(OneBed):
    """A book with one bed, of whose alerts is also asked who calls and which episode they make."""

    def __init__(self, *policies: AlertPolicy, limits: AlertLimits | None = None) -> None:
        super().__init__(*policies, limits=limits)
        self.told: list[tuple[Millis, Transition]] = []
        self._settled = 0

    def tick(self, now: Millis, *truths: Truth) -> list[Transition]:
        """Observe a condition of each rule, let timers elapse, and tell what has changed."""
        for rule, truth in enumerate(truths):
            self.see(truth, now, rule)
        self.wait(now)
        return self.settle(now)

    def settle(self, now: Millis) -> list[Transition]:
        """Tell what has changed since the last time, as the engine does after each answer."""
        moved = [one for _, one in self.moves[self._settled :]]
        self._settled = len(self.moves)
        told = settle(self.book, 0, moved, now)
        self.told += [(now, one) for one in told]
        return told
