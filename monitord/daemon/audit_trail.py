"""What of a tick goes into the audit: alerts that were raised and ended, and who answered.

What became of notifications is recorded in `daemon.receipts`, and what was asked over HTTP where it
is answered. Nothing here waits for the disk.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision, Rejected
from monitord.domain.events import Arrival, Command, CommandAction
from monitord.domain.time import Millis, format_time
from monitord.engine.commands import in_short

# What an answer can do to an alert, by the reason of the change.
_DONE: Final = {
    CommandAction.ACKNOWLEDGE: {"acknowledged", "acknowledged_again", "acknowledged_after_end"},
    CommandAction.SILENCE: {"silenced"},
    CommandAction.UNSILENCE: {"unsilenced"},
    CommandAction.RESOLVE: {"resolved", "resolved_while_unknown"},
}
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
    changes = [one for one in decisions if isinstance(one, AlertChange)]
    for change in changes:
        _record_move(record, change)
    commands = [one for one in inbox if isinstance(one, Command)]
    if not commands:
        return
    refusals = [one for one in decisions if isinstance(one, Rejected)]
    for command in commands:
        _record_answer(record, command, changes, refusals, now)


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


def _record_answer(
    record: Record,
    command: Command,
    changes: list[AlertChange],
    refusals: list[Rejected],
    now: Millis,
) -> None:
    """Find what came of a command; each change and each refusal answers one command only."""
    told: dict[str, object] = {
        "action": command.action,
        "patient": command.patient,
        "by": command.by,
        "reason": command.reason,
        "until": None if command.until is None else format_time(command.until),
        "rule": command.rule,
    }
    change = next((one for one in changes if _is_done_by(one, command)), None)
    if change is not None:
        changes.remove(change)
        until = change.silenced_until
        told |= {"rule": change.rule, "alert": change.alert, "outcome": change.reason}
        told["silenced_until"] = None if until is None else format_time(until)
        record("answer.accepted", now, **told)
        return
    refusal = next((one for one in refusals if one.event == in_short(command)), None)
    told["alert"] = command.alert
    if refusal is None:
        record("answer.repeated", now, **told)
        return
    refusals.remove(refusal)
    record("answer.refused", now, **told, outcome=refusal.reason, detail=refusal.detail)


def _is_done_by(change: AlertChange, command: Command) -> bool:
    return (
        change.patient == command.patient
        and change.reason in _DONE[command.action]
        and command.alert in (None, change.alert)
        and command.rule in (None, change.rule)
    )
