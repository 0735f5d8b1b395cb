"""Where a patient stands around the infusion, and what is overdue there."""

import pytest

from monitord.domain.events import Stay, StayAction, TreatmentAction, TreatmentEvent
from monitord.domain.pathway import Course, Schedule
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, NEVER, SECOND, Millis
from monitord.domain.treatments import TREATMENT
from monitord.windows.course import course, due_at, overdue
from monitord.windows.memory import Memory
from monitord.windows.series import Sample

CAME = 20_000 * DAY
INFUSED = CAME + 6 * DAY
ICE = SIGNAL["ice_score"].index
ROW = 1


def known(schedule: Schedule | None = None, **given_at: Millis) -> Memory:
    """Remember one patient who was given some things."""
    memory = Memory(2, DAY, {}, schedule=schedule)
    assert ROW == memory.roster.admit("p-1", "west", CAME, CAME)
    for word, at in given_at.items():
        index, action = TREATMENT[word].index, TreatmentAction.GIVEN
        memory.treat(ROW, TreatmentEvent("p-1", at, at, index, action))
    return memory


@pytest.mark.parametrize(
    ("after_ms", "expected", "ends_after_ms"),
    [
        (0, Course.ACUTE, 15 * DAY),
        (15 * DAY - 1, Course.ACUTE, 15 * DAY),
        (15 * DAY, Course.LATE, 29 * DAY),
        (29 * DAY - 1, Course.LATE, 29 * DAY),
        (29 * DAY, Course.FOLLOW_UP, None),
    ],
)
def test_the_course_turns_with_the_days(
    after_ms: Millis, expected: Course, ends_after_ms: Millis | None
) -> None:
    """Day 0 to 14 is the acute window, day 15 to 28 the late one, each to its last millisecond."""
    ends = NEVER if ends_after_ms is None else INFUSED + ends_after_ms
    assert (expected, ends) == course(known(car_t_infusion=INFUSED), ROW, INFUSED + after_ms)


def test_before_the_infusion_lymphodepletion_makes_the_difference() -> None:
    """Who got neither is at baseline; from the first dose on it is lymphodepletion."""
    assert (Course.BASELINE, NEVER) == course(known(), ROW, CAME)
    assert (Course.LYMPHODEPLETION, NEVER) == course(known(lymphodepletion=CAME), ROW, CAME + DAY)


def test_a_second_course_begins_with_its_lymphodepletion() -> None:
    """Lymphodepletion long after an infusion prepares for the next one."""
    again = INFUSED + 90 * DAY
    memory = known(car_t_infusion=INFUSED, lymphodepletion=again)
    assert (Course.LYMPHODEPLETION, NEVER) == course(memory, ROW, again + HOUR)


def test_the_first_assessment_is_due_an_interval_after_the_infusion() -> None:
    """An ICE that was never taken is due 8 hours after the infusion, overdue after an hour more."""
    memory = known(car_t_infusion=INFUSED)
    late_at = INFUSED + 9 * HOUR + 1
    assert INFUSED + 8 * HOUR == due_at(memory, ICE, ROW, INFUSED)
    assert (0.0, late_at) == overdue(memory, ICE, ROW, late_at - 1)
    assert (1.0, INFUSED + 15 * DAY) == overdue(memory, ICE, ROW, late_at)


def test_an_assessment_counts_from_the_last_one() -> None:
    """What was done is due again an interval later."""
    memory = known(car_t_infusion=INFUSED)
    memory.write_sample(ICE, ROW, Sample(INFUSED + DAY, INFUSED + DAY, 10, False))
    assert INFUSED + DAY + 8 * HOUR == due_at(memory, ICE, ROW, INFUSED + DAY)


def test_a_new_part_of_the_course_gives_no_respite() -> None:
    """What is overdue on day 14 is still overdue on day 15, where it stays scheduled."""
    memory = known(car_t_infusion=INFUSED)
    assert (1.0, INFUSED + 29 * DAY) == overdue(memory, ICE, ROW, INFUSED + 15 * DAY)


def test_a_part_that_asks_anew_counts_from_its_beginning() -> None:
    """Labs that are due only from day 15 on are due an interval after it began."""
    crp, late = SIGNAL["crp"].index, INFUSED + 15 * DAY
    schedule = Schedule(grace_ms=MINUTE, acute={}, late={"labs": 2 * DAY})
    memory = known(schedule, car_t_infusion=INFUSED)
    assert (0.0, late) == overdue(memory, crp, ROW, late - SECOND)
    assert (0.0, late + 2 * DAY + MINUTE + 1) == overdue(memory, crp, ROW, late)


@pytest.mark.parametrize(
    ("age_years", "has_delay", "expected"),
    [
        (11.9, False, INFUSED + 12 * HOUR),
        (12, False, NEVER),
        (12, True, INFUSED + 12 * HOUR),
        (None, None, INFUSED + 12 * HOUR),
    ],
)
def test_who_takes_the_ice_is_not_asked_for_the_capd(
    age_years: float | None, has_delay: bool | None, expected: Millis
) -> None:
    """The CAPD is due in children under 12, with developmental delay, and at an unknown age."""
    memory = known(car_t_infusion=INFUSED)
    stay = Stay("p-1", CAME, CAME, StayAction.ADMIT, None, None, age_years, has_delay)
    memory.describe(ROW, stay)
    assert expected == due_at(memory, SIGNAL["capd_score"].index, ROW, INFUSED)


def test_what_nobody_scheduled_is_never_due() -> None:
    """Before the infusion and after day 28 the house has no number and asks for nothing."""
    assert (0.0, NEVER) == overdue(known(), ICE, ROW, CAME + 90 * DAY)
    assert NEVER == due_at(known(), ICE, ROW, CAME + 90 * DAY)
    follow_up = known(car_t_infusion=INFUSED)
    assert (0.0, NEVER) == overdue(follow_up, ICE, ROW, INFUSED + 90 * DAY)


def test_a_signal_wins_over_its_kind() -> None:
    """A unit may ask for one lab more often than for all of them."""
    schedule = Schedule(acute={"labs": DAY, "crp": 12 * HOUR})
    assert 12 * HOUR == schedule.interval_ms(Course.ACUTE, "crp")
    assert DAY == schedule.interval_ms(Course.ACUTE, "ferritin")
    assert schedule.interval_ms(Course.ACUTE, "ice_score") is None
