"""What holds of every ward: patients do not know of each other, and time is only an argument."""

from collections.abc import Iterable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitord.domain.alerts import FEED, Phase
from monitord.domain.decisions import AlertChange, Assessment, Decision, Rejected
from monitord.domain.events import Arrival, Observation
from monitord.domain.signals import SIGNALS
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from monitord.engine.replay import replay
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings
from tests.properties.stories import SOON, Stroke, events, mixed, rubbish, strokes
from tests.unit.engine.making import BOOK, START, leaves, lines, run, ward

END = START + 6 * DAY
# So many that the arrays for a crowd are used by grading, judging and the table.
CROWD = 70
# A whole ward is slow, and a crowd slower: fewer examples than the house has.
half = settings(max_examples=max(1, settings().max_examples // 2))
tenth = settings(max_examples=max(1, settings().max_examples // 10))
RAISED = (Phase.ACTIVE, Phase.ACKNOWLEDGED, Phase.LATCHED)


def names(number: int) -> list[str]:
    return [f"p-{place}" for place in range(1, number + 1)]


@half
@given(st.lists(strokes(), min_size=2, max_size=4))
def test_alone_is_as_in_the_ward(drawn: list[list[Stroke]]) -> None:
    """What is decided of a patient is the same bytes whoever else is here."""
    stays = {name: events(name, one) for name, one in zip(names(4), drawn, strict=False)}
    together = run(ward(), mixed(*stays.values()), END)
    for patient, stay in stays.items():
        assert lines(run(ward(), stay, END), patient) == lines(together, patient)


@tenth
@given(strokes(), st.lists(strokes(), min_size=1, max_size=3))
def test_alone_is_as_in_a_crowd(own: list[Stroke], drawn: list[list[Stroke]]) -> None:
    """So many patients that whole arrays are computed give each the bytes of a ward of one."""
    told = [own, *(drawn[place % len(drawn)] for place in range(CROWD - 1))]
    stays = {name: events(name, one) for name, one in zip(names(CROWD), told, strict=True)}
    together = run(ward(beds=CROWD), mixed(*stays.values()), END)
    for patient in ("p-1", "p-2", f"p-{CROWD}"):
        assert lines(run(ward(), stays[patient], END), patient) == lines(together, patient)


@tenth
@given(strokes())
def test_a_crowd_of_the_same_is_one_many_times(own: list[Stroke]) -> None:
    """When everybody has the same at the same time, everybody is decided the same."""
    patients = names(CROWD)
    together = run(ward(beds=CROWD), mixed(*(events(name, own) for name in patients)), END)
    alone = run(ward(), events("p-1", own), END)
    expected = [plain(told) for told in alone if told_of(told) == "p-1"]
    for patient in patients:
        assert expected == [plain(told) for told in together if told_of(told) == patient]


@half
@given(st.lists(strokes(), min_size=2, max_size=4), st.permutations(range(4)))
def test_the_order_of_admission_does_not_matter(
    drawn: list[list[Stroke]], order: list[int]
) -> None:
    """Whoever lies in whichever row, the same is decided of each patient."""
    stays = [events(name, one) for name, one in zip(names(4), drawn, strict=False)]
    shuffled = [stays[place] for place in order if place < len(stays)]
    first, other = run(ward(), mixed(*stays), END), run(ward(), mixed(*shuffled), END)
    for patient in names(len(stays)):
        assert lines(first, patient) == lines(other, patient)


@half
@given(strokes(), st.integers(0, 3 * 3600), st.integers(1, 7200), st.integers(1, 6))
def test_a_neighbour_full_of_rubbish_changes_nothing(
    own: list[Stroke], after_s: int, every_s: int, times: int
) -> None:
    """Extremes, junk and gaps of others leave no trace in what is decided of a patient."""
    stay = events("p-1", own)
    noise = [
        rubbish(f"x-{place}", START + after_s * SECOND, every_s * SECOND, times)
        for place in range(3)
    ]
    quiet, loud = run(ward(), stay, END), run(ward(), mixed(*noise, stay), END)
    assert lines(quiet, "p-1") == lines(loud, "p-1")


@half
@given(strokes(), strokes(), st.sampled_from([0, SECOND, 40 * SECOND, HOUR, 2 * DAY]))
def test_a_reused_bed_remembers_nothing(
    before: list[Stroke], after: list[Stroke], pause_ms: Millis
) -> None:
    """The next patient of the only bed is decided of as the first of a new ward."""
    first = events("p-1", before)
    gone = max(event.received for event in first)
    second = events("p-2", after, gone + pause_ms)
    place = ward(beds=1)
    reused = run(place, [*first, leaves(gone), *second], END + 10 * DAY)
    fresh = run(ward(beds=1), second, END + 10 * DAY)
    assert lines(fresh, "p-2") == lines(reused, "p-2")
    assert all(told_of(told) for told in reused)


@half
@given(strokes(delays=(0,), odds=("",)), st.data())
def test_arrival_within_a_tick_has_no_order(drawn: list[Stroke], data: st.DataObject) -> None:
    """Observations of distinct seconds may arrive in any order within their tick."""
    seen = [e for e in events("p-1", drawn) if isinstance(e, Observation)]
    assume(seen)
    span = max(event.time for event in seen) - START
    at = START + span + MINUTE
    spread = [e._replace(time=e.time + place * SECOND, received=at) for place, e in enumerate(seen)]
    shuffled = data.draw(st.permutations(spread))
    told, other = step(prepared(), spread, at), step(prepared(), shuffled, at)
    assert sorted(lines(told)) == sorted(lines(other))


def prepared() -> Ward:
    """A ward in which a patient has just been infused."""
    place = ward()
    run(place, events("p-1", [Stroke(0, "stay", 3), Stroke(0, "treatment", 0)]))
    return place


@half
@given(st.lists(strokes(), min_size=1, max_size=3), st.sampled_from([-14, -1, 1, 14, 140]))
def test_shifting_all_times_shifts_only_times(drawn: list[list[Stroke]], days: int) -> None:
    """The same days at another time of the world give the same but for the instants and ids."""
    stays = [events(name, one) for name, one in zip(names(3), drawn, strict=False)]
    moved = [
        events(name, one, START + days * DAY) for name, one in zip(names(3), drawn, strict=False)
    ]
    here = run(ward(), mixed(*stays), END)
    there = run(ward(), mixed(*moved), END + days * DAY)
    assert [shifted(told, days * DAY) for told in here] == [shifted(told, 0) for told in there]


def shifted(told: Decision, by_ms: Millis) -> Decision:
    """Move a decision in time, its evidence too, and forget the id made of the time."""
    told = told._replace(time=told.time + by_ms)
    if isinstance(told, Assessment | AlertChange):
        shown = tuple(value._replace(time=value.time + by_ms) for value in told.evidence)
        told = told._replace(evidence=shown)
    if not isinstance(told, AlertChange):
        return told
    return unnamed(told)._replace(silenced_until=(told.silenced_until or -by_ms) + by_ms)


def unnamed(told: AlertChange) -> AlertChange:
    """Forget the ids, which are made of the patient and the time."""
    return told._replace(alert="", inhibited_by=told.inhibited_by and "", episode=None)


def plain(told: Decision) -> Decision:
    """Forget whose decision it is."""
    told = unnamed(told) if isinstance(told, AlertChange) else told
    return told if isinstance(told, Rejected) else told._replace(patient="")


def told_of(told: Decision) -> str:
    return getattr(told, "patient", FEED)


STALE_SOON = {signal.word: 7 * MINUTE for signal in SIGNALS}


@half
@given(st.lists(strokes(pauses=SOON, most=10), min_size=1, max_size=3))
def test_jumping_is_ticking_through(drawn: list[list[Stroke]]) -> None:
    """Replay that jumps to the next deadline decides what a step every second decides."""
    feed = mixed(*(events(name, one) for name, one in zip(names(3), drawn, strict=False)))
    end = max(event.received for event in feed) + 20 * MINUTE
    jumped = run(ward(stale_after_ms=STALE_SOON), feed, end)
    assert lines(jumped) == lines(ticked(ward(stale_after_ms=STALE_SOON), feed, end))


def ticked(place: Ward, feed: list[Arrival], end: Millis) -> list[Decision]:
    """Step every second; an empty step before the next deadline must leave the ward as it is."""
    told: list[Decision] = []
    for now in range(feed[0].received, end + 1, SECOND):
        inbox = [event for event in feed if now - SECOND < event.received <= now]
        is_idle = not inbox and now < place.next_deadline()
        before = remembered(place) if is_idle and now % MINUTE == 0 else b""
        decided = step(place, inbox, now)
        assert not (is_idle and decided)
        assert not before or before == remembered(place)
        told += decided
    return told


def remembered(place: Ward) -> bytes:
    """Copy out all that can decide what comes next."""
    memory, alerts = place.memory, place.alerts
    arrays = (
        *(ring.cells for ring in memory.grid.rings),
        memory.grid.last_time,
        memory.grid.last_value,
        memory.series.time,
        memory.series.value,
        memory.treatments.is_running,
        memory.episodes.began_at,
        memory.episodes.peak_low,
        memory.episodes.peak_high,
        memory.episodes.peak_at,
        memory.episodes.quiet_since,
        memory.episodes.resolved_at,
        memory.episodes.due,
        memory.waiver.lapsed_at,
        memory.roster.heard_at,
        place.grades.low,
        place.grades.high,
        place.table.values,
        place.table.due,
        alerts.phase,
        alerts.truth,
        alerts.due,
    )
    told = (alerts.live, place.grades.missing, memory.touched, place.table.changed)
    return b"".join(array.tobytes() for array in arrays) + repr(told).encode()


@half
@given(st.lists(strokes(), min_size=1, max_size=4))
def test_two_runs_are_the_same_bytes(drawn: list[list[Stroke]]) -> None:
    """The same arrivals give the same lines, in the same order, every time."""
    feed = mixed(*(events(name, one) for name, one in zip(names(4), drawn, strict=False)))
    assert lines(run(ward(), feed, END)) == lines(run(ward(), feed, END))


UNKNOWING = (
    *("fever", "fast", "low-pressure", "crs", "icans", "news", "warmer", "crs-rising"),
    *("early", "early-rising"),
)


@half
@given(strokes(), st.lists(st.integers(1, 40 * 3600), min_size=1, max_size=6))
def test_silence_makes_nobody_look_better(own: list[Stroke], seconds: list[int]) -> None:
    """When nothing comes any more no high end falls, no low end rises, and no alert ends for it.

    An alert whose condition was false when the silence began may still run out.
    """
    place = ward()
    run(place, events("p-1", own))
    assume(place.patients())
    row = place.memory.roster.row_of["p-1"]
    rules = [w for w in place.watched if w.rule.policy.rule in UNKNOWING]
    false = [w.place for w in rules if place.alerts.truth[w.place, row] == 0]
    low, high = place.grades.low[:, row].copy(), place.grades.high[:, row].copy()
    raised = {w.place for w in rules if place.alerts.phase[w.place, row] in RAISED} - set(false)
    now = place.now
    for pause in seconds:
        now += pause * SECOND
        for _ in replay(place, [], SECOND, now):
            assert not (place.grades.low[:, row] > low).any()
            assert not (place.grades.high[:, row] < high).any()
            low, high = place.grades.low[:, row].copy(), place.grades.high[:, row].copy()
        assert raised <= {w.place for w in rules if place.alerts.phase[w.place, row] in RAISED}


@half
@given(strokes(odds=("", "bad")), st.data())
def test_a_reading_marked_bad_is_a_reading_not_made(own: list[Stroke], data: st.DataObject) -> None:
    """What a device itself calls bad changes no grade and no alert of the patient's body."""
    stay = events("p-1", [Stroke(0, "stay", 3), *own])
    bad = [e for e in stay if isinstance(e, Observation) and e.quality == "bad"]
    assume(bad)
    kept = [event for event in stay if event not in bad]
    rules = ("fever", "fast", "low-pressure", "crs", "icans", "news", "warmer")
    with_bad, without = run(ward(), stay, END), run(ward(), kept, END)
    assert bodily(with_bad, rules) == bodily(without, rules)


def bodily(decisions: Iterable[Decision], rules: tuple[str, ...]) -> list[Decision]:
    """Keep assessments and alerts of some rules, without the episode shared with others."""
    return [
        told._replace(episode=None) if isinstance(told, AlertChange) else told
        for told in decisions
        if isinstance(told, Assessment) or (isinstance(told, AlertChange) and told.rule in rules)
    ]


@pytest.mark.parametrize("tick_ms", [SECOND, 5 * SECOND])
@half
@given(own=strokes())
def test_nothing_is_decided_between_deadlines(tick_ms: Millis, own: list[Stroke]) -> None:
    """However long the ward waits after its last deadline, an empty step decides nothing."""
    place = Ward(BOOK, WardSettings(beds=1))
    for _ in replay(place, events("p-1", own), tick_ms, END):
        pass
    due = place.next_deadline()
    before = remembered(place)
    then = max(place.now + tick_ms, min(due - 1, place.now + 9 * DAY))
    assume(then < due)
    assert [] == step(place, [], then)
    assert before == remembered(place)
