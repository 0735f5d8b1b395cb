"""Answers what people said to the alerts; what cannot be done is refused by name."""

from collections.abc import Sequence

from monitord.alerts.answers import shortened
from monitord.alerts.records import Refusal
from monitord.domain.alerts import Phase
from monitord.domain.events import Command, CommandAction
from monitord.engine.decisions import Decisions
from monitord.engine.telling import alert_change
from monitord.engine.ward import Ward


def answer(ward: Ward, commands: Sequence[Command], out: Decisions) -> None:
    """Carry out the commands in the order they came, after the tick's own changes."""
    for command in commands:
        _answer(ward, command, out)


def _answer(ward: Ward, command: Command, out: Decisions) -> None:
    event = f"Command {command.action} {command.alert or command.rule} by {command.by}"
    row = ward.memory.roster.row_of.get(command.patient)
    if row is None:
        out.reject("unknown_patient", f"{command.patient} is not here", event)
        return
    if command.action in (CommandAction.SILENCE, CommandAction.UNSILENCE):
        detail = f"{command.action} is not offered yet; acknowledge the alert instead"
        out.reject("action_not_offered", detail, event)
        return
    if command.action is CommandAction.ACKNOWLEDGE:
        answered = ward.alerts.acknowledge(row, command, out.now)
    else:
        answered = ward.alerts.resolve(row, command, out.now)
    if isinstance(answered, Refusal):
        out.reject(answered.reason, answered.detail, event)
        return
    alert_change(ward, answered, out)
    if command.action is CommandAction.ACKNOWLEDGE and answered.to_phase is Phase.ACKNOWLEDGED:
        told = shortened(ward.watched[answered.rule].rule.policy, command, out.now)
        if told:
            out.notice("acknowledgement_shortened", command.patient, told)
