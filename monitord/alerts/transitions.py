"""The table of an alert's life: what each happening does to an alert in each phase.

The table is data and the only place that decides a move; `lifecycle` applies it and
`diagram` draws it. Every pair of phase and happening is listed, a refusal too. Nothing here
may let an unknown condition end an alert. A silence and an inhibition move no phase: they say only
that a raised alert calls nobody for now. The five phases follow the alert words of IEEE 11073
(an alert condition is apart from its signal) and the two timers follow on-delay and off-delay.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from monitord.domain.alerts import Phase


class Happening(StrEnum):
    """What may happen to an alert; the value is how the documentation says it."""

    TRUE = "condition true"
    TRUE_WITHOUT_HOLD = "condition true, no hold"
    FALSE = "condition false"
    UNKNOWN = "condition unknown"
    HOLD_ELAPSED = "hold elapsed"
    KEEP_ELAPSED = "keep elapsed"
    KEEP_ELAPSED_LATCHING = "keep elapsed, latching"
    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement expired"
    RESOLVED = "resolved"
    RESOLVED_WHILE_UNKNOWN = "resolved while unknown"
    RESOLVED_WHILE_TRUE = "resolved while true"
    SILENCED = "silenced"
    UNSILENCED = "unsilenced"
    UNSILENCED_WITHOUT_SILENCE = "unsilenced, not silenced"
    SILENCE_EXPIRED = "silence expired"
    INHIBITED = "a worse alert raised"
    NO_LONGER_INHIBITED = "no worse alert raised"
    DISCHARGED = "discharged"


class Reason(StrEnum):
    """Why an alert moved, stayed, or would not do what a person asked."""

    CONDITION_TRUE = "condition_true"
    TRUE_FOR_HOLD = "true_for_hold"
    TRUE_AGAIN = "true_again"
    ENDED_BEFORE_HOLD = "ended_before_hold"
    FALSE_FOR_KEEP = "false_for_keep"
    LATCHED = "latched_until_answered"
    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGED_AGAIN = "acknowledged_again"
    ACKNOWLEDGED_AFTER_END = "acknowledged_after_end"
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement_expired"
    RESOLVED = "resolved"
    RESOLVED_WHILE_UNKNOWN = "resolved_while_unknown"
    DISCHARGED = "discharged"
    SILENCED = "silenced"
    UNSILENCED = "unsilenced"
    SILENCE_EXPIRED = "silence_expired"
    INHIBITED = "inhibited"
    NO_LONGER_INHIBITED = "no_longer_inhibited"

    STILL_TRUE = "still_true"
    STILL_FALSE = "still_false"
    KEPT_FOR_NOW = "kept_for_now"
    UNKNOWN_ENDS_NOTHING = "unknown_ends_nothing"
    WAITS_FOR_A_PERSON = "waits_for_a_person"
    NO_SUCH_TIMER = "no_such_timer"
    NOTHING_TO_END = "nothing_to_end"
    CALLS_NOBODY = "calls_nobody"

    NO_SUCH_ALERT = "no_such_alert"
    NOT_RAISED_YET = "not_raised_yet"
    CONDITION_STILL_TRUE = "condition_still_true"
    NOTHING_TO_SILENCE = "nothing_to_silence"
    NOT_SILENCED = "not_silenced"
    NO_SUCH_RULE = "no_such_rule"
    UNTIL_IS_PAST = "until_is_past"
    GIVEN_BEFORE = "given_before"


class Move(NamedTuple):
    """The phase an alert is in afterwards, and why."""

    phase: Phase
    reason: Reason


# The phases in which an alert calls, and so can be silenced, inhibit and be inhibited.
CALLING: Final = frozenset({Phase.ACTIVE, Phase.ACKNOWLEDGED})
# The phases in which a person can answer an alert.
RAISED: Final = CALLING | {Phase.LATCHED}

# The alert stays as it is and nobody is told.
STAYS: Final = frozenset(
    {
        Reason.STILL_TRUE,
        Reason.STILL_FALSE,
        Reason.KEPT_FOR_NOW,
        Reason.UNKNOWN_ENDS_NOTHING,
        Reason.WAITS_FOR_A_PERSON,
        Reason.NO_SUCH_TIMER,
        Reason.NOTHING_TO_END,
        Reason.CALLS_NOBODY,
    }
)

# A person asked for what is not possible now: the alert stays as it is and the person is told.
# The last three are found beside the table, because they name no phase.
REFUSALS: Final = frozenset(
    {
        Reason.NO_SUCH_ALERT,
        Reason.NOT_RAISED_YET,
        Reason.CONDITION_STILL_TRUE,
        Reason.NOTHING_TO_SILENCE,
        Reason.NOT_SILENCED,
        Reason.NO_SUCH_RULE,
        Reason.UNTIL_IS_PAST,
        Reason.GIVEN_BEFORE,
    }
)

_QUIET: Final = {
    Happening.TRUE: Move(Phase.PENDING, Reason.CONDITION_TRUE),
    Happening.TRUE_WITHOUT_HOLD: Move(Phase.ACTIVE, Reason.CONDITION_TRUE),
    Happening.FALSE: Move(Phase.QUIET, Reason.STILL_FALSE),
    Happening.UNKNOWN: Move(Phase.QUIET, Reason.UNKNOWN_ENDS_NOTHING),
    Happening.HOLD_ELAPSED: Move(Phase.QUIET, Reason.NO_SUCH_TIMER),
    Happening.KEEP_ELAPSED: Move(Phase.QUIET, Reason.NO_SUCH_TIMER),
    Happening.KEEP_ELAPSED_LATCHING: Move(Phase.QUIET, Reason.NO_SUCH_TIMER),
    Happening.ACKNOWLEDGED: Move(Phase.QUIET, Reason.NO_SUCH_ALERT),
    Happening.ACKNOWLEDGEMENT_EXPIRED: Move(Phase.QUIET, Reason.NO_SUCH_TIMER),
    Happening.RESOLVED: Move(Phase.QUIET, Reason.NO_SUCH_ALERT),
    Happening.RESOLVED_WHILE_UNKNOWN: Move(Phase.QUIET, Reason.NO_SUCH_ALERT),
    Happening.RESOLVED_WHILE_TRUE: Move(Phase.QUIET, Reason.NO_SUCH_ALERT),
    Happening.SILENCED: Move(Phase.QUIET, Reason.NO_SUCH_ALERT),
    Happening.UNSILENCED: Move(Phase.QUIET, Reason.NO_SUCH_ALERT),
    Happening.UNSILENCED_WITHOUT_SILENCE: Move(Phase.QUIET, Reason.NO_SUCH_ALERT),
    Happening.SILENCE_EXPIRED: Move(Phase.QUIET, Reason.NO_SUCH_TIMER),
    Happening.INHIBITED: Move(Phase.QUIET, Reason.CALLS_NOBODY),
    Happening.NO_LONGER_INHIBITED: Move(Phase.QUIET, Reason.CALLS_NOBODY),
    Happening.DISCHARGED: Move(Phase.QUIET, Reason.NOTHING_TO_END),
}

_PENDING: Final = {
    Happening.TRUE: Move(Phase.PENDING, Reason.STILL_TRUE),
    Happening.TRUE_WITHOUT_HOLD: Move(Phase.ACTIVE, Reason.CONDITION_TRUE),
    Happening.FALSE: Move(Phase.QUIET, Reason.ENDED_BEFORE_HOLD),
    Happening.UNKNOWN: Move(Phase.PENDING, Reason.UNKNOWN_ENDS_NOTHING),
    Happening.HOLD_ELAPSED: Move(Phase.ACTIVE, Reason.TRUE_FOR_HOLD),
    Happening.KEEP_ELAPSED: Move(Phase.PENDING, Reason.NO_SUCH_TIMER),
    Happening.KEEP_ELAPSED_LATCHING: Move(Phase.PENDING, Reason.NO_SUCH_TIMER),
    Happening.ACKNOWLEDGED: Move(Phase.PENDING, Reason.NOT_RAISED_YET),
    Happening.ACKNOWLEDGEMENT_EXPIRED: Move(Phase.PENDING, Reason.NO_SUCH_TIMER),
    Happening.RESOLVED: Move(Phase.PENDING, Reason.NOT_RAISED_YET),
    Happening.RESOLVED_WHILE_UNKNOWN: Move(Phase.PENDING, Reason.NOT_RAISED_YET),
    Happening.RESOLVED_WHILE_TRUE: Move(Phase.PENDING, Reason.NOT_RAISED_YET),
    Happening.SILENCED: Move(Phase.PENDING, Reason.NOT_RAISED_YET),
    Happening.UNSILENCED: Move(Phase.PENDING, Reason.NOT_RAISED_YET),
    Happening.UNSILENCED_WITHOUT_SILENCE: Move(Phase.PENDING, Reason.NOT_RAISED_YET),
    Happening.SILENCE_EXPIRED: Move(Phase.PENDING, Reason.NO_SUCH_TIMER),
    Happening.INHIBITED: Move(Phase.PENDING, Reason.CALLS_NOBODY),
    Happening.NO_LONGER_INHIBITED: Move(Phase.PENDING, Reason.CALLS_NOBODY),
    Happening.DISCHARGED: Move(Phase.QUIET, Reason.DISCHARGED),
}

_ACTIVE: Final = {
    Happening.TRUE: Move(Phase.ACTIVE, Reason.STILL_TRUE),
    Happening.TRUE_WITHOUT_HOLD: Move(Phase.ACTIVE, Reason.STILL_TRUE),
    Happening.FALSE: Move(Phase.ACTIVE, Reason.KEPT_FOR_NOW),
    Happening.UNKNOWN: Move(Phase.ACTIVE, Reason.UNKNOWN_ENDS_NOTHING),
    Happening.HOLD_ELAPSED: Move(Phase.ACTIVE, Reason.NO_SUCH_TIMER),
    Happening.KEEP_ELAPSED: Move(Phase.QUIET, Reason.FALSE_FOR_KEEP),
    Happening.KEEP_ELAPSED_LATCHING: Move(Phase.LATCHED, Reason.LATCHED),
    Happening.ACKNOWLEDGED: Move(Phase.ACKNOWLEDGED, Reason.ACKNOWLEDGED),
    Happening.ACKNOWLEDGEMENT_EXPIRED: Move(Phase.ACTIVE, Reason.NO_SUCH_TIMER),
    Happening.RESOLVED: Move(Phase.QUIET, Reason.RESOLVED),
    Happening.RESOLVED_WHILE_UNKNOWN: Move(Phase.QUIET, Reason.RESOLVED_WHILE_UNKNOWN),
    Happening.RESOLVED_WHILE_TRUE: Move(Phase.ACTIVE, Reason.CONDITION_STILL_TRUE),
    Happening.SILENCED: Move(Phase.ACTIVE, Reason.SILENCED),
    Happening.UNSILENCED: Move(Phase.ACTIVE, Reason.UNSILENCED),
    Happening.UNSILENCED_WITHOUT_SILENCE: Move(Phase.ACTIVE, Reason.NOT_SILENCED),
    Happening.SILENCE_EXPIRED: Move(Phase.ACTIVE, Reason.SILENCE_EXPIRED),
    Happening.INHIBITED: Move(Phase.ACTIVE, Reason.INHIBITED),
    Happening.NO_LONGER_INHIBITED: Move(Phase.ACTIVE, Reason.NO_LONGER_INHIBITED),
    Happening.DISCHARGED: Move(Phase.QUIET, Reason.DISCHARGED),
}

_ACKNOWLEDGED: Final = {
    Happening.TRUE: Move(Phase.ACKNOWLEDGED, Reason.STILL_TRUE),
    Happening.TRUE_WITHOUT_HOLD: Move(Phase.ACKNOWLEDGED, Reason.STILL_TRUE),
    Happening.FALSE: Move(Phase.ACKNOWLEDGED, Reason.KEPT_FOR_NOW),
    Happening.UNKNOWN: Move(Phase.ACKNOWLEDGED, Reason.UNKNOWN_ENDS_NOTHING),
    Happening.HOLD_ELAPSED: Move(Phase.ACKNOWLEDGED, Reason.NO_SUCH_TIMER),
    Happening.KEEP_ELAPSED: Move(Phase.QUIET, Reason.FALSE_FOR_KEEP),
    # A person has already seen it, so a latch would only ask for the same answer twice.
    Happening.KEEP_ELAPSED_LATCHING: Move(Phase.QUIET, Reason.FALSE_FOR_KEEP),
    Happening.ACKNOWLEDGED: Move(Phase.ACKNOWLEDGED, Reason.ACKNOWLEDGED_AGAIN),
    Happening.ACKNOWLEDGEMENT_EXPIRED: Move(Phase.ACTIVE, Reason.ACKNOWLEDGEMENT_EXPIRED),
    Happening.RESOLVED: Move(Phase.QUIET, Reason.RESOLVED),
    Happening.RESOLVED_WHILE_UNKNOWN: Move(Phase.QUIET, Reason.RESOLVED_WHILE_UNKNOWN),
    Happening.RESOLVED_WHILE_TRUE: Move(Phase.ACKNOWLEDGED, Reason.CONDITION_STILL_TRUE),
    Happening.SILENCED: Move(Phase.ACKNOWLEDGED, Reason.SILENCED),
    Happening.UNSILENCED: Move(Phase.ACKNOWLEDGED, Reason.UNSILENCED),
    Happening.UNSILENCED_WITHOUT_SILENCE: Move(Phase.ACKNOWLEDGED, Reason.NOT_SILENCED),
    Happening.SILENCE_EXPIRED: Move(Phase.ACKNOWLEDGED, Reason.SILENCE_EXPIRED),
    Happening.INHIBITED: Move(Phase.ACKNOWLEDGED, Reason.INHIBITED),
    Happening.NO_LONGER_INHIBITED: Move(Phase.ACKNOWLEDGED, Reason.NO_LONGER_INHIBITED),
    Happening.DISCHARGED: Move(Phase.QUIET, Reason.DISCHARGED),
}

_LATCHED: Final = {
    Happening.TRUE: Move(Phase.ACTIVE, Reason.TRUE_AGAIN),
    Happening.TRUE_WITHOUT_HOLD: Move(Phase.ACTIVE, Reason.TRUE_AGAIN),
    Happening.FALSE: Move(Phase.LATCHED, Reason.WAITS_FOR_A_PERSON),
    Happening.UNKNOWN: Move(Phase.LATCHED, Reason.UNKNOWN_ENDS_NOTHING),
    Happening.HOLD_ELAPSED: Move(Phase.LATCHED, Reason.NO_SUCH_TIMER),
    Happening.KEEP_ELAPSED: Move(Phase.LATCHED, Reason.NO_SUCH_TIMER),
    Happening.KEEP_ELAPSED_LATCHING: Move(Phase.LATCHED, Reason.NO_SUCH_TIMER),
    Happening.ACKNOWLEDGED: Move(Phase.QUIET, Reason.ACKNOWLEDGED_AFTER_END),
    Happening.ACKNOWLEDGEMENT_EXPIRED: Move(Phase.LATCHED, Reason.NO_SUCH_TIMER),
    Happening.RESOLVED: Move(Phase.QUIET, Reason.RESOLVED),
    Happening.RESOLVED_WHILE_UNKNOWN: Move(Phase.QUIET, Reason.RESOLVED_WHILE_UNKNOWN),
    Happening.RESOLVED_WHILE_TRUE: Move(Phase.LATCHED, Reason.CONDITION_STILL_TRUE),
    # It calls nobody, so a silence could only hide that it comes back.
    Happening.SILENCED: Move(Phase.LATCHED, Reason.NOTHING_TO_SILENCE),
    Happening.UNSILENCED: Move(Phase.LATCHED, Reason.NOT_SILENCED),
    Happening.UNSILENCED_WITHOUT_SILENCE: Move(Phase.LATCHED, Reason.NOT_SILENCED),
    Happening.SILENCE_EXPIRED: Move(Phase.LATCHED, Reason.NO_SUCH_TIMER),
    Happening.INHIBITED: Move(Phase.LATCHED, Reason.CALLS_NOBODY),
    Happening.NO_LONGER_INHIBITED: Move(Phase.LATCHED, Reason.CALLS_NOBODY),
    Happening.DISCHARGED: Move(Phase.QUIET, Reason.DISCHARGED),
}

TABLE: Final[Mapping[Phase, Mapping[Happening, Move]]] = MappingProxyType(
    {
        Phase.QUIET: MappingProxyType(_QUIET),
        Phase.PENDING: MappingProxyType(_PENDING),
        Phase.ACTIVE: MappingProxyType(_ACTIVE),
        Phase.ACKNOWLEDGED: MappingProxyType(_ACKNOWLEDGED),
        Phase.LATCHED: MappingProxyType(_LATCHED),
    }
)
