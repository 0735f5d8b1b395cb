"""The course of a patient around the infusion, and how often each thing is due in each part of it.

Knowledge: clinical.md section 1. Where it gives no number, nothing is due; a unit writes its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from monitord.domain.signals import SIGNAL
from monitord.domain.signals.labs import LABS
from monitord.domain.signals.neuro import NEURO
from monitord.domain.signals.vitals import VITALS
from monitord.domain.time import DAY, HOUR, Millis

ACUTE_DAYS: Final = 14  # no new CRS after 2 weeks: Blood Adv 2024;8:5346 [S, lymphoma]
LATE_DAYS: Final = 28  # the first month after infusion, which is what monitord watches


class Course(IntEnum):
    """Where a patient stands; each begins where the last one ends."""

    BASELINE = 0  # before lymphodepletion
    LYMPHODEPLETION = 1  # from its first dose up to the infusion
    ACUTE = 2  # day 0, the day of the infusion, to day 14
    LATE = 3  # day 15 to day 28
    FOLLOW_UP = 4  # from day 29 on


COURSE_WORDS: Final = tuple(course.name.lower() for course in Course)
# When each part after the infusion ends, counted from the infusion.
ENDS_MS: Final[Mapping[Course, Millis]] = {
    Course.ACUTE: (ACUTE_DAYS + 1) * DAY,
    Course.LATE: (LATE_DAYS + 1) * DAY,
}

# A schedule may name one signal, or all of a kind at once.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "vitals": tuple(signal.word for signal in VITALS),
    "neuro": tuple(signal.word for signal in NEURO),
    "labs": tuple(signal.word for signal in LABS),
}

Intervals = Mapping[str, Millis]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often what is due: for each part of the course, a signal's or a kind's interval.

    What nobody scheduled is never due; `grace_ms` is how much later than due is overdue.
    """

    grace_ms: Millis = HOUR  # the house's own
    baseline: Intervals = field(default_factory=dict)
    lymphodepletion: Intervals = field(default_factory=dict)
    acute: Intervals = field(
        default_factory=lambda: {
            "vitals": 4 * HOUR,  # at least every 4 h, supportive-care Table 2, ASH 7514710 [S]
            "ice_score": 8 * HOUR,  # ICE every 8 h, ASH-SAP Table 2 [S]
            "capd_score": 12 * HOUR,  # twice in 24 h, MDedge on Mahadeo 2019 [S2]
            "labs": 24 * HOUR,  # daily, Yakoub-Agha, Haematologica 2020 p. 74 [S]
        }
    )
    late: Intervals = field(
        default_factory=lambda: {
            "vitals": 12 * HOUR,  # NEWS2 of 0: 12-hourly, RCP 2017 [S]
            "ice_score": 8 * HOUR,  # ICE every 8 h, ASH-SAP Table 2 [S]: no end is given there
            "capd_score": 12 * HOUR,  # twice in 24 h, MDedge on Mahadeo 2019 [S2]
        }
    )
    follow_up: Intervals = field(default_factory=dict)

    def interval_ms(self, course: Course, word: str) -> Millis | None:
        """Tell how often a signal is due in a part of the course; None for never."""
        intervals: Intervals = getattr(self, course.name.lower())
        if word in intervals:
            return intervals[word]
        for kind, words in KINDS.items():
            if word in words:
                return intervals.get(kind)
        raise AssertionError(f"{word} is of no kind")


assert set(SIGNAL) == {word for words in KINDS.values() for word in words}
