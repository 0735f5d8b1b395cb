"""The silence of the feed is watched from the first tick, as long as nobody says all have left."""

from monitord.domain.decisions import AlertChange
from monitord.domain.time import HOUR, MINUTE, SECOND
from tests.unit.engine.making import START, leaves, moves, rule, run, saw, stays, tick, ward

FEED = rule("feed", "feed.silence >= 1h", condition="technical", scope="feed", priority="high")


def test_a_discharge_is_heard_from_the_feed() -> None:
    """The feed is not silent when patients leave, and not watched when nobody is left."""
    place = ward(rule("feed", "feed.silence >= 1h", scope="feed"))
    tick(place, START, stays(START), stays(START, patient="p-2"))
    gone = START + 50 * MINUTE
    told = run(place, [leaves(gone)], START + 70 * MINUTE)
    assert [] == moves(told, "feed")
    told = run(place, [leaves(START + 80 * MINUTE, "p-2")], START + 9 * HOUR)
    assert [] == moves(told, "feed")


def test_a_feed_that_is_down_from_the_start_is_silent() -> None:
    """Nobody was ever heard of, and an hour after the first tick that is an alert of the feed's."""
    place = ward(FEED)
    assert [] == tick(place, START)
    told = run(place, [], START + 2 * HOUR)
    assert [(3600, "ACTIVE", "condition_true")] == moves(told, "feed")
    assert ["_feed"] == [one.patient for one in told if isinstance(one, AlertChange)]


def test_the_first_sign_of_anybody_ends_it() -> None:
    """A feed that begins to bring patients was down before and is not now."""
    place = ward(FEED)
    tick(place, START)
    then = START + 90 * MINUTE
    told = run(place, [saw("temperature", "37.0", then)], then)
    assert ["ACTIVE", "QUIET"] == [phase for _, phase, _ in moves(told, "feed")]


def test_the_first_tick_decides_nothing_and_the_next_idle_one_neither() -> None:
    """Beginning to count is no decision, and is done once."""
    place = ward(FEED)
    assert [] == tick(place, START)
    assert START + HOUR == place.next_deadline()
    assert [] == tick(place, START + SECOND)
    assert START + HOUR == place.next_deadline()
