"""How long one tick of a busy ward takes, and how much memory a bed costs.

    .venv/bin/python -m bench.tick

Every bed sends eight vital signs every second, which drift as in life; the ward has the shipped
rules. The peer is one plain object a patient (`bench.peers`), in the same run; the ratio is its
time over ours. Decoding and journal are not in it: see `bench.decode` and `bench.replay`.
"""

import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.peers import PatientActor
from monitord.daemon.configuration.packs import load_rules
from monitord.domain.events import Arrival, Observation
from monitord.domain.signals import SIGNAL
from monitord.domain.time import SECOND, parse_time
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings

BEDS = (100, 1_000, 10_000)
TICKS = {100: 300, 1_000: 120, 10_000: 40}
SIGNALS = {
    "heart_rate": (80, 6),
    "respiratory_rate": (16, 2),
    "spo2": (970, 8),
    "temperature": (3700, 20),
    "systolic_bp": (118, 6),
    "diastolic_bp": (70, 5),
    "mean_bp": (86, 5),
    "fio2": (210, 0),
}
START = parse_time("2026-01-05T00:00:00Z")
RULES = Path(__file__).parents[1] / "rules"


class Beds:
    """Vital signs that drift as in life: from one second to the next most stay as they are."""

    def __init__(self, beds: int, seed: int) -> None:
        """Give every bed its own usual values."""
        self.chance = random.Random(seed)
        self.cells = [(bed, signal) for bed in range(beds) for signal in SIGNALS]
        self.values = [round(self.chance.gauss(*SIGNALS[signal])) for _, signal in self.cells]

    def drift(self) -> None:
        """Let one reading in ten rise or fall by one unit, or five where units are fine."""
        for at in self.chance.sample(range(len(self.cells)), len(self.cells) // 10):
            step = 5 if self.cells[at][1] in ("temperature", "spo2") else 1
            self.values[at] += self.chance.choice((-step, step))


def arrivals(beds: Beds, now: int) -> list[Arrival]:
    """One second of a ward: eight readings from every bed."""
    beds.drift()
    return [
        Observation(f"p{bed}", now, now, SIGNAL[signal].index, value)
        for (bed, signal), value in zip(beds.cells, beds.values, strict=True)
    ]


def ours_ms(beds: int) -> list[float]:
    """The time of each tick, in milliseconds, after the first, which admits everybody."""
    ward_of_beds = Beds(beds, seed=1)
    ward = Ward(load_rules(RULES, None), WardSettings(beds=beds))
    spent = []
    for tick in range(TICKS[beds]):
        now = START + tick * SECOND
        inbox = arrivals(ward_of_beds, now)
        begin = time.perf_counter()
        step(ward, inbox, now)
        spent.append((time.perf_counter() - begin) * 1e3)
    return spent[1:]


def peers_ms(beds: int) -> list[float]:
    """The same for the peer, from the same random readings."""
    ward_of_beds = Beds(beds, seed=1)
    actors = [PatientActor(list(SIGNALS)) for _ in range(beds)]
    spent = []
    for tick in range(min(TICKS[beds], 60)):
        ward_of_beds.drift()
        begin = time.perf_counter()
        for (bed, signal), value in zip(ward_of_beds.cells, ward_of_beds.values, strict=True):
            actors[bed].take(signal, tick, value)
        for actor in actors:
            actor.step(tick)
        spent.append((time.perf_counter() - begin) * 1e3)
    return spent[1:]


def memory_kib(beds: int) -> float:
    """Resident memory of one bed in use, measured in a process of its own."""
    told = subprocess.run(  # noqa: S603 our own module, our own number
        [sys.executable, "-m", "bench.tick", "memory", str(beds)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(told.stdout)


def tell_memory(beds: int) -> None:
    """Fill ten minutes of a ward and print what each bed costs, in KiB."""

    def resident_kib() -> int:
        fields = Path("/proc/self/status").read_text("ascii").split("VmRSS:")[1].split()
        return int(fields[0])

    book = load_rules(RULES, None)
    step(Ward(book, WardSettings(beds=1)), arrivals(Beds(1, seed=1), START), START)
    before = resident_kib()
    ward = Ward(book, WardSettings(beds=beds))
    ward_of_beds = Beds(beds, seed=2)
    for minute in range(0, 1440, 10):
        now = START + minute * 60 * SECOND
        step(ward, arrivals(ward_of_beds, now), now)
    print((resident_kib() - before) / beds)


def main() -> None:
    """Print one line a size."""
    for beds in BEDS:
        ours, peer = ours_ms(beds), peers_ms(beds)
        median, worst = statistics.median(ours), max(ours)
        ratio = statistics.median(peer) / median
        print(
            f"{beds} beds x {len(SIGNALS)} signals: tick {median:.1f} ms median, {worst:.1f} ms "
            f"worst; peer {statistics.median(peer):.1f} ms; ratio {ratio:.1f}"
        )
    print(f"memory: {memory_kib(200):.0f} KiB a bed after a day of readings every ten minutes")


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        tell_memory(int(sys.argv[2]))
    else:
        main()
