"""The episodes of any stay are those that the told grades make, by a slow plain twin."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.domain.decisions import Assessment, Decision, Notice
from monitord.domain.time import DAY, HOUR, SECOND
from monitord.windows.episodes import EPISODIC, Episode, Episodes
from tests.properties.stories import Stroke, events, strokes
from tests.reference.episodes import Slow, episodes
from tests.unit.engine.making import START, run, ward

END = START + 6 * DAY
half = settings(max_examples=max(1, settings().max_examples // 2))
MOVES = st.lists(
    st.tuples(st.integers(1, 30 * 3600), st.integers(0, 4), st.integers(0, 4)), max_size=20
)


@given(MOVES, st.integers(1, 40))
def test_episodes_are_the_twins(drawn: list[tuple[int, int, int]], hours: int) -> None:
    """Whatever intervals a grade goes through, the last episode is the one the twin writes."""
    fast, now, grades = Episodes(1, hours * HOUR), START, []
    for pause_s, one, other in drawn:
        step_to = now + pause_s * SECOND
        while fast.next_deadline(1) <= step_to:
            fast.resolve(fast.next_deadline(1), 1)
        now, low, high = step_to, min(one, other), max(one, other)
        grades.append((now, low, high))
        fast.note("crs_astct", 0, low, high, now)
    expected = episodes(grades, hours * HOUR, now)
    assert (written(expected[-1]) if expected else None) == fast.last("crs_astct", 0)


def written(slow: Slow) -> Episode:
    return Episode(slow.began, slow.low, slow.high, slow.low_at, slow.quiet_since, slow.resolved)


@half
@pytest.mark.parametrize("scale", EPISODIC)
@given(drawn=strokes())
def test_a_stay_has_the_episodes_its_grades_make(scale: str, drawn: list[Stroke]) -> None:
    """Begin and end are told at the twin's instants, and the ward remembers the twin's last one."""
    place = ward()
    told = run(place, events("p-1", drawn), END)
    row = place.memory.roster.row_of.get("p-1")
    expected = episodes(grades_of(scale, told), DAY, place.now)
    begun = [(slow.began, "episode_started") for slow in expected]
    over = [(slow.resolved, "episode_resolved") for slow in expected if slow.resolved is not None]
    label = "CRS" if scale == "crs_astct" else "ICANS"
    assert sorted(begun + over) == sorted(
        (one.time, one.notice)
        for one in told
        if isinstance(one, Notice)
        and one.notice.startswith("episode_")
        and one.detail.startswith(label)
    )
    if row is not None:
        last = place.memory.episodes.last(scale, row)
        assert (written(expected[-1]) if expected else None) == last


def grades_of(scale: str, told: list[Decision]) -> list[tuple[int, int, int]]:
    return [
        (one.time, int(one.low), int(one.high))
        for one in told
        if isinstance(one, Assessment) and one.scale == scale
    ]
