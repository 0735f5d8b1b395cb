"""What people do to alerts: acknowledge, silence, unsilence, resolve; the table says what may be.

An answer is a transition, or a refusal in words that changes nothing.
"""

from typing import Final

import numpy as np

from monitord.alerts.answers import (
    acknowledgement,
    given_before,
    is_given_before,
    named_rule,
    past_until,
    refused,
    run_out,
    silence,
)
from monitord.alerts.lifecycle import AlertBook
from monitord.alerts.records import Refusal, Transition
from monitord.alerts.transitions import CALLING, RAISED, REFUSALS, TABLE, Happening
from monitord.domain.alerts import Phase, Truth
from monitord.domain.events import Command
from monitord.domain.time import NEVER, Millis

_RESOLVED: Final = {
    Truth.TRUE: Happening.RESOLVED_WHILE_TRUE,
    Truth.FALSE: Happening.RESOLVED,
    Truth.UNKNOWN: Happening.RESOLVED_WHILE_UNKNOWN,
}


def acknowledge(book: AlertBook, row: int, command: Command, now: Millis) -> Transition | Refusal:
    """Note that somebody has the alert, until `command.until`, at most as its policy says."""
    rule = _named(book, row, command, now)
    if isinstance(rule, Refusal):
        return rule
    held = acknowledgement(book.policies[rule], command, now)
    answered = _quiet(book, rule, row, Happening.ACKNOWLEDGED, command, now, held.until)
    if isinstance(answered, Transition) and answered.to_phase is Phase.ACKNOWLEDGED:
        book.remember(rule, row, book.live[rule, row]._replace(acknowledgement=held), now)
    return answered


def silence_alert(book: AlertBook, row: int, command: Command, now: Millis) -> Transition | Refusal:
    """Let a raised alert call nobody until `command.until`, at most as its priority says."""
    rule = _named(book, row, command, now)
    if isinstance(rule, Refusal):
        return rule
    kept = silence(book.policies[rule], book.limits, command, now)
    answered = _quiet(book, rule, row, Happening.SILENCED, command, now, kept.until)
    if isinstance(answered, Refusal):
        return answered
    book.remember(rule, row, book.live[rule, row]._replace(silence=kept), now)
    return answered._replace(silenced_until=kept.until)


def unsilence(book: AlertBook, row: int, command: Command, now: Millis) -> Transition | Refusal:
    """End a silence before its time."""
    rule = _named(book, row, command._replace(until=None), now)
    if isinstance(rule, Refusal):
        return rule
    live = book.live.get((rule, row))
    if live is None or live.silence is None:
        return _answer(book, rule, row, Happening.UNSILENCED_WITHOUT_SILENCE, now)
    book.live[rule, row] = live._replace(silence=None)
    return _answer(book, rule, row, Happening.UNSILENCED, now)


def resolve(book: AlertBook, row: int, command: Command, now: Millis) -> Transition | Refusal:
    """End an alert because a person says it is over; refused while its condition is true."""
    rule = _named(book, row, command._replace(until=None), now)
    if isinstance(rule, Refusal):
        return rule
    resolved = _RESOLVED[book.truth_of(rule, row)]
    return _quiet(book, rule, row, resolved, command, now)


def _quiet(
    book: AlertBook,
    rule: int,
    row: int,
    happening: Happening,
    command: Command,
    now: Millis,
    until: Millis = NEVER,
) -> Transition | Refusal:
    """Let an answer quiet an alert, or refuse it: nobody answers what they cannot have seen.

    Nor is an alert that calls quieted by what had run out by now, had it come in time.
    """
    live, phase = book.live.get((rule, row)), book.phase_of(rule, row)
    if live is not None and phase in RAISED:
        assert live.rang_at is not None, "what is raised began to ring"
        if is_given_before(command, live.rang_at, book.over_at.item(rule, row)):
            return given_before(book.policies[rule].rule, command, live.rang_at)
        if phase in CALLING and until <= now:
            return run_out(book.policies[rule].rule, command, until, now)
    return _answer(book, rule, row, happening, now)


def _answer(
    book: AlertBook, rule: int, row: int, happening: Happening, now: Millis
) -> Transition | Refusal:
    """Let a person's answer happen, or refuse it in words."""
    phase = book.phase_of(rule, row)
    reason = TABLE[phase][happening].reason
    if reason in REFUSALS:
        return refused(book.policies[rule], phase, reason)
    moved = book.happen(rule, row, happening, now)
    assert moved is not None, "a person's answer moves an alert or is refused"
    return moved


def _named(book: AlertBook, row: int, command: Command, now: Millis) -> int | Refusal:
    """The rule whose alert in this row a command names, for a time that is still to come."""
    if command.until is not None and command.until <= now:
        return past_until(command.until, now)
    rules = np.flatnonzero(book.phase[:, row]).tolist()
    open_here = {book.live[rule, row].alert: rule for rule in rules}
    return named_rule(command, book.rule_by_id, open_here)
