"""Every alert shows what it rests on: values, their ages, and what is not known."""

from monitord.domain.decisions import AlertChange, Decision, Evidence, Notice
from monitord.domain.events import TreatmentAction
from monitord.domain.time import HOUR, MINUTE, SECOND
from tests.unit.engine.making import FAST, START, rule, saw, stays, tick, treated, ward


def alert(told: list[Decision], name: str) -> AlertChange:
    (found,) = [one for one in told if isinstance(one, AlertChange) and one.rule == name]
    return found


def test_an_alert_carries_its_rule_and_its_evidence() -> None:
    """Version, pack, priority, action and source are those of the rule."""
    told = alert(tick(ward(FAST), START, saw("heart_rate", "130", START)), "fast")
    assert ("p-1", "unassigned", "fast", 1, "small") == (
        told.patient,
        told.ward,
        told.rule,
        told.rule_version,
        told.pack,
    )
    assert (Evidence("heart_rate", 130, "/min", START),) == told.evidence
    assert "fast: heart rate 130/min just now; look at the patient." == told.message


def test_an_extreme_that_is_not_the_last_value_is_shown_with_its_time() -> None:
    """The peak of a window is told to the slot, beside the last value's absence."""
    place = ward(rule("two", "temperature.max(2h) >= 39.0 and heart_rate.last >= 120"))
    tick(place, START, saw("temperature", "39.4", START))
    tick(place, START + MINUTE, saw("temperature", "37.0", START + MINUTE))
    then = START + 2 * MINUTE
    told = alert(tick(place, then, saw("heart_rate", "130", then)), "two")
    shown = {(one.signal, one.value, one.time) for one in told.evidence}
    assert ("heart_rate", 130, then) in shown
    assert any(one.signal == "temperature" for one in told.evidence)


def test_a_grade_shows_the_fever_that_is_over() -> None:
    """CRS rests on the highest temperature of its window, which the last one does not show."""
    place = ward(rule("crs", "crs_astct >= 2"))
    infused = (stays(START, age_years=50), treated("car_t_infusion", START))
    tick(place, START, *infused, saw("temperature", "39.4", START))
    tick(place, START + MINUTE, saw("temperature", "37.0", START + MINUTE))
    then = START + 2 * MINUTE
    told = alert(tick(place, then, saw("systolic_bp", "80", then)), "crs")
    assert Evidence("temperature", 39.4, "Cel", START) in told.evidence
    assert Evidence("systolic_bp", 80, "mm[Hg]", then) in told.evidence


def test_a_running_vasopressor_is_evidence() -> None:
    """What runs is named, since when."""
    place = ward(rule("pressor", "vasopressors >= 1"))
    started = treated("norepinephrine", START, TreatmentAction.STARTED)
    told = alert(tick(place, START, started), "pressor")
    assert (Evidence("norepinephrine", "running", "", START),) == told.evidence


def test_what_is_not_known_is_told() -> None:
    """The message names what would have to be measured."""
    place = ward(rule("either", "heart_rate.last >= 120 or spo2.last < 90"))
    told = alert(tick(place, START, saw("heart_rate", "130", START)), "either")
    assert "not known: oxygen saturation" in told.message


def test_a_rule_in_shadow_is_only_noticed() -> None:
    """Sandbox rules run and page nobody."""
    place = ward(rule("shadow", "heart_rate.last >= 120", maturity="sandbox"))
    told = tick(place, START, saw("heart_rate", "130", START))
    assert [] == [one for one in told if isinstance(one, AlertChange)]
    detail = "shadow QUIET to ACTIVE: condition_true"
    assert Notice(START, "shadow_alert", "p-1", detail) in told


def test_a_deprecated_rule_is_not_watched() -> None:
    """What was given up on decides nothing."""
    place = ward(
        FAST,
        rule("old", "heart_rate.last >= 1", maturity="deprecated", deprecated_because="wrong"),
    )
    assert ["fast"] == [watched.rule.policy.rule for watched in place.watched]


def test_decisions_leave_in_a_fixed_order() -> None:
    """First what was refused and noticed as it came, then by patient, whatever the rows."""
    place = ward(FAST)
    names = ("p-9", "p-3", "p-5")
    told = tick(place, START, *(saw("heart_rate", "130", START, patient=name) for name in names))
    assert list(names) == [one.patient for one in told if isinstance(one, Notice)]
    assert sorted(names) == [one.patient for one in told if isinstance(one, AlertChange)]


def test_an_alert_is_told_with_the_age_of_its_values() -> None:
    """A hold that elapses an hour later says that the value is an hour old."""
    place = ward(rule("slow", "heart_rate.last >= 120", hold="1h"))
    tick(place, START, saw("heart_rate", "130", START))
    told = alert(tick(place, START + HOUR), "slow")
    assert "heart rate 130/min 1 h ago" in told.message
    assert [] == tick(place, START + HOUR + SECOND)
