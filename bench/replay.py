"""How many events a second `replay` takes, from bytes to written decisions, on one core.

    .venv/bin/python -m bench.replay [EVENTS]

EVENTS is a file of events; when left out, the real stays beside the project where they are, and a
simulated ward of twelve infused patients. The peer reads the same lines with `json.loads` and adds
up NEWS2 by plain objects (`bench.peers`): it checks nothing, grades nothing else, raises no alert.
"""

import gc
import gzip
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from bench.peers import BANDS, PatientActor
from monitord.adapters.codecs import native
from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.ward import events as simulated
from monitord.daemon.configuration.packs import load_rules
from monitord.domain.time import parse_time
from monitord.engine.replay import replay
from monitord.engine.ward import Ward, WardSettings

ROUNDS = 9
HERE = Path(__file__).parents[1]
STAYS = HERE.parent / "shared" / "data" / "mimic-iv-demo-12.jsonl.gz"
START = parse_time("2026-01-05T00:00:00Z")


def ours_s(lines: list[bytes]) -> tuple[float, int]:
    """Seconds from bytes to the bytes of every decision, and the number of steps."""
    ward = Ward(load_rules(HERE / "rules", None), WardSettings(beds=256))
    gc.freeze()  # as `monitord replay` does
    gc.set_threshold(50_000)
    written, steps = bytearray(), 0
    begin = time.perf_counter()
    for decisions in replay(ward, native.decode_lines(lines)):
        steps += 1
        for decision in decisions:
            written += native.encode_decision(decision) + b"\n"
    return time.perf_counter() - begin, steps


def peers_s(lines: list[bytes]) -> float:
    """Seconds of the peer over the same lines."""
    actors: dict[str, PatientActor] = {}
    scores: Counter[int] = Counter()
    begin = time.perf_counter()
    for line in lines:
        event = json.loads(line)
        if event.get("signal") not in BANDS or not isinstance(event["value"], int | float):
            continue
        actor = actors.setdefault(event["patient"], PatientActor(list(BANDS)))
        second = parse_time(event["time"]) // 1000
        actor.take(event["signal"], second, event["value"])
        scores[actor.step(second)] += 1
    return time.perf_counter() - begin


def tell(name: str, lines: list[bytes]) -> None:
    """Print one line for a set of events: the best of some rounds."""
    rounds = [ours_s(lines) for _ in range(ROUNDS)]
    peers = [peers_s(lines) for _ in range(ROUNDS)]
    ours, steps = min(rounds)
    median, peer = statistics.median(spent for spent, _ in rounds), min(peers)
    print(
        f"{name}: {len(lines)} events, {steps} steps: {len(lines) / ours:,.0f} events/s best, "
        f"{len(lines) / median:,.0f} median; peer {len(lines) / peer:,.0f} best; "
        f"ratio of the best {peer / ours:.2f}"
    )


def main() -> None:
    """Measure the file that is named, or the usual ones."""
    if sys.argv[1:]:
        path = Path(sys.argv[1])
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        tell(path.name, text.splitlines())
        return
    if STAYS.exists():
        tell("real stays", gzip.decompress(STAYS.read_bytes()).splitlines())
    plan = WardPlan(START, patients=12, days=2, seed=1)
    tell("simulated ward", [json.dumps(event).encode() for event in simulated(plan)])


if __name__ == "__main__":
    main()
