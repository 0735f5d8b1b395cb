"""Reads decisions back from the JSON Lines that `encode_decision` wrote, as far as figures need it.

Evidence and sentences are left behind: they are for people, and the longest part of a line. The
ward of an alert is not written; the notices of a patient's stay tell it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import (
    AlertChange,
    Announcement,
    Assessment,
    Notice,
    NotificationChange,
    Rejected,
)
from monitord.domain.notifications import DeliveryState, Purpose
from monitord.domain.refusals import shown
from monitord.domain.time import Millis, parse_time


class DecisionProblem(ValueError):
    """A line is no decision; says which line of which file, what was found and expected."""

    def __init__(self, name: str, line: int, found: str) -> None:
        super().__init__(
            f"{name}:{line}: found {found}, expected a decision as `monitord replay` writes it"
        )


def read_decisions(
    name: str, lines: Iterable[bytes], on_torn: Callable[[int], None]
) -> Iterator[Announcement]:
    """Give each decision of a file; a last line without its end is told to `on_torn`.

    Raises `DecisionProblem` at the first line that is none.
    """
    for number, line in enumerate(lines, start=1):
        try:
            yield _decision(orjson.loads(line))
        except orjson.JSONDecodeError:
            if not line.endswith(b"\n"):
                on_torn(number)
                return
            raise DecisionProblem(name, number, "no JSON") from None
        except KeyError as error:
            raise DecisionProblem(name, number, f"nothing for {error}") from None
        except (TypeError, ValueError, AttributeError) as error:
            raise DecisionProblem(name, number, str(error)) from None


def _decision(fields: Mapping[str, Any]) -> Announcement:
    if not isinstance(fields, dict):
        raise TypeError(f"{shown(fields)}, which is no object")
    kind = fields.get("kind")
    if kind not in _READ:
        raise ValueError(f"the kind {shown(kind)}")
    return _READ[kind](fields)


def _assessment(fields: Mapping[str, Any]) -> Assessment:
    low, high = fields["low"], fields["high"]
    time, scale = parse_time(fields["time"]), fields["scale"]
    return Assessment(_text(fields["patient"]), time, scale, low, high, (), (), "")


def _alert(fields: Mapping[str, Any]) -> AlertChange:
    until = fields["silenced_until"]
    return AlertChange(
        alert=_text(fields["alert"]),
        patient=_text(fields["patient"]),
        ward="",
        time=parse_time(fields["time"]),
        rule=_text(fields["rule"]),
        rule_version=fields["rule_version"],
        pack=fields["pack"],
        condition=Condition(fields["condition"]),
        priority=Priority(fields["priority"]),
        from_phase=Phase[fields["from"]],
        to_phase=Phase[fields["to"]],
        reason=fields["reason"],
        message="",
        evidence=(),
        action="",
        source="",
        silenced_until=None if until is None else parse_time(until),
        inhibited_by=fields["inhibited_by"],
        episode=fields["episode"],
        flaps=int(fields["flaps"]),
    )


def _notification(fields: Mapping[str, Any]) -> NotificationChange:
    time: Millis = parse_time(fields["time"])
    return NotificationChange(
        _text(fields["alert"]),
        fields["channel"],
        int(fields["attempt"]),
        DeliveryState(fields["state"]),
        time,
        fields["notification"],
        Purpose(fields["purpose"]),
        int(fields["step"]),
    )


def _rejected(fields: Mapping[str, Any]) -> Rejected:
    return Rejected(parse_time(fields["time"]), fields["reason"], "", "")


def _notice(fields: Mapping[str, Any]) -> Notice:
    told = (fields["notice"], fields["patient"], fields["detail"])
    return Notice(parse_time(fields["time"]), *map(_text, told))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{shown(value)} where a text belongs")
    return value


_READ: Final[Mapping[object, Callable[[Mapping[str, Any]], Announcement]]] = {
    "assessment": _assessment,
    "alert": _alert,
    "notification": _notification,
    "rejected": _rejected,
    "notice": _notice,
}
