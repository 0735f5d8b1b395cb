"""Answers what people said to the alerts; what cannot be done is refused by name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from monitord.alerts.answers import shortened
from monitord.alerts.lifecycle import AlertBook
from monitord.alerts.people import acknowledge, resolve, silence_alert, unsilence
from monitord.alerts.records import Refusal, Transition
from monitord.alerts.transitions import Reason
from monitord.domain.events import Command, CommandAction
from monitord.domain.time import Millis
from monitord.engine.decisions import Decisions
from monitord.engine.telling import tell
from monitord.engine.ward import Ward

Answer: TypeAlias = Callable[[AlertBook, int, Command, Millis], Transition | Refusal]

_ANSWERS: Final[Mapping[CommandAction, Answer]] = {
    CommandAction.ACKNOWLEDGE: acknowledge,
    CommandAction.SILENCE: silence_alert,
    CommandAction.UNSILENCE: unsilence,
    CommandAction.RESOLVE: resolve,
}

# What holds for a while, and the notice where that is shorter than was asked for.
_SHORTENED: Final = {
    Reason.ACKNOWLEDGED: "acknowledgement_shortened",
    Reason.ACKNOWLEDGED_AGAIN: "acknowledgement_shortened",
    Reason.SILENCED: "silence_shortened",
}


def answer(ward: Ward, commands: Sequence[Command], out: Decisions) -> None:
    """Carry out the commands in the order they came, after the tick's own changes."""
    for command in commands:
        _answer(ward, command, out)


def in_short(command: Command) -> str:
    """Name a command as its refusal does."""
    return f"Command {command.action} {command.alert or command.rule} by {command.by}"


def _answer(ward: Ward, command: Command, out: Decisions) -> None:
    event = in_short(command)
    row = ward.memory.roster.row_of.get(command.patient)
    if row is None:
        out.reject("unknown_patient", f"{command.patient} is not here", event)
        return
    if ward.memory.knows(row, command.id):
        return
    answered = _ANSWERS[command.action](ward.alerts, row, command, out.now)
    if isinstance(answered, Refusal):
        out.reject(answered.reason, answered.detail, event)
        return
    # Only what was done is known again: who was refused may send the same answer once more.
    ward.memory.is_new(row, command.id)
    tell(ward, [answered], out)
    notice = _SHORTENED.get(answered.reason)
    if notice is not None:
        policy = ward.watched[answered.rule].rule.policy
        told = shortened(policy, ward.alerts.limits, command, out.now)
        if told:
            out.notice(notice, command.patient, told)
