"""The life of every alert of a ward: phases and timers as arrays, live alerts as records.

Applies `transitions.TABLE`, and never decides a move by itself. Two timers per alert: hold counts
how long the condition has been true, keep how long it has been false; both stand still while the
condition is unknown. An acknowledgement runs out while the condition is true or unknown; while it
is false there is nothing to call a person back for, so it waits, and runs out when true again.
A silence runs out beside them. Every deadline is data; this room never asks what time it is.

State is plain arrays and plain records, so a snapshot needs nothing from this room.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from monitord.alerts.flapping import continued, keep_ms, raised, times_on_and_off
from monitord.alerts.inhibition import inhibitors
from monitord.alerts.records import Ended, LiveAlert, Transition, alert_id
from monitord.alerts.transitions import (
    CALLING,
    RAISED,
    REFUSALS,
    STAYS,
    TABLE,
    Happening,
    Reason,
)
from monitord.domain.alerts import AlertLimits, AlertPolicy, Phase, Truth
from monitord.domain.time import LONG_AGO, NEVER, Millis

_PHASES: Final = tuple(Phase)
_TRUTHS: Final = tuple(Truth)

_OBSERVED: Final = {
    Truth.TRUE: Happening.TRUE,
    Truth.FALSE: Happening.FALSE,
    Truth.UNKNOWN: Happening.UNKNOWN,
}


class AlertBook:
    """The alerts of all rules (first axis) over all beds (second axis).

    `phase` and `truth` hold `Phase` and `Truth`; `due` is the instant the running timer elapses,
    `silence_due` the instant a silence does. `live` has one record for each cell that is not QUIET,
    `ended` the last alert of a cell that may come back as the same. `over_at` is the instant until
    which an earlier call could be answered. `inhibitors` has for each rule the rules whose alerts
    keep its own from calling, the first that is raised before the others.
    """

    def __init__(
        self, policies: Sequence[AlertPolicy], beds: int, limits: AlertLimits | None = None
    ) -> None:
        self.policies = tuple(policies)
        self.limits = limits or AlertLimits()
        self.rule_by_id = {policy.rule: rule for rule, policy in enumerate(self.policies)}
        assert len(self.rule_by_id) == len(self.policies), "rule ids are unique"
        self.inhibitors = inhibitors(self.policies)
        for policy in self.policies:
            assert policy.hold_ms >= 0, f"{policy.rule}: hold is 0 or more"
            assert policy.keep_ms >= 0, f"{policy.rule}: keep is 0 or more"
            assert policy.ack_lasts_ms > 0, f"{policy.rule}: an acknowledgement lasts a while"
        shape = (len(self.policies), beds)
        self.phase: npt.NDArray[np.uint8] = np.full(shape, Phase.QUIET, dtype=np.uint8)
        self.truth: npt.NDArray[np.uint8] = np.full(shape, Truth.FALSE, dtype=np.uint8)
        self.due: npt.NDArray[np.int64] = np.full(shape, NEVER, dtype=np.int64)
        self.silence_due: npt.NDArray[np.int64] = np.full(shape, NEVER, dtype=np.int64)
        self.over_at: npt.NDArray[np.int64] = np.full(shape, LONG_AGO, dtype=np.int64)
        self.live: dict[tuple[int, int], LiveAlert] = {}
        self.ended: dict[tuple[int, int], Ended] = {}
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
        moved = self.happen(rule, row, self._observed(rule, truth), now, truth)
        return moved or self.expire(rule, row, now)

    def expire(self, rule: int, row: int, now: Millis) -> Transition | None:
        """Let the cell's timer and its silence elapse if they are due; None when neither is."""
        is_silence_over = self.silence_due.item(rule, row) <= now
        if is_silence_over:
            self.remember(rule, row, self._paused(rule, row, now)._replace(silence=None), now)
        if self.due.item(rule, row) <= now:
            return self.happen(rule, row, self._elapsed(rule, row), now)
        return self.happen(rule, row, Happening.SILENCE_EXPIRED, now) if is_silence_over else None

    def due_cells(self, now: Millis, rows_used: int) -> list[tuple[int, int]]:
        """The (rule, row) cells of the first `rows_used` rows whose timer is due, sorted."""
        if self.next_deadline(rows_used) > now:
            return []
        is_due = (self.due[:, :rows_used] <= now) | (self.silence_due[:, :rows_used] <= now)
        rules, rows = np.nonzero(is_due)
        return list(zip(rules.tolist(), rows.tolist(), strict=True))

    def next_deadline(self, rows_used: int) -> Millis:
        """The first instant at which a timer elapses in the first `rows_used` rows, or NEVER."""
        if self._soonest is None:
            timer = int(self.due[:, :rows_used].min(initial=NEVER))
            self._soonest = min(timer, int(self.silence_due[:, :rows_used].min(initial=NEVER)))
        return self._soonest

    def discharge(self, row: int, now: Millis) -> list[Transition]:
        """End every alert of the row and forget what was observed there."""
        ended: list[Transition] = []
        for rule in np.flatnonzero(self.phase[:, row]).tolist():
            moved = self.happen(rule, row, Happening.DISCHARGED, now)
            assert moved is not None, "a discharge ends every live alert"
            ended.append(moved)
        self.truth[:, row] = Truth.FALSE
        self.over_at[:, row] = LONG_AGO
        self.ended = {cell: ended for cell, ended in self.ended.items() if cell[1] != row}
        return ended

    def happen(
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
        live = self._moved(rule, row, before, live, reason, now)
        if after is Phase.QUIET:
            self._end(rule, row, live, reason, now)
        else:
            self.remember(rule, row, live, now)
        return None if reason in STAYS else _transition(rule, row, live, before, after)

    def remember(self, rule: int, row: int, live: LiveAlert, now: Millis) -> None:
        """Write down what is known of a live alert, and wind its timers by it."""
        self.live[rule, row] = live
        self._wind(rule, row, now)

    def _begin(self, rule: int, row: int, patient: str, now: Millis) -> Transition:
        """An alert leaves QUIET: a new one, or the last one again."""
        policy = self.policies[rule]
        after, reason = TABLE[Phase.QUIET][self._observed(rule, Truth.TRUE)]
        live = continued(self.ended.get((rule, row)), now, self.limits.flap_window_ms)
        if live is None:
            name = alert_id(patient, policy.rule, policy.priority, now)
            live = LiveAlert(name, patient, now, now, reason, policy.hold_ms)
        self.phase[rule, row] = after
        live = live._replace(left_ms=policy.hold_ms)
        live = self._moved(rule, row, Phase.QUIET, live, reason, now)
        self.remember(rule, row, live, now)
        return _transition(rule, row, live, Phase.QUIET, after)

    def _end(self, rule: int, row: int, live: LiveAlert, reason: Reason, now: Millis) -> None:
        """Forget a live alert; one that ended by itself may come back, one that a person ended not.

        What was only PENDING leaves what was known before it.
        """
        del self.live[rule, row]
        if reason is Reason.FALSE_FOR_KEEP:
            self.ended[rule, row] = Ended(live, now)
        elif reason is not Reason.ENDED_BEFORE_HOLD:
            self.ended.pop((rule, row), None)
        self._wind(rule, row, now)

    def _moved(
        self, rule: int, row: int, before: Phase, live: LiveAlert, reason: Reason, now: Millis
    ) -> LiveAlert:
        """The record after a move; a condition that is true makes a later keep start anew."""
        phase, window_ms = self.phase_of(rule, row), self.limits.flap_window_ms
        if phase is Phase.ACTIVE and before not in CALLING:
            live = raised(live, now, window_ms)
        begins = phase is Phase.ACTIVE and before is not Phase.ACTIVE
        if before in RAISED and (begins or phase is Phase.QUIET):
            self.over_at[rule, row] = now
        if begins:
            live = live._replace(rang_at=now)
        if phase is not Phase.PENDING and self.truth_of(rule, row) is Truth.TRUE:
            live = live._replace(left_ms=keep_ms(self.policies[rule].keep_ms, live, window_ms))
        if reason in STAYS:
            return live
        live = live._replace(changed_at=now, reason=reason)
        if phase is not Phase.ACKNOWLEDGED:
            live = live._replace(acknowledgement=None)
        return live if phase in CALLING else live._replace(silence=None, inhibited_by=None)

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
        silence = live and live.silence
        self.silence_due[rule, row] = silence.until if silence else NEVER
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


def _transition(rule: int, row: int, live: LiveAlert, before: Phase, after: Phase) -> Transition:
    """Tell a move by the record as it is after it."""
    until = live.silence.until if live.silence else None
    return Transition(
        rule,
        row,
        live.alert,
        before,
        after,
        live.reason,
        until,
        live.inhibited_by,
        live.episode,
        live.flaps,
        times_on_and_off(live),
    )
