"""Follows the running daemon's decisions for the key figures of alerting.

After a restart it knows the patients and alerts of the earlier journals, and counts only what is
new: the counters of the run before have counted the rest.
"""

from collections.abc import Sequence

from monitord.adapters.kpi_metrics import KpiMetrics
from monitord.alerts.kpi import Follower
from monitord.domain.decisions import Announcement
from monitord.domain.time import Millis


class Kpis:
    """Counts what decisions tell, in the order in which they are made."""

    def __init__(self, follower: Follower, metrics: KpiMetrics) -> None:
        """Go on from what the follower knows already."""
        self._follower = follower
        self._metrics = metrics

    def take(self, decisions: Sequence[Announcement]) -> None:
        """Count decisions of a tick, or what became of calls between two."""
        for decision in decisions:
            self._metrics.count(self._follower.take(decision))

    def advance(self, now: Millis) -> None:
        """Count the time that patients are here."""
        self._metrics.count(self._follower.advance(now))
