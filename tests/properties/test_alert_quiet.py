"""Whatever keeps an alert from calling or makes it stay hides nothing, for however it is asked."""

from dataclasses import replace

from hypothesis import given

from monitord.alerts.transitions import Reason
from monitord.domain.alerts import AlertPolicy, Phase, Truth
from monitord.domain.time import SECOND
from tests.properties.lives import (
    LIMITS,
    NO_FLAPPING,
    START,
    Tick,
    coming_and_going,
    live,
    policies,
    ticks,
)


@given(policies(), ticks())
def test_a_silence_changes_no_life(rule: AlertPolicy, story: list[Tick]) -> None:
    """An alert moves, and when, as it would if nobody had asked for a silence."""
    loud = [replace(tick, asked="") if "silence" in tick.asked else tick for tick in story]
    phases = [
        (now, one.from_phase, one.to_phase, one.alert)
        for now, one in live(rule, story, step=SECOND).moves
        if one.reason not in (Reason.SILENCED, Reason.UNSILENCED, Reason.SILENCE_EXPIRED)
    ]
    expected = [
        (now, one.from_phase, one.to_phase, one.alert)
        for now, one in live(rule, loud, step=SECOND).moves
    ]
    assert expected == phases


@given(policies(), ticks() | coming_and_going())
def test_no_silence_outlasts_its_limit_or_its_alert(rule: AlertPolicy, story: list[Tick]) -> None:
    """What is told as silenced calls, was silenced within the limit, and will call again."""
    asked_at = 0
    for now, moved in live(rule, story, step=SECOND).moves:
        asked_at = now if moved.reason is Reason.SILENCED else asked_at
        if moved.silenced_until is not None:
            assert moved.to_phase in {Phase.ACTIVE, Phase.ACKNOWLEDGED}
            assert now < moved.silenced_until <= asked_at + LIMITS.silence_max_high_ms


@given(policies(), coming_and_going())
def test_flap_control_hides_and_delays_nothing(rule: AlertPolicy, story: list[Tick]) -> None:
    """At every tick at which an alert would be raised without flap control, it is with it."""
    calm = [replace(tick, asked="") for tick in story]
    for length in range(1, len(calm) + 1):
        plain, kept = (
            live(rule, calm[:length], step=SECOND, limits=limits).phase()
            for limits in (NO_FLAPPING, LIMITS)
        )
        assert plain in {Phase.QUIET, Phase.LATCHED, kept} or plain < kept


@given(policies(), coming_and_going())
def test_flap_control_ends_an_alert_within_its_bound(rule: AlertPolicy, story: list[Tick]) -> None:
    """Once the condition is false, it is over after its keep or the flap window."""
    bed = live(rule, [*story, Tick(SECOND, Truth.FALSE)], step=SECOND)
    now = START + sum(tick.after for tick in story) + SECOND
    bed.wait(now + max(rule.keep_ms, LIMITS.flap_window_ms))
    assert bed.phase() in {Phase.QUIET, Phase.LATCHED}
