"""The portrait of a patient: one document with all that is known now."""

import pytest

from monitord.domain.events import CommandAction, TreatmentAction
from monitord.domain.time import HOUR, MINUTE, SECOND
from monitord.engine.portrait import portrait
from tests.unit.engine.making import FAST, START, asks, rule, run, saw, stays, tick, treated, ward

SHADOW = rule("shadow", "heart_rate.last > 100", maturity="sandbox")


def test_a_portrait_tells_what_is_known() -> None:
    """Place, scales with what is missing, open alerts, treatments, and signals with their age."""
    place = ward(FAST, SHADOW)
    tick(
        place,
        START,
        stays(START, place="west", age_years=50)._replace(bed="7"),
        treated("car_t_infusion", START),
        treated("norepinephrine", START, TreatmentAction.STARTED),
        saw("heart_rate", "130", START),
    )
    drawn = portrait(place, "p-1", START + 90 * SECOND)
    assert ("p-1", "west", "7") == (drawn["patient"], drawn["ward"], drawn["bed"])
    assert "2026-01-01T00:01:30Z" == drawn["time"]
    assert ["norepinephrine"] == drawn["treatments"]
    expected = {
        "value": 130,
        "unit": "/min",
        "time": "2026-01-01T00:00:00Z",
        "age_s": 90,
        "stale": False,
    }
    assert {"heart_rate": expected} == drawn["signals"]
    scales = drawn["scales"]
    assert isinstance(scales, dict)
    assert ["crs_astct", "icans_astct", "news2", "qsofa", "shock_index"] == list(scales)
    assert {"low": 0, "high": 4} == {side: scales["crs_astct"][side] for side in ("low", "high")}
    assert "temperature" in scales["crs_astct"]["missing"]


def test_a_portrait_shows_open_alerts_and_no_shadows() -> None:
    """A rule on trial is not seen by those who look at the patient."""
    place = ward(FAST, SHADOW)
    tick(place, START, saw("heart_rate", "130", START))
    fast = next(w.place for w in place.watched if w.rule.policy.rule == "fast")
    live = place.alerts.live[fast, 1]
    expected = {
        "alert": live.alert,
        "rule": "fast",
        "priority": "low",
        "phase": "ACTIVE",
        "since": "2026-01-01T00:00:00Z",
    }
    assert [expected] == portrait(place, "p-1", START)["alerts"]


def test_a_portrait_says_until_when_somebody_has_an_alert() -> None:
    """An acknowledged alert shows when it will call again."""
    place = ward(FAST)
    tick(place, START, saw("heart_rate", "130", START))
    then = START + SECOND
    tick(place, then, asks(CommandAction.ACKNOWLEDGE, then, rule_id="fast"))
    alerts = portrait(place, "p-1", then)["alerts"]
    assert isinstance(alerts, list)
    assert ["2026-01-01T04:00:01Z"] == [alert["acknowledged_until"] for alert in alerts]


def test_a_portrait_says_what_keeps_an_alert_from_calling() -> None:
    """A silence is shown with its end, an inhibition with the alert that calls instead."""
    faster = rule("faster", "heart_rate.last >= 125", inhibits=["fast"])
    place = ward(FAST, faster)
    tick(place, START, saw("heart_rate", "130", START))
    then = START + SECOND
    tick(place, then, asks(CommandAction.SILENCE, then, rule_id="faster"))
    alerts = portrait(place, "p-1", then)["alerts"]
    assert isinstance(alerts, list)
    low, high = alerts
    assert (high["alert"], "silenced_until" in low) == (low["inhibited_by"], False)
    assert ("2026-01-01T00:30:01Z", "inhibited_by" in high) == (high["silenced_until"], False)


def test_a_signal_is_stale_in_the_portrait_when_it_is_in_the_rules() -> None:
    """The page and the rules agree to the millisecond."""
    place = ward(stale_after_ms={"heart_rate": HOUR})
    run(place, [saw("heart_rate", "70", START)], START + HOUR)
    for age_ms, expected in ((HOUR, False), (HOUR + 1, True)):
        drawn = portrait(place, "p-1", START + age_ms)["signals"]
        assert isinstance(drawn, dict)
        assert expected is drawn["heart_rate"]["stale"]


def test_a_portrait_knows_nothing_of_before_the_first_value() -> None:
    """A patient of whom nothing was measured has no signals, and scales that say so."""
    place = ward()
    tick(place, START, stays(START))
    drawn = portrait(place, "p-1", START + MINUTE)
    assert ({}, [], []) == (drawn["signals"], drawn["alerts"], drawn["treatments"])


def test_nobody_is_portrayed_who_is_not_here() -> None:
    """An unknown patient is an error, not an empty page."""
    with pytest.raises(KeyError):
        portrait(ward(), "p-1", START)
