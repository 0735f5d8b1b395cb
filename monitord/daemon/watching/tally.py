"""Counts the ticks and what they take in, and remembers when each signal was last heard."""

from collections.abc import Mapping

from monitord.adapters.metrics import Metrics
from monitord.daemon.telling.kpis import Kpis
from monitord.daemon.ticking.ticks import Stepped
from monitord.domain.events import Observation
from monitord.domain.signals import SIGNALS
from monitord.domain.time import LONG_AGO, Millis


class Tally:
    """Follows the ticks; `of_any` and `of_signal` are when readings last came, of all patients."""

    def __init__(self, metrics: Metrics, heard: Mapping[int, Millis], kpis: Kpis) -> None:
        """Begin with when each signal was heard before this run."""
        self._metrics = metrics
        self._kpis = kpis
        self.of_signal = [heard.get(signal.index, LONG_AGO) for signal in SIGNALS]
        self.of_any: Millis = max(self.of_signal)

    def take(self, tick: Stepped) -> None:
        """Count one tick."""
        self._metrics.ticks.inc()
        self._metrics.journal_bytes.inc(tick.journal_bytes)
        self._metrics.tick_duration.observe(tick.duration_s)
        self._metrics.tick_lateness.observe(tick.lateness_s)
        self._metrics.count_inbox(tick.inbox)
        self._kpis.advance(tick.now)
        for arrival in tick.inbox:
            if isinstance(arrival, Observation):
                self.of_signal[arrival.signal] = self.of_any = arrival.received
