"""What of a tick goes into the audit: alerts that were raised and ended, and who answered.

What became of notifications is recorded in `calling.receipts`, and what was asked over HTTP where
it is answered. Nothing here waits for the disk.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from monitord.daemon.ticking.outcomes import Answered, outcomes
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision
from monitord.domain.events import Arrival
from monitord.domain.time import Millis, format_time

_MOVES: Final = {
    Phase.ACTIVE: "alert.raised",
    Phase.LATCHED: "alert.latched",
    Phase.QUIET: "alert.ended",
}


class Record(Protocol):
    """Takes one thing for the audit, at once; `what` is `noun.verb`, `fields` are JSON."""

    def __call__(self, what: str, at: Millis, **fields: object) -> None:
        """Let it be recorded."""
        ...


def record_nothing(what: str, at: Millis, **fields: object) -> None:
    """Record nothing: no audit is kept."""


def record_tick(
    record: Record, inbox: Iterable[Arrival], decisions: Sequence[Decision], now: Millis
) -> None:
    """Record the alerts that a tick raised and ended, and each answer with what came of it."""
    for change in decisions:
        if isinstance(change, AlertChange):
            _record_move(record, change)
    for answered in outcomes(inbox, decisions):
        _record_answer(record, answered, now)


def _record_move(record: Record, change: AlertChange) -> None:
    before, after = change.from_phase, change.to_phase
    what = _MOVES.get(after)
    # What was only pending was never raised, and a change within a phase is told by its answer.
    if what is None or before is after or (before, after) == (Phase.PENDING, Phase.QUIET):
        return
    record(
        what,
        change.time,
        alert=change.alert,
        patient=change.patient,
        ward=change.ward,
        rule=change.rule,
        rule_version=change.rule_version,
        pack=change.pack,
        condition=change.condition,
        priority=change.priority,
        reason=change.reason,
        episode=change.episode,
    )


def _record_answer(record: Record, answered: Answered, now: Millis) -> None:
    command, change, refusal = answered
    told: dict[str, object] = {
        "action": command.action,
        "patient": command.patient,
        "by": command.by,
        "reason": command.reason,
        "until": None if command.until is None else format_time(command.until),
        "rule": command.rule,
    }
    if change is not None:
        until = change.silenced_until
        told |= {"rule": change.rule, "alert": change.alert, "outcome": change.reason}
        told["silenced_until"] = None if until is None else format_time(until)
        record("answer.accepted", now, **told)
        return
    told["alert"] = command.alert
    if refusal is None:
        record("answer.repeated", now, **told)
        return
    record("answer.refused", now, **told, outcome=refusal.reason, detail=refusal.detail)
