"""What a channel may say of an alert: the words for a person, the document for a program.

A pager is read by whoever stands beside it. So its words name ward and bed and never the patient,
and what is said of the condition is set for each channel. A drill's words begin with DRILL and say
that nobody needs help, so that it cannot be taken for a real call.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from monitord.adapters.sinks.sink import one_line
from monitord.domain.alerts import Condition
from monitord.domain.notifications import Notification, Purpose
from monitord.domain.time import format_time

# A subject that most phones show whole on a locked screen, with room for the ward and the bed.
MOST_SUBJECT: Final = 150
# Six joined text messages; what is longer is cut by the pager itself, in a place we do not choose.
MOST_BODY: Final = 900

_BEGINS: Final = {
    Purpose.TRIGGER: "",
    Purpose.ACKNOWLEDGE: "ANSWERED: ",
    Purpose.RESOLVE: "OVER: ",
}
_ASKS: Final = {
    Purpose.TRIGGER: "Look at the ward's screen for what it is about.",
    Purpose.ACKNOWLEDGE: "Somebody has it. You need not go.",
    Purpose.RESOLVE: "It is over. You need not go.",
}


class Detail(StrEnum):
    """How much a channel may say of the patient's condition."""

    NONE = "none"  # that there is an alert, how urgent, and where
    VITAL = "vital"  # and what it is, and what to do
    FULL = "full"  # and the values it rests on


class Words(NamedTuple):
    """What a person reads; `body` says all that `subject` says."""

    subject: str
    body: str


def words(notification: Notification, detail: Detail) -> Words:
    """Return the words of a notification for a person, each a single line.

    >>> from tests.notifications import call
    >>> words(call(), Detail.NONE).subject
    'High priority alert: ward tower-3, bed 7'
    >>> words(call(is_drill=True), Detail.VITAL).subject
    'DRILL: CRS grade 3 or higher: ward tower-3, bed 7'
    """
    drill = "DRILL: " if notification.is_drill else ""
    what = _kind(notification) if detail is Detail.NONE else notification.title.rstrip(".")
    where = f"ward {notification.ward}"
    if notification.bed:
        where += f", bed {notification.bed}"
    subject = f"{drill}{_BEGINS[notification.purpose]}{what}: {where}"
    told = [f"{subject}.", _told(notification, detail)]
    if notification.is_drill:
        told.append("This is only a drill: no patient needs help.")
    return Words(one_line(subject, MOST_SUBJECT), one_line(" ".join(told), MOST_BODY))


def document(notification: Notification, detail: Detail) -> dict[str, object]:
    """Return a notification for a program; ids of patients only where full detail is allowed."""
    subject, body = words(notification, detail)
    fields: dict[str, object] = {
        "kind": "notification",
        "id": notification.id,
        "alert": notification.alert,
        "purpose": notification.purpose.value,
        "channel": notification.channel,
        "step": notification.step,
        "round": notification.round,
        "is_drill": notification.is_drill,
        "condition": notification.condition.value,
        "priority": notification.priority.value,
        "ward": notification.ward,
        "bed": notification.bed,
        "raised_at": format_time(notification.raised_at),
        "queued_at": format_time(notification.queued_at),
        "expires_at": format_time(notification.expires_at),
        "subject": subject,
        "text": body,
    }
    if detail is not Detail.NONE:
        fields |= {"rule": notification.rule, "source": notification.source}
        fields |= {"title": _marked(notification, notification.title)}
        fields |= {"action": _marked(notification, notification.action)}
    if detail is Detail.FULL:
        fields |= {"patient": notification.patient}
        fields |= {"message": _marked(notification, notification.message)}
    return fields


def _told(notification: Notification, detail: Detail) -> str:
    calls = notification.purpose is Purpose.TRIGGER
    if detail is Detail.NONE or (detail is Detail.VITAL and not calls):
        return _ASKS[notification.purpose]
    if detail is Detail.VITAL:
        return f"{_kind(notification)}. {notification.action}"
    return f"{'' if calls else _ASKS[notification.purpose] + ' '}{notification.message}"


def _kind(notification: Notification) -> str:
    technical = "technical " if notification.condition is Condition.TECHNICAL else ""
    return f"{notification.priority.value.capitalize()} priority {technical}alert"


def _marked(notification: Notification, text: str) -> str:
    return f"DRILL: {text}" if notification.is_drill else text
