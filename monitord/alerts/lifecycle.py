"""The life of every alert of a ward: phases and timers as arrays, live alerts as records.

Applies `transitions.TABLE`, and never decides a move by itself. Two timers per alert: hold counts
how long the condition has been true, keep how long it has been false; both stand still while the
condition is unknown. An acknowledgement runs out while the condition is true or unknown; while it
is false there is nothing to call a person back for, so it waits, and runs out when true again.
Every deadline is data; this room never asks what time it is.

State is plain arrays and plain records, so a snapshot needs nothing from this room.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from monitord.alerts.answers import acknowledgement, named_rule, past_until, refused
from monitord.alerts.records import LiveAlert, Refusal, Transition, alert_id
from monitord.alerts.transitions import REFUSALS, STAYS, TABLE, Happening, Reason
from monitord.domain.alerts import AlertPolicy, Phase, Truth
from monitord.domain.events import Command
from monitord.domain.time import NEVER, Millis

_RESOLVED: Final = {
    Truth.TRUE: Happening.RESOLVED_WHILE_TRUE,
    Truth.FALSE: Happening.RESOLVED,
    Truth.UNKNOWN: Happening.RESOLVED_WHILE_UNKNOWN,
}

_PHASES: Final = tuple(Phase)
_TRUTHS: Final = tuple(Truth)

_OBSERVED: Final = {
    Truth.TRUE: Happening.TRUE,
    Truth.FALSE: Happening.FALSE,
    Truth.UNKNOWN: Happening.UNKNOWN,
}


class AlertBook:
    """The alerts of all rules (first axis) over all beds (second axis).

    `phase` and `truth` hold `Phase` and `Truth`; `due` is the instant the running timer elapses.
    `live` has one record for each cell that is not QUIET.
    """

    def __init__(self, policies: Sequence[AlertPolicy], beds: int) -> None:
        self.policies = tuple(policies)
        self._rule_by_id = {policy.rule: rule for rule, policy in enumerate(self.policies)}
        assert len(self._rule_by_id) == len(self.policies), "rule ids are unique"
        for policy in self.policies:
            assert policy.hold_ms >= 0, f"{policy.rule}: hold is 0 or more"
            assert policy.keep_ms >= 0, f"{policy.rule}: keep is 0 or more"
            assert policy.ack_lasts_ms > 0, f"{policy.rule}: an acknowledgement lasts a while"
        shape = (len(self.policies), beds)
        self.phase: npt.NDArray[np.uint8] = np.full(shape, Phase.QUIET, dtype=np.uint8)
        self.truth: npt.NDArray[np.uint8] = np.full(shape, Truth.FALSE, dtype=np.uint8)
        self.due: npt.NDArray[np.int64] = np.full(shape, NEVER, dtype=np.int64)
        self.live: dict[tuple[int, int], LiveAlert] = {}
        self._soonest: Millis | None = NEVER

    def phase_of(self, rule: int, row: int) -> Phase:
        """Where one alert stands in its life."""
        # Comparing a numpy scalar with an enumeration costs ten times this look-up.
        return _PHASES[self.phase.item(rule, row)]

    def truth_of(self, rule: int, row: int) -> Truth:
        """What was last observed of one condition."""
        return _TRUTHS[self.truth.item(rule, row)]

    def changed_rows(self, rule: int, truth: npt.NDArray[np.uint8]) -> list[int]:
        """Compare one rule's conditions with the last and give the rows to `observe`, rising.

        `truth` is over the rows in use. A quiet alert that stays quiet is noted here and not given,
        so a ward that was just filled costs no more than one that is calm.
        """
        before = self.truth[rule, : len(truth)]
        is_quiet = self.phase[rule, : len(truth)] == int(Phase.QUIET)
        is_changed = truth != before
        stays_quiet = is_changed & is_quiet & (truth != int(Truth.TRUE))
        before[stays_quiet] = truth[stays_quiet]
        return np.flatnonzero(is_changed & ~stays_quiet).tolist()

    def observe(
        self, rule: int, row: int, patient: str, truth: Truth, now: Millis
    ) -> Transition | None:
        """Take in a condition that has changed; call it before `due_cells` of the same tick.

        What is due at `now` because of the change happens at once, in the one transition returned.
        """
        # A number that comes from an array is the same truth, and must not pass for another.
        truth = _TRUTHS[truth]
        if truth is self.truth_of(rule, row):
            return None
        if self.phase_of(rule, row) is Phase.QUIET:
            self.truth[rule, row] = truth
            return self._begin(rule, row, patient, now) if truth is Truth.TRUE else None
        assert self.live[rule, row].patient == patient, "a row belongs to one patient at a time"
        moved = self._happen(rule, row, self._observed(rule, truth), now, truth)
        return moved or self.expire(rule, row, now)

    def expire(self, rule: int, row: int, now: Millis) -> Transition | None:
        """Let the cell's timer elapse if it is due; None when it is not."""
        if self.due.item(rule, row) > now:
            return None
        return self._happen(rule, row, self._elapsed(rule, row), now)

    def due_cells(self, now: Millis, rows_used: int) -> list[tuple[int, int]]:
        """The (rule, row) cells of the first `rows_used` rows whose timer is due, sorted."""
        if self.next_deadline(rows_used) > now:
            return []
        rules, rows = np.nonzero(self.due[:, :rows_used] <= now)
        return list(zip(rules.tolist(), rows.tolist(), strict=True))

    def next_deadline(self, rows_used: int) -> Millis:
        """The first instant at which a timer elapses in the first `rows_used` rows, or NEVER."""
        if self._soonest is None:
            self._soonest = int(self.due[:, :rows_used].min(initial=NEVER))
        return self._soonest

    def acknowledge(self, row: int, command: Command, now: Millis) -> Transition | Refusal:
        """Note that somebody has the alert, until `command.until`, at most as its policy says."""
        if command.until is not None and command.until <= now:
            return past_until(command.until, now)
        rule = self._named(row, command)
        if isinstance(rule, Refusal):
            return rule
        answered = self._answer(rule, row, Happening.ACKNOWLEDGED, now)
        if self.phase_of(rule, row) is Phase.ACKNOWLEDGED:
            held = acknowledgement(self.policies[rule], command, now)
            self.live[rule, row] = self.live[rule, row]._replace(acknowledgement=held)
            self._wind(rule, row, now)
        return answered

    def resolve(self, row: int, command: Command, now: Millis) -> Transition | Refusal:
        """End an alert because a person says it is over; refused while its condition is true."""
        rule = self._named(row, command)
        if isinstance(rule, Refusal):
            return rule
        return self._answer(rule, row, _RESOLVED[self.truth_of(rule, row)], now)

    def discharge(self, row: int, now: Millis) -> list[Transition]:
        """End every alert of the row and forget what was observed there."""
        ended: list[Transition] = []
        for rule in np.flatnonzero(self.phase[:, row]).tolist():
            moved = self._happen(rule, row, Happening.DISCHARGED, now)
            assert moved is not None, "a discharge ends every live alert"
            ended.append(moved)
        self.truth[:, row] = Truth.FALSE
        return ended

    def _begin(self, rule: int, row: int, patient: str, now: Millis) -> Transition:
        """A new alert leaves QUIET."""
        policy = self.policies[rule]
        name = alert_id(patient, policy.rule, policy.priority, now)
        after, reason = TABLE[Phase.QUIET][self._observed(rule, Truth.TRUE)]
        left_ms = policy.hold_ms if after is Phase.PENDING else policy.keep_ms
        raised_at = now if after is Phase.ACTIVE else None
        self.live[rule, row] = LiveAlert(name, patient, now, now, reason, left_ms, raised_at)
        self.phase[rule, row] = after
        self._wind(rule, row, now)
        return Transition(rule, row, name, Phase.QUIET, after, reason)

    def _happen(
        self, rule: int, row: int, happening: Happening, now: Millis, truth: Truth | None = None
    ) -> Transition | None:
        """Move a live alert as the table says, and wind its timer; None when it stays."""
        before = self.phase_of(rule, row)
        after, reason = TABLE[before][happening]
        assert reason not in REFUSALS, "a refusal is answered before anything happens"
        live = self._paused(rule, row, now)
        if truth is not None:
            self.truth[rule, row] = truth
        self.phase[rule, row] = after
        if after is Phase.QUIET:
            del self.live[rule, row]
        else:
            self.live[rule, row] = self._moved(rule, row, live, reason, now)
        self._wind(rule, row, now)
        return None if reason in STAYS else Transition(rule, row, live.alert, before, after, reason)

    def _moved(
        self, rule: int, row: int, live: LiveAlert, reason: Reason, now: Millis
    ) -> LiveAlert:
        """The record after a move; a condition that is true makes a later keep start anew."""
        phase = self.phase_of(rule, row)
        if phase is not Phase.PENDING and self.truth_of(rule, row) is Truth.TRUE:
            live = live._replace(left_ms=self.policies[rule].keep_ms)
        if reason in STAYS:
            return live
        raised_at = now if live.raised_at is None and phase is Phase.ACTIVE else live.raised_at
        held = live.acknowledgement if phase is Phase.ACKNOWLEDGED else None
        return live._replace(
            changed_at=now, reason=reason, raised_at=raised_at, acknowledgement=held
        )

    def _counting(self, rule: int, row: int) -> bool:
        """Whether the cell's hold or keep is running."""
        phase = self.phase_of(rule, row)
        if phase is Phase.PENDING:
            return self.truth_of(rule, row) is Truth.TRUE
        is_raised = phase in (Phase.ACTIVE, Phase.ACKNOWLEDGED)
        return is_raised and self.truth_of(rule, row) is Truth.FALSE

    def _paused(self, rule: int, row: int, now: Millis) -> LiveAlert:
        """The record with what is left of a running hold or keep written down."""
        live = self.live[rule, row]
        if not self._counting(rule, row):
            return live
        return live._replace(left_ms=max(0, self.due.item(rule, row) - now))

    def _wind(self, rule: int, row: int, now: Millis) -> None:
        """Set the cell's deadline from its phase, its truth and its record."""
        self._soonest = None
        live = self.live.get((rule, row))
        if live is None:
            self.due[rule, row] = NEVER
        elif self._counting(rule, row):
            self.due[rule, row] = now + live.left_ms
        elif live.acknowledgement is not None:
            self.due[rule, row] = live.acknowledgement.until
        else:
            self.due[rule, row] = NEVER

    def _observed(self, rule: int, truth: Truth) -> Happening:
        """The happening that a truth is for this rule."""
        if truth is Truth.TRUE and self.policies[rule].hold_ms == 0:
            return Happening.TRUE_WITHOUT_HOLD
        return _OBSERVED[truth]

    def _elapsed(self, rule: int, row: int) -> Happening:
        """The happening that the cell's timer stands for."""
        if self.phase_of(rule, row) is Phase.PENDING:
            return Happening.HOLD_ELAPSED
        if not self._counting(rule, row):
            return Happening.ACKNOWLEDGEMENT_EXPIRED
        is_latching = self.policies[rule].latching
        return Happening.KEEP_ELAPSED_LATCHING if is_latching else Happening.KEEP_ELAPSED

    def _answer(
        self, rule: int, row: int, happening: Happening, now: Millis
    ) -> Transition | Refusal:
        """Let a person's answer happen, or refuse it in words."""
        phase = self.phase_of(rule, row)
        reason = TABLE[phase][happening].reason
        if reason in REFUSALS:
            return refused(self.policies[rule], phase, reason)
        moved = self._happen(rule, row, happening, now)
        assert moved is not None, "a person's answer moves an alert or is refused"
        return moved

    def _named(self, row: int, command: Command) -> int | Refusal:
        """The rule whose alert in this row a command names."""
        rules = np.flatnonzero(self.phase[:, row]).tolist()
        open_here = {self.live[rule, row].alert: rule for rule in rules}
        return named_rule(command, self._rule_by_id, open_here)
