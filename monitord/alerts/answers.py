"""A person's answer to an alert: which alert is meant, and what is said when it cannot be done.

Never looks beyond the patient the command names: an alert of another patient is not found.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from monitord.alerts.records import Acknowledgement, Refusal, Silence
from monitord.alerts.transitions import Reason
from monitord.domain.alerts import AlertLimits, AlertPolicy, Phase
from monitord.domain.events import Command, CommandAction
from monitord.domain.time import CLOCKS_APART, Millis, format_span, format_time

_EXPECTED: Final = {
    Reason.NO_SUCH_ALERT: "an open alert of this patient: there is nothing to answer",
    Reason.NOT_RAISED_YET: "an alert that is raised: wait until its condition has lasted",
    Reason.CONDITION_STILL_TRUE: "a condition that has ended: acknowledge the alert instead",
    Reason.NOTHING_TO_SILENCE: "an alert that calls: it is over; acknowledge it to take it down",
    Reason.NOT_SILENCED: "an alert that is silenced: it calls as it is",
}


def acknowledgement(policy: AlertPolicy, command: Command, now: Millis) -> Acknowledgement:
    """Who has the alert, until the command's `until`, and never longer than the policy says.

    It counts from when it was given: one that comes late, or again, holds no longer for that.
    """
    until = holds_until(policy.ack_lasts_ms, command, now)
    return Acknowledgement(command.by, command.reason, now, until)


def silence(policy: AlertPolicy, limits: AlertLimits, command: Command, now: Millis) -> Silence:
    """Who wants not to hear the alert, until `until`, and never longer than its priority allows."""
    until = holds_until(limits.silence_max_ms(policy.priority), command, now)
    return Silence(command.by, command.reason, now, until)


def holds_until(longest_ms: Millis, command: Command, now: Millis) -> Millis:
    """Until when an answer holds: as it asks, and no longer than `longest_ms` from its giving."""
    longest = _given_at(command, now) + longest_ms
    return longest if command.until is None else min(command.until, longest)


def shortened(
    policy: AlertPolicy, limits: AlertLimits, command: Command, now: Millis
) -> str | None:
    """Say for how long an acknowledgement or a silence holds, where a person asked for more."""
    is_silence = command.action is CommandAction.SILENCE
    longest_ms = limits.silence_max_ms(policy.priority) if is_silence else policy.ack_lasts_ms
    given = _given_at(command, now)
    if command.until is None or command.until <= given + longest_ms:
        return None
    done, again = ("silenced", "silence") if is_silence else ("acknowledged", "acknowledge")
    holds, asked = format_span(longest_ms), format_span(command.until - given)
    return (
        f"{policy.rule}: {done} for {holds}, asked for {asked}: {holds} is the longest that "
        f"this alert stays quiet; {again} it again by then"
    )


def named_rule(
    command: Command, rule_by_id: Mapping[str, int], open_here: Mapping[str, int]
) -> int | Refusal:
    """The rule a command means: by the id of an alert open here, or else by the rule's own id.

    A command that names both must mean the same alert with both.
    """
    by_rule = rule_by_id.get(command.rule or "")
    if command.rule is not None and by_rule is None:
        return _unknown_rule(command.rule, rule_by_id)
    if command.alert is None:
        return _unknown_rule("", rule_by_id) if by_rule is None else by_rule
    by_alert = open_here.get(command.alert)
    if by_alert is None or by_rule not in (None, by_alert):
        return _unknown_alert(command, open_here)
    return by_alert


def refused(policy: AlertPolicy, phase: Phase, reason: Reason) -> Refusal:
    """Say why the table refuses: the phase found, and what was expected."""
    return Refusal(reason, f"{policy.rule}: found {phase.name}, expected {_EXPECTED[reason]}")


def past_until(until: Millis, now: Millis) -> Refusal:
    """Refuse what would be over before it begins."""
    found = f"until: found {format_time(until)}"
    return Refusal(Reason.UNTIL_IS_PAST, f"{found}, expected later than {format_time(now)}")


def is_given_before(command: Command, rang_at: Millis, over_at: Millis) -> bool:
    """Tell whether a command was given before what it would quiet began to ring at `rang_at`.

    When it reached us is told by our own clock. When it was given is told by the sender's, which
    may be slow; but an answer from around the time of an earlier call, which could be answered
    until `over_at`, is taken at its word: that call may be the one it was meant for.
    """
    since = min(rang_at, max(rang_at - CLOCKS_APART, over_at + CLOCKS_APART))
    return command.received < rang_at or command.time < since


def given_before(rule: str, command: Command, rang_at: Millis) -> Refusal:
    """Refuse what was said before the alert began to ring, which nobody had seen by then."""
    given = min(command.time, command.received)
    found = f"found an answer given at {format_time(given)}, and that it rings since"
    told = "expected an answer to what rings now: look at the alert and answer it again"
    clock = "; if that is refused too, set the clock of the sender"
    return Refusal(Reason.GIVEN_BEFORE, f"{rule}: {found} {format_time(rang_at)}; {told}{clock}")


def run_out(rule: str, command: Command, until: Millis, now: Millis) -> Refusal:
    """Refuse what came so late that it would have run out by now."""
    given, held = format_time(_given_at(command, now)), format_time(until)
    found = f"found an answer given at {given} that holds until {held}"
    told = f"expected one that holds beyond {format_time(now)}: answer it again"
    return Refusal(Reason.UNTIL_IS_PAST, f"{rule}: {found}, {told}")


def _given_at(command: Command, now: Millis) -> Millis:
    """When it was said; a clock that runs ahead is taken to mean now."""
    return min(command.time, now)


def _unknown_alert(command: Command, open_here: Iterable[str]) -> Refusal:
    named = f"{command.alert!r}"
    if command.rule is not None:
        named += f" of rule {command.rule!r}"
    open_ids = ", ".join(sorted(open_here)) or "none"
    detail = f"alert: found {named}, expected one that is open for this patient: {open_ids}"
    return Refusal(Reason.NO_SUCH_ALERT, detail)


def _unknown_rule(word: str, rule_by_id: Iterable[str]) -> Refusal:
    nearest = get_close_matches(word, rule_by_id, n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    detail = f"rule: found {word!r}, expected the id of a rule or of an alert{hint}"
    return Refusal(Reason.NO_SUCH_RULE, detail)
