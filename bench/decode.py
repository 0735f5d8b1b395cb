"""How fast the native codec reads single observations, beside the plainest hand-written reader.

    .venv/bin/python -m bench.decode

The peer does `json.loads` and picks the fields by hand: it checks no types, no units, no ranges and
no words, and its value is a float. The ratio is what exactness and named refusals cost.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime

from monitord.adapters.codecs.native import decode
from monitord.domain.events import Observation, Rejection
from monitord.domain.signals import SIGNAL
from monitord.domain.time import MINUTE, format_time, parse_time

EVENTS = 50_000
PATIENTS = 500
ROUNDS = 5
START = parse_time("2026-01-05T00:00:00Z")
# Word, unit, lowest value, number of steps and their size.
SIGNALS = (
    ("heart_rate", "/min", 60, 90, 1),
    ("spo2", "%", 88, 13, 1),
    ("temperature", "Cel", 36, 400, 0.01),
    ("systolic_bp", "mm[Hg]", 80, 100, 1),
)


def lines() -> list[bytes]:
    """A ward's vitals, one observation a line, every minute."""
    made = []
    for number in range(EVENTS):
        signal, unit, low, steps, step = SIGNALS[number % len(SIGNALS)]
        event = {
            "kind": "observation",
            "patient": f"patient-{number % PATIENTS:04d}",
            "time": format_time(START + number // (PATIENTS * len(SIGNALS)) * MINUTE),
            "signal": signal,
            "value": round(low + number * 7 % steps * step, 2),
            "unit": unit,
        }
        made.append(json.dumps(event, separators=(",", ":")).encode())
    return made


def by_hand(payload: bytes) -> tuple[str, float, int, float]:
    """The peer: no checks, no exactness."""
    event = json.loads(payload)
    moment = datetime.fromisoformat(event["time"]).timestamp()
    return event["patient"], moment, SIGNAL[event["signal"]].index, float(event["value"])


def best_us(read: Callable[[bytes], object], payloads: list[bytes]) -> float:
    """The quickest of some rounds, in microseconds for one payload."""
    rounds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for payload in payloads:
            read(payload)
        rounds.append(time.perf_counter() - begin)
    return min(rounds) / len(payloads) * 1e6


def main() -> None:
    """Print both and their ratio."""
    payloads = lines()
    received = START + 24 * 60 * MINUTE
    refused = sum(isinstance(decode(line, received)[0], Rejection) for line in payloads)
    assert refused == 0, "the benchmark must read good events"
    assert isinstance(decode(payloads[0], received)[0], Observation)
    ours = best_us(lambda payload: decode(payload, received), payloads)
    peer = best_us(by_hand, payloads)
    print(f"decode    {ours:6.2f} us  {1e6 / ours:9,.0f} events/s")
    print(f"by hand   {peer:6.2f} us  {1e6 / peer:9,.0f} events/s")
    print(f"ratio     {ours / peer:6.2f}")


if __name__ == "__main__":
    main()
