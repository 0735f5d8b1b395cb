"""How long the broker's door waits before it knocks again."""

from monitord.adapters.mqtt.broker import Patience


def test_the_pause_doubles_up_to_its_longest():
    """Without luck the pauses are 1, 2, 4 ... seconds and never more than the longest."""
    patience = Patience(reconnect_min_ms=1_000, reconnect_max_ms=10_000)

    assert [1_000, 2_000, 4_000, 8_000, 10_000] == [patience.pause_ms(n, 0) for n in range(1, 6)]
    assert patience.pause_ms(10_000, 0) == 10_000


def test_chance_takes_at_most_half_off():
    """Clients that lost the broker together do not come back together, nor at once."""
    patience = Patience(reconnect_min_ms=1_000, reconnect_max_ms=10_000)

    assert [1_000, 750, 500] == [patience.pause_ms(1, chance) for chance in (0, 0.5, 1)]


def test_deafness_is_known_within_the_deadline():
    """The pause between canaries and the wait for one make up the deadline together."""
    patience = Patience(canary_every_ms=10_000, canary_deadline_ms=30_000)

    assert patience.canary_every_ms + patience.canary_answer_ms() == 30_000
    assert Patience(canary_every_ms=9, canary_deadline_ms=5).canary_answer_ms() == 5
