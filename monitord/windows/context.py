"""What is known of one patient besides signals: treatments, age, the infusion, the episode."""

from collections.abc import Callable
from typing import Final, TypeAlias

from monitord.domain.features import ContextName
from monitord.domain.time import DAY, LONG_AGO, NEVER, Millis
from monitord.windows.course import course_word
from monitord.windows.memory import Memory
from monitord.windows.roster import ADULT_YEARS
from monitord.windows.samples import UNKNOWN, Answer
from monitord.windows.treatments import SEDATIVES, VASOPRESSORS

One: TypeAlias = Callable[[Memory, int, Millis], Answer]


def given(memory: Memory, treatment: int, row: int, window_ms: Millis, now: Millis) -> Answer:
    """Tell whether a treatment was given or started within a window."""
    given_at = int(memory.treatments.given_at[treatment, row])
    if given_at == LONG_AGO or now >= given_at + window_ms:
        return Answer(0.0, NEVER)
    return Answer(1.0, given_at + window_ms)


def doses(memory: Memory, treatment: int, row: int, window_ms: Millis, now: Millis) -> Answer:
    """Count how often a treatment was given or started within a window."""
    count, oldest = memory.treatments.count(treatment, row, now - window_ms)
    return Answer(float(count), oldest + window_ms if count else NEVER)


def _days_since_infusion(memory: Memory, row: int, now: Millis) -> Answer:
    infused_at = memory.treatments.infused_at(row)
    if infused_at is None:
        return Answer(UNKNOWN, NEVER)
    days = (now - infused_at) // DAY
    return Answer(float(days), infused_at + (days + 1) * DAY)


def _fever_waived(memory: Memory, row: int, now: Millis) -> Answer:
    is_waived, due = memory.waiver.read(row, now)
    return Answer(float(is_waived), due)


def _spo2_scale(memory: Memory, row: int, _: Millis) -> Answer:
    return Answer(2.0 if memory.roster.patient[row] in memory.spo2_scale_2 else 1.0, NEVER)


def _no_context(_: Memory, __: int, ___: Millis) -> Answer:
    raise AssertionError("a silence is compared with a span, never read by itself")


CONTEXT: Final[dict[ContextName, One]] = {
    ContextName.INFUSED: lambda memory, row, _: Answer(
        float(memory.treatments.infused_at(row) is not None), NEVER
    ),
    ContextName.DAYS_SINCE_INFUSION: _days_since_infusion,
    ContextName.PHASE: course_word,
    ContextName.AGE_YEARS: lambda memory, row, _: Answer(
        float(memory.roster.age_years[row]), NEVER
    ),
    ContextName.CHILD: lambda memory, row, _: Answer(
        float(memory.roster.age_years[row] < ADULT_YEARS), NEVER
    ),
    ContextName.DEVELOPMENTAL_DELAY: lambda memory, row, _: Answer(
        float(memory.roster.developmental_delay[row]), NEVER
    ),
    ContextName.FEVER_WAIVED: _fever_waived,
    ContextName.SEDATED: lambda memory, row, _: Answer(
        float(memory.treatments.is_running[SEDATIVES, row].any()), NEVER
    ),
    ContextName.VASOPRESSORS: lambda memory, row, _: Answer(
        float(memory.treatments.is_running[VASOPRESSORS, row].sum()), NEVER
    ),
    ContextName.SPO2_SCALE: _spo2_scale,
    ContextName.PATIENT_SILENCE: _no_context,
    ContextName.FEED_SILENCE: _no_context,
}
