"""An index in the ward: told as a scale is, explained item by item, never better than is known."""

from monitord.domain.decisions import AlertChange, Assessment, Decision, Notice
from monitord.domain.events import TreatmentAction
from monitord.domain.time import DAY, HOUR, MINUTE
from monitord.engine.portrait import portrait
from monitord.engine.ward import Ward
from tests.unit.engine.making import (
    INDEX,
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

EARLY = rule("early", "early_warning >= 30", keep="1min")
SANDBOX = INDEX.replace("incubating", "sandbox")
INFUSED = (stays(START), treated("car_t_infusion", START))
WELL = (
    saw("temperature", "36.8", START),
    saw("heart_rate", "70", START),
    saw("spo2", "98", START),
    saw("respiratory_rate", "14", START),
    saw("crp", "3", START),
)


def told(decisions: list[Decision]) -> Assessment:
    """The last word of the index."""
    return [d for d in decisions if isinstance(d, Assessment) and d.scale == "early_warning"][-1]


def ends(decisions: list[Decision]) -> tuple[float, float]:
    return told(decisions).low, told(decisions).high


def test_an_index_adds_up_what_is_sure_and_what_is_possible() -> None:
    """What is unknown counts nothing at the low end and all its points at the high end."""
    found = told(tick(ward(INDEX), START, *INFUSED, saw("temperature", "38.0", START)))
    assert (20, 70) == (found.low, found.high)
    assert ("heart_rate", "respiratory_rate", "spo2", "crp") == found.missing
    assert (
        "early-warning index 20 to 70: warm 20; unknown: fast 0 to 15, short of breath 0 to 25, "
        "inflamed 0 to 10."
    ) == found.because
    assert ["temperature"] == [one.signal for one in found.evidence]


def test_an_index_of_a_known_patient_is_one_number() -> None:
    """When everything is known nothing is missing, and every item that counts is named."""
    place = ward(INDEX)
    found = told(tick(place, START, *INFUSED, *WELL))
    assert ((0, 0), ()) == ((found.low, found.high), found.missing)
    assert "early-warning index 0: no item counts." == found.because
    then = START + MINUTE
    found = told(tick(place, then, saw("heart_rate", "120", then), saw("crp", "80", then)))
    assert "early-warning index 25: fast 15, inflamed 10." == found.because


def test_an_index_is_told_only_when_it_changes() -> None:
    """A value that changes no item is told by no assessment."""
    place = ward(INDEX)
    tick(place, START, *INFUSED, *WELL)
    then = START + MINUTE
    assert [] == grades(tick(place, then, saw("heart_rate", "90", then)), "early_warning")


def test_what_hides_a_finding_takes_only_its_absence() -> None:
    """While something hides it, that an item is false is not believed, but that it is true is."""
    place = ward(INDEX)
    tick(place, START, *INFUSED, *WELL)
    then = START + MINUTE
    hidden = told(tick(place, then, treated("sedation", then, TreatmentAction.STARTED)))
    assert ((0, 20), ()) == ((hidden.low, hidden.high), hidden.missing)
    assert "no item counts; not trusted: warm 0 to 20." in hidden.because
    later = then + MINUTE
    assert (20, 20) == ends(tick(place, later, saw("temperature", "38.4", later)))


def test_what_spoils_a_finding_takes_all_of_it() -> None:
    """While nothing is believed of an item, it is open whether it is true or false."""
    place = ward(INDEX)
    tick(place, START, *INFUSED, *WELL)
    then = START + MINUTE
    started = treated("norepinephrine", then, TreatmentAction.STARTED)
    assert (0, 15) == ends(tick(place, then, started))
    later = then + MINUTE
    fast = tick(place, later, saw("heart_rate", "140", later), saw("crp", "80", later))
    assert (10, 25) == ends(fast)
    assert told(fast).because.endswith("inflamed 10; not trusted: fast 0 to 15.")
    assert () == told(fast).missing


def test_a_value_that_turns_stale_is_missing_again() -> None:
    """Nothing but time takes an item back to unknown, and the index says so by itself."""
    place = ward(INDEX, stale_after_ms={"heart_rate": HOUR})
    decided = run(place, [*INFUSED, *WELL], START + 2 * HOUR)
    assert [(0, 0), (0, 15)] == grades(decided, "early_warning")
    assert ("heart_rate",) == told(decided).missing


def test_where_an_index_does_not_apply_it_says_nothing() -> None:
    """Before an infusion and long after it there is no number, not a low one."""
    place = ward(INDEX)
    assert [] == grades(tick(place, START, stays(START), *WELL), "early_warning")
    assert "early_warning" not in scales(place)
    then = START + MINUTE
    assert [(0, 0)] == grades(tick(place, then, treated("car_t_infusion", then)), "early_warning")
    run(place, [], START + 16 * DAY)
    assert "early_warning" not in scales(place)


def scales(place: Ward) -> dict[str, dict[str, object]]:
    found = portrait(place, "p-1", place.now)["scales"]
    assert isinstance(found, dict)
    return found


def test_the_portrait_shows_how_far_an_index_is_trusted() -> None:
    """A screen can tell a sandbox number from a published scale."""
    for text, maturity in ((INDEX, "incubating"), (SANDBOX, "sandbox")):
        place = ward(text)
        tick(place, START, *INFUSED, *WELL)
        expected = {"low": 0, "high": 0, "missing": [], "maturity": maturity}
        assert expected == scales(place)["early_warning"]
        assert "maturity" not in scales(place)["news2"]


def test_a_sandbox_index_says_so_in_every_sentence() -> None:
    """Nobody takes a number on trial for a validated one."""
    found = told(tick(ward(SANDBOX), START, *INFUSED, *WELL))
    assert "early-warning index (sandbox, not validated) 0: no item counts." == found.because


def test_a_deprecated_index_is_not_computed() -> None:
    """What was given up on says nothing."""
    gone = INDEX.replace('"incubating"', '"deprecated"\ndeprecated_because = "wrong"')
    decided = tick(ward(gone), START, *INFUSED, *WELL)
    assert [] == grades(decided, "early_warning")
    assert grades(decided, "news2")


def test_an_alert_on_an_index_explains_its_points() -> None:
    """The nurse reads which items call, what they rest on and what is not known."""
    warm, fast = saw("temperature", "38.4", START), saw("heart_rate", "120", START)
    decided = tick(ward(INDEX, EARLY), START, *INFUSED, warm, fast)
    (alert,) = [one for one in decided if isinstance(one, AlertChange)]
    assert (
        "early: early-warning index 35 to 70: warm 20, fast 15; unknown: short of breath 0 to 25, "
        "inflamed 0 to 10; temperature 38.4 °C just now, heart rate 120/min just now; not known: "
        "respiratory rate, oxygen saturation, CRP; look at the patient."
    ) == alert.message
    assert ["temperature", "heart_rate"] == [one.signal for one in alert.evidence]


def test_an_unknown_never_ends_an_alert_on_an_index() -> None:
    """When what an item rests on turns stale the alert stays; when it is known again it may end."""
    place = ward(INDEX, EARLY, stale_after_ms={"heart_rate": HOUR})
    decided = run(
        place,
        in_order([*INFUSED, *WELL, saw("temperature", "38.4", START)]),
    )
    then = START + MINUTE
    decided += run(place, [saw("heart_rate", "120", then)], START + 3 * HOUR)
    assert [(60, "ACTIVE", "condition_true")] == moves(decided, "early")
    then = START + 4 * HOUR
    decided += run(place, [saw("heart_rate", "80", then)], then + HOUR)
    assert [(60, "ACTIVE"), (4 * 3600 + 60, "QUIET")] == [
        (at, phase) for at, phase, _ in moves(decided, "early")
    ]


def test_a_rule_reads_the_history_of_an_index() -> None:
    """The least and the most that an index was within a window are known as a scale's are."""
    rising = rule("rising", "early_warning > early_warning.min(6h)")
    place = ward(INDEX, rising)
    decided = tick(place, START, *INFUSED, *WELL)
    assert [] == moves(decided, "rising")
    then = START + HOUR
    decided = tick(place, then, saw("temperature", "38.4", then))
    assert [(3600, "ACTIVE", "condition_true")] == moves(decided, "rising")


def test_an_alert_is_told_while_its_index_no_longer_applies() -> None:
    """A rule about the history of an index outlives it, and explains nothing that is not there."""
    place = ward(INDEX, rule("was-high", "early_warning.max(2d) >= 20", hold="20min"))
    infused = treated("car_t_infusion", START)._replace(time=START + 10 * MINUTE - 15 * DAY)
    tick(place, START, stays(START), infused, saw("temperature", "38.4", START))
    decided = run(place, [], START + 30 * MINUTE)
    assert "early_warning" not in scales(place)
    (alert,) = [one for one in decided if isinstance(one, AlertChange)]
    assert "ACTIVE" == alert.to_phase.name
    assert alert.message.startswith("was high: temperature 38.4 °C 20 min ago;")


def test_a_shadow_rule_may_read_a_sandbox_index() -> None:
    """Its alert is only noticed, however high the number on trial."""
    place = ward(SANDBOX, rule("shadow", "early_warning >= 20", maturity="sandbox"))
    decided = tick(place, START, *INFUSED, saw("temperature", "38.4", START))
    assert [] == [one for one in decided if isinstance(one, AlertChange)]
    notices = [one.detail for one in decided if isinstance(one, Notice)]
    assert "shadow QUIET to ACTIVE: condition_true" in notices
