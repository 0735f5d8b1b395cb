"""A ward that was cut off and rebuilt goes on as if nothing had happened."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.adapters.codecs.native import decode
from monitord.domain.decisions import Decision
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis
from tests.properties.streams import possible
from tests.unit.daemon.reborn import Run, Tick, feverish
from tests.unit.engine.making import START, lines

# Each example makes several wards and files.
quarter = settings(max_examples=max(1, settings().max_examples // 4), deadline=None)


def stream(seed: int, count: int) -> list[Tick]:
    """Make ticks of some events each, seconds or hours apart; some ticks have none."""
    random = Random(seed)
    now = START
    ticks: list[Tick] = []
    for _ in range(count):
        now += random.choice([SECOND, SECOND, 7 * SECOND, MINUTE, 20 * MINUTE, 3 * HOUR])
        events = [possible(random, now) for _ in range(random.randrange(6))]
        ticks.append((now, decode(json.dumps(events).encode(), now, ward="w")))
    return ticks


def lived(ticks: Sequence[Tick], cuts: Sequence[int]) -> list[Decision]:
    """Live through ticks with an end at each of some places; return the decisions of all runs."""
    made: list[Decision] = []
    ends = [*cuts, len(ticks)]
    with tempfile.TemporaryDirectory() as folder:
        for begin, end in zip([0, *cuts], ends, strict=True):
            now: Millis = ticks[begin - 1][0] if begin else START
            run = Run(Path(folder), now)
            made += run.live(ticks[begin:end])
            run.end()
    return made


@quarter
@given(st.integers(0, 1 << 32), st.lists(st.integers(0, 60), max_size=3))
def test_stop_recover_and_continue_equals_continue(seed: int, places: list[int]) -> None:
    """Whatever the stream, and wherever it is cut, the decisions are those without a cut."""
    ticks = stream(seed, 60)
    assert lines(lived(ticks, [])) == lines(lived(ticks, sorted(places)))


def test_a_last_line_torn_at_any_byte_costs_that_tick_and_nothing_else() -> None:
    """Cut anywhere in its last line, a journal gives every tick before it, and no loss is told."""
    ticks = feverish(6)
    with tempfile.TemporaryDirectory() as folder:
        first = Run(Path(folder))
        first.live(ticks)
        path = first.end()
        whole = path.read_bytes()
        begin = whole.rindex(b"\n", 0, -1) + 1
        for end in range(begin, len(whole) + 1):
            path.write_bytes(whole[:end])
            again = Run(Path(folder), START + HOUR)
            again.end().unlink()
            expected = 6 if end == len(whole) else 5
            recovered = again.recovered
            assert (expected, 0) == (recovered.ticks, recovered.lost_ticks + recovered.lost_files)
            assert recovered.heart.ward.now == ticks[expected - 1][0]
