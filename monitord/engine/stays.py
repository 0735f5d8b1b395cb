"""Who comes, moves and goes, as the stay events tell it, each as of its own time.

An event that is older than what is known of the same thing ends nobody's stay and moves nobody.
"""

from monitord.domain.events import Observation, Stay, StayAction, TreatmentEvent
from monitord.domain.time import format_span, format_time
from monitord.engine.decisions import Decisions
from monitord.engine.telling import alert_change
from monitord.engine.ward import Ward


def has_left_since(ward: Ward, event: Observation | TreatmentEvent | Stay, out: Decisions) -> bool:
    """Refuse what is of a stay that has ended; only an admission may be of that very instant."""
    left = ward.memory.roster.left.get(event.patient)
    is_admission = isinstance(event, Stay) and event.action is StayAction.ADMIT
    if left is None or event.time > left.at or (event.time == left.at and is_admission):
        return False
    detail = f"{event.patient} left at {format_time(left.at)}, after this"
    out.reject("patient_left", detail, f"{type(event).__name__} {event.patient}")
    return True


def describe(ward: Ward, row: int, stay: Stay, out: Decisions) -> None:
    """Take what a stay tells of a patient who is here; a place from before is refused.

    An admission that tells another ward than the first event did is noticed as a transfer.
    """
    before = ward.memory.roster.ward[row]
    # A clock that runs ahead by what the door lets pass is taken to mean now.
    is_there = ward.memory.describe(row, stay._replace(time=min(stay.time, out.now)))
    roster = ward.memory.roster
    if not is_there:
        detail = f"{stay.patient} was moved to {roster.ward[row]} after this; nobody is moved"
        out.reject("outdated_place", detail, f"Stay {stay.patient}")
    elif stay.action is StayAction.TRANSFER or roster.ward[row] != before:
        out.notice("patient_transferred", stay.patient, f"ward {stay.ward or 'as before'}")


def discharge(ward: Ward, stay: Stay, out: Decisions) -> int | None:
    """Let a patient go and give the row that is free now; none when nobody leaves."""
    roster = ward.memory.roster
    row = roster.row_of.get(stay.patient)
    if row is None:
        detail = f"{stay.patient} is not here; nobody is discharged"
        out.reject("unknown_patient", detail, f"Stay {stay.patient}")
        return None
    left = roster.left.get(stay.patient)
    came_at = int(roster.came_at[row])
    if stay.time < came_at or (left is not None and stay.time <= left.said):
        here = format_span(out.now - came_at)
        detail = f"{stay.patient} is here again, for {here}; this is of an earlier stay"
        out.reject("patient_left", detail, f"Stay {stay.patient}")
        return None
    ward.memory.hear(row, out.now)
    for moved in ward.alerts.discharge(row, out.now):
        alert_change(ward, moved, out)
    ward.memory.discharge(stay.patient, min(stay.time, out.now), stay.time)
    ward.table.wipe(row)
    ward.grades.wipe(row)
    out.notice("patient_discharged", stay.patient, "memory wiped")
    return row
