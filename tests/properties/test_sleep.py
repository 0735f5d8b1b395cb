"""What sleeps until the infusion: what is decided is as if it had always been awake."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.domain.features import ContextFeature, ContextName, SignalFeature, SignalMeasure
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND
from monitord.engine.ward import Ward, WardSettings
from tests.properties.stories import Stroke, events, mixed, strokes
from tests.unit.engine.making import (
    INDEX,
    RULES,
    START,
    book,
    in_order,
    lines,
    rule,
    run,
    saw,
    treated,
)

END = START + 6 * DAY
CROWD = 40
# A whole ward twice over is slow, and a crowd slower.
tenth = settings(max_examples=max(1, settings().max_examples // 10))
fortieth = settings(max_examples=max(1, settings().max_examples // 40))
BOOK = book(
    *RULES,
    rule("fast-fever", "infused and temperature.max(12h) >= 38.0 and heart_rate.mean(1h) > 100"),
    rule("day-0", 'phase == "acute" and systolic_bp.min(2h) < 90', keep="10min"),
    rule("rhythm", "infused and temperature.last - temperature.usual_at_this_hour >= 0.8"),
    rule("rising", "infused and crp.last >= 2 * crp.min(2d)"),
    INDEX,
)


def watching(beds: int = 4, *, sleeps: bool = True) -> Ward:
    """Make a ward; one that never sleeps keeps every column of everybody, and asks all of it."""
    with pytest.MonkeyPatch.context() as patched:
        if not sleeps:
            patched.setattr("monitord.engine.ward.sleeping_columns", lambda *_: frozenset())
            patched.setattr("monitord.engine.ward.before_infusion", lambda _, columns: columns)
        return Ward(BOOK, WardSettings(beds=beds))


@tenth
@given(st.lists(strokes(), min_size=1, max_size=3))
def test_what_sleeps_changes_no_decision(drawn: list[list[Stroke]]) -> None:
    """A ward in which columns sleep decides, byte for byte, what one does that never sleeps."""
    stays = mixed(*(events(f"p-{place}", one) for place, one in enumerate(drawn)))
    awake = run(watching(sleeps=False), stays, END)
    assert lines(awake) == lines(run(watching(), stays, END))


@fortieth
@given(strokes(), strokes())
def test_what_sleeps_in_a_crowd_changes_no_decision(own: list[Stroke], other: list[Stroke]) -> None:
    """It is so with so many patients that whole arrays are computed, some infused, some not."""
    told = [own if place % 3 else other for place in range(CROWD)]
    stays = mixed(*(events(f"p-{place}", one) for place, one in enumerate(told)))
    awake = run(watching(CROWD, sleeps=False), stays, END)
    assert lines(awake) == lines(run(watching(CROWD), stays, END))


def test_what_was_measured_before_the_infusion_counts_after_it() -> None:
    """The fever of two hours before wakes with the infusion, although a normal value came last."""
    place = watching()
    before = [saw("temperature", "38.6", START), saw("heart_rate", "120", START + HOUR)]
    before += [saw("temperature", "37.0", START + HOUR + MINUTE)]
    run(place, in_order(before), START + 2 * HOUR - SECOND)
    at, row = place.table.index[_highest()], place.memory.roster.row_of["p-1"]
    assert place.table.values[at, row] != place.table.values[at, row]
    run(place, [treated("car_t_infusion", START + 2 * HOUR)], START + 2 * HOUR + SECOND)
    assert 3860 == place.table.values[at, row]


def test_only_what_is_said_after_the_infusion_sleeps() -> None:
    """The last temperature, which rules for everybody read, is kept for everybody."""
    place = watching()
    sleeping = {c for c, at in place.table.index.items() if place.table.sleeps(at)}
    assert _highest() in sleeping
    assert ContextFeature(ContextName.INFUSED) not in sleeping
    words = {(c.word, c.measure.value) for c in sleeping if isinstance(c, SignalFeature)}
    assert ("temperature", "last") not in words
    assert ("crp", "min") in words


def test_what_says_one_thing_before_the_infusion_is_not_asked_again() -> None:
    """A new temperature computes CRS again once there was an infusion; NEWS2 always."""
    place = watching()
    (last,) = (
        at
        for column, at in place.table.index.items()
        if isinstance(column, SignalFeature)
        if (column.word, column.measure) == ("temperature", SignalMeasure.LAST)
    )
    asked = {
        is_infused: {one.scale.name for one in place.grading(1 << last, is_infused)}
        for is_infused in (False, True)
    }
    assert "news2" in asked[False]
    assert "crs_astct" not in asked[False]
    assert {"crs_astct", "news2"} <= asked[True]


def test_an_index_that_asks_for_the_phase_alone_says_nothing_before_the_infusion() -> None:
    """It is the phase that settles it, so the phase is known although all else of it sleeps."""
    index = INDEX.replace("infused and days_since_infusion <= 14", "phase == 'acute'")
    place = Ward(book(index), WardSettings(beds=1))
    run(place, [saw("temperature", "38.6", START)], START)
    at, row = place.grades.names.index("early_warning"), place.memory.roster.row_of["p-1"]
    assert place.grades.low[at, row] != place.grades.low[at, row]


def _highest() -> SignalFeature:
    """The highest temperature of twelve hours, which only CRS and a rule after infusion read."""
    (found,) = (
        feature
        for rule in BOOK.rules
        for feature in rule.condition.features()
        if rule.policy.rule == "fast-fever" and isinstance(feature, SignalFeature)
        if feature.word == "temperature"
    )
    return found
