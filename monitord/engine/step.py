"""The order of the day: the one function that advances a ward.

Live, replay, tests, rule cases and benchmarks all call `step`. It does no I/O, reads no clock and
keeps nothing outside the ward; the same ward, inbox and `now` always give the same decisions.
"""

from collections.abc import Sequence

from monitord.domain.decisions import Decision
from monitord.domain.events import Arrival
from monitord.domain.time import LONG_AGO, Millis
from monitord.engine.commands import answer
from monitord.engine.decisions import Decisions
from monitord.engine.episodes import resolve_episodes
from monitord.engine.grading import grade
from monitord.engine.intake import take_in
from monitord.engine.judging import judge
from monitord.engine.ward import Ward


def step(ward: Ward, inbox: Sequence[Arrival], now: Millis) -> list[Decision]:
    """Advance the ward to `now` and give what was decided, in a fixed order.

    With an empty inbox and no deadline come, nothing changes and nothing is decided, except that
    the first step begins to count the silence of the feed.
    """
    assert now > ward.now, f"time moves forward: {now} after {ward.now}"
    is_first = ward.now == LONG_AGO
    ward.now = now
    if is_first:
        ward.memory.begin(now)
    elif not inbox and now < ward.next_deadline():
        return []
    out = Decisions(now)
    commands = take_in(ward, inbox, out)  # who is here, what was measured, given and asked
    ward.table.refresh(ward.memory, now)  # what that changes in the windows
    resolve_episodes(ward, out)  # which episodes of CRS and ICANS are over
    grade(ward, out)  # what the scales say of it
    judge(ward, out)  # what the rules make of that, and the life of the alerts
    answer(ward, commands, out)  # what people said to the alerts
    return out.in_order()
