"""When fever is not asked for: after a treatment that hides it, while the episode lasts."""

from monitord.domain.events import Arrival, TreatmentAction
from monitord.domain.time import DAY, HOUR, MINUTE, Millis
from tests.unit.engine.making import START, in_order, moves, rule, run, saw, stays, treated, ward

WAIVED = rule("waived", "fever_waived")
INFUSION = treated("car_t_infusion", START)
BEGUN, ENDED = "condition_true", "false_for_keep"


def well(since: Millis, until: Millis) -> list[Arrival]:
    """A patient without fever, hypotension or oxygen, looked at every two hours."""
    values = {
        "temperature": "36.8",
        "systolic_bp": "120",
        "mean_bp": "85",
        "spo2": "98.0",
        "oxygen_device": "room_air",
    }
    return [
        saw(word, value, at)
        for at in range(since, until, 2 * HOUR)
        for word, value in values.items()
    ]


def waived(arrivals: list[Arrival], until: Millis) -> list[tuple[float, str]]:
    """List when the waiver began and ended, in hours."""
    told = run(ward(WAIVED), in_order(arrivals), until)
    return [(second / 3600, reason) for second, _, reason in moves(told, "waived")]


def test_fever_is_waived_from_tocilizumab_on() -> None:
    """With nothing known of the patient CRS stays possible, and the waiver lasts."""
    told = waived([INFUSION, treated("tocilizumab", START + HOUR)], START + 9 * DAY)
    assert [(1, BEGUN)] == told


def test_the_waiver_lapses_a_day_after_the_last_criterion() -> None:
    """A patient who was well when treated is asked for a fever again after 24 hours."""
    arrivals = [INFUSION, *well(START, START + 60 * HOUR)]
    told = waived([*arrivals, treated("tocilizumab", START + 10 * HOUR)], START + 60 * HOUR)
    assert [(10, BEGUN), (34, ENDED)] == told


def test_the_waiver_lasts_while_crs_is_possible() -> None:
    """Hypotension without fever keeps the episode going, and the day counts from its end."""
    low = [saw("systolic_bp", "80", START + hour * HOUR + MINUTE) for hour in range(12, 40, 2)]
    arrivals = [INFUSION, *well(START, START + 90 * HOUR), *low]
    told = waived([*arrivals, treated("tocilizumab", START + 10 * HOUR)], START + 90 * HOUR)
    assert (10, BEGUN) == told[0]
    ((ended, reason),) = told[1:]
    assert ENDED == reason
    # The last low pressure at 38 h leaves its two-hour window at 40 h.
    assert 40 + 24 <= ended < 41 + 24


def test_a_new_mask_starts_the_waiver_again() -> None:
    """What was given in an episode that is over says nothing; what is given now does."""
    arrivals = [INFUSION, *well(START, START + 90 * HOUR)]
    masks = [treated("tocilizumab", START + hour * HOUR) for hour in (10, 50)]
    told = waived([*arrivals, *masks], START + 90 * HOUR)
    assert [(10, BEGUN), (34, ENDED), (50, BEGUN), (74, ENDED)] == told


def test_premedication_does_not_count() -> None:
    """What was given before the infusion hides no fever after it."""
    arrivals = [treated("antipyretic", START), treated("car_t_infusion", START + HOUR)]
    assert [] == waived([*arrivals, treated("car_t_infusion", START + 2 * HOUR)], START + 3 * DAY)


def test_without_an_infusion_nothing_is_waived() -> None:
    """CRS is not graded before the cells are given."""
    assert [] == waived([treated("tocilizumab", START)], START + 3 * DAY)


def test_what_runs_waives_for_as_long_as_it_runs() -> None:
    """A running steroid hides fever for days, and for a day after it is stopped."""
    steroid = [
        treated("corticosteroid", START + 2 * HOUR, TreatmentAction.STARTED),
        treated("corticosteroid", START + 60 * HOUR, TreatmentAction.STOPPED),
    ]
    told = waived([INFUSION, *well(START, START + 99 * HOUR), *steroid], START + 99 * HOUR)
    assert [(2, BEGUN), (84, ENDED)] == told


def test_hypotension_after_tocilizumab_is_graded_without_fever() -> None:
    """The grade follows the waiver: the same pressure counts with it and not without it."""
    low = saw("systolic_bp", "80", START + 11 * HOUR)
    arrivals = [stays(START, age_years=50), INFUSION, *well(START, START + 11 * HOUR), low]
    masked = [*arrivals, treated("tocilizumab", START + 5 * HOUR)]
    graded, until = rule("graded", "crs_astct >= 2"), START + 12 * HOUR
    assert [] == moves(run(ward(graded), in_order(arrivals), until), "graded")
    expected = [(11 * 3600, "ACTIVE", "condition_true")]
    assert expected == moves(run(ward(graded), in_order(masked), until), "graded")
