"""The alerts of one patient together: which of them calls, and the one episode they make.

Looked at once the phases of a tick have settled, so that an alert that is raised together with a
worse one is inhibited from the beginning, whatever their order.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from monitord.alerts.lifecycle import AlertBook
from monitord.alerts.records import Transition, episode_id
from monitord.alerts.transitions import CALLING, Happening
from monitord.domain.alerts import Maturity, Phase
from monitord.domain.time import Millis


def settle(book: AlertBook, row: int, moved: Sequence[Transition], now: Millis) -> list[Transition]:
    """Give a patient's moves with their inhibition and episode, and then who calls otherwise now.

    Call it with all moves of the patient since the last time.
    """
    _group(book, row, moved, now)
    changed = _inhibit(book, row, {one.rule for one in moved}, now)
    return [_as_it_stands(book, one) for one in [*moved, *changed]]


def _inhibit(book: AlertBook, row: int, told: set[int], now: Millis) -> list[Transition]:
    """Note who inhibits whom; give the alerts for which that has changed and that are not told."""
    changed: list[Transition] = []
    for rule, above in enumerate(book.inhibitors):
        live = book.live.get((rule, row)) if above else None
        if live is None:
            continue
        is_calling = book.phase_of(rule, row) in CALLING
        by = _first_raised(book, row, above) if is_calling else None
        if by == live.inhibited_by:
            continue
        book.live[rule, row] = live._replace(inhibited_by=by)
        if rule not in told:
            happening = Happening.INHIBITED if by else Happening.NO_LONGER_INHIBITED
            moved = book.happen(rule, row, happening, now)
            assert moved is not None, "only an alert that calls changes whom it calls"
            changed.append(moved)
    return changed


def _first_raised(book: AlertBook, row: int, rules: Iterable[int]) -> str | None:
    for rule in rules:
        if book.phase_of(rule, row) in CALLING:
            return book.live[rule, row].alert
    return None


def _group(book: AlertBook, row: int, moved: Sequence[Transition], now: Millis) -> None:
    """Give every live alert of the patient the patient's episode, once one of them was raised.

    An alert that comes back brings its episode along, unless there is another one by now. A rule
    that runs in shadow begins no episode and is part of none.
    """
    came = {one.rule for one in moved if one.from_phase is Phase.QUIET}
    rules = [
        rule
        for rule in np.flatnonzero(book.phase[:, row]).tolist()
        if book.policies[rule].maturity is not Maturity.SANDBOX
    ]
    known = [
        *(book.live[rule, row].episode for rule in rules if rule not in came),
        *(one.episode for one in moved if one.to_phase is Phase.QUIET),
        *(book.live[rule, row].episode for rule in rules if rule in came),
    ]
    episode = next((one for one in known if one is not None), None)
    if episode is None and any(book.phase_of(rule, row) is Phase.ACTIVE for rule in rules):
        episode = episode_id(book.live[rules[0], row].patient, now)
    if episode is None:
        return
    for rule in rules:
        live = book.live[rule, row]
        if live.episode != episode:
            book.live[rule, row] = live._replace(episode=episode)


def _as_it_stands(book: AlertBook, moved: Transition) -> Transition:
    """The move with what is known of its alert now; of one that is over, what was known last."""
    live = book.live.get((moved.rule, moved.row))
    if live is None or live.alert != moved.alert:
        return moved
    return moved._replace(inhibited_by=live.inhibited_by, episode=live.episode)
