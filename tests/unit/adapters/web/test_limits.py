"""How often somebody may call, by itself and over real HTTP."""

from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.web.limits import Limit
from tests.unit.adapters.web.calling import Ward, served


class _Stopwatch:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_minutes_worth_is_let_in_at_once_and_the_next_waits() -> None:
    """Three a minute: three, then one every twenty seconds; being told to wait costs nothing."""
    stopwatch = _Stopwatch()
    limit = Limit(3, stopwatch)
    assert [0, 0, 0, 20, 20] == [limit.wait_s("a") for _ in range(5)]
    stopwatch.now_s = 19
    assert limit.wait_s("a") == 1
    stopwatch.now_s = 20
    assert [0, 20] == [limit.wait_s("a") for _ in range(2)]


def test_callers_do_not_use_up_each_others_calls() -> None:
    """One that calls too often keeps no other away."""
    limit = Limit(1, _Stopwatch())
    assert [0, 60, 0] == [limit.wait_s(caller) for caller in ("a", "a", "b")]


def test_callers_without_end_take_no_memory_without_end() -> None:
    """The one who called least lately is forgotten; one who keeps calling is not."""
    limit = Limit(2, _Stopwatch())
    assert [limit.wait_s("a"), limit.wait_s("a")] == [0, 0]
    for count in range(5_000):
        limit.wait_s(f"stranger-{count}")
        assert limit.wait_s("a") == 30
    assert len(limit._paid_until_s) == 1024


@given(
    rate=st.integers(1, 50), pauses_ms=st.lists(st.integers(0, 40_000), min_size=1, max_size=120)
)
def test_no_minute_lets_in_more_than_two_minutes_worth(rate: int, pauses_ms: list[int]) -> None:
    """A minute's worth that was saved up and the one that passed; and who waits as told gets in."""
    stopwatch = _Stopwatch()
    limit = Limit(rate, stopwatch)
    let_in: list[float] = []
    for pause_ms in pauses_ms:
        stopwatch.now_s += pause_ms / 1000
        wait_s = limit.wait_s("a")
        if wait_s:
            stopwatch.now_s += wait_s
            assert limit.wait_s("a") == 0
        let_in.append(stopwatch.now_s)
        lately = [at_s for at_s in let_in if at_s > stopwatch.now_s - 60]
        assert len(lately) <= 2 * rate


async def test_who_asks_too_often_may_still_answer() -> None:
    """Asking and answering are counted apart; a refusal says when to come again, and is counted."""
    async with served(Ward(), (2, 1, 9)) as api:
        asks = [await api.call("GET", "/v1/patients", "nurse") for _ in range(3)]
        assert [one.status_code for one in asks] == [200, 200, 429]
        assert asks[-1].headers["retry-after"] == "30"
        assert asks[-1].json()["reason"] == "too_many_calls"
        answers = [
            await api.call("POST", "/v1/alerts/a1/acknowledge", "nurse", json={}) for _ in range(2)
        ]
        assert [one.status_code for one in answers] == [200, 429]
        assert ("list_patients", 429) in api.counted
        assert [what for what, _ in api.recorded] == ["request.answered", "request.refused"]
        api.now_s = 30
        again = await api.call("GET", "/v1/patients", "nurse")
        assert again.status_code == 200


async def test_a_flood_of_strangers_is_cut_and_keeps_no_token_away() -> None:
    """What is over the limit is counted but not recorded, so that nobody can fill the disk."""
    async with served(Ward(), (9, 9, 2)) as api:
        for token in (None, "wrong"):
            await api.call("POST", "/v1/alerts/a1/acknowledge", token, json={})
        flood = [
            await api.call("POST", "/v1/alerts/a1/acknowledge", "wrong", json={}) for _ in range(3)
        ]
        assert {one.status_code for one in flood} == {429}
        assert flood[0].json()["reason"] == "too_many_strangers"
        known = await api.call("POST", "/v1/alerts/a1/acknowledge", "nurse", json={})
        assert known.status_code == 200
        assert [fields["status"] for _, fields in api.recorded] == [401, 401, 200]
        assert 3 == api.counted.count(("acknowledge", 429))
