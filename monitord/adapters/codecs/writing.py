"""Writes events as they would be sent, and decisions as `contract.md` section 5 fixes them.

The order of fields is the order of this code. An event written and read again is the same event.
"""

from collections.abc import Iterable
from typing import Final, TypeAlias, assert_never

import orjson

from monitord.domain.decisions import (
    AlertChange,
    Announcement,
    Assessment,
    Evidence,
    Notice,
    NotificationChange,
    Rejected,
)
from monitord.domain.events import (
    Command,
    Event,
    Observation,
    Quality,
    Rejection,
    Status,
    Stay,
    TreatmentEvent,
)
from monitord.domain.signals import SIGNALS
from monitord.domain.time import SECOND, Millis, format_time
from monitord.domain.treatments import TREATMENTS

Fields: TypeAlias = dict[str, object]

_ABSENT: Final[tuple[object, ...]] = (None, {})


def encode_event(event: Event) -> Fields:
    """Give an event as it would be sent: canonical units, UTC times, only fields that are set."""
    match event:
        case Observation():
            kind, own = "observation", _observation(event)
        case Stay():
            kind, own = "stay", _stay(event)
        case TreatmentEvent():
            kind, own = "treatment", _treatment(event)
        case Command():
            kind, own = "command", _command(event)
        case _:
            assert_never(event)
    fields: Fields = {"kind": kind, "patient": event.patient, "time": format_time(event.time)}
    if event.received != event.time:
        fields["received"] = format_time(event.received)
    told = own | {"ward": event.ward, "id": event.id, "source": event.source, "seq": event.seq}
    return fields | {field: value for field, value in told.items() if value not in _ABSENT}


def encode_rejection(rejection: Rejection) -> Fields:
    """Give a rejection for the journal."""
    return {
        "received": rejection.received,
        "reason": rejection.reason,
        "detail": rejection.detail,
        "event": rejection.event,
    }


def encode_decision(decision: Announcement) -> bytes:
    """Write one decision as one JSON object without a newline; equal decisions give equal bytes."""
    match decision:
        case Assessment():
            fields = _assessment(decision)
        case AlertChange():
            fields = _alert(decision)
        case Rejected():
            fields = {"kind": "rejected", "time": format_time(decision.time)}
            fields |= {"reason": decision.reason, "detail": decision.detail}
            fields["event"] = decision.event
        case Notice():
            fields = {"kind": "notice", "time": format_time(decision.time)}
            fields |= {"notice": decision.notice, "patient": decision.patient}
            fields["detail"] = decision.detail
        case NotificationChange():
            fields = _notification(decision)
        case _:
            assert_never(decision)
    return orjson.dumps(fields)


def _observation(event: Observation) -> Fields:
    signal = SIGNALS[event.signal]
    fields: Fields = {"signal": signal.word}
    if event.status is not Status.ENTERED_IN_ERROR:
        fields["value"] = signal.value(event.value)
        fields["unit"] = signal.unit or None
    if event.status is not Status.FINAL:
        fields["status"] = event.status.value
    if event.quality is not Quality.GOOD:
        fields["quality"] = event.quality.value
    if event.attributable_elsewhere:
        fields["attributable_elsewhere"] = True
    return fields


def _stay(event: Stay) -> Fields:
    usual = ((SIGNALS[index], whole) for index, whole in event.baseline.items())
    return {
        "action": event.action.value,
        "bed": event.bed,
        "age_years": event.age_years,
        "developmental_delay": event.developmental_delay,
        "baseline": {signal.word: signal.value(whole) for signal, whole in usual},
        "language": event.language,
    }


def _treatment(event: TreatmentEvent) -> Fields:
    return {
        "treatment": TREATMENTS[event.treatment].word,
        "action": event.action.value,
        "dose": event.dose,
        "unit": event.unit,
        "product": event.product,
    }


def _command(event: Command) -> Fields:
    return {
        "action": event.action.value,
        "alert": event.alert,
        "rule": event.rule,
        "by": event.by,
        "reason": event.reason,
        "until": _instant(event.until),
    }


def _instant(time: Millis | None) -> str | None:
    return None if time is None else format_time(time)


def _assessment(decision: Assessment) -> Fields:
    return {
        "kind": "assessment",
        "patient": decision.patient,
        "time": format_time(decision.time),
        "scale": decision.scale,
        "low": decision.low,
        "high": decision.high,
        "missing": decision.missing,
        "evidence": [_evidence(value) for value in decision.evidence],
        "because": decision.because,
    }


def _alert(decision: AlertChange) -> Fields:
    return {
        "kind": "alert",
        "alert": decision.alert,
        "patient": decision.patient,
        "time": format_time(decision.time),
        "rule": decision.rule,
        "rule_version": decision.rule_version,
        "pack": decision.pack,
        "condition": decision.condition.value,
        "priority": decision.priority.value,
        "from": decision.from_phase.name,
        "to": decision.to_phase.name,
        "reason": decision.reason,
        "message": decision.message,
        "evidence": _aged(decision.evidence, decision.time),
        "action": decision.action,
        "source": decision.source,
        "silenced_until": _instant(decision.silenced_until),
        "inhibited_by": decision.inhibited_by,
        "episode": decision.episode,
        "flaps": decision.flaps,
    }


def _notification(decision: NotificationChange) -> Fields:
    return {
        "kind": "notification",
        "alert": decision.alert,
        "channel": decision.channel,
        "attempt": decision.attempt,
        "state": decision.state.value,
        "time": format_time(decision.time),
        "notification": decision.notification,
        "purpose": decision.purpose.value,
        "step": decision.step,
    }


def _aged(evidence: Iterable[Evidence], now: Millis) -> list[Fields]:
    return [
        _evidence(value) | {"age_s": max(0, (now - value.time) // SECOND)} for value in evidence
    ]


def _evidence(value: Evidence) -> Fields:
    return {
        "signal": value.signal,
        "value": value.value,
        "unit": value.unit,
        "time": format_time(value.time),
    }
