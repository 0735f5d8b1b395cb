"""Scales that are numbers: how they are told, when they are not, and how a rule reads them."""

from dataclasses import replace

import pytest

from monitord.adapters.codecs.native import encode_decision
from monitord.domain.decisions import Assessment, Decision
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND
from monitord.engine.portrait import portrait
from monitord.engine.ward import Ward
from monitord.scores.columns import Interval
from monitord.scores.scale import Inputs
from tests.unit.engine.making import (
    START,
    grades,
    moves,
    rule,
    run,
    saw,
    stays,
    tick,
    treated,
    ward,
)

BLOODS = (
    saw("ldh", "251", START),
    saw("creatinine", "1.00", START),
    saw("platelets", "200", START),
)
SHOCK = rule("shock", "shock_index >= 0.9")
CHILD_SHOCK = rule("child-shock", "sipa >= 1")


def scales(place: Ward) -> dict[str, dict[str, object]]:
    shown = portrait(place, "p-1", place.now)["scales"]
    assert isinstance(shown, dict)
    return shown


def told(decisions: list[Decision], scale: str) -> list[Assessment]:
    return [one for one in decisions if isinstance(one, Assessment) and one.scale == scale]


def test_a_number_is_written_with_its_decimals() -> None:
    """251 x 1 / 200 is 1.255: the decision has both hundredths, and the sentence too."""
    (easix,) = told(tick(ward(), START, *BLOODS), "easix")
    assert (1.25, 1.26, ()) == (easix.low, easix.high, easix.missing)
    assert easix.because.startswith("EASIX 1.25 to 1.26: LDH 251 U/L just now, ")
    assert b'"low":1.25,"high":1.26,' in encode_decision(easix)


def test_a_whole_number_of_a_scale_with_decimals_is_a_decimal_too() -> None:
    """240 x 1 / 200 is written 1.2 as a number and 1.20 for the reader, always."""
    inbox = (saw("ldh", "240", START), *BLOODS[1:])
    (easix,) = told(tick(ward(), START, *inbox), "easix")
    assert easix.because.startswith("EASIX 1.20: ")
    assert b'"low":1.2,"high":1.2,' in encode_decision(easix)


def test_a_number_is_told_once_all_of_it_is_known() -> None:
    """What is known of it before only moves its plausible ends, and nobody is told of these."""
    place = ward()
    assert [] == grades(tick(place, START, stays(START), *BLOODS[:2]), "easix")
    again = START + HOUR
    assert [] == grades(tick(place, again, saw("ldh", "300", again)), "easix")
    last = START + 2 * HOUR
    assert [(1.5, 1.5)] == grades(tick(place, last, saw("platelets", "200", last)), "easix")


def test_a_number_that_is_no_longer_known_is_told_once() -> None:
    """When its bloods have gone stale it opens up, with what is missing, and is told no more."""
    place = ward()
    run(place, BLOODS, START + HOUR)
    creatinine = saw("creatinine", "1.00", START + DAY)
    later = run(place, [creatinine], START + 4 * DAY)
    (opened,) = told(later, "easix")
    assert (0.0, 16_000_000_000.0) == (opened.low, opened.high)
    assert ("ldh", "platelets") == opened.missing


def test_a_number_of_which_nothing_is_known_is_not_told() -> None:
    """Vital signs alone say nothing of EASIX, and neither does the state."""
    place = ward()
    decisions = tick(place, START, stays(START), saw("heart_rate", "80", START))
    assert [] == grades(decisions, "easix") == grades(decisions, "m_easix")


def test_car_hematotox_ends_with_lymphodepletion() -> None:
    """It is told and shown before, and neither told nor shown once lymphodepletion is recorded."""
    place = ward()
    assert 1 == len(told(tick(place, START, saw("platelets", "50", START)), "car_hematotox"))
    assert {"low": 2, "high": 7} == {
        side: scales(place)["car_hematotox"][side] for side in ("low", "high")
    }
    then = START + HOUR
    inbox = (treated("lymphodepletion", then), saw("platelets", "40", then))
    assert [] == told(tick(place, then, *inbox), "car_hematotox")
    assert "car_hematotox" not in scales(place)


def test_what_moves_with_every_reading_is_told_to_nobody_whether_a_rule_reads_it_or_not() -> None:
    """The shock index, SIPA and qSOFA are in the state, and no assessment tells of them."""
    for place in (ward(), ward(SHOCK, CHILD_SHOCK, rule("sepsis", "qsofa >= 2"))):
        inbox = [saw("systolic_bp", "100", START)]
        inbox += [saw("heart_rate", str(60 + at), START + at * SECOND) for at in range(40)]
        decisions = run(place, inbox, START + MINUTE)
        assert [] == told(decisions, "shock_index") == told(decisions, "sipa")
        assert [] == told(decisions, "qsofa")
        assert (1, 3) == (scales(place)["qsofa"]["low"], scales(place)["qsofa"]["high"])
        assert {"low": 0.99, "high": 0.99, "missing": []} == scales(place)["shock_index"]


@pytest.mark.parametrize("patients", [1, 40])
def test_a_rule_reads_the_shock_index_as_it_is_written(patients: int) -> None:
    """89 over 100 does not fire at 0.9, and 90 over 100 does, alone and in a crowd."""
    place = ward(SHOCK, beds=patients)
    names = [f"p-{number}" for number in range(patients)]
    first = [
        saw(word, value, START, patient=name)
        for name in names
        for word, value in (("heart_rate", "89"), ("systolic_bp", "100"))
    ]
    assert [] == moves(tick(place, START, *first), "shock")
    then = START + SECOND
    inbox = [saw("heart_rate", "90", then, patient=name) for name in names]
    assert [(1, "ACTIVE", "condition_true")] * patients == moves(tick(place, then, *inbox), "shock")


def test_a_rule_finds_the_shock_index_of_before_in_its_window() -> None:
    """The highest of a window is compared in the same unit as the index now."""
    place = ward(rule("rising", "shock_index > shock_index.min(1h) + 0.2"))
    inbox = [saw("systolic_bp", "100", START), saw("heart_rate", "60", START)]
    inbox += [saw("heart_rate", "80", START + MINUTE), saw("heart_rate", "81", START + 2 * MINUTE)]
    told_moves = moves(run(place, inbox, START + 3 * MINUTE), "rising")
    assert [(120, "ACTIVE", "condition_true")] == told_moves


def test_a_rule_reads_the_limit_of_a_childs_age() -> None:
    """The same values are above the limit of a child of 12 and within that of one of 7."""
    for age_years, expected in ((7, []), (12, [(0, "ACTIVE", "condition_true")])):
        place = ward(CHILD_SHOCK)
        inbox = (
            stays(START, age_years=age_years),
            saw("heart_rate", "95", START),
            saw("systolic_bp", "100", START),
        )
        assert expected == moves(tick(place, START, *inbox), "child-shock")


def test_a_shown_scale_that_fails_says_that_anything_is_possible() -> None:
    """A scale computed for the state alone does not take the state down with it."""

    def broken(_: Inputs) -> Interval:
        raise ZeroDivisionError("computing")

    place = ward()
    at = next(one.place for one in place.graded if one.scale.name == "shock_index")
    failing = replace(place.graded[at].scale, compute=broken)
    place.graded[at] = replace(place.graded[at], scale=failing)
    tick(place, START, saw("heart_rate", "80", START))
    assert (0.0, 350.0) == (
        scales(place)["shock_index"]["low"],
        scales(place)["shock_index"]["high"],
    )
