"""The peer of the ward tick: one small object a patient, with a deque a signal.

It is what one would write first. It keeps ten minutes of each signal, finds the mean and the
extremes of one minute, and adds up NEWS2 by plain comparisons; it knows no units, no unknown and no
alerts.
"""

from collections import deque
from collections.abc import Sequence

BANDS: dict[str, tuple[tuple[float, ...], tuple[int, ...]]] = {
    "respiratory_rate": ((8, 11, 20, 24), (3, 1, 0, 2, 3)),  # RCP 2017
    "spo2": ((91, 93, 95), (3, 2, 1, 0)),  # RCP 2017, scale 1
    "systolic_bp": ((90, 100, 110, 219), (3, 2, 1, 0, 3)),  # RCP 2017
    "heart_rate": ((40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3)),  # RCP 2017
    "temperature": ((35.0, 36.0, 38.0, 39.0), (3, 1, 0, 1, 2)),  # RCP 2017
}
KEPT_S = 600
WINDOW_S = 60


class PatientActor:
    """One patient: a deque of (second, value) for each signal."""

    def __init__(self, signals: Sequence[str]) -> None:
        """Remember nothing yet."""
        self.values: dict[str, deque[tuple[int, float]]] = {signal: deque() for signal in signals}

    def take(self, signal: str, second: int, value: float) -> None:
        """Add a value and drop what is older than ten minutes."""
        kept = self.values[signal]
        kept.append((second, value))
        while kept[0][0] <= second - KEPT_S:
            kept.popleft()

    def step(self, second: int) -> int:
        """Find the features of the last minute and add up the score."""
        score = 0
        for signal, kept in self.values.items():
            recent = [value for at, value in kept if at > second - WINDOW_S]
            if not recent:
                continue
            _ = sum(recent) / len(recent), min(recent), max(recent)
            if signal in BANDS:
                edges, points = BANDS[signal]
                score += points[sum(recent[-1] > edge for edge in edges)]
        return score
