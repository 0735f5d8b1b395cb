"""How long a restart takes: journals of simulated wards, lived through by the daemon's own start.

    .venv/bin/python -m bench.recovery [PATIENTS:HOURS ...]

The wards are those of `monitord simulate`, everybody infused, under the shipped rules; a tick of a
second holds what arrived in it. The peer reads the same events with `json.loads` and adds up NEWS2
by plain objects (`bench.peers`). Ticks at which only a timer ran out are not in these journals.
"""

import asyncio
import gc
import json
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import structlog

from bench.replay import HERE, START, peers_s
from monitord.adapters.clock import ScaledClock
from monitord.adapters.codecs import native
from monitord.adapters.journal import Journal
from monitord.adapters.service_manager import ServiceManager
from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.ward import events as simulated
from monitord.daemon.configuration.packs import load_rules
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.recovery.recovered import Recovered
from monitord.daemon.recovery.recovering import Recovering
from monitord.daemon.recovery.recovery import recover
from monitord.domain.events import Arrival
from monitord.domain.time import DAY, HOUR, SECOND, Millis

WARDS = ("12:24", "30:24")


def events_of(patients: int, hours: int) -> list[bytes]:
    """Simulate a ward for some hours; a line an event."""
    plan = WardPlan(START, patients=patients, days=-(-hours * HOUR // DAY), seed=1)
    end = START + hours * HOUR
    lines = [json.dumps(event).encode() for event in simulated(plan)]
    return [line for line in lines if next(native.decode_lines([line])).received < end]


def tick_of(arrival: Arrival) -> Millis:
    """Return the tick that takes something in."""
    return -(-arrival.received // SECOND) * SECOND


def ticks_of(lines: list[bytes]) -> Iterator[tuple[Millis, list[Arrival]]]:
    """Gather events by the second in which they arrived."""
    for tick, inbox in groupby(native.decode_lines(lines), tick_of):
        yield tick, list(inbox)


def recovered(directory: Path, now: Millis) -> Recovered:
    """Start as the daemon does, up to its first tick."""
    settings = Settings.model_validate({"journal": {"directory": str(directory)}})
    book = load_rules(HERE / "rules", None)
    recovering = Recovering(ServiceManager(""))
    return asyncio.run(recover(settings, book, ScaledClock(1, now), recovering))


def tell(patients: int, hours: int) -> None:
    """Print one line for a ward."""
    lines = events_of(patients, hours)
    with tempfile.TemporaryDirectory() as folder:
        with Journal.open(Path(folder), START, {}, fsync=False) as journal:
            written = sum(journal.append(now, inbox) for now, inbox in ticks_of(lines))
        gc.collect()
        before_s = time.process_time()
        ours = recovered(Path(folder), START + hours * HOUR + SECOND)
    processor_s = time.process_time() - before_s
    peer = peers_s(lines)
    print(
        f"{patients} patients, {hours} h: {ours.events} events of {ours.ticks} ticks, "
        f"{written / 1e6:.0f} MB; recovered in {ours.took_s:.1f} s, of the processor "
        f"{processor_s:.1f} s; {ours.took_s / hours:.2f} s an hour of journal, "
        f"{ours.events / ours.took_s:,.0f} events/s; peer {len(lines) / peer:,.0f} events/s; "
        f"ratio {peer / ours.took_s:.2f}",
        flush=True,
    )


def main() -> None:
    """Measure the wards that are named, or the usual ones."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for ward in sys.argv[1:] or WARDS:
        patients, hours = ward.split(":")
        tell(int(patients), int(hours))


if __name__ == "__main__":
    main()
