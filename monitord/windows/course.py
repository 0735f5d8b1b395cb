"""Where a patient stands in the course around the infusion, and what is overdue there.

An interval counts from the last value, or from when the patient came or the schedule began.
"""

from typing import Final

from monitord.domain.pathway import ENDS_MS, Course
from monitord.domain.signals import SIGNAL
from monitord.domain.time import LONG_AGO, NEVER, Millis
from monitord.domain.treatments import TREATMENT
from monitord.windows.memory import Memory
from monitord.windows.samples import Answer

CAPD: Final = SIGNAL["capd_score"].index
ICE_YEARS: Final = 12  # ICANS by the ICE from 12 years on: Lee 2019, MDedge on the consensus [S2]
LYMPHODEPLETION: Final = TREATMENT["lymphodepletion"].index
# When each part after the infusion begins, counted from the infusion.
_BEGINS_MS: Final = {Course.ACUTE: 0, **{Course(part + 1): end for part, end in ENDS_MS.items()}}


def course(memory: Memory, row: int, now: Millis) -> tuple[Course, Millis]:
    """Give the part of the course, and when it ends if nothing happens."""
    infused_at = memory.treatments.infused_at(row)
    if infused_at is not None:
        for part, ends_ms in ENDS_MS.items():
            if now < infused_at + ends_ms:
                return part, infused_at + ends_ms
    prepared_at = memory.treatments.given_at.item(LYMPHODEPLETION, row)
    if infused_at is None:
        part = Course.BASELINE if prepared_at == LONG_AGO else Course.LYMPHODEPLETION
        return part, NEVER
    # A second course begins with another lymphodepletion.
    is_again = prepared_at >= infused_at + ENDS_MS[Course.LATE]
    return Course.LYMPHODEPLETION if is_again else Course.FOLLOW_UP, NEVER


def course_word(memory: Memory, row: int, now: Millis) -> Answer:
    """Answer where the patient stands, as the place of its word."""
    part, ends = course(memory, row, now)
    return Answer(float(part), ends)


def due_at(memory: Memory, signal: int, row: int, now: Millis) -> Millis:
    """Give the instant at which a signal was or is due next; NEVER where nothing is scheduled."""
    return _due_at(memory, signal, row, course(memory, row, now)[0])


def overdue(memory: Memory, signal: int, row: int, now: Millis) -> Answer:
    """Tell whether a signal is later than due and its grace."""
    part, ends = course(memory, row, now)
    late_at = _due_at(memory, signal, row, part) + memory.schedule.grace_ms + 1
    if now >= late_at:
        return Answer(1.0, ends)
    return Answer(0.0, min(late_at, ends))


def _due_at(memory: Memory, signal: int, row: int, part: Course) -> Millis:
    interval_ms = memory.due_every_ms[part][signal]
    if interval_ms is None or (signal == CAPD and _takes_the_ice(memory, row)):
        return NEVER
    part = memory.due_from[part][signal]
    known = memory.last(signal, row)
    since = known[0] if known else memory.roster.admitted_at.item(row)
    return max(since, _began_at(memory, row, part)) + interval_ms


def _takes_the_ice(memory: Memory, row: int) -> bool:
    """Tell who is known to be graded by the ICE, and so is not asked for the CAPD."""
    roster = memory.roster
    return bool(roster.age_years[row] >= ICE_YEARS and not roster.developmental_delay[row])


def _began_at(memory: Memory, row: int, part: Course) -> Millis:
    infused_at = memory.treatments.infused_at(row)
    if infused_at is None or part < Course.ACUTE:
        return memory.roster.admitted_at.item(row)
    return infused_at + _BEGINS_MS[part]
