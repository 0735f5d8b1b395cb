"""Replay takes arrivals in at the first tick after them, and wakes when something is due."""

import pytest

from monitord.domain.events import Arrival, Rejection
from monitord.domain.time import HOUR, LONG_AGO, MINUTE, NEVER, SECOND
from monitord.engine.replay import repeat, replay
from monitord.engine.step import step
from tests.unit.engine.making import FEVER, START, leaves, lines, moves, run, saw, stays, ward


def test_an_arrival_is_taken_in_by_the_next_tick() -> None:
    """What comes between two ticks is decided upon at the later one."""
    place = ward(FEVER)
    seen = saw("temperature", "38.5", START + 1)
    assert [] != run(place, [seen])
    assert START + SECOND == place.now


def test_arrivals_of_one_tick_are_one_step() -> None:
    """All of a second's events are one inbox."""
    feed = [saw("temperature", "38.5", START + 1), saw("heart_rate", "70", START + SECOND)]
    assert 1 == len(list(replay(ward(FEVER), feed)))


def test_what_claims_to_have_come_before_comes_with_what_came_before_it() -> None:
    """Time does not run backwards because a sender's does."""
    feed = [saw("temperature", "38.5", START + HOUR), saw("heart_rate", "70", START)]
    place = ward(FEVER)
    assert 1 == len(list(replay(place, feed)))
    assert START + HOUR == place.now


def test_a_hold_elapses_between_arrivals() -> None:
    """The deadline is met at its own tick, not at the next arrival."""
    feed = [saw("temperature", "38.5", START), saw("temperature", "38.6", START + HOUR)]
    expected = [(0, "PENDING", "condition_true"), (300, "ACTIVE", "true_for_hold")]
    assert expected == moves(run(ward(FEVER), feed), "fever")


def test_replay_goes_on_to_its_end() -> None:
    """After the last arrival deadlines are met up to the end, the end included."""
    seen = saw("temperature", "38.5", START)
    assert 1 == len(moves(run(ward(FEVER), [seen], START + 299 * SECOND), "fever"))
    assert 2 == len(moves(run(ward(FEVER), [seen], START + 300 * SECOND), "fever"))


def test_a_refusal_without_a_time_comes_with_what_came_before_it() -> None:
    """A refused line may not tell when it came."""
    feed: list[Arrival] = [saw("temperature", "37.0", START)]
    feed.append(Rejection(LONG_AGO, "not_json", "x", "{"))
    place = ward()
    (told,) = replay(place, feed)
    assert b"not_json" in b"".join(lines(told))
    assert START == place.now


def test_refusals_that_no_time_came_with_are_told() -> None:
    """A feed in which no line tells a time is refused line by line."""
    feed = [Rejection(LONG_AGO, "not_json", "x", "{"), Rejection(LONG_AGO, "not_json", "y", "[")]
    (told,) = replay(ward(FEVER), feed)
    assert 2 == len(lines(told))


def test_repeating_recorded_ticks_decides_the_same() -> None:
    """A journal's ticks, stepped through as they were, give the same lines."""
    feed = [saw("temperature", "38.5", START), saw("temperature", "37.0", START + HOUR)]
    ticks = [(START, feed[:1]), (START + 5 * MINUTE, []), (START + HOUR, feed[1:])]
    told = [one for decided in repeat(ward(FEVER), ticks) for one in decided]
    assert lines(run(ward(FEVER), feed)) == lines(told)


def test_time_moves_forward() -> None:
    """A tick that is not after the last one is a mistake of the caller."""
    place = ward(FEVER)
    step(place, [], START)
    with pytest.raises(AssertionError, match="time moves forward"):
        step(place, [], START)


def test_an_empty_ward_waits_for_nothing() -> None:
    """Before the first patient there is no deadline, and a step decides nothing."""
    place = ward()
    assert NEVER == place.next_deadline()
    assert [] == step(place, [], START)


def test_a_ward_that_everybody_left_waits_for_nothing() -> None:
    """No deadline outlives its patient."""
    place = ward()
    run(place, [stays(START), saw("temperature", "39.0", START)])
    run(place, [leaves(START + HOUR)])
    assert NEVER == place.next_deadline()
