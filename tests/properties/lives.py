"""Lives of one alert drawn at random, lived by the book and by its slow twin."""

from dataclasses import dataclass

from hypothesis import strategies as st

from monitord.domain.alerts import AlertLimits, AlertPolicy, Truth
from monitord.domain.time import DAY, MINUTE, SECOND
from tests.reference.alert_life import SlowAlert
from tests.unit.alerts.making import OneBed, policy

# Short spans, so that they end within the stories.
LIMITS = AlertLimits(silence_max_high_ms=4 * SECOND, flap_window_ms=9 * SECOND)
NO_FLAPPING = AlertLimits(silence_max_high_ms=4 * SECOND, flap_window_ms=0)
START = 10 * DAY


@dataclass(frozen=True)
class Tick:
    """One tick: how long after the last, the condition, and what somebody asked for.

    It was asked for `ago` before it came in.
    """

    after: int
    truth: Truth
    asked: str = ""
    until: int | None = None
    ago: int = 0


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
    people = ["acknowledge", "acknowledge", "silence", "silence", "unsilence", "resolve"]
    asked = st.sampled_from(["", "", "", "", "", "", "", *people, "discharge"])
    until = st.none() | spans()
    tick = st.builds(Tick, spans(least=1), st.sampled_from(Truth), asked, until)
    return st.lists(tick, max_size=40) | st.lists(tick, min_size=20, max_size=40)


def coming_and_going() -> st.SearchStrategy[list[Tick]]:
    """Draw a story of a condition that is often true and often false, and few answers."""
    asked = st.sampled_from([*[""] * 12, "acknowledge", "silence", "unsilence", "resolve"])
    truth = st.sampled_from([Truth.TRUE, Truth.FALSE, Truth.FALSE, Truth.TRUE, Truth.UNKNOWN])
    return st.lists(st.builds(Tick, spans(least=1), truth, asked), min_size=12, max_size=40)


def late_answers() -> st.SearchStrategy[list[Tick]]:
    """Draw a story in which answers come late, some by about as much as clocks may differ."""
    minutes = st.sampled_from([MINUTE, 2 * MINUTE - SECOND, 2 * MINUTE, 2 * MINUTE + SECOND])
    people = ["acknowledge", "acknowledge", "silence", "resolve"]
    asked = st.sampled_from(["", "", "", *people])
    truth = st.sampled_from([Truth.TRUE, Truth.FALSE])
    tick = st.builds(
        Tick, spans(least=1) | minutes, truth, asked, st.none(), spans() | minutes | st.just(DAY)
    )
    return st.lists(tick, min_size=6, max_size=14)


def ask(bed: OneBed, tick: Tick, now: int) -> None:
    """Bring what somebody asked for to the bed."""
    until = None if tick.until is None else now + tick.until
    if tick.asked == "acknowledge":
        bed.acknowledge(now, until=until, given=now - tick.ago)
    elif tick.asked == "silence":
        bed.silence(now, until=until, given=now - tick.ago)
    elif tick.asked == "unsilence":
        bed.unsilence(now)
    elif tick.asked == "resolve":
        bed.resolve(now, given=now - tick.ago)
    elif tick.asked == "discharge":
        bed.discharge(now)


def live(
    rule: AlertPolicy,
    story: list[Tick],
    start: int = START,
    step: int = 0,
    limits: AlertLimits = LIMITS,
) -> OneBed:
    """Live a story; with a step, tick in between as often as that."""
    bed = OneBed(rule, limits=limits)
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
    window_ms, longest_ms = LIMITS.flap_window_ms, LIMITS.silence_max_high_ms
    timers = (rule.hold_ms, rule.keep_ms, rule.latching, rule.ack_lasts_ms)
    alert = SlowAlert(*timers, window_ms, longest_ms, last_tick=START)
    now = START
    for tick in story:
        before, now = now, now + tick.after
        for between in range(before + SECOND, now, SECOND):
            alert.advance(between)
            alert.tick(alert.truth, between)
        alert.advance(now)
        until = None if tick.until is None else now + tick.until
        if tick.asked == "acknowledge":
            alert.acknowledge(now, until, now - tick.ago)
        elif tick.asked == "silence":
            alert.silence(now, until, now - tick.ago)
        elif tick.asked == "unsilence":
            alert.unsilence()
        elif tick.asked == "resolve":
            alert.resolve(now, now - tick.ago)
        elif tick.asked == "discharge":
            alert.discharge(now)
        alert.tick(tick.truth.name, now)
    return alert
