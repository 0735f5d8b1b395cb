"""Whatever becomes of the calls: one alert a dead channel, never without cause, never for ever."""

from hypothesis import given
from hypothesis import strategies as st

from monitord.alerts.channels import DEAD_AFTER_MS, FLAP_WINDOW_MS, Channels, Place
from monitord.domain.alerts import Phase
from monitord.domain.notifications import DeliveryState
from monitord.domain.time import MINUTE, Millis

PLACE = Place("_feed", "_")
LOST = (DeliveryState.FAILED, DeliveryState.EXPIRED)

attempts = st.tuples(
    st.sampled_from(["pager", "mail"]),
    st.sampled_from(list(DeliveryState)),
    st.integers(0, 40 * MINUTE),
)
lives = st.lists(attempts, max_size=40)


@given(lives)
def test_alerts_are_raised_and_end_in_turn_and_only_with_cause(
    life: list[tuple[str, DeliveryState, Millis]],
) -> None:
    """Raised only by a lost call or by failures alone; over only when a call got through."""
    channels, now = Channels(PLACE), 0
    phase = {"pager": Phase.QUIET, "mail": Phase.QUIET}
    failing_since: dict[str, Millis | None] = {"pager": None, "mail": None}
    for channel, state, later in life:
        now += later
        for name, change in channels.elapse(now):
            assert (phase[name], change.from_phase) == (Phase.ACTIVE, Phase.ACTIVE)
            assert failing_since[name] is None
            phase[name] = change.to_phase
        is_failure = state is DeliveryState.QUEUED or state in LOST
        if is_failure and failing_since[channel] is None:
            failing_since[channel] = now
        since = failing_since[channel]
        has_cause = state in LOST or (
            is_failure and since is not None and now - since >= DEAD_AFTER_MS
        )
        if not is_failure:
            failing_since[channel] = None
        was = phase[channel]
        for name, change in channels.came(channel, state, now):
            assert (channel, phase[name]) == (name, change.from_phase)
            assert change.to_phase is (Phase.ACTIVE if has_cause else Phase.QUIET)
            phase[name] = change.to_phase
        assert phase[channel] is Phase.ACTIVE if has_cause else True
        assert was is phase[channel] or has_cause or not is_failure
        assert channels.next_deadline() > now
        assert sorted(name for name in phase if phase[name]) == sorted(
            name for name, _ in channels.standing(now)
        )


@given(lives)
def test_a_channel_that_carries_again_is_over_within_the_window(
    life: list[tuple[str, DeliveryState, Millis]],
) -> None:
    """Once calls get through, no alert outlives the flap window."""
    channels, now = Channels(PLACE), 0
    for channel, state, later in life:
        now += later
        channels.came(channel, state, now)
    for channel in ("pager", "mail"):
        channels.came(channel, DeliveryState.SENT, now)
    channels.elapse(now + FLAP_WINDOW_MS)
    assert [] == channels.standing(now + FLAP_WINDOW_MS)


@given(lives, st.integers(0, 40))
def test_a_snapshot_in_between_changes_nothing(
    life: list[tuple[str, DeliveryState, Millis]], cut: int
) -> None:
    """A restart at any moment gives the same changes from then on."""
    first, now = Channels(PLACE), 0
    second = first
    for number, (channel, state, later) in enumerate(life):
        now += later
        if number == cut:
            second = Channels(PLACE)
            second.restore(first.snapshot())
        if second is first:
            first.came(channel, state, now)
        else:
            assert first.elapse(now) == second.elapse(now)
            assert first.came(channel, state, now) == second.came(channel, state, now)
            assert first.snapshot() == second.snapshot()
