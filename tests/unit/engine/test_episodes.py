"""The episodes of CRS and ICANS: begun, at their worst, quiet, over, and begun anew."""

from collections.abc import Sequence

from monitord.domain.decisions import Decision, Notice
from monitord.domain.events import Arrival, Status
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis
from monitord.engine.portrait import portrait
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook
from monitord.scores.grading import Grading
from tests.unit.engine.making import (
    START,
    in_order,
    leaves,
    moves,
    rule,
    run,
    saw,
    stays,
    treated,
    ward,
)

INFUSED: tuple[Arrival, ...] = (stays(START, age_years=50), treated("car_t_infusion", START))


def charted(hours: Sequence[int], **changed: str) -> list[Arrival]:
    """Chart a patient on room air at each hour, well but for what is changed."""
    values = {
        "temperature": "36.8",
        "systolic_bp": "120",
        "mean_bp": "85",
        "spo2": "98.0",
        "oxygen_device": "room_air",
    }
    return [
        saw(word, value, START + hour * HOUR)
        for hour in hours
        for word, value in {**values, **changed}.items()
    ]


# Well, then a fever at 4 h, one low pressure at 8 h, and well again: a fever counts for 12 hours.
STAY: list[Arrival] = [
    *INFUSED,
    *charted(range(0, 4, 2)),
    *charted([4], temperature="38.6"),
    *charted([6]),
    *charted([8], systolic_bp="84"),
    *charted(range(10, 48, 2)),
]


def told(decisions: Sequence[Decision]) -> list[tuple[float, str, str]]:
    """List what was told of episodes: the hour, the notice, the words."""
    return [
        ((one.time - START) / HOUR, one.notice, one.detail)
        for one in decisions
        if isinstance(one, Notice) and one.notice.startswith("episode_")
    ]


def drawn(place: Ward, now: Millis) -> object:
    """Give what the portrait says of CRS's episode."""
    episodes = portrait(place, "p-1", now)["episodes"]
    assert isinstance(episodes, dict)
    return episodes.get("crs_astct")


def test_an_episode_is_told_when_it_begins_and_when_it_is_over() -> None:
    """It lasts from the first sure grade to the last possible one, and is over a day later."""
    (begun, over) = told(run(ward(), in_order(STAY), START + 48 * HOUR))
    assert (4, "episode_started") == begun[:2]
    assert "CRS grade (ASTCT): an episode begins with grade 1" == begun[2]
    # The fever of 4 h leaves its 12 hours at 16 h.
    assert (16 + 24, "episode_resolved") == over[:2]
    assert (
        "CRS grade (ASTCT): the episode is over: peak grade 2; it lasted 12 h, "
        "and no criterion has been possible for 24 h since"
    ) == over[2]


def test_the_portrait_keeps_the_peak_when_the_grade_has_fallen() -> None:
    """Begin, peak and quiet are shown while it lasts, and after it is over until the next."""
    place = ward()
    assert drawn_at(place, STAY, 3) is None
    expected: dict[str, object] = {
        "began": "2026-01-01T04:00:00Z",
        "peak": {"low": 1, "high": 1, "time": "2026-01-01T04:00:00Z"},
        "quiet_since": None,
        "resolved": None,
    }
    assert expected == drawn_at(place, STAY, 5)
    expected |= {"peak": {"low": 2, "high": 2, "time": "2026-01-01T08:00:00Z"}}
    assert expected == drawn_at(place, STAY, 14)
    expected |= {"quiet_since": "2026-01-01T16:00:00Z"}
    assert expected == drawn_at(place, STAY, 20)
    expected |= {"resolved": "2026-01-02T16:00:00Z"}
    assert expected == drawn_at(place, STAY, 44)


def drawn_at(place: Ward, stay: Sequence[Arrival], hour: int) -> object:
    """Go on with a stay up to an hour, and look at the portrait."""
    now = START + hour * HOUR
    coming = [one for one in in_order(stay) if place.now < one.received <= now]
    run(place, coming, now)
    return drawn(place, now)


def test_a_fever_within_the_day_belongs_to_the_same_episode() -> None:
    """What is quiet for less than the time of resolution is one illness."""
    again = charted([34], temperature="38.2")
    found = told(run(ward(), in_order([*STAY, *again]), START + 48 * HOUR))
    assert [(4, "episode_started")] == [one[:2] for one in found]


def test_a_fever_after_the_end_begins_a_new_episode() -> None:
    """The new episode has its own beginning and its own peak."""
    place = ward()
    found = told(run(place, in_order([*STAY, *charted([47], temperature="38.2")])))
    assert ["episode_started", "episode_resolved", "episode_started"] == [one[1] for one in found]
    expected = {
        "began": "2026-01-02T23:00:00Z",
        "peak": {"low": 1, "high": 1, "time": "2026-01-02T23:00:00Z"},
        "quiet_since": None,
        "resolved": None,
    }
    assert expected == drawn(place, place.now)


def test_the_unknown_ends_no_episode() -> None:
    """A patient whom nobody charts any more may still have CRS; the peak is at most what was."""
    stay = [*INFUSED, *charted([0, 2]), *charted([4], temperature="38.6")]
    place = ward()
    found = told(run(place, in_order(stay), START + 90 * HOUR))
    assert ["episode_started"] == [one[1] for one in found]
    shown = drawn(place, place.now)
    assert isinstance(shown, dict)
    assert {"low": 1, "high": 4, "time": "2026-01-01T04:00:00Z"} == shown["peak"]


def test_a_unit_chooses_when_an_episode_is_over() -> None:
    """The setting decides for the end, and for nothing before it."""
    place = Ward(RuleBook(()), WardSettings(grading=Grading(resolved_after_ms=6 * HOUR)))
    begun, over = told(run(place, in_order(STAY), START + 48 * HOUR))
    assert (4, 22) == (begun[0], over[0])
    assert over[2].endswith("no criterion has been possible for 6 h since")


def test_a_corrected_fever_does_not_unmake_an_episode() -> None:
    """Forward only: what was begun on a wrong value stays begun, and its peak stays told."""
    wrong = saw(
        "temperature", "38.6", START + 5 * HOUR, late_ms=HOUR, status=Status.ENTERED_IN_ERROR
    )
    place = ward()
    run(place, in_order([*INFUSED, *charted([0, 2]), *charted([4], temperature="38.6"), wrong]))
    assert {
        "began": "2026-01-01T04:00:00Z",
        "peak": {"low": 1, "high": 1, "time": "2026-01-01T04:00:00Z"},
        "quiet_since": "2026-01-01T05:00:00Z",
        "resolved": None,
    } == drawn(place, place.now)


def test_the_next_patient_has_no_episode_of_the_last() -> None:
    """A bed that is used again begins without one, and nothing is told of the old."""
    place = ward(beds=1)
    run(place, in_order([*STAY[:12], leaves(START + 5 * HOUR), *next_patient()]), START + 80 * HOUR)
    assert {} == portrait(place, "p-2", place.now)["episodes"]


def next_patient() -> list[Arrival]:
    return [saw("heart_rate", "80", START + 6 * HOUR, patient="p-2")]


def test_a_rule_may_ask_for_the_peak() -> None:
    """It is true from the grade on, through the quiet day, until the episode is over."""
    place = ward(rule("bad", "crs_astct.peak >= 2"))
    decided = run(place, in_order(STAY), START + 48 * HOUR)
    expected = [(8 * 3600, "ACTIVE", "condition_true"), (40 * 3600, "QUIET", "false_for_keep")]
    assert expected == moves(decided, "bad")


def test_a_rule_may_ask_how_long_ago_an_episode_began() -> None:
    """The age counts from the first sure grade, whatever the grade does since."""
    place = ward(rule("long", "crs_astct.age >= 6h and crs_astct >= 1"))
    decided = run(place, in_order(STAY), START + 48 * HOUR)
    expected = [
        (10 * 3600, "ACTIVE", "condition_true"),
        (16 * 3600, "QUIET", "false_for_keep"),
    ]
    assert expected == moves(decided, "long")


def test_icans_has_an_episode_of_its_own() -> None:
    """A confused patient without fever has ICANS and no CRS."""
    found = {"consciousness": "alert", "seizure": "none", "motor_weakness": "none"}
    checks = {**found, "cerebral_edema": "none", "ice_score": "8"}
    at = START + MINUTE
    stay = [*INFUSED, *charted([0]), *(saw(word, value, at) for word, value in checks.items())]
    begun = told(run(ward(), in_order(stay), at + SECOND))
    assert [
        (1 / 60, "episode_started", "ICANS grade (ASTCT): an episode begins with grade 1")
    ] == begun
