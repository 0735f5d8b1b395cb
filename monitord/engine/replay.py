"""Runs recorded arrivals through `step`, as fast as the machine goes.

Time jumps from one tick that matters to the next: one at which something arrived, or one at which a
deadline had come. `step` promises that nothing happens in between. A tick that breaks the step is
named, for nobody can tell by the failure alone which of a million it was.
"""

from collections.abc import Iterable, Iterator, Sequence

from monitord.domain.decisions import Decision
from monitord.domain.events import Arrival
from monitord.domain.time import LONG_AGO, NEVER, SECOND, Millis, format_time
from monitord.engine.step import step
from monitord.engine.ward import Ward


class StepBroke(RuntimeError):
    """The step failed in the tick of `now`, of which half may be done; its cause tells why."""

    def __init__(self, now: Millis) -> None:
        super().__init__(f"the tick of {format_time(now)} broke the step")
        self.now = now


def replay(
    ward: Ward, arrivals: Iterable[Arrival], tick_ms: Millis = SECOND, end: Millis | None = None
) -> Iterator[list[Decision]]:
    """Step through arrivals in their order; each is taken in by the first tick at or after it.

    Goes on to `end` after the last arrival, if one is given. Gives each step's decisions. Raises
    `StepBroke`.
    """
    for now, inbox in _ticks(arrivals, tick_ms):
        yield from _quiet_ticks(ward, tick_ms, now)
        yield _stepped(ward, inbox, now)
    if end is not None:
        yield from _quiet_ticks(ward, tick_ms, end + tick_ms)


def repeat(
    ward: Ward, ticks: Iterable[tuple[Millis, Sequence[Arrival]]]
) -> Iterator[list[Decision]]:
    """Step through exactly the ticks that a journal recorded; raises `StepBroke`."""
    for now, inbox in ticks:
        yield _stepped(ward, inbox, now)


def _stepped(ward: Ward, inbox: Sequence[Arrival], now: Millis) -> list[Decision]:
    try:
        return step(ward, inbox, now)
    except Exception as failure:
        raise StepBroke(now) from failure


def _ticks(arrivals: Iterable[Arrival], tick_ms: Millis) -> Iterator[tuple[Millis, list[Arrival]]]:
    """Gather arrivals by tick; what claims to have come before what came before it came with it.

    Refusals that no time came with are told at the first tick there is.
    """
    now: Millis | None = None
    inbox: list[Arrival] = []
    for arrival in arrivals:
        if arrival.received != LONG_AGO:  # a refused line may not tell when it came
            tick = -(-arrival.received // tick_ms) * tick_ms
            if now is not None and tick > now:
                yield now, inbox
                inbox = []
            now = tick if now is None else max(now, tick)
        inbox.append(arrival)
    if inbox:
        yield tick_ms if now is None else now, inbox


def _quiet_ticks(ward: Ward, tick_ms: Millis, before: Millis) -> Iterator[list[Decision]]:
    """Step at each deadline that comes before an instant."""
    while (due := ward.next_deadline()) < NEVER:
        now = max(-(-due // tick_ms) * tick_ms, ward.now + tick_ms)
        if now >= before:
            return
        yield _stepped(ward, [], now)
