"""What holds for every life an alert can have, walked through or drawn at random."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.alerts.records import Transition
from monitord.alerts.transitions import TABLE, Happening, Reason
from monitord.domain.alerts import AlertLimits, AlertPolicy, Phase, Truth
from monitord.domain.time import DAY, SECOND
from tests.properties.lives import (
    LIMITS,
    NO_FLAPPING,
    START,
    Tick,
    ask,
    coming_and_going,
    late_answers,
    live,
    policies,
    slow_life,
    ticks,
)
from tests.unit.alerts.making import OneBed, policy

LENGTH = 6
RAISED = {Phase.ACTIVE, Phase.ACKNOWLEDGED, Phase.LATCHED}


def test_no_sequence_of_happenings_reaches_an_unlisted_pair() -> None:
    """Every sequence of six happenings from QUIET finds each of its pairs in the table."""
    reached = {Phase.QUIET}
    for _ in range(LENGTH):
        reached = {TABLE[phase][happening].phase for phase in reached for happening in Happening}
        assert reached <= set(TABLE)
    assert len(Phase) * len(Happening) == sum(len(row) for row in TABLE.values())


WAYS = [
    Tick(SECOND, truth, asked)
    for truth, asked in product(
        Truth, ("", "acknowledge", "silence", "unsilence", "resolve", "discharge")
    )
]
CLOSE = AlertLimits(silence_max_high_ms=2 * SECOND, flap_window_ms=3 * SECOND)
RULES = [
    policy(hold_ms=hold, keep_ms=keep, latching=latching, ack_lasts_ms=2 * SECOND)
    for hold, keep, latching in product((0, 2 * SECOND), (0, 2 * SECOND), (True, False))
]


def state(bed: OneBed, now: int) -> tuple[object, ...]:
    """What decides the rest of a life: the phase, the truth, and what is left of each timer.

    Of what came and went only what is within the flap window still decides anything.
    """
    book = bed.book
    alert, ended = book.live.get((0, 0)), book.ended.get((0, 0))
    left = alert.left_ms if alert else 0
    held = alert.acknowledgement if alert else None
    answered = max(0, held.until - now) if held else 0
    window_ms = CLOSE.flap_window_ms
    over = now - ended.at if ended and now - ended.at < window_ms else None
    before = alert or (ended.live if ended and over is not None else None)
    raised = before.raised_lately if before else ()
    lately = tuple(now - at for at in raised if now - at < window_ms), len(raised) > 2
    due = int(book.due[0, 0]) - now, int(book.silence_due[0, 0]) - now
    return int(book.phase[0, 0]), int(book.truth[0, 0]), left, answered, over, lately, due


@pytest.mark.parametrize("rule", RULES)
def test_every_life_of_six_ticks_is_a_walk_on_the_table(rule: AlertPolicy) -> None:
    """All stories of six ticks make only moves of the table, each from where the last one led.

    A true condition is never left QUIET or LATCHED, a live alert has a record and no other cell
    does, and after a tick every deadline lies ahead.
    """
    listed = {(p, move.phase, move.reason) for p, row in TABLE.items() for move in row.values()}
    stories: dict[object, list[Tick]] = {None: []}
    for _ in range(LENGTH):
        longer: dict[object, list[Tick]] = {}
        for story, way in product(stories.values(), WAYS):
            bed = live(rule, [*story, way], limits=CLOSE)
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


@given(policies(), ticks() | coming_and_going() | late_answers())
def test_the_book_lives_as_the_slow_twin_does(rule: AlertPolicy, story: list[Tick]) -> None:
    """Deadlines as data and counters ticked every second tell the same moves at the same times.

    They tell the same of which alert it is, how often it came back, and until when it is silenced.
    """
    slow, bed = slow_life(rule, story), live(rule, story, step=SECOND)
    moved = [
        (now, one.from_phase.name, one.to_phase.name)
        for now, one in bed.moves
        if one.from_phase is not one.to_phase or one.reason is Reason.ACKNOWLEDGED_AGAIN
    ]
    assert slow.moves == moved
    names = dict.fromkeys(one.alert for _, one in bed.moves)
    assert slow.number == len(names)
    alert = bed.book.live.get((0, 0))
    if alert is not None:
        until = alert.silence.until if alert.silence else None
        assert (slow.flaps, slow.silenced_until) == (alert.flaps, until)


@given(policies(), ticks())
def test_jumping_to_deadlines_is_ticking_through(rule: AlertPolicy, story: list[Tick]) -> None:
    """A bed that wakes only when something comes or is due moves as one that ticks each second."""
    bed = OneBed(rule, limits=LIMITS)
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
    bed = OneBed(rule, limits=LIMITS)
    now = START
    for tick in story:
        now += tick.after
        ask(bed, tick, now)
        for _ in bed.book.changed_rows(0, np.array([tick.truth], dtype=np.uint8)):
            bed.see(tick.truth, now)
        bed.wait(now)
        assert tick.truth is bed.book.truth_of(0, 0)
    assert live(rule, story).moves == bed.moves


def _shifted(move: Transition, by: int) -> int | None:
    return None if move.silenced_until is None else move.silenced_until + by


@given(policies(), ticks(), st.integers(-9 * DAY, 9 * DAY))
def test_shifting_all_times_shifts_only_times(
    rule: AlertPolicy, story: list[Tick], shift: int
) -> None:
    """The same story at another time is the same but for the instants, and the ids made of them."""
    here = live(rule, story, step=SECOND)
    there = live(rule, story, start=START + shift, step=SECOND)
    assert [now + shift for now, _ in here.moves] == [now for now, _ in there.moves]
    unnamed = [
        [move._replace(alert="", silenced_until=_shifted(move, by)) for _, move in bed.moves]
        for bed, by in ((here, shift), (there, 0))
    ]
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
    """With a false reading lost, an alert is raised at every later tick at which it was before.

    That is of its own keep: what came and went once less often may stay for less long.
    """
    calm = [replace(tick, asked="") for tick in story]
    false = [index for index, tick in enumerate(calm) if tick.truth is Truth.FALSE]
    if not false:
        return
    lost = data.draw(st.sampled_from(false))
    blind = [*calm[:lost], replace(calm[lost], truth=Truth.UNKNOWN), *calm[lost + 1 :]]
    for length in range(lost + 1, len(calm) + 1):
        kept, kept_blind = (
            live(rule, one[:length], step=SECOND, limits=NO_FLAPPING).phase() in RAISED
            for one in (calm, blind)
        )
        assert kept <= kept_blind
