"""What is asked of one patient at one moment: a value and how long it holds by itself."""

from collections.abc import Callable

from monitord.domain.features import (
    Column,
    ScaleFeature,
    SignalFeature,
    TreatmentFeature,
)
from monitord.domain.time import LONG_AGO, NEVER, Millis
from monitord.windows.batch import PLANE
from monitord.windows.memory import Memory
from monitord.windows.roster import FEED_ROW
from monitord.windows.samples import UNKNOWN, Answer
from monitord.windows.usual import usual


def last(memory: Memory, signal: int, row: int, now: Millis) -> Answer:
    """Give the value measured last, until it is stale."""
    found = memory.last(signal, row)
    if found is None:
        return Answer(UNKNOWN, NEVER)
    due = found[0] + memory.stale_after_ms[signal] + 1
    return Answer(float(found[1]), due) if now < due else Answer(UNKNOWN, NEVER)


def last_reader(signal: int) -> Callable[[Memory, int, Millis], Answer]:
    """Make `last` of one signal; of a regular one without asking where it is kept."""
    plane = PLANE[signal]
    if plane < 0:
        return lambda memory, row, now: last(memory, signal, row, now)

    def read(memory: Memory, row: int, now: Millis) -> Answer:
        grid = memory.grid
        due = grid.last_time.item(plane, row) + memory.stale_after_ms[signal] + 1
        if now < due:
            return Answer(float(grid.last_value.item(plane, row)), due)
        return Answer(UNKNOWN, NEVER)

    return read


def stale(memory: Memory, signal: int, row: int, now: Millis) -> Answer:
    """Tell whether what was measured once has grown too old since."""
    found = memory.last(signal, row)
    if found is None:
        return Answer(0.0, NEVER)
    due = found[0] + memory.stale_after_ms[signal] + 1
    return Answer(0.0, due) if now < due else Answer(1.0, NEVER)


def elsewhere(memory: Memory, signal: int, row: int, now: Millis) -> Answer:
    """Tell whether the assessor gave the last finding another cause."""
    due = last(memory, signal, row, now).due
    if due == NEVER:
        return Answer(0.0, NEVER)
    if PLANE[signal] >= 0:
        return Answer(float(memory.grid.last_is_elsewhere[PLANE[signal], row]), due)
    sample = memory.series.last(signal, row)
    return Answer(float(sample is not None and sample.is_elsewhere), due)


def rise(memory: Memory, signal: int, row: int, now: Millis) -> Answer:
    """Give how far the last value is above what is usual."""
    newest, normal = last(memory, signal, row, now), usual(memory, signal, row, now)
    return Answer(newest.value - normal.value, min(newest.due, normal.due))


def anchor(memory: Memory, age: Column | ScaleFeature, row: int) -> Millis:
    """Give the instant that an age counts from; for what never came, when the patient came."""
    match age:
        case SignalFeature(_, signal):
            found = memory.last(signal, row)
            return found[0] if found else int(memory.roster.admitted_at[row])
        case TreatmentFeature(_, treatment):
            return int(memory.treatments.given_at[treatment, row])
        case ScaleFeature(scale):
            episode = memory.episodes.present(scale, row)
            return LONG_AGO if episode is None else episode.began_at
        case _:
            return int(memory.roster.heard_at[row])


def feed_elapsed(memory: Memory, row: int, limit_ms: Millis, now: Millis) -> Answer:
    """The silence of the feed is known in the feed's own row only.

    When all patients have left the ward is known to be empty, and a silent feed is right. Before
    anything was ever heard nobody has said so.
    """
    is_watched = row == FEED_ROW and (len(memory.roster) or not memory.was_feed_heard)
    return elapsed(int(memory.roster.heard_at[row]) if is_watched else LONG_AGO, limit_ms, now)


def elapsed(anchor: Millis, limit_ms: Millis, now: Millis) -> Answer:
    """Tell whether a span has passed since an instant."""
    if anchor == LONG_AGO:
        return Answer(UNKNOWN, NEVER)
    due = anchor + limit_ms
    return Answer(1.0, NEVER) if now >= due else Answer(0.0, due)
