"""However late, often and out of order answers come: what nobody has seen goes on ringing."""

from dataclasses import replace

from hypothesis import given

from monitord.alerts.transitions import RAISED
from monitord.domain.alerts import AlertPolicy, Phase
from monitord.domain.time import DAY, MINUTE, SECOND, Millis
from tests.properties.lives import LIMITS, START, Tick, ask, late_answers, live, policies
from tests.unit.alerts.making import OneBed

QUIETING = {
    "acknowledged",
    "acknowledged_again",
    "acknowledged_after_end",
    "silenced",
    "resolved",
    "resolved_while_unknown",
}


def _phase_at(bed: OneBed, instant: Millis) -> Phase:
    """Look up in the moves so far in which phase the alert was at the end of an instant."""
    phases = [one.to_phase for at, one in bed.moves if at <= instant]
    return phases[-1] if phases else Phase.QUIET


def _rings_since(bed: OneBed) -> Millis:
    rings = [
        at
        for at, one in bed.moves
        if one.to_phase is Phase.ACTIVE and one.from_phase is not Phase.ACTIVE
    ]
    return rings[-1]


@given(policies(), late_answers())
def test_no_answer_timed_before_an_alert_rang_ever_quiets_it(
    rule: AlertPolicy, story: list[Tick]
) -> None:
    """But for a clock slow by two minutes at most, and then nothing else was there to be meant.

    No sooner than two minutes before the time of such an answer had anything else been raised.
    """
    bed, now = OneBed(rule, limits=LIMITS), START
    for tick in story:
        now += tick.after
        known = len(bed.moves)
        ask(bed, tick, now)
        if len(bed.moves) > known and bed.moves[-1][1].reason in QUIETING:
            rings, said = _rings_since(bed), now - tick.ago
            if said < rings:
                assert rings - said <= 2 * MINUTE
                before = range(said - 2 * MINUTE + SECOND, rings, SECOND)
                assert not any(_phase_at(bed, instant) in RAISED for instant in before)
        bed.see(tick.truth, now)
        bed.wait(now)


@given(policies(), late_answers())
def test_an_answer_that_is_refused_leaves_no_trace(rule: AlertPolicy, story: list[Tick]) -> None:
    """A life with answers from the day before is the life without them."""
    without = [replace(tick, asked="" if tick.ago == DAY else tick.asked) for tick in story]
    there, here = live(rule, story, step=SECOND), live(rule, without, step=SECOND)
    assert here.moves == there.moves
    assert here.book.live == there.book.live
