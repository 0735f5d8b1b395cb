"""What came of each command of a tick: a change, a refusal, or nothing that was new."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from monitord.domain.decisions import AlertChange, Announcement, Rejected
from monitord.domain.events import Arrival, Command, CommandAction
from monitord.engine.commands import in_short

# What an answer can do to an alert, by the reason of the change.
_DONE: Final = {
    CommandAction.ACKNOWLEDGE: {"acknowledged", "acknowledged_again", "acknowledged_after_end"},
    CommandAction.SILENCE: {"silenced"},
    CommandAction.UNSILENCE: {"unsilenced"},
    CommandAction.RESOLVE: {"resolved", "resolved_while_unknown"},
}


class Answered(NamedTuple):
    """One command and what it did; neither change nor refusal where it had been said before."""

    command: Command
    change: AlertChange | None
    refusal: Rejected | None


def outcomes(inbox: Iterable[Arrival], decisions: Sequence[Announcement]) -> Iterator[Answered]:
    """Find what came of each command; each change and each refusal answers one command only."""
    commands = [one for one in inbox if isinstance(one, Command)]
    if not commands:
        return
    changes = [one for one in decisions if isinstance(one, AlertChange)]
    refusals = [one for one in decisions if isinstance(one, Rejected)]
    for command in commands:
        change = next((one for one in changes if _is_done_by(one, command)), None)
        if change is not None:
            changes.remove(change)
            yield Answered(command, change, None)
            continue
        refusal = next((one for one in refusals if one.event == in_short(command)), None)
        if refusal is not None:
            refusals.remove(refusal)
        yield Answered(command, None, refusal)


def _is_done_by(change: AlertChange, command: Command) -> bool:
    return (
        change.patient == command.patient
        and change.reason in _DONE[command.action]
        and command.alert in (None, change.alert)
        and command.rule in (None, change.rule)
    )
