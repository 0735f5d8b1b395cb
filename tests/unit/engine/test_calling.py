"""Who is called, from what is measured to what is told: nothing is hidden by what was answered."""

from monitord.domain.decisions import AlertChange, Decision
from monitord.domain.events import CommandAction
from monitord.domain.time import HOUR, MINUTE, SECOND
from tests.unit.engine.making import FAST, START, asks, moves, rule, run, saw, tick, ward

FASTER = rule("faster", "heart_rate.last >= 140", priority="high", inhibits=["fast"])


def change(decisions: list[Decision], name: str) -> AlertChange:
    """Find the one change of a rule's alert."""
    (found,) = (one for one in decisions if isinstance(one, AlertChange) and one.rule == name)
    return found


def test_a_worsening_is_raised_in_its_tick_whatever_was_answered_below() -> None:
    """The lower alert is acknowledged and silenced; the worse one is neither, at once."""
    place = ward(FAST, FASTER)
    tick(place, START, saw("heart_rate", "130", START))
    then = START + SECOND
    tick(place, then, asks(CommandAction.ACKNOWLEDGE, then, rule_id="fast"))
    later = then + SECOND
    tick(place, later, asks(CommandAction.SILENCE, later, rule_id="fast"))
    worse = later + SECOND
    told = tick(place, worse, saw("heart_rate", "150", worse))
    raised, lower = change(told, "faster"), change(told, "fast")
    assert ("ACTIVE", None, None) == (
        raised.to_phase.name,
        raised.silenced_until,
        raised.inhibited_by,
    )
    assert ("ACKNOWLEDGED", raised.alert, raised.episode) == (
        lower.to_phase.name,
        lower.inhibited_by,
        lower.episode,
    )


def test_a_condition_already_true_at_start_up_is_raised() -> None:
    """The first tick of a ward raises what the first value says, and counts its hold from there."""
    place = ward(FAST, rule("slow", "heart_rate.last >= 120", hold="5min"))
    told = run(place, [saw("heart_rate", "130", START, late_ms=MINUTE)], START + 5 * MINUTE)
    assert [(0, "ACTIVE", "condition_true")] == moves(told, "fast")
    assert (300, "ACTIVE", "true_for_hold") == moves(told, "slow")[-1]


def test_an_acknowledgement_that_runs_out_raises_again_without_new_data() -> None:
    """Nothing arrives, and the alert that nobody resolved is ACTIVE again on time."""
    place = ward(FAST)
    tick(place, START, saw("heart_rate", "130", START))
    then = START + SECOND
    tick(place, then, asks(CommandAction.ACKNOWLEDGE, then, rule_id="fast"))
    told = run(place, [], then + 4 * HOUR)
    assert [(1 + 4 * 3600, "ACTIVE", "acknowledgement_expired")] == moves(told, "fast")


def test_a_condition_that_comes_and_goes_says_so() -> None:
    """The third time the one alert stays, and its sentence says how often it was on and off."""
    place = ward(FAST)
    beats = [
        saw("heart_rate", value, START + minute * MINUTE)
        for minute, value in enumerate(("130", "80", "130", "80", "130", "80"))
    ]
    told = [one for one in run(place, beats) if isinstance(one, AlertChange)]
    assert ["ACTIVE", "QUIET"] * 2 + ["ACTIVE"] == [one.to_phase.name for one in told]
    assert [0, 0, 1, 1, 2] == [one.flaps for one in told]
    assert 1 == len({one.alert for one in told})
    assert [False] * 4 + [True] == ["on and off 3 times in 1 h" in one.message for one in told]
