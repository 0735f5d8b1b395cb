"""What every scale says is told when it changes, and remembered for rules about its history."""

from monitord.domain.decisions import Assessment
from monitord.domain.events import Arrival, TreatmentAction
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND
from tests.unit.engine.making import (
    START,
    grades,
    in_order,
    moves,
    rule,
    run,
    saw,
    stays,
    tick,
    treated,
    ward,
)

RISING = rule("rising", "crs_astct > crs_astct.min(24h)")
INFUSION = treated("car_t_infusion", START)
WELL = (
    saw("temperature", "36.8", START),
    saw("systolic_bp", "120", START),
    saw("mean_bp", "85", START),
    saw("spo2", "98.0", START),
    saw("oxygen_device", "room_air", START),
)


def test_a_scale_is_told_once_for_all_that_came_in_a_tick() -> None:
    """Five values that settle a grade are one assessment."""
    told = tick(ward(), START, INFUSION, *WELL)
    assert [(0, 0)] == grades(told, "crs_astct")


def test_a_scale_that_did_not_change_is_not_told() -> None:
    """The same values a minute later say nothing new."""
    place = ward()
    tick(place, START, INFUSION, *WELL)
    then = START + MINUTE
    assert [] == grades(tick(place, then, saw("temperature", "36.9", then)), "crs_astct")


def test_the_same_interval_with_other_gaps_is_told() -> None:
    """What is missing is part of what a scale says."""
    place = ward()
    tick(place, START, stays(START, age_years=50), INFUSION)
    then = START + SECOND
    told = [
        one
        for one in tick(place, then, saw("ice_score", "10", then))
        if isinstance(one, Assessment) and one.scale == "icans_astct"
    ]
    assert [False] == ["ice_score" in one.missing for one in told]


def test_nothing_is_graded_before_the_infusion() -> None:
    """Without an infusion a fever is no CRS, and nothing is missing for it."""
    told = tick(ward(), START, saw("temperature", "39.0", START))
    assert [(0, 0)] == grades(told, "crs_astct") == grades(told, "icans_astct")
    assert 1 == len(grades(told, "news2"))


def test_a_grade_that_rises_is_seen_against_its_history() -> None:
    """A rule about the lowest grade of a day sees the rise, and forgets it a day later."""
    place = ward(RISING)
    told = run(place, [INFUSION, *WELL, saw("temperature", "38.6", START + HOUR)], START + HOUR)
    assert [(3600, "ACTIVE", "condition_true")] == moves(told, "rising")
    fever = [saw("temperature", "38.6", START + hour * HOUR) for hour in range(2, 30)]
    others = [
        one._replace(time=at, received=at)
        for at in range(START + 2 * HOUR, START + 30 * HOUR, HOUR)
        for one in WELL[1:]
    ]
    told = run(place, in_order([*fever, *others]), START + 30 * HOUR)
    assert [(25 * 3600, "QUIET", "false_for_keep")] == moves(told, "rising")


def test_the_grade_in_force_when_a_window_begins_counts() -> None:
    """The grade of before the window counts for as long as it held in it."""
    place = ward(rule("lowest", "crs_astct.min(1h) >= 1"))
    arrivals: list[Arrival] = [INFUSION, *WELL, saw("temperature", "38.6", START + SECOND)]
    told = run(place, arrivals, START + 2 * HOUR)
    assert [(3601, "ACTIVE", "condition_true")] == moves(told, "lowest")


def test_unknown_widens_and_never_lowers() -> None:
    """When everything goes stale the grade opens up to all it could be."""
    place = ward()
    told = run(place, [INFUSION, *WELL], START + 3 * DAY)
    first, *_, last = grades(told, "crs_astct")
    assert ((0, 0), (0, 4)) == (first, last)


def test_a_child_is_graded_as_a_child() -> None:
    """The age of the stay reaches the scale within its tick."""
    inbox = (stays(START, age_years=4), treated("car_t_infusion", START))
    told = [one for one in tick(ward(), START, *inbox) if isinstance(one, Assessment)]
    (icans,) = [one for one in told if one.scale == "icans_astct"]
    assert "capd_score" in icans.missing and "ice_score" not in icans.missing


def test_a_scale_at_a_dose_is_what_it_said_when_the_dose_was_given() -> None:
    """The grade that led to a treatment is remembered while the grade moves on."""
    place = ward(rule("worse", 'crs_astct > crs_astct.at("tocilizumab")'))
    tick(place, START, INFUSION, *WELL, saw("temperature", "38.5", START))
    dosed = START + HOUR
    assert [] == moves(tick(place, dosed, treated("tocilizumab", dosed)), "worse")
    then = dosed + HOUR
    told = tick(place, then, treated("norepinephrine", then, TreatmentAction.STARTED))
    assert [(7200, "ACTIVE", "condition_true")] == moves(told, "worse")


def test_before_the_first_dose_nothing_was_said_at_it() -> None:
    """What cannot be compared is unknown and fires nothing."""
    place = ward(rule("no-worse", 'crs_astct <= crs_astct.at("tocilizumab")'))
    assert [] == moves(tick(place, START, INFUSION, *WELL), "no-worse")


def test_a_device_that_steps_up_is_seen_by_the_order_of_its_words() -> None:
    """A mask after a cannula is more than the least of the last hours."""
    place = ward(rule("up", "oxygen_device.last > oxygen_device.min(12h)"))
    tick(place, START, saw("oxygen_device", "nasal_cannula", START))
    then = START + HOUR
    told = tick(place, then, saw("oxygen_device", "face_mask", then))
    assert [(3600, "ACTIVE", "condition_true")] == moves(told, "up")


def test_the_phase_is_compared_by_its_word() -> None:
    """The acute window begins with the infusion."""
    place = ward(rule("acute", 'phase == "acute" and days_since_infusion == 0'))
    assert [] == moves(tick(place, START, *WELL), "acute")
    then = START + HOUR
    told = tick(place, then, treated("car_t_infusion", then))
    assert [(3600, "ACTIVE", "condition_true")] == moves(told, "acute")
