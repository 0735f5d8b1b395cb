"""Decisions as the tests of the key figures want them: short to write, all else as it may be."""

from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange, Assessment, Notice, NotificationChange
from monitord.domain.notifications import DeliveryState, Purpose
from monitord.domain.time import DAY, SECOND, Millis

START = 20_000 * DAY


def at(seconds: float) -> Millis:
    return START + round(seconds * SECOND)


def moved(
    seconds: float,
    to: Phase = Phase.ACTIVE,
    before: Phase = Phase.QUIET,
    reason: str = "condition_true",
    *,
    alert: str = "a1",
    patient: str = "p1",
    rule: str = "fever",
    priority: Priority = Priority.HIGH,
    inhibited_by: str | None = None,
    silenced_until: Millis | None = None,
    flaps: int = 0,
) -> AlertChange:
    return AlertChange(
        alert,
        patient,
        "",
        at(seconds),
        rule,
        1,
        "trial",
        Condition.PHYSIOLOGICAL,
        priority,
        before,
        to,
        reason,
        "",
        (),
        "",
        "",
        silenced_until,
        inhibited_by,
        "e1",
        flaps,
    )


def noticed(seconds: float, notice: str, detail: str = "ward west", patient: str = "p1") -> Notice:
    return Notice(at(seconds), f"patient_{notice}", patient, detail)


def assessed(seconds: float, patient: str = "p1") -> Assessment:
    return Assessment(patient, at(seconds), "news2", 0, 3, (), (), "")


def called(
    seconds: float, alert: str = "a1", step: int = 0, purpose: Purpose = Purpose.TRIGGER
) -> NotificationChange:
    state = DeliveryState.SENT
    return NotificationChange(alert, "pager", 1, state, at(seconds), "n1", purpose, step)
