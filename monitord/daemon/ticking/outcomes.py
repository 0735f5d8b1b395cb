"""What came of each command of a tick: a change, a refusal, or nothing that was new."""

from collections import Counter, defaultdict, deque
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
_ANSWERS: Final = frozenset().union(*_DONE.values())


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
    # A tick may hold thousands of each, so that nothing is looked for twice.
    changes: dict[str, list[AlertChange]] = defaultdict(list)
    refusals: dict[str, deque[Rejected]] = defaultdict(deque)
    for one in decisions:
        if isinstance(one, AlertChange) and one.reason in _ANSWERS:
            changes[one.patient].append(one)
        elif isinstance(one, Rejected):
            refusals[one.event].append(one)
    names = [in_short(command) for command in commands]
    left = Counter(names)
    for command, name in zip(commands, names, strict=True):
        waiting, refused = changes[command.patient], refusals[name]
        # Where all that are left of a name were refused, a change is another command's doing.
        was_refused = len(refused) == left[name]
        left[name] -= 1
        change = next(
            (one for one in waiting if not was_refused and _is_done_by(one, command)), None
        )
        if change is not None:
            waiting.remove(change)
            yield Answered(command, change, None)
            continue
        yield Answered(command, None, refused.popleft() if refused else None)


def _is_done_by(change: AlertChange, command: Command) -> bool:
    return (
        change.reason in _DONE[command.action]
        and command.alert in (None, change.alert)
        and command.rule in (None, change.rule)
    )
