"""What holds for every life an alert can have, walked through or drawn at random."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.alerts.transitions import TABLE, Happening
from monitord.domain.alerts import AlertPolicy, Phase, Truth
from monitord.domain.time import DAY, SECOND
from tests.reference.alert_life import SlowAlert
from tests.unit.alerts.making import OneBed, policy

LENGTH = 8
START = 10 * DAY
RAISED = {Phase.ACTIVE, Phase.ACKNOWLEDGED, Phase.LATCHED}


@dataclass(frozen=True)
class Tick:
    """One tick: how long after the last, the condition, and what somebody asked for."""

    after: int
    truth: Truth
    asked: str = ""
    until: int | None = None


def spans(*, least: int = 0) -> st.SearchStrategy[int]:
    """Draw a short span of whole seconds, so that timers and ticks often meet."""
    return st.integers(least, 6).map(lambda seconds: seconds * SECOND)


@st.composite
def policies(draw: st.DrawFn) -> AlertPolicy:
    """Draw a policy with timers of a few seconds."""
    return policy(
        hold_ms=draw(spans()),
        keep_ms=draw(spans()),
        latching=draw(st.booleans()),
        ack_lasts_ms=draw(spans(least=1)),
    )


def ticks() -> st.SearchStrategy[list[Tick]]:
    """Draw a story of up to forty ticks."""
    asked = st.sampled_from(["", "", "", "", "acknowledge", "acknowledge", "resolve", "discharge"])
    until = st.none() | spans()
    tick = st.builds(Tick, spans(least=1), st.sampled_from(Truth), asked, until)
    return st.lists(tick, max_size=40)


def ask(bed: OneBed, tick: Tick, now: int) -> None:
    """Bring what somebody asked for to the bed."""
    if tick.asked == "acknowledge":
        bed.acknowledge(now, until=None if tick.until is None else now + tick.until)
    elif tick.asked == "resolve":
        bed.resolve(now)
    elif tick.asked == "discharge":
        bed.discharge(now)


def live(rule: AlertPolicy, story: list[Tick], start: int = START, step: int = 0) -> OneBed:
    """Live a story; with a step, tick in between as often as that."""
    bed = OneBed(rule)
    now = start
    for tick in story:
        before, now = now, now + tick.after
        for between in range(before + step, now, step) if step else ():
            bed.wait(between)
        ask(bed, tick, now)
        bed.see(tick.truth, now)
        bed.wait(now)
    return bed


def slow_life(rule: AlertPolicy, story: list[Tick]) -> SlowAlert:
    """Live the same story with the slow twin, which is ticked every second."""
    alert = SlowAlert(rule.hold_ms, rule.keep_ms, rule.latching, rule.ack_lasts_ms, last_tick=START)
    now = START
    for tick in story:
        before, now = now, now + tick.after
        for between in range(before + SECOND, now, SECOND):
            alert.advance(between)
            alert.tick(alert.truth, between)
        alert.advance(now)
        if tick.asked == "acknowledge":
            alert.acknowledge(now, None if tick.until is None else now + tick.until)
        elif tick.asked == "resolve":
            alert.resolve(now)
        elif tick.asked == "discharge":
            alert.discharge(now)
        alert.tick(tick.truth.name, now)
    return alert


def test_no_sequence_of_happenings_reaches_an_unlisted_pair() -> None:
    """Every sequence of eight happenings from QUIET finds each of its pairs in the table."""
    reached = {Phase.QUIET}
    for _ in range(LENGTH):
        reached = {TABLE[phase][happening].phase for phase in reached for happening in Happening}
        assert reached <= set(TABLE)
    assert len(Phase) * len(Happening) == sum(len(row) for row in TABLE.values())


WAYS = [
    Tick(SECOND, truth, asked)
    for truth, asked in product(Truth, ("", "acknowledge", "resolve", "discharge"))
]
RULES = [
    policy(hold_ms=hold, keep_ms=keep, latching=latching, ack_lasts_ms=2 * SECOND)
    for hold, keep, latching in product((0, 2 * SECOND), (0, 2 * SECOND), (True, False))
]


def state(bed: OneBed, now: int) -> tuple[int, int, int, int, int]:
    """What decides the rest of a life: the phase, the truth, and what is left of each timer."""
    book = bed.book
    alert = book.live.get((0, 0))
    left = alert.left_ms if alert else 0
    held = alert.acknowledgement if alert else None
    answered = max(0, held.until - now) if held else 0
    due = int(book.due[0, 0]) - now
    return int(book.phase[0, 0]), int(book.truth[0, 0]), left, answered, due


@pytest.mark.parametrize("rule", RULES)
def test_every_life_of_eight_ticks_is_a_walk_on_the_table(rule: AlertPolicy) -> None:
    """All stories of eight ticks make only moves of the table, each from where the last one led.

    A true condition is never left QUIET or LATCHED, a live alert has a record and no other cell
    does, and after a tick every deadline lies ahead.
    """
    listed = {(p, move.phase, move.reason) for p, row in TABLE.items() for move in row.values()}
    stories: dict[object, list[Tick]] = {None: []}
    for _ in range(LENGTH):
        longer: dict[object, list[Tick]] = {}
        for story, way in product(stories.values(), WAYS):
            bed = live(rule, [*story, way])
            now = START + SECOND * (len(story) + 1)
            moved = [one for _, one in bed.moves]
            assert {(one.from_phase, one.to_phase, one.reason) for one in moved} <= listed
            led_to = [Phase.QUIET, *(one.to_phase for one in moved)]
            assert led_to == [*(one.from_phase for one in moved), bed.phase()]
            if way.truth is Truth.TRUE:
                assert bed.phase() not in {Phase.QUIET, Phase.LATCHED}
            assert (bed.phase() is not Phase.QUIET) == bool(bed.book.live)
            assert now < bed.book.next_deadline(1)
            longer.setdefault(state(bed, now), [*story, way])
        stories = longer


@given(policies(), ticks())
def test_the_book_lives_as_the_slow_twin_does(rule: AlertPolicy, story: list[Tick]) -> None:
    """Deadlines as data and counters ticked every second tell the same moves at the same times."""
    assert slow_life(rule, story).moves == live(rule, story, step=SECOND).phases()


@given(policies(), ticks())
def test_jumping_to_deadlines_is_ticking_through(rule: AlertPolicy, story: list[Tick]) -> None:
    """A bed that wakes only when something comes or is due moves as one that ticks each second."""
    bed = OneBed(rule)
    now = START
    for tick in story:
        now += tick.after
        while bed.book.next_deadline(1) < now:
            bed.wait(bed.book.next_deadline(1))
        ask(bed, tick, now)
        bed.see(tick.truth, now)
        bed.wait(now)
    assert live(rule, story, step=SECOND).phases() == bed.phases()


@given(policies(), ticks())
def test_two_half_ticks_are_one_tick(rule: AlertPolicy, story: list[Tick]) -> None:
    """Ticking twice as often changes nothing when timers are whole ticks."""
    assert live(rule, story, step=SECOND).moves == live(rule, story, step=SECOND // 2).moves


@given(st.integers(0, 6 * SECOND), st.integers(0, 6 * SECOND))
def test_timers_between_ticks_elapse_less_than_a_tick_late(hold_ms: int, keep_ms: int) -> None:
    """With spans of any length, ticking twice as often is less than a tick sooner."""
    rule = policy(hold_ms=hold_ms, keep_ms=keep_ms)
    story = [Tick(SECOND, Truth.TRUE), Tick(8 * SECOND, Truth.FALSE), Tick(8 * SECOND, Truth.FALSE)]
    whole = live(rule, story, step=SECOND).phases()
    half = live(rule, story, step=SECOND // 2).phases()
    assert [move[1:] for move in whole] == [move[1:] for move in half]
    assert all(0 <= late[0] - soon[0] < SECOND for late, soon in zip(whole, half, strict=True))


@given(policies(), ticks())
def test_the_ward_at_once_is_cell_by_cell(rule: AlertPolicy, story: list[Tick]) -> None:
    """Observing only what `changed_rows` gives moves as observing every cell of every tick."""
    bed = OneBed(rule)
    now = START
    for tick in story:
        now += tick.after
        ask(bed, tick, now)
        for _ in bed.book.changed_rows(0, np.array([tick.truth], dtype=np.uint8)):
            bed.see(tick.truth, now)
        bed.wait(now)
        assert tick.truth is bed.book.truth_of(0, 0)
    assert live(rule, story).moves == bed.moves


@given(policies(), ticks(), st.integers(-9 * DAY, 9 * DAY))
def test_shifting_all_times_shifts_only_times(
    rule: AlertPolicy, story: list[Tick], shift: int
) -> None:
    """The same story at another time is the same but for the instants, and the ids made of them."""
    here = live(rule, story, step=SECOND)
    there = live(rule, story, start=START + shift, step=SECOND)
    assert [now + shift for now, _ in here.moves] == [now for now, _ in there.moves]
    unnamed = [[move._replace(alert="") for _, move in bed.moves] for bed in (here, there)]
    assert unnamed[0] == unnamed[1]
    pairs = zip(here.moves, there.moves, strict=True)
    names = {(one.alert, other.alert) for (_, one), (_, other) in pairs}
    assert len(names) == len({name for name, _ in names}) == len({name for _, name in names})


@given(policies(), ticks(), st.integers(1, 1000))
def test_unknown_never_clears(rule: AlertPolicy, story: list[Tick], seconds: int) -> None:
    """However long a condition is unknown, an alert that was raised is not ended by it."""
    bed = live(rule, story)
    before = bed.phase()
    now = START + sum(tick.after for tick in story)
    for second in range(1, seconds + 1, 7):
        bed.see(Truth.UNKNOWN, now + second * SECOND)
        bed.wait(now + second * SECOND)
    after = {Phase.ACKNOWLEDGED: {Phase.ACKNOWLEDGED, Phase.ACTIVE}}.get(before, {before})
    assert bed.phase() in after


@given(policies(), ticks(), st.data())
def test_a_reading_lost_never_ends_an_alert(
    rule: AlertPolicy, story: list[Tick], data: st.DataObject
) -> None:
    """With a false reading lost, an alert is raised at every later tick at which it was before."""
    calm = [replace(tick, asked="") for tick in story]
    false = [index for index, tick in enumerate(calm) if tick.truth is Truth.FALSE]
    if not false:
        return
    lost = data.draw(st.sampled_from(false))
    blind = [*calm[:lost], replace(calm[lost], truth=Truth.UNKNOWN), *calm[lost + 1 :]]
    for length in range(lost + 1, len(calm) + 1):
        kept = live(rule, calm[:length], step=SECOND).phase() in RAISED
        assert kept <= (live(rule, blind[:length], step=SECOND).phase() in RAISED)
