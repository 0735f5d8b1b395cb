"""What a channel may say of an alert: the words for a person, the document for a program.

A pager is read by whoever stands beside it. So its words name ward and bed and never the patient,
and what is said of the condition is set for each channel. A drill's words begin with DRILL and say
that nobody needs help, so that it cannot be taken for a real call.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from monitord.adapters.sinks.sink import one_line
from monitord.domain.alerts import FEED_WARD, Condition, Priority
from monitord.domain.language import ENGLISH, Language, phrase
from monitord.domain.notifications import Notification, Purpose
from monitord.domain.time import format_time

# A subject that most phones show whole on a locked screen, with room for the ward and the bed.
MOST_SUBJECT: Final = 150
# Six joined text messages; what is longer is cut by the pager itself, in a place we do not choose.
MOST_BODY: Final = 900

_BEGINS: Final = {
    Purpose.TRIGGER: "{text}",
    Purpose.ACKNOWLEDGE: phrase("ANSWERED: {text}"),
    Purpose.RESOLVE: phrase("OVER: {text}"),
}
_ASKS: Final = {
    Purpose.TRIGGER: phrase("Look at the ward's screen for what it is about."),
    Purpose.ACKNOWLEDGE: phrase("Somebody has it. You need not go."),
    Purpose.RESOLVE: phrase("It is over. You need not go."),
}
_KINDS: Final = {
    (Priority.HIGH, Condition.PHYSIOLOGICAL): phrase("High priority alert"),
    (Priority.MEDIUM, Condition.PHYSIOLOGICAL): phrase("Medium priority alert"),
    (Priority.LOW, Condition.PHYSIOLOGICAL): phrase("Low priority alert"),
    (Priority.HIGH, Condition.TECHNICAL): phrase("High priority technical alert"),
    (Priority.MEDIUM, Condition.TECHNICAL): phrase("Medium priority technical alert"),
    (Priority.LOW, Condition.TECHNICAL): phrase("Low priority technical alert"),
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


def words(notification: Notification, detail: Detail, say: Language = ENGLISH) -> Words:
    """Return the words of a notification for a person, each a single line.

    >>> from tests.notifications import call
    >>> words(call(), Detail.NONE).subject
    'High priority alert: ward tower-3, bed 7'
    >>> words(call(is_drill=True), Detail.VITAL).subject
    'DRILL: CRS grade 3 or higher: ward tower-3, bed 7'
    """
    title = say.without_stop(notification.title)
    what = _kind(notification, say) if detail is Detail.NONE else title
    begun = say(
        _BEGINS[notification.purpose],
        text=say("{what}: {why}", what=what, why=_where(notification, say)),
    )
    subject = _marked(notification, begun, say)
    told = [say.sentence(subject), _told(notification, detail, say)]
    if notification.is_drill:
        told.append(say("This is only a drill: no patient needs help."))
    return Words(one_line(subject, MOST_SUBJECT), one_line(" ".join(told), MOST_BODY))


def document(
    notification: Notification, detail: Detail, say: Language = ENGLISH
) -> dict[str, object]:
    """Return a notification for a program; ids of patients only where full detail is allowed."""
    subject, body = words(notification, detail, say)
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
        fields |= {"title": _marked(notification, notification.title, say)}
        fields |= {"action": _marked(notification, notification.action, say)}
    if detail is Detail.FULL:
        fields |= {"patient": notification.patient}
        fields |= {"message": _marked(notification, notification.message, say)}
    return fields


def _where(notification: Notification, say: Language) -> str:
    if notification.bed:
        return say("ward {ward}, bed {bed}", ward=notification.ward, bed=notification.bed)
    if notification.ward == FEED_WARD:
        return say("all wards")
    return say("ward {ward}", ward=notification.ward)


def _told(notification: Notification, detail: Detail, say: Language) -> str:
    calls = notification.purpose is Purpose.TRIGGER
    asks = say(_ASKS[notification.purpose])
    if detail is Detail.NONE or (detail is Detail.VITAL and not calls):
        return asks
    if detail is Detail.VITAL:
        return f"{say.sentence(_kind(notification, say))} {notification.action}"
    return notification.message if calls else f"{asks} {notification.message}"


def _kind(notification: Notification, say: Language) -> str:
    return say(_KINDS[notification.priority, notification.condition])


def _marked(notification: Notification, text: str, say: Language) -> str:
    return say("DRILL: {text}", text=text) if notification.is_drill else text
