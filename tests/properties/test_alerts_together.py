"""What holds for the alerts of one patient together, whatever happens to each."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from monitord.alerts.transitions import CALLING
from monitord.domain.alerts import AlertLimits, AlertPolicy, Phase, Priority, Truth
from monitord.domain.time import DAY, SECOND
from tests.reference.alert_life import who_calls
from tests.unit.alerts.making import OnePatient, policy

START = 10 * DAY
LIMITS = AlertLimits(4 * SECOND, 5 * SECOND, 6 * SECOND, 9 * SECOND)
NAMES = ("a", "b", "c", "d")
PRIORITIES = list(Priority)


@dataclass(frozen=True)
class Tick:
    """One tick: how long after the last, each condition, and what was asked of which alert."""

    after: int
    truths: tuple[Truth, Truth, Truth, Truth]
    asked: str
    rule: str


@st.composite
def families(draw: st.DrawFn) -> list[AlertPolicy]:
    """Draw four rules, most urgent first, each of which inhibits some of those after it."""
    urgency = sorted(draw(st.lists(st.integers(0, 2), min_size=4, max_size=4)))
    seconds = st.integers(0, 3)
    return [
        policy(
            name,
            hold_ms=draw(seconds) * SECOND,
            keep_ms=draw(seconds) * SECOND,
            latching=draw(st.booleans()),
            ack_lasts_ms=3 * SECOND,
            priority=PRIORITIES[urgency[place]],
            inhibits=tuple(other for other in NAMES[place + 1 :] if draw(st.booleans())),
        )
        for place, name in enumerate(NAMES)
    ]


def stories() -> st.SearchStrategy[list[Tick]]:
    """Draw a story of up to thirty ticks."""
    truths = st.tuples(*[st.sampled_from(Truth)] * 4)
    people = ["acknowledge", "silence", "unsilence", "resolve", "discharge"]
    asked = st.sampled_from([*[""] * 6, *people])
    after = st.integers(1, 4).map(lambda seconds: seconds * SECOND)
    tick = st.builds(Tick, after, truths, asked, st.sampled_from(NAMES))
    return st.lists(tick, min_size=1, max_size=30)


def live(bed: OnePatient, tick: Tick, now: int) -> None:
    """Live one tick as the engine does: a discharge, then conditions and timers, then answers."""
    if tick.asked == "discharge":
        bed.discharge(now)
        bed.settle(now)
    bed.tick(now, *tick.truths)
    if tick.asked == "acknowledge":
        bed.acknowledge(now, rule=tick.rule)
    elif tick.asked == "silence":
        bed.silence(now, rule=tick.rule)
    elif tick.asked == "unsilence":
        bed.unsilence(now, rule=tick.rule)
    elif tick.asked == "resolve":
        bed.resolve(now, rule=tick.rule)
    bed.settle(now)


@given(families(), stories())
def test_the_worst_alert_calls_as_the_slow_twin_says(
    rules: list[AlertPolicy], story: list[Tick]
) -> None:
    """After each tick every alert is inhibited by the one that the twin finds, and by no other."""
    bed = OnePatient(*rules, limits=LIMITS)
    inhibits = {rule.rule: set(rule.inhibits) for rule in rules}
    now = START
    for tick in story:
        now += tick.after
        live(bed, tick, now)
        phases = {name: bed.phase(place).name for place, name in enumerate(NAMES)}
        expected = who_calls(phases, inhibits)
        alert_of = {NAMES[place]: alert for (place, _), alert in bed.book.live.items()}
        told = {name: alert_of[name].inhibited_by for name in expected}
        names = {name: other and alert_of[other].alert for name, other in expected.items()}
        assert {name: by is not None for name, by in names.items()} == {
            name: by is not None for name, by in told.items()
        }
        named = {alert.alert: (name, alert.inhibited_by) for name, alert in alert_of.items()}
        for name, by in told.items():
            if by is not None:
                other, above = named[by]
                assert above is None, "what inhibits calls itself"
                assert phases[other] in {phase.name for phase in CALLING}
                urgency = [
                    PRIORITIES.index(rules[NAMES.index(one)].priority) for one in (other, name)
                ]
                assert urgency[0] <= urgency[1], "nothing less urgent inhibits"


@given(families(), stories())
def test_what_was_told_last_is_how_it_stands(rules: list[AlertPolicy], story: list[Tick]) -> None:
    """Whoever reads only what is told knows each alert's phase, silence, inhibition and episode."""
    bed = OnePatient(*rules, limits=LIMITS)
    now = START
    for tick in story:
        now += tick.after
        live(bed, tick, now)
        last = {one.rule: one for _, one in bed.told}
        for place in range(len(rules)):
            alert, told = bed.book.live.get((place, 0)), last.get(place)
            if alert is None:
                assert told is None or told.to_phase is Phase.QUIET
                continue
            assert told is not None
            until = alert.silence.until if alert.silence else None
            stands = (bed.phase(place), alert.alert, until, alert.inhibited_by, alert.flaps)
            assert stands == (
                told.to_phase, told.alert, told.silenced_until, told.inhibited_by, told.flaps,
            )  # fmt: skip


@given(families(), stories())
def test_all_that_stands_is_of_one_episode(rules: list[AlertPolicy], story: list[Tick]) -> None:
    """Once one alert was raised, all are of its episode until none is left."""
    bed = OnePatient(*rules, limits=LIMITS)
    now, before = START, None
    for tick in story:
        now += tick.after
        live(bed, tick, now)
        of = {alert.episode for alert in bed.book.live.values()}
        assert len(of) <= 1
        is_raised = any(bed.phase(place) > Phase.PENDING for place in range(len(rules)))
        assert not is_raised or None not in of
        if before is not None and of and tick.asked not in ("discharge", "resolve", "acknowledge"):
            assert of == {before}
        before = next(iter(of), None)
