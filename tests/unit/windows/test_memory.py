"""Everything remembered of the ward in one place: what was sent twice, what was last, who left."""

from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, SECOND
from monitord.windows.batch import Reading
from monitord.windows.memory import SEEN_IDS, Memory
from monitord.windows.series import Sample

NOW = 20_000 * DAY
HEART_RATE, CRP = SIGNAL["heart_rate"].index, SIGNAL["crp"].index


def memory() -> Memory:
    """A memory with one patient."""
    made = Memory(2, DAY, {"crp": 5 * SECOND})
    made.roster.admit("p-1", "west", NOW, NOW)
    return made


def test_an_id_is_new_once() -> None:
    """The second event of an id is known; an event without an id is always new."""
    made = memory()
    assert [True, False] == [made.is_new(1, "a") for _ in range(2)]
    assert [True, True] == [made.is_new(1, None) for _ in range(2)]
    assert [True, False, False] == [made.knows(1, name) for name in ("a", "b", None)]
    assert not made.knows(2, "a")


def test_the_oldest_id_is_forgotten_first() -> None:
    """A fixed number of ids is remembered, so memory does not grow."""
    made = memory()
    for number in range(SEEN_IDS + 1):
        assert made.is_new(1, str(number))
    assert made.is_new(1, "0")
    assert not made.is_new(1, str(SEEN_IDS))


def test_the_last_value_is_found_in_either_memory() -> None:
    """Regular and rare signals are asked for in the same way."""
    made = memory()
    assert made.last(HEART_RATE, 1) is None and made.last(CRP, 1) is None
    made.write_readings([Reading(HEART_RATE, 1, NOW, 70)], NOW)
    made.write_sample(CRP, 1, Sample(NOW, NOW, 40, False))
    assert ((NOW, 70), (NOW, 40)) == (made.last(HEART_RATE, 1), made.last(CRP, 1))


def test_a_unit_may_have_its_own_staleness() -> None:
    """What the settings say comes before the table of signals."""
    stale = memory().stale_after_ms
    assert (5 * SECOND, SIGNAL["heart_rate"].stale_after_ms) == (stale[CRP], stale[HEART_RATE])


def test_who_leaves_takes_everything_along() -> None:
    """Values, ids and the name are gone."""
    made = memory()
    made.write_readings([Reading(HEART_RATE, 1, NOW, 70)], NOW)
    made.write_sample(CRP, 1, Sample(NOW, NOW, 40, False))
    made.is_new(1, "a")
    assert 1 == made.discharge("p-1", 0, 0)
    assert made.last(HEART_RATE, 1) is None and made.last(CRP, 1) is None
    assert made.is_new(1, "a")
    assert "p-1" not in made.roster.row_of
